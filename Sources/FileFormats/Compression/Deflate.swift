// Deflate: how data become compressed data, the counterpart of `Inflater`. DEFLATE (RFC 1951, Deutsch 1996) joins two ideas:
// LZ77 (Ziv and Lempel 1977) replaces what was seen before by a reference to it, and Huffman codes (Huffman 1952) write what
// is frequent in few bits. Here a table of hash chains finds the repetitions, and every block is written in the cheapest of
// the three forms the format knows: stored, fixed codes, codes of its own.

/// DEFLATE and the zlib wrapping of it.
package enum Deflate {
    /// `input` as a zlib stream: two bytes of header, the DEFLATE data, the Adler-32 of the input (RFC 1950, section
    /// 2.2).
    package static func zlib(_ input: [UInt8]) -> [UInt8] {
        // 0x78: method 8 with a window of 32 kB. 0x9C: default level, and makes the pair a multiple of 31.
        var stream: [UInt8] = [0x78, 0x9C]
        stream += compress(input)
        stream += bigEndian(Int(Adler32.checksum(input)), 4)
        return stream
    }

    /// `input` as raw DEFLATE data (RFC 1951).
    package static func compress(_ input: [UInt8]) -> [UInt8] {
        var writer = BitWriter()
        var tokens: [Token] = []
        var blockStart = 0
        var position = 0
        var matches = MatchFinder(input)
        while position < input.count {
            var match = matches.longest(at: position)
            matches.remember(position)
            // Lazy matching (RFC 1951, section 4): a longer match that begins at the next byte is worth a literal.
            while match.length >= Token.minimumLength, match.length < 64 {
                let next = matches.longest(at: position + 1)
                guard next.length > match.length else { break }
                tokens.append(.literal(input[position]))
                position += 1
                matches.remember(position)
                match = next
            }
            if match.length >= Token.minimumLength {
                tokens.append(match)
                for passed in position + 1..<position + match.length { matches.remember(passed) }
                position += match.length
            } else {
                tokens.append(.literal(input[position]))
                position += 1
            }
            // A block of its own now and then lets the codes follow the data.
            if tokens.count >= 1 << 15 {
                writer.block(tokens, of: input[blockStart..<position], isLast: position == input.count)
                tokens.removeAll(keepingCapacity: true)
                blockStart = position
            }
        }
        if !tokens.isEmpty || input.isEmpty {
            writer.block(tokens, of: input[blockStart...], isLast: true)
        }
        return writer.finished()
    }
}

/// A literal byte, or "copy `length` bytes from `distance` bytes back".
private struct Token {
    static let minimumLength = 3
    static let maximumLength = 258
    static let window = 1 << 15

    /// 0 for a literal, else 3…258.
    var length = 0
    /// 1…32768 for a match; the byte itself for a literal.
    var value = 0

    static func literal(_ byte: UInt8) -> Token { Token(length: 0, value: Int(byte)) }
}

/// Finds earlier occurrences of the bytes at a position: positions with the same hash of three bytes form a chain,
/// newest first.
private struct MatchFinder {
    private let input: [UInt8]
    private var newest = [Int32](repeating: -1, count: 1 << 15)
    private var older = [Int32](repeating: -1, count: Token.window)
    /// How many candidates are tried: more compress slightly better and take longer.
    private let patience = 96

    init(_ input: [UInt8]) { self.input = input }

    private func hash(_ position: Int) -> Int {
        (Int(input[position]) << 10 ^ Int(input[position + 1]) << 5 ^ Int(input[position + 2])) & 0x7FFF
    }

    mutating func remember(_ position: Int) {
        guard position + Token.minimumLength <= input.count else { return }
        let hash = hash(position)
        older[position & (Token.window - 1)] = newest[hash]
        newest[hash] = Int32(truncatingIfNeeded: position)
    }

    /// The longest match of the bytes from `position` on; length 0 if there is none of three bytes or more.
    func longest(at position: Int) -> Token {
        let limit = min(Token.maximumLength, input.count - position)
        guard limit >= Token.minimumLength else { return Token() }
        var best = Token(length: Token.minimumLength - 1, value: 0)
        var candidate = Int(newest[hash(position)])
        var tries = patience
        while candidate >= 0, position - candidate <= Token.window, tries > 0, best.length < limit {
            // Only a candidate that agrees in the byte after the best length can be better.
            if input[candidate + best.length] == input[position + best.length] {
                var length = 0
                while length < limit, input[candidate + length] == input[position + length] { length += 1 }
                if length > best.length { best = Token(length: length, value: position - candidate) }
            }
            let next = Int(older[candidate & (Token.window - 1)])
            // A slot is reused after 32 kB: a link that does not lead back is a stale one.
            guard next < candidate else { break }
            candidate = next
            tries -= 1
        }
        return best.length >= Token.minimumLength ? best : Token()
    }
}

