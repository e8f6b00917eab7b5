// A network as a table.

/// A line of a summary: a layer, what comes out of it, and how many numbers it learns.
public struct SummaryRow: Sendable, Equatable {
    public let layer: String
    /// With the batch axis in front.
    public let outputShape: [Int]
    public let parameterCount: Int

    public init(layer: String, outputShape: [Int], parameterCount: Int) {
        (self.layer, self.outputShape, self.parameterCount) = (layer, outputShape, parameterCount)
    }
}

extension Layer {
    public func summaryRows(for inputShape: [Int]) -> [SummaryRow] {
        // `Dense<Float>` is a Dense.
        let name = String(describing: Self.self).prefix { $0 != "<" }
        return [
            SummaryRow(layer: String(name), outputShape: outputShape(for: inputShape), parameterCount: parameterCount)
        ]
    }

    /// The layers, the shape of what each gives, and their numbers of parameters, as an aligned table.
    ///
    /// ```
    /// layer   output     parameters
    /// Dense   [n, 128]        8,320
    /// ReLU    [n, 128]            0
    /// Dense   [n, 10]         1,290
    /// total                   9,610
    /// ```
    ///
    /// - Parameter inputShape: the shape of one example, without the batch axis, written `n` in the table.
    public func summary(inputShape: [Int]) -> String {
        let rows = summaryRows(for: [1] + inputShape)
        let cells =
            [["layer", "output", "parameters"]]
            + rows.map { row in
                let sizes = ["n"] + row.outputShape.dropFirst().map(String.init)
                return [row.layer, "[" + sizes.joined(separator: ", ") + "]", grouped(row.parameterCount)]
            } + [["total", "", grouped(parameterCount)]]
        let widths = (0..<3).map { column in cells.map(\.[column].count).max() ?? 0 }
        return cells.map { cell in
            let left = (0..<2).map { cell[$0] + String(repeating: " ", count: widths[$0] - cell[$0].count + 3) }
            return left.joined() + String(repeating: " ", count: widths[2] - cell[2].count) + cell[2]
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
