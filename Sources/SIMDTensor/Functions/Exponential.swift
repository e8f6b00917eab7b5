// eˣ and eˣ − 1.
//
// No polynomial follows eˣ over its whole range, but the number format already knows powers of two: 2ⁿ is an exponent
// field. So write x = n·ln 2 + r with a whole number n; then eˣ = 2ⁿ·eʳ, and only a short interval around 0 is left for
// a polynomial.
//
// r is a small difference of two large numbers, and must not inherit their rounding. Cody and Waite (1980) split ln 2
// into a high part with so many trailing zero bits that n·high is exact for every n that can occur, and a low part that
// holds the rest; x − n·high is then exact too, and only the last subtraction rounds.
//
// The polynomials, here and in the other functions, are minimax: among all of their degree, those whose largest error
// is smallest. They were found by Remez exchange, the coefficients rounded to the format one after the other
// (Tests/SIMDTensorTests/Reference/coefficients.py). Their error is stated beside them, relative to the function's
// result; rounding a result to the nearest number costs up to 2⁻²⁴ in Float, 2⁻⁵³ in Double.

/// The numbers in which eˣ differs between Float and Double.
public protocol ExponentialConstants {
    /// 1/ln 2.
    static var reciprocalLn2: Self { get }
    /// ln 2 = high + low; the high part is short enough that its product with an exponent is exact.
    static var ln2: (high: Self, low: Self) { get }
    /// Below the lowest, eˣ is 0; above the highest, ∞.
    static var exponentialRange: (lowest: Self, highest: Self) { get }
    /// Below this, eˣ − 1 is −1.
    static var lowestForExpm1: Self { get }
    /// At and below this magnitude, eˣ − 1 is x.
    static var smallestForExpm1: Self { get }
    /// (eʳ − 1 − r)/r² for |r| ≤ ½ ln 2, to be used in eʳ − 1 = r + r²·tail.
    static func exponentialTail(_ r: Self) -> Self
}

extension TensorVector {
    /// eˣ: ∞ above 88.72 (709.78), subnormal below −87.34 (−708.4), 0 below −103.97 (−745.13).
    @inlinable @inline(__always)
    public static func exp(_ x: Self) -> Self {
        exponential(x.replacing(with: exponentialRange.lowest, where: x .< exponentialRange.lowest)
            .replacing(with: exponentialRange.highest, where: x .> exponentialRange.highest))
    }

    /// eˣ for x within `exponentialRange`.
    ///
    /// The powers 2ⁿ of the smallest results have no exponent field, so 2ⁿ is multiplied in two halves. The first
    /// product is exact; the second rounds, and only if the result is subnormal.
    @inlinable @inline(__always)
    static func exponential(_ x: Self) -> Self {
        let (powerMinus1, shifted) = reduced(x)
        let (half, otherHalf) = powerOfTwoInTwoFactors(shifted)
        return (powerMinus1 + 1) * half * otherHalf
    }

    /// factor·e^(x − rest) for x within `exponentialRange` and |rest| of at most half a unit of x's last place.
    @inlinable @inline(__always)
    static func exponential(_ x: Self, less rest: Self, times factor: Self) -> Self {
        let (powerMinus1, shifted) = reduced(x)
        let (half, otherHalf) = powerOfTwoInTwoFactors(shifted)
        // eʳ·(1 − rest) = 1 + (eʳ − 1 − rest·eʳ)
        return multiplyAdd(powerMinus1 - rest * (powerMinus1 + 1), factor, factor) * half * otherHalf
    }

    /// eˣ − 1: −1 at −∞, x where x is small, ∞ at ∞.
    @inlinable @inline(__always)
    public static func expm1(_ x: Self) -> Self {
        let half = halfExpm1(x.replacing(with: lowestForExpm1, where: x .< lowestForExpm1)
            .replacing(with: exponentialRange.highest, where: x .> exponentialRange.highest))
        return (half + half).replacing(with: x, where: x.magnitude .<= smallestForExpm1)
    }

