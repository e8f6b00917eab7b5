// A cell of no size ends the program with a sentence, in a process of its own.

import LSTM
import TestTools
import Testing

@Suite("Cells of no size end with a sentence")
struct SizesTests {
    @Test("a cell without hidden units, a forget bias that is not finite") func sizes() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = LSTMCell(3, -1, peepholes: true, random: &random)
            }, says: "RecurrentWeights: at least one input and one hidden unit are needed, not 3 and -1")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = LSTMCell<Double>(3, 2, forgetBias: .infinity, random: &random)
            }, says: "RecurrentWeights: a bias is a finite number, not inf")
    }
}
