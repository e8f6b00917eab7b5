// 3.3.2 What goes in, what comes out
//
// The same unfolded cell serves many tasks; they differ in which steps have a meaningful input and which outputs the loss
// uses. Many to one: a sequence is read and one answer given at its end (LastStep). Many to many: an answer at every step
// (EachStep). One to many: one input produces a sequence (Repeated). And from one sequence to another of a different length:
// EncoderDecoder. The loss follows the task, as in a feedforward network: cross-entropy for classes, mean squared error for
// numbers.

/// Many to one: the output of the last step, `[time, batch, features]` → `[batch, features]`.
public struct LastStep<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y = x_T
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        requireSequences("LastStep", x.shape)
        return x[x.shape[0] - 1]
    }

    /// ∂L/∂x_T = g, zero at all other steps
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self, shape = x.shape] g in
            var input: Tensor<Scalar> {
                var input = Tensor<Scalar>(zeros: shape)
                input[shape[0] - 1] = g
                return input
            }
            return Gradients(input: input, layer: self)
        })
    }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requireSequences("LastStep", inputShape)
        return Array(inputShape.dropFirst())
    }
}

/// One to many: the same input at every step, `[batch, features]` → `[time, batch, features]`.
public struct Repeated<Scalar: TensorScalar>: Layer {
    /// The number of steps.
    public let steps: Int

    public init(steps: Int) {
        require(steps > 0, "Repeated: the number of steps must be positive, not \(steps)")
        self.steps = steps
    }

    /// y_t = x
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        .stack([Tensor](repeating: x, count: steps))
    }

    /// ∂L/∂x = Σ_t g_t
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self] g in Gradients(input: g.sum(along: 0), layer: self) })
    }

    public func outputShape(for inputShape: [Int]) -> [Int] { [steps] + inputShape }
}

/// Many to many: a layer applied to every step by itself, `[time, batch, …]` → `[time, batch, …]`.
public struct EachStep<Step: Layer>: Layer {
    public typealias Scalar = Step.Scalar

    public var layer: Step

    public init(_ layer: Step) { self.layer = layer }

    /// y_t = layer(x_t)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let y = layer(allSteps(x))
        return y.reshaped([x.shape[0], x.shape[1]] + y.shape.dropFirst())
    }

    /// For the layer, the steps are just more rows of its batch.
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let (y, backward) = layer.forward(allSteps(x))
        return (
            y.reshaped([x.shape[0], x.shape[1]] + y.shape.dropFirst()),
            { [inputShape = x.shape, outputShape = y.shape] g in
                let gradients = backward(g.reshaped(outputShape))
                return Gradients(input: gradients.input.reshaped(inputShape), layer: EachStep(gradients.layer))
            }
        )
    }

    private func allSteps(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        requireSequences("EachStep", x.shape)
        return x.reshaped([x.shape[0] * x.shape[1]] + x.shape.dropFirst(2))
    }

    public var parameters: [Parameter<Self>] { layer.parameters.map { $0.within(\Self.layer, named: "") } }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requireSequences("EachStep", inputShape)
        return [inputShape[0], inputShape[1]] + layer.outputShape(for: Array(inputShape.dropFirst())).dropFirst()
    }

    public func multiplicationCount(for inputShape: [Int]) -> Int {
        requireSequences("EachStep", inputShape)
        return inputShape[0] * layer.multiplicationCount(for: Array(inputShape.dropFirst()))
    }
}

private func requireSequences(_ layer: StaticString, _ shape: [Int]) {
    require(
        shape.count >= 3 && shape[0] > 0,
        "\(layer): sequences [time, batch, features] of at least one step are expected, but the shape is \(shape)")
}

extension LastStep where Scalar == Float { public init() {} }
extension Repeated where Scalar == Float {
    public init(steps: Int) {
        require(steps > 0, "Repeated: the number of steps must be positive, not \(steps)")
        self.steps = steps
    }
}

@usableFromInline
func requireLengths(_ operation: StaticString, _ lengths: [Int], time: Int, batch: Int) {
    require(
        lengths.count == batch && lengths.allSatisfy { (1...max(1, time)).contains($0) },
        "\(operation): \(batch) sequences of at most \(time) steps need a length from 1 to \(time) each, but these were "
            + "given: \(lengths)")
}

// MARK: - The loss of a sequence

/// Cross-entropy at every step of every sequence: the mean over all steps of all sequences, each up to its own length.
///
/// L = −(1/N) Σ_t Σ_i ln p_tᵢ,ₗ with p = softmax(z), over steps t below the length of sequence i, N of them altogether;
/// ∂L/∂z = (p − onehot(l)) / N there, and zero after a sequence's end.
///
/// - Parameters:
///   - logits: z, `[time, batch, classes]`.
///   - labels: for each step a class in 0..<classes for each sequence; ignored after a sequence's end.
///   - lengths: the number of steps of each sequence, if they differ.
public func softmaxCrossEntropy<Scalar: TensorScalar>(
    _ logits: Tensor<Scalar>, _ labels: [[Int]], lengths: [Int]? = nil
) -> LossAndGradient<Scalar> {
    require(
        logits.rank == 3 && labels.count == logits.shape[0]
            && labels.allSatisfy { $0.count == logits.shape[1] },
        "softmaxCrossEntropy: logits [time, batch, classes] need a label for each sequence at each step, but their shape is "
            + "\(logits.shape)")
    let (time, batch, classes) = (logits.shape[0], logits.shape[1], logits.shape[2])
    lengths.map { requireLengths("softmaxCrossEntropy", $0, time: time, batch: batch) }
    let rows = logits.reshaped([time * batch, classes])
    guard let lengths else {
        let (loss, gradient) = softmaxCrossEntropy(rows, labels.flatMap { $0 })
        return (loss, gradient.reshaped(logits.shape))
    }
    let counted = (0..<time * batch).filter { $0 / batch < lengths[$0 % batch] }
    let (loss, gradient) = softmaxCrossEntropy(
        rows.gathered(rows: counted), counted.map { labels[$0 / batch][$0 % batch] })
    return (loss, gradient.summed(rows: counted, count: time * batch).reshaped(logits.shape))
}
