// How numbers are written: on axes, in tables, in cells and behind bars.

import Foundation

enum NumberText {
    /// With so many decimals, and a true minus sign; what is not finite in words.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return special(value) }
        // Beyond the 15 digits that a number holds, digits would be noise.
        guard abs(value) < 1e15 else { return scientific(value, decimals: 2) }
        let text = String(format: "%.\(decimals)f", abs(value))
        // A number that rounds to zero has no sign.
        return (value < 0 && text.contains { $0 != "0" && $0 != "." } ? "−" : "") + text
    }

    /// With four significant digits, in powers of ten where plain digits would be long.
    static func short(_ value: Double) -> String {
        guard value.isFinite else { return special(value) }
        guard value != 0 else { return "0" }
        let magnitude = exponent(value)
        if magnitude >= 6 || magnitude < -4 { return scientific(value, decimals: 2) }
        return trimmed(fixed(value, decimals: max(0, 3 - magnitude)))
    }

    /// As mantissa and power of ten: `2.5×10⁻⁷`.
    static func scientific(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return special(value) }
        guard value != 0 else { return "0" }
        var power = exponent(value)
        // Scaling in two steps keeps within the range of numbers at both of its ends.
        var mantissa = value / pow(10, Double(power / 2)) / pow(10, Double(power - power / 2))
        let place = pow(10, Double(decimals))
        if (abs(mantissa) * place).rounded() >= 10 * place {
            mantissa /= 10
            power += 1
        }
        let text = trimmed(fixed(mantissa, decimals: decimals))
        switch text {
        case "1": return powerOfTen(power)
        case "−1": return "−" + powerOfTen(power)
        default: return text + "×" + powerOfTen(power)
        }
    }

    /// `10⁻³`.
    static func powerOfTen(_ power: Int) -> String {
        let raised: [Character] = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return "10" + (power < 0 ? "⁻" : "") + String(String(abs(power)).map { raised[$0.wholeNumberValue ?? 0] })
    }

    /// The power of ten of the first digit.
    static func exponent(_ value: Double) -> Int { Int(log10(abs(value)).rounded(.down)) }

    private static func special(_ value: Double) -> String {
        value.isNaN ? "nan" : value > 0 ? "∞" : "−∞"
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
