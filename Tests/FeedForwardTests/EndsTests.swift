// Losses, metrics, clipping and optimizers at the ends of the numbers: what is huge or tiny, infinite, or no number at all.
// The right values are exact arithmetic on the given inputs, rounded once.

import FeedForward
import Foundation
import TestTools
import Testing

/// Expects `x` to be within so many units in the last place of the exact value.
private func expect<Scalar: TensorScalar>(
    _ x: Scalar, is exact: Double, ulps: Double = 2, _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    let rounded = Scalar(exact)
    let isRight = rounded.isFinite ? (Double(x) - exact).magnitude <= ulps * Double(rounded.ulp) : x == rounded
    #expect(isRight, "\(what): \(x) instead of \(exact), \(Scalar.self)", sourceLocation: sourceLocation)
}

private func expect<Scalar: TensorScalar>(
    _ x: Tensor<Scalar>, is exact: [Double], ulps: Double = 2, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(x.count == exact.count, sourceLocation: sourceLocation)
    for (place, exact) in exact.enumerated() {
        expect(x.scalars[place], is: exact, ulps: ulps, "\(what) [\(place)]", sourceLocation: sourceLocation)
    }
}

/// The largest number is 2^top, a little less: 2¹²⁸ or 2¹⁰²⁴.
private func top<Scalar: TensorScalar>(_: Scalar.Type) -> Int { Int(Scalar.greatestFiniteMagnitude.exponent) + 1 }

/// 2ᵉ.
private func power<Scalar: TensorScalar>(_ exponent: Int) -> Scalar {
    Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
}

