// Optimizers: one step of each worked by hand, the textbook rate of gradient descent on a quadratic, and that each makes a
// loss smaller. Six steps of each against PyTorch are in ReferenceTests.

import TestTools
import FeedForward
import Foundation
import Testing

@Suite("Optimizers", .claim("A3.1.2-6"))
struct OptimizerTests {
    /// A network of one weight and one bias.
    private func numbers(_ weight: Double, _ bias: Double) -> Dense<Double> {
        Dense(weight: Tensor([[weight]]), bias: Tensor([bias]))
    }

    /// Expects the weights after each step along the given gradients, beginning at weight 1 and bias −2. The bias has no
    /// gradient: it stays, unless it decays.
    private func check<O: Optimizer>(
        _ make: (Dense<Double>) -> O, _ gradients: [Double], _ expected: [Double], bias: Double = -2,
        sourceLocation: SourceLocation = #_sourceLocation
    ) where O.Network == Dense<Double> {
        var network = numbers(1, -2)
        var optimizer = make(network)
        for (gradient, expected) in zip(gradients, expected) {
            optimizer.update(&network, along: numbers(gradient, 0))
            expectClose(network.weight.scalar, expected, 1e-9, sourceLocation: sourceLocation)
        }
        expectClose(network.bias.scalar, bias, 1e-9, sourceLocation: sourceLocation)
    }

    @Test("gradient descent: w ← w − η g") func gradientDescent() {
        // 1 − 0.1·2 = 0.8;  0.8 − 0.1·(−4) = 1.2
        check({ GradientDescent(for: $0, learningRate: 0.1) }, [2, -4], [0.8, 1.2])
    }

    @Test("momentum: v ← μ v + g, w ← w − η v") func momentum() {
        // v = 2: 1 − 0.2 = 0.8;  v = 0.5·2 + 4 = 5: 0.8 − 0.5 = 0.3;  v = 0.5·5 + 0 = 2.5: it rolls on to 0.05
        check({ Momentum(for: $0, learningRate: 0.1, momentum: 0.5) }, [2, 4, 0], [0.8, 0.3, 0.05])
    }

    @Test("Nesterov: v ← μ v + g, w ← w − η (g + μ v)") func nesterov() {
        // v = 2: 1 − 0.1·(2 + 1) = 0.7;  v = 5: 0.7 − 0.1·(4 + 2.5) = 0.05
        check({ Nesterov(for: $0, learningRate: 0.1, momentum: 0.5) }, [2, 4], [0.7, 0.05])
    }

    @Test("RMSProp: s ← ρ s + (1 − ρ) g², w ← w − η g / √s") func rmsProp() {
        // s = 0.75·0 + 0.25·4 = 1: 1 − 0.1·2/1 = 0.8;  s = 0.75·1 + 0.25·1 = 1: 0.8 − 0.1·1/1 = 0.7
        check({ RMSProp(for: $0, learningRate: 0.1, decay: 0.75, epsilon: 1e-15) }, [2, 1], [0.8, 0.7])
    }

    @Test("Adam: the first step is η long whatever the gradient's size, the second is worked out") func adam() {
        // Step 1: m̂ = g, v̂ = g², so w falls by η·g/|g| = 0.1.
        for gradient in [1e-3, 2, 1e3] {
            check({ Adam(for: $0, learningRate: 0.1, epsilon: 1e-15) }, [gradient], [0.9])
        }
        // β₁ = 0.5, β₂ = 0.75, ε = 0 or nearly, g = 2 then 0:
        //   m = 1, v = 1, m̂ = 1/0.5 = 2, v̂ = 1/0.25 = 4:                       w = 1 − 0.1·2/2 = 0.9
        //   m = 0.5, v = 0.75, m̂ = 0.5/0.75 = 2/3, v̂ = 0.75/(1 − 0.5625) = 12/7: w = 0.9 − 0.1·(2/3)/√(12/7)
        //     = 0.9 − 0.0509175077 = 0.8490824923
        check(
            { Adam(for: $0, learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 1e-15) }, [2, 0], [0.9, 0.8490824923])
    }

    @Test("AdamW: beside Adam's step every weight shrinks by 1 − η λ") func adamW() {
        // w = 1·(1 − 0.1·0.5) − 0.1 = 0.85;  the bias, without a gradient: −2·0.95 = −1.9
        check({ AdamW(for: $0, learningRate: 0.1, weightDecay: 0.5, epsilon: 1e-15) }, [2], [0.85], bias: -1.9)
    }

