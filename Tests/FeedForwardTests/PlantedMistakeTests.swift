// Who checks the check? Here mistakes are planted, the ones people make: the gradient check must see each, name the
// parameter and the place, and say what the mistake probably is. And a wrong formula with its right derivative is planted,
// to which a gradient check is blind: the comparison with the equation must see that.

import FeedForward
import Foundation
import TestTools
import Testing

/// A layer of one formula and one derivative, either of which may be wrong.
private struct Formula: Layer {
    typealias Scalar = Double

    let value: @Sendable (Double) -> Double
    let derivative: @Sendable (_ x: Double, _ y: Double) -> Double

    init(
        _ value: @escaping @Sendable (Double) -> Double,
        derivative: @escaping @Sendable (_ x: Double, _ y: Double) -> Double
    ) {
        (self.value, self.derivative) = (value, derivative)
    }

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { Tensor(x.scalars.map(value), shape: x.shape) }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let y = self(x)
        return (
            y,
            { [self] g in
                Gradients(input: g * Tensor(zip(x.scalars, y.scalars).map(derivative), shape: x.shape), layer: self)
            }
        )
    }
}

/// y = (x·W)·W whose second share of the gradient overwrites the first.
private struct UsedTwiceAssigned: Layer {
    var weight: Tensor<Double>

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { x • weight • weight }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let h = x • weight
        return (
            h • weight,
            { [weight] g in
                let hGradient = g • weight.transposed
                var weightGradient = h.transposed • g
                weightGradient = x.transposed • hGradient
                return Gradients(input: hGradient • weight.transposed, layer: UsedTwiceAssigned(weight: weightGradient))
            }
        )
    }

    var parameters: [Parameter<Self>] { [Parameter("weight", \.weight)] }
}

