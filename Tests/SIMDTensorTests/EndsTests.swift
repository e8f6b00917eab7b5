// Right at the ends of the numbers: where what is left is tiny beside what it is taken from, where squares and sums are too
// large or too small for a number. "Right" is exact arithmetic on the given numbers.

import Testing

@testable import SIMDTensor

@Suite("Right at the ends of the numbers")
struct EndsTests {
    /// |a − b| is at most `units` in b's last place.
    private func isClose<Scalar: TensorScalar>(_ a: Scalar, _ b: Double, _ units: Double) -> Bool {
        abs(Double(a) - b) <= units * Double(Scalar(b).ulp)
    }

    @Test("the normal distribution is within 4 ulp in both tails, its density within 3")
    func standardNormal() {
        // From mpmath with 60 digits: x, Φ(x), φ(x).
        let values: [(Double, Double, Double)] = [
            (-12, 1.776482112077679e-33, 2.1463837356630603e-32), (-5.5, 1.8989562465887719e-08, 1.0769760042543276e-07),
            (-6, 9.8658764503769814e-10, 6.0758828498232855e-09), (-1, 0.15865525393145707, 0.24197072451914337),
            (0, 0.5, 0.39894228040143270), (0.5, 0.6914624612740131, 0.35206532676429948),
            (3, 0.99865010196836991, 0.0044318484119380072),
        ]
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            for (x, cumulative, density) in values {
                let found = Scalar.standardNormal(Scalar(x))
                #expect(isClose(found.cumulative, cumulative, 4) && isClose(found.density, density, 3), "at \(x)")
            }
            #expect(Scalar.standardNormal(-.infinity) == (0, 0) && Scalar.standardNormal(.infinity) == (0, 1))
            #expect(Scalar.standardNormal(.nan).cumulative.isNaN && Scalar.standardNormal(.nan).density.isNaN)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("the variance makes up for the rounding of the mean")
    func variance() {
        #expect(Tensor<Float>([16_777_216, 16_777_218]).variance() == 1)
        #expect(Tensor<Float>([[16_777_216], [16_777_218]]).variance(along: 0).scalars == [1])
        #expect(Tensor<Float>([[16_777_216, 16_777_218]]).variance(along: 1).scalars == [1])
        #expect(Tensor<Double>([0x1p53, 0x1p53 + 2]).variance() == 1)
        #expect(Tensor<Double>([[0x1p53, 0x1p53 + 2]]).variance(along: 1).scalars == [1])
        #expect(Tensor<Float>(repeating: 123_456.703125, shape: [3]).variance() == 0)
    }

    @Test("norms, variances and means of what is huge or tiny")
    func range() {
        func check<Scalar: TensorScalar>(_: Scalar.Type, power: Int) {
            let huge = Scalar(sign: .plus, exponent: Scalar.Exponent(power), significand: 1), tiny = 1 / huge
            for scale in [huge, tiny, .leastNonzeroMagnitude] {
                #expect(Tensor<Scalar>([3 * scale, -4 * scale]).norm() == 5 * scale)
            }
            // Numbers whose squares add up to too much, and a variance that does not.
            let wide = Tensor([huge, -huge] + [Scalar](repeating: 0, count: 126))
            #expect(wide.norm() == huge * Scalar(2).squareRoot())
            let variance = Scalar(sign: .plus, exponent: Scalar.Exponent(2 * (power - 3)), significand: 1)
            #expect(wide.variance() == variance)
            #expect(wide.reshaped([128, 1]).variance(along: 0).scalars == [variance])
            let most = Scalar.greatestFiniteMagnitude
            #expect(Tensor([most, most]).mean() == most && Tensor([most, most, -most]).sum() == most)
            #expect(Tensor([[most, most]]).mean(along: 1).scalars == [most])
            #expect(Tensor([[most, 1], [most, 3]]).mean(along: 0).scalars == [most, 2])
            #expect(Tensor([[most, 1], [most, 3], [-most, 5]]).sum(along: 0).scalars == [most, 9])
            #expect(Tensor([most, most]).sum() == .infinity && Tensor([-most, -most]).sum() == -.infinity)
            #expect(Tensor<Scalar>([1, .infinity]).norm() == .infinity && Tensor<Scalar>([1, .nan]).norm().isNaN)
            #expect(Tensor<Scalar>([.infinity, .nan]).norm().isNaN && Tensor<Scalar>(zeros: [3]).norm() == 0)
            #expect(Tensor<Scalar>(zeros: [0]).norm() == 0 && Tensor<Scalar>(zeros: [2, 0]).variance(along: 0).count == 0)
            let ends = Tensor(from: -most, through: most, count: 3)
            #expect(ends.scalars == [-most, 0, most])
        }
        check(Float.self, power: 66)
        check(Double.self, power: 514)
        #expect(abs(Tensor<Float>([3e19, 4e19]).norm() / 5e19 - 1) <= 0x1p-22)
        #expect(abs(Tensor<Float>([3e-24, 4e-24]).norm() / 5e-24 - 1) <= 0x1p-22)
        #expect(Tensor<Float>([3e38, 3e38]).mean() == 3e38)
    }

    @Test("a sum of equal numbers is within 10 units of its terms' rounding; along columns it is the nearest number")
    func tenths() {
        let count = 10_000_000, x = Tensor<Float>(repeating: 0.1, shape: [count])
        let exact = Double(Float(0.1)) * Double(count)
        #expect(abs(Double(x.sum()) / exact - 1) <= 10 * 0x1p-24)
        #expect(x.reshaped([count / 4, 4]).sum(along: 0).scalars == [Float](repeating: Float(exact / 4), count: 4))
        // As many rows of a table added up at one place.
        let rows = Tensor<Float>(repeating: 0.1, shape: [100_000, 1])
        #expect(rows.summed(rows: [Int](repeating: 1, count: 100_000), count: 2).scalars
            == [0, Float(Double(Float(0.1)) * 100_000)])
        let wide = Tensor<Double>([[1], [0x1p60], [1], [-0x1p60], [.infinity]])
        #expect(wide.summed(rows: [0, 0, 0, 0, 1], count: 2).scalars == [2, .infinity])
    }