@Suite("Losses at the ends of the numbers")
struct LossEndsTests {
    @Test("squared errors too large for a number, whose mean is not; the gradient of a difference too large for one")
    func squares() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let top = top(Scalar.self)
            // d = 2^(top/2): d² is just too large. Of one in two the mean is ½d².
            let large: Scalar = power(top / 2)
            var (loss, gradient) = meanSquaredError(Tensor([large, 0]), Tensor([0, 0]))
            #expect(loss == power(top - 1) && gradient == Tensor([large, 0]))
            // Three squares of 2^(top − 1), whose sum is too large and whose mean is one of them, and one of nothing.
            let root: Scalar = power(top / 2 - 1)
            (loss, gradient) = meanSquaredError(Tensor([2 * root, 2 * root, 0, 0]), Tensor([0, 0, 0, 0]))
            #expect(loss == power(top - 1) && gradient == Tensor([root, root, 0, 0]))
            // p − t = 2^top: its mean square is infinite, 2(p − t)/4 is not.
            let half: Scalar = power(top - 1)
            (loss, gradient) = meanSquaredError(Tensor([half, 1, 0, 0]), Tensor([-half, 0, 0, 0]))
            #expect(loss == .infinity && gradient == Tensor([half, 0.5, 0, 0]))
            // What is infinite, or not a number, stays so, and in its place.
            (loss, gradient) = meanSquaredError(Tensor([.infinity, 1]), Tensor([0, 0]))
            #expect(loss == .infinity && gradient == Tensor([.infinity, 1]))
            (loss, gradient) = meanSquaredError(Tensor([.nan, 1]), Tensor([0, 0]))
            #expect(loss.isNaN && gradient[0].scalar.isNaN && gradient[1].scalar == 1)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("Huber's loss of huge differences and with a huge delta") func huber() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let top = top(Scalar.self)
            // ½d² of d = 2^(top/2) is a number, d² is not.
            let large: Scalar = power(top / 2)
            var (loss, gradient) = huberLoss(Tensor([large, 0]), Tensor([0, 0]), delta: 2 * large)
            #expect(loss == power(top - 2) && gradient == Tensor([large / 2, 0]))
            // δ = ¼ and |d| = 2^top: δ(|d| − ½δ) = 2^(top − 2).
            let half: Scalar = power(top - 1)
            (loss, gradient) = huberLoss(Tensor([half]), Tensor([-half]), delta: 0.25)
            #expect(loss == power(top - 2) && gradient == Tensor([0.25]))
            // Two terms of 2^(top − 1): their sum is too large, their mean is not.
            (loss, gradient) = huberLoss(Tensor([half, -half]), Tensor([0, 0]))
            #expect(loss == half && gradient == Tensor([0.5, -0.5]))
            (loss, gradient) = huberLoss(Tensor([.infinity, -.infinity]), Tensor([0, 0]))
            #expect(loss == .infinity && gradient == Tensor([0.5, -0.5]))
            #expect(huberLoss(Tensor([.nan]), Tensor([0 as Scalar])).loss.isNaN)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("softmax cross-entropy of a row of scores that are finite, but whose losses have too large a sum") func scores() {
        let logits = Tensor<Float>([[0, -3e38], [0, -3e38]])
        #expect(softmaxCrossEntropy(logits, [1, 1]).loss == 3e38)
        #expect(softmaxCrossEntropy(logits, Tensor([[0, 1], [0, 1]])).loss == 3e38)
    }

    @Test("the gradient of rows of targets is that of their loss, whatever they sum to") func rowSums() {
        let targets = Tensor<Double>([[0.5, 0.25, 0.5], [0, 0, 0], [1, 2, 0.5], [0.2, 0.3, 0.5]])
        var random = Random(seed: 5)
        let report = checkGradients(at: random.normal([4, 3])) { softmaxCrossEntropy($0, targets) }
        #expect(report.passed, "\(report)")
        // Softmax of two equal scores is ½, ½: Σt = 3, and 3·½ − (1, 2) = (½, −½).
        let (loss, gradient) = softmaxCrossEntropy(Tensor<Float>([[7, 7]]), Tensor([[1, 2]]))
        expect(loss, is: 3 * Foundation.log(2))
        expect(gradient, is: [0.5, -0.5])
    }

    /// 1 − softmax of [20, 0] at its first place, and −ln of it.
    private static let missing = 1 / (1 + Foundation.exp(20.0)), loss = Foundation.log1p(Foundation.exp(-20.0))

    @Test("a nearly certain prediction costs what is missing, and its gradient is that")
    func nearlyCertain() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let logits = Tensor<Scalar>([[20, 0]])
            for (loss, gradient) in [softmaxCrossEntropy(logits, [0]), softmaxCrossEntropy(logits, Tensor([[1, 0]]))] {
                expect(loss, is: Self.loss, ulps: 4)
                expect(gradient, is: [-Self.missing, Self.missing], ulps: 4)
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("binary cross-entropy from scores: what is certain and right costs nothing, what is certain and wrong everything")
    func certain() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            for (z, t, loss, gradient) in [
                (-Double.infinity, 0.0, 0.0, 0.0), (.infinity, 1, 0, 0), (.infinity, 0, .infinity, 1),
                (-.infinity, 1, .infinity, -1), (.infinity, 0.25, .infinity, 0.75), (-.infinity, 0.25, .infinity, -0.25),
            ] {
                let found = binaryCrossEntropy(logits: Tensor([Scalar(z)]), Tensor([Scalar(t)]))
                #expect(found.loss == Scalar(loss) && found.gradient == Tensor([Scalar(gradient)]), "\(z), \(t): \(found)")
            }
            #expect(binaryCrossEntropy(logits: Tensor([Scalar.nan]), Tensor([0])).loss.isNaN)
            // Two losses of 2^(top − 1) each: their sum is too large.
            let large: Scalar = power(top(Scalar.self) - 1)
            let (loss, gradient) = binaryCrossEntropy(logits: Tensor([large, -large]), Tensor([0, 1]))
            #expect(loss == large && gradient == Tensor([0.5, -0.5]))
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("binary cross-entropy from scores has the gradient σ(z) − t also where σ(z) rounds to t", arguments: [17.0, 30, 80])
    func sigmoidTail(z: Double) {
        // σ(z) − 1 = −1/(1 + e^z)
        let missing = 1 / (1 + Foundation.exp(z))
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let (_, gradient) = binaryCrossEntropy(logits: Tensor([Scalar(z), Scalar(-z)]), Tensor([1, 0]))
            expect(gradient, is: [-missing / 2, missing / 2], ulps: 4)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("binary cross-entropy from probabilities: exact but for 0 and 1, where it is that of the number beside")
    func probabilities() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            func expectLoss(
                _ p: Scalar, _ t: Scalar, _ loss: Double, _ slope: Double, sourceLocation: SourceLocation = #_sourceLocation
            ) {
                let found = binaryCrossEntropy(probabilities: Tensor([p]), Tensor([t]))
                expect(found.loss, is: loss, ulps: 3, "loss of \(p), \(t)", sourceLocation: sourceLocation)
                expect(found.gradient, is: [slope], ulps: 3, "slope of \(p), \(t)", sourceLocation: sourceLocation)
            }
            let (small, gap) = (Scalar(1e-10), Scalar.ulpOfOne / 2)
            expectLoss(small, 1, -Foundation.log(Double(small)), -1 / Double(small))  // 23.03
            expectLoss(small, 0, -Foundation.log1p(-Double(small)), 1 / (1 - Double(small)))
            expectLoss(1 - gap, 0, -Foundation.log(Double(gap)), 1 / Double(gap))
            expectLoss(1 - gap, 1, Double(gap), -1)
            // Right and certain costs nothing.
            expectLoss(0, 0, 0, 1)
            expectLoss(1, 1, 0, -1)
            // Wrong and certain: as the smallest number, and as the largest below 1.
            expectLoss(0, 1, -Foundation.log(Double(Scalar.leastNonzeroMagnitude)), -1 / Double(Scalar.leastNormalMagnitude))
            expectLoss(1, 0, -Foundation.log(Double(gap)), 1 / Double(gap))
            // A number too small to be normal has its logarithm.
            expectLoss(.leastNormalMagnitude / 4, 1, -Foundation.log(Double(Scalar.leastNormalMagnitude / 4)),
                -1 / Double(Scalar.leastNormalMagnitude))
            #expect(binaryCrossEntropy(probabilities: Tensor([Scalar.nan]), Tensor([0])).loss.isNaN)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a saturated sigmoid layer before the loss of probabilities hands back finite gradients") func saturated() {
        var layer = Sigmoid()
        let (p, backward) = layer.forward(Tensor([200, -200, 17.5]))
        let (loss, gradient) = binaryCrossEntropy(probabilities: p, Tensor([0, 1, 1]))
        #expect(loss.isFinite && backward(gradient).input.scalars.allSatisfy { $0.isFinite })
    }
}

