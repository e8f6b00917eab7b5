// Losses of batches so large that several threads share them, and at scores that are extreme: against plain loops over
// `Double`, which share nothing with the losses but the formulas.

import FeedForward
import Foundation
import TestTools
import Testing

@testable import SIMDTensor

@Suite("Losses of large batches and of extreme scores")
struct LossTests {
    /// A loss of predictions and targets, and its formula: for one pair, the term of the sum, and its derivative.
    private struct Loss<Scalar: TensorScalar> {
        let name: String
        let ours: (Tensor<Scalar>, Tensor<Scalar>) -> LossAndGradient<Scalar>
        let term: (Double, Double) -> Double
        let derivative: (Double, Double) -> Double
    }

    /// The losses of pairs of numbers. Predictions are between 0.05 and 0.95.
    private static func elementwise<Scalar: TensorScalar>(_: Scalar.Type) -> [Loss<Scalar>] {
        [
            Loss(
                name: "mean squared error", ours: { meanSquaredError($0, $1) }, term: { ($0 - $1) * ($0 - $1) },
                derivative: { 2 * ($0 - $1) }),
            Loss(
                name: "Huber", ours: { huberLoss($0, $1, delta: 0.25) },
                term: { p, t in
                    let d = abs(p - t)
                    return d <= 0.25 ? d * d / 2 : 0.25 * (d - 0.125)
                }, derivative: { max(-0.25, min(0.25, $0 - $1)) }),
            Loss(
                name: "binary cross-entropy of logits", ours: { binaryCrossEntropy(logits: $0, $1) },
                term: { z, t in Foundation.log1p(Foundation.exp(z)) - t * z },
                derivative: { z, t in 1 / (1 + Foundation.exp(-z)) - t }),
            Loss(
                name: "binary cross-entropy of probabilities", ours: { binaryCrossEntropy(probabilities: $0, $1) },
                term: { p, t in -t * Foundation.log(p) - (1 - t) * Foundation.log(1 - p) },
                derivative: { p, t in (p - t) / (p * (1 - p)) }),
        ]
    }

    /// Numbers of elements just below, at and just above what threads share, and beyond.
    private static func sizes<Scalar: TensorScalar>(_: Scalar.Type) -> [Int] {
        let shared = sharedBytes / MemoryLayout<Scalar>.stride
        return [1, 17, shared - 1, shared, shared + 1, 3 * shared + 5]
    }

    private func check<Scalar: TensorScalar>(_: Scalar.Type) {
        var random = Random(seed: 1)
        let tolerance = 16 * Double(Scalar.ulpOfOne)
        for size in Self.sizes(Scalar.self) {
            let predictions: Tensor<Scalar> = random.uniform([size], in: 0.05..<0.95)
            let targets: Tensor<Scalar> = random.uniform([size], in: 0..<1)
            for loss in Self.elementwise(Scalar.self) {
                let (value, gradient) = loss.ours(predictions, targets)
                var (terms, wrong) = ([Double](), 0)
                for ((p, t), g) in zip(zip(predictions.scalars, targets.scalars), gradient.scalars) {
                    terms.append(loss.term(Double(p), Double(t)))
                    let expected = loss.derivative(Double(p), Double(t))
                    if !(abs(Double(g) * Double(size) - expected) <= tolerance * max(1, abs(expected))) { wrong += 1 }
                }
                let expected = mean(terms)
                let name = "\(loss.name) of \(size) \(Scalar.self)s"
                #expect(abs(Double(value) - expected) <= tolerance * expected, "\(name)")
                #expect(wrong == 0, "\(name), gradient")
            }
        }
    }

    /// The mean with a correction for what is lost, so that it is better than what is tested with it.
    private func mean(_ numbers: [Double]) -> Double {
        let first = numbers.reduce(0, +) / Double(numbers.count)
        return first + numbers.reduce(0) { $0 + ($1 - first) } / Double(numbers.count)
    }

    @Test("equal the plain loops at any size, whether threads share it or not") func formulas() {
        check(Float.self)
        check(Double.self)
    }

    // MARK: Softmax cross-entropy

    /// −ln of the label's probability, and the probabilities less the label, of one row.
    private func crossEntropy(_ row: [Double], _ label: Int) -> (loss: Double, gradient: [Double]) {
        let largest = row.max()!
        let total = row.reduce(0) { $0 + Foundation.exp($1 - largest) }
        return (
            largest + Foundation.log(total) - row[label],
            row.enumerated().map { Foundation.exp($1 - largest) / total - ($0 == label ? 1 : 0) }
        )
    }

