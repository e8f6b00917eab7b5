// 3.1.2 Optimizers (优化器)
//
// The gradient says in which direction the loss grows fastest; training goes the other way, a small step at a time. Plain
// gradient descent (梯度下降) does just that. The others remember earlier gradients: momentum, to roll over small bumps;
// RMSProp, to give every parameter a step of about the same size; Adam, to do both.
//
// In the formulas w is a parameter, g its gradient, η the learning rate, t the number of the step, counted from 1. An
// optimizer is a value; what it remembers is a value of the network's own type.

/// A rule for taking a step that makes the loss smaller.
///
/// Settings that make no sense in the network's scalar type trap: a learning rate that is not positive and finite (later it
/// may be set to zero, where a schedule may end), a decay (μ, ρ, β₁, β₂) outside [0, 1), and an ε that is infinite or
/// smaller than the root of the smallest normal number (in `Float` 2⁻⁶³, in `Double` 2⁻⁵¹¹).
public protocol Optimizer<Network> {
    associatedtype Network: Parameterized

    /// η, the size of a step; may be changed between steps, by a schedule for instance.
    var learningRate: Double { get set }

    /// Moves the parameters of the network one step against the gradient.
    mutating func update(_ network: inout Network, along gradient: Network)
}

/// Gradient descent: w ← w − η g. With the gradient of a random batch: stochastic gradient descent (Robbins & Monro 1951).
public struct GradientDescent<Network: Parameterized>: Optimizer, Sendable {
    public var learningRate: Double { didSet { requireNewRate("GradientDescent", learningRate, Network.Scalar.self) } }
    private let parameters: [Parameter<Network>]

    public init(for network: Network, learningRate: Double) {
        requireRate("GradientDescent", learningRate, Network.Scalar.self)
        self.learningRate = learningRate
        parameters = network.parameters
    }

    public mutating func update(_ network: inout Network, along gradient: Network) {
        for parameter in parameters {
            gradientStep(&network[keyPath: parameter.path], gradient[keyPath: parameter.path], learningRate)
        }
    }
}

/// w ← w − η g
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func gradientStep<Scalar: TensorScalar>(_ w: inout Tensor<Scalar>, _ g: Tensor<Scalar>, _ rate: Double) {
    let rate = Scalar(rate)
    onThreads(&w, with: g) { $0.update { w, g in w -= g * rate } }
}

/// Gradient descent with momentum μ: v ← μ v + g,  w ← w − η v. Source: Polyak 1964.
public struct Momentum<Network: Parameterized>: Optimizer, Sendable {
    public var learningRate: Double { didSet { requireNewRate("Momentum", learningRate, Network.Scalar.self) } }
    /// μ in [0, 1).
    public let momentum: Double
    /// v, of the network's own type.
    public private(set) var velocity: Network
    private let parameters: [Parameter<Network>]

    public init(for network: Network, learningRate: Double, momentum: Double = 0.9) {
        requireRate("Momentum", learningRate, Network.Scalar.self)
        self.learningRate = learningRate
        self.momentum = requireDecay("Momentum", "momentum", momentum, Network.Scalar.self)
        velocity = network.zeroed
        parameters = network.parameters
    }

    public mutating func update(_ network: inout Network, along gradient: Network) {
        for parameter in parameters {
            momentumStep(
                &network[keyPath: parameter.path], &velocity[keyPath: parameter.path], gradient[keyPath: parameter.path],
                learningRate, momentum)
        }
    }
}

/// v ← μ v + g,  w ← w − η v
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func momentumStep<Scalar: TensorScalar>(
    _ w: inout Tensor<Scalar>, _ v: inout Tensor<Scalar>, _ g: Tensor<Scalar>, _ rate: Double, _ momentum: Double
) {
    let (rate, momentum) = (Scalar(rate), Scalar(momentum))
    onThreads(&w, &v, with: g) {
        $0.update { w, v, g in
            v = v * momentum + g
            w -= v * rate
        }
    }
}

