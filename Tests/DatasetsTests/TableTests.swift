// Tables of numbers and texts out of CSV files, and what such a file can have wrong besides its format.

import Datasets
import SIMDTensor
import TestTools
import Testing

@Suite("Tables")
struct TableTests {
    private func csv(_ text: String) throws -> CSV { try CSV(Array(text.utf8), file: "t.csv") }

    @Test(
        "a field that is not a decimal number is refused with line, column and text",
        arguments: ["x1", "", "nan", "1e999", "1,5", "0x1A", "inf"])
    func notANumber(text: String) throws {
        let thrown = #expect(throws: DatasetError.self) {
            try Table(try csv("name,size\nfirst,1\nsecond,\"\(text)\"\n"), textColumns: ["name"])
        }
        #expect(thrown == .notANumber(file: "t.csv", line: 3, column: "size", text: text))
        let sentence = try #require(thrown).description
        #expect(sentence.contains("t.csv") && sentence.contains("line 3") && sentence.contains("“size”"))
        #expect(sentence.contains(text.isEmpty ? "empty" : "“\(text)”"))
    }

    @Test("numbers and texts come out by name, and as a tensor")
    func table() throws {
        let table = try Table(try csv("x,kind,y\n1,a, 2\n-3e1,b,.5\n"), textColumns: ["kind"])
        #expect(table.columnNames == ["x", "y"])
        #expect(table.rows == [[1, 2], [-30, 0.5]])
        #expect(table.column("y") == [2, 0.5])
        #expect(table.texts == ["kind": ["a", "b"]])
        let tensor = table.tensor(["y", "x"], as: Double.self)
        #expect(tensor.shape == [2, 2] && tensor.scalars == [2, 1, 0.5, -30])
    }

    @Test("mistakes with a table end with a sentence, also in optimised code")
    func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Iris.table.column("nope")
            }, says: "Table: there is no column of numbers named “nope”; there are")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = try Table(CSV(Array("a,b\n1,2\n3,-1e39\n".utf8), file: "t.csv")).tensor(["b"], as: Float.self)
            }, says: "Table.tensor: row 1 of “b” is -1e+39, too large for Float; take Double")
    }

    @Test("1e39 is a number of a Double, and 1e-50 is 0 in Float")
    func ends() throws {
        let table = try Table(try csv("a,b\n1e39,1e-50\n"))
        #expect(table.tensor(["a", "b"], as: Double.self).scalars == [1e39, 1e-50])
        #expect(table.tensor(["b"], as: Float.self).scalars == [0])
    }

    @Test("a text column that does not exist is refused with the names that do")
    func missingColumn() throws {
        let thrown = #expect(throws: DatasetError.self) { try Table(try csv("x,y\n1,2\n"), textColumns: ["kind"]) }
        #expect(try #require(thrown).description.contains("x, y"))
    }

    @Test("random damage never stops the program")
    func randomDamage() {
        let original = Array("a,b\r\n\"x,\"\"y\"\"\",1\r\nü,\"2\"\r\n".utf8)
        var random = Random(seed: 3)
        var refused = 0
        for _ in 0..<3000 {
            var changed = original
            for _ in 0..<3 {
                let position = Int.random(in: 0..<changed.count, using: &random)
                changed[position] = UInt8.random(in: 0...255, using: &random)
            }
            if (try? Table(CSV(changed, file: "t.csv"), textColumns: ["a"])) == nil { refused += 1 }
        }
        #expect(refused > 1000)
    }
}
