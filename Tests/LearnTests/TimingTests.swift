// Statistics of known numbers, and what is timed.

import Foundation
import Testing

@testable import Examples

@Suite("Timing")
struct TimingTests {
    @Test(
        "the median is the middle, or the mean of the two middle ones",
        arguments: [([3, 1, 2], 2), ([4, 1, 3, 2], 2.5), ([7], 7), ([1, 9], 5)] as [([Double], Double)])
    func median(seconds: [Double], median: Double) {
        #expect(Timing(seconds: seconds).median == median)
    }

    // Quartiles by numpy.percentile: of 1…5 they are 2 and 4, of (1, 2, 4, 8) 1.75 and 5.
    @Test(
        "the spread is half the distance of the quartiles, as a share of the median",
        arguments: [
            ([5, 1, 3, 2, 4], 1 / 3), ([8, 2, 1, 4], 3.25 / 6), ([2, 2, 2], 0), ([7], 0), ([50, 10, 30, 20, 40], 1 / 3),
        ] as [([Double], Double)])
    func spread(seconds: [Double], spread: Double) {
        #expect((Timing(seconds: seconds).spread - spread).magnitude < 1e-15)
    }

    @Test("a repeat that was disturbed moves neither the median nor the spread")
    func disturbed() {
        let timing = Timing(seconds: [1, 1000, 1, 1, 1, 1])
        #expect(timing.median == 1 && timing.spread == 0)
    }

    @Test("there are five repeats at least, however small the budget, after a warm-up")
    func repeats() {
        var steps = 0
        let timing = Timing(budget: .zero) {
            steps += 1
            return 0
        }
        #expect(timing.seconds.count == 5 && steps >= 6)
        #expect(timing.seconds.allSatisfy { $0 >= 0 })
    }

    /// The durations of a step by a clock that only the step moves on: by half a second the first time, then as given.
    private func durations(budget: Duration, step: Duration) -> (seconds: [Double], steps: Int) {
        var (now, steps) = (ContinuousClock.now, 0)
        let timing = Timing(budget: budget, now: { now }) {
            now += steps == 0 ? .milliseconds(500) : step
            steps += 1
            return 0
        }
        return (timing.seconds, steps)
    }

    @Test("a step is timed, not the warm-up before it")
    func slow() {
        let (seconds, steps) = durations(budget: .zero, step: .milliseconds(2))
        #expect(seconds.count == 5 && steps == 6)
        #expect(seconds.allSatisfy { ($0 - 0.002).magnitude < 1e-12 })
    }

    @Test("repeats go on until the budget is used up; the warm-up takes a tenth of it")
    func budget() {
        let (seconds, steps) = durations(budget: .seconds(6), step: .milliseconds(100))
        // The first step and one more are the warm-up of 0.6 s.
        #expect(seconds.count == 60 && steps == 62)
        #expect(seconds.allSatisfy { ($0 - 0.1).magnitude < 1e-12 })
    }

    @Test("both ceilings are measured, on one thread and on several", arguments: [1, 2])
    func ceilings(threads: Int) {
        let ceilings = Ceilings.measured(threads: threads, budget: .zero)
        #expect(ceilings.gigaflops > 0 && ceilings.gigaflops.isFinite)
        #expect(ceilings.gigabytesPerSecond > 0 && ceilings.gigabytesPerSecond.isFinite)
    }

    @Test("a step multiplies every accumulator by the factor and adds the addend")
    func accumulators() {
        let starts = (0..<Accumulators.count).map { _ in SIMD16<Float>(repeating: 1) }
        let sums = [0, 1, 2].map { Accumulators.sum(after: $0, from: starts, times: 0.5, plus: 1) }
        #expect(sums == [1, 1.5, 1.75].map { 16 * $0 * Float(Accumulators.count) })
    }
}
