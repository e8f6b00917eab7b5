// Vectors without the compiler's own instructions.
//
// See VectorArithmetic: this is compiled in its place where the module Builtin is missing. The standard library has + − × ÷,
// square roots and comparisons; here is the rest. `DEEPLEARNING_PLAIN_VECTORS=1` in the environment of a build tries it.

#if !hasFeature(BuiltinModule)

extension SIMD16 where Scalar == Float {
    @inlinable @inline(__always)
    public static prefix func - (a: Self) -> Self { a.flippingSign(where: Self(repeating: -1)) }

    @inlinable @inline(__always)
    public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
        // Without the instruction, fusing would mean a call of the C library for every lane.
        #if arch(arm64) || X86_64_V3 || X86_64_V4
        c.addingProduct(a, b)
        #else
        a * b + c
        #endif
    }

    @inlinable @inline(__always)
    public static func interleaved(_ a: Self, _ b: Self) -> (low: Self, high: Self) {
        var (low, high) = (Self(), Self())
        for lane in 0..<scalarCount / 2 {
            (low[2 * lane], low[2 * lane + 1]) = (a[lane], b[lane])
            (high[2 * lane], high[2 * lane + 1]) = (a[scalarCount / 2 + lane], b[scalarCount / 2 + lane])
        }
        return (low, high)
    }

    @inlinable @inline(__always)
    public static var laneNumbers: Self { Self(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
}

extension SIMD8 where Scalar == Double {
    @inlinable @inline(__always)
    public static prefix func - (a: Self) -> Self { a.flippingSign(where: Self(repeating: -1)) }

    @inlinable @inline(__always)
    public static func multiplyAdd(_ a: Self, _ b: Self, _ c: Self) -> Self {
        // Without the instruction, fusing would mean a call of the C library for every lane.
        #if arch(arm64) || X86_64_V3 || X86_64_V4
        c.addingProduct(a, b)
        #else
        a * b + c
        #endif
    }

    @inlinable @inline(__always)
    public static func interleaved(_ a: Self, _ b: Self) -> (low: Self, high: Self) {
        var (low, high) = (Self(), Self())
        for lane in 0..<scalarCount / 2 {
            (low[2 * lane], low[2 * lane + 1]) = (a[lane], b[lane])
            (high[2 * lane], high[2 * lane + 1]) = (a[scalarCount / 2 + lane], b[scalarCount / 2 + lane])
        }
        return (low, high)
    }

    @inlinable @inline(__always)
    public static var laneNumbers: Self { Self(0, 1, 2, 3, 4, 5, 6, 7) }
}

#endif
