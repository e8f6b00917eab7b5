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
            if let test = files.test, test.inputs.shape.dropFirst() != examples.inputs.shape.dropFirst() {
                throw RunError.unequalImages(folder)
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
struct DigitTraining {
    let network: any Layer<Float>
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
    _ images: PictureData, seed: UInt64, epochs: Int, learningRate: Double = 0.003, hidden: Int, dropout: Double = 0.2,
    watch: (Int, Double, Double) -> Void = { _, _, _ in }
) throws(RunError) -> DigitTraining {
    var random = Random(seed: seed)
    let (training, test) = images.split(&random)
    var network = Sequential {
        Dense(images.pixels, hidden, initialization: .heNormal, random: &random)
        ReLU()
        Dropout(dropout, random: &random)
        Dense(hidden, images.classNames.count, random: &random)
    }
    var optimizer = AdamW(for: network, learningRate: learningRate, weightDecay: 0.01)
    let schedule = CosineAnnealing(learningRate, over: epochs)
    var (losses, accuracies) = ([Double](), [Double]())
    for epoch in 0..<epochs {
        optimizer.learningRate = schedule(epoch)
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

/// Tells how a network learns to read, and shows what it reads wrongly.
func tellDigits(_ story: Story, _ images: PictureData) throws {
    story.heading("Reading handwritten \(images.isEmbedded ? "digits" : "images") (A3.1.3-1)")
    let options = story.options
    // MNIST has twelve times as many pixels: more neurons, more of them dropped, and fewer passes over more examples.
    let hidden = images.isEmbedded ? 128 : 512, dropout = images.isEmbedded ? 0.2 : 0.5
    let epochs = options.epochs ?? (images.isEmbedded ? 60 : 20)
    let learningRate = options.learningRate ?? (images.isEmbedded ? 0.003 : 0.004)
    let parts =
        images.givenTest.map { "and \($0.count) more for testing" }
        ?? "a fifth of them put aside for testing, the same share of each class"
    story.tell(
        """
        \(images.examples.count) images of \(images.size.rows)×\(images.size.columns) pixels, \(parts). Source: \
        \(images.source).
        """)
    var random = Random(seed: options.seed)
    story.show(
        Sequential {
            Dense(images.pixels, hidden, random: &random)
            ReLU()
            Dropout(dropout, random: &random)
            Dense(hidden, images.classNames.count, random: &random)
        }.summary(inputShape: [images.pixels]))

    let seeds = (0..<UInt64(options.full ? 10 : images.isEmbedded ? 3 : 1)).map { options.seed &+ $0 }
    var bar = ProgressBar(label: images.name, total: seeds.count * epochs, terminal: story.progress)
    var runs: [DigitTraining] = []
    for (run, seed) in seeds.enumerated() {
        runs.append(
            try trainOnImages(
                images, seed: seed, epochs: epochs, learningRate: learningRate, hidden: hidden, dropout: dropout
            ) {
                epoch, loss, accuracy in
                bar.advance(to: run * epochs + epoch, values: [("loss", loss), ("accuracy", accuracy)])
            })
    }
    bar.finish()

    try story.show(
        LineChart(
            title: "Learning to read \(images.name)", xLabel: "epoch", yLabel: "loss (cross-entropy)",
            series: zip(seeds, runs).map { seed, run in
                LineChart.Series("seed \(seed)", run.losses, from: 1)
            }, yScale: .logarithmic),
        named: "digits-loss")
    let first = runs[0]
    let scores = first.network(first.test.inputs)
    let counts = confusionMatrix(scores, first.test.labels)
    let classes = images.classNames.count
    try story.show(
        HeatMap.confusionMatrix(
            title: "What was taken for what (seed \(seeds[0]))",
            counts: (0..<classes).map { row in (0..<classes).map { Int(counts[row, $0]) } }, labels: images.classNames),
        named: "digits-confusion")
    let predicted = scores.argmax()
    let wrong = predicted.indices.filter { predicted[$0] != first.test.labels[$0] }.prefix(16)
    if !wrong.isEmpty {
        try story.show(
            ImageSheet(
                title: "Read wrongly: what it is → what was read",
                images: wrong.map { picture(first.test.inputs[$0], images.size) },
                captions: wrong.map { "\(images.classNames[first.test.labels[$0]]) → \(images.classNames[predicted[$0]])" },
                columns: 8), named: "digits-wrong")
    }
    let accuracies = runs.map(\.accuracy)
    let mean = accuracies.reduce(0, +) / Double(accuracies.count)
    let goal = images.isEmbedded ? 0.975 : 0.96
    if images.isEmbedded {
        story.tell(
            """
            On such splits nearest neighbours reach 98.5 %, a support vector machine 98.9 %, logistic regression 97.0 %. \
            The splits mix the writers, so that every writer is in both parts; the official split, with writers of its \
            own for testing, is harder.
            """)
    }
    story.claim(
        "A3.1.3-1", "Used for image classification",
        measured: [
            ("accuracy", mean), ("lowest", accuracies.min()!), ("highest", accuracies.max()!),
            ("seeds", Double(seeds.count)),
        ],
        goal: "mean held-out accuracy at least \(goal * 100) %", met: mean >= goal)
}

/// One image as pixels, ink dark on white.
func picture(_ image: Tensor<Float>, _ size: (rows: Int, columns: Int)) -> PixelImage {
    PixelImage(width: size.columns, height: size.rows, intensities: image.scalars.map { 1 - Double($0) })
}
