// A network that has read nine tenths of the project's own prose goes on writing, and another writes the dates that it
// reads. (A3.3.4-1)

import Datasets
import Figures
import Recurrent

// MARK: - Writing

/// A network that has learned to guess the next character.
struct ProseModel {
    let reader: SymbolReader<GRUCell<Float>>
    /// The mean loss of each epoch, and the held-out one after it, in bits per character.
    let training: [Double]
    let heldOut: [Double]
}

/// Trains a GRU on the prose.
func learnProse(
    seed: UInt64, hidden: Int = 128, features: Int = 32, epochs: Int,
    watch: (_ epoch: Int, _ bits: Double, _ heldOut: Double) -> Void
) throws(RunError) -> ProseModel {
    var random = Random(seed: seed)
    let (text, heldOut) = Prose.load()
    let classes = Prose.alphabet.count
    let fresh = SymbolReader(
        symbols: Embedding(symbols: classes, features: features, random: &random),
        cell: GRUCell(features, hidden, random: &random), scores: Dense(hidden, classes, random: &random))
    var (training, tested) = ([Double](), [Double]())
    let reader = try learnToWrite(
        fresh, text, steps: 32, epochs: epochs, learningRate: 0.006, weightDecay: 0.05, random: &random
    ) { epoch, bits, reader in
        training.append(bits)
        tested.append(bitsPerCharacter(of: reader, heldOut, after: text))
        watch(epoch, bits, tested[epoch - 1])
    }
    return ProseModel(reader: reader, training: training, heldOut: tested)
}

// MARK: - Translation in small: dates as people write them, into dates by ISO 8601

/// Dates as symbols: the characters of each alphabet, and for writing two more.
enum DateSymbols {
    static let start = Dates.isoAlphabet.count
    static let end = Dates.isoAlphabet.count + 1
    static let writtenCount = Dates.isoAlphabet.count + 2

    private static let read = Dictionary(uniqueKeysWithValues: zip(Dates.writtenAlphabet, 0...))
    private static let iso = Dictionary(uniqueKeysWithValues: zip(Dates.isoAlphabet, 0...))

    /// A date as it is read.
    static func read(_ text: String) -> [Int] { text.map { read[$0]! } }

    /// An ISO date as it is to be written.
    static func written(_ text: String) -> [Int] { text.map { iso[$0]! } }

    /// What was written.
    static func text(_ symbols: [Int]) -> String {
        String(symbols.map { $0 < Dates.isoAlphabet.count ? Dates.isoAlphabet[$0] : "?" })
    }
}

/// An encoder and a decoder that translate dates.
struct DateTranslator {
    let network: EncoderDecoder<GRUCell<Float>>
    /// While training: how many batches had been seen, and the share of held-out dates that were right in every character.
    let progress: [(batches: Int, exact: Double)]
    /// The share of held-out dates that are right at the end, and some of them.
    let exact: Double
    let examples: [(pair: Dates.Pair, answer: String)]
}

/// What the network makes of dates.
func translate(_ dates: [String], with network: EncoderDecoder<GRUCell<Float>>) -> [String] {
    let (tokens, lengths) = sideBySide(dates.map(DateSymbols.read))
    return network(
        read: tokens, lengths: lengths, start: DateSymbols.start, end: DateSymbols.end, atMost: 12
    ).map(DateSymbols.text)
}

/// Trains on nine tenths of the days of a hundred years, and asks for the others.
func learnDates(
    seed: UInt64, hidden: Int = 128, features: Int = 24, batches: Int = 700, size: Int = 64, learningRate: Double = 0.01,
    watch: (_ batch: Int, _ loss: Double) -> Void = { _, _ in }
) throws(RunError) -> DateTranslator {
    var random = Random(seed: seed)
    let (training, test) = Dates.split(testFraction: 0.1, shuffledBy: &random)
    let asked = Dates.make(count: 2000, of: test, random: &random)
    func exactness(_ network: EncoderDecoder<GRUCell<Float>>, _ pairs: [Dates.Pair]) -> Double {
        let answers = translate(pairs.map(\.written), with: network)
        return Double(zip(answers, pairs).count { $0 == $1.iso }) / Double(pairs.count)
    }
    // Both cells begin by keeping what they have read: an update gate with bias 0 is half open, σ(0) = ½, and a day of the
    // month would be forgotten before the year has come.
    var network = EncoderDecoder(
        readSymbols: Embedding(symbols: Dates.writtenAlphabet.count, features: features, random: &random),
        encoder: GRUCell(features, hidden, updateBias: 2, random: &random),
        writtenSymbols: Embedding(symbols: DateSymbols.writtenCount, features: features, random: &random),
        decoder: GRUCell(features, hidden, updateBias: 1, random: &random),
        scores: Dense(hidden, DateSymbols.writtenCount, random: &random))
    var optimizer = Adam(for: network, learningRate: learningRate)
    let schedule = CosineAnnealing(learningRate, over: batches)
    var (progress, waiting) = ([(batches: Int, exact: Double)](), [[Dates.Pair]]())
    for batch in 0..<batches {
        // Dates of about the same length together, so that few steps are made for nothing.
        if waiting.isEmpty {
            let pairs = Dates.make(count: 16 * size, of: training, random: &random)
                .sorted { $0.written.count < $1.written.count }
            waiting = random.permutation(16).map { Array(pairs[$0 * size..<($0 + 1) * size]) }
        }
        let pairs = waiting.removeLast()
        let (tokens, lengths) = sideBySide(pairs.map { DateSymbols.read($0.written) })
        let answers = pairs.map { DateSymbols.written($0.iso) }
        let given = sideBySide(answers.map { [DateSymbols.start] + $0 }).tokens
        let due = sideBySide(answers.map { $0 + [DateSymbols.end] }).tokens
        optimizer.learningRate = schedule(batch)
        let (logits, backward) = network.forward(read: tokens, lengths: lengths, written: given)
        let (loss, logitsGradient) = softmaxCrossEntropy(logits, due)
        var gradient = backward(logitsGradient)
        gradient.clip(norm: 5)
        optimizer.update(&network, along: gradient)
        guard loss.isFinite else { throw .lossNotFinite(epoch: 1, batch: batch + 1, learningRate: learningRate) }
        if (batch + 1).isMultiple(of: 100) {
            progress.append((batch + 1, exactness(network, Array(asked.prefix(200)))))
            watch(batch + 1, Double(loss))
        }
    }
    let shown = Array(asked.prefix(12))
    return DateTranslator(
        network: network, progress: progress, exact: exactness(network, asked),
        examples: Array(zip(shown, translate(shown.map(\.written), with: network))))
}

