// Learning rate schedules: large steps to get near, small ones to arrive
//
// A schedule is a function from the number of a step (or epoch), counted from 0, to a learning rate. The training loop
// applies it:
//
//     optimizer.learningRate = schedule(epoch)

/// A learning rate for every step. Rates that are negative or not finite trap, and so does a step before 0.
public protocol Schedule: Sendable {
    /// The rate at a step, counted from 0.
    func callAsFunction(_ step: Int) -> Double
}

/// η(t) = η₀ · factor^⌊t / every⌋: the rate falls in steps.
public struct StepDecay: Schedule {
    public let initial: Double
    public let factor: Double
    public let every: Int

    public init(_ initial: Double, factor: Double = 0.1, every: Int) {
        require(every > 0, "StepDecay: the rate falls every given number of steps, at least 1, but \(every) was given")
        requireRates("StepDecay", initial)
        require(
            factor >= 0 && factor.isFinite,
            "StepDecay: the factor must be a number that is not negative, but it is \(factor)")
        (self.initial, self.factor, self.every) = (initial, factor, every)
    }

    public func callAsFunction(_ step: Int) -> Double {
        requireStep("StepDecay", step)
        return (0..<step / every).reduce(initial) { rate, _ in rate * factor }
    }
}

/// η(t) = η_min + ½ (η₀ − η_min) (1 + cos(π t / T)) until T, then η_min. Source: Loshchilov & Hutter 2017, equation 5.
public struct CosineAnnealing: Schedule {
    public let initial: Double
    public let final: Double
    public let steps: Int

    public init(_ initial: Double, to final: Double = 0, over steps: Int) {
        require(steps > 0, "CosineAnnealing: at least one step is needed, but \(steps) were given")
        requireRates("CosineAnnealing", initial, final)
        (self.initial, self.final, self.steps) = (initial, final, steps)
    }

    public func callAsFunction(_ step: Int) -> Double {
        requireStep("CosineAnnealing", step)
        // ½ (1 + cos x) = sin²(½ (π − x)), in which nothing cancels near the end.
        let height = Double.sin(.pi / 2 * (Double(max(0, steps - step)) / Double(steps)))
        return final + (initial - final) * (height * height)
    }
}

/// The rate rises in equal steps to the initial rate of the next schedule, which then begins: η(t) = (t + 1)/W · next(0) for
/// t < W, else next(t − W). Source: Goyal et al. 2017, section 2.2.
public struct WarmUp<Next: Schedule>: Schedule {
    public let steps: Int
    public let next: Next

    public init(_ steps: Int, then next: Next) {
        require(steps >= 0, "WarmUp: the number of steps must not be negative, but it is \(steps)")
        (self.steps, self.next) = (steps, next)
    }

    public func callAsFunction(_ step: Int) -> Double {
        requireStep("WarmUp", step)
        return step < steps ? next(0) * Double(step + 1) / Double(steps) : next(step - steps)
    }
}

private func requireRates(_ schedule: StaticString, _ rates: Double...) {
    require(
        rates.allSatisfy { $0 >= 0 && $0.isFinite },
        "\(schedule): a learning rate is a number that is not negative, but \(rates) was given")
}

private func requireStep(_ schedule: StaticString, _ step: Int) {
    require(step >= 0, "\(schedule): steps are counted from 0, but \(step) was asked for")
}
