// Is the formula right? Every layer, forwards and, where there is a formula for it, backwards, against a transcription as
// plain loops over `Double` (Loops.swift), which shares nothing with the layer but the formula. A gradient check cannot see
// a wrong formula; these tests can.

import Convolution
import Foundation
import TestTools
import Testing

@Suite("Convolutions equal their formulas written as plain loops")
struct ConvolutionEquationTests {
    /// Compares output, shape and all gradients with the loops. The layer and its input may be of `Float`, which the loops
    /// are given exactly.
    ///
    /// - Parameter tolerance: times the sum of the magnitudes that an element is the sum of, or 1 if that is less.
    private func check<Scalar: TensorScalar>(
        _ layer: Conv2D<Scalar>, _ x: Tensor<Scalar>, tolerance: Double, _ random: inout Random,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let (input, weight) = (Grid(Tensor(x)), Grid(Tensor(layer.weight)))
        let bias = layer.bias.scalars.map { Double($0) }
        let walks = Walks(layer.window, over: x.shape)
        let expected = Loops.convolution(input, weight, bias, walks, groups: layer.groups)
        var training = layer
        let (output, backward) = training.forward(x)
        let what = "\(x.shape), \(layer.window), \(layer.groups) groups, \(layer.outputs) outputs, \(Scalar.self)"
        #expect(output == layer(x), "\(what)", sourceLocation: sourceLocation)
        #expect(layer.outputShape(for: x.shape) == output.shape, "\(what)", sourceLocation: sourceLocation)
        // What the sums are of, without the signs.
        let (inputs, weights) = (input.magnitudes, weight.magnitudes)
        let sizes = Loops.convolution(inputs, weights, bias.map { abs($0) }, walks, groups: layer.groups)
        expectNear(output, expected, sizes, tolerance, "\(what), output", sourceLocation)

        let g: Tensor<Scalar> = random.normal(output.shape)
        let upstream = Grid(Tensor(g))
        let gradient = backward(g)
        let exact = Loops.convolutionGradients(input, weight, upstream, walks, groups: layer.groups)
        let magnitudes = Loops.convolutionGradients(
            inputs, weights, upstream.magnitudes, walks, groups: layer.groups)
        expectNear(gradient.input, exact.input, magnitudes.input, tolerance, "\(what), input", sourceLocation)
        expectNear(gradient.layer.weight, exact.weight, magnitudes.weight, tolerance, "\(what), weight", sourceLocation)
        expectNear(
            gradient.layer.bias.reshaped([1, 1, 1, layer.outputs]), exact.bias, magnitudes.bias, tolerance,
            "\(what), bias", sourceLocation)
    }

    private func expectNear<Scalar: TensorScalar>(
        _ tensor: Tensor<Scalar>, _ exact: Grid, _ sizes: Grid, _ tolerance: Double, _ what: String,
        _ sourceLocation: SourceLocation
    ) {
        guard tensor.shape == exact.shape else {
            Issue.record("\(what): shape \(tensor.shape) instead of \(exact.shape)", sourceLocation: sourceLocation)
            return
        }
        for (place, value) in tensor.scalars.enumerated() {
            let difference = (Double(value) - exact.values[place]).magnitude
            if !(difference <= tolerance * max(1, sizes.values[place])) {
                Issue.record(
                    "\(what): element \(place) is \(value) instead of \(exact.values[place])",
                    sourceLocation: sourceLocation)
                return
            }
        }
    }

    // Measured: at most 5.2e-16 in Double and 2.8e-7 in Float.
    private let double = 1e-14
    private let float = 1e-6

    @Test(
        "any size, stride, padding, dilation and number of groups", .claim("A3.2.1-1"), .claim("A3.2.1-2"),
        arguments: 1...120 as ClosedRange<UInt64>)
    func anyOptions(seed: UInt64) {
        var random = Random(seed: seed)
        let window = random.window()
        let size = random.image(for: window, more: 6)
        let (inputs, outputs, groups) = random.groups()
        let shape = [random.integer(in: 1...3), size.rows, size.columns, inputs]
        check(
            random.convolution(inputs, outputs, window, groups: groups), random.normal(shape) as Tensor<Double>,
            tolerance: double, &random)
        check(
            random.convolution(inputs, outputs, window, groups: groups), random.normal(shape) as Tensor<Float>,
            tolerance: float, &random)
    }

