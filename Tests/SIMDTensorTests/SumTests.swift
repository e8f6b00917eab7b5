// Sums that keep their digits, wherever the numbers stand: in one vector, in runs of vectors, in the blocks that
// threads share, in columns.

import Testing

@testable import SIMDTensor

@Suite("Sums keep their digits")
struct SumTests {
    // MARK: In one vector

    @Test("all lanes of a vector are folded, each once, and every lane holds the result")
    func folded() {
        func check<Vector: TensorVector>(_: Vector.Type) {
            typealias Scalar = Vector.Scalar
            let lanes = Vector.scalarCount
            var powers = Vector.zero
            for lane in 0..<lanes { powers[lane] = Scalar(1 << lane) }
            #expect(powers.folded { $0 + $1 } == Vector(repeating: Scalar(1 << lanes - 1)))
            for place in 0..<lanes {
                var peak = Vector(repeating: -2)
                peak[place] = 7
                #expect(peak.folded(Vector.maximum) == Vector(repeating: 7), "lane \(place)")
                peak[place] = -9
                #expect(peak.folded(Vector.minimum) == Vector(repeating: -9), "lane \(place)")
            }
        }
        check(Float.Vector.self)
        check(Double.Vector.self)
    }

    @Test("the sum of a vector's lanes is as if computed with twice the digits, and rounded once", arguments: 0..<5)
    func vector(seed: Int) {
        func check<Vector: TensorVector>(_: Vector.Type) {
            typealias Scalar = Vector.Scalar
            var generator = TestGenerator(seed)
            let unit = Double(Scalar.ulpOfOne)
            for _ in 0..<2000 {
                // Numbers of very different sizes; often some of them cancel, in lanes near and far.
                var lanes = (0..<Vector.scalarCount).map { _ in
                    let power = Scalar(1 << Int.random(in: 0..<30, using: &generator))
                    return Scalar(Double.random(in: -1...1, using: &generator)) * power
                }
                for _ in 0..<Int.random(in: 0..<8, using: &generator) {
                    lanes[lanes.indices.randomElement(using: &generator)!] = -lanes.randomElement(using: &generator)!
                }
                var vector = Vector.zero
                for lane in lanes.indices { vector[lane] = lanes[lane] }
                let exact = sumInTwiceTheDigits(lanes)
                let magnitude = lanes.reduce(0.0) { $0 + Double($1.magnitude) }
                let error = abs(Double(vector.compensatedSum()) - exact)
                // 32: roundings of roundings.
                #expect(error <= 0.50001 * unit * abs(exact) + 32 * unit * unit * magnitude, "\(lanes)")
            }
        }
        check(Float.Vector.self)
        check(Double.Vector.self)
    }

    @Test("a sum of few vectors carries what each addition loses")
    func compensated() {
        func check<Vector: TensorVector>(_: Vector.Type) {
            typealias Scalar = Vector.Scalar
            // Beside so large a number a 1 is lost.
            let large = 2 / Scalar.ulpOfOne
            #expect(large + 1 == large)
            for order in [[large, 1, 1, -large], [1, large, 1, -large], [1, -large, large, 1], [large, -large, 1, 1]] {
                var sum = CompensatedSum<Vector>()
                for x in order { sum.add(Vector(repeating: x)) }
                #expect(sum.value == Vector(repeating: 2), "\(order)")
            }
            // What is infinite, or becomes so, stays; infinity less infinity is not a number.
            let most = Scalar.greatestFiniteMagnitude
            let infinite: [([Scalar], Scalar)] = [
                ([most, most], .infinity), ([most, most, 1], .infinity), ([-most, -most, 7], -.infinity),
                ([.infinity, 1], .infinity), ([1, -.infinity], -.infinity),
            ]
            for (order, expected) in infinite {
                var sum = CompensatedSum<Vector>()
                for x in order { sum.add(Vector(repeating: x)) }
                #expect(sum.value == Vector(repeating: expected), "\(order)")
            }
            var sum = CompensatedSum(Vector(repeating: .infinity))
            sum.add(Vector(repeating: -.infinity))
            #expect(sum.value[0].isNaN && sum.value[Vector.scalarCount - 1].isNaN)
        }
        check(Float.Vector.self)
        check(Double.Vector.self)
    }

    // MARK: Over all elements

