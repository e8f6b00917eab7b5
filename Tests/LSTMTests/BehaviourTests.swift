// What chapter 3.4 claims about long short-term memory (Docs/Claims.md), claim by claim; all of it but what takes training.
//
// A gate is forced by its bias: σ(1000) is 1 and σ(−1000) is 0, exactly, whatever else is in the sum.

import Foundation
import LSTM
import RecurrentTools
import TestTools
import Testing

extension LSTMCell<Double> {
    /// The same with gates forced to be open or shut.
    fileprivate func with(forget: Bool? = nil, input: Bool? = nil, output: Bool? = nil) -> LSTMCell {
        var cell = self
        func force(_ weights: inout RecurrentWeights<Double>, _ isOpen: Bool?) {
            if let isOpen { weights.bias = Tensor(repeating: isOpen ? 1000 : -1000, shape: [hiddenCount]) }
        }
        force(&cell.forget, forget)
        force(&cell.input, input)
        force(&cell.output, output)
        return cell
    }

    /// The same without the way from the hidden state to the next step: what is left between the steps is the cell state.
    fileprivate var withoutRecurrence: LSTMCell {
        var cell = self
        let zero = Tensor<Double>(zeros: [hiddenCount, hiddenCount])
        (cell.forget.recurrent, cell.input.recurrent) = (zero, zero)
        (cell.candidate.recurrent, cell.output.recurrent) = (zero, zero)
        return cell
    }
}

@Suite("Chapter 3.4.1: the cell state and its gates")
struct LSTMBehaviourTests {
    private typealias State = LSTMCell<Double>.State

    private func cell(_ random: inout Random, peepholes: Bool = false) -> LSTMCell<Double> {
        LSTMCell(3, 5, peepholes: peepholes, random: &random).moved(&random)
    }

    private func state(_ random: inout Random, _ batch: Int = 2) -> State {
        State(cell: random.normal([batch, 5]), output: random.normal([batch, 5]))
    }

    // MARK: The forget gate

    @Test("gates lie between 0 and 1, the candidate between −1 and 1", .claim("A3.4.1-1")) func ranges() {
        var random = Random(seed: 1)
        for peepholes in [false, true] {
            let gates = Unfolded(cell(&random, peepholes: peepholes)).trace(
                random.normal([20, 3, 3], standardDeviation: 3), from: state(&random, 3)).gates
            for gate in [gates.forget, gates.input, gates.output] {
                #expect(gate.scalars.allSatisfy { $0 > 0 && $0 < 1 })
                // They are used: half-open, nearly shut and nearly open.
                #expect(gate.minimum() < 0.2 && gate.maximum() > 0.8)
            }
            #expect(gates.candidate.scalars.allSatisfy { abs($0) < 1 })
        }
    }

    @Test(
        "a forget gate of 1 keeps the cell state for 10,000 steps, bit for bit", .claim("A3.4.1-1"),
        arguments: [false, true])
    func kept(peepholes: Bool) {
        var random = Random(seed: 2)
        let network = Unfolded(cell(&random, peepholes: peepholes).with(forget: true, input: false))
        let start = state(&random)
        let final = network(random.normal([10_000, 2, 3]), from: start).state
        #expect(final.cell == start.cell && final.output != start.output)
    }

    @Test("a forget gate of 0 erases it in one step: what follows does not depend on it", .claim("A3.4.1-1")) func erased() {
        var random = Random(seed: 3)
        let network = Unfolded(cell(&random).with(forget: false))
        let x: Tensor<Double> = random.normal([1, 2, 3]), start = state(&random)
        let other = State(cell: random.normal([2, 5], standardDeviation: 100), output: start.output)
        let (a, b) = (network(x, from: start).state, network(x, from: other).state)
        #expect(a.cell == b.cell && a.output == b.output)
        let trace = network.trace(x, from: start)
        #expect(trace.after.cell == trace.gates.input * trace.gates.candidate)
        // And with nothing added, it is zero.
        #expect(Unfolded(network.cell.with(input: false))(x, from: start).state.cell == Tensor(zeros: [2, 5]))
    }

    // MARK: The input gate