    /// Numbers of channels on both sides of where the tensor goes another way: vectors hold 16 floats or 8 doubles, a wide
    /// tile two of them; up to four channels vectors run along the window, if what it sees without a gap fills them.
    static let channels: [(inputs: Int, outputs: Int, groups: Int, columns: Int)] = [
        // Outputs: few, and about one and two vectors; the same numbers of inputs make the gradient's.
        (1, 1, 1, 3), (2, 4, 1, 3), (3, 5, 1, 3), (3, 7, 1, 1), (1, 8, 1, 5), (2, 9, 1, 2), (3, 15, 1, 3), (1, 16, 1, 3),
        (2, 17, 1, 3), (3, 31, 1, 2), (1, 32, 1, 3), (2, 33, 1, 3), (4, 49, 1, 3), (5, 1, 1, 3), (8, 5, 1, 3),
        (9, 6, 1, 3), (15, 3, 1, 3), (17, 4, 1, 3), (17, 18, 1, 3), (31, 2, 1, 3), (33, 1, 1, 3), (33, 34, 1, 1),
        // Few outputs of windows whose rows fill whole vectors, and the other way round.
        (4, 1, 1, 4), (4, 3, 1, 4), (8, 2, 1, 2), (8, 4, 1, 3), (16, 1, 1, 1), (16, 3, 1, 3), (2, 2, 1, 8), (1, 4, 1, 16),
        (32, 4, 1, 2), (1, 16, 1, 1), (3, 16, 1, 3), (2, 32, 1, 2), (4, 8, 1, 2), (3, 4, 1, 4), (1, 2, 1, 8),
        (4, 24, 1, 1), (3, 40, 1, 2),
        // Groups: of whole vectors and few outputs, of few inputs, with several outputs each.
        (32, 4, 2, 3), (16, 6, 2, 2), (4, 32, 2, 3), (6, 48, 3, 1), (48, 3, 3, 1), (6, 9, 3, 3), (2, 34, 2, 3),
        (10, 20, 5, 3), (66, 2, 2, 3), (4, 68, 4, 3),
        // Runs longer than what is computed at a time.
        (300, 6, 1, 1), (100, 18, 1, 3), (6, 300, 1, 1),
        // Each channel by itself: less than a vector, about one and two; with one and with more outputs each.
        (2, 2, 2, 3), (3, 3, 3, 3), (7, 7, 7, 3), (8, 8, 8, 1), (9, 9, 9, 3), (15, 15, 15, 2), (16, 16, 16, 3),
        (17, 17, 17, 3), (31, 31, 31, 3), (33, 33, 33, 3), (5, 10, 5, 3), (16, 32, 16, 3),
    ]

    @Test(
        "any number of channels: few, about one vector, about two, depthwise, windows that fill whole vectors",
        .claim("A3.2.1-1"), arguments: channels)
    func anyChannels(inputs: Int, outputs: Int, groups: Int, columns: Int) {
        var random = Random(seed: UInt64(1000 * inputs + outputs))
        let windows = [
            Window2D([2, columns]), Window2D([3, columns], padding: .same),
            Window2D([2, columns], stride: [1, 2], padding: .explicit(top: 1, bottom: 0, left: 2, right: 1)),
        ]
        for window in windows {
            let shape = [2, random.integer(in: 4...7), columns + random.integer(in: 2...6), inputs]
            check(
                random.convolution(inputs, outputs, window, groups: groups), random.normal(shape) as Tensor<Double>,
                tolerance: double, &random)
            check(
                random.convolution(inputs, outputs, window, groups: groups), random.normal(shape) as Tensor<Float>,
                tolerance: float, &random)
        }
    }

    @Test(
        "images so narrow that at the edge a window sees a part of a vector", .claim("A3.2.1-1"), arguments: [1, 2, 3, 4, 6])
    func narrowImages(columns: Int) {
        var random = Random(seed: UInt64(columns))
        for (inputs, outputs) in [(4, 1), (8, 1), (8, 3), (1, 4), (3, 8), (2, 8), (4, 4)] {
            for window in [
                Window2D(3, padding: .same), Window2D(5, stride: 3, padding: .same),
                Window2D([1, 4], padding: .explicit(top: 0, bottom: 0, left: 3, right: 2), dilation: [1, 2]),
            ] {
                let shape = [2, 5, columns + (window.dilation.columns > 1 ? 2 : 0), inputs]
                check(
                    random.convolution(inputs, outputs, window, groups: 1), random.normal(shape) as Tensor<Double>,
                    tolerance: double, &random)
                check(
                    random.convolution(inputs, outputs, window, groups: 1), random.normal(shape) as Tensor<Float>,
                    tolerance: float, &random)
            }
        }
    }

    @Test(
        "any number of images, and images of one row, of one column, of one pixel and of many",
        .claim("A3.2.1-1"),
        arguments: [
            [1, 9, 9], [2, 9, 9], [9, 5, 4], [17, 4, 5], [33, 3, 3], [2, 1, 40], [2, 40, 1], [3, 1, 1], [1, 14, 15],
            [1, 2, 150], [1, 150, 2],
        ])
    func anyImages(size: [Int]) {
        var random = Random(seed: UInt64(size[0] * 100 + size[1]))
        for (inputs, outputs) in [(1, 3), (3, 1), (16, 2), (2, 17), (5, 5)] {
            for window in [Window2D(1), Window2D(3, padding: .same), Window2D([2, 3], stride: 2, padding: .same)] {
                let groups = inputs == outputs ? inputs : 1
                check(
                    random.convolution(inputs, outputs, window, groups: groups),
                    random.normal(size + [inputs]) as Tensor<Double>, tolerance: double, &random)
                check(
                    random.convolution(inputs, outputs, window, groups: groups),
                    random.normal(size + [inputs]) as Tensor<Float>, tolerance: float, &random)
            }
        }
    }

    @Test("more padding than image, so that some windows see nothing else")
    func muchPadding() {
        var random = Random(seed: 3)
        for (inputs, outputs, groups) in [(1, 2, 1), (16, 2, 1), (3, 17, 1), (4, 4, 4)] {
            for padding in [Padding.explicit(5), .explicit(top: 0, bottom: 7, left: 6, right: 0)] {
                for (stride, dilation) in [(1, 1), (3, 1), (4, 3), (7, 2)] as [(Int, Int)] {
                    let window = Window2D(
                        2, stride: Size2D(stride, stride), padding: padding, dilation: Size2D(dilation, dilation))
                    check(
                        random.convolution(inputs, outputs, window, groups: groups),
                        random.normal([2, 2, 1, inputs]) as Tensor<Double>, tolerance: double, &random)
                }
            }
        }
    }

