// Softmax and its logarithm against plain loops in Double, row by row, on slices with not-a-number around them.

import Foundation
import Testing

@testable import SIMDTensor

@Suite("Softmax")
struct SoftmaxTests {
    /// Widths around a vector's length in either precision, and two vectors'.
    static let widths = [1, 2, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 100, 257]

    /// e^(xᵢ − m) / Σⱼ e^(xⱼ − m) of one row and its logarithm, with m the largest, as the formula stands.
    private func formula(_ row: [Double]) -> (probabilities: [Double], logarithms: [Double]) {
        var largest = -Double.infinity
        for x in row { largest = x.isNaN || largest.isNaN ? .nan : Swift.max(largest, x) }
        let total = sumInTwiceTheDigits(row.map { Foundation.exp($0 - largest) })
        return (
            row.map { Foundation.exp($0 - largest) / total }, row.map { $0 - largest - Foundation.log(total) }
        )
    }

    /// Expects both functions to agree with the formula in every row of `x`.
    ///
    /// The difference to the largest is rounded, by up to half a unit of its last place; an exponential takes that over
    /// as its relative error. The other steps round a few times more.
    private func check<Scalar: TensorScalar>(
        _ x: Plain<Scalar>, _ name: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let columns = x.shape.last!
        let (p, l) = (softmax(x.poisoned), logSoftmax(x.poisoned))
        #expect(p.shape == x.shape && l.shape == x.shape, sourceLocation: sourceLocation)
        var wrong = [String]()
        for row in 0..<(columns == 0 ? 0 : x.values.count / columns) {
            let places = row * columns..<(row + 1) * columns
            let scores = x.values[places].map { Double($0) }
            let (probabilities, logarithms) = formula(scores)
            let (found, foundLogarithms) = (p.scalars[places].map { Double($0) }, l.scalars[places].map { Double($0) })
            let largest = scores.max()!
            for i in 0..<columns {
                let roundings = 8 + (scores[i].isFinite ? largest - scores[i] : 0)
                let relative = roundings * Double(Scalar.ulpOfOne)
                let subnormal = 4 * Double(Scalar.leastNonzeroMagnitude)
                func close(_ a: Double, _ exact: Double, _ bound: Double) -> Bool {
                    let b = Double(Scalar(exact))
                    return b.isNaN ? a.isNaN : a == b || abs(a - b) <= bound
                }
                if !close(found[i], probabilities[i], relative * probabilities[i] + subnormal)
                    || !close(foundLogarithms[i], logarithms[i], relative)
                {
                    wrong.append("row \(row), column \(i): \(found[i]) and \(foundLogarithms[i])")
                }
            }
            guard probabilities.allSatisfy({ $0.isFinite }) else { continue }
            let sum = sumInTwiceTheDigits(found)
            if abs(sum - 1) > 4 * Double(Scalar.ulpOfOne) { wrong.append("row \(row) sums to \(sum)") }
            if !found.allSatisfy({ $0 >= 0 }) { wrong.append("row \(row) has a negative probability") }
        }
        #expect(wrong.isEmpty, "\(name) \(x.shape): \(wrong.prefix(3))", sourceLocation: sourceLocation)
    }

