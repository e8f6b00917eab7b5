import SIMDTensor
import Testing

@Suite("Elementwise formulas")
struct MapTests {
    @Test("map calls the formula for the elements of one place of one to four tensors", arguments: 0..<20)
    func map(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let shape = generator.shape()
            let x: [Plain<Scalar>] = (0..<4).map { _ in generator.plain(shape) }
            let (a, b, c, d) = (x[0].poisoned, x[1].poisoned, x[2].poisoned, x[3].poisoned)
            func loop(_ f: (Scalar, Scalar, Scalar, Scalar) -> Scalar) -> Plain<Scalar> {
                Plain(shape, x[0].values.indices.map { i in
                    f(x[0].values[i], x[1].values[i], x[2].values[i], x[3].values[i])
                })
            }
            #expect(Plain(SIMDTensor.map(a) { $0 * $0 }) == loop { a, _, _, _ in a * a })
            #expect(Plain(SIMDTensor.map(a, b) { $0 - $1 }) == loop { a, b, _, _ in a - b })
            #expect(Plain(SIMDTensor.map(a, b, c) { $0 - $1 * $2 }) == loop { a, b, c, _ in a - b * c })
            #expect(Plain(SIMDTensor.map(a, b, c, d) { $0 * $1 + $2 * $3 }) == loop { a, b, c, d in a * b + c * d })
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("onThreads changes one to three tensors in place and nothing else", arguments: 0..<20)
    func update(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let shape = generator.shape()
            let x: [Plain<Scalar>] = (0..<4).map { _ in generator.plain(shape) }
            var (a, b, c) = (x[0].poisoned, x[1].poisoned, x[2].poisoned)
            let d = x[3].poisoned
            onThreads(&a, with: d) { $0.update { a, d in a -= d } }
            #expect(a.scalars == zip(x[0].values, x[3].values).map { $0 - $1 })
            onThreads(&a, &b, with: d) {
                $0.update { a, b, d in
                    b += d
                    a += b
                }
            }
            #expect(b.scalars == zip(x[1].values, x[3].values).map { $0 + $1 })
            #expect(a.scalars == x[0].values.indices.map { x[0].values[$0] - x[3].values[$0] + b.scalars[$0] })
            (a, b) = (x[0].poisoned, x[1].poisoned)
            onThreads(&a, &b, &c, with: d) { $0.update { a, b, c, d in (a, b, c) = (b + d, c + d, a + d) } }
            #expect(a.scalars == zip(x[1].values, x[3].values).map { $0 + $1 })
            #expect(b.scalars == zip(x[2].values, x[3].values).map { $0 + $1 })
            #expect(c.scalars == zip(x[0].values, x[3].values).map { $0 + $1 })
            #expect(d.scalars == x[3].values)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a tensor may be updated with itself")
    func updateWithItself() {
        var x = Tensor<Float>([1, 2, 3])
        onThreads(&x, with: x) { $0.update { x, y in x += y } }
        #expect(x.scalars == [2, 4, 6])
        x += x
        #expect(x.scalars == [4, 8, 12])
        x -= x
        #expect(x.scalars == [0, 0, 0])
    }

    private func special<Scalar: TensorScalar>(_: Scalar.Type) -> [Scalar] {
        [0, -0.0, 1, -1, 2.5, -2.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    }

    @Test("larger, smaller and absolute value of vectors, special numbers included")
    func extremes() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            typealias Vector = Scalar.Vector
            for x in special(Scalar.self) {
                let magnitude = Vector(repeating: x).magnitude[3]
                #expect(x.isNaN ? magnitude.isNaN : magnitude == x.magnitude && magnitude.sign == .plus, "|\(x)|")
                for y in special(Scalar.self) {
                    let larger = Vector.maximum(Vector(repeating: x), Vector(repeating: y))[1]
                    let smaller = Vector.minimum(Vector(repeating: x), Vector(repeating: y))[1]
                    if x.isNaN || y.isNaN {
                        #expect(larger.isNaN && smaller.isNaN)
                    } else {
                        #expect(larger == Swift.max(x, y) && smaller == Swift.min(x, y))
                    }
                }
            }
            #expect((0..<Vector.scalarCount).allSatisfy { Vector.laneNumbers[$0] == Scalar($0) })
            #expect(Vector.multiplyAdd(Vector(repeating: 3), Vector(repeating: 5), .laneNumbers)[7] == 22)
        }
        check(Float.self)
        check(Double.self)
        #expect(MemoryLayout<Float.Vector>.size == 64 && MemoryLayout<Double.Vector>.size == 64)
    }

    @Test("comparison masks select lanes")
    func masks() {
        let x = Tensor<Float>((0..<37).map { Float($0) - 18 })
        let rectified = SIMDTensor.map(x) { x in x.replacing(with: 0, where: x .< 0) }
        #expect(rectified.scalars == x.scalars.map { Swift.max($0, 0) })
        let signs = SIMDTensor.map(x) { x in
            Float.Vector.zero.replacing(with: 1, where: x .> 0)
                .replacing(with: -1, where: x .<= -1)
        }
        #expect(signs.scalars == x.scalars.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 })
    }
}
