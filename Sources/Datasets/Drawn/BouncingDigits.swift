// Pictures in time: digits that fly through a picture and bounce off its borders. Where a digit will be can be told from
// where it was, if the network has understood what moves and how; for the direction, one frame is not enough.

import SIMDTensor

/// Clips of handwritten digits that move in straight lines and bounce off the borders.
///
/// Source: in the manner of N. Srivastava, E. Mansimov & R. Salakhutdinov (2015), Unsupervised learning of video
/// representations using LSTMs, ICML (“Moving MNIST”, 20 frames of 64 × 64), in small: the digits are the
/// 8 × 8 pixels of ``Digits``.
///
/// A digit starts at a place that is uniform among all where it is seen as a whole, in a direction that is uniform, at a
/// speed of 1 to 2 pixels a frame. The motion is exact; a frame shows each digit at the whole pixels nearest to its place,
/// so that it is always the same picture. Where digits overlap, the pixel is the largest of theirs.
public enum BouncingDigits {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Bouncing digits in the manner of N. Srivastava, E. Mansimov & R. Salakhutdinov (2015), "
        + "Unsupervised learning of video representations using LSTMs, made by this program of: \(Digits.source)"

    /// A digit and its way. Rows count downwards and columns to the right, from the picture's upper left corner.
    public struct MovingDigit: Sendable {
        /// Which of the given images it is.
        public let image: Int
        /// The digit that it shows, 0…9.
        public let label: Int
        /// Where the digit's upper left corner is in frame 0, in pixels.
        public let start: (row: Double, column: Double)
        /// The way from frame 0 to frame 1 in pixels, were there no borders.
        public let velocity: (rows: Double, columns: Double)
        /// The last row and column at which the corner can be: the size of the picture less that of the digit.
        fileprivate let room: Double

        /// Where the digit's upper left corner is in a frame, exactly: from 0 to the size of the picture less 8.
        public func place(inFrame frame: Int) -> (row: Double, column: Double) {
            let time = Double(frame)
            return (
                reflected(start.row + velocity.rows * time, room: room),
                reflected(start.column + velocity.columns * time, room: room)
            )
        }
    }

    /// A clip, and what is known about it because it was drawn.
    public struct Clip: Sendable {
        /// `[frames, size * size]`, each frame row by row; 0…1, ink is 1.
        public let frames: Tensor<Float>
        /// What moves in it.
        public let digits: [MovingDigit]
    }

    /// Draws clips as sequences `[frames, count, size * size]`, pixels 0…1.
    ///
    /// - Parameters:
    ///   - count: how many clips, at least 1
    ///   - frames: at least 1
    ///   - digitsPerClip: at least 1
    ///   - size: the number of rows and of columns, at least 9
    ///   - digits: the images to choose from, all equally likely, `[count, 8, 8, 1]`; a part of ``Digits`` keeps the
    ///     handwriting of training and test apart
    public static func make(
        count: Int, frames: Int, digitsPerClip: Int = 1, size: Int = 16, from digits: Labeled<Float, [Int]> = Digits.load(),
        random: inout Random
    ) -> Tensor<Float> {
        let clips = clips(
            count: count, frames: frames, digitsPerClip: digitsPerClip, size: size, from: digits, random: &random)
        return Tensor.stack(clips.map(\.frames)).permuted([1, 0, 2])
    }

    /// Draws the clips of ``make(count:frames:digitsPerClip:size:from:random:)`` with what is known about them.
    public static func clips(
        count: Int, frames: Int, digitsPerClip: Int = 1, size: Int = 16, from digits: Labeled<Float, [Int]> = Digits.load(),
        random: inout Random
    ) -> [Clip] {
        requireDrawable("BouncingDigits", count: count, size: size, smallest: side + 1)
        require(
            1...largestCount ~= frames, "BouncingDigits: the number of frames is \(frames); expected 1 to \(largestCount)")
        require(digitsPerClip >= 1, "BouncingDigits: \(digitsPerClip) digits in a clip; expected at least 1")
        require(
            digits.count > 0 && digits.inputs.shape.dropFirst() == [side, side, 1],
            "BouncingDigits: digits of shape \(digits.inputs.shape); expected [count, 8, 8, 1] with at least one")
        let images = digits.inputs.scalars
        let room = Double(size - side)
        return (0..<count).map { _ in
            let moving = (0..<digitsPerClip).map { _ in
                let image = random.integer(below: digits.count)
                let start = random.point(in: 0...room)
                let (speed, angle) = (random.number(in: 1...2), random.number(in: 0...2 * .pi))
                return MovingDigit(
                    image: image, label: digits.labels[image], start: (start.y, start.x),
                    velocity: (speed * Double.sin(angle), speed * Double.cos(angle)), room: room)
            }
            var pixels = [Float](repeating: 0, count: frames * size * size)
            for frame in 0..<frames {
                for digit in moving {
                    let place = digit.place(inFrame: frame)
                    let corner = (frame * size + Int(place.row.rounded())) * size + Int(place.column.rounded())
                    for row in 0..<side {
                        for column in 0..<side {
                            let pixel = corner + row * size + column
                            pixels[pixel] = max(pixels[pixel], images[(digit.image * side + row) * side + column])
                        }
                    }
                }
            }
            return Clip(frames: Tensor(pixels, shape: [frames, size * size]), digits: moving)
        }
    }

    /// The number of rows and of columns of a digit.
    private static let side = 8
}

/// Where a point is that would be at `x`, were it not reflected at 0 and at `room`: the straight way is folded to and fro,
/// so that what happens repeats after 2 · room.
private func reflected(_ x: Double, room: Double) -> Double {
    let there = x - 2 * room * (x / (2 * room)).rounded(.down)
    return min(there, 2 * room - there)
}
