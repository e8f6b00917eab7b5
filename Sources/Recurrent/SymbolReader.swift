// 3.3.4 Reading and writing symbols
//
// Text, words, dates and melodies are sequences of symbols. What reads them is three parts in a row: a vector for each
// symbol, an unfolded cell, and a score for each of some classes at every step. If the classes are the symbols themselves
// and the network is trained to say which comes next, it can write: a symbol is drawn from what the network expects and
// read in its turn, and so on.

/// A network that reads symbols: `Embedding`, `Unfolded`, and a dense layer at each step.
///
/// Source: document A, 3.3.4. Writing from a network's own expectations: Graves 2013.
public struct SymbolReader<Cell: RecurrentCell>: Parameterized {
    public typealias Scalar = Cell.Scalar

    public var symbols: Embedding<Scalar>
    public var recurrent: Unfolded<Cell>
    public var scores: EachStep<Dense<Scalar>>

    /// Traps if the parts do not fit together.
    public init(symbols: Embedding<Scalar>, cell: Cell, scores: Dense<Scalar>) {
        require(
            symbols.table.shape[1] == cell.inputCount && scores.weight.shape[0] == cell.hiddenCount,
            "SymbolReader: vectors of \(symbols.table.shape[1]) features and scores of \(scores.weight.shape[0]) hidden units "
                + "do not fit a cell of \(cell.inputCount) inputs and \(cell.hiddenCount) hidden units")
        self.init(symbols, Unfolded(cell), EachStep(scores))
    }

    private init(_ symbols: Embedding<Scalar>, _ recurrent: Unfolded<Cell>, _ scores: EachStep<Dense<Scalar>>) {
        (self.symbols, self.recurrent, self.scores) = (symbols, recurrent, scores)
    }

    public var parameters: [Parameter<Self>] {
        symbols.parameters.map { $0.within(\Self.symbols, named: "symbols") }
            + recurrent.parameters.map { $0.within(\Self.recurrent, named: "recurrent") }
            + scores.parameters.map { $0.within(\Self.scores, named: "scores") }
    }

    /// The scores at every step, `[time, batch, classes]`, and the state after the last.
    ///
    /// - Parameters:
    ///   - tokens: for each step a symbol of each sequence, `[time][batch]`.
    ///   - state: the initial state; zeros if nil.
    ///   - lengths: the number of steps of each sequence, if they differ; see `Unfolded`.
    public func callAsFunction(
        _ tokens: [[Int]], from state: Cell.State? = nil, lengths: [Int]? = nil
    ) -> (logits: Tensor<Scalar>, state: Cell.State) {
        let (h, last) = recurrent(symbols(tokens), from: state, lengths: lengths)
        return (scores(h), last)
    }

    /// The same for training. The gradient goes back to the first of these steps and no further: with a state from an
    /// earlier piece of the sequence, backpropagation through time is truncated.
    public func forward(
        _ tokens: [[Int]], from state: Cell.State? = nil, lengths: [Int]? = nil
    ) -> (logits: Tensor<Scalar>, state: Cell.State, backward: (_ logitsGradient: Tensor<Scalar>) -> Self) {
        let (x, xBackward) = symbols.forward(tokens)
        let (h, last, hBackward) = recurrent.forward(x, from: state, lengths: lengths)
        var layer = scores
        let (logits, scoresBackward) = layer.forward(h)
        return (logits, last, { g in
            let scores = scoresBackward(g)
            let recurrent = hBackward(scores.input, nil)
            return Self(xBackward(recurrent.input), recurrent.layer, scores.layer)
        })
    }

    /// Reads the beginning of a sequence and goes on, each symbol drawn from what the network expects, until the end symbol
    /// or the given number of symbols.
    ///
    /// - Parameters:
    ///   - beginning: at least one symbol.
    ///   - end: the symbol that ends a sequence; it is not part of the result. If it is nil, `count` symbols are written.
    ///   - temperature: the scores are divided by it. Below 1 the probable becomes more probable, above 1 all become more
    ///     alike; positive and finite.
    public func write(
        after beginning: [Int], atMost count: Int, until end: Int? = nil, temperature: Double, random: inout Random
    ) -> [Int] {
        require(
            Scalar(temperature) > 0 && Scalar(temperature).isFinite,
            "SymbolReader: a temperature is positive and finite, but it is \(temperature)")
        var (logits, state) = self(beginning.map { [$0] })
        var written: [Int] = []
        while written.count < count {
            let probabilities = softmax(logits[logits.shape[0] - 1] / Scalar(temperature))
            let symbol = random.categorical(probabilities)[0]
            if symbol == end { break }
            written.append(symbol)
            (logits, state) = self([[symbol]], from: state)
        }
        return written
    }
}

/// Sequences of symbols side by side, `[time][batch]`, the shorter ones filled up with symbol 0, and their lengths: what
/// `Embedding` and the networks that read symbols are given.
public func sideBySide(_ sequences: [[Int]]) -> (tokens: [[Int]], lengths: [Int]) {
    let longest = sequences.map(\.count).max() ?? 0
    return (
        (0..<longest).map { step in sequences.map { step < $0.count ? $0[step] : 0 } }, sequences.map(\.count)
    )
}
