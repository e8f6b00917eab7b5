// 3.3.3 The gated recurrent unit (门控循环单元)
//
// A gate is a number between 0 and 1 for each hidden unit, computed from the input and the state; it multiplies something
// else: 1 lets it pass, 0 shuts it off. The update gate decides how much of the old state is kept. Where it is 1 the state
// passes through the step unchanged, and its gradient comes back unchanged: no product with U, no shrinking. The reset gate
// decides how much of the old state the candidate for the new one sees.

/// The gated recurrent unit:
///
///     r_t = σ(x_t·W_r + h_{t−1}·U_r + b_r)         reset gate
///     z_t = σ(x_t·W_z + h_{t−1}·U_z + b_z)         update gate
///     n_t = tanh(x_t·W_n + b_n + recalled_t)       candidate
///     h_t = (1 − z_t)∘n_t + z_t∘h_{t−1}
///
/// Two forms are in use, which differ in what the candidate recalls of the state; see `ResetGate`. Weights trained in one
/// mean nothing in the other.
///
/// Shapes: x_t `[batch, inputs]`, h_t and every gate `[batch, hidden]`.
///
/// Source: document A, 3.3.3; Cho et al. 2014, equations 5 to 8.
public struct GRUCell<Scalar: TensorScalar>: RecurrentCell {
    /// Where the reset gate stands.
    public enum ResetGate: Sendable, CaseIterable {
        /// recalled = (r∘h_{t−1})·U_n: the state is reset, then weighted. Cho et al. 2014, "Learning Phrase
        /// Representations using RNN Encoder–Decoder", equation 8; Chung et al. 2014. Keras' `reset_after=False`.
        case beforeProduct
        /// recalled = r∘(h_{t−1}·U_n + b_Un): the state is weighted, then reset, so that the products of all three sums can
        /// be computed together. The form of cuDNN, of PyTorch and of Keras' default.
        case afterProduct
    }

    public var reset: RecurrentWeights<Scalar>
    public var update: RecurrentWeights<Scalar>
    public var candidate: RecurrentWeights<Scalar>

    /// b_Un, `[hidden]`, of the form `afterProduct`: inside the parentheses, where the gate multiplies it too.
    public var candidateRecurrentBias: Tensor<Scalar>?

    /// Which of the two forms it is.
    public var resetGate: ResetGate { candidateRecurrentBias == nil ? .beforeProduct : .afterProduct }

    /// A cell with the given weights: in the form `afterProduct` if a recurrent bias of the candidate is given, else in the
    /// form `beforeProduct`. Traps if the weights do not fit together.
    public init(
        reset: RecurrentWeights<Scalar>, update: RecurrentWeights<Scalar>, candidate: RecurrentWeights<Scalar>,
        candidateRecurrentBias: Tensor<Scalar>? = nil
    ) {
        require(
            reset.input.shape == update.input.shape && reset.input.shape == candidate.input.shape
                && (candidateRecurrentBias == nil || candidateRecurrentBias?.shape == candidate.bias.shape),
            "GRUCell: all three sums need weights of one shape, not \(reset.input.shape), \(update.input.shape) and "
                + "\(candidate.input.shape), and a recurrent bias as many numbers as there are hidden units")
        (self.reset, self.update, self.candidate) = (reset, update, candidate)
        self.candidateRecurrentBias = candidateRecurrentBias
    }

    /// A fresh cell: see `RecurrentWeights` for how its weights are drawn.
    ///
    /// - Parameter updateBias: b_z. Above 0 the cell starts out keeping its state: to remember over about T steps, ln(T − 1)
    ///   is a good start, since then z = 1 − 1/T. Tallec & Ollivier 2018.
    public init(
        _ inputs: Int, _ hidden: Int, resetGate: ResetGate = .afterProduct, updateBias: Scalar = 0, random: inout Random
    ) {
        self.init(
            reset: RecurrentWeights(inputs, hidden, random: &random),
            update: RecurrentWeights(inputs, hidden, bias: updateBias, random: &random),
            candidate: RecurrentWeights(inputs, hidden, random: &random),
            candidateRecurrentBias: resetGate == .afterProduct ? Tensor(zeros: [hidden]) : nil)
    }

