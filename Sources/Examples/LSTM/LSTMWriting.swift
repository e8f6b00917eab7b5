// A network with long short-term memory learns to write, letter by letter. (A3.4.3-1)

import Datasets
import Figures
import LSTM

// MARK: - Told

/// Tells how well an LSTM foretells letters, and lets it write.
func tellWriting(_ story: Story) throws {
    story.heading("Writing, letter by letter (A3.4.3-1)")
    let (text, heldOut) = Prose.load()
    let symbols = Prose.alphabet.count
    let (hidden, steps, epochs) = (128, 50, story.options.epochs ?? 10)
    story.tell(
        """
        A network reads text, letter by letter, and after each says how probable every letter is as the next. How good it \
        is, is said in bits: so many a character would take on average, if the text were packed with its help. An LSTM \
        and a plain cell of \(hidden) units each read nine tenths of it \(epochs) times, and are measured on the last \
        tenth, which they have not seen. Beside them stand counts of single characters, of pairs, of triples and of \
        runs of five; how strongly the longer lean on the shorter was found on the training text. \(Prose.source).
        """)
    var bar = ProgressBar(label: "writing", total: 2 * epochs, terminal: story.progress)
    func trained<Cell: RecurrentCell<Float>>(
        _ from: Int, seed: UInt64 = story.options.seed, _ cell: (inout Random) -> Cell
    ) throws(RunError) -> (reader: SymbolReader<Cell>, bits: [Double]) {
        var random = Random(seed: seed)
        let cell = cell(&random)
        let fresh = SymbolReader(
            symbols: Embedding(symbols: symbols, features: cell.inputCount, random: &random), cell: cell,
            scores: Dense(hidden, symbols, random: &random))
        var bits = [Double]()
        let reader = try learnToWrite(
            fresh, text, steps: steps, epochs: epochs, learningRate: 0.01, random: &random
        ) { epoch, _, reader in
            bits.append(bitsPerCharacter(of: reader, heldOut, after: text))
            bar.advance(to: from + epoch, values: [("bits", bits[epoch - 1])])
        }
        return (reader, bits)
    }
    let rnn = try trained(0) { RNNCell(32, hidden, random: &$0) }
    let lstm = try trained(epochs) { LSTMCell(32, hidden, random: &$0) }
    bar.finish()
    let counts = [1, 2, 3, 5].map { order in
        CountModel.fitted(order: order, symbols: symbols, text: text).bits(of: heldOut, after: text)
    }
    let (lstmBits, rnnBits) = (lstm.bits.last!, rnn.bits.last!)
    try story.show(
        LineChart(
            title: "Learning to write", xLabel: "epoch", yLabel: "bits a character, held out",
            series: [
                LineChart.Series("RNN", rnn.bits, from: 1, style: .markedLine),
                LineChart.Series("LSTM", lstm.bits, from: 1, style: .markedLine),
            ], referenceLines: [ReferenceLine(counts[2], label: "triples")]), named: "learning-to-write")
    try story.show(
        BarChart(
            title: "Bits a character on held-out text",
            categories: ["single", "pairs", "triples", "fives", "RNN", "LSTM"], values: counts + [rnnBits, lstmBits]),
        named: "bits")
    if story.options.full {
        story.show(
            TextTable(
                columns: ["seed", "RNN bits", "LSTM bits"],
                rows: try (1...3).map { story.options.seed &+ $0 }.map { seed in
                    let rnn = try trained(0, seed: seed) { RNNCell(32, hidden, random: &$0) }
                    let lstm = try trained(epochs, seed: seed) { LSTMCell(32, hidden, random: &$0) }
                    return ["\(seed)", Story.text(rnn.bits.last!), Story.text(lstm.bits.last!)]
                }))
    }
    var random = Random(seed: story.options.seed &+ 1)
    for temperature in [0.5, 0.8, 1.1] {
        let written = lstm.reader.write(
            after: Prose.symbols(of: "The network "), atMost: 240, temperature: temperature, random: &random)
        story.tell("At temperature \(temperature): “The network \(Prose.text(of: written))”")
    }
    story.tell(
        """
        The lower the temperature, the safer and the more monotonous the writing. Words it has, and which follow which; \
        sense it has none. Counting runs of five \(counts[3] < lstmBits ? "is still ahead of it" : "comes near to it"), in \
        so short a text.
        """)
    story.claim(
        "A3.4.3-1", "Used for language and text generation",
        measured: [
            ("LSTM bits", lstmBits), ("RNN bits", rnnBits), ("single bits", counts[0]), ("pair bits", counts[1]),
            ("triple bits", counts[2]), ("five bits", counts[3]),
        ],
        goals: [.below("LSTM bits", "RNN bits"), .below("LSTM bits", "triple bits")])
}
