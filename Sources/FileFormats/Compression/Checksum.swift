// The two checksums of compressed data, by which damage shows: gzip files and the chunks of PNG files end in a CRC-32, zlib
// streams in an Adler-32.

/// CRC-32: the remainder of the data, read as a polynomial over the field of two elements, after division by
/// x³² + x²⁶ + x²³ + … + 1 (RFC 1952, section 8; PNG specification, third edition, section 5.5 and annex D).
package enum CRC32 {
    /// The remainder of each single byte, so that eight bits are divided at a time.
    private static let remainders: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { remainder, _ in
            // 0xEDB88320 is the generator polynomial with its bits in reversed order.
            remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
        }
    }

    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let remainders = remainders
        var checksum = ~UInt32(0)
        for byte in bytes { checksum = checksum >> 8 ^ remainders[Int((checksum ^ UInt32(byte)) & 0xFF)] }
        return ~checksum
    }
}

/// Adler-32, the checksum of a zlib stream.
package enum Adler32 {
    /// The two sums modulo 65521, s2 · 65536 + s1 (RFC 1950, section 8.2 and the code of section 9).
    package static func checksum(_ bytes: [UInt8]) -> UInt32 {
        let base: UInt32 = 65521
        var s1: UInt32 = 1
        var s2: UInt32 = 0
        var start = 0
        while start < bytes.count {
            // 5552 is the most bytes whose sums cannot overflow 32 bits before the remainder is taken.
            let end = min(start + 5552, bytes.count)
            for index in start..<end {
                s1 &+= UInt32(bytes[index])
                s2 &+= s1
            }
            s1 %= base
            s2 %= base
            start = end
        }
        return s2 << 16 | s1
    }
}
