// Does the derivative belong to the formula? Central differences in `Double` against the backward pass of long short-term
// memory: every number of the input, of both initial states and of every parameter, relative error ≤ 1e-7, from the outputs
// and from both final states, at random odd shapes, over three and more steps, with parameters away from where they begin.

import LSTM
import RecurrentTools
import TestTools
import Testing

@Suite("Backward passes agree with central differences", .claim("A3.4.2-1"))
struct GradientTests {
    @Test(
        "with peepholes and without, in both directions, with and without lengths, and if only a part of it is read",
        arguments: 1...2 as ClosedRange<UInt64>)
    func cell(seed: UInt64) {
        var random = Random(seed: seed)
        for peepholes in [false, true] {
            let (inputs, hidden) = (random.odd(upTo: 5), random.odd(upTo: 3))
            expectGradients(
                of: LSTMCell(inputs, hidden, peepholes: peepholes, random: &random), seed: seed, &random)
        }
    }

    @Test("networks: two directions, two cells, one on the other, the last step, every step", arguments: [1, 2] as [UInt64])
    func networks(seed: UInt64) {
        var random = Random(seed: seed)
        let x: Tensor<Double> = random.normal([4, 2, 3])
        expectGradients(
            of: Sequential {
                Unfolded(LSTMCell<Double>(3, 3, random: &random))
                Unfolded(LSTMCell<Double>(3, 3, peepholes: true, random: &random))
                LastStep<Double>()
                Dense<Double>(3, 2, random: &random)
            }.moved(&random), at: x, seed: seed)
        expectGradients(
            of: Sequential {
                Bidirectional(
                    forwards: LSTMCell<Double>(3, 3, random: &random), backwards: LSTMCell<Double>(3, 3, random: &random))
                EachStep(Dense<Double>(6, 2, random: &random))
            }.moved(&random), at: x, seed: seed)
    }

    /// The sum of what a pair of networks says at all steps, weighted, whatever the input.
    private struct Translation: Layer {
        typealias Scalar = Double

        var model: EncoderDecoder<LSTMCell<Double>>
        let read = [[0, 4], [2, 1], [3, 3]]
        let written = [[0, 0], [1, 2]]

        func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
            model.forward(read: read, lengths: [3, 2], written: written).logits
        }

        mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
            let (logits, backward) = model.forward(read: read, lengths: [3, 2], written: written)
            return (logits, { g in Gradients(input: Tensor(zeros: x.shape), layer: Translation(model: backward(g))) })
        }

        var parameters: [Parameter<Self>] { model.parameters.map { $0.within(\Self.model, named: "") } }
    }

    @Test("encoder and decoder, which hand on both states") func encoderDecoder() {
        var random = Random(seed: 5)
        let model = EncoderDecoder(
            readSymbols: Embedding<Double>(symbols: 5, features: 2, random: &random),
            encoder: LSTMCell<Double>(2, 3, random: &random),
            writtenSymbols: Embedding<Double>(symbols: 3, features: 2, random: &random),
            decoder: LSTMCell<Double>(2, 3, random: &random), scores: Dense<Double>(3, 3, random: &random))
        expectGradients(of: Translation(model: model.moved(&random)), at: Tensor(zeros: [1]), seed: 1)
    }

    @Test("a batch that threads share has the gradients of its sequences", arguments: 1...2 as ClosedRange<UInt64>)
    func shared(seed: UInt64) {
        var random = Random(seed: seed)
        for peepholes in [false, true] {
            expectSharedSameAsAlone(LSTMCell(11, 17, peepholes: peepholes, random: &random), &random)
        }
    }
}
