// 3.1.1 Layers in a row
//
// A network is a composition of functions: the output of one layer is the input of the next. Its derivative is the chain
// rule: the forward pass goes through the layers from first to last, the backward pass from last to first, each layer
// turning the gradient with respect to its output into the gradient with respect to its input. That is backpropagation
// (反向传播).

/// Layers applied one after the other.
///
/// ```swift
/// var random = Random(seed: 1)
/// var network = Sequential {
///     Dense(784, 128, random: &random)
///     ReLU()
///     Dense(128, 10, random: &random)
/// }
/// ```
///
/// The type contains every layer's type: the compiler knows what fits together, and nothing is looked up at run time.
public struct Sequential<Layers: Layer>: Layer {
    public typealias Scalar = Layers.Scalar

    /// The layers as one composed layer; `layers.second` is the last, `layers.first` those before it.
    public var layers: Layers

    public init(@SequentialBuilder _ layers: () -> Layers) { self.layers = layers() }

    @usableFromInline init(layers: Layers) { self.layers = layers }

    @inlinable
    public func callAsFunction(_ input: Tensor<Scalar>) -> Tensor<Scalar> { layers(input) }

    @inlinable
    public mutating func forward(_ input: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let (output, backward) = layers.forward(input)
        return (output, { g in
            let gradients = backward(g)
            return Gradients(input: gradients.input, layer: Sequential(layers: gradients.layer))
        })
    }

    public var parameters: [Parameter<Self>] {
        layers.parameters.map { $0.within(\Self.layers, named: layers is any ComposedLayers ? "" : "0") }
    }

    public func outputShape(for inputShape: [Int]) -> [Int] { layers.outputShape(for: inputShape) }

    public func multiplicationCount(for inputShape: [Int]) -> Int { layers.multiplicationCount(for: inputShape) }

    public func summaryRows(for inputShape: [Int]) -> [SummaryRow] { layers.summaryRows(for: inputShape) }
}

/// Two layers, the second applied to the output of the first: y = second(first(x)).
public struct Composition<First: Layer, Second: Layer>: Layer where First.Scalar == Second.Scalar {
    public typealias Scalar = First.Scalar

    public var first: First
    public var second: Second

    /// The place of the second layer in the row; the first may itself be a composition.
    @usableFromInline let position: Int

    @usableFromInline
    init(first: First, second: Second, position: Int) {
        (self.first, self.second, self.position) = (first, second, position)
    }

    @inlinable
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { second(first(x)) }

    /// The chain rule: ∂L/∂h from the second layer is passed to the first.
    @inlinable
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let (h, firstBackward) = first.forward(x)
        let (y, secondBackward) = second.forward(h)
        return (y, { [position] g in
            let second = secondBackward(g)
            let first = firstBackward(second.input)
            return Gradients(
                input: first.input, layer: Composition(first: first.layer, second: second.layer, position: position))
        })
    }

    /// Named by the layers' places: "0.weight", "0.bias", "2.weight", ….
    public var parameters: [Parameter<Self>] {
        first.parameters.map { $0.within(\Self.first, named: first is any ComposedLayers ? "" : "0") }
            + second.parameters.map { $0.within(\Self.second, named: "\(position)") }
    }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        second.outputShape(for: first.outputShape(for: inputShape))
    }

    public func multiplicationCount(for inputShape: [Int]) -> Int {
        first.multiplicationCount(for: inputShape)
            + second.multiplicationCount(for: first.outputShape(for: inputShape))
    }

    public func summaryRows(for inputShape: [Int]) -> [SummaryRow] {
        first.summaryRows(for: inputShape) + second.summaryRows(for: first.outputShape(for: inputShape))
    }
}

/// Composed layers, which number their parameters themselves.
private protocol ComposedLayers {}
extension Composition: ComposedLayers {}

/// No layer at all: the output is the input.
public struct Identity<Scalar: TensorScalar>: Layer {
    public init() {}

    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x }

    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (x, { [self] g in Gradients(input: g, layer: self) })
    }
}

extension Identity where Scalar == Float { public init() {} }

/// Builds a row of layers from the lines of a closure.
@resultBuilder
public enum SequentialBuilder {
    public static func buildPartialBlock<First: Layer>(first: First) -> First { first }

    public static func buildPartialBlock<First: Layer, Second: Layer>(
        accumulated: First, next: Second
    ) -> Composition<First, Second> {
        Composition(first: accumulated, second: next, position: 1)
    }

    public static func buildPartialBlock<A: Layer, B: Layer, Second: Layer>(
        accumulated: Composition<A, B>, next: Second
    ) -> Composition<Composition<A, B>, Second> {
        Composition(first: accumulated, second: next, position: accumulated.position + 1)
    }
}
