// Learning rate schedules: large steps to get near, small ones to arrive
//
// A schedule is a function from the number of a step (or epoch), counted from 0, to a learning rate. The loop stays
// visible:
//
//     optimizer.learningRate = schedule(epoch)

/// A learning rate for every step.
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
        require(every > 0, "StepDecay: the rate falls every so many steps, at least 1, but \(every) was given")
        (self.initial, self.factor, self.every) = (initial, factor, every)
    }

    public func callAsFunction(_ step: Int) -> Double { (0..<step / every).reduce(initial) { rate, _ in rate * factor } }
}

/// η(t) = η_min + ½ (η₀ − η_min) (1 + cos(π t / T)) until T, then η_min. Source: Loshchilov & Hutter 2017, equation 5.
public struct CosineAnnealing: Schedule {
    public let initial: Double
    public let final: Double
    public let steps: Int

    public init(_ initial: Double, to final: Double = 0, over steps: Int) {
        require(steps > 0, "CosineAnnealing: at least one step is needed, but \(steps) were given")
        (self.initial, self.final, self.steps) = (initial, final, steps)
    }

    public func callAsFunction(_ step: Int) -> Double {
        let progress = Double(min(step, steps)) / Double(steps)
        return final + (initial - final) * (1 + Double.cos(.pi * progress)) / 2
    }
}

/// The rate rises in equal parts to that of the next schedule, which then begins: η(t) = (t + 1)/W · next(0) for t < W,
/// else next(t − W). Source: Goyal et al. 2017, section 2.2.
public struct WarmUp<Next: Schedule>: Schedule {
    public let steps: Int
    public let next: Next

    public init(_ steps: Int, then next: Next) {
        require(steps >= 0, "WarmUp: the number of steps must not be negative, but it is \(steps)")
        (self.steps, self.next) = (steps, next)
    }

    public func callAsFunction(_ step: Int) -> Double {
        step < steps ? next(0) * Double(step + 1) / Double(steps) : next(step - steps)
    }
}
