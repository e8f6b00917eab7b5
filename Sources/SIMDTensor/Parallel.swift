// More than one thread.

import Dispatch
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// How many threads the tensor may use. Results do not depend on it, bit for bit.
public enum Threads {
    private static let setting = Atomic<Int>(available)

    /// The number of processors the program may use.
    public static var available: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// The number of threads used for large tensors; at first as many as there are processors.
    public static var count: Int {
        get { setting.load(ordering: .relaxed) }
        set {
            require(newValue >= 1, "Threads.count: at least one thread is needed, but \(newValue) was set")
            setting.store(newValue, ordering: .relaxed)
        }
    }
}

/// Calls `body` for parts of a range that together cover it, each beginning at a multiple of `step` from its start; at the
/// same time on several threads if `worthwhile`.
@inline(__always)
func parallel(_ range: Range<Int>, step: Int, if worthwhile: Bool, _ body: (Range<Int>) -> Void) {
    let steps = (range.count &+ step &- 1) / step
    let threads = worthwhile ? min(Threads.count, steps) : 1
    if threads == 1 { return body(range) }
    withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let (first, last) = (steps * thread / threads, steps * (thread + 1) / threads)
            body(range.lowerBound + first * step..<min(range.upperBound, range.lowerBound + last * step))
        }
    }
}
