// Folders of MNIST files, small ones made here.

import Datasets
import Foundation
import SIMDTensor
import TestTools
import Testing

@Suite("MNIST")
struct MNISTTests {
    /// Runs `body` with a new folder that holds `files`, and removes it.
    private func withFolder(_ files: [String: [UInt8]], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, bytes) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        try body(folder.path)
    }

    /// An image file of `count` images of 2 × 3 pixels 0, 1, 2, …
    private func images(_ count: UInt8) -> [UInt8] {
        [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, 3] + (0..<count * 6)
    }

    private func labels(_ labels: [UInt8]) -> [UInt8] { [0, 0, 8, 1, 0, 0, 0, UInt8(labels.count)] + labels }

    /// A packed file of two dimensions, [2, 3].
    private let matrix = gzipped([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 2, 253, 254, 255])

    private func sentence(_ files: [String: [UInt8]]) throws -> String {
        var sentence = ""
        try withFolder(files) { folder in
            let thrown = #expect(throws: DatasetError.self) { try MNIST.load(folder: folder) }
            sentence = try #require(thrown).description
        }
        return sentence
    }

    @Test("either set alone is enough; names may have a dot before idx; pixels are scaled to 0…1")
    func loads() throws {
        let test = ["t10k-images.idx3-ubyte": images(2), "t10k-labels-idx1-ubyte": labels([9, 4])]
        try withFolder(test) { folder in
            let found = try MNIST.load(folder: folder)
            let set = try #require(found.test)
            #expect(found.training == nil && found.name == "images like MNIST" && found.classNames.count == 10)
            #expect(set.inputs.shape == [2, 2, 3, 1] && set.labels == [9, 4])
            #expect(set.inputs.scalars == (0..<12).map { Float($0) / 255 })
        }
        let training = ["train-images-idx3-ubyte": images(1), "train-labels-idx1-ubyte": labels([3])]
        try withFolder(test.merging(training) { first, _ in first }) { folder in
            let found = try MNIST.load(folder: folder)
            #expect(found.training?.count == 1 && found.test?.count == 2)
        }
    }

    @Test("a folder with the name of a file hides no file, and files in such folders are found")
    func folders() throws {
        let hidden = [
            "train-images-idx3-ubyte/readme": [1], "train-images.idx3-ubyte": images(1),
            "train-labels-idx1-ubyte.gz/readme": [1], "train-labels.idx1-ubyte.gz": gzipped(labels([3])),
        ]
        try withFolder(hidden) { folder in
            let training = try MNIST.load(folder: folder).training
            #expect(training?.labels == [3])
        }
        let unpacked = [
            "t10k-images-idx3-ubyte/t10k-images-idx3-ubyte": images(2),
            "t10k-labels.idx1-ubyte/t10k-labels-idx1-ubyte": labels([9, 4]),
        ]
        try withFolder(unpacked) { folder in
            let test = try MNIST.load(folder: folder).test
            #expect(test?.labels == [9, 4])
        }
        let empty = try sentence(["t10k-images-idx3-ubyte/readme": [1], "t10k-labels-idx1-ubyte": labels([1])])
        #expect(empty.contains("none of the files t10k-images-idx3-ubyte[.gz]"))
    }

    @Test("the shapes are told from the headers alone")
    func shapes() throws {
        // Labels and pixels that are no good, in sets of which one is packed.
        let files = [
            "train-images-idx3-ubyte": images(2), "train-labels-idx1-ubyte": labels([10, 11]),
            "t10k-images-idx3-ubyte.gz": gzipped([]) + gzipped(Array(images(3).prefix(17))),
            "t10k-labels-idx1-ubyte": labels([1, 2, 3]),
        ]
        try withFolder(files) { folder in
            let shapes = try MNIST.shapes(folder: folder)
            #expect(shapes.training == [2, 2, 3] && shapes.test == [3, 2, 3])
            #expect(throws: DatasetError.self) { try MNIST.load(folder: folder) }
        }
        try withFolder([:]) { folder in
            #expect(throws: DatasetError.self) { try MNIST.shapes(folder: folder) }
        }
    }

    @Test("MNIST and Fashion-MNIST are told apart by their first labels")
    func names() throws {
        func name(_ first: [UInt8]) throws -> String {
            var name = ""
            try withFolder(["t10k-images-idx3-ubyte": images(10), "t10k-labels-idx1-ubyte": labels(first)]) {
                name = try MNIST.load(folder: $0).name
            }
            return name
        }
        #expect(try name([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]) == "MNIST")
        #expect(try name([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]) == "Fashion-MNIST")
    }

    @Test("an empty folder is refused with all names that were looked for, images alone with those of the labels")
    func missing() throws {
        let none = try sentence([:])
        for name in ["train-images-idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images-idx3-ubyte"] {
            #expect(none.contains(name + "[.gz]"))
        }
        let half = try sentence(["t10k-images-idx3-ubyte": images(1)])
        #expect(half.contains("t10k-labels-idx1-ubyte[.gz]") && !half.contains("images-idx3"))
    }

    @Test("a folder that does not exist is named, and a packed file is found by its .gz")
    func folderAndEnding() throws {
        try withFolder(["t10k-images-idx3-ubyte.gz": matrix]) { folder in
            let nowhere = folder + "/nowhere"
            let thrown = #expect(throws: DatasetError.self) { try MNIST.load(folder: nowhere) }
            #expect(thrown == .missingFolder(folder: nowhere))
        }
        let packed = try sentence([
            "t10k-images-idx3-ubyte.gz": matrix, "t10k-labels-idx1-ubyte": labels([1]),
        ])
        #expect(packed.contains("t10k-images-idx3-ubyte.gz, unpacked holds") && packed.contains("of shape [2, 3]"))
    }

    @Test("different counts, labels out of range, and labels in the place of images are refused")
    func unfitting() throws {
        let counts = try sentence(["t10k-images-idx3-ubyte": images(2), "t10k-labels-idx1-ubyte": labels([1])])
        #expect(counts.contains("t10k-images-idx3-ubyte holds 2 images"))
        #expect(counts.contains("t10k-labels-idx1-ubyte holds 1 label."))
        let range = try sentence(["t10k-images-idx3-ubyte": images(2), "t10k-labels-idx1-ubyte": labels([1, 10])])
        #expect(range.contains("t10k-labels-idx1-ubyte the label at byte 9 is 10"))
        let swapped = try sentence(["t10k-images-idx3-ubyte": labels([1]), "t10k-labels-idx1-ubyte": labels([1])])
        #expect(swapped.contains("t10k-images-idx3-ubyte holds") && swapped.contains("of shape [1]"))
    }
}
