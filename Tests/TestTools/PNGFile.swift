// A reader of PNG files for the tests, written from the specifications and sharing nothing with the writer: bits are
// taken one at a time, and codes are decoded by counting (RFC 1951, section 3.2.2), so that it is slow and simple.

/// What makes a stream unreadable, and where.
public struct ReadingError: Error {
    var reason: String
    public init(_ reason: String) { self.reason = reason }
}

/// Undoes DEFLATE.
public struct Inflate {
    private let bytes: [UInt8]
    private var bitPosition = 0
    private var output: [UInt8] = []
    /// How many blocks of each form were met: stored, fixed, dynamic.
    private var blockForms = [0, 0, 0]

    /// The bytes that a raw DEFLATE stream stands for.
    public static func decode(_ bytes: [UInt8]) throws -> [UInt8] { try decodeWithForms(bytes).output }

    public static func decodeWithForms(_ bytes: [UInt8]) throws -> (output: [UInt8], forms: [Int]) {
        var decoder = Inflate(bytes: bytes)
        try decoder.run()
        // Nothing may follow the last block but the rest of its last byte.
        guard (decoder.bitPosition + 7) / 8 == bytes.count else { throw ReadingError("bytes after the last block") }
        return (decoder.output, decoder.blockForms)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func bit() throws -> Int {
        guard bitPosition / 8 < bytes.count else { throw ReadingError("the stream ends in a block") }
        defer { bitPosition += 1 }
        return Int(bytes[bitPosition / 8] >> UInt8(bitPosition % 8)) & 1
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for place in 0..<count { value |= try bit() << place }
        return value
    }

    private mutating func run() throws {
        var isLast = false
        while !isLast {
            isLast = try bit() == 1
            let form = try bits(2)
            guard form < 3 else { throw ReadingError("block form 3") }
            blockForms[form] += 1
            switch form {
            case 0:
                bitPosition = (bitPosition + 7) / 8 * 8
                let length = try bits(16)
                guard try bits(16) == 0xFFFF - length else { throw ReadingError("stored lengths disagree") }
                for _ in 0..<length { output.append(UInt8(try bits(8))) }
            case 1:
                try codes([Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
                          + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8),
                          [Int](repeating: 5, count: 30))
            default:
                let (literals, distances, lengths) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
                var lengthLengths = [Int](repeating: 0, count: 19)
                let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
                for index in 0..<lengths { lengthLengths[order[index]] = try bits(3) }
                var all: [Int] = []
                while all.count < literals + distances {
                    switch try symbol(lengthLengths) {
                    case 16:
                        guard let last = all.last else { throw ReadingError("nothing to repeat") }
                        all += [Int](repeating: last, count: try bits(2) + 3)
                    case 17: all += [Int](repeating: 0, count: try bits(3) + 3)
                    case 18: all += [Int](repeating: 0, count: try bits(7) + 11)
                    case let length: all.append(length)
                    }
                }
                guard all.count == literals + distances else { throw ReadingError("too many lengths") }
                guard all[256] > 0 else { throw ReadingError("no end of block") }
                try codes(Array(all[..<literals]), Array(all[literals...]))
            }
        }
    }

    /// One symbol of the canonical code with these lengths.
    private mutating func symbol(_ lengths: [Int]) throws -> Int {
        var (code, first) = (0, 0)
        for length in 1...15 {
            code = code << 1 | (try bit())
            let symbols = lengths.indices.filter { lengths[$0] == length }
            first <<= 1
            if code - first < symbols.count { return symbols[code - first] }
            first += symbols.count
        }
        throw ReadingError("no such code")
    }

    private mutating func codes(_ literals: [Int], _ distances: [Int]) throws {
        let lengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
                          131, 163, 195, 227, 258]
        let lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
        let distanceBase = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
                            2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577]
        let distanceExtra = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12,
                             13, 13]
        let literalTable = Table(literals)
        let distanceTable = Table(distances)
        while true {
            let symbol = try symbol(literalTable)
            if symbol < 256 {
                output.append(UInt8(symbol))
            } else if symbol == 256 {
                return
            } else {
                let length = lengthBase[symbol - 257] + (try bits(lengthExtra[symbol - 257]))
                let code = try self.symbol(distanceTable)
                let distance = distanceBase[code] + (try bits(distanceExtra[code]))
                guard distance <= output.count else { throw ReadingError("a distance before the beginning") }
                for _ in 0..<length { output.append(output[output.count - distance]) }
            }
        }
    }

    /// The symbols of each length, for codes that are used often.
    private struct Table {
        var symbols: [[Int]]
        init(_ lengths: [Int]) {
            symbols = (0...15).map { length in lengths.indices.filter { lengths[$0] == length } }
        }
    }

    private mutating func symbol(_ table: Table) throws -> Int {
        var (code, first) = (0, 0)
        for length in 1...15 {
            code = code << 1 | (try bit())
            first <<= 1
            if code - first < table.symbols[length].count { return table.symbols[length][code - first] }
            first += table.symbols[length].count
        }
        throw ReadingError("no such code")
    }
}

