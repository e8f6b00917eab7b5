// An elementwise formula that the compiler does not put into its loop, or a generic function that it does not compile
// for the scalar at hand, is forty to seven hundred times slower, and nothing says so. These tests do: each compares
// with a loop over the same memory written by hand, in the same process and by the shortest of many runs, so that only
// the ratio counts and not the machine.

import SIMDTensor
import TestTools
import Testing

@Suite("Nothing has fallen off the cliff", .serialized, .uninstrumented)
struct SpeedTests {
    /// As many times slower than the loop by hand may something be. What has fallen off is at least 40 times slower.
    private static let bound = 20.0

    private static let count = 16_384

    private static let numbers = (0..<count).map { $0 % 100 }

    /// The shortest of many runs, in seconds: the one that nothing disturbed.
    private func shortest(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        return (0..<60).map { _ in clock.measure(body) / .seconds(1) }.min() ?? .infinity
    }

    /// x + x by hand, with memory for the result, as the tensor needs it too. Once for each scalar: were this generic,
    /// it might itself fall off.
    private func floatsByHand() -> Double {
        let x = Self.numbers.map { Float($0) }
        return x.withUnsafeBytes { source in
            shortest {
                let result = UnsafeMutableRawPointer.allocate(byteCount: source.count, alignment: 64)
                for i in stride(from: 0, to: source.count, by: 64) {
                    let vector = source.loadUnaligned(fromByteOffset: i, as: SIMD16<Float>.self)
                    result.storeBytes(of: vector + vector, toByteOffset: i, as: SIMD16<Float>.self)
                }
                keep(result)
                result.deallocate()
            }
        }
    }

    private func doublesByHand() -> Double {
        let x = Self.numbers.map { Double($0) }
        return x.withUnsafeBytes { source in
            shortest {
                let result = UnsafeMutableRawPointer.allocate(byteCount: source.count, alignment: 64)
                for i in stride(from: 0, to: source.count, by: 64) {
                    let vector = source.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
                    result.storeBytes(of: vector + vector, toByteOffset: i, as: SIMD8<Double>.self)
                }
                keep(result)
                result.deallocate()
            }
        }
    }

    /// How many loops by hand each of these takes.
    @inline(__always)
    private func check<Scalar: TensorScalar>(_: Scalar.Type, byHand: Double, convert: (Tensor<Scalar>) -> Void) {
        let a = Tensor<Scalar>(Self.numbers.map { Scalar($0) })
        let matrix = a.reshaped([128, 128]), row = a[0..<128], column = row.reshaped([128, 1])
        var (b, random) = (a, Random(seed: 1))
        let copy = a + 0, half = Scalar.Vector(repeating: 0.5)
        func expect(_ name: String, _ loops: Double = 1, _ body: () -> Void) {
            let ratio = shortest(body) / (loops * byHand)
            #expect(ratio < Self.bound, "\(name)")
        }
        expect("a + a") { keep(a + a) }
        expect("a · 2") { keep(a * 2) }
        expect("−a") { keep(-a) }
        expect("map of one") { keep(map(a) { x in x * x + x }) }
        expect("map of four") { keep(map(a, a, a, a) { f, c, i, g in f * c + i * g }) }
        expect("b += a") { b += a }
        expect("onThreads") { onThreads(&b, with: a) { $0.update { w, g in w -= half * g } } }
        expect("matrix + row") { keep(matrix + row) }
        expect("matrix + column") { keep(matrix + column) }
        expect("sum") { keep(a.sum()) }
        expect("norm") { keep(a.norm()) }
        expect("variance") { keep(a.variance()) }
        expect("softmax", 8) { keep(softmax(matrix)) }
        expect("logSoftmax", 8) { keep(logSoftmax(matrix)) }
        expect("mapAndSum") { keep(mapAndSum(a, a) { x, y in (element: x - y, term: x * y) }) }
        expect("sum along rows") { keep(matrix.sum(along: 1)) }
        expect("sum along columns") { keep(matrix.sum(along: 0)) }
        expect("zeros") { keep(Tensor<Scalar>(zeros: [Self.count])) }
        expect("concatenate") { keep(Tensor.concatenate([matrix, matrix], along: 1)) }
        expect("slice") { keep(matrix.slice(along: 1, 1..<127)) }
        expect("gathered") { keep(matrix.gathered(rows: Array(0..<128))) }
        expect("scalars") { keep(a.scalars) }
        expect("map with a mask") { keep(map(a) { x in x.replacing(with: .zero, where: x .< .zero) }) }
        expect("maximum") { keep(a.maximum()) }
        expect("maximum along rows", 2) { keep(matrix.maximum(along: 1)) }
        expect("maximum along columns") { keep(matrix.maximum(along: 0)) }
        // These go element by element.
        expect("argmax", 4) { keep(matrix.argmax()) }
        expect("permuted", 4) { keep(matrix.permuted([1, 0])) }
        expect("==", 4) { keep(a == copy) }
        expect("isClose", 4) { keep(a.isClose(to: copy)) }
        expect("maximumDifference", 4) { keep(a.maximumDifference(from: copy)) }
        expect("other precision", 4) { convert(a) }
        expect("uniform", 4) { keep(random.uniform([Self.count]) as Tensor<Scalar>) }
        expect("bernoulli", 4) { keep(random.bernoulli([Self.count], probability: 0.5) as Tensor<Scalar>) }
        expect("normal", 40) { keep(random.normal([Self.count]) as Tensor<Scalar>) }
        // 128 multiplications an element.
        expect("product", 128) { keep(matrix • matrix) }
        expect("product, transposed", 128) { keep(matrix • matrix.transposed) }
    }

    @Test("Float") func float() {
        check(Float.self, byHand: floatsByHand()) { keep(Tensor<Double>($0)) }
    }

    @Test("Double") func double() {
        check(Double.self, byHand: doublesByHand()) { keep(Tensor<Float>($0)) }
    }

    @Test("a generic formula that is not compiled for its scalar is beyond the bound")
    func plantedCliff() {
        let a = Tensor<Float>(Self.numbers.map { Float($0) })
        #expect(shortest { keep(doubledGenerically(a)) } / floatsByHand() > Self.bound)
    }
}

/// Keeps a result from being optimised away.
@inline(never) private func keep<Value>(_ value: Value) {}

/// a + a, as slow as generic code is that is not compiled for its scalar.
@inline(never) @_semantics("optimize.sil.specialize.generic.never")
private func doubledGenerically<Scalar: TensorScalar>(_ a: Tensor<Scalar>) -> Tensor<Scalar> { map(a) { $0 + $0 } }
