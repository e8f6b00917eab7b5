import TestTools
import Testing

@testable import SIMDTensor

@Suite("The ladder of matrix products")
struct ProductLadderTests {
    /// Sizes around a vector's and a tile's, and one more than a block's.
    static let sizes = [0, 1, 12, 13, 31, 33, 100, 257]

    /// Multiples of 1/8 between −2 and 2: products of any order and rounding are exact.
    private func exact(_ shape: [Int], _ generator: inout TestGenerator) -> Plain<Float> {
        Plain(shape, (0..<shape.reduce(1, *)).map { _ in Float(Int.random(in: -16...16, using: &generator)) / 8 })
    }

    /// The rungs that do not give what three independent loops give, on matrices with not-a-number around them.
    private func wrong(
        among rungs: [ProductLadder.Rung], m: Int, k: Int, n: Int, _ generator: inout TestGenerator
    ) -> [String] {
        let (a, b) = (exact([m, k], &generator), exact([k, n], &generator))
        let expected = Plain([m, n], naiveProduct(a.values, b.values, m: m, k: k, n: n))
        let (x, y) = (a.poisoned, b.poisoned)
        return rungs.filter { Plain($0.multiply(x, y)) != expected }.map(\.name)
    }

    @Test("every rung, at any sizes, gives exactly what three independent loops give", arguments: sizes)
    func products(m: Int) {
        var generator = TestGenerator(m)
        for k in Self.sizes {
            for n in Self.sizes {
                #expect(wrong(among: ProductLadder.rungs, m: m, k: k, n: n, &generator) == [], "\(m)×\(k)×\(n)")
            }
        }
    }

    @Test("more steps than two blocks, with a rest")
    func blocks() {
        var generator = TestGenerator(1)
        #expect(wrong(among: ProductLadder.rungs, m: 13, k: 600, n: 65, &generator) == [])
    }

    @Test("every rung changes neither of its matrices")
    func unchanged() {
        var generator = TestGenerator(2)
        let (a, b) = (exact([13, 33], &generator), exact([33, 31], &generator))
        let (x, y) = (a.tensor, b.tensor)
        for rung in ProductLadder.rungs {
            _ = rung.multiply(x, y)
            #expect(Plain(x) == a && Plain(y) == b, "\(rung.name)")
        }
    }

    @Test("a wrong rung is found out")
    func planted() {
        let right: @Sendable (Tensor<Float>, Tensor<Float>) -> Tensor<Float> = { $0 • $1 }
        let mistakes: [ProductLadder.Rung] = [
            .init(name: "wrong sign", idea: "") { -right($0, $1) },
            .init(name: "last step dropped", idea: "") { a, b in
                let k = a.shape[1]
                return right(a.slice(along: 1, 0..<k - 1), b[0..<k - 1])
            },
            .init(name: "last column dropped", idea: "") { a, b in
                let n = b.shape[1]
                return .concatenate(
                    [right(a, b.slice(along: 1, 0..<n - 1)), Tensor(zeros: [a.shape[0], 1])], along: 1)
            },
            .init(name: "last row dropped", idea: "") { a, b in
                let m = a.shape[0]
                return .concatenate([right(a[0..<m - 1], b), Tensor(zeros: [1, b.shape[1]])])
            },
            .init(name: "neighbour read", idea: "") { right($0, $1) + 0 * Float.nan },
            .init(name: "edge not cut off", idea: "") { a, b in
                right(a, .concatenate([b, Tensor(zeros: [b.shape[0], 1])], along: 1))
            },
            .init(name: "one element off by a 64th", idea: "") { a, b in
                var product = right(a, b)
                product[element: product.count - 1] += 1.0 / 64
                return product
            },
        ]
        var generator = TestGenerator(3)
        #expect(wrong(among: mistakes, m: 13, k: 33, n: 31, &generator) == mistakes.map(\.name))
        #expect(wrong(among: [.init(name: "right", idea: "", multiply: right)], m: 13, k: 33, n: 31, &generator) == [])
    }

    @Test("the rungs have names of their own, and each has its idea, one sentence")
    func names() {
        #expect(Set(ProductLadder.rungs.map(\.name)).count == ProductLadder.rungs.count)
        for rung in ProductLadder.rungs {
            #expect(!rung.name.isEmpty)
            #expect(rung.idea.hasSuffix(".") && !rung.idea.dropLast().contains("."), "\(rung.name)")
        }
    }

    @Test("matrices that do not fit end the program with a sentence")
    func shapes() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = ProductLadder.rungs[1].multiply(Tensor(zeros: [2, 3]), Tensor(zeros: [4, 5]))
        }
        expect(result, says: "ProductLadder: ", "[2, 3]", "[4, 5]")
    }
}
