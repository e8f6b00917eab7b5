// What surrounds the formulas: names of parameters, types without annotations, fresh weights, sizes and paddings as they
// are written.

import Convolution
import TestTools
import Testing

@Suite("Layers: names, types, fresh weights")
struct NetworkTests {
    @Test("parameters are named by the places of their layers") func parameterNames() {
        var random = Random(seed: 1)
        let network = Sequential {
            Conv2D(1, 4, kernel: 3, random: &random)
            BatchNorm(4)
            ReLU()
            Sequential {
                ConvTranspose2D(4, 2, kernel: [2, 3], random: &random)
                LayerNorm(2)
            }
        }
        #expect(
            network.parameters.map(\.name) == [
                "0.weight", "0.bias", "1.scale", "1.shift", "3.0.weight", "3.0.bias", "3.1.scale", "3.1.shift",
            ])
        #expect(network.parameterCount == 40 + 8 + (48 + 2) + 4)
        #expect(network[keyPath: network.parameters[4].path].shape == [2, 3, 2, 4])
        #expect(Conv1D(3, 4, kernel: 5, random: &random).parameters.map(\.name) == ["weight", "bias"])
        // Running statistics are remembered, not learned.
        #expect(BatchNorm(4).parameters.map(\.name) == ["scale", "shift"] && BatchNorm(4).zeroed.scale.sum() == 0)
    }

    @Test("without a type it is Float, with an annotation Double") func types() {
        func isFloat<L: Layer>(_: L) -> Bool { L.Scalar.self == Float.self }
        var random = Random(seed: 1)
        let network = Sequential {
            Reshape([6, 6, 2])
            Conv2D(2, 4, kernel: 3, initialization: .heNormal, random: &random)
            BatchNorm(4)
            Dropout2D(0.2, random: &random)
            MaxPool2D(2)
            Upsampling2D(2, .bilinear)
            ConvTranspose2D(4, 2, kernel: 3, random: &random)
            LayerNorm(2)
            AveragePool2D([2, 1])
            Flatten()
        }
        #expect(isFloat(network) && isFloat(GlobalAveragePool2D()) && isFloat(Conv1D(1, 1, kernel: 3, random: &random)))
        let layers: (Conv2D<Double>, ConvTranspose2D<Double>, Conv1D<Double>, Dropout2D<Double>) = (
            Conv2D(2, 2, kernel: 3, random: &random), ConvTranspose2D(2, 2, kernel: 3, random: &random),
            Conv1D(2, 2, kernel: 3, random: &random), Dropout2D(0.2, random: &random)
        )
        #expect(!isFloat(layers.0) && !isFloat(layers.1) && !isFloat(layers.2) && !isFloat(layers.3))
        // One seed draws the same weights in either precision, but for the last bits.
        var (one, two) = (Random(seed: 7), Random(seed: 7))
        let (a, b) = (Conv2D<Double>(2, 3, kernel: 3, random: &one), Conv2D<Float>(2, 3, kernel: 3, random: &two))
        #expect(Tensor<Double>(b.weight).isClose(to: a.weight, absolute: 1e-6))
    }

    @Test("rows and columns: one number for both, or two; padding by sides, or by ends") func sizes() {
        let (square, wide): (Size2D, Size2D) = (3, [3, 5])
        #expect(square == Size2D(3, 3) && wide == Size2D(3, 5) && "\(wide)" == "3×5")
        #expect(Padding.explicit(2) == .explicit(top: 2, bottom: 2, left: 2, right: 2))
        #expect(Padding.explicit(before: 4, after: 1) == .explicit(top: 0, bottom: 0, left: 4, right: 1))
        var random = Random(seed: 1)
        let layer = Conv2D(6, 8, kernel: wide, stride: 2, padding: .same, dilation: [1, 2], groups: 2, random: &random)
        #expect(layer.window == Window2D([3, 5], stride: [2, 2], padding: .same, dilation: [1, 2]))
        #expect(layer.inputs == 6 && layer.outputs == 8 && layer.groups == 2 && layer.weight.shape == [3, 5, 3, 8])
        let back = ConvTranspose2D(6, 8, kernel: wide, stride: 2, outputPadding: [1, 0], groups: 2, random: &random)
        #expect(back.inputs == 6 && back.outputs == 8 && back.weight.shape == [3, 5, 4, 6])
        #expect(back.outputPadding == [1, 0] && back.window == Window2D([3, 5], stride: 2))
        let sequence = Conv1D(6, 8, kernel: 5, stride: 2, dilation: 3, groups: 2, random: &random)
        #expect(sequence.inputs == 6 && sequence.outputs == 8 && sequence.weight.shape == [5, 3, 8])
        #expect(sequence.window == Window2D([1, 5], stride: [1, 2], dilation: [1, 3]))
    }

    // How many numbers come into an output, and go out of an input: of a convolution, kernel · inputs / groups and kernel ·
    // outputs / groups. Of a transposed one with a stride of 2, an output sees one in 2·2 of the taps.
    @Test("fresh weights have the variance of the papers, 2/fanIn or 2/(fanIn + fanOut), and biases are zero")
    func spread() {
        func check(_ weight: Tensor<Double>, _ terms: Double, _ what: String) {
            // Of a normal number the square has the standard error √2 times the variance; five of them.
            let error = 5 * (2 / Double(weight.count)).squareRoot()
            #expect((weight.variance() * terms / 2 - 1).magnitude <= error, "\(what): \(weight.variance()), 2/\(terms)")
        }
        var random = Random(seed: 1)
        let (he, glorot) = (
            Conv2D<Double>(20, 60, kernel: [3, 5], initialization: .heNormal, random: &random),
            Conv2D<Double>(20, 60, kernel: [3, 5], initialization: .glorotNormal, random: &random)
        )
        check(he.weight, 15 * 20, "He")
        check(glorot.weight, 15 * 80, "Glorot")
        #expect(he.bias == Tensor(zeros: [60]) && he.weight != glorot.weight)
        let grouped = Conv2D<Double>(20, 60, kernel: 5, groups: 4, initialization: .heNormal, random: &random)
        check(grouped.weight, 25 * 5, "groups")
        let groupedGlorot = Conv2D<Double>(20, 60, kernel: 5, groups: 4, random: &random)
        check(groupedGlorot.weight, 25 * (5 + 15), "groups, Glorot's uniform")
        let sequence = Conv1D<Double>(40, 60, kernel: 5, initialization: .heNormal, random: &random)
        check(sequence.weight, 5 * 40, "sequences")
        #expect(sequence.bias == Tensor(zeros: [60]))
        let same = ConvTranspose2D<Double>(40, 20, kernel: 4, initialization: .heNormal, random: &random)
        check(same.weight, 16 * 40, "transposed")
        let back = ConvTranspose2D<Double>(40, 20, kernel: 4, stride: 2, initialization: .heNormal, random: &random)
        check(back.weight, 4 * 40, "transposed, stride 2")
        let glorotBack = ConvTranspose2D<Double>(
            40, 20, kernel: 4, stride: 2, groups: 2, initialization: .glorotNormal, random: &random)
        check(glorotBack.weight, 4 * 20 + 16 * 10, "transposed, stride 2, groups, Glorot")
        #expect(back.bias == Tensor(zeros: [20]))
    }

    @Test("He's weights keep the spread of a signal through convolutions and transposed convolutions with ReLU")
    func signal() {
        var random = Random(seed: 2)
        var x: Tensor<Double> = random.normal([2, 16, 16, 24])
        for _ in 0..<6 {
            x = ReLU<Double>()(
                Conv2D<Double>(24, 24, kernel: 3, padding: .same, initialization: .heNormal, random: &random)(x))
        }
        // The mean of the squares; at the edges some inputs are zero. Measured over ten seeds: 0.29…1.28, and 0.39…0.75 of
        // three transposed ones. With half of the variance it would be 0.02, and 0.1.
        let there = (x * x).mean()
        #expect(there > 0.1 && there < 3, "\(there)")
        var z: Tensor<Double> = random.normal([2, 3, 3, 24])
        for _ in 0..<3 {
            z = ReLU<Double>()(
                ConvTranspose2D<Double>(
                    24, 24, kernel: 4, stride: 2, padding: .same, initialization: .heNormal, random: &random)(z))
        }
        let back = (z * z).mean()
        #expect(back > 0.25 && back < 3, "\(back)")
    }
}
