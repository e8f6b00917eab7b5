// 3.2.1 Convolution along a sequence
//
// A grid need not have two axes. A sound, a series of measurements, a text are grids with one, and a kernel that slides
// along it finds what it looks for at any time.

/// A convolution layer on sequences: y(t, o) = b(o) + Σ over u, c of x(t·s + u·d − p, c) · w(u, c, o).
///
/// Stride s, dilation d, padding p and groups are as in `Conv2D`, of which this is the case of a single row; in an explicit
/// padding only left (before) and right (after) count.
///
/// Shapes: x `[batch, time, inputs]`, w `[taps, inputs / groups, outputs]`, b `[outputs]`, y `[batch, output time,
/// outputs]`.
///
/// Source: document A, 3.2.1; Waibel et al. 1989 (time-delay networks).
public struct Conv1D<Scalar: TensorScalar>: Layer, WeightAndBias {
    /// w, `[taps, inputs / groups, outputs]`.
    public var weight: Tensor<Scalar>

    /// b, `[outputs]`.
    public var bias: Tensor<Scalar>

    public let window: Window2D
    public let groups: Int

    /// A layer with the given weight and bias. Traps if they do not fit together.
    public init(
        weight: Tensor<Scalar>, bias: Tensor<Scalar>, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        groups: Int = 1
    ) {
        require(
            weight.rank == 3 && bias.shape == [weight.shape[2]],
            "Conv1D: a weight [taps, inputs / groups, outputs] and a bias [outputs] are needed, not \(weight.shape) and "
                + "\(bias.shape)")
        require(
            groups >= 1 && weight.shape[2] % groups == 0,
            "Conv1D: \(weight.shape[2]) outputs cannot be divided into \(groups) equal groups")
        (self.weight, self.bias, self.groups) = (weight, bias, groups)
        window = Window2D(
            Size2D(1, weight.shape[0]), stride: Size2D(1, stride), padding: padding.alongSequence,
            dilation: Size2D(1, dilation))
    }

    /// A fresh layer: random weights, zero biases. Traps if the channels cannot be divided into that many groups.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        groups: Int = 1, initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        let weight: Tensor<Scalar> = kernelWeight(
            "Conv1D", Size2D(1, kernel), inputs, outputs, groups, initialization, &random)
        self.init(
            weight: weight.reshaped(Array(weight.shape.dropFirst())), bias: Tensor(zeros: [outputs]), stride: stride,
            padding: padding, dilation: dilation, groups: groups)
    }

    public var inputs: Int { weight.shape[1] * groups }
    public var outputs: Int { weight.shape[2] }

    /// y(t, o) = b(o) + Σ x(t·s + u·d − p, c) · w(u, c, o)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        Tensor.convolution(x.asRow, weight.asRowKernel, bias, sliding(over: x.shape), groups: groups).withoutRow
    }

    /// As in `Conv2D`: ∂L/∂x is the adjoint of the convolution, ∂L/∂w(u, c, o) = Σ x(t·s + u·d − p, c) · ∂L/∂y(t, o) and
    /// ∂L/∂b(o) = Σ ∂L/∂y(t, o), over the batch and all times
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let window = sliding(over: x.shape)
        return (
            self(x),
            { [self] g in
                Gradients(
                    input: Tensor.convolutionAdjoint(g.asRow, weight.asRowKernel, nil, window, groups: groups).withoutRow,
                    layer: with(
                        weight: Tensor.convolutionKernel(x.asRow, g.asRow, window, groups: groups).reshaped(weight.shape),
                        bias: g.reshaped([-1, outputs]).sum(along: 0)))
            }
        )
    }

    public var parameters: [Parameter<Self>] { [Parameter("weight", \.weight), Parameter("bias", \.bias)] }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        [inputShape[0], sliding(over: inputShape).columns.output, outputs]
    }

    /// Each output of each channel is a sum with one product for each weight of a kernel.
    public func multiplicationCount(for inputShape: [Int]) -> Int {
        outputShape(for: inputShape).reduce(1, *) * weight.count / max(1, outputs)
    }

    private func sliding(over shape: [Int]) -> SlidingWindow {
        var description: String { "Conv1D(\(inputs), \(outputs), kernel: \(window.size.columns))" }
        require(
            shape.count == 3 && shape[2] == inputs,
            "\(description): sequences [batch, time, \(inputs)] are expected, but the shape is \(shape)")
        return window.sliding(over: 1, shape[1], along: "times", description)
    }
}

extension Conv1D where Scalar == Float {
    /// A fresh layer of `Float`, so that `Conv1D(1, 32, kernel: 3, random: &random)` needs no type to be written.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        groups: Int = 1, initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        let weight: Tensor<Float> = kernelWeight(
            "Conv1D", Size2D(1, kernel), inputs, outputs, groups, initialization, &random)
        self.init(
            weight: weight.reshaped(Array(weight.shape.dropFirst())), bias: Tensor(zeros: [outputs]), stride: stride,
            padding: padding, dilation: dilation, groups: groups)
    }
}

extension Padding {
    /// A sequence has nothing above and below it.
    fileprivate var alongSequence: Padding {
        guard case .explicit(_, _, let left, let right) = self else { return self }
        return .explicit(before: left, after: right)
    }
}

extension Tensor {
    /// `[batch, time, channels]` as images of one row.
    fileprivate var asRow: Tensor { reshaped([shape[0], 1, shape[1], shape[2]]) }
    /// `[taps, inputs, outputs]` as a kernel of one row.
    fileprivate var asRowKernel: Tensor { reshaped([1] + shape) }
    /// Images of one row as sequences.
    fileprivate var withoutRow: Tensor { reshaped([shape[0], shape[2], shape[3]]) }
}
