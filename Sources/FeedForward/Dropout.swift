// Dropout: learning not to rely on a single neuron
//
// In training, every element is set to zero with probability p and the others are multiplied by 1/(1 − p), so that the
// expected value stays the same. The network cannot count on any single neuron being there, which works against overfitting.
// Inference uses all of them.

/// Sets elements to zero at random in training. Source: Srivastava et al. 2014; scaled while training ("inverted").
///
/// The layer has its own random generator: every `forward` draws new numbers; a copy of the layer repeats them.
public struct Dropout<Scalar: TensorScalar>: Layer {
    /// The probability that an element is dropped, in [0, 1).
    public let rate: Double

    private var random: Random

    public init(_ rate: Double, random: inout Random) {
        require(rate >= 0 && rate < 1, "Dropout: the rate is a probability in [0, 1), but it is \(rate)")
        (self.rate, self.random) = (rate, random.split())
    }

    /// y = x
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x }

    /// y = x ∘ m / (1 − p), where mᵢ = 0 with probability p, else 1;  ∂L/∂x = ∂L/∂y ∘ m / (1 − p). What is dropped is zero,
    /// even if it was infinite
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let mask: Tensor<Scalar> = random.bernoulli(x.shape, probability: 1 - rate)
        let scale = 1 / Scalar(1 - rate)
        return (x.kept(where: mask, times: scale), { [self] g in
            Gradients(input: g.kept(where: mask, times: scale), layer: self)
        })
    }
}

extension Tensor {
    /// This tensor times `scale` where `mask` is 1, and zero where it is 0, whatever was there: ∞ · 0 would not be zero.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    package func kept(where mask: Tensor, times scale: Scalar) -> Tensor {
        onThreads(self, mask) { $0.map { x, m in (x * scale).replacing(with: .zero, where: m .== .zero) } }
    }
}

extension Dropout where Scalar == Float {
    /// Dropout on `Float`, so that `Dropout(0.2, random: &random)` needs no type to be written.
    public init(_ rate: Double, random: inout Random) {
        require(rate >= 0 && rate < 1, "Dropout: the rate is a probability in [0, 1), but it is \(rate)")
        (self.rate, self.random) = (rate, random.split())
    }
}
