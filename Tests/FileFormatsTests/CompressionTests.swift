// DEFLATE, zlib and their checksums: against published values, and against a reader that shares no code with the
// writer.

import FileFormats
import TestTools
import Testing

@Suite("Compression")
struct CompressionTests {
    @Test("CRC-32 and Adler-32 agree with their published check values")
    func checksums() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.checksum([]) == 0)
        #expect(Adler32.checksum(Array("Wikipedia".utf8)) == 0x11E6_0398)
        #expect(Adler32.checksum([]) == 1)
        // 100,000 bytes of 255 overflow 32 bits unless the remainder is taken in time.
        let (s1, s2) = (0..<100_000).reduce((1, 0)) { sums, _ in
            let s1 = (sums.0 + 255) % 65521
            return (s1, (sums.1 + s1) % 65521)
        }
        #expect(Adler32.checksum([UInt8](repeating: 255, count: 100_000)) == UInt32(s2 << 16 | s1))
    }

    @Test("the reader of these tests decodes a stream that zlib 1.3 wrote with codes of its own")
    func readerIsRight() throws {
        let hex = """
            78dab58dc911c2301004531912200192e0e10424bc3a40d6629d96a2f7164508f0ee9e9ec511f6ea1f2fe8c43dc2f08167dd\
            de19dc28a1080e6a0eac6caf58fe26df9578db8016a9fbe2607c2341932282df2b27d9da7c83e38e46878f368c6f7e55a660\
            924e2a7f0e2e3fae9df6336946
            """
        let digits = Array(hex)
        let stream = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        let (fox, box) = ("The quick brown fox jumps over the lazy dog. ",
                          "Pack my box with five dozen liquor jugs; how vexingly quick daft zebras jump! ")
        let text = fox + fox + fox + box + box
        let (bytes, forms) = try Inflate.decodeWithForms(Array(stream[2..<stream.count - 4]))
        #expect(String(decoding: bytes, as: UTF8.self) == text)
        #expect(forms == [0, 0, 1])
        #expect(stream.suffix(4).reduce(0) { $0 << 8 | UInt32($1) } == Adler32.checksum(bytes))
    }

    static let inputs: [(name: String, bytes: [UInt8])] = {
        var noise = Noise(seed: 1)
        let words = ["gradient", "descent", "layer", "loss", "weight", "bias", "epoch", "batch"]
        let text = (0..<12_000).map { _ in words.randomElement(using: &noise) ?? "" }.joined(separator: " ")
        return [
            ("nothing", []),
            ("one byte", [42]),
            ("two equal bytes", [7, 7]),
            ("100,000 zeros", [UInt8](repeating: 0, count: 100_000)),
            ("100,000 random bytes", (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &noise) }),
            ("100,000 random bits", (0..<100_000).map { _ in UInt8.random(in: 0...1, using: &noise) }),
            ("text of eight words", Array(text.utf8)),
            ("all bytes in order, many times", (0..<70_000).map { UInt8($0 % 256) }),
            ("a repetition just within the window", (0..<32_768).map { _ in UInt8.random(in: 0...255, using: &noise) }
                .repeatedTwice),
            ("a repetition just beyond the window", (0..<32_769).map { _ in UInt8.random(in: 0...255, using: &noise) }
                .repeatedTwice),
            ("one symbol far more frequent than the next, and so on", (0..<18).flatMap { symbol in
                [UInt8](repeating: UInt8(symbol * 13), count: 1 << max(0, 16 - symbol))
            }.shuffled(using: &noise)),
        ]
    }()

    @Test("what is compressed comes back byte by byte", arguments: inputs.indices)
    func roundTrip(index: Int) throws {
        let (name, bytes) = Self.inputs[index]
        let compressed = Deflate.compress(bytes)
        #expect(try Inflate.decode(compressed) == bytes, "\(name)")
        // At the worst five bytes for each block of at most 32,768 literals.
        #expect(compressed.count <= bytes.count + 5 * (bytes.count / 32_768 + 1) + 1, "\(name)")
    }

    @Test("each block takes the form that suits its data")
    func forms() throws {
        func forms(_ name: String) throws -> [Int] {
            let bytes = try #require(Self.inputs.first { $0.name == name }).bytes
            return try Inflate.decodeWithForms(Deflate.compress(bytes)).forms
        }
        // Empty input: a fixed block of the end of block alone, as zlib writes it too.
        #expect(Deflate.compress([]) == [0x03, 0x00])
        let random = try forms("100,000 random bytes")
        #expect(random[0] >= 2 && random[1] == 0 && random[2] == 0)
        let text = try forms("text of eight words")
        #expect(text[0] == 0 && text[2] >= 1)
    }

    @Test("repetition costs next to nothing, and text shrinks by its redundancy")
    func ratios() throws {
        #expect(Deflate.compress([UInt8](repeating: 0, count: 100_000)).count < 200)
        let text = try #require(Self.inputs.first { $0.name == "text of eight words" }).bytes
        // Eight equally likely words carry 3 bits each: 4,500 bytes. A code of words needs some more.
        #expect(Deflate.compress(text).count < 12_000)
        let bits = try #require(Self.inputs.first { $0.name == "100,000 random bits" }).bytes
        // 12,500 bytes of information; a code of single bits would already reach that.
        #expect(Deflate.compress(bits).count < 17_000)
        let within = try #require(Self.inputs.first { $0.name == "a repetition just within the window" }).bytes
        #expect(Deflate.compress(within).count < 34_000)
    }
}

extension [UInt8] {
    fileprivate var repeatedTwice: [UInt8] { self + self }
}