    public var inputCount: Int { reset.input.shape[0] }
    public var hiddenCount: Int { reset.bias.count }
    public var multiplicationsOfStep: Int {
        reset.multiplications + update.multiplications + candidate.multiplications
    }

    public var parameters: [Parameter<Self>] {
        let weights =
            RecurrentWeights.parameters("reset", \Self.reset) + RecurrentWeights.parameters("update", \Self.update)
            + RecurrentWeights.parameters("candidate", \Self.candidate)
        guard candidateRecurrentBias != nil else { return weights }
        return weights + [Parameter("candidateRecurrentBias", \.candidateRecurrentBias!)]
    }

    /// x_t·W + b of the two gates and the candidate; on the backward pass δ, the gradients with respect to them.
    public struct PreActivations: TensorGroup {
        public var reset, update, candidate: Tensor<Scalar>

        @inlinable
        public init(reset: Tensor<Scalar>, update: Tensor<Scalar>, candidate: Tensor<Scalar>) {
            (self.reset, self.update, self.candidate) = (reset, update, candidate)
        }

        @inlinable
        public mutating func update(with other: Self, _ change: (inout Tensor<Scalar>, Tensor<Scalar>) -> Void) {
            change(&reset, other.reset)
            change(&update, other.update)
            change(&candidate, other.candidate)
        }
    }

    /// What a step computed along the way.
    public struct Gates: TensorGroup {
        /// r, in (0, 1).
        public var reset: Tensor<Scalar>
        /// z, in (0, 1): how much of the old state is kept.
        public var update: Tensor<Scalar>
        /// n, in (−1, 1).
        public var candidate: Tensor<Scalar>
        /// Before the product r∘h_{t−1}; after it h_{t−1}·U_n + b_Un.
        public var recalled: Tensor<Scalar>

        @inlinable
        public init(
            reset: Tensor<Scalar>, update: Tensor<Scalar>, candidate: Tensor<Scalar>, recalled: Tensor<Scalar>
        ) {
            (self.reset, self.update, self.candidate, self.recalled) = (reset, update, candidate, recalled)
        }

        @inlinable
        public mutating func update(with other: Self, _ change: (inout Tensor<Scalar>, Tensor<Scalar>) -> Void) {
            change(&reset, other.reset)
            change(&update, other.update)
            change(&candidate, other.candidate)
            change(&recalled, other.recalled)
        }
    }

    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func preActivations(_ x: Tensor<Scalar>) -> PreActivations {
        PreActivations(
            reset: reset.preActivation(x), update: update.preActivation(x), candidate: candidate.preActivation(x))
    }

