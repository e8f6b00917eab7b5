// 3.4.1 The cell and its gates
//
// Long short-term memory (长短期记忆网络, LSTM) gives the network a memory that is not rewritten at every step. Besides the hidden
// state h there is a cell state c (细胞状态), and three gates decide what happens to it: the forget gate (遗忘门) how much of it is
// kept, the input gate (输入门) how much of something new is added, and the output gate (输出门) how much of it is shown. From
// step to step the cell state is only multiplied by the forget gate and added to: where that gate is open, what is stored
// stays, and the gradient comes back along the same straight line without vanishing.

@_exported import Recurrent

/// The cell of long short-term memory:
///
///     f_t = σ(x_t·W_f + h_{t−1}·U_f + b_f)         forget gate
///     i_t = σ(x_t·W_i + h_{t−1}·U_i + b_i)         input gate
///     g_t = tanh(x_t·W_g + h_{t−1}·U_g + b_g)      candidate
///     c_t = f_t∘c_{t−1} + i_t∘g_t                  cell state
///     o_t = σ(x_t·W_o + h_{t−1}·U_o + b_o)         output gate
///     h_t = o_t∘tanh(c_t)                          hidden state
///
/// With peepholes the gates see the cell state too, each unit its own: p_f∘c_{t−1} and p_i∘c_{t−1} are added to the sums of
/// f and i, and p_o∘c_t to that of o, which is computed after the cell state.
///
/// Shapes: x_t `[batch, inputs]`, h_t, c_t and every gate `[batch, hidden]`.
///
/// Source: document A, 3.4.1 and 3.4.2; Hochreiter & Schmidhuber 1997; the forget gate: Gers, Schmidhuber & Cummins 2000;
/// peepholes: Gers, Schraudolph & Schmidhuber 2002.
public struct LSTMCell<Scalar: TensorScalar>: RecurrentCell {
    public var forget: RecurrentWeights<Scalar>
    public var input: RecurrentWeights<Scalar>
    public var candidate: RecurrentWeights<Scalar>
    public var output: RecurrentWeights<Scalar>
    public var peepholes: Peepholes?

    /// What the gates see of the cell state.
    public struct Peepholes: Sendable {
        /// p_f, `[hidden]`.
        public var forget: Tensor<Scalar>
        /// p_i, `[hidden]`.
        public var input: Tensor<Scalar>
        /// p_o, `[hidden]`.
        public var output: Tensor<Scalar>

        public init(forget: Tensor<Scalar>, input: Tensor<Scalar>, output: Tensor<Scalar>) {
            (self.forget, self.input, self.output) = (forget, input, output)
        }

        /// Peepholes through which nothing is seen yet.
        fileprivate init(units: Int) {
            let zero = Tensor<Scalar>(zeros: [units])
            self.init(forget: zero, input: zero, output: zero)
        }
    }

    /// A cell with the given weights. Traps if they do not fit together.
    public init(
        forget: RecurrentWeights<Scalar>, input: RecurrentWeights<Scalar>, candidate: RecurrentWeights<Scalar>,
        output: RecurrentWeights<Scalar>, peepholes: Peepholes? = nil
    ) {
        let shape = forget.input.shape
        require(
            [input, candidate, output].allSatisfy { $0.input.shape == shape },
            "LSTMCell: all gates need weights of one shape, not \([forget, input, candidate, output].map(\.input.shape))")
        if let peepholes {
            require(
                [peepholes.forget, peepholes.input, peepholes.output].allSatisfy { $0.shape == [shape[1]] },
                "LSTMCell: peepholes have one number for each of the \(shape[1]) hidden units")
        }
        (self.forget, self.input, self.candidate, self.output) = (forget, input, candidate, output)
        self.peepholes = peepholes
    }

    /// A fresh cell: see `RecurrentWeights` for how its weights are drawn.
    ///
    /// - Parameters:
    ///   - forgetBias: b_f. With 1 the forget gate is mostly open at first (σ(1) = 0.73): the cell starts out remembering,
    ///     and learns to forget. Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015.
    ///   - peepholes: whether the gates see the cell state; at first with weight zero.
    public init(
        _ inputs: Int, _ hidden: Int, forgetBias: Scalar = 1, peepholes: Bool = false, random: inout Random
    ) {
        self.init(
            forget: RecurrentWeights(inputs, hidden, bias: forgetBias, random: &random),
            input: RecurrentWeights(inputs, hidden, random: &random),
            candidate: RecurrentWeights(inputs, hidden, random: &random),
            output: RecurrentWeights(inputs, hidden, random: &random),
            peepholes: peepholes ? Peepholes(units: hidden) : nil)
    }

