// From many numbers to few: sums, means, extremes along an axis.
//
// Adding ten million floats one after the other loses digits: the sum grows, and what is added to it falls below its last
// place. Here a few numbers are added pair by pair, then the pairs, and so on, in vector lanes; the totals are added with
// compensation (Knuth 1969), which computes what an addition rounds away and carries it along. A sum of 32 goes through
// five additions, so a sum is off by at most 6 units of 2⁻²⁴ (2⁻⁵³) of Σ|x|, however long it is; along columns, eight of
// which are added so, by 4. Large sums are taken in blocks, which depend on the shape alone, so the result does not depend on
// how many threads there are.
//
// The numbers themselves may be near the ends of their range. A sum whose parts are too large for a number, or a sum of
// squares that are too large or too small, is taken again, of numbers brought near 1 by a power of two, which rounds
// nothing. That is seen from the result, so that everyone else pays nothing.

// MARK: - Over all elements

extension Tensor {
    /// The sum of all elements, also if only parts of it are too large for a number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func sum() -> Scalar {
        let sum = sumOfBlocks { Self.sum(of: $0, $1) { $0 } }
        return sum.isFinite ? sum : shrunkSum * Self.growth
    }

    /// The mean of all elements, also if their sum is too large for a number; not a number if there are none.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func mean() -> Scalar {
        let sum = sumOfBlocks { Self.sum(of: $0, $1) { $0 } }
        return sum.isFinite ? sum / Scalar(count) : shrunkSum / Scalar(count) * Self.growth
    }

    /// The population variance of all elements: the mean of (x − mean)².
    ///
    /// The mean is rounded, to m; Σ(x − mean)² = Σ(x − m)² − (Σ(x − m))²/n makes up for it.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func variance() -> Scalar {
        let (variance, isSafe) = plainVariance
        if isSafe { return variance }
        guard let scale else { return variance }
        return (self * scale).plainVariance.variance / scale / scale
    }

    /// The square root of the sum of the squares of all elements (Euclidean, for a matrix Frobenius norm), also where the
    /// squares are too large or too small for a number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func norm() -> Scalar {
        let squares = sumOfBlocks { Self.sum(of: $0, $1) { $0 * $0 } }
        if Self.isSafe(squares, count) { return squares.squareRoot() }
        guard let scale else { return squares.squareRoot() }
        let factor = Scalar.Vector(repeating: scale)
        return sumOfBlocks { Self.sum(of: $0, $1) { ($0 * factor) * ($0 * factor) } }.squareRoot() / scale
    }

    /// The largest element; not a number if one element is none. Traps if there are no elements.
    public func maximum() -> Scalar { reshaped([count]).maximum(along: 0).scalar }

    /// The smallest element; not a number if one element is none. Traps if there are no elements.
    public func minimum() -> Scalar { reshaped([count]).minimum(along: 0).scalar }
}

// MARK: - Along one axis