    @Test("equals its formula at any width, in vectors, matrices and tensors of rank 3", arguments: widths)
    func formulas(width: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(width)
            for shape in [[width], [1, width], [5, width], [2, 3, width]] {
                let x: Plain<Scalar> = generator.plain(shape)
                self.check(x)
                // Scores so far apart that most probabilities are zero, others subnormal.
                self.check(Plain(shape, x.values.map { $0 * 50 }))
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("of what is extreme, infinite or not a number only its own row becomes not a number", arguments: widths)
    func extremes(width: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(width)
            for place in Set([0, 1, width / 2, width - 2, width - 1]) where place >= 0 && place < width {
                /// An ordinary row with some scores replaced.
                func row(_ change: (Int, Scalar) -> Scalar) -> [Scalar] {
                    let plain: Plain<Scalar> = generator.plain([width])
                    return plain.values.enumerated().map { change($0.offset, $0.element) }
                }
                func one(_ value: Scalar) -> [Scalar] { row { $0 == place ? value : $1 } }
                let largest = Scalar.greatestFiniteMagnitude
                let extreme: [[Scalar]] = [
                    one(.nan), one(.infinity), one(-.infinity), one(1000), one(-1000), one(largest), one(-largest),
                    row { i, x in i == place ? x : -.infinity }, row { i, _ in i == place ? largest : -largest },
                    row { i, _ in i == place ? .nan : .infinity }, row { i, _ in i % 2 == 0 ? 1000 : -1000 },
                    row { _, _ in -.infinity }, row { _, _ in largest }, row { _, _ in -1000 },
                ]
                // Before each an ordinary row, which nothing must have touched.
                let ordinary = row { _, x in x }
                self.check(Plain([2 * extreme.count, width], extreme.flatMap { ordinary + $0 }), "place \(place)")
                for row in extreme { self.check(Plain([width], row), "alone, place \(place)") }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("all scores moved by the same number give the same probabilities, bit for bit where nothing is rounded")
    func shift() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(1)
            for width in Self.widths {
                let x: Plain<Scalar> = generator.plain([5, width])
                for shift in [Scalar(1024), -4096] {
                    #expect(sameBits(softmax(x.tensor + shift), softmax(x.tensor)), "\(width) columns, \(shift)")
                    #expect(sameBits(logSoftmax(x.tensor + shift), logSoftmax(x.tensor)), "\(width) columns, \(shift)")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a row of the largest scores only is 1/n everywhere, and the largest of two far apart is 1")
    func known() {
        #expect(softmax(Tensor<Float>(repeating: 3e38, shape: [2, 8])).scalars == Array(repeating: 0.125, count: 16))
        #expect(softmax(Tensor<Double>([[1000, -1000]])).scalars == [1, 0])
        #expect(logSoftmax(Tensor<Double>([[1000, -1000], [7, 7 - .infinity]])).scalars == [0, -2000, 0, -.infinity])
        // Not the logarithm of a probability that was rounded to zero.
        #expect(logSoftmax(Tensor<Float>([0, -300])).scalars == [0, -300])
    }

    @Test("rows longer than a run of additions", arguments: [511, 1023, 1025, 5000])
    func longRows(width: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(width)
            let x: Plain<Scalar> = generator.plain([3, width])
            self.check(x)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("the sum over a row of a million scores does not lose digits")
    func million() {
        // Added one after the other in sixteen lanes, these numbers lose four digits.
        let scores = (0..<1_000_000).map { $0 % 7 == 0 ? Float(0) : -0.1 }
        let total = sumInTwiceTheDigits(scores.map { Foundation.exp(Double($0)) })
        let (p, l) = (softmax(Tensor(scores)), logSoftmax(Tensor(scores)))
        #expect(abs(Double(p[element: 0]) * total - 1) <= 16 * 0x1p-24)
        #expect(abs(Double(l[element: 0]) + Foundation.log(total)) <= Double(Float(14).ulp))
    }

    @Test("no rows, or rows of nothing, give none", arguments: [[0], [3, 0], [0, 5], [2, 0, 3], [2, 3, 0]])
    func empty(shape: [Int]) {
        #expect(softmax(Tensor<Float>(zeros: shape)).shape == shape)
        #expect(logSoftmax(Tensor<Double>(zeros: shape)).shape == shape)
    }

    @Test("the scores stay as they are")
    func unchanged() {
        var generator = TestGenerator(2)
        let x: Plain<Float> = generator.plain([5, 17])
        let tensor = x.tensor
        _ = (softmax(tensor), logSoftmax(tensor), softmax(tensor[1..<3]))
        #expect(Plain(tensor) == x)
    }
}