    public var inputCount: Int { forget.input.shape[0] }
    public var hiddenCount: Int { forget.bias.count }

    public var multiplicationsOfStep: Int {
        4 * (forget.input.count + forget.recurrent.count) + (peepholes == nil ? 0 : 3 * hiddenCount)
    }

    public var parameters: [Parameter<Self>] {
        let weights =
            RecurrentWeights.parameters("forget", \Self.forget) + RecurrentWeights.parameters("input", \Self.input)
            + RecurrentWeights.parameters("candidate", \Self.candidate)
            + RecurrentWeights.parameters("output", \Self.output)
        guard peepholes != nil else { return weights }
        return weights + [
            Parameter("peepholes.forget", \.peepholes!.forget), Parameter("peepholes.input", \.peepholes!.input),
            Parameter("peepholes.output", \.peepholes!.output),
        ]
    }

    /// What is handed from step to step.
    public struct State: RecurrentState {
        /// c, the cell state: what is remembered.
        public var cell: Tensor<Scalar>
        /// h, the hidden state: what is shown.
        public var output: Tensor<Scalar>

        @inlinable
        public init(cell: Tensor<Scalar>, output: Tensor<Scalar>) { (self.cell, self.output) = (cell, output) }

        @inlinable
        public init(zeros shape: [Int]) { self.init(cell: Tensor(zeros: shape), output: Tensor(zeros: shape)) }

        @inlinable
        public mutating func update(with other: Self, _ change: (inout Tensor<Scalar>, Tensor<Scalar>) -> Void) {
            change(&cell, other.cell)
            change(&output, other.output)
        }
    }

    /// The gates and the candidate: their values; before the step their pre-activations x_t·W + b; in the backward pass δ,
    /// the gradients with respect to these.
    public struct Gates: TensorGroup {
        /// f, in (0, 1): how much of the cell state is kept.
        public var forget: Tensor<Scalar>
        /// i, in (0, 1): how much of the candidate is added.
        public var input: Tensor<Scalar>
        /// g, in (−1, 1): what might be added.
        public var candidate: Tensor<Scalar>
        /// o, in (0, 1): how much of the cell state is shown.
        public var output: Tensor<Scalar>

        @inlinable
        public init(
            forget: Tensor<Scalar>, input: Tensor<Scalar>, candidate: Tensor<Scalar>, output: Tensor<Scalar>
        ) {
            (self.forget, self.input, self.candidate, self.output) = (forget, input, candidate, output)
        }

        @inlinable
        public mutating func update(with other: Self, _ change: (inout Tensor<Scalar>, Tensor<Scalar>) -> Void) {
            change(&forget, other.forget)
            change(&input, other.input)
            change(&candidate, other.candidate)
            change(&output, other.output)
        }
    }

    // MARK: 3.4.2 What happens in a step

    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func preActivations(_ x: Tensor<Scalar>) -> Gates {
        Gates(
            forget: forget.preActivation(x), input: input.preActivation(x), candidate: candidate.preActivation(x),
            output: output.preActivation(x))
    }

