// Small files of other formats, made by the tests.

/// A member of a gzip file (RFC 1952) that holds the bytes as they are, in one stored block (RFC 1951, section 3.2.4).
public func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    let block = [1] + bigEndian(length.byteSwapped) + bigEndian((~length).byteSwapped) + bytes
    return header + block + bigEndian(checksum(bytes).byteSwapped) + bigEndian(UInt32(length).byteSwapped)
}

/// The bytes of a number, the highest first.
public func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
}

/// The checksum of gzip, bit by bit.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
    var remainder = ~UInt32(0)
    for byte in bytes {
        remainder ^= UInt32(byte)
        for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~remainder
}
