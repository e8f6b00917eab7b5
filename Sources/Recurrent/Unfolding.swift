// 3.3.1 and 3.3.2 The network unfolded in time
//
// The two loops of Recurrence, made fast; the tests compare one with the other. The pre-activations of all steps are one
// product, and so are the gradients with respect to the inputs and the weights, whose sum over time is then a sum within a
// product. What the steps compute lies in one block of memory. And the sequences of a batch, which do not depend on one
// another, are divided among threads.
//
// Written out, a recurrent network is a deep feedforward network: a layer for each step, all of them the same cell with the
// same weights. So it is trained like one, by backpropagation, and as a layer of a network it is one layer.
//
// Sequences of a batch need not have the same length. After its own end a sequence keeps its state, and the input at those
// steps is ignored: a mask selects, at each step, the sequences that take it.

/// A cell applied along a sequence: x `[time, batch, inputs]` becomes the outputs of all steps, `[time, batch, hidden]`.
///
/// ```swift
/// var network = Sequential {
///     Unfolded(GRUCell(32, 128, random: &random))
///     LastStep()
///     Dense(128, 10, random: &random)
/// }
/// ```
///
/// As a layer it begins with a state of zeros. To begin with another state, to continue from the previous one, or to process
/// sequences of different lengths, call it with the state and the lengths.
///
/// Source: document A, 3.3.1 and 3.3.2; Rumelhart, Hinton & Williams 1986; Werbos 1990.
public struct Unfolded<Cell: RecurrentCell>: Layer {
    public typealias Scalar = Cell.Scalar
    public typealias State = Cell.State

    /// Which end of the sequence is read first.
    public enum Direction: Sendable {
        /// From the first step to the last.
        case forwards
        /// From the last step to the first; the outputs stay at the steps they belong to.
        case backwards
    }

    public var cell: Cell
    public let direction: Direction

    @inlinable
    public init(_ cell: Cell, direction: Direction = .forwards) { (self.cell, self.direction) = (cell, direction) }

    // MARK: As a layer

    @inlinable
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { self(x, from: nil).output }

