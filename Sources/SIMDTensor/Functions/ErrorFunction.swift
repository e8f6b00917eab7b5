// The error function erf x = 2/√π · ∫₀ˣ e^(−t²) dt, which has no closed form: it is the integral that makes the normal
// distribution's cumulative probability, Φ(x) = ½(1 + erf(x/√2)).
//
// It is odd, nearly straight at 0 and nearly 1 from 4 on, so two polynomials share the work. Near 0, erf x = x +
// x·P(x²), with all digits however small x is. Further out, 1 − erf x falls like e^(−x²), so its logarithm is nearly a
// parabola, and erf x = 1 − e^Q(x). Q may be the less accurate, the smaller e^Q is beside 1; the minimax fit makes use
// of that.
//
// What is left, erfc x = 1 − erf x, cannot be had by that subtraction where it is small, nor from Q. There erfc a =
// e^(−a²)·R(a), and R, which falls from 1 like 1/(a√π), is smooth: (a + K)·R(a) is a polynomial in t = (a − K)/(a + K),
// which brings all of 0…∞ to −1…1. The exponential would turn the rounding of a² into an error a² times as large, so
// what the square loses is computed too, and given back. The same holds of the normal distribution, whose a² is x²/2:
// it has a function of its own, because x/√2 would be rounded before it is squared.

/// The numbers in which erf differs between Float and Double.
public protocol ErrorFunctionConstants {
    /// Where the two polynomials meet, and from where on erf rounds to 1.
    static var erfBorders: (small: Self, one: Self) { get }
    /// erf(x)/x − 1 as a function of x².
    static func erfNearZero(_ square: Self) -> Self
    /// ln(1 − erf a).
    static func logarithmOfErfc(_ a: Self) -> Self
    /// From here on erfc is 0.
    static var erfcIsZeroFrom: Self { get }
    /// K, such that the polynomial's first coefficient is nearly without rounding.
    static var erfcCenter: Self { get }
    /// (a + K)·e^(a²)·erfc a as a function of t = (a − K)/(a + K).
    static func erfcFactor(_ t: Self) -> Self
    /// 1 more than the power of two that parts a significand into halves.
    static var splitter: Self { get }
}

extension TensorVector {
    /// erf x: −1 at −∞, 0 at 0, 1 at ∞; odd.
    @inlinable @inline(__always)
    public static func erf(_ x: Self) -> Self {
        let a = x.magnitude
        let nearZero = multiplyAdd(a, erfNearZero(a * a), a)
        let limited = a.replacing(with: erfBorders.one, where: a .> erfBorders.one)
        let farOut = 1 - exponential(logarithmOfErfc(limited))
        return farOut.replacing(with: nearZero, where: a .< erfBorders.small).flippingSign(where: x)
    }

    /// erfc x = 1 − erf x: 2 at −∞, 1 at 0, 0 at ∞, with all digits however small it is: subnormal above 9.19 (26.54),
    /// 0 above 10.06 (27.23).
    @inlinable @inline(__always)
    public static func erfc(_ x: Self) -> Self {
        let a = x.magnitude
        let limited = a.replacing(with: erfcIsZeroFrom, where: a .> erfcIsZeroFrom)
        let (square, rest) = exactSquare(limited)
        let tail = exponential(0 - square, less: rest, times: scaledErfc(limited))
        // Near 0, where nothing is small yet, the subtraction is the more exact.
        let nearZero = multiplyAdd(a, erfNearZero(a * a), a).flippingSign(where: x)
        return tail.replacing(with: 2 - tail, where: x .< .zero)
            .replacing(with: 1 - nearZero, where: a .< Self(repeating: 0.5))
    }

    /// Of the normal distribution with mean 0 and standard deviation 1 the density φ(x) = e^(−x²/2)/√(2π) and the
    /// probability of a number below x, Φ(x) = ½·erfc(−x/√2); both with all digits however small they are.
    @inlinable @inline(__always)
    public static func standardNormal(_ x: Self) -> (density: Self, cumulative: Self) {
        let (a, last) = (x.magnitude, erfcIsZeroFrom * Scalar(2).squareRoot())
        let limited = a.replacing(with: last, where: a .> last)
        let (square, rest) = exactSquare(limited)
        let (exponent, half) = (square * Scalar(-0.5), rest * Scalar(0.5))
        let tail = exponential(
            exponent, less: half, times: scaledErfc(limited * Scalar(0.5).squareRoot()) * Scalar(0.5))
        let density = exponential(
            exponent, less: half, times: Self(repeating: Scalar(0.3989422804014326779)))  // 1/√(2π)
        return (density, (1 - tail).replacing(with: tail, where: x .< .zero))
    }

