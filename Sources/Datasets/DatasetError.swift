// What can be wrong with a file of data, as one type. Data comes from outside: a file may be missing, cut short, in
// another format or made to do harm. Nothing of that stops the program; every reader of this module throws one of the
// cases below, whose sentence names the file, the place in it and what to do.

import FileFormats
import Foundation

/// Why a file of data could not be read. `description` is a sentence for the person who chose the file.
///
/// Lines are counted from 1, bytes from 0. `file` is the path as it was given; where bytes are counted in the unpacked
/// content of a gzip file, `file` ends in “, unpacked”.
public enum DatasetError: Error, Sendable, Equatable {
    /// There is no such folder, or it cannot be listed.
    case missingFolder(folder: String)
    /// None of the file names `lookedFor` exists in `folder`; “[.gz]” means with or without that ending.
    case missing(folder: String, lookedFor: [String])
    /// The operating system refused to read the file or folder. `reason` says why and what to do about it.
    case unreadable(file: String, reason: String)
    /// The file holds no data.
    case empty(file: String)

    // CSV
    /// The bytes from offset `byte` on are not UTF-8 text.
    case notUTF8(file: String, byte: Int)
    /// The quote opened at `line`, `column` (counted in characters from 1) is not closed before the file ends.
    case unterminatedQuote(file: String, line: Int, column: Int)
    /// A quote stands inside an unquoted field, or text follows a closing quote.
    case misplacedQuote(file: String, line: Int, column: Int)
    /// The record that starts at `line` has another number of fields than the header.
    case raggedRow(file: String, line: Int, fields: Int, expected: Int)
    /// The header names a column twice.
    case repeatedColumn(file: String, name: String)
    /// The header lacks a column that was asked for.
    case missingColumn(file: String, name: String, columns: [String])
    /// A field of a numeric column is not a decimal number, or too large for a `Double`.
    case notANumber(file: String, line: Int, column: String, text: String)

    // gzip
    /// The compressed data contradict the format at offset `byte`.
    case corruptGzip(file: String, byte: Int, reason: String)
    /// The compressed data unpack to more than `limit` bytes.
    case unpacksTooLarge(file: String, byte: Int, limit: Int)

    // IDX
    /// The file ends at offset `byte` although `missing` is still to come.
    case truncated(file: String, byte: Int, missing: String)
    /// The file does not begin as an IDX file does.
    case wrongMagic(file: String, found: [UInt8])
    /// The header, which ends at offset `byte`, announces more bytes of data than the file can hold.
    case announcesTooMuch(file: String, byte: Int, dimensions: [Int], available: Int)
    /// Data follow after what the header announced.
    case trailingBytes(file: String, byte: Int)
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
        case .missing(let folder, let names):
            let found = names.count == 1 ? "no file \(names[0])" : "none of the files \(names.joined(separator: ", "))"
            return "In the folder \(folder) there is \(found). Check the folder and the name, or put the file there."
        case .unreadable(let file, let reason):
            return "\(file) cannot be read, because \(reason)."
        case .empty(let file):
            return "The file \(file) is empty: it holds no row of data. Check that it was saved or copied completely."
        case .notUTF8(let file, let byte):
            return "The file \(file) is not UTF-8 text from byte \(byte) on. Save it with the encoding UTF-8."
        case .unterminatedQuote(let file, let line, let column):
            return "In the file \(file) the quote opened at line \(line), column \(column) is never closed. "
                + "Close it; a quote inside a quoted field is written twice."
        case .misplacedQuote(let file, let line, let column):
            return "In the file \(file) at line \(line), column \(column) a quote stands where the field does not "
                + "begin or end. Quote the whole field and write the quotes inside it twice."
        case .raggedRow(let file, let line, let fields, let expected):
            return "In the file \(file) the row at line \(line) has \(Self.count(fields, "field")), but the header "
                + "has \(expected). Add or remove fields of that row."
        case .repeatedColumn(let file, let name):
            return "The file \(file) has two columns named “\(name)” in its header, line 1. Rename one of them."
        case .missingColumn(let file, let name, let columns):
            return "The file \(file) has no column named “\(name)”; its header, line 1, names "
                + "\(columns.joined(separator: ", "))."
        case .notANumber(let file, let line, let column, let text):
            let found = text.isEmpty ? "the field is empty" : "“\(text.prefix(40))” is not a decimal number"
            return "In the file \(file) at line \(line), column “\(column)”, \(found). "
                + "Write a number such as 0.5, or read that column as text."
        case .corruptGzip(let file, let byte, let reason):
            return "The file \(file) is damaged at byte \(byte): \(reason). Download or copy it again."
        case .unpacksTooLarge(let file, let byte, let limit):
            return "The file \(file) unpacks to more than the \(limit) bytes that are allowed for it (seen at byte "
                + "\(byte)). It is damaged or not what it claims to be."
        case .truncated(let file, let byte, let missing):
            return "The file \(file) ends at byte \(byte), where \(missing) should follow. "
                + "Download or copy it again."
        case .wrongMagic(let file, let found):
            let bytes = found.map { String(format: "%02X", Int($0)) }.joined(separator: " ")
            return "The file \(file) is not an IDX file: at byte 0 it has \(bytes), where an IDX file has 00 00, "
                + "a type (08, 09, 0B, 0C, 0D or 0E) and the number of dimensions (at least 01)."
        case .announcesTooMuch(let file, let byte, let dimensions, let available):
            let shape = dimensions.map(String.init).joined(separator: " × ")
            return "The header of the file \(file), up to byte \(byte), announces \(shape) elements, but at most "
                + "\(available) bytes of data can follow. Download or copy it again."
        case .trailingBytes(let file, let byte):
            return "The file \(file) should end at byte \(byte), but more bytes follow. Download or copy it again."
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

/// The content of the file at `path`, or its first `limit` bytes; what goes wrong is told as a `DatasetError`.
func fileContent(_ path: String, upTo limit: Int = .max) throws(DatasetError) -> [UInt8] {
    switch fileType(path) {
    case nil:
        // Either there is nothing, or a folder on the way does not let us see.
        guard !FileManager.default.fileExists(atPath: path) else { break }
        let url = URL(fileURLWithPath: path)
        throw .missing(folder: url.deletingLastPathComponent().path, lookedFor: [url.lastPathComponent])
    case .typeRegular?: break
    case .typeDirectory?: throw .unreadable(file: path, reason: "it is a folder: name a file")
    default: throw .unreadable(file: path, reason: "it is not a regular file: name one that is")
    }
    do {
        return try readWholeFile(path, upTo: limit)
    } catch {
        throw .unreadable(file: path, reason: systemReason(error, .reading))
    }
}

/// How many bytes the file at `path` has.
func fileSize(_ path: String) throws(DatasetError) -> Int {
    do {
        let size = try FileManager.default.attributesOfItem(atPath: resolved(path))[.size] as? NSNumber
        return size?.intValue ?? 0
    } catch {
        throw .unreadable(file: path, reason: systemReason(error, .reading))
    }
}

/// What is at `path`, behind links: a regular file, a folder, something else; nil if nothing is.
func fileType(_ path: String) -> FileAttributeType? {
    (try? FileManager.default.attributesOfItem(atPath: resolved(path)))?[.type] as? FileAttributeType
}

private func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
