// Does the derivative belong to the formula? Central differences in `Double` against every backward pass of the chapter:
// every number of the input and of every parameter, relative error ≤ 1e-7, at random odd shapes, with more than one image
// and with biases, scales and shifts away from where they begin.

import Convolution
import TestTools
import Testing

/// y = convolution(convolution(x)) with the same kernel both times: its gradient has two shares.
struct ConvolvedTwice: Layer {
    var convolution: Conv2D<Double>

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { convolution(convolution(x)) }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (h, first) = convolution.forward(x)
        let (y, second) = convolution.forward(h)
        return (
            y,
            { g in
                let late = second(g)
                let early = first(late.input)
                var gradient = early.layer
                gradient.add(late.layer)
                return Gradients(input: early.input, layer: ConvolvedTwice(convolution: gradient))
            }
        )
    }

    var parameters: [Parameter<Self>] { convolution.parameters.map { $0.within(\Self.convolution, named: "") } }
}

@Suite("Backward passes agree with central differences", .claim("A3.2.2-3"))
struct GradientTests {
    @Test("convolution with any options", arguments: 1...24 as ClosedRange<UInt64>) func convolution(seed: UInt64) {
        var random = Random(seed: seed)
        let window = random.window(taps: 3)
        let size = random.image(for: window, more: 4)
        let (inputs, outputs, groups) = random.groups()
        let layer: Conv2D<Double> = random.convolution(inputs, outputs, window, groups: groups)
        expectGradients(of: layer, [random.integer(in: 2...3), size.rows, size.columns, inputs], seed: seed)
    }

    @Test(
        "convolution of many channels: with few outputs, many, and each channel by itself",
        arguments: [(8, 1, 1), (4, 2, 1), (1, 9, 1), (2, 17, 1), (9, 9, 9), (8, 2, 1), (16, 2, 2)] as [(Int, Int, Int)])
    func channels(inputs: Int, outputs: Int, groups: Int) {
        var random = Random(seed: UInt64(inputs * 100 + outputs))
        let layer: Conv2D<Double> = random.convolution(
            inputs, outputs, Window2D([2, 2], stride: [2, 1], padding: .same), groups: groups)
        expectGradients(of: layer, [2, 3, 4, inputs], seed: 1)
    }

    @Test("convolution of sequences", arguments: 1...12 as ClosedRange<UInt64>) func sequences(seed: UInt64) {
        var random = Random(seed: seed)
        let (inputs, outputs, groups) = random.groups()
        let padding = [Padding.valid, .same, .explicit(before: 2, after: 1)][Int(seed % 3)]
        let layer = random.sequenceConvolution(
            inputs, outputs, taps: random.integer(in: 1...3), stride: random.integer(in: 1...3), padding: padding,
            dilation: random.integer(in: 1...2), groups: groups)
        expectGradients(of: layer, [random.integer(in: 2...3), random.integer(in: 5...9), inputs], seed: seed)
    }

    @Test("transposed convolution", arguments: 1...16 as ClosedRange<UInt64>) func transposed(seed: UInt64) {
        var random = Random(seed: seed)
        let (inputs, outputs, groups) = random.groups()
        let padding = [Padding.valid, .same, .explicit(top: 1, bottom: 0, left: 1, right: 1)][Int(seed % 3)]
        let window = Window2D(
            random.size(in: 2...3), stride: random.size(in: 1...3), padding: padding, dilation: random.size(in: 1...2))
        let extra =
            padding == .same
            ? 0 : Size2D(random.integer(below: window.stride.rows), random.integer(below: window.stride.columns))
        let layer: ConvTranspose2D<Double> = random.transposedConvolution(
            inputs, outputs, window, outputPadding: extra, groups: groups)
        expectGradients(of: layer, [2, random.integer(in: 2...4), random.integer(in: 2...4), inputs], seed: seed)
    }

    @Test(
        "max pooling, also of windows that overlap, away from ties", .claim("A3.2.1-3"),
        arguments: 1...12 as ClosedRange<UInt64>)
    func maxPooling(seed: UInt64) {
        var random = Random(seed: seed)
        let padding = [Padding.valid, .same, .explicit(1)][Int(seed % 3)]
        let layer = MaxPool2D<Double>(random.size(in: 2...3), stride: random.size(in: 1...3), padding: padding)
        // No two numbers are nearer than 0.007, and a difference moves one by at most 0.003.
        let shape = [2, random.integer(in: 3...7), random.integer(in: 3...7), random.odd(upTo: 3)]
        expectGradients(of: layer, at: random.distinct(shape), seed: seed)
    }

    @Test("at a tie max pooling has no derivative, and the check says so", .claim("A3.2.1-3")) func tie() throws {
        let tie = Tensor<Double>([1, 1, 0, 0.5], shape: [1, 2, 2, 1])
        let report = checkGradients(of: MaxPool2D<Double>(2), at: tie)
        // Upwards each of the two moves the maximum, downwards neither: half a derivative for both, not one for the first.
        #expect(!report.passed && report.mismatches.map(\.wrong) == [2], "\(report)")
        let near = Tensor<Double>([1, 1 - 3e-5, 0, 0.5], shape: [1, 2, 2, 1])
        #expect(checkGradients(of: MaxPool2D<Double>(2), at: near).passed)
    }

