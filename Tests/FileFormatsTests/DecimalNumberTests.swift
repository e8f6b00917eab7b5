// What counts as a number where people and programs write numbers down.

import FileFormats
import Testing

@Suite("Decimal numbers")
struct DecimalNumberTests {
    @Test("decimal digits with or without sign, point and exponent are numbers")
    func numbers() {
        let numbers: [(String, Double)] = [
            ("0", 0), ("12", 12), ("007", 7), ("-0.5", -0.5), ("+1", 1), (".5", 0.5), ("5.", 5), ("-.25", -0.25),
            ("1e5", 1e5), ("1E5", 1e5), ("2.5e-3", 0.0025), ("2e+6", 2e6), ("1.e2", 100), ("1e39", 1e39),
            ("1.7976931348623157e308", .greatestFiniteMagnitude), ("5e-324", .leastNonzeroMagnitude), ("1e-400", 0),
            ("0.1", 0.1), ("9007199254740993", 9_007_199_254_740_992),
        ]
        for (text, number) in numbers { #expect(Double(decimal: text) == number, "\(text)") }
        #expect(Double(decimal: "-0")?.sign == .minus)
        #expect(Double(decimal: "x12".dropFirst()) == 12)
    }

    @Test("all else is none")
    func others() {
        let others = [
            "", " ", ".", "+", "-", "e5", ".e5", "1e", "1e+", "--1", "+-1", "1.2.3", "1 ", " 1", "1e5 ", "\t1", "1\0", "1,5",
            "1_000", "1'000", "0x1A", "0x1p3", "0X10", "1p3", "inf", "-inf", "infinity", "Inf", "nan", "NaN", "nan(1)", "NA",
            "１", "٣", "−1", "½", "1e309", "-1e309", "1.8e308", "1d5", "1f", "1e5.0", "0b1", "0o7", "$1", "1%",
        ]
        for text in others { #expect(Double(decimal: text) == nil, "\(text)") }
    }
}
