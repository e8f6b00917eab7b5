// From many numbers to few: sums, means, extremes along an axis.
//
// Adding ten million floats one after the other loses digits: the sum grows, and what is added to it falls below its last
// place. Here a sum is taken in blocks: short runs in vector lanes, their totals added with compensation (Neumaier 1974),
// which carries the lost digits along. The blocks depend on the shape alone, so the result does not depend on how many
// threads there are.

// MARK: - Over all elements

extension Tensor {
    /// The sum of all elements.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func sum() -> Scalar {
        defer { extendLifetime(self) }
        return sumOfBlocks(byteCount, Scalar.self) { [bytes] in Self.sum(of: bytes, $0) { $0 } }
    }

    /// The mean of all elements; not a number if there are none.
    public func mean() -> Scalar { sum() / Scalar(count) }

    /// The population variance of all elements: the mean of (x − mean)².
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func variance() -> Scalar {
        let center = Scalar.Vector(repeating: mean())
        defer { extendLifetime(self) }
        let sum = sumOfBlocks(byteCount, Scalar.self) { [bytes] in
            Self.sum(of: bytes, $0) { ($0 - center) * ($0 - center) }
        }
        return sum / Scalar(count)
    }

    /// The square root of the sum of the squares of all elements (Euclidean, for a matrix Frobenius norm).
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func norm() -> Scalar {
        defer { extendLifetime(self) }
        return sumOfBlocks(byteCount, Scalar.self) { [bytes] in Self.sum(of: bytes, $0) { $0 * $0 } }.squareRoot()
    }

    /// The largest element; not a number if one element is none. Traps if there are no elements.
    public func maximum() -> Scalar { reshaped([count]).maximum(along: 0).scalar }

    /// The smallest element; not a number if one element is none. Traps if there are no elements.
    public func minimum() -> Scalar { reshaped([count]).minimum(along: 0).scalar }
}

// MARK: - Along one axis

extension Tensor {
    /// The sum along an axis (−1 is the last); the axis disappears, or stays with size 1.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func sum(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        let lanes = AxisLanes(self, axis, "sum")
        let result = Tensor(uninitialized: lanes.resultShape(keepingAxis: keepingAxis))
        defer { extendLifetime(self) }
        if lanes.inner == 1 {
            let (bytes, sums) = (bytes, result.start)
            parallel(0..<lanes.outer, step: 1, if: byteCount >= sharedBytes) { rows in
                for row in rows {
                    let size = lanes.size &* MemoryLayout<Scalar>.stride
                    sums[row] = Self.sum(of: bytes, row &* size..<(row &+ 1) &* size) { $0 }
                }
            }
        } else {
            sumColumns(lanes, into: result)
        }
        return result
    }

    /// The mean along an axis.
    public func mean(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        let size = shape[checkedAxis(axis, "mean")]
        return sum(along: axis, keepingAxis: keepingAxis) / Scalar(size)
    }

    /// The population variance along an axis: the mean of (x − mean)².
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func variance(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        let centered = self - mean(along: axis, keepingAxis: true)
        return map(centered) { $0 * $0 }.mean(along: axis, keepingAxis: keepingAxis)
    }

    /// The largest element along an axis; not a number where one element is none.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func maximum(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        fold(along: axis, keepingAxis, "maximum", Scalar.Vector.maximum)
    }

    /// The smallest element along an axis; not a number where one element is none.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func minimum(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        fold(along: axis, keepingAxis, "minimum", Scalar.Vector.minimum)
    }

    /// Where along an axis the largest element stands, the first of equals, or the first that is not a number: one
    /// index for each of the other places, in row-major order. With class scores `[batch, classes]`, `argmax(along: -1)`
    /// is the predicted classes.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func argmax(along axis: Int = -1) -> [Int] {
        let lanes = AxisLanes(self, axis, "argmax")
        require(lanes.size > 0, "argmax: axis \(axis) of shape \(shape) is empty")
        defer { extendLifetime(self) }
        var result = [Int]()
        result.reserveCapacity(lanes.outer * lanes.inner)
        for outer in 0..<lanes.outer {
            for inner in 0..<lanes.inner {
                let start = base + (outer &* lanes.size &* lanes.inner &+ inner)
                var best = 0
                for step in 1..<max(1, lanes.size) {
                    let largest = start[best &* lanes.inner]
                    if largest.isNaN { break }
                    if !(start[step &* lanes.inner] <= largest) { best = step }
                }
                result.append(best)
            }
        }
        return result
    }

    /// ln Σ exp(x) along an axis, computed as m + ln Σ exp(x − m) with m the largest element, so that nothing overflows.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func logSumExp(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        // Where every element is −∞ the largest is too, and −∞ − (−∞) is not a number: then shift by nothing.
        let shift = map(maximum(along: axis, keepingAxis: true)) { m in
            m.replacing(with: .zero, where: m.magnitude .== Scalar.Vector(repeating: .infinity))
        }
        let total = map(self, shift.broadcast(to: shape)) { x, m in exp(x - m) }.sum(along: axis, keepingAxis: true)
        let result = map(total, shift) { total, m in log(total) + m }
        return keepingAxis ? result : result.reshaped(AxisLanes(self, axis, "logSumExp").resultShape(keepingAxis: false))
    }
}

