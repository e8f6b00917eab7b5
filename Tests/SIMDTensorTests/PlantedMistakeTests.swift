import SIMDTensor
import Testing

/// A check that cannot fail proves nothing. Here each of the oracles is given a kernel with a mistake, and must see it.
@Suite("The checks see planted mistakes")
struct PlantedMistakeTests {
    private typealias Product = (Tensor<Float>, Tensor<Float>) -> Tensor<Float>

    /// True if `product` agrees with three loops for odd sizes, on slices with not-a-number around them.
    private func agrees(_ product: Product) -> Bool {
        var generator = TestGenerator(1)
        return [(3, 4, 5), (13, 17, 33), (12, 16, 32), (7, 7, 7)].allSatisfy { (m: Int, k: Int, n: Int) in
            let (a, b): (Plain<Float>, Plain<Float>) = (generator.plain([m, k]), generator.plain([k, n]))
            let expected = naiveProduct(a.values, b.values, m: m, k: k, n: n)
            return product(a.poisoned, b.poisoned) == Tensor(expected, shape: [m, n])
        }
    }

    @Test("in the matrix product")
    func products() {
        #expect(agrees { $0 • $1 })
        let mistakes: [(String, Product)] = [
            ("wrong sign", { -($0 • $1) }),
            ("last step dropped", { a, b in
                let k = a.shape[1]
                return a.slice(along: 1, 0..<k - 1) • b[0..<k - 1]
            }),
            ("last column dropped", { a, b in
                let product = a • b, n = b.shape[1]
                return .concatenate([product.slice(along: 1, 0..<n - 1), Tensor(zeros: [a.shape[0], 1])], along: 1)
            }),
            ("square matrices transposed", { a, b in a.shape == b.shape ? a.transposed • b : a • b }),
            ("neighbour read", { a, b in a • b + 0 * Float.nan }),
            ("one element off by a 64th", { a, b in
                var product = a • b
                product[element: product.count - 1] += 1.0 / 64
                return product
            }),
        ]
        for (name, product) in mistakes { #expect(!agrees(product), "\(name)") }
    }

    @Test("in a reduction along an axis")
    func reductions() {
        func agrees(_ sum: (Tensor<Double>, Int) -> Tensor<Double>) -> Bool {
            var generator = TestGenerator(2)
            return [[3, 5], [17, 2], [4, 4], [2, 3, 19]].allSatisfy { shape in
                let x: Plain<Double> = generator.plain(shape)
                return shape.indices.allSatisfy { axis in
                    Plain(sum(x.poisoned, axis)) == x.reduced(along: axis) { $0.reduce(0, +) }
                }
            }
        }
        #expect(agrees { $0.sum(along: $1) })
        #expect(!agrees { $0.slice(along: $1, 0..<$0.shape[$1] - 1).sum(along: $1) }, "last element dropped")
        #expect(!agrees { $0.sum(along: $0.rank - 1 - $1) }, "wrong axis")
        #expect(!agrees { $0.maximum(along: $1) }, "wrong reduction")
        #expect(!agrees { $0.sum(along: $1, keepingAxis: true) }, "wrong shape")
    }

    @Test("in broadcasting")
    func broadcasting() {
        func agrees(_ sum: (Tensor<Float>, Tensor<Float>) -> Tensor<Float>) -> Bool {
            var generator = TestGenerator(3)
            let (square, row): (Plain<Float>, Plain<Float>) = (generator.plain([5, 5]), generator.plain([5]))
            return Plain(sum(square.poisoned, row.poisoned)) == Plain.broadcast(square, row, +)
        }
        #expect(agrees { $0 + $1 })
        #expect(!agrees { $0 + $1.reshaped([5, 1]) }, "added to columns instead of rows")
        #expect(!agrees { $0 - $1 }, "wrong sign")
    }

    @Test("in the comparison of bits")
    func bits() {
        let x = Tensor<Float>((1...37).map { 1 / Float($0) })
        #expect(sameBits(x, x))
        for place in 0..<37 {
            var y = x
            y[element: place] = y[element: place].nextUp
            #expect(!sameBits(x, y))
        }
        #expect(!sameBits(Tensor<Float>([0]), Tensor<Float>([-0.0])))
        #expect(!sameBits(x, x.reshaped([1, 37])))
    }

    @Test("in a long sum: one after the other it loses more than a millionth")
    func longSum() {
        var (generator, sum, exact) = (TestGenerator(9), Float(0), 0.0)
        for _ in 0..<10_000_000 {
            let x = Float(generator.next() >> 40) * 0x1p-24
            sum += x
            exact += Double(x)
        }
        #expect(abs(Double(sum) - exact) > 1e-6 * exact)
    }
}
