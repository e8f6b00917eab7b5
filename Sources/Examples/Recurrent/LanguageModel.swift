// A network that has read nine tenths of the project's own prose goes on writing. (A3.3.4-1)

import Datasets
import Figures
import Recurrent

// MARK: - Counting

/// What a text's characters are followed by, counted: a model of the language to compare a network with.
///
/// The order says how many characters one guess looks at, the guessed one included: 1 counts characters, 2 pairs, 3 triples.
/// What was seen after a context is mixed with the guess of the next shorter context, as if that had been seen `strength`
/// times: p(c | context) = (n(context c) + s·p(c | shorter)) / (n(context) + s), down to all characters being equally
/// likely. Source: MacKay & Peto 1995.
struct CountModel {
    let order: Int
    let symbols: Int
    var strength: Double
    /// For each length of the context: how often a context came, and how often with which symbol behind it.
    private var contexts: [[Int: Double]]
    private var counts: [[Int: Double]]

    init(order: Int, symbols: Int, strength: Double, text: [Int]) {
        (self.order, self.symbols, self.strength) = (order, symbols, strength)
        contexts = Array(repeating: [:], count: order)
        counts = Array(repeating: [:], count: order)
        for place in text.indices {
            var (context, power) = (0, 1)
            for length in 0..<min(order, place + 1) {
                if length > 0 {
                    context += text[place - length] * power
                    power *= symbols
                }
                contexts[length][context, default: 0] += 1
                counts[length][context * symbols + text[place], default: 0] += 1
            }
        }
    }

    /// How many different runs of characters have been counted.
    var count: Int { counts.reduce(0) { $0 + $1.count } }

    /// The probability of the symbol at a place of a text, given those before it.
    private func probability(of text: [Int], at place: Int) -> Double {
        var (context, power, result) = (0, 1, 1 / Double(symbols))
        for length in 0..<min(order, place + 1) {
            if length > 0 {
                context += text[place - length] * power
                power *= symbols
            }
            let seen = counts[length][context * symbols + text[place]] ?? 0
            result = (seen + strength * result) / ((contexts[length][context] ?? 0) + strength)
        }
        return result
    }

    /// The mean of −log₂ p over a text that follows another.
    func bits(of text: [Int], after before: [Int]) -> Double {
        let all = before.suffix(order) + text
        let places = (all.count - text.count)..<all.count
        let joined = Array(all)
        return places.reduce(0) { $0 - Double.log(probability(of: joined, at: $1)) } / Double(text.count) / Double.log(2)
    }

    /// Counts, with the strength that does best on the last tenth of the text when the rest is counted.
    static func fitted(order: Int, symbols: Int, text: [Int]) -> CountModel {
        let border = text.count * 9 / 10
        let (early, late) = (Array(text[..<border]), Array(text[border...]))
        var trial = CountModel(order: order, symbols: symbols, strength: 1, text: early)
        let strengths = [0.25, 0.5, 1, 2, 4, 8, 16]
        let tried = strengths.map { strength in
            trial.strength = strength
            return trial.bits(of: late, after: early)
        }
        let best = strengths[tried.firstIndex(of: tried.min()!)!]
        return CountModel(order: order, symbols: symbols, strength: best, text: text)
    }
}

// MARK: - The network

/// A network that has learned to guess the next character.
struct ProseModel {
    let reader: SymbolReader<GRUCell<Float>>
    /// The mean loss of each epoch, and the held-out one after it, in bits per character.
    let training: [Double]
    let heldOut: [Double]
}

/// Trains on the text cut into rows that are read side by side, some steps at a time. The state is carried on from piece to
/// piece; the gradient is not (truncated backpropagation through time).
func learnProse(
    seed: UInt64, hidden: Int = 128, features: Int = 32, rows: Int = 32, steps: Int = 32, epochs: Int = 6,
    learningRate: Double = 0.006, watch: (_ epoch: Int, _ bits: Double, _ heldOut: Double) -> Void = { _, _, _ in }
) throws(RunError) -> ProseModel {
    var random = Random(seed: seed)
    let (text, heldOut) = Prose.load()
    let classes = Prose.alphabet.count
    var reader = SymbolReader(
        symbols: Embedding(symbols: classes, features: features, random: &random),
        cell: GRUCell(features, hidden, random: &random), scores: Dense(hidden, classes, random: &random))
    var optimizer = AdamW(for: reader, learningRate: learningRate, weightDecay: 0.05)
    let length = (text.count - 1) / rows
    let pieces = length / steps
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: epochs * pieces)
    var (training, tested) = ([Double](), [Double]())
    for epoch in 0..<epochs {
        // Each epoch begins somewhere else, so that the pieces are cut in other places.
        let offset = random.integer(below: steps)
        var (state, sum): (Tensor<Float>?, Double) = (nil, 0)
        for piece in 0..<pieces {
            optimizer.learningRate = schedule(epoch * pieces + piece)
            func tokens(_ ahead: Int) -> [[Int]] {
                (0..<steps).map { step in
                    (0..<rows).map { text[($0 * length + offset + piece * steps + step + ahead) % text.count] }
                }
            }
            let (logits, last, backward) = reader.forward(tokens(0), from: state)
            let (loss, logitsGradient) = softmaxCrossEntropy(logits, tokens(1))
            var gradient = backward(logitsGradient)
            gradient.clip(norm: 1)
            optimizer.update(&reader, along: gradient)
            guard loss.isFinite else {
                throw .lossNotFinite(epoch: epoch + 1, batch: piece + 1, learningRate: learningRate)
            }
            (state, sum) = (last, sum + Double(loss))
        }
        training.append(sum / Double(pieces) / Double.log(2))
        tested.append(bitsPerCharacter(of: reader, heldOut, after: text))
        watch(epoch + 1, training[epoch], tested[epoch])
    }
    return ProseModel(reader: reader, training: training, heldOut: tested)
}

/// What a reader needs per character of a text, when it has read the last thousand characters before it.
func bitsPerCharacter(of reader: SymbolReader<GRUCell<Float>>, _ text: [Int], after before: [Int]) -> Double {
    let context = Array(before.suffix(1000))
    var state = reader(context.dropLast().map { [$0] }).state
    let inputs = [context.last!] + text.dropLast()
    var sum = 0.0
    for start in stride(from: 0, to: text.count, by: 500) {
        let places = start..<min(start + 500, text.count)
        let (logits, last) = reader(places.map { [inputs[$0]] }, from: state)
        sum += Double(softmaxCrossEntropy(logits, places.map { [text[$0]] }).loss) * Double(places.count)
        state = last
    }
    return sum / Double(text.count) / Double.log(2)
}
