// Arguments of recurrent networks that make no sense, and norms at the ends of the numbers.

import Recurrent
import TestTools
import Testing

@Suite("Recurrent networks at the ends of the numbers")
struct EndsTests {
    @Test("the norms of gradients through time whose squares are no numbers")
    func norms() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            // A linear cell of two units that do not see each other, with U = diag(3·2ᵏ, 4·2ᵏ).
            let (large, small) = (Scalar.greatestFiniteMagnitude.exponent, Scalar.leastNormalMagnitude.exponent)
            for exponent in [Int(large) / 2 + 8, Int(small) + 9] {
                let unit = Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
                let cell = RNNCell(
                    weights: RecurrentWeights(
                        input: Tensor(zeros: [1, 2]), recurrent: Tensor([[3 * unit, 0], [0, 4 * unit]]),
                        bias: Tensor(zeros: [2])), activation: .identity)
                let norms = Unfolded(cell).stateGradientNorms(Tensor(zeros: [1, 1, 1]))
                #expect(norms[1] == 5 * unit)
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("an infinite number behind the end of a sequence is not looked at, forwards and backwards") func behindTheEnd() {
        var random = Random(seed: 1)
        let network = Unfolded(GRUCell(2, 3, random: &random))
        var x: Tensor<Float> = random.normal([3, 2, 2])
        let (output, _, backward) = network.forward(x, from: nil, lengths: [3, 2])
        let exact = backward(output, nil)
        (x[2, 1, 0], x[2, 1, 1]) = (.infinity, .nan)
        let (same, _, way) = network.forward(x, from: nil, lengths: [3, 2])
        let found = way(same, nil)
        #expect(same == output && found.input == exact.input)
        for parameter in network.parameters {
            #expect(found.layer[keyPath: parameter.path] == exact.layer[keyPath: parameter.path])
        }
    }

    @Test("embeddings without symbols, a bias that is not finite, shapes that are no sequences") func arguments() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Embedding(symbols: 0, features: 4, random: &random)
            }, says: "Embedding(0, 4): a fresh layer has at least one input and one output")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = GRUCell(3, 4, updateBias: .nan, random: &random)
            }, says: "RecurrentWeights: a bias is a finite number, not nan")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random)).multiplicationCount(for: [4])
            }, says: "Unfolded: sequences [time, batch, 3] are expected, of at least one step, but the shape is [4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = EachStep(Dense(3, 2, random: &random)).multiplicationCount(for: [])
            }, says: "EachStep: sequences [time, batch, features] of at least one step are expected, but the shape is []")
    }

    /// Writes with a pair of networks.
    private static func write(bias: Float = 0, start: Int = 0, atMost most: Int = 3) {
        var random = Random(seed: 1)
        var model = EncoderDecoder(
            readSymbols: Embedding(symbols: 6, features: 3, random: &random), encoder: RNNCell(3, 5, random: &random),
            writtenSymbols: Embedding(symbols: 4, features: 2, random: &random),
            decoder: RNNCell(2, 5, random: &random), scores: Dense(5, 4, random: &random))
        model.scores.bias[element: 2] = bias
        _ = model(read: [[0], [1]], start: start, end: 1, atMost: most)
    }

    @Test("writing with scores that are not numbers, symbols that are none, less than nothing") func writing() async {
        await #expect(processExitsWith: .success) { EndsTests.write() }
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { EndsTests.write(bias: .nan) },
            says: "EncoderDecoder: no symbol has the highest score, because one of the scores is NaN")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { EndsTests.write(start: 4) },
            says: "EncoderDecoder: the start must be one of the 4 symbols, and the maximum not negative, but they are "
                + "4 and 3")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { EndsTests.write(atMost: -1) },
            says: "the maximum not negative, but they are 0 and -1")
    }
}
