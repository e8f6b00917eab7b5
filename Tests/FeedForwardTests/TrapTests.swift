// A programmer's mistake ends the program with a sentence that names what was called, what it was given and what it
// expected. Each runs in a process of its own.

import FeedForward
import TestTools
import Testing

@Suite("Mistakes end with a sentence")
struct TrapTests {
    @Test("an input that does not fit a dense layer") func denseInput() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Dense(4, 3, random: &random)(Tensor(zeros: [2, 5]))
            }, says: "Dense(4, 3): an input [batch, 4] is expected, but its shape is [2, 5]")
    }

    @Test("layers of a network that do not fit, when its summary is asked for") func summaryShape() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let network = Sequential {
                    Dense(4, 3, random: &random)
                    Dense(5, 3, random: &random)
                }
                _ = network.summary(inputShape: [4])
            }, says: "Dense(5, 3): an input [batch, 5] is expected, but its shape is [1, 3]")
    }

    @Test("a weight and a bias that do not fit together") func denseParameters() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Dense<Float>(weight: Tensor(zeros: [4, 3]), bias: Tensor(zeros: [4]))
            }, says: "Dense: a weight [inputs, outputs] and a bias [outputs] are needed, not [4, 3] and [4]")
    }

    @Test("a learning rate that is not a number, and a negative one") func learningRate() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Adam(for: Sigmoid(), learningRate: .nan)
            }, says: "Adam: the learning rate must be a positive number, but it is nan")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = GradientDescent(for: Sigmoid(), learningRate: -0.5)
            }, says: "GradientDescent: the learning rate must be a positive number, but it is -0.5")
    }

    @Test("a learning rate of zero to begin with; later zero is allowed, and what is no number is not")
    func laterRates() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = AdamW(for: Sigmoid(), learningRate: 0)
            }, says: "AdamW: the learning rate must be a positive number, but it is 0.0")
        var optimizer = Momentum(for: Sigmoid(), learningRate: 0.1)
        optimizer.learningRate = 0
        #expect(optimizer.learningRate == 0)
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var optimizer = Nesterov(for: Sigmoid(), learningRate: 0.1)
                optimizer.learningRate = .nan
            }, says: "Nesterov: the learning rate must not be changed to a number that is negative or not finite")
    }

    @Test("an epsilon of zero") func epsilon() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = RMSProp(for: Sigmoid(), epsilon: 0)
            }, says: "RMSProp: epsilon guards against division by zero and must be finite and, in Float, at least")
    }

    @Test("a momentum of 1, a beta of 1") func decays() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Momentum(for: Sigmoid(), learningRate: 0.1, momentum: 1)
            }, says: "Momentum: momentum must be in [0, 1), but it is 1.0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Adam(for: Sigmoid(), beta2: 1)
            }, says: "Adam: beta2 must be in [0, 1), but it is 1.0")
    }

    @Test("dropping everything") func dropoutRate() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Dropout(1, random: &random)
            }, says: "Dropout: the rate is a probability in [0, 1), but it is 1.0")
    }

    @Test("labels that are no classes, or too few") func labels() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [2, 3]), [0, 3])
            }, says: "label 3 of row 1 is not one of the classes 0..<3")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>(zeros: [2, 3]), [0])
            },
            says: "softmaxCrossEntropy: logits [batch, classes] need one label for each row, but their shape is [2, 3] "
                + "and there are 1 labels")
    }

    @Test("targets of another shape, even where broadcasting would make them fit") func targets() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = meanSquaredError(Tensor<Float>(zeros: [4, 1]), Tensor(zeros: [4]))
            },
            says:
                "meanSquaredError: predictions and targets need one shape that is not empty, but they have [4, 1]"
        )
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = coefficientOfDetermination(Tensor<Float>(zeros: [4, 1]), Tensor<Float>(zeros: [4]))
            },
            says: "coefficientOfDetermination: predictions and targets need one shape that is not empty, but they have "
                + "[4, 1] and [4]")
    }

    @Test("metrics of scores without rows and columns, and of labels that are no classes") func metrics() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = confusionMatrix(Tensor<Float>(zeros: [4]), [0, 1, 2, 3])
            }, says: "confusionMatrix: scores [batch, classes] need one label for each row, but their shape is [4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = accuracy(Tensor<Float>(zeros: [2, 3]), [1, 3])
            }, says: "accuracy: label 3 is not one of the classes 0..<3")
    }

    @Test("a limit that is not positive, a schedule without steps") func limits() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                var gradient = Dense(2, 2, random: &random)
                gradient.clip(norm: 0)
            }, says: "clip(norm:): the limit must be positive, but it is 0.0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = StepDecay(0.1, every: 0)
            }, says: "StepDecay: the rate falls every given number of steps, at least 1, but 0 was given")
    }
}
