import SIMDTensor
import Testing

@Suite("Printing")
struct DescriptionTests {
    @Test("whole numbers, decimals and single numbers")
    func plain() {
        #expect("\(Tensor<Float>([[1, 2.5], [-3, 0.25]]))" == "[[ 1.0000,  2.5000],\n [-3.0000,  0.2500]]")
        #expect("\(Tensor<Float>([1, -20, 300]))" == "[  1, -20, 300]")
        #expect("\(Tensor<Float>([0, -0.0]))" == "[0, 0]")
        #expect("\(Tensor<Double>(3.14159))" == "3.1416")
        #expect("\(Tensor<Double>(-7))" == "-7")
        #expect("\(Tensor<Double>([0.00004, 1]))" == "[0.0000, 1.0000]")
        #expect("\(Tensor<Double>([-0.00004, 1.5]))" == "[0.0000, 1.5000]")
        #expect("\(Tensor<Double>([0.99996, 2.5]))" == "[1.0000, 2.5000]")
        #expect("\(Tensor<Double>([99_999.5]))" == "[99999.5000]")
    }

    @Test("matrices in a row are set apart by a blank line")
    func rankThree() {
        #expect(
            "\(Tensor<Float>(shape: [2, 2, 2]) { Float(4 * $0[0] + 2 * $0[1] + $0[2]) })"
                == "[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]")
    }

    @Test("empty tensors")
    func empty() {
        #expect("\(Tensor<Float>(zeros: [0]))" == "[]")
        #expect("\(Tensor<Float>(zeros: [0, 3]))" == "[]")
        #expect("\(Tensor<Float>(zeros: [2, 0]))" == "[[],\n []]")
    }

    @Test("not-a-number and infinities are words in any format")
    func special() {
        #expect("\(Tensor<Float>([.nan, .infinity, -.infinity]))" == "[ nan,  inf, -inf]")
        #expect("\(Tensor<Float>([.nan, 0.5]))" == "[   nan, 0.5000]")
        #expect("\(Tensor<Float>([-.infinity, 1e20]))" == "[      -inf, 1.0000e+20]")
    }

    @Test("very large and very small numbers are written with an exponent")
    func scientific() {
        #expect("\(Tensor<Double>([1e9]))" == "[1.0000e+09]")
        #expect("\(Tensor<Double>([0.00002]))" == "[2.0000e-05]")
        #expect("\(Tensor<Double>([-1.5e100, 0]))" == "[-1.5000e+100,   0.0000e+00]")
        #expect("\(Tensor<Double>([.greatestFiniteMagnitude]))" == "[1.7977e+308]")
        #expect("\(Tensor<Double>([-.greatestFiniteMagnitude]))" == "[-1.7977e+308]")
        #expect("\(Tensor<Double>([.leastNonzeroMagnitude]))" == "[4.9407e-324]")
        #expect("\(Tensor<Double>([.leastNormalMagnitude]))" == "[2.2251e-308]")
        #expect("\(Tensor<Float>([.greatestFiniteMagnitude, .leastNonzeroMagnitude]))" == "[3.4028e+38, 1.4013e-45]")
    }

    @Test("a mantissa that rounds to ten moves to the next exponent")
    func roundedMantissa() {
        #expect("\(Tensor<Double>([999_999.9]))" == "[1.0000e+06]")
        #expect("\(Tensor<Double>([-9.99999e-9]))" == "[-1.0000e-08]")
        #expect("\(Tensor<Double>([9.9999e20]))" == "[9.9999e+20]")
    }

    @Test("of more than a thousand elements only the ends of long axes are printed")
    func cut() {
        #expect(
            "\(Tensor<Float>(shape: [1001]) { Float($0[0]) })" == "[   0,    1,    2, …,  998,  999, 1000]")
        #expect(
            "\(Tensor<Float>(shape: [501, 2]) { Float($0[0] + $0[1]) })"
                == "[[  0,   1],\n [  1,   2],\n [  2,   3],\n …,\n [498, 499],\n [499, 500],\n [500, 501]]")
        #expect("\(Tensor<Float>(zeros: [1000]))".split(separator: ",").count == 1000)
        // What is cut away does not decide on the format.
        #expect(
            "\(Tensor<Float>(shape: [2000]) { $0[0] == 1000 ? 0.123 : 1 })" == "[1, 1, 1, …, 1, 1, 1]")
    }

    @Test("every finite number of either type is printed, with four correct decimals or digits", arguments: 0..<200)
    func everything(seed: Int) {
        var generator = TestGenerator(seed)
        func check<Scalar: TensorScalar>(_ x: Scalar) {
            let text = "\(Tensor<Scalar>(x))"
            guard x.isFinite else { return #expect(["nan", "inf", "-inf"].contains(text)) }
            let (value, printed) = (Double(x), Double(text))
            #expect(printed != nil, "\(text)")
            let tolerance = text.contains("e") ? 5.001e-5 * value.magnitude : 5.001e-5
            #expect(abs(printed! - value) <= tolerance, "\(x): \(text)")
        }
        check(Double(bitPattern: generator.next()))
        check(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())))
    }
}