    /// The six lines of the type's description.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func step(_ z: Gates, from state: State) -> (state: State, gates: Gates) {
        let (c, h) = (state.cell, state.output)
        let f = gate(forget, z.forget, h, c, peepholes?.forget)
        let i = gate(input, z.input, h, c, peepholes?.input)
        let g = Tensor.affine(h, candidate.recurrent, z.candidate, activation: .tanh)
        let next = map(f, c, i, g) { f, c, i, g in f * c + i * g }
        let o = gate(output, z.output, h, next, peepholes?.output)
        let shown = map(o, next) { o, c in o * tanh(c) }
        return (State(cell: next, output: shown), Gates(forget: f, input: i, candidate: g, output: o))
    }

    /// σ(x_t·W + b + h·U), with p∘c in the sum if the gate has a peephole.
    private func gate(
        _ weights: RecurrentWeights<Scalar>, _ z: Tensor<Scalar>, _ h: Tensor<Scalar>, _ c: Tensor<Scalar>,
        _ peephole: Tensor<Scalar>?
    ) -> Tensor<Scalar> {
        let seen = peephole.map { z + c * $0 } ?? z
        return Tensor.affine(h, weights.recurrent, seen, activation: .sigmoid)
    }

    /// With ∂L/∂h_t and, from the step after, ∂L/∂c_t:
    ///
    ///     δ_o = ∂L/∂h_t ∘ tanh(c_t) ∘ o(1 − o)
    ///     ∂L/∂c_t ← ∂L/∂c_t + ∂L/∂h_t ∘ o ∘ (1 − tanh²(c_t))  [+ δ_o∘p_o]
    ///     δ_f = ∂L/∂c_t ∘ c_{t−1} ∘ f(1 − f)
    ///     δ_i = ∂L/∂c_t ∘ g ∘ i(1 − i)
    ///     δ_g = ∂L/∂c_t ∘ i ∘ (1 − g²)
    ///     ∂L/∂c_{t−1} = ∂L/∂c_t ∘ f  [+ δ_f∘p_f + δ_i∘p_i]
    ///     ∂L/∂h_{t−1} = δ_f·U_fᵀ + δ_i·U_iᵀ + δ_g·U_gᵀ + δ_o·U_oᵀ
    ///
    /// ∂L/∂c_t ∘ f is the straight line through time: no weight appears in it.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func backwardStep() -> BackwardStep<Self> {
        let forgetTransposed = Tensor(forget.recurrent.transposed)
        let inputTransposed = Tensor(input.recurrent.transposed)
        let candidateTransposed = Tensor(candidate.recurrent.transposed)
        let outputTransposed = Tensor(output.recurrent.transposed)
        return { [peepholes] gradient, trace in
            let (f, i, g, o) = (trace.gates.forget, trace.gates.input, trace.gates.candidate, trace.gates.output)
            let (c, before, hGradient) = (trace.after.cell, trace.before.cell, gradient.output)
            let δo = map(hGradient, c, o) { h, c, o in h * tanh(c) * o * (1 - o) }
            var cGradient = map(gradient.cell, hGradient, o, c) { sum, h, o, c in
                let shown = tanh(c)
                return sum + h * o * (1 - shown * shown)
            }
            if let peepholes { cGradient += δo * peepholes.output }
            let δf = map(cGradient, before, f) { d, c, f in d * c * f * (1 - f) }
            let δi = map(cGradient, g, i) { d, g, i in d * g * i * (1 - i) }
            let δg = map(cGradient, i, g) { d, i, g in d * i * (1 - g * g) }
            var cBefore = map(cGradient, f) { d, f in d * f }
            if let peepholes { cBefore += δf * peepholes.forget + δi * peepholes.input }
            let hBefore = Tensor.sumOfProducts(
                (δf, forgetTransposed), (δi, inputTransposed), (δg, candidateTransposed), (δo, outputTransposed))
            return (
                δ: Gates(forget: δf, input: δi, candidate: δg, output: δo), state: State(cell: cBefore, output: hBefore)
            )
        }
    }

    /// ∂L/∂x_t = Σ δ·Wᵀ over the four sums; of the weights Σ_t (see `RecurrentWeights.gradient`), and of the peepholes
    ///
    ///     ∂L/∂p_f = Σ_t c_{t−1}∘δ_f,  ∂L/∂p_i = Σ_t c_{t−1}∘δ_i,  ∂L/∂p_o = Σ_t c_t∘δ_o
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func gradients(
        _ x: Tensor<Scalar>, _ trace: Trace<Self>, _ δ: Gates
    ) -> Gradients<Scalar, Self> {
        let (h, before, after) = (trace.before.output, trace.before.cell, trace.after.cell)
        return Gradients(
            input: .sumOfProducts(
                (δ.forget, Tensor(forget.input.transposed)), (δ.input, Tensor(input.input.transposed)),
                (δ.candidate, Tensor(candidate.input.transposed)), (δ.output, Tensor(output.input.transposed))),
            layer: LSTMCell(
                forget: forget.gradient(x, h, δ.forget), input: input.gradient(x, h, δ.input),
                candidate: candidate.gradient(x, h, δ.candidate), output: output.gradient(x, h, δ.output),
                peepholes: peepholes.map { _ in
                    Peepholes(
                        forget: (before * δ.forget).sum(along: 0), input: (before * δ.input).sum(along: 0),
                        output: (after * δ.output).sum(along: 0))
                }))
    }
}

extension LSTMCell where Scalar == Float {
    /// A fresh cell of `Float`, so that `LSTMCell(3, 32, random: &random)` needs no type to be written.
    public init(
        _ inputs: Int, _ hidden: Int, forgetBias: Float = 1, peepholes: Bool = false, random: inout Random
    ) {
        self.init(
            forget: RecurrentWeights(inputs, hidden, bias: forgetBias, random: &random),
            input: RecurrentWeights(inputs, hidden, random: &random),
            candidate: RecurrentWeights(inputs, hidden, random: &random),
            output: RecurrentWeights(inputs, hidden, random: &random),
            peepholes: peepholes ? Peepholes(units: hidden) : nil)
    }
}