@Suite("The gradient check sees planted mistakes")
struct PlantedMistakeTests {
    /// Checks a tampered layer; expects exactly one wrong gradient, of `parameter`, explained by `cause`.
    @discardableResult
    private func expectCaught<L: Layer>(
        _ layer: L, _ shape: [Int], _ parameter: String, _ cause: String, wrong: Int? = nil, at index: [Int]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> GradientReport where L.Scalar == Double {
        var random = Random(seed: 5)
        let report = checkGradients(of: layer, at: random.normal(shape))
        #expect(!report.passed, sourceLocation: sourceLocation)
        #expect(report.mismatches.map(\.worst.parameter) == [parameter], "\(report)", sourceLocation: sourceLocation)
        guard let mismatch = report.mismatches.first else { return report }
        #expect(mismatch.likelyCause.contains(cause), "\(report)", sourceLocation: sourceLocation)
        if let wrong { #expect(mismatch.wrong == wrong, "\(report)", sourceLocation: sourceLocation) }
        if let index { #expect(mismatch.worst.index == index, "\(report)", sourceLocation: sourceLocation) }
        #expect("\(report)".hasPrefix("gradient of \(parameter) is wrong"), sourceLocation: sourceLocation)
        #expect("\(report)".contains(mismatch.likelyCause), sourceLocation: sourceLocation)
        return report
    }

    private let dense: Dense<Double> = {
        var random = Random(seed: 2)
        return random.dense(3, 4)
    }()

    private let square: Dense<Double> = {
        var random = Random(seed: 3)
        return random.dense(4, 4)
    }()

    @Test("the layer that is tampered with is right by itself") func untampered() {
        var random = Random(seed: 5)
        #expect(checkGradients(of: Tampered(dense) { _ in }, at: random.normal([5, 3])).passed)
    }

    @Test("a gradient of zeros") func zero() {
        let cause = "zero everywhere"
        expectCaught(Tampered(dense) { $0.input *= 0 }, [5, 3], "input", cause, wrong: 15)
        expectCaught(Tampered(dense) { $0.layer.weight *= 0 }, [5, 3], "weight", cause, wrong: 12)
        expectCaught(Tampered(dense) { $0.layer.bias *= 0 }, [5, 3], "bias", cause, wrong: 4)
    }

    @Test("a softmax that hands back nothing, whose outputs sum to 1 all the same") func zeroSoftmax() {
        expectCaught(Tampered(Softmax<Double>()) { $0.input *= 0 }, [5, 3], "input", "zero everywhere", wrong: 15)
    }

    @Test("a flipped sign") func sign() {
        expectCaught(Tampered(dense) { $0.layer.weight *= -1 }, [5, 3], "weight", "The sign is wrong", wrong: 12)
        expectCaught(Tampered(Tanh<Double>()) { $0.input *= -1 }, [5, 3], "input", "The sign is wrong", wrong: 15)
    }

    @Test("a factor of two, or a half") func factor() {
        expectCaught(Tampered(dense) { $0.input *= 2 }, [5, 3], "input", "It is 2.0 times what it should be")
        expectCaught(Tampered(dense) { $0.layer.bias *= 0.5 }, [5, 3], "bias", "It is 0.5 times what it should be")
    }

    @Test("one per mille too much, in a batch of one row") func slightFactor() {
        expectCaught(Tampered(dense) { $0.layer.weight *= 1.0005 }, [1, 3], "weight", "It is 1.0005 times")
    }

    @Test("1/n missing, and 1/n too many") func batchFactor() {
        expectCaught(
            Tampered(dense) { $0.layer.weight *= 5 }, [5, 3], "weight", "5 times too large everywhere, and the batch")
        expectCaught(
            Tampered(dense) { $0.layer.bias /= 5 }, [5, 3], "bias", "5 times too small everywhere, and the batch")
    }

    @Test("a transposed gradient of a square weight, where the shape does not tell") func transposed() {
        expectCaught(
            Tampered(square) { $0.layer.weight = Tensor($0.layer.weight.transposed) }, [5, 4], "weight",
            "the transpose",
            wrong: 12)
    }

    @Test("a gradient of another shape") func shape() {
        let report = expectCaught(
            Tampered(dense) { $0.layer.weight = Tensor($0.layer.weight.transposed) }, [5, 3], "weight",
            "shape [4, 3], but what it belongs to has [3, 4]: a missing transpose")
        #expect(!"\(report)".contains("nan"))
        expectCaught(
            Tampered(dense) { $0.layer.bias = $0.layer.bias.reshaped([1, 4]) }, [5, 3], "bias", "shape [1, 4]")
    }

    @Test("a single wrong number, at its index") func singleNumber() {
        expectCaught(
            Tampered(dense) { $0.layer.weight[2, 1] += 0.01 }, [5, 3], "weight", "11 of the 12 numbers", wrong: 1,
            at: [2, 1])
        expectCaught(
            Tampered(dense) { $0.input[4, 0] -= 0.01 }, [5, 3], "input", "14 of the 15 numbers", wrong: 1, at: [4, 0])
    }

    @Test("a row of the batch left out") func row() {
        expectCaught(
            Tampered(dense) { $0.input[3] = Tensor(zeros: [3]) }, [5, 3], "input", "some rows are left out", wrong: 3)
    }

    @Test("not a number, and infinity, at their index") func notANumber() {
        let cause = "The analytic gradient is not finite"
        expectCaught(Tampered(dense) { $0.layer.bias[element: 2] = .nan }, [5, 3], "bias", cause, wrong: 1, at: [2])
        expectCaught(Tampered(dense) { $0.input[1, 2] = .infinity }, [5, 3], "input", cause, wrong: 1, at: [1, 2])
    }

    @Test("a formula that is not finite near the point") func forwardNotFinite() {
        expectCaught(
            Formula({ Foundation.log($0) }, derivative: { x, _ in 1 / x }), [3, 3], "input",
            "The forward pass is not finite")
    }

    @Test("a share overwritten with = where it must be added with +=") func assigned() {
        var random = Random(seed: 6)
        expectCaught(
            UsedTwiceAssigned(weight: random.normal([3, 3])), [4, 3], "weight", "adds its share with +=", wrong: 9)
    }

    @Test("a dropped term of the product rule") func productRule() {
        // y = x σ(x): dy/dx = σ(x) + x σ(x) (1 − σ(x))
        let swish: @Sendable (Double) -> Double = { $0 / (1 + Foundation.exp(-$0)) }
        let right = Formula(swish, derivative: { x, y in y / x + y * (1 - y / x) })
        var random = Random(seed: 5)
        #expect(checkGradients(of: right, at: random.normal([5, 3])).passed)
        expectCaught(
            Formula(swish, derivative: { x, y in y / x }), [5, 3], "input", "a term of the derivative is missing",
            wrong: 15)
    }

    @Test("a derivative taken at the output instead of the input, and the reverse") func wrongPoint() {
        let cause = "taken at the wrong value"
        let softplus: @Sendable (Double) -> Double = { Foundation.log(1 + Foundation.exp($0)) }
        expectCaught(Formula(softplus, derivative: { _, y in 1 / (1 + Foundation.exp(-y)) }), [5, 3], "input", cause)
        expectCaught(Formula({ Foundation.tanh($0) }, derivative: { x, _ in 1 - x * x }), [5, 3], "input", cause)
    }

    @Test("a softmax that forgets how its outputs hang together") func softmaxElementwise() {
        struct Elementwise: Layer {
            func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { Softmax()(x) }
            mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
                let y = self(x)
                return (y, { [self] g in Gradients(input: g * y * (1 - y), layer: self) })
            }
        }
        expectCaught(Elementwise(), [5, 3], "input", "a term of the derivative is missing")
    }

    @Test("behind ReLU zeros that are right prove nothing") func zerosProveNothing() {
        expectCaught(
            Formula({ max(0, $0) }, derivative: { x, _ in max(0, x) }), [5, 3], "input", "No simple pattern")
    }

    @Test("a mistake deep in a network, by the parameter's full name") func inNetwork() {
        let (first, last) = (dense, square)
        let network = Sequential {
            first
            Tanh<Double>()
            Sequential {
                Tampered(last) { $0.layer.bias *= -1 }
                Tanh<Double>()
            }
        }
        expectCaught(network, [5, 3], "2.0.bias", "The sign is wrong", wrong: 4)
    }

    @Test("two mistakes are two lines") func twoMistakes() {
        var random = Random(seed: 5)
        let report = checkGradients(
            of: Tampered(dense) { gradients in
                gradients.layer.weight *= 0
                gradients.layer.bias *= -1
            }, at: random.normal([5, 3]))
        #expect(report.mismatches.map(\.worst.parameter) == ["weight", "bias"])
        #expect("\(report)".split(separator: "\n").count == 2)
    }

    @Test("mistakes in the gradient of a loss") func losses() {
        var random = Random(seed: 8)
        let point: Tensor<Double> = random.normal([5, 3]), targets: Tensor<Double> = random.normal([5, 3])
        func cause(_ loss: (Tensor<Double>) -> LossAndGradient<Double>) -> String {
            let report = checkGradients(at: point, of: loss)
            #expect(report.mismatches.map(\.worst.parameter) == ["predictions"])
            return report.mismatches.first?.likelyCause ?? "nothing"
        }
        #expect(
            cause { p in
                let (loss, gradient) = softmaxCrossEntropy(p, [0, 2, 1, 1, 0])
                return (loss, gradient * 5)
            }.contains("1/n is missing"))
        #expect(
            cause { p in
                let (loss, gradient) = meanSquaredError(p, targets)
                return (loss, gradient * 0.5)
            }.contains("It is 0.5 times what it should be"))
        #expect(
            cause { p in
                let (loss, gradient) = meanSquaredError(p, targets)
                return (loss, gradient * 15)
            }.contains("It is 15.0 times what it should be"))
        #expect(
            cause { p in
                let (loss, gradient) = meanSquaredError(p, targets)
                return (loss, -gradient)
            }.contains("The sign is wrong"))
    }

    // MARK: What a gradient check cannot see

    @Test("a wrong formula with its own right derivative passes the gradient check, and the equation sees it")
    func wrongFormula() {
        var random = Random(seed: 5)
        let x: Tensor<Double> = random.normal([5, 3])
        let impostors: [(String, Formula, (Double) -> Double)] = [
            // x / (1 + |x|) looks like tanh and is none.
            (
                "tanh", Formula({ $0 / (1 + abs($0)) }, derivative: { x, _ in 1 / ((1 + abs(x)) * (1 + abs(x))) }),
                { Foundation.tanh($0) }
            ),
            // The sign in the exponent forgotten.
            (
                "sigmoid", Formula({ 1 / (1 + Foundation.exp($0)) }, derivative: { _, y in -y * (1 - y) }),
                { 1 / (1 + Foundation.exp(-$0)) }
            ),
            // σ(1.702 x) is only near the normal distribution function.
            (
                "GELU",
                Formula(
                    { $0 / (1 + Foundation.exp(-1.702 * $0)) },
                    derivative: { x, _ in
                        let s = 1 / (1 + Foundation.exp(-1.702 * x))
                        return s + 1.702 * x * s * (1 - s)
                    }), { $0 * Foundation.erfc(-$0 / 2.0.squareRoot()) / 2 }
            ),
        ]
        for (name, impostor, equation) in impostors {
            #expect(checkGradients(of: impostor, at: x).passed, "\(name)")
            let expected = Tensor(x.scalars.map(equation), shape: x.shape)
            #expect(impostor(x).maximumDifference(from: expected) > 1e-3, "\(name)")
        }
    }

    @Test("a dense layer that subtracts its bias passes the gradient check, and the equation sees it")
    func wrongDense() {
        struct Subtracting: Layer {
            var dense: Dense<Double>
            func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { x • dense.weight - dense.bias }
            mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
                (
                    self(x),
                    { [dense] g in
                        Gradients(
                            input: g • dense.weight.transposed,
                            layer: Subtracting(dense: Dense(weight: x.transposed • g, bias: -g.sum(along: 0))))
                    }
                )
            }
            var parameters: [Parameter<Self>] { dense.parameters.map { $0.within(\Self.dense, named: "") } }
        }
        var random = Random(seed: 5)
        let x: Tensor<Double> = random.normal([5, 3]), layer = Subtracting(dense: dense)
        #expect(checkGradients(of: layer, at: x).passed)
        #expect(layer(x).maximumDifference(from: dense(x)) > 0.1)
    }
}