    @Test(
        "average pooling, also of windows that overlap, and the global mean", .claim("A3.2.1-3"),
        arguments: 1...12 as ClosedRange<UInt64>)
    func averagePooling(seed: UInt64) {
        var random = Random(seed: seed)
        let padding = [Padding.valid, .same, .explicit(1)][Int(seed % 3)]
        let shape = [2, random.integer(in: 3...7), random.integer(in: 3...7), random.odd(upTo: 3)]
        expectGradients(
            of: AveragePool2D<Double>(random.size(in: 2...3), stride: random.size(in: 1...3), padding: padding), shape,
            seed: seed)
        expectGradients(of: GlobalAveragePool2D<Double>(), shape, seed: seed)
    }

    @Test("upsampling", arguments: 1...8 as ClosedRange<UInt64>) func upsampling(seed: UInt64) {
        var random = Random(seed: seed)
        let shape = [2, random.integer(in: 1...4), random.integer(in: 1...4), random.odd(upTo: 5)]
        for interpolation in Interpolation.allCases {
            expectGradients(of: Upsampling2D<Double>(random.size(in: 1...3), interpolation), shape, seed: seed)
        }
    }

    @Test("flattening and reshaping", .claim("A3.2.1-4")) func flattening() {
        expectGradients(of: Flatten<Double>(), [2, 3, 5, 3], seed: 1)
        expectGradients(of: Reshape<Double>([5, 3]), [2, 15], seed: 1)
    }

    @Test("batch and layer normalization", arguments: 1...12 as ClosedRange<UInt64>) func normalization(seed: UInt64) {
        var random = Random(seed: seed)
        let channels = random.odd(upTo: 9)
        var shape = (0..<Int(seed) % 4).map { _ in random.integer(in: 1...3) } + [channels]
        shape.insert(random.integer(in: 3...5), at: 0)
        let epsilon = seed % 2 == 0 ? 1e-5 : 0.1
        expectGradients(of: random.batchNorm(channels, epsilon: epsilon), shape, seed: seed)
        expectGradients(of: random.layerNorm(channels, epsilon: epsilon), shape, seed: seed)
    }

    @Test("dropout of maps, which repeats its chance in a copy", arguments: 1...4 as ClosedRange<UInt64>)
    func dropout(seed: UInt64) {
        var random = Random(seed: seed)
        expectGradients(of: Dropout2D<Double>(0.4, random: &random), [3, 3, 2, random.odd(upTo: 9)], seed: seed)
    }

    @Test("a layer that uses its kernel twice", arguments: 1...4 as ClosedRange<UInt64>) func usedTwice(seed: UInt64) {
        var random = Random(seed: seed)
        let window = Window2D(random.size(in: 1...3), padding: .same, dilation: random.size(in: 1...2))
        expectGradients(of: ConvolvedTwice(convolution: random.convolution(2, 2, window)), [2, 4, 5, 2], seed: seed)
    }

    @Test(
        "a whole network: convolution, normalization, activation, pooling, dropout, flattening, dense",
        .claim("A3.2.1-4"), arguments: 1...4 as ClosedRange<UInt64>)
    func networks(seed: UInt64) {
        var random = Random(seed: seed)
        expectGradients(
            of: Sequential {
                random.convolution(2, 3, Window2D(3)) as Conv2D<Double>
                ReLU<Double>()
                MaxPool2D<Double>(2)
                Flatten<Double>()
                random.dense(2 * 2 * 3, 3)
            }, [3, 7, 6, 2], seed: seed)
        expectGradients(
            of: Sequential {
                random.convolution(1, 4, Window2D(3, padding: .same)) as Conv2D<Double>
                random.batchNorm(4)
                ReLU<Double>()
                AveragePool2D<Double>(2, padding: .same)
                Dropout2D<Double>(0.3, random: &random)
                Sequential {
                    random.convolution(4, 4, Window2D(3, stride: 2, padding: .same), groups: 4) as Conv2D<Double>
                    random.convolution(4, 3, Window2D(1)) as Conv2D<Double>
                    random.layerNorm(3)
                    GELU<Double>()
                }
                Flatten<Double>()
                random.dense(2 * 2 * 3, 5)
                Softmax<Double>()
            }, [3, 7, 5, 1], seed: seed)
        // From a row of numbers to a picture and back.
        expectGradients(
            of: Sequential {
                random.dense(3, 12)
                Reshape<Double>([2, 2, 3])
                random.transposedConvolution(3, 2, Window2D(4, stride: 2, padding: .explicit(1))) as ConvTranspose2D<Double>
                LeakyReLU<Double>()
                Upsampling2D<Double>([1, 2], .bilinear)
                random.convolution(2, 2, Window2D(3, padding: .same)) as Conv2D<Double>
                Tanh<Double>()
                GlobalAveragePool2D<Double>()
            }, [2, 3], seed: seed)
    }

    @Test("the loss of a network of images, as training uses it", .claim("A3.2.1-4")) func loss() {
        var random = Random(seed: 4)
        let network = Sequential {
            random.convolution(1, 3, Window2D(3)) as Conv2D<Double>
            random.batchNorm(3)
            Softplus<Double>()
            MaxPool2D<Double>(2)
            Flatten<Double>()
            random.dense(2 * 3 * 3, 4)
        }
        expectGradients(of: LossLayer(network, labels: [3, 0, 1]), [3, 6, 8, 1], seed: 2)
    }
}
