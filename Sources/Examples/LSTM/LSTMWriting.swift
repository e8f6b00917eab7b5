// A network with long short-term memory learns to write, letter by letter. (A3.4.3-1)

import Datasets
import Figures
import LSTM

/// Trains a network on a text that is cut into streams: all are read side by side, a window at a time, and what a stream's
/// state is at the end of a window, it is at the beginning of the next. The backward pass ends where the window begins
/// (truncated backpropagation through time).
func learnToWrite<Cell: RecurrentCell<Float>>(
    _ cell: Cell, _ text: [Int], symbols: Int, streams: Int = 32, window: Int = 50, steps: Int, learningRate: Double = 0.01,
    random: inout Random, watch: (_ step: Int, _ network: SymbolReader<Cell>) -> Void = { _, _ in }
) -> SymbolReader<Cell> {
    var network = SymbolReader(
        symbols: Embedding(symbols: symbols, features: cell.inputCount, random: &random), cell: cell,
        scores: Dense(cell.hiddenCount, symbols, random: &random))
    var optimizer = Adam(for: network, learningRate: learningRate)
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: steps)
    let length = text.count / streams
    var (place, state) = (0, Cell.State?.none)
    for step in 0..<steps {
        optimizer.learningRate = schedule(step)
        if place + window >= length { (place, state) = (random.integer(below: window), nil) }
        let read = (place..<place + window).map { time in (0..<streams).map { text[$0 * length + time] } }
        let next = (place..<place + window).map { time in (0..<streams).map { text[$0 * length + time + 1] } }
        let (logits, after, backward) = network.forward(read, from: state)
        let (_, logitsGradient) = softmaxCrossEntropy(logits, next)
        var gradient = backward(logitsGradient)
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
        (place, state) = (place + window, after)
        watch(step + 1, network)
    }
    return network
}

/// How many bits a network needs for a symbol of a text: the mean of −log₂ of the probability that it gave to the symbol
/// that came. The text is read in some streams side by side, each from a state of zeros.
func bitsPerSymbol<Cell: RecurrentCell<Float>>(_ network: SymbolReader<Cell>, _ text: [Int], streams: Int = 16) -> Double {
    let length = (text.count - 1) / streams
    let read = (0..<length).map { time in (0..<streams).map { text[$0 * length + time] } }
    let next = (0..<length).map { time in (0..<streams).map { text[$0 * length + time + 1] } }
    return Double(softmaxCrossEntropy(network(read).logits, next).loss) / Double.log(2)
}

// MARK: - Told

/// Tells how well an LSTM predicts letters, and lets it write.
func tellWriting(_ story: Story) throws {
    story.heading("Writing, letter by letter (A3.4.3-1)")
    let (text, heldOut) = Prose.load()
    let symbols = Prose.alphabet.count
    let (hidden, steps) = (128, 700)
    story.tell(
        """
        A network reads text, letter by letter, and after each gives the probability of every letter to be the next. Its \
        quality is measured in bits per character: as many as each would take on average if the text were compressed \
        with its help. An LSTM and a plain cell of \(hidden) units each are trained for \(steps) steps of 32×50 \
        characters, and measured on the last tenth, which they have not seen. They are compared with counts of single \
        characters, of pairs, of triples and of runs of five; how strongly the longer rely on the shorter was found on \
        the training text. \(Prose.source).
        """)
    var bar = ProgressBar(label: "writing", total: 2 * steps, terminal: story.progress)
    func trained<Cell: RecurrentCell<Float>>(
        _ from: Int, seed: UInt64 = story.options.seed, _ cell: (inout Random) -> Cell
    ) -> (network: SymbolReader<Cell>, measured: [Double], bits: [Double]) {
        var random = Random(seed: seed)
        var (measured, bits) = ([Double](), [Double]())
        let network = learnToWrite(cell(&random), text, symbols: symbols, steps: steps, random: &random) { step, network in
            guard step % (steps / 7) == 0 else { return }
            measured.append(Double(step))
            bits.append(bitsPerSymbol(network, heldOut))
            bar.advance(to: from + step, values: [("bits", bits.last!)])
        }
        return (network, measured, bits)
    }
    let rnn = trained(0) { RNNCell(32, hidden, random: &$0) }
    let lstm = trained(steps) { LSTMCell(32, hidden, random: &$0) }
    bar.finish()
    let counts = [1, 2, 3, 5].map { order in
        CountModel.fitted(order: order, symbols: symbols, text: text).bits(of: heldOut, after: text)
    }
    let (lstmBits, rnnBits) = (bitsPerSymbol(lstm.network, heldOut), bitsPerSymbol(rnn.network, heldOut))
    try story.show(
        LineChart(
            title: "Learning to write", xLabel: "step of training", yLabel: "bits per character, held out",
            series: [
                LineChart.Series("RNN", x: rnn.measured, y: rnn.bits, style: .markedLine),
                LineChart.Series("LSTM", x: lstm.measured, y: lstm.bits, style: .markedLine),
            ], referenceLines: [ReferenceLine(counts[2], label: "triples")]), named: "learning-to-write")
    try story.show(
        BarChart(
            title: "Bits per character on held-out text",
            categories: ["single", "pairs", "triples", "fives", "RNN", "LSTM"], values: counts + [rnnBits, lstmBits]),
        named: "bits")
    if story.options.full {
        story.show(
            TextTable(
                columns: ["seed", "RNN bits", "LSTM bits"],
                rows: (1...3).map { story.options.seed &+ $0 }.map { seed in
                    let rnn = trained(0, seed: seed) { RNNCell(32, hidden, random: &$0) }
                    let lstm = trained(steps, seed: seed) { LSTMCell(32, hidden, random: &$0) }
                    return ["\(seed)", Story.text(rnn.bits.last!), Story.text(lstm.bits.last!)]
                }))
    }
    var random = Random(seed: story.options.seed &+ 1)
    for temperature in [0.5, 0.8, 1.1] {
        let written = lstm.network.write(
            after: Prose.symbols(of: "The network "), atMost: 240, temperature: temperature, random: &random)
        story.tell("At temperature \(temperature): “The network \(Prose.text(of: written))”")
    }
    story.tell(
        """
        The lower the temperature, the safer and the more monotonous the writing. The network knows words, and which \
        tend to follow which, but not what they mean. On so short a text, counting runs of five \
        \(counts[3] < lstmBits ? "is still ahead of it" : "comes near to it").
        """)
    story.claim(
        "A3.4.3-1", "Used for language and text generation",
        measured: [
            ("LSTM bits", lstmBits), ("RNN bits", rnnBits), ("single bits", counts[0]), ("pair bits", counts[1]),
            ("triple bits", counts[2]), ("five bits", counts[3]),
        ],
        goal: "fewer bits a held-out character than the plain network of the same size and than counted triples",
        met: lstmBits < rnnBits && lstmBits < counts[2])
}
