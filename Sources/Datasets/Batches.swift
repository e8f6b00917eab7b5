// Mini-batches: stochastic gradient descent looks at a few examples at a time, each example once an epoch and in a new
// order every epoch.

import SIMDTensor

/// What becomes of the examples that are left over when the batches of an epoch do not come out even.
///
/// A layer such as `BatchNorm` takes its statistics from the batch and cannot do so from a single example: of 33 examples in
/// batches of 32, the last would be alone.
public enum LastBatch: Sendable {
    /// They are a smaller batch of their own.
    case keep
    /// They are left out of this epoch; shuffled anew, others are in the next. Of fewer examples than one batch takes none
    /// is seen at all.
    case drop
    /// They join the batch before, which so has up to 2 · size − 1 examples. Without one before they are kept.
    case merge
}

extension Labeled {
    /// The examples of one epoch in random order, `size` at a time; what becomes of the rest says `lastBatch`.
    ///
    /// ```swift
    /// for batch in digits.batches(of: 32, shuffledBy: &random) {
    ///     let (logits, backward) = network.forward(batch.inputs)
    ///     let (loss, gradient) = softmaxCrossEntropy(logits, batch.labels)
    /// ```
    ///
    /// - Parameter size: at least 1; with more than there are examples, there is one batch of all
    public func batches(
        of size: Int, shuffledBy random: inout Random, lastBatch: LastBatch = .keep
    ) -> Batches<Scalar, Answers> {
        Batches(examples: self, order: random.permutation(count), size: size, lastBatch: lastBatch)
    }

    /// The examples in their own order, `size` at a time, the last batch holding what remains: for measuring, where all at
    /// once would need much memory.
    public func batches(of size: Int) -> Batches<Scalar, Answers> {
        Batches(examples: self, order: Array(0..<count), size: size, lastBatch: .keep)
    }
}

/// The mini-batches of one epoch.
public struct Batches<Scalar: TensorScalar, Answers: Labels>: Sequence, Sendable {
    private let examples: Labeled<Scalar, Answers>
    private let order: [Int]
    private let size: Int
    /// The number of batches.
    public let count: Int
    /// Where in the order the last batch ends.
    private let end: Int

    fileprivate init(examples: Labeled<Scalar, Answers>, order: [Int], size: Int, lastBatch: LastBatch) {
        require(size > 0, "batches(of:): the size is \(size); expected at least 1")
        self.examples = examples
        self.order = order
        self.size = size
        let (full, rest) = order.count.quotientAndRemainder(dividingBy: size)
        switch lastBatch {
        case .keep: (count, end) = (rest == 0 ? full : full + 1, order.count)
        case .drop: (count, end) = (full, order.count - rest)
        case .merge: (count, end) = (full == 0 && rest > 0 ? 1 : full, order.count)
        }
    }

    public var underestimatedCount: Int { count }

    public func makeIterator() -> AnyIterator<Labeled<Scalar, Answers>> {
        var batch = 0
        return AnyIterator {
            guard batch < count else { return nil }
            defer { batch += 1 }
            let start = batch * size
            return examples.gathered(rows: Array(order[start..<(batch == count - 1 ? end : start + size)]))
        }
    }
}