extension Tensor {
    /// The sum along an axis (−1 is the last); the axis disappears, or stays with size 1. A sum is right also if only parts
    /// of it are too large for a number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func sum(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        let sums = plainSum(along: axis, keepingAxis, "sum")
        if sums.isFinite { return sums }
        return sums.replacingInfinite(by: (self * Self.shrinkage).plainSum(along: axis, keepingAxis, "sum") * Self.growth)
    }

    /// The mean along an axis, also where the sum is too large for a number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func mean(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        let sums = plainSum(along: axis, keepingAxis, "mean"), size = Scalar(shape[checkedAxis(axis, "mean")])
        if sums.isFinite { return sums / size }
        let means = (self * Self.shrinkage).plainSum(along: axis, keepingAxis, "mean") / size * Self.growth
        return (sums / size).replacingInfinite(by: means)
    }

    /// The population variance along an axis: the mean of (x − mean)².
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func variance(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        let (variance, isSafe) = plainVariance(along: axis, keepingAxis)
        if isSafe || variance.count == 0 { return variance }
        let scales = map(self) { $0.magnitude }.maximum(along: axis, keepingAxis: true)
        for place in 0..<scales.count { scales.start[place] = Self.scale(for: scales.start[place]) ?? 1 }
        let factors = scales.reshaped(variance.shape)
        return (self * scales).plainVariance(along: axis, keepingAxis).variance / factors / factors
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

    /// ln Σ exp(x) along an axis, computed as m + ln Σ exp(x − m) with m the largest element, so that nothing overflows. The
    /// error is some units in the last place of the larger of |m| and the logarithm.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func logSumExp(along axis: Int, keepingAxis: Bool = false) -> Tensor {
        // Where every element is −∞ the largest is too, and −∞ − (−∞) is not a number: then shift by nothing.
        let shift = map(maximum(along: axis, keepingAxis: true)) { m in
            m.replacing(with: .zero, where: m.magnitude .== Scalar.Vector(repeating: .infinity))
        }
        // One of the largest is the 1 in ln(1 + …). Beside it the others would lose their digits: they are added up alone.
        let distance = self - shift
        let others = map(distance) { d in exp(d).replacing(with: .zero, where: d .== .zero) }
        let largest = map(distance) { d in Scalar.Vector.zero.replacing(with: .one, where: d .== .zero) }
        let result = map(
            others.sum(along: axis, keepingAxis: true), largest.sum(along: axis, keepingAxis: true), shift
        ) { others, largest, shift in log1p(others + (largest - 1)) + shift }
        return keepingAxis ? result : result.reshaped(AxisLanes(self, axis, "logSumExp").resultShape(keepingAxis: false))
    }
}

// MARK: - At the ends of the range

extension Tensor {
    /// Of numbers so much smaller no sum is too large for a number.
    private static var shrinkage: Scalar { 1 / growth }
    private static var growth: Scalar { Scalar(sign: .plus, exponent: 64, significand: 1) }

    @inline(__always)
    private var shrunkSum: Scalar {
        let factor = Scalar.Vector(repeating: Self.shrinkage)
        return sumOfBlocks { Self.sum(of: $0, $1) { $0 * factor } }
    }

    /// Whether a sum of so many squares has lost nothing because one of them was too large or too small for a number.
    private static func isSafe(_ squares: Scalar, _ count: Int) -> Bool {
        squares.isFinite && squares >= Scalar(count) * (4 * .leastNormalMagnitude)
    }

    /// The power of two that brings a magnitude near 1; none if it is zero or not finite.
    private static func scale(for magnitude: Scalar) -> Scalar? {
        guard magnitude > 0 && magnitude.isFinite else { return nil }
        let lowest = Scalar.leastNormalMagnitude.exponent
        return Scalar(sign: .plus, exponent: 0 - min(max(magnitude.exponent, lowest), 0 - lowest), significand: 1)
    }

    /// The power of two that brings the largest magnitude near 1.
    private var scale: Scalar? { count == 0 ? nil : Self.scale(for: map(self) { $0.magnitude }.maximum()) }

    @inline(__always)
    private var isFinite: Bool { sumOfBlocks { Self.sum(of: $0, $1) { $0 - $0 } } == 0 }

    @inline(__always)
    private func replacingInfinite(by other: Tensor) -> Tensor {
        map(self, other) { x, other in other.replacing(with: x, where: x - x .== .zero) }
    }

    @inline(__always)
    private var plainVariance: (variance: Scalar, isSafe: Bool) {
        let center = Scalar.Vector(repeating: mean())
        let squares = sumOfBlocks { Self.sum(of: $0, $1) { ($0 - center) * ($0 - center) } }
        let rest = sumOfBlocks { Self.sum(of: $0, $1) { $0 - center } }
        let n = Scalar(count)
        let sum = squares - rest * (rest / n)
        return ((sum < 0 ? 0 : sum) / n, Self.isSafe(squares, count))
    }

