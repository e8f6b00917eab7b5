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
    /// - Throws: ``DatasetError`` if the file is missing, no IDX file, cut short, longer than its header says, or
    ///   damaged; also if the header announces more than the file can hold, before any memory is taken for it.
    public init(contentsOf path: String) throws(DatasetError) {
        try self.init(try fileContent(path), file: path)
    }

    /// Reads the bytes of an IDX file, plain or packed by gzip; `file` is the name that errors mention.
    ///
    /// - Throws: ``DatasetError``, as `init(contentsOf:)`.
    public init(_ content: [UInt8], file: String) throws(DatasetError) {
        guard Gzip.isGzip(content) else {
            let header = try Header(content, file: file, available: content.count)
            let end = header.byteCount + header.elementByteCount
            guard end == content.count else { throw .trailingBytes(file: file, byte: end) }
            self.init(header, bytes: Array(content[header.byteCount...]), file: file)
            return
        }
        // The header first: it says how much the rest may unpack to.
        let name = file + ", unpacked"
        let beginning = try Gzip.prefix(content, file: file, count: Header.largestByteCount)
        let available = min(content.count * Gzip.largestRatio, Gzip.largestUnpackedSize)
        let header = try Header(beginning, file: name, available: available)
        let end = header.byteCount + header.elementByteCount
        var unpacked = try Gzip.unpack(content, file: file, limit: end)
        guard unpacked.count == end else {
            throw .truncated(
                file: name, byte: unpacked.count, missing: "the rest of the \(end) bytes that its header announces")
        }
        unpacked.removeFirst(header.byteCount)
        self.init(header, bytes: unpacked, file: name)
    }

    private init(_ header: Header, bytes: [UInt8], file: String) {
        self.file = file
        elementType = header.elementType
        shape = header.shape
        self.bytes = bytes
    }

    /// The offset in the file of the element `index`.
    public func byteOffset(ofElement index: Int) -> Int { 4 + 4 * shape.count + index * elementType.size }

    /// The elements as numbers of `shape`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func tensor<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Tensor<Scalar> {
        switch elementType {
        case .unsignedByte: Tensor(bytes.map { Scalar($0) }, shape: shape)
        case .signedByte: Tensor(bytes.map { Scalar(Int8(bitPattern: $0)) }, shape: shape)
        case .int16: Tensor(bitPatterns(UInt16.self).map { Scalar(Int16(bitPattern: $0)) }, shape: shape)
        case .int32: Tensor(bitPatterns(UInt32.self).map { Scalar(Int32(bitPattern: $0)) }, shape: shape)
        case .float32: Tensor(bitPatterns(UInt32.self).map { Scalar(Float(bitPattern: $0)) }, shape: shape)
        case .float64: Tensor(bitPatterns(UInt64.self).map { Scalar(Double(bitPattern: $0)) }, shape: shape)
        }
    }

    private func bitPatterns<Pattern: FixedWidthInteger>(_: Pattern.Type) -> [Pattern] {
        let size = Pattern.bitWidth / 8
        return stride(from: 0, to: bytes.count, by: size).map { start in
            (0..<size).reduce(0) { $0 << 8 | Pattern(bytes[start + $1]) }
        }
    }

    /// What stands before the elements.
    private struct Header {
        /// A header with 255 dimensions.
        static let largestByteCount = 4 + 4 * 255

        let elementType: ElementType
        let shape: [Int]
        let elementByteCount: Int
        var byteCount: Int { 4 + 4 * shape.count }

        /// Reads the header; `available` is the most that header and elements can measure together.
        init(_ bytes: [UInt8], file: String, available: Int) throws(DatasetError) {
            guard !bytes.isEmpty else { throw .empty(file: file) }
            guard bytes.count >= 4 else {
                throw .truncated(file: file, byte: bytes.count, missing: "the rest of the IDX header")
            }
            guard bytes[0] == 0, bytes[1] == 0, let elementType = ElementType(rawValue: bytes[2]), bytes[3] > 0
            else { throw .wrongMagic(file: file, found: Array(bytes[..<4])) }
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
            self.elementType = elementType
            self.shape = shape
            elementByteCount = byteCount.partialValue
        }
    }
}