    @Test(
        "a convolution of sequences is one of images of a single row", .claim("A3.2.1-1"),
        arguments: 1...30 as ClosedRange<UInt64>)
    func sequences(seed: UInt64) {
        var random = Random(seed: seed)
        let (inputs, outputs, groups) = random.groups()
        let (taps, stride, dilation) = (random.integer(in: 1...4), random.integer(in: 1...3), random.integer(in: 1...3))
        let (before, after) = (random.integer(in: 0...4), random.integer(in: 0...4))
        let padding = [Padding.valid, .same, .explicit(before: before, after: after)][Int(seed % 3)]
        let time = dilation * (taps - 1) + 1 + random.integer(in: 0...7)
        var layer = random.sequenceConvolution(
            inputs, outputs, taps: taps, stride: stride, padding: padding, dilation: dilation, groups: groups)
        let x: Tensor<Double> = random.normal([random.integer(in: 1...3), time, inputs])
        let row = Grid(x.reshaped([x.shape[0], 1, time, inputs]))
        let amounts: (before: Int, behind: Int)? =
            padding == .same ? nil : padding == .valid ? (0, 0) : (before, after)
        let walks = Walks(
            rows: Walk(over: 1, taps: 1, stride: 1, dilation: 1, padding: (0, 0)),
            columns: Walk(over: time, taps: taps, stride: stride, dilation: dilation, padding: amounts))
        let weight = Grid(layer.weight.reshaped([1] + layer.weight.shape))
        let expected = Loops.convolution(row, weight, layer.bias.scalars, walks, groups: groups)
        let shape = [x.shape[0], walks.columns.places, outputs]
        let (output, backward) = layer.forward(x)
        expectClose(output, expected.tensor.reshaped(shape))
        #expect(layer(x) == output)
        #expect(layer.outputShape(for: x.shape) == shape)
        let g: Tensor<Double> = random.normal(shape)
        let exact = Loops.convolutionGradients(
            row, weight, Grid(g.reshaped(expected.shape)), walks, groups: groups)
        let gradient = backward(g)
        expectClose(gradient.input, exact.input.tensor.reshaped(x.shape))
        expectClose(gradient.layer.weight, exact.weight.tensor.reshaped(layer.weight.shape))
        expectClose(gradient.layer.bias, exact.bias.tensor.reshaped([outputs]))
    }

    @Test("a causal convolution sees nothing of the future") func causal() {
        var random = Random(seed: 2)
        let layer = random.sequenceConvolution(2, 3, taps: 3, padding: .explicit(before: 4, after: 0), dilation: 2)
        let x: Tensor<Double> = random.normal([1, 9, 2])
        let y = layer(x)
        #expect(y.shape == [1, 9, 3])
        for time in 0..<9 {
            var changed = x
            for later in time + 1..<9 { changed[0, later, 1] += 1 }
            #expect(layer(changed).slice(along: 1, 0..<time + 1) == y.slice(along: 1, 0..<time + 1))
        }
    }

    /// As `check` of the convolution.
    private func check<Scalar: TensorScalar>(
        _ layer: ConvTranspose2D<Scalar>, _ x: Tensor<Scalar>, tolerance: Double, _ random: inout Random,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let (input, weight) = (Grid(Tensor(x)), Grid(Tensor(layer.weight)))
        let bias = layer.bias.scalars.map { Double($0) }
        let (expected, walks) = Loops.transposedConvolution(
            input, weight, bias, layer.window, outputPadding: layer.outputPadding, groups: layer.groups)
        let (sizes, _) = Loops.transposedConvolution(
            input.magnitudes, weight.magnitudes, bias.map { abs($0) }, layer.window,
            outputPadding: layer.outputPadding, groups: layer.groups)
        let what = "\(x.shape), \(layer.window), \(layer.groups) groups, \(layer.outputs) outputs, \(Scalar.self)"
        var training = layer
        let (output, backward) = training.forward(x)
        #expect(output == layer(x), "\(what)", sourceLocation: sourceLocation)
        #expect(layer.outputShape(for: x.shape) == output.shape, "\(what)", sourceLocation: sourceLocation)
        expectNear(output, expected, sizes, tolerance, "\(what), output", sourceLocation)

        // The convolution that it is the adjoint of has our upstream gradient as its input, and our input as its gradient.
        let g: Tensor<Scalar> = random.normal(output.shape)
        let upstream = Grid(Tensor(g))
        let none = [Double](repeating: 0, count: layer.inputs)
        let gradient = backward(g)
        expectNear(
            gradient.input, Loops.convolution(upstream, weight, none, walks, groups: layer.groups),
            Loops.convolution(upstream.magnitudes, weight.magnitudes, none, walks, groups: layer.groups), tolerance,
            "\(what), input", sourceLocation)
        let exact = Loops.convolutionGradients(upstream, weight, input, walks, groups: layer.groups).weight
        let magnitudes = Loops.convolutionGradients(
            upstream.magnitudes, weight.magnitudes, input.magnitudes, walks, groups: layer.groups)
        expectNear(gradient.layer.weight, exact, magnitudes.weight, tolerance, "\(what), weight", sourceLocation)
        expectClose(
            Tensor(gradient.layer.bias), Tensor(Loops.channels(Tensor(g)).map { $0.reduce(0, +) }),
            Scalar.self == Double.self ? 1e-12 : 1e-5, "\(what), bias", sourceLocation: sourceLocation)
    }

