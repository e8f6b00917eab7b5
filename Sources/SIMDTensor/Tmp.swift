@inlinable public func exp<V: TensorVector>(_ x: V) -> V { x }
@inlinable public func log<V: TensorVector>(_ x: V) -> V { x }
@inlinable public func tanh<V: TensorVector>(_ x: V) -> V { x }
@inlinable public func sigmoid<V: TensorVector>(_ x: V) -> V { x }
@inlinable public func softplus<V: TensorVector>(_ x: V) -> V { x }
@inlinable public func erf<V: TensorVector>(_ x: V) -> V { x }
extension TensorScalar { public static func cos(_ x: Self) -> Self { x } }