    @inline(__always)
    private func plainVariance(along axis: Int, _ keepingAxis: Bool) -> (variance: Tensor, isSafe: Bool) {
        let centered = self - mean(along: axis, keepingAxis: true)
        let squares = map(centered) { $0 * $0 }.plainSum(along: axis, keepingAxis, "variance")
        let rests = centered.plainSum(along: axis, keepingAxis, "variance")
        let size = shape[checkedAxis(axis, "variance")], n = Scalar(size)
        let variance = map(squares, rests) { squares, rest in
            Scalar.Vector.maximum(.zero, squares - rest * (rest / n)) / n
        }
        let isSafe = squares.count > 0 && Self.isSafe(squares.minimum(), size) && squares.maximum().isFinite
        return (variance, isSafe)
    }
}

// MARK: - How it is done

/// The sum of what `sum` gives for blocks of so many bytes, which several threads share. What a block is depends on the
/// number of bytes alone, so the result does not depend on the threads.
@usableFromInline @_transparent
func sumOfBlocks<Scalar: TensorScalar>(
    _ bytes: Int, _: Scalar.Type, _ sum: (_ block: Range<Int>) -> (value: Scalar, rest: Scalar)
) -> Scalar {
    bytes <= sharedBytes ? sum(0..<bytes).value : sumOfSharedBlocks(bytes, sum)
}

@usableFromInline
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
func sumOfSharedBlocks<Scalar: TensorScalar>(
    _ bytes: Int, _ sum: (_ block: Range<Int>) -> (value: Scalar, rest: Scalar)
) -> Scalar {
    let blocks = (bytes &+ sharedBytes &- 1) / sharedBytes
    // The sums of all blocks, and behind them what they were rounded by: of blocks that are all alike, all the same.
    let sums = Tensor<Scalar>(uninitialized: [2 &* blocks])
    let first = sums.start
    parallel(tasks: blocks, if: true) { block in
        (first[block], first[blocks &+ block]) = sum(block &* sharedBytes..<min(bytes, (block &+ 1) &* sharedBytes))
    }
    defer { extendLifetime(sums) }
    return Tensor.sum(of: sums.bytes, 0..<sums.byteCount) { $0 }.value
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
@usableFromInline var runLength: Int { 8 }

/// A sum that carries its rounding error along, in every lane of a vector.
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

    /// a + b less `sum`, which is a + b rounded: exact, whichever of the two is the larger (Knuth 1969).
    @inlinable @inline(__always)
    static func roundedAway(_ a: Vector, _ b: Vector, _ sum: Vector) -> Vector {
        let fromB = sum - a
        return (a - (sum - fromB)) + (b - fromB)
    }

    /// The sum. If it is infinite or not a number, so is the error: then the bare total says it.
    @inlinable @inline(__always)
    var value: Vector { (total + lost).replacing(with: total, where: lost - lost .!= .zero) }

    /// The sum and what it was rounded by; by nothing if it is infinite or not a number.
    @inlinable @inline(__always)
    var parts: (value: Vector, rest: Vector) {
        let (value, rest) = (value, (total - value) + lost)
        return (value, Vector.zero.replacing(with: rest, where: rest - rest .== .zero))
    }

    /// Gives the sum what it can take of the rest, so that the rest stays small beside it and keeps its own digits.
    @inlinable @inline(__always)
    mutating func settle() { (total, lost) = parts }

    /// The sum of all lanes, pair by pair, and what it was rounded by.
    @inlinable @inline(__always)
    var sumOfLanes: (value: Vector.Scalar, rest: Vector.Scalar) {
        var sum = self
        var left = Vector.scalarCount
        while left > 1 {
            sum.fold()
            left /= 2
        }
        let (value, rest) = sum.parts
        return (value[0], rest[0])
    }
}

/// The sums of two neighbouring vectors of columns.
private struct TwoSums<Vector: TensorVector> {
    var first = CompensatedSum<Vector>()
    var second = CompensatedSum<Vector>()

    @inline(__always)
    mutating func add(_ row: UnsafeMutableRawPointer) {
        first.add(row)
        second.add(row + 64)
    }

    @inline(__always)
    mutating func add(eight row: UnsafeMutableRawPointer, _ rowBytes: Int, settling: Bool) {
        first.add(eight: row, rowBytes, settling: settling)
        second.add(eight: row + 64, rowBytes, settling: settling)
    }

