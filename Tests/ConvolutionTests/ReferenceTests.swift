// Do other implementations say the same? Forward and backward of every layer and of a whole network against the values
// that PyTorch and Keras compute in double precision (Reference/convolution.py), every case of the file.

import Convolution
import TestTools
import Testing

@Suite("PyTorch and Keras compute the same")
struct ReferenceTests {
    /// The cases of a kind of layer, and what each of them says beside its name, its kind and a note; the tests below take
    /// their cases from here, and one of them holds this against the file.
    private static let kinds: [String: (count: Int, fields: Set<String>)] = [
        "conv2d": (30, ["kernel", "stride", "dilation", "groups", "padding", "weight", "bias"]),
        "conv1d": (13, ["kernel", "stride", "dilation", "groups", "padding", "weight", "bias"]),
        "conv_transpose2d": (15, ["kernel", "stride", "dilation", "groups", "padding", "output_padding", "weight", "bias"]),
        "max_pool2d": (9, ["window", "stride", "padding"]),
        "average_pool2d": (4, ["window", "stride", "padding"]),
        "global_average_pool2d": (1, []),
        "upsample2d": (6, ["factor", "interpolation"]),
        "batch_norm": (2, ["eps", "momentum", "scale", "shift", "second_input", "after", "inference_output"]),
        "layer_norm": (2, ["eps", "scale", "shift"]),
        "network": (1, ["reduction", "labels", "layers", "logits", "loss"]),
    ]

    private static func names(_ kind: String) -> [String] {
        Reference.file.names.filter { Reference[$0].kind.text == kind }
    }

    @Test("every case of the file is used by one of these tests, and all that it says") func everyCase() {
        #expect(Self.kinds.keys.flatMap(Self.names).sorted() == Reference.file.names)
        for (kind, (count, fields)) in Self.kinds {
            let names = Self.names(kind)
            #expect(names.count == count, "\(kind)")
            // Of every tensor that goes in there is a gradient.
            let tensors = fields.intersection(["weight", "bias", "scale", "shift"]).union(["input"])
            let common: Set = kind == "network" ? ["input", "input_gradient"] : ["input", "input_gradient", "upstream", "output"]
            for name in names {
                guard case .record(let record) = Reference[name] else { return }
                let known = fields.union(common).union(tensors.map { $0 + "_gradient" }).union(["name", "kind"])
                #expect(Set(record.keys).subtracting(["note"]) == known, "\(name)")
            }
        }
    }

    /// Output and gradients of a layer; all in whole numbers of 1e-8, or as good as `Double` is, so 1e-12 everywhere.
    private func check<L: Layer>(
        _ name: String, _ layer: L, gradients: [(String, KeyPath<L, Tensor<Double>>)] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) where L.Scalar == Double {
        let reference = Reference[name]
        var layer = layer
        let x = reference.input.tensor
        let (output, backward) = layer.forward(x)
        expectClose(output, reference.output.tensor, 1e-12, "\(name), output", sourceLocation: sourceLocation)
        #expect(layer.outputShape(for: x.shape) == output.shape, "\(name)", sourceLocation: sourceLocation)
        let gradient = backward(reference.upstream.tensor)
        expectClose(
            gradient.input, reference.input_gradient.tensor, 1e-12, "\(name), gradient of the input",
            sourceLocation: sourceLocation)
        for (parameter, path) in gradients {
            guard let expected = reference[ifPresent: parameter + "_gradient"] else {
                Issue.record("\(name) has no gradient of \(parameter)", sourceLocation: sourceLocation)
                continue
            }
            expectClose(
                gradient.layer[keyPath: path], expected.tensor, 1e-12, "\(name), gradient of \(parameter)",
                sourceLocation: sourceLocation)
        }
    }

    @Test("convolution", .claim("A3.2.1-1"), arguments: names("conv2d")) func convolution(name: String) {
        let reference = Reference[name]
        let layer = Conv2D(
            weight: reference.weight.tensor, bias: reference.bias.tensor, stride: reference.stride.size,
            padding: reference.amount, dilation: reference.dilation.size, groups: Int(reference.groups.number))
        #expect(layer.window.size == reference.kernel.size)
        check(name, layer, gradients: [("weight", \.weight), ("bias", \.bias)])
        // Inference and training are the same here.
        #expect(layer(reference.input.tensor).isClose(to: reference.output.tensor, absolute: 1e-12))
    }

    @Test("convolution of sequences", arguments: names("conv1d")) func sequences(name: String) {
        let reference = Reference[name]
        let layer = Conv1D(
            weight: reference.weight.tensor, bias: reference.bias.tensor, stride: reference.stride.integers[0],
            padding: reference.amount, dilation: reference.dilation.integers[0],
            groups: Int(reference.groups.number))
        #expect([layer.window.size.columns] == reference.kernel.integers)
        check(name, layer, gradients: [("weight", \.weight), ("bias", \.bias)])
        #expect(layer(reference.input.tensor).isClose(to: reference.output.tensor, absolute: 1e-12))
    }

