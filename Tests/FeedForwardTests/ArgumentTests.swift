// Arguments that make no sense end the program with a sentence, in the precision in which they are used. Each runs in a
// process of its own.

import FeedForward
import TestTools
import Testing

@Suite("Arguments that make no sense end with a sentence")
struct ArgumentTests {
    @Test("scores where probabilities are expected, targets that are no probabilities") func probabilities() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = binaryCrossEntropy(probabilities: Tensor<Float>([-0.5, 1.7]), Tensor([0, 1]))
            },
            says: "binaryCrossEntropy(probabilities:): a prediction is a probability, in 0…1 (scores go to "
                + "binaryCrossEntropy(logits:)), but element 0 is -0.5")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = binaryCrossEntropy(probabilities: Tensor<Double>([0.5, 1.0.nextUp]), Tensor([0, 0]))
            }, says: "but element 1 is 1.0000000000000002")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = binaryCrossEntropy(probabilities: Tensor<Float>([0.5, 0.5]), Tensor([0, -Float.leastNonzeroMagnitude]))
            }, says: "binaryCrossEntropy: a target is a probability, in 0…1, but element 1 is -1e-45")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = binaryCrossEntropy(logits: Tensor<Float>([0.5, 0.5]), Tensor([1, 255]))
            }, says: "binaryCrossEntropy: a target is a probability, in 0…1, but element 1 is 255.0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = softmaxCrossEntropy(Tensor<Float>([[0.5, 0.5]]), Tensor([[1.5, -0.5]]))
            }, says: "softmaxCrossEntropy: target probabilities must not be negative, but element 1 is -0.5")
    }

    @Test("an infinite delta") func delta() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = huberLoss(Tensor<Float>([1]), Tensor([1]), delta: .infinity)
            }, says: "huberLoss: delta is the distance where the loss becomes straight and must be positive and finite, "
                + "not inf")
    }

    @Test("a row of scores that are not numbers, which a confusion matrix cannot count") func confusion() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = confusionMatrix(Tensor<Float>([[1, 0], [.nan, .nan]]), [0, 0])
            }, says: "confusionMatrix: row 1 predicts no class, because one of its scores is NaN")
    }

    @Test("a gradient that is not finite, to be clipped") func clipping() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var gradient = Dense<Float>(weight: Tensor([[1, .nan]]), bias: Tensor([0, 0]))
                gradient.clip(norm: 1)
            }, says: "clip(norm:): a gradient that is not finite cannot be shortened, and this one is not in weight")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var gradient = Dense<Double>(weight: Tensor([[1, 2]]), bias: Tensor([-.infinity, 0]))
                gradient.clip(norm: .infinity)
            }, says: "clip(norm:): a gradient that is not finite cannot be shortened, and this one is not in bias")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var gradient = Dense<Float>(weight: Tensor([[1, 2]]), bias: Tensor([.nan, 0]))
                gradient.clip(value: 1)
            }, says: "clip(value:): the gradient of bias contains NaN, which cannot be clipped")
    }

    @Test("a learning rate that is zero or infinite in Float") func rates() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Momentum(for: Sigmoid(), learningRate: 1e-50)
            }, says: "Momentum: the learning rate must be a positive number, but 1e-50 is 0.0 in Float")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var optimizer = GradientDescent(for: Sigmoid(), learningRate: 1)
                optimizer.learningRate = 1e39
            }, says: "negative or not finite, but it is 1e+39, in Float inf")
        // In Double both are numbers, and a schedule may fall to what is zero in Float.
        _ = Momentum(for: Sigmoid<Double>(), learningRate: 1e-50)
        var optimizer = GradientDescent(for: Sigmoid(), learningRate: 1)
        optimizer.learningRate = 1e-50
    }

    @Test("an epsilon that is too small for Float, or infinite") func epsilon() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Adam(for: Sigmoid(), epsilon: 1e-46)
            }, says: "Adam: epsilon guards against division by zero and must be finite and, in Float, at least "
                + "1.0842022e-19")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = RMSProp(for: Sigmoid<Double>(), epsilon: .infinity)
            }, says: "RMSProp: epsilon guards against division by zero and must be finite")
        _ = Adam(for: Sigmoid<Double>(), epsilon: 1e-46)
    }

    @Test("a momentum that is 1 in Float, a decay that is not a number") func decays() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Nesterov(for: Sigmoid(), learningRate: 0.1, momentum: 0.999_999_999)
            }, says: "Nesterov: momentum must be in [0, 1), but 0.999999999 is 1 in Float")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = RMSProp(for: Sigmoid(), decay: .nan)
            }, says: "RMSProp: decay must be in [0, 1), but it is nan")
        _ = Nesterov(for: Sigmoid<Double>(), learningRate: 0.1, momentum: 0.999_999_999)
    }

    @Test("a weight decay that is infinite or negative") func weightDecay() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = AdamW(for: Sigmoid(), weightDecay: .infinity)
            }, says: "AdamW: the weight decay must be finite and not negative, but it is inf")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = AdamW(for: Sigmoid(), weightDecay: -0.1)
            }, says: "but it is -0.1")
    }

    @Test("schedules of rates that are none, or of steps before the first") func schedules() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = StepDecay(.infinity, every: 3)
            }, says: "StepDecay: a learning rate is a number that is not negative, but [inf] was given")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = StepDecay(0.1, factor: .nan, every: 3)
            }, says: "StepDecay: the factor must be a number that is not negative, but it is nan")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = CosineAnnealing(0.1, to: -1, over: 3)
            }, says: "CosineAnnealing: a learning rate is a number that is not negative, but [0.1, -1.0] was given")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = WarmUp(2, then: StepDecay(0.1, every: 3))(-1)
            }, says: "WarmUp: steps are counted from 0, but -1 was asked for")
    }

    @Test("layers and weights of no size") func sizes() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Dense(-5, 2, random: &random)
            }, says: "Dense(-5, 2): a fresh layer has at least one input and one output")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Dense<Double>(5, 0, random: &random)
            }, says: "Dense(5, 0): a fresh layer has at least one input and one output")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Initialization.heNormal.standardDeviation(fanIn: 0, fanOut: 3)
            }, says: "Initialization: a weight leads from at least one input to at least one output, not from 0 to 3")
        #expect(Initialization.glorotUniform.standardDeviation(fanIn: .max, fanOut: .max) == 0x1p-63.squareRoot())
    }

    @Test("a gradient check with a tolerance that everything passes, a summary of negative sizes, too few sizes")
    func checks() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = checkGradients(of: Sigmoid<Double>(), at: Tensor([[1]]), tolerance: .infinity)
            }, says: "checkGradients: the tolerance is a relative error between 0 and 1, but it is inf")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Sigmoid().summary(inputShape: [-4])
            }, says: "summary: a shape has no negative sizes, but this one is [-4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Dense<Float>(weight: Tensor(zeros: [4, 3]), bias: Tensor(zeros: [3])).multiplicationCount(for: [])
            }, says: "Dense(4, 3): an input [batch, 4] is expected, but its shape is []")
    }
}