    /// e^(a²)·erfc a for 0 ≤ a ≤ `erfcIsZeroFrom`.
    @inlinable @inline(__always)
    static func scaledErfc(_ a: Self) -> Self {
        let sum = a + erfcCenter
        let rounded = 1 / sum
        // 1/(a + K), although the sum was rounded.
        let reciprocal = multiplyAdd((sum - erfcCenter) - a, rounded * rounded, rounded)
        // (a − K)/(a + K) = 2a/(a + K) − 1, which near a = 0 is rounded less.
        return erfcFactor(multiplyAdd(a + a, reciprocal, -1)) * reciprocal
    }

    /// a² rounded, and what the rounding took: both together are a². For a up to 2⁶³.
    ///
    /// The product of a significand's upper half with itself is exact (Veltkamp 1968; Dekker 1971).
    @inlinable @inline(__always)
    static func exactSquare(_ a: Self) -> (rounded: Self, rest: Self) {
        let (square, wide) = (a * a, a * splitter)
        let high = wide - (wide - a)
        return (square, multiplyAdd(a - high, a + high, multiplyAdd(high, high, 0 - square)))
    }
}

extension SIMD16: ErrorFunctionConstants where Scalar == Float {
    @inlinable @inline(__always) public static var erfBorders: (small: Self, one: Self) {
        (Self(repeating: 0.75), Self(repeating: 4))
    }

    /// Error 2⁻²⁹.
    @inlinable @inline(__always)
    public static func erfNearZero(_ square: Self) -> Self {
        var p = Self(repeating: -0x1.613d06p-11)
        p = multiplyAdd(p, square, 0x1.4f1866p-8)
        p = multiplyAdd(p, square, -0x1.b7a75ap-6)
        p = multiplyAdd(p, square, 0x1.ce2acep-4)
        p = multiplyAdd(p, square, -0x1.81273ap-2)
        return multiplyAdd(p, square, 0x1.06eba8p-3)
    }

    /// Error 2⁻²⁸ of the resulting erf a.
    @inlinable @inline(__always)
    public static func logarithmOfErfc(_ a: Self) -> Self {
        var p = Self(repeating: 0x1.bf0cf0p-13)
        p = multiplyAdd(p, a, -0x1.a42f26p-9)
        p = multiplyAdd(p, a, 0x1.765866p-6)
        p = multiplyAdd(p, a, -0x1.aec0e2p-4)
        p = multiplyAdd(p, a, -0x1.458d14p-1)
        p = multiplyAdd(p, a, -0x1.20e102p+0)
        return multiplyAdd(p, a, -0x1.679f64p-16)
    }

    @inlinable @inline(__always) public static var erfcIsZeroFrom: Self { Self(repeating: 10.5625) }
    @inlinable @inline(__always) public static var erfcCenter: Self { Self(repeating: 3.21875) }
    @inlinable @inline(__always) public static var splitter: Self { Self(repeating: 0x1.001p12) }

    /// Error 2⁻²⁸·⁵.
    @inlinable @inline(__always)
    public static func erfcFactor(_ t: Self) -> Self {
        var p = Self(repeating: 0x1.310d8ep-13)
        p = multiplyAdd(p, t, 0x1.bbd504p-15)
        p = multiplyAdd(p, t, -0x1.740fc4p-10)
        p = multiplyAdd(p, t, 0x1.1a651ep-9)
        p = multiplyAdd(p, t, 0x1.00fe38p-7)
        p = multiplyAdd(p, t, -0x1.aecb76p-5)
        p = multiplyAdd(p, t, 0x1.529b86p-3)
        p = multiplyAdd(p, t, -0x1.7822b8p-2)
        p = multiplyAdd(p, t, 0x1.4745f6p-1)
        p = multiplyAdd(p, t, -0x1.d1b454p-1)
        return multiplyAdd(p, t, 0x1.14928ap+0)
    }
}

extension SIMD8: ErrorFunctionConstants where Scalar == Double {
    @inlinable @inline(__always) public static var erfBorders: (small: Self, one: Self) {
        (Self(repeating: 0.875), Self(repeating: 6))
    }

    /// Error 2⁻⁵⁶.
    @inlinable @inline(__always)
    public static func erfNearZero(_ square: Self) -> Self {
        var p = Self(repeating: -0x1.62f7b0141acabp-30)
        p = multiplyAdd(p, square, 0x1.119e0b976b226p-26)
        p = multiplyAdd(p, square, -0x1.64eafee6f1943p-23)
        p = multiplyAdd(p, square, 0x1.baad10b9ead12p-20)
        p = multiplyAdd(p, square, -0x1.f4e323ab0af77p-17)
        p = multiplyAdd(p, square, 0x1.f9a40c94bc66fp-14)
        p = multiplyAdd(p, square, -0x1.c02dbbd18b2b6p-11)
        p = multiplyAdd(p, square, 0x1.565bcd38b96ffp-8)
        p = multiplyAdd(p, square, -0x1.b82ce3139376dp-6)
        p = multiplyAdd(p, square, 0x1.ce2f21a0461d1p-4)
        p = multiplyAdd(p, square, -0x1.812746b037a2bp-2)
        return multiplyAdd(p, square, 0x1.06eba8214db69p-3)
    }

