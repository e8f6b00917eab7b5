// A reader of symbols: what reads and writes text, words, dates and melodies in chapters 3.3 and 3.4.

import Recurrent

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
            let scores = scoresBackward(g)
            let recurrent = hBackward(scores.input, nil)
            return Self(xBackward(recurrent.input), recurrent.layer, scores.layer)
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
