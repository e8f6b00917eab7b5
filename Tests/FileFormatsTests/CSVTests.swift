// RFC 4180 in its corners, and every way a file can be wrong.

import FileFormats
import Foundation
import Testing

@Suite("CSV")
struct CSVTests {
    private func csv(_ text: String) throws -> CSV { try CSV(Array(text.utf8), file: "t.csv") }

    private func error(_ bytes: [UInt8]) -> FileError? {
        #expect(throws: FileError.self) { try CSV(bytes, file: "t.csv") }
    }

    private func error(_ text: String) -> FileError? { error(Array(text.utf8)) }

    @Test("quoted fields may hold commas, quotes and line breaks, and lines are counted through them")
    func quotes() throws {
        let read = try csv("a,b\n\"x,\"\"y\"\"\",\"two\r\nlines\"\n\"\",plain\n")
        #expect(read.header == ["a", "b"])
        #expect(read.records.map(\.fields) == [["x,\"y\"", "two\r\nlines"], ["", "plain"]])
        #expect(read.records.map(\.line) == [2, 4])
    }

    @Test("LF, CRLF and CR, a missing last line end and a byte order mark read alike")
    func lineEnds() throws {
        let expected = [["1", "2"], ["3", ""]]
        for text in ["a,b\n1,2\n3,\n", "a,b\r\n1,2\r\n3,", "a,b\r1,2\r3,\r", "\u{FEFF}a,b\n1,2\n\n3,\n\n"] {
            let read = try csv(text)
            #expect(read.header == ["a", "b"])
            #expect(read.records.map(\.fields) == expected)
        }
    }

    @Test("a row with too few or too many fields is refused with its line")
    func raggedRow() throws {
        #expect(error("a,b\n1,2\n3\n") == .raggedRow(file: "t.csv", line: 3, fields: 1, expected: 2))
        let sentence = try #require(error("a,b\n\"1\n1\",2\n3,4,5\n")).description
        #expect(sentence.contains("t.csv") && sentence.contains("line 4") && sentence.contains("3 fields"))
    }

    @Test("bytes that are not UTF-8 are refused with the first one's offset")
    func notUTF8() throws {
        #expect(error(Array("a\né".utf8) + [0xFF]) == .notUTF8(file: "t.csv", byte: 4))
        #expect(error(Array("a\n".utf8) + [0xC3, 0x28]) == .notUTF8(file: "t.csv", byte: 2))
        #expect(error(Array("a\n1".utf8) + [0xE2, 0x82]) == .notUTF8(file: "t.csv", byte: 3))
        #expect(try #require(error([0xFF, 0xFE, 0x61, 0])).description.contains("byte 0"))
    }

    @Test("an open quote is refused with the place where it was opened, in characters")
    func unterminatedQuote() throws {
        #expect(error("a,b\né,\"x\n1,2\n") == .unterminatedQuote(file: "t.csv", line: 2, column: 3))
        let sentence = try #require(error("a,b\né,\"x")).description
        #expect(sentence.contains("t.csv") && sentence.contains("line 2, column 3"))
    }

    @Test("a quote inside a plain field and text behind a quoted one are refused with their place")
    func misplacedQuote() {
        #expect(error("a\nx\"y\"\n") == .misplacedQuote(file: "t.csv", line: 2, column: 2))
        #expect(error("a\n\"x\"y\n") == .misplacedQuote(file: "t.csv", line: 2, column: 4))
    }

    @Test("an empty file and a header without rows are refused")
    func empty() throws {
        for text in ["", "\u{FEFF}", "\n\n", "a,b\n"] {
            #expect(error(text) == .empty(file: "t.csv"))
        }
        #expect(try #require(error("")).description.contains("t.csv is empty"))
    }

    @Test("a column name that occurs twice is refused")
    func repeatedColumn() {
        #expect(error("a,b,a\n1,2,3\n") == .repeatedColumn(file: "t.csv", name: "a"))
    }

    @Test("a missing file is named together with its folder, and a folder is no file")
    func missingFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("none.csv").path
        let missing = #expect(throws: FileError.self) { try CSV(contentsOf: path) }
        #expect(missing == .missing(folder: folder.path, lookedFor: ["none.csv"]))
        let unreadable = #expect(throws: FileError.self) { try CSV(contentsOf: folder.path) }
        #expect(try #require(unreadable).description.contains(folder.path))
        #expect(unreadable?.localizedDescription == unreadable?.description)
        try Data("a\n7\n".utf8).write(to: folder.appendingPathComponent("some.csv"))
        #expect(try CSV(contentsOf: folder.appendingPathComponent("some.csv").path).records[0].fields == ["7"])
    }
}
