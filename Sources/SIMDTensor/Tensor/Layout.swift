// The same numbers in another arrangement: reshape, permute, concatenate, gather.

extension Tensor {
    /// The same numbers in the same row-major order under another shape; shares memory. One size may be −1: it becomes
    /// what the number of elements leaves.
    ///
    /// ```swift
    /// images.reshaped([-1, 64])    // [n, 8, 8, 1] → [n, 64]
    /// ```
    public func reshaped(_ target: [Int]) -> Tensor {
        var sizes = target
        if let open = target.firstIndex(of: -1) {
            var others = target
            others.remove(at: open)
            let known = Self.elementCount(others)
            require(
                known > 0 && count % known == 0,
                "reshaped: \(count) elements of shape \(shape) cannot be arranged as \(target)")
            sizes[open] = count / known
        }
        require(
            Self.elementCount(sizes) == count,
            "reshaped: \(count) elements of shape \(shape) cannot be arranged as \(target)")
        return Tensor(shape: sizes, count: count, storage: storage, start: start)
    }

    /// The axes in another order: axis `i` of the result is axis `order[i]` of this tensor.
    ///
    /// `x.permuted([0, 3, 1, 2])` turns [image, row, column, channel] into [image, channel, row, column].
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func permuted(_ order: [Int]) -> Tensor {
        require(
            order.sorted() == Array(0..<rank),
            "permuted: \(order) does not name each of the \(rank) axes of shape \(shape) once")
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        let result = Tensor(uninitialized: order.map { shape[$0] })
        let (source, steps) = (base, order.map { strides[$0] })
        var destination = result.start
        func copy(_ axis: Int, from source: UnsafePointer<Scalar>) {
            if axis == order.count {
                destination.initialize(to: source[0])
                destination += 1
                return
            }
            let (size, step) = (result.shape[axis], steps[axis])
            if axis == order.count - 1 {
                for i in 0..<size { destination[i] = source[i &* step] }
                destination += size
            } else {
                for i in 0..<size { copy(axis + 1, from: source + i * step) }
            }
        }
        if count > 0 { copy(0, from: source) }
        extendLifetime(self)
        return result
    }

    /// The matrix with rows and columns exchanged, to stand on one side of a product: `x.transposed • y` reads `x` in its
    /// own order and copies nothing. On a tensor of higher rank the last two axes are exchanged.
    public var transposed: TransposedTensor<Scalar> { TransposedTensor(original: self) }

    /// Copies the exchanged matrix out.
    public init(_ transposed: TransposedTensor<Scalar>) {
        let original = transposed.original
        require(original.rank >= 2, "transposed: a tensor of shape \(original.shape) has no two axes to exchange")
        let order = Array(0..<original.rank - 2) + [original.rank - 1, original.rank - 2]
        self = original.permuted(order)
    }

    /// Tensors joined along an axis; all other sizes must agree.
    public static func concatenate(_ parts: [Tensor], along axis: Int = 0) -> Tensor {
        guard let first = parts.first else { stop("concatenate: no tensors were given", file: #fileID, line: #line) }
        let axis = first.checkedAxis(axis, "concatenate")
        if parts.count == 1 { return first }
        for part in parts {
            var (expected, found) = (first.shape, part.shape)
            if found.count == expected.count { (expected[axis], found[axis]) = (0, 0) }
            require(
                expected == found,
                "concatenate along \(axis): shapes \(first.shape) and \(part.shape) differ along another axis")
        }
        var shape = first.shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        let result = Tensor(uninitialized: shape)
        var destination = result.start
        for outer in 0..<shape[..<axis].reduce(1, *) {
            for part in parts {
                let run = part.shape[axis...].reduce(1, *)
                destination.update(from: part.base + outer * run, count: run)
                destination += run
                extendLifetime(part)
            }
        }
        return result
    }

    /// Tensors of one shape stacked along a new first axis.
    public static func stack(_ parts: [Tensor]) -> Tensor {
        concatenate(parts.map { $0.reshaped([1] + $0.shape) })
    }

    /// The slices `range` along any axis.
    public func slice(along axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = checkedAxis(axis, "slice")
        if axis == 0 { return self[range] }
        require(
            range.lowerBound >= 0 && range.upperBound <= shape[axis],
            "slice: \(range) does not exist along axis \(axis) of a tensor of shape \(shape)")
        var target = shape
        target[axis] = range.count
        let result = Tensor(uninitialized: target)
        let inner = shape[(axis + 1)...].reduce(1, *)
        let run = range.count * inner
        for outer in 0..<shape[..<axis].reduce(1, *) {
            let start = (outer * shape[axis] + range.lowerBound) * inner
            (result.start + outer * run).update(from: base + start, count: run)
        }
        extendLifetime(self)
        return result
    }

    /// The slices along the first axis with the given indices, in their order; an index may occur more than once.
    public func gathered(rows: [Int]) -> Tensor {
        require(rank > 0, "gathered: a single number has no rows")
        let run = shape.dropFirst().reduce(1, *)
        let result = Tensor(uninitialized: [rows.count] + shape.dropFirst())
        for (place, row) in rows.enumerated() {
            require(row >= 0 && row < shape[0], "gathered: row \(row) does not exist in a tensor of shape \(shape)")
            (result.start + place * run).update(from: base + row * run, count: run)
        }
        extendLifetime(self)
        return result
    }

    /// The slices along the first axis added up at the given indices, in a tensor with `count` of them: slice i of this tensor
    /// counts to slice `rows[i]` of the result. What `gathered(rows:)` hands out, `summed(rows:count:)` collects.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func summed(rows: [Int], count: Int) -> Tensor {
        require(
            rank > 0 && shape[0] == rows.count,
            "summed: \(rows.count) indices are given for a tensor of shape \(shape); one for each slice is needed")
        let run = shape.dropFirst().reduce(1, *)
        let result = Tensor(zeros: [count] + shape.dropFirst())
        // What the additions round away, as in the other sums.
        let lost = Tensor(zeros: [count] + shape.dropFirst())
        for (place, row) in rows.enumerated() {
            require(row >= 0 && row < count, "summed: row \(row) does not exist among \(count) rows")
            let (source, sum, lost) = (base + place * run, result.start + row * run, lost.start + row * run)
            for i in 0..<run {
                let (a, b) = (sum[i], source[i])
                let next = a + b
                let fromB = next - a
                let rest = lost[i] + ((a - (next - fromB)) + (b - fromB))
                // Of an infinite sum the rest is not a number.
                let finite = rest - rest == 0 ? rest : 0
                sum[i] = next + finite
                lost[i] = next.isFinite ? finite - (sum[i] - next) : 0
            }
        }
        extendLifetime(self)
        return result
    }

    /// Class indices as rows with a single 1: shape `[labels.count, classes]`.
    public init(oneHot labels: [Int], classes: Int) {
        self.init(zeros: [labels.count, classes])
        for (row, label) in labels.enumerated() {
            require(label >= 0 && label < classes, "oneHot: label \(label) is not one of the classes 0..<\(classes)")
            start[row * classes + label] = 1
        }
    }

    /// An axis counted from the front, 0…, or from the back, −1….
    func checkedAxis(_ axis: Int, _ operation: StaticString) -> Int {
        require(axis >= -rank && axis < rank, "\(operation): axis \(axis) does not exist in a tensor of shape \(shape)")
        return axis < 0 ? axis + rank : axis
    }
}

/// A tensor whose last two axes are read in exchanged order: made by `transposed`, used by `•`.
public struct TransposedTensor<Scalar: TensorScalar>: Sendable {
    let original: Tensor<Scalar>
}