    @inlinable
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let (output, _, backward) = forward(x, from: nil)
        return (output, { g in backward(g, nil).ofLayer })
    }

    public var parameters: [Parameter<Self>] { cell.parameters.map { $0.within(\Self.cell, named: "") } }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requireInput(inputShape)
        return [inputShape[0], inputShape[1], cell.hiddenCount]
    }

    public func multiplicationCount(for inputShape: [Int]) -> Int {
        requireInput(inputShape)
        return inputShape[0] * inputShape[1] * cell.multiplicationsOfStep
    }

    // MARK: With a state and with lengths

    /// The outputs of all steps, and the state after the last.
    ///
    /// - Parameters:
    ///   - x: `[time, batch, inputs]`, at least one step and one sequence.
    ///   - state: the initial state, `[batch, hidden]`; zeros if nil.
    ///   - lengths: the number of steps of each sequence of the batch, 1 to `time`, if they differ. The input after a
    ///     sequence's last step does not count. Read forwards, a sequence keeps its state from there on: its outputs repeat
    ///     the last one. Read backwards, it keeps its initial state until its last step is reached.
    @inlinable
    public func callAsFunction(
        _ x: Tensor<Scalar>, from state: State?, lengths: [Int]? = nil
    ) -> (output: Tensor<Scalar>, state: State) {
        let shares = shares(x, state, lengths)
        let results = onThreads(shares.count) { number in
            let share = shares[number]
            var last = share.state
            var outputs = last.output.memory(for: share.order.count)
            share.run(cell) { time, state, _ in
                last = state
                outputs[time] = state.output
            }
            return (output: outputs, state: last)
        }
        return (.concatenate(results.map(\.output), along: 1), joined(results.map(\.state)))
    }

    /// The same for training: the outputs, the state after the last step, and the backward pass from both.
    @inlinable
    public func forward(_ x: Tensor<Scalar>, from state: State?, lengths: [Int]? = nil) -> UnfoldedForward<Cell> {
        let shares = shares(x, state, lengths)
        let traces = onThreads(shares.count) { number in shares[number].trace(cell) }
        let output = Tensor.concatenate(traces.map(\.after.output), along: 1)
        let last = shares[0].order.last!
        let final = joined(traces.map { $0.after[last] })
        return (output, final, { [self, shape = output.shape] outputGradient, stateGradient in
            require(
                outputGradient?.shape ?? shape == shape,
                "Unfolded: the outputs have the shape \(shape), but their gradient has \(outputGradient?.shape ?? [])")
            stateGradient.map { requireState($0, batch: shape[1]) }
            // What both gradients need.
            let passed = onThreads(shares.count) { number in
                shares[number].backward(cell, traces[number], outputGradient, stateGradient)
            }
            var inputGradient: Tensor<Scalar> {
                .concatenate(
                    onThreads(shares.count) { number in
                        shares[number].gradients(cell, traces[number], passed[number].δ).input
                    }, along: 1)
            }
            var layerGradient: Self {
                let gradients = onThreads(shares.count) { number in
                    shares[number].gradients(cell, traces[number], passed[number].δ).layer
                }
                var sum = gradients[0]
                for gradient in gradients.dropFirst() { sum.add(gradient) }
                return Unfolded(sum, direction: direction)
            }
            return UnfoldedGradients(
                Gradients(input: inputGradient, layer: layerGradient), state: joined(passed.map(\.state)))
        })
    }

    /// What the cell did at every step: the values of its gates and its states, each `[time, batch, hidden]`, for
    /// inspection.
    public func trace(_ x: Tensor<Scalar>, from state: State? = nil) -> Trace<Cell> {
        let state = beginning(x, state)
        return Share(x, state, direction, lengths: nil).trace(cell)
    }

    // MARK: The batch divided among threads

    /// The batch in shares. The sequences do not depend on one another, so threads need not wait for each other at every
    /// step. How many shares there are depends on the sizes alone: their gradients are added up, and a sum is the same only
    /// in the same order.
    @inlinable
    func shares(_ x: Tensor<Scalar>, _ state: State?, _ lengths: [Int]?) -> [Share<Cell>] {
        let state = beginning(x, state)
        let (time, batch) = (x.shape[0], x.shape[1])
        lengths.map { requireLengths("Unfolded", $0, time: time, batch: batch) }
        var count = 1
        while batch >= 24 * count && count < 16 && time * batch * cell.multiplicationsOfStep > 1 << 18 { count *= 2 }
        if count == 1 { return [Share(x, state, direction, lengths: lengths)] }
        return (0..<count).map { number in
            let rows = batch * number / count..<batch * (number + 1) / count
            return Share(
                x.slice(along: 1, rows), state.map { $0[rows] }, direction, rows: rows,
                lengths: lengths.map { Array($0[rows]) })
        }
    }

    /// Where a pass over x begins.
    @usableFromInline
    func beginning(_ x: Tensor<Scalar>, _ state: State?) -> State {
        requireInput(x.shape)
        guard let state else { return State(zeros: [x.shape[1], cell.hiddenCount]) }
        requireState(state, batch: x.shape[1])
        return state
    }

    @usableFromInline
    func requireState(_ state: State, batch: Int) {
        let units = cell.hiddenCount
        state.forEach { tensor in
            require(
                tensor.shape == [batch, units],
                "Unfolded: for \(batch) sequences and \(units) hidden units a state has the shape [\(batch), \(units)], "
                    + "but this one has \(tensor.shape)")
        }
    }

    private func requireInput(_ shape: [Int]) {
        require(
            shape.count == 3 && shape[2] == cell.inputCount && shape[0] > 0 && shape[1] > 0,
            "Unfolded: sequences [time, batch, \(cell.inputCount)] are expected, of at least one step, but the shape is "
                + "\(shape)")
    }
}

