// A network with long short-term memory learns to write, letter by letter. (A3.4.3-1)

import Datasets
import Figures
import LSTM

/// Trains a network on a text that is cut into streams: all are read side by side, a window at a time, and what a stream's
/// state is at the end of a window, it is at the beginning of the next. The way back ends where the window begins
/// (truncated backpropagation through time).
func learnToWrite<Cell: RecurrentCell<Float>>(
    _ cell: Cell, _ text: [Int], symbols: Int, streams: Int = 32, window: Int = 50, steps: Int, learningRate: Double = 0.005,
    random: inout Random, watch: (_ step: Int, _ network: SequenceWriter<Cell>) -> Void = { _, _ in }
) -> SequenceWriter<Cell> {
    var network = SequenceWriter(cell, symbols: symbols, random: &random)
    var optimizer = Adam(for: network, learningRate: learningRate)
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: steps)
    let length = text.count / streams
    var (place, state) = (0, Cell.State?.none)
    for step in 0..<steps {
        optimizer.learningRate = schedule(step)
        if place + window >= length { (place, state) = (0, nil) }
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

/// How many bits a network needs for a symbol of a text: the mean of −log₂ of the probability it gave what came.
func bitsPerSymbol<Cell: RecurrentCell<Float>>(_ network: SequenceWriter<Cell>, _ text: [Int], streams: Int = 16) -> Double {
    let length = (text.count - 1) / streams
    let read = (0..<length).map { time in (0..<streams).map { text[$0 * length + time] } }
    let next = (0..<length).map { time in (0..<streams).map { text[$0 * length + time + 1] } }
    return Double(softmaxCrossEntropy(network(read).logits, next).loss) / Double.log(2)
}

/// What follows which symbols how often: the model of a text that needs no network.
///
/// The probability after the last k symbols leans on that after the last k − 1, as if that had been seen α_k times:
/// p_k = (n(context, symbol) + α_k·p_{k−1}) / (n(context) + α_k), from the uniform distribution upwards.
/// Source: MacKay & Peto 1995.
struct SymbolCounts {
    private let symbols: Int
    /// For each length of context, how often each was seen, and how often with which symbol behind it.
    private var contexts: [[Int: Int]]
    private var followed: [[Int: Int]]
    /// α of each length of context.
    private var strengths: [Double]

    /// Counts a text with contexts of fewer than `order` symbols. The strengths are those with which counts of its first
    /// nine tenths foretell its last tenth best.
    init(_ text: [Int], symbols: Int, order: Int) {
        let border = text.count * 9 / 10
        var trial = SymbolCounts(counting: Array(text[..<border]), symbols: symbols, order: order)
        for length in 0..<order {
            let strengths = [0.5, 1, 2, 4, 8, 16, 32, 64]
            let bits = strengths.map { strength in
                trial.strengths[length] = strength
                return trial.bitsPerSymbol(Array(text[border...]), longest: length)
            }
            trial.strengths[length] = strengths[bits.indices.min { bits[$0] < bits[$1] }!]
        }
        self.init(counting: text, symbols: symbols, order: order)
        strengths = trial.strengths
    }

    private init(counting text: [Int], symbols: Int, order: Int) {
        self.symbols = symbols
        (contexts, followed) = (Array(repeating: [:], count: order), Array(repeating: [:], count: order))
        strengths = Array(repeating: 1, count: order)
        for place in text.indices {
            var (context, power) = (0, 1)
            for length in 0..<min(order, place + 1) {
                if length > 0 {
                    context += (text[place - length] + 1) * power
                    power *= symbols + 1
                }
                contexts[length][context, default: 0] += 1
                followed[length][context * symbols + text[place], default: 0] += 1
            }
        }
    }

    /// How many bits a symbol of another text takes, with contexts of at most `longest` symbols.
    func bitsPerSymbol(_ text: [Int], longest: Int) -> Double {
        var bits = 0.0
        for place in text.indices {
            var (context, power, probability) = (0, 1, 1 / Double(symbols))
            for length in 0...min(longest, place) {
                if length > 0 {
                    context += (text[place - length] + 1) * power
                    power *= symbols + 1
                }
                guard let seen = contexts[length][context] else { break }
                let both = followed[length][context * symbols + text[place]] ?? 0
                probability = (Double(both) + strengths[length] * probability) / (Double(seen) + strengths[length])
            }
            bits -= Double.log(probability) / Double.log(2)
        }
        return bits / Double(text.count)
    }
}
