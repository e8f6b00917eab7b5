// IDX, the format in which LeCun, Cortes & Burges published MNIST (1998): two zero bytes, one byte for the type of the
// elements, one for the number of dimensions, the dimensions as 32-bit numbers, then the elements, all big-endian.

import SIMDTensor

/// An IDX file: a shape and elements of one type.
public struct IDX: Sendable, Equatable {
    /// The types of element, with their codes in the file.
    public enum ElementType: UInt8, Sendable {
        case unsignedByte = 0x08
        case signedByte = 0x09
        case int16 = 0x0B
        case int32 = 0x0C
        case float32 = 0x0D
        case float64 = 0x0E

        /// The size of one element in bytes.
        public var size: Int {
            switch self {
            case .unsignedByte, .signedByte: 1
            case .int16: 2
            case .int32, .float32: 4
            case .float64: 8
            }
        }
    }

    /// The name under which errors mention this file; of a gzip file it ends in “, unpacked”.
    public let file: String
    public let elementType: ElementType
    public let shape: [Int]
    /// The elements as they stand in the file: row-major, big-endian.
    public let bytes: [UInt8]

    /// Reads the file at `path`, plain or packed by gzip; which of them it is shows in its first bytes.
    ///
    /// - Throws: ``FileError`` if the file is missing, no IDX file, cut short, longer than its header says, or
    ///   damaged; also if the header announces more than the file can hold, before any memory is taken for it.
    public init(contentsOf path: String) throws(FileError) {
        try self.init(try fileContent(path), file: path)
    }

    /// Reads the bytes of an IDX file, plain or packed by gzip; `file` is the name that errors mention.
    ///
    /// - Throws: ``FileError``, as `init(contentsOf:)`.
    public init(_ content: consuming [UInt8], file: String) throws(FileError) {
        var bytes = consume content
        let header = try Header(of: bytes, size: bytes.count, file: file)
        let end = header.byteCount + header.elementByteCount
        // The header first: it says how much the rest may unpack to.
        if header.isPacked { bytes = try Gzip.unpack(bytes, file: file, expecting: end) }
        guard bytes.count >= end else {
            throw .truncated(
                file: header.file, byte: bytes.count, missing: "the rest of the \(end) bytes that its header announces")
        }
        guard bytes.count == end else { throw .trailingBytes(file: file, byte: end) }
        // In place: the elements may be most of the memory there is.
        bytes.removeFirst(header.byteCount)
        self.file = header.file
        elementType = header.elementType
        shape = header.shape
        self.bytes = bytes
    }

    /// The offset in the file of the element `index`.
    public func byteOffset(ofElement index: Int) -> Int { 4 + 4 * shape.count + index * elementType.size }

