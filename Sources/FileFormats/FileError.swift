// What can be wrong with a file, as one type. Files meet the world: one may be missing, cut short, in another format or made
// to do harm, and a disk may be full. Nothing of that stops the program; every reader and writer of this module throws one
// of the cases below, whose sentence names the file, the place in it and what to do.

import Foundation

/// Why a file could not be read or written. `description` is a sentence for the person who chose the file.
///
/// Lines are counted from 1, bytes from 0. `file` is the path as it was given; where bytes are counted in the unpacked
/// content of a gzip file, `file` ends in “, unpacked”.
public enum FileError: Error, Sendable, Equatable {
    // Reading
    /// None of the file names `lookedFor` exists in `folder`; “[.gz]” means with or without that ending.
    case missing(folder: String, lookedFor: [String])
    /// The operating system refused to read the file or folder. `reason` says why and what to do about it.
    case unreadable(file: String, reason: String)
    /// The file holds no data.
    case empty(file: String)
    /// The file ends at offset `byte` although `missing` is still to come.
    case truncated(file: String, byte: Int, missing: String)
    /// Data follow where the file should end.
    case trailingBytes(file: String, byte: Int)

    // Compressed data
    /// The compressed data contradict their format at offset `byte`.
    case damaged(file: String, byte: Int, reason: String)
    /// The compressed data unpack to more than `limit` bytes.
    case unpacksTooLarge(file: String, byte: Int, limit: Int)

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

    // IDX
    /// The file does not begin as an IDX file does.
    case notIDX(file: String, found: [UInt8])
    /// The header, which ends at offset `byte`, announces more bytes of data than the file can hold.
    case announcesTooMuch(file: String, byte: Int, dimensions: [Int], available: Int)

    // Writing
    /// The file name does not end as expected: in `.svg` or `.png` for a figure, in `.mid` for music.
    case unknownExtension(path: String, expected: String)
    /// The folder that should hold the file does not exist and cannot be made, or does not accept files. `reason` says why
    /// and what to do about it.
    case unwritableFolder(folder: String, reason: String)
    /// The folder is fine, but this file cannot be written (it is a folder itself, or the disk is full). `reason` says why
    /// and what to do about it.
    case unwritableFile(path: String, reason: String)
}

extension FileError: CustomStringConvertible, LocalizedError {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .missing(let folder, let names):
            let found = names.count == 1 ? "no file \(names[0])" : "none of the files \(names.joined(separator: ", "))"
            return "In the folder \(folder) there is \(found). Check the folder and the name, or put the file there."
        case .unreadable(let file, let reason):
            return "\(file) cannot be read, because \(reason)."
        case .empty(let file):
            return "The file \(file) is empty: it holds no row of data. Check that it was saved or copied completely."
        case .truncated(let file, let byte, let missing):
            return "The file \(file) ends at byte \(byte), where \(missing) should follow. Download or copy it again."
        case .trailingBytes(let file, let byte):
            return "The file \(file) should end at byte \(byte), but more bytes follow. Download or copy it again."
        case .damaged(let file, let byte, let reason):
            return "The file \(file) is damaged at byte \(byte): \(reason). Download or copy it again."
        case .unpacksTooLarge(let file, let byte, let limit):
            return "The file \(file) unpacks to more than the \(limit) bytes that are allowed for it (seen at byte "
                + "\(byte)). It is damaged or not what it claims to be."
        case .notUTF8(let file, let byte):
            return "The file \(file) is not UTF-8 text from byte \(byte) on. Save it with the encoding UTF-8."
        case .unterminatedQuote(let file, let line, let column):
            return "In the file \(file) the quote opened at line \(line), column \(column) is never closed. "
                + "Close it; a quote inside a quoted field is written twice."
        case .misplacedQuote(let file, let line, let column):
            return "In the file \(file) at line \(line), column \(column) a quote stands where the field does not "
                + "begin or end. Quote the whole field and write the quotes inside it twice."
        case .raggedRow(let file, let line, let fields, let expected):
            return "In the file \(file) the row at line \(line) has \(fields) \(fields == 1 ? "field" : "fields"), but the "
                + "header has \(expected). Add or remove fields of that row."
        case .repeatedColumn(let file, let name):
            return "The file \(file) has two columns named “\(name)” in its header, line 1. Rename one of them."
        case .notIDX(let file, let found):
            let bytes = found.map { String(format: "%02X", Int($0)) }.joined(separator: " ")
            return "The file \(file) is not an IDX file: at byte 0 it has \(bytes), where an IDX file has 00 00, "
                + "a type (08, 09, 0B, 0C, 0D or 0E) and the number of dimensions (at least 01)."
        case .announcesTooMuch(let file, let byte, let dimensions, let available):
            let shape = dimensions.map(String.init).joined(separator: " × ")
            return "The header of the file \(file), up to byte \(byte), announces \(shape) elements, but at most "
                + "\(available) bytes of data can follow. Download or copy it again."
        case .unknownExtension(let path, let expected):
            return "Cannot tell the format of “\(path)”: end the file name in \(expected)."
        case .unwritableFolder(let folder, let reason):
            return "Cannot write into the folder “\(folder)”, because \(reason)."
        case .unwritableFile(let path, let reason):
            return "Cannot write the file “\(path)”, because \(reason)."
        }
    }
}
