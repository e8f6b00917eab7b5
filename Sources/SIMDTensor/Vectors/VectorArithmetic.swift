// The arithmetic of vectors.
//
// The standard library's + − × ÷ on SIMD vectors are loops over the lanes. Whether the optimizer turns such a loop back
// into one vector instruction depends on what stands around it, and often it does not: then a formula runs four times
// slower, or forty. Here the operators are the compiler's own vector instructions (module Builtin, of which the standard
// library itself is made), so that a formula is as fast as it looks, wherever it stands. The code that uses them sees
// nothing of it: `a * b + c` means the same. Only comparisons with a number stay the library's own, lane by lane: compare
// with a vector, `x .< .zero`.
//
// Builtin is an experimental feature, which a later compiler may not have. Then the operators are the standard library's,
// and what it lacks stands in PlainVectors: slower, and the same results to the last bit.
//
// The two halves of the file say the same for the two vectors.

#if hasFeature(BuiltinModule)
import Builtin
#endif

extension TensorVector {
    @_transparent public static var one: Self { Self(repeating: 1) }

    // A number beside a vector stands for itself in every lane.
    @_transparent public static func + (a: Self, b: Scalar) -> Self { a + Self(repeating: b) }
    @_transparent public static func + (a: Scalar, b: Self) -> Self { Self(repeating: a) + b }
    @_transparent public static func - (a: Self, b: Scalar) -> Self { a - Self(repeating: b) }
    @_transparent public static func - (a: Scalar, b: Self) -> Self { Self(repeating: a) - b }
    @_transparent public static func * (a: Self, b: Scalar) -> Self { a * Self(repeating: b) }
    @_transparent public static func * (a: Scalar, b: Self) -> Self { Self(repeating: a) * b }
    @_transparent public static func / (a: Self, b: Scalar) -> Self { a / Self(repeating: b) }
    @_transparent public static func / (a: Scalar, b: Self) -> Self { Self(repeating: a) / b }

    @_transparent public static func += (a: inout Self, b: Self) { a = a + b }
    @_transparent public static func -= (a: inout Self, b: Self) { a = a - b }
    @_transparent public static func *= (a: inout Self, b: Self) { a = a * b }
    @_transparent public static func /= (a: inout Self, b: Self) { a = a / b }

    /// The larger of each pair of lanes; not a number where either is none.
    @_transparent
    public static func maximum(_ a: Self, _ b: Self) -> Self {
        b.replacing(with: a, where: a .> b).replacing(with: a, where: a .!= a)
    }

    /// The smaller of each pair of lanes; not a number where either is none.
    @_transparent
    public static func minimum(_ a: Self, _ b: Self) -> Self {
        b.replacing(with: a, where: a .< b).replacing(with: a, where: a .!= a)
    }

    /// a·b + c, fused (rounded once) where the processor can.
    @_transparent
    public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Scalar) -> Self { multiplyAdd(a, b, Self(repeating: c)) }

    /// True in the first `count` lanes.
    @usableFromInline @_transparent
    static func first(_ count: Int) -> SIMDMask<MaskStorage> { laneNumbers .< Self(repeating: Scalar(count)) }
}

#if hasFeature(BuiltinModule)

// MARK: - Float

extension SIMD16 where Scalar == Float {
    @_transparent
    @usableFromInline
    init(_ value: Builtin.Vec16xFPIEEE32) {
        self.init()
        _storage._value = value
    }

