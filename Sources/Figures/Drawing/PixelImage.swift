// A picture as plain pixels, grey or in colour: what a data set gives, what a network generates, and what every drawing
// becomes before it is written as PNG.

import FileFormats
import SIMDTensor

/// A grey or RGB image of 8 bits a sample, rows from top to bottom.
public struct PixelImage: Hashable, Sendable {
    public let width: Int
    public let height: Int
    /// 1 for grey, 3 for red, green, blue.
    public let channels: Int
    /// `[height, width, channels]`, row-major, 0…255.
    public let samples: [UInt8]

    /// A grey image from `[height, width]` samples.
    public init(width: Int, height: Int, grey: [UInt8]) {
        self.init(width: width, height: height, channels: 1, samples: grey)
    }

    /// A colour image from `[height, width, 3]` samples.
    public init(width: Int, height: Int, rgb: [UInt8]) {
        self.init(width: width, height: height, channels: 3, samples: rgb)
    }

    /// An image from numbers, the way a network holds it: `[height, width, channels]` intensities, of which the ends of
    /// `range` become black and white. What lies outside is cut off, and what is not a number is black.
    public init(width: Int, height: Int, channels: Int = 1, intensities: [Double], range: ClosedRange<Double> = 0...1) {
        let span = range.upperBound - range.lowerBound
        self.init(width: width, height: height, channels: channels, samples: intensities.map { value in
            // Halves, where the whole of a range would overflow.
            let fraction = span.isFinite
                ? span > 0 ? (value - range.lowerBound) / span : 0
                : (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
            return fraction.isNaN ? 0 : UInt8((min(max(fraction, 0), 1) * 255).rounded())
        })
    }

    init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
        // Beyond these sizes the number of samples could no longer be told.
        require((1...1 << 30).contains(width) && (1...1 << 30).contains(height),
                     "PixelImage: the size is \(width) × \(height), expected at least 1 × 1, at most 2³⁰ × 2³⁰")
        require(channels == 1 || channels == 3, "PixelImage: \(channels) channels, expected 1 (grey) or 3 (RGB)")
        require(samples.count == width * height * channels, """
            PixelImage: \(samples.count) samples for \(width) × \(height) × \(channels), \
            expected \(width * height * channels)
            """)
        self.width = width
        self.height = height
        self.channels = channels
        self.samples = samples
    }

    /// The colour in column `x` (from the left) and row `y` (from the top).
    public subscript(x: Int, y: Int) -> Color {
        require((0..<width).contains(x) && (0..<height).contains(y),
                     "PixelImage: there is no pixel (\(x), \(y)) in an image of \(width) × \(height)")
        let index = (y * width + x) * channels
        return channels == 1
            ? Color(red: samples[index], green: samples[index], blue: samples[index])
            : Color(red: samples[index], green: samples[index + 1], blue: samples[index + 2])
    }

    /// The image as the bytes of a PNG file, 8 bits a sample, grey or RGB.
    ///
    /// - Parameter pixelsPerMetre: the size at which the picture is meant to be shown, if it matters.
    public func png(pixelsPerMetre: Int? = nil) -> [UInt8] {
        PNG.encoded(width: width, height: height, channels: channels, samples: samples, pixelsPerMetre: pixelsPerMetre)
    }

    /// Every pixel repeated `factor` times in both directions.
    func enlarged(by factor: Int) -> PixelImage {
        guard factor > 1 else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(samples.count * factor * factor)
        for y in 0..<height {
            var row: [UInt8] = []
            for x in 0..<width {
                let start = (y * width + x) * channels
                for _ in 0..<factor { row += samples[start..<start + channels] }
            }
            for _ in 0..<factor { result += row }
        }
        return PixelImage(width: width * factor, height: height * factor, channels: channels, samples: result)
    }

    /// Every block of `factor` × `factor` pixels averaged into one; what remains at the edges makes smaller blocks.
    func reduced(by factor: Int) -> PixelImage {
        guard factor > 1 else { return self }
        let (columns, rows) = ((width + factor - 1) / factor, (height + factor - 1) / factor)
        var result: [UInt8] = []
        result.reserveCapacity(columns * rows * channels)
        for row in 0..<rows {
            for column in 0..<columns {
                for channel in 0..<channels {
                    var (sum, count) = (0, 0)
                    for y in row * factor..<min((row + 1) * factor, height) {
                        for x in column * factor..<min((column + 1) * factor, width) {
                            sum += Int(samples[(y * width + x) * channels + channel])
                            count += 1
                        }
                    }
                    result.append(UInt8((sum + count / 2) / count))
                }
            }
        }
        return PixelImage(width: columns, height: rows, channels: channels, samples: result)
    }
}