/// A prefix code: for every symbol its length in bits (0: unused) and its bits, reversed for writing.
private struct HuffmanCode {
    let lengths: [Int]
    let bits: [Int]

    /// The canonical code of given lengths (RFC 1951, section 3.2.2).
    init(lengths: [Int]) {
        self.lengths = lengths
        let longest = lengths.max() ?? 0
        var next = [Int](repeating: 0, count: longest + 2)
        for length in lengths where length > 0 { next[length + 1] += 1 }
        // next[n] becomes the first code of length n: twice what the shorter lengths used up.
        var code = 0
        for length in stride(from: 1, through: longest, by: 1) {
            code = (code + next[length]) << 1
            next[length] = code
        }
        bits = lengths.map { length in
            guard length > 0 else { return 0 }
            defer { next[length] += 1 }
            return reversed(next[length], length)
        }
    }

    /// The best code whose words have at most `limit` bits, by package-merge (Larmore and Hirschberg 1990).
    ///
    /// Every symbol offers one coin of each denomination 2⁻¹…2⁻ˡⁱᵐⁱᵗ at the price of its frequency; buying the total
    /// n − 1 as cheaply as possible gives each symbol as many bits as coins of it were bought.
    init(frequencies: [Int], limit: Int) {
        var frequencies = frequencies
        // Decoders refuse a code of fewer than two words, so unused symbols fill up.
        for symbol in frequencies.indices where frequencies.count(where: { $0 > 0 }) < 2 {
            frequencies[symbol] = max(1, frequencies[symbol])
        }
        let coins = frequencies.indices.filter { frequencies[$0] > 0 }
            .map { (price: frequencies[$0], symbols: [$0]) }
            .sorted { $0.price < $1.price }
        var bought = coins
        for _ in 1..<limit {
            let packages = stride(from: 0, to: bought.count - 1, by: 2).map { first in
                (price: bought[first].price + bought[first + 1].price,
                 symbols: bought[first].symbols + bought[first + 1].symbols)
            }
            bought = (coins + packages).sorted { $0.price < $1.price }
        }
        var lengths = [Int](repeating: 0, count: frequencies.count)
        for item in bought.prefix(2 * coins.count - 2) {
            for symbol in item.symbols { lengths[symbol] += 1 }
        }
        self.init(lengths: lengths)
    }

    /// How many bits symbols of these frequencies take.
    func cost(_ frequencies: [Int]) -> Int {
        zip(frequencies, lengths).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The codes that need no table (RFC 1951, section 3.2.6).
    static let fixedLiteralsAndLengths = HuffmanCode(
        lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    static let fixedDistances = HuffmanCode(lengths: [Int](repeating: 5, count: 30))
}

/// Code lengths are themselves written as symbols: 0…15 for a length, 16 repeats the last, 17 and 18 are runs of zeros
/// (RFC 1951, section 3.2.7).
private struct CodeLengthSymbol {
    var symbol: Int
    var extra = 0
    var extraBits: Int { symbol == 16 ? 2 : symbol == 17 ? 3 : symbol == 18 ? 7 : 0 }

    static func runs(of lengths: [Int]) -> [CodeLengthSymbol] {
        var symbols: [CodeLengthSymbol] = []
        var index = 0
        while index < lengths.count {
            let length = lengths[index]
            let run = lengths[index...].prefix { $0 == length }.count
            var left = run
            if length == 0 {
                while left >= 11 {
                    let count = min(left, 138)
                    symbols.append(CodeLengthSymbol(symbol: 18, extra: count - 11))
                    left -= count
                }
                if left >= 3 {
                    symbols.append(CodeLengthSymbol(symbol: 17, extra: left - 3))
                    left = 0
                }
            } else {
                symbols.append(CodeLengthSymbol(symbol: length))
                left -= 1
                while left >= 3 {
                    let count = min(left, 6)
                    symbols.append(CodeLengthSymbol(symbol: 16, extra: count - 3))
                    left -= count
                }
            }
            for _ in 0..<left { symbols.append(CodeLengthSymbol(symbol: length)) }
            index += run
        }
        return symbols
    }
}

/// Bits packed into bytes, the least significant first (RFC 1951, section 3.1.1).
private struct BitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingCount = 0

    mutating func write(_ value: Int, bits: Int) {
        pending |= UInt64(value) << UInt64(pendingCount)
        pendingCount += bits
        while pendingCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            pendingCount -= 8
        }
    }

    private mutating func write(_ symbol: Int, _ code: HuffmanCode) {
        write(code.bits[symbol], bits: code.lengths[symbol])
    }

    private mutating func alignToByte() {
        if pendingCount > 0 { write(0, bits: 8 - pendingCount) }
    }

    mutating func finished() -> [UInt8] {
        alignToByte()
        return bytes
    }

