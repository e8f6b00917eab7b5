import SIMDTensor
import Testing

@Suite("Arithmetic and broadcasting")
struct ArithmeticTests {
    /// Two random shapes that fit each other.
    private func fittingShapes(_ generator: inout TestGenerator) -> ([Int], [Int]) {
        let shape = generator.shape()
        func thinned() -> [Int] {
            let thin = shape.map { Int.random(in: 0..<3, using: &generator) == 0 ? 1 : $0 }
            return Array(thin.dropFirst(Int.random(in: 0...2, using: &generator)))
        }
        return Bool.random(using: &generator) ? (thinned(), thinned()) : (shape, thinned())
    }

    @Test("the four operations agree with loops, broadcast or not", arguments: 0..<40)
    func operators(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let (first, second) = fittingShapes(&generator)
            let (a, b): (Plain<Scalar>, Plain<Scalar>) = (generator.plain(first), generator.plain(second))
            func same(
                _ result: Tensor<Scalar>, _ x: Plain<Scalar>, _ y: Plain<Scalar>, _ f: (Scalar, Scalar) -> Scalar
            ) {
                #expect(sameBits(result, Plain.broadcast(x, y, f).tensor), "\(x.shape) and \(y.shape)")
            }
            same(a.poisoned + b.poisoned, a, b, +)
            same(a.poisoned - b.poisoned, a, b, -)
            same(a.poisoned * b.poisoned, a, b, *)
            same(a.poisoned / b.poisoned, a, b, /)
            same(b.poisoned - a.poisoned, b, a, -)
            #expect(-a.poisoned == Plain(a.shape, a.values.map { -$0 }).tensor)

            let number = Plain<Scalar>([], [1.25])
            same(a.poisoned + 1.25, a, number, +)
            same(1.25 + a.poisoned, number, a, +)
            same(a.poisoned - 1.25, a, number, -)
            same(1.25 - a.poisoned, number, a, -)
            same(a.poisoned * 1.25, a, number, *)
            same(1.25 * a.poisoned, number, a, *)
            same(a.poisoned / 1.25, a, number, /)
            same(1.25 / a.poisoned, number, a, /)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("in place gives what the operator gives", arguments: 0..<20)
    func inPlace(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let shape = generator.shape()
            let (a, whole): (Plain<Scalar>, Plain<Scalar>) = (generator.plain(shape), generator.plain(shape))
            let row: Plain<Scalar> = generator.plain(Array(shape.suffix(1)))
            for b in [whole, row] {
                var (sum, difference, product, quotient) = (a.poisoned, a.poisoned, a.poisoned, a.poisoned)
                sum += b.poisoned
                difference -= b.poisoned
                product *= b.poisoned
                quotient /= b.poisoned
                #expect(sameBits(sum, Plain.broadcast(a, b, +).tensor))
                #expect(sameBits(difference, Plain.broadcast(a, b, -).tensor))
                #expect(sameBits(product, Plain.broadcast(a, b, *).tensor))
                #expect(sameBits(quotient, Plain.broadcast(a, b, /).tensor))
            }
            var x = a.poisoned
            x += 3
            x -= 1
            x *= 4
            x /= 2
            #expect(x.scalars == a.values.map { ($0 + 3 - 1) * 4 / 2 })
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("broadcasting repeats, and summing back adds up what was repeated", arguments: 0..<30)
    func broadcast(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let shape = generator.shape()
            let small = Array(
                shape.map { Bool.random(using: &generator) ? 1 : $0 }
                    .dropFirst(Int.random(in: 0...2, using: &generator)))
            let x: Plain<Scalar> = generator.plain(small)
            let zeros = Plain(shape, [Scalar](repeating: 0, count: shape.reduce(1, *)))
            #expect(Plain(x.poisoned.broadcast(to: shape)) == Plain.broadcast(zeros, x) { $1 })

            // The gradient of repeating: every place adds to the one that it came from.
            let gradient: Plain<Scalar> = generator.plain(shape)
            var expected = Plain(small, [Scalar](repeating: 0, count: small.reduce(1, *)))
            for index in indices(of: shape) {
                let source = zip(index.suffix(small.count), small).map { $1 == 1 ? 0 : $0 }
                expected.values[place(of: source, in: small)] += gradient[index]
            }
            #expect(Plain(gradient.poisoned.summed(to: small)) == expected)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a size of 1 fits a size of 0")
    func emptyBroadcast() {
        #expect((Tensor<Float>([1]) + Tensor<Float>(zeros: [0])).shape == [0])
        #expect((Tensor<Float>(zeros: [3, 0]) * Tensor<Float>(zeros: [3, 1])).shape == [3, 0])
        #expect(Tensor<Float>(zeros: [3, 0]).summed(to: [3, 1]).scalars == [0, 0, 0])
    }
}
