// How a tensor looks when printed.

extension Tensor: CustomStringConvertible {
    /// The numbers in nested brackets with four decimals, aligned; of long axes the first and last three.
    ///
    /// ```
    /// [[ 1.0000,  2.5000],
    ///  [-3.0000,  0.2500]]
    /// ```
    public var description: String {
        // Long tensors are cut, so what is printed decides on the format, not what is hidden.
        let shown = shownElements()
        let finite = shown.filter(\.isFinite).map(\.magnitude)
        let largest = finite.max() ?? 0
        let smallest = finite.filter { $0 > 0 }.min() ?? 1
        let style: NumberStyle =
            finite.allSatisfy { $0 < 1e9 && $0 == $0.rounded() } ? .whole
            : largest < 1e5 && (smallest >= 1e-4 || largest >= 1e-1) ? .decimals : .scientific
        let texts = shown.map { style.text(Double($0)) }
        let width = texts.map(\.count).max() ?? 0
        var next = texts.makeIterator()
        func block(_ axis: Int) -> String {
            if axis == rank {
                let text = next.next() ?? ""
                return rank == 0 ? text : String(repeating: " ", count: width - text.count) + text
            }
            let cut = isCut(axis)
            var parts = (0..<(cut ? 6 : shape[axis])).map { _ in block(axis + 1) }
            if cut { parts.insert("…", at: 3) }
            let separator =
                axis == rank - 1
                ? ", " : "," + String(repeating: "\n", count: rank - axis - 1) + String(repeating: " ", count: axis + 1)
            return "[" + parts.joined(separator: separator) + "]"
        }
        return block(0)
    }

    private func isCut(_ axis: Int) -> Bool { count > 1000 && shape[axis] > 6 }

    private func shownElements() -> [Scalar] {
        var result = [Scalar]()
        func collect(_ axis: Int, _ start: Int) {
            if axis == rank { return result.append(self[element: start]) }
            let run = shape[(axis + 1)...].reduce(1, *)
            let indices = isCut(axis) ? [0, 1, 2] + Array(shape[axis] - 3..<shape[axis]) : Array(0..<shape[axis])
            for index in indices { collect(axis + 1, start + index * run) }
        }
        collect(0, 0)
        return result
    }
}

/// How the numbers of one tensor are written.
private enum NumberStyle {
    case whole, decimals, scientific

    func text(_ x: Double) -> String {
        if !x.isFinite { return x.isNaN ? "nan" : x < 0 ? "-inf" : "inf" }
        switch self {
        case .whole: return "\(Int(x))"
        case .decimals: return fixed(x, decimals: 4)
        case .scientific:
            var (mantissa, exponent) = (x, 0)
            while mantissa.magnitude >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
            while mantissa != 0 && mantissa.magnitude < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
            if mantissa.magnitude >= 9.99995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }  // rounds to 10
            return fixed(mantissa, decimals: 4) + "e" + (exponent < 0 ? "-" : "+")
                + (exponent.magnitude < 10 ? "0" : "") + "\(exponent.magnitude)"
        }
    }

    private func fixed(_ x: Double, decimals: Int) -> String {
        let unit = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        let whole = Int((x.magnitude * unit).rounded())
        let digits = String(whole)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return (x.sign == .minus && whole != 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}
