// What can be wrong with data that come in files, as one type: a file itself, or what stands in files that are sound.

@_exported import FileFormats
import Foundation

/// Why data could not be read. `description` is a sentence for the person who chose the file.
///
/// Lines are counted from 1, bytes from 0. `file` is the path as it was given; where bytes are counted in the unpacked
/// content of a gzip file, `file` ends in “, unpacked”.
public enum DatasetError: Error, Sendable, Equatable {
    /// There is no such folder, or it cannot be listed.
    case missingFolder(folder: String)
    /// A file is missing, may not be read, or is not what its format demands.
    case file(FileError)

    // Tables
    /// The header lacks a column that was asked for.
    case missingColumn(file: String, name: String, columns: [String])
    /// A field of a numeric column is not a decimal number, or too large for a `Double`.
    case notANumber(file: String, line: Int, column: String, text: String)

    // Images and labels
    /// The file is sound, but holds something else than what was asked for.
    case unexpectedContent(file: String, found: String, expected: String)
    /// The label at offset `byte` is not one of the `classes` classes.
    case labelOutOfRange(file: String, byte: Int, label: Int, classes: Int)
    /// Two files that belong together hold different numbers of examples.
    case countsDiffer(images: String, imageCount: Int, labels: String, labelCount: Int)
}

extension DatasetError: CustomStringConvertible, LocalizedError {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .missingFolder(let folder):
            return "The folder \(folder) does not exist, is not a folder, or may not be read. Check its path."
        case .file(let error):
            return error.description
        case .missingColumn(let file, let name, let columns):
            return "The file \(file) has no column named “\(name)”; its header, line 1, names "
                + "\(columns.joined(separator: ", "))."
        case .notANumber(let file, let line, let column, let text):
            let found = text.isEmpty ? "the field is empty" : "“\(text.prefix(40))” is not a decimal number"
            return "In the file \(file) at line \(line), column “\(column)”, \(found). "
                + "Write a number such as 0.5, or read that column as text."
        case .unexpectedContent(let file, let found, let expected):
            return "The file \(file) holds \(found) (see its header at byte 0), where \(expected) was expected."
        case .labelOutOfRange(let file, let byte, let label, let classes):
            return "In the file \(file) the label at byte \(byte) is \(label); labels are 0 to \(classes - 1). "
                + "Check that the labels belong to these images."
        case .countsDiffer(let images, let imageCount, let labels, let labelCount):
            return "The file \(images) holds \(Self.count(imageCount, "image")), but \(labels) holds "
                + "\(Self.count(labelCount, "label")). Use two files that belong together."
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }
}
