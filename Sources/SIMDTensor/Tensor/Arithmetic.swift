// Arithmetic on whole tensors, with broadcasting.
//
// Two shapes fit if, aligned at their last axes, every pair of sizes is equal or one of the two is 1; a missing axis
// counts as 1. The smaller tensor then acts as if it were repeated. [32, 10] + [10] adds one row to each of 32 rows.

extension Tensor {
    /// The shape of the result of an elementwise operation on tensors of shapes `a` and `b`; traps if they do not fit.
    static func broadcastShape(_ a: [Int], _ b: [Int], _ operation: StaticString) -> [Int] {
        if a == b { return a }
        let rank = max(a.count, b.count)
        return (0..<rank).map { axis in
            let i = axis - (rank - a.count), j = axis - (rank - b.count)
            let (x, y) = (i < 0 ? 1 : a[i], j < 0 ? 1 : b[j])
            require(
                x == y || x == 1 || y == 1,
                "\(operation): shapes \(a) and \(b) do not fit: aligned at the last axis, sizes must be equal or 1")
            return x == 1 ? y : x
        }
    }

    /// This tensor repeated along its axes of size 1, and along new axes in front, until it has the given shape.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func broadcast(to target: [Int]) -> Tensor {
        if shape == target { return self }
        require(
            Self.broadcastShape(shape, target, "broadcast") == target,
            "broadcast: a tensor of shape \(shape) cannot be repeated to shape \(target)")
        let result = Tensor(uninitialized: target)
        guard result.count > 0 else { return result }
        // The last axes that agree are copied in one run; before them, what was written is repeated as an axis asks.
        let sizes = [Int](repeating: 1, count: target.count - rank) + shape
        func fill(_ axis: Int, _ source: UnsafePointer<Scalar>, _ destination: UnsafeMutablePointer<Scalar>) {
            if sizes[axis...].elementsEqual(target[axis...]) {
                return destination.update(from: source, count: target[axis...].reduce(1, *))
            }
            let (from, to) = (sizes[(axis + 1)...].reduce(1, *), target[(axis + 1)...].reduce(1, *))
            if to == 1 { return destination.update(repeating: source[0], count: target[axis]) }
            for i in 0..<sizes[axis] { fill(axis + 1, source + i * from, destination + i * to) }
            for i in sizes[axis]..<target[axis] { (destination + i * to).update(from: destination, count: to) }
        }
        fill(0, base, result.start)
        extendLifetime(self)
        return result
    }

    /// Adds up what broadcasting repeated, so that the result has the given shape: the gradient of `broadcast(to:)`.
    public func summed(to target: [Int]) -> Tensor {
        require(
            rank >= target.count && Self.broadcastShape(shape, target, "summed") == shape,
            "summed: shape \(shape) does not come from broadcasting shape \(target)")
        var result = self
        while result.rank > target.count { result = result.sum(along: 0) }
        for (axis, size) in target.enumerated() where size == 1 && result.shape[axis] != 1 {
            result = result.sum(along: axis, keepingAxis: true)
        }
        return result
    }

    /// Whether broadcasting repeats this tensor as it is along the first axes of another, as a bias along a batch.
    func isRow(of whole: Tensor) -> Bool {
        count > 0 && whole.count > 0 && rank <= whole.rank && whole.shape.suffix(rank).elementsEqual(shape)
    }

    /// A pass over the elements of two tensors whose shapes fit.
    @_transparent
    static func elementwise(
        _ a: Tensor, _ b: Tensor, _ operation: StaticString,
        _ share: (MapPass2<Scalar>) -> Void
    ) -> Tensor {
        if a.shape == b.shape { return onThreads(a, b, share) }
        if b.isRow(of: a) { return onThreads(a, repeating: b, share) }
        let shape = broadcastShape(a.shape, b.shape, operation)
        return onThreads(a.broadcast(to: shape), b.broadcast(to: shape), share)
    }

    /// Elementwise sum; the shapes must fit by broadcasting.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func + (a: Tensor, b: Tensor) -> Tensor { elementwise(a, b, "+") { $0.map { a, b in a + b } } }

    /// Elementwise difference; the shapes must fit by broadcasting.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func - (a: Tensor, b: Tensor) -> Tensor { elementwise(a, b, "-") { $0.map { a, b in a - b } } }

    /// Elementwise (Hadamard) product ∘; the shapes must fit by broadcasting. The matrix product is `•`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func * (a: Tensor, b: Tensor) -> Tensor { elementwise(a, b, "*") { $0.map { a, b in a * b } } }

    /// Elementwise quotient; the shapes must fit by broadcasting.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func / (a: Tensor, b: Tensor) -> Tensor { elementwise(a, b, "/") { $0.map { a, b in a / b } } }

    /// The negative of every element.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static prefix func - (a: Tensor) -> Tensor { onThreads(a) { $0.map { a in -a } } }

    /// Elementwise sum with one number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func + (a: Tensor, b: Scalar) -> Tensor {
        let b = Scalar.Vector(repeating: b)
        return onThreads(a) { $0.map { x in x + b } }
    }

    /// Elementwise, one number on the left.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func + (a: Scalar, b: Tensor) -> Tensor {
        let a = Scalar.Vector(repeating: a)
        return onThreads(b) { $0.map { x in a + x } }
    }

    /// Elementwise difference to one number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func - (a: Tensor, b: Scalar) -> Tensor {
        let b = Scalar.Vector(repeating: b)
        return onThreads(a) { $0.map { x in x - b } }
    }

    /// Elementwise, one number on the left.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func - (a: Scalar, b: Tensor) -> Tensor {
        let a = Scalar.Vector(repeating: a)
        return onThreads(b) { $0.map { x in a - x } }
    }

    /// Elementwise product with one number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func * (a: Tensor, b: Scalar) -> Tensor {
        let b = Scalar.Vector(repeating: b)
        return onThreads(a) { $0.map { x in x * b } }
    }

    /// Elementwise, one number on the left.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func * (a: Scalar, b: Tensor) -> Tensor {
        let a = Scalar.Vector(repeating: a)
        return onThreads(b) { $0.map { x in a * x } }
    }

    /// Elementwise quotient by one number.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func / (a: Tensor, b: Scalar) -> Tensor {
        let b = Scalar.Vector(repeating: b)
        return onThreads(a) { $0.map { x in x / b } }
    }

    /// Elementwise, one number on the left.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func / (a: Scalar, b: Tensor) -> Tensor {
        let a = Scalar.Vector(repeating: a)
        return onThreads(b) { $0.map { x in a / x } }
    }

    /// Adds in place; `b` may be broadcast to the shape of `a`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func += (a: inout Tensor, b: Tensor) {
        onThreads(&a, with: b.broadcast(to: a.shape)) { $0.update { a, b in a += b } }
    }

    /// Subtracts in place; `b` may be broadcast to the shape of `a`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func -= (a: inout Tensor, b: Tensor) {
        onThreads(&a, with: b.broadcast(to: a.shape)) { $0.update { a, b in a -= b } }
    }

    /// Multiplies in place, element by element; `b` may be broadcast to the shape of `a`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func *= (a: inout Tensor, b: Tensor) {
        onThreads(&a, with: b.broadcast(to: a.shape)) { $0.update { a, b in a *= b } }
    }

    /// Divides in place, element by element; `b` may be broadcast to the shape of `a`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public static func /= (a: inout Tensor, b: Tensor) {
        onThreads(&a, with: b.broadcast(to: a.shape)) { $0.update { a, b in a /= b } }
    }

    /// Adds one number to every element in place.
    public static func += (a: inout Tensor, b: Scalar) { a = a + b }
    /// Subtracts one number from every element in place.
    public static func -= (a: inout Tensor, b: Scalar) { a = a - b }
    /// Multiplies one number into every element in place.
    public static func *= (a: inout Tensor, b: Scalar) { a = a * b }
    /// Divides every element by one number in place.
    public static func /= (a: inout Tensor, b: Scalar) { a = a / b }
}
