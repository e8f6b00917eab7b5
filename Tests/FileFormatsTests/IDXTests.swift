// IDX files of every type, packed and plain, and those that lie about themselves.

import FileFormats
import SIMDTensor
import TestTools
import Testing

@Suite("IDX")
struct IDXTests {
    private func error(_ bytes: [UInt8]) -> FileError? {
        #expect(throws: FileError.self) { try IDX(bytes, file: "a.idx") }
    }

    @Test("every type of element is read, big-endian")
    func types() throws {
        func values(_ type: UInt8, _ bytes: [UInt8]) throws -> [Double] {
            try IDX([0, 0, type, 1, 0, 0, 0, 2] + bytes, file: "a.idx").tensor(as: Double.self).scalars
        }
        #expect(try values(0x08, [0, 255]) == [0, 255])
        #expect(try values(0x09, [1, 255]) == [1, -1])
        #expect(try values(0x0B, [1, 2, 0xFF, 0xFE]) == [258, -2])
        #expect(try values(0x0C, [0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFD]) == [65536, -3])
        #expect(try values(0x0D, [0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0]) == [1, -2.5])
        #expect(try values(0x0E, [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0]) == [1.5, -2])
    }

    @Test("a packed file is recognised by its content")
    func packed() throws {
        let file = try IDX(GzipVectors.idxGood, file: "a.idx")
        #expect(file.shape == [2, 3] && file.elementType == .unsignedByte)
        #expect(file.bytes == [0, 1, 2, 253, 254, 255])
        #expect(file.byteOffset(ofElement: 5) == 17)
    }

    @Test("a packed file may be cut into members anywhere, also into empty ones, and be padded with zeros")
    func members() throws {
        let plain: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 2, 253, 254, 255]
        for cut in plain.indices {
            let parts = gzipped(Array(plain[..<cut])) + gzipped([]) + gzipped(Array(plain[cut...])) + [0, 0, 0]
            let file = try IDX(parts, file: "a.idx")
            #expect(file.shape == [2, 3] && file.bytes == [0, 1, 2, 253, 254, 255])
        }
        guard case .truncated("a.idx, unpacked", byte: 17, _)? = error(gzipped(Array(plain.dropLast()))) else {
            Issue.record("a file without its last byte was read")
            return
        }
    }

    @Test("a number that only a Double can hold is no infinity in Float")
    func tooLargeForFloat() async throws {
        // 1e39, the bits of the double nearest to it
        let bytes = [0, 0, 0x0E, 1, 0, 0, 0, 1] + bigEndian((1e39).bitPattern)
        #expect(try IDX(bytes, file: "a.idx").tensor(as: Double.self).scalars == [1e39])
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let bytes = [0, 0, 0x0E, 1, 0, 0, 0, 1] + bigEndian((1e39).bitPattern)
                _ = try IDX(bytes, file: "a.idx").tensor(as: Float.self)
            }, says: "IDX.tensor: element 0 of a.idx is 1e+39, too large for Float; read it as Double")
        let infinite = [0, 0, 0x0E, 1, 0, 0, 0, 1] + bigEndian(Double.infinity.bitPattern)
        #expect(try IDX(infinite, file: "a.idx").tensor(as: Float.self).scalars == [.infinity])
    }

    @Test("a file that does not begin as IDX is refused with what it begins with")
    func wrongMagic() throws {
        for start: [UInt8] in [[1, 0, 8, 1], [0, 0, 7, 1], [0, 0, 8, 0], Array("<htm".utf8)] {
            #expect(error(start + [0, 0, 0, 1, 9]) == .notIDX(file: "a.idx", found: start))
        }
        let sentence = try #require(error([0xCA, 0xFE, 0, 1, 0])).description
        #expect(sentence.contains("a.idx") && sentence.contains("byte 0") && sentence.contains("CA FE 00 01"))
    }

    @Test("a truncated header is refused with the byte it ends at")
    func truncatedHeader() throws {
        let header: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 1]
        #expect(error([]) == .empty(file: "a.idx"))
        for length in 1..<header.count {
            let sentence = try #require(error(Array(header[..<length]))).description
            #expect(sentence.contains("ends at byte \(length)"))
        }
    }

    @Test("a header that announces more than the file holds is refused before memory is taken")
    func announcesTooMuch() throws {
        #expect(
            error([0, 0, 8, 1, 0, 0, 0, 3, 1, 2])
                == .announcesTooMuch(file: "a.idx", byte: 8, dimensions: [3], available: 2))
        let largest = [UInt8](repeating: 255, count: 12)
        #expect(try #require(error([0, 0, 0x0E, 3] + largest)).description.contains("4294967295 × 4294967295"))
        let packed = try #require(error(GzipVectors.idxLie)).description
        #expect(packed.contains("a.idx, unpacked") && packed.contains("2147483647 × 28 × 28"))
    }

    @Test("a packed file that unpacks to less or more than announced is refused")
    func packedSizes() throws {
        #expect(
            error(GzipVectors.idxShort)
                == .truncated(
                    file: "a.idx, unpacked", byte: 28, missing: "the rest of the 58 bytes that its header announces"))
        guard case .unpacksTooLarge("a.idx", _, limit: 13)? = error(GzipVectors.idxBomb) else {
            Issue.record("a file of 100,000 bytes passed for one of 13")
            return
        }
    }

    @Test("bytes behind the last element are refused with their offset")
    func trailingBytes() {
        #expect(error([0, 0, 8, 1, 0, 0, 0, 1, 5, 6]) == .trailingBytes(file: "a.idx", byte: 9))
    }

    @Test("a folder, and a file that has no end, are told from files that may not be read")
    func noFile() {
        func sentence(_ path: String) -> String {
            do throws(FileError) { _ = try IDX(contentsOf: path) } catch { return error.description }
            return ""
        }
        #expect(sentence("/").contains("it is a folder"))
        #expect(sentence("/dev/null").contains("it is not a regular file"))
    }

    @Test("random damage never stops the program")
    func randomDamage() throws {
        var random = Random(seed: 5)
        let plain: [UInt8] = [0, 0, 0x0C, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8]
        var refused = 0
        for round in 0..<4000 {
            var changed = round % 2 == 0 ? plain : GzipVectors.idxGood
            let position = Int.random(in: 0..<changed.count, using: &random)
            changed[position] = UInt8.random(in: 0...255, using: &random)
            if (try? IDX(changed, file: "a.idx").tensor(as: Float.self)) == nil { refused += 1 }
        }
        #expect(refused > 1000)
    }
}
