// Training steps to time: the four lines of every training loop in the book, on one batch that is ready in memory.

import Convolution
import LSTM

extension BenchmarkCase {
    /// One training step of several networks.
    static let trainingSteps = [
        BenchmarkCase(
            "xor-mlp", "A training step of 2-16-1 with tanh, batch 4, gradient descent, mean squared error.",
            .trainingStep, exclusiveOrStep),
        BenchmarkCase(
            "mlp", "A training step of 784-256-128-10 with ReLU, batch 128, Adam, cross-entropy.", .trainingStep
        ) { perceptronStep(batch: 128, width: 256) },
        BenchmarkCase(
            "cnn",
            "A training step of 28×28, conv 3×3×32, ReLU, max-pool 2, conv 3×3×64, ReLU, max-pool 2, dense 128, ReLU, "
                + "dense 10, batch 64, Adam, cross-entropy.", .trainingStep, convolutionalStep),
        BenchmarkCase("rnn", "A training step of \(sequenceTask) with the tanh cell.", .trainingStep) {
            sequenceStep { RNNCell(32, 128, random: &$0) }
        },
        BenchmarkCase("gru", "A training step of \(sequenceTask) with the gated recurrent unit.", .trainingStep) {
            sequenceStep { GRUCell(32, 128, random: &$0) }
        },
        BenchmarkCase("lstm", "A training step of \(sequenceTask) with long short-term memory.", .trainingStep) {
            sequenceStep { LSTMCell(32, 128, random: &$0) }
        },
        BenchmarkCase(
            "autoencoder", "A training step of 784-64-784 with ReLU, batch 256, Adam, binary cross-entropy.",
            .trainingStep, autoencoderStep),
    ]
}

/// The smallest network that can do more than a line: exclusive or.
@Sendable
private func exclusiveOrStep() -> () -> Float {
    var random = Random(seed: 1)
    let inputs = Tensor<Float>([[0, 0], [0, 1], [1, 0], [1, 1]])
    let targets = Tensor<Float>([[0], [1], [1], [0]])
    var network = Sequential {
        Dense(2, 16, random: &random)
        Tanh()
        Dense(16, 1, random: &random)
    }
    var optimizer = GradientDescent(for: network, learningRate: 0.1)
    return {
        let (outputs, backward) = network.forward(inputs)
        let (loss, outputsGradient) = meanSquaredError(outputs, targets)
        let gradient = backward(outputsGradient).layer
        optimizer.update(&network, along: gradient)
        return loss
    }
}

/// A classifier of images of 784 pixels into ten classes, with two hidden layers of `width` and half as many neurons.
func perceptronStep(batch: Int, width: Int) -> () -> Float {
    var random = Random(seed: 1)
    let images: Tensor<Float> = random.normal([batch, 784])
    let network = Sequential {
        Dense(784, width, initialization: .heNormal, random: &random)
        ReLU()
        Dense(width, width / 2, initialization: .heNormal, random: &random)
        ReLU()
        Dense(width / 2, 10, random: &random)
    }
    return classifierStep(network, on: images, random: &random)
}

/// A classifier of images of 28×28 pixels that finds features in two layers of convolution.
@Sendable
private func convolutionalStep() -> () -> Float {
    var random = Random(seed: 1)
    let images: Tensor<Float> = random.normal([64, 28, 28, 1])
    let network = Sequential {
        Conv2D(1, 32, kernel: 3, random: &random)
        ReLU()
        MaxPool2D(2)
        Conv2D(32, 64, kernel: 3, random: &random)
        ReLU()
        MaxPool2D(2)
        Flatten()
        Dense(5 * 5 * 64, 128, random: &random)
        ReLU()
        Dense(128, 10, random: &random)
    }
    return classifierStep(network, on: images, random: &random)
}

/// A step of a classifier into ten classes, with random labels for its inputs.
private func classifierStep<Network: Layer<Float>>(
    _ network: Network, on inputs: Tensor<Float>, random: inout Random
) -> () -> Float {
    var network = network
    let labels = (0..<network.outputShape(for: inputs.shape)[0]).map { _ in random.integer(below: 10) }
    var optimizer = Adam(for: network)
    return {
        let (logits, backward) = network.forward(inputs)
        let (loss, logitsGradient) = softmaxCrossEntropy(logits, labels)
        let gradient = backward(logitsGradient).layer
        optimizer.update(&network, along: gradient)
        return loss
    }
}

private let sequenceTask = "100 steps of 32 numbers, 128 hidden units, ten classes from the last output, batch 32, Adam"

/// A classifier of sequences.
private func sequenceStep<Cell: RecurrentCell<Float>>(_ cell: (inout Random) -> Cell) -> () -> Float {
    var random = Random(seed: 1)
    let sequences: Tensor<Float> = random.normal([100, 32, 32])
    let network = Sequential {
        Unfolded(cell(&random))
        LastStep()
        Dense(128, 10, random: &random)
    }
    return classifierStep(network, on: sequences, random: &random)
}

/// A network that is to return its input through a narrow middle.
@Sendable
private func autoencoderStep() -> () -> Float {
    var random = Random(seed: 1)
    let images: Tensor<Float> = random.uniform([256, 784])
    var network = Sequential {
        Dense(784, 64, initialization: .heNormal, random: &random)
        ReLU()
        Dense(64, 784, random: &random)
    }
    var optimizer = Adam(for: network)
    return {
        let (logits, backward) = network.forward(images)
        let (loss, logitsGradient) = binaryCrossEntropy(logits: logits, images)
        let gradient = backward(logitsGradient).layer
        optimizer.update(&network, along: gradient)
        return loss
    }
}
