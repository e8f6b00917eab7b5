// The memory behind a tensor.
//
// A tensor is a value: assigning it copies it. What is really copied is a reference to one block of memory, and the
// block itself only when one of its holders is about to change it (copy on write). Blocks begin at a multiple of
// 64 bytes, so that a vector never straddles two cache lines, and end with slack behind the last element: a loop over
// vectors may read and write whole vectors to the very end and needs no special last step.

/// Where a storage's elements lie.
@usableFromInline
struct Block {
    @usableFromInline let start: UnsafeMutableRawPointer
    /// The bytes that go back to `Memory`; zero for a small block, which lies within the storage object itself.
    @usableFromInline let borrowed: Int
}

/// A block of memory for elements of a tensor, freed with its last holder.
@usableFromInline
final class Storage<Scalar: TensorScalar>: ManagedBuffer<Block, UInt8> {
    /// Bytes behind the last element that may be read and overwritten: two vectors, the width of a matrix kernel's tile.
    @usableFromInline static var slack: Int { 128 }

    /// Memory for `count` elements, which are still to be written.
    @usableFromInline
    static func allocate(count: Int) -> Storage {
        let bytes = count &* MemoryLayout<Scalar>.stride &+ slack
        let buffer = bytes < Memory.smallest
            ? Storage.create(minimumCapacity: bytes &+ 63) { buffer in
                buffer.withUnsafeMutablePointerToElements {
                    Block(start: UnsafeMutableRawPointer($0).alignedUp(toMultipleOf: 64), borrowed: 0)
                }
            }
            : Storage.create(minimumCapacity: 0) { _ in
                let size = Memory.size(for: bytes)
                return Block(start: Memory.take(size), borrowed: size)
            }
        return unsafeDowncast(buffer, to: Storage.self)
    }

    /// The first element. What lies behind it is written only through a tensor that holds the one reference.
    @inlinable @inline(__always)
    var base: UnsafeMutablePointer<Scalar> { header.start.assumingMemoryBound(to: Scalar.self) }

    deinit {
        let block = header
        if block.borrowed > 0 { Memory.giveBack(block.start, block.borrowed) }
    }
}
