// Is the formula right? Every layer and every loss against a transcription of its formula as plain loops over `Double`,
// which shares nothing with the layer but the formula. A gradient check cannot see a wrong formula; these tests can.

import FeedForward
import Foundation
import TestTools
import Testing

@Suite("Each layer and loss equals its formula written as plain loops")
struct EquationTests {
    /// Compares inference and training with the formula, at random odd shapes of rank 2 and 3.
    private func check<L: Layer>(
        _ layer: L, _ formula: (Double) -> Double, sourceLocation: SourceLocation = #_sourceLocation
    ) where L.Scalar == Double {
        var random = Random(seed: 7)
        for round in 0..<8 {
            var shape = [random.odd(upTo: 9), random.odd(upTo: 37)]
            if round % 2 == 1 { shape.insert(random.odd(upTo: 3), at: 0) }
            let x: Tensor<Double> = random.normal(shape, standardDeviation: 4)
            let expected = Tensor(x.scalars.map(formula), shape: shape)
            var training = layer
            expectClose(layer(x), expected, sourceLocation: sourceLocation)
            #expect(training.forward(x).output == layer(x), sourceLocation: sourceLocation)
            #expect(layer.outputShape(for: shape) == shape, sourceLocation: sourceLocation)
        }
    }

    @Test("sigmoid is 1 / (1 + e⁻ˣ)") func sigmoidLayer() { check(Sigmoid<Double>()) { 1 / (1 + Foundation.exp(-$0)) } }

    @Test("tanh is (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)") func tanhLayer() {
        check(Tanh<Double>()) { x in
            let (up, down) = (Foundation.exp(x), Foundation.exp(-x))
            return (up - down) / (up + down)
        }
    }

    @Test("ReLU is the larger of 0 and x") func reluLayer() { check(ReLU<Double>()) { $0 > 0 ? $0 : 0 } }

    @Test("leaky ReLU is x, or slope · x below zero") func leakyReLULayer() {
        check(LeakyReLU<Double>()) { $0 > 0 ? $0 : 0.01 * $0 }
        check(LeakyReLU<Double>(slope: 0.25)) { $0 > 0 ? $0 : 0.25 * $0 }
    }

    @Test("GELU is x times the standard normal distribution function") func geluLayer() {
        check(GELU<Double>()) { $0 * Foundation.erfc(-$0 / 2.0.squareRoot()) / 2 }
    }

    @Test("softplus is ln(1 + eˣ)") func softplusLayer() {
        check(Softplus<Double>()) { Foundation.log1p(Foundation.exp($0)) }
    }

    @Test("identity is its input") func identityLayer() { check(Identity<Double>()) { $0 } }

    @Test("dropout at inference is its input") func dropoutInference() {
        var random = Random(seed: 1)
        let x: Tensor<Double> = random.normal([5, 7])
        #expect(Dropout<Double>(0.5, random: &random)(x) == x)
    }

    @Test("a dense layer is the weighted sums of its inputs plus the biases", arguments: 1...8 as ClosedRange<UInt64>)
    func denseLayer(seed: UInt64) {
        var random = Random(seed: seed)
        let (batch, inputs, outputs) = (random.odd(upTo: 9), random.odd(upTo: 41), random.odd(upTo: 41))
        var layer = random.dense(inputs, outputs)
        let x: Tensor<Double> = random.normal([batch, inputs])
        var expected = Tensor<Double>(zeros: [batch, outputs])
        for row in 0..<batch {
            for output in 0..<outputs {
                var sum = layer.bias[element: output]
                for input in 0..<inputs { sum += x[row, input] * layer.weight[input, output] }
                expected[row, output] = sum
            }
        }
        expectClose(layer(x), expected)
        #expect(layer.forward(x).output == layer(x))
        #expect(layer.outputShape(for: [batch, inputs]) == [batch, outputs])
    }

    @Test("softmax is e^(xᵢ) over their sum, and sums to 1", arguments: 1...5 as ClosedRange<UInt64>)
    func softmaxLayer(seed: UInt64) {
        var random = Random(seed: seed)
        let (batch, classes) = (random.odd(upTo: 9), random.odd(upTo: 21))
        let x: Tensor<Double> = random.normal([batch, classes], standardDeviation: 3)
        var expected = Tensor<Double>(zeros: [batch, classes])
        for row in 0..<batch {
            var sum = 0.0
            for column in 0..<classes { sum += Foundation.exp(x[row, column]) }
            for column in 0..<classes { expected[row, column] = Foundation.exp(x[row, column]) / sum }
        }
        var layer = Softmax<Double>()
        expectClose(layer(x), expected)
        #expect(layer.forward(x).output == layer(x))
        for sum in layer(x).sum(along: -1).scalars { expectClose(sum, 1, 1e-15 * Double(classes)) }
    }

    @Test("softmax of scores in the thousands keeps all digits, in Float too")
    func softmaxOfLargeScores() {
        let near = Softmax()(Tensor<Float>([[0, 1, 2]])), far = Softmax()(Tensor<Float>([[4000, 4001, 4002]]))
        #expect(near.isClose(to: far, relative: 1e-6))
        #expect((far.sum() - 1).magnitude <= 1e-6)
    }

    @Test("dropout while training sets elements to zero and enlarges the others, and the mean stays")
    func dropoutTraining() {
        var random = Random(seed: 3)
        for rate in [0, 0.2, 0.5, 0.9] {
            var layer = Dropout<Double>(rate, random: &random)
            let x: Tensor<Double> = random.uniform([101, 99], in: 1..<2)
            let y = layer.forward(x).output
            var dropped = 0
            for (x, y) in zip(x.scalars, y.scalars) {
                if y == 0 { dropped += 1 } else { expectClose(y, x / (1 - rate)) }
            }
            // Five standard errors of a share.
            let share = Double(dropped) / Double(x.count), error = (rate * (1 - rate) / Double(x.count)).squareRoot()
            #expect((share - rate).magnitude <= 5 * error)
            #expect((y.mean() / x.mean() - 1).magnitude <= 6 * error / (1 - rate))
        }
    }

