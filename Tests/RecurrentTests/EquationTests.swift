// Is the formula right? Every cell, unfolded forwards and backwards, with states and lengths of any kind, against a
// transcription as plain loops over `Double` (Loops.swift), which shares nothing with it but the formula. A gradient check
// cannot see a wrong formula; these tests can.

import Foundation
import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("Recurrent cells equal their formulas written as plain loops", .claim("A3.3.1-1"))
struct EquationTests {
    @Test("the plain cell with every activation", arguments: 1...10 as ClosedRange<UInt64>) func plain(seed: UInt64) {
        var random = Random(seed: seed)
        for activation in RNNCell<Double>.Activation.allCases {
            let (inputs, hidden) = (random.odd(upTo: 9), random.odd(upTo: 9))
            expectLoops(RNNCell(inputs, hidden, activation: activation, random: &random), &random, Loops.step)
        }
    }

    @Test("the gated recurrent unit in both forms of the reset gate", arguments: 1...10 as ClosedRange<UInt64>)
    func gated(seed: UInt64) {
        var random = Random(seed: seed)
        for resetGate in GRUCell<Double>.ResetGate.allCases {
            let (inputs, hidden) = (random.odd(upTo: 9), random.odd(upTo: 9))
            expectLoops(GRUCell(inputs, hidden, resetGate: resetGate, random: &random), &random, Loops.step)
        }
    }

    @Test("as many units as a vector has lanes, and one more", arguments: [8, 16, 17, 33]) func vectors(hidden: Int) {
        var random = Random(seed: UInt64(hidden))
        expectLoops(RNNCell(3, hidden, random: &random), &random, Loops.step)
        expectLoops(GRUCell(3, hidden, resetGate: .beforeProduct, random: &random), &random, Loops.step)
        expectLoops(GRUCell(3, hidden, resetGate: .afterProduct, random: &random), &random, Loops.step)
    }

    @Test("two directions are two networks side by side", arguments: 1...4 as ClosedRange<UInt64>)
    func bidirectional(seed: UInt64) {
        var random = Random(seed: seed)
        let cells = (0..<2).map { _ in GRUCell<Double>(3, 5, random: &random).moved(&random) }
        let x: Tensor<Double> = random.normal([6, 3, 3]), zeros = [Tensor<Double>(zeros: [3, 5])]
        for lengths in [nil, random.lengths(3, upTo: 6)] {
            let parts = (0..<2).map { place in
                Loops.unfolded(x, from: zeros, lengths: lengths, backwards: place == 1) { Loops.step(cells[place], $0, $1) }
            }
            let network = Bidirectional(forwards: cells[0], backwards: cells[1])
            let (output, states) = network(x, lengths: lengths)
            expectClose(output, .concatenate(parts.map(\.output), along: 2))
            expectClose(states.forwards, parts[0].state[0])
            expectClose(states.backwards, parts[1].state[0])
            if lengths == nil { #expect(network(x) == output) }
        }
    }

    @Test("an embedding looks up rows: as one-hot rows times the table") func embedding() {
        var random = Random(seed: 1)
        let layer = Embedding(table: random.normal([7, 3]) as Tensor<Double>)
        let tokens = [[0, 6], [3, 3], [5, 0]]
        let expected = Tensor<Double>(oneHot: tokens.flatMap { $0 }, classes: 7) • layer.table
        #expect(layer(tokens) == expected.reshaped([3, 2, 3]) && layer.forward(tokens).output == layer(tokens))
    }

    @Test("the loss of a sequence: the mean of −ln p over the steps that there are", arguments: 1...6 as ClosedRange<UInt64>)
    func loss(seed: UInt64) {
        var random = Random(seed: seed)
        let (time, batch, classes) = (random.integer(in: 2...6), random.integer(in: 2...4), random.integer(in: 2...5))
        let logits: Tensor<Double> = random.normal([time, batch, classes], standardDeviation: 2)
        var labels = (0..<time).map { _ in random.labels(batch, classes: classes) }
        for lengths in [nil, random.lengths(batch, upTo: time)] {
            var (sum, count, gradient) = (0.0, 0.0, Tensor<Double>(zeros: logits.shape))
            for t in 0..<time {
                for row in 0..<batch where t < lengths?[row] ?? time {
                    let powers = logits[t][row].scalars.map(exp), total = powers.reduce(0, +)
                    sum -= log(powers[labels[t][row]] / total)
                    count += 1
                    for k in 0..<classes { gradient[t, row, k] = powers[k] / total - (labels[t][row] == k ? 1 : 0) }
                }
            }
            // What is behind an end is not looked at, not even whether it is a class.
            if let lengths {
                for row in 0..<batch { for t in lengths[row]..<time { labels[t][row] = -1 } }
            }
            let result = softmaxCrossEntropy(logits, labels, lengths: lengths)
            expectClose(result.loss, sum / count)
            expectClose(result.gradient, gradient / count)
        }
    }

    @Test("last step, every step, the same at all steps") func sequences() {
        var random = Random(seed: 2)
        let x: Tensor<Double> = random.normal([4, 3, 5])
        #expect(LastStep<Double>()(x) == x[3] && LastStep<Double>().outputShape(for: x.shape) == [3, 5])
        let repeated = Repeated<Double>(steps: 4)
        #expect(repeated(x[0]) == .stack([x[0], x[0], x[0], x[0]]) && repeated.outputShape(for: [3, 5]) == [4, 3, 5])
        let dense = Dense<Double>(5, 2, random: &random), each = EachStep(dense)
        #expect(each(x) == .stack((0..<4).map { dense(x[$0]) }) && each.outputShape(for: x.shape) == [4, 3, 2])
        // A sequence of images, and of one number for each.
        #expect(EachStep(Flatten())(x.reshaped([4, 3, 5, 1])).shape == [4, 3, 5])
    }

    /// Only what is needed here: the flattening layer is in the chapter on convolution.
    private struct Flatten: Layer {
        typealias Scalar = Double

        func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { x.reshaped([x.shape[0], -1]) }

        mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
            (self(x), { [self] g in Gradients(input: g.reshaped(x.shape), layer: self) })
        }
    }
}