    @Test("from labels and from their rows with a single 1 softmax cross-entropy is the same, and equals plain loops",
        arguments: [[1, 1], [3, 2], [5, 17], [6553, 10], [6554, 10], [700, 300], [70_001, 3]])
    func labels(shape: [Int]) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var random = Random(seed: 2)
            let (rows, classes) = (shape[0], shape[1])
            let logits: Tensor<Scalar> = random.normal(shape, standardDeviation: 3)
            let labels = random.labels(rows, classes: classes)
            let (hard, hardGradient) = softmaxCrossEntropy(logits, labels)
            let (soft, softGradient) = softmaxCrossEntropy(logits, Tensor(oneHot: labels, classes: classes))
            let unit = Double(Scalar.ulpOfOne)
            var (losses, wrong) = ([Double](), 0)
            let (all, found, other) = (logits.scalars.map { Double($0) }, hardGradient.scalars, softGradient.scalars)
            for row in 0..<rows {
                let (loss, gradient) = crossEntropy(Array(all[row * classes..<(row + 1) * classes]), labels[row])
                losses.append(loss)
                for (place, expected) in zip(row * classes..<(row + 1) * classes, gradient) {
                    // The exponent, up to some thirty, is rounded; so is the difference from 1.
                    for g in [found[place], other[place]]
                    where !(abs(Double(g) * Double(rows) - expected) <= unit * (32 * abs(expected) + 2)) { wrong += 1 }
                }
            }
            let expected = mean(losses)
            let bound = 16 * unit * max(expected, 1)
            #expect(abs(Double(hard) - expected) <= bound && abs(Double(soft) - expected) <= bound)
            #expect(wrong == 0, "gradients of \(Scalar.self)")
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a score of −∞ is a class that cannot be: the loss is that without the class, and the class's gradient is 0")
    func impossible() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var random = Random(seed: 3)
            for (rows, classes) in [(1, 3), (5, 10), (7, 16), (9, 33), (9000, 10)] {
                let logits: Tensor<Scalar> = random.normal([rows, classes])
                let labels = random.labels(rows, classes: classes)
                // As good as impossible, but finite: its exponential is zero.
                var (masked, far) = (logits, logits)
                for row in 0..<rows {
                    for column in 0..<classes where column != labels[row] && (column + row) % 3 == 0 {
                        (masked[row, column], far[row, column]) = (-.infinity, -10_000)
                    }
                }
                let hot = Tensor<Scalar>(oneHot: labels, classes: classes)
                let results = [
                    softmaxCrossEntropy(masked, labels), softmaxCrossEntropy(far, labels),
                    softmaxCrossEntropy(masked, hot), softmaxCrossEntropy(far, hot),
                ]
                #expect(results[0].loss.isFinite && results[0].loss == results[1].loss)
                #expect(results[2].loss == results[3].loss)
                #expect(abs(results[0].loss - results[2].loss) <= 8 * Scalar.ulpOfOne * results[0].loss)
                #expect(results[0].gradient == results[1].gradient && results[2].gradient == results[3].gradient)
                for gradient in [results[0].gradient, results[2].gradient] {
                    #expect(zip(masked.scalars, gradient.scalars).allSatisfy { $0 != -.infinity || $1 == 0 })
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a label whose class cannot be costs infinitely much, with a finite gradient; not-a-number stays in its row")
    func impossibleLabel() {
        let labels = [0, 2, 1]
        let logits = Tensor<Float>([[1, 2, 3, 4, 5], [1, 2, -.infinity, 4, 5], [5, 4, 3, 2, 1]])
        for (loss, gradient) in [
            softmaxCrossEntropy(logits, labels), softmaxCrossEntropy(logits, Tensor(oneHot: labels, classes: 5)),
        ] {
            #expect(loss == .infinity)
            #expect(gradient.scalars.allSatisfy { $0.isFinite } && gradient[1, 2] == -1 / 3)
        }
        // One class left: it is certain.
        let (loss, gradient) = softmaxCrossEntropy(Tensor<Double>([[-.infinity, 7, -.infinity]]), [1])
        #expect(loss == 0 && gradient.scalars == [0, 0, 0])
        for value in [Float.nan, .infinity] {
            var broken = logits
            broken[1, 2] = value
            for (loss, gradient) in [
                softmaxCrossEntropy(broken, labels), softmaxCrossEntropy(broken, Tensor(oneHot: labels, classes: 5)),
            ] {
                #expect(loss.isNaN)
                for (row, values) in (0..<3).map({ ($0, gradient[$0].scalars) }) {
                    #expect(values.allSatisfy { row == 1 ? $0.isNaN : $0.isFinite })
                }
            }
        }
    }

    @Test("a certain and right prediction costs zero, not minus zero")
    func zero() {
        let logits = Tensor<Float>([[1000, 0]]), target = Tensor<Float>([[1, 0]])
        for loss in [
            softmaxCrossEntropy(logits, [0]).loss, softmaxCrossEntropy(logits, target).loss,
            binaryCrossEntropy(logits: Tensor([[1000, -1000]]), target).loss, meanSquaredError(target, target).loss,
            huberLoss(target, target).loss,
        ] {
            #expect(loss == 0 && loss.sign == .plus)
        }
    }

    // MARK: Sums and threads

    @Test("beside one huge error the small ones of a large batch are not lost") func hugeError() {
        // The first squared error is 2²⁴. The others' 2⁻⁷ is lost when added to it, and so is a run of 64 of them.
        for count in [65_536, 1_000_000] {
            var predictions = Tensor<Float>(repeating: 0x1p-3, shape: [count])
            predictions[element: 0] = 4096
            let targets = Tensor<Float>(zeros: [count])
            // Huber's loss of the first is 4096 δ − ½δ², of the others ½·2⁻⁶.
            let squares = 0x1p24 + Double(count - 1) * 0x1p-6, huber = 0x1p24 - 0x1p23 + Double(count - 1) * 0x1p-7
            let loss = Double(meanSquaredError(predictions, targets).loss)
            #expect(abs(loss * Double(count) - squares) <= 3, "\(count)")
            let huberLoss = Double(huberLoss(predictions, targets, delta: 4096).loss)
            #expect(abs(huberLoss * Double(count) - huber) <= 2, "\(count)")
        }
    }

    @Test("the loss of a million rows does not lose digits") func millionRows() {
        // Two classes, ln(1 + e⁻¹) for most rows and ln(1 + e) for some.
        let rows = 1_000_000
        let labels = (0..<rows).map { $0 % 7 == 0 ? 1 : 0 }
        let logits = Tensor<Float>([[1, 0]]).broadcast(to: [rows, 2])
        let wrong = labels.reduce(0, +)
        let (high, low) = (Foundation.log1p(Foundation.exp(1.0)), Foundation.log1p(Foundation.exp(-1.0)))
        let expected = (Double(wrong) * high + Double(rows - wrong) * low) / Double(rows)
        let hot = Tensor<Float>(oneHot: labels, classes: 2)
        for loss in [softmaxCrossEntropy(logits, labels).loss, softmaxCrossEntropy(logits, hot).loss] {
            #expect(abs(Double(loss) / expected - 1) <= 3e-7, "\(loss), \(expected)")
        }
    }

    /// Every loss of `count` numbers, or of `count / 10` rows of ten classes, on 1, 2 and 3 threads: the same bits.
    private static func checkThreads<Scalar: TensorScalar>(_: Scalar.Type) {
        var random = Random(seed: 4)
        for count in sizes(Scalar.self) where count >= 10 {
            let predictions: Tensor<Scalar> = random.uniform([count], in: 0.05..<0.95)
            let targets: Tensor<Scalar> = random.uniform([count], in: 0..<1)
            let rows = count / 10
            let logits: Tensor<Scalar> = random.normal([rows, 10], standardDeviation: 4)
            let probabilities = softmax(random.normal([rows, 10]) as Tensor<Scalar>)
            let labels = random.labels(rows, classes: 10)
            func all() -> [(String, LossAndGradient<Scalar>)] {
                elementwise(Scalar.self).map { ($0.name, $0.ours(predictions, targets)) } + [
                    ("softmax cross-entropy of labels", softmaxCrossEntropy(logits, labels)),
                    ("softmax cross-entropy of probabilities", softmaxCrossEntropy(logits, probabilities)),
                ]
            }
            Threads.count = 1
            let alone = all()
            for threads in [2, 3] {
                Threads.count = threads
                for ((name, one), (_, several)) in zip(alone, all()) {
                    #expect(one.loss == several.loss, "\(name), \(count) \(Scalar.self)s, \(threads) threads")
                    #expect(one.gradient == several.gradient, "\(name), \(count) \(Scalar.self)s, \(threads) threads")
                }
            }
        }
    }

    // The number of threads is a setting of the whole program, so this is a program of its own.
    @Test("any number of threads gives the same loss and gradient, bit for bit") func threads() async {
        await #expect(processExitsWith: .success) {
            LossTests.checkThreads(Float.self)
            LossTests.checkThreads(Double.self)
        }
    }
}
