// Does the derivative belong to the formula? Central differences in `Double` against every backward pass: each layer, each
// loss, whole networks; every number of the input and of every parameter, relative error ≤ 1e-7, at random odd shapes,
// with more than one row and with biases away from zero.

import TestTools
import FeedForward
import Testing

/// y = (x·W)·W: a parameter that is used twice has two shares in its gradient.
struct UsedTwice: Layer {
    var weight: Tensor<Double>

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { x • weight • weight }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let h = x • weight
        return (
            h • weight,
            { [weight] g in
                let hGradient = g • weight.transposed
                var weightGradient = h.transposed • g
                weightGradient += x.transposed • hGradient
                return Gradients(input: hGradient • weight.transposed, layer: UsedTwice(weight: weightGradient))
            }
        )
    }

    var parameters: [Parameter<Self>] { [Parameter("weight", \.weight)] }
}

@Suite("Backward passes agree with central differences", .claim("A3.1.2-5"))
struct GradientTests {
    @Test("activations", .claim("A3.1.2-3"), arguments: 1...6 as ClosedRange<UInt64>)
    func activations(seed: UInt64) {
        var random = Random(seed: seed)
        var shape = [random.integer(in: 2...6), random.odd(upTo: 19)]
        if seed % 3 == 0 { shape.insert(3, at: 0) }
        expectGradients(of: Sigmoid<Double>(), shape, seed: seed)
        expectGradients(of: Tanh<Double>(), shape, seed: seed)
        expectGradients(of: ReLU<Double>(), shape, seed: seed)
        expectGradients(of: LeakyReLU<Double>(), shape, seed: seed)
        expectGradients(of: LeakyReLU<Double>(slope: 0.3), shape, seed: seed)
        expectGradients(of: GELU<Double>(), shape, seed: seed)
        expectGradients(of: Softplus<Double>(), shape, seed: seed)
        expectGradients(of: Softmax<Double>(), shape, seed: seed)
        expectGradients(of: Identity<Double>(), shape, seed: seed)
    }

    @Test("dense layers", arguments: 1...6 as ClosedRange<UInt64>) func denseLayers(seed: UInt64) {
        var random = Random(seed: seed)
        let (batch, inputs, outputs) = (random.integer(in: 2...5), random.odd(upTo: 9), random.odd(upTo: 9))
        expectGradients(of: random.dense(inputs, outputs), [batch, inputs], seed: seed)
    }

    @Test("dropout, which repeats its chance in a copy", arguments: 1...4 as ClosedRange<UInt64>)
    func dropout(seed: UInt64) {
        var random = Random(seed: seed)
        expectGradients(of: Dropout<Double>(0.4, random: &random), [3, random.odd(upTo: 19)], seed: seed)
    }

    @Test("a layer that uses its parameter twice", arguments: 1...4 as ClosedRange<UInt64>)
    func parameterUsedTwice(seed: UInt64) {
        var random = Random(seed: seed)
        let size = 1 + random.odd(upTo: 7)
        expectGradients(of: UsedTwice(weight: random.normal([size, size])), [3, size], seed: seed)
    }

    @Test("the layer of the documentation") func documentedLayer() {
        var random = Random(seed: 1)
        expectGradients(of: Scale<Double>(factor: random.normal([7])), [3, 7], seed: 1)
    }

    @Test(
        "whole networks of no, one and three hidden layers", .claim("A3.1.1-1"), arguments: 1...4 as ClosedRange<UInt64>
    )
    func networks(seed: UInt64) {
        var random = Random(seed: seed)
        expectGradients(of: Sequential { random.dense(5, 3) }, [4, 5], seed: seed)
        expectGradients(
            of: Sequential {
                random.dense(5, 7)
                Tanh<Double>()
                random.dense(7, 3)
            }, [4, 5], seed: seed)
        expectGradients(
            of: Sequential {
                random.dense(3, 7)
                GELU<Double>()
                Dropout<Double>(0.3, random: &random)
                random.dense(7, 5)
                Sigmoid<Double>()
                Sequential {
                    random.dense(5, 5)
                    LeakyReLU<Double>()
                }
                random.dense(5, 3)
                Softmax<Double>()
            }, [5, 3], seed: seed)
    }

    @Test("losses", .claim("A3.1.2-4"), arguments: 1...6 as ClosedRange<UInt64>) func losses(seed: UInt64) {
        func check(
            _ point: Tensor<Double>, sourceLocation: SourceLocation = #_sourceLocation,
            _ loss: (Tensor<Double>) -> LossAndGradient<Double>
        ) {
            expectPassed(
                checkGradients(at: point, of: loss), comparing: point.count, sourceLocation: sourceLocation)
        }
        var random = Random(seed: seed)
        let shape = [random.integer(in: 2...5), random.odd(upTo: 9)]
        let point: Tensor<Double> = random.normal(shape, standardDeviation: 2),
            targets: Tensor<Double> = random.normal(shape)
        let shares: Tensor<Double> = random.uniform(shape)
        let probabilities = shares / shares.sum(along: 1, keepingAxis: true)
        let labels = random.labels(shape[0], classes: shape[1])
        check(point) { meanSquaredError($0, targets) }
        check(point) { huberLoss($0, targets) }
        check(point) { huberLoss($0, targets, delta: 0.3) }
        check(point) { softmaxCrossEntropy($0, labels) }
        check(point) { softmaxCrossEntropy($0, probabilities) }
        check(point) { binaryCrossEntropy(logits: $0, shares) }
        check(random.uniform(shape, in: 0.1..<0.9)) { binaryCrossEntropy(probabilities: $0, shares) }
    }

    @Test("a loss at the end of a network: the gradient that training uses", arguments: 1...3 as ClosedRange<UInt64>)
    func lossOfNetwork(seed: UInt64) {
        var random = Random(seed: seed)
        let network = Sequential {
            random.dense(5, 7)
            Tanh<Double>()
            random.dense(7, 3)
        }
        expectGradients(of: LossLayer(network, labels: random.labels(4, classes: 3)), [4, 5], seed: seed)
    }

    @Test("the report says how many numbers it compared") func report() {
        var random = Random(seed: 1)
        let report = checkGradients(of: Dense<Double>(4, 3, random: &random), at: random.normal([5, 4]))
        #expect("\(report)".hasPrefix("gradient check passed: 35 numbers, largest relative error "))
        let nothing = checkGradients(of: Tanh<Double>(), at: Tensor(zeros: [0, 3]))
        #expect(!nothing.passed && "\(nothing)" == "gradient check: there was nothing to compare")
    }

    @Test("near the kink of ReLU the check takes smaller steps instead of a false alarm") func kink() {
        // 10⁻³ and 10⁻⁴ cross zero from here, 10⁻⁵ does not.
        #expect(checkGradients(of: ReLU<Double>(), at: Tensor([[3e-5, -3e-5, 1e-4, -5e-4, 0.5]])).passed)
    }
}
