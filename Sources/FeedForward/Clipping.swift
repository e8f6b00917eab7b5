// Gradient clipping: no step too far
//
// Where the loss has a cliff, its gradient is enormous, and one step along it undoes what many have learned. Clipping
// bounds the step.

extension Parameterized {
    /// The length of this gradient: the square root of the sum of squares over all parameters together.
    public var parameterNorm: Scalar {
        let squares = parameters.map { parameter in
            let norm = self[keyPath: parameter.path].norm()
            return norm * norm
        }
        return squares.reduce(0, +).squareRoot()
    }

    /// Shortens this gradient, if it is longer than `limit`, without turning it: g ← g · min(1, limit / ‖g‖).
    /// Source: Pascanu, Mikolov & Bengio 2013, algorithm 1.
    ///
    /// - Returns: ‖g‖ as it was.
    @discardableResult
    public mutating func clip(norm limit: Scalar) -> Scalar {
        require(limit > 0, "clip(norm:): the limit must be positive, but it is \(limit)")
        let norm = parameterNorm
        if norm > limit { for parameter in parameters { self[keyPath: parameter.path] *= limit / norm } }
        return norm
    }

    /// Cuts every number of this gradient to ±limit; the direction may change.
    public mutating func clip(value limit: Scalar) {
        require(limit > 0, "clip(value:): the limit must be positive, but it is \(limit)")
        for parameter in parameters { cut(&self[keyPath: parameter.path], to: limit) }
    }
}

@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func cut<Scalar: TensorScalar>(_ gradient: inout Tensor<Scalar>, to limit: Scalar) {
    let limit = Scalar.Vector(repeating: limit)
    gradient = map(gradient) { Scalar.Vector.minimum(Scalar.Vector.maximum($0, -limit), limit) }
}