/// The outputs, the final state, and the backward pass from both. The gradient with respect to the outputs may be nil if
/// nothing uses them, and so may that with respect to the final state if nothing continues from it.
public typealias UnfoldedForward<Cell: RecurrentCell> = (
    output: Tensor<Cell.Scalar>, state: Cell.State,
    backward: (_ outputGradient: Tensor<Cell.Scalar>?, _ stateGradient: Cell.State?) -> UnfoldedGradients<Cell>
)

/// The gradients of an unfolded cell. Those with respect to the inputs and to the parameters are computed when they are
/// asked for; backpropagation through time has already taken place, so that with respect to the initial state is known.
public struct UnfoldedGradients<Cell: RecurrentCell> {
    /// Those of the layer: ∂L/∂x and ∂L/∂θ.
    public let ofLayer: Gradients<Cell.Scalar, Unfolded<Cell>>

    /// ∂L/∂state_0, with respect to the state with which the sequences began.
    public let state: Cell.State

    @inlinable
    init(_ ofLayer: Gradients<Cell.Scalar, Unfolded<Cell>>, state: Cell.State) {
        (self.ofLayer, self.state) = (ofLayer, state)
    }

    /// ∂L/∂x, `[time, batch, inputs]`.
    @inlinable public var input: Tensor<Cell.Scalar> { ofLayer.input }

    /// ∂L/∂θ.
    @inlinable public var layer: Unfolded<Cell> { ofLayer.layer }
}

// MARK: - The loop over time
//
// Inlinable, so that the loop is compiled for the given cell; looked up by type at every step, the plain cell took a fifth
// longer.

/// Some sequences of a batch, and the forward and backward pass over them.
@usableFromInline
struct Share<Cell: RecurrentCell>: Sendable {
    @usableFromInline typealias Scalar = Cell.Scalar

    /// `[time, sequences, inputs]`, zero after the end of a sequence.
    @usableFromInline let x: Tensor<Scalar>
    /// Where it begins.
    @usableFromInline let state: Cell.State
    /// The steps in the order in which they are taken.
    @usableFromInline let order: [Int]
    /// Which sequences of the batch these are.
    @usableFromInline let rows: Range<Int>
    /// For steps that not all sequences take: 1 in all units of the sequences that do, else 0.
    @usableFromInline let masks: [Tensor<Scalar>?]

    @usableFromInline
    init(
        _ x: Tensor<Scalar>, _ state: Cell.State, _ direction: Unfolded<Cell>.Direction, rows: Range<Int>? = nil,
        lengths: [Int]?
    ) {
        let steps = Array(0..<x.shape[0])
        order = direction == .forwards ? steps : steps.reversed()
        self.state = state
        self.rows = rows ?? 0..<x.shape[1]
        guard let lengths else {
            self.x = x
            masks = steps.map { _ in nil }
            return
        }
        let units = state.output.shape[1]
        masks = steps.map { time in
            lengths.allSatisfy { time < $0 }
                ? nil : Tensor(shape: [lengths.count, units]) { time < lengths[$0[0]] ? 1 : 0 }
        }
        self.x = Tensor.stack(steps.map { time in
            Tensor.stack(lengths.indices.map { time < lengths[$0] ? x[time][$0] : Tensor(zeros: [x.shape[2]]) })
        })
    }

    /// Takes all steps, and passes on the time of each, the state after it, and what was computed along the way.
    @inlinable
    func run(_ cell: Cell, _ use: (_ time: Int, _ state: Cell.State, _ gates: Cell.Gates) -> Void) {
        let shape = [x.shape[0], x.shape[1], cell.hiddenCount]
        let z = cell.preActivations(allSteps(x)).map { $0.reshaped(shape) }
        var state = state
        for time in order {
            var (next, gates) = cell.step(z[time], from: state)
            if let mask = masks[time] { next.update(with: state) { $0 = select($0, $1, where: mask) } }
            use(time, next, gates)
            state = next
        }
    }