    @Test(
        "a transposed convolution scatters every input through the kernel", .claim("A3.2.1-2"),
        arguments: 1...60 as ClosedRange<UInt64>)
    func transposed(seed: UInt64) {
        var random = Random(seed: seed)
        let (inputs, outputs, groups) = random.groups()
        var window = random.window()
        // What is cut off must leave something.
        var size = random.size(in: 1...6)
        let cut = window.amounts
        while window.padding != .same
            && ((size.rows - 1) * window.stride.rows + window.span.rows <= cut.rows!.before + cut.rows!.behind
                || (size.columns - 1) * window.stride.columns + window.span.columns
                    <= cut.columns!.before + cut.columns!.behind)
        {
            size = Size2D(size.rows + 1, size.columns + 1)
        }
        if seed % 4 == 0 { window = Window2D(window.size, stride: window.stride, padding: .same) }
        let extra =
            window.padding == .same
            ? 0 : Size2D(random.integer(below: window.stride.rows), random.integer(below: window.stride.columns))
        let shape = [random.integer(in: 1...3), size.rows, size.columns, inputs]
        check(
            random.transposedConvolution(inputs, outputs, window, outputPadding: extra, groups: groups),
            random.normal(shape) as Tensor<Double>, tolerance: double, &random)
        check(
            random.transposedConvolution(inputs, outputs, window, outputPadding: extra, groups: groups),
            random.normal(shape) as Tensor<Float>, tolerance: float, &random)
    }

    @Test(
        "a transposed convolution of any number of channels",
        arguments: [
            (1, 1, 1), (3, 1, 1), (16, 3, 1), (8, 4, 1), (1, 17, 1), (33, 2, 1), (5, 31, 1), (4, 4, 4), (17, 17, 17),
            (32, 4, 2), (4, 32, 2), (9, 3, 3),
        ] as [(Int, Int, Int)])
    func transposedChannels(inputs: Int, outputs: Int, groups: Int) {
        var random = Random(seed: UInt64(1000 * inputs + outputs))
        for window in [Window2D(3), Window2D(4, stride: 2, padding: .explicit(1)), Window2D([2, 3], stride: [3, 2])] {
            let shape = [random.integer(in: 1...3), random.integer(in: 2...5), random.integer(in: 2...5), inputs]
            check(
                random.transposedConvolution(inputs, outputs, window, groups: groups),
                random.normal(shape) as Tensor<Double>, tolerance: double, &random)
            check(
                random.transposedConvolution(inputs, outputs, window, groups: groups),
                random.normal(shape) as Tensor<Float>, tolerance: float, &random)
        }
    }
}

@Suite("Pooling and upsampling equal their formulas written as plain loops")
struct PoolingEquationTests {
    /// A window for pooling, and an image for it: its padding is smaller than itself.
    private func draw(_ random: inout Random, isMaximum: Bool) -> (window: Window2D, x: Tensor<Double>) {
        let size = random.size(in: 1...4)
        func less(_ taps: Int) -> Int { random.integer(below: taps) }
        let padding: Padding =
            switch random.integer(below: 3) {
            case 0: .valid
            case 1: .same
            default:
                .explicit(top: less(size.rows), bottom: less(size.rows), left: less(size.columns), right: less(size.columns))
            }
        let window = Window2D(size, stride: random.size(in: 1...4), padding: padding)
        let image = random.image(for: window, more: 7)
        let channels = [1, 2, 3, 7, 8, 9, 15, 16, 17, 33][random.integer(below: 10)]
        let shape = [random.integer(in: 1...3), image.rows, image.columns, channels]
        // Whole numbers between −3 and 3, so that many windows see their largest more than once.
        let x: Tensor<Double> =
            isMaximum && random.bernoulli(0.5)
            ? Tensor(shape: shape) { _ in Double(random.integer(in: -3...3)) } : random.normal(shape)
        return (window, x)
    }

    @Test(
        "max pooling keeps the largest of each window and hands its gradient to the first of them", .claim("A3.2.1-3"),
        arguments: 1...60 as ClosedRange<UInt64>)
    func maximum(seed: UInt64) {
        func check<Scalar: TensorScalar>(_ window: Window2D, _ x: Tensor<Scalar>, _ random: inout Random) {
            var layer = MaxPool2D<Scalar>(window.size, stride: window.stride, padding: window.padding)
            let (output, backward) = layer.forward(x)
            let input = Grid(Tensor(x))
            let expected = Loops.pooling(input, window, Loops.largest)
            #expect(Tensor<Double>(output) == expected.tensor, "\(window), \(x.shape)")
            #expect(layer(x) == output)
            #expect(layer.outputShape(for: x.shape) == output.shape)
            // Whole numbers, so that sums of them are exact where windows overlap.
            let g = Tensor<Scalar>(shape: output.shape) { _ in Scalar(random.integer(in: -9...9)) }
            let gradient = Loops.poolingGradient(input, Grid(Tensor(g)), window, Loops.firstOfTheLargest)
            #expect(Tensor<Double>(backward(g).input) == gradient.tensor, "\(window), \(x.shape)")
        }
        var random = Random(seed: seed)
        let (window, x) = draw(&random, isMaximum: true)
        check(window, x, &random)
        check(window, Tensor<Float>(x), &random)
    }

