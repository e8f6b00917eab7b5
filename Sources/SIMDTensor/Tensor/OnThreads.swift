// Elementwise mathematics on several threads.
//
// A pass over large tensors can be shared: every thread takes a part of it. A closure that is handed to another thread is
// compiled by itself, and a closure that it holds is called once for each vector, which costs more than the second thread
// gains. So the formula has to stand inside of what is handed over:
//
//     onThreads(x) { $0.map { x in exp(x) } }
//
// The outer closure is handed to the threads, and `$0` is the part of the pass that one of them takes. Where tensors are
// small, `map(x) { x in exp(x) }` is the same and says it more simply.

/// A tensor of the shape of `a`, each element of it computed from one of `a` by the formula that `share` gives to its part:
/// `onThreads(x) { $0.map { x in exp(x) } }`.
@_transparent
public func onThreads<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ share: (_ part: MapPass<Scalar>) -> Void
) -> Tensor<Scalar> {
    let result = Tensor<Scalar>(uninitialized: a.shape)
    let (x, y) = (a.bytes, result.bytes)
    inParts(a.byteCount) { share(MapPass(x, y, $0)) }
    extendLifetime(a)
    return result
}

/// The same for two tensors of one shape: `onThreads(g, y) { $0.map { g, y in g * y * (1 - y) } }`.
@_transparent
public func onThreads<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, _ share: (_ part: MapPass2<Scalar>) -> Void
) -> Tensor<Scalar> {
    requireSameShape("onThreads", a.shape, b.shape)
    let result = Tensor<Scalar>(uninitialized: a.shape)
    let (x0, x1, y) = (a.bytes, b.bytes, result.bytes)
    inParts(a.byteCount) { share(MapPass2(x0, x1, y, $0)) }
    extendLifetime(a)
    extendLifetime(b)
    return result
}

/// The same for a tensor and a row that repeats along it: `row` stands for as many copies of itself as there are rows.
@_transparent
func onThreads<Scalar: TensorScalar>(
    _ a: Tensor<Scalar>, repeating row: Tensor<Scalar>, _ share: (_ part: MapPass2<Scalar>) -> Void
) -> Tensor<Scalar> {
    let result = Tensor<Scalar>(uninitialized: a.shape)
    let pattern = repeatedToVectors(row, over: a.count)
    let (x, y, period, end) = (a.bytes, result.bytes, pattern.byteCount, a.byteCount)
    let copies = pattern.bytes
    func compute(_ periods: Range<Int>) {
        for number in periods {
            let start = number &* period
            share(MapPass2(x + start, copies, y + start, 0..<min(period, end &- start)))
        }
    }
    let periods = (end &+ period &- 1) / period
    if end < sharedBytes { compute(0..<periods) } else { inSharedPeriods(periods, of: period, compute) }
    extendLifetime(a)
    extendLifetime(pattern)
    return result
}

/// So many copies of a row that they are whole vectors, some kilobytes of them, or what `count` elements ask for.
@inline(never)
func repeatedToVectors<Scalar: TensorScalar>(_ row: Tensor<Scalar>, over count: Int) -> Tensor<Scalar> {
    // A row may be no whole number of vectors, but as many rows as a vector has lanes are; fewer, if its length is even.
    let lanes = Scalar.Vector.scalarCount
    let rows = lanes >> min(lanes.trailingZeroBitCount, row.count.trailingZeroBitCount)
    let wanted = max(1, 4096 / (rows &* row.count &* MemoryLayout<Scalar>.stride))
    let needed = max(1, (count &+ rows &* row.count &- 1) / (rows &* row.count))
    return row.reshaped([1, row.count]).broadcast(to: [rows &* min(wanted, needed), row.count])
}

@inline(never)
func inSharedPeriods(_ periods: Int, of period: Int, _ body: (_ periods: Range<Int>) -> Void) {
    parallel(0..<periods, step: max(1, 16_384 / period), if: true, body)
}

// MARK: - In place

/// Changes a tensor in place by another of its shape: `onThreads(&w, with: g) { $0.update { w, g in w -= g * rate } }`.
@_transparent
public func onThreads<Scalar: TensorScalar>(
    _ a: inout Tensor<Scalar>, with b: Tensor<Scalar>, _ share: (_ part: UpdatePass<Scalar>) -> Void
) {
    requireSameShape("onThreads", a.shape, b.shape)
    let (x, y) = (UnsafeMutableRawPointer(a.mutableBase()), b.bytes)
    inParts(a.byteCount) { share(UpdatePass(x, y, $0)) }
    extendLifetime(a)
    extendLifetime(b)
}

