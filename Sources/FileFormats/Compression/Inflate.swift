// Inflate: how compressed data become data again (RFC 1951, Deutsch 1996). The files of MNIST come as .gz, and inside
// is a stream of bits made by two ideas. The first (Ziv & Lempel, 1977) replaces a run of bytes that has occurred
// before by a pointer back to it: “copy 12 bytes from 300 bytes ago”. The second (Huffman, 1952) writes frequent
// symbols with few bits and rare ones with many. To inflate is to read the symbols' code, then symbol after symbol,
// and to do what each says.
//
// The stream is a sequence of blocks of three kinds: stored as they are, with a code fixed by the standard, or with a
// code of their own that stands, itself compressed, at the block's start. Every number of a damaged or hostile file is
// checked before it is used, and the output never grows beyond a limit set by the caller.

/// Unpacks one stream of compressed data (RFC 1951) that lies within a file.
struct Inflater {
    /// What to do when the output has reached the limit but more would follow.
    enum AtLimit { case stop, refuse }

    private var bits: BitReader
    private let limit: Int
    private let atLimit: AtLimit
    private(set) var output: [UInt8]

    /// - Parameters:
    ///   - bytes: the whole file
    ///   - position: where in it the compressed stream begins
    ///   - output: what has been unpacked before; pointers cannot reach into it
    ///   - limit: how many bytes `output` may have at most
    init(_ bytes: [UInt8], from position: Int, file: String, after output: [UInt8], limit: Int, atLimit: AtLimit) {
        bits = BitReader(bytes: bytes, position: position, file: file)
        self.output = output
        self.limit = limit
        self.atLimit = atLimit
    }

    /// Unpacks the stream and returns the offset in the file of the first byte after it; with `.stop`, the offset may
    /// lie anywhere in the stream once the limit is reached.
    mutating func run() throws(FileError) -> Int {
        let start = output.count
        var isLast = false
        repeat {
            isLast = try bits.read(1) == 1
            switch try bits.read(2) {
            case 0:
                try copyStored()
            case 1:
                try decode(literals: .fixedLiterals, distances: .fixedDistances, windowStart: start)
            case 2:
                let (literals, distances) = try readCodes()
                try decode(literals: literals, distances: distances, windowStart: start)
            default:
                throw bits.corrupt("a block of compressed data has the kind 3, which does not exist")
            }
        } while !isLast && !hasStopped
        return bits.byteOffset
    }

    private var hasStopped: Bool { atLimit == .stop && output.count >= limit }

    // MARK: Blocks

    /// A stored block (section 3.2.4): its length, the length's complement, the bytes.
    private mutating func copyStored() throws(FileError) {
        bits.alignToByte()
        let length = try bits.read(16)
        guard try bits.read(16) == ~length & 0xFFFF else {
            throw bits.corrupt("the length of a stored block does not agree with its complement")
        }
        let start = bits.byteOffset
        guard length <= bits.bytes.count - start else {
            throw .truncated(
                file: bits.file, byte: bits.bytes.count, missing: "the rest of \(length) stored bytes")
        }
        let room = limit - output.count
        if length > room, atLimit == .refuse {
            throw .unpacksTooLarge(file: bits.file, byte: start, limit: limit)
        }
        output += bits.bytes[start..<start + min(length, room)]
        bits.move(to: start + length)
    }

    /// A compressed block (section 3.2.3): literal bytes and pointers back, up to the symbol 256.
    private mutating func decode(
        literals: HuffmanCode, distances: HuffmanCode, windowStart: Int
    ) throws(FileError) {
        while true {
            let symbol = try literals.decode(&bits)
            if symbol < 256 {
                guard output.count < limit else {
                    if atLimit == .stop { return }
                    throw .unpacksTooLarge(file: bits.file, byte: bits.byteOffset, limit: limit)
                }
                output.append(UInt8(truncatingIfNeeded: symbol))
            } else if symbol == 256 {
                return
            } else {
                guard symbol < 286 else { throw bits.corrupt("\(symbol) is not the symbol of a length") }
                let (lengthBase, lengthBits) = DeflateAlphabet.lengths[symbol - 257]
                let length = lengthBase + (try bits.read(lengthBits))
                let distanceSymbol = try distances.decode(&bits)
                guard distanceSymbol < 30 else {
                    throw bits.corrupt("\(distanceSymbol) is not the symbol of a distance")
                }
                let (distanceBase, distanceBits) = DeflateAlphabet.distances[distanceSymbol]
                let distance = distanceBase + (try bits.read(distanceBits))
                guard distance <= output.count - windowStart else {
                    throw bits.corrupt("a pointer leads \(distance) bytes back, before the beginning of the data")
                }
                let room = limit - output.count
                if length > room, atLimit == .refuse {
                    throw .unpacksTooLarge(file: bits.file, byte: bits.byteOffset, limit: limit)
                }
                // Byte by byte, because the copy may overlap what it copies: distance 1 repeats the last byte.
                for _ in 0..<min(length, room) { output.append(output[output.count - distance]) }
                if hasStopped { return }
            }
        }
    }

