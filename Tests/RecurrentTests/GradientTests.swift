// Does the derivative belong to the formula? Central differences in `Double` against every backward pass of the chapter:
// every number of the input, of the initial state and of every parameter, relative error ≤ 1e-7, from the outputs and from
// the final state, at random odd shapes, over three and more steps, with parameters away from where they begin.

import Recurrent
import RecurrentTools
import TestTools
import Testing

/// Two directions, as a layer whose output is all numbers of the outputs and of both final states.
struct BothWithStates<Cell: RecurrentCell>: Layer where Cell.Scalar == Double {
    typealias Scalar = Double

    var network: Bidirectional<Cell>
    let lengths: [Int]?

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
        let (output, states) = network(x, lengths: lengths)
        return joined([output] + states.forwards.tensors + states.backwards.tensors)
    }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (output, states, backward) = network.forward(x, lengths: lengths)
        let parts = [output] + states.forwards.tensors + states.backwards.tensors
        return (
            joined(parts),
            { [lengths, shapes = parts.map(\.shape)] g in
                let parts = separated(g, shapes), half = parts.count / 2
                let states = (Cell.State(tensors: Array(parts[1...half])), Cell.State(tensors: Array(parts[(half + 1)...])))
                let gradients = backward(parts[0], states)
                return Gradients(
                    input: gradients.input, layer: BothWithStates(network: gradients.layer, lengths: lengths))
            }
        )
    }

    var parameters: [Parameter<Self>] { network.parameters.map { $0.within(\Self.network, named: "") } }
}

/// The vectors of some tokens, whatever the input.
private struct Looked: Layer {
    typealias Scalar = Double

    var embedding: Embedding<Double>
    let tokens: [[Int]]

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { embedding(tokens) }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (output, backward) = embedding.forward(tokens)
        return (output, { [tokens] g in
            Gradients(input: Tensor(zeros: x.shape), layer: Looked(embedding: backward(g), tokens: tokens))
        })
    }

    var parameters: [Parameter<Self>] { embedding.parameters.map { $0.within(\Self.embedding, named: "") } }
}

/// The loss of what a pair of networks writes, whatever the input.
struct Translation<Cell: RecurrentCell>: Layer where Cell.Scalar == Double {
    typealias Scalar = Double

    var model: EncoderDecoder<Cell>
    let read: [[Int]]
    let lengths: [Int]?
    let written: [[Int]]
    let labels: [[Int]]
    let labelLengths: [Int]?

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
        let logits = model.forward(read: read, lengths: lengths, written: written).logits
        return Tensor(softmaxCrossEntropy(logits, labels, lengths: labelLengths).loss)
    }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (logits, backward) = model.forward(read: read, lengths: lengths, written: written)
        let (loss, gradient) = softmaxCrossEntropy(logits, labels, lengths: labelLengths)
        return (
            Tensor(loss),
            { [self] g in
                var layer = self
                layer.model = backward(gradient * g.scalar)
                return Gradients(input: Tensor(zeros: x.shape), layer: layer)
            }
        )
    }

    var parameters: [Parameter<Self>] { model.parameters.map { $0.within(\Self.model, named: "") } }
}

extension Random {
    /// Tokens of some steps of some sequences.
    mutating func tokens(_ time: Int, _ batch: Int, symbols: Int) -> [[Int]] {
        (0..<time).map { _ in labels(batch, classes: symbols) }
    }

    /// A pair of networks of 5 hidden units that reads six symbols and writes four, parameters away from where they begin.
    mutating func encoderDecoder<Cell: RecurrentCell>(
        _ cell: (_ inputs: Int, _ hidden: Int, _ random: inout Random) -> Cell
    ) -> EncoderDecoder<Cell> where Cell.Scalar == Double {
        EncoderDecoder(
            readSymbols: Embedding(symbols: 6, features: 3, random: &self), encoder: cell(3, 5, &self),
            writtenSymbols: Embedding(symbols: 4, features: 2, random: &self), decoder: cell(2, 5, &self),
            scores: Dense(5, 4, random: &self)
        ).moved(&self)
    }
}

@Suite("Backward passes agree with central differences")
struct GradientTests {
    @Test(
        "the plain cell with tanh and with ReLU", .claim("A3.3.1-4"), .claim("A3.3.2-2"),
        arguments: 1...3 as ClosedRange<UInt64>)
    func plain(seed: UInt64) {
        var random = Random(seed: seed)
        for activation in RNNCell<Double>.Activation.allCases {
            let (inputs, hidden) = (random.odd(upTo: 5), random.odd(upTo: 5))
            expectGradients(of: RNNCell(inputs, hidden, activation: activation, random: &random), seed: seed, &random)
        }
    }

    @Test("the gated recurrent unit", .claim("A3.3.2-2"), arguments: 1...2 as ClosedRange<UInt64>)
    func gated(seed: UInt64) {
        var random = Random(seed: seed)
        for resetGate in GRUCell<Double>.ResetGate.allCases {
            let (inputs, hidden) = (random.odd(upTo: 5), random.odd(upTo: 5))
            expectGradients(of: GRUCell(inputs, hidden, resetGate: resetGate, random: &random), seed: seed, &random)
        }
    }

