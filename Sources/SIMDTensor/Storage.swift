// The memory behind a tensor.
//
// A tensor is a value: assigning it copies it. What is really copied is a reference to one block of memory, and the
// block itself only when one of its holders is about to change it (copy on write). Blocks begin at a multiple of
// 64 bytes, so that a vector never straddles two cache lines, and end with slack behind the last element: a loop over
// vectors may read and write whole vectors to the very end and needs no special last step.

@usableFromInline
final class Storage<Scalar: TensorScalar>: @unchecked Sendable {
    /// The first element. What lies behind it is written only through a tensor that holds the one reference.
    @usableFromInline let base: UnsafeMutablePointer<Scalar>

    /// Bytes behind the last element that may be read and overwritten: two vectors, the width of a matrix kernel's tile.
    @usableFromInline static var slack: Int { 128 }

    @inlinable
    init(count: Int) {
        let bytes = count &* MemoryLayout<Scalar>.stride &+ Self.slack
        base = UnsafeMutableRawPointer.allocate(byteCount: (bytes &+ 63) & ~63, alignment: 64)
            .bindMemory(to: Scalar.self, capacity: count)
    }

    @inlinable
    deinit { base.deallocate() }
}
