// What chapter 3.3 claims about recurrent networks (Docs/Claims.md), claim by claim; all of it but what takes training.

import Foundation
import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("Chapter 3.3: what a recurrent network is")
struct RecurrentBehaviourTests {
    // The sum of the inputs is the same in any order, and a feedforward network that is given it cannot know the order.
    @Test("another order of the same inputs gives another output; of their sum, the same", .claim("A3.3-1"))
    func order() {
        var random = Random(seed: 1)
        let feedforward = Sequential {
            Dense<Double>(3, 8, random: &random)
            Tanh<Double>()
            Dense<Double>(8, 2, random: &random)
        }
        let plain = Unfolded(RNNCell<Double>(3, 8, random: &random))
        let gated = Unfolded(GRUCell<Double>(3, 8, random: &random))
        // Whole numbers, so that their sum is exact in any order.
        let x = Tensor<Double>(shape: [5, 1, 3]) { _ in Double(random.integer(in: -2...2)) }
        for order in [[4, 3, 2, 1, 0], [1, 0, 2, 3, 4], [0, 1, 2, 4, 3]] {
            let other = x.gathered(rows: order)
            #expect(feedforward(x.sum(along: 0)) == feedforward(other.sum(along: 0)))
            for (a, b) in [(plain(x)[4], plain(other)[4]), (gated(x)[4], gated(other)[4])] {
                #expect(a.maximumDifference(from: b) > 0.01, "\(order)")
            }
        }
    }

    // Each step by a feedforward network of its own: a dense layer that sees the input and the state side by side, with W
    // above U in its weight, and tanh. Five networks, five gradients; those of the unfolded cell are their sum.
    @Test("unfolded it is a chain of feedforward networks with the same weights", .claim("A3.3.1-2")) func chain() {
        var random = Random(seed: 2)
        let cell = RNNCell<Double>(3, 4, random: &random).moved(&random)
        let network = Unfolded(cell)
        let x: Tensor<Double> = random.normal([5, 2, 3]), start: Tensor<Double> = random.normal([2, 4])
        let (output, state, backward) = network.forward(x, from: start)
        let upstream: Tensor<Double> = random.normal(output.shape)
        let finalUpstream: Tensor<Double> = random.normal(state.shape)
        let gradients = backward(upstream, finalUpstream)

        var links = (0..<5).map { _ in
            Sequential {
                Dense(weight: .concatenate([cell.weights.input, cell.weights.recurrent]), bias: cell.weights.bias)
                Tanh<Double>()
            }
        }
        var h = start, ways = [(Tensor<Double>) -> (input: Tensor<Double>, weight: Tensor<Double>, bias: Tensor<Double>)]()
        for t in links.indices {
            let (y, back) = links[t].forward(.concatenate([x[t], h], along: 1))
            ways.append { g in
                let gradients = back(g), layer = gradients.layer
                let parts = layer.parameters.map { layer[keyPath: $0.path] }
                return (gradients.input, parts[0], parts[1])
            }
            h = y
            expectClose(output[t], h, 1e-14, "step \(t)")
        }
        var (g, weight, bias) = (finalUpstream, Tensor<Double>(zeros: [7, 4]), Tensor<Double>(zeros: [4]))
        for t in links.indices.reversed() {
            let back = ways[t](g + upstream[t])
            expectClose(gradients.input[t], back.input.slice(along: 1, 0..<3), 1e-13, "input of step \(t)")
            g = back.input.slice(along: 1, 3..<7)
            weight += back.weight
            bias += back.bias
        }
        expectClose(gradients.state, g, 1e-13)
        let weights = gradients.layer.cell.weights
        expectClose(weights.input, weight[0..<3], 1e-13)
        expectClose(weights.recurrent, weight[3..<7], 1e-13)
        expectClose(weights.bias, bias, 1e-13)
    }

