// The cliff: a generic formula on vectors that the compiler does not specialise for `Float` runs hundreds of times slower
// (measured: 780 times), gives the same numbers, and nothing warns. So the time of every layer, loss and optimizer is
// compared with that of one plain pass, x², over as many numbers in the same process: machine and load cancel, and no
// time in seconds is asked for.

import FeedForward
import TestTools
import Testing

@Suite("No layer, loss or optimizer falls off the cliff of missing specialisation", .serialized, .uninstrumented)
struct SpecializationTests {
    private let x: Tensor<Float> = {
        var random = Random(seed: 1)
        return random.normal([128, 128])
    }()

    private let labels = (0..<128).map { $0 }

    /// Expects `body` to last at most as long as `limit` plain passes.
    ///
    /// Measured on AVX-512 in passes, forwards and backwards together: sigmoid and tanh 7…10, ReLU 2, GELU 27…52, softplus
    /// 20…26, losses 5…42, optimizers 1…9, clipping 3…5. Without specialisation a single pass lasts 780, and a comparison
    /// lane by lane alone made ReLU last 140…200: 100 lies between, with room for a disturbed machine. Above that by their
    /// nature are softmax and its loss, which reduce every row three times (110…280), dropout, whose random numbers are
    /// drawn one by one (90; 360…500 unspecialised), and the matrix products of a dense layer (75…130).
    private func check(
        _ name: String, limit: Double, sourceLocation: SourceLocation = #_sourceLocation, _ body: () -> Void
    ) {
        var sink = x
        let pass = shortest { sink = map(x) { $0 * $0 } }
        let passes = shortest(body) / pass
        #expect(passes <= limit, "\(name) lasts as long as \(passes) passes", sourceLocation: sourceLocation)
        _ = sink
    }

    private func check<L: Layer>(_ layer: L, limit: Double, sourceLocation: SourceLocation = #_sourceLocation)
    where L.Scalar == Float {
        var layer = layer
        check("\(L.self)", limit: limit, sourceLocation: sourceLocation) {
            let (y, backward) = layer.forward(x)
            _ = backward(y)
        }
    }

    @Test("activations and dropout") func activations() {
        var random = Random(seed: 1)
        check(Sigmoid(), limit: 100)
        check(Tanh(), limit: 100)
        check(ReLU(), limit: 100)
        check(LeakyReLU(), limit: 100)
        check(GELU(), limit: 100)
        check(Softplus(), limit: 100)
        check(Softmax(), limit: 900)
        check(Dropout(0.5, random: &random), limit: 250)
        check(Dense(128, 128, random: &random), limit: 600)
    }

    @Test("losses") func losses() {
        let targets = Sigmoid()(x)
        check("meanSquaredError", limit: 100) { _ = meanSquaredError(x, targets) }
        check("huberLoss", limit: 100) { _ = huberLoss(x, targets) }
        check("softmaxCrossEntropy", limit: 900) { _ = softmaxCrossEntropy(x, labels) }
        check("binaryCrossEntropy logits", limit: 100) { _ = binaryCrossEntropy(logits: x, targets) }
        check("binaryCrossEntropy probabilities", limit: 100) {
            _ = binaryCrossEntropy(probabilities: targets, targets)
        }
    }

    @Test("optimizers and clipping") func optimizers() {
        func check<O: Optimizer>(_ name: String, _ make: (Scale<Float>) -> O) where O.Network == Scale<Float> {
            var network = Scale(factor: x)
            var optimizer = make(network)
            let gradient = Scale(factor: x * 0.5)
            self.check(name, limit: 100) { optimizer.update(&network, along: gradient) }
        }
        check("GradientDescent") { GradientDescent(for: $0, learningRate: 1e-3) }
        check("Momentum") { Momentum(for: $0, learningRate: 1e-3) }
        check("Nesterov") { Nesterov(for: $0, learningRate: 1e-3) }
        check("RMSProp") { RMSProp(for: $0) }
        check("Adam") { Adam(for: $0) }
        check("AdamW") { AdamW(for: $0) }
        var gradient = Scale(factor: x)
        self.check("clip(norm:)", limit: 100) { gradient.clip(norm: 1) }
        self.check("clip(value:)", limit: 100) { gradient.clip(value: 1) }
    }
}
