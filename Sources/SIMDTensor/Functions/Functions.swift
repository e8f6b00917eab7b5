// Elementary functions on vectors and on single numbers.
//
// The functions under their usual names, so that a formula reads exp(x). For scalars they are static functions,
// Float.exp(x), because Foundation has the free names.

/// eˣ in every lane.
@inlinable @inline(__always) public func exp<V: TensorVector>(_ x: V) -> V { V.exp(x) }
/// eˣ − 1 in every lane, accurate also where x is small.
@inlinable @inline(__always) public func expm1<V: TensorVector>(_ x: V) -> V { V.expm1(x) }
/// ln x in every lane.
@inlinable @inline(__always) public func log<V: TensorVector>(_ x: V) -> V { V.log(x) }
/// ln(1 + x) in every lane, accurate also where x is small.
@inlinable @inline(__always) public func log1p<V: TensorVector>(_ x: V) -> V { V.log1p(x) }
/// σ(x) = 1/(1 + e⁻ˣ) in every lane.
@inlinable @inline(__always) public func sigmoid<V: TensorVector>(_ x: V) -> V { V.sigmoid(x) }
/// The hyperbolic tangent in every lane.
@inlinable @inline(__always) public func tanh<V: TensorVector>(_ x: V) -> V { V.tanh(x) }
/// ln(1 + eˣ) in every lane.
@inlinable @inline(__always) public func softplus<V: TensorVector>(_ x: V) -> V { V.softplus(x) }
/// The error function in every lane.
@inlinable @inline(__always) public func erf<V: TensorVector>(_ x: V) -> V { V.erf(x) }
/// erfc x = 1 − erf x in every lane, accurate also where it is tiny.
@inlinable @inline(__always) public func erfc<V: TensorVector>(_ x: V) -> V { V.erfc(x) }
/// The normal distribution's density e^(−x²/2)/√(2π) and its probability of a number below x, in every lane, both accurate
/// also where they are tiny.
@inlinable @inline(__always) public func standardNormal<V: TensorVector>(_ x: V) -> (density: V, cumulative: V) {
    V.standardNormal(x)
}
/// The sine of x radians in every lane.
@inlinable @inline(__always) public func sin<V: TensorVector>(_ x: V) -> V { V.sin(x) }
/// The cosine of x radians in every lane.
@inlinable @inline(__always) public func cos<V: TensorVector>(_ x: V) -> V { V.cos(x) }

extension TensorScalar {
    /// eˣ.
    @inlinable public static func exp(_ x: Self) -> Self { Vector.exp(Vector(repeating: x))[0] }
    /// eˣ − 1, accurate also where x is small.
    @inlinable public static func expm1(_ x: Self) -> Self { Vector.expm1(Vector(repeating: x))[0] }
    /// The natural logarithm.
    @inlinable public static func log(_ x: Self) -> Self { Vector.log(Vector(repeating: x))[0] }
    /// ln(1 + x), accurate also where x is small.
    @inlinable public static func log1p(_ x: Self) -> Self { Vector.log1p(Vector(repeating: x))[0] }
    /// σ(x) = 1/(1 + e⁻ˣ).
    @inlinable public static func sigmoid(_ x: Self) -> Self { Vector.sigmoid(Vector(repeating: x))[0] }
    /// The hyperbolic tangent.
    @inlinable public static func tanh(_ x: Self) -> Self { Vector.tanh(Vector(repeating: x))[0] }
    /// ln(1 + eˣ).
    @inlinable public static func softplus(_ x: Self) -> Self { Vector.softplus(Vector(repeating: x))[0] }
    /// The error function.
    @inlinable public static func erf(_ x: Self) -> Self { Vector.erf(Vector(repeating: x))[0] }
    /// erfc x = 1 − erf x, accurate also where it is tiny.
    @inlinable public static func erfc(_ x: Self) -> Self { Vector.erfc(Vector(repeating: x))[0] }
    /// The normal distribution's density e^(−x²/2)/√(2π) and its probability of a number below x.
    @inlinable public static func standardNormal(_ x: Self) -> (density: Self, cumulative: Self) {
        let (density, cumulative) = Vector.standardNormal(Vector(repeating: x))
        return (density[0], cumulative[0])
    }
    /// The sine of x radians.
    @inlinable public static func sin(_ x: Self) -> Self { Vector.sin(Vector(repeating: x))[0] }
    /// The cosine of x radians.
    @inlinable public static func cos(_ x: Self) -> Self { Vector.cos(Vector(repeating: x))[0] }
}

// The functions of whole tensors, computed by several threads if they are large. In a formula with more than one of them,
// `map` needs one pass over the memory only.

/// eˣ of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func exp<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in exp(x) } } }

/// ln x of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func log<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in log(x) } } }

/// tanh x of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func tanh<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in tanh(x) } } }

/// σ(x) = 1/(1 + e⁻ˣ) of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func sigmoid<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in sigmoid(x) } } }

/// ln(1 + eˣ) of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func softplus<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in softplus(x) } } }

/// erf x of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func erf<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in erf(x) } } }

/// erfc x = 1 − erf x of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func erfc<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in erfc(x) } } }

/// sin x of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func sin<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in sin(x) } } }

/// cos x of every element.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func cos<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { onThreads(x) { $0.map { x in cos(x) } } }
