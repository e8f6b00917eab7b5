// Examples with their answers: what a network is trained on. An answer is a class (an `Int`) or a vector of numbers
// (a row of a `Tensor`); for both, one type holds the data set, its two parts after a split, and every mini-batch.

import SIMDTensor

/// What can stand on the answers' side of a data set: a list of which rows can be picked.
public protocol Labels: Sendable {
    /// How many examples are answered.
    var exampleCount: Int { get }
    /// The answers to the examples `rows`, in that order.
    func gathered(rows: [Int]) -> Self
}

/// Classes, one `Int` for each example.
extension [Int]: Labels {
    public var exampleCount: Int { count }
    public func gathered(rows: [Int]) -> [Int] {
        rows.map { row in
            require(indices.contains(row), "gathered(rows:): row \(row) of \(count) labels; expected 0..<\(count)")
            return self[row]
        }
    }
}

/// Targets of a regression, one slice along the first axis for each example.
extension Tensor: Labels {
    public var exampleCount: Int {
        require(rank > 0, "Labeled: the targets are a single number; expected [count, …], one slice for each example")
        return shape[0]
    }
}

/// Inputs with their labels: a data set, a part of one, or a mini-batch.
public struct Labeled<Scalar: TensorScalar, Answers: Labels>: Sendable {
    /// `[count, …]`: one slice along the first axis for each example.
    public let inputs: Tensor<Scalar>
    /// The class of each example, or the target `[count, …]`.
    public let labels: Answers

    /// Traps unless there is one label for each input.
    public init(inputs: Tensor<Scalar>, labels: Answers) {
        require(
            !inputs.shape.isEmpty && inputs.shape[0] == labels.exampleCount,
            "Labeled: inputs of shape \(inputs.shape) with \(labels.exampleCount) labels; expected one for each input")
        self.inputs = inputs
        self.labels = labels
    }

    /// The number of examples.
    public var count: Int { inputs.shape[0] }

    /// The examples `rows`, in that order.
    public func gathered(rows: [Int]) -> Labeled {
        Labeled(inputs: inputs.gathered(rows: rows), labels: labels.gathered(rows: rows))
    }

    /// The same labels with other inputs, for example standardised ones.
    public func mapInputs<NewScalar>(
        _ transform: (Tensor<Scalar>) -> Tensor<NewScalar>
    ) -> Labeled<NewScalar, Answers> {
        Labeled<NewScalar, Answers>(inputs: transform(inputs), labels: labels)
    }
}
