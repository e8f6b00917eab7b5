// 3.2.1 The backward pass as a layer: transposed convolution
//
// A convolution is a linear map, so it has an adjoint, which goes the other way, from feature maps to images: every output
// of the convolution is scattered through the kernel to the inputs it came from. It is how the gradient goes back through a
// convolution layer. As a layer of its own it makes images larger: a generator (chapter 3.5) or a decoder (chapter 3.6)
// begins with a small map of many channels and ends with a picture. Nothing new has to be derived: the forward and the
// backward pass of the convolution change places.

/// A transposed convolution layer (转置卷积层): y = b + the adjoint of a convolution, applied to x.
///
/// Each x(i, j, c) is multiplied by a kernel and added to y(i·s + u·d − p, j·s + v·d − p, ·), for all taps (u, v). The
/// convolution of which it is the adjoint, ⟨convolution(y), x⟩ = ⟨y, adjoint(x)⟩, goes from y to x and has the same kernel,
/// stride, padding and dilation.
///
/// Shapes: x `[batch, rows, columns, inputs]`, w `[kernel rows, kernel columns, outputs / groups, inputs]` (the
/// convolution's, whose inputs are our outputs), b `[outputs]`, y `[batch, output rows, output columns, outputs]`. From n
/// rows and a kernel that spans e = d(k − 1) + 1 it makes (n − 1)·s + e − (top + bottom) + output padding rows; with padding
/// `same`, n·s.
///
/// Source: Zeiler, Krishnan, Taylor & Fergus 2010; Dumoulin & Visin 2016, chapter 4.
public struct ConvTranspose2D<Scalar: TensorScalar>: Layer, WeightAndBias {
    /// w, `[kernel rows, kernel columns, outputs / groups, inputs]`.
    public var weight: Tensor<Scalar>

    /// b, `[outputs]`.
    public var bias: Tensor<Scalar>

    public let window: Window2D
    /// Rows and columns that are added at the bottom and on the right. A convolution with a stride maps several input sizes
    /// to the same output size; this selects one of them. Smaller than the stride.
    public let outputPadding: Size2D
    public let groups: Int

    /// A layer with the given weight and bias. Traps if they do not fit together.
    public init(
        weight: Tensor<Scalar>, bias: Tensor<Scalar>, stride: Size2D = 1, padding: Padding = .valid,
        outputPadding: Size2D = 0, dilation: Size2D = 1, groups: Int = 1
    ) {
        require(
            weight.rank == 4 && groups >= 1 && bias.shape == [weight.shape[2] * groups],
            "ConvTranspose2D: a weight [rows, columns, outputs / groups, inputs] and a bias [outputs] are needed, not "
                + "\(weight.shape) and \(bias.shape)")
        require(
            weight.shape[3] % groups == 0,
            "ConvTranspose2D: \(weight.shape[3]) inputs cannot be divided into \(groups) equal groups")
        window = Window2D(
            Size2D(weight.shape[0], weight.shape[1]), stride: stride, padding: padding, dilation: dilation)
        require(
            outputPadding.rows >= 0 && outputPadding.columns >= 0 && outputPadding.rows < stride.rows
                && outputPadding.columns < stride.columns && (padding != .same || outputPadding == 0),
            "ConvTranspose2D: output padding is at least 0, smaller than the stride, and 0 if the padding is same, but it "
                + "is \(outputPadding) with a stride of \(stride)")
        (self.weight, self.bias, self.outputPadding, self.groups) = (weight, bias, outputPadding, groups)
    }

    /// A fresh layer: random weights, zero biases. Traps if the channels cannot be divided into that many groups.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding = .valid,
        outputPadding: Size2D = 0, dilation: Size2D = 1, groups: Int = 1,
        initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        self.init(
            weight: Self.weight(kernel, inputs, outputs, stride, groups, initialization, &random),
            bias: Tensor(zeros: [outputs]), stride: stride, padding: padding, outputPadding: outputPadding,
            dilation: dilation, groups: groups)
    }

    fileprivate static func weight(
        _ kernel: Size2D, _ inputs: Int, _ outputs: Int, _ stride: Size2D, _ groups: Int,
        _ initialization: Initialization, _ random: inout Random
    ) -> Tensor<Scalar> {
        requireKernel("ConvTranspose2D", kernel, inputs, outputs, groups)
        // Says so if the stride is too large to be multiplied.
        let stride = Window2D(kernel, stride: stride).stride
        // With a stride, an output sees its inputs through one of stride × stride taps only.
        return initialization.weight(
            [kernel.rows, kernel.columns, outputs / groups, inputs],
            fanIn: max(1, kernel.product / max(1, stride.product)) * inputs / groups,
            fanOut: kernel.product * outputs / groups, random: &random)
    }

    public var inputs: Int { weight.shape[3] }
    public var outputs: Int { weight.shape[2] * groups }

    /// y(i·s + u·d − p, j·s + v·d − p, o) = b(o) + Σ x(i, j, c) · w(u, v, o, c)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        Tensor.convolutionAdjoint(x, weight, bias, sliding(over: x.shape), groups: groups)
    }

    /// The adjoint of the adjoint is the convolution: ∂L/∂x = convolution(∂L/∂y). The kernel's gradient is that of the
    /// convolution with input and output exchanged: ∂L/∂w(u, v, o, c) = Σ ∂L/∂y(i·s + u·d − p, …, o) · x(i, j, c)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let window = sliding(over: x.shape)
        return (
            self(x),
            { [self] g in
                Gradients(
                    input: Tensor.convolution(g, weight, nil, window, groups: groups),
                    layer: with(
                        weight: Tensor.convolutionKernel(g, x, window, groups: groups),
                        bias: g.reshaped([-1, outputs]).sum(along: 0)))
            }
        )
    }

    public var parameters: [Parameter<Self>] { [Parameter("weight", \.weight), Parameter("bias", \.bias)] }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        let window = sliding(over: inputShape)
        return [inputShape[0], window.rows.input, window.columns.input, outputs]
    }

    /// Each input pixel of each channel is multiplied by every weight of a kernel.
    public func multiplicationCount(for inputShape: [Int]) -> Int {
        requireImages(inputShape, channels: inputs, description)
        return inputShape.reduce(1, *) * weight.count / max(1, inputs)
    }

    private var description: String { "ConvTranspose2D(\(inputs), \(outputs), kernel: \(window.size))" }

    private func sliding(over shape: [Int]) -> SlidingWindow {
        requireImages(shape, channels: inputs, description)
        return window.slidingBack(over: shape[1], shape[2], outputPadding: outputPadding, description)
    }
}

extension ConvTranspose2D where Scalar == Float {
    /// A fresh layer of `Float`, so that `ConvTranspose2D(64, 1, kernel: 4, stride: 2, …)` needs no type to be written.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding = .valid,
        outputPadding: Size2D = 0, dilation: Size2D = 1, groups: Int = 1,
        initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        self.init(
            weight: Self.weight(kernel, inputs, outputs, stride, groups, initialization, &random),
            bias: Tensor(zeros: [outputs]), stride: stride, padding: padding, outputPadding: outputPadding,
            dilation: dilation, groups: groups)
    }
}
