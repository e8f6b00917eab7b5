// Translation on a small scale: dates as people write them, into ISO 8601. (A3.3.4-1)

import Datasets
import Recurrent

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

/// The network's translations of dates.
func translate(_ dates: [String], with network: EncoderDecoder<GRUCell<Float>>) -> [String] {
    let (tokens, lengths) = sideBySide(dates.map(DateSymbols.read))
    return network(
        read: tokens, lengths: lengths, start: DateSymbols.start, end: DateSymbols.end, atMost: 12
    ).map(DateSymbols.text)
}

/// Trains on nine tenths of the days of a hundred years, and tests on the others.
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
        // Dates of about the same length together, so that few steps are computed for nothing.
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