    /// ½(eˣ − 1) for x from `lowestForExpm1` to the highest of `exponentialRange`.
    ///
    /// eˣ − 1 = 2ⁿ(eʳ − 1) + (2ⁿ − 1): where n = 0, the polynomial has the result alone and no 1 is subtracted. The
    /// half is for n = 128 (1024), which has no exponent field; tanh wants the half anyway.
    @inlinable @inline(__always)
    static func halfExpm1(_ x: Self) -> Self {
        let (powerMinus1, shifted) = reduced(x)
        let scale = powerOfTwo(shifted - 1)
        return multiplyAdd(scale, powerMinus1, scale - 0.5)
    }

    /// eʳ − 1 and n + `integerShifter`, where x = n·ln 2 + r and |r| ≤ ½ ln 2.
    @inlinable @inline(__always)
    static func reduced(_ x: Self) -> (powerMinus1: Self, shifted: Self) {
        let shifted = multiplyAdd(x, reciprocalLn2, integerShifter)
        let minusN = integerShifter - shifted
        let r = multiplyAdd(minusN, ln2.low, multiplyAdd(minusN, ln2.high, x))
        return (multiplyAdd(r * r, exponentialTail(r), r), shifted)
    }
}

extension SIMD16: ExponentialConstants where Scalar == Float {
    @inlinable @inline(__always) public static var reciprocalLn2: Self { Self(repeating: 0x1.715476p+0) }
    @inlinable @inline(__always) public static var ln2: (high: Self, low: Self) {
        (Self(repeating: 0x1.62e4p-1), Self(repeating: 0x1.7f7d1cp-20))  // 16 + 24 bits; n has 8
    }
    @inlinable @inline(__always) public static var exponentialRange: (lowest: Self, highest: Self) {
        (Self(repeating: -104), Self(repeating: 89))
    }
    @inlinable @inline(__always) public static var lowestForExpm1: Self { Self(repeating: -20) }
    @inlinable @inline(__always) public static var smallestForExpm1: Self { Self(repeating: 0x1p-25) }

    /// Error of eʳ − 1: 2⁻³¹.
    @inlinable @inline(__always)
    public static func exponentialTail(_ r: Self) -> Self {
        var p = Self(repeating: 0x1.9e6af2p-13)
        p = multiplyAdd(p, r, 0x1.6d3a28p-10)
        p = multiplyAdd(p, r, 0x1.1112dcp-7)
        p = multiplyAdd(p, r, 0x1.5554f8p-5)
        p = multiplyAdd(p, r, 0x1.555554p-3)
        return multiplyAdd(p, r, 0.5)
    }
}

extension SIMD8: ExponentialConstants where Scalar == Double {
    @inlinable @inline(__always) public static var reciprocalLn2: Self { Self(repeating: 0x1.71547652b82fep+0) }
    @inlinable @inline(__always) public static var ln2: (high: Self, low: Self) {
        (Self(repeating: 0x1.62e42fefa38p-1), Self(repeating: 0x1.ef35793c7673p-45))  // 42 + 53 bits; n has 11
    }
    @inlinable @inline(__always) public static var exponentialRange: (lowest: Self, highest: Self) {
        (Self(repeating: -746), Self(repeating: 710))
    }
    @inlinable @inline(__always) public static var lowestForExpm1: Self { Self(repeating: -40) }
    @inlinable @inline(__always) public static var smallestForExpm1: Self { Self(repeating: 0x1p-54) }

    /// Error of eʳ − 1: 2⁻⁶¹·⁶.
    @inlinable @inline(__always)
    public static func exponentialTail(_ r: Self) -> Self {
        var p = Self(repeating: 0x1.1f38d8b927a90p-29)
        p = multiplyAdd(p, r, 0x1.af5cfb790cdeep-26)
        p = multiplyAdd(p, r, 0x1.27e4f8b9515ccp-22)
        p = multiplyAdd(p, r, 0x1.71ddf93cf48f6p-19)
        p = multiplyAdd(p, r, 0x1.a01a019e55c23p-16)
        p = multiplyAdd(p, r, 0x1.a01a01af9b93fp-13)
        p = multiplyAdd(p, r, 0x1.6c16c16c1680ap-10)
        p = multiplyAdd(p, r, 0x1.111111110f70ap-7)
        p = multiplyAdd(p, r, 0x1.5555555555559p-5)
        p = multiplyAdd(p, r, 0x1.5555555555559p-3)
        return multiplyAdd(p, r, 0.5)
    }
}
