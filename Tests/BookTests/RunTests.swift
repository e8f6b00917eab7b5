// A run of a chapter as its reader sees it.

import Foundation
import Testing

@testable import Examples

@Suite("The runs of the chapters")
struct RunTests {
    @Test("together they tell of every claim of the ledger, once")
    func claims() async throws {
        var told: [String] = []
        for chapter in ChapterRun.allCases { told += try await chapter.outcome().claims.map(\.id) }
        #expect(told.sorted() == LedgerTests.ledger.map(\.id).sorted())
    }

    @Test("their pictures are PNG and SVG files", arguments: ChapterRun.allCases)
    func pictures(chapter: ChapterRun) async throws {
        let pictures = try await chapter.outcome().pictures
        #expect(pictures.count >= 20)
        for (path, beginning) in pictures {
            if path.hasSuffix(".png") {
                #expect(beginning == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "\(path)")
            } else {
                #expect(String(decoding: beginning, as: UTF8.self).hasPrefix("<"), "\(path)")
            }
        }
    }

    @Test("no line is wider than the terminal, and nothing is left unexplained", arguments: ChapterRun.allCases)
    func text(chapter: ChapterRun) async throws {
        let told = try await chapter.outcome().told
        #expect(told.components(separatedBy: "\n").allSatisfy { $0.count <= 100 })
        #expect(told.contains(chapter.rawValue) && told.contains("claims met"))
    }

    @Test("one seed fixes the whole run: the training repeats bit for bit, and another seed differs")
    func seeds() throws {
        let images = try PictureData(RunOptions(output: "unused"))
        let runs = try [1, 1, 2].map { try trainOnImages(images, seed: $0, epochs: 2, hidden: 16).losses }
        #expect(runs[0] == runs[1] && runs[0] != runs[2])
    }

    @Test("images for training and for testing of different sizes are refused")
    func unequalImages() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ prefix: String, size: UInt8) throws {
            let count = 100
            let images = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, size, 0, 0, 0, size]
            let pixels = [UInt8](repeating: 0, count: count * Int(size) * Int(size))
            let labels = [0, 0, 8, 1, 0, 0, 0, UInt8(count)] + (0..<count).map { UInt8($0 % 10) }
            try Data(images + pixels).write(to: folder.appendingPathComponent(prefix + "-images-idx3-ubyte"))
            try Data(labels).write(to: folder.appendingPathComponent(prefix + "-labels-idx1-ubyte"))
        }
        try write("train", size: 4)
        try write("t10k", size: 4)
        var options = RunOptions(output: "unused")
        options.data = folder.path
        #expect(try PictureData(options).pixels == 16)
        try write("t10k", size: 3)
        #expect(throws: RunError.unequalImages(folder.path)) { try PictureData(options) }
        try write("t10k", size: 4)
        #expect(try PictureData(options, smallestSide: smallestImageSide).size.rows == 4)
        #expect(throws: RunError.unfitImages(folder.path, rows: 4, columns: 4, smallest: 5, largest: 256)) {
            try PictureData(options, smallestSide: 5)
        }
        // A packed file of a hundred images of 3000 × 3000 pixels by its header, in a block of 1024 bytes (RFC 1951,
        // section 3.2.4), and of nothing sound behind that.
        let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 0x0B, 0xB8, 0, 0, 0x0B, 0xB8]
        let stored: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 0, 0, 4, 0xFF, 0xFB] + header
        for name in ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"] {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
        try Data(stored + [UInt8](repeating: 0, count: 900_000)).write(
            to: folder.appendingPathComponent("train-images-idx3-ubyte.gz"))
        #expect(throws: RunError.unfitImages(folder.path, rows: 3000, columns: 3000, smallest: 1, largest: 256)) {
            try PictureData(options)
        }
    }

    @Test("a terminal without other characters is told in ASCII")
    func ascii() {
        #expect(Story.inASCII("R² ≥ 0.45 ± ½, “é” → η−1") == "R^2 >= 0.45 +- ?, \"e\" -> eta-1")
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
