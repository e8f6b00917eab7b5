// A network learns to read handwritten digits. (A3.1.3-1)

import Datasets
import FeedForward
import Figures

/// The images of a run: the embedded digits, or MNIST from a folder.
struct PictureData {
    let name: String
    let source: String
    let classNames: [String]
    /// Everything, if it is still to be split; else what is given for training.
    let examples: Labeled<Float, [Int]>
    /// What is given for testing, if the files come with it.
    let givenTest: Labeled<Float, [Int]>?
    /// Rows and columns of an image.
    let size: (rows: Int, columns: Int)

    var pixels: Int { size.rows * size.columns }
    var isEmbedded: Bool { name == "digits" }

    init(_ options: RunOptions) throws {
        if let folder = options.data {
            let files = try MNIST.load(folder: folder)
            guard let examples = files.training ?? files.test, examples.count >= 100 else {
                throw RunError.noImages(folder)
            }
            (name, classNames) = (files.name, files.classNames)
            source = "the files in \(folder)"
            self.examples = examples.mapInputs { $0.reshaped([$0.shape[0], -1]) }
            givenTest = files.training == nil ? nil : files.test?.mapInputs { $0.reshaped([$0.shape[0], -1]) }
            size = (examples.inputs.shape[1], examples.inputs.shape[2])
        } else {
            let digits = Digits.load()
            (name, classNames, source) = ("digits", Digits.classNames, Digits.source)
            examples = digits.mapInputs { $0.reshaped([-1, 64]) }
            givenTest = nil
            size = (8, 8)
        }
    }

    /// The parts for training and for testing: as the files give them, else a shuffled stratified 80/20 split.
    func split(_ random: inout Random) -> (training: Labeled<Float, [Int]>, test: Labeled<Float, [Int]>) {
        if let givenTest { return (examples, givenTest) }
        return examples.stratifiedSplit(testFraction: 0.2, shuffledBy: &random)
    }
}

/// A training: the network that came out and what was seen on the way.
struct DigitTraining<Network: Layer> where Network.Scalar == Float {
    let network: Network
    let test: Labeled<Float, [Int]>
    /// After each epoch: the mean loss in training, and the held-out accuracy.
    let losses: [Double]
    let accuracies: [Double]

    var accuracy: Double { accuracies.last ?? 0 }
}

/// Trains a network with one hidden layer on images and measures it on those it has not seen.
///
/// - Parameter watch: is told after every epoch: how many are done, the mean loss, the held-out accuracy.
func trainOnImages(
    _ images: PictureData, seed: UInt64, epochs: Int, learningRate: Double = 0.003, hidden: Int,
    watch: (Int, Double, Double) -> Void = { _, _, _ in }
) throws(RunError) -> DigitTraining<some Layer<Float>> {
    var random = Random(seed: seed)
    let (training, test) = images.split(&random)
    var network = Sequential {
        Dense(images.pixels, hidden, initialization: .heNormal, random: &random)
        ReLU()
        Dropout(0.2, random: &random)
        Dense(hidden, images.classNames.count, random: &random)
    }
    var optimizer = AdamW(for: network, learningRate: Float(learningRate), weightDecay: 0.01)
    let schedule = CosineAnnealing(learningRate, over: epochs)
    var (losses, accuracies) = ([Double](), [Double]())
    for epoch in 0..<epochs {
        optimizer.learningRate = Float(schedule(epoch))
        var total = 0.0
        for (number, batch) in training.batches(of: 32, shuffledBy: &random).enumerated() {
            let (logits, backward) = network.forward(batch.inputs)
            let (loss, logitsGradient) = softmaxCrossEntropy(logits, batch.labels)
            let (_, gradient) = backward(logitsGradient)
            optimizer.update(&network, along: gradient)
            guard loss.isFinite else {
                throw .lossNotFinite(epoch: epoch + 1, batch: number + 1, learningRate: learningRate)
            }
            total += Double(loss) * Double(batch.count)
        }
        losses.append(total / Double(training.count))
        accuracies.append(FeedForward.accuracy(network(test.inputs), test.labels))
        watch(epoch + 1, losses[epoch], accuracies[epoch])
    }
    return DigitTraining(network: network, test: test, losses: losses, accuracies: accuracies)
}
