// 3.3.1 The recurrent cell
//
// The oldest and simplest step: the input and the previous state are weighted and summed, and an activation bends the sum.
// The state is also the output.

/// The plain recurrent cell: h_t = φ(x_t·W + h_{t−1}·U + b), with φ the hyperbolic tangent or ReLU.
///
/// Shapes: x_t `[batch, inputs]`, h_t `[batch, hidden]`.
///
/// Source: document A, 3.3.1; Elman 1990. With ReLU: Le, Jaitly & Hinton 2015.
public struct RNNCell<Scalar: TensorScalar>: RecurrentCell {
    /// What bends the sum.
    public enum Activation: Sendable, CaseIterable {
        /// tanh z, in (−1, 1).
        case tanh
        /// max(0, z).
        case relu
        /// z itself: a linear cell, with which the theory of vanishing and exploding gradients can be checked.
        case identity
    }

    /// This cell has no gates: the backward pass needs only its state.
    public struct NoGates: TensorGroup {
        @inlinable
        public init() {}

        @inlinable
        public mutating func update(with other: Self, _ change: (inout Tensor<Scalar>, Tensor<Scalar>) -> Void) {}
    }

    /// W, U and b.
    public var weights: RecurrentWeights<Scalar>

    /// φ.
    public let activation: Activation

    public init(weights: RecurrentWeights<Scalar>, activation: Activation = .tanh) {
        (self.weights, self.activation) = (weights, activation)
    }

    /// A fresh cell: see `RecurrentWeights` for how its weights are drawn.
    public init(_ inputs: Int, _ hidden: Int, activation: Activation = .tanh, random: inout Random) {
        self.init(weights: RecurrentWeights(inputs, hidden, random: &random), activation: activation)
    }

    public var inputCount: Int { weights.input.shape[0] }
    public var hiddenCount: Int { weights.bias.count }
    public var parameters: [Parameter<Self>] { RecurrentWeights.parameters("weights", \Self.weights) }
    public var multiplicationsOfStep: Int { weights.multiplications }

    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func preActivations(_ x: Tensor<Scalar>) -> Tensor<Scalar> { weights.preActivation(x) }

    /// h_t = φ(z_t + h_{t−1}·U), with z_t = x_t·W + b
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func step(_ z: Tensor<Scalar>, from h: Tensor<Scalar>) -> (state: Tensor<Scalar>, gates: NoGates) {
        let next =
            switch activation {
            case .tanh: Tensor.affine(h, weights.recurrent, z, activation: .tanh)
            case .relu: Tensor.affine(h, weights.recurrent, z, activation: .relu)
            case .identity: Tensor.affine(h, weights.recurrent, z)
            }
        return (next, NoGates())
    }

    /// δ_t = ∂L/∂h_t ∘ φ′,  ∂L/∂h_{t−1} = δ_t·Uᵀ
    ///
    /// φ′ is 1 − h² for tanh and 1 where h > 0 for ReLU. The product with Uᵀ, one for each step, is what makes gradients
    /// vanish or explode.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func backwardStep() -> BackwardStep<Self> {
        let transposed = Tensor(weights.recurrent.transposed)
        return { [activation] g, trace in
            let δ =
                switch activation {
                case .tanh: map(g, trace.after) { g, h in g * (1 - h * h) }
                case .relu: map(g, trace.after) { g, h in g.replacing(with: .zero, where: h .<= .zero) }
                case .identity: g
                }
            return (δ: δ, state: δ • transposed)
        }
    }

    /// ∂L/∂x_t = δ_t·Wᵀ, and of the weights Σ_t (see `RecurrentWeights.gradient`).
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func gradients(
        _ x: Tensor<Scalar>, _ trace: Trace<Self>, _ δ: Tensor<Scalar>
    ) -> Gradients<Scalar, Self> {
        Gradients(
            input: δ • weights.input.transposed,
            layer: RNNCell(weights: weights.gradient(x, trace.before, δ), activation: activation))
    }
}

extension RNNCell where Scalar == Float {
    /// A fresh cell of `Float`, so that `RNNCell(3, 32, random: &random)` needs no type to be written.
    public init(_ inputs: Int, _ hidden: Int, activation: Activation = .tanh, random: inout Random) {
        self.init(weights: RecurrentWeights(inputs, hidden, random: &random), activation: activation)
    }
}
