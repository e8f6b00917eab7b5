// How the networks of chapter 3.3 are trained: one loop for whatever is a layer, and the reader of symbols, which has a loop
// of its own where a state is carried on.

import Datasets
import Recurrent

/// A batch: the inputs `[time, batch, features]`, and the loss of the outputs.
typealias SequenceBatch = (inputs: Tensor<Float>, loss: (Tensor<Float>) -> LossAndGradient<Float>)

/// Trains a network on batches that are drawn one by one, with steps that become smaller along a cosine; gradients longer
/// than 1 are shortened.
func trainOnSequences<Network: Layer<Float>>(
    _ network: Network, steps: Int, learningRate: Double, weightDecay: Double = 0, random: inout Random,
    batch: (inout Random) -> SequenceBatch
) throws(RunError) -> (network: Network, losses: [Double]) {
    var network = network
    var optimizer = AdamW(for: network, learningRate: learningRate, weightDecay: weightDecay)
    let schedule = CosineAnnealing(learningRate, over: steps)
    var losses = [Double]()
    for step in 0..<steps {
        optimizer.learningRate = schedule(step)
        let (inputs, lossOf) = batch(&random)
        let (outputs, backward) = network.forward(inputs)
        let (loss, outputsGradient) = lossOf(outputs)
        var (_, gradient) = backward(outputsGradient)
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
        guard loss.isFinite else { throw .lossNotFinite(epoch: 1, batch: step + 1, learningRate: learningRate) }
        losses.append(Double(loss))
    }
    return (network, losses)
}

/// The mean of every `count` losses, for a curve that can be read, as a series over steps.
func smoothed(_ name: String, _ losses: [Double], by count: Int) -> (name: String, x: [Double], y: [Double]) {
    let starts = Array(stride(from: 0, to: losses.count - count + 1, by: count))
    return (name, starts.map { Double($0 + count) }, starts.map { mean(Array(losses[$0..<$0 + count])) })
}

/// The share of steps at which the class with the highest score is the right one; logits `[time, batch, classes]`.
func accuracyOfSteps(_ logits: Tensor<Float>, _ labels: [[Int]]) -> Double {
    accuracy(logits.reshaped([-1, logits.shape[2]]), labels.flatMap { $0 })
}

// MARK: - A reader of symbols

/// A network that reads symbols: a vector for each, a cell, and a score for each of some classes.
struct SymbolReader<Cell: RecurrentCell>: Parameterized where Cell.Scalar == Float {
    typealias Scalar = Float

    var symbols: Embedding<Float>
    var recurrent: Unfolded<Cell>
    var scores: EachStep<Dense<Float>>

    init(symbols: Embedding<Float>, cell: Cell, scores: Dense<Float>) {
        (self.symbols, recurrent, self.scores) = (symbols, Unfolded(cell), EachStep(scores))
    }

    private init(_ symbols: Embedding<Float>, _ recurrent: Unfolded<Cell>, _ scores: EachStep<Dense<Float>>) {
        (self.symbols, self.recurrent, self.scores) = (symbols, recurrent, scores)
    }

    var parameters: [Parameter<Self>] {
        symbols.parameters.map { $0.within(\Self.symbols, named: "symbols") }
            + recurrent.parameters.map { $0.within(\Self.recurrent, named: "recurrent") }
            + scores.parameters.map { $0.within(\Self.scores, named: "scores") }
    }

    /// The scores at every step, and the state after the last.
    func callAsFunction(
        _ tokens: [[Int]], from state: Cell.State? = nil, lengths: [Int]? = nil
    ) -> (logits: Tensor<Float>, state: Cell.State) {
        let (h, last) = recurrent(symbols(tokens), from: state, lengths: lengths)
        return (scores(h), last)
    }

    /// The same for training. The gradient goes back to the first of these steps and no further.
    mutating func forward(
        _ tokens: [[Int]], from state: Cell.State? = nil, lengths: [Int]? = nil
    ) -> (logits: Tensor<Float>, state: Cell.State, backward: (Tensor<Float>) -> Self) {
        let (x, xBackward) = symbols.forward(tokens)
        let (h, last, hBackward) = recurrent.forward(x, from: state, lengths: lengths)
        let (logits, scoresBackward) = scores.forward(h)
        return (logits, last, { g in
            let (hGradient, scores) = scoresBackward(g)
            let (xGradient, _, recurrent) = hBackward(hGradient, nil)
            return Self(xBackward(xGradient), recurrent, scores)
        })
    }
}

extension SymbolReader {
    /// Reads the beginning of a sequence and goes on, each symbol drawn from what the network expects, until the end symbol
    /// or the given number of symbols.
    ///
    /// - Parameter temperature: below 1 the probable becomes more probable, above 1 all become more alike.
    func write(
        after beginning: [Int], atMost count: Int, until end: Int? = nil, temperature: Double, random: inout Random
    ) -> [Int] {
        var (logits, state) = self(beginning.map { [$0] })
        var written: [Int] = []
        while written.count < count {
            let probabilities = softmax(logits[logits.shape[0] - 1] / Float(temperature))
            let symbol = random.categorical(probabilities.scalars.map(Double.init))
            if symbol == end { break }
            written.append(symbol)
            (logits, state) = self([[symbol]], from: state)
        }
        return written
    }
}

/// Sequences of symbols side by side, `[time][batch]`, the shorter ones filled up with symbol 0, and their lengths.
func sideBySide(_ sequences: [[Int]]) -> (tokens: [[Int]], lengths: [Int]) {
    let longest = sequences.map(\.count).max() ?? 0
    return (
        (0..<longest).map { step in sequences.map { step < $0.count ? $0[step] : 0 } }, sequences.map(\.count)
    )
}
