// Images that are shifted: what moves where, what is lost, what chance decides.

import Datasets
import SIMDTensor
import TestTools
import Testing

@Suite("Shifted images")
struct AugmentationTests {
    /// Two images of 3×4 pixels with two channels, in which every number is another.
    private let images = Labeled(
        inputs: Tensor<Float>((0..<48).map { Float($0 + 1) }, shape: [2, 3, 4, 2]), labels: [7, 8])

    @Test(
        "a shift moves every pixel, loses what leaves and brings zeros",
        arguments: [(0, 0), (1, 0), (0, -2), (-2, 3), (3, 0), (0, -9)])
    func shifted(rows: Int, columns: Int) {
        let moved = images.shifted(rows: rows, columns: columns)
        #expect(moved.labels == images.labels && moved.inputs.shape == images.inputs.shape)
        for image in 0..<2 {
            for row in 0..<3 {
                for column in 0..<4 {
                    for channel in 0..<2 {
                        let (from, left) = (row - rows, column - columns)
                        let expected =
                            (0..<3).contains(from) && (0..<4).contains(left) ? images.inputs[image, from, left, channel] : 0
                        #expect(moved.inputs[image, row, column, channel] == expected)
                    }
                }
            }
        }
    }

    @Test("a margin of zeros, with the image in the middle")
    func padded() {
        let padded = images.padded(by: 2)
        #expect(padded.inputs.shape == [2, 7, 8, 2] && padded.labels == [7, 8])
        #expect(padded.inputs.slice(along: 1, 2..<5).slice(along: 2, 2..<6) == images.inputs)
        #expect(padded.inputs.sum() == images.inputs.sum())
        #expect(images.padded(by: 0).inputs == images.inputs)
    }

    @Test("random shifts are the nine of up to a pixel, about equally often, fixed by the seed")
    func random() {
        var single = Tensor<Float>(zeros: [1, 3, 3, 1])
        single[0, 1, 1, 0] = 1
        let many = Labeled(inputs: single.broadcast(to: [1800, 3, 3, 1]), labels: [Int](repeating: 0, count: 1800))
        func shifted(_ seed: UInt64) -> Tensor<Float> {
            var random = Random(seed: seed)
            return many.randomlyShifted(by: 1, random: &random).inputs
        }
        let counts = shifted(1).reshaped([1800, 9]).sum(along: 0).scalars
        // Each 200 times on average; five standard deviations are 67.
        #expect(counts.reduce(0, +) == 1800 && counts.allSatisfy { ($0 - 200).magnitude < 67 }, "\(counts)")
        #expect(shifted(1) == shifted(1) && shifted(1) != shifted(2))
    }

    @Test("what is no image, and a negative shift, end with a sentence") func traps() async {
        let noImage = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Labeled(inputs: Tensor<Float>(zeros: [2, 9]), labels: [0, 1]).shifted(rows: 1, columns: 0)
        }
        expect(noImage, says: "images [count, rows, columns, channels] are expected, but the shape is [2, 9]")
        let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = Labeled(inputs: Tensor<Float>(zeros: [1, 2, 2, 1]), labels: [0]).randomlyShifted(by: -1, random: &random)
        }
        expect(negative, says: "an image is shifted by up to 0 or more pixels, at most 1048576, but -1 was given")
    }
}
