// Who checks the checks? The classic mistakes of this chapter, planted in copies of its layers that are written here as
// plain loops: each must be seen by the check that is there for it. Some are seen by the gradient check, and some, a wrong
// formula with its own right derivative, by the comparison with the equation only.

import Convolution
import TestTools
import Testing

/// A copy of the convolution layer in plain loops, with a mistake or without.
private struct CopiedConvolution: Layer {
    enum Mistake: String, CaseIterable {
        /// The kernel turned by 180° in the forward pass, as mathematics has it, and in both gradients accordingly.
        case kernelTurned
        /// Padding that cannot be halved: one more before instead of behind, in all passes.
        case paddingOnTheWrongSide
        /// All groups see the inputs of the first, in all passes.
        case groupOffsetForgotten
        /// The gradient of the input with the kernel turned round once too often, or not at all.
        case inputGradientTurned
        case biasGradientMissing
        /// The gradient of the kernel as the mean of all pixels where it is the sum.
        case averagedOverPixels
        /// The gradient of the input as if the window had gone one pixel at a time.
        case strideForgotten
        /// The gradient of the input is handed to the inputs of the first group.
        case groupOffsetForgottenInBackward
        /// The sum over the batch: the gradient of the kernel of the last image alone, = for +=.
        case lastImageOnly
    }

    var weight: Tensor<Double>
    var bias: Tensor<Double>
    let window: Window2D
    let groups: Int
    let mistake: Mistake?

    init(_ layer: Conv2D<Double>, _ mistake: Mistake?) {
        (weight, bias, window, groups, self.mistake) = (layer.weight, layer.bias, layer.window, layer.groups, mistake)
    }

    private func walks(_ x: Tensor<Double>) -> Walks {
        let walks = Walks(window, over: x.shape)
        guard mistake == .paddingOnTheWrongSide && window.padding == .same else { return walks }
        let padding = [(x.shape[1], walks.rows), (x.shape[2], walks.columns)].map { n, walk in
            let total = max(0, (walk.places - 1) * walk.stride + walk.dilation * (walk.taps - 1) + 1 - n)
            return (before: total - walk.before, behind: walk.before)
        }
        return Walks(
            Window2D(
                window.size, stride: window.stride,
                padding: .explicit(
                    top: padding[0].before, bottom: padding[0].behind, left: padding[1].before, right: padding[1].behind),
                dilation: window.dilation), over: x.shape)
    }