    @Test("transposed convolution", arguments: names("conv_transpose2d")) func transposed(name: String) {
        let reference = Reference[name]
        let layer = ConvTranspose2D(
            weight: reference.weight.tensor, bias: reference.bias.tensor, stride: reference.stride.size,
            padding: reference.amount, outputPadding: reference.output_padding.size,
            dilation: reference.dilation.size, groups: Int(reference.groups.number))
        #expect(layer.window.size == reference.kernel.size)
        check(name, layer, gradients: [("weight", \.weight), ("bias", \.bias)])
        #expect(layer(reference.input.tensor).isClose(to: reference.output.tensor, absolute: 1e-12))
    }

    @Test("max pooling, ties and padding included", .claim("A3.2.1-3"), arguments: names("max_pool2d"))
    func maxPooling(name: String) {
        let reference = Reference[name]
        let layer = MaxPool2D<Double>(
            reference.window.size, stride: reference.stride.size, padding: reference.amount)
        check(name, layer)
        #expect(layer(reference.input.tensor) == reference.output.tensor)
    }

    @Test("average pooling, padding not counted", .claim("A3.2.1-3"), arguments: names("average_pool2d"))
    func averagePooling(name: String) {
        let reference = Reference[name]
        let layer = AveragePool2D<Double>(
            reference.window.size, stride: reference.stride.size, padding: reference.amount)
        check(name, layer)
    }

    @Test("global average pooling", arguments: names("global_average_pool2d")) func globalAveragePooling(name: String) {
        check(name, GlobalAveragePool2D<Double>())
    }

    @Test("upsampling", arguments: names("upsample2d")) func upsampling(name: String) throws {
        let reference = Reference[name]
        let interpolation = try #require(
            Interpolation.allCases.first { "\($0)" == reference.interpolation.text })
        check(name, Upsampling2D<Double>(reference.factor.size, interpolation))
    }

    @Test("batch normalization: training, the running statistics after two steps, inference", arguments: names("batch_norm"))
    func batchNorm(name: String) {
        let reference = Reference[name]
        let x = reference.input.tensor
        var layer = BatchNorm<Double>(
            x.shape.last!, momentum: reference.momentum.number, epsilon: reference.eps.number)
        (layer.scale, layer.shift) = (reference.scale.tensor, reference.shift.tensor)
        check(name, layer, gradients: [("scale", \.scale), ("shift", \.shift)])
        #expect(reference.after.list.count == 2)
        for (input, after) in zip([x, reference.second_input.tensor], reference.after.list) {
            _ = layer.forward(input)
            expectClose(layer.runningMean, after.running_mean.tensor, 1e-12, name)
            expectClose(layer.runningVariance, after.running_variance.tensor, 1e-12, name)
        }
        expectClose(layer(x), reference.inference_output.tensor, 1e-12, name)
    }

    @Test("layer normalization", arguments: names("layer_norm")) func layerNorm(name: String) {
        let reference = Reference[name]
        var layer = LayerNorm<Double>(reference.input.tensor.shape.last!, epsilon: reference.eps.number)
        (layer.scale, layer.shift) = (reference.scale.tensor, reference.shift.tensor)
        check(name, layer, gradients: [("scale", \.scale), ("shift", \.shift)])
        expectClose(layer(reference.input.tensor), reference.output.tensor, 1e-12, name)
    }

    @Test("a whole network with its loss and every gradient", .claim("A3.2.1-4"), arguments: names("network"))
    func network(name: String) {
        let reference = Reference[name], layers = reference.layers.list
        #expect(layers.map(\.layer.text) == ["conv2d", "conv2d", "dense"])
        #expect(layers.map(\.activation.text) == ["relu", "relu", "none"])
        func convolution(_ place: Int) -> Conv2D<Double> {
            Conv2D(
                weight: layers[place].weight.tensor, bias: layers[place].bias.tensor, stride: layers[place].stride.size,
                padding: layers[place].amount, dilation: layers[place].dilation.size,
                groups: Int(layers[place].groups.number))
        }
        let network = Sequential {
            convolution(0)
            ReLU<Double>()
            MaxPool2D<Double>(2)
            convolution(1)
            ReLU<Double>()
            Flatten<Double>()
            Dense(weight: layers[2].weight.tensor, bias: layers[2].bias.tensor)
        }
        expectClose(network, to: reference)
        expectClose(network(reference.input.tensor), reference.logits.tensor)
    }
}

extension Reference {
    /// Rows and columns.
    fileprivate var size: Size2D { Size2D(integers[0], integers[1]) }

    /// The padding: the name of a kind, or how much, on four sides of an image or before and after a sequence.
    fileprivate var amount: Padding {
        switch self.padding {
        case .text("valid"): return .valid
        case .text("same"): return .same
        default:
            let sizes = self.padding.integers
            return sizes.count == 2
                ? .explicit(before: sizes[0], after: sizes[1])
                : .explicit(top: sizes[0], bottom: sizes[1], left: sizes[2], right: sizes[3])
        }
    }
}
