// Scores become probabilities: a row at a time, so that a row is read from memory once and is in the cache for the rest.

/// The softmax of every row, along the last axis: pᵢ = e^(xᵢ − m) / Σⱼ e^(xⱼ − m), with m the largest xⱼ of the row, so that
/// nothing overflows. Rows of probabilities: none is negative, and their sum is 1.
///
/// A row that holds something that is not a number, or +∞, or nothing but −∞, becomes not a number. Source: Bridle 1990.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func softmax<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    eachRow(of: x, "softmax") { x, y, count in
        let row = Row<Scalar>(x, count)
        let largest = Scalar.Vector(repeating: row.maximum())
        let total = row.sumOfExponentials(less: largest, storing: y)
        let inverse = Scalar.Vector(repeating: 1 / total)
        y.map(count, to: y, Scalar.self) { $0 * inverse }
    }
}

/// The logarithm of the softmax of every row, along the last axis: xᵢ − m − ln Σⱼ e^(xⱼ − m), with m the largest xⱼ of the
/// row. Where a probability is too small for a number, its logarithm is not; and where a probability is nearly 1, its
/// logarithm still has its digits: Σ is 1 for one of the largest and the sum of the others, and ln(1 + others) loses none.
///
/// A row that holds something that is not a number, or +∞, or nothing but −∞, becomes not a number.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func logSoftmax<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    eachRow(of: x, "logSoftmax") { x, y, count in
        let row = Row<Scalar>(x, count)
        let largest = Scalar.Vector(repeating: row.maximum())
        let total = row.sumOfExponentials(less: largest, storing: nil)
        // Beside the 1 of the largest the others may have lost their digits: then they are added up alone.
        let logarithm = total < 2 ? Scalar.log1p(row.sumOfOtherExponentials(less: largest)) : Scalar.log(total)
        let logTotal = Scalar.Vector(repeating: logarithm)
        x.map(count, to: y, Scalar.self) { $0 - largest - logTotal }
    }
}

/// A tensor of the shape of `x`, whose rows `body` writes, given each row's first element there and here and its length.
@_transparent
private func eachRow<Scalar: TensorScalar>(
    of x: Tensor<Scalar>, _ operation: StaticString,
    _ body: (_ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ count: Int) -> Void
) -> Tensor<Scalar> {
    require(x.rank > 0, "\(operation): a single number has no rows")
    let result = Tensor<Scalar>(uninitialized: x.shape)
    let (source, destination, columns) = (x.bytes, result.bytes, x.shape[x.rank - 1])
    let rows = columns == 0 ? 0 : x.count / columns
    parallel(0..<rows, step: 1, if: x.byteCount >= sharedBytes) { part in
        for row in part {
            let offset = row &* columns &* MemoryLayout<Scalar>.stride
            body(source + offset, destination + offset, columns)
        }
    }
    extendLifetime(x)
    return result
}

/// A row of a matrix: whole vectors, and a last one of which some lanes belong to it.
private struct Row<Scalar: TensorScalar> {
    typealias Vector = Scalar.Vector
    let bytes: UnsafeMutableRawPointer
    let whole: Int
    let rest: Int

    @inline(__always)
    init(_ bytes: UnsafeMutableRawPointer, _ count: Int) {
        self.bytes = bytes
        (whole, rest) = (count / Vector.scalarCount &* 64, count % Vector.scalarCount)
    }

    /// The last vector, with `other` in the lanes that do not belong to the row.
    @inline(__always)
    private func last(filledWith other: Scalar) -> Vector {
        Vector(repeating: other).replacing(with: bytes.load(whole, Scalar.self), where: Vector.first(rest))
    }

    /// The largest element; not a number if one of them is none.
    @inline(__always)
    func maximum() -> Scalar {
        var largest = last(filledWith: -.infinity)
        var other = largest
        var i = 0
        while i &+ 128 <= whole {
            largest = Vector.maximum(bytes.load(i, Scalar.self), largest)
            other = Vector.maximum(bytes.load(i &+ 64, Scalar.self), other)
            i &+= 128
        }
        if i < whole { largest = Vector.maximum(bytes.load(i, Scalar.self), largest) }
        return Vector.maximum(largest, other).folded(Vector.maximum)[0]
    }

    /// Σⱼ e^(xⱼ − m); writes the terms to `y`, if there is one.
    @inline(__always)
    func sumOfExponentials(less m: Vector, storing y: UnsafeMutableRawPointer?) -> Scalar {
        var total = CompensatedSum<Vector>()
        var i = 0
        while i < whole {
            var partial = Vector.zero
            let end = min(whole, i &+ Self.run)
            while i < end {
                let e = exp(bytes.load(i, Scalar.self) - m)
                if let y { y.store(e, i, Scalar.self) }
                partial += e
                i &+= 64
            }
            total.add(partial)
        }
        if rest > 0 {
            let e = exp(last(filledWith: -.infinity) - m)
            if let y { y.store(first: rest, of: e, whole, Scalar.self) }
            total.add(e)
        }
        return total.sumOfLanes.value
    }

    /// Σⱼ e^(xⱼ − m) − 1, with m the largest xⱼ: the sum without one of the largest.
    @inline(__always)
    func sumOfOtherExponentials(less m: Vector) -> Scalar {
        var (others, largest) = (CompensatedSum<Vector>(), Vector.zero)
        var i = 0
        while i < whole {
            var partial = Vector.zero
            let end = min(whole, i &+ Self.run)
            while i < end {
                let d = bytes.load(i, Scalar.self) - m
                partial += exp(d).replacing(with: .zero, where: d .== .zero)
                largest += Vector.zero.replacing(with: .one, where: d .== .zero)
                i &+= 64
            }
            others.add(partial)
        }
        if rest > 0 {
            let d = last(filledWith: -.infinity) - m
            others.add(exp(d).replacing(with: .zero, where: d .== .zero))
            largest += Vector.zero.replacing(with: .one, where: d .== .zero)
        }
        return others.sumOfLanes.value + (largest.compensatedSum() - 1)
    }

    /// The bytes of so many additions in one lane that the rounding of an exponential still outweighs theirs.
    private static var run: Int { 64 &* 64 }
}
