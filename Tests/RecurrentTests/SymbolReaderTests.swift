// The network that reads symbols: it is its three parts in a row, and writes what it expects.

import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("Reading and writing symbols")
struct SymbolReaderTests {
    private func reader(_ random: inout Random) -> SymbolReader<GRUCell<Double>> {
        SymbolReader(
            symbols: Embedding(symbols: 5, features: 3, random: &random), cell: GRUCell(3, 4, random: &random),
            scores: Dense(4, 5, random: &random)
        ).moved(&random)
    }

    @Test("it is an embedding, an unfolded cell and a dense layer at each step") func parts() {
        var random = Random(seed: 1)
        let reader = reader(&random), (tokens, lengths) = sideBySide([[3, 1, 4], [2], [0, 4]])
        #expect(tokens == [[3, 2, 0], [1, 0, 4], [4, 0, 0]] && lengths == [3, 1, 2])
        let start: Tensor<Double> = random.normal([3, 4])
        let (h, last) = reader.recurrent(reader.symbols(tokens), from: start, lengths: lengths)
        let (logits, state) = reader(tokens, from: start, lengths: lengths)
        let trained = reader.forward(tokens, from: start, lengths: lengths)
        #expect(logits == reader.scores(h) && state == last && trained.logits == logits && trained.state == last)
    }

    /// The scores of some tokens, whatever the input.
    private struct Reading: Layer {
        typealias Scalar = Double

        var reader: SymbolReader<GRUCell<Double>>
        let read = sideBySide([[3, 1, 4], [2, 2], [0, 4, 1]])

        func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> { reader(read.tokens, lengths: read.lengths).logits }

        mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
            let (logits, _, backward) = reader.forward(read.tokens, lengths: read.lengths)
            return (logits, { g in Gradients(input: Tensor(zeros: x.shape), layer: Reading(reader: backward(g))) })
        }

        var parameters: [Parameter<Self>] { reader.parameters.map { $0.within(\Self.reader, named: "") } }
    }

    @Test("its gradient is that of its parts, by differences") func gradient() {
        var random = Random(seed: 2)
        let report = checkGradients(of: Reading(reader: reader(&random)), at: Tensor<Double>(zeros: [1]))
        #expect(report.mismatches.isEmpty && report.compared > 100, "\(report)")
    }

    @Test("cold, it writes the symbol with the highest score at each step; the end symbol ends it") func writes() {
        var random = Random(seed: 3)
        let reader = reader(&random)
        let written = reader.write(after: [2, 0], atMost: 6, temperature: 1e-9, random: &random)
        var expected = [Int]()
        for _ in 0..<6 { expected.append(reader(([2, 0] + expected).map { [$0] }).logits[1 + expected.count].argmax()[0]) }
        #expect(written == expected)
        let until = reader.write(after: [2, 0], atMost: 6, until: expected[3], temperature: 1e-9, random: &random)
        #expect(until == Array(expected.prefix { $0 != expected[3] }))
        // Hot, all symbols come.
        #expect(Set(reader.write(after: [1], atMost: 200, temperature: 1e9, random: &random)).count == 5)
    }

    @Test("parts that do not fit, and no temperature, end the program with a sentence") func traps() async {
        let parts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            _ = SymbolReader(
                symbols: Embedding(symbols: 5, features: 2, random: &random), cell: GRUCell(3, 4, random: &random),
                scores: Dense(4, 5, random: &random))
        }
        expect(parts, says: "SymbolReader: vectors of 2 features")
        let cold = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var random = Random(seed: 1)
            let reader = SymbolReader(
                symbols: Embedding(symbols: 5, features: 3, random: &random), cell: GRUCell(3, 4, random: &random),
                scores: Dense(4, 5, random: &random))
            _ = reader.write(after: [1], atMost: 2, temperature: 0, random: &random)
        }
        expect(cold, says: "SymbolReader: a temperature is positive and finite, but it is 0.0")
    }
}
