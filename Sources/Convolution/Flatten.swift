// 3.2.1 From maps to classes
//
// A convolutional network ends with fully connected layers (全连接层), which combine what the maps have found. They take a row
// of numbers for each example, so the maps are laid out in one row: flattening. The numbers stay the same.

/// Each example as a row of numbers (flattening, 展平): `[batch, …]` becomes `[batch, features]`, in row-major order.
public struct Flatten<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y = x, in another shape
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x.reshaped(outputShape(for: x.shape)) }

    /// ∂L/∂x = ∂L/∂y, in the shape of x
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self, shape = x.shape] g in Gradients(input: g.reshaped(shape), layer: self) })
    }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        require(inputShape.count >= 1, "Flatten: examples [batch, …] are expected, but the shape is \(inputShape)")
        return [inputShape[0], inputShape[1...].reduce(1, *)]
    }
}

/// Each example in another shape: `[batch, …]` becomes `[batch] + shape`, in row-major order. The inverse of `Flatten`, to
/// make maps from a row of numbers.
public struct Reshape<Scalar: TensorScalar>: Layer {
    /// The shape of one example, without the batch axis.
    public let shape: [Int]

    /// Traps if a size is negative.
    public init(_ shape: [Int]) {
        requireShape(shape)
        self.shape = shape
    }

    /// y = x, in another shape
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x.reshaped(outputShape(for: x.shape)) }

    /// ∂L/∂x = ∂L/∂y, in the shape of x
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self, shape = x.shape] g in Gradients(input: g.reshaped(shape), layer: self) })
    }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        require(
            inputShape.count >= 1 && inputShape[1...].reduce(1, *) == shape.reduce(1, *),
            "Reshape: an example of shape \(Array(inputShape.dropFirst())) cannot be arranged as \(shape)")
        return [inputShape[0]] + shape
    }
}

extension Flatten where Scalar == Float { public init() {} }
extension Reshape where Scalar == Float {
    public init(_ shape: [Int]) {
        requireShape(shape)
        self.shape = shape
    }
}

private func requireShape(_ shape: [Int]) {
    require(
        shape.allSatisfy { $0 >= 0 } && shape.reduce(1.0) { $0 * Double($1) } < 0x1p62,
        "Reshape: the shape of an example has sizes that are not negative and can be multiplied, but it is \(shape)")
}