    /// Every product of the sum: where output, input and weight stand, and the tap through which the window sees.
    private func forEachProduct(
        _ x: Tensor<Double>, _ walks: Walks, _ body: (_ y: At, _ tap: (u: Int, v: Int), _ x: At, _ w: At) -> Void
    ) {
        let (inputs, outputs) = (weight.shape[2], weight.shape[3])
        for image in 0..<x.shape[0] {
            for i in 0..<walks.rows.places {
                for j in 0..<walks.columns.places {
                    for o in 0..<outputs {
                        let first = mistake == .groupOffsetForgotten ? 0 : o / (outputs / groups) * inputs
                        for u in 0..<walks.rows.taps {
                            for v in 0..<walks.columns.taps {
                                let (row, column) = (walks.rows.pixel(i, u), walks.columns.pixel(j, v))
                                for c in 0..<inputs {
                                    let place = At(u, v, c, o)
                                    body(
                                        At(image, i, j, o), (u, v), At(image, row, column, first + c),
                                        mistake == .kernelTurned ? turned(place) : place)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The place in a kernel turned by 180°.
    private func turned(_ w: At) -> At {
        At(weight.shape[0] - 1 - w.first, weight.shape[1] - 1 - w.row, w.column, w.channel)
    }

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
        let walks = walks(x), (input, weight) = (Grid(x), Grid(self.weight))
        var y = Grid(
            Tensor(shape: [x.shape[0], walks.rows.places, walks.columns.places, bias.count]) { bias[element: $0[3]] })
        forEachProduct(x, walks) { output, _, from, place in y[output] += input[from] * weight[place] }
        return y.tensor
    }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        (
            self(x),
            { [self] g in
                let walks = walks(x), upstream = Grid(g), (input, kernel) = (Grid(x), Grid(weight))
                var (xGradient, wGradient) = (Grid(zeros: x.shape), Grid(zeros: weight.shape))
                forEachProduct(x, walks) { output, tap, from, place in
                    if mistake != .lastImageOnly || output.first == x.shape[0] - 1 {
                        wGradient[place] += upstream[output] * input[from]
                    }
                    let to =
                        switch mistake {
                        case .strideForgotten:
                            At(
                                from.first, output.row + tap.u * walks.rows.dilation - walks.rows.before,
                                output.column + tap.v * walks.columns.dilation - walks.columns.before, from.channel)
                        case .groupOffsetForgottenInBackward: At(from.first, from.row, from.column, place.column)
                        default: from
                        }
                    xGradient[to] += upstream[output] * kernel[mistake == .inputGradientTurned ? turned(place) : place]
                }
                var gradient = self
                gradient.weight = wGradient.tensor
                if mistake == .averagedOverPixels { gradient.weight /= Double(g.shape[1] * g.shape[2]) }
                gradient.bias = g.reshaped([-1, bias.count]).sum(along: 0)
                if mistake == .biasGradientMissing { gradient.bias = Tensor(zeros: bias.shape) }
                return Gradients(input: xGradient.tensor, layer: gradient)
            }
        )
    }

    var parameters: [Parameter<Self>] { [Parameter("weight", \.weight), Parameter("bias", \.bias)] }
}

/// A place in images `[image, row, column, channel]`, or in a kernel, whose input is then the `column` and output the
/// `channel`.
private struct At {
    let first: Int
    let row: Int
    let column: Int
    let channel: Int

    init(_ first: Int, _ row: Int, _ column: Int, _ channel: Int) {
        (self.first, self.row, self.column, self.channel) = (first, row, column, channel)
    }
}

extension Grid {
    fileprivate subscript(at: At) -> Double {
        get { self[at.first, at.row, at.column, at.channel] }
        set { self[at.first, at.row, at.column, at.channel] = newValue }
    }
}

@Suite("The checks see planted mistakes")
struct PlantedMistakeTests {
    /// A convolution in which every mistake shows: an even kernel, a stride, padding same and groups.
    private let convolution: Conv2D<Double> = {
        var random = Random(seed: 1)
        return random.convolution(4, 6, Window2D([2, 4], stride: [1, 3], padding: .same), groups: 2)
    }()

    private let x: Tensor<Double> = {
        var random = Random(seed: 2)
        return random.normal([3, 4, 5, 4])
    }()

    /// Whether the equation sees that something is wrong.
    private func equationSees<L: Layer>(_ layer: L, _ expected: Tensor<Double>, at x: Tensor<Double>? = nil) -> Bool
    where L.Scalar == Double {
        let y = layer(x ?? self.x)
        return y.shape != expected.shape || y.maximumDifference(from: expected) > 1e-3
    }

    /// What the gradient check finds wrong, each with its likely cause.
    private func found<L: Layer>(_ layer: L, at x: Tensor<Double>? = nil) -> [String] where L.Scalar == Double {
        let report = checkGradients(of: layer, at: x ?? self.x)
        #expect(report.compared > 0)
        return report.mismatches.map { "\($0.worst.parameter): \($0.likelyCause)" }
    }

    @Test("a copy of the convolution layer without a mistake passes both checks and does what the layer does")
    func untampered() {
        let copy = CopiedConvolution(convolution, nil)
        let equation = Loops.convolution(
            Grid(x), Grid(convolution.weight), convolution.bias.scalars, Walks(convolution.window, over: x.shape), groups: 2)
        #expect(!equationSees(copy, equation.tensor))
        #expect(found(copy).isEmpty)
        expectClose(copy(x), convolution(x))
    }

    @Test("in a convolution", arguments: CopiedConvolution.Mistake.allCases.map(\.rawValue))
    func mistakes(name: String) throws {
        let mistake = try #require(CopiedConvolution.Mistake(rawValue: name))
        let layer = CopiedConvolution(convolution, mistake)
        let found = found(layer)
        switch mistake {
        case .kernelTurned, .paddingOnTheWrongSide, .groupOffsetForgotten:
            // A gradient check cannot see it: the derivative belongs to the formula, only the formula is another.
            #expect(found.isEmpty)
            #expect(equationSees(layer, convolution(x)))
            return
        case .inputGradientTurned, .strideForgotten, .groupOffsetForgottenInBackward:
            #expect(found.count == 1 && found[0].hasPrefix("input: "), "\(found)")
        case .biasGradientMissing:
            #expect(found == ["bias: The analytic gradient is zero everywhere: it is not computed, or not handed back."])
        case .averagedOverPixels:
            // 4 · 2 pixels.
            #expect(found.count == 1 && found[0].hasPrefix("weight: It is 0.125 times what it should be"), "\(found)")
        case .lastImageOnly:
            #expect(found.count == 1 && found[0].hasPrefix("weight: "), "\(found)")
        }
        // And the equation does not: the output is right.
        #expect(!equationSees(layer, convolution(x)))
    }

    /// Which reference cases see a mistake in the forward pass of a convolution: those that the option is about.
    @Test("in a convolution, by the reference values") func references() {
        func seen(_ mistake: CopiedConvolution.Mistake?) -> Set<String> {
            Set(Reference.file.names.filter { name in
                let reference = Reference[name]
                guard reference.kind.text == "conv2d", case .text(let kind) = reference.padding else { return false }
                let (stride, dilation) = (reference.stride.integers, reference.dilation.integers)
                let layer = Conv2D(
                    weight: reference.weight.tensor, bias: reference.bias.tensor,
                    stride: Size2D(stride[0], stride[1]), padding: kind == "same" ? .same : .valid,
                    dilation: Size2D(dilation[0], dilation[1]), groups: Int(reference.groups.number))
                let y = CopiedConvolution(layer, mistake)(reference.input.tensor)
                return y.maximumDifference(from: reference.output.tensor) > 1e-3
            })
        }
        #expect(seen(nil).isEmpty)
        #expect(seen(.kernelTurned).count >= 25)
        #expect(seen(.groupOffsetForgotten).isSuperset(of: ["conv2d_groups_2", "conv2d_groups_3", "conv2d_depthwise"]))
        let padding = seen(.paddingOnTheWrongSide)
        #expect(padding.contains("conv2d_same_kernel_4x4_stride_1x2") && padding.allSatisfy { $0.contains("same") })
    }

    // MARK: Flattening

    /// Flattening with the channels first, as a framework does whose images are [batch, channel, row, column].
    private struct ChannelsFirst: Layer {
        let isRightForwards: Bool

        func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
            (isRightForwards ? x : x.permuted([0, 3, 1, 2])).reshaped([x.shape[0], -1])
        }

        mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
            let n = x.shape
            return (
                self(x),
                { [self] g in
                    Gradients(input: g.reshaped([n[0], n[3], n[1], n[2]]).permuted([0, 2, 3, 1]), layer: self)
                }
            )
        }
    }

    @Test("channels first in flattening: the equation sees it, and backwards alone the gradient check") func flatten() {
        let rows = x.reshaped([3, 80])
        #expect(!equationSees(Flatten<Double>(), rows))
        #expect(equationSees(ChannelsFirst(isRightForwards: false), rows))
        #expect(found(ChannelsFirst(isRightForwards: false)).isEmpty)
        #expect(!equationSees(ChannelsFirst(isRightForwards: true), rows))
        #expect(found(ChannelsFirst(isRightForwards: true)).count == 1)
    }

    // MARK: Pooling

    /// A copy of a pooling layer in plain loops.
    private struct CopiedPooling: Layer {
        let window: Window2D
        let value: @Sendable ([Double]) -> Double
        let shares: @Sendable ([Double]) -> [Double]

        func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { Loops.pooling(Grid(x), window, value).tensor }

        mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
            (self(x), { [self] g in
                Gradients(input: Loops.poolingGradient(Grid(x), Grid(g), window, shares).tensor, layer: self)
            })
        }
    }

    @Test("an average over the padding too, at the padded edge: the equation sees it, the gradient check does not")
    func averageOfPadding() {
        let window = Window2D(2, stride: 2, padding: .same), n = 4.0
        let right = CopiedPooling(window: window, value: Loops.mean, shares: Loops.equalShares)
        let expected = AveragePool2D<Double>(2, padding: .same)(x)
        #expect(!equationSees(right, expected) && found(right).isEmpty)
        let counted = CopiedPooling(
            window: window, value: { Loops.mean($0) * Double($0.count) / n },
            shares: { numbers in numbers.map { _ in 1 / n } })
        #expect(equationSees(counted, expected) && found(counted).isEmpty)
        // Nothing is wrong where the windows see no padding.
        #expect(counted(x).slice(along: 2, 0..<2).isClose(to: expected.slice(along: 2, 0..<2), absolute: 1e-12))
        let halfCounted = CopiedPooling(window: window, value: Loops.mean, shares: counted.shares)
        #expect(found(halfCounted).count == 1)
    }

    /// Whether of equal elements the first, row by row, is given the gradient, alone.
    private func givesTiesToTheFirst<L: Layer>(_ layer: L) -> Bool where L.Scalar == Double {
        var layer = layer
        let (output, backward) = layer.forward(Tensor([0, 2, 2, 2, 1, 1, 1, 1], shape: [2, 2, 2, 1]))
        return backward(Tensor([5, 7], shape: output.shape)).input.scalars == [0, 5, 0, 0, 7, 0, 0, 0]
    }

    @Test("the gradient of a maximum to all that are the largest, or to the last: away from ties nothing shows")
    func maximumTies() {
        let window = Window2D([2, 2], stride: 2)
        func copy(_ shares: @escaping @Sendable ([Double]) -> [Double]) -> CopiedPooling {
            CopiedPooling(window: window, value: Loops.largest, shares: shares)
        }
        let first = copy(Loops.firstOfTheLargest)
        let all = copy { numbers in numbers.map { $0 == numbers.max() ? 1 : 0 } }
        let shared = copy { numbers in
            let count = numbers.count { $0 == numbers.max() }
            return numbers.map { $0 == numbers.max() ? 1 / Double(count) : 0 }
        }
        let last = copy { Loops.firstOfTheLargest($0.reversed()).reversed() }
        var random = Random(seed: 3)
        let apart = random.distinct([2, 4, 4, 2])
        for layer in [first, all, shared, last] {
            #expect(found(layer, at: apart).isEmpty)
            #expect(!equationSees(layer, MaxPool2D<Double>(2)(x)))
        }
        #expect(givesTiesToTheFirst(MaxPool2D<Double>(2)) && givesTiesToTheFirst(first))
        #expect(!givesTiesToTheFirst(all) && !givesTiesToTheFirst(shared) && !givesTiesToTheFirst(last))
    }

    // MARK: Normalization

    /// A copy of batch normalization.
    private struct CopiedBatchNorm: Layer {
        enum Mistake {
            case momentsTakenAsConstants, meanTakenAsConstant, varianceTakenAsConstant, runningVarianceBiased
        }

        var original: BatchNorm<Double>
        var runningVariance: Tensor<Double>
        let mistake: Mistake?

        init(_ original: BatchNorm<Double>, _ mistake: Mistake?) {
            (self.original, self.mistake, runningVariance) = (original, mistake, original.runningVariance)
        }

        func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { original(x) }

        mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
            let rows = x.reshaped([-1, x.shape.last!]), n = Double(rows.shape[0])
            let centered = rows - rows.mean(along: 0), variance = rows.variance(along: 0)
            let inverse = 1 / map(variance + original.epsilon) { $0.squareRoot() }
            let normalized = centered * inverse
            let unbiased = mistake == .runningVarianceBiased ? variance : variance * (n / (n - 1))
            runningVariance = runningVariance * (1 - original.momentum) + unbiased * original.momentum
            return (
                (normalized * original.scale + original.shift).reshaped(x.shape),
                { [self] g in
                    let g = g.reshaped(rows.shape)
                    var gradient = self
                    gradient.original.shift = g.sum(along: 0)
                    gradient.original.scale = (g * normalized).sum(along: 0)
                    var rest = g
                    if mistake != .momentsTakenAsConstants && mistake != .meanTakenAsConstant { rest -= g.mean(along: 0) }
                    if mistake != .momentsTakenAsConstants && mistake != .varianceTakenAsConstant {
                        rest -= normalized * (g * normalized).mean(along: 0)
                    }
                    return Gradients(input: (rest * (original.scale * inverse)).reshaped(x.shape), layer: gradient)
                }
            )
        }

        var parameters: [Parameter<Self>] { original.parameters.map { $0.within(\Self.original, named: "") } }
    }

    @Test("a batch normalization that takes the mean, the variance or both as constants in the backward pass")
    func constants() {
        var random = Random(seed: 4)
        let layer = random.batchNorm(4)
        #expect(found(CopiedBatchNorm(layer, nil)).isEmpty)
        for mistake in [CopiedBatchNorm.Mistake.momentsTakenAsConstants, .meanTakenAsConstant, .varianceTakenAsConstant] {
            let found = found(CopiedBatchNorm(layer, mistake))
            #expect(found.count == 1 && found[0].hasPrefix("input: No simple pattern: a term of the derivative is missing"))
        }
    }

    @Test("a running variance that is the biased one: no gradient sees it, its own equation does") func biased() {
        var random = Random(seed: 4)
        let layer = random.batchNorm(4)
        var (original, right, biased) = (layer, CopiedBatchNorm(layer, nil), CopiedBatchNorm(layer, .runningVarianceBiased))
        #expect(found(biased).isEmpty)
        for output in [right.forward(x).output, biased.forward(x).output] { expectClose(output, original.forward(x).output) }
        original = layer
        _ = original.forward(x)
        #expect(original.runningVariance.isClose(to: right.runningVariance, relative: 1e-12))
        // 60 numbers a channel: a sixtieth of a tenth.
        #expect(!original.runningVariance.isClose(to: biased.runningVariance, relative: 1e-4))
    }

    // MARK: Dropout

    @Test("a dropout of single pixels instead of whole channels: the gradient check is satisfied, the equation is not")
    func dropoutOfPixels() {
        var random = Random(seed: 5)
        var (pixels, channels) = (Dropout<Double>(0.5, random: &random), Dropout2D<Double>(0.5, random: &random))
        #expect(found(pixels).isEmpty && found(channels).isEmpty)
        #expect(droppedChannels(x, channels.forward(x).output, 0.5) != nil)
        #expect(droppedChannels(x, pixels.forward(x).output, 0.5) == nil)
        // One mask for all examples, and one for all channels, are mistakes too; 12 channels of 3 examples differ.
        let y = channels.forward(Tensor(repeating: 1, shape: [3, 1, 1, 12])).output
        #expect(y[0] != y[1] || y[1] != y[2])
        #expect(Set(y[0].scalars) == [0, 2])
    }

    // MARK: What is tampered with in the layer's own backward pass

    @Test("in the backward pass of the layers themselves, wherever a gradient is lost or counted twice") func tampered() {
        /// Expects one wrong gradient, of `parameter`, explained by `cause`; or none, if there is no cause.
        func expect<L: Layer>(
            _ layer: L, at x: Tensor<Double>? = nil, _ parameter: String = "", _ cause: String? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) where L.Scalar == Double {
            let found = found(layer, at: x)
            let isRight = cause.map { found.count == 1 && found[0].hasPrefix(parameter + ": ") && found[0].contains($0) }
            #expect(isRight ?? found.isEmpty, "\(found)", sourceLocation: sourceLocation)
        }
        expect(Tampered(convolution) { _ in })
        expect(Tampered(convolution) { $0.layer.bias *= 0 }, "bias", "The analytic gradient is zero")
        expect(Tampered(convolution) { $0.layer.weight *= 2 }, "weight", "It is 2.0 times")
        expect(Tampered(convolution) { $0.layer.weight *= 3 }, "weight", "the batch has 3 rows")
        expect(Tampered(convolution) { $0.input[0, 0, 0, 0] += 0.01 }, "input", "some places or some rows")
        var random = Random(seed: 6)
        let transposed: ConvTranspose2D<Double> = random.transposedConvolution(4, 3, Window2D(3, stride: 2))
        let small = x[0..<2].slice(along: 1, 0..<2)
        expect(Tampered(transposed) { _ in }, at: small)
        expect(Tampered(transposed) { $0.layer.weight *= -1 }, at: small, "weight", "The sign is wrong")
        expect(Tampered(Upsampling2D<Double>(2, .bilinear)) { $0.input *= 0.25 }, "input", "0.25 times")
        expect(Tampered(MaxPool2D<Double>(2)) { $0.input *= 0 }, "input", "zero everywhere")
        expect(Tampered(GlobalAveragePool2D<Double>()) { $0.input *= 20 }, "input", "20.0 times")
    }
}