/// Changes two tensors in place by a third of their shape: a step with momentum.
@_transparent
public func onThreads<Scalar: TensorScalar>(
    _ a: inout Tensor<Scalar>, _ b: inout Tensor<Scalar>, with c: Tensor<Scalar>,
    _ share: (_ part: UpdatePass2<Scalar>) -> Void
) {
    requireSameShape("onThreads", a.shape, b.shape)
    requireSameShape("onThreads", a.shape, c.shape)
    let (x0, x1) = (UnsafeMutableRawPointer(a.mutableBase()), UnsafeMutableRawPointer(b.mutableBase()))
    let y = c.bytes
    inParts(a.byteCount) { share(UpdatePass2(x0, x1, y, $0)) }
    extendLifetime(a)
    extendLifetime(b)
    extendLifetime(c)
}

/// Changes three tensors in place by a fourth of their shape: a step of Adam.
@_transparent
public func onThreads<Scalar: TensorScalar>(
    _ a: inout Tensor<Scalar>, _ b: inout Tensor<Scalar>, _ c: inout Tensor<Scalar>, with d: Tensor<Scalar>,
    _ share: (_ part: UpdatePass3<Scalar>) -> Void
) {
    requireSameShape("onThreads", a.shape, b.shape)
    requireSameShape("onThreads", a.shape, c.shape)
    requireSameShape("onThreads", a.shape, d.shape)
    let (x0, x1) = (UnsafeMutableRawPointer(a.mutableBase()), UnsafeMutableRawPointer(b.mutableBase()))
    let (x2, y) = (UnsafeMutableRawPointer(c.mutableBase()), d.bytes)
    inParts(a.byteCount) { share(UpdatePass3(x0, x1, x2, y, $0)) }
    extendLifetime(a)
    extendLifetime(b)
    extendLifetime(c)
    extendLifetime(d)
}

// MARK: - Several results

/// `body(0)`, `body(1)`, …, computed on several threads: `onThreads(2) { part in network(inputs[part]) }`. Tensor operations
/// inside of `body` then keep to the thread they are on.
public func onThreads<Result: Sendable>(_ count: Int, _ body: @Sendable (_ number: Int) -> Result) -> [Result] {
    if count == 1 { return [body(0)] }
    return [Result](unsafeUninitializedCapacity: count) { results, initialized in
        let first = results.baseAddress!
        parallel(tasks: count, if: true) { (first + $0).initialize(to: body($0)) }
        initialized = count
    }
}

// MARK: - Parts

/// From so many bytes on, a pass is shared among threads.
@usableFromInline var sharedBytes: Int { 1 << 18 }

/// Calls `body` for parts of so many bytes, each beginning at a vector.
@usableFromInline @_transparent
func inParts(_ bytes: Int, _ body: (_ part: Range<Int>) -> Void) {
    if bytes < sharedBytes { body(0..<bytes) } else { inSharedParts(bytes, body) }
}

@usableFromInline @inline(never)
func inSharedParts(_ bytes: Int, _ body: (_ part: Range<Int>) -> Void) {
    parallel(0..<bytes, step: 16_384, if: true, body)
}

/// A part of a pass from one tensor to another. Give it the formula, once.
public struct MapPass<Scalar: TensorScalar> {
    @usableFromInline let x: UnsafeMutableRawPointer
    @usableFromInline let y: UnsafeMutableRawPointer
    @usableFromInline let part: Range<Int>

    @usableFromInline @_transparent
    init(_ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ part: Range<Int>) {
        self.x = x
        self.y = y
        self.part = part
    }

    /// y ← formula(x)
    @_transparent
    public func map(_ formula: (Scalar.Vector) -> Scalar.Vector) {
        var i = part.lowerBound
        while i < part.upperBound {
            y.store(formula(x.load(i, Scalar.self)), i, Scalar.self)
            i &+= 64
        }
    }
}

