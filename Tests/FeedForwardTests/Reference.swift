// The reference values that PyTorch computed (Reference/feedforward.json, made by feedforward.py beside it), and layers to
// test with.

import FeedForward
import Foundation
import TestTools

extension Reference {
    private static let file = ReferenceFile("feedforward", in: .module)

    /// The case with the given name: `Reference["gelu"].output.tensor`.
    static subscript(_ name: String) -> Reference { file[name] }
}

/// The layer of the documentation of `Layer`: y = x ∘ a.
struct Scale<Scalar: TensorScalar>: Layer {
    var factor: Tensor<Scalar>

    func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x * factor }

    mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (x * factor, { [factor] g in Gradients(input: g * factor, layer: Scale(factor: (g * x).sum(along: 0))) })
    }

    var parameters: [Parameter<Self>] { [Parameter("factor", \.factor)] }
}