    /// The four lines of the type's description.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func step(_ input: PreActivations, from h: Tensor<Scalar>) -> (state: Tensor<Scalar>, gates: Gates) {
        let r = Tensor.affine(h, reset.recurrent, input.reset, activation: .sigmoid)
        let z = Tensor.affine(h, update.recurrent, input.update, activation: .sigmoid)
        let (n, recalled): (Tensor<Scalar>, Tensor<Scalar>)
        if let candidateRecurrentBias {
            recalled = Tensor.affine(h, candidate.recurrent, candidateRecurrentBias)
            n = map(input.candidate, r, recalled) { input, r, recalled in tanh(input + r * recalled) }
        } else {
            recalled = map(r, h) { r, h in r * h }
            n = Tensor.affine(recalled, candidate.recurrent, input.candidate, activation: .tanh)
        }
        let next = map(n, z, h) { n, z, h in (1 - z) * n + z * h }
        return (next, Gates(reset: r, update: z, candidate: n, recalled: recalled))
    }

    /// With g = ∂L/∂h_t:
    ///
    ///     δ_n = g ∘ (1 − z) ∘ (1 − n²)
    ///     δ_z = g ∘ (h_{t−1} − n) ∘ z(1 − z)
    ///
    ///     before the product: e = δ_n·U_nᵀ,  δ_r = e ∘ h_{t−1} ∘ r(1 − r)
    ///                         ∂L/∂h_{t−1} = g∘z + e∘r        + δ_r·U_rᵀ + δ_z·U_zᵀ
    ///     after the product:  δ_r = δ_n ∘ (h_{t−1}·U_n + b_Un) ∘ r(1 − r)
    ///                         ∂L/∂h_{t−1} = g∘z + (δ_n∘r)·U_nᵀ + δ_r·U_rᵀ + δ_z·U_zᵀ
    ///
    /// g∘z is the direct path through the step: where z is near 1 the gradient comes back undiminished.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func backwardStep() -> BackwardStep<Self> {
        let resetTransposed = Tensor(reset.recurrent.transposed)
        let updateTransposed = Tensor(update.recurrent.transposed)
        let candidateTransposed = Tensor(candidate.recurrent.transposed)
        return { [resetGate] g, trace in
            let (h, gates) = (trace.before, trace.gates)
            let (r, z, n) = (gates.reset, gates.update, gates.candidate)
            let δn = map(g, z, n) { g, z, n in g * (1 - z) * (1 - n * n) }
            let δz = map(g, h, n, z) { g, h, n, z in g * (h - n) * z * (1 - z) }
            let δr, hGradient: Tensor<Scalar>
            switch resetGate {
            case .beforeProduct:
                let e = δn • candidateTransposed
                δr = map(e, h, r) { e, h, r in e * h * r * (1 - r) }
                hGradient = .sumOfProducts(
                    (δz, updateTransposed), (δr, resetTransposed), plus: map(g, z, e, r) { g, z, e, r in g * z + e * r })
            case .afterProduct:
                δr = map(δn, gates.recalled, r) { δ, recalled, r in δ * recalled * r * (1 - r) }
                hGradient = .sumOfProducts(
                    (map(δn, r) { δ, r in δ * r }, candidateTransposed), (δz, updateTransposed), (δr, resetTransposed),
                    plus: map(g, z) { g, z in g * z })
            }
            return (δ: PreActivations(reset: δr, update: δz, candidate: δn), state: hGradient)
        }
    }

    /// ∂L/∂x_t = δ_r·W_rᵀ + δ_z·W_zᵀ + δ_n·W_nᵀ, and of the weights Σ_t (see `RecurrentWeights.gradient`). Before the
    /// product U_n was multiplied by r∘h_{t−1} instead of h_{t−1}; after it, the gradient for U_n and b_Un has passed r:
    /// δ_n∘r.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func gradients(
        _ x: Tensor<Scalar>, _ trace: Trace<Self>, _ δ: PreActivations
    ) -> Gradients<Scalar, Self> {
        let (h, gates) = (trace.before, trace.gates)
        var layer: Self {
            let (resetGradient, updateGradient) = (reset.gradient(x, h, δ.reset), update.gradient(x, h, δ.update))
            switch resetGate {
            case .beforeProduct:
                return GRUCell(
                    reset: resetGradient, update: updateGradient,
                    candidate: candidate.gradient(x, gates.recalled, δ.candidate))
            case .afterProduct:
                let passed = onThreads(δ.candidate, gates.reset) { $0.map { δ, r in δ * r } }
                return GRUCell(
                    reset: resetGradient, update: updateGradient,
                    candidate: candidate.gradient(x, h, δ.candidate, recurrent: passed),
                    candidateRecurrentBias: passed.sum(along: 0))
            }
        }
        return Gradients(
            input: .sumOfProducts(
                (δ.update, Tensor(update.input.transposed)), (δ.reset, Tensor(reset.input.transposed)),
                (δ.candidate, Tensor(candidate.input.transposed))),
            layer: layer)
    }
}

extension GRUCell where Scalar == Float {
    /// A fresh cell of `Float`, so that `GRUCell(3, 32, random: &random)` needs no type to be written.
    public init(
        _ inputs: Int, _ hidden: Int, resetGate: ResetGate = .afterProduct, updateBias: Float = 0, random: inout Random
    ) {
        self.init(
            reset: RecurrentWeights(inputs, hidden, random: &random),
            update: RecurrentWeights(inputs, hidden, bias: updateBias, random: &random),
            candidate: RecurrentWeights(inputs, hidden, random: &random),
            candidateRecurrentBias: resetGate == .afterProduct ? Tensor(zeros: [hidden]) : nil)
    }
}
