// A network as a table.

/// A line of a summary: a layer, the shape of its output, how many numbers it learns, and how much it has to compute.
public struct SummaryRow: Sendable, Equatable {
    public let layer: String
    /// With the batch axis in front.
    public let outputShape: [Int]
    public let parameterCount: Int
    /// Of weights and inputs.
    public let multiplicationCount: Int

    public init(layer: String, outputShape: [Int], parameterCount: Int, multiplicationCount: Int) {
        (self.layer, self.outputShape) = (layer, outputShape)
        (self.parameterCount, self.multiplicationCount) = (parameterCount, multiplicationCount)
    }
}

extension Layer {
    public func summaryRows(for inputShape: [Int]) -> [SummaryRow] {
        // `Dense<Float>` is a Dense.
        let name = String(describing: Self.self).prefix { $0 != "<" }
        return [
            SummaryRow(
                layer: String(name), outputShape: outputShape(for: inputShape), parameterCount: parameterCount,
                multiplicationCount: multiplicationCount(for: inputShape))
        ]
    }

    /// The layers, each with the shape of its output, its number of parameters, and its multiplications of weights and
    /// inputs for one example, as an aligned table.
    ///
    /// ```
    /// layer   output     parameters   multiplications
    /// Dense   [n, 128]        8,320             8,192
    /// ReLU    [n, 128]            0                 0
    /// Dense   [n, 10]         1,290             1,280
    /// total                   9,610             9,472
    /// ```
    ///
    /// - Parameter inputShape: the shape of one example, without the batch axis, written `n` in the table.
    ///   Negative sizes trap.
    public func summary(inputShape: [Int]) -> String {
        require(
            inputShape.allSatisfy { $0 >= 0 }, "summary: a shape has no negative sizes, but this one is \(inputShape)")
        let rows = summaryRows(for: [1] + inputShape)
        let cells =
            [["layer", "output", "parameters", "multiplications"]]
            + rows.map { row in
                let sizes = ["n"] + row.outputShape.dropFirst().map(String.init)
                return [
                    row.layer, "[" + sizes.joined(separator: ", ") + "]", grouped(row.parameterCount),
                    grouped(row.multiplicationCount),
                ]
            } + [["total", "", grouped(parameterCount), grouped(multiplicationCount(for: [1] + inputShape))]]
        let widths = (0..<4).map { column in cells.map(\.[column].count).max() ?? 0 }
        return cells.map { cell in
            // Words on the left of their columns, numbers on the right.
            (0..<4).map { column in
                let blanks = String(repeating: " ", count: widths[column] - cell[column].count)
                return column < 2 ? cell[column] + blanks : blanks + cell[column]
            }.joined(separator: "   ")
        }.joined(separator: "\n")
    }
}

/// 1234567 as 1,234,567.
private func grouped(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.endIndex
    while let next = digits.index(place, offsetBy: -3, limitedBy: digits.startIndex), next > digits.startIndex {
        digits.insert(",", at: next)
        place = next
    }
    return digits
}
