// 3.2.2 Normalization
//
// While a network trains, the inputs of each layer change with the weights of the layers before it. Normalization gives them
// mean 0 and variance 1 at every step, so that a layer need not keep up with the others' changes, and then a learned scale
// and shift, so that nothing is lost. Batch normalization takes mean and variance over the batch, for each channel; layer
// normalization over the channels, for each pixel.

/// Batch normalization (批归一化): y = γ·x̂ + β with x̂ = (x − μ)/√(σ² + ε), where μ and σ² are the mean and the variance of a
/// channel, over the batch and all pixels.
///
/// That is in training; each step also moves the running mean and variance, r ← (1 − m)·r + m·(μ or σ²·n/(n − 1)). Inference
/// uses these instead, so that an example's output does not depend on the rest of its batch.
///
/// Shapes: x and y `[…, channels]`, of any rank from 2; γ, β and the running statistics `[channels]`. Of numbers so large
/// that their variance is beyond the scalar's range the running variance becomes infinite, and inference returns β.
///
/// Source: Ioffe & Szegedy 2015, algorithms 1 and 2; momentum and the unbiased running variance as in PyTorch.
public struct BatchNorm<Scalar: TensorScalar>: Layer {
    /// γ, `[channels]`.
    public var scale: Tensor<Scalar>

    /// β, `[channels]`.
    public var shift: Tensor<Scalar>

    public private(set) var runningMean: Tensor<Scalar>
    public private(set) var runningVariance: Tensor<Scalar>

    /// m in (0, 1]: how much of the running statistics a step replaces.
    public let momentum: Double

    /// ε, against division by zero.
    public let epsilon: Double

    /// A fresh layer: γ = 1, β = 0, running mean 0 and variance 1.
    public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) {
        self.init(checked: channels, momentum, epsilon)
    }

    fileprivate init(checked channels: Int, _ momentum: Double, _ epsilon: Double) {
        requireSize("BatchNorm", "channel", channels)
        require(
            Scalar(momentum) > 0 && momentum <= 1,
            "BatchNorm: momentum must be in (0, 1], but it is \(momentum) (in \(Scalar.self) \(Scalar(momentum)))")
        requireEpsilon("BatchNorm", epsilon, Scalar(epsilon))
        (scale, shift) = (Tensor(repeating: 1, shape: [channels]), Tensor(zeros: [channels]))
        (runningMean, runningVariance) = (Tensor(zeros: [channels]), Tensor(repeating: 1, shape: [channels]))
        (self.momentum, self.epsilon) = (momentum, epsilon)
    }

    /// A layer with the given parameters and running statistics, all `[channels]`, such as one trained elsewhere.
    public init(
        scale: Tensor<Scalar>, shift: Tensor<Scalar>, runningMean: Tensor<Scalar>, runningVariance: Tensor<Scalar>,
        momentum: Double = 0.1, epsilon: Double = 1e-5
    ) {
        require(
            scale.rank == 1 && [shift, runningMean, runningVariance].allSatisfy { $0.shape == scale.shape },
            "BatchNorm: scale, shift, running mean and running variance [channels] are needed, not \(scale.shape), "
                + "\(shift.shape), \(runningMean.shape) and \(runningVariance.shape)")
        require(
            runningVariance.scalars.allSatisfy { $0 >= 0 && $0.isFinite } && runningMean.scalars.allSatisfy { $0.isFinite },
            "BatchNorm: running means must be finite, and running variances also not negative")
        self.init(checked: scale.count, momentum, epsilon)
        (self.scale, self.shift, self.runningMean, self.runningVariance) = (scale, shift, runningMean, runningVariance)
    }

    /// y = γ·(x − r_μ)/√(r_σ² + ε) + β
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        requireChannels(x.shape)
        let factor = scale / (runningVariance + Scalar(epsilon)).squareRoot
        // Not x·factor + (shift − mean·factor): where the mean is large, these would be large numbers that cancel.
        return (x - runningMean) * factor + shift
    }

    /// The mean and the variance depend on every x, so there are three paths from x to L, and all three count:
    ///
    /// ∂L/∂x = γ/√(σ² + ε) · (g − mean(g) − x̂·mean(g·x̂)), with the means taken over the same values as μ, ∂L/∂γ = Σ g·x̂,
    /// ∂L/∂β = Σ g
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        requireChannels(x.shape)
        let rows = x.reshaped([-1, scale.count])
        let n = Scalar(rows.shape[0])
        require(
            n > 1,
            "BatchNorm: the variance of a single value per channel is no use: more than one is needed, but the shape is "
                + "\(x.shape); a small last batch can be dropped or merged with the one before, see batches(of:)")
        let (normalized, inverse, mean, variance) = normalize(rows, along: 0, Scalar(epsilon))
        let m = Scalar(momentum)
        runningMean = runningMean * (1 - m) + mean.reshaped(scale.shape) * m
        runningVariance = runningVariance * (1 - m) + variance.reshaped(scale.shape) * (m * n / (n - 1))
        return (
            (normalized * scale + shift).reshaped(x.shape),
            { [self] g in
                let g = g.reshaped(normalized.shape)
                // Both gradients need these sums.
                var gradient = self
                gradient.shift = g.sum(along: 0)
                gradient.scale = (g * normalized).sum(along: 0)
                var input: Tensor<Scalar> {
                    let rest = g - gradient.shift / n - normalized * (gradient.scale / n)
                    return (rest * (scale * inverse)).reshaped(x.shape)
                }
                return Gradients(input: input, layer: gradient)
            }
        )
    }

    public var parameters: [Parameter<Self>] { [Parameter("scale", \.scale), Parameter("shift", \.shift)] }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requireChannels(inputShape)
        return inputShape
    }

    private func requireChannels(_ shape: [Int]) {
        require(
            shape.count >= 2 && shape.last == scale.count,
            "BatchNorm(\(scale.count)): an input [batch, …, \(scale.count)] is expected, but its shape is \(shape)")
    }
}

