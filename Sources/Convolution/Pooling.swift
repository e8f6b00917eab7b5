// 3.2.1 The pooling layer
//
// A pooling layer (池化层) makes feature maps smaller: of each window it keeps one number, the largest (max pooling, 最大池化)
// or the mean (average pooling, 平均池化), channel by channel. It has nothing to learn, leaves less for the following layers to
// compute, and makes a network tolerant of a feature that lies a pixel further.

/// Max pooling: y(i, j, c) = max over the window of x(i·s + u − p, j·s + v − p, c).
///
/// Padding is never the largest. Shapes: `[batch, rows, columns, channels]`; for the sizes see `Window2D`.
///
/// Source: document A, 3.2.1; Zhou & Chellappa 1988.
public struct MaxPool2D<Scalar: TensorScalar>: Layer {
    public let window: Window2D

    /// - Parameter stride: how far the window moves at a time; by default the size of the window.
    public init(_ size: Size2D, stride: Size2D? = nil, padding: Padding = .valid) {
        window = Window2D(size, stride: stride ?? size, padding: padding)
        requirePoolPadding("MaxPool2D", window)
    }

    /// y = the largest x of the window
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        Tensor.windowMaximum(x, sliding(over: x.shape))
    }

    /// ∂y/∂x = 1 for the largest x of the window, else 0. Where several are the largest there is no derivative; the first of
    /// them, row by row, receives the whole gradient, as in PyTorch and Keras
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let window = sliding(over: x.shape)
        let y = Tensor.windowMaximum(x, window)
        return (y, { [self] g in Gradients(input: Tensor.windowMaximumGradient(g, x: x, y: y, window), layer: self) })
    }

    public func outputShape(for inputShape: [Int]) -> [Int] { sliding(over: inputShape).outputShape(for: inputShape) }

    private func sliding(over shape: [Int]) -> SlidingWindow {
        requireImages(shape, "MaxPool2D(\(window.size))")
        return window.sliding(over: shape[1], shape[2], "MaxPool2D(\(window.size))")
    }
}

/// Average pooling: y(i, j, c) = (1/n) Σ over the window of x(i·s + u − p, j·s + v − p, c), with n the number of pixels that
/// the window sees; padding does not count.
///
/// Shapes: `[batch, rows, columns, channels]`; for the sizes see `Window2D`.
///
/// Source: document A, 3.2.1; LeCun et al. 1990 (subsampling). Padding that does not count: Keras.
public struct AveragePool2D<Scalar: TensorScalar>: Layer {
    public let window: Window2D

    /// - Parameter stride: how far the window moves at a time; by default the size of the window.
    public init(_ size: Size2D, stride: Size2D? = nil, padding: Padding = .valid) {
        window = Window2D(size, stride: stride ?? size, padding: padding)
        requirePoolPadding("AveragePool2D", window)
    }

    /// y = A·x·Bᵀ: the mean of the rows, then of the columns, each a linear map
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let window = sliding(over: x.shape)
        return x.multiplied(by: window.rows.averaging, along: 1).multiplied(by: window.columns.averaging, along: 2)
    }

    /// ∂L/∂x = Aᵀ·∂L/∂y·B: each pixel of the window receives 1/n
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let window = sliding(over: x.shape)
        return (
            self(x),
            { [self] g in
                Gradients(
                    input: g.multiplied(by: window.columns.averaging.transposed, along: 2)
                        .multiplied(by: window.rows.averaging.transposed, along: 1),
                    layer: self)
            }
        )
    }

    public func outputShape(for inputShape: [Int]) -> [Int] { sliding(over: inputShape).outputShape(for: inputShape) }

    private func sliding(over shape: [Int]) -> SlidingWindow {
        requireImages(shape, "AveragePool2D(\(window.size))")
        return window.sliding(over: shape[1], shape[2], "AveragePool2D(\(window.size))")
    }
}

/// Global average pooling: y(c) = the mean of x(i, j, c) over all pixels. What is left says which features are there, but no
/// longer where.
///
/// Shapes: x `[batch, rows, columns, channels]`, y `[batch, channels]`. Source: Lin, Chen & Yan 2014.
public struct GlobalAveragePool2D<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y(c) = (1/n) Σ x(i, j, c), with n = rows · columns
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        requirePixels(x.shape)
        return x.reshaped([x.shape[0], x.shape[1] * x.shape[2], x.shape[3]]).mean(along: 1)
    }

    /// ∂L/∂x(i, j, c) = ∂L/∂y(c) / n
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (
            self(x),
            { [self, shape = x.shape] g in
                Gradients(
                    input: (g / Scalar(shape[1] * shape[2])).reshaped([shape[0], 1, 1, shape[3]]).broadcast(to: shape),
                    layer: self)
            }
        )
    }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requirePixels(inputShape)
        return [inputShape[0], inputShape[3]]
    }

    private func requirePixels(_ shape: [Int]) {
        requireImages(shape, "GlobalAveragePool2D")
        require(shape[1] * shape[2] > 0, "GlobalAveragePool2D: images of \(shape[1])×\(shape[2]) pixels have no mean")
    }
}

extension SlidingWindow {
    func outputShape(for inputShape: [Int]) -> [Int] { [inputShape[0], rows.output, columns.output, inputShape[3]] }
}

extension WindowAxis {
    /// Row o has 1/n at each of the n places that output o sees.
    fileprivate var averaging: SparseMatrix {
        SparseMatrix(
            columns: input,
            rows: (0..<output).map { place in
                let seen = (0..<taps).map { place * stride + $0 * dilation - before }.filter { $0 >= 0 && $0 < input }
                return seen.map { SparseMatrix.Element(column: $0, value: 1 / Double(seen.count)) }
            })
    }
}

/// A window must not lie entirely in the padding: there would be nothing to take the maximum or the mean of.
private func requirePoolPadding(_ layer: StaticString, _ window: Window2D) {
    guard case .explicit(let top, let bottom, let left, let right) = window.padding else { return }
    require(
        max(top, bottom) < window.size.rows && max(left, right) < window.size.columns,
        "\(layer): padding must be smaller than the window \(window.size), or a window would see nothing else, but it is "
            + "\(top), \(bottom), \(left), \(right)")
}

// Pooling of `Float`, so that `MaxPool2D(2)` needs no type to be written.
extension MaxPool2D where Scalar == Float {
    public init(_ size: Size2D, stride: Size2D? = nil, padding: Padding = .valid) {
        window = Window2D(size, stride: stride ?? size, padding: padding)
        requirePoolPadding("MaxPool2D", window)
    }
}
extension AveragePool2D where Scalar == Float {
    public init(_ size: Size2D, stride: Size2D? = nil, padding: Padding = .valid) {
        window = Window2D(size, stride: stride ?? size, padding: padding)
        requirePoolPadding("AveragePool2D", window)
    }
}
extension GlobalAveragePool2D where Scalar == Float { public init() {} }
