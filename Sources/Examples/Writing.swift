// How a text is learned, by counting and by a network that reads it, and in how many bits it can be said: what chapters 3.3
// and 3.4 have in common where they write. (A3.3.4-1, A3.4.3-1)

import Recurrent

// MARK: - Counting

/// What a text's characters are followed by, counted: a model of the language to hold a network against.
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

// MARK: - Reading

/// Trains a reader to say what comes next in a text, cut into rows that are read side by side, some steps at a time. The
/// state is carried on from piece to piece; the gradient is not (truncated backpropagation through time).
///
/// - Parameter watch: is told after every epoch: how many are done, the mean loss in bits per symbol, the reader as it then
///   is.
func learnToWrite<Cell: RecurrentCell<Float>>(
    _ reader: SymbolReader<Cell>, _ text: [Int], rows: Int = 32, steps: Int, epochs: Int, learningRate: Double,
    weightDecay: Double = 0, random: inout Random,
    watch: (_ epoch: Int, _ bits: Double, _ reader: SymbolReader<Cell>) -> Void = { _, _, _ in }
) throws(RunError) -> SymbolReader<Cell> {
    var reader = reader
    var optimizer = AdamW(for: reader, learningRate: learningRate, weightDecay: weightDecay)
    let length = (text.count - 1) / rows
    let pieces = length / steps
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: epochs * pieces)
    for epoch in 0..<epochs {
        // Each epoch begins somewhere else, so that the pieces are cut in other places.
        let offset = random.integer(below: steps)
        var (state, sum): (Cell.State?, Double) = (nil, 0)
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
        watch(epoch + 1, sum / Double(pieces) / Double.log(2), reader)
    }
    return reader
}

/// What a reader needs per character of a text, when it has read the last thousand characters before it: the mean of −log₂
/// of the probability that it gave to what came.
func bitsPerCharacter<Cell: RecurrentCell<Float>>(
    of reader: SymbolReader<Cell>, _ text: [Int], after before: [Int]
) -> Double {
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
