import SIMDTensor
import Testing

@Suite("Sums, means and extremes")
struct ReductionTests {
    @Test("over all elements and along every axis: as loops", arguments: 0..<40)
    func shapes(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let x: Plain<Scalar> = generator.plain(generator.shape())
            let tensor = x.poisoned
            #expect(tensor.sum() == x.values.reduce(0, +))
            let norm = x.values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            #expect(abs(Double(tensor.norm()) - norm) <= 2 * Double(Scalar.ulpOfOne) * norm)
            if x.values.isEmpty {
                #expect(tensor.mean().isNaN && tensor.variance().isNaN)
            } else {
                #expect(tensor.mean() == x.values.reduce(0, +) / Scalar(x.values.count))
                #expect(tensor.maximum() == x.values.max())
                #expect(tensor.minimum() == x.values.min())
            }
            for axis in x.shape.indices {
                for (axis, keeping) in [(axis, false), (axis - x.shape.count, true)] {
                    let plainAxis = axis < 0 ? axis + x.shape.count : axis
                    func loop(_ combine: ([Scalar]) -> Scalar) -> Tensor<Scalar> {
                        x.reduced(along: plainAxis, keepingAxis: keeping, combine).tensor
                    }
                    let size = Scalar(x.shape[plainAxis])
                    #expect(tensor.sum(along: axis, keepingAxis: keeping) == loop { $0.reduce(0, +) })
                    #expect(
                        sameBits(tensor.mean(along: axis, keepingAxis: keeping), loop { $0.reduce(0, +) / size } + 0))
                    guard size > 0 else { continue }
                    #expect(tensor.maximum(along: axis, keepingAxis: keeping) == loop { $0.max()! })
                    #expect(tensor.minimum(along: axis, keepingAxis: keeping) == loop { $0.min()! })
                    let places = loop { Scalar($0.firstIndex(of: $0.max()!)!) }
                    #expect(tensor.argmax(along: axis) == places.scalars.map { Int($0) })
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("variances: as two passes in Double", arguments: 0..<20)
    func variance(seed: Int) {
        func twoPasses<Scalar: TensorScalar>(_ x: [Scalar]) -> Double {
            let mean = x.reduce(0) { $0 + Double($1) } / Double(x.count)
            return x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
        }
        func check<Scalar: TensorScalar>(_: Scalar.Type, tolerance: Double) {
            var generator = TestGenerator(seed)
            let x: Plain<Scalar> = generator.plain(generator.shape(mayBeEmpty: false))
            func close(_ a: Scalar, _ b: Double) -> Bool { abs(Double(a) - b) <= tolerance * (b + 1e-30) }
            #expect(close(x.poisoned.variance(), twoPasses(x.values)))
            for axis in x.shape.indices {
                for keeping in [false, true] {
                    let result = x.poisoned.variance(along: axis, keepingAxis: keeping)
                    let expected = x.reduced(along: axis, keepingAxis: keeping) { Scalar(twoPasses($0)) }
                    #expect(result.shape == expected.shape)
                    #expect(zip(result.scalars, expected.values).allSatisfy { close($0, Double($1)) })
                }
            }
        }
        check(Float.self, tolerance: 2e-6)
        check(Double.self, tolerance: 1e-14)
    }

    @Test("the variance survives a mean a million times larger than the deviation")
    func varianceWithLargeMean() {
        var generator = TestGenerator(5)
        // Floats near a million are multiples of 1/16: so are these, and the numbers themselves are exact.
        let deviations = (0..<10_000).map { _ in Float(Int.random(in: -32...32, using: &generator)) / 16 }
        let x = Tensor<Float>(deviations.map { $0 + 1e6 })
        let mean = deviations.reduce(0) { $0 + Double($1) } / 10_000
        let expected = deviations.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 10_000
        #expect(abs(Double(x.variance()) / expected - 1) < 2e-3)
        #expect(abs(Double(x.variance(along: 0).scalar) / expected - 1) < 2e-3)
        let columns = x.reshaped([5000, 2])
        #expect(abs(Double(columns.variance(along: 0).mean()) / expected - 1) < 2e-3)
        let inDouble = Tensor<Double>(x)
        #expect(abs(inDouble.variance() / expected - 1) < 1e-11)
        #expect(abs(inDouble.variance(along: 0).scalar / expected - 1) < 1e-11)
    }

    /// Ten million floats.
    private static let count = 10_000_000

    @Test("ten million floats are summed to within a millionth")
    func longSums() {
        var generator = TestGenerator(9)
        let numbers = [Float](unsafeUninitializedCapacity: Self.count) { buffer, count in
            for i in 0..<Self.count { buffer[i] = Float(generator.next() >> 40) * 0x1p-24 }
            count = Self.count
        }
        func check(_ label: String, _ transform: (Int, Float) -> Float) {
            var (x, exact, magnitude) = (numbers, 0.0, 0.0)
            for i in x.indices {
                x[i] = transform(i, x[i])
                exact += Double(x[i])
                magnitude += Double(x[i].magnitude)
            }
            let tensor = Tensor(x)
            #expect(abs(Double(tensor.sum()) - exact) <= 1e-6 * abs(exact), "\(label)")
            #expect(abs(Double(tensor.mean()) - exact / Double(Self.count)) <= 1e-6 * abs(exact) / Double(Self.count))
            // Along a long axis: alone, and with two, five and twenty others beside it.
            #expect(abs(Double(tensor.sum(along: 0).scalar) - exact) <= 1e-6 * abs(exact), "\(label), along the axis")
            for columns in [2, 5, 20] {
                let sums = tensor.reshaped([-1, columns]).sum(along: 0)
                var expected = [Double](repeating: 0, count: columns)
                for i in x.indices { expected[i % columns] += Double(x[i]) }
                for (sum, exact) in zip(sums.scalars, expected) {
                    let bound = 1e-6 * magnitude / Double(columns)
                    #expect(abs(Double(sum) - exact) <= bound, "\(label), \(columns) columns")
                }
            }
        }
        check("uniform") { _, x in x }
        check("large offset") { _, x in x + 10_000 }
        check("alternating signs") { i, x in (i % 2 == 0 ? 1 : -1) * (x + 0.5) + 0.25 }
        check("one huge, many small") { i, x in i == 0 ? 1e9 : x }
    }

    @Test("what a huge number hides comes back when the huge number is gone")
    func cancellation() {
        #expect(Tensor<Float>([1e8, 1, -1e8]).sum() == 1)
        // A half added to 10¹⁶ is lost; two thousand of them are not, because the error is carried along.
        let x = Tensor<Double>(shape: [3 * 2048]) { index in
            index[0] == 0 ? 1e16 : index[0] < 2048 ? 0 : index[0] < 4096 ? 0.5 : index[0] == 4096 ? -1e16 : 0
        }
        #expect(x.scalars.reduce(0, +) == 0)
        #expect(x.sum() == 1024)
        #expect(x.sum(along: 0).scalar == 1024)
        #expect(x.reshaped([-1, 1]).broadcast(to: [3 * 2048, 3]).sum(along: 0).scalars == [1024, 1024, 1024])
    }

    @Test("infinity and not-a-number come through sums", arguments: [1, 2, 7, 16, 17, 100, 5000])
    func specialSums(count: Int) {
        for place in Set([0, count / 2, count - 1]) {
            var x = Tensor<Float>(repeating: 1, shape: [count])
            x[element: place] = .infinity
            #expect(x.sum() == .infinity)
            #expect(x.sum(along: 0).scalar == .infinity)
            let columns = x.reshaped([count, 1]).broadcast(to: [count, 3])
            #expect(columns.sum(along: 0).scalars == [.infinity, .infinity, .infinity])
            x[element: place] = -.infinity
            #expect(x.sum() == -.infinity)
            #expect(x.mean() == -.infinity)
            x[element: place] = .nan
            #expect(x.sum().isNaN && x.norm().isNaN && x.variance().isNaN && x.sum(along: 0).scalar.isNaN)
            if count > 1 {
                x[element: place] = .infinity
                x[element: (place + 1) % count] = -.infinity
                #expect(x.sum().isNaN && x.sum(along: 0).scalar.isNaN)
            }
        }
    }

    @Test("one column's infinity or not-a-number is not its neighbour's", arguments: [2, 5, 16, 17, 40])
    func specialColumns(columns: Int) {
        for value in [Float.nan, .infinity] {
            for column in Set([0, columns / 2, columns - 1]) {
                let x = Tensor<Float>(shape: [70, columns]) { $0[1] == column && $0[0] == 66 ? value : 1 }
                for (j, sum) in x.sum(along: 0).scalars.enumerated() {
                    #expect(j == column ? !sum.isFinite : sum == 70)
                }
                for (j, maximum) in x.maximum(along: 0).scalars.enumerated() {
                    #expect(j == column ? !maximum.isFinite : maximum == 1)
                }
                for (i, sum) in x.sum(along: 1).scalars.enumerated() {
                    #expect(i == 66 ? !sum.isFinite : sum == Float(columns))
                }
            }
        }
    }

    @Test("extremes are not a number if one element is none, wherever it is", arguments: [1, 2, 15, 16, 17, 33, 100])
    func notANumber(count: Int) {
        for place in 0..<count {
            var x = Tensor<Double>((0..<count).map { Double($0) })
            x[element: place] = .nan
            #expect(x.maximum().isNaN && x.minimum().isNaN)
            let column = x.reshaped([count, 1]).broadcast(to: [count, 2])
            #expect(column.maximum(along: 0).scalars.allSatisfy { $0.isNaN })
            #expect(column.minimum(along: 0).scalars.allSatisfy { $0.isNaN })
            #expect(x.argmax(along: 0) == [place])
        }
        let infinite = Tensor<Double>(repeating: -.infinity, shape: [count])
        #expect(infinite.maximum() == -.infinity && infinite.minimum() == -.infinity)
    }

    @Test("of equal largest elements the first is found")
    func ties() {
        #expect(Tensor<Float>([[1, 3, 3], [2, 2, 2], [0, -0.0, 0]]).argmax() == [1, 0, 0])
        #expect(Tensor<Float>([[1, 3, 3], [2, 2, 2], [1, 3, 0]]).argmax(along: 0) == [1, 0, 0])
        #expect(Tensor<Float>([.nan, .infinity, .nan]).argmax() == [0])
        #expect(Tensor<Float>([-.infinity, -.infinity]).argmax() == [0])
        #expect(Tensor<Float>(zeros: [0, 3]).argmax() == [])
    }

    @Test("log-sum-exp neither overflows nor underflows")
    func logSumExp() {
        func close(_ a: Tensor<Double>, _ b: [Double]) -> Bool {
            a.count == b.count && zip(a.scalars, b).allSatisfy { $0 == $1 || abs($0 - $1) <= 1e-12 * max(1, abs($1)) }
        }
        let ln2 = 0.693147180559945309
        let x = Tensor<Double>([
            [0, 0], [1000, 1000], [-1000, -1000], [0, -1000], [-.infinity, 3], [-.infinity, -.infinity],
        ])
        #expect(close(x.logSumExp(along: 1), [ln2, 1000 + ln2, -1000 + ln2, 0, 3, -.infinity]))
        #expect(x.logSumExp(along: -1, keepingAxis: true).shape == [6, 1])
        #expect(close(Tensor(x.transposed).logSumExp(along: 0), [ln2, 1000 + ln2, -1000 + ln2, 0, 3, -.infinity]))
        // ln(e⁰ + e¹ + e²) = 2.4076059644443806
        #expect(close(Tensor([[0, 1, 2]]).logSumExp(along: 1), [2.4076059644443806]))
        #expect(Tensor<Double>([[.infinity, 0]]).logSumExp(along: 1).scalar == .infinity)
        #expect(Tensor<Double>([[.nan, 0]]).logSumExp(along: 1).scalar.isNaN)
    }
}