// MARK: - Told

func tellProse(_ story: Story) throws {
    let (seed, full) = (story.options.seed, story.options.full)
    story.heading("Writing (A3.3.4-1)")
    let (text, heldOut) = Prose.load()
    story.tell(
        """
        A network reads nine tenths of a text character by character and guesses at each which comes next. How well it \
        does is measured on the last tenth, in bits: the mean of −log₂ of the probability that it gave to what came. \
        Beside it stand counts of characters, pairs, triples and so on up to six, each mixed with the shorter ones. \
        Source: \(Prose.source).
        """)
    let epochs = story.options.epochs ?? (full ? 20 : 6)
    var bar = ProgressBar(label: "prose", total: epochs, terminal: story.progress)
    let model = try learnProse(seed: seed, epochs: epochs) { epoch, bits, held in
        bar.advance(to: epoch, values: [("bits", bits), ("held out", held)])
    }
    bar.finish()
    let counts = (1...6).map { CountModel.fitted(order: $0, symbols: Prose.alphabet.count, text: text) }
    let counted = counts.map { $0.bits(of: heldOut, after: text) }
    let bits = model.heldOut.last!
    try story.show(
        LineChart(
            title: "Guessing the next character", xLabel: "epoch", yLabel: "bits per character",
            series: [
                LineChart.Series("while training", model.training, from: 1, style: .markedLine),
                LineChart.Series("held out", model.heldOut, from: 1, style: .markedLine),
            ], referenceLines: [ReferenceLine(counted[1], label: "pairs"), ReferenceLine(counted[2], label: "triples")]),
        named: "prose-training")
    try story.show(
        BarChart(
            title: "Bits per character of prose that was not seen", yLabel: "bits",
            categories: ["1 counted", "2", "3", "4", "5", "6 counted", "GRU"], values: counted + [bits]),
        named: "prose-bits")
    story.tell(
        """
        Triples need \(Story.text(counted[2])) bits, the network \(Story.text(bits)). Longer counts are good as well on a \
        text that repeats its phrases: sixes need \(Story.text(counted[5])). They have stored whatever was seen, in \
        \(counts[5].count) counts; the network has \(model.reader.parameterCount) weights.
        """)
    story.tell(
        """
        Now it goes on writing by itself. Each character is drawn with the probabilities that it gives, made sharper by a \
        temperature below 1, or duller by one above. Low: safe and repetitive; high: bold and misspelt.
        """)
    var random = Random(seed: seed)
    for temperature in [0.5, 0.8, 1.1] {
        let beginning = "A network "
        let written = Prose.text(
            of: model.reader.write(
                after: Prose.symbols(of: beginning), atMost: 300, temperature: temperature, random: &random))
        story.tell("Temperature \(temperature): “\(beginning)\(written)”")
    }

    story.tell(
        """
        Translation in small: dates as people write them, in \(Dates.Format.allCases.count) ways, into dates by ISO 8601. \
        One GRU reads the whole date, another writes, beginning with the state in which the first one ended. The days \
        that are asked for at the end never occurred in training in any way of writing. Source: \(Dates.source).
        """)
    let batches = full ? 4000 : 700
    var dateBar = ProgressBar(label: "dates", total: batches, terminal: story.progress)
    let dates = try learnDates(seed: seed, batches: batches) { batch, loss in
        dateBar.advance(to: batch, values: [("loss", loss)])
    }
    dateBar.finish()
    try story.show(
        LineChart(
            title: "Dates of days that were not seen, right in every character", xLabel: "batches", yLabel: "share",
            series: [
                LineChart.Series(
                    "exact", x: dates.progress.map { Double($0.batches) }, y: dates.progress.map(\.exact),
                    style: .markedLine)
            ], yRange: 0...1), named: "dates")
    story.show(
        TextTable(
            columns: ["read", "written", ""],
            rows: dates.examples.map { pair, answer in
                [pair.written, answer, answer == pair.iso ? "" : "should be \(pair.iso)"]
            }))
    story.claim(
        "A3.3.4-1", "Used for language (translation, sentiment, generation)",
        measured: [
            ("bits per character", bits), ("bits of single characters", counted[0]), ("bits of pairs", counted[1]),
            ("bits of triples", counted[2]), ("bits of fours", counted[3]), ("bits of fives", counted[4]),
            ("bits of sixes", counted[5]), ("dates exact", dates.exact),
        ],
        goals: [
            .below("bits per character", "bits of single characters"), .below("bits per character", "bits of pairs"),
            .below("bits per character", "bits of triples"), .atLeast("dates exact", .percent(99)),
        ])
}
