// What surrounds the formulas: names of parameters, types without annotations, fresh weights, numbers of multiplications.

import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("Recurrent layers: names, types, fresh weights")
struct NetworkTests {
    @Test("parameters are named by the places of their layers") func parameterNames() {
        var random = Random(seed: 1)
        let network = Sequential {
            Unfolded(GRUCell(3, 8, random: &random))
            Bidirectional(forwards: RNNCell(8, 4, random: &random), backwards: RNNCell(8, 4, random: &random))
            LastStep()
            Dense(8, 2, random: &random)
        }
        let weights = ["input", "recurrent", "bias"]
        let gates = ["reset", "update", "candidate"].flatMap { gate in weights.map { "0.\(gate).\($0)" } }
        let sides = ["forwards", "backwards"].flatMap { side in weights.map { "1.\(side).weights.\($0)" } }
        let names: [String] = gates + ["0.candidateRecurrentBias"] + sides + ["3.weight", "3.bias"]
        #expect(network.parameters.map(\.name) == names)
        let count = 3 * (24 + 64 + 8) + 8 + 2 * (32 + 16 + 4) + 18
        #expect(network.parameterCount == count)
        let before = GRUCell(3, 8, resetGate: .beforeProduct, random: &random)
        #expect(before.parameters.count == 9 && before.resetGate == .beforeProduct && before.candidateRecurrentBias == nil)
        #expect(Embedding(symbols: 5, features: 3, random: &random).parameters.map(\.name) == ["table"])
        let model = random.encoderDecoder { RNNCell<Double>($0, $1, random: &$2) }
        let (encoder, decoder) = (weights.map { "encoder.weights.\($0)" }, weights.map { "decoder.weights.\($0)" })
        var all: [String] = ["readSymbols.table"] + encoder + ["writtenSymbols.table"]
        all += decoder + ["scores.weight", "scores.bias"]
        #expect(model.parameters.map(\.name) == all)
    }

    @Test("without a type it is Float, with an annotation Double") func types() {
        func isFloat<P: Parameterized>(_: P) -> Bool { P.Scalar.self == Float.self }
        var random = Random(seed: 1)
        let network = Sequential {
            Repeated(steps: 4)
            Unfolded(RNNCell(2, 3, random: &random))
            EachStep(Dense(3, 3, random: &random))
            LastStep()
        }
        #expect(isFloat(network) && isFloat(GRUCell(2, 3, random: &random)))
        #expect(isFloat(Embedding(symbols: 2, features: 3, random: &random)))
        let cells: (RNNCell<Double>, GRUCell<Double>) = (RNNCell(2, 3, random: &random), GRUCell(2, 3, random: &random))
        #expect(!isFloat(cells.0) && !isFloat(cells.1))
        // One seed draws the same weights in either precision, but for the last bits.
        var (one, two) = (Random(seed: 7), Random(seed: 7))
        let (a, b) = (RNNCell<Double>(3, 5, random: &one), RNNCell<Float>(3, 5, random: &two))
        for (x, y) in [(a.weights.input, b.weights.input), (a.weights.recurrent, b.weights.recurrent)] {
            #expect(Tensor<Double>(y).isClose(to: x, absolute: 1e-6))
        }
    }

    @Test("a step in Float is that in Double, rounded") func precisions() {
        var (one, two) = (Random(seed: 2), Random(seed: 2))
        let (a, b) = (GRUCell<Double>(5, 17, random: &one), GRUCell<Float>(5, 17, random: &two))
        let x: Tensor<Double> = one.normal([6, 3, 5])
        let (output, backward) = (Unfolded(a)(x), Unfolded(a).forward(x, from: nil).backward)
        let (single, singleBackward) = (Unfolded(b)(Tensor(x)), Unfolded(b).forward(Tensor(x), from: nil).backward)
        #expect(Tensor<Double>(single).isClose(to: output, absolute: 1e-5))
        let (gradient, rounded) = (backward(output, nil), singleBackward(single, nil))
        #expect(Tensor<Double>(rounded.input).isClose(to: gradient.input, absolute: 1e-4))
        let (exact, float) = (gradient.layer.cell.candidate.recurrent, rounded.layer.cell.candidate.recurrent)
        #expect(Tensor<Double>(float).isClose(to: exact, absolute: 1e-4))
    }