    @Test(
        "an input gate of 1 stores the candidate, if the old is forgotten, exactly; one of 0 stores nothing",
        .claim("A3.4.1-2"))
    func stored() {
        var random = Random(seed: 4)
        let cell = cell(&random), x: Tensor<Double> = random.normal([6, 2, 3]), start = state(&random)
        let storing = Unfolded(cell.with(forget: false, input: true)).trace(x, from: start)
        #expect(storing.after.cell == storing.gates.candidate && storing.gates.candidate.norm() > 1)
        let adding = Unfolded(cell.with(forget: true, input: true)).trace(x, from: start)
        #expect(adding.after.cell == adding.before.cell + adding.gates.candidate)
        let shut = Unfolded(cell.with(input: false)).trace(x, from: start)
        #expect(shut.after.cell == shut.gates.forget * shut.before.cell)
        // What the candidate is then makes no difference, and nothing is learned about it.
        var other = cell
        other.candidate = RecurrentWeights(3, 5, random: &random)
        let network = Unfolded(cell.with(input: false))
        let (output, final, backward) = network.forward(x, from: start)
        #expect(Unfolded(other.with(input: false))(x, from: start).output == output)
        let gradient = backward(output, final).layer.cell
        #expect(gradient.candidate.input == Tensor(zeros: [3, 5]) && gradient.candidate.recurrent == Tensor(zeros: [5, 5]))
    }

    // MARK: The straight line through time

    @Test("∂c_T/∂c_t is the product of the forget gates between, if the cell state is the only way", .claim("A3.4.1-3"))
    func straightLine() {
        var random = Random(seed: 5)
        let cell = cell(&random).withoutRecurrence, network = Unfolded(cell)
        let x: Tensor<Double> = random.normal([8, 2, 3]), start = state(&random)
        let trace = network.trace(x, from: start)
        for t in 0..<8 {
            let product = (t..<8).reduce(Tensor<Double>(repeating: 1, shape: [2, 5])) { $0 * trace.gates.forget[$1] }
            let before = State(cell: trace.before.cell[t], output: trace.before.output[t])
            let (_, _, backward) = network.forward(x[t..<8], from: before)
            let ones = State(cell: Tensor(repeating: 1, shape: [2, 5]), output: Tensor(zeros: [2, 5]))
            let gradient = backward(nil, ones).state
            expectClose(gradient.cell, product, 1e-14, "from \(t)")
            #expect(gradient.output == Tensor(zeros: [2, 5]))
            // c_T is a straight line in c_t, so the difference is no approximation.
            func end(_ offset: Double) -> Tensor<Double> {
                network(x[t..<8], from: State(cell: before.cell + offset, output: before.output)).state.cell
            }
            expectClose((end(0.5) - end(-0.5)), product, 1e-14, "difference from \(t)")
        }
    }

    @Test("where the forget gate is open the gradient comes back over 1000 steps undiminished", .claim("A3.4.1-3"))
    func undiminished() {
        var random = Random(seed: 6)
        let cell = cell(&random).with(forget: true).withoutRecurrence
        let (_, _, backward) = Unfolded(cell).forward(random.normal([1000, 2, 3]), from: state(&random))
        let upstream: Tensor<Double> = random.normal([2, 5])
        #expect(backward(nil, State(cell: upstream, output: Tensor(zeros: [2, 5]))).state.cell == upstream)
        // Of a plain cell of the same size, whose state is rewritten at every step, hardly anything is left.
        let plain = Unfolded(RNNCell<Double>(3, 5, random: &random))
        let vanished = plain.forward(random.normal([1000, 2, 3]), from: nil).backward(nil, upstream).state
        #expect(vanished.norm() < 1e-9 * upstream.norm())
    }