    @Test(
        "so is any cell: a chain of unfolded networks of one step each, every one with its own gradient",
        .claim("A3.3.1-2"))
    func chainOfSteps() {
        var random = Random(seed: 3)
        func check<Cell: RecurrentCell>(_ fresh: Cell) where Cell.Scalar == Double {
            let network = Unfolded(fresh.moved(&random)), x: Tensor<Double> = random.normal([5, 3, 3])
            let (output, _, backward) = network.forward(x, from: nil)
            let upstream: Tensor<Double> = random.normal(output.shape)
            let whole = backward(upstream, nil)
            let steps = [Unfolded<Cell>](repeating: network, count: 5)
            var (state, ways) = (Cell.State(zeros: [3, fresh.hiddenCount]), [UnfoldedForward<Cell>]())
            for t in steps.indices {
                ways.append(steps[t].forward(x[t..<t + 1], from: state))
                state = ways[t].state
                #expect(ways[t].output[0] == output[t])
            }
            var (g, sum) = (Cell.State(zeros: [3, fresh.hiddenCount]), network.zeroed)
            for t in steps.indices.reversed() {
                let back = ways[t].backward(upstream[t..<t + 1], g)
                g = back.state
                expectClose(back.input[0], whole.input[t], 1e-13)
                for parameter in sum.parameters { sum[keyPath: parameter.path] += back.layer[keyPath: parameter.path] }
            }
            for parameter in sum.parameters {
                expectClose(whole.layer[keyPath: parameter.path], sum[keyPath: parameter.path], 1e-13, parameter.name)
            }
        }
        check(RNNCell(3, 5, random: &random))
        check(GRUCell(3, 5, random: &random))
        check(GRUCell(3, 5, resetGate: .beforeProduct, random: &random))
    }

    @Test("the gradient through time is the sum of what the loss of each step contributes", .claim("A3.3.2-2"))
    func stepsOfLoss() {
        var random = Random(seed: 4)
        let network = Unfolded(GRUCell<Double>(3, 5, random: &random).moved(&random))
        let (output, _, backward) = network.forward(random.normal([6, 2, 3]), from: random.normal([2, 5]))
        let upstream: Tensor<Double> = random.normal(output.shape)
        let whole = backward(upstream, nil)
        var (sum, input, state) = (network.zeroed, Tensor<Double>(zeros: [6, 2, 3]), Tensor<Double>(zeros: [2, 5]))
        for t in 0..<6 {
            var one = Tensor<Double>(zeros: upstream.shape)
            one[t] = upstream[t]
            let share = backward(one, nil)
            // What the loss of a step says, it says of the steps before, not of those after.
            #expect((0..<6).allSatisfy { (share.input[$0].norm() > 0) == ($0 <= t) })
            for parameter in sum.parameters { sum[keyPath: parameter.path] += share.layer[keyPath: parameter.path] }
            (input, state) = (input + share.input, state + share.state)
        }
        for parameter in sum.parameters {
            expectClose(whole.layer[keyPath: parameter.path], sum[keyPath: parameter.path], 1e-13, parameter.name)
        }
        expectClose(whole.input, input, 1e-13)
        expectClose(whole.state, state, 1e-13)
    }

    // A long sequence in two parts, the second going on from the state of the first. Truncated, the backward pass of the
    // second ends where it began; what is cut off is what its state gradient would have done in the first, and nothing else.
    @Test("truncated in time, a gradient lacks exactly the terms that were cut", .claim("A3.3.2-2")) func truncated() {
        var random = Random(seed: 5)
        func check<Cell: RecurrentCell>(_ fresh: Cell) where Cell.Scalar == Double {
            let network = Unfolded(fresh.moved(&random)), x: Tensor<Double> = random.normal([7, 2, 3])
            let (output, final, backward) = network.forward(x, from: nil)
            let upstream: Tensor<Double> = random.normal(output.shape)
            let whole = backward(upstream, nil)
            let first = network.forward(x[0..<4], from: nil)
            let second = network.forward(x[4..<7], from: first.state)
            #expect(Tensor.concatenate([first.output, second.output]) == output && second.state.tensors == final.tensors)
            let later = second.backward(upstream[4..<7], nil)
            let earlier = first.backward(upstream[0..<4], nil)
            let cut = first.backward(nil, later.state)
            for parameter in network.parameters {
                let (a, b) = (earlier.layer[keyPath: parameter.path], later.layer[keyPath: parameter.path])
                let (full, missing) = (whole.layer[keyPath: parameter.path], cut.layer[keyPath: parameter.path])
                expectClose(a + b + missing, full, 1e-13, parameter.name)
                #expect((a + b).maximumDifference(from: full) > 1e-3, "nothing was cut from \(parameter.name)")
            }
            expectClose(.concatenate([earlier.input + cut.input, later.input]), whole.input, 1e-13)
        }
        check(RNNCell(3, 5, random: &random))
        check(GRUCell(3, 5, random: &random))
    }