    // A step multiplies each weight of W and U once; the biases are added.
    @Test("multiplications: every weight once for each step of each sequence") func multiplications() {
        var random = Random(seed: 1)
        let shape = [7, 4, 3], steps = 7 * 4
        let (plain, gated) = (RNNCell(3, 5, random: &random), GRUCell(3, 5, random: &random))
        #expect(Unfolded(plain).multiplicationCount(for: shape) == steps * (15 + 25))
        #expect(Unfolded(gated).multiplicationCount(for: shape) == steps * 3 * (15 + 25))
        let both = Bidirectional(forwards: plain, backwards: plain)
        #expect(both.multiplicationCount(for: shape) == 2 * steps * 40 && both.outputShape(for: shape) == [7, 4, 10])
        let network = Sequential {
            Unfolded(plain)
            EachStep(Dense(5, 2, random: &random))
        }
        #expect(network.multiplicationCount(for: shape) == steps * (40 + 10) && network.outputShape(for: shape) == [7, 4, 2])
    }

    @Test("orthogonal: rows, or columns where these are fewer, at right angles and of length 1")
    func orthogonal() {
        var random = Random(seed: 3)
        for (rows, columns) in [(1, 1), (7, 7), (64, 64), (3, 9), (9, 3), (1, 5), (40, 41)] {
            let matrix: Tensor<Double> = Initialization.orthogonal.weight(
                [rows, columns], fanIn: rows, fanOut: columns, random: &random)
            #expect(matrix.shape == [rows, columns])
            let products = rows <= columns ? matrix • matrix.transposed : matrix.transposed • matrix
            expectClose(products, Tensor(identity: min(rows, columns)), 1e-14, "\(rows)×\(columns)")
            // The standard deviation is what it says: the squares of a row or column sum to 1.
            let deviation = Initialization.orthogonal.standardDeviation(fanIn: rows, fanOut: columns)
            expectClose((matrix * matrix).mean(), deviation * deviation, 1e-14)
        }
        // Turned, a vector keeps its length, also in Float and through many steps.
        let turn: Tensor<Float> = Initialization.orthogonal.weight([32, 32], fanIn: 32, fanOut: 32, random: &random)
        var x: Tensor<Float> = random.normal([1, 32])
        let length = x.norm()
        for _ in 0..<100 { x = x • turn }
        #expect(abs(x.norm() / length - 1) < 1e-4)
        // Not always the same, and as likely one way as the other: the mean of many is near zero.
        let mean = (0..<400).reduce(Tensor<Double>(zeros: [3, 3])) { sum, _ in
            sum + Initialization.orthogonal.weight([3, 3], fanIn: 3, fanOut: 3, random: &random) / 400
        }
        #expect(mean.scalars.allSatisfy { abs($0) < 0.15 }, "\(mean)")
    }

    @Test("a fresh cell: W with the variance 2/(inputs + hidden), U orthogonal, biases zero, embeddings of variance 1")
    func fresh() {
        var random = Random(seed: 4)
        func check(_ weights: RecurrentWeights<Double>, bias: Double = 0) {
            let bound = (6.0 / 100).squareRoot()
            #expect(weights.input.shape == [60, 40] && weights.input.scalars.allSatisfy { abs($0) <= bound })
            // Of a uniform number in ±a the square has the variance 4a⁴/45, which is 0.8 of the squared mean a²/3; five
            // standard errors.
            let error = 5 * (0.8 / 2400).squareRoot()
            #expect(abs(weights.input.variance() * 100 / 2 - 1) <= error, "\(weights.input.variance())")
            let identity = weights.recurrent.transposed • weights.recurrent
            expectClose(identity, Tensor(identity: 40), 1e-14)
            #expect(weights.bias == Tensor(repeating: bias, shape: [40]))
        }
        check(RNNCell(60, 40, random: &random).weights)
        let gated = GRUCell<Double>(60, 40, random: &random)
        for weights in [gated.reset, gated.update, gated.candidate] { check(weights) }
        #expect(gated.candidateRecurrentBias == Tensor(zeros: [40]) && gated.reset.recurrent != gated.update.recurrent)
        check(RecurrentWeights(60, 40, bias: 0.5, random: &random), bias: 0.5)
        let table = Embedding<Double>(symbols: 50, features: 40, random: &random).table
        #expect(abs(table.variance() - 1) <= 5 * (2.0 / 2000).squareRoot() && abs(table.mean()) <= 5 / 2000.0.squareRoot())
    }
}