    @Test("the norms of ∂h_T/∂s_t are those of both states together, by differences", .claim("A3.4.1-3")) func norms() {
        var random = Random(seed: 7)
        for peepholes in [false, true] {
            let network = Unfolded(cell(&random, peepholes: peepholes)), x: Tensor<Double> = random.normal([4, 1, 3])
            let start = state(&random, 1), trace = network.trace(x, from: start)
            let norms = network.stateGradientNorms(x, from: start)
            #expect(norms.count == 5)
            expectClose(norms[0], 5.0.squareRoot())
            for steps in 1...4 {
                let t = 4 - steps, tensors = [trace.before.cell[t], trace.before.output[t]]
                var squares = 0.0
                for place in 0..<10 {
                    func end(_ offset: Double) -> Tensor<Double> {
                        var moved = tensors
                        moved[place / 5][element: place % 5] += offset
                        return network(x[t..<4], from: State(tensors: moved)).state.output
                    }
                    let column = ((end(1e-5) - end(-1e-5)) / 2e-5).norm()
                    squares += column * column
                }
                expectClose(norms[steps], squares.squareRoot(), 1e-8, "\(steps) steps back")
            }
        }
    }

    // MARK: The output gate

    @Test("the hidden state lies between −1 and 1, however large the cell state", .claim("A3.4.1-4")) func bounded() {
        var random = Random(seed: 8)
        let cell = cell(&random).with(forget: true, input: true)
        let (output, final) = Unfolded(cell)(random.normal([200, 3, 3], standardDeviation: 3), from: state(&random, 3))
        #expect(final.cell.maximum() > 5 && output.scalars.allSatisfy { abs($0) <= 1 })
        // Less than 1 wherever tanh can still be told from 1.
        let trace = Unfolded(self.cell(&random)).trace(random.normal([50, 3, 3]), from: state(&random, 3))
        #expect(trace.after.output.scalars.allSatisfy { abs($0) < 1 })
        #expect(trace.after.output.maximumDifference(from: trace.gates.output * tanh(trace.after.cell)) <= 1e-15)
    }

    // One feature of the input opens and shuts the output gate; the cell state is kept all the time.
    @Test("an output gate of 0 hides a cell state that is kept and shown later", .claim("A3.4.1-4")) func hidden() {
        var random = Random(seed: 9)
        var cell = cell(&random).with(forget: true, input: false)
        cell.output.bias = Tensor(zeros: [5])
        cell.output.input[2] = Tensor(repeating: 1000, shape: [5])
        let start = state(&random)
        var x: Tensor<Double> = random.normal([9, 2, 3])
        for t in 0..<9 { for row in 0..<2 { x[t, row, 2] = t == 8 ? 1 : -1 } }
        let (output, final) = Unfolded(cell)(x, from: start)
        #expect(output[0..<8] == Tensor(zeros: [8, 2, 5]))
        #expect(final.cell == start.cell && output[8] == tanh(start.cell))
    }
}

@Suite("Sequences in long short-term memory")
struct LSTMSequenceTests {
    private typealias State = LSTMCell<Double>.State

