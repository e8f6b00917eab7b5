// What the networks of the chapters learn from data. (A1-1, A1-2, A3.1.3-1 to 4)
//
// The thresholds are the claims' own; where a mean is asked for, the number of seeds or splits stands beside it.

import TestTools
import Testing

@testable import Examples
@testable import FeedForward

@Suite("Learned from data")
struct LearnedTests {
    @Test("what a linear probe reads rises from layer to layer: two spirals, digits", .claim("A1-1"))
    func abstraction() throws {
        let measured = try #require(try ChapterRun.claim("A1-1")).measured
        for data in ["spirals", "digits"] {
            let layers = try ["raw", "first", "second"].map { try #require(measured["\(data) \($0)"]) }
            #expect(layers[0] < layers[1] && layers[1] < layers[2], "\(data): \(layers)")
        }
        // Two spirals cannot be parted by a line, and a probe of the last layer must have what the network itself has.
        #expect(try #require(measured["spirals raw"]) < 0.75)
        #expect(try #require(measured["spirals second"]) > 0.97)
    }

    @Test("images of 784 pixels are learned in ten epochs", .claim("A1-2"))
    func manyPixels() {
        #expect(trainOnManyPixels(seed: 2, epochs: 10) >= 0.95)
    }

    @Test("the slope of a log-log line is found", .claim("A1-2"))
    func slopes() {
        let sizes = [1.0, 2, 4, 8]
        #expect((logarithmicSlope(sizes, sizes.map { 3 * $0 }) - 1).magnitude < 1e-12)
        #expect((logarithmicSlope(sizes, sizes.map { $0 * $0 }) - 2).magnitude < 1e-12)
    }

    @Test("digits: at least 97.5 % of the held-out images, mean of three seeds", .claim("A3.1.3-1"))
    func digits() throws {
        let images = try PictureData(RunOptions(output: "unused"))
        let accuracies = try [1, 2, 3].map { try trainOnImages(images, seed: $0, epochs: 60, hidden: 128).accuracy }
        #expect(accuracies.reduce(0, +) / 3 >= 0.975, "\(accuracies)")
    }

    @Test("vowels: within two points of the best possible", .claim("A3.1.3-2"))
    func vowels() {
        let result = recogniseVowels(seed: 2)
        #expect(result.accuracy >= result.bayes - 0.02 && result.bayes < 0.8)
        #expect(result.counts.sum() == 6000)
    }

    @Test("tumours: at least 96 %, mean of 20 splits", .claim("A3.1.3-3"))
    func tumours() {
        let accuracies = diagnoseTumours(seed: 1, splits: 20)
        #expect(accuracies.reduce(0, +) / 20 >= 0.96)
    }

    @Test("diabetes: R² at least 0.45, mean of 100 splits, as least squares", .claim("A3.1.3-3"))
    func diabetes() {
        let (network, leastSquares) = diabetesRegression(seed: 1, splits: 100)
        let (mean, leastSquaresMean) = (network.reduce(0, +) / 100, leastSquares.reduce(0, +) / 100)
        #expect(mean >= 0.45)
        #expect((mean - leastSquaresMean).magnitude < 0.03)
    }

    @Test("least squares solves an exact system, with a pivot of zero in the first place")
    func leastSquares() {
        let x = Tensor<Double>([[0, 1, 2], [1, 0, 1], [2, -1, 0], [1, 1, 1]])
        let w = Tensor<Double>([[3], [-2], [0.5]])
        #expect(solveLeastSquares(x, x • w).maximumDifference(from: w) < 1e-12)
    }

    @Test("languages: at least 65 % of unseen words, where the largest class is below 30 %", .claim("A3.1.3-4"))
    func languages() {
        let result = tellLanguages(seed: 2)
        #expect(result.accuracy >= 0.65 && result.majority < 0.3)
    }
}
