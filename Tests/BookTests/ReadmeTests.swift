// The README's code, word for word (QuotationTests sees to that), compiled and run.

import DeepLearning
import Testing

@Suite("README")
struct ReadmeTests {
    @Test("the network of the README learns the digits")
    func network() {
        let accuracy = trainOnDigits()
        #expect(accuracy > 0.95 && accuracy <= 1)
    }

    @Test("the layer of the README has the derivative that belongs to its formula")
    func layer() {
        #expect(checkScale().passed)
    }
}