    /// One block in the form that takes the fewest bits.
    mutating func block(_ tokens: [Token], of source: ArraySlice<UInt8>, isLast: Bool) {
        var literals = [Int](repeating: 0, count: DeflateAlphabet.literalAndLengthCount)
        var distances = [Int](repeating: 0, count: DeflateAlphabet.distanceCount)
        var extraBits = 0
        literals[DeflateAlphabet.endOfBlock] = 1
        for token in tokens {
            if token.length == 0 {
                literals[token.value] += 1
            } else {
                let length = DeflateAlphabet.lengthSymbol[token.length]
                let distance = DeflateAlphabet.distanceSymbol(token.value)
                literals[257 + length] += 1
                distances[distance] += 1
                extraBits += DeflateAlphabet.lengths[length].bits + DeflateAlphabet.distances[distance].bits
            }
        }
        let literalCode = HuffmanCode(frequencies: literals, limit: 15)
        let distanceCode = HuffmanCode(frequencies: distances, limit: 15)
        let header = DynamicHeader(literalCode, distanceCode)

        let dynamicCost = header.cost + literalCode.cost(literals) + distanceCode.cost(distances) + extraBits
        let fixedCost = HuffmanCode.fixedLiteralsAndLengths.cost(literals)
            + HuffmanCode.fixedDistances.cost(distances) + extraBits
        // A stored block holds at most 65535 bytes and begins on a byte with two lengths (section 3.2.4).
        let storedCost = 8 * source.count + 40 * (source.count / 65535 + 1)

        if storedCost < min(dynamicCost, fixedCost) {
            store(source, isLast: isLast)
        } else if fixedCost <= dynamicCost {
            write(isLast ? 1 : 0, bits: 1)
            write(1, bits: 2)
            write(tokens, HuffmanCode.fixedLiteralsAndLengths, HuffmanCode.fixedDistances)
        } else {
            write(isLast ? 1 : 0, bits: 1)
            write(2, bits: 2)
            write(header)
            write(tokens, literalCode, distanceCode)
        }
    }

    private mutating func store(_ source: ArraySlice<UInt8>, isLast: Bool) {
        var rest = source
        repeat {
            let part = rest.prefix(65535)
            rest = rest.dropFirst(part.count)
            write(isLast && rest.isEmpty ? 1 : 0, bits: 1)
            write(0, bits: 2)
            alignToByte()
            write(part.count, bits: 16)
            write(~part.count & 0xFFFF, bits: 16)
            bytes += part
        } while !rest.isEmpty
    }

    private mutating func write(_ tokens: [Token], _ literalCode: HuffmanCode, _ distanceCode: HuffmanCode) {
        for token in tokens {
            if token.length == 0 {
                write(token.value, literalCode)
            } else {
                let length = DeflateAlphabet.lengthSymbol[token.length]
                write(257 + length, literalCode)
                let (lengthBase, lengthBits) = DeflateAlphabet.lengths[length]
                write(token.length - lengthBase, bits: lengthBits)
                let distance = DeflateAlphabet.distanceSymbol(token.value)
                write(distance, distanceCode)
                let (distanceBase, distanceBits) = DeflateAlphabet.distances[distance]
                write(token.value - distanceBase, bits: distanceBits)
            }
        }
        write(DeflateAlphabet.endOfBlock, literalCode)
    }

    private mutating func write(_ header: DynamicHeader) {
        write(header.literalCount - 257, bits: 5)
        write(header.distanceCount - 1, bits: 5)
        write(header.lengthCount - 4, bits: 4)
        for symbol in DeflateAlphabet.orderOfLengths.prefix(header.lengthCount) {
            write(header.code.lengths[symbol], bits: 3)
        }
        for run in header.runs {
            write(run.symbol, header.code)
            write(run.extra, bits: run.extraBits)
        }
    }
}

/// The description of a block's own two codes (RFC 1951, section 3.2.7).
private struct DynamicHeader {
    let literalCount: Int
    let distanceCount: Int
    let lengthCount: Int
    let runs: [CodeLengthSymbol]
    let code: HuffmanCode

    init(_ literals: HuffmanCode, _ distances: HuffmanCode) {
        literalCount = max(257, (literals.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
        distanceCount = max(1, (distances.lengths.lastIndex { $0 > 0 } ?? 0) + 1)
        runs = CodeLengthSymbol.runs(
            of: Array(literals.lengths.prefix(literalCount) + distances.lengths.prefix(distanceCount)))
        var frequencies = [Int](repeating: 0, count: 19)
        for run in runs { frequencies[run.symbol] += 1 }
        let code = HuffmanCode(frequencies: frequencies, limit: 7)
        lengthCount = max(4, (DeflateAlphabet.orderOfLengths.lastIndex { code.lengths[$0] > 0 } ?? 0) + 1)
        self.code = code
    }

    var cost: Int {
        14 + 3 * lengthCount + runs.reduce(0) { $0 + code.lengths[$1.symbol] + $1.extraBits }
    }
}
