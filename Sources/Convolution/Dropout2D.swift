// 3.2.2 Dropout of whole maps
//
// Neighbouring pixels of a feature map carry nearly the same information. If single ones are dropped, their neighbours still
// reveal what was there; so whole maps are dropped.

/// Sets whole channels of an example to zero at random in training, each with probability p, and multiplies the others by
/// 1/(1 − p).
///
/// Shapes: `[batch, rows, columns, channels]`. The layer has its own random generator: every `forward` draws new numbers; a
/// copy of the layer repeats them. Source: Tompson et al. 2015 (SpatialDropout).
public struct Dropout2D<Scalar: TensorScalar>: Layer {
    /// The probability that a channel is dropped, in [0, 1).
    public let rate: Double

    private var random: Random

    public init(_ rate: Double, random: inout Random) {
        require(rate >= 0 && rate < 1, "Dropout2D: the rate is a probability in [0, 1), but it is \(rate)")
        (self.rate, self.random) = (rate, random.split())
    }

    /// y = x
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x }

    /// y = x ∘ m / (1 − p), where m(c) = 0 with probability p, else 1, for all pixels of channel c;
    /// ∂L/∂x = ∂L/∂y ∘ m / (1 − p). What is dropped is zero, even if it was infinite
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        requireImages(x.shape, "Dropout2D")
        let channels: Tensor<Scalar> = random.bernoulli([x.shape[0], 1, 1, x.shape[3]], probability: 1 - rate)
        let (mask, scale) = (channels.broadcast(to: x.shape), 1 / Scalar(1 - rate))
        return (x.kept(where: mask, times: scale), { [self] g in
            Gradients(input: g.kept(where: mask, times: scale), layer: self)
        })
    }
}

extension Dropout2D where Scalar == Float {
    /// Dropout on `Float`, so that `Dropout2D(0.2, random: &random)` needs no type to be written.
    public init(_ rate: Double, random: inout Random) {
        require(rate >= 0 && rate < 1, "Dropout2D: the rate is a probability in [0, 1), but it is \(rate)")
        (self.rate, self.random) = (rate, random.split())
    }
}
