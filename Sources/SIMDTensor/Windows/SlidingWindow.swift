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

    /// Traps unless there is at least one tap, stride and dilation are at least 1, and nothing is beyond 2³¹ places.
    public init(input: Int, output: Int, taps: Int, stride: Int = 1, dilation: Int = 1, before: Int = 0) {
        require(
            input >= 0 && output >= 0 && before >= 0 && taps >= 1 && stride >= 1 && dilation >= 1,
            "WindowAxis: taps, stride and dilation are at least 1, sizes and padding not negative, but they are \(taps), "
                + "\(stride), \(dilation), and \(input), \(output), \(before)")
        // Then no sum of products of two of them is beyond the machine's integers.
        require(
            max(input, output, taps, stride, dilation, before) <= 1 << 31,
            "WindowAxis: nothing may be larger than 2³¹, but taps, stride and dilation are \(taps), \(stride), \(dilation), "
                + "and sizes and padding \(input), \(output), \(before)")
        (self.input, self.output, self.taps) = (input, output, taps)
        (self.stride, self.dilation, self.before) = (stride, dilation, before)
    }
}

/// A window that slides along the rows and the columns of images `[image, row, column, channel]`.
public struct SlidingWindow: Hashable, Sendable {
    public let rows: WindowAxis
    public let columns: WindowAxis

    public init(rows: WindowAxis, columns: WindowAxis) { (self.rows, self.columns) = (rows, columns) }
}

// MARK: - Who sees whom

/// Results along an axis that see what they are computed from through the same taps, as far as these are not beyond the
/// edge.
struct AxisPhase {
    /// The taps, in rising order of how far behind the window's place they look.
    var taps: [(number: Int, offset: Int)] = []
    /// The places of the results, in groups of which each sees through a part of the taps.
    var groups: [Group] = []

    /// Where the window of a result stands in the source, and where it stands itself.
    typealias Place = (source: Int, result: Int)

    struct Group {
        var places: [Place]
        /// Through which of the phase's taps they see something.
        let taps: Range<Int>
    }

    /// - Parameter size: how many places the source has; what lies beyond is not seen.
    init(taps: [(number: Int, offset: Int)], places: [Place], size: Int) {
        self.taps = taps
        for place in places {
            let first = taps.firstIndex { place.source + $0.offset >= 0 } ?? taps.count
            let end = taps.firstIndex { place.source + $0.offset >= size } ?? taps.count
            let seen = first..<max(first, end)
            if groups.last?.taps == seen {
                groups[groups.count - 1].places.append(place)
            } else {
                groups.append(Group(places: [place], taps: seen))
            }
        }
    }
}

extension WindowAxis {
    /// How the outputs are computed from the inputs.
    var forwards: [AxisPhase] {
        [
            AxisPhase(
                taps: (0..<taps).map { ($0, $0 * dilation) }, places: (0..<output).map { ($0 * stride - before, $0) },
                size: input)
        ]
    }

    /// How the inputs' gradients are computed from the outputs'. Input i is seen by output o through tap k if
    /// o·stride + k·dilation = i + before. With a stride of s that depends on the remainder of i + before: there are s
    /// kinds of inputs, each of which is seen through taps of its own.
    var backwards: [AxisPhase] {
        (0..<stride).map { remainder in
            AxisPhase(
                taps: (0..<taps).reversed().filter { (remainder - $0 * dilation) % stride == 0 }
                    .map { ($0, (remainder - $0 * dilation) / stride) },
                places: (0..<input).filter { ($0 + before) % stride == remainder }.map { (($0 + before) / stride, $0) },
                size: output)
        }
    }

    /// Whether a window reaches beyond the edge.
    var reachesOutside: Bool {
        before > 0 || (output - 1) * stride + (taps - 1) * dilation - before >= input
    }
}
