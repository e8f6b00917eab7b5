// Numbers that people and programs write down: in tables, on the command line, in lists of times. What a language's own
// reader of numbers takes besides, such as hexadecimal digits, “nan” and “inf”, is in such places no number but a mistake.

extension Double {
    /// The number nearest to the one that a text writes in decimal digits: `12`, `-0.5`, `+.5`, `5.`, `1.5e-3`, `2E+6`.
    ///
    /// That is a sign or none, digits with at most one point before, among or behind them, and, after `e` or `E`, an
    /// exponent of digits with a sign or none. nil for all else: blanks, grouped digits, hexadecimal ones, “nan” and
    /// “inf”; and for a number that is too large for a `Double` (from 1.8·10³⁰⁸ on). One too small for it is 0.
    package init?(decimal text: some StringProtocol) {
        var rest = text.utf8[...]
        func skip(_ bytes: String) -> Bool {
            guard let first = rest.first, bytes.utf8.contains(first) else { return false }
            rest.removeFirst()
            return true
        }
        func skipDigits() -> Bool {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            rest.removeFirst(digits.count)
            return !digits.isEmpty
        }
        _ = skip("+-")
        let hasWhole = skipDigits()
        let hasFraction = skip(".") && skipDigits()
        guard hasWhole || hasFraction else { return nil }
        if skip("eE") {
            _ = skip("+-")
            guard skipDigits() else { return nil }
        }
        guard rest.isEmpty, let number = Double(String(text)), number.isFinite else { return nil }
        self = number
    }
}
