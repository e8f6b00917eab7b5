// A programmer's mistake ends the program with a sentence that names the layer, what it was given and what it expected.
// Each runs in a process of its own.

import Recurrent
import TestTools
import Testing

@Suite("Mistakes end with a sentence")
struct TrapTests {
    // MARK: Cells

    @Test("weights that do not fit together, or of no units") func weights() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = RecurrentWeights<Float>(
                    input: Tensor(zeros: [3, 5]), recurrent: Tensor(zeros: [3, 5]), bias: Tensor(zeros: [5]))
            },
            says: "RecurrentWeights: weights [inputs, hidden] and [hidden, hidden] and a bias [hidden] are needed, not "
                + "[3, 5], [3, 5] and [5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = RecurrentWeights<Float>(
                    input: Tensor(zeros: [3, 4]), recurrent: Tensor(zeros: [5, 5]), bias: Tensor(zeros: [5]))
            }, says: "are needed, not [3, 4], [5, 5] and [5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = RecurrentWeights<Float>(
                    input: Tensor(zeros: [3, 5]), recurrent: Tensor(zeros: [5, 5]), bias: Tensor(zeros: [1, 5]))
            }, says: "are needed, not [3, 5], [5, 5] and [1, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = RNNCell(3, 0, random: &random)
            }, says: "RecurrentWeights: at least one input and one hidden unit are needed, not 3 and 0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = GRUCell<Double>(-1, 4, random: &random)
            }, says: "RecurrentWeights: at least one input and one hidden unit are needed, not -1 and 4")
    }

    @Test("gates whose weights are not of one shape, a recurrent bias of another size") func gates() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let (a, b) = (GRUCell(3, 5, random: &random), GRUCell(2, 5, random: &random))
                _ = GRUCell(reset: a.reset, update: b.update, candidate: a.candidate)
            },
            says: "GRUCell: all three sums need weights of one shape, not [3, 5], [2, 5] and [3, 5], and a recurrent bias "
                + "as many numbers as there are hidden units")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let a = GRUCell(3, 5, random: &random)
                _ = GRUCell(
                    reset: a.reset, update: a.update, candidate: a.candidate, candidateRecurrentBias: Tensor(zeros: [4]))
            }, says: "GRUCell: all three sums need weights of one shape, not [3, 5], [3, 5] and [3, 5], and a recurrent")
    }

    @Test("an orthogonal weight that is no matrix") func orthogonal() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Initialization.orthogonal.weight([3, 3, 2, 4], fanIn: 18, fanOut: 4, random: &random) as Tensor<Float>
            }, says: "Initialization.orthogonal: a matrix can be orthogonal, a weight of shape [3, 3, 2, 4] not")
    }

    // MARK: Unfolding

    @Test("an input that is no sequence, of no steps, of no sequences, of another number of features") func input() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random))(Tensor(zeros: [4, 3]))
            }, says: "Unfolded: sequences [time, batch, 3] are expected, of at least one step, but the shape is [4, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                var network = Unfolded(GRUCell(3, 5, random: &random))
                _ = network.forward(Tensor(zeros: [4, 2, 2]))
            }, says: "Unfolded: sequences [time, batch, 3] are expected, of at least one step, but the shape is [4, 2, 2]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random)).trace(Tensor(zeros: [0, 2, 3]))
            }, says: "Unfolded: sequences [time, batch, 3] are expected, of at least one step, but the shape is [0, 2, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let cell = RNNCell(3, 5, random: &random)
                _ = Bidirectional(forwards: cell, backwards: cell).outputShape(for: [4, 0, 3])
            }, says: "Unfolded: sequences [time, batch, 3] are expected, of at least one step, but the shape is [4, 0, 3]")
    }

    @Test("a state of another shape") func state() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random))(Tensor(zeros: [4, 2, 3]), from: Tensor(zeros: [5]))
            }, says: "Unfolded: for 2 sequences and 5 hidden units a state has the shape [2, 5], but this one has [5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random)).forward(Tensor(zeros: [4, 2, 3]), from: Tensor(zeros: [3, 5]))
            }, says: "Unfolded: for 2 sequences and 5 hidden units a state has the shape [2, 5], but this one has [3, 5]")
    }

    @Test("too many or too few lengths, a length of zero, one beyond the end") func lengths() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random))(Tensor(zeros: [4, 2, 3]), from: nil, lengths: [4])
            },
            says: "Unfolded: 2 sequences of at most 4 steps need a length from 1 to 4 each, but these were given: [4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random)).forward(Tensor(zeros: [4, 2, 3]), from: nil, lengths: [0, 4])
            }, says: "need a length from 1 to 4 each, but these were given: [0, 4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let cell = RNNCell(3, 5, random: &random)
                _ = Bidirectional(forwards: cell, backwards: cell)(Tensor(zeros: [4, 2, 3]), lengths: [4, 5])
            }, says: "need a length from 1 to 4 each, but these were given: [4, 5]")
    }

    @Test("a gradient of another shape than the outputs") func outputGradient() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let network = Unfolded(RNNCell(3, 5, random: &random))
                _ = network.forward(Tensor(zeros: [4, 2, 3]), from: nil).backward(Tensor(zeros: [2, 5]), nil)
            }, says: "Unfolded: the outputs have the shape [4, 2, 5], but their gradient has [2, 5]")
    }

    @Test("two directions of different sizes") func directions() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Bidirectional(forwards: RNNCell(3, 5, random: &random), backwards: RNNCell(3, 4, random: &random))
            },
            says: "Bidirectional: both cells need the same numbers of inputs and hidden units, not 3 and 5 here and 3 and 4 "
                + "there")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Bidirectional(forwards: RNNCell(3, 5, random: &random), backwards: RNNCell(2, 5, random: &random))
            }, says: "not 3 and 5 here and 2 and 5 there")
    }

    @Test("norms of gradients of more than one sequence") func norms() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random)).stateGradientNorms(Tensor(zeros: [4, 2, 3]))
            }, says: "stateGradientNorms: one sequence [time, 1, 3] is expected, but the shape is [4, 2, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random)).stateGradientNorms(Tensor(zeros: [4, 3]))
            }, says: "stateGradientNorms: one sequence [time, 1, 3] is expected, but the shape is [4, 3]")
    }

    // MARK: Symbols and steps

    @Test("a table that is no matrix, tokens that are not as many at every step, no tokens, a symbol that is not there")
    func embedding() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Embedding<Float>(table: Tensor(zeros: [3]))
            }, says: "Embedding: a table [symbols, features] is needed, not one of shape [3]")
        let sentence = "Embedding: every step needs a token for each sequence, and there must be at least one"
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Embedding<Float>(table: Tensor(zeros: [3, 2]))([[0, 1], [2]])
            }, says: sentence)
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Embedding<Float>(table: Tensor(zeros: [3, 2]))([])
            }, says: sentence)
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Embedding<Float>(table: Tensor(zeros: [3, 2])).forward([[], []])
            }, says: sentence)
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Embedding<Float>(table: Tensor(zeros: [3, 2]))([[0, 3]])
            }, says: "row 3 does not exist in a tensor of shape [3, 2]")
    }

    @Test("no step to take the last of, an input without steps, nothing to repeat") func steps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = LastStep()(Tensor(zeros: [0, 2, 3]))
            },
            says: "LastStep: sequences [time, batch, features] of at least one step are expected, but the shape is "
                + "[0, 2, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = LastStep().outputShape(for: [2, 3])
            }, says: "LastStep: sequences [time, batch, features] of at least one step are expected, but the shape is [2, 3")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = EachStep(Dense(3, 2, random: &random))(Tensor(zeros: [2, 3]))
            }, says: "EachStep: sequences [time, batch, features] of at least one step are expected, but the shape is [2, 3")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = EachStep(Dense(3, 2, random: &random)).outputShape(for: [0, 2, 3])
            },
            says: "EachStep: sequences [time, batch, features] of at least one step are expected, but the shape is "
                + "[0, 2, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = Repeated(steps: 0) },
            says: "Repeated: the number of steps must be positive, not 0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Repeated<Double>(steps: -3)
            }, says: "Repeated: the number of steps must be positive, not -3")
    }

    @Test("a loss without a label for each sequence at each step, or of other lengths") func loss() async {
        let sentence = "softmaxCrossEntropy: logits [time, batch, classes] need a label for each sequence at each step, "
            + "but their shape is "
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [2, 3]), [[0, 1], [0, 1]])
            }, says: sentence + "[2, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [3, 2, 4]), [[0, 1], [0, 1]])
            }, says: sentence + "[3, 2, 4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [2, 2, 4]), [[0, 1], [0]])
            }, says: sentence + "[2, 2, 4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [2, 2, 4]), [[0, 1], [0, 1]], lengths: [2])
            }, says: "softmaxCrossEntropy: 2 sequences of at most 2 steps need a length from 1 to 2 each")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [2, 2, 4]), [[0, 1], [0, 1]], lengths: [3, 1])
            }, says: "were given: [3, 1]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [2, 2, 4]), [[0, 1], [0, 4]], lengths: [1, 2])
            }, says: "label 4 of row 2 is not one of the classes 0..<4")
    }

    // MARK: Encoder and decoder

    /// A pair of networks whose parts have the given sizes.
    private static func pair(read: Int = 3, written: Int = 2, encoder: Int = 5, decoder: Int = 5, scores: [Int] = [5, 4]) {
        var random = Random(seed: 1)
        _ = EncoderDecoder(
            readSymbols: Embedding(symbols: 6, features: read, random: &random),
            encoder: RNNCell(3, encoder, random: &random),
            writtenSymbols: Embedding(symbols: 4, features: written, random: &random),
            decoder: RNNCell(2, decoder, random: &random), scores: Dense(scores[0], scores[1], random: &random))
    }

    @Test("an encoder and a decoder that do not fit, scores of another number of symbols") func encoderDecoder() async {
        await #expect(processExitsWith: .success) { TrapTests.pair() }
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { TrapTests.pair(encoder: 6) },
            says: "EncoderDecoder: the decoder begins with the encoder's state, so both need the same number of hidden "
                + "units, not 6 and 5")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                TrapTests.pair(scores: [5, 6])
            },
            says: "EncoderDecoder: from 5 hidden units to a score for each of 4 symbols, a weight of shape [5, 6] does not "
                + "lead")
    }

    @Test("vectors of symbols of another number of features than the cell reads") func symbols() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { TrapTests.pair(read: 4) },
            says: "EncoderDecoder: the symbols' vectors have 4 and 2 features, but the cells expect 3 and 2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { TrapTests.pair(written: 3) },
            says: "EncoderDecoder: the symbols' vectors have 3 and 3 features, but the cells expect 3 and 2")
    }

    @Test("a gradient of the final state of another batch; a trace from a state of another batch") func otherBatch() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let network = Unfolded(RNNCell(3, 5, random: &random))
                _ = network.forward(Tensor(zeros: [4, 2, 3]), from: nil).backward(nil, Tensor(zeros: [3, 5]))
            }, says: "Unfolded: for 2 sequences and 5 hidden units a state has the shape [2, 5], but this one has [3, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Unfolded(RNNCell(3, 5, random: &random)).trace(Tensor(zeros: [4, 2, 3]), from: Tensor(zeros: [1, 5]))
            }, says: "Unfolded: for 2 sequences and 5 hidden units a state has the shape [2, 5], but this one has [1, 5]")
    }
}
