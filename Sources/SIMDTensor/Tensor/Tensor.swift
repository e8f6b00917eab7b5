// A tensor: numbers in a box of any number of dimensions.
//
// Rank 0 is a single number, rank 1 a vector, rank 2 a matrix; a batch of grey images is of rank 4, [image, row, column,
// channel]. The numbers lie in memory in row-major order, the last index running fastest, without gaps.

/// Numbers arranged along any number of axes; a value, copied when one of two holders changes it.
///
/// ```swift
/// let x = Tensor<Float>([[1, 2, 3], [4, 5, 6]])
/// x.shape          // [2, 3]
/// x[1, 2]          // 6.0
/// x[0]             // the first row, a tensor of shape [3]
/// (x + x).sum()    // 42.0
/// ```
public struct Tensor<Scalar: TensorScalar>: @unchecked Sendable {  // a storage with more than one holder is only read
    /// The number of elements along each axis; `[]` for a single number.
    public let shape: [Int]

    /// The number of elements: the product of the shape.
    public let count: Int

    @usableFromInline var storage: Storage<Scalar>

    /// The first element, in the storage's memory: a slice along the first axis shares the storage of its tensor.
    @usableFromInline var start: UnsafeMutablePointer<Scalar>

    /// The number of axes.
    public var rank: Int { shape.count }

    @inlinable
    init(shape: [Int], count: Int, storage: Storage<Scalar>, start: UnsafeMutablePointer<Scalar>) {
        self.shape = shape
        self.count = count
        self.storage = storage
        self.start = start
    }

    /// A tensor whose elements are still to be written.
    @usableFromInline
    package init(uninitialized shape: [Int]) {
        let count = Self.elementCount(shape)
        let storage = Storage<Scalar>.allocate(count: count)
        self.init(shape: shape, count: count, storage: storage, start: storage.base)
    }

    /// The product of `shape`; no size may be negative, and the bytes must not go beyond the machine's integers.
    static func elementCount(_ shape: [Int]) -> Int {
        var count = 1
        for size in shape {
            require(size >= 0, "Tensor: a shape has no negative sizes, but this one is \(shape)")
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            require(!overflow, "Tensor: shape \(shape) has more elements than can be counted")
            count = product
        }
        require(
            count <= (Int.max - 1024) / MemoryLayout<Scalar>.stride,
            "Tensor: shape \(shape) has more elements than can be stored")
        return count
    }

    // MARK: Access to the memory

    /// The first element, to read from. Valid while the tensor is alive.
    @usableFromInline @_transparent
    var base: UnsafePointer<Scalar> { UnsafePointer(start) }

    /// The elements as bytes, for loading vectors. Valid while the tensor is alive.
    @usableFromInline @_transparent
    var bytes: UnsafeMutableRawPointer { UnsafeMutableRawPointer(start) }

    @usableFromInline @_transparent
    var byteCount: Int { count &* MemoryLayout<Scalar>.stride }

    /// The first element, to write to, in memory that no other tensor shares.
    @inlinable
    mutating func mutableBase() -> UnsafeMutablePointer<Scalar> {
        if !isKnownUniquelyReferenced(&storage) { makeUnique() }
        return start
    }

    @usableFromInline
    mutating func makeUnique() {
        let copy = Storage<Scalar>.allocate(count: count)
        copy.base.update(from: base, count: count)
        storage = copy
        start = copy.base
    }
}

// MARK: - Creation

extension Tensor {
    /// The given numbers in row-major order, arranged in the given shape.
    ///
    /// Traps if the shape does not have as many elements as there are numbers.
    public init(_ scalars: [Scalar], shape: [Int]) {
        require(
            Self.elementCount(shape) == scalars.count,
            "Tensor: shape \(shape) has \(Self.elementCount(shape)) elements, but \(scalars.count) numbers were given")
        self.init(uninitialized: shape)
        _ = UnsafeMutableBufferPointer(start: start, count: scalars.count).initialize(fromContentsOf: scalars)
    }

    /// A vector, of shape `[n]`.
    public init(_ vector: [Scalar]) { self.init(vector, shape: [vector.count]) }

    /// A matrix given by its rows, of shape `[rows, columns]`. Traps if the rows differ in length.
    public init(_ rows: [[Scalar]]) {
        let columns = rows.first?.count ?? 0
        require(
            rows.allSatisfy { $0.count == columns },
            "Tensor: the rows of a matrix have one length, but these have \(rows.map(\.count))")
        self.init(Array(rows.joined()), shape: [rows.count, columns])
    }

    /// A single number, of shape `[]`.
    public init(_ scalar: Scalar) { self.init([scalar], shape: []) }