    @inline(__always)
    func store(_ sums: UnsafeMutableRawPointer, _ rests: UnsafeMutableRawPointer?) {
        first.store(sums, rests)
        second.store(sums + 64, rests.map { $0 + 64 })
    }
}

extension CompensatedSum {
    @inline(__always)
    fileprivate mutating func add(_ row: UnsafeMutableRawPointer) { add(row.load(0, Vector.Scalar.self)) }

    /// Adds what stands in eight rows, pair by pair.
    @inline(__always)
    fileprivate mutating func add(eight row: UnsafeMutableRawPointer, _ rowBytes: Int, settling: Bool) {
        @inline(__always) func two(_ number: Int) -> Vector {
            row.load(number &* rowBytes, Vector.Scalar.self) + row.load((number &+ 1) &* rowBytes, Vector.Scalar.self)
        }
        add((two(0) + two(2)) + (two(4) + two(6)))
        if settling { settle() }
    }

    /// Writes the sums, and if there is a place for it what they were rounded by.
    @inline(__always)
    fileprivate func store(_ sums: UnsafeMutableRawPointer, _ rests: UnsafeMutableRawPointer?) {
        let (value, rest) = parts
        sums.store(value, 0, Vector.Scalar.self)
        if let rests { rests.store(rest, 0, Vector.Scalar.self) }
    }
}

extension Tensor {
    /// The sum of what `sum` gives for blocks of the elements. The formula of an element stands in `sum` itself: only there is it
    /// compiled into the loop.
    @inline(__always)
    private func sumOfBlocks(
        _ sum: (_ bytes: UnsafeMutableRawPointer, _ block: Range<Int>) -> (value: Scalar, rest: Scalar)
    ) -> Scalar {
        defer { extendLifetime(self) }
        return SIMDTensor.sumOfBlocks(byteCount, Scalar.self) { [bytes] in sum(bytes, $0) }
    }

