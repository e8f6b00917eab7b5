// Unpacking against files made by zlib, and against files that are damaged or made to do harm.

import FileFormats
import SIMDTensor
import TestTools
import Testing

@Suite("Gzip")
struct GzipTests {
    private func error(_ bytes: [UInt8], limit: Int = 1 << 20) -> FileError? {
        #expect(throws: FileError.self) { try Gzip.unpack(bytes, file: "a.gz", limit: limit) }
    }

    @Test("all three kinds of block unpack to what zlib packed")
    func kindsOfBlock() throws {
        let sentence = GzipVectors.sentence
        #expect(try Gzip.unpack(GzipVectors.stored, file: "a.gz") == sentence)
        #expect(try Gzip.unpack(GzipVectors.fixed, file: "a.gz") == sentence)
        let many = Array(repeatElement(sentence, count: 40).joined())
        #expect(try Gzip.unpack(GzipVectors.dynamic, file: "a.gz") == many)
        #expect(try Gzip.unpack(GzipVectors.huffmanOnly, file: "a.gz") == GzipVectors.skewedLetters)
    }

    @Test("copies that overlap themselves and copies from far back are right")
    func copies() throws {
        #expect(try Gzip.unpack(GzipVectors.runs, file: "a.gz") == Array(repeating: UInt8(ascii: "a"), count: 1000))
        let alphabet = Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))
        let far = alphabet + [UInt8](repeating: 0, count: 32700) + alphabet
        #expect(try Gzip.unpack(GzipVectors.far, file: "a.gz") == far)
    }

    @Test("every symbol of a length and of a distance means what zlib takes it for")
    func allPointers() throws {
        // The checksum in the file, which zlib has confirmed, covers every byte.
        #expect(try Gzip.unpack(GzipVectors.allPointers, file: "a.gz").count == 32813)
    }

    @Test("a pointer cannot reach into the member before")
    func pointerAcrossMembers() throws {
        // fixed code: a length of 3 (0000001), then a distance of 1 (00000)
        let thrown = error(GzipVectors.fixed + member([0b0000_0011, 0b0000_0010, 0]))
        #expect(try #require(thrown).description.contains("before the beginning"))
    }

    @Test("extra field, name, comment and header checksum are passed over, and the checksum is checked")
    func headerFields() throws {
        #expect(try Gzip.unpack(GzipVectors.everyHeaderField, file: "a.gz") == GzipVectors.sentence)
        var changed = GzipVectors.everyHeaderField
        changed[24] ^= 0x20  // a letter of the name
        let sentence = try #require(error(changed)).description
        #expect(sentence.contains("a.gz") && sentence.contains("checksum of the header"))
    }

    @Test("members follow one another")
    func members() throws {
        let expected = GzipVectors.sentence + Array("tail".utf8)
        #expect(try Gzip.unpack(GzipVectors.twoMembers, file: "a.gz") == expected)
        #expect(try Gzip.unpack(GzipVectors.empty, file: "a.gz") == [])
    }

    @Test("what does not begin as a member behind the last one is refused with its offset")
    func trailingBytes() {
        let end = GzipVectors.fixed.count
        #expect(error(GzipVectors.fixed + [0, 7]) == .trailingBytes(file: "a.gz", byte: end + 1))
        #expect(error(GzipVectors.fixed + [0x1F]) == .trailingBytes(file: "a.gz", byte: end))
    }

    @Test("zeros behind a member are padding")
    func padding() throws {
        let zeros = [UInt8](repeating: 0, count: 512)
        #expect(try Gzip.unpack(GzipVectors.fixed + [0], file: "a.gz") == GzipVectors.sentence)
        #expect(
            try Gzip.unpack(GzipVectors.fixed + zeros + GzipVectors.stored + zeros, file: "a.gz")
                == GzipVectors.sentence + GzipVectors.sentence)
    }

    @Test("the members of the tests themselves are sound")
    func packing() throws {
        #expect(try Gzip.unpack(gzipped([]) + gzipped(GzipVectors.sentence), file: "a.gz") == GzipVectors.sentence)
    }

    @Test("a wrong checksum or length of the data is refused with its offset")
    func checksum() {
        let end = GzipVectors.dynamic.count
        var changed = GzipVectors.dynamic
        changed[end - 8] ^= 1
        #expect(
            error(changed) == .damaged(file: "a.gz", byte: end - 8, reason: "the checksum of the data is another"))
        changed = GzipVectors.dynamic
        changed[end - 1] ^= 1
        #expect(
            error(changed) == .damaged(file: "a.gz", byte: end - 4, reason: "the length of the data is another"))
    }

    @Test("a file that unpacks to more than its limit is refused, one that just fits is not")
    func bomb() throws {
        #expect(try Gzip.unpack(GzipVectors.zeros, file: "a.gz", limit: 200_000).count == 200_000)
        let sentence = try #require(error(GzipVectors.zeros, limit: 199_999)).description
        #expect(sentence.contains("a.gz") && sentence.contains("199999 bytes"))
        let stored = try #require(error(GzipVectors.stored, limit: 10)).description
        #expect(stored.contains("10 bytes"))
        let literals = try #require(error(GzipVectors.huffmanOnly, limit: 2999)).description
        #expect(literals.contains("2999 bytes"))
    }

    @Test(
        "every truncation is refused with the byte the file ends at",
        arguments: [GzipVectors.stored, GzipVectors.fixed, GzipVectors.huffmanOnly, GzipVectors.everyHeaderField])
    func truncation(file: [UInt8]) {
        for length in file.indices {
            let thrown = error(Array(file[..<length]))
            guard case .truncated("a.gz", byte: length, _)? = thrown else {
                Issue.record("the first \(length) bytes: \(String(describing: thrown))")
                return
            }
        }
    }

    @Test(
        "no flipped bit passes unnoticed",
        arguments: [GzipVectors.stored, GzipVectors.fixed, GzipVectors.dynamic, GzipVectors.twoMembers])
    func flippedBits(file: [UInt8]) throws {
        let original = try Gzip.unpack(file, file: "a.gz")
        for bit in 0..<file.count * 8 {
            var changed = file
            changed[bit / 8] ^= 1 << (bit % 8)
            // Bits that carry no data (the time, the system) may differ; then the data must be the same.
            if let unpacked = try? Gzip.unpack(changed, file: "a.gz", limit: 1 << 16), unpacked != original {
                Issue.record("bit \(bit) changed the data")
            }
        }
    }

    @Test(
        "random damage never stops the program",
        arguments: [GzipVectors.dynamic, GzipVectors.huffmanOnly, GzipVectors.everyHeaderField])
    func randomDamage(file: [UInt8]) throws {
        let original = try Gzip.unpack(file, file: "a.gz")
        var random = Random(seed: 7)
        for _ in 0..<3000 {
            var changed = file
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                changed[Int.random(in: 0..<file.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let unpacked = try? Gzip.unpack(changed, file: "a.gz", limit: 1 << 16) {
                #expect(unpacked == original)
            }
        }
    }

    /// A member whose compressed data are `body`.
    private func member(_ body: [UInt8]) -> [UInt8] { [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + body }

    @Test("data that contradict the format are refused with a reason")
    func contradictions() throws {
        func reason(_ body: [UInt8]) throws -> String { try #require(error(member(body))).description }
        #expect(try reason([0b111]).contains("kind 3"))
        #expect(try reason([1, 5, 0, 0, 0]).contains("complement"))
        // fixed code: a length of 3 (0000001), then a distance of 1 (00000) with nothing written yet
        #expect(try reason([0b0000_0011, 0b0000_0010, 0]).contains("before the beginning"))
        #expect(try reason([0b1111_0101, 0, 0]).contains("287 symbols"))
        // all lengths of the code of code lengths are 0
        #expect(try reason([0b0000_0101, 0, 0, 0, 0]).contains("code of the code lengths"))
        var method = GzipVectors.fixed
        method[2] = 7
        #expect(try #require(error(method)).description.contains("byte 2"))
        var flags = GzipVectors.fixed
        flags[3] = 0x80
        #expect(try #require(error(flags)).description.contains("byte 3"))
        #expect(try #require(error([0x50, 0x4B] + Array(repeating: 0, count: 20))).description.contains("1F 8B"))
    }
}
