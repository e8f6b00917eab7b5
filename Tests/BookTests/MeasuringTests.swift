// What the stories measure with, where a wrong tool would not show in the figures.

import TestTools
import Testing

@testable import Examples
@testable import FeedForward

@Suite("Measuring")
struct MeasuringTests {
    @Test("the slope of a log-log line is found", .claim("A1-2"))
    func slopes() {
        let sizes = [1.0, 2, 4, 8]
        #expect((logarithmicSlope(sizes, sizes.map { 3 * $0 }) - 1).magnitude < 1e-12)
        #expect((logarithmicSlope(sizes, sizes.map { $0 * $0 }) - 2).magnitude < 1e-12)
    }

    @Test("least squares solves an exact system, with a pivot of zero in the first place")
    func leastSquares() {
        let x = Tensor<Double>([[0, 1, 2], [1, 0, 1], [2, -1, 0], [1, 1, 1]])
        let w = Tensor<Double>([[3], [-2], [0.5]])
        #expect(solveLeastSquares(x, x • w).maximumDifference(from: w) < 1e-12)
    }

    @Test("without dropout the network says what it says with it", .claim("A3.2.3-1"))
    func withoutDropoutLayer() throws {
        let images = try PictureData(RunOptions(output: "unused"))
        let trained = try trainConvolutional(images, seed: 1, epochs: 1)
        let inputs = trained.test.inputs[0..<20]
        #expect(withoutDropout(trained.network, images)(inputs) == trained.network(inputs))
    }
}
