// Mini-batches: stochastic gradient descent looks at a few examples at a time, each example once an epoch and in a new
// order every epoch.

import SIMDTensor

extension Labeled {
    /// The examples of one epoch in random order, `size` at a time; the last batch holds what remains.
    ///
    /// ```swift
    /// for batch in digits.batches(of: 32, shuffledBy: &random) {
    ///     let (logits, backward) = network.forward(batch.inputs)
    ///     let (loss, gradient) = softmaxCrossEntropy(logits, batch.labels)
    /// ```
    public func batches(of size: Int, shuffledBy random: inout Random) -> Batches<Scalar, Answers> {
        Batches(examples: self, order: random.permutation(count), size: size)
    }

    /// The examples in their own order, `size` at a time: for measuring, where all at once would need much memory.
    public func batches(of size: Int) -> Batches<Scalar, Answers> {
        Batches(examples: self, order: Array(0..<count), size: size)
    }
}

/// The mini-batches of one epoch.
public struct Batches<Scalar: TensorScalar, Answers: Labels>: Sequence, Sendable {
    private let examples: Labeled<Scalar, Answers>
    private let order: [Int]
    private let size: Int

    fileprivate init(examples: Labeled<Scalar, Answers>, order: [Int], size: Int) {
        require(size > 0, "batches(of:): the size is \(size); expected at least 1")
        self.examples = examples
        self.order = order
        self.size = size
    }

    /// The number of batches.
    public var count: Int { (order.count + size - 1) / size }
    public var underestimatedCount: Int { count }

    public func makeIterator() -> AnyIterator<Labeled<Scalar, Answers>> {
        var start = 0
        return AnyIterator {
            guard start < order.count else { return nil }
            let end = Swift.min(start + size, order.count)
            defer { start = end }
            return examples.gathered(rows: Array(order[start..<end]))
        }
    }
}