    @Test("what lies behind the end of a sequence may be anything, even not a number", arguments: [false, true])
    func padding(isBackwards: Bool) {
        var random = Random(seed: 1)
        let cell = LSTMCell<Double>(3, 5, peepholes: isBackwards, random: &random).moved(&random)
        let network = Unfolded(cell, direction: isBackwards ? .backwards : .forwards), lengths = [2, 5, 1, 4]
        let x: Tensor<Double> = random.normal([5, 4, 3]), upstream: Tensor<Double> = random.normal([5, 4, 5])
        let initial = State(tensors: random.state(of: cell, 4))
        func all(_ padding: Double) -> [Tensor<Double>] {
            let x = Tensor<Double>(shape: x.shape) { $0[0] < lengths[$0[1]] ? x[$0[0], $0[1], $0[2]] : padding }
            let (output, state, backward) = network.forward(x, from: initial, lengths: lengths)
            let inference = network(x, from: initial, lengths: lengths)
            let back = backward(upstream, state)
            return [output, inference.output, back.input] + state.tensors + inference.state.tensors + back.state.tensors
                + network.parameters.map { back.layer[keyPath: $0.path] }
        }
        let expected = all(0)
        #expect(expected.allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
        for padding in [1e9, .infinity, .nan] { #expect(all(padding) == expected, "\(padding)") }
    }

    @Test("the fast network computes what the two loops of chapter 3.3 do", arguments: [false, true])
    func loops(peepholes: Bool) {
        var random = Random(seed: 12)
        expectSameAsLoops(LSTMCell(3, 5, peepholes: peepholes, random: &random).moved(&random), &random)
    }

    @Test("a sequence gives the same alone and in a batch with longer ones", arguments: 1...4 as ClosedRange<UInt64>)
    func alone(seed: UInt64) {
        var random = Random(seed: seed)
        for peepholes in [false, true] {
            let cell = LSTMCell<Double>(3, 5, peepholes: peepholes, random: &random).moved(&random)
            let x: Tensor<Double> = random.normal([6, 4, 3])
            for direction in [Unfolded<LSTMCell<Double>>.Direction.forwards, .backwards] {
                for lengths in [nil, [6, 2, 1, 4], random.lengths(4, upTo: 6)] {
                    expectSameAsAlone(
                        Unfolded(cell, direction: direction), x, from: random.state(of: cell, 4), lengths: lengths, &random)
                }
            }
        }
    }

    @Test("read backwards it is the sequence turned round, read forwards") func backwards() {
        var random = Random(seed: 2)
        let cell = LSTMCell<Double>(3, 5, random: &random).moved(&random)
        let x: Tensor<Double> = random.normal([5, 3, 3]), initial = State(tensors: random.state(of: cell, 3))
        let (a, aState, aBackward) = Unfolded(cell, direction: .backwards).forward(x, from: initial)
        let (b, bState, bBackward) = Unfolded(cell).forward(reversed(x), from: initial)
        #expect(a == reversed(b) && aState.tensors == bState.tensors)
        let (one, other) = (aBackward(a, aState), bBackward(b, bState))
        #expect(one.input == reversed(other.input) && one.state.tensors == other.state.tensors)
    }

    @Test("going on from a state is the same as never having stopped; what is cut off is its state gradient")
    func goingOn() {
        var random = Random(seed: 3)
        let network = Unfolded(LSTMCell<Double>(3, 5, random: &random).moved(&random))
        let x: Tensor<Double> = random.normal([7, 3, 3])
        let (output, state, backward) = network.forward(x, from: nil)
        let first = network.forward(x[0..<3], from: nil)
        let second = network.forward(x[3..<7], from: first.state)
        #expect(.concatenate([first.output, second.output]) == output && second.state.tensors == state.tensors)
        let upstream: Tensor<Double> = random.normal(output.shape)
        let whole = backward(upstream, nil).layer
        let later = second.backward(upstream[3..<7], nil)
        let (earlier, cut) = (first.backward(upstream[0..<3], nil).layer, first.backward(nil, later.state).layer)
        for parameter in network.parameters {
            let truncated = earlier[keyPath: parameter.path] + later.layer[keyPath: parameter.path]
            expectClose(truncated + cut[keyPath: parameter.path], whole[keyPath: parameter.path], 1e-13, parameter.name)
            #expect(truncated.maximumDifference(from: whole[keyPath: parameter.path]) > 1e-4)
        }
    }

    @Test("a pair of networks writes what it chooses itself step by step") func encoderDecoder() {
        var random = Random(seed: 4)
        let model = EncoderDecoder(
            readSymbols: Embedding<Double>(symbols: 5, features: 2, random: &random),
            encoder: LSTMCell<Double>(2, 6, random: &random),
            writtenSymbols: Embedding<Double>(symbols: 4, features: 2, random: &random),
            decoder: LSTMCell<Double>(2, 6, random: &random), scores: Dense<Double>(6, 4, random: &random)
        ).moved(&random)
        let read = (0..<4).map { _ in random.labels(3, classes: 5) }
        var steps = [[0, 0, 0]]
        for _ in 0..<6 {
            let logits = model.forward(read: read, lengths: [4, 2, 3], written: steps).logits
            steps.append(logits[steps.count - 1].argmax())
        }
        let choices = (0..<3).map { row in steps.dropFirst().map { $0[row] } }
        for end in -1..<4 {
            let written = model(read: read, lengths: [4, 2, 3], start: 0, end: end, atMost: 6)
            #expect(written == choices.map { Array($0.prefix { $0 != end }) })
        }
    }
}
