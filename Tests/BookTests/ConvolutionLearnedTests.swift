// What the networks of chapter 3.2 learn from data. (A3.2-1, A3.2-2, A3.2.1-3, A3.2.3-1 and 2)
//
// The thresholds are the claims' own. What the run measures over several seeds is asked of the run; other seeds are trained
// here.

import TestTools
import Testing

@testable import Examples
@testable import FeedForward

@Suite("Learned from images")
struct ConvolutionLearnedTests {
    @Test("with fewer weights a convolutional network reads as well, and digits that are moved far better", .claim("A3.2-1"))
    func shifts() throws {
        let measured = try #require(try ChapterRun.claim("A3.2-1")).measured
        func value(_ name: String) throws -> Double { try #require(measured[name]) }
        #expect(try value("parameters") < 9610)
        #expect(try value("accuracy") >= value("dense accuracy"))
        for moved in ["1 pixel", "2 pixels"] {
            #expect(try value("accuracy, \(moved)") >= value("dense accuracy, \(moved)") + 0.3, "\(moved)")
        }
    }

    @Test("learned kernels beat Sobel's and Gabor's under the same classifier", .claim("A3.2-2"))
    func features() throws {
        let comparison = try compareFeatures(seed: 11, pooling: 4)
        #expect(comparison.learned > max(comparison.sobel, comparison.gabor) + 0.01, "\(comparison)")
    }

    @Test("pooling narrows the distance between training and held-out loss", .claim("A3.2.1-3"))
    func pooling() throws {
        let studies = try [11, 12, 13].map { try studyPooling(seed: $0) }
        #expect(mean(studies.map(\.with.gap)) < mean(studies.map(\.without.gap)))
    }

    @Test("digits: at least 99 % of the held-out images, mean of three other seeds", .claim("A3.2.3-1"))
    func digits() throws {
        let images = imagesToShift(try PictureData(RunOptions(output: "unused")))
        let accuracies = try [11, 12, 13].map { try trainConvolutional(images, seed: $0, epochs: 40).accuracy }
        #expect(mean(accuracies) >= 0.99, "\(accuracies)")
    }

    @Test("without dropout the network says what it says with it", .claim("A3.2.3-1"))
    func withoutDropoutLayer() throws {
        let images = try PictureData(RunOptions(output: "unused"))
        let trained = try trainConvolutional(images, seed: 1, epochs: 1)
        let inputs = trained.test.inputs[0..<20]
        #expect(withoutDropout(trained.network, images)(inputs) == trained.network(inputs))
    }

    @Test("direction is seen in clips, and in a single frame only guessed", .claim("A3.2.3-2"))
    func motion() throws {
        let (clips, single) = try seeMotion(seed: 11)
        #expect(clips >= 0.9 && single < 0.2)
    }

    @Test("signs are told apart as disturbed as in training, and the worse the more they are disturbed", .claim("A3.2.3-2"))
    func signs() throws {
        let study = try readSigns(seed: 11)
        #expect(study.accuracy >= 0.93)
        for points in [study.rotation, study.blur, study.occlusion] {
            #expect(points[0].accuracy >= 0.95 && points[0].accuracy > points[points.count - 1].accuracy + 0.05, "\(points)")
        }
    }
}