    @Test("about as many elements as a power of two, not-a-number around them: exact", arguments: 0...20)
    func counts(exponent: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            for count in [1 << exponent - 1, 1 << exponent, 1 << exponent + 1] {
                let around = [Scalar](repeating: .nan, count: 37)
                let whole = (0..<count).map { $0 % 7 - 2 }, numbers = whole.map { Scalar($0) }
                let x = Tensor(around + numbers + around)[37..<37 + count]
                let (sum, squares) = whole.reduce((0, 0)) { ($0.0 + $1, $0.1 + $1 * $1) }
                #expect(x.sum() == Scalar(sum))
                #expect(x.sum(along: 0).scalar == Scalar(sum))
                #expect(x.norm() == Scalar(squares).squareRoot())
                let (elements, terms) = mapAndSum(x, x) { a, b in (element: a + 1, term: a * b) }
                #expect(terms == Scalar(squares))
                #expect(zip(elements.scalars, numbers).allSatisfy { $0 == $1 + 1 })
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("what a huge number hides comes back when it is gone: in a run, from run to run, from block to block")
    func cancellation() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let lanes = Scalar.Vector.scalarCount, block = sharedBytes / MemoryLayout<Scalar>.stride
            let run = 4 * runLength * lanes
            let large = 2 / Scalar.ulpOfOne
            /// Zeros but for the huge number, a 1 and the huge number's opposite at three places.
            func hidden(_ count: Int, _ places: [Int]) -> Tensor<Scalar> {
                var x = Tensor<Scalar>(zeros: [count])
                for (place, value) in zip(places, [large, 1, -large]) { x[element: place] = value }
                return x
            }
            // In lanes that are folded into each other first.
            #expect(hidden(lanes, [0, lanes / 2, 1]).sum() == 1)
            // In one lane, in three runs of one block.
            for x in [hidden(3 * run, [0, run, 2 * run]), hidden(4 * run + 5, [run + 3, 2 * run + 3, 3 * run + 3])] {
                #expect(x.count < block && x.sum() == 1)
                #expect(x.sum(along: 0).scalar == 1)
                #expect(mapAndSum(x, x) { a, b in (element: b, term: a) }.sum == 1)
            }
            // In blocks that are shared among threads, whose sums are folded into each other first.
            let x = hidden(lanes * block, [0, lanes / 2 * block + 11, (lanes - 1) * block + 7])
            #expect(x.sum() == 1)
            #expect(mapAndSum(x, x) { a, b in (element: b, term: a) }.sum == 1)
            // In runs of a column, alone and beside others, in a first and in a second block.
            for columns in [2, lanes, 8 * lanes, 8 * lanes + 3] {
                let column = hidden(3 * runLength, [0, runLength, 2 * runLength]).reshaped([-1, 1])
                let matrix = column.broadcast(to: [3 * runLength, columns])
                let expected = [Scalar](repeating: 1, count: columns)
                #expect(matrix.sum(along: 0).scalars == expected, "\(columns) columns")
                let twice = Tensor.stack([matrix, matrix]).sum(along: 1)
                #expect(twice.scalars == expected + expected, "\(columns) columns")
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("ten million times a tenth, in one row, one column and four columns: as in Double")
    func tenths() {
        let count = 10_000_000, x = Tensor<Float>(repeating: 0.1, shape: [count])
        let exact = Double(Float(0.1)) * Double(count)
        func expectClose(_ sum: Float, _ exact: Double, _ name: String) {
            #expect(abs(Double(sum) / exact - 1) <= 1e-6, "\(name): \(sum)")
        }
        expectClose(x.sum(), exact, "sum")
        expectClose(x.sum(along: 0).scalar, exact, "row")
        expectClose(x.reshaped([count, 1]).sum(along: 0).scalar, exact, "column")
        for sum in x.reshaped([count / 4, 4]).sum(along: 0).scalars { expectClose(sum, exact / 4, "four columns") }
        for sum in x.reshaped([4, count / 4]).sum(along: 1).scalars { expectClose(sum, exact / 4, "four rows") }
        expectClose(mapAndSum(x, x) { a, b in (element: a, term: b) }.sum, exact, "mapAndSum")
        expectClose(x.norm() * x.norm() * 10, exact, "norm")
        #expect(abs(x.mean() - 0.1) <= 1e-7 && x.variance() <= 1e-14)
        // The test can fail: added one after the other, a tenth of the sum is lost.
        #expect(abs(Double(x.scalars.reduce(0, +)) / exact - 1) > 0.05)
    }

    @Test("infinities of both signs, anywhere, give what is not a number; finite numbers too large, infinity",
        arguments: [2, 17, 300, 70_000, 300_000])
    func infinities(count: Int) {
        func sums(_ x: Tensor<Float>) -> [Float] {
            let matrix = x.reshaped([count, 1]).broadcast(to: [count, 2])
            return [x.sum(), x.sum(along: 0).scalar, mapAndSum(x, x) { a, b in (element: a, term: b) }.sum]
                + matrix.sum(along: 0).scalars
        }
        for (first, second) in Set([[0, count - 1], [count / 2, count - 1], [0, count / 2]]).map({ ($0[0], $0[1]) })
        where first != second {
            var x = Tensor<Float>(repeating: 1, shape: [count])
            x[element: first] = .infinity
            #expect(sums(x).allSatisfy { $0 == .infinity })
            x[element: second] = -.infinity
            #expect(sums(x).allSatisfy { $0.isNaN })
            x[element: first] = 1
            #expect(sums(x).allSatisfy { $0 == -.infinity })
            x[element: second] = .nan
            #expect(sums(x).allSatisfy { $0.isNaN } && x.norm().isNaN)
            x = Tensor(zeros: [count])
            let most = Float.greatestFiniteMagnitude
            x[element: first] = most
            #expect(sums(x).allSatisfy { $0 == most || $0 == most / Float(count) })
            x[element: second] = most
            #expect(sums(x).allSatisfy { $0 == .infinity } && x.norm() == .infinity)
        }
    }

    // MARK: Along columns

    /// Whole numbers, so that all sums are exact, in row-major order.
    private static let whole = {
        var generator = TestGenerator(4)
        return (0..<200_000).map { _ in Int.random(in: -99...99, using: &generator) }
    }()

    /// Expects the sums along the middle axis of [blocks, rows, columns] whole numbers, amid others, to be exact.
    private func check<Scalar: TensorScalar>(_ all: Tensor<Scalar>, blocks: Int, rows: Int, columns: Int) {
        var expected = [Int](repeating: 0, count: blocks * columns)
        for block in 0..<blocks {
            for row in 0..<rows {
                for column in 0..<columns {
                    expected[block * columns + column] += Self.whole[1 + (block * rows + row) * columns + column]
                }
            }
        }
        let x = all[1..<1 + blocks * rows * columns].reshaped([blocks, rows, columns])
        let sums = x.sum(along: 1), name = "[\(blocks), \(rows), \(columns)] of \(Scalar.self)"
        #expect(sums.shape == [blocks, columns])
        #expect(zip(sums.scalars, expected).allSatisfy { $0 == Scalar($1) }, "\(name)")
        if blocks == 1 { #expect(x.reshaped([rows, columns]).sum(along: 0).scalars == sums.scalars, "\(name)") }
    }

    @Test("any number of columns, of rows and of blocks in front: exact")
    func columns() {
        let floats = Tensor(Self.whole.map { Float($0) }), doubles = Tensor(Self.whole.map { Double($0) })
        for columns in 1...300 {
            let rows = [0, 1, 2, 63, 64, 65, 129][columns % 7], blocks = [1, 2, 5][columns % 3]
            for (blocks, rows) in [(blocks, rows), (1, 3), (600 / columns + 1, 2)] {
                check(floats, blocks: blocks, rows: rows, columns: columns)
                check(doubles, blocks: blocks, rows: rows, columns: columns)
            }
        }
        check(floats, blocks: 10_000, rows: 3, columns: 3)
        check(doubles, blocks: 2000, rows: 2, columns: 17)
        // Large enough for several threads.
        for (rows, columns) in [(130, 1023), (66, 2500), (3, 60_000), (20_000, 9)] {
            check(floats, blocks: 1, rows: rows, columns: columns)
            check(doubles, blocks: 1, rows: rows, columns: columns)
        }
    }

    @Test("what is not finite stays in its column and its block", arguments: [1, 2, 15, 17, 127, 128, 129, 131, 300])
    func specialColumns(columns: Int) {
        for value in [Float.nan, .infinity, -.infinity] {
            for column in Set([0, columns / 2, columns - 1]) {
                for row in [0, 64, 66] {
                    let x = Tensor<Float>(shape: [3, 67, columns]) { $0 == [1, row, column] ? value : 1 }
                    for (place, sum) in x.sum(along: 1).scalars.enumerated() {
                        let expected = place == columns + column ? value : 67
                        #expect(expected.isNaN ? sum.isNaN : sum == expected, "\(place), \(columns) columns")
                    }
                }
            }
        }
    }
}
