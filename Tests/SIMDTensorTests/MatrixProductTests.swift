import TestTools
import Testing

@testable import SIMDTensor

@Suite("Matrix product")
struct MatrixProductTests {
    /// Sizes around a vector's, a tile's and a block's.
    static let sizes = [0, 1, 3, 4, 11, 12, 13, 15, 16, 17, 31, 32, 33, 143, 144, 145, 255, 256, 257]

    /// Multiples of 1/8 between −2 and 2: products of any order and rounding are exact.
    private func exact<Scalar: TensorScalar>(_ shape: [Int], _ generator: inout TestGenerator) -> Plain<Scalar> {
        Plain(shape, (0..<shape.reduce(1, *)).map { _ in Scalar(Int.random(in: -16...16, using: &generator)) / 8 })
    }

    private func transposed<Scalar: TensorScalar>(_ x: Plain<Scalar>) -> Plain<Scalar> {
        let (rows, columns) = (x.shape[0], x.shape[1])
        var result = [Scalar]()
        result.reserveCapacity(rows * columns)
        for j in 0..<columns { for i in 0..<rows { result.append(x.values[i * columns + j]) } }
        return Plain([columns, rows], result)
    }

    /// All four ways to read two matrices, and the sum with a row, against three loops.
    private func check<Scalar: TensorScalar>(_: Scalar.Type, m: Int, k: Int, n: Int, _ generator: inout TestGenerator) {
        let (a, b): (Plain<Scalar>, Plain<Scalar>) = (exact([m, k], &generator), exact([k, n], &generator))
        let expected = Tensor(naiveProduct(a.values, b.values, m: m, k: k, n: n), shape: [m, n])
        let (x, y, xt, yt) = (a.poisoned, b.poisoned, transposed(a).poisoned, transposed(b).poisoned)
        #expect(x • y == expected, "\(m)×\(k)×\(n)")
        #expect(xt.transposed • y == expected, "\(m)×\(k)×\(n), a transposed")
        #expect(x • yt.transposed == expected, "\(m)×\(k)×\(n), b transposed")
        #expect(xt.transposed • yt.transposed == expected, "\(m)×\(k)×\(n), both transposed")
        let bias: Plain<Scalar> = exact([n], &generator)
        #expect(Tensor.affine(x, y, bias.poisoned) == expected + bias.tensor, "\(m)×\(k)×\(n) and a row")
        for activation in FusedActivation.allCases {
            let fused = Tensor.affine(x, y, bias.poisoned, activation: activation)
            #expect(sameBits(fused, activation.applied(to: expected + bias.tensor)), "\(m)×\(k)×\(n), \(activation)")
        }
        // A bias for every row is a matrix to which the product is added; it stays as it is.
        let rows: Plain<Scalar> = exact([m, n], &generator)
        let added = rows.poisoned
        #expect(Tensor.affine(x, y, added) == expected + rows.tensor, "\(m)×\(k)×\(n) and a matrix")
        for activation in FusedActivation.allCases {
            let fused = Tensor.affine(x, y, added, activation: activation)
            let isSame = sameBits(fused, activation.applied(to: expected + rows.tensor))
            #expect(isSame, "\(m)×\(k)×\(n) and a matrix, \(activation)")
        }
        #expect(added == rows.tensor)
    }

    @Test("any sizes, any side transposed, with a row or without: as three loops", arguments: sizes)
    func product(m: Int) {
        var generator = TestGenerator(m)
        for n in Self.sizes {
            check(Float.self, m: m, k: Self.sizes.randomElement(using: &generator)!, n: n, &generator)
            check(Double.self, m: m, k: Self.sizes.randomElement(using: &generator)!, n: n, &generator)
        }
    }

    @Test("a product over nothing is zero, or the row", arguments: sizes)
    func nothing(m: Int) {
        var generator = TestGenerator(m)
        for n in Self.sizes {
            check(Float.self, m: m, k: 0, n: n, &generator)
            check(Double.self, m: m, k: 0, n: n, &generator)
        }
    }

    @Test(
        "more columns than a block, more steps than two blocks, more rows than a block, lines 4096 bytes apart",
        arguments: [
            [5, 70, 2047], [13, 300, 2049], [14, 20, 4130], [300, 513, 40], [289, 1111, 65], [1, 4100, 300],
            [520, 1030, 64], [4100, 33, 34], [30, 1024, 1024], [530, 512, 512],
        ])
    func blocks(size: [Int]) {
        var generator = TestGenerator(size[0])
        check(Float.self, m: size[0], k: size[1], n: size[2], &generator)
        check(Double.self, m: size[0], k: size[1], n: size[2], &generator)
    }

