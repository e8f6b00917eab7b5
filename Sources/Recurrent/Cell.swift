// 3.3.1 What a step is made of
//
// A recurrent network (循环神经网络) reads a sequence one step at a time and keeps what it has read in a state (隐藏状态). A step
// takes two things, the input of the step and the previous state, and makes the next state from them; the same step with the
// same weights is taken again and again. The state at the end of the sequence depends on all of its inputs and on their
// order.
//
// A cell is such a step. The plain cell (RNNCell), the gated one (GRUCell) and the one with a memory of its own (LSTMCell)
// differ in the step and its derivative. The loop over time, forward and backward, is the same for all of them; it is in
// Recurrence.

@_exported import FeedForward

/// One step of a recurrent network: state_t from x_t and state_{t−1}, and its derivative.
///
/// A step is a weighted sum, z_t = x_t·W + h_{t−1}·U + b, and what the cell makes of it. The part that reads the input, the
/// pre-activation x_t·W + b, does not depend on the state: it can be computed for all steps of a sequence at once.
public protocol RecurrentCell<Scalar>: Parameterized {
    /// What is handed from step to step, each tensor `[batch, hidden]`.
    associatedtype State: RecurrentState<Scalar>

    /// x_t·W + b of everything in the cell that reads the input.
    associatedtype PreActivations: TensorGroup<Scalar>

    /// What a step computes along the way, such as the values of its gates: the backward pass needs it.
    associatedtype Gates: TensorGroup<Scalar>

    /// The number of features of an input.
    var inputCount: Int { get }

    /// The number of hidden units: of features of an output.
    var hiddenCount: Int { get }

    /// x·W + b for the inputs of any number of steps, x `[rows, inputs]`.
    func preActivations(_ x: Tensor<Scalar>) -> PreActivations

    /// One step forward: from x_t·W + b and the previous state, the next state and what was computed along the way.
    func step(_ z: PreActivations, from state: State) -> (state: State, gates: Gates)

    /// One step backward: from ∂L/∂state_t to δ_t = ∂L/∂z_t and ∂L/∂state_{t−1}. What all steps share is computed here,
    /// once.
    ///
    /// A step keeps the values of its sigmoids and hyperbolic tangents, not what they were computed from, so the slopes are
    /// computed from the values: y(1 − y) and 1 − y². Where a value has rounded to 1, for pre-activations beyond about 17
    /// and 9 (`Double`: 37 and 19), a slope of less than 2·10⁻⁷ (4·10⁻¹⁶) of its maximum counts as zero.
    func backwardStep() -> BackwardStep<Self>

    /// From δ to ∂L/∂x and ∂L/∂θ, of one step or of many together: then their batches follow one another, `[time·batch, …]`,
    /// and ∂L/∂θ is the sum over all of them, since all steps have the same parameters.
    func gradients(_ x: Tensor<Scalar>, _ trace: Trace<Self>, _ δ: PreActivations) -> Gradients<Scalar, Self>

    /// How many multiplications of weights and inputs or states a step takes, for one sequence.
    var multiplicationsOfStep: Int { get }
}

/// From the gradient with respect to the state after a step to δ, the gradient with respect to its pre-activations, and the
/// gradient with respect to the previous state.
public typealias BackwardStep<Cell: RecurrentCell> = (
    _ stateGradient: Cell.State, _ trace: Trace<Cell>
) -> (δ: Cell.PreActivations, state: Cell.State)

/// What a cell did in a step, each tensor `[batch, hidden]`, or in all steps of a sequence, `[time, batch, hidden]`.
public struct Trace<Cell: RecurrentCell>: Sendable {
    /// The state before.
    public let before: Cell.State
    /// What was computed along the way.
    public let gates: Cell.Gates
    /// The state after.
    public let after: Cell.State

    @inlinable
    public init(before: Cell.State, gates: Cell.Gates, after: Cell.State) {
        (self.before, self.gates, self.after) = (before, gates, after)
    }

    /// One of all steps.
    @inlinable
    public subscript(time: Int) -> Trace { Trace(before: before[time], gates: gates[time], after: after[time]) }
}

/// Tensors of one shape that belong together, each by its name: a state, or the gates of a step.
public protocol TensorGroup<Scalar>: Sendable {
    associatedtype Scalar: TensorScalar

    /// Changes each tensor, given the one of the same name in another group.
    mutating func update(with other: Self, _ change: (inout Tensor<Scalar>, Tensor<Scalar>) -> Void)
}

extension TensorGroup {
    @inlinable
    func forEach(_ body: (Tensor<Scalar>) -> Void) {
        var copy = self
        copy.update(with: self) { body($1) }
    }

    @inlinable
    func map(_ transform: (Tensor<Scalar>) -> Tensor<Scalar>) -> Self {
        var result = self
        result.update(with: self) { $0 = transform($1) }
        return result
    }

