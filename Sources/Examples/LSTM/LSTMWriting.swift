// A network with long short-term memory learns to write, letter by letter. (A3.4.3-1)

import Datasets
import Figures
import LSTM

/// Trains a network on a text that is cut into streams: all are read side by side, a window at a time, and what a stream's
/// state is at the end of a window, it is at the beginning of the next. The way back ends where the window begins
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

/// How many bits a network needs for a symbol of a text: the mean of −log₂ of the probability that it gave to what came. The
/// text is read in some streams side by side, each from a state of zeros.
func bitsPerSymbol<Cell: RecurrentCell<Float>>(_ network: SymbolReader<Cell>, _ text: [Int], streams: Int = 16) -> Double {
    let length = (text.count - 1) / streams
    let read = (0..<length).map { time in (0..<streams).map { text[$0 * length + time] } }
    let next = (0..<length).map { time in (0..<streams).map { text[$0 * length + time + 1] } }
    return Double(softmaxCrossEntropy(network(read).logits, next).loss) / Double.log(2)
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