    @Test("two directions, with and without lengths", arguments: 1...2 as ClosedRange<UInt64>)
    func bidirectional(seed: UInt64) {
        var random = Random(seed: seed)
        let cells = (0..<2).map { _ in RNNCell<Double>(3, 3, random: &random).moved(&random) }
        let gated = (0..<2).map { _ in GRUCell<Double>(3, 3, random: &random).moved(&random) }
        let x: Tensor<Double> = random.normal([4, 3, 3])
        for lengths in [nil, random.lengths(3, upTo: 4)] {
            expectGradients(
                of: BothWithStates(network: Bidirectional(forwards: cells[0], backwards: cells[1]), lengths: lengths), at: x,
                seed: seed)
            expectGradients(
                of: BothWithStates(network: Bidirectional(forwards: gated[0], backwards: gated[1]), lengths: lengths), at: x,
                seed: seed)
        }
        expectGradients(of: Bidirectional(forwards: cells[0], backwards: cells[1]), at: x, seed: seed)
    }

    @Test(
        "a network: two cells, one on the other, then the last step or every step",
        arguments: 1...2 as ClosedRange<UInt64>)
    func networks(seed: UInt64) {
        var random = Random(seed: seed)
        let x: Tensor<Double> = random.normal([4, 3, 3])
        expectGradients(
            of: Sequential {
                Unfolded(RNNCell<Double>(3, 5, random: &random))
                Unfolded(GRUCell<Double>(5, 3, random: &random))
                LastStep<Double>()
                Dense<Double>(3, 2, random: &random)
            }.moved(&random), at: x, seed: seed)
        expectGradients(
            of: Sequential {
                Unfolded(GRUCell<Double>(3, 3, resetGate: .beforeProduct, random: &random), direction: .backwards)
                EachStep(
                    Sequential {
                        Dense<Double>(3, 4, random: &random)
                        Softmax<Double>()
                    })
            }.moved(&random), at: x, seed: seed)
        // One input, and a sequence comes out of it.
        expectGradients(
            of: Sequential {
                Repeated<Double>(steps: 3)
                Unfolded(RNNCell<Double>(3, 3, random: &random))
            }.moved(&random), at: x[0], seed: seed)
    }

    @Test("what stands before and behind a cell: the last step, every step, the same at all steps") func sequences() {
        var random = Random(seed: 3)
        let x: Tensor<Double> = random.normal([4, 3, 5])
        expectGradients(of: LastStep<Double>(), at: x, seed: 1)
        expectGradients(of: Repeated<Double>(steps: 5), at: x[0], seed: 1)
        expectGradients(of: EachStep(Dense<Double>(5, 3, random: &random).moved(&random)), at: x, seed: 1)
    }

    @Test("the vectors of symbols, of which some occur often and some never") func embedding() {
        var random = Random(seed: 4)
        let layer = Looked(
            embedding: Embedding(symbols: 7, features: 3, random: &random), tokens: [[1, 1], [4, 1], [6, 0], [0, 6]])
        expectGradients(of: layer, at: Tensor(zeros: [1]), seed: 1)
    }

    @Test("encoder and decoder to the loss, every parameter", arguments: 1...2 as ClosedRange<UInt64>)
    func encoderDecoder(seed: UInt64) {
        var random = Random(seed: seed)
        func check<Cell: RecurrentCell>(_ model: EncoderDecoder<Cell>) where Cell.Scalar == Double {
            for lengths in [nil, random.lengths(3, upTo: 4)] {
                let labels = random.tokens(3, 3, symbols: 4)
                let layer = Translation(
                    model: model, read: random.tokens(4, 3, symbols: 6), lengths: lengths,
                    written: [[0, 0, 0]] + labels.dropLast(), labels: labels,
                    labelLengths: lengths == nil ? nil : [3, 1, 2])
                expectGradients(of: layer, at: Tensor(zeros: [1]), seed: seed)
            }
        }
        check(random.encoderDecoder { RNNCell($0, $1, random: &$2) })
        check(random.encoderDecoder { GRUCell($0, $1, random: &$2) })
    }

    @Test("the loss of sequences of equal and of unequal lengths", arguments: 1...3 as ClosedRange<UInt64>)
    func loss(seed: UInt64) {
        var random = Random(seed: seed)
        let logits: Tensor<Double> = random.normal([4, 3, 5], standardDeviation: 2)
        let labels = random.tokens(4, 3, symbols: 5)
        for lengths in [nil, random.lengths(3, upTo: 4)] {
            let report = checkGradients(at: logits) { softmaxCrossEntropy($0, labels, lengths: lengths) }
            #expect(report.passed && report.largestRelativeError <= 1e-7 && report.compared == 60, "\(report)")
        }
    }

    @Test(
        "a batch that threads share has the gradients of its sequences", .claim("A3.3.2-2"),
        arguments: 1...2 as ClosedRange<UInt64>)
    func shared(seed: UInt64) {
        var random = Random(seed: seed)
        expectSharedSameAsAlone(RNNCell(19, 31, random: &random), &random)
        expectSharedSameAsAlone(GRUCell(13, 19, random: &random), &random)
        expectSharedSameAsAlone(GRUCell(13, 19, resetGate: .beforeProduct, random: &random), &random)
    }
}
