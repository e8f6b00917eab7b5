// How long something takes.
//
// A single measurement says little: the first run finds its data in no cache, and what else the machine does can only
// add to any of them. So a step is repeated, after a warm-up that does not count. The median is what it usually takes,
// and the spread says how far the repeats are from agreeing.

import SIMDTensor

/// The durations of the repeats of one step, and what they come to.
struct Timing: Sendable {
    /// In seconds, the shortest first.
    let seconds: [Double]

    /// Traps without a duration.
    init(seconds: [Double]) {
        require(!seconds.isEmpty, "Timing: at least one duration is needed, but there is none")
        self.seconds = seconds.sorted()
    }

    /// Half of the repeats took no longer, in seconds.
    var median: Double { quantile(0.5) }

    /// Half the distance between the quartiles, as a share of the median: half of the repeats lie within about so much
    /// of it. A few repeats that were disturbed do not move it.
    var spread: Double { (quantile(0.75) - quantile(0.25)) / 2 / median }

    /// What a share of the repeats, 0…1, took at most; between two repeats in proportion. Source: Hyndman & Fan 1996,
    /// definition 7.
    func quantile(_ share: Double) -> Double {
        let place = share * Double(seconds.count - 1)
        let below = Int(place)
        let above = min(below + 1, seconds.count - 1)
        return seconds[below] + (place - Double(below)) * (seconds[above] - seconds[below])
    }
}

extension Timing {
    /// A repeat lasts at least so long: to read the clock takes some tens of nanoseconds.
    private static let shortestRepeat = 200e-6

    private static let fewestRepeats = 5

    /// Times a step: a warm-up of a tenth of the budget, one step at least; then repeats until the budget is used up,
    /// five at least. A repeat of a very short step is many of them, one after the other.
    ///
    /// - Parameters:
    ///   - now: what the clock says.
    ///   - step: returns a number of its result, for which all of it has to be computed.
    init(
        budget: Duration, now: () -> ContinuousClock.Instant = { ContinuousClock.now }, of step: () -> Float
    ) {
        let start = now()
        var steps = 0
        repeat {
            _ = step()
            steps += 1
        } while now() - start < budget / 10
        let estimate = (now() - start) / .seconds(1) / Double(steps)
        let stepsPerRepeat = max(1, Int((Self.shortestRepeat / max(estimate, 1e-9)).rounded(.up)))

        var seconds: [Double] = []
        let beginning = now()
        var before = beginning
        repeat {
            for _ in 0..<stepsPerRepeat { _ = step() }
            let after = now()
            seconds.append((after - before) / .seconds(1) / Double(stepsPerRepeat))
            before = now()
        } while seconds.count < Self.fewestRepeats || before - beginning < budget
        self.init(seconds: seconds)
    }
}

/// What `measure` returns when the tensors may use the given number of threads.
func withThreads<Result>(_ threads: Int, _ measure: () -> Result) -> Result {
    let before = Threads.count
    Threads.count = threads
    defer { Threads.count = before }
    return measure()
}
