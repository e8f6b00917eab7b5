// 3.3.1 and 3.3.2 The network unfolded in time, and the way back through time
//
// Written out, a recurrent network is a deep feedforward network: a layer for each step, all of them the same cell with the
// same weights. So it is trained like one, by backpropagation; through all these layers it is called backpropagation through
// time (通过时间的反向传播, BPTT). Forwards the state is handed from step to step. Backwards the gradient with respect to the
// state is: at each step it takes up what the output of that step contributes to the loss, and goes back through the step.
// The gradient of the weights is the sum over all steps.
//
// Sequences of a batch need not be of one length. From its own end on a sequence keeps its state, and what is at those steps
// in the input is not looked at.

/// A cell passed over a sequence: x `[time, batch, inputs]` becomes the outputs of all steps, `[time, batch, hidden]`.
///
/// ```swift
/// var network = Sequential {
///     Unfolded(GRUCell(32, 128, random: &random))
///     LastStep()
///     Dense(128, 10, random: &random)
/// }
/// ```
///
/// As a layer it begins with a state of zeros. To begin with another state, to go on from the last one, or to pass sequences
/// of different lengths, call it with the state and the lengths.
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
        return (output, { g in
            let gradients = backward(g, nil)
            return (input: gradients.input, layer: gradients.layer)
        })
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
    ///   - state: where to begin, `[batch, hidden]`; zeros, if it is nil.
    ///   - lengths: how many steps each sequence of the batch has, 1 to `time`, if not all have all. The input behind a
    ///     sequence's last step does not count. Read forwards, a sequence keeps its state from there on: its outputs repeat
    ///     the last one. Read backwards, it keeps its first state until its last step comes.
    @inlinable
    public func callAsFunction(
        _ x: Tensor<Scalar>, from state: State?, lengths: [Int]? = nil
    ) -> (output: Tensor<Scalar>, state: State) {
        let shares = shares(x, state, lengths)
        let results = onThreads(shares.count) { number in
            let share = shares[number]
            var (last, outputs) = (share.state, Timeline(of: share.state.output, steps: share.order.count))
            share.run(cell, keepingGates: false) { time, state in
                last = state
                outputs[time] = state.output
            }
            return (output: outputs.all, state: last)
        }
        return (.concatenate(results.map(\.output), along: 1), .concatenate(results.map(\.state), along: 0))
    }

    /// The same for training: the outputs, the state after the last step, and the way back from both.
    @inlinable
    public func forward(_ x: Tensor<Scalar>, from state: State?, lengths: [Int]? = nil) -> UnfoldedForward<Cell> {
        let shares = shares(x, state, lengths)
        let passed = onThreads(shares.count) { number in shares[number].steps(cell) }
        let output = Tensor.concatenate(passed.map(\.after.output), along: 1)
        let last = shares[0].order.last!
        let final = State.concatenate(passed.map { $0.after[last] }, along: 0)
        return (output, final, { [self, shape = output.shape] outputGradient, stateGradient in
            require(
                outputGradient?.shape ?? shape == shape,
                "Unfolded: the outputs have the shape \(shape), but their gradient has \(outputGradient?.shape ?? [])")
            stateGradient.map { requireState($0, batch: shape[1]) }
            let gradients = onThreads(shares.count) { number in
                shares[number].backward(cell, passed[number], outputGradient, stateGradient)
            }
            var cellGradient = gradients[0].cell
            for other in gradients.dropFirst() { cellGradient.add(other.cell) }
            return (
                input: .concatenate(gradients.map(\.input), along: 1),
                state: .concatenate(gradients.map(\.state), along: 0),
                layer: Unfolded(cellGradient, direction: direction)
            )
        })
    }

    /// What the cell did at every step: the values of its gates and its states, each `[time, batch, hidden]`, to be looked
    /// at.
    public func trace(_ x: Tensor<Scalar>, from state: State? = nil) -> Steps<Cell> {
        let state = beginning(x, state)
        return Share(x, state, direction, lengths: nil).steps(cell)
    }

    // MARK: Sequences shared among threads

    /// The batch in shares. What happens in a sequence does not depend on the others, so threads need not wait for each
    /// other at every step. How many shares there are depends on the sizes alone: they add up their gradients, and sums are
    /// the same only in the same order.
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
        for tensor in state.tensors {
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

/// The outputs, the final state, and the way back from both. The gradient with respect to the outputs may be nil if nothing
/// reads them, and so may that with respect to the final state if nothing goes on from it.
public typealias UnfoldedForward<Cell: RecurrentCell> = (
    output: Tensor<Cell.Scalar>, state: Cell.State,
    backward: (_ outputGradient: Tensor<Cell.Scalar>?, _ stateGradient: Cell.State?) -> (
        input: Tensor<Cell.Scalar>, state: Cell.State, layer: Unfolded<Cell>
    )
)

// MARK: - The loop over time
//
// Inlinable, so that the loop is compiled for the cell it is given; looked up by its type at every step, the plain cell took a
// fifth longer.

/// Some sequences of a batch, and the way over them and back.
@usableFromInline
struct Share<Cell: RecurrentCell>: Sendable {
    @usableFromInline typealias Scalar = Cell.Scalar

    /// `[time, sequences, inputs]`, zero behind the end of a sequence.
    @usableFromInline let x: Tensor<Scalar>
    /// Where it begins.
    @usableFromInline let state: Cell.State
    /// The steps in the order in which they are made.
    @usableFromInline let order: [Int]
    /// Which sequences of the batch these are.
    @usableFromInline let rows: Range<Int>
    /// For steps that are not made in all sequences: 1 in all units of those where they are, else 0.
    @usableFromInline let isMade: [Tensor<Scalar>?]

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
            isMade = steps.map { _ in nil }
            return
        }
        let units = state.output.shape[1]
        isMade = steps.map { time in
            lengths.allSatisfy { time < $0 }
                ? nil : Tensor(shape: [lengths.count, units]) { time < lengths[$0[0]] ? 1 : 0 }
        }
        self.x = Tensor.stack(steps.map { time in
            Tensor.stack(lengths.indices.map { time < lengths[$0] ? x[time][$0] : Tensor(zeros: [x.shape[2]]) })
        })
    }

    /// Makes all steps, and hands the state after each over with its time.
    ///
    /// - Returns: what the steps computed on their way, if it is kept: it takes the place of the sums, each of which is needed
    ///   in its own step only.
    @inlinable @discardableResult
    func run(_ cell: Cell, keepingGates: Bool, _ use: (_ time: Int, _ state: Cell.State) -> Void) -> Cell.Gates? {
        let shape = [x.shape[0], x.shape[1], cell.hiddenCount]
        var places = cell.inputSums(allSteps(x)).tensors.map { TensorStack(over: $0.reshaped(shape)) }
        let (sums, count) = (places.indices, order.count)
        var state = state
        for time in order {
            var (after, gates) = cell.step(Cell.Sums(tensors: sums.map { places[$0][time] }), from: state)
            if keepingGates {
                for (place, tensor) in gates.tensors.enumerated() {
                    if place == places.count { places.append(TensorStack(count: count, of: tensor.shape)) }
                    places[place][time] = tensor
                }
            }
            if let isMade = isMade[time] { after = after.combined(with: state) { chosen($0, $1, where: isMade) } }
            use(time, after)
            state = after
        }
        return keepingGates ? Cell.Gates(tensors: places.map(\.tensor)) : nil
    }

    /// Makes all steps and keeps them.
    @inlinable
    func steps(_ cell: Cell) -> Steps<Cell> {
        // One state more than steps: the state after a step is the one before the next. Read backwards, the first is last.
        let (steps, isForwards) = (order.count, order[0] == 0)
        var states = Timeline(of: state, steps: steps + 1)
        states[isForwards ? 0 : steps] = state
        let gates = run(cell, keepingGates: true) { time, state in states[isForwards ? time + 1 : time] = state }
        let (early, late) = (states.all.map { $0[0..<steps] }, states.all.map { $0[1..<steps + 1] })
        return Steps(before: isForwards ? early : late, gates: gates!, after: isForwards ? late : early)
    }

    /// Backpropagation through time: from the gradients with respect to the outputs and the final state, both of the whole
    /// batch, to those with respect to the input, the first state and the cell.
    @inlinable
    func backward(
        _ cell: Cell, _ steps: Steps<Cell>, _ outputGradient: Tensor<Scalar>?, _ stateGradient: Cell.State?
    ) -> (input: Tensor<Scalar>, state: Cell.State, cell: Cell) {
        let outputGradient = outputGradient?.slice(along: 1, rows)
        let zero = Cell.State(zeros: state.output.shape)
        var g = stateGradient?.map { $0[rows] } ?? zero
        let backwardStep = cell.backwardStep()
        var sums: Timeline<Cell.Sums>?
        for time in order.reversed() {
            // The output of this step contributes to the loss, and so does the state it hands on.
            if let outputGradient { g.output += outputGradient[time] }
            var kept: Cell.State?
            if let isMade = isMade[time] {
                // A sequence that does not make this step hands its gradient on as it is.
                kept = zero.combined(with: g) { chosen($0, $1, where: isMade) }
                g = g.combined(with: zero) { chosen($0, $1, where: isMade) }
            }
            let (δ, before) = backwardStep(g, steps[time])
            if sums == nil { sums = Timeline(of: δ, steps: order.count) }
            sums![time] = δ
            g = kept.map { $0.combined(with: before, by: +) } ?? before
        }
        let together = Steps<Cell>(
            before: steps.before.map(allSteps), gates: steps.gates.map(allSteps), after: steps.after.map(allSteps))
        let (inputGradient, cellGradient) = cell.gradients(allSteps(x), together, sums!.all.map(allSteps))
        return (inputGradient.reshaped(x.shape), g, cellGradient)
    }
}

/// `[time, batch, features]` → `[time·batch, features]`
@usableFromInline
func allSteps<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    x.reshaped([x.shape[0] * x.shape[1], x.shape[2]])
}

/// Groups of all steps, stacked step by step.
@usableFromInline
struct Timeline<Group: TensorGroup> {
    @usableFromInline var stacks: [TensorStack<Group.Scalar>]

    /// A place for so many groups like `step`.
    @inlinable
    init(of step: Group, steps: Int) { stacks = step.tensors.map { TensorStack(count: steps, of: $0.shape) } }

    @inlinable subscript(time: Int) -> Group {
        get { Group(tensors: stacks.map { $0[time] }) }
        set { for (place, tensor) in newValue.tensors.enumerated() { stacks[place][time] = tensor } }
    }

    /// All of them, each tensor `[time, batch, hidden]`.
    @inlinable var all: Group { Group(tensors: stacks.map(\.tensor)) }
}

/// a where `mask` is 1, b where it is 0.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
@usableFromInline
func chosen<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, where mask: Tensor<Scalar>
) -> Tensor<Scalar> {
    map(a, b, mask) { a, b, mask in a.replacing(with: b, where: mask .== .zero) }
}