    @Test(
        "average pooling is the mean of what a window sees of the image", .claim("A3.2.1-3"),
        arguments: 1...60 as ClosedRange<UInt64>)
    func average(seed: UInt64) {
        func check<Scalar: TensorScalar>(
            _ window: Window2D, _ x: Tensor<Scalar>, tolerance: Double, _ random: inout Random
        ) {
            var layer = AveragePool2D<Scalar>(window.size, stride: window.stride, padding: window.padding)
            let (output, backward) = layer.forward(x)
            let input = Grid(Tensor(x))
            let what = "\(window), \(x.shape)"
            expectClose(Tensor(output), Loops.pooling(input, window, Loops.mean).tensor, tolerance, what)
            #expect(layer(x) == output)
            #expect(layer.outputShape(for: x.shape) == output.shape)
            let g: Tensor<Scalar> = random.normal(output.shape)
            let gradient = Loops.poolingGradient(input, Grid(Tensor(g)), window, Loops.equalShares)
            expectClose(Tensor(backward(g).input), gradient.tensor, tolerance, what)
        }
        var random = Random(seed: seed)
        let (window, x) = draw(&random, isMaximum: false)
        check(window, x, tolerance: 1e-14, &random)
        check(window, Tensor<Float>(x), tolerance: 2e-6, &random)
    }

    @Test("pooling of a window that is not said to go otherwise goes as far as it is large") func defaultStride() {
        #expect(MaxPool2D([2, 3]).window == Window2D([2, 3], stride: [2, 3]))
        #expect(AveragePool2D(3).window.stride == 3)
        #expect(MaxPool2D<Double>(3, stride: 2).window.stride == 2)
        #expect(AveragePool2D<Double>(2).window.stride == 2)
    }

    // 1 5 2 0 3      Windows of 2×2 that go 2 at a time leave out the last row and column: 5 and 7 of the first two rows.
    // 4 3 7 1 2      With padding same there are 3×3 windows; the last of a row and of a column see less.
    // 0 0 1 1 9
    // 2 0 1 0 0
    // 6 1 0 8 5
    private let square = Tensor<Float>(
        [1, 5, 2, 0, 3, 4, 3, 7, 1, 2, 0, 0, 1, 1, 9, 2, 0, 1, 0, 0, 6, 1, 0, 8, 5], shape: [1, 5, 5, 1])

