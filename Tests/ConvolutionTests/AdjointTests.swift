// A convolution is linear in its input and in its kernel. So the backward pass can be tested without a small step and
// without a formula: with ⟨a, b⟩ = Σ a ∘ b,
//
//     ⟨convolution(x, w), y⟩ = ⟨x, adjoint(y, w)⟩ = ⟨w, kernel gradient(x, y)⟩
//
// for any x, w and y, of any size; in other words, the gradients are right if these three numbers are the same.

import Convolution
import TestTools
import Testing

@Suite("The backward pass is the adjoint of the forward pass")
struct AdjointTests {
    private func product(_ a: Tensor<Double>, _ b: Tensor<Double>) -> Double { (a * b).sum() }

    /// Expects ⟨layer(x), y⟩ = ⟨x, layer's backward pass of y⟩ for a layer without biases, and of a layer with weights that
    /// of the weights as well; to 1e-12 of the sum of the magnitudes.
    private func check<L: Layer>(
        _ layer: L, _ shape: [Int], weight: KeyPath<L, Tensor<Double>>? = nil, _ random: inout Random,
        sourceLocation: SourceLocation = #_sourceLocation
    ) where L.Scalar == Double {
        var layer = layer
        let x: Tensor<Double> = random.normal(shape)
        let (output, backward) = layer.forward(x)
        let y: Tensor<Double> = random.normal(output.shape)
        let gradient = backward(y)
        let scale = 1 + map(output * y) { $0.magnitude }.sum()
        let there = product(output, y) / scale
        expectClose(product(x, gradient.input) / scale, there, 1e-12, "\(L.self)", sourceLocation: sourceLocation)
        if let weight {
            let back = product(layer[keyPath: weight], gradient.layer[keyPath: weight]) / scale
            expectClose(back, there, 1e-12, "weight of \(L.self)", sourceLocation: sourceLocation)
        }
    }

    @Test("of convolutions with any options", arguments: 1...80 as ClosedRange<UInt64>) func convolution(seed: UInt64) {
        var random = Random(seed: seed)
        let window = random.window()
        let size = random.image(for: window, more: 9)
        // Far more channels than elsewhere: nothing here is slow.
        let groups = random.integer(in: 1...3)
        let (inputs, outputs) = (groups * random.integer(in: 1...40), groups * random.integer(in: 1...40))
        var layer: Conv2D<Double> = random.convolution(inputs, outputs, window, groups: groups)
        layer.bias = Tensor(zeros: [outputs])
        let shape = [random.integer(in: 1...20), size.rows, size.columns, inputs]
        check(layer, shape, weight: \.weight, &random)

        // The transposed convolution with the same kernel is the backward pass of the convolution, exactly.
        let x: Tensor<Double> = random.normal(shape)
        let (output, backward) = layer.forward(x)
        let y: Tensor<Double> = random.normal(output.shape)
        let lost = (0...1).map { axis in x.shape[axis + 1] - transposed(layer).outputShape(for: y.shape)[axis + 1] }
        // With padding same and a stride the convolution rounds up, and what it lost is another number.
        guard lost.allSatisfy({ $0 >= 0 }), window.padding != .same || lost == [0, 0] else { return }
        let back = transposed(layer, outputPadding: Size2D(lost[0], lost[1]))
        #expect(back(y) == backward(y).input)
        check(back, y.shape, weight: \.weight, &random)
    }

    /// The layer that goes the other way.
    private func transposed(_ layer: Conv2D<Double>, outputPadding: Size2D = 0) -> ConvTranspose2D<Double> {
        ConvTranspose2D(
            weight: layer.weight, bias: Tensor(zeros: [layer.inputs]), stride: layer.window.stride,
            padding: layer.window.padding, outputPadding: outputPadding, dilation: layer.window.dilation,
            groups: layer.groups)
    }

    @Test("of convolutions of sequences", arguments: 1...20 as ClosedRange<UInt64>) func sequences(seed: UInt64) {
        var random = Random(seed: seed)
        let (groups, taps) = (random.integer(in: 1...3), random.integer(in: 1...5))
        let (inputs, outputs) = (groups * random.integer(in: 1...20), groups * random.integer(in: 1...20))
        var layer = random.sequenceConvolution(
            inputs, outputs, taps: taps, stride: random.integer(in: 1...3), padding: random.padding(),
            dilation: random.integer(in: 1...3), groups: groups)
        layer.bias = Tensor(zeros: [outputs])
        check(layer, [random.integer(in: 1...20), random.integer(in: 13...40), inputs], weight: \.weight, &random)
    }

    @Test("of average pooling, upsampling and flattening, which are linear too", arguments: 1...20 as ClosedRange<UInt64>)
    func linearLayers(seed: UInt64) {
        var random = Random(seed: seed)
        let channels = random.integer(in: 1...40), batch = random.integer(in: 1...20)
        let shape = [batch, random.integer(in: 4...9), random.integer(in: 4...9), channels]
        let padding = [Padding.valid, .same][Int(seed % 2)]
        check(
            AveragePool2D<Double>(random.size(in: 1...4), stride: random.size(in: 1...4), padding: padding), shape, &random)
        check(GlobalAveragePool2D<Double>(), shape, &random)
        for interpolation in Interpolation.allCases {
            check(Upsampling2D<Double>(random.size(in: 1...4), interpolation), shape, &random)
        }
        check(Flatten<Double>(), shape, &random)
        check(Dropout2D<Double>(0.5, random: &random), shape, &random)
    }
}
