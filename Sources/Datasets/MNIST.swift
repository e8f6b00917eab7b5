// MNIST: 70,000 handwritten digits of 28 × 28 pixels (LeCun, Cortes & Burges 1998), on which networks have been
// compared ever since; and Fashion-MNIST (Xiao, Rasul & Vollgraf 2017), which took over its format with photographs of
// clothes. Too large to be part of this module, they are read from a folder into which the reader has put the files.

import FileFormats
import Foundation
import SIMDTensor

/// The images and labels of MNIST, Fashion-MNIST, or a set of one's own in the same files.
public struct MNIST: Sendable {
    /// Images `[count, rows, columns, 1]` with pixels 0…1, and the class of each, 0…9.
    public typealias Images = Labeled<Float, [Int]>

    /// Which data set the files hold, told by its first labels: “MNIST”, “Fashion-MNIST”, or “images like MNIST”.
    public let name: String
    /// What the ten classes mean.
    public let classNames: [String]
    /// The 60,000 images for training, if the folder has them.
    public let training: Images?
    /// The 10,000 images for testing, if the folder has them.
    public let test: Images?

    /// Reads the training set, the test set, or both from `folder`.
    ///
    /// The files have their usual names: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` for training,
    /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte` for testing; the hyphen before `idx` may be a dot, and
    /// `.gz` may follow. A file may also lie in a folder that has such a name itself, as some archives unpack.
    ///
    /// - Throws: ``DatasetError`` if there is no such folder or neither set in it, if images come without labels or
    ///   the other way round, or if the files are not what their names say.
    public static func load(folder: String) throws(DatasetError) -> MNIST {
        let files = try setFiles(in: folder)
        let training = try files.training.map { files throws(DatasetError) in try images(files) }
        let test = try files.test.map { files throws(DatasetError) in try images(files) }
        guard let labels = (training ?? test)?.labels else { throw nothingFound(in: folder) }
        let beginning = Array(labels.prefix(10))
        let digitNames = (0...9).map(String.init)
        return switch beginning {
        case firstLabels.digits.training, firstLabels.digits.test:
            MNIST(name: "MNIST", classNames: digitNames, training: training, test: test)
        case firstLabels.fashion.training, firstLabels.fashion.test:
            MNIST(name: "Fashion-MNIST", classNames: clothes, training: training, test: test)
        default:
            MNIST(name: "images like MNIST", classNames: digitNames, training: training, test: test)
        }
    }

    /// What the headers of the files in `folder` say: the shapes `[count, rows, columns]` of the images for training and
    /// for testing, if the folder has them. No pixel is read, so that images that are too many or too large are known
    /// before they take memory.
    ///
    /// - Throws: ``DatasetError`` as ``load(folder:)``, except for what only shows in pixels and labels.
    public static func shapes(folder: String) throws(DatasetError) -> (training: [Int]?, test: [Int]?) {
        let files = try setFiles(in: folder)
        guard files.training != nil || files.test != nil else { throw nothingFound(in: folder) }
        return (
            try files.training.map { files throws(DatasetError) in try shape(files) },
            try files.test.map { files throws(DatasetError) in try shape(files) }
        )
    }

    private static let classCount = 10

    private static let clothes = [
        "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ]

    /// The labels that each data set begins with.
    private static let firstLabels = (
        digits: (training: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4], test: [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]),
        fashion: (training: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5], test: [9, 2, 1, 1, 6, 1, 4, 6, 5, 7])
    )

    private static func imageNames(_ prefix: String) -> [String] { names("\(prefix)-images", "idx3-ubyte") }
    private static func labelNames(_ prefix: String) -> [String] { names("\(prefix)-labels", "idx1-ubyte") }

    private static func names(_ beginning: String, _ end: String) -> [String] {
        ["-", "."].map { beginning + $0 + end + optionalEnding }
    }

    /// Stands in a name for an ending that may be there or not.
    private static let optionalEnding = "[.gz]"

    /// The paths of the two files of a set.
    private typealias SetFiles = (images: String, labels: String)

    /// The files of each of the two sets; nil if the folder has neither its images nor its labels.
    private static func setFiles(in folder: String) throws(DatasetError) -> (training: SetFiles?, test: SetFiles?) {
        do {
            _ = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            guard fileType(folder) == .typeDirectory else { throw .missingFolder(folder: folder) }
            throw .file(.unreadable(file: folder, reason: systemReason(error, .reading)))
        }
        return (try setFiles(in: folder, prefix: "train"), try setFiles(in: folder, prefix: "t10k"))
    }

    private static func setFiles(in folder: String, prefix: String) throws(DatasetError) -> SetFiles? {
        func path(_ names: [String]) -> String? {
            let names = names.flatMap { name in
                ["", ".gz"].map { name.replacingOccurrences(of: optionalEnding, with: $0) }
            }
            // In the folder itself first, then in folders that have a file's name.
            let places = names + names.flatMap { place in names.map { place + "/" + $0 } }
            return places.map { URL(fileURLWithPath: folder).appendingPathComponent($0).path }
                .first { ![nil, .typeDirectory].contains(fileType($0)) }
        }
        switch (path(imageNames(prefix)), path(labelNames(prefix))) {
        case (nil, nil): return nil
        case (_, nil): throw .file(.missing(folder: folder, lookedFor: labelNames(prefix)))
        case (nil, _): throw .file(.missing(folder: folder, lookedFor: imageNames(prefix)))
        case (let images?, let labels?): return (images, labels)
        }
    }

    private static func nothingFound(in folder: String) -> DatasetError {
        .file(.missing(folder: folder, lookedFor: ["train", "t10k"].flatMap { imageNames($0) + labelNames($0) }))
    }

    /// The shape of the images, once it is sure from the headers that they are such and that the labels belong to them.
    private static func shape(_ files: SetFiles) throws(DatasetError) -> [Int] {
        let images = try header(files.images)
        let labels = try header(files.labels)
        guard images.elementType == .unsignedByte, images.shape.count == 3, images.elementByteCount > 0 else {
            throw .unexpectedContent(
                file: images.file, found: content(of: images),
                expected: "unsigned bytes of three dimensions, [images, rows, columns]")
        }
        guard labels.elementType == .unsignedByte, labels.shape.count == 1 else {
            throw .unexpectedContent(
                file: labels.file, found: content(of: labels), expected: "unsigned bytes of one dimension, [labels]")
        }
        guard images.shape[0] == labels.shape[0] else {
            throw .countsDiffer(
                images: images.file, imageCount: images.shape[0], labels: labels.file, labelCount: labels.shape[0])
        }
        return images.shape
    }

    /// Images and labels together.
    private static func images(_ files: SetFiles) throws(DatasetError) -> Images {
        _ = try shape(files)
        let labels = try idx(files.labels)
        if let index = labels.bytes.firstIndex(where: { $0 >= classCount }) {
            throw .labelOutOfRange(
                file: labels.file, byte: labels.byteOffset(ofElement: index), label: Int(labels.bytes[index]),
                classes: classCount)
        }
        let images = try idx(files.images)
        return Labeled(
            inputs: filledTensor(images.shape + [1]) { Float(images.bytes[$0]) / 255 },
            labels: labels.bytes.map(Int.init))
    }

    private static func header(_ path: String) throws(DatasetError) -> IDX.Header {
        do { return try IDX.Header(contentsOf: path) } catch { throw .file(error) }
    }

    private static func idx(_ path: String) throws(DatasetError) -> IDX {
        do { return try IDX(contentsOf: path) } catch { throw .file(error) }
    }

    private static func content(of file: IDX.Header) -> String { "\(file.elementType) elements of shape \(file.shape)" }
}
