@inlinable public func exp<V: TensorVector>(_ x: V) -> V { x }
@inlinable public func log<V: TensorVector>(_ x: V) -> V { x }