    /// The codes at the start of a block that brings its own (section 3.2.7). A code is given by its symbols' lengths
    /// alone; the lengths are written with a code of their own, whose lengths come first.
    private mutating func readCodes() throws(FileError) -> (literals: HuffmanCode, distances: HuffmanCode) {
        let literalCount = try bits.read(5) + 257
        let distanceCount = try bits.read(5) + 1
        let lengthCount = try bits.read(4) + 4
        guard literalCount <= 286, distanceCount <= 30 else {
            throw bits.corrupt("a block announces \(literalCount) symbols and \(distanceCount) distances")
        }
        var lengthLengths = [UInt8](repeating: 0, count: 19)
        for symbol in DeflateAlphabet.orderOfLengths.prefix(lengthCount) { lengthLengths[symbol] = UInt8(try bits.read(3)) }
        guard let lengthCode = HuffmanCode(lengths: lengthLengths[...], isLengthCode: true) else {
            throw bits.corrupt("the code of the code lengths is not a Huffman code")
        }

        var lengths: [UInt8] = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try lengthCode.decode(&bits)
            if symbol < 16 {
                lengths.append(UInt8(symbol))
                continue
            }
            let repeated: UInt8
            let count: Int
            switch symbol {
            case 16:
                guard let last = lengths.last else { throw bits.corrupt("the first code length repeats another") }
                repeated = last
                count = try bits.read(2) + 3
            case 17:
                repeated = 0
                count = try bits.read(3) + 3
            default:
                repeated = 0
                count = try bits.read(7) + 11
            }
            guard lengths.count + count <= literalCount + distanceCount else {
                throw bits.corrupt("there are more code lengths than symbols")
            }
            lengths.append(contentsOf: repeatElement(repeated, count: count))
        }
        guard lengths[256] != 0 else { throw bits.corrupt("a block has no symbol for its end") }
        guard let literals = HuffmanCode(lengths: lengths[..<literalCount]),
            let distances = HuffmanCode(lengths: lengths[literalCount...])
        else { throw bits.corrupt("the code of a block is not a Huffman code") }
        return (literals, distances)
    }
}

/// A Huffman code, told by the lengths of its code words alone: words of one length are consecutive binary numbers in
/// the order of their symbols, and shorter words come before longer ones (section 3.2.2).
///
/// Most words are short, so the next nine bits of the stream index a table that holds symbol and length at once. A
/// longer word is found by counting: among the words of each length, the first one's number and their count tell
/// whether the bits read so far are one of them.
private struct HuffmanCode {
    private static let tableBits = 9

    /// For the next nine bits: symbol · 16 + length, or 0 where the word is longer or does not exist.
    private var table = [UInt16](repeating: 0, count: 1 << tableBits)
    /// How many words have each length 0 … 15.
    private var counts = [Int](repeating: 0, count: 16)
    /// The symbols in the order of their words.
    private var symbols: [UInt16] = []

    /// The code whose symbol `s` has a word of `lengths[s]` bits; 0 means that the symbol does not occur.
    ///
    /// Returns nil if the lengths are not those of a code in which every sequence of bits has a meaning. The standard
    /// allows two exceptions, a single word of one bit and, for distances, no word at all; not so for the code of the
    /// code lengths.
    init?(lengths: ArraySlice<UInt8>, isLengthCode: Bool = false) {
        for length in lengths { counts[Int(length)] += 1 }
        let used = lengths.count - counts[0]
        counts[0] = 0
        // Every word of n bits uses up 2⁻ⁿ of all sequences; counted here in units of 2⁻¹⁵.
        var unused = 1 << 15
        for length in 1...15 { unused -= counts[length] << (15 - length) }
        let isSingle = used == counts[1] && used <= 1
        guard unused == 0 || (unused > 0 && isSingle && !isLengthCode) else { return nil }

        var word = 0
        for length in 1...15 {
            for (symbol, own) in zip(0..., lengths) where Int(own) == length {
                symbols.append(UInt16(symbol))
                if length <= Self.tableBits { enter(symbol, word: word, length: length) }
                word += 1
            }
            word <<= 1
        }
    }

