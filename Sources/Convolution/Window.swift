// 3.2.1 A window that slides over an image
//
// A convolutional network (卷积神经网络) looks at an image through a small window, the same everywhere. Four settings describe the
// window: its size, how far it moves at a time (stride, 步长), how far apart the pixels it looks at are (dilation, 空洞率), and
// what it sees beyond the edge (padding, 填充). They determine the size of the output.
//
// Images are [batch, row, column, channel] throughout: a grey image has one channel (通道), a colour image three, and a
// layer's output one for each of its kernels.

@_exported import FeedForward

/// Rows and columns: of a window, a stride, a factor. A single number stands for both: `kernel: 3`, `kernel: [3, 5]`.
public struct Size2D: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, CustomStringConvertible {
    public let rows: Int
    public let columns: Int

    public init(_ rows: Int, _ columns: Int) { (self.rows, self.columns) = (rows, columns) }

    public init(integerLiteral size: Int) { self.init(size, size) }

    /// Traps unless there are two numbers, rows and columns.
    public init(arrayLiteral sizes: Int...) {
        require(sizes.count == 2, "Size2D: rows and columns are needed, but \(sizes) was given")
        self.init(sizes[0], sizes[1])
    }

    public var description: String { "\(rows)×\(columns)" }

    var product: Int { rows * columns }
}

/// What a window sees beyond the edge of an image: zeros, or in pooling nothing.
public enum Padding: Sendable, Hashable {
    /// No padding: the window stays inside, and the output is smaller.
    case valid
    /// Enough for ⌈n/s⌉ places, so that with stride 1 the output is as large as the input; half of it on each side, and one
    /// more after the image where it is odd, as in Keras.
    case same
    /// The given number of rows and columns on each side.
    case explicit(top: Int, bottom: Int, left: Int, right: Int)

    /// The given number on every side.
    public static func explicit(_ each: Int) -> Padding { .explicit(top: each, bottom: each, left: each, right: each) }

    /// The given number before and after a sequence: `before: (taps - 1) * dilation, after: 0` looks only backwards
    /// (causal).
    public static func explicit(before: Int, after: Int) -> Padding {
        .explicit(top: 0, bottom: 0, left: before, right: after)
    }
}

/// A window: its size and how it slides.
///
/// A window of k taps, d apart, spans e = d(k − 1) + 1 pixels. On n pixels, with a stride of s, the number of places is
///
/// - valid: ⌊(n − e)/s⌋ + 1, so 28 − 5 + 1 = 24 for 5 taps and a stride of 1;
/// - same: ⌈n/s⌉;
/// - explicit: ⌊(n + before + after − e)/s⌋ + 1.
///
/// Source: Dumoulin & Visin 2016, relationships 1 to 6 and 15; `same` as in TensorFlow and Keras.
public struct Window2D: Sendable, Hashable {
    public let size: Size2D
    public let stride: Size2D
    public let dilation: Size2D
    public let padding: Padding

    /// Traps unless size, stride and dilation are at least 1 and padding is not negative, and none is beyond 2³⁰.
    public init(_ size: Size2D, stride: Size2D = 1, padding: Padding = .valid, dilation: Size2D = 1) {
        for (name, value) in [("size", size), ("stride", stride), ("dilation", dilation)] {
            require(
                value.rows >= 1 && value.columns >= 1, "Window2D: the \(name) must be at least 1×1, but it is \(value)")
            require(
                max(value.rows, value.columns) <= Self.largest, "Window2D: the \(name) is at most 2³⁰, but it is \(value)")
        }
        if case .explicit(let top, let bottom, let left, let right) = padding {
            require(
                min(top, bottom, left, right) >= 0,
                "Window2D: padding is not negative, but it is \(top), \(bottom), \(left), \(right)")
            require(
                max(top, bottom, left, right) <= Self.largest,
                "Window2D: padding is at most 2³⁰, but it is \(top), \(bottom), \(left), \(right)")
        }
        (self.size, self.stride, self.dilation, self.padding) = (size, stride, dilation, padding)
    }

    /// Large enough for anything real, and small enough that no sum of products overflows the machine's integers.
    private static let largest = 1 << 30

    /// How the window slides over images with the given rows and columns. Traps, showing the arithmetic, if nothing is left.
    ///
    /// - Parameters:
    ///   - name: what the columns are called in the sentence.
    ///   - layer: the layer's name, for the message.
    func sliding(
        over rows: Int, _ columns: Int, along name: StaticString = "columns", _ layer: @autoclosure () -> String
    ) -> SlidingWindow {
        requirePixels(rows, columns, layer())
        let (vertical, horizontal) = axes
        return SlidingWindow(
            rows: vertical.sliding(over: rows, "rows", layer()),
            columns: horizontal.sliding(over: columns, name, layer()))
    }

