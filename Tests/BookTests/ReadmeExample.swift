import Datasets
import DeepLearning

func trainOnDigits() -> Double {
    var random = Random(seed: 1)
    let digits = Digits.load().mapInputs { $0.reshaped([-1, 64]) }
    let (training, test) = digits.stratifiedSplit(testFraction: 0.2, shuffledBy: &random)

    var network = Sequential {
        Dense(64, 128, initialization: .heNormal, random: &random)
        ReLU()
        Dense(128, 10, random: &random)
    }
    var optimizer = Adam(for: network, learningRate: 0.002)
    for _ in 0..<30 {
        for batch in training.batches(of: 32, shuffledBy: &random) {
            let (logits, backward) = network.forward(batch.inputs)
            let (_, logitsGradient) = softmaxCrossEntropy(logits, batch.labels)
            let gradient = backward(logitsGradient).layer
            optimizer.update(&network, along: gradient)
        }
    }
    return accuracy(network(test.inputs), test.labels)
}

struct Scale<Scalar: TensorScalar>: Layer {
    var factor: Tensor<Scalar>    // [features]

    func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x * factor }

    mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (x * factor, { [factor] g in
            // y = x∘a  ⇒  ∂L/∂x = ∂L/∂y ∘ a,  ∂L/∂a = Σ_batch ∂L/∂y ∘ x
            Gradients(input: g * factor, layer: Scale(factor: (g * x).sum(along: 0)))
        })
    }

    var parameters: [Parameter<Self>] { [Parameter("factor", \.factor)] }
}

func checkScale() -> GradientReport {
    var random = Random(seed: 1)
    let report = checkGradients(of: Scale(factor: random.normal([4])), at: random.normal([5, 4]))
    return report
}