// MARK: - How it is done

/// The sum of what `sum` gives for blocks of so many bytes, which several threads share. What a block is depends on the
/// number of bytes alone, so the result does not depend on the threads.
@usableFromInline @_transparent
func sumOfBlocks<Scalar: TensorScalar>(_ bytes: Int, _: Scalar.Type, _ sum: (_ block: Range<Int>) -> Scalar) -> Scalar {
    bytes <= sharedBytes ? sum(0..<bytes) : sumOfSharedBlocks(bytes, sum)
}

@usableFromInline
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
func sumOfSharedBlocks<Scalar: TensorScalar>(_ bytes: Int, _ sum: (_ block: Range<Int>) -> Scalar) -> Scalar {
    let sums = Tensor<Scalar>(uninitialized: [(bytes &+ sharedBytes &- 1) / sharedBytes])
    let first = sums.start
    parallel(tasks: sums.count, if: true) { block in
        first[block] = sum(block &* sharedBytes..<min(bytes, (block &+ 1) &* sharedBytes))
    }
    defer { extendLifetime(sums) }
    return Tensor.sum(of: sums.bytes, 0..<sums.byteCount) { $0 }
}

/// A tensor seen along one of its axes: `outer` blocks of `size` steps of `inner` neighbouring elements.
@usableFromInline
struct AxisLanes {
    let axis: Int
    let shape: [Int]
    let outer: Int
    let size: Int
    let inner: Int

    init<Scalar>(_ tensor: Tensor<Scalar>, _ axis: Int, _ operation: StaticString) {
        self.axis = tensor.checkedAxis(axis, operation)
        shape = tensor.shape
        outer = shape[..<self.axis].reduce(1, *)
        size = shape[self.axis]
        inner = shape[(self.axis + 1)...].reduce(1, *)
    }

    func resultShape(keepingAxis: Bool) -> [Int] {
        var result = shape
        if keepingAxis { result[axis] = 1 } else { result.remove(at: axis) }
        return result
    }

    /// Calls `body` for every vector of neighbouring columns with its first element's place in the tensor and in the
    /// result. In rising order: a vector that reaches beyond the last column of its block writes where the next writes.
    @inline(__always)
    func forEachColumn(width: Int, _ body: (_ column: Int, _ output: Int) -> Void) {
        for block in 0..<outer {
            var column = 0
            while column < inner {
                body(block &* size &* inner &+ column, block &* inner &+ column)
                column &+= width
            }
        }
    }
}

/// So many additions are made in one lane before their total is added with compensation.
@usableFromInline var runLength: Int { 64 }

/// A sum that carries its rounding error along (Neumaier 1974), in every lane of a vector.
@usableFromInline
struct CompensatedSum<Vector: TensorVector> {
    @usableFromInline var total = Vector.zero
    @usableFromInline var lost = Vector.zero

    @inlinable @inline(__always)
    init(_ total: Vector = .zero) { self.total = total }

    @inlinable @inline(__always)
    mutating func add(_ x: Vector) {
        let next = total + x
        lost += Self.roundedAway(total, x, next)
        total = next
    }

    /// Adds the upper half of the lanes to the lower half; every sum then stands in two lanes.
    @inlinable @inline(__always)
    mutating func fold() {
        let (low, high) = Vector.interleaved(total, total)
        let (lowLost, highLost) = Vector.interleaved(lost, lost)
        total = low + high
        lost = lowLost + highLost + Self.roundedAway(low, high, total)
    }

    /// a + b less `sum`, which is a + b rounded: computed from the larger of the two.
    @inlinable @inline(__always)
    static func roundedAway(_ a: Vector, _ b: Vector, _ sum: Vector) -> Vector {
        ((b - sum) + a).replacing(with: (a - sum) + b, where: a.magnitude .>= b.magnitude)
    }

    /// The sum. If it is infinite or not a number, so is the error: then the bare total says it.
    @inlinable @inline(__always)
    var value: Vector { (total + lost).replacing(with: total, where: lost - lost .!= .zero) }
}

