// Mistakes planted on purpose, to see whether a check sees them.

import FeedForward

/// A layer whose backward pass is tampered with.
public struct Tampered<Original: Layer>: Layer where Original.Scalar == Double {
    public typealias Both = (input: Tensor<Double>, layer: Original)

    public var original: Original
    let tamper: @Sendable (inout Both) -> Void

    public init(_ original: Original, _ tamper: @escaping @Sendable (inout Both) -> Void) {
        (self.original, self.tamper) = (original, tamper)
    }

    public func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { original(x) }

    public mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (output, backward) = original.forward(x)
        return (
            output,
            { [tamper] g in
                let gradients = backward(g)
                var both = (input: gradients.input, layer: gradients.layer)
                tamper(&both)
                return Gradients(input: both.input, layer: Tampered(both.layer, tamper))
            }
        )
    }

    public var parameters: [Parameter<Self>] { original.parameters.map { $0.within(\Self.original, named: "") } }
}
