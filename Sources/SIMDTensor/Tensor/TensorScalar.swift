// The numbers a tensor is made of, and the vectors its arithmetic runs on.
//
// A processor adds sixteen `Float`s as fast as one. All elementwise mathematics of the book is therefore written on
// vectors of 64 bytes, SIMD16<Float> or SIMD8<Double>, one cache line and one AVX-512 register. On narrower processors
// the compiler splits each into two (AVX2) or four (NEON).
//
// The two protocols exist so that a layer can be written once for both scalars. They repeat what the standard library
// already has on its concrete vector types (comparisons, `replacing`, `init(repeating:)`), because generic code would
// otherwise be given the standard library's generic versions, which go lane by lane.

/// A number a tensor can hold: `Float` to train with, `Double` to check gradients with.
public protocol TensorScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable, LosslessStringConvertible {
    /// 64 bytes of this scalar.
    associatedtype Vector: TensorVector where Vector.Scalar == Self
}

/// A vector of 64 bytes that can be computed with: the argument and result of the closures given to `map`.
public protocol TensorVector: SIMD, Sendable, ExponentialConstants, LogarithmConstants, ErrorFunctionConstants,
    TrigonometryConstants
where Scalar: TensorScalar, Scalar.Vector == Self {
    init(repeating scalar: Scalar)

    static func .== (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .!= (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .< (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .<= (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .> (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .>= (a: Self, b: Self) -> SIMDMask<MaskStorage>

    /// Zero in every lane.
    static var zero: Self { get }

    /// 0, 1, 2, …
    static var laneNumbers: Self { get }

    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
    static func / (a: Self, b: Self) -> Self
    static prefix func - (a: Self) -> Self

    /// a·b + c, fused (rounded once) where the processor can. Swift never fuses `a * b + c` by itself.
    static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self

    func squareRoot() -> Self

    /// a₀ b₀ a₁ b₁ …, in two vectors.
    static func interleaved(_ a: Self, _ b: Self) -> (low: Self, high: Self)

    /// The lanes of `other` where `mask` is true, of this vector elsewhere.
    func replacing(with other: Self, where mask: SIMDMask<MaskStorage>) -> Self

    /// |x|.
    var magnitude: Self { get }
    /// `self` with its sign flipped in the lanes where the sign bit of `other` is set.
    func flippingSign(where other: Self) -> Self

    /// 1.5·2²³ in Float, 1.5·2⁵² in Double: numbers of this size have no bits for a fraction.
    static var integerShifter: Self { get }
    /// 2ᵏ, given k + `integerShifter`, for k from −126 to 127 (−1022 to 1023).
    static func powerOfTwo(_ shifted: Self) -> Self
    /// Two powers of two whose product is 2ᵏ, given k + `integerShifter`, for k from −252 to 254 (−2044 to 2046).
    static func powerOfTwoInTwoFactors(_ shifted: Self) -> (Self, Self)
    /// The lanes in which k is odd, given k + `integerShifter`.
    static func isOdd(_ shifted: Self) -> SIMDMask<MaskStorage>
    /// A number whose sign bit is bit 1 of k, given k + `integerShifter`; its other bits mean nothing.
    static func signOfHalfTurn(_ shifted: Self) -> Self
    /// x = 2ⁿ·m with √½ ≤ m < √2, for positive normal x; and 2⁻ⁿ, if n ≤ 126 (1022).
    static func split(_ x: Self) -> (significand: Self, exponent: Self, reciprocalPower: Self)
}

extension Float: TensorScalar {
    public typealias Vector = SIMD16<Float>
}

extension Double: TensorScalar {
    public typealias Vector = SIMD8<Double>
}

extension SIMD16: TensorVector where Scalar == Float {}
extension SIMD8: TensorVector where Scalar == Double {}