/// Nesterov's momentum, looking ahead along the velocity: v ← μ v + g,  w ← w − η (g + μ v).
///
/// Source: Nesterov 1983, in the form for a gradient taken at w (Sutskever, Martens, Dahl & Hinton 2013; Bengio et al.
/// 2013, equation 7).
public struct Nesterov<Network: Parameterized>: Optimizer, Sendable {
    public var learningRate: Double { didSet { requireNewRate("Nesterov", learningRate, Network.Scalar.self) } }
    /// μ in [0, 1).
    public let momentum: Double
    /// v, of the network's own type.
    public private(set) var velocity: Network
    private let parameters: [Parameter<Network>]

    public init(for network: Network, learningRate: Double, momentum: Double = 0.9) {
        requireRate("Nesterov", learningRate, Network.Scalar.self)
        self.learningRate = learningRate
        self.momentum = requireDecay("Nesterov", "momentum", momentum, Network.Scalar.self)
        velocity = network.zeroed
        parameters = network.parameters
    }

    public mutating func update(_ network: inout Network, along gradient: Network) {
        for parameter in parameters {
            nesterovStep(
                &network[keyPath: parameter.path], &velocity[keyPath: parameter.path], gradient[keyPath: parameter.path],
                learningRate, momentum)
        }
    }
}

/// v ← μ v + g,  w ← w − η (g + μ v)
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func nesterovStep<Scalar: TensorScalar>(
    _ w: inout Tensor<Scalar>, _ v: inout Tensor<Scalar>, _ g: Tensor<Scalar>, _ rate: Double, _ momentum: Double
) {
    let (rate, momentum) = (Scalar(rate), Scalar(momentum))
    onThreads(&w, &v, with: g) {
        $0.update { w, v, g in
            v = v * momentum + g
            w -= (g + v * momentum) * rate
        }
    }
}

/// RMSProp: s ← ρ s + (1 − ρ) g²,  w ← w − η g / (√s + ε). Source: Tieleman & Hinton 2012, lecture 6.5, with ρ = 0.9; the
/// default 0.99 is PyTorch's.
public struct RMSProp<Network: Parameterized>: Optimizer, Sendable {
    public var learningRate: Double { didSet { requireNewRate("RMSProp", learningRate, Network.Scalar.self) } }
    /// ρ in [0, 1): how much of the old mean square is kept.
    public let decay: Double
    /// ε, against division by zero.
    public let epsilon: Double
    /// s, of the network's own type.
    public private(set) var meanSquare: Network
    private let parameters: [Parameter<Network>]

    public init(
        for network: Network, learningRate: Double = 0.001, decay: Double = 0.99,
        epsilon: Double = 1e-8
    ) {
        requireRate("RMSProp", learningRate, Network.Scalar.self)
        self.learningRate = learningRate
        self.decay = requireDecay("RMSProp", "decay", decay, Network.Scalar.self)
        self.epsilon = requireEpsilon("RMSProp", epsilon, Network.Scalar.self)
        meanSquare = network.zeroed
        parameters = network.parameters
    }

    public mutating func update(_ network: inout Network, along gradient: Network) {
        for parameter in parameters {
            rmsPropStep(
                &network[keyPath: parameter.path], &meanSquare[keyPath: parameter.path],
                gradient[keyPath: parameter.path], learningRate, decay, epsilon)
        }
    }
}

/// s ← ρ s + (1 − ρ) g²,  w ← w − η g / (√s + ε)
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func rmsPropStep<Scalar: TensorScalar>(
    _ w: inout Tensor<Scalar>, _ s: inout Tensor<Scalar>, _ g: Tensor<Scalar>, _ rate: Double, _ decay: Double,
    _ epsilon: Double
) {
    let (rate, decay, rest, epsilon) = (Scalar(rate), Scalar(decay), Scalar(1 - decay), Scalar(epsilon))
    onThreads(&w, &s, with: g) {
        $0.update { w, s, g in
            let g = withSquare(g)
            s = s * decay + g * g * rest
            w -= g * rate / (s.squareRoot() + epsilon)
        }
    }
}

/// Adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 −
/// β₂ᵗ), which correct for both beginning at zero. Source: Kingma & Ba 2015, algorithm 1.
public struct Adam<Network: Parameterized>: Optimizer, Sendable {
    public var learningRate: Double { didSet { requireNewRate("Adam", learningRate, Network.Scalar.self) } }
    private var moments: AdamMoments<Network>

    public init(
        for network: Network, learningRate: Double = 0.001, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-8
    ) {
        requireRate("Adam", learningRate, Network.Scalar.self)
        self.learningRate = learningRate
        moments = AdamMoments("Adam", network, beta1, beta2, epsilon)
    }

    public mutating func update(_ network: inout Network, along gradient: Network) {
        moments.update(&network, along: gradient, learningRate, weightDecay: 0)
    }
}

/// Adam with decoupled weight decay λ: w ← w − η λ w in addition to Adam's step, so that the decay is not divided by √v̂.
/// Source: Loshchilov & Hutter 2019, algorithm 2, where the decay is λ w times the schedule's factor alone; multiplying by
/// the whole rate η, as here, is what PyTorch and Keras do.
public struct AdamW<Network: Parameterized>: Optimizer, Sendable {
    public var learningRate: Double { didSet { requireNewRate("AdamW", learningRate, Network.Scalar.self) } }
    /// λ: a weight that has no gradient shrinks by the factor 1 − η λ each step.
    public let weightDecay: Double
    private var moments: AdamMoments<Network>

    public init(
        for network: Network, learningRate: Double = 0.001, weightDecay: Double = 0.01,
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
    ) {
        requireRate("AdamW", learningRate, Network.Scalar.self)
        self.learningRate = learningRate
        require(
            weightDecay >= 0 && weightDecay.isFinite,
            "AdamW: the weight decay must be finite and not negative, but it is \(weightDecay)")
        self.weightDecay = weightDecay
        moments = AdamMoments("AdamW", network, beta1, beta2, epsilon)
    }

    public mutating func update(_ network: inout Network, along gradient: Network) {
        moments.update(&network, along: gradient, learningRate, weightDecay: weightDecay)
    }
}

/// What Adam remembers: running means of the gradient and of its square, and how many steps they have seen.
private struct AdamMoments<Network: Parameterized>: Sendable {
    let beta1: Double
    let beta2: Double
    let epsilon: Double
    /// β₁ᵗ and β₂ᵗ, after t steps.
    var powers: (beta1: Double, beta2: Double) = (1, 1)
    var mean: Network
    var meanSquare: Network
    let parameters: [Parameter<Network>]

    init(_ name: StaticString, _ network: Network, _ beta1: Double, _ beta2: Double, _ epsilon: Double) {
        self.beta1 = requireDecay(name, "beta1", beta1, Network.Scalar.self)
        self.beta2 = requireDecay(name, "beta2", beta2, Network.Scalar.self)
        self.epsilon = requireEpsilon(name, epsilon, Network.Scalar.self)
        (mean, meanSquare) = (network.zeroed, network.zeroed)
        parameters = network.parameters
    }

    mutating func update(_ network: inout Network, along gradient: Network, _ rate: Double, weightDecay: Double) {
        powers.beta1 *= beta1
        powers.beta2 *= beta2
        let step = AdamStep<Network.Scalar>(
            beta1: beta1, beta2: beta2, epsilon: epsilon, rate: rate / (1 - powers.beta1),
            squareCorrection: 1 / (1 - powers.beta2), shrinking: 1 - rate * weightDecay)
        for parameter in parameters {
            step(
                &network[keyPath: parameter.path], &mean[keyPath: parameter.path], &meanSquare[keyPath: parameter.path],
                gradient[keyPath: parameter.path])
        }
    }
}

/// A step of Adam: the formula, and the numbers in it that are the same for all weights.
private struct AdamStep<Scalar: TensorScalar> {
    let beta1, rest1, beta2, rest2, epsilon: Scalar
    /// η / (1 − β₁ᵗ).
    let rate: Scalar
    /// 1 / (1 − β₂ᵗ): dividing every element by a number costs more than multiplying it by the inverse.
    let squareCorrection: Scalar
    /// 1 − η λ.
    let shrinking: Scalar