/// What a PNG file holds.
public struct PNGFile {
    public private(set) var width = 0
    public private(set) var height = 0
    public private(set) var channels = 0
    public private(set) var samples: [UInt8] = []
    public private(set) var chunks: [String] = []

    public init(_ file: [UInt8]) throws {
        guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw ReadingError("no PNG signature") }
        func number(_ start: Int) -> Int { file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
        var position = 8
        var compressed: [UInt8] = []
        while position < file.count {
            let length = number(position)
            let name = String(decoding: file[position + 4..<position + 8], as: UTF8.self)
            let contents = Array(file[position + 8..<position + 8 + length])
            guard number(position + 8 + length) == Self.remainder(Array(name.utf8) + contents) else {
                throw ReadingError("checksum of \(name)")
            }
            chunks.append(name)
            if name == "IHDR" {
                (width, height) = (number(position + 8), number(position + 12))
                guard contents[8] == 8, contents[9] == 0 || contents[9] == 2 else { throw ReadingError("kind") }
                channels = contents[9] == 0 ? 1 : 3
            }
            if name == "IDAT" { compressed += contents }
            position += 12 + length
        }
        guard (Int(compressed[0]) << 8 | Int(compressed[1])).isMultiple(of: 31) else { throw ReadingError("zlib") }
        let rows = try Inflate.decode(Array(compressed[2..<compressed.count - 4]))
        let (s1, s2) = rows.reduce((1, 0)) { sums, byte in
            let s1 = (sums.0 + Int(byte)) % 65521
            return (s1, (sums.1 + s1) % 65521)
        }
        guard compressed.suffix(4).reduce(0, { $0 << 8 | Int($1) }) == s2 << 16 | s1 else {
            throw ReadingError("Adler-32")
        }
        try unfilter(rows)
    }

    /// CRC-32 bit by bit: the remainder of a division by the generator polynomial.
    private static func remainder(_ bytes: [UInt8]) -> Int {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        return Int(~remainder)
    }

    private mutating func unfilter(_ rows: [UInt8]) throws {
        let length = width * channels
        guard rows.count == (length + 1) * height else { throw ReadingError("\(rows.count) bytes of rows") }
        samples = [UInt8](repeating: 0, count: length * height)
        for y in 0..<height {
            let filter = rows[y * (length + 1)]
            for x in 0..<length {
                let left = x >= channels ? Int(samples[y * length + x - channels]) : 0
                let above = y > 0 ? Int(samples[(y - 1) * length + x]) : 0
                let corner = x >= channels && y > 0 ? Int(samples[(y - 1) * length + x - channels]) : 0
                let prediction: Int
                switch filter {
                case 0: prediction = 0
                case 1: prediction = left
                case 2: prediction = above
                case 3: prediction = (left + above) / 2
                case 4:
                    let estimate = left + above - corner
                    let nearest = [left, above, corner].map { abs(estimate - $0) }.min()
                    prediction = [left, above, corner].first { abs(estimate - $0) == nearest } ?? 0
                default: throw ReadingError("filter \(filter)")
                }
                samples[y * length + x] = UInt8((Int(rows[y * (length + 1) + 1 + x]) + prediction) % 256)
            }
        }
    }
}
