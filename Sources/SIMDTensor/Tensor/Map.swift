// Elementwise mathematics: a formula on vectors, carried through whole tensors.
//
//     let gate = map(forget, cell, input, candidate) { f, c, i, g in f * c + i * g }
//
// is one pass over four tensors; nothing is stored in between. The closure is given sixteen `Float`s (eight `Double`s) at
// a time. `@_transparent` makes the compiler put the closure's body into the loop, in every build and across modules:
// a call for each vector would cost more than the arithmetic. What is large, or changed in place: see OnThreads.
//
// The loops go on to the next multiple of a vector behind the last element; `Storage` keeps room for that.

/// Applies `formula` to every element.
@_transparent
public func map<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ formula: (Scalar.Vector) -> Scalar.Vector
) -> Tensor<Scalar> {
    let result = Tensor<Scalar>(uninitialized: a.shape)
    MapPass<Scalar>(a.bytes, result.bytes, 0..<a.byteCount).map(formula)
    extendLifetime(a)
    return result
}

/// Applies `formula` to the elements of two tensors of one shape.
@_transparent
public func map<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ formula: (Scalar.Vector, Scalar.Vector) -> Scalar.Vector
) -> Tensor<Scalar> {
    requireSameShape("map", a.shape, b.shape)
    let result = Tensor<Scalar>(uninitialized: a.shape)
    MapPass2<Scalar>(a.bytes, b.bytes, result.bytes, 0..<a.byteCount).map(formula)
    extendLifetime(a)
    extendLifetime(b)
    return result
}

/// Applies `formula` to the elements of three tensors of one shape.
@_transparent
public func map<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ c: Tensor<Scalar>,
    _ formula: (Scalar.Vector, Scalar.Vector, Scalar.Vector) -> Scalar.Vector
) -> Tensor<Scalar> {
    requireSameShape("map", a.shape, b.shape)
    requireSameShape("map", a.shape, c.shape)
    let result = Tensor<Scalar>(uninitialized: a.shape)
    let (x0, x1, x2, y, end) = (a.bytes, b.bytes, c.bytes, result.bytes, a.byteCount)
    var i = 0
    while i < end {
        y.store(formula(x0.load(i, Scalar.self), x1.load(i, Scalar.self), x2.load(i, Scalar.self)), i, Scalar.self)
        i &+= 64
    }
    extendLifetime(a)
    extendLifetime(b)
    extendLifetime(c)
    return result
}

/// Applies `formula` to the elements of four tensors of one shape.
@_transparent
public func map<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ c: Tensor<Scalar>, _ d: Tensor<Scalar>,
    _ formula: (Scalar.Vector, Scalar.Vector, Scalar.Vector, Scalar.Vector) -> Scalar.Vector
) -> Tensor<Scalar> {
    requireSameShape("map", a.shape, b.shape)
    requireSameShape("map", a.shape, c.shape)
    requireSameShape("map", a.shape, d.shape)
    let result = Tensor<Scalar>(uninitialized: a.shape)
    let (x0, x1, x2, x3, y, end) = (a.bytes, b.bytes, c.bytes, d.bytes, result.bytes, a.byteCount)
    var i = 0
    while i < end {
        y.store(
            formula(
                x0.load(i, Scalar.self), x1.load(i, Scalar.self), x2.load(i, Scalar.self), x3.load(i, Scalar.self)),
            i, Scalar.self)
        i &+= 64
    }
    extendLifetime(a)
    extendLifetime(b)
    extendLifetime(c)
    extendLifetime(d)
    return result
}

// MARK: - With a sum

/// One pass with two results of each element: the first are the elements of a tensor, the second are added up. A loss and
/// its gradient have most of their work in common. Several threads share what is large.
@_transparent
public func mapAndSum<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>,
    _ formula: (Scalar.Vector, Scalar.Vector) -> (element: Scalar.Vector, term: Scalar.Vector)
) -> (elements: Tensor<Scalar>, sum: Scalar) {
    requireSameShape("mapAndSum", a.shape, b.shape)
    let result = Tensor<Scalar>(uninitialized: a.shape)
    let (x0, x1, y, end) = (a.bytes, b.bytes, result.bytes, a.byteCount)
    let sum = sumOfBlocks(end, Scalar.self) { block in
        var total = CompensatedSum<Scalar.Vector>()
        var i = block.lowerBound
        while i < block.upperBound {
            var partial = Scalar.Vector.zero
            let runEnd = min(block.upperBound, i &+ runLength &* 64)
            while i < runEnd {
                let (element, term) = formula(x0.load(i, Scalar.self), x1.load(i, Scalar.self))
                y.store(element, i, Scalar.self)
                // The last vector may reach beyond the last element.
                let lanes = Scalar.Vector.first((end &- i) / MemoryLayout<Scalar>.stride)
                partial += Scalar.Vector.zero.replacing(with: term, where: lanes)
                i &+= 64
            }
            total.add(partial)
        }
        return total.sumOfLanes
    }
    extendLifetime(a)
    extendLifetime(b)
    return (result, sum)
}

@usableFromInline
func requireSameShape(_ operation: StaticString, _ a: [Int], _ b: [Int]) {
    require(a == b, "\(operation): the tensors must have one shape, but they have \(a) and \(b)")
}

// MARK: - Vectors in memory

extension UnsafeMutableRawPointer {
    /// The vector that begins `bytes` behind this address.
    @usableFromInline @_transparent
    func load<Scalar: TensorScalar>(_ bytes: Int, _: Scalar.Type) -> Scalar.Vector {
        loadUnaligned(fromByteOffset: bytes, as: Scalar.Vector.self)
    }

    /// Writes a vector `bytes` behind this address.
    @usableFromInline @_transparent
    func store<Scalar: TensorScalar>(_ vector: Scalar.Vector, _ bytes: Int, _: Scalar.Type) {
        storeBytes(of: vector, toByteOffset: bytes, as: Scalar.Vector.self)
    }

    /// Writes `formula` of the `count` elements here to `y`, and nothing behind them.
    @_transparent
    func map<Scalar: TensorScalar>(
        _ count: Int, to y: UnsafeMutableRawPointer, _: Scalar.Type, _ formula: (Scalar.Vector) -> Scalar.Vector
    ) {
        let whole = count / Scalar.Vector.scalarCount &* 64
        var i = 0
        while i < whole {
            y.store(formula(load(i, Scalar.self)), i, Scalar.self)
            i &+= 64
        }
        let rest = count % Scalar.Vector.scalarCount
        if rest > 0 { y.store(first: rest, of: formula(load(i, Scalar.self)), i, Scalar.self) }
    }
}
