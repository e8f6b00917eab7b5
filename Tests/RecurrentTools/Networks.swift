// What the tests of recurrent networks share: an unfolded cell as a layer with all that goes in and comes out, cells with
// something changed on purpose, parameters away from where they begin, and a batch held against its sequences.

import Recurrent
import TestTools
import Testing

extension Parameterized where Scalar == Double {
    /// The same with every parameter moved at random, so that no bias is zero and no weight special.
    public func moved(_ random: inout Random, by deviation: Double = 0.3) -> Self {
        var result = self
        for parameter in parameters {
            let shape = self[keyPath: parameter.path].shape
            result[keyPath: parameter.path] += random.normal(shape, standardDeviation: deviation)
        }
        return result
    }
}

extension TensorGroup {
    /// All tensors, in the order in which the group hands them to `update`.
    public var tensors: [Tensor<Scalar>] {
        var (result, copy) = ([Tensor<Scalar>](), self)
        copy.update(with: self) { result.append($1) }
        return result
    }
}

extension RecurrentState {
    /// A state of these tensors, in that order.
    public init(tensors: [Tensor<Scalar>]) {
        self.init(zeros: tensors[0].shape)
        var place = 0
        update(with: self) { tensor, _ in
            tensor = tensors[place]
            place += 1
        }
    }
}

extension Random {
    /// A length of 1...time for each sequence, not all of them the same.
    public mutating func lengths(_ batch: Int, upTo time: Int) -> [Int] {
        [time - 1] + (1..<batch).map { _ in integer(in: 1...time) }
    }

    /// As many tensors as a cell's state has.
    public mutating func state<Cell: RecurrentCell>(of cell: Cell, _ batch: Int) -> [Tensor<Double>]
    where Cell.Scalar == Double {
        Cell.State(zeros: [batch, cell.hiddenCount]).tensors.map { normal($0.shape) }
    }
}

/// The same sequences, read from the other end.
public func reversed<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { .stack((0..<x.shape[0]).reversed().map { x[$0] }) }

/// All numbers of some tensors, one behind the other.
public func joined(_ parts: [Tensor<Double>]) -> Tensor<Double> { .concatenate(parts.map { $0.reshaped([-1]) }) }

/// Tensors of these shapes out of what `joined` made.
public func separated(_ numbers: Tensor<Double>, _ shapes: [[Int]]) -> [Tensor<Double>] {
    var place = 0
    return shapes.map { shape in
        let count = shape.reduce(1, *)
        defer { place += count }
        return numbers[place..<place + count].reshaped(shape)
    }
}

/// An unfolded cell as a layer that hides nothing: its initial state is a parameter, and its output is all numbers of the
/// outputs and of the final state. So a check of the gradients sees those of the initial state, and those from the final.
public struct WithStates<Cell: RecurrentCell>: Layer where Cell.Scalar == Double {
    public typealias Scalar = Double

    /// What is read of it; of the rest the backward pass is given nil.
    public enum Read: CaseIterable, Sendable { case everything, outputs, state }

    public var network: Unfolded<Cell>
    public var initial: [Tensor<Double>]
    public let lengths: [Int]?
    public let read: Read

    public init(_ network: Unfolded<Cell>, _ initial: [Tensor<Double>], lengths: [Int]? = nil, read: Read = .everything) {
        (self.network, self.initial, self.lengths, self.read) = (network, initial, lengths, read)
    }

    public func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
        let (output, state) = network(x, from: Cell.State(tensors: initial), lengths: lengths)
        return joined((read == .state ? [] : [output]) + (read == .outputs ? [] : state.tensors))
    }

    public mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (output, state, backward) = network.forward(x, from: Cell.State(tensors: initial), lengths: lengths)
        let parts = (read == .state ? [] : [output]) + (read == .outputs ? [] : state.tensors)
        return (
            joined(parts),
            { [self, shapes = parts.map(\.shape)] g in
                var gradients = separated(g, shapes)
                let outputGradient = read == .state ? nil : gradients.removeFirst()
                let back = backward(outputGradient, read == .outputs ? nil : Cell.State(tensors: gradients))
                return Gradients(
                    input: back.input, layer: WithStates(back.layer, back.state.tensors, lengths: lengths, read: read))
            }
        )
    }

    public var parameters: [Parameter<Self>] {
        network.parameters.map { $0.within(\Self.network, named: "") }
            + initial.indices.map { place in Parameter("initial \(place)", \Self.initial[place]) }
    }
}

