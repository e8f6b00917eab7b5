// 3.1.1 What a network is made of
//
// A feedforward network (前馈神经网络) passes information one way: from the input layer (输入层) through hidden layers
// (隐藏层) to the output layer (输出层). No connection leads back, so the output depends on the present input alone.
//
// Here a layer is a value with parameters. It can do two things: compute its output, and, in training, also return its
// backward pass: a function from the gradient of the loss with respect to the output to the gradients with respect to the
// input and to the parameters. The gradient of a layer is a value of the layer's own type, with ∂loss/∂weight where the
// layer has its weight.

@_exported import SIMDTensor

/// A step of a network: a function of a tensor with parameters to be learned, and its derivative.
///
/// A layer of your own states a formula and its derivative, and names its parameters:
///
/// ```swift
/// struct Scale<Scalar: TensorScalar>: Layer {
///     var factor: Tensor<Scalar>    // [features]
///
///     func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x * factor }
///
///     mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
///         (x * factor, { [factor] g in
///             // y = x∘a  ⇒  ∂L/∂x = ∂L/∂y ∘ a,  ∂L/∂a = Σ_batch ∂L/∂y ∘ x
///             Gradients(input: g * factor, layer: Scale(factor: (g * x).sum(along: 0)))
///         })
///     }
///
///     var parameters: [Parameter<Self>] { [Parameter("factor", \.factor)] }
/// }
/// ```
///
/// `checkGradients` tells whether the derivative matches the formula.
public protocol Layer<Scalar>: Parameterized {
    // Declared again so that a layer of one scalar type need not name it: it follows from the functions below.
    override associatedtype Scalar

    /// Inference: the output for an input, without randomness and without memory.
    func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar>

    /// Training: the output and the backward pass. May advance the layer's own random numbers or running statistics; a copy
    /// of the layer repeats the same step.
    mutating func forward(_ input: Tensor<Scalar>) -> Forward<Scalar, Self>

    /// The shape of the output for an input of the given shape, both with the batch axis in front.
    func outputShape(for inputShape: [Int]) -> [Int]

    /// How many multiplications of weights and inputs the output takes, for an input of the given shape.
    func multiplicationCount(for inputShape: [Int]) -> Int

    /// The rows of a summary: one for a layer, one for each layer of a network.
    func summaryRows(for inputShape: [Int]) -> [SummaryRow]
}

/// A layer's output, and its backward pass: from the gradient of a loss L with respect to that output, ∂L/∂y, to the
/// gradients with respect to what the output was computed from.
public typealias Forward<Scalar: TensorScalar, LayerType> = (
    output: Tensor<Scalar>,
    backward: (_ outputGradient: Tensor<Scalar>) -> Gradients<Scalar, LayerType>
)

/// The gradients with respect to a layer's input and to its parameters. Each is computed when it is asked for, and what
/// nobody asks for is not computed: training does not need ∂L/∂x of the first layer, and to see on which pixels a decision
/// depends, no ∂L/∂θ is needed.
///
/// Asking twice computes twice. What both gradients need, a layer computes beforehand.
public struct Gradients<Scalar: TensorScalar, LayerType> {
    @usableFromInline let inputGradient: () -> Tensor<Scalar>
    @usableFromInline let layerGradient: () -> LayerType

    @inlinable
    public init(input: @autoclosure @escaping () -> Tensor<Scalar>, layer: @autoclosure @escaping () -> LayerType) {
        (inputGradient, layerGradient) = (input, layer)
    }

    /// ∂L/∂x, in the shape of the input.
    @inlinable public var input: Tensor<Scalar> { inputGradient() }

    /// ∂L/∂θ: a layer with the gradients with respect to its parameters in their places.
    @inlinable public var layer: LayerType { layerGradient() }
}

extension Layer {
    public var parameters: [Parameter<Self>] { [] }

    public func outputShape(for inputShape: [Int]) -> [Int] { inputShape }

    public func multiplicationCount(for inputShape: [Int]) -> Int { 0 }
}

// MARK: - Parameters

/// A value with parameters to be learned: a layer, a network, or several networks that are trained together.
public protocol Parameterized<Scalar>: Sendable {
    associatedtype Scalar: TensorScalar

    /// What is learned, each with its name. Everything that deals with parameters uses this one list: optimizers, clipping,
    /// the gradient check, the summary.
    var parameters: [Parameter<Self>] { get }
}

/// A parameter of a layer: its name and its place in the layer.
public struct Parameter<Model: Parameterized>: @unchecked Sendable {  // key paths without captured references are immutable
    public let name: String
    public let path: WritableKeyPath<Model, Tensor<Model.Scalar>>

    public init(_ name: String, _ path: WritableKeyPath<Model, Tensor<Model.Scalar>>) {
        (self.name, self.path) = (name, path)
    }

    /// The same parameter seen from a larger layer that has this one as a part.
    public func within<Whole: Parameterized>(_ part: WritableKeyPath<Whole, Model>, named prefix: String) -> Parameter<Whole>
    where Whole.Scalar == Model.Scalar {
        Parameter<Whole>(prefix.isEmpty ? name : prefix + "." + name, part.appending(path: path))
    }
}

extension Parameterized {
    /// The number of trainable numbers.
    public var parameterCount: Int { parameters.reduce(0) { $0 + self[keyPath: $1.path].count } }

    /// Adds the parameters of another to these: the sum of two gradients is the gradient of the sum of their losses.
    public mutating func add(_ other: Self) {
        for parameter in parameters { self[keyPath: parameter.path] += other[keyPath: parameter.path] }
    }

    /// The same layer with zero in every parameter: where an optimizer's moments begin.
    public var zeroed: Self {
        var result = self
        for parameter in parameters {
            result[keyPath: parameter.path] = Tensor(zeros: self[keyPath: parameter.path].shape)
        }
        return result
    }
}