    @Test("dropout draws anew at every forward pass, and a copy repeats it")
    func dropoutRandomness() {
        var random = Random(seed: 4)
        var layer = Dropout(0.5, random: &random)
        var copy = layer, other = Dropout(0.5, random: &random)
        let x = Tensor<Float>(repeating: 1, shape: [9, 33])
        let first = layer.forward(x).output
        #expect(copy.forward(x).output == first)
        #expect(layer.forward(x).output != first)
        #expect(other.forward(x).output != first)
    }

    @Test("layers in a row are applied one after the other", arguments: 1...3 as ClosedRange<UInt64>)
    func sequential(seed: UInt64) {
        var random = Random(seed: seed)
        let (a, b, c) = (random.dense(5, 7), random.dense(7, 3), random.dense(3, 9))
        var network = Sequential {
            a
            Tanh<Double>()
            b
            Softplus<Double>()
            c
        }
        let x: Tensor<Double> = random.normal([3, 5])
        let expected = c(Softplus<Double>()(b(Tanh<Double>()(a(x)))))
        #expect(network(x) == expected)
        #expect(network.forward(x).output == expected)
        #expect(network.outputShape(for: [3, 5]) == [3, 9])
    }

    // MARK: Losses

    /// Random predictions and targets of an odd shape.
    private func pair(_ seed: UInt64) -> (Tensor<Double>, Tensor<Double>, [(p: Double, t: Double)]) {
        var random = Random(seed: seed)
        let shape = [random.odd(upTo: 9), random.odd(upTo: 19)]
        let (p, t): (Tensor<Double>, Tensor<Double>) = (
            random.normal(shape, standardDeviation: 2), random.normal(shape)
        )
        return (p, t, Array(zip(p.scalars, t.scalars)))
    }

    @Test("mean squared error is the mean of the squared differences", arguments: 1...4 as ClosedRange<UInt64>)
    func meanSquaredErrorLoss(seed: UInt64) {
        let (p, t, pairs) = pair(seed)
        var sum = 0.0
        for (p, t) in pairs { sum += (p - t) * (p - t) }
        expectClose(meanSquaredError(p, t).loss, sum / Double(pairs.count))
    }

    @Test("Huber's loss is squared near and straight far away", arguments: 1...4 as ClosedRange<UInt64>)
    func huber(seed: UInt64) {
        let (p, t, pairs) = pair(seed)
        for delta in [0.3, 1, 5] {
            var sum = 0.0
            for (p, t) in pairs {
                let d = abs(p - t)
                sum += d <= delta ? d * d / 2 : delta * (d - delta / 2)
            }
            expectClose(huberLoss(p, t, delta: delta).loss, sum / Double(pairs.count))
        }
    }

    @Test(
        "softmax cross-entropy is the mean of −ln of the label's probability", arguments: 1...4 as ClosedRange<UInt64>)
    func softmaxCrossEntropyLoss(seed: UInt64) {
        var random = Random(seed: seed)
        let (batch, classes) = (random.odd(upTo: 9), random.odd(upTo: 13))
        let z: Tensor<Double> = random.normal([batch, classes], standardDeviation: 3)
        let labels = random.labels(batch, classes: classes)
        let weights: Tensor<Double> = random.uniform([batch, classes], in: 0.1..<1)
        let targets = weights / weights.sum(along: 1, keepingAxis: true)
        var (hard, soft) = (0.0, 0.0)
        for row in 0..<batch {
            var sum = 0.0
            for column in 0..<classes { sum += Foundation.exp(z[row, column]) }
            hard -= Foundation.log(Foundation.exp(z[row, labels[row]]) / sum)
            for column in 0..<classes {
                soft -= targets[row, column] * Foundation.log(Foundation.exp(z[row, column]) / sum)
            }
        }
        expectClose(softmaxCrossEntropy(z, labels).loss, hard / Double(batch))
        expectClose(softmaxCrossEntropy(z, targets).loss, soft / Double(batch))
    }

    @Test("binary cross-entropy is the mean of −t ln p − (1 − t) ln(1 − p), from probabilities and from logits")
    func binaryCrossEntropyLoss() {
        var random = Random(seed: 9)
        for _ in 0..<4 {
            let shape = [random.odd(upTo: 9), random.odd(upTo: 19)]
            let z: Tensor<Double> = random.normal(shape, standardDeviation: 3),
                t: Tensor<Double> = random.uniform(shape)
            let p = Sigmoid<Double>()(z)
            var sum = 0.0
            for (p, t) in zip(p.scalars, t.scalars) { sum -= t * Foundation.log(p) + (1 - t) * Foundation.log(1 - p) }
            let expected = sum / Double(z.count)
            expectClose(binaryCrossEntropy(probabilities: p, t).loss, expected)
            expectClose(binaryCrossEntropy(logits: z, t).loss, expected)
        }
    }

    @Test("cross-entropy of scores in the thousands keeps its digits, in Float too")
    func crossEntropyOfLargeScores() {
        // ln(1 + e⁻¹) = 0.313261687518
        let (loss, gradient) = softmaxCrossEntropy(Tensor<Float>([[4001, 4000]]), [0])
        #expect((loss - 0.313261687518).magnitude <= 1e-6)
        #expect((gradient[0, 1] - 0.268941421370).magnitude <= 1e-6)
    }
}