    /// Enters a word at every index of the table whose first `length` bits are that word.
    private mutating func enter(_ symbol: Int, word: Int, length: Int) {
        for index in stride(from: reversed(word, length), to: table.count, by: 1 << length) {
            table[index] = UInt16(symbol << 4 | length)
        }
    }

    /// Reads one symbol.
    @inline(__always)
    func decode(_ bits: inout BitReader) throws(FileError) -> Int {
        bits.fill()
        let entry = Int(table[bits.peek(Self.tableBits)])
        if entry != 0 {
            try bits.drop(entry & 15)
            return entry >> 4
        }
        return try decodeLong(&bits)
    }

    private func decodeLong(_ bits: inout BitReader) throws(FileError) -> Int {
        var word = 0  // the bits read so far
        var first = 0  // the first word of that length
        var index = 0  // where its symbol stands
        for length in 1...15 {
            word |= try bits.read(1)
            let count = counts[length]
            if word - first < count { return Int(symbols[index + word - first]) }
            index += count
            first = (first + count) << 1
            word <<= 1
        }
        throw bits.corrupt("a sequence of bits has no meaning in the code of its block")
    }

    /// The code fixed by the standard for literals and lengths (section 3.2.6).
    static let fixedLiterals = HuffmanCode.fixed(
        Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
            + Array(repeating: 8, count: 8))
    /// The code fixed by the standard for distances: 5 bits each.
    static let fixedDistances = HuffmanCode.fixed(Array(repeating: 5, count: 32))

    private static func fixed(_ lengths: [UInt8]) -> HuffmanCode {
        guard let code = HuffmanCode(lengths: lengths[...]) else {
            fatalError("HuffmanCode: the lengths fixed by RFC 1951 are mistyped")
        }
        return code
    }
}

/// Reads a file bit by bit, the lowest bit of each byte first.
private struct BitReader {
    let bytes: [UInt8]
    let file: String
    private var position: Int
    /// Bits taken from `bytes` but not yet used, the next one lowest; zeros above.
    private var buffer: UInt64 = 0
    private var available = 0

    init(bytes: [UInt8], position: Int, file: String) {
        self.bytes = bytes
        self.position = position
        self.file = file
    }

    /// The offset of the first byte of which no bit has been used.
    var byteOffset: Int { position - available / 8 }

    /// Takes bytes until at least 48 bits are available or the file ends: enough for any symbol and its further bits.
    @inline(__always)
    mutating func fill() {
        guard available < 48 else { return }
        while available <= 56, position < bytes.count {
            buffer |= UInt64(bytes[position]) << UInt64(available)
            position += 1
            available += 8
        }
    }

    /// The next `count` bits without using them; zeros where the file has ended.
    @inline(__always)
    func peek(_ count: Int) -> Int { Int(truncatingIfNeeded: buffer & (1 << UInt64(count) - 1)) }

    /// Uses `count` bits that have been looked at.
    @inline(__always)
    mutating func drop(_ count: Int) throws(FileError) {
        guard count <= available else {
            throw .truncated(file: file, byte: bytes.count, missing: "the rest of the compressed data")
        }
        buffer >>= UInt64(count)
        available -= count
    }

    /// The next `count` bits, at most 16, as a number.
    @inline(__always)
    mutating func read(_ count: Int) throws(FileError) -> Int {
        fill()
        let value = peek(count)
        try drop(count)
        return value
    }

    /// Passes over the rest of a byte that is partly used.
    mutating func alignToByte() {
        let rest = available % 8
        buffer >>= UInt64(rest)
        available -= rest
    }

    /// Goes on reading at the byte `offset`.
    mutating func move(to offset: Int) {
        position = offset
        buffer = 0
        available = 0
    }

    func corrupt(_ reason: String) -> FileError {
        .damaged(file: file, byte: byteOffset, reason: reason)
    }
}