/// A cell with another step, another backward pass through it or other gradients of its parameters than the original's.
public struct TamperedCell<Original: RecurrentCell>: RecurrentCell where Original.Scalar == Double {
    public typealias Scalar = Double
    public typealias State = Original.State
    public typealias PreActivations = Original.PreActivations
    public typealias Gates = Original.Gates
    public typealias Step = @Sendable (Original, PreActivations, State) -> (state: State, gates: Gates)
    public typealias Back = @Sendable (Original, State, Trace<Original>) -> (δ: PreActivations, state: State)
    public typealias Change = @Sendable (inout Original, Trace<Original>, PreActivations) -> Void

    public var original: Original
    public var changedStep: Step?
    public var changedBack: Back?
    public var changedGradients: Change?

    public init(_ original: Original, step: Step? = nil, back: Back? = nil, gradients: Change? = nil) {
        (self.original, changedStep, changedBack, changedGradients) = (original, step, back, gradients)
    }

    public var inputCount: Int { original.inputCount }
    public var hiddenCount: Int { original.hiddenCount }
    public var multiplicationsOfStep: Int { original.multiplicationsOfStep }
    public var parameters: [Parameter<Self>] { original.parameters.map { $0.within(\Self.original, named: "") } }

    public func preActivations(_ x: Tensor<Double>) -> PreActivations { original.preActivations(x) }

    public func step(_ z: PreActivations, from state: State) -> (state: State, gates: Gates) {
        changedStep?(original, z, state) ?? original.step(z, from: state)
    }

    private func trace(_ trace: Trace<Self>) -> Trace<Original> {
        Trace(before: trace.before, gates: trace.gates, after: trace.after)
    }

    public func backwardStep() -> BackwardStep<Self> {
        if let changedBack { return { changedBack(original, $0, trace($1)) } }
        let back = original.backwardStep()
        return { back($0, trace($1)) }
    }

    public func gradients(
        _ x: Tensor<Double>, _ trace: Trace<Self>, _ δ: PreActivations
    ) -> Gradients<Double, Self> {
        let gradients = original.gradients(x, self.trace(trace), δ)
        var cell = gradients.layer
        changedGradients?(&cell, self.trace(trace), δ)
        return Gradients(input: gradients.input, layer: TamperedCell(cell))
    }
}

/// Expects of a batch what each of its sequences gives alone, cut to its own length: the same outputs and final states, bit
/// for bit, the same gradients of the inputs and initial states, and the sum of the gradients of all parameters.
public func expectSameAsAlone<Cell: RecurrentCell>(
    _ network: Unfolded<Cell>, _ x: Tensor<Double>, from initial: [Tensor<Double>], lengths: [Int]?,
    _ random: inout Random, sourceLocation: SourceLocation = #_sourceLocation
) where Cell.Scalar == Double {
    let (time, batch) = (x.shape[0], x.shape[1])
    let (output, final, backward) = network.forward(x, from: Cell.State(tensors: initial), lengths: lengths)
    let upstream: Tensor<Double> = random.normal(output.shape)
    let stateUpstream = final.tensors.map { random.normal($0.shape) as Tensor<Double> }
    let gradients = backward(upstream, Cell.State(tensors: stateUpstream))
    var sum = network.zeroed
    for row in 0..<batch {
        func one(_ tensor: Tensor<Double>) -> Tensor<Double> { tensor.slice(along: tensor.rank - 2, row..<row + 1) }
        let length = lengths?[row] ?? time
        let (h, state, back) = network.forward(
            one(x)[0..<length], from: Cell.State(tensors: initial.map(one)))
        let isSame = one(output)[0..<length] == h && zip(final.tensors, state.tensors).allSatisfy { one($0) == $1 }
        #expect(isSame, "sequence \(row)", sourceLocation: sourceLocation)
        // Where the steps are not made the output is the state that is kept: the last, or backwards still the first.
        let kept = network.direction == .forwards ? state.output : Cell.State(tensors: initial.map(one)).output
        for time in length..<time {
            #expect(one(output)[time] == kept, "sequence \(row), step \(time)", sourceLocation: sourceLocation)
        }
        let keptUpstream = (length..<time).reduce(Tensor(zeros: kept.shape)) { $0 + one(upstream)[$1] }
        var upstreamOfState = Cell.State(tensors: stateUpstream.map(one))
        if network.direction == .forwards { upstreamOfState.output += keptUpstream }
        let alone = back(one(upstream)[0..<length], upstreamOfState)
        var stateGradient = alone.state
        if network.direction == .backwards { stateGradient.output += keptUpstream }
        let padding = Tensor<Double>(zeros: [time - length, 1, x.shape[2]])
        expectClose(
            one(gradients.input), .concatenate([alone.input, padding]), 1e-13, "input of sequence \(row)",
            sourceLocation: sourceLocation)
        for (whole, single) in zip(gradients.state.tensors, stateGradient.tensors) {
            expectClose(one(whole), single, 1e-13, "initial state of sequence \(row)", sourceLocation: sourceLocation)
        }
        for parameter in network.parameters { sum[keyPath: parameter.path] += alone.layer[keyPath: parameter.path] }
    }
    for parameter in network.parameters {
        expectClose(
            gradients.layer[keyPath: parameter.path], sum[keyPath: parameter.path], 1e-11, parameter.name,
            sourceLocation: sourceLocation)
    }
}