    /// How the window of a convolution slides whose adjoint, the transposed convolution, is applied to images with the given
    /// rows and columns. See `ConvTranspose2D`.
    func slidingBack(
        over rows: Int, _ columns: Int, outputPadding: Size2D, _ layer: @autoclosure () -> String
    ) -> SlidingWindow {
        requirePixels(rows, columns, layer())
        let (vertical, horizontal) = axes
        return SlidingWindow(
            rows: vertical.slidingBack(over: rows, outputPadding.rows, "rows", layer()),
            columns: horizontal.slidingBack(over: columns, outputPadding.columns, "columns", layer()))
    }

    private func requirePixels(_ rows: Int, _ columns: Int, _ layer: @autoclosure () -> String) {
        require(
            min(rows, columns) >= 0 && max(rows, columns) <= Self.largest,
            "\(layer()): images have at most 2³⁰ rows and columns, and no negative number of them, but these have \(rows) and "
                + "\(columns)")
    }

    private var axes: (rows: Axis, columns: Axis) {
        let (vertical, horizontal): (Axis.Padding, Axis.Padding) =
            switch padding {
            case .valid: (.numbers(0, 0), .numbers(0, 0))
            case .same: (.same, .same)
            case .explicit(let top, let bottom, let left, let right): (.numbers(top, bottom), .numbers(left, right))
            }
        return (
            Axis(taps: size.rows, stride: stride.rows, dilation: dilation.rows, padding: vertical),
            Axis(taps: size.columns, stride: stride.columns, dilation: dilation.columns, padding: horizontal)
        )
    }

    /// The window along one axis.
    private struct Axis {
        enum Padding {
            case same
            case numbers(_ before: Int, _ after: Int)
        }

        let taps: Int
        let stride: Int
        let dilation: Int
        let padding: Padding

        /// e = d(k − 1) + 1
        var extent: Int { dilation * (taps - 1) + 1 }

        func sliding(over n: Int, _ what: StaticString, _ layer: @autoclosure () -> String) -> WindowAxis {
            switch padding {
            case .same:
                let places = (n + stride - 1) / stride
                // What the last place needs beyond the input.
                let total = max(0, (places - 1) * stride + extent - n)
                return axis(input: n, output: places, before: total / 2)
            case .numbers(let before, let after):
                let left = n + before + after - extent
                require(left >= 0, "\(layer()): nothing is left of \(n) \(what): \(arithmetic(n, before + after))")
                return axis(input: n, output: left / stride + 1, before: before)
            }
        }

        func slidingBack(
            over n: Int, _ outputPadding: Int, _ what: StaticString, _ layer: @autoclosure () -> String
        ) -> WindowAxis {
            switch padding {
            case .same:
                let total = max(0, (n - 1) * stride + extent - n * stride)
                return axis(input: n * stride, output: n, before: total / 2)
            case .numbers(let before, let after):
                let size = (n - 1) * stride + extent - before - after + outputPadding
                require(
                    n == 0 || size >= 1,
                    "\(layer()): nothing is left of \(n) \(what): (\(n) − 1) · \(stride) + \(extent) − \(before + after) + "
                        + "\(outputPadding) = \(size)")
                return axis(input: n == 0 ? 0 : size, output: n, before: before)
            }
        }

        private func axis(input: Int, output: Int, before: Int) -> WindowAxis {
            WindowAxis(input: input, output: output, taps: taps, stride: stride, dilation: dilation, before: before)
        }

        /// As in “28 − 5 + 1 = 24”.
        private func arithmetic(_ n: Int, _ padding: Int) -> String {
            let padded = padding > 0 ? "\(n) + \(padding)" : "\(n)"
            let left = n + padding - extent
            if stride == 1 { return "\(padded) − \(extent) + 1 = \(left + 1)" }
            // Rounded down also below zero.
            let places = (left - (stride - 1)) / stride + 1
            return "⌊(\(padded) − \(extent)) / \(stride)⌋ + 1 = \(places)"
        }
    }
}

/// The sizes of a batch of images `[batch, rows, columns, channels]`; traps, in the name of `layer`, if the shape is not
/// that of images, or does not have that many channels.
func requireImages(_ shape: [Int], channels: Int? = nil, _ layer: @autoclosure () -> String) {
    require(
        shape.count == 4 && (channels == nil || shape[3] == channels),
        "\(layer()): images [batch, rows, columns, \(channels.map(String.init) ?? "channels")] are expected, but the "
            + "shape is \(shape)")
}
