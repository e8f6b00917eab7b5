// What surrounds the formulas: names of parameters, the summary, types without annotations, fresh weights, clipping,
// schedules at their edges, and metrics.

import FeedForward
import Foundation
import TestTools
import Testing

@Suite("Networks: names, types, summary")
struct NetworkTests {
    @Test("parameters are named by the places of their layers, through nested networks") func parameterNames() {
        var random = Random(seed: 1)
        let network = Sequential {
            Dense(3, 4, random: &random)
            ReLU()
            Sequential {
                Dense(4, 4, random: &random)
                Tanh()
                Dense(4, 2, random: &random)
            }
            Sequential { Dense(2, 2, random: &random) }
        }
        #expect(
            network.parameters.map(\.name) == [
                "0.weight", "0.bias", "2.0.weight", "2.0.bias", "2.2.weight", "2.2.bias", "3.0.weight", "3.0.bias",
            ])
        #expect(network.parameterCount == 16 + 20 + 10 + 6)
        // The paths lead where the names say.
        #expect(network[keyPath: network.parameters[4].path] == network.layers.first.second.layers.second.weight)
        let inner = Sequential {
            Sequential { Dense(3, 4, random: &random) }
            Dense(4, 2, random: &random)
        }
        #expect(inner.parameters.map(\.name) == ["0.0.weight", "0.0.bias", "1.weight", "1.bias"])
    }

    @Test("a network of one layer is that layer") func singleLayer() {
        var random = Random(seed: 1)
        let dense = Dense(3, 2, random: &random)
        let network = Sequential { dense }
        let x: Tensor<Float> = random.normal([5, 3])
        #expect(network(x) == dense(x))
        #expect(network.parameters.map(\.name) == ["0.weight", "0.bias"])
    }

    @Test("without a type it is Float, with an annotation Double") func types() {
        func isFloat<L: Layer>(_: L) -> Bool { L.Scalar.self == Float.self }
        var random = Random(seed: 1)
        #expect(
            isFloat(Dense(2, 2, random: &random)) && isFloat(Dense(2, 2, initialization: .heNormal, random: &random)))
        #expect(isFloat(Dropout(0.2, random: &random)) && isFloat(LeakyReLU(slope: 0.2)) && isFloat(LeakyReLU()))
        #expect(isFloat(Sigmoid()) && isFloat(Tanh()) && isFloat(ReLU()) && isFloat(GELU()) && isFloat(Softplus()))
        #expect(isFloat(Softmax()))
        var network = Sequential {
            Dense(2, 3, random: &random)
            LeakyReLU(slope: 0.2)
            Dropout(0.2, random: &random)
            Identity()
            Softmax()
        }
        #expect(isFloat(network))
        // A schedule without a type fits as well.
        let schedule = WarmUp(2, then: CosineAnnealing(0.1, over: 10)), steps = StepDecay(0.1, every: 5)
        var optimizer = Adam(for: network, learningRate: schedule(0))
        optimizer.learningRate = steps(3)
        optimizer.update(&network, along: network.zeroed)
        let layers: (Dense<Double>, Dropout<Double>, LeakyReLU<Double>) = (
            Dense(2, 2, random: &random), Dropout(0.2, random: &random), LeakyReLU(slope: 0.2)
        )
        #expect(!isFloat(layers.0) && !isFloat(layers.1) && !isFloat(layers.2))
    }

    @Test("the summary is an aligned table") func summary() {
        var random = Random(seed: 1)
        let network = Sequential {
            Dense(64, 128, random: &random)
            LeakyReLU()
            Dropout(0.2, random: &random)
            Sequential {
                Dense(128, 1000, random: &random)
                Softmax()
            }
        }
        #expect(
            network.summary(inputShape: [64]) == """
                layer       output      parameters   multiplications
                Dense       [n, 128]         8,320             8,192
                LeakyReLU   [n, 128]             0                 0
                Dropout     [n, 128]             0                 0
                Dense       [n, 1000]      129,000           128,000
                Softmax     [n, 1000]            0                 0
                total                      137,320           136,192
                """)
        #expect(network.multiplicationCount(for: [3, 64]) == 3 * 136_192)
        // The one of the documentation.
        let small = Sequential {
            Dense(64, 128, random: &random)
            ReLU()
            Dense(128, 10, random: &random)
        }
        #expect(
            small.summary(inputShape: [64]) == """
                layer   output     parameters   multiplications
                Dense   [n, 128]        8,320             8,192
                ReLU    [n, 128]            0                 0
                Dense   [n, 10]         1,290             1,280
                total                   9,610             9,472
                """)
        #expect(
            Tanh().summary(inputShape: [28, 28, 1]) == """
                layer   output           parameters   multiplications
                Tanh    [n, 28, 28, 1]            0                 0
                total                             0                 0
                """)
        #expect(Dense(999, 1001, random: &random).summary(inputShape: [999]).hasSuffix(" 1,001,000           999,999"))
    }

    @Test("zeroed keeps the shapes and nothing else") func zeroed() {
        var random = Random(seed: 1)
        let network = Sequential {
            Dense(3, 4, random: &random)
            Dense(4, 2, random: &random)
        }
        let zero = network.zeroed
        for parameter in network.parameters {
            #expect(zero[keyPath: parameter.path] == Tensor(zeros: network[keyPath: parameter.path].shape))
        }
        #expect(network.parameterNorm > 0 && zero.parameterNorm == 0)
    }
}

