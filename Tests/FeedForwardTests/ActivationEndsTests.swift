// Activations far out: what they tend to, with all digits.

import FeedForward
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

    @Test("a slope that is not finite ends the program with a sentence")
    func slope() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = LeakyReLU(slope: 1e39)
        }
        let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(words.contains("LeakyReLU: a slope must be finite, but it is 1e+39 (in Float inf)"))
    }
}
