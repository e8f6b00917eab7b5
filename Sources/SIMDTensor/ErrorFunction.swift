// The error function erf x = 2/√π · ∫₀ˣ e^(−t²) dt, which has no closed form: it is the integral that makes the normal
// distribution's cumulative probability, Φ(x) = ½(1 + erf(x/√2)).
//
// It is odd, nearly straight at 0 and nearly 1 from 4 on, so two polynomials share the work. Near 0, erf x = x +
// x·P(x²), with all digits however small x is. Further out, 1 − erf x falls like e^(−x²), so its logarithm is nearly a
// parabola, and erf x = 1 − e^Q(x). Q may be the less accurate, the smaller e^Q is beside 1; the minimax fit makes use
// of that.

/// The numbers in which erf differs between Float and Double.
public protocol ErrorFunctionConstants {
    /// Where the two polynomials meet, and from where on erf rounds to 1.
    static var erfBorders: (small: Self, one: Self) { get }
    /// erf(x)/x − 1 as a function of x².
    static func erfNearZero(_ square: Self) -> Self
    /// ln(1 − erf a).
    static func logarithmOfErfc(_ a: Self) -> Self
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
}
