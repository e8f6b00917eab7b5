// 3.3.1 What a step is made of
//
// A recurrent network (循环神经网络) reads a sequence one step at a time and keeps what it has read in a state (隐藏状态). A
// step takes two things, the input of the step and the state before it, and makes the next state out of them; the same
// step with the same weights is made again and again. What is in the state when the sequence ends depends on all of its
// inputs and on their order.
//
// A cell is such a step. The plain cell (RNNCell), the gated one (GRUCell) and the one with a memory of its own (LSTMCell)
// differ in this step and in nothing else: the loop over time, forwards and backwards, is written once, in Unfolding.

@_exported import FeedForward

/// One step of a recurrent network: state_t from x_t and state_{t−1}, and its derivative.
///
/// What reads the input, x_t·W + b, does not wait for the state; it is computed for all steps of a sequence at once, by
/// `inputSums`. What a step then adds is its share of the state, h_{t−1}·U, and the cell's own formula.
public protocol RecurrentCell<Scalar>: Parameterized {
    /// What is handed from step to step, each tensor `[batch, hidden]`.
    associatedtype State: RecurrentState<Scalar>

    /// x_t·W + b of everything in the cell that reads the input.
    associatedtype Sums: TensorGroup<Scalar>

    /// What a step computed on its way, such as the values of its gates: the way back needs it, and it can be looked at.
    associatedtype Gates: TensorGroup<Scalar>

    /// The number of features of an input.
    var inputCount: Int { get }

    /// The number of hidden units: of features of an output.
    var hiddenCount: Int { get }

    /// x·W + b for the inputs of any number of steps, x `[rows, inputs]`.
    func inputSums(_ x: Tensor<Scalar>) -> Sums

    /// One step. It gives the next state and what it computed on its way.
    func step(_ sums: Sums, from state: State) -> (state: State, gates: Gates)

    /// The way back through a step, with what all steps share computed once, before the first.
    ///
    /// What the step has kept are the values of its sigmoids and hyperbolic tangents, not their sums, so the slopes are
    /// computed from the values: y(1 − y) and 1 − y². Where a value has rounded to 1, beyond sums of some 17 and 9 (`Double`:
    /// 37 and 19), a slope that is less than 2·10⁻⁷ (4·10⁻¹⁶) of its largest counts as zero.
    func backwardStep() -> BackwardStep<Self>

    /// The gradients with respect to the inputs and to the parameters, from those of the sums, for all steps together: their
    /// batches lie one behind the other, `[time·batch, …]`. Each step adds its share to the parameters, since all have the
    /// same.
    func gradients(_ x: Tensor<Scalar>, _ steps: Steps<Self>, _ sums: Sums) -> (input: Tensor<Scalar>, cell: Self)

    /// How many multiplications of weights and inputs or states a step takes, for one sequence.
    var multiplicationsOfStep: Int { get }
}

/// From the gradient with respect to the state after a step to those with respect to its sums and to the state before it.
public typealias BackwardStep<Cell: RecurrentCell> = (
    _ stateGradient: Cell.State, _ step: Steps<Cell>
) -> (sums: Cell.Sums, state: Cell.State)

/// What a cell did in one step, each tensor `[batch, hidden]`, or in all steps of a sequence, `[time, batch, hidden]`.
public struct Steps<Cell: RecurrentCell>: Sendable {
    /// The states before.
    public let before: Cell.State
    /// What was computed on the way.
    public let gates: Cell.Gates
    /// The states after.
    public let after: Cell.State

    @inlinable
    public init(before: Cell.State, gates: Cell.Gates, after: Cell.State) {
        (self.before, self.gates, self.after) = (before, gates, after)
    }

    /// One of all steps.
    @inlinable
    public subscript(time: Int) -> Steps { Steps(before: before[time], gates: gates[time], after: after[time]) }
}

/// Tensors of one shape that belong together: a state, or the gates of a step.
public protocol TensorGroup<Scalar>: Sendable {
    associatedtype Scalar: TensorScalar

    /// As many tensors as `tensors` has, in the same order.
    init(tensors: [Tensor<Scalar>])

    var tensors: [Tensor<Scalar>] { get }
}

extension TensorGroup {
    @inlinable
    func map(_ change: (Tensor<Scalar>) -> Tensor<Scalar>) -> Self { Self(tensors: tensors.map(change)) }

    /// Each tensor of this group with its counterpart in another.
    @inlinable
    func combined(with other: Self, by combine: (Tensor<Scalar>, Tensor<Scalar>) -> Tensor<Scalar>) -> Self {
        Self(tensors: zip(tensors, other.tensors).map(combine))
    }

    /// Groups joined, tensor by tensor.
    @inlinable
    static func concatenate(_ groups: [Self], along axis: Int) -> Self {
        let parts = groups.map(\.tensors)
        return Self(tensors: parts[0].indices.map { place in .concatenate(parts.map { $0[place] }, along: axis) })
    }

    /// Of each tensor the slice at `index` along the first axis: a step of a sequence.
    @inlinable
    public subscript(index: Int) -> Self { map { $0[index] } }
}

/// A state: the output, which the layer above reads, and whatever else is handed from step to step.
public protocol RecurrentState<Scalar>: TensorGroup {
    /// h, the output of a step.
    var output: Tensor<Scalar> { get set }

    /// A state with zero in every number: where a sequence begins, if nothing else is said.
    init(zeros shape: [Int])
}

/// The state of most cells is their output alone.
extension Tensor: RecurrentState {
    @inlinable
    public init(tensors: [Tensor]) { self = tensors[0] }

    @inlinable
    public var tensors: [Tensor] { [self] }

    public var output: Tensor {
        @inlinable get { self }
        @inlinable set { self = newValue }
    }
}

// MARK: - The weighted sum

/// The weights with which a unit sees the input of a step and the state before it: z_t = x_t·W + h_{t−1}·U + b.
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

    /// Fresh weights: W uniform (Glorot & Bengio 2010), U orthogonal, so that a step neither stretches nor shrinks what it
    /// hands on (Saxe, McClelland & Ganguli 2014), and every bias the same number. Traps without inputs or hidden units, or
    /// if the bias is not finite.
    public init(_ inputs: Int, _ hidden: Int, bias: Scalar = 0, random: inout Random) {
        require(
            inputs > 0 && hidden > 0,
            "RecurrentWeights: at least one input and one hidden unit are needed, not \(inputs) and \(hidden)")
        require(bias.isFinite, "RecurrentWeights: a bias is a finite number, not \(bias)")
        input = Initialization.glorotUniform.weight([inputs, hidden], fanIn: inputs, fanOut: hidden, random: &random)
        recurrent = Initialization.orthogonal.weight([hidden, hidden], fanIn: hidden, fanOut: hidden, random: &random)
        self.bias = Tensor(repeating: bias, shape: [hidden])
    }

    /// x·W + b, the part that does not wait for the state.
    public func inputSum(_ x: Tensor<Scalar>) -> Tensor<Scalar> { .affine(x, input, bias) }

    /// From the gradient δ with respect to the sum, `[rows, hidden]`, to those with respect to the weights:
    ///
    ///     ∂L/∂W = Σ_t x_tᵀ·δ_t,  ∂L/∂U = Σ_t h_{t−1}ᵀ·δ_t,  ∂L/∂b = Σ_t δ_t
    ///
    /// All steps lie in the rows of x, h and δ, so that each sum over time is one product.
    ///
    /// - Parameter δh: the gradient with respect to h_{t−1}·U, where that is not the sum's own.
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
