// Pooling and dropout of what is infinite or not a number, and arguments that make no sense.

import Convolution
import TestTools
import Testing

@Suite("Pooling of what is infinite or not a number")
struct PoolingEndsTests {
    /// The gradient of max pooling, of one channel, with 1 as the gradient of each output.
    private func share<Scalar: TensorScalar>(_ x: [[Scalar]], _ layer: MaxPool2D<Scalar>) -> [Scalar] {
        var layer = layer
        let (y, backward) = layer.forward(Tensor(x).reshaped([1, x.count, x[0].count, 1]))
        return backward(Tensor(repeating: 1, shape: y.shape)).input.scalars
    }

    @Test("the gradient of max pooling goes to the number that its output is, also where that is none") func gradient() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let (none, infinity) = (Scalar.nan, Scalar.infinity)
            for (x, expected) in [
                ([[1, none], [0, 0]], [0, 1, 0, 0]),
                ([[1, none], [none, 0]], [0, 1, 0, 0]),
                ([[0, infinity], [none, infinity]], [0, 0, 1, 0]),
                ([[none, infinity], [1, 1]], [1, 0, 0, 0]),
                ([[1, infinity], [infinity, 0]], [0, 1, 0, 0]),
                ([[-infinity, -infinity], [-infinity, -infinity]], [1, 0, 0, 0]),
                ([[-infinity, none], [-infinity, -infinity]], [0, 1, 0, 0]),
                ([[none, none], [none, none]], [1, 0, 0, 0]),
                ([[2, 2], [1, 2]], [1, 0, 0, 0]),
            ] as [([[Scalar]], [Scalar])] {
                #expect(share(x, MaxPool2D<Scalar>(2)) == expected, "\(x)")
            }
            // Windows that overlap: three of the four see the one that is none.
            let x: [[Scalar]] = [[1, 2, 0], [0, none, 0], [5, 0, 0]]
            #expect(share(x, MaxPool2D<Scalar>(2, stride: 1)) == [0, 0, 0, 0, 4, 0, 0, 0, 0])
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("with many channels each has its own") func channels() {
        // 37 channels: whole vectors and a rest. In channel c the pixel c mod 4 is none, in every third the largest is 9.
        let x = Tensor<Float>(shape: [2, 2, 2, 37]) { place in
            let (pixel, channel) = (2 * place[1] + place[2], place[3])
            if channel % 3 == 0 { return pixel == channel % 4 ? 9 : 0 }
            return pixel == channel % 4 ? .nan : 9
        }
        var layer = MaxPool2D(2)
        let (y, backward) = layer.forward(x)
        let found = backward(Tensor(repeating: 1, shape: y.shape)).input
        #expect(found == Tensor(shape: x.shape) { 2 * $0[1] + $0[2] == $0[3] % 4 ? 1 : 0 })
    }

    @Test("what is dropped of the maps is zero, whatever it was, and so is its gradient") func dropout() {
        var random = Random(seed: 3)
        var layer = Dropout2D(0.5, random: &random)
        let x = Tensor<Float>(repeating: .infinity, shape: [4, 2, 2, 8])
        let (y, backward) = layer.forward(x)
        for result in [y, backward(x).input] {
            #expect(result.scalars.allSatisfy { $0 == 0 || $0 == .infinity } && result == y)
        }
        #expect(y.scalars.contains(0) && y.scalars.contains(.infinity))
    }

    @Test("means and what lies between pixels: an infinite number stays infinite and does not spread") func linear() {
        let x = Tensor<Float>([[.infinity, 1], [2, 3]]).reshaped([1, 2, 2, 1])
        #expect(AveragePool2D([1, 2])(x).scalars == [.infinity, 2.5])
        #expect(Upsampling2D(2)(x).scalars[15] == 3 && Upsampling2D(2, .bilinear)(x).scalars[15] == 3)
        #expect(Upsampling2D(2, .bilinear)(x).scalars.allSatisfy { !$0.isNaN })
    }
}

@Suite("Arguments that make no sense end with a sentence")
struct ArgumentTests {
    @Test("convolutions without channels or with a kernel of no size") func kernels() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv2D(-3, 3, kernel: 3, random: &random)
            }, says: "Conv2D(-3, 3): a fresh layer has at least one input and one output")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv1D(3, 3, kernel: 0, random: &random)
            }, says: "Conv1D(3, 3): a kernel is at least 1×1, and it and the channels are fewer than 2²⁰, but the kernel is 1×0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D<Double>(3, 3, kernel: [1 << 40, 1 << 40], random: &random)
            }, says: "ConvTranspose2D(3, 3): a kernel is at least 1×1")
    }

    @Test("strides, dilations, padding and images that no machine can count") func huge() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D(1, 1, kernel: 3, stride: [.max, 2], random: &random)
            }, says: "Window2D: the stride is at most 2³⁰, but it is 9223372036854775807×2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Window2D(3, dilation: [1, .max])
            }, says: "Window2D: the dilation is at most 2³⁰, but it is 1×9223372036854775807")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = AveragePool2D([3, 3], padding: .explicit(top: .max, bottom: .max, left: 0, right: 0))
            }, says: "Window2D: padding is at most 2³⁰")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MaxPool2D(2).outputShape(for: [1, .max, 4, 1])
            }, says: "MaxPool2D(2×2): images have at most 2³⁰ rows and columns, and no negative number of them")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = WindowAxis(input: 3, output: .max, taps: 2, stride: 2)
            }, says: "WindowAxis: nothing may be larger than 2³¹")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Upsampling2D([1, .max])
            }, says: "Upsampling2D: the factor is at most 2³⁰, but it is 1×9223372036854775807")
    }

    @Test("shapes that none can have, and images that are none where multiplications are counted") func shapes() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Reshape([-2, -2])
            }, says: "Reshape: the shape of an example has sizes that are not negative and can be multiplied, but it is [-2, -2]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D(3, 4, kernel: 3, random: &random).multiplicationCount(for: [2, 3])
            }, says: "ConvTranspose2D(3, 4, kernel: 3×3): images [batch, rows, columns, 3] are expected")
    }
}
