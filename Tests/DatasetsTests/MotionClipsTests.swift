// The clips move as they say, and only the comparison of frames tells where to.

import Datasets
import SIMDTensor
import TestTools
import Testing

@Suite("Motion clips")
struct MotionClipsTests {
    private let size = 16
    private let frames = 5

    private func clips(_ count: Int, noise: Double, seed: UInt64 = 1) -> [MotionClips.Clip] {
        var random = Random(seed: seed)
        return MotionClips.clips(count: count, size: size, frames: frames, noise: noise, random: &random)
    }

    /// The frame `index` without its background: what is not 0 is the disc.
    private func frame(_ index: Int, of clip: MotionClips.Clip) -> [Float] {
        clip.frames.slice(along: 2, index..<index + 1).scalars.map { $0 - 0.5 }
    }

    /// Σ a(p) b(p + d) for every displacement d = (rows, columns) on the torus.
    private func crossCorrelation(_ a: [Float], _ b: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: size * size)
        for rows in 0..<size {
            for columns in 0..<size {
                var sum: Float = 0
                for row in 0..<size {
                    for column in 0..<size {
                        sum += a[row * size + column] * b[(row + rows) % size * size + (column + columns) % size]
                    }
                }
                result[rows * size + columns] = sum
            }
        }
        return result
    }

    @Test("shapes, balanced labels in random order, pixels of 0…1")
    func shapes() {
        var random = Random(seed: 1)
        let examples = MotionClips.make(count: 83, size: 16, frames: 5, noise: 0, random: &random)
        #expect(examples.inputs.shape == [83, 16, 16, 5])
        let counts = (0..<8).map { label in examples.labels.count { $0 == label } }
        #expect(counts.allSatisfy { $0 == 10 || $0 == 11 } && MotionClips.classNames.count == 8)
        #expect(examples.labels != examples.labels.sorted())
        #expect(examples.inputs.minimum() >= 0 && examples.inputs.maximum() <= 1)
        let clips = clips(83, noise: 0)
        #expect(clips.map(\.direction) == examples.labels && Tensor.stack(clips.map(\.frames)) == examples.inputs)
    }

    @Test("the direction's name is the way on the screen, at a speed of 1 to 2.5 pixels a frame")
    func velocities() {
        for clip in clips(80, noise: 0) {
            let name = MotionClips.classNames[clip.direction]
            let (down, right) = clip.velocity
            #expect((right > 0) == name.hasSuffix("right") && (right < 0) == name.hasSuffix("left"))
            #expect((down > 0) == name.hasPrefix("down") && (down < 0) == name.hasPrefix("up"))
            #expect((1...2.5).contains(clip.speed))
            #expect(abs((down * down + right * right).squareRoot() - clip.speed) < 1e-12)
        }
    }

    @Test("the disc moves by the stated way: from each frame to the next, and from the first to the last")
    func displacement() {
        for clip in clips(80, noise: 0) {
            for (first, second) in [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)] {
                let likeness = crossCorrelation(frame(first, of: clip), frame(second, of: clip))
                let best = likeness.indices.max { likeness[$0] < likeness[$1] }!
                /// The distance of a whole number of pixels from what is stated, on the torus.
                func error(_ whole: Int, _ velocity: Double) -> Double {
                    let difference = (Double(whole) - Double(second - first) * velocity) / Double(size)
                    return abs(difference - difference.rounded()) * Double(size)
                }
                #expect(error(best / size, clip.velocity.rows) < 0.8 && error(best % size, clip.velocity.columns) < 0.8)
            }
        }
    }

    @Test("no single frame tells the direction, two do")
    func singleFrames() {
        let clips = clips(3200, noise: 0)
        let directions = clips.map(\.direction)
        for index in 0..<frames {
            let pictures = clips.map { frame(index, of: $0) }
            // Without the sign of the contrast, the means show where discs are.
            for features in [pictures, pictures.map { $0.map(abs) }] {
                let accuracy = nearestMeanAccuracy(features, directions, classes: 8)
                #expect(abs(accuracy - 0.125) < 0.033)  // chance, and four standard errors of 1,600 clips
            }
        }
        let motion = clips.map { crossCorrelation(frame(1, of: $0), frame(2, of: $0)) }
        let accuracy = nearestMeanAccuracy(motion, directions, classes: 8)
        #expect(accuracy > 0.9)
    }

    @Test("in every frame and direction, the disc's place is uniform over the picture")
    func places() {
        let clips = clips(3200, noise: 0)
        for index in [0, 2, 4] {
            for direction in 0..<8 {
                let members = clips.filter { $0.direction == direction }
                // The disc's mean share of each quarter of the picture is one quarter; it is all in one or in several.
                var shares = [Double](repeating: 0, count: 4)
                for clip in members {
                    let disc = frame(index, of: clip).map { Double(abs($0)) }
                    let total = disc.reduce(0, +)
                    for place in disc.indices {
                        shares[place / size / (size / 2) * 2 + place % size / (size / 2)] += disc[place] / total
                    }
                }
                // Four standard errors of 400 clips, were each disc in one quarter: 0.087
                #expect(shares.allSatisfy { abs($0 / Double(members.count) - 0.25) < 0.087 })
            }
        }
    }

    @Test("noise has the stated deviation in every frame anew, is not clipped and does not change the motion")
    func noise() {
        let (noisy, clean) = (clips(40, noise: 0.2), clips(40, noise: 0))
        let difference = Tensor.stack(zip(noisy, clean).map { $0.frames - $1.frames })
        #expect(abs(deviation(difference.scalars) - 0.2) < 0.003)
        let between = difference.slice(along: 3, 0..<1) - difference.slice(along: 3, 1..<2)
        #expect(abs(deviation(between.scalars) - 0.2 * 2.0.squareRoot()) < 0.01)
        #expect(zip(noisy, clean).allSatisfy { $0.speed == $1.speed && $0.direction == $1.direction })
        #expect(Tensor.stack(noisy.map(\.frames)).minimum() < 0)
    }

    @Test("the same seed draws the same bits, another one other clips")
    func seeds() {
        func inputs(_ seed: UInt64) -> Tensor<Float> { .stack(clips(20, noise: 0.1, seed: seed).map(\.frames)) }
        #expect(inputs(5) == inputs(5))
        #expect(inputs(5) != inputs(6))
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = MotionClips.make(count: 8, size: 16, frames: 1, noise: 0, random: &random)
            }, says: "MotionClips: the number of frames is 1; expected at least 2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = MotionClips.make(count: 8, size: 8, frames: 4, noise: 0, random: &random)
            }, says: "MotionClips: the size is 8; expected at least 12 pixels")
    }
}
