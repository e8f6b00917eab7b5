// Comma-separated values, the plainest way to write a table down: a line of column names, then a line for each row.
// The format is that of RFC 4180 (Shafranovich, 2005): a field may stand in quotes and may then contain commas, line
// breaks and, written twice, quotes. Here it is read into text; `Table` makes numbers of it.

import Foundation

/// A CSV file (RFC 4180) as text: the header and the records below it.
///
/// Lines may end in LF, CRLF or CR, the last one in nothing; a byte order mark is passed over, and so are lines
/// without any character. Fields are kept as they are written, blanks included.
public struct CSV: Sendable, Equatable {
    /// One row: its fields and the line of the file it starts at, counted from 1.
    public struct Record: Sendable, Equatable {
        public let line: Int
        public let fields: [String]
    }

    /// The name under which errors mention this file.
    public let file: String
    /// The names of the columns: the first record.
    public let header: [String]
    /// All other records; each has as many fields as the header.
    public let records: [Record]

    /// Reads the file at `path`.
    ///
    /// - Throws: ``FileError`` if the file is missing, empty, not UTF-8, has rows of different lengths, a column
    ///   name twice, or quotes where none may stand.
    public init(contentsOf path: String) throws(FileError) {
        try self.init(try fileContent(path), file: path)
    }

    /// Reads the bytes of a CSV file; `file` is the name that errors mention.
    ///
    /// - Throws: ``FileError``, as `init(contentsOf:)`.
    public init(_ bytes: [UInt8], file: String) throws(FileError) {
        if let byte = firstByteThatIsNotUTF8(bytes) { throw .notUTF8(file: file, byte: byte) }
        var scanner = CSVScanner(bytes: bytes, file: file)
        guard let first = try scanner.nextRecord() else { throw .empty(file: file) }
        var names: Set<String> = []
        for name in first.fields where !names.insert(name).inserted {
            throw .repeatedColumn(file: file, name: name)
        }
        var records: [Record] = []
        while let record = try scanner.nextRecord() {
            guard record.fields.count == first.fields.count else {
                throw .raggedRow(
                    file: file, line: record.line, fields: record.fields.count, expected: first.fields.count)
            }
            records.append(record)
        }
        guard !records.isEmpty else { throw .empty(file: file) }
        self.file = file
        header = first.fields
        self.records = records
    }
}

/// The offset of the first byte that does not continue a valid UTF-8 text, or nil.
private func firstByteThatIsNotUTF8(_ bytes: [UInt8]) -> Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
        switch parser.parseScalar(from: &iterator) {
        case .valid(let scalar): offset += scalar.count
        case .error, .emptyInput: return offset
        }
    }
}

/// Walks over the bytes of a CSV file, record by record.
private struct CSVScanner {
    private static let quote = UInt8(ascii: "\""), comma = UInt8(ascii: ",")
    private static let lineFeed = UInt8(ascii: "\n"), carriageReturn = UInt8(ascii: "\r")

    let bytes: [UInt8]
    let file: String
    private var position: Int
    private var line = 1
    private var lineStart: Int

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        lineStart = position
    }

    /// The next record, or nil at the end of the file.
    mutating func nextRecord() throws(FileError) -> CSV.Record? {
        while skipLineEnd() {}
        guard position < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        repeat {
            let quoted = position < bytes.count && bytes[position] == Self.quote
            fields.append(quoted ? try quotedField() : try plainField())
        } while skip(Self.comma)
        _ = skipLineEnd()
        return CSV.Record(line: start, fields: fields)
    }

    /// A field without quotes: everything up to the next comma or the end of the line.
    private mutating func plainField() throws(FileError) -> String {
        let start = position
        while position < bytes.count, !endsField(bytes[position]) {
            if bytes[position] == Self.quote { throw misplacedQuote }
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A field in quotes, in which commas and line ends are text and two quotes stand for one.
    private mutating func quotedField() throws(FileError) -> String {
        let opening = (line: line, column: column)
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == Self.quote {
                position += 1
                if !skip(Self.quote) {
                    if position < bytes.count, !endsField(bytes[position]) { throw misplacedQuote }
                    return String(decoding: text, as: UTF8.self)
                }
                text.append(byte)
            } else {
                let start = position
                if !skipLineEnd() { position += 1 }
                text += bytes[start..<position]
            }
        }
        throw .unterminatedQuote(file: file, line: opening.line, column: opening.column)
    }

    private func endsField(_ byte: UInt8) -> Bool {
        byte == Self.comma || byte == Self.lineFeed || byte == Self.carriageReturn
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// Passes over one line end, if one is here.
    private mutating func skipLineEnd() -> Bool {
        let returned = skip(Self.carriageReturn)
        let fed = skip(Self.lineFeed)
        guard returned || fed else { return false }
        line += 1
        lineStart = position
        return true
    }

    /// The place in the line, counted in Unicode scalars from 1: bytes 10xxxxxx continue a scalar.
    private var column: Int {
        bytes[lineStart..<position].count { $0 & 0xC0 != 0x80 } + 1
    }

    private var misplacedQuote: FileError { .misplacedQuote(file: file, line: line, column: column) }
}