@Suite("Fresh weights")
struct InitializationTests {
    static let kinds: [(Initialization, terms: Double, bounded: Bool)] = [
        (.glorotUniform, 504, true), (.glorotNormal, 504, false), (.heUniform, 301, true), (.heNormal, 301, false),
    ]

    @Test("are drawn with the variance of the papers, 2/(fanIn + fanOut) or 2/fanIn", arguments: kinds)
    func spread(initialization: Initialization, terms: Double, bounded: Bool) {
        let variance = 2 / terms
        var random = Random(seed: 1)
        let weight: Tensor<Double> = initialization.weight([301, 203], fanIn: 301, fanOut: 203, random: &random)
        // 61,103 numbers: five standard errors are 2.9 % of the variance for normal numbers, 1.8 % for uniform ones.
        #expect((weight.variance() / variance - 1).magnitude <= 0.03)
        #expect(weight.mean().magnitude <= 5 * (variance / 61_103).squareRoot())
        let largest = max(weight.maximum(), -weight.minimum()), bound = (3 * variance).squareRoot()
        // The uniform ones come near their bound; of the normal ones some lie beyond four standard deviations.
        #expect(bounded ? largest <= bound && largest >= 0.999 * bound : largest > 4 * variance.squareRoot() * 0.95)
    }

    @Test("biases begin at zero, and two layers differ") func biases() {
        var random = Random(seed: 1)
        let (a, b) = (Dense(5, 3, random: &random), Dense(5, 3, random: &random))
        #expect(a.bias == Tensor(zeros: [3]) && a.weight != b.weight && a.weight.shape == [5, 3])
    }

    @Test("keep the spread of a signal through ten layers, He's for ReLU, Glorot's for tanh") func signal() {
        func spread<A: Layer>(_ initialization: Initialization, _ activation: A) -> Double where A.Scalar == Double {
            var random = Random(seed: 2)
            var x: Tensor<Double> = random.normal([64, 128], standardDeviation: 0.2)
            let before = x.norm()
            for _ in 0..<10 {
                x = activation(Dense<Double>(128, 128, initialization: initialization, random: &random)(x))
            }
            return x.norm() / before
        }
        // Measured over ten seeds: He with ReLU 0.72…1.47, Glorot with tanh 0.68…0.79; Glorot with ReLU, which loses half
        // of the variance in each layer (2⁻⁵ = 0.031 after ten), 0.024…0.046.
        #expect(spread(.heNormal, ReLU<Double>()) > 0.4 && spread(.heUniform, ReLU<Double>()) > 0.4)
        #expect(spread(.glorotNormal, Tanh<Double>()) > 0.4 && spread(.glorotUniform, Tanh<Double>()) > 0.4)
        #expect(spread(.glorotUniform, ReLU<Double>()) < 0.1)
    }
}