    /// The elements as numbers of `shape`. Traps if one is too large for a `Float` and not for the `Double` in the file.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func tensor<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Tensor<Scalar> {
        switch elementType {
        case .unsignedByte: filledTensor(shape) { Scalar(bytes[$0]) }
        case .signedByte: filledTensor(shape) { Scalar(Int8(bitPattern: bytes[$0])) }
        case .int16: filledTensor(shape) { Scalar(Int16(bitPattern: bitPattern($0))) }
        case .int32: filledTensor(shape) { Scalar(Int32(bitPattern: bitPattern($0))) }
        case .float32: filledTensor(shape) { Scalar(Float(bitPattern: bitPattern($0))) }
        case .float64:
            filledTensor(shape) { place in
                let number = Double(bitPattern: bitPattern(place))
                let scalar = Scalar(number)
                require(
                    scalar.isFinite || !number.isFinite,
                    "IDX.tensor: element \(place) of \(file) is \(number), too large for \(Scalar.self); read it as Double")
                return scalar
            }
        }
    }

    /// The bits of the element `index`.
    @inline(__always)
    private func bitPattern<Pattern: FixedWidthInteger>(_ index: Int) -> Pattern {
        let size = Pattern.bitWidth / 8
        var pattern: Pattern = 0
        for byte in index * size..<(index + 1) * size { pattern = pattern << 8 | Pattern(bytes[byte]) }
        return pattern
    }

    /// What stands before the elements.
    package struct Header {
        /// A header with 255 dimensions.
        private static let largestByteCount = 4 + 4 * 255

        /// The name under which errors mention the file.
        package let file: String
        let isPacked: Bool
        package let elementType: ElementType
        package let shape: [Int]
        package let elementByteCount: Int
        var byteCount: Int { 4 + 4 * shape.count }

        /// Reads the header of the file at `path`, and of a plain file no more than that.
        package init(contentsOf path: String) throws(FileError) {
            var content = try fileContent(path, upTo: Self.largestByteCount)
            if Gzip.isGzip(content) { content = try fileContent(path) }
            try self.init(of: content, size: max(content.count, try fileSize(path)), file: path)
        }

        /// Reads the header of a file of `size` bytes: of a packed one `content` is all of it, of a plain one the beginning
        /// is enough.
        init(of content: [UInt8], size: Int, file: String) throws(FileError) {
            if Gzip.isGzip(content) {
                let beginning = try Gzip.prefix(content, file: file, count: Self.largestByteCount)
                let available = min(size * Gzip.largestRatio, Gzip.largestUnpackedSize)
                try self.init(beginning, isPacked: true, file: file + ", unpacked", available: available)
            } else {
                try self.init(content, isPacked: false, file: file, available: size)
            }
        }

        /// Reads the header; `available` is the most that header and elements can measure together.
        private init(_ bytes: [UInt8], isPacked: Bool, file: String, available: Int) throws(FileError) {
            guard !bytes.isEmpty else { throw .empty(file: file) }
            guard bytes.count >= 4 else {
                throw .truncated(file: file, byte: bytes.count, missing: "the rest of the IDX header")
            }
            guard bytes[0] == 0, bytes[1] == 0, let elementType = ElementType(rawValue: bytes[2]), bytes[3] > 0
            else { throw .notIDX(file: file, found: Array(bytes[..<4])) }
            let end = 4 + 4 * Int(bytes[3])
            guard bytes.count >= end else {
                throw .truncated(file: file, byte: bytes.count, missing: "the rest of the IDX header")
            }
            let shape = stride(from: 4, to: end, by: 4).map { start in
                (0..<4).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
            }
            var byteCount: (partialValue: Int, overflow: Bool) = (elementType.size, false)
            for dimension in shape where !byteCount.overflow {
                byteCount = byteCount.partialValue.multipliedReportingOverflow(by: dimension)
            }
            guard !byteCount.overflow, byteCount.partialValue <= available - end else {
                throw .announcesTooMuch(
                    file: file, byte: end, dimensions: shape, available: max(0, available - end))
            }
            self.file = file
            self.isPacked = isPacked
            self.elementType = elementType
            self.shape = shape
            elementByteCount = byteCount.partialValue
        }
    }
}

/// A tensor of the numbers that `element` gives for the places in row-major order. Beside it there is never more in memory
/// than a piece of it: it may be most of the memory there is.
@inlinable @inline(__always)
package func filledTensor<Scalar: TensorScalar>(_ shape: [Int], _ element: (_ place: Int) -> Scalar) -> Tensor<Scalar> {
    let count = shape.reduce(1, *)
    let piece = max(1, min(count, 16_384))
    // In whole pieces, of which the last is cut off: what a tensor shares with a part of it is not copied.
    var pieces = Tensor<Scalar>(zeros: [(count + piece - 1) / piece, piece])
    for index in 0..<pieces.shape[0] {
        let start = index * piece
        pieces[index] = Tensor((start..<start + piece).map { $0 < count ? element($0) : 0 })
    }
    return pieces.reshaped([pieces.count])[0..<count].reshaped(shape)
}