    @Test("every pair of matrices of a batch is multiplied", arguments: 0..<10)
    func batches(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type, front: [Int]) {
            var generator = TestGenerator(seed)
            let m = [1, 5, 13].randomElement(using: &generator)!, n = 17
            let k = Int.random(in: 0...40, using: &generator)
            let a: Plain<Scalar> = exact(front + [m, k], &generator), b: Plain<Scalar> = exact(front + [k, n], &generator)
            let expected = (0..<front.reduce(1, *)).flatMap { (matrix: Int) -> [Scalar] in
                naiveProduct(
                    Array(a.values[matrix * m * k..<(matrix + 1) * m * k]),
                    Array(b.values[matrix * k * n..<(matrix + 1) * k * n]), m: m, k: k, n: n)
            }
            let tensor = Tensor<Scalar>(expected, shape: front + [m, n])
            #expect(a.poisoned • b.poisoned == tensor)
            #expect(a.transposed.poisoned.transposed • b.poisoned == tensor)
            #expect(a.poisoned • b.transposed.poisoned.transposed == tensor)
            #expect(a.transposed.poisoned.transposed • b.transposed.poisoned.transposed == tensor)
        }
        check(Float.self, front: [3])
        check(Double.self, front: [2, 3])
        check(Float.self, front: [0])
        check(Float.self, front: [2, 1, 2])
    }

    @Test("threads share a batch of small matrices, and a batch of large ones, with the same bits")
    func sharedBatches() async {
        // The number of threads is a setting of the whole program, and other tests run at the same time.
        await #expect(processExitsWith: .success) {
            var random = Random(seed: 3)
            for (front, m, k, n) in [
                ([64], 40, 33, 37), ([3], 300, 210, 200), ([2, 5], 128, 128, 96), ([33], 7, 300, 20),
            ] {
                let (a, b): (Tensor<Float>, Tensor<Float>) = (
                    random.uniform(front + [m, k], in: -1..<1), random.uniform(front + [k, n], in: -1..<1)
                )
                let count = front.reduce(1, *)
                #expect(count * m * k * n >= MatrixProduct<Float>.threadedWork)
                let (matrices, others) = (a.reshaped([count, m, k]), b.reshaped([count, k, n]))
                let expected = Tensor.stack((0..<count).map { matrices[$0] • others[$0] }).reshaped(front + [m, n])
                for threads in [1, 2, 3] {
                    Threads.count = threads
                    #expect(sameBits(a • b, expected), "\(front) of \(m)×\(k)×\(n) on \(threads) threads")
                }
            }
        }
    }

    @Test("rounding errors stay within k half units of the last place", arguments: [10, 100, 1000])
    func rounding(k: Int) {
        var generator = TestGenerator(k)
        func numbers(_ shape: [Int]) -> Tensor<Float> {
            Tensor(shape: shape) { _ in .random(in: -1...1, using: &generator) }
        }
        let (a, b) = (numbers([37, k]), numbers([k, 45]))
        let exact = Tensor<Double>(a) • Tensor<Double>(b)
        let magnitudes = Tensor<Double>(map(a) { $0.magnitude }) • Tensor<Double>(map(b) { $0.magnitude })
        for (x, (y, scale)) in zip((a • b).scalars, zip(exact.scalars, magnitudes.scalars)) {
            #expect(abs(Double(x) - y) <= Double(k) * 0x1p-24 * scale)
        }
    }

    @Test("an element has the same bits alone and in any batch, wherever the product is computed")
    func sameBitsInAnyBatch() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) where Scalar.RawSignificand: FixedWidthInteger {
            var generator = TestGenerator(7)
            func numbers(_ shape: [Int]) -> Tensor<Scalar> {
                Tensor(shape: shape) { _ in .random(in: -1...1, using: &generator) }
            }
            // Where they lie; with b transposed in packed panels, of 530 steps in two blocks.
            for (k, n) in [(257, 300), (300, 20), (40, 33), (530, 97)] {
                let (a, b, bias) = (numbers([67, k]), numbers([k, n]), numbers([n]))
                let (at, bt) = (Tensor(a.transposed), Tensor(b.transposed))
                let whole = a • b, affine = Tensor.affine(a, b, bias)
                #expect(sameBits(at.transposed • b, whole))
                #expect(sameBits(a • bt.transposed, whole))
                #expect(sameBits(at.transposed • bt.transposed, whole))
                for rows in [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 16, 24, 48, 49] {
                    for start in [0, 1, 67 - rows] {
                        let range = start..<start + rows
                        #expect(sameBits(a[range] • b, whole[range]), "\(rows) rows from \(start), \(k)×\(n)")
                        #expect(sameBits(a[range] • bt.transposed, whole[range]))
                        #expect(sameBits(Tensor.affine(a[range], b, bias), affine[range]))
                    }
                }
                // And among any columns.
                for columns in [0..<1, 0..<n, 3..<n, n - 17..<n, n - 1..<n] {
                    #expect(sameBits(a • b.slice(along: 1, columns), whole.slice(along: 1, columns)))
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("any number of threads computes the same bits")
    func threads() async {
        // The number of threads is a setting of the whole program, and other tests run at the same time.
        await #expect(processExitsWith: .success) {
            var random = Random(seed: 11)
            func numbers(_ shape: [Int]) -> Tensor<Float> { random.uniform(shape, in: -1..<1) }
            // Where they lie, cut along rows and along columns; in blocks of one, two and three; packed and not.
            for (m, k, n) in [
                (331, 310, 330), (1700, 1000, 20), (5, 2600, 2600), (13, 1250, 2100), (600, 520, 70), (90, 1030, 1024),
                (515, 64, 2050), (4100, 20, 40),
            ] {
                // Smaller products are left to one thread.
                #expect(m * k * n >= MatrixProduct<Float>.threadedWork)
                let (a, b, bias) = (numbers([m, k]), numbers([k, n]), numbers([n]))
                let (at, bt) = (Tensor(a.transposed), Tensor(b.transposed))
                Threads.count = 1
                let alone = (a • b, a • bt.transposed, Tensor.affine(a, b, bias))
                for threads in [2, 3, 5, 64] {
                    Threads.count = threads
                    #expect(sameBits(a • b, alone.0), "\(threads) threads")
                    #expect(sameBits(a • bt.transposed, alone.1), "\(threads) threads")
                    #expect(sameBits(at.transposed • bt.transposed, alone.1), "\(threads) threads")
                    #expect(sameBits(Tensor.affine(a, b, bias), alone.2), "\(threads) threads")
                    let fused = Tensor.affine(a, b, bias, activation: .tanh)
                    #expect(sameBits(fused, tanh(alone.2)), "\(threads) threads")
                }
            }
        }
    }

    /// Over more steps than a block has: the gradient of a weight, summed over all steps of all sequences. Few and many rows
    /// and columns, some beyond the last tile, and steps that fill blocks or do not.
    static let longSums = [
        [20, 513, 24], [64, 2000, 64], [130, 700, 97], [13, 1025, 33], [4, 1600, 100], [12, 1024, 32], [1, 3000, 1],
        [300, 600, 5], [33, 4097, 129],
    ]

    @Test("a sum of products is their sum, and may begin with a matrix") func sums() {
        var random = Random(seed: 7)
        let (a, b): (Tensor<Double>, Tensor<Double>) = (random.normal([5, 3]), random.normal([3, 4]))
        let (c, d): (Tensor<Double>, Tensor<Double>) = (random.normal([5, 7]), random.normal([7, 4]))
        let rest: Tensor<Double> = random.normal([5, 4])
        expectClose(.sumOfProducts((a, b)), a • b, 0)
        expectClose(.sumOfProducts((a, b), (c, d)), a • b + c • d, 1e-14)
        expectClose(.sumOfProducts((a, b), (c, d), plus: rest), rest + a • b + c • d, 1e-14)
    }

    @Test("aᵀ•b over more steps than a block: as three loops, and nothing around it is read", arguments: longSums)
    func longSum(size: [Int]) {
        var generator = TestGenerator(size[1])
        check(Float.self, m: size[0], k: size[1], n: size[2], &generator)
        check(Double.self, m: size[0], k: size[1], n: size[2], &generator)
    }

    /// On one, two and three threads the bits of a•b on one, also where a lies transposed, and those of an element alone.
    static func checkOneOrder<Scalar: TensorScalar>(_: Scalar.Type) {
        var random = Random(seed: 5)
        for size in longSums + [[200, 2100, 190]] {
            let (m, k, n) = (size[0], size[1], size[2])
            let a: Tensor<Scalar> = random.normal([m, k]), b: Tensor<Scalar> = random.normal([k, n])
            let rows: Tensor<Scalar> = random.normal([m, n])
            let at = Tensor(a.transposed)
            Threads.count = 1
            let (whole, sum) = (a • b, Tensor.affine(a, b, rows))
            for threads in [1, 2, 3] {
                Threads.count = threads
                let isSame = sameBits(at.transposed • b, whole) && sameBits(a • b, whole)
                #expect(isSame, "\(m)×\(k)×\(n) on \(threads) threads")
                let isSameSum = sameBits(Tensor.affine(a, b, rows), sum)
                #expect(isSameSum, "\(m)×\(k)×\(n) and a matrix on \(threads) threads")
            }
            for (i, j) in [(0, 0), (m - 1, n - 1), (m / 2, n / 3)] {
                let element = at.slice(along: 1, i..<i + 1).transposed • b.slice(along: 1, j..<j + 1)
                let isSame = element.reshaped([]).scalar == whole[i, j]
                #expect(isSame, "\(m)×\(k)×\(n) at \(i), \(j)")
            }
        }
    }

    @Test("aᵀ•b over more steps than a block is summed in one order, that of a•b, on any number of threads")
    func longSumInOneOrder() async {
        // The number of threads is a setting of the whole program, and other tests run at the same time.
        await #expect(processExitsWith: .success) {
            MatrixProductTests.checkOneOrder(Float.self)
            MatrixProductTests.checkOneOrder(Double.self)
        }
    }

    @Test("a row has the same bits alone and in any batch, when a matrix is added to the product")
    func sameBitsWithMatrix() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var random = Random(seed: 6)
            for (k, n) in [(16, 16), (33, 70), (300, 20), (530, 97)] {
                let a: Tensor<Scalar> = random.normal([67, k]), b: Tensor<Scalar> = random.normal([k, n])
                let rows: Tensor<Scalar> = random.normal([67, n])
                let whole = Tensor.affine(a, b, rows)
                for count in [1, 2, 4, 5, 11, 12, 13, 48] {
                    for start in [0, 1, 67 - count] {
                        let range = start..<start + count
                        let part = Tensor.affine(a[range], b, rows[range])
                        #expect(sameBits(part, whole[range]), "\(count) rows from \(start), \(k)×\(n)")
                    }
                }
                // The same row everywhere is a bias.
                let row: Tensor<Scalar> = random.normal([n])
                let everywhere = Tensor.affine(a, b, row.broadcast(to: [67, n]))
                #expect(sameBits(everywhere, Tensor.affine(a, b, row)))
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("what is not a number, or infinite, stays in its row and its column", arguments: [Float.nan, .infinity])
    func special(value: Float) {
        var generator = TestGenerator(3)
        for (m, k, n) in [(13, 20, 33), (5, 300, 70), (25, 257, 97), (2, 40, 17), (30, 40, 31), (145, 16, 49)] {
            let (a, b): (Plain<Float>, Plain<Float>) = (
                // No zeros: zero times infinity would be a third thing.
                Plain([m, k]) { _ in Float(Int.random(in: 1...16, using: &generator)) },
                Plain([k, n]) { _ in Float(Int.random(in: 1...16, using: &generator)) }
            )
            let expected = naiveProduct(a.values, b.values, m: m, k: k, n: n)
            func same(_ result: Tensor<Float>, _ isHit: (Int, Int) -> Bool) -> Bool {
                (0..<m * n).allSatisfy { place in
                    let x = result[element: place]
                    return isHit(place / n, place % n) ? (value.isNaN ? x.isNaN : x == value) : x == expected[place]
                }
            }
            for row in Set([0, 1, m / 2, m - 2, m - 1]) {
                var special = a.tensor
                special[row, k / 2] = value
                #expect(same(special • b.tensor) { i, _ in i == row }, "row \(row) of \(m)×\(k)×\(n)")
                #expect(same(special • transposed(b).tensor.transposed) { i, _ in i == row })
            }
            for column in Set([0, 1, 15, 16, n / 2, n - 2, n - 1]) {
                var special = b.tensor
                special[k / 2, column] = value
                #expect(same(a.tensor • special) { _, j in j == column }, "column \(column) of \(m)×\(k)×\(n)")
                #expect(same(a.tensor • Tensor(special.transposed).transposed) { _, j in j == column })
            }
        }
    }
}

extension FusedActivation {
    /// The activation as a pass of its own.
    fileprivate func applied<Scalar: TensorScalar>(to x: Tensor<Scalar>) -> Tensor<Scalar> {
        switch self {
        case .relu: map(x) { $0.replacing(with: .zero, where: $0 .<= .zero) }
        case .sigmoid: SIMDTensor.sigmoid(x)
        case .tanh: SIMDTensor.tanh(x)
        }
    }
}