extension Tensor {

    /// The sums along an axis behind which others follow, of `lanes.inner` columns in each block.
    @inline(__always)
    func sumColumns(_ lanes: AxisLanes, into result: Tensor) {
        if lanes.outer == 1 && byteCount > sharedBytes { return sumLarge(lanes, into: result) }
        for block in 0..<lanes.outer {
            // In rising order: a vector that reaches beyond the last column of a block writes where the next block will.
            Self.sumColumns(
                bytes + block &* lanes.size &* lanes.inner &* MemoryLayout<Scalar>.stride, rows: lanes.size,
                columns: lanes.inner, rowBytes: lanes.inner &* MemoryLayout<Scalar>.stride,
                result.bytes + block &* lanes.inner &* MemoryLayout<Scalar>.stride)
        }
    }

    /// The sums of the columns of a large matrix. Threads share the columns, or of a tall matrix strips of rows, which depend
    /// on the shape alone and whose sums are then added up.
    @inline(never)
    private func sumLarge(_ lanes: AxisLanes, into result: Tensor) {
        let rowBytes = lanes.inner &* MemoryLayout<Scalar>.stride
        let rowsOfStrip = max(runLength, sharedBytes / rowBytes)
        if lanes.size <= rowsOfStrip {
            let (bytes, sums) = (bytes, result.bytes)
            return parallel(0..<lanes.inner, step: 8 &* Scalar.Vector.scalarCount, if: true) { columns in
                let place = columns.lowerBound &* MemoryLayout<Scalar>.stride
                Self.sumColumns(
                    bytes + place, rows: lanes.size, columns: columns.count, rowBytes: rowBytes, sums + place)
            }
        }
        let strips = (lanes.size &+ rowsOfStrip &- 1) / rowsOfStrip
        // Whole vectors, so that no strip writes where another does.
        let width = (lanes.inner &+ Scalar.Vector.scalarCount &- 1) / Scalar.Vector.scalarCount &* Scalar.Vector.scalarCount
        let sums = Tensor(uninitialized: [strips, width])
        let (bytes, sumBytes) = (bytes, sums.bytes)
        parallel(tasks: strips, if: true) { strip in
            let first = strip &* rowsOfStrip
            Self.sumColumns(
                bytes + first &* rowBytes, rows: min(rowsOfStrip, lanes.size &- first), columns: lanes.inner,
                rowBytes: rowBytes, sumBytes + strip &* width &* MemoryLayout<Scalar>.stride)
        }
        for column in stride(from: 0, to: lanes.inner, by: Scalar.Vector.scalarCount) {
            // Every addition with compensation: the sums of strips may be all alike, and so their rounding errors.
            var total = CompensatedSum<Scalar.Vector>()
            for strip in 0..<strips {
                total.add(sumBytes.load((strip &* width &+ column) &* MemoryLayout<Scalar>.stride, Scalar.self))
            }
            let count = min(Scalar.Vector.scalarCount, lanes.inner &- column)
            result.bytes.store(first: count, of: total.value, column &* MemoryLayout<Scalar>.stride, Scalar.self)
        }
        extendLifetime(sums)
    }

    /// The sums of the columns of a matrix, some neighbouring vectors of columns at a time. Writes whole vectors.
    @inline(__always)
    private static func sumColumns(
        _ start: UnsafeMutableRawPointer, rows: Int, columns: Int, rowBytes: Int, _ sums: UnsafeMutableRawPointer
    ) {
        typealias Vector = Scalar.Vector
        let width = Vector.scalarCount
        var column = 0
        while column < columns {
            let place = column &* MemoryLayout<Scalar>.stride
            let (start, sum) = (start + place, sums + place)
            if columns &- column >= 8 &* width {
                sumColumns(EightVectors<Vector>.self, start, rows: rows, rowBytes: rowBytes, sum)
                column &+= 8 &* width
            } else if columns &- column >= 2 &* width {
                sumColumns(Halves<OneVector<Vector>>.self, start, rows: rows, rowBytes: rowBytes, sum)
                column &+= 2 &* width
            } else {
                sumColumns(OneVector<Vector>.self, start, rows: rows, rowBytes: rowBytes, sum)
                column &+= width
            }
        }
    }