/// A part of a pass from two tensors to a third. Give it the formula, once.
public struct MapPass2<Scalar: TensorScalar> {
    @usableFromInline let x0: UnsafeMutableRawPointer
    @usableFromInline let x1: UnsafeMutableRawPointer
    @usableFromInline let y: UnsafeMutableRawPointer
    @usableFromInline let part: Range<Int>

    @usableFromInline @_transparent
    init(
        _ x0: UnsafeMutableRawPointer, _ x1: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ part: Range<Int>
    ) {
        self.x0 = x0
        self.x1 = x1
        self.y = y
        self.part = part
    }

    /// y ← formula(x₀, x₁)
    @_transparent
    public func map(_ formula: (Scalar.Vector, Scalar.Vector) -> Scalar.Vector) {
        var i = part.lowerBound
        while i < part.upperBound {
            y.store(formula(x0.load(i, Scalar.self), x1.load(i, Scalar.self)), i, Scalar.self)
            i &+= 64
        }
    }
}

/// A part of a pass that changes one tensor by another. Give it the formula, once.
public struct UpdatePass<Scalar: TensorScalar> {
    @usableFromInline let x: UnsafeMutableRawPointer
    @usableFromInline let y: UnsafeMutableRawPointer
    @usableFromInline let part: Range<Int>

    @usableFromInline @_transparent
    init(_ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ part: Range<Int>) {
        self.x = x
        self.y = y
        self.part = part
    }

    /// Changes x by y.
    @_transparent
    public func update(_ formula: (inout Scalar.Vector, Scalar.Vector) -> Void) {
        var i = part.lowerBound
        while i < part.upperBound {
            var u = x.load(i, Scalar.self)
            formula(&u, y.load(i, Scalar.self))
            x.store(u, i, Scalar.self)
            i &+= 64
        }
    }
}

/// A part of a pass that changes two tensors by a third. Give it the formula, once.
public struct UpdatePass2<Scalar: TensorScalar> {
    @usableFromInline let x0: UnsafeMutableRawPointer
    @usableFromInline let x1: UnsafeMutableRawPointer
    @usableFromInline let y: UnsafeMutableRawPointer
    @usableFromInline let part: Range<Int>

    @usableFromInline @_transparent
    init(
        _ x0: UnsafeMutableRawPointer, _ x1: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ part: Range<Int>
    ) {
        self.x0 = x0
        self.x1 = x1
        self.y = y
        self.part = part
    }

    /// Changes x₀ and x₁ by y.
    @_transparent
    public func update(_ formula: (inout Scalar.Vector, inout Scalar.Vector, Scalar.Vector) -> Void) {
        var i = part.lowerBound
        while i < part.upperBound {
            var (u, v) = (x0.load(i, Scalar.self), x1.load(i, Scalar.self))
            formula(&u, &v, y.load(i, Scalar.self))
            x0.store(u, i, Scalar.self)
            x1.store(v, i, Scalar.self)
            i &+= 64
        }
    }
}

/// A part of a pass that changes three tensors by a fourth. Give it the formula, once.
public struct UpdatePass3<Scalar: TensorScalar> {
    @usableFromInline let x0: UnsafeMutableRawPointer
    @usableFromInline let x1: UnsafeMutableRawPointer
    @usableFromInline let x2: UnsafeMutableRawPointer
    @usableFromInline let y: UnsafeMutableRawPointer
    @usableFromInline let part: Range<Int>

    @usableFromInline @_transparent
    init(
        _ x0: UnsafeMutableRawPointer, _ x1: UnsafeMutableRawPointer, _ x2: UnsafeMutableRawPointer,
        _ y: UnsafeMutableRawPointer, _ part: Range<Int>
    ) {
        self.x0 = x0
        self.x1 = x1
        self.x2 = x2
        self.y = y
        self.part = part
    }

    /// Changes x₀, x₁ and x₂ by y.
    @_transparent
    public func update(
        _ formula: (inout Scalar.Vector, inout Scalar.Vector, inout Scalar.Vector, Scalar.Vector) -> Void
    ) {
        var i = part.lowerBound
        while i < part.upperBound {
            var (u, v, w) = (x0.load(i, Scalar.self), x1.load(i, Scalar.self), x2.load(i, Scalar.self))
            formula(&u, &v, &w, y.load(i, Scalar.self))
            x0.store(u, i, Scalar.self)
            x1.store(v, i, Scalar.self)
            x2.store(w, i, Scalar.self)
            i &+= 64
        }
    }
}
