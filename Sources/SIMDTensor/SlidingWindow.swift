// Where a window lies that slides over images.
//
// Convolution and pooling look at an image through a small window, which they move from place to place. Along each axis a
// window is a few numbers: how many taps it has, how far apart they are (dilation), how far it moves at a time (stride),
// and where it begins (so many places before the first, where there is padding). Everything else follows.

/// A sliding window along one axis: output o sees, through tap k, the input at o·stride + k·dilation − before. Where that
/// is no place of the input, it sees the padding.
public struct WindowAxis: Hashable, Sendable {
    /// How many places the input has.
    public let input: Int
    /// How many places the output has.
    public let output: Int
    public let taps: Int
    public let stride: Int
    public let dilation: Int
    /// How many places of padding lie before the input.
    public let before: Int

    /// Traps unless there is at least one tap, and stride and dilation are at least 1.
    public init(input: Int, output: Int, taps: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0) {
        require(
            input >= 0 && output >= 0 && taps >= 1 && stride >= 1 && dilation >= 1,
            "WindowAxis: taps, stride and dilation are at least 1 and sizes not negative, but they are \(taps), \(stride), "
                + "\(dilation), and \(input) and \(output)")
        (self.input, self.output, self.taps) = (input, output, taps)
        (self.stride, self.dilation, self.before) = (stride, dilation, before)
    }

    /// The axis that is not there: one place, seen through one tap.
    public static let single = WindowAxis(input: 1, output: 1, taps: 1)
}

/// A window that slides along the rows and the columns of images `[image, row, column, channel]`.
public struct SlidingWindow: Hashable, Sendable {
    public let rows: WindowAxis
    public let columns: WindowAxis

    public init(rows: WindowAxis, columns: WindowAxis) { (self.rows, self.columns) = (rows, columns) }
}

// MARK: - Who sees whom

/// Some results along an axis, all of which see what they are computed from through the same taps, equally far away.
struct AxisPhase {
    /// The places of the results, and where their window stands in the source.
    var places: [(source: Int, result: Int)] = []
    /// The taps, and how far behind the window's place they look.
    var taps: [(number: Int, offset: Int)] = []
}

extension WindowAxis {
    /// How the outputs are computed from the inputs.
    var forwards: [AxisPhase] {
        [
            AxisPhase(
                places: (0..<output).map { ($0 * stride - before, $0) }, taps: (0..<taps).map { ($0, $0 * dilation) })
        ]
    }

    /// How the inputs' gradients are computed from the outputs'. Input i is seen by output o through tap k if
    /// o·stride + k·dilation = i + before. With a stride of s that depends on the remainder of i + before: there are s
    /// kinds of inputs, of which each is seen through other taps, none through all.
    var backwards: [AxisPhase] {
        (0..<stride).map { remainder in
            var phase = AxisPhase()
            for place in 0..<input where (place + before) % stride == remainder {
                phase.places.append(((place + before) / stride, place))
            }
            for tap in (0..<taps).reversed() where (remainder - tap * dilation) % stride == 0 {
                phase.taps.append((tap, (remainder - tap * dilation) / stride))
            }
            return phase
        }
    }
}

/// The part of a source along one axis that windows see, padding included.
struct SeenRange {
    let range: Range<Int>
    /// How many places the source has.
    let size: Int

    init(_ phases: [AxisPhase], size: Int) {
        self.size = size
        var (first, end) = (Int.max, Int.min)
        for phase in phases {
            guard let low = phase.places.first, let high = phase.places.last else { continue }
            for tap in phase.taps {
                first = min(first, low.source + tap.offset)
                end = max(end, high.source + tap.offset + 1)
            }
        }
        range = first < end ? first..<end : 0..<0
    }

    var reachesOutside: Bool { range.lowerBound < 0 || range.upperBound > size }
}

/// Images as windows see them: as they lie, or, where a window reaches beyond the edge, copied into a frame of zeros.
struct FramedImage {
    let rows: SeenRange
    let columns: SeenRange
    let channels: Int
    /// Whether an image has to be copied.
    let needsFrame: Bool

    init(rows: [AxisPhase], _ height: Int, columns: [AxisPhase], _ width: Int, channels: Int) {
        self.rows = SeenRange(rows, size: height)
        self.columns = SeenRange(columns, size: width)
        self.channels = channels
        needsFrame = self.rows.reachesOutside || self.columns.reachesOutside
    }

    /// The elements of a frame; none if an image is read where it lies.
    var frameSize: Int { needsFrame ? rows.range.count * columns.range.count * channels : 0 }

    /// From one row to the next, in elements.
    var rowDistance: Int { (needsFrame ? columns.range.count : columns.size) * channels }

    /// Where the pixel of a row and a column stands, in elements behind the first.
    func place(_ row: Int, _ column: Int) -> Int {
        needsFrame
            ? (row - rows.range.lowerBound) * rowDistance + (column - columns.range.lowerBound) * channels
            : row * rowDistance + column * channels
    }

    /// Copies an image into a frame.
    func fill<Scalar: TensorScalar>(_ frame: UnsafeMutablePointer<Scalar>, from image: UnsafePointer<Scalar>) {
        let inside = columns.range.clamped(to: 0..<columns.size)
        let left = (inside.lowerBound - columns.range.lowerBound) * channels
        let (count, right) = (inside.count * channels, (columns.range.upperBound - inside.upperBound) * channels)
        var line = frame
        for row in rows.range {
            if row < 0 || row >= rows.size || inside.isEmpty {
                line.update(repeating: 0, count: rowDistance)
            } else {
                line.update(repeating: 0, count: left)
                (line + left).update(from: image + (row * columns.size + inside.lowerBound) * channels, count: count)
                (line + left + count).update(repeating: 0, count: right)
            }
            line += rowDistance
        }
    }
}