    @Test("the logarithm of a probability near 1 keeps its digits")
    func logarithms() {
        // ln(1 + e⁻²⁰), ln(1 + e⁻⁹⁰), from mpmath.
        let (twenty, ninety) = (2.0611536203143807e-9, 8.1940126239905154e-40)
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            #expect(isClose(logSoftmax(Tensor<Scalar>([20, 0]))[element: 0], -twenty, 4))
            #expect(isClose(logSoftmax(Tensor<Scalar>([0, 90]))[element: 1], -ninety, 4))
            #expect(isClose(Tensor<Scalar>([0, -20]).logSumExp(along: 0).scalar, twenty, 4))
            #expect(isClose(logSoftmax(Tensor<Scalar>([3, 3, -17]))[element: 0], -0.69314718159052212, 4))
            let long = Tensor<Scalar>([Scalar](repeating: 0, count: 40) + [30])
            #expect(isClose(logSoftmax(long)[element: 40], -3.7430491875290646e-12, 8), "\(logSoftmax(long)[element: 40])")
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("uniform numbers fill a range that is too wide for a number")
    func uniform() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var random = Random(seed: 3)
            let most = Scalar.greatestFiniteMagnitude
            let x: Tensor<Scalar> = random.uniform([1000], in: -most..<most)
            #expect(x.maximum() < most && x.minimum() >= -most)
            // Of a thousand, each quarter of the range has 250 ± 70, five standard deviations.
            for quarter in 0..<4 {
                let low = (Scalar(quarter) / 2 - 1) * most, high = (Scalar(quarter + 1) / 2 - 1) * most
                let inside = x.scalars.count { $0 >= low && $0 < high }
                #expect(abs(inside - 250) <= 70, "\(quarter): \(inside)")
            }
        }
        check(Float.self)
        check(Double.self)
        var random = Random(seed: 3)
        #expect(random.categorical([1e308, 1e308, 0]) < 2)
    }
}