    @_transparent
    public static func + (a: Self, b: Self) -> Self {
        Self(Builtin.fadd_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @_transparent
    public static func - (a: Self, b: Self) -> Self {
        Self(Builtin.fsub_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @_transparent
    public static func * (a: Self, b: Self) -> Self {
        Self(Builtin.fmul_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @_transparent
    public static func / (a: Self, b: Self) -> Self {
        Self(Builtin.fdiv_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @_transparent
    public static prefix func - (a: Self) -> Self { Self(Builtin.fneg_Vec16xFPIEEE32(a._storage._value)) }

    @_transparent
    public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
        // Without the instruction, fusing would mean a call of the C library for every lane.
        #if arch(arm64) || X86_64_V3 || X86_64_V4
        Self(Builtin.int_fma_Vec16xFPIEEE32(a._storage._value, b._storage._value, c._storage._value))
        #else
        a * b + c
        #endif
    }

    @_transparent
    public func squareRoot() -> Self { Self(Builtin.int_sqrt_Vec16xFPIEEE32(_storage._value)) }

    @_transparent
    public static func interleaved(_ a: Self, _ b: Self) -> (low: Self, high: Self) {
        let (low, high) = Builtin.interleave_Vec16xFPIEEE32(a._storage._value, b._storage._value)
        return (Self(low), Self(high))
    }

    @_transparent
    public func replacing(with other: Self, where mask: SIMDMask<MaskStorage>) -> Self {
        let lanes = unsafeBitCast(mask, to: MaskStorage.self)._storage._value
        let isSet = Builtin.cmp_slt_Vec16xInt32(lanes, Builtin.zeroInitializer())
        return Self(Builtin.select_Vec16xInt1_Vec16xFPIEEE32(isSet, other._storage._value, _storage._value))
    }

    /// The answer of a comparison as a mask.
    @inlinable @inline(__always)
    static func mask(_ lanes: Builtin.Vec16xInt1) -> SIMDMask<MaskStorage> {
        var storage = MaskStorage()
        storage._storage._value = Builtin.sext_Vec16xInt1_Vec16xInt32(lanes)
        return unsafeBitCast(storage, to: SIMDMask<MaskStorage>.self)
    }

    @inlinable @inline(__always)
    public static func .== (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_oeq_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .!= (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_une_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .< (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_olt_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .<= (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_ole_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .> (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_ogt_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .>= (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_oge_Vec16xFPIEEE32(a._storage._value, b._storage._value))
    }

    @_transparent
    public static var zero: Self { Self(repeating: 0) }

    @_transparent
    public static var laneNumbers: Self { Self(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
}

// MARK: - Double

extension SIMD8 where Scalar == Double {
    @_transparent
    @usableFromInline
    init(_ value: Builtin.Vec8xFPIEEE64) {
        self.init()
        _storage._value = value
    }

    @_transparent
    public static func + (a: Self, b: Self) -> Self {
        Self(Builtin.fadd_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @_transparent
    public static func - (a: Self, b: Self) -> Self {
        Self(Builtin.fsub_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @_transparent
    public static func * (a: Self, b: Self) -> Self {
        Self(Builtin.fmul_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @_transparent
    public static func / (a: Self, b: Self) -> Self {
        Self(Builtin.fdiv_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @_transparent
    public static prefix func - (a: Self) -> Self { Self(Builtin.fneg_Vec8xFPIEEE64(a._storage._value)) }

    @_transparent
    public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
        // Without the instruction, fusing would mean a call of the C library for every lane.
        #if arch(arm64) || X86_64_V3 || X86_64_V4
        Self(Builtin.int_fma_Vec8xFPIEEE64(a._storage._value, b._storage._value, c._storage._value))
        #else
        a * b + c
        #endif
    }

    @_transparent
    public func squareRoot() -> Self { Self(Builtin.int_sqrt_Vec8xFPIEEE64(_storage._value)) }

    @_transparent
    public static func interleaved(_ a: Self, _ b: Self) -> (low: Self, high: Self) {
        let (low, high) = Builtin.interleave_Vec8xFPIEEE64(a._storage._value, b._storage._value)
        return (Self(low), Self(high))
    }

    @_transparent
    public func replacing(with other: Self, where mask: SIMDMask<MaskStorage>) -> Self {
        let lanes = unsafeBitCast(mask, to: MaskStorage.self)._storage._value
        let isSet = Builtin.cmp_slt_Vec8xInt64(lanes, Builtin.zeroInitializer())
        return Self(Builtin.select_Vec8xInt1_Vec8xFPIEEE64(isSet, other._storage._value, _storage._value))
    }

    /// The answer of a comparison as a mask.
    @inlinable @inline(__always)
    static func mask(_ lanes: Builtin.Vec8xInt1) -> SIMDMask<MaskStorage> {
        var storage = MaskStorage()
        storage._storage._value = Builtin.sext_Vec8xInt1_Vec8xInt64(lanes)
        return unsafeBitCast(storage, to: SIMDMask<MaskStorage>.self)
    }

    @inlinable @inline(__always)
    public static func .== (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_oeq_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .!= (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_une_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .< (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_olt_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .<= (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_ole_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .> (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_ogt_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @inlinable @inline(__always)
    public static func .>= (a: Self, b: Self) -> SIMDMask<MaskStorage> {
        mask(Builtin.fcmp_oge_Vec8xFPIEEE64(a._storage._value, b._storage._value))
    }

    @_transparent
    public static var zero: Self { Self(repeating: 0) }

    @_transparent
    public static var laneNumbers: Self { Self(0, 1, 2, 3, 4, 5, 6, 7) }
}

#endif