@Suite("Dropout of what is infinite")
struct DropoutEndsTests {
    @Test("what is dropped is zero, and so is its gradient, whatever they were") func infinite() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var random = Random(seed: 1)
            var layer = Dropout<Scalar>(0.5, random: &random)
            for value in [Scalar.infinity, -.infinity, .nan] {
                let x = Tensor(repeating: value, shape: [64])
                var copy = layer
                let kept = copy.forward(Tensor(repeating: 1, shape: [64])).output.scalars.map { $0 != 0 }
                let (y, backward) = layer.forward(x)
                #expect(kept.contains(true) && kept.contains(false))
                for result in [y, backward(x).input] {
                    for (isKept, found) in zip(kept, result.scalars) {
                        #expect(isKept ? (value.isNaN ? found.isNaN : found == value) : found == 0)
                    }
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }
}

@Suite("Metrics of what is not a number, and of targets that are all the same")
struct MetricEndsTests {
    @Test("scores that are not numbers predict nothing, so nothing right") func accuracyOfNothing() {
        let nothing = Float.nan
        #expect(accuracy(Tensor([[nothing, nothing, nothing]]), [0]) == 0)
        #expect(accuracy(Tensor([[nothing, 1, 2], [0, nothing, 2], [0, 1, 2], [0, 1, nothing]]), [0, 1, 2, 2]) == 0.25)
        #expect(accuracy(Tensor<Double>([[-.infinity, .infinity], [-.infinity, -.infinity]]), [1, 0]) == 1)
    }