    /// The sums of some vectors of neighbouring columns, so that memory is read in runs.
    @inline(__always)
    private static func sumColumns<Columns: VectorStack>(
        _: Columns.Type, _ start: UnsafeMutableRawPointer, rows: Int, rowBytes: Int, _ sum: UnsafeMutableRawPointer
    ) where Columns.Vector == Scalar.Vector {
        withUnsafeTemporaryAllocation(of: CompensatedSum<Scalar.Vector>.self, capacity: Columns.count) { totals in
            totals.initialize(repeating: CompensatedSum())
            var (row, step) = (start, 0)
            while step < rows {
                var partial = Columns(from: 0) { _ in .zero }
                for _ in 0..<min(runLength, rows &- step) {
                    partial.add(Columns(from: 0) { row.load($0 &* 64, Scalar.self) })
                    row += rowBytes
                    step &+= 1
                }
                partial.forEach(0) { totals[$0].add($1) }
            }
            for i in 0..<Columns.count { sum.store(totals[i].value, i &* 64, Scalar.self) }
        }
    }

    /// The sum of `term` of the elements between two places, in bytes behind `bytes`.
    @_transparent
    static func sum(
        of bytes: UnsafeMutableRawPointer, _ part: Range<Int>, _ term: (Scalar.Vector) -> Scalar.Vector
    ) -> Scalar {
        typealias Vector = Scalar.Vector
        var total = CompensatedSum<Vector>()
        var i = part.lowerBound
        let whole = part.lowerBound &+ part.count / 64 &* 64
        while i < whole {
            let end = min(whole, i &+ runLength &* 256)
            var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
            while i &+ 256 <= end {
                a += term(bytes.load(i, Scalar.self))
                b += term(bytes.load(i &+ 64, Scalar.self))
                c += term(bytes.load(i &+ 128, Scalar.self))
                d += term(bytes.load(i &+ 192, Scalar.self))
                i &+= 256
            }
            while i < end {
                a += term(bytes.load(i, Scalar.self))
                i &+= 64
            }
            total.add((a + b) + (c + d))
        }
        let rest = (part.upperBound &- whole) / MemoryLayout<Scalar>.stride
        if rest > 0 { total.add(Vector.zero.replacing(with: term(bytes.load(i, Scalar.self)), where: Vector.first(rest))) }
        return total.value.compensatedSum()
    }

    /// The elements along an axis combined pair by pair, for `combine` without a rounding error.
    @_transparent
    func fold(
        along axis: Int, _ keepingAxis: Bool, _ operation: StaticString,
        _ combine: (Scalar.Vector, Scalar.Vector) -> Scalar.Vector
    ) -> Tensor {
        let lanes = AxisLanes(self, axis, operation)
        require(lanes.size > 0, "\(operation): axis \(axis) of shape \(shape) is empty")
        let result = Tensor(uninitialized: lanes.resultShape(keepingAxis: keepingAxis))
        let stride = MemoryLayout<Scalar>.stride
        if lanes.inner == 1 {
            for row in 0..<lanes.outer {
                // Lanes behind the last element repeat the first, which changes no extreme.
                let start = bytes + row &* lanes.size &* stride
                let first = Scalar.Vector(repeating: start.assumingMemoryBound(to: Scalar.self)[0])
                var extreme = first
                var step = 0
                while step < lanes.size {
                    let some = first.replacing(
                        with: start.load(step &* stride, Scalar.self), where: Scalar.Vector.first(lanes.size &- step))
                    extreme = combine(extreme, some)
                    step &+= Scalar.Vector.scalarCount
                }
                result.start[row] = extreme.folded(combine)[0]
            }
        } else {
            lanes.forEachColumn(width: Scalar.Vector.scalarCount) { column, output in
                var extreme = bytes.load(column &* stride, Scalar.self)
                for step in 1..<max(1, lanes.size) {
                    extreme = combine(extreme, bytes.load((column &+ step &* lanes.inner) &* stride, Scalar.self))
                }
                result.bytes.store(extreme, output &* stride, Scalar.self)
            }
        }
        extendLifetime(self)
        return result
    }
}

extension TensorVector {
    /// The lanes combined pair by pair, the one half with the other, until one value is left, in every lane.
    @inlinable @inline(__always)
    func folded(_ combine: (Self, Self) -> Self) -> Self {
        var result = self
        var left = Self.scalarCount
        while left > 1 {
            // A vector interleaved with itself has its lower half twice in `low` and its upper half twice in `high`.
            let (low, high) = Self.interleaved(result, result)
            result = combine(low, high)
            left /= 2
        }
        return result
    }

    /// The sum of the lanes, pair by pair, with compensation.
    @inlinable @inline(__always)
    func compensatedSum() -> Scalar {
        var sum = CompensatedSum(self)
        var left = Self.scalarCount
        while left > 1 {
            sum.fold()
            left /= 2
        }
        return sum.value[0]
    }
}
