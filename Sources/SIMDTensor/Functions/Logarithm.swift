// ln x and ln(1 + x).
//
// A floating-point number is already half a logarithm: x = 2ⁿ·m, so ln x = n·ln 2 + ln m. The significand m is taken
// between √½ and √2, so that f = m − 1 is small on both sides of 1 and n = 0 for all x near 1, where the result goes
// through 0 and needs all the digits of f.
//
// ln(1 + f) = f + a correction, which the polynomials below compute. n·ln 2 is added in two parts, as in the
// exponential: n·high is exact, n·low is added while the sum is still small.

/// The numbers in which ln x differs between Float and Double.
public protocol LogarithmConstants {
    /// A power of two that makes every subnormal number normal, and its exponent.
    static var normalizing: (scale: Self, exponent: Self) { get }
    /// ln(1 + f) − f for √½ ≤ 1 + f < √2.
    static func logarithmCorrection(_ f: Self) -> Self
}

extension TensorVector {
    /// ln x: −∞ at ±0, not a number below 0, ∞ at ∞.
    @inlinable @inline(__always)
    public static func log(_ x: Self) -> Self {
        let isSubnormal = x .< Self(repeating: .leastNormalMagnitude)
        let (m, n, _) = split(x.replacing(with: x * normalizing.scale, where: isSubnormal))
        let exponent = n.replacing(with: n - normalizing.exponent, where: isSubnormal)
        let finite = logarithm(of1Plus: m - 1, exponent: exponent)
        return Self(repeating: .nan).replacing(with: finite, where: x .> Self.zero)
            .replacing(with: Self(repeating: -.infinity), where: x .== Self.zero)
            .replacing(with: x, where: x .== Self(repeating: .infinity))
    }

    /// ln(1 + x): x where x is small, −∞ at −1, not a number below −1, ∞ at ∞.
    ///
    /// Where x is so large that 2⁻ⁿ may have no exponent field, 1 + x is x, and its significand serves as in ln x.
    @inlinable @inline(__always)
    public static func log1p(_ x: Self) -> Self {
        let (m, n, reciprocalPower) = split(1 + x)
        let f = multiplyAdd(x, reciprocalPower, reciprocalPower - 1)
            .replacing(with: m - 1, where: x .> Self(repeating: 0x1p60))
        let minusOne = Self(repeating: -1)
        return Self(repeating: .nan).replacing(with: logarithm(of1Plus: f, exponent: n), where: x .> minusOne)
            .replacing(with: Self(repeating: -.infinity), where: x .== minusOne)
            .replacing(with: x, where: x .== Self.zero)
            .replacing(with: x, where: x .== Self(repeating: .infinity))
    }

    /// ln(1 + x) for 0 ≤ x ≤ 2⁶⁰.
    ///
    /// 1 + x itself is rounded, and is used for its exponent n only: f = 2⁻ⁿ(1 + x) − 1 is computed from x as
    /// 2⁻ⁿ·x + (2⁻ⁿ − 1), which rounds once (and not at all where n ≤ 0).
    @inlinable @inline(__always)
    static func logarithmOf1Plus(_ x: Self) -> Self {
        let (_, n, reciprocalPower) = split(1 + x)
        return logarithm(of1Plus: multiplyAdd(x, reciprocalPower, reciprocalPower - 1), exponent: n)
    }

    /// n·ln 2 + ln(1 + f).
    @inlinable @inline(__always)
    static func logarithm(of1Plus f: Self, exponent n: Self) -> Self {
        let correction = multiplyAdd(n, ln2.low, logarithmCorrection(f))
        return multiplyAdd(n, ln2.high, f + correction)
    }
}

extension SIMD16: LogarithmConstants where Scalar == Float {
    @inlinable @inline(__always) public static var normalizing: (scale: Self, exponent: Self) {
        (Self(repeating: 0x1p24), Self(repeating: 24))
    }

    /// −½f² + f³·P(f), error 2⁻²⁷.
    @inlinable @inline(__always)
    public static func logarithmCorrection(_ f: Self) -> Self {
        var p = Self(repeating: -0x1.37ca64p-4)
        p = multiplyAdd(p, f, 0x1.0524aap-3)
        p = multiplyAdd(p, f, -0x1.0d8be6p-3)
        p = multiplyAdd(p, f, 0x1.22de16p-3)
        p = multiplyAdd(p, f, -0x1.54728ep-3)
        p = multiplyAdd(p, f, 0x1.99a01cp-3)
        p = multiplyAdd(p, f, -0x1.000226p-2)
        p = multiplyAdd(p, f, 0x1.555554p-2)
        return f * f * multiplyAdd(p, f, -0.5)
    }
}

extension SIMD8: LogarithmConstants where Scalar == Double {
    @inlinable @inline(__always) public static var normalizing: (scale: Self, exponent: Self) {
        (Self(repeating: 0x1p54), Self(repeating: 54))
    }

    /// For this many digits a division pays: with s = f/(2 + f), ln(1 + f) = 2 artanh s = 2(s + s³/3 + s⁵/5 + …) has
    /// odd powers only, and |s| ≤ 0.172. Because 2s = f − s·f = f − ½f² + s·½f², the correction is
    /// s·(½f² + z·P(z)) − ½f² with z = s²; error 2⁻⁵⁹·⁵.
    @inlinable @inline(__always)
    public static func logarithmCorrection(_ f: Self) -> Self {
        let s = f / (2 + f)
        let z = s * s
        var p = Self(repeating: 0x1.2f03d3b6c31ccp-3)
        p = multiplyAdd(p, z, 0x1.39a1e680ab35ep-3)
        p = multiplyAdd(p, z, 0x1.74663d0097e8cp-3)
        p = multiplyAdd(p, z, 0x1.c71c52140d112p-3)
        p = multiplyAdd(p, z, 0x1.24924941e17b0p-2)
        p = multiplyAdd(p, z, 0x1.999999997ff1ap-2)
        p = multiplyAdd(p, z, 0x1.5555555555592p-1)
        let halfSquare = 0.5 * f * f
        return multiplyAdd(s, multiplyAdd(z, p, halfSquare), 0 - halfSquare)
    }
}
