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
    static let largest = 1 << 30
}

/// The sizes of a batch of images `[batch, rows, columns, channels]`; traps, in the name of `layer`, if the shape is not
/// that of images, or does not have that many channels.
func requireImages(_ shape: [Int], channels: Int? = nil, _ layer: @autoclosure () -> String) {
    require(
        shape.count == 4 && (channels == nil || shape[3] == channels),
        "\(layer()): images [batch, rows, columns, \(channels.map(String.init) ?? "channels")] are expected, but the "
            + "shape is \(shape)")
}
