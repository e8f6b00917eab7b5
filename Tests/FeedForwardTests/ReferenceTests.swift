// Does another implementation say the same? Forward and backward of every layer, loss, optimizer, schedule, clipping and
// initialization against the values that PyTorch computes in double precision, extreme inputs included.

import FeedForward
import TestTools
import Testing

@Suite("PyTorch computes the same")
struct ReferenceTests {
    private func check<L: Layer>(_ name: String, _ layer: L, sourceLocation: SourceLocation = #_sourceLocation)
    where L.Scalar == Double {
        let reference = Reference[name]
        var layer = layer
        let (output, backward) = layer.forward(reference.input.tensor)
        expectClose(output, reference.output.tensor, 1e-12, "\(name) output", sourceLocation: sourceLocation)
        let gradient = backward(reference.upstream.tensor).input
        expectClose(
            gradient, reference.input_gradient.tensor, 1e-12, "\(name) gradient", sourceLocation: sourceLocation)
    }

    @Test("activations, at ordinary inputs and at 0, ±30 and ±100") func activations() {
        check("sigmoid", Sigmoid())
        check("tanh", Tanh())
        check("relu", ReLU())
        check("leaky_relu", LeakyReLU(slope: Reference["leaky_relu"].slope.number))
        check("gelu", GELU())
        check("softplus", Softplus())
        check("softmax", Softmax())
    }

    @Test("the logarithm of softmax is x − ln Σ eˣ") func logSoftmax() {
        let reference = Reference["log_softmax"], x = reference.input.tensor
        expectClose(x - x.logSumExp(along: -1, keepingAxis: true), reference.output.tensor)
    }

    @Test("a dense layer and all three of its gradients") func denseLayer() {
        let reference = Reference["dense_4_to_3"]
        var layer = Dense(weight: reference.weight.tensor, bias: reference.bias.tensor)
        let (output, backward) = layer.forward(reference.input.tensor)
        let gradient = backward(reference.upstream.tensor)
        expectClose(output, reference.output.tensor)
        expectClose(gradient.input, reference.input_gradient.tensor)
        expectClose(gradient.layer.weight, reference.weight_gradient.tensor)
        expectClose(gradient.layer.bias, reference.bias_gradient.tensor)
    }

    private func check(
        loss name: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ loss: (Tensor<Double>, Reference) -> LossAndGradient<Double>
    ) {
        let reference = Reference[name]
        let (value, gradient) = loss(reference.predictions.tensor, reference)
        expectClose(value, reference.loss.number, 1e-12, name, sourceLocation: sourceLocation)
        expectClose(
            gradient, reference.prediction_gradient.tensor, 1e-12, "\(name) gradient", sourceLocation: sourceLocation)
    }

    @Test("losses and their gradients, at logits up to ±1000 too") func losses() {
        check(loss: "mean_squared_error") { meanSquaredError($0, $1.targets.tensor) }
        for name in ["huber_1", "huber_0.5"] {
            check(loss: name) { huberLoss($0, $1.targets.tensor, delta: $1.delta.number) }
        }
        for extreme in ["", "_extreme"] {
            check(loss: "softmax_cross_entropy_labels" + extreme) { softmaxCrossEntropy($0, $1.labels.integers) }
            check(loss: "softmax_cross_entropy_probabilities" + extreme) { softmaxCrossEntropy($0, $1.targets.tensor) }
            check(loss: "binary_cross_entropy_logits" + extreme) { binaryCrossEntropy(logits: $0, $1.targets.tensor) }
        }
        check(loss: "binary_cross_entropy_probabilities") { binaryCrossEntropy(probabilities: $0, $1.targets.tensor) }
    }

    @Test("a whole network with its loss and every gradient") func network() {
        let reference = Reference["network_4_6_5_3"], layers = reference.layers.list
        #expect(layers.map(\.activation.text) == ["tanh", "gelu", "none"])
        func dense(_ place: Int) -> Dense<Double> {
            Dense(weight: layers[place].weight.tensor, bias: layers[place].bias.tensor)
        }
        let network = Sequential {
            dense(0)
            Tanh<Double>()
            dense(1)
            GELU<Double>()
            dense(2)
        }
        expectClose(network, to: reference)
    }

    /// Six steps along given gradients.
    private func check<O: Optimizer>(
        optimizer name: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ make: (Dense<Double>, Reference) -> O
    ) where O.Network == Dense<Double> {
        let reference = Reference[name]
        func dense(_ parameters: Reference) -> Dense<Double> {
            Dense(weight: parameters.w.tensor, bias: parameters.b.tensor)
        }
        var network = dense(reference.start)
        var optimizer = make(network, reference.hyperparameters)
        for (step, (gradient, after)) in zip(reference.gradients.list, reference.after.list).enumerated() {
            optimizer.update(&network, along: dense(gradient))
            let what = "\(name), step \(step + 1)"
            expectClose(network.weight, after.w.tensor, 1e-12, what, sourceLocation: sourceLocation)
            expectClose(network.bias, after.b.tensor, 1e-12, what, sourceLocation: sourceLocation)
        }
    }

    @Test("six steps of each optimizer") func optimizers() {
        check(optimizer: "sgd") { GradientDescent(for: $0, learningRate: $1.lr.number) }
        check(optimizer: "sgd_momentum") {
            Momentum(for: $0, learningRate: $1.lr.number, momentum: $1.momentum.number)
        }
        check(optimizer: "sgd_nesterov") {
            Nesterov(for: $0, learningRate: $1.lr.number, momentum: $1.momentum.number)
        }
        check(optimizer: "rmsprop") {
            RMSProp(for: $0, learningRate: $1.lr.number, decay: $1.alpha.number, epsilon: $1.eps.number)
        }
        check(optimizer: "adam") {
            Adam(
                for: $0, learningRate: $1.lr.number, beta1: $1.beta1.number, beta2: $1.beta2.number,
                epsilon: $1.eps.number)
        }
        check(optimizer: "adamw") {
            AdamW(
                for: $0, learningRate: $1.lr.number, weightDecay: $1.weight_decay.number, beta1: $1.beta1.number,
                beta2: $1.beta2.number, epsilon: $1.eps.number)
        }
    }

    private func check(
        schedule name: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ make: (Reference) -> any Schedule
    ) {
        let reference = Reference[name], schedule = make(reference)
        for (step, value) in zip(reference.steps.integers, reference.values.list) {
            expectClose(schedule(step), value.number, 1e-15, "\(name), step \(step)", sourceLocation: sourceLocation)
        }
    }

    @Test("learning rate schedules") func schedules() {
        check(schedule: "step") {
            StepDecay($0.base.number, factor: $0.gamma.number, every: Int($0.step_size.number))
        }
        check(schedule: "cosine_clamped") {
            CosineAnnealing($0.base.number, to: $0.minimum.number, over: Int($0.period.number))
        }
        check(schedule: "warmup_cosine") {
            let (warmup, total) = (Int($0.warmup.number), Int($0.total.number))
            return WarmUp(
                warmup, then: CosineAnnealing($0.base.number, to: $0.minimum.number, over: total - warmup))
        }
    }

    @Test("clipping by norm and by value") func clipping() {
        for name in ["global_norm_above", "global_norm_below", "value"] {
            let reference = Reference[name]
            var gradient = Dense(weight: reference.gradients.w.tensor, bias: reference.gradients.b.tensor)
            if name == "value" {
                gradient.clip(value: reference.maximum.number)
            } else {
                expectClose(gradient.clip(norm: reference.maximum.number), reference.total_norm.number, 1e-12, name)
            }
            expectClose(gradient.weight, reference.clipped.w.tensor, 1e-12, name)
            expectClose(gradient.bias, reference.clipped.b.tensor, 1e-12, name)
        }
    }

    @Test("the spread of fresh weights") func initialization() {
        for name in ["initialisation_784_256", "initialisation_3_5"] {
            let reference = Reference[name]
            let (fanIn, fanOut) = (Int(reference.fan_in.number), Int(reference.fan_out.number))
            func deviation(_ initialization: Initialization) -> Double {
                initialization.standardDeviation(fanIn: fanIn, fanOut: fanOut)
            }
            expectClose(deviation(.glorotNormal), reference.glorot_normal_deviation.number)
            expectClose(deviation(.heNormal), reference.he_normal_deviation.number)
            expectClose(deviation(.glorotUniform) * 3.0.squareRoot(), reference.glorot_uniform_bound.number)
            expectClose(deviation(.heUniform) * 3.0.squareRoot(), reference.he_uniform_bound.number)
        }
    }

    @Test("the tensor functions that the layers are made of") func tensorFunctions() {
        for axis in 0...1 {
            let reference = Reference["logsumexp_axis_\(axis)"]
            expectClose(reference.input.tensor.logSumExp(along: axis), reference.output.tensor)
            let variance = Reference["variance_axis_\(axis)"]
            expectClose(variance.input.tensor.variance(along: axis), variance.output.tensor)
        }
        expectClose(Reference["variance_all"].input.tensor.variance(), Reference["variance_all"].output.tensor.scalar)
        func product(_ name: String, _ formula: (Tensor<Double>, Tensor<Double>) -> Tensor<Double>) {
            expectClose(formula(Reference[name].a.tensor, Reference[name].b.tensor), Reference[name].output.tensor)
        }
        product("matmul_batched") { $0 • $1 }
        product("matmul_a_transposed") { $0.transposed • $1 }
        product("matmul_b_transposed") { $0 • $1.transposed }
        product("broadcast_add") { $0 + $1 }
        let permuted = Reference["permute_2_0_1"]
        expectClose(permuted.input.tensor.permuted(permuted.axes.integers), permuted.output.tensor)
    }
}
