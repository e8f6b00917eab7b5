// The three products of a convolution: forwards, back to the image, and to the kernel.
//
// What is summed with what stands in WindowProduct. Here it is decided in which of three ways, by how many channels there
// are on each side of a window, and who computes what: threads share the images.
//
// - Usually a tile of the result, some pixels by some channels, stays in registers, as in any matrix product.
// - With few channels in the result (a picture has one or three) most of a vector would stay empty. Then vectors run along
//   the window instead, and their lanes are added up at the end.
// - If every channel is by itself (depthwise), channels lie side by side in vectors from beginning to end.

extension Tensor {
    /// The convolution of images with a kernel, plus a bias: for each output pixel and output channel o
    /// y(pixel, o) = b(o) + Σ over taps and channels c of x(pixel + tap, c) · w(tap, c, o).
    ///
    /// The channels may be divided into equal groups, each of which sees only its own. (What is called convolution here is
    /// the cross-correlation of signal processing: the kernel is not turned round.)
    ///
    /// - Parameters:
    ///   - x: images `[batch, rows, columns, inputs]`.
    ///   - kernel: w, `[rows, columns, inputs / groups, outputs]`.
    ///   - bias: b, `[outputs]`, or none.
    /// - Returns: `[batch, rows, columns, outputs]`, of the sizes that `window` says.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func convolution(
        _ x: Tensor, _ kernel: Tensor, _ bias: Tensor?, _ window: SlidingWindow, groups: Int = 1
    ) -> Tensor {
        let channels = KernelChannels(kernel.shape, window, groups, "convolution")
        channels.require(x.shape, window.rows.input, window.columns.input, channels.inputs, "an input", "convolution")
        channels.requireBias(bias?.shape, channels.outputs, "convolution")
        let plan = WindowPlan(
            window, backwards: false, source: channels.inputs, seen: channels.inputsOfGroup, result: channels.outputs)
        let y = Tensor(uninitialized: [x.shape[0], window.rows.output, window.columns.output, channels.outputs])
        WindowPass(plan: plan, kernel: kernel, seesOutputs: false, channels, from: x, into: y, bias: bias).run()
        return y
    }

    /// The adjoint of the convolution, from its outputs back to its inputs, plus a bias: for each input pixel and input
    /// channel c x(pixel, c) = b(c) + Σ over taps and channels o of y(pixel − tap, o) · w(tap, c, o), with a stride for
    /// those taps that fall on an output.
    ///
    /// It is the gradient of a convolution with respect to its input, and is called a transposed convolution when it is a
    /// layer of its own: ⟨convolution(x), y⟩ = ⟨x, adjoint(y)⟩.
    ///
    /// - Parameters:
    ///   - y: `[batch, rows, columns, outputs]`.
    ///   - kernel: w, `[rows, columns, inputs / groups, outputs]`, that of the convolution.
    ///   - bias: `[inputs]`, or none.
    /// - Returns: `[batch, rows, columns, inputs]`, of the sizes of the convolution's input.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func convolutionAdjoint(
        _ y: Tensor, _ kernel: Tensor, _ bias: Tensor?, _ window: SlidingWindow, groups: Int = 1
    ) -> Tensor {
        let channels = KernelChannels(kernel.shape, window, groups, "convolutionAdjoint")
        channels.require(
            y.shape, window.rows.output, window.columns.output, channels.outputs, "an output", "convolutionAdjoint")
        channels.requireBias(bias?.shape, channels.inputs, "convolutionAdjoint")
        let plan = WindowPlan(
            window, backwards: true, source: channels.outputs, seen: channels.outputsOfGroup, result: channels.inputs)
        let x = Tensor(uninitialized: [y.shape[0], window.rows.input, window.columns.input, channels.inputs])
        WindowPass(plan: plan, kernel: kernel, seesOutputs: true, channels, from: y, into: x, bias: bias).run()
        return x
    }

    /// The gradient of a convolution with respect to its kernel: for each tap, input channel c and output channel o
    /// w(tap, c, o) = Σ over images and output pixels of x(pixel + tap, c) · y(pixel, o).
    ///
    /// - Parameters:
    ///   - x: the convolution's input, `[batch, rows, columns, inputs]`.
    ///   - y: the gradient with respect to its output, `[batch, rows, columns, outputs]`.
    /// - Returns: `[rows, columns, inputs / groups, outputs]`.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func convolutionKernel(_ x: Tensor, _ y: Tensor, _ window: SlidingWindow, groups: Int = 1) -> Tensor {
        require(
            x.rank == 4 && y.rank == 4 && x.shape[0] == y.shape[0],
            "convolutionKernel: an input and an output of the same images are needed, but the shapes are \(x.shape) and "
                + "\(y.shape)")
        SIMDTensor.require(
            groups >= 1 && x.shape[3] % groups == 0,
            "convolutionKernel: \(x.shape[3]) channels cannot be divided into \(groups) equal groups")
        let shape = [window.rows.taps, window.columns.taps, x.shape[3] / groups, y.shape[3]]
        let channels = KernelChannels(shape, window, groups, "convolutionKernel")
        channels.require(
            x.shape, window.rows.input, window.columns.input, channels.inputs, "an input", "convolutionKernel")
        channels.require(
            y.shape, window.rows.output, window.columns.output, channels.outputs, "an output", "convolutionKernel")
        return KernelPass(window, channels, x: x, y: y).run(shape)
    }
}