    /// Takes all steps and keeps what they computed.
    @inlinable
    func trace(_ cell: Cell) -> Trace<Cell> {
        // One state more than steps: the state after a step is the one before the next. Read backwards, the first is last.
        let (steps, isForwards) = (order.count, order[0] == 0)
        var states = state.memory(for: steps + 1)
        states[isForwards ? 0 : steps] = state
        var gates: Cell.Gates?
        run(cell) { time, state, ofStep in
            states[isForwards ? time + 1 : time] = state
            if gates == nil { gates = ofStep.memory(for: steps) }
            gates![time] = ofStep
        }
        let (early, late) = (states.map { $0[0..<steps] }, states.map { $0[1..<steps + 1] })
        return Trace(before: isForwards ? early : late, gates: gates!, after: isForwards ? late : early)
    }

    /// Backpropagation through time: from the gradients with respect to the outputs and the final state, both of the whole
    /// batch, to δ of all steps and the gradient with respect to the first state.
    @inlinable
    func backward(
        _ cell: Cell, _ trace: Trace<Cell>, _ outputGradient: Tensor<Scalar>?, _ stateGradient: Cell.State?
    ) -> (δ: Cell.PreActivations, state: Cell.State) {
        let outputGradient = outputGradient?.slice(along: 1, rows)
        let zero = Cell.State(zeros: state.output.shape)
        let backwardStep = cell.backwardStep()
        var g = stateGradient?.map { $0[rows] } ?? zero
        var δ: Cell.PreActivations?
        for time in order.reversed() {
            if let outputGradient { g.output += outputGradient[time] }
            // A sequence that does not take this step passes its gradient on unchanged.
            var kept: Cell.State?
            if let mask = masks[time] {
                kept = g
                kept!.update(with: zero) { $0 = select($1, $0, where: mask) }
                g.update(with: zero) { $0 = select($0, $1, where: mask) }
            }
            let (ofStep, before) = backwardStep(g, trace[time])
            if δ == nil { δ = ofStep.memory(for: order.count) }
            δ![time] = ofStep
            g = before
            if let kept { g.update(with: kept) { $0 += $1 } }
        }
        return (δ!, g)
    }

    /// From δ of all steps to the gradients with respect to the inputs and the cell's parameters.
    @inlinable
    func gradients(_ cell: Cell, _ trace: Trace<Cell>, _ δ: Cell.PreActivations) -> Gradients<Scalar, Cell> {
        let gradients = cell.gradients(
            allSteps(x),
            Trace(before: trace.before.map(allSteps), gates: trace.gates.map(allSteps), after: trace.after.map(allSteps)),
            δ.map(allSteps))
        return Gradients(input: gradients.input.reshaped(x.shape), layer: gradients.layer)
    }
}

extension TensorGroup {
    /// Memory for the given number of groups like this one, one after another; its contents are still to be written.
    @inlinable
    func memory(for steps: Int) -> Self { map { Tensor(uninitialized: [steps] + $0.shape) } }
}

/// States of some sequences each, as one of all these sequences.
@inlinable
func joined<State: RecurrentState>(_ states: [State]) -> State {
    states.dropFirst().reduce(into: states[0]) { all, next in all.update(with: next) { $0 = .concatenate([$0, $1]) } }
}

/// `[time, batch, features]` → `[time·batch, features]`
@usableFromInline
func allSteps<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    x.reshaped([x.shape[0] * x.shape[1], x.shape[2]])
}

/// a where `mask` is 1, b where it is 0.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
@usableFromInline
func select<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, where mask: Tensor<Scalar>
) -> Tensor<Scalar> {
    map(a, b, mask) { a, b, mask in a.replacing(with: b, where: mask .== .zero) }
}