    init(beta1: Double, beta2: Double, epsilon: Double, rate: Double, squareCorrection: Double, shrinking: Double) {
        (self.beta1, rest1) = (Scalar(beta1), Scalar(1 - beta1))
        (self.beta2, rest2) = (Scalar(beta2), Scalar(1 - beta2))
        (self.epsilon, self.rate) = (Scalar(epsilon), Scalar(rate))
        (self.squareCorrection, self.shrinking) = (Scalar(squareCorrection), Scalar(shrinking))
    }

    /// m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w (1 − η λ) − η (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    func callAsFunction(
        _ w: inout Tensor<Scalar>, _ m: inout Tensor<Scalar>, _ v: inout Tensor<Scalar>, _ g: Tensor<Scalar>
    ) {
        onThreads(&w, &m, &v, with: g) {
            $0.update { w, m, v, g in
                let g = withSquare(g)
                m = m * beta1 + g * rest1
                v = v * beta2 + g * g * rest2
                w = w * shrinking - m * rate / ((v * squareCorrection).squareRoot() + epsilon)
            }
        }
    }
}

/// g, clipped to ±2⁶³, in `Double` ±2⁵¹¹, so that its square stays finite, also when it is divided by its weight.
///
/// Otherwise one larger gradient would make the mean square infinite for good, and no later one could move the weight. An
/// infinite gradient becomes NaN, and so does the weight: it must not pass for a large one.
@inline(__always)
private func withSquare<V: TensorVector>(_ g: V) -> V {
    let limit = V(repeating: V.Scalar(sign: .plus, exponent: V.Scalar.greatestFiniteMagnitude.exponent / 2, significand: 1))
    return g.replacing(with: limit.flippingSign(where: g) + (g - g), where: g.magnitude .> limit)
}

private func requireRate<Scalar: TensorScalar>(_ optimizer: StaticString, _ rate: Double, _: Scalar.Type) {
    require(
        rate.isFinite && rate > 0,
        "\(optimizer): the learning rate must be a positive number, but it is \(rate); 0.001 to 0.1 is usual")
    require(
        Scalar(rate) > 0 && Scalar(rate).isFinite,
        "\(optimizer): the learning rate must be a positive number, but \(rate) is \(Scalar(rate)) in \(Scalar.self)")
}

/// A schedule may end at zero.
private func requireNewRate<Scalar: TensorScalar>(_ optimizer: StaticString, _ rate: Double, _: Scalar.Type) {
    require(
        Scalar(rate).isFinite && rate >= 0,
        "\(optimizer): the learning rate must not be changed to a number that is negative or not finite, but it is "
            + "\(rate), in \(Scalar.self) \(Scalar(rate))")
}

private func requireDecay<Scalar: TensorScalar>(
    _ optimizer: StaticString, _ name: StaticString, _ decay: Double, _: Scalar.Type
) -> Double {
    require(decay >= 0 && decay < 1, "\(optimizer): \(name) must be in [0, 1), but it is \(decay)")
    require(Scalar(decay) < 1, "\(optimizer): \(name) must be in [0, 1), but \(decay) is 1 in \(Scalar.self)")
    return decay
}

/// Where the square of a gradient underflows, ε alone is left in the denominator; below the root of the smallest normal
/// number it would turn what should be a step of η into an enormous one.
private func requireEpsilon<Scalar: TensorScalar>(_ optimizer: StaticString, _ epsilon: Double, _: Scalar.Type) -> Double {
    let least = Scalar.leastNormalMagnitude.squareRoot()
    require(
        Scalar(epsilon) >= least && Scalar(epsilon).isFinite,
        "\(optimizer): epsilon guards against division by zero and must be finite and, in \(Scalar.self), at least "
            + "\(least), the root of the smallest number, but it is \(epsilon)")
    return epsilon
}