/// The channels on both sides of a kernel.
struct KernelChannels {
    let inputs: Int
    let outputs: Int
    let groups: Int

    /// The channels of a group.
    var inputsOfGroup: Int { inputs / groups }
    var outputsOfGroup: Int { outputs / groups }

    /// Every channel is a group of its own.
    var isDepthwise: Bool { groups > 1 && groups == inputs && groups == outputs }

    init(_ kernel: [Int], _ window: SlidingWindow, _ groups: Int, _ operation: StaticString) {
        SIMDTensor.require(
            kernel.count == 4 && kernel[0] == window.rows.taps && kernel[1] == window.columns.taps,
            "\(operation): a kernel [\(window.rows.taps), \(window.columns.taps), inputs / groups, outputs] is needed, but "
                + "its shape is \(kernel)")
        SIMDTensor.require(
            groups >= 1 && kernel[3] % groups == 0,
            "\(operation): \(kernel[3]) outputs cannot be divided into \(groups) equal groups")
        (inputs, outputs, self.groups) = (kernel[2] * groups, kernel[3], groups)
    }

    func require(
        _ shape: [Int], _ rows: Int, _ columns: Int, _ channels: Int, _ what: String, _ operation: StaticString
    ) {
        SIMDTensor.require(
            shape.count == 4 && Array(shape[1...]) == [rows, columns, channels],
            "\(operation): \(what) [batch, \(rows), \(columns), \(channels)] is needed, but its shape is \(shape)")
    }

    func requireBias(_ shape: [Int]?, _ channels: Int, _ operation: StaticString) {
        SIMDTensor.require(
            shape == nil || shape == [channels],
            "\(operation): a bias [\(channels)] is needed, but its shape is \(shape ?? [])")
    }
}

/// How the lanes of a vector are used.
enum WindowWay {
    /// For the channels of the result.
    case channelsOfResult
    /// For what a window sees.
    case window
    /// For channels that are each by itself.
    case channels

    /// - Parameter canRunAlongWindow: whether what a window sees fills whole vectors, or may fill parts of them.
    init(_ channels: KernelChannels, resultChannels: Int, canRunAlongWindow: Bool) {
        if channels.isDepthwise {
            self = .channels
        } else {
            self = resultChannels <= 4 && canRunAlongWindow ? .window : .channelsOfResult
        }
    }
}

/// Below so many multiplications a second thread gains nothing one can rely on.
var convolutionThreadedWork: Int { 200_000 }
