// A run of a chapter as its reader sees it.

import Foundation
import Testing

@testable import Examples

@Suite("The run of chapter 3.1")
struct RunTests {
    @Test("it tells of every claim of the ledger, once")
    func claims() throws {
        let told = try ChapterRun.feedForward.get().claims.map(\.id)
        #expect(told.sorted() == LedgerTests.ledger.map(\.id).sorted())
    }

    @Test("its pictures are PNG and SVG files")
    func pictures() throws {
        let pictures = try ChapterRun.feedForward.get().pictures
        #expect(pictures.count >= 20)
        for (path, beginning) in pictures {
            if path.hasSuffix(".png") {
                #expect(beginning == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "\(path)")
            } else {
                #expect(String(decoding: beginning, as: UTF8.self).hasPrefix("<"), "\(path)")
            }
        }
    }

    @Test("no line is wider than the terminal, and nothing is left unexplained")
    func text() throws {
        let told = try ChapterRun.feedForward.get().told
        #expect(told.components(separatedBy: "\n").allSatisfy { $0.count <= 100 })
        #expect(told.contains("Docs/3.1-FeedForward.md") && told.contains("claims met"))
    }

    @Test("one seed fixes the whole run: the training repeats bit for bit, and another seed differs")
    func seeds() throws {
        let images = try PictureData(RunOptions(output: "unused"))
        let runs = try [1, 1, 2].map { try trainOnImages(images, seed: $0, epochs: 2, hidden: 16).losses }
        #expect(runs[0] == runs[1] && runs[0] != runs[2])
    }

    @Test("steps that are too large end the run with the epoch, the batch and advice")
    func diverging() {
        #expect {
            _ = try ChapterRun.run(runFeedForward) { $0.learningRate = 1e30 }
        } throws: { error in
            guard case RunError.lossNotFinite(let epoch, let batch, let rate) = error else { return false }
            return epoch == 1 && batch > 1 && rate == 1e30 && "\(error)".contains("learning rate smaller than 1e+30")
        }
    }
}
