// The machine's limits.
//
// A time alone does not say whether it is good. Two things limit everything in this book: how many multiplications and
// additions the cores can do in a second, and how many bytes pass between them and the memory. Both are measured here, each
// by a loop that does nothing else; how close a matrix product or an exponential comes to them shows how much is left to
// gain.

import Foundation
import SIMDTensor
import Synchronization

/// The machine's two limits, on the given number of threads at the same time: for each the median of several repeats, as for
/// everything that is compared with them.
public struct Ceilings: Sendable, Equatable {
    /// Billions of floating-point operations in a second; a multiplication and the addition after it are two, fused or
    /// not.
    public let gigaflops: Double
    /// Billions of bytes in a second, read and written together, copying between arrays that no cache holds.
    public let gigabytesPerSecond: Double

    public init(gigaflops: Double, gigabytesPerSecond: Double) {
        (self.gigaflops, self.gigabytesPerSecond) = (gigaflops, gigabytesPerSecond)
    }

    /// Measures both, each for about `budget`.
    static func measured(threads: Int, budget: Duration) -> Ceilings {
        withThreads(threads) {
            Ceilings(
                gigaflops: measuredGigaflops(budget: budget),
                gigabytesPerSecond: measuredGigabytesPerSecond(budget: budget))
        }
    }

    private static func measuredGigaflops(budget: Duration) -> Double {
        // Only the run knows these numbers, so that the compiler can compute nothing beforehand.
        var random = Random(seed: 1)
        let starts = (0..<Accumulators.count).map { _ in Float.Vector(repeating: Float(random.uniform())) }
        let factor = Float(random.uniform())
        // Some milliseconds: long compared with the waking of the threads.
        let (parts, rounds) = (32 * Threads.count, 1 << 16)
        let timing = Timing(budget: budget) {
            onThreads(parts) { _ in Accumulators.sum(after: rounds, from: starts, times: factor, plus: 1) }.reduce(0, +)
        }
        let operations = 2 * Float.Vector.scalarCount * Accumulators.count * rounds * parts
        return Double(operations) / timing.median / 1e9
    }

    private static func measuredGigabytesPerSecond(budget: Duration) -> Double {
        // Of each array 128 megabytes, or 32 for each thread if that is more, in pieces of 16.
        let parts = (0..<max(8, 2 * Threads.count)).map { _ in CopiedPart(count: 4 << 20) }
        let bytes = parts.reduce(0) { $0 + 2 * MemoryLayout<Float>.stride * $1.count }
        let timing = Timing(budget: budget) {
            _ = onThreads(parts.count) { parts[$0].copy() }
            return parts[parts.count - 1].last
        }
        return Double(bytes) / timing.median / 1e9
    }
}

/// A piece of an array and the place it is copied to.
private final class CopiedPart: Sendable {
    private let source: Tensor<Float>
    private let target: Mutex<Tensor<Float>>

    var count: Int { source.count }
    var last: Float { target.withLock { $0[element: count - 1] } }

    init(count: Int) {
        source = Tensor(repeating: 1, shape: [count])
        target = Mutex(Tensor(zeros: [1, count]))
    }

    func copy() { target.withLock { $0[0] = source } }
}

/// Vectors that are multiplied and added to, over and over.
///
/// A fused multiply-add takes four clock cycles or so, and a core begins two (of 64 bytes; narrower ones up to four) in
/// each. It is fully used only if enough of them do not wait for each other: one for each accumulator is on its way.
struct Accumulators {
    #if X86_64_V4
    /// A vector is one register of 32.
    static let count = 12
    #elseif arch(arm64) || X86_64_V3
    /// A vector is four registers of 32, or two of 16.
    static let count = 6
    #else
    /// A vector is four registers of 16.
    static let count = 3
    #endif

    private var a, b, c: Float.Vector

    private init(_ starts: ArraySlice<Float.Vector>) {
        let first = starts.startIndex
        (a, b, c) = (starts[first], starts[first + 1], starts[first + 2])
    }

    /// x ← x·factor + addend, of each. The product changes with every step: one that stayed the same, the compiler would
    /// move out of the loop.
    @inline(__always)
    private mutating func step(_ factor: Float.Vector, _ addend: Float.Vector) {
        a = Float.Vector.multiplyAdd(a, factor, addend)
        b = Float.Vector.multiplyAdd(b, factor, addend)
        c = Float.Vector.multiplyAdd(c, factor, addend)
    }

    private var sum: Float { (a + b + c).sum() }

    /// The sum of all `count` accumulators after the given number of steps.
    @inline(never)
    static func sum(
        after rounds: Int, from starts: [Float.Vector], times factor: Float, plus addend: Float
    ) -> Float {
        let (factor, addend) = (Float.Vector(repeating: factor), Float.Vector(repeating: addend))
        var first = Accumulators(starts[..<3])
        #if X86_64_V4
        var (second, third, fourth) = (Accumulators(starts[3..<6]), Accumulators(starts[6..<9]), Accumulators(starts[9...]))
        for _ in 0..<rounds {
            first.step(factor, addend)
            second.step(factor, addend)
            third.step(factor, addend)
            fourth.step(factor, addend)
        }
        return first.sum + second.sum + third.sum + fourth.sum
        #elseif arch(arm64) || X86_64_V3
        var second = Accumulators(starts[3...])
        for _ in 0..<rounds {
            first.step(factor, addend)
            second.step(factor, addend)
        }
        return first.sum + second.sum
        #else
        for _ in 0..<rounds { first.step(factor, addend) }
        return first.sum
        #endif
    }
}