    /// The same number everywhere.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public init(repeating value: Scalar, shape: [Int]) {
        self.init(uninitialized: shape)
        start.update(repeating: value, count: count)
    }

    /// Zero everywhere.
    public init(zeros shape: [Int]) { self.init(repeating: 0, shape: shape) }

    /// The number that `element` gives for each place, in row-major order; `element` is given the place's indices.
    ///
    /// ```swift
    /// Tensor<Float>(shape: [2, 3]) { index in Float(10 * index[0] + index[1]) }    // [[0, 1, 2], [10, 11, 12]]
    /// ```
    public init(shape: [Int], _ element: (_ index: [Int]) -> Scalar) {
        self.init(uninitialized: shape)
        var index = [Int](repeating: 0, count: shape.count)
        for place in 0..<count {
            start[place] = element(index)
            for axis in stride(from: shape.count - 1, through: 0, by: -1) {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
            }
        }
    }

    /// The identity matrix of `size` rows and columns.
    public init(identity size: Int) { self.init(shape: [size, size]) { $0[0] == $0[1] ? 1 : 0 } }

    /// `count` evenly spaced numbers from `first` to `last`, both finite and both included.
    public init(from first: Scalar, through last: Scalar, count: Int) {
        require(count >= 2, "Tensor(from:through:count:): at least the two ends are needed, but count is \(count)")
        require(
            first.isFinite && last.isFinite,
            "Tensor(from:through:count:): the ends must be finite, but they are \(first) and \(last)")
        let width = last - first
        // Ends too far apart for a number are brought together first.
        guard width.isFinite else {
            self = Tensor(from: first / 2, through: last / 2, count: count) * 2
            return
        }
        let step = width / Scalar(count - 1)
        self.init((0..<count).map { $0 == count - 1 ? last : first + Scalar($0) * step })
    }

    /// The same numbers in another precision.
    @specialized(where Scalar == Float, Other == Double)
    @specialized(where Scalar == Double, Other == Float)
    public init<Other: TensorScalar>(_ other: Tensor<Other>) {
        self.init(other.scalars.map { Scalar($0) }, shape: other.shape)
    }
}

// MARK: - Reading and writing elements

extension Tensor {
    /// All elements in row-major order.
    public var scalars: [Scalar] { withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: base, count: count)) } }

    /// The number in a tensor of one element, whatever its rank.
    public var scalar: Scalar {
        require(count == 1, "scalar: a tensor of shape \(shape) has \(count) elements, not one")
        return self[element: 0]
    }

    /// The element at a place counted in row-major order.
    public subscript(element place: Int) -> Scalar {
        @inlinable get {
            require(place >= 0 && place < count, "element \(place) does not exist in a tensor of shape \(shape)")
            return withExtendedLifetime(self) { base[place] }
        }
        @inlinable set {
            require(place >= 0 && place < count, "element \(place) does not exist in a tensor of shape \(shape)")
            mutableBase()[place] = newValue
        }
    }

    /// The element at the given indices, one for each axis.
    public subscript(_ first: Int, _ second: Int, _ others: Int...) -> Scalar {
        get { self[element: place(of: [first, second] + others)] }
        set { self[element: place(of: [first, second] + others)] = newValue }
    }

    private func place(of index: [Int]) -> Int {
        require(index.count == rank, "index \(index) has \(index.count) parts, but shape \(shape) has \(rank) axes")
        var place = 0
        for (position, size) in zip(index, shape) {
            require(position >= 0 && position < size, "index \(index) lies outside of shape \(shape)")
            place = place * size + position
        }
        return place
    }

    /// The `index`-th slice along the first axis: a row of a matrix, an image of a batch. Shares memory until written.
    public subscript(_ index: Int) -> Tensor {
        get {
            require(
                rank > 0 && index >= 0 && index < shape[0], "slice \(index) does not exist in a tensor of shape \(shape)")
            let size = count / shape[0]
            return Tensor(shape: Array(shape[1...]), count: size, storage: storage, start: start + index * size)
        }
        set {
            require(
                rank > 0 && newValue.shape[...] == shape[1...],
                "a slice of a tensor of shape \(shape) cannot be replaced by one of shape \(newValue.shape)")
            require(index >= 0 && index < shape[0], "slice \(index) does not exist in a tensor of shape \(shape)")
            withExtendedLifetime(newValue) {
                (mutableBase() + index * newValue.count).update(from: newValue.base, count: newValue.count)
            }
        }
    }

    /// The slices `range` along the first axis. Shares memory until written.
    public subscript(_ range: Range<Int>) -> Tensor {
        require(
            rank > 0 && range.lowerBound >= 0 && range.upperBound <= shape[0],
            "slices \(range.lowerBound)..<\(range.upperBound) do not exist in a tensor of shape \(shape)")
        let rest = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [range.count] + shape.dropFirst(), count: range.count * rest, storage: storage,
            start: start + range.lowerBound * rest)
    }
}