/// Inputs of enough sequences for several threads: 50 in four shares of unequal size.
public func sharedInput<Cell: RecurrentCell>(of cell: Cell, time: Int, _ random: inout Random) -> Tensor<Double>
where Cell.Scalar == Double {
    let batch = 50
    #expect(batch >= 48 && time * batch * cell.multiplicationsOfStep > 1 << 18, "too little to be shared")
    return random.normal([time, batch, cell.inputCount])
}

/// Expects a batch that threads share to have the outputs and gradients of its sequences, in both directions, with and
/// without lengths.
public func expectSharedSameAsAlone<Cell: RecurrentCell>(_ fresh: Cell, _ random: inout Random) where Cell.Scalar == Double {
    let cell = fresh.moved(&random, by: 0.1)
    let x = sharedInput(of: cell, time: 4, &random)
    for (lengths, direction) in [
        (nil, Unfolded<Cell>.Direction.forwards), (random.lengths(50, upTo: 4), .forwards),
        (random.lengths(50, upTo: 4), .backwards),
    ] {
        expectSameAsAlone(
            Unfolded(cell, direction: direction), x, from: random.state(of: cell, 50), lengths: lengths, &random)
    }
}

/// Expects the gradients of an unfolded cell with its states to agree with central differences, in both directions, with and
/// without lengths, and if only a part of it is read.
public func expectGradients<Cell: RecurrentCell>(
    of fresh: Cell, seed: UInt64, _ random: inout Random, sourceLocation: SourceLocation = #_sourceLocation
) where Cell.Scalar == Double {
    let cell = fresh.moved(&random), (time, batch) = (random.integer(in: 3...5), random.integer(in: 2...3))
    let x: Tensor<Double> = random.normal([time, batch, cell.inputCount])
    for direction in [Unfolded<Cell>.Direction.forwards, .backwards] {
        let network = Unfolded(cell, direction: direction)
        expectGradients(
            of: WithStates(network, random.state(of: cell, batch)), at: x, seed: seed, sourceLocation: sourceLocation)
        let lengths = random.lengths(batch, upTo: time)
        for read in WithStates<Cell>.Read.allCases {
            expectGradients(
                of: WithStates(network, random.state(of: cell, batch), lengths: lengths, read: read), at: x, seed: seed,
                sourceLocation: sourceLocation)
        }
    }
}

/// Every bit of outputs, final states and gradients of a batch of 100 sequences, in eight shares.
public func bits<Cell: RecurrentCell>(of network: Unfolded<Cell>, lengths: [Int]?) -> [[UInt32]] where Cell.Scalar == Float {
    var random = Random(seed: 1)
    #expect(8 * 100 * network.cell.multiplicationsOfStep > 1 << 18)
    let x: Tensor<Float> = random.normal([8, 100, network.cell.inputCount])
    let inference = network(x, from: nil, lengths: lengths)
    let (output, state, backward) = network.forward(x, from: nil, lengths: lengths)
    let back = backward(random.normal(output.shape), state)
    let gradients = network.parameters.map { back.layer[keyPath: $0.path] }
    return ([output, inference.output, back.input] + state.tensors + back.state.tensors + gradients).map { tensor in
        tensor.scalars.map(\.bitPattern)
    }
}