    // L(a) = (1/n) Σ (xᵢ aᵢ)² with xᵢ² = ½ n λᵢ has the gradient λᵢ aᵢ: a bowl with curvatures λ. Each step of gradient
    // descent multiplies aᵢ by 1 − η λᵢ: it converges where η < 2/λ, fastest where η = 1/λ, and diverges beyond 2/λ.
    @Test("gradient descent on a quadratic converges at the textbook rate |1 − η λ|") func quadratic() {
        let curvatures = [0.5, 2, 4, 6, 11.0], rate = 0.2
        let x = Tensor([curvatures.map { ($0 * Double(curvatures.count) / 2).squareRoot() }])
        var bowl = Scale<Double>(factor: Tensor(curvatures.map { _ in 1 }))
        var optimizer = GradientDescent(for: bowl, learningRate: rate)
        for step in 1...30 {
            let before = bowl.factor
            let (y, backward) = bowl.forward(x)
            optimizer.update(&bowl, along: backward(meanSquaredError(y, Tensor(zeros: y.shape)).gradient).layer)
            for (place, curvature) in curvatures.enumerated() {
                let measured = bowl.factor[element: place] / before[element: place]
                expectClose(measured, 1 - rate * curvature, 1e-12, "λ = \(curvature), step \(step)")
            }
        }
        // 0.9³⁰, 0.6³⁰, 0.2³⁰, (−0.2)³⁰: all the smaller; (−1.2)³⁰ = 237: out of the bowl.
        #expect(bowl.factor.scalars.map { $0.magnitude < 1 } == [true, true, true, true, false])
    }

    // With momentum μ the step is w ← (1 − ηλ + μ) w − μ w₋₁, whose solutions z² − (1 − ηλ + μ) z + μ = 0 have, where they
    // are complex, the size √μ: in a narrow valley (η λ = 0.02) twice the digits in the same time.
    @Test("momentum converges at the textbook rate √μ where plain gradient descent creeps") func momentumRate() {
        let (rate, curvature, steps) = (0.02, 1.0, 200)
        func left<O: Optimizer>(_ make: (Dense<Double>) -> O) -> Double where O.Network == Dense<Double> {
            var network = numbers(1, 0)
            var optimizer = make(network)
            for _ in 0..<steps { optimizer.update(&network, along: numbers(curvature * network.weight.scalar, 0)) }
            return network.weight.scalar.magnitude
        }
        let plain = left { GradientDescent(for: $0, learningRate: rate) }
        let rolling = left { Momentum(for: $0, learningRate: rate, momentum: 0.81) }
        expectClose(plain, 0.017588, 1e-5)  // 0.98²⁰⁰
        #expect(rolling <= 20 * pow(0.81.squareRoot(), Double(steps)))  // 20 for the swing
    }

    @Test("every optimizer makes a loss smaller, in Float") func allReduce() {
        func share<O: Optimizer>(
            _ make: (Sequential<Composition<Composition<Dense<Float>, Tanh<Float>>, Dense<Float>>>) -> O
        )
            -> Float where O.Network == Sequential<Composition<Composition<Dense<Float>, Tanh<Float>>, Dense<Float>>>
        {
            var random = Random(seed: 3)
            var network = Sequential {
                Dense(3, 8, random: &random)
                Tanh()
                Dense(8, 1, random: &random)
            }
            let x: Tensor<Float> = random.normal([64, 3])
            let t = (x.slice(along: 1, 0..<1) * x.slice(along: 1, 1..<2)) + 1
            var optimizer = make(network)
            let before = meanSquaredError(network(x), t).loss
            for _ in 0..<200 {
                let (y, backward) = network.forward(x)
                optimizer.update(&network, along: backward(meanSquaredError(y, t).gradient).layer)
            }
            return meanSquaredError(network(x), t).loss / before
        }
        #expect(share { GradientDescent(for: $0, learningRate: 0.1) } < 0.5)
        #expect(share { Momentum(for: $0, learningRate: 0.03) } < 0.5)
        #expect(share { Nesterov(for: $0, learningRate: 0.03) } < 0.5)
        #expect(share { RMSProp(for: $0, learningRate: 0.01) } < 0.5)
        #expect(share { Adam(for: $0, learningRate: 0.01) } < 0.5)
        #expect(share { AdamW(for: $0, learningRate: 0.01) } < 0.5)
    }

    @Test("a copy of an optimizer continues on its own") func values() {
        var network = numbers(1, -2)
        var optimizer = Momentum(for: network, learningRate: 0.1)
        optimizer.update(&network, along: numbers(1, 1))
        var (copy, copied) = (optimizer, network)
        optimizer.update(&network, along: numbers(1, 1))
        #expect(copy.velocity.weight.scalar == 1 && optimizer.velocity.weight.scalar == 1.9)
        copy.update(&copied, along: numbers(1, 1))
        #expect(copied.weight == network.weight && copied.bias == network.bias)
    }
}