/// Layer normalization (层归一化): y = γ·x̂ + β with x̂ = (x − μ)/√(σ² + ε), where μ and σ² are the mean and the variance along
/// the last axis. An example does not depend on the others, in training or at inference, and no running statistics are
/// needed.
///
/// Shapes: x and y `[…, features]`; γ and β `[features]`. In images each pixel is normalized over its channels, as in Keras.
///
/// Source: Ba, Kiros & Hinton 2016.
public struct LayerNorm<Scalar: TensorScalar>: Layer {
    /// γ, `[features]`.
    public var scale: Tensor<Scalar>

    /// β, `[features]`.
    public var shift: Tensor<Scalar>

    /// ε, against division by zero.
    public let epsilon: Double

    /// A fresh layer: γ = 1, β = 0.
    public init(_ features: Int, epsilon: Double = 1e-5) { self.init(checked: features, epsilon) }

    fileprivate init(checked features: Int, _ epsilon: Double) {
        requireSize("LayerNorm", "feature", features)
        requireEpsilon("LayerNorm", epsilon, Scalar(epsilon))
        (scale, shift) = (Tensor(repeating: 1, shape: [features]), Tensor(zeros: [features]))
        self.epsilon = epsilon
    }

    /// y = γ·(x − μ)/√(σ² + ε) + β
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        requireFeatures(x.shape)
        return normalize(x, along: -1, Scalar(epsilon)).normalized * scale + shift
    }

    /// ∂L/∂x = 1/√(σ² + ε) · (h − mean(h) − x̂·mean(h·x̂)) with h = γ·g, the means along the last axis; ∂L/∂γ = Σ g·x̂ and
    /// ∂L/∂β = Σ g, over all other axes
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        requireFeatures(x.shape)
        let (normalized, inverse, _, _) = normalize(x, along: -1, Scalar(epsilon))
        return (
            normalized * scale + shift,
            { [self] g in
                var input: Tensor<Scalar> {
                    let h = g * scale
                    let along = (h * normalized).mean(along: -1, keepingAxis: true)
                    return (h - h.mean(along: -1, keepingAxis: true) - normalized * along) * inverse
                }
                var layer: Self {
                    var gradient = self
                    gradient.shift = g.summed(to: shift.shape)
                    gradient.scale = (g * normalized).summed(to: scale.shape)
                    return gradient
                }
                return Gradients(input: input, layer: layer)
            }
        )
    }

    public var parameters: [Parameter<Self>] { [Parameter("scale", \.scale), Parameter("shift", \.shift)] }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requireFeatures(inputShape)
        return inputShape
    }

    private func requireFeatures(_ shape: [Int]) {
        require(
            shape.count >= 1 && shape.last == scale.count,
            "LayerNorm(\(scale.count)): an input […, \(scale.count)] is expected, but its shape is \(shape)")
    }
}