    /// The sums along an axis, infinite where a part of one is too large for a number.
    @inline(__always)
    private func plainSum(along axis: Int, _ keepingAxis: Bool, _ operation: StaticString) -> Tensor {
        let lanes = AxisLanes(self, axis, operation)
        let result = Tensor(uninitialized: lanes.resultShape(keepingAxis: keepingAxis))
        defer { extendLifetime(self) }
        if lanes.inner == 1 {
            let (bytes, sums) = (bytes, result.start)
            parallel(0..<lanes.outer, step: 1, if: byteCount >= sharedBytes) { rows in
                for row in rows {
                    let size = lanes.size &* MemoryLayout<Scalar>.stride
                    sums[row] = Self.sum(of: bytes, row &* size..<(row &+ 1) &* size) { $0 }.value
                }
            }
        } else {
            sumColumns(lanes, into: result)
        }
        return result
    }

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
        let rowsOfStrip = max(64, sharedBytes / rowBytes)
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
        // Of each strip its sums, and behind them what they were rounded by.
        let sums = Tensor(uninitialized: [2 &* strips, width])
        let (bytes, sumBytes, sumRow) = (bytes, sums.bytes, width &* MemoryLayout<Scalar>.stride)
        parallel(tasks: strips, if: true) { strip in
            let first = strip &* rowsOfStrip
            Self.sumColumns(
                bytes + first &* rowBytes, rows: min(rowsOfStrip, lanes.size &- first), columns: lanes.inner,
                rowBytes: rowBytes, sumBytes + strip &* sumRow, rests: sumBytes + (strips &+ strip) &* sumRow)
        }
        for column in stride(from: 0, to: lanes.inner, by: Scalar.Vector.scalarCount) {
            var total = CompensatedSum<Scalar.Vector>()
            for row in 0..<2 &* strips {
                total.add(sumBytes.load(row &* sumRow &+ column &* MemoryLayout<Scalar>.stride, Scalar.self))
            }
            let count = min(Scalar.Vector.scalarCount, lanes.inner &- column)
            result.bytes.store(first: count, of: total.value, column &* MemoryLayout<Scalar>.stride, Scalar.self)
        }
        extendLifetime(sums)
    }

    /// The sums of the columns of a matrix, some neighbouring vectors of columns at a time, so that memory is read in runs.
    /// Writes whole vectors.
    @inline(__always)
    private static func sumColumns(
        _ start: UnsafeMutableRawPointer, rows: Int, columns: Int, rowBytes: Int, _ sums: UnsafeMutableRawPointer,
        rests: UnsafeMutableRawPointer? = nil
    ) {
        typealias Vector = Scalar.Vector
        let width = Vector.scalarCount
        var column = 0
        while column < columns {
            let place = column &* MemoryLayout<Scalar>.stride
            var (sum, rest) = (sums + place, rests.map { $0 + place })
            if columns &- column >= 4 &* width {
                var (left, right) = (TwoSums<Vector>(), TwoSums<Vector>())
                eachRow(start + place, rows, rowBytes) { row, settling in
                    left.add(eight: row, rowBytes, settling: settling)
                    right.add(eight: row + 128, rowBytes, settling: settling)
                } one: { row in
                    left.add(row)
                    right.add(row + 128)
                }
                left.store(sum, rest)
                (sum, rest) = (sum + 128, rest.map { $0 + 128 })
                right.store(sum, rest)
                column &+= 4 &* width
            } else if columns &- column >= 2 &* width {
                var both = TwoSums<Vector>()
                eachRow(start + place, rows, rowBytes) { both.add(eight: $0, rowBytes, settling: $1) } one: { both.add($0) }
                both.store(sum, rest)
                column &+= 2 &* width
            } else {
                var one = CompensatedSum<Vector>()
                eachRow(start + place, rows, rowBytes) { one.add(eight: $0, rowBytes, settling: $1) } one: { one.add($0) }
                one.store(sum, rest)
                column &+= width
            }
        }
    }

    /// Calls `eight` for every eight rows, and says of every eighth time that it is time to settle; `one` for each that is left.
    @inline(__always)
    private static func eachRow(
        _ start: UnsafeMutableRawPointer, _ rows: Int, _ rowBytes: Int,
        eight: (_ row: UnsafeMutableRawPointer, _ settling: Bool) -> Void, one: (_ row: UnsafeMutableRawPointer) -> Void
    ) {
        var (row, step) = (start, 0)
        while step &+ 8 <= rows {
            eight(row, step % 64 == 56)
            row += 8 &* rowBytes
            step &+= 8
        }
        while step < rows {
            one(row)
            row += rowBytes
            step &+= 1
        }
    }

    /// The sum of `term` of the elements between two places, in bytes behind `bytes`, and what it was rounded by.
    @_transparent
    static func sum(
        of bytes: UnsafeMutableRawPointer, _ part: Range<Int>, _ term: (Scalar.Vector) -> Scalar.Vector
    ) -> (value: Scalar, rest: Scalar) {
        typealias Vector = Scalar.Vector
        @inline(__always) func two(_ i: Int) -> Vector {
            term(bytes.load(i, Scalar.self)) + term(bytes.load(i &+ 64, Scalar.self))
        }
        @inline(__always) func eight(_ i: Int) -> Vector {
            (two(i) + two(i &+ 128)) + (two(i &+ 256) + two(i &+ 384))
        }
        var total = CompensatedSum<Vector>()
        var i = part.lowerBound
        let whole = part.lowerBound &+ part.count / 64 &* 64
        while i &+ 2048 <= whole {
            total.add((eight(i) + eight(i &+ 512)) + (eight(i &+ 1024) + eight(i &+ 1536)))
            i &+= 2048
        }
        while i &+ 512 <= whole {
            total.add(eight(i))
            i &+= 512
        }
        while i < whole {
            total.add(term(bytes.load(i, Scalar.self)))
            i &+= 64
        }
        let rest = (part.upperBound &- whole) / MemoryLayout<Scalar>.stride
        if rest > 0 {
            total.add(Vector.zero.replacing(with: term(bytes.load(i, Scalar.self)), where: Vector.first(rest)))
        }
        return total.sumOfLanes
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
    func compensatedSum() -> Scalar { CompensatedSum(self).sumOfLanes.value }
}
