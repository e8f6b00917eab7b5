// A loss at the end of a network, to check the gradient that training uses.

import FeedForward

/// The softmax cross-entropy of a network's scores as a layer: what comes out is one number, so that check and training take
/// the same backward pass.
public struct LossLayer<Network: Layer>: Layer where Network.Scalar == Double {
    public var network: Network
    private let labels: [Int]

    public init(_ network: Network, labels: [Int]) { (self.network, self.labels) = (network, labels) }

    public func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
        Tensor(softmaxCrossEntropy(network(x), labels).loss)
    }

    public mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (logits, backward) = network.forward(x)
        let (loss, gradient) = softmaxCrossEntropy(logits, labels)
        return (
            Tensor(loss),
            { [labels] g in
                let gradients = backward(gradient * g.scalar)
                return Gradients(input: gradients.input, layer: LossLayer(gradients.layer, labels: labels))
            }
        )
    }

    public var parameters: [Parameter<Self>] { network.parameters.map { $0.within(\Self.network, named: "network") } }
}
