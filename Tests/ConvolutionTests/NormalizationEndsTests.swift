// Normalization of numbers that differ little beside their size, and arguments that make no sense.

import Convolution
import TestTools
import Testing

@Suite("Normalization at the ends")
struct NormalizationEndsTests {
    @Test("what is constant becomes 0, whatever the rounding of its mean; its gradient is what differs from the mean's")
    func constant() {
        var layer = BatchNorm<Float>(1)
        let x = Tensor<Float>(repeating: 123_456.703125, shape: [3, 1])
        let (y, backward) = layer.forward(x)
        #expect(y.scalars == [0, 0, 0])
        // 0.9·r + 0.1·statistic, each rounded.
        let (mean, variance) = (layer.runningMean.scalar, layer.runningVariance.scalar)
        #expect(abs(mean - 12_345.6703125) <= 2 * mean.ulp && abs(variance - 0.9) <= 2 * variance.ulp)
        // γ/√ε · (g − mean(g)), as x̂ is 0.
        let gradient = backward(Tensor([[1], [2], [6]])).input.scalars
        let factor = 1 / Float(1e-5).squareRoot()
        for (a, b) in zip(gradient, [-2 * factor, -factor, 3 * factor]) { #expect(abs(a - b) <= 4 * b.ulp) }
    }

    @Test("small deviations from a large mean are normalized by themselves")
    func smallDeviations() {
        let x = (0..<16).map { 10_000 + Float($0) * 0.001 }
        // In Double, of these Floats.
        let mean = x.reduce(0) { $0 + Double($1) } / 16
        let variance = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 16
        let right = x.map { (Double($0) - mean) / (variance + 1e-5).squareRoot() }
        let y = LayerNorm<Float>(16)(Tensor([x])).scalars
        #expect(abs(y[0] - -1.33133) < 1e-5)
        for (a, b) in zip(y, right) { #expect(abs(Double(a) - b) <= 1e-6, "\(a), \(b)") }
        var batch = BatchNorm<Float>(1)
        for (a, b) in zip(batch.forward(Tensor(x, shape: [16, 1])).output.scalars, right) {
            #expect(abs(Double(a) - b) <= 1e-6, "\(a), \(b)")
        }
    }

    @Test("numbers whose squares are beyond the largest one are normalized as small ones are", arguments: [
        3e19, 1e25, 3e38,
    ])
    func huge(size: Float) {
        let x: [Float] = [size, -size, size / 2, size / 4]
        let exact = x.map { Double($0) / Double(size) }
        let mean = exact.reduce(0, +) / 4
        let deviation = (exact.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
        let expected = exact.map { ($0 - mean) / deviation }
        var layer = LayerNorm<Float>(4)
        let (y, backward) = layer.forward(Tensor([x]))
        for (a, b) in zip(y.scalars, expected) { #expect(abs(Double(a) - b) <= 1e-6, "\(a), \(b)") }
        // Another size is the same function: ∂L/∂x is that of x/size, divided by size.
        let g = Tensor<Float>([[1, 2, -3, 4]])
        var unit = LayerNorm<Float>(4, epsilon: 1e-37)
        let ofUnit = unit.forward(Tensor([x.map { $0 / size }])).backward(g).input.scalars
        for (a, b) in zip(backward(g).input.scalars, ofUnit) {
            #expect(abs(a * size - b) <= 1e-5 * abs(b), "\(a * size), \(b)")
        }
        // A channel of small numbers beside it stays what it is.
        var batch = BatchNorm<Float>(2)
        let columns = Tensor(x.flatMap { [$0, $0 / size] }, shape: [4, 2])
        let normalized = batch.forward(columns).output
        var alone = BatchNorm<Float>(1)
        let small = alone.forward(Tensor(x.map { $0 / size }, shape: [4, 1])).output
        for row in 0..<4 {
            #expect(abs(Double(normalized[row, 0]) - expected[row]) <= 1e-6)
            #expect(normalized[row, 1] == small[row, 0])
        }
        #expect(batch.runningVariance.scalars == [.infinity, alone.runningVariance.scalar])
    }

    @Test("inference subtracts the mean first")
    func inference() {
        let layer = BatchNorm<Float>(
            scale: Tensor([1]), shift: Tensor([0]), runningMean: Tensor([123_456.703125]), runningVariance: Tensor([0]))
        #expect(layer(Tensor([[123_456.703125]])).scalars == [0])
        let one = layer(Tensor([[123_456.7109375]])).scalar
        #expect(abs(Double(one) / (0x1p-7 / 1e-5.squareRoot()) - 1) <= 0x1p-21)
    }

    @Test("arguments that make no sense end the program with a sentence")
    func arguments() async {
        let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { _ = BatchNorm(0) }
        expect(channels, says: "BatchNorm: at least one channel is needed, not 0")
        let momentum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = BatchNorm(3, momentum: 1e-46)
        }
        expect(momentum, says: "BatchNorm: momentum must be in (0, 1], but it is 1e-46 (in Float 0.0)")
        let epsilon = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = LayerNorm(3, epsilon: 1e-46)
        }
        expect(epsilon, says: "LayerNorm: epsilon guards against division by zero")
        let variance = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = BatchNorm<Float>(
                scale: Tensor([1]), shift: Tensor([0]), runningMean: Tensor([0]), runningVariance: Tensor([-1]))
        }
        expect(variance, says: "BatchNorm: running means must be finite")
        let alone = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var layer = BatchNorm(2)
            _ = layer.forward(Tensor([[1, 2]]))
        }
        expect(alone, says: "batches(of:)")
    }
}