@Suite("Clipping")
struct ClippingTests {
    @Test("by norm shortens all parameters together and keeps the direction") func norm() {
        // ‖(3, 4, 12)‖ = 13
        var gradient = Dense<Double>(weight: Tensor([[3], [4]]), bias: Tensor([12]))
        #expect(gradient.parameterNorm == 13)
        #expect(gradient.clip(norm: 14) == 13 && gradient.weight == Tensor([[3], [4]]))
        #expect(gradient.clip(norm: 6.5) == 13)
        expectClose(gradient.weight, Tensor([[1.5], [2]]))
        expectClose(gradient.bias, Tensor([6]))
    }

    @Test("by value cuts each number") func value() {
        var gradient = Dense<Double>(weight: Tensor([[3], [-4]]), bias: Tensor([0.5]))
        gradient.clip(value: 2)
        #expect(gradient.weight == Tensor([[2], [-2]]) && gradient.bias == Tensor([0.5]))
    }

    @Test("what is not a number, or infinite, shows in the norm") func notANumber() {
        for value in [Double.nan, .infinity] {
            let gradient = Dense<Double>(weight: Tensor([[3], [value]]), bias: Tensor([0.5]))
            #expect(!gradient.parameterNorm.isFinite)
        }
    }
}

@Suite("Schedules at their edges")
struct ScheduleTests {
    @Test("step decay falls exactly at the multiples") func steps() {
        let schedule = StepDecay(0.8, factor: 0.5, every: 3)
        #expect((0..<8).map(schedule.callAsFunction) == [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2])
    }

    @Test("cosine annealing begins at the first rate, is half way in the middle and stays at the last") func cosine() {
        let schedule = CosineAnnealing(0.5, to: 0.1, over: 8)
        for (step, rate) in [(0, 0.5), (4, 0.3), (8, 0.1), (9, 0.1), (1000, 0.1)] {
            expectClose(schedule(step), rate, 1e-15)
        }
        #expect((0..<8).allSatisfy { schedule($0) > schedule($0 + 1) })
        let single = CosineAnnealing(0.5, over: 1)
        #expect(single(0) == 0.5 && single(1) == 0)
    }

    @Test("warming up of no steps is the next schedule; of three it reaches its first rate in the third") func warmUp()
    {
        let next = StepDecay(0.9, factor: 0.1, every: 2)
        let none = WarmUp(0, then: next), three = WarmUp(3, then: next)
        #expect((0..<5).map(none.callAsFunction) == (0..<5).map(next.callAsFunction))
        for (step, rate) in [(0, 0.3), (1, 0.6), (2, 0.9), (3, 0.9), (4, 0.9), (5, 0.09)] {
            expectClose(three(step), rate, 1e-15, "step \(step)")
        }
    }
}

@Suite("Metrics")
struct MetricsTests {
    private let scores = Tensor<Float>([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0.5, 0.5, 0], [0, 0.1, 3]])

    @Test("accuracy is the share of rows whose largest score is the label's; of equals the first counts")
    func accuracyOfScores() {
        #expect(accuracy(scores, [0, 1, 0, 2]) == 1)
        #expect(accuracy(scores, [0, 1, 1, 0]) == 0.5)
        #expect(accuracy(scores, [2, 2, 2, 1]) == 0)
    }

    @Test("the confusion matrix counts true classes in rows, predicted ones in columns") func confusion() {
        #expect(confusionMatrix(scores, [0, 0, 1, 2]) == Tensor([[1, 1, 0], [1, 0, 0], [0, 0, 1]]))
        #expect(confusionMatrix(scores, [1, 1, 1, 1]).sum() == 4)
    }

    @Test("R² is 1 for the truth, 0 for the mean, negative for worse") func determination() {
        let targets = Tensor<Float>([[1], [2], [3], [6]])
        #expect(coefficientOfDetermination(targets, targets) == 1)
        expectClose(coefficientOfDetermination(Tensor<Float>([[3], [3], [3], [3]]), targets), 0)
        // Σ(p − t)² = 1 + 0 + 1 + 4 = 6, Σ(t − 3)² = 4 + 1 + 0 + 9 = 14
        expectClose(coefficientOfDetermination(Tensor<Float>([[2], [2], [2], [4]]), targets), 1 - 6.0 / 14)
        #expect(coefficientOfDetermination(Tensor<Float>([[6], [3], [2], [1]]), targets) < 0)
    }
}
