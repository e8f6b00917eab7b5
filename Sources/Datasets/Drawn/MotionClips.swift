// What only time tells: short clips of a disc that moves in one of eight directions. A single frame shows where the
// disc is and nothing of where it goes; a network has to compare frames.

import SIMDTensor

/// Clips of a disc that moves over a noisy background, labelled with the direction.
///
/// The picture is a torus: what leaves it on one side comes in on the other. Therefore no single frame tells the
/// direction. The disc starts at a place that is uniform on the torus, and uniform it stays wherever and however fast
/// it moves; so its place in any frame, and with it the frame, is distributed alike for all eight directions. Radius,
/// shade, speed and noise do not depend on the direction either.
///
/// The disc's radius is 2 to 3.5 pixels, its speed 1 to 2.5 pixels a frame. It is as often brighter as darker than the
/// background, which is 0.5, by the same amounts, 0.25 to 0.5: the mean over many clips is an even grey in every class.
public enum MotionClips {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Clips of moving discs, drawn for this project"

    /// The names of the eight directions, counterclockwise in steps of 45°.
    public static let classNames = ["right", "up-right", "up", "up-left", "left", "down-left", "down", "down-right"]

    /// A clip, and what is known about it because it was drawn.
    public struct Clip: Sendable {
        /// `[size, size, frames]`: the frames are channels, as a convolution in two dimensions takes them. 0…1 before
        /// the noise, which is not clipped.
        public let frames: Tensor<Float>
        /// The class of the direction, 0…7.
        public let direction: Int
        /// The way from frame to frame in pixels, 1 to 2.5.
        public let speed: Double

        /// The way from frame to frame in pixels, along the rows (down is positive) and the columns (right is positive).
        public var velocity: (rows: Double, columns: Double) {
            let step = MotionClips.steps[direction] * speed
            return (-step.y, step.x)
        }
    }

    /// Draws clips `[count, size, size, frames]`, each labelled with its direction; every direction occurs as often as
    /// any other or once more, in random order.
    ///
    /// - Parameters:
    ///   - count: at least 1
    ///   - size: the number of rows and of columns, at least 12
    ///   - frames: at least 2
    ///   - noise: the standard deviation of the Gaussian noise; the same `random` gives the same motion whatever it is
    public static func make(
        count: Int, size: Int, frames: Int, noise: Double, random: inout Random
    ) -> Labeled<Float, [Int]> {
        let clips = clips(count: count, size: size, frames: frames, noise: noise, random: &random)
        return Labeled(inputs: .stack(clips.map(\.frames)), labels: clips.map(\.direction))
    }

    /// Draws the clips of ``make(count:size:frames:noise:random:)`` with what is known about them.
    public static func clips(count: Int, size: Int, frames: Int, noise: Double, random: inout Random) -> [Clip] {
        requireDrawable("MotionClips", count: count, size: size, smallest: 12)
        requireDeviation("MotionClips", noise)
        require(
            2...largestCount ~= frames,
            "MotionClips: the number of frames is \(frames); expected at least 2, at most \(largestCount)")
        let directions = random.balancedLabels(count, classes: classNames.count)
        var noises = random.split()
        let pixel = 2 / Double(size)
        return directions.map { direction in
            let speed = random.number(in: 1...2.5)
            let start = random.point(in: -1...1)
            let radius = random.number(in: 2...3.5) * pixel
            let contrast = random.number(in: 0.25...0.5) * (random.bernoulli(0.5) ? 1 : -1)
            let pictures = (0..<frames).map { frame in
                let centre = start + steps[direction] * (speed * pixel * Double(frame))
                return drawnPicture(size: size) { point in
                    // The shortest way on the torus, whose sides are 2 long.
                    let way = (point - centre) / 2
                    let distance = 2 * (way - way.rounded(.toNearestOrEven))
                    return distance.squaredLength <= radius * radius ? 0.5 + contrast : 0.5
                }
            }
            let clean = Tensor(pictures.flatMap { $0 }, shape: [frames, size, size]).permuted([1, 2, 0])
            return Clip(
                frames: clean + noises.normal(clean.shape, standardDeviation: Float(noise)), direction: direction,
                speed: speed)
        }
    }

    /// A way of length 1 in each direction.
    private static let steps: [PlanePoint] = {
        let diagonal = 0.5.squareRoot()
        return [
            [1, 0], [diagonal, diagonal], [0, 1], [-diagonal, diagonal], [-1, 0], [-diagonal, -diagonal], [0, -1],
            [diagonal, -diagonal],
        ]
    }()
}