    /// The slice of each tensor at `time` along its first axis: of all steps one.
    @inlinable
    public subscript(time: Int) -> Self {
        get { map { $0[time] } }
        set { update(with: newValue) { $0[time] = $1 } }
    }
}

/// A state: the output, which the layer above reads, and whatever else is handed from step to step.
public protocol RecurrentState<Scalar>: TensorGroup {
    /// h, the output of a step.
    var output: Tensor<Scalar> { get set }

    /// A state of zeros: where a sequence begins by default.
    init(zeros shape: [Int])
}

/// The state of most cells is their output alone.
extension Tensor: RecurrentState {
    @inlinable
    public mutating func update(with other: Tensor, _ change: (inout Tensor, Tensor) -> Void) { change(&self, other) }

    public var output: Tensor {
        @inlinable get { self }
        @inlinable set { self = newValue }
    }
}

// MARK: - The weighted sum

/// The weights with which a unit sees the input of a step and the previous state: z_t = x_t·W + h_{t−1}·U + b.
///
/// The plain cell has one such sum, and a cell with gates one for each gate.
public struct RecurrentWeights<Scalar: TensorScalar>: Sendable {
    /// W, `[inputs, hidden]`.
    public var input: Tensor<Scalar>

    /// U, `[hidden, hidden]`.
    public var recurrent: Tensor<Scalar>

    /// b, `[hidden]`.
    public var bias: Tensor<Scalar>

    /// Weights of the given values. Traps if they do not fit together.
    public init(input: Tensor<Scalar>, recurrent: Tensor<Scalar>, bias: Tensor<Scalar>) {
        let units = bias.shape
        require(
            units.count == 1 && input.rank == 2 && input.shape[1] == units[0] && recurrent.shape == units + units,
            "RecurrentWeights: weights [inputs, hidden] and [hidden, hidden] and a bias [hidden] are needed, not "
                + "\(input.shape), \(recurrent.shape) and \(bias.shape)")
        (self.input, self.recurrent, self.bias) = (input, recurrent, bias)
    }

    /// Fresh weights: W uniform (Glorot & Bengio 2010), U orthogonal, so that a step neither stretches nor shrinks the state
    /// (Saxe, McClelland & Ganguli 2014), and every bias the same number. Traps without inputs or hidden units, or if the
    /// bias is not finite.
    public init(_ inputs: Int, _ hidden: Int, bias: Scalar = 0, random: inout Random) {
        require(
            inputs > 0 && hidden > 0,
            "RecurrentWeights: at least one input and one hidden unit are needed, not \(inputs) and \(hidden)")
        require(bias.isFinite, "RecurrentWeights: a bias is a finite number, not \(bias)")
        input = Initialization.glorotUniform.weight([inputs, hidden], fanIn: inputs, fanOut: hidden, random: &random)
        recurrent = Initialization.orthogonal.weight([hidden, hidden], fanIn: hidden, fanOut: hidden, random: &random)
        self.bias = Tensor(repeating: bias, shape: [hidden])
    }

    /// x·W + b, the part that does not depend on the state.
    public func preActivation(_ x: Tensor<Scalar>) -> Tensor<Scalar> { .affine(x, input, bias) }

    /// From δ = ∂L/∂z, `[rows, hidden]`, to the gradients with respect to the weights:
    ///
    ///     ∂L/∂W = Σ_t x_tᵀ·δ_t,  ∂L/∂U = Σ_t h_{t−1}ᵀ·δ_t,  ∂L/∂b = Σ_t δ_t
    ///
    /// Any number of steps lie in the rows of x, h and δ, so that each sum over time is one product.
    ///
    /// - Parameter δh: the gradient with respect to h_{t−1}·U, where that is not δ.
    public func gradient(
        _ x: Tensor<Scalar>, _ h: Tensor<Scalar>, _ δ: Tensor<Scalar>, recurrent δh: Tensor<Scalar>? = nil
    ) -> RecurrentWeights {
        RecurrentWeights(input: x.transposed • δ, recurrent: h.transposed • (δh ?? δ), bias: δ.sum(along: 0))
    }

    var multiplications: Int { input.count + recurrent.count }

    /// The parameters of a cell that has such weights at `path`.
    public static func parameters<Cell: Parameterized>(
        _ name: String, _ path: WritableKeyPath<Cell, RecurrentWeights>
    ) -> [Parameter<Cell>] where Cell.Scalar == Scalar {
        [
            Parameter(name + ".input", path.appending(path: \.input)),
            Parameter(name + ".recurrent", path.appending(path: \.recurrent)),
            Parameter(name + ".bias", path.appending(path: \.bias)),
        ]
    }
}
