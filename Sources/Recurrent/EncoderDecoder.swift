// 3.3.4 From one sequence to another
//
// A translation need not have the same number of words as its original, nor the same order. So one cell, the encoder, first
// reads the original to its end; only its final state is handed on. Starting from this state another cell, the decoder,
// writes: at each step it is given the symbol it wrote last and chooses the next, until it chooses the end symbol.
//
// In training the decoder is given the symbols that it should have written (teacher forcing): so all of its inputs are known
// beforehand, and one mistake does not spoil the steps after it.

/// A pair of recurrent networks that turns one sequence of symbols into another.
///
/// Source: document A, 3.3.4; Cho et al. 2014; Sutskever, Vinyals & Le 2014.
public struct EncoderDecoder<Cell: RecurrentCell>: Parameterized {
    public typealias Scalar = Cell.Scalar

    /// The vectors of the symbols that are read.
    public var readSymbols: Embedding<Scalar>
    public var encoder: Unfolded<Cell>
    /// The vectors of the symbols that are written.
    public var writtenSymbols: Embedding<Scalar>
    public var decoder: Unfolded<Cell>
    /// From the decoder's output to a score for each symbol.
    public var scores: Dense<Scalar>

    /// Traps if encoder and decoder differ in their number of hidden units, or the parts do not fit together.
    public init(
        readSymbols: Embedding<Scalar>, encoder: Cell, writtenSymbols: Embedding<Scalar>, decoder: Cell,
        scores: Dense<Scalar>
    ) {
        require(
            encoder.hiddenCount == decoder.hiddenCount,
            "EncoderDecoder: the decoder begins with the encoder's state, so both need the same number of hidden units, not "
                + "\(encoder.hiddenCount) and \(decoder.hiddenCount)")
        require(
            readSymbols.table.shape[1] == encoder.inputCount && writtenSymbols.table.shape[1] == decoder.inputCount,
            "EncoderDecoder: the symbols' vectors have \(readSymbols.table.shape[1]) and \(writtenSymbols.table.shape[1]) "
                + "features, but the cells expect \(encoder.inputCount) and \(decoder.inputCount)")
        require(
            scores.weight.shape == [decoder.hiddenCount, writtenSymbols.table.shape[0]],
            "EncoderDecoder: from \(decoder.hiddenCount) hidden units to a score for each of "
                + "\(writtenSymbols.table.shape[0]) symbols, a weight of shape \(scores.weight.shape) does not lead")
        (self.readSymbols, self.encoder) = (readSymbols, Unfolded(encoder))
        (self.writtenSymbols, self.decoder, self.scores) = (writtenSymbols, Unfolded(decoder), scores)
    }

    private init(
        _ readSymbols: Embedding<Scalar>, _ encoder: Unfolded<Cell>, _ writtenSymbols: Embedding<Scalar>,
        _ decoder: Unfolded<Cell>, _ scores: Dense<Scalar>
    ) {
        (self.readSymbols, self.encoder) = (readSymbols, encoder)
        (self.writtenSymbols, self.decoder, self.scores) = (writtenSymbols, decoder, scores)
    }

    /// Training: the scores of all steps, and the backward pass.
    ///
    /// - Parameters:
    ///   - read: for each step a symbol of each sequence, `[time][batch]`.
    ///   - lengths: the number of steps of each of these sequences, if they differ.
    ///   - written: the decoder's input at each step: the start symbol first, then what it should have written in the step
    ///     before.
    /// - Returns: logits `[time, batch, symbols]` for the decoder's steps.
    public func forward(
        read: [[Int]], lengths: [Int]? = nil, written: [[Int]]
    ) -> (logits: Tensor<Scalar>, backward: (Tensor<Scalar>) -> Self) {
        let (x, xBackward) = readSymbols.forward(read)
        let (_, state, encoderBackward) = encoder.forward(x, from: nil, lengths: lengths)
        let (y, yBackward) = writtenSymbols.forward(written)
        let (h, _, decoderBackward) = decoder.forward(y, from: state)
        var scores = EachStep(scores)
        let (logits, scoresBackward) = scores.forward(h)
        return (logits, { g in
            let scores = scoresBackward(g)
            let decoder = decoderBackward(scores.input, nil)
            // The encoder affects the loss only through the state it handed on.
            let encoder = encoderBackward(nil, decoder.state)
            return Self(
                xBackward(encoder.input), encoder.layer, yBackward(decoder.input), decoder.layer, scores.layer.layer)
        })
    }

    /// Writes: at each step the symbol with the highest score, which is the input of the next, until every sequence has come
    /// to its end.
    ///
    /// - Parameters:
    ///   - read: for each step a symbol of each sequence, `[time][batch]`.
    ///   - lengths: the number of steps of each of these sequences, if they differ.
    ///   - start: the symbol the decoder is given first.
    ///   - end: the symbol that ends a sequence; it is not part of the result. A number that is not a symbol never occurs.
    ///   - most: the maximum number of symbols to write.
    /// - Returns: what was written, for each sequence.
    ///
    /// Traps if a score is NaN: then none is the highest.
    public func callAsFunction(
        read: [[Int]], lengths: [Int]? = nil, start: Int, end: Int, atMost most: Int
    ) -> [[Int]] {
        let symbolCount = writtenSymbols.table.shape[0]
        require(
            most >= 0 && (0..<symbolCount).contains(start),
            "EncoderDecoder: the start must be one of the \(symbolCount) symbols, and the maximum not negative, but they "
                + "are \(start) and \(most)")
        var state = encoder(readSymbols(read), from: nil, lengths: lengths).state
        var symbols = [Int](repeating: start, count: state.output.shape[0])
        var written = symbols.map { _ in [Int]() }
        var isOpen = symbols.map { _ in true }
        for _ in 0..<most where isOpen.contains(true) {
            let (h, next) = decoder(writtenSymbols([symbols]), from: state)
            let scores = scores(h[0])
            (symbols, state) = (scores.argmax(), next)
            require(
                symbols.enumerated().allSatisfy { !scores[$0, $1].isNaN },
                "EncoderDecoder: no symbol has the highest score, because one of the scores is NaN")
            for (place, symbol) in symbols.enumerated() where isOpen[place] {
                if symbol == end { isOpen[place] = false } else { written[place].append(symbol) }
            }
        }
        return written
    }

    public var parameters: [Parameter<Self>] {
        readSymbols.parameters.map { $0.within(\Self.readSymbols, named: "readSymbols") }
            + encoder.parameters.map { $0.within(\Self.encoder, named: "encoder") }
            + writtenSymbols.parameters.map { $0.within(\Self.writtenSymbols, named: "writtenSymbols") }
            + decoder.parameters.map { $0.within(\Self.decoder, named: "decoder") }
            + scores.parameters.map { $0.within(\Self.scores, named: "scores") }
    }
}
