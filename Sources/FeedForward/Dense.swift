// 3.1.2 Weights and biases: the fully connected layer
//
// Every output is a weighted sum of all inputs plus a bias (偏置); training adjusts the weights (权重) and biases. For a batch
// of inputs, one per row of x, all the sums together are one matrix product.
//
// Two notes on the Swift of all layers. `@specialized` tells the compiler to generate a version of a function for each of
// the two scalar types; without it the code does the same but can be hundreds of times slower. And a layer of `Float` need
// not say so: besides the initializer for any scalar type there is the same one for `Float`, for where nothing else
// determines the scalar type.

/// A fully connected layer (全连接层): y = x·W + b.
///
/// Shapes: x `[batch, inputs]`, W `[inputs, outputs]`, b `[outputs]`, y `[batch, outputs]`.
///
/// Source: document A, 3.1.2. The matrix form of the derivative: Goodfellow, Bengio & Courville 2016, section 6.5.
public struct Dense<Scalar: TensorScalar>: Layer {
    /// W, `[inputs, outputs]`.
    public var weight: Tensor<Scalar>

    /// b, `[outputs]`.
    public var bias: Tensor<Scalar>

    /// A layer with the given weight and bias. Traps if they do not fit together.
    public init(weight: Tensor<Scalar>, bias: Tensor<Scalar>) {
        require(
            weight.rank == 2 && bias.shape == [weight.shape[1]],
            "Dense: a weight [inputs, outputs] and a bias [outputs] are needed, not \(weight.shape) and \(bias.shape)")
        (self.weight, self.bias) = (weight, bias)
    }

    /// A fresh layer: random weights, zero biases. Traps unless there is at least one input and one output.
    public init(
        _ inputs: Int, _ outputs: Int, initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        requireSizes("Dense", inputs, outputs)
        weight = initialization.weight([inputs, outputs], fanIn: inputs, fanOut: outputs, random: &random)
        bias = Tensor(zeros: [outputs])
    }

    /// y = x·W + b
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        requireInput(x.shape)
        return Tensor.affine(x, weight, bias)
    }

    /// ∂L/∂x = ∂L/∂y · Wᵀ,  ∂L/∂W = xᵀ · ∂L/∂y,  ∂L/∂b = Σ_batch ∂L/∂y
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [weight] g in
            Gradients(input: g • weight.transposed, layer: Dense(weight: x.transposed • g, bias: g.sum(along: 0)))
        })
    }

    public var parameters: [Parameter<Self>] { [Parameter("weight", \.weight), Parameter("bias", \.bias)] }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requireInput(inputShape)
        return [inputShape[0], weight.shape[1]]
    }

    /// Each output is a sum with one product for each input.
    public func multiplicationCount(for inputShape: [Int]) -> Int {
        requireInput(inputShape)
        return inputShape[0] * weight.count
    }

    private func requireInput(_ shape: [Int]) {
        require(
            shape.count == 2 && shape[1] == weight.shape[0],
            "Dense(\(weight.shape[0]), \(weight.shape[1])): an input [batch, \(weight.shape[0])] is expected, "
                + "but its shape is \(shape)")
    }
}

/// Traps, in the name of `layer`, unless there is at least one input and one output.
package func requireSizes(_ layer: StaticString, _ inputs: Int, _ outputs: Int) {
    require(
        inputs > 0 && outputs > 0,
        "\(layer)(\(inputs), \(outputs)): a fresh layer has at least one input and one output")
}

extension Dense where Scalar == Float {
    /// A fresh layer of `Float`, so that `Dense(64, 10, random: &random)` needs no type to be written.
    public init(
        _ inputs: Int, _ outputs: Int, initialization: Initialization = .glorotUniform, random: inout Random
    ) {
        requireSizes("Dense", inputs, outputs)
        weight = initialization.weight([inputs, outputs], fanIn: inputs, fanOut: outputs, random: &random)
        bias = Tensor(zeros: [outputs])
    }
}