extension Tensor {
    /// √x of every element.
    @inline(__always) fileprivate var squareRoot: Tensor { map(self) { $0.squareRoot() } }
}

/// What normalization along an axis computes: x̂, 1/√(σ² + ε), μ and σ², the last three with that axis of size 1.
private typealias Normalization<Scalar: TensorScalar> = (
    normalized: Tensor<Scalar>, inverse: Tensor<Scalar>, mean: Tensor<Scalar>, variance: Tensor<Scalar>
)

@inline(__always)
private func normalize<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, along axis: Int, _ epsilon: Scalar
) -> Normalization<Scalar> {
    let result = normalizeOnce(x, along: axis, Tensor(epsilon))
    guard !result.variance.sum().isFinite else { return result }
    // The squares of these numbers overflow. Normalized values have no unit: x̂ of x·u, with ε·u², is x̂ of x.
    let tiny = Scalar(sign: .plus, exponent: -Scalar.greatestFiniteMagnitude.exponent / 8 * 5, significand: 1)
    let unit = map(result.variance) { variance in
        Scalar.Vector(repeating: tiny).replacing(with: .one, where: variance - variance .== .zero)
    }
    let small = normalizeOnce(x * unit, along: axis, unit * unit * epsilon)
    return (small.normalized, small.inverse * unit, result.mean, small.variance / unit / unit)
}

@inline(__always)
private func normalizeOnce<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, along axis: Int, _ epsilon: Tensor<Scalar>
) -> Normalization<Scalar> {
    let mean = x.mean(along: axis, keepingAxis: true)
    // The mean is rounded, which matters if the deviations are small compared with it; its rounding error is the mean of the
    // differences, and is subtracted too.
    let differences = x - mean
    let centered = differences - differences.mean(along: axis, keepingAxis: true)
    let variance = (centered * centered).mean(along: axis, keepingAxis: true)
    let inverse = 1 / (variance + epsilon).squareRoot
    return (centered * inverse, inverse, mean, variance)
}

private func requireSize(_ layer: StaticString, _ what: StaticString, _ size: Int) {
    require(size > 0, "\(layer): at least one \(what) is needed, not \(size)")
}

private func requireEpsilon<Scalar: TensorScalar>(_ layer: StaticString, _ epsilon: Double, _ rounded: Scalar) {
    require(
        rounded > 0 && rounded.isFinite,
        "\(layer): epsilon guards against division by zero and must be positive and finite, but it is \(epsilon) "
            + "(in \(Scalar.self) \(rounded))")
}

// Normalization of `Float`, so that `BatchNorm(32)` needs no type to be written.
extension BatchNorm where Scalar == Float {
    public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) {
        self.init(checked: channels, momentum, epsilon)
    }
}
extension LayerNorm where Scalar == Float {
    public init(_ features: Int, epsilon: Double = 1e-5) {
        self.init(checked: features, epsilon)
    }
}
