// How often a gradient is computed.

import FeedForward
import Synchronization

/// How often the gradient of a layer's input was computed, and that of the layer.
public final class GradientCounts: Sendable {
    private let counts = Mutex((input: 0, layer: 0))

    public var input: Int { counts.withLock { $0.input } }
    public var layer: Int { counts.withLock { $0.layer } }

    fileprivate func countInput() { counts.withLock { $0.input += 1 } }
    fileprivate func countLayer() { counts.withLock { $0.layer += 1 } }
}

/// A layer that counts how often each of its two gradients is computed.
public struct Counted<Original: Layer>: Layer {
    public typealias Scalar = Original.Scalar

    public var original: Original
    public let counts: GradientCounts

    public init(_ original: Original) { self.init(original, GradientCounts()) }

    private init(_ original: Original, _ counts: GradientCounts) { (self.original, self.counts) = (original, counts) }

    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { original(x) }

    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let (y, backward) = original.forward(x)
        return (y, { [counts] g in
            let gradients = backward(g)
            var input: Tensor<Scalar> {
                counts.countInput()
                return gradients.input
            }
            var layer: Self {
                counts.countLayer()
                return Counted(gradients.layer, counts)
            }
            return Gradients(input: input, layer: layer)
        })
    }

    public var parameters: [Parameter<Self>] { original.parameters.map { $0.within(\Self.original, named: "") } }

    public func outputShape(for inputShape: [Int]) -> [Int] { original.outputShape(for: inputShape) }
}