    @Test("the fast network computes what the two loops of the chapter do", .claim("A3.3.2-2")) func loops() {
        var random = Random(seed: 12)
        for activation in RNNCell<Double>.Activation.allCases where activation != .identity {
            expectSameAsLoops(RNNCell(3, 7, activation: activation, random: &random).moved(&random, by: 0.1), &random)
        }
        for resetGate in GRUCell<Double>.ResetGate.allCases {
            expectSameAsLoops(GRUCell(3, 5, resetGate: resetGate, random: &random).moved(&random), &random)
        }
    }

    // MARK: Sequences

    @Test("what lies behind the end of a sequence may be anything, even not a number") func padding() {
        var random = Random(seed: 6)
        func check<Cell: RecurrentCell>(_ fresh: Cell, _ direction: Unfolded<Cell>.Direction) where Cell.Scalar == Double {
            let network = Unfolded(fresh.moved(&random), direction: direction), lengths = [2, 5, 1, 4]
            let x: Tensor<Double> = random.normal([5, 4, 3])
            let initial = Cell.State(tensors: random.state(of: network.cell, 4))
            let upstream: Tensor<Double> = random.normal([5, 4, 5])
            func all(_ padding: Double) -> [Tensor<Double>] {
                let x = Tensor<Double>(shape: x.shape) { $0[0] < lengths[$0[1]] ? x[$0[0], $0[1], $0[2]] : padding }
                let (output, state, backward) = network.forward(x, from: initial, lengths: lengths)
                let inference = network(x, from: initial, lengths: lengths)
                let back = backward(upstream, state)
                let parameters = network.parameters.map { back.layer[keyPath: $0.path] }
                return [output, inference.output, back.input] + state.tensors + inference.state.tensors
                    + back.state.tensors + parameters
            }
            let expected = all(0)
            #expect(expected.allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
            for padding in [1e9, .infinity, .nan] { #expect(all(padding) == expected, "\(padding)") }
        }
        for direction in [Unfolded<RNNCell<Double>>.Direction.forwards, .backwards] {
            check(RNNCell(3, 5, random: &random), direction)
        }
        check(GRUCell(3, 5, random: &random), .forwards)
        check(GRUCell(3, 5, resetGate: .beforeProduct, random: &random), .backwards)
    }

    @Test("a sequence gives the same alone and in a batch with longer ones", arguments: 1...4 as ClosedRange<UInt64>)
    func alone(seed: UInt64) {
        var random = Random(seed: seed)
        func check<Cell: RecurrentCell>(_ fresh: Cell) where Cell.Scalar == Double {
            let cell = fresh.moved(&random), x: Tensor<Double> = random.normal([6, 4, cell.inputCount])
            for direction in [Unfolded<Cell>.Direction.forwards, .backwards] {
                for lengths in [nil, [6, 2, 1, 4], random.lengths(4, upTo: 6)] {
                    expectSameAsAlone(
                        Unfolded(cell, direction: direction), x, from: random.state(of: cell, 4), lengths: lengths, &random)
                }
            }
        }
        for activation in RNNCell<Double>.Activation.allCases {
            check(RNNCell(3, 5, activation: activation, random: &random))
        }
        for resetGate in GRUCell<Double>.ResetGate.allCases {
            check(GRUCell(5, 3, resetGate: resetGate, random: &random))
        }
    }

    @Test("read backwards it is the sequence turned round, read forwards") func backwards() {
        var random = Random(seed: 7)
        func check<Cell: RecurrentCell>(_ fresh: Cell) where Cell.Scalar == Double {
            let cell = fresh.moved(&random), x: Tensor<Double> = random.normal([5, 3, 3])
            let initial = Cell.State(tensors: random.state(of: cell, 3))
            let (a, aState, aBackward) = Unfolded(cell, direction: .backwards).forward(x, from: initial)
            let (b, bState, bBackward) = Unfolded(cell).forward(reversed(x), from: initial)
            #expect(a == reversed(b) && aState.tensors == bState.tensors)
            let upstream: Tensor<Double> = random.normal(a.shape)
            let (one, other) = (aBackward(upstream, aState), bBackward(reversed(upstream), aState))
            #expect(one.input == reversed(other.input) && one.state.tensors == other.state.tensors)
            for parameter in cell.parameters {
                expectClose(one.layer.cell[keyPath: parameter.path], other.layer.cell[keyPath: parameter.path], 1e-13)
            }
        }
        check(RNNCell(3, 5, random: &random))
        check(GRUCell(3, 5, random: &random))
    }

    @Test("going on from a state is the same as never having stopped", arguments: [1, 3, 6]) func goingOn(stop: Int) {
        var random = Random(seed: UInt64(stop))
        func check<Cell: RecurrentCell>(_ fresh: Cell) where Cell.Scalar == Double {
            let network = Unfolded(fresh.moved(&random)), x: Tensor<Double> = random.normal([7, 3, 3])
            let (output, state) = network(x, from: nil)
            let first = network(x[0..<stop], from: nil)
            let second = network(x[stop..<7], from: first.state)
            #expect(.concatenate([first.output, second.output]) == output && second.state.tensors == state.tensors)
            #expect(state.output == output[6])
        }
        check(RNNCell(3, 5, random: &random))
        check(GRUCell(3, 5, random: &random))
    }

    // MARK: The gated recurrent unit

    // σ(1000) is 1 and σ(−1000) is 0, exactly.
    @Test("an update gate of 1 keeps the state as it is, one of 0 replaces it; a reset gate of 0 forgets it") func gates() {
        var random = Random(seed: 8)
        for resetGate in GRUCell<Double>.ResetGate.allCases {
            let cell = GRUCell<Double>(3, 4, resetGate: resetGate, random: &random).moved(&random)
            let x: Tensor<Double> = random.normal([50, 2, 3]), h: Tensor<Double> = random.normal([2, 4])
            var (keeping, replacing) = (cell, cell)
            keeping.update.bias = Tensor(repeating: 1000, shape: [4])
            replacing.update.bias = Tensor(repeating: -1000, shape: [4])
            #expect(Unfolded(keeping)(x, from: h).state == h)
            // And its gradient comes back as it is.
            let back = Unfolded(keeping).forward(x, from: h).backward(nil, h)
            #expect(back.state == h)
            let trace = Unfolded(replacing).trace(x, from: h)
            #expect(trace.after == trace.gates.candidate)
            replacing.reset.bias = Tensor(repeating: -1000, shape: [4])
            #expect(Unfolded(replacing)(x[0..<1], from: h).state == Unfolded(replacing)(x[0..<1], from: nil).state)
            let gates = Unfolded(cell).trace(x, from: h).gates
            #expect((gates.reset.scalars + gates.update.scalars).allSatisfy { $0 > 0 && $0 < 1 })
        }
    }
}

@Suite("Chapter 3.3.3: vanishing and exploding gradients")
struct GradientFlowTests {
    /// The straight line through the logarithms of `norms`, by least squares: its slope.
    private func rate(_ norms: ArraySlice<Double>) -> Double {
        let (x, y) = (norms.indices.map(Double.init), norms.map { log($0) })
        let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
        let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        return products / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    }

