// Large blocks of memory, used again.
//
// A training step makes and drops the same large tensors again and again. Were each block given back to the system and
// asked for anew, every page of it would have to be mapped and filled with zeros by the system when it is first touched:
// for a tensor of 64 megabytes, sixteen thousand interruptions, which take longer than the arithmetic. So dropped blocks
// are kept for the next tensor of the same size: a bounded number of bytes, and not for ever.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The blocks that large tensors leave behind and the next ones take.
public enum Memory {
    /// What has been asked for since the program began, and what is kept.
    public struct Usage: Sendable, Equatable {
        /// Large blocks that tensors asked for.
        public internal(set) var requests = 0
        /// How many of them the system was asked for, because none was kept.
        public internal(set) var fresh = 0
        /// The bytes kept for later tensors.
        public internal(set) var kept = 0
    }

    /// Tensors of fewer bytes are left to the system's own allocator, which is quick with them.
    static let smallest = 32_768

    /// At most so many bytes are kept; at first a gigabyte, or a quarter of the machine's memory if that is less. Set it to
    /// zero to keep nothing.
    public static var limit: Int {
        get { pool.withLock { $0.limit } }
        set {
            require(newValue >= 0, "Memory.limit: a number of bytes is not negative, but \(newValue) was set")
            pool.withLock {
                $0.limit = newValue
                $0.shrink(to: newValue)
            }
        }
    }

    /// What has been asked for so far, and what is kept now.
    public static var usage: Usage { pool.withLock { $0.usage } }

    /// Gives all kept blocks back to the system.
    public static func release() { pool.withLock { $0.shrink(to: 0) } }

    /// The size of the block for `bytes` bytes: rounded up by at most an eighth, so that tensors of nearly one size can
    /// share their blocks.
    static func size(for bytes: Int) -> Int {
        let eighth = max(4096, 1 << (Int.bitWidth - 4 - bytes.leadingZeroBitCount))
        return (bytes + eighth - 1) / eighth * eighth
    }

    /// A block of a size that `size(for:)` gave.
    static func take(_ size: Int) -> UnsafeMutableRawPointer {
        pool.withLock { $0.take(size) }.map { $0.start } ?? allocate(size)
    }

    static func giveBack(_ start: UnsafeMutableRawPointer, _ size: Int) {
        pool.withLock { $0.keep(Pool.Kept(start: start, size: size, time: $0.usage.requests)) }
    }

    /// From here on a block consists of huge pages, if the system has them: one interruption for 512 pages.
    private static let hugePage = 2 << 20

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        guard size >= hugePage else { return .allocate(byteCount: size, alignment: 64) }
        let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: hugePage)
        #if os(Linux)
        madvise(block, size, MADV_HUGEPAGE)
        #endif
        return block
    }

    private static let pool = Locked(Pool())

    struct Pool: ~Copyable {
        struct Kept: @unchecked Sendable {
            let start: UnsafeMutableRawPointer
            let size: Int
            /// The number of requests when it was given back.
            let time: Int
        }

        /// In the order in which they were given back.
        private var blocks: [Kept] = []
        var usage = Usage()
        var limit = min(1 << 30, sysconf(Int32(_SC_PHYS_PAGES)) / 4 * sysconf(Int32(_SC_PAGESIZE)))

        /// So many requests later a block that no one took is given back to the system.
        static let patience = 4096

        /// A kept block, the one given back last: it is most likely still in the cache.
        mutating func take(_ size: Int) -> Kept? {
            usage.requests += 1
            while let first = blocks.first, usage.requests - first.time > Self.patience { drop(at: 0) }
            guard let place = blocks.lastIndex(where: { $0.size == size }) else {
                usage.fresh += 1
                return nil
            }
            usage.kept -= size
            return blocks.remove(at: place)
        }

        mutating func keep(_ block: Kept) {
            // A block larger than all that may be kept would only drive out the others.
            guard block.size <= limit else { return block.start.deallocate() }
            blocks.append(block)
            usage.kept += block.size
            shrink(to: limit)
        }

        /// Gives back to the system what was given back first, until at most `bytes` are kept.
        mutating func shrink(to bytes: Int) {
            while usage.kept > bytes { drop(at: 0) }
        }

        private mutating func drop(at place: Int) {
            let block = blocks.remove(at: place)
            usage.kept -= block.size
            block.start.deallocate()
        }
    }
}

/// A value that one thread at a time may use. Like the toolchain's `Mutex`, but of a lock that the thread sanitizer knows.
final class Locked<Value: ~Copyable>: @unchecked Sendable {
    private var value: Value
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init(_ value: consuming Value) {
        self.value = value
        let result = pthread_mutex_init(lock, nil)
        require(result == 0, "Memory: the system has no lock to give, error \(result)")
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&value)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }
}
