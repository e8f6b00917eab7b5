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
public protocol TensorVector: SIMD, Sendable where Scalar: TensorScalar, Scalar.Vector == Self {
    init(repeating scalar: Scalar)

    static func .== (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .!= (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .< (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .<= (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .> (a: Self, b: Self) -> SIMDMask<MaskStorage>
    static func .>= (a: Self, b: Self) -> SIMDMask<MaskStorage>

    /// 0, 1, 2, …
    static var laneNumbers: Self { get }

    /// The lanes of `other` where `mask` is true, of this vector elsewhere.
    func replacing(with other: Self, where mask: SIMDMask<MaskStorage>) -> Self
}

extension Float: TensorScalar {
    public typealias Vector = SIMD16<Float>
}

extension Double: TensorScalar {
    public typealias Vector = SIMD8<Double>
}

extension SIMD16: TensorVector where Scalar == Float {
    @_transparent
    public static var laneNumbers: Self { Self(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
}

extension SIMD8: TensorVector where Scalar == Double {
    @_transparent
    public static var laneNumbers: Self { Self(0, 1, 2, 3, 4, 5, 6, 7) }
}

extension TensorVector {
    /// a·b + c, with one rounding where the processor has a fused multiply-add.
    ///
    /// Swift never contracts `a * b + c` by itself, and `addingProduct` calls a library function for every lane where
    /// there is no such instruction: so the choice is made here, once.
    @_transparent
    public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
        #if arch(arm64) || X86_64_V4 || X86_64_V3
        c.addingProduct(a, b)
        #else
        a * b + c
        #endif
    }

    /// The larger of each pair of lanes; not a number where either is none.
    @_transparent
    public static func maximum(_ a: Self, _ b: Self) -> Self { b.replacing(with: a, where: (a .> b) .| (a .!= a)) }

    /// The smaller of each pair of lanes; not a number where either is none.
    @_transparent
    public static func minimum(_ a: Self, _ b: Self) -> Self { b.replacing(with: a, where: (a .< b) .| (a .!= a)) }

    /// The absolute value of each lane.
    @_transparent
    public var magnitude: Self { Self.maximum(self, -self) }

    /// True in the first `count` lanes.
    @_transparent
    static func first(_ count: Int) -> SIMDMask<MaskStorage> { laneNumbers .< Self(repeating: Scalar(count)) }
}
