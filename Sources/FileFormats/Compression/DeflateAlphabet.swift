// The symbols of compressed data (RFC 1951, sections 3.2.5 and 3.2.7), which packing and unpacking have in common.

/// Up to 255 a symbol is a literal byte, 256 ends a block, and from 257 on it is a length, behind which a distance follows.
/// Lengths and distances are symbols with some further bits.
enum DeflateAlphabet {
    static let endOfBlock = 256
    static let literalAndLengthCount = 286
    static let distanceCount = 30

    /// The shortest length that the symbols 257 … 285 stand for, and how many further bits add to it.
    static let lengths: [(base: Int, bits: Int)] = [
        (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2),
        (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5),
        (163, 5), (195, 5), (227, 5), (258, 0),
    ]

    /// The shortest distance that the distance symbols 0 … 29 stand for, and how many further bits add to it.
    static let distances: [(base: Int, bits: Int)] = [
        (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4), (65, 5),
        (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10),
        (3073, 10), (4097, 11), (6145, 11), (8193, 12), (12289, 12), (16385, 13), (24577, 13),
    ]

    /// The order in which the lengths of the code length code come: the rare ones last, so that they can be left out.
    static let orderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// The symbol (counted from 0) of every length 0…258; what is left over is written in its further bits. Length 258 has a
    /// symbol of its own, although the one before would reach it.
    static let lengthSymbol: [Int] = (0...258).map { length in lengths.lastIndex { $0.base <= length } ?? 0 }

    static func distanceSymbol(_ distance: Int) -> Int {
        if distance <= 4 { return distance - 1 }
        // Beyond 4 two symbols share each power of two; the bit below the highest tells which.
        let highest = Int.bitWidth - 1 - (distance - 1).leadingZeroBitCount
        return 2 * highest + ((distance - 1) >> (highest - 1) & 1)
    }
}

/// The `count` bits of a word in reversed order: streams hold a Huffman code's first bit lowest (RFC 1951, section 3.1.1).
func reversed(_ word: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { reversed, place in reversed << 1 | word >> place & 1 }
}