    /// Error 2⁻⁵⁸ of the resulting erf a.
    @inlinable @inline(__always)
    public static func logarithmOfErfc(_ a: Self) -> Self {
        var p = Self(repeating: 0x1.98703f3c7d65fp-40)
        p = multiplyAdd(p, a, -0x1.1bc5ac41f8071p-34)
        p = multiplyAdd(p, a, 0x1.71566c277fd57p-30)
        p = multiplyAdd(p, a, -0x1.2aee80bc13776p-26)
        p = multiplyAdd(p, a, 0x1.5092b9bfa59a8p-23)
        p = multiplyAdd(p, a, -0x1.16b174bdc07a7p-20)
        p = multiplyAdd(p, a, 0x1.5c718d7225786p-18)
        p = multiplyAdd(p, a, -0x1.493a36592888bp-16)
        p = multiplyAdd(p, a, 0x1.c3e2eb9db88dfp-15)
        p = multiplyAdd(p, a, -0x1.7ae72b467b098p-14)
        p = multiplyAdd(p, a, -0x1.26995132a72d0p-17)
        p = multiplyAdd(p, a, 0x1.35007ee238a9bp-11)
        p = multiplyAdd(p, a, -0x1.c04ea17e2e6bdp-10)
        p = multiplyAdd(p, a, 0x1.dee4b0f9aa314p-13)
        p = multiplyAdd(p, a, 0x1.392760063e5fcp-6)
        p = multiplyAdd(p, a, -0x1.a4ecb01e86239p-4)
        p = multiplyAdd(p, a, -0x1.45f360557b75bp-1)
        p = multiplyAdd(p, a, -0x1.20dd6bdc72befp+0)
        return multiplyAdd(p, a, -0x1.b65fc82b596a8p-25)
    }

    @inlinable @inline(__always) public static var erfcIsZeroFrom: Self { Self(repeating: 28.25) }
    @inlinable @inline(__always) public static var erfcCenter: Self { Self(repeating: 4.03125) }
    @inlinable @inline(__always) public static var splitter: Self { Self(repeating: 0x1.0000002p27) }

    /// Error 2⁻⁵⁷·⁹.
    @inlinable @inline(__always)
    public static func erfcFactor(_ t: Self) -> Self {
        var p = Self(repeating: 0x1.68fd654cefa9ap-30)
        p = multiplyAdd(p, t, 0x1.0db0e5d612bc4p-30)
        p = multiplyAdd(p, t, -0x1.14fb75083cce9p-26)
        p = multiplyAdd(p, t, -0x1.2305521d1a8edp-27)
        p = multiplyAdd(p, t, 0x1.13e09789bf3cdp-23)
        p = multiplyAdd(p, t, -0x1.44fccc26d828ap-27)
        p = multiplyAdd(p, t, -0x1.f3f2f051871bap-21)
        p = multiplyAdd(p, t, 0x1.1ebd4df2d7d06p-20)
        p = multiplyAdd(p, t, 0x1.854a025d0eecbp-18)
        p = multiplyAdd(p, t, -0x1.31b959e549838p-16)
        p = multiplyAdd(p, t, -0x1.bf0050dee24bcp-17)
        p = multiplyAdd(p, t, 0x1.9b720de9352a0p-13)
        p = multiplyAdd(p, t, -0x1.c62e3d14c9f2ep-12)
        p = multiplyAdd(p, t, -0x1.1542e630141f0p-11)
        p = multiplyAdd(p, t, 0x1.c928f5e6a0ce6p-8)
        p = multiplyAdd(p, t, -0x1.d15cb9b4b5e44p-6)
        p = multiplyAdd(p, t, 0x1.47f25353fd70ep-4)
        p = multiplyAdd(p, t, -0x1.6f59ea90a3239p-3)
        p = multiplyAdd(p, t, 0x1.5945415c14b09p-2)
        p = multiplyAdd(p, t, -0x1.17f9109893484p-1)
        p = multiplyAdd(p, t, 0x1.8e127ecbadf44p-1)
        p = multiplyAdd(p, t, -0x1.f508faae4f549p-1)
        return multiplyAdd(p, t, 0x1.18b16e21e9f84p+0)
    }
}