    /// The linear cell with this matrix and no input.
    private func linear(_ recurrent: Tensor<Double>) -> Unfolded<RNNCell<Double>> {
        let units = recurrent.shape[0]
        return Unfolded(
            RNNCell(
                weights: RecurrentWeights(
                    input: Tensor(zeros: [1, units]), recurrent: recurrent, bias: Tensor(zeros: [units])),
                activation: .identity))
    }

    /// The largest magnitude of an eigenvalue: the k-th root of ‖Uᵏ‖ for k = 2²⁰ (Gelfand's formula), by squaring.
    private func spectralRadius(_ matrix: Tensor<Double>) -> Double {
        var (power, logarithm, exponent) = (matrix, 0.0, 1.0)
        for _ in 0..<20 {
            let norm = power.norm()
            power = (power / norm) • (power / norm)
            logarithm += log(norm) / exponent
            exponent *= 2
        }
        return exp(logarithm + log(power.norm()) / exponent)
    }

    @Test("of ρ times an orthogonal matrix a gradient goes as ρᵏ, exactly", .claim("A3.3.3-1"), arguments: [0.5, 1, 1.5])
    func orthogonal(radius: Double) {
        var random = Random(seed: 1)
        let turn: Tensor<Double> = Initialization.orthogonal.weight([8, 8], fanIn: 8, fanOut: 8, random: &random)
        let norms = linear(turn * radius).stateGradientNorms(Tensor(zeros: [40, 1, 1]))
        #expect(norms.count == 41)
        for (steps, norm) in norms.enumerated() {
            expectClose(norm / (8.0.squareRoot() * pow(radius, Double(steps))), 1, 1e-10, "after \(steps) steps")
        }
        expectClose(rate(norms[...]), log(radius), 1e-10)
    }

