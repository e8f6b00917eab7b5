// Gradient clipping: no step too far
//
// Where the loss has a cliff, its gradient is enormous, and one step along it undoes what many steps have learned. Clipping
// bounds the step.

extension Parameterized {
    /// The norm of this gradient: the square root of the sum of squares over all parameters together. It is infinite if it
    /// overflows.
    public var parameterNorm: Scalar { Tensor(parameters.map { self[keyPath: $0.path].norm() }).norm() }

    /// Scales this gradient down, if its norm exceeds `limit`, without changing its direction: g ← g · min(1, limit / ‖g‖).
    /// Source: Pascanu, Mikolov & Bengio 2013, algorithm 1.
    ///
    /// A gradient that contains infinity or NaN has no direction to keep, and one step along it would spoil the network for
    /// good: it traps. To skip such a step, check first whether `parameterNorm` is finite.
    ///
    /// - Returns: ‖g‖ as it was.
    @discardableResult
    public mutating func clip(norm limit: Scalar) -> Scalar {
        require(limit > 0, "clip(norm:): the limit must be positive, but it is \(limit)")
        let norm = parameterNorm
        if norm.isFinite && norm <= limit { return norm }
        let factor = limit / norm
        if norm.isFinite && factor >= .leastNormalMagnitude {
            for parameter in parameters { self[keyPath: parameter.path] *= factor }
            return norm
        }
        // The norm is too large for a number, or so far above the limit that their quotient is too small for one. Of so long
        // a gradient nothing that counts is lost if it is made smaller first.
        var direction = self
        for parameter in parameters { direction[keyPath: parameter.path] *= Scalar.leastNormalMagnitude.squareRoot() }
        let length = direction.parameterNorm
        require(
            length.isFinite,
            "clip(norm:): a gradient that is not finite cannot be shortened, and this one is not in "
                + parameters.filter { !direction[keyPath: $0.path].norm().isFinite }.map(\.name).joined(separator: ", "))
        if limit < .infinity {
            for parameter in parameters {
                self[keyPath: parameter.path] = direction[keyPath: parameter.path] / length * limit
            }
        }
        return norm
    }

    /// Clips every number of this gradient to ±limit; the direction may change. Infinite values are clipped as well; NaN
    /// cannot be, and traps.
    public mutating func clip(value limit: Scalar) {
        require(limit > 0, "clip(value:): the limit must be positive, but it is \(limit)")
        for parameter in parameters { cut(&self[keyPath: parameter.path], to: limit, parameter.name) }
    }
}

@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func cut<Scalar: TensorScalar>(_ gradient: inout Tensor<Scalar>, to limit: Scalar, _ name: String) {
    // An infinite limit cuts nothing that is finite.
    let limit = Scalar.Vector(repeating: min(limit, .greatestFiniteMagnitude))
    let (result, sum) = mapAndSum(gradient, gradient) { g, _ in
        let cut = Scalar.Vector.minimum(Scalar.Vector.maximum(g, -limit), limit)
        return (element: cut, term: cut * 0)
    }
    require(!sum.isNaN, "clip(value:): the gradient of \(name) contains NaN, which cannot be clipped")
    gradient = result
}
