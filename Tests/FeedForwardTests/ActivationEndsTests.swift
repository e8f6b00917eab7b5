// Activations far out: what they tend to, with all digits.

import FeedForward
import Foundation
import TestTools
import Testing

@Suite("Activations at the ends")
struct ActivationEndsTests {
    @Test("GELU and its derivative keep their digits in the tail, and are their limits at infinity")
    func gelu() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            // From mpmath: x, x·Φ(x), Φ(x) + x·φ(x).
            let values: [(Double, Double, Double)] = [
                (-5.5, -1.0444259356238246e-7, -5.7334723987399248e-7), (-6, -5.9195258702261888e-9, -3.5468709453902015e-8),
                (-12, -2.1317785344932148e-32, -2.5578956616748956e-31), (1, 0.84134474606854295, 1.0833154705876863),
            ]
            let x = Tensor(values.map { Scalar($0.0) } + [-.infinity, .infinity, -1e30, 1e30])
            var layer = GELU<Scalar>()
            let (y, backward) = layer.forward(x)
            let slope = backward(Tensor(repeating: 1, shape: x.shape)).input
            for (place, value) in values.enumerated() {
                let (a, b) = (Scalar(value.1), Scalar(value.2))
                #expect(abs(y[element: place] - a) <= 5 * a.ulp, "at \(value.0): \(y[element: place])")
                #expect(abs(slope[element: place] - b) <= 5 * b.ulp, "at \(value.0): \(slope[element: place])")
            }
            #expect(y[4..<8].scalars == [0, .infinity, 0, 1e30] && slope[4..<8].scalars == [0, 1, 0, 1])
            #expect(GELU<Scalar>()(Tensor([.nan]))[element: 0].isNaN)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("sigmoid and tanh have a slope where their value has rounded to 1")
    func saturated() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let x = Tensor<Scalar>([17, -17, 9, -9, 30, -30, 0, 1, .infinity, -.infinity])
            let ones = Tensor<Scalar>(repeating: 1, shape: x.shape)
            var (sigmoid, tanh) = (Sigmoid<Scalar>(), Tanh<Scalar>())
            let (a, b) = (sigmoid.forward(x).backward(ones).input, tanh.forward(x).backward(ones).input)
            for place in 0..<x.count {
                // σ′ = e⁻ˣ/(1 + e⁻ˣ)², the same on both sides; tanh′ x = 4σ′(2x). Two values of σ, within 3 ulp each.
                func slope(_ x: Double) -> Scalar { Scalar(exp(-abs(x)) / pow(1 + exp(-abs(x)), 2)) }
                let distance = Double(x[element: place])
                for (slope, right) in [(a[element: place], slope(distance)), (b[element: place], 4 * slope(2 * distance))] {
                    #expect(abs(slope - right) <= 8 * right.ulp, "at \(distance): \(slope), not \(right)")
                }
            }
            #expect(a[element: 8] == 0 && b[element: 9] == 0)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a slope that is not finite ends the program with a sentence")
    func slope() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = LeakyReLU(slope: 1e39)
        }
        expect(result, says: "LeakyReLU: a slope must be finite, but it is 1e+39 (in Float inf)")
    }
}
