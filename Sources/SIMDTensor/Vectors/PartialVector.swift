// The first lanes of a vector, to memory and from it.
//
// What stands behind the last column of a result may belong to another thread, so a vector that is only partly filled must
// not be written, or even read, as a whole. Its lanes are passed in halves: of eleven floats first eight, then two, then
// one, each with an instruction of that size.
//
// A call of the system's copy would do the same, and must not stand here: where a closure that may throw ends with one
// (and all that `withUnsafeTemporaryAllocation` and the like are given count as such), Swift 6.3 leaves by a jump into it
// and forgets the register in which it owes its caller whether an error was thrown. Stores of a fixed size are never
// made into calls.

extension UnsafeMutableRawPointer {
    /// Writes the first `count` lanes of a vector `bytes` behind this address, and nothing behind them.
    @inline(__always)
    func store<Scalar: TensorScalar>(first count: Int, of vector: Scalar.Vector, _ bytes: Int, _: Scalar.Type) {
        (self + bytes).store(
            firstBytes: count &* MemoryLayout<Scalar>.stride, of: unsafeBitCast(vector, to: SIMD16<UInt32>.self))
    }

    /// Not inlined: where a tile is written the vectors of its other rows wait in registers.
    @inline(never)
    private func store(firstBytes size: Int, of sixteen: SIMD16<UInt32>) {
        if size >= 64 { return storeBytes(of: sixteen, as: SIMD16<UInt32>.self) }
        var (place, eight) = (self, sixteen.lowHalf)
        if size & 32 != 0 {
            place.storeBytes(of: eight, as: SIMD8<UInt32>.self)
            (place, eight) = (place + 32, sixteen.highHalf)
        }
        var four = eight.lowHalf
        if size & 16 != 0 {
            place.storeBytes(of: four, as: SIMD4<UInt32>.self)
            (place, four) = (place + 16, eight.highHalf)
        }
        var two = four.lowHalf
        if size & 8 != 0 {
            place.storeBytes(of: two, as: SIMD2<UInt32>.self)
            (place, two) = (place + 8, four.highHalf)
        }
        if size & 4 != 0 { place.storeBytes(of: two.x, as: UInt32.self) }
    }
}

extension UnsafeRawPointer {
    /// The vector of which `count` lanes stand here; zero in the lanes behind them, which are not read.
    @inline(__always)
    func load<Scalar: TensorScalar>(first count: Int, _: Scalar.Type) -> Scalar.Vector {
        unsafeBitCast(load(firstBytes: count &* MemoryLayout<Scalar>.stride), to: Scalar.Vector.self)
    }

    @inline(never)
    private func load(firstBytes size: Int) -> SIMD16<UInt32> {
        if size >= 64 { return loadUnaligned(as: SIMD16<UInt32>.self) }
        // From the last lanes to the first: what is there already moves up where a piece stands before it.
        var two = SIMD2<UInt32>()
        if size & 4 != 0 { two.x = (self + (size & 56)).loadUnaligned(as: UInt32.self) }
        var four = SIMD4(lowHalf: two, highHalf: SIMD2())
        if size & 8 != 0 { four = SIMD4(lowHalf: (self + (size & 48)).loadUnaligned(as: SIMD2<UInt32>.self), highHalf: two) }
        var eight = SIMD8(lowHalf: four, highHalf: SIMD4())
        if size & 16 != 0 { eight = SIMD8(lowHalf: (self + (size & 32)).loadUnaligned(as: SIMD4<UInt32>.self), highHalf: four) }
        guard size & 32 != 0 else { return SIMD16(lowHalf: eight, highHalf: SIMD8()) }
        return SIMD16(lowHalf: loadUnaligned(as: SIMD8<UInt32>.self), highHalf: eight)
    }
}