    @Test("an example of max and average pooling, worked by hand", .claim("A3.2.1-3")) func byHand() {
        #expect(MaxPool2D(2)(square) == Tensor([5, 7, 2, 1], shape: [1, 2, 2, 1]))
        #expect(AveragePool2D(2)(square) == Tensor([3.25, 2.5, 0.5, 0.75], shape: [1, 2, 2, 1]))
        #expect(MaxPool2D(2, padding: .same)(square) == Tensor([5, 7, 3, 2, 1, 9, 6, 8, 5], shape: [1, 3, 3, 1]))
        #expect(
            AveragePool2D(2, padding: .same)(square)
                == Tensor([3.25, 2.5, 2.5, 0.5, 0.75, 4.5, 3.5, 4, 5], shape: [1, 3, 3, 1]))
        // 3×3 windows that go 2 at a time overlap.
        #expect(MaxPool2D(3, stride: 2)(square) == Tensor([7, 9, 6, 9], shape: [1, 2, 2, 1]))
        #expect(GlobalAveragePool2D()(square) == Tensor([2.48], shape: [1, 1]))
    }

    // Of 2 2 / 2 2 each is the largest: the first, at the top left, is given the gradient. Of 1 3 / 3 0 it is the right
    // upper one, which comes first row by row. Where windows overlap a pixel may be the first of several: 3×3 windows over
    // five pixels that all are 1 share the middle one, which is the first of the second window only.
    @Test("where several are the largest, the first row by row is given the gradient", .claim("A3.2.1-3")) func ties() {
        var pool = MaxPool2D<Double>(2)
        let x = Tensor<Double>([2, 2, 1, 3, 2, 2, 3, 0], shape: [1, 2, 4, 1])
        let gradient = pool.forward(x).backward(Tensor([10, 20], shape: [1, 1, 2, 1])).input
        #expect(gradient == Tensor([10, 0, 0, 20, 0, 0, 0, 0], shape: [1, 2, 4, 1]))
        var overlapping = MaxPool2D<Double>([1, 3], stride: [1, 2])
        let ones = Tensor<Double>(repeating: 1, shape: [1, 1, 5, 1])
        let share = overlapping.forward(ones).backward(Tensor([1, 2], shape: [1, 1, 2, 1])).input
        #expect(share == Tensor([1, 0, 2, 0, 0], shape: [1, 1, 5, 1]))
        // Minus zero is not smaller than zero, and a window full of minus infinity has a largest element too.
        var row = MaxPool2D<Double>([1, 2])
        let zeros = Tensor<Double>([-0.0, 0, 0, -0.0], shape: [1, 1, 4, 1])
        #expect(row.forward(zeros).backward(Tensor([1, 2], shape: [1, 1, 2, 1])).input.scalars == [1, 0, 2, 0])
        let depths = Tensor<Double>([-.infinity, -.infinity], shape: [1, 1, 2, 1])
        let (depth, up) = row.forward(depths)
        #expect(depth.scalar == -.infinity && up(Tensor([3], shape: [1, 1, 1, 1])).input.scalars == [3, 0])
    }

    @Test("padding is never the largest, nor counted in the mean", .claim("A3.2.1-3")) func padding() {
        let x = Tensor<Float>(repeating: -3, shape: [1, 3, 3, 2])
        for padding in [Padding.same, .explicit(1)] {
            for value in MaxPool2D(2, padding: padding)(x).scalars { #expect(value == -3) }
            for value in AveragePool2D(2, padding: padding)(x).scalars { #expect(value == -3) }
        }
    }

    @Test("global average pooling is the mean of each map", .claim("A3.2.1-3"), arguments: 1...6 as ClosedRange<UInt64>)
    func globalAverage(seed: UInt64) {
        var random = Random(seed: seed)
        let channels = [1, 5, 8, 16, 17, 33][Int(seed) - 1]
        let shape = [random.odd(upTo: 3), random.integer(in: 1...6), random.integer(in: 1...6), channels]
        let x: Tensor<Double> = random.normal(shape)
        var layer = GlobalAveragePool2D<Double>()
        let (output, backward) = layer.forward(x)
        let expected = (0..<shape[0]).flatMap { Loops.channels(x[$0]).map(Loops.mean) }
        expectClose(output, Tensor(expected, shape: [shape[0], channels]), 1e-14)
        #expect(layer(x) == output && layer.outputShape(for: shape) == output.shape)
        let g: Tensor<Double> = random.normal(output.shape)
        let share = g / Double(shape[1] * shape[2])
        let gradient = Tensor<Double>(shape: shape) { share[$0[0], $0[3]] }
        expectClose(backward(g).input, gradient, 1e-15)
    }

    @Test(
        "upsampling repeats the nearest pixel, or weights the four around", arguments: 1...20 as ClosedRange<UInt64>)
    func upsampling(seed: UInt64) {
        func check<Scalar: TensorScalar>(_ factor: Size2D, _ x: Tensor<Scalar>, tolerance: Double) {
            let input = Grid(Tensor(x))
            let nearest = Upsampling2D<Scalar>(factor)
            #expect(nearest.interpolation == .nearest)
            #expect(Tensor<Double>(nearest(x)) == Loops.nearest(input, factor).tensor)
            var bilinear = Upsampling2D<Scalar>(factor, .bilinear)
            expectClose(Tensor(bilinear(x)), Loops.bilinear(input, factor).tensor, tolerance, "\(factor) \(x.shape)")
            for layer in [nearest, bilinear] { #expect(layer.outputShape(for: x.shape) == layer(x).shape) }
            #expect(bilinear.forward(x).output == bilinear(x))
        }
        var random = Random(seed: seed)
        let shape = [random.odd(upTo: 3), random.integer(in: 1...5), random.integer(in: 1...5), random.odd(upTo: 33)]
        let factor = random.size(in: 1...4)
        check(factor, random.normal(shape) as Tensor<Double>, tolerance: 1e-14)
        check(factor, random.normal(shape) as Tensor<Float>, tolerance: 1e-6)
    }

    // Of 0 and 4, twice as many: the pixels of the output lie at −¼ (which is beyond the first), ¼, ¾ and 1¼.
    @Test("an example of upsampling, worked by hand") func upsamplingByHand() {
        let x = Tensor<Float>([0, 4], shape: [1, 1, 2, 1])
        #expect(Upsampling2D([1, 2])(x).scalars == [0, 0, 4, 4])
        #expect(Upsampling2D([1, 2], .bilinear)(x).scalars == [0, 1, 3, 4])
        #expect(Upsampling2D([2, 1], .bilinear)(x).scalars == [0, 4, 0, 4])
        #expect(Upsampling2D([1, 4], .bilinear)(x).scalars == [0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4])
    }
}

@Suite("Flattening, normalization and dropout equal their formulas written as plain loops")
struct NormalizationEquationTests {
    @Test("flattening lays examples out row by row, channels last, and reshaping takes them back", .claim("A3.2.1-4"))
    func flatten() {
        let x = Tensor<Float>(shape: [2, 3, 4, 5]) { Float(1000 * $0[0] + 100 * $0[1] + 10 * $0[2] + $0[3]) }
        var flatten = Flatten()
        let (rows, backward) = flatten.forward(x)
        #expect(rows.shape == [2, 60] && rows == flatten(x) && flatten.outputShape(for: [2, 3, 4, 5]) == [2, 60])
        for image in 0..<2 {
            var place = 0
            for i in 0..<3 {
                for j in 0..<4 {
                    for c in 0..<5 {
                        #expect(rows[image, place] == x[image, i, j, c])
                        place += 1
                    }
                }
            }
        }
        #expect(backward(rows).input == x)
        var reshape = Reshape([3, 4, 5])
        let (images, back) = reshape.forward(rows)
        #expect(images == x && reshape(rows) == x && back(images).input == rows)
        #expect(reshape.outputShape(for: [7, 60]) == [7, 3, 4, 5])
        // Nothing is lost on the way to one number an example, nor from examples that are one number.
        #expect(Flatten()(Tensor<Float>([1, 2, 3])).shape == [3, 1])
        #expect(Reshape([])(Tensor<Float>([[1], [2]])) == Tensor([1, 2]))
        #expect(Flatten()(Tensor<Float>(zeros: [0, 3, 2])).shape == [0, 6])
    }

    @Test(
        "flattening and reshaping are each other's inverse for any shape", .claim("A3.2.1-4"),
        arguments: 1...6 as ClosedRange<UInt64>)
    func inverse(seed: UInt64) {
        var random = Random(seed: seed)
        let shape = (0..<random.integer(in: 1...5)).map { _ in random.integer(in: 1...6) }
        let x: Tensor<Double> = random.normal(shape)
        let rows = Flatten<Double>()(x)
        #expect(rows.rank == 2 && rows.scalars == x.scalars)
        #expect(Reshape<Double>(Array(shape.dropFirst()))(rows) == x)
    }

    @Test(
        "batch normalization: mean 0 and variance 1 of each channel, then scale and shift; the running statistics move",
        arguments: 1...10 as ClosedRange<UInt64>)
    func batchNorm(seed: UInt64) {
        var random = Random(seed: seed)
        let channels = [1, 3, 7, 8, 9, 16, 17, 33, 2, 5][Int(seed) - 1]
        let momentum = [0.1, 0.3, 1][Int(seed % 3)], epsilon = seed % 2 == 0 ? 1e-5 : 0.1
        var layer = random.batchNorm(channels, momentum: momentum, epsilon: epsilon)
        var runningMean = [Double](repeating: 0, count: channels)
        var runningVariance = [Double](repeating: 1, count: channels)
        for step in 0..<4 {
            var shape = (0..<Int(seed) % 4).map { _ in random.integer(in: 1...4) } + [channels]
            shape.insert(random.integer(in: 2...5), at: 0)
            let x: Tensor<Double> = random.normal(shape, mean: 0.5 * Double(step), standardDeviation: 2)
            let moments = Loops.channels(x).map(Loops.moments)
            let expected = Loops.normalized(x, scale: layer.scale, shift: layer.shift, epsilon: epsilon) {
                moments[$0 % channels]
            }
            expectClose(layer.forward(x).output, expected, 1e-12, "step \(step)")
            let n = Double(x.count / channels)
            for channel in 0..<channels {
                let (mean, variance) = moments[channel]
                runningMean[channel] = (1 - momentum) * runningMean[channel] + momentum * mean
                runningVariance[channel] =
                    (1 - momentum) * runningVariance[channel] + momentum * (variance * n / (n - 1))
            }
            expectClose(layer.runningMean, Tensor(runningMean), 1e-13, "step \(step)")
            expectClose(layer.runningVariance, Tensor(runningVariance), 1e-13, "step \(step)")
            let inference = Loops.normalized(x, scale: layer.scale, shift: layer.shift, epsilon: epsilon) {
                (runningMean[$0 % channels], runningVariance[$0 % channels])
            }
            expectClose(layer(x), inference, 1e-12, "step \(step)")
            #expect(layer.outputShape(for: shape) == shape)
        }
    }

    @Test(
        "layer normalization: mean 0 and variance 1 of each row, then scale and shift",
        arguments: 1...10 as ClosedRange<UInt64>)
    func layerNorm(seed: UInt64) {
        var random = Random(seed: seed)
        let features = [1, 3, 7, 8, 9, 16, 17, 33, 2, 5][Int(seed) - 1], epsilon = seed % 2 == 0 ? 1e-5 : 0.1
        var layer = random.layerNorm(features, epsilon: epsilon)
        let shape = (0..<Int(seed) % 4).map { _ in random.integer(in: 1...4) } + [features]
        let x: Tensor<Double> = random.normal(shape, mean: 0.5, standardDeviation: 2)
        let moments = Loops.rows(x).map(Loops.moments)
        let expected = Loops.normalized(x, scale: layer.scale, shift: layer.shift, epsilon: epsilon) {
            moments[$0 / features]
        }
        expectClose(layer(x), expected)
        #expect(layer.forward(x).output == layer(x))
        #expect(layer.outputShape(for: shape) == shape)
    }

    @Test("normalization in Float, of numbers far from zero too") func normalizationInFloat() {
        var random = Random(seed: 5)
        for mean in [0, 100] as [Float] {
            let x: Tensor<Float> = random.normal([5, 4, 3, 17], mean: mean)
            let moments = (Loops.channels(Tensor(x)).map(Loops.moments), Loops.rows(Tensor(x)).map(Loops.moments))
            let (one, zero) = (Tensor<Double>(repeating: 1, shape: [17]), Tensor<Double>(zeros: [17]))
            var (batch, layer) = (BatchNorm(17), LayerNorm(17))
            // The last place of 100 is 4e-6.
            let tolerance = mean == 0 ? 1e-5 : 1e-4
            expectClose(
                Tensor(batch.forward(x).output),
                Loops.normalized(Tensor(x), scale: one, shift: zero, epsilon: 1e-5) { moments.0[$0 % 17] }, tolerance)
            expectClose(
                Tensor(layer.forward(x).output),
                Loops.normalized(Tensor(x), scale: one, shift: zero, epsilon: 1e-5) { moments.1[$0 / 17] }, tolerance)
        }
    }

    @Test("dropout of maps sets whole channels of an example to zero and enlarges the others, and the mean stays")
    func dropout() throws {
        var random = Random(seed: 3)
        for rate in [0, 0.2, 0.5, 0.9] {
            var layer = Dropout2D<Double>(rate, random: &random)
            let x: Tensor<Double> = random.uniform([60, 3, 5, 33], in: 1..<2)
            let (y, backward) = layer.forward(x)
            let dropped = try #require(droppedChannels(x, y, rate))
            // Five standard errors of a share of 60 · 33 channels.
            let error = (rate * (1 - rate) / 1980).squareRoot()
            #expect((Double(dropped) / 1980 - rate).magnitude <= 5 * error)
            #expect((y.mean() / x.mean() - 1).magnitude <= 6 * error / (1 - rate))
            // The backward pass is the same map: y = x ∘ m gives ∂L/∂x = g ∘ m.
            #expect(backward(x).input == y)
            #expect(layer(x) == x && layer.outputShape(for: x.shape) == x.shape)
        }
    }
}

/// How many channels of all examples were dropped; none if some pixel was treated otherwise than its channel, or is not
/// enlarged by 1/(1 − rate).
func droppedChannels(_ x: Tensor<Double>, _ y: Tensor<Double>, _ rate: Double) -> Int? {
    var dropped = 0
    for (before, after) in zip((0..<x.shape[0]).map { x[$0] }, (0..<x.shape[0]).map { y[$0] }) {
        for (before, after) in zip(Loops.channels(before), Loops.channels(after)) {
            if after.allSatisfy({ $0 == 0 }) {
                dropped += 1
            } else if !zip(before, after).allSatisfy({ ($1 - $0 / (1 - rate)).magnitude <= 1e-12 * $1.magnitude }) {
                return nil
            }
        }
    }
    return dropped
}

@Suite("What comes out has the size that the formula says")
struct ShapeTests {
    @Test("the sizes of the books", .claim("A3.2.1-2")) func examples() {
        var random = Random(seed: 1)
        func rows(_ n: Int, _ kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1) -> Int {
            let layer = Conv2D(
                1, 1, kernel: Size2D(kernel, 1), stride: Size2D(stride, 1), padding: padding,
                dilation: Size2D(dilation, 1), random: &random)
            return layer.outputShape(for: [1, n, 1, 1])[1]
        }
        // 28 − 5 + 1 = 24
        #expect(rows(28, 5) == 24)
        #expect(rows(28, 5, padding: .same) == 28)
        // LeNet: 32 → 28 → 14 → 10 → 5
        #expect(rows(32, 5) == 28 && rows(28, 2, stride: 2) == 14 && rows(14, 5) == 10 && rows(10, 2, stride: 2) == 5)
        // AlexNet: ⌊(227 − 11) / 4⌋ + 1 = 55; ResNet: ⌊(224 + 6 − 7) / 2⌋ + 1 = 112
        #expect(rows(227, 11, stride: 4) == 55)
        #expect(rows(224, 7, stride: 2, padding: .explicit(top: 3, bottom: 3, left: 0, right: 0)) == 112)
        // ⌈7/2⌉ = 4, ⌈7/3⌉ = 3, ⌈8/3⌉ = 3
        #expect(rows(7, 2, stride: 2, padding: .same) == 4 && rows(7, 3, stride: 2, padding: .same) == 4)
        #expect(rows(7, 3, stride: 3, padding: .same) == 3 && rows(8, 3, stride: 3, padding: .same) == 3)
        // 3 taps, 2 apart, span 5.
        #expect(rows(9, 3, dilation: 2) == 5 && rows(9, 3, padding: .same, dilation: 2) == 9)
        // The last place of a window of 3 that goes 2 at a time: of 7 pixels all are seen, of 8 the last is not.
        #expect(rows(7, 3, stride: 2) == 3 && rows(8, 3, stride: 2) == 3)
    }

    @Test("pooling of odd sizes with padding same: 7 → 4", .claim("A3.2.1-3")) func pooling() {
        #expect(MaxPool2D(2, padding: .same).outputShape(for: [5, 7, 7, 3]) == [5, 4, 4, 3])
        #expect(AveragePool2D(2, padding: .same).outputShape(for: [5, 7, 8, 3]) == [5, 4, 4, 3])
        #expect(MaxPool2D(2).outputShape(for: [5, 7, 8, 3]) == [5, 3, 4, 3])
        #expect(MaxPool2D(3, stride: 2, padding: .explicit(1)).outputShape(for: [1, 112, 112, 64]) == [1, 56, 56, 64])
        #expect(GlobalAveragePool2D().outputShape(for: [5, 7, 7, 3]) == [5, 3])
    }

    @Test("transposed convolution: 7 → 14 → 28, and the size that a convolution lost") func transposed() {
        var random = Random(seed: 1)
        let same = ConvTranspose2D(3, 2, kernel: 5, stride: 2, padding: .same, random: &random)
        #expect(same.outputShape(for: [4, 7, 7, 3]) == [4, 14, 14, 2])
        // (7 − 1) · 2 + 4 − 2 = 14
        let explicit = ConvTranspose2D(3, 2, kernel: 4, stride: 2, padding: .explicit(1), random: &random)
        #expect(explicit.outputShape(for: [4, 7, 7, 3]) == [4, 14, 14, 2])
        // A convolution with 3 taps and a stride of 2 makes 3 of 7 and of 8; output padding says of which.
        let convolution = Conv2D(1, 1, kernel: 3, stride: 2, random: &random)
        #expect(convolution.outputShape(for: [1, 7, 8, 1]) == [1, 3, 3, 1])
        let back = ConvTranspose2D(1, 1, kernel: 3, stride: 2, outputPadding: [0, 1], random: &random)
        #expect(back.outputShape(for: [1, 3, 3, 1]) == [1, 7, 8, 1])
    }

    @Test("upsampling: as many times larger as the factor") func upsampling() {
        #expect(Upsampling2D(2).outputShape(for: [1, 7, 5, 3]) == [1, 14, 10, 3])
        #expect(Upsampling2D([3, 1], .bilinear).outputShape(for: [1, 7, 5, 3]) == [1, 21, 5, 3])
    }
}
