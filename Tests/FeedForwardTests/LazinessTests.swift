// What nobody reads is not computed, and nothing is computed twice.

import FeedForward
import TestTools
import Testing

@Suite("Gradients are computed when they are asked for")
struct LazinessTests {
    /// Three layers in a row, and what each of them has computed after `ask` was given the gradients of the row.
    private func counts(_ ask: (Gradients<Double, Sequential<Row>>) -> Void) -> [[Int]] {
        var random = Random(seed: 1)
        let first = Counted(Dense<Double>(3, 4, random: &random)), second = Counted(Tanh<Double>())
        let third = Counted(Dense<Double>(4, 2, random: &random))
        var network = Sequential {
            first
            second
            third
        }
        let (y, backward) = network.forward(random.normal([5, 3]))
        ask(backward(y))
        return [first.counts, second.counts, third.counts].map { [$0.input, $0.layer] }
    }

    private typealias Row = Composition<Composition<Counted<Dense<Double>>, Counted<Tanh<Double>>>, Counted<Dense<Double>>>

    @Test("training computes the gradient of each layer once, and no gradient of the input") func layer() {
        #expect(counts { _ = $0.layer } == [[0, 1], [1, 1], [1, 1]])
    }

    @Test("the gradient of the input takes no gradient of a parameter") func input() {
        #expect(counts { _ = $0.input } == [[1, 0], [1, 0], [1, 0]])
    }

    @Test("both together compute nothing twice") func both() {
        #expect(counts { _ = ($0.input, $0.layer) } == [[1, 1], [1, 1], [1, 1]])
    }
}