    @Test("R² of targets that are all the same is −∞, and of a perfect prediction not a number") func constant() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            for value in [0.1, 123_456.703125, -1e-30, 0] {
                // Of some numbers of them the mean is rounded to another number.
                for count in 1...50 {
                    let targets = Tensor(repeating: Scalar(value), shape: [count])
                    #expect(coefficientOfDetermination(targets, targets).isNaN)
                    #expect(coefficientOfDetermination(targets + 1, targets) == -.infinity)
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("R² of targets that lie close together, where the mean is no number") func closeTogether() {
        // 10¹⁶ and 10¹⁶ + 2, whose mean is between two numbers: Σ(t − mean)² = 2. With p the first: 1 − 4/2 = −1.
        let targets = Tensor<Double>([1e16, 1e16 + 2])
        expectClose(coefficientOfDetermination(Tensor<Double>([1e16, 1e16]), targets), -1, 1e-15)
        #expect(coefficientOfDetermination(targets, targets) == 1)
    }
}

@Suite("Clipping at the ends of the numbers")
struct ClippingEndsTests {
    private func gradient<Scalar: TensorScalar>(_ a: Scalar, _ b: Scalar) -> Dense<Scalar> {
        Dense(weight: Tensor([[a]]), bias: Tensor([b]))
    }

    @Test("of several huge or tiny parameters together the norm is right, and so is what is clipped")
    func hugeAndTiny() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let top = top(Scalar.self)
            // Squares too large or too small for numbers.
            for exponent in [top / 2, top - 4, -top / 2 - 8, 10 - top] {
                let unit: Scalar = power(exponent)
                var gradient = gradient(3 * unit, 4 * unit)
                #expect(gradient.parameterNorm == 5 * unit)
                #expect(gradient.clip(norm: unit) == 5 * unit)
                expect(gradient.weight, is: [0.6 * Double(unit)])
                expect(gradient.bias, is: [0.8 * Double(unit)])
            }
            // From huge to 1, and to a limit of which the quotient is no number.
            for limit in [1, power(-40) as Scalar] {
                let unit: Scalar = power(top - 4)
                var gradient = gradient(3 * unit, 4 * unit)
                gradient.clip(norm: limit)
                expect(gradient.weight, is: [0.6 * Double(limit)])
                expect(gradient.bias, is: [0.8 * Double(limit)])
            }
            // A norm that is itself too large for a number.
            let large = Scalar.greatestFiniteMagnitude
            var long = gradient(large, large)
            #expect(long.clip(norm: .infinity) == .infinity && long.weight == Tensor([[large]]))
            #expect(long.clip(norm: 1) == .infinity)
            expect(long.weight, is: [Foundation.sqrt(0.5)])
            expect(long.bias, is: [Foundation.sqrt(0.5)])
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("[3e19, 4e19] in one parameter is clipped to [0.6, 0.8]") func oneParameter() {
        var gradient = Dense<Float>(weight: Tensor([[3e19, 4e19]]), bias: Tensor([0, 0]))
        expect(gradient.clip(norm: 1), is: 5e19)
        expect(gradient.weight, is: [0.6, 0.8])
    }

    @Test("by value, what is infinite is cut, and an infinite limit cuts nothing") func values() {
        var gradient = Dense<Double>(weight: Tensor([[.infinity]]), bias: Tensor([-.infinity]))
        gradient.clip(value: 2)
        #expect(gradient.weight == Tensor([[2]]) && gradient.bias == Tensor([-2]))
        gradient.clip(value: .infinity)
        #expect(gradient.weight == Tensor([[2]]) && gradient.bias == Tensor([-2]))
    }
}

@Suite("Optimizers at the ends of the numbers")
struct OptimizerEndsTests {
    /// The weight, from 0, after each step along the gradients.
    private func path<O: Optimizer, Scalar: TensorScalar>(
        _ make: (Dense<Scalar>) -> O, _ gradients: [Scalar]
    ) -> [Scalar] where O.Network == Dense<Scalar> {
        var network = Dense<Scalar>(weight: Tensor([[0]]), bias: Tensor([0]))
        var optimizer = make(network)
        return gradients.map { g in
            optimizer.update(&network, along: Dense(weight: Tensor([[g]]), bias: Tensor([0])))
            return network.weight.scalar
        }
    }

    @Test("one huge gradient makes Adam, AdamW and RMSProp step as any other, and they go on") func huge() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let top = top(Scalar.self)
            for huge in [2e19, power(top / 2), power(top - 1), Scalar.greatestFiniteMagnitude] as [Scalar] {
                // m̂/√v̂ = 1 in the first step of Adam; g/√(0.01 g²) = 10 in that of RMSProp. A step of η with its sign.
                for sign in [1, -1] as [Scalar] {
                    expect(path({ Adam(for: $0, learningRate: 0.5) }, [sign * huge])[0], is: -0.5 * Double(sign), ulps: 4)
                    expect(path({ AdamW(for: $0, learningRate: 0.5) }, [sign * huge])[0], is: -0.5 * Double(sign), ulps: 4)
                    expect(path({ RMSProp(for: $0, learningRate: 0.5) }, [sign * huge])[0], is: -5 * Double(sign), ulps: 4)
                }
                // And the next, equal one: m̂/√v̂ = 1 again, and 1/√(0.01 + 0.99·0.01).
                expect(path({ Adam(for: $0, learningRate: 0.5, beta1: 0.5, beta2: 0.5) }, [huge, huge])[1], is: -1, ulps: 8)
                expect(
                    path({ RMSProp(for: $0, learningRate: 0.5) }, [huge, huge])[1], is: -5 - 0.5 / 0.0199.squareRoot(),
                    ulps: 8)
                // With decays of ½ it is forgotten, to the last digit, in as many steps as it has bits, and the step for
                // gradients of 1 is η again, but for ε.
                let gradients = [huge] + [Scalar](repeating: 1, count: 2 * top)
                for weights in [
                    path({ Adam(for: $0, learningRate: 0.5, beta1: 0.5, beta2: 0.5, epsilon: 1e-16) }, gradients),
                    path({ RMSProp(for: $0, learningRate: 0.5, decay: 0.5, epsilon: 1e-16) }, gradients),
                ] {
                    let (last, before) = (weights[2 * top], weights[2 * top - 1])
                    #expect((last - before + 0.5).magnitude <= last.ulp, "\(huge): from \(before) to \(last)")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a tiny gradient makes a step no longer than any other, with the smallest epsilon that is allowed") func tiny() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let epsilon = Double(Scalar.leastNormalMagnitude.squareRoot())
            for exponent in stride(from: Int(Scalar.leastNormalMagnitude.exponent), to: 0, by: 3) {
                let gradient: Scalar = power(exponent)
                // |g|/(|g| + ε), of which the square of g may be lost where ε is hundred times larger.
                let size = Double(gradient) / (Double(gradient) + epsilon)
                let step = -Double(path({ Adam(for: $0, learningRate: 1, epsilon: epsilon) }, [gradient])[0])
                #expect((step - size).magnitude <= 0.04 * size, "\(gradient): \(step) instead of \(size)")
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("an infinite gradient shows in the weight") func infinite() {
        #expect(path({ Adam(for: $0) }, [Float.infinity])[0].isNaN)
        #expect(path({ RMSProp(for: $0) }, [-Double.infinity])[0].isNaN)
        #expect(path({ AdamW(for: $0) }, [Float.nan])[0].isNaN)
    }
}

@Suite("Schedules at the ends of the numbers")
struct ScheduleEndsTests {
    @Test("cosine annealing arrives as slowly as the formula says") func cosine() {
        // η sin²(½π/T) one step before the end.
        for steps in [1_000, 1_000_000_000] {
            let half = Double.pi / 2 / Double(steps)
            let exact = Foundation.sin(half) * Foundation.sin(half)
            let found = CosineAnnealing(1, over: steps)(steps - 1)
            #expect((found - exact).magnitude <= 1e-15 * exact, "\(found) instead of \(exact)")
        }
        #expect(CosineAnnealing(1, to: 0.5, over: 3)(.max) == 0.5)
    }
}
