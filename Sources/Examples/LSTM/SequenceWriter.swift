// A network that reads symbols and says after each which comes next: what it says is read by it again, and so it writes.

import Figures
import LSTM

/// Embedding → cell, unfolded → dense layer at each step: for every symbol of a sequence the scores of the next.
struct SequenceWriter<Cell: RecurrentCell<Float>>: Parameterized {
    typealias Scalar = Float

    var symbols: Embedding<Float>
    var memory: Unfolded<Cell>
    var scores: EachStep<Dense<Float>>

    init(_ cell: Cell, symbols: Int, random: inout Random) {
        self.symbols = Embedding(symbols: symbols, features: cell.inputCount, random: &random)
        memory = Unfolded(cell)
        scores = EachStep(Dense(cell.hiddenCount, symbols, random: &random))
    }

    private init(_ symbols: Embedding<Float>, _ memory: Unfolded<Cell>, _ scores: EachStep<Dense<Float>>) {
        (self.symbols, self.memory, self.scores) = (symbols, memory, scores)
    }

    /// The scores of what comes after each symbol, and the state after the last.
    func callAsFunction(_ read: [[Int]], from state: Cell.State? = nil) -> (logits: Tensor<Float>, state: Cell.State) {
        let (h, next) = memory(symbols(read), from: state)
        return (scores(h), next)
    }

    /// The same for training.
    mutating func forward(
        _ read: [[Int]], from state: Cell.State? = nil, lengths: [Int]? = nil
    ) -> (logits: Tensor<Float>, state: Cell.State, backward: (Tensor<Float>) -> Self) {
        let (x, xBackward) = symbols.forward(read)
        let (h, next, memoryBackward) = memory.forward(x, from: state, lengths: lengths)
        let (logits, scoresBackward) = scores.forward(h)
        return (logits, next, { g in
            let (hGradient, scores) = scoresBackward(g)
            // Nothing goes back from the state that is handed on: here the way back through time is cut off.
            let (xGradient, _, memory) = memoryBackward(hGradient, nil)
            return SequenceWriter(xBackward(xGradient), memory, scores)
        })
    }

    var parameters: [Parameter<Self>] {
        symbols.parameters.map { $0.within(\Self.symbols, named: "symbols") }
            + memory.parameters.map { $0.within(\Self.memory, named: "memory") }
            + scores.parameters.map { $0.within(\Self.scores, named: "scores") }
    }

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
            let scores = logits[logits.shape[0] - 1].scalars.map { Double($0) / temperature }
            let highest = scores.max()!
            let symbol = random.categorical(scores.map { Double.exp($0 - highest) })
            if symbol == end { break }
            written.append(symbol)
            (logits, state) = self([[symbol]], from: state)
        }
        return written
    }
}