    @Test(
        "of any matrix with the spectral radius ρ it goes as ρᵏ, as far as a line can say", .claim("A3.3.3-1"),
        arguments: [0.5, 1, 1.5], 1...4 as ClosedRange<UInt64>)
    func anyMatrix(radius: Double, seed: UInt64) {
        var random = Random(seed: seed)
        let matrix: Tensor<Double> = random.normal([8, 8])
        let scaled = matrix * (radius / spectralRadius(matrix))
        expectClose(spectralRadius(scaled), radius, 1e-4)
        let norms = linear(scaled).stateGradientNorms(Tensor(zeros: [200, 1, 1]))
        // At first the other eigenvalues have a say. ln 1 is 0, so there the other two lend their measure.
        let tolerance = 0.05 * (radius == 1 ? log(1.5) : abs(log(radius)))
        #expect(abs(rate(norms[50...]) - log(radius)) <= tolerance, "\(rate(norms[50...])), \(log(radius))")
        if radius < 1 { #expect(norms[200] < 1e-40) }
        if radius > 1 { #expect(norms[200] > 1e20) }
    }

    // ∂h_T/∂h_t column by column, by differences, for a cell that is not linear.
    @Test("the norms are those of ∂h_T/∂s_t", .claim("A3.3.3-1"), arguments: [false, true])
    func differences(isBackwards: Bool) {
        var random = Random(seed: 2)
        let x: Tensor<Double> = random.normal([4, 1, 3])
        func check<Cell: RecurrentCell>(_ fresh: Cell) where Cell.Scalar == Double, Cell.State == Tensor<Double> {
            let network = Unfolded(fresh.moved(&random), direction: isBackwards ? .backwards : .forwards)
            let start: Tensor<Double> = random.normal([1, 5])
            let states = (isBackwards ? reversed : { $0 })(network(x, from: start).output)
            let norms = network.stateGradientNorms(x, from: start)
            #expect(norms.count == 5)
            for steps in 0...4 {
                let state = steps == 4 ? start : states[3 - steps]
                let rest = steps == 0 ? nil : isBackwards ? x[0..<steps] : x[4 - steps..<4]
                func end(_ state: Tensor<Double>) -> Tensor<Double> { rest.map { network($0, from: state).state } ?? state }
                var squares = 0.0
                for unit in 0..<5 {
                    var (more, less) = (state, state)
                    more[element: unit] += 1e-5
                    less[element: unit] -= 1e-5
                    let column = ((end(more) - end(less)) / 2e-5).norm()
                    squares += column * column
                }
                expectClose(norms[steps], squares.squareRoot(), 1e-8, "\(steps) steps back")
            }
        }
        check(RNNCell(3, 5, random: &random))
        check(GRUCell(3, 5, random: &random))
        check(GRUCell(3, 5, resetGate: .beforeProduct, random: &random))
    }

    // Where U stretches, a loss at the end of 100 steps has an enormous gradient; clipped to 1, the step is one of 1 · 0.1.
    @Test("clipping bounds the step and does not turn it", .claim("A3.3.3-1")) func clipping() {
        var random = Random(seed: 3)
        var cell = RNNCell<Double>(2, 6, activation: .identity, random: &random)
        cell.weights.recurrent *= 1.5
        var network = Unfolded(cell)
        let (output, _, backward) = network.forward(random.normal([100, 3, 2]), from: nil)
        let exact = backward(output, nil).layer
        var gradient = exact
        let norm = gradient.clip(norm: 1)
        #expect(norm > 1e15 && norm == exact.parameterNorm)
        expectClose(gradient.parameterNorm, 1)
        for parameter in network.parameters {
            expectClose(gradient[keyPath: parameter.path], exact[keyPath: parameter.path] / norm)
        }
        let before = network
        var optimizer = GradientDescent(for: network, learningRate: 0.1)
        optimizer.update(&network, along: gradient)
        var step = network
        for parameter in step.parameters { step[keyPath: parameter.path] -= before[keyPath: parameter.path] }
        expectClose(step.parameterNorm, 0.1)
        // A gradient that is short enough stays as it is.
        var short = gradient
        #expect(short.clip(norm: 2) == gradient.parameterNorm)
        #expect(network.parameters.allSatisfy { short[keyPath: $0.path] == gradient[keyPath: $0.path] })
    }
}

@Suite("Chapter 3.3.4: from a sequence to another")
struct EncoderDecoderTests {
    /// The symbol with the highest score of one more step, for each sequence.
    private func next<Cell: RecurrentCell>(
        _ model: EncoderDecoder<Cell>, _ read: [[Int]], _ lengths: [Int]?, _ written: [[Int]]
    ) -> [Int] where Cell.Scalar == Double {
        let logits = model.forward(read: read, lengths: lengths, written: written).logits
        return logits[written.count - 1].argmax()
    }

    @Test(
        "it writes what it chooses itself step by step, to the end or as much as is asked for",
        arguments: 1...4 as ClosedRange<UInt64>)
    func inference(seed: UInt64) {
        var random = Random(seed: seed)
        func check<Cell: RecurrentCell>(_ model: EncoderDecoder<Cell>) where Cell.Scalar == Double {
            let read = random.tokens(5, 4, symbols: 6)
            for lengths in [nil, random.lengths(4, upTo: 5)] {
                // Its own choices as what training gives it.
                var steps = [[0, 0, 0, 0]]
                for _ in 0..<8 { steps.append(next(model, read, lengths, steps)) }
                let choices = (0..<4).map { row in steps.dropFirst().map { $0[row] } }
                // No symbol is −1: it never ends.
                for most in [0, 1, 5, 8] {
                    let written = model(read: read, lengths: lengths, start: 0, end: -1, atMost: most)
                    #expect(written == choices.map { Array($0.prefix(most)) }, "\(most)")
                }
                for end in 0..<4 {
                    let written = model(read: read, lengths: lengths, start: 0, end: end, atMost: 8)
                    #expect(written == choices.map { Array($0.prefix { $0 != end }) }, "\(end)")
                }
            }
        }
        check(random.encoderDecoder { RNNCell($0, $1, random: &$2) })
        check(random.encoderDecoder { GRUCell($0, $1, random: &$2) })
    }

    @Test("the encoder's final state is all that is handed on") func handedOn() {
        var random = Random(seed: 5)
        let model = random.encoderDecoder { GRUCell<Double>($0, $1, random: &$2) }
        let (read, written) = (random.tokens(4, 3, symbols: 6), random.tokens(2, 3, symbols: 4))
        let state = model.encoder(model.readSymbols(read), from: nil, lengths: [4, 2, 3]).state
        let h = model.decoder(model.writtenSymbols(written), from: state).output
        let logits = model.forward(read: read, lengths: [4, 2, 3], written: written).logits
        #expect(logits == .stack((0..<2).map { model.scores(h[$0]) }) && logits.shape == [2, 3, 4])
    }
}
