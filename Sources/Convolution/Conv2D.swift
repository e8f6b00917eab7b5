// 3.2.1 The convolution layer
//
// A convolution layer (卷积层) slides small kernels (卷积核) over the input. At each place the output is the dot product of a
// kernel with what the window sees there; the outputs of one kernel, place by place, are a feature map (特征图). Since the
// kernel is the same everywhere, a feature is found wherever it is, and there are few weights to learn: 3×3 for a kernel on
// a grey image, however large the image.

/// A convolution layer on images: y(i, j, o) = b(o) + Σ over u, v, c of x(i·s + u·d − p, j·s + v·d − p, c) · w(u, v, c, o).
///
/// s is the stride, d the dilation, p the padding before (each for rows and columns), and x is zero beyond its edge.
/// Channels may be divided into equal groups: the outputs of a group see only the inputs of that group; with one group for
/// each channel, every channel is convolved by itself (depthwise).
///
/// Shapes: x `[batch, rows, columns, inputs]`, w `[kernel rows, kernel columns, inputs / groups, outputs]`, b `[outputs]`,
/// y `[batch, output rows, output columns, outputs]`; for the sizes see `Window2D`.
///
/// As everywhere in deep learning the kernel is not flipped, which mathematics would call a cross-correlation.
///
/// Source: document A, 3.2.1; LeCun et al. 1989. Dilation: Yu & Koltun 2016. Groups: Krizhevsky, Sutskever & Hinton 2012.
public struct Conv2D<Scalar: TensorScalar>: Layer, WeightAndBias {
    /// w, `[kernel rows, kernel columns, inputs / groups, outputs]`.
    public var weight: Tensor<Scalar>

    /// b, `[outputs]`.
    public var bias: Tensor<Scalar>

    public let window: Window2D
    public let groups: Int

    /// A layer with the given weight and bias. Traps if they do not fit together.
    public init(
        weight: Tensor<Scalar>, bias: Tensor<Scalar>, stride: Size2D = 1, padding: Padding = .valid, dilation: Size2D = 1,
        groups: Int = 1
    ) {
        require(
            weight.rank == 4 && bias.shape == [weight.shape[3]],
            "Conv2D: a weight [rows, columns, inputs / groups, outputs] and a bias [outputs] are needed, not "
                + "\(weight.shape) and \(bias.shape)")
        require(
            groups >= 1 && weight.shape[3] % groups == 0,
            "Conv2D: \(weight.shape[3]) outputs cannot be divided into \(groups) equal groups")
        (self.weight, self.bias, self.groups) = (weight, bias, groups)
        window = Window2D(
            Size2D(weight.shape[0], weight.shape[1]), stride: stride, padding: padding, dilation: dilation)
    }

    /// A fresh layer: random weights, zero biases. Traps if the channels cannot be divided into that many groups.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding = .valid, dilation: Size2D = 1,
        groups: Int = 1, initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        self.init(
            weight: kernelWeight("Conv2D", kernel, inputs, outputs, groups, initialization, &random),
            bias: Tensor(zeros: [outputs]), stride: stride, padding: padding, dilation: dilation, groups: groups)
    }

    public var inputs: Int { weight.shape[2] * groups }
    public var outputs: Int { weight.shape[3] }

    /// y(i, j, o) = b(o) + Σ x(i·s + u·d − p, j·s + v·d − p, c) · w(u, v, c, o)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        Tensor.convolution(x, weight, bias, sliding(over: x.shape), groups: groups)
    }

    /// Each product of the sum contributes to two gradients. An input is seen through every tap (u, v), each time by another
    /// output; a weight is used at every place:
    ///
    /// ∂L/∂x(i·s + u·d − p, …, c) = Σ over u, v, o of ∂L/∂y(i, j, o) · w(u, v, c, o), the adjoint of the convolution,
    /// ∂L/∂w(u, v, c, o) = Σ over the batch and i, j of x(i·s + u·d − p, …, c) · ∂L/∂y(i, j, o),
    /// ∂L/∂b(o) = Σ over the batch and i, j of ∂L/∂y(i, j, o)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let window = sliding(over: x.shape)
        return (
            self(x),
            { [self] g in
                Gradients(
                    input: Tensor.convolutionAdjoint(g, weight, nil, window, groups: groups),
                    layer: with(
                        weight: Tensor.convolutionKernel(x, g, window, groups: groups),
                        bias: g.reshaped([-1, outputs]).sum(along: 0)))
            }
        )
    }

    public var parameters: [Parameter<Self>] { [Parameter("weight", \.weight), Parameter("bias", \.bias)] }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        let window = sliding(over: inputShape)
        return [inputShape[0], window.rows.output, window.columns.output, outputs]
    }

    /// Each output pixel of each channel is a sum with one product for each weight of a kernel.
    public func multiplicationCount(for inputShape: [Int]) -> Int {
        outputShape(for: inputShape).reduce(1, *) * weight.count / max(1, outputs)
    }

    private func sliding(over shape: [Int]) -> SlidingWindow {
        requireImages(shape, channels: inputs, description)
        return window.sliding(over: shape[1], shape[2], description)
    }

    private var description: String { "Conv2D(\(inputs), \(outputs), kernel: \(window.size))" }
}

/// What the convolutions have in common.
protocol WeightAndBias {
    associatedtype Scalar: TensorScalar
    var weight: Tensor<Scalar> { get set }
    var bias: Tensor<Scalar> { get set }
}

extension WeightAndBias {
    /// The same layer with other numbers: those of its gradient.
    func with(weight: Tensor<Scalar>, bias: Tensor<Scalar>) -> Self {
        var result = self
        (result.weight, result.bias) = (weight, bias)
        return result
    }
}

/// The weight of a fresh convolution from `inputs` to `outputs` channels. Traps without channels or taps.
func kernelWeight<Scalar>(
    _ layer: StaticString, _ kernel: Size2D, _ inputs: Int, _ outputs: Int, _ groups: Int,
    _ initialization: Initialization, _ random: inout Random
) -> Tensor<Scalar> {
    requireKernel(layer, kernel, inputs, outputs, groups)
    return initialization.weight(
        [kernel.rows, kernel.columns, inputs / groups, outputs], fanIn: kernel.product * inputs / groups,
        fanOut: kernel.product * outputs / groups, random: &random)
}

func requireKernel(_ layer: StaticString, _ kernel: Size2D, _ inputs: Int, _ outputs: Int, _ groups: Int) {
    requireSizes(layer, inputs, outputs)
    require(
        min(kernel.rows, kernel.columns) >= 1 && max(kernel.rows, kernel.columns, inputs, outputs) < 1 << 20,
        "\(layer)(\(inputs), \(outputs)): a kernel is at least 1×1, and it and the channels are fewer than 2²⁰, but the "
            + "kernel is \(kernel)")
    require(
        groups >= 1 && inputs % groups == 0 && outputs % groups == 0,
        "\(layer): \(inputs) inputs and \(outputs) outputs cannot be divided into \(groups) equal groups")
}

extension Conv2D where Scalar == Float {
    /// A fresh layer of `Float`, so that `Conv2D(1, 32, kernel: 3, random: &random)` needs no type to be written.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Size2D, stride: Size2D = 1, padding: Padding = .valid, dilation: Size2D = 1,
        groups: Int = 1, initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        self.init(
            weight: kernelWeight("Conv2D", kernel, inputs, outputs, groups, initialization, &random),
            bias: Tensor(zeros: [outputs]), stride: stride, padding: padding, dilation: dilation, groups: groups)
    }
}
