// Gzip: the envelope around compressed data (RFC 1952, Deutsch 1996). A .gz file is one or more members, each with a
// header, a stream for `Inflater`, and at its end a checksum and the length of what was packed, by which damage shows.

/// Reading of gzip files (RFC 1952).
public enum Gzip {
    /// The most that a file may unpack to where nothing smaller is known: 1 GiB.
    public static let largestUnpackedSize = 1 << 30

    /// The most that one compressed byte can unpack to: a pointer of two bits copies up to 258 bytes.
    static let largestRatio = 258 * 4

    /// Whether the bytes begin as a gzip file does.
    public static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// Unpacks a gzip file of one or several members and checks each one's checksum and length. Zeros behind a member are
    /// padding, as tapes and disks leave it, and are passed over.
    ///
    /// - Parameters:
    ///   - bytes: the file's content
    ///   - file: the name that errors mention
    ///   - limit: how many bytes may come out at most
    /// - Throws: ``FileError`` if the file is cut short or damaged, if anything else follows the last member, or if
    ///   more than `limit` bytes would come out.
    public static func unpack(
        _ bytes: [UInt8], file: String, limit: Int = largestUnpackedSize
    ) throws(FileError) -> [UInt8] {
        try members(bytes, file: file, limit: limit, atLimit: .refuse)
    }

    /// Unpacks a gzip file of which it is known how many bytes will come out, so that no more memory is taken than these
    /// need.
    static func unpack(_ bytes: [UInt8], file: String, expecting count: Int) throws(FileError) -> [UInt8] {
        try members(bytes, file: file, capacity: count, limit: count, atLimit: .refuse)
    }

    /// The first `count` bytes of what a gzip file unpacks to, or fewer if it holds fewer. Nothing behind them is read or
    /// checked.
    static func prefix(_ bytes: [UInt8], file: String, count: Int) throws(FileError) -> [UInt8] {
        try members(bytes, file: file, limit: count, atLimit: .stop)
    }

    /// What the members hold, one after the other (section 2.2), with room for `capacity` bytes from the start.
    private static func members(
        _ bytes: [UInt8], file: String, capacity: Int = 0, limit: Int, atLimit: Inflater.AtLimit
    ) throws(FileError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(capacity)
        var position = 0
        repeat {
            position = try skipHeader(bytes, at: position, file: file)
            let memberStart = output.count
            var inflater = Inflater(
                bytes, from: position, file: file, after: output, limit: limit, atLimit: atLimit)
            output = []  // so that the inflater owns the bytes alone and appends to them in place
            position = try inflater.run()
            output = inflater.output
            if atLimit == .stop, output.count >= limit { return output }
            guard position + 8 <= bytes.count else {
                throw .truncated(file: file, byte: bytes.count, missing: "the checksum and the length of the data")
            }
            guard littleEndian(bytes, at: position) == CRC32.checksum(output[memberStart...]) else {
                throw .damaged(file: file, byte: position, reason: "the checksum of the data is another")
            }
            guard littleEndian(bytes, at: position + 4) == UInt32(truncatingIfNeeded: output.count - memberStart)
            else {
                throw .damaged(file: file, byte: position + 4, reason: "the length of the data is another")
            }
            position += 8
            while position < bytes.count, bytes[position] == 0 { position += 1 }
            if position < bytes.count, !isGzip(Array(bytes[position...].prefix(2))) {
                throw .trailingBytes(file: file, byte: position)
            }
        } while position < bytes.count
        return output
    }

    /// Checks the header of a member (section 2.3) and returns the offset of the compressed data behind it.
    private static func skipHeader(_ bytes: [UInt8], at start: Int, file: String) throws(FileError) -> Int {
        func require(_ end: Int) throws(FileError) {
            guard end <= bytes.count else {
                throw .truncated(file: file, byte: bytes.count, missing: "the rest of the gzip header")
            }
        }
        func skipText(from position: Int) throws(FileError) -> Int {
            guard let end = bytes[min(position, bytes.count)...].firstIndex(of: 0) else {
                throw .truncated(file: file, byte: bytes.count, missing: "the rest of the gzip header")
            }
            return end + 1
        }
        try require(start + 10)
        guard bytes[start] == 0x1F, bytes[start + 1] == 0x8B else {
            throw .damaged(file: file, byte: start, reason: "a gzip file begins with 1F 8B")
        }
        guard bytes[start + 2] == 8 else {
            throw .damaged(file: file, byte: start + 2, reason: "the method of compression is not deflate")
        }
        let flags = bytes[start + 3]
        guard flags & 0b1110_0000 == 0 else {
            throw .damaged(file: file, byte: start + 3, reason: "the header sets flags that do not exist")
        }
        var position = start + 10
        if flags & 0b0000_0100 != 0 {  // FEXTRA
            try require(position + 2)
            position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
        }
        if flags & 0b0000_1000 != 0 { position = try skipText(from: position) }  // FNAME
        if flags & 0b0001_0000 != 0 { position = try skipText(from: position) }  // FCOMMENT
        if flags & 0b0000_0010 != 0 {  // FHCRC: the lower half of the header's checksum
            try require(position + 2)
            let stored = UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
            guard stored == CRC32.checksum(bytes[start..<position]) & 0xFFFF else {
                throw .damaged(file: file, byte: position, reason: "the checksum of the header is another")
            }
            position += 2
        }
        try require(position)
        return position
    }

    private static func littleEndian(_ bytes: [UInt8], at position: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
    }
}
