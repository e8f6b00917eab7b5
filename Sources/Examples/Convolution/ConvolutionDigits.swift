// A convolutional network learns to read handwritten digits, and shows what it looks at. (A3.2.3-1)

import Convolution
import Datasets
import Figures

/// The images as the network is given them: digits of 8×8 pixels fill their picture to the edge, and with a margin of two
/// pixels nothing is cut off when they are shifted.
func imagesToShift(_ images: PictureData) -> PictureData { images.isEmbedded ? images.padded(by: 2) : images }

/// How many rows and columns an image must have: it is halved twice.
let smallestImageSide = 4

/// The network of the chapter, for images of some rows and columns: convolution, ReLU and pooling, twice, and a fully
/// connected layer.
///
/// - Parameters:
///   - maps: the numbers of maps that the two convolutions make.
///   - dropout: how many of the features are dropped while training; nil leaves the layer out, to see what the
///     network looks at.
func imageNetwork(
    size: (rows: Int, columns: Int), maps: (first: Int, second: Int) = (32, 64), classes: Int, dropout: Double?,
    random: inout Random
) -> any Layer<Float> {
    let features = Sequential {
        Conv2D(1, maps.first, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        ReLU()
        MaxPool2D(2)
        Conv2D(maps.first, maps.second, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        ReLU()
        MaxPool2D(2)
        Flatten()
    }
    let classifier = Dense((size.rows / 2 / 2) * (size.columns / 2 / 2) * maps.second, classes, random: &random)
    guard let dropout else {
        return Sequential {
            features
            classifier
        }
    }
    return Sequential {
        features
        Dropout(dropout, random: &random)
        classifier
    }
}

/// Trains the network on images that are shifted a little, differently in each epoch, and measures it on unseen ones.
func trainConvolutional(
    _ images: PictureData, seed: UInt64, epochs: Int, learningRate: Double = 0.003,
    watch: (_ epoch: Int, _ loss: Double, _ accuracy: Double) -> Void = { _, _, _ in }
) throws(RunError) -> DigitTraining {
    var random = Random(seed: seed)
    let (training, test) = images.split(&random)
    let fresh = imageNetwork(size: images.size, classes: images.classNames.count, dropout: 0.3, random: &random)
    func train(_ network: some Layer<Float>) throws(RunError) -> DigitTraining {
        var (losses, accuracies) = ([Double](), [Double]())
        let trained = try trainInBatches(
            network, on: training, epochs: epochs, learningRate: learningRate, shifts: 1, random: &random
        ) { epoch, loss, network in
            losses.append(loss)
            accuracies.append(accuracy(of: network, on: test))
            watch(epoch, loss, accuracies[epoch - 1])
        }
        return DigitTraining(network: trained, test: test, losses: losses, accuracies: accuracies)
    }
    return try train(fresh)
}

/// The same network without dropout, with the trained weights: for looking at.
func withoutDropout(_ trained: some Layer<Float>, _ images: PictureData) -> any Layer<Float> {
    var random = Random(seed: 0)
    func copy(into network: some Layer<Float>) -> any Layer<Float> {
        var network = network
        for (to, from) in zip(network.parameters, trained.parameters) {
            network[keyPath: to.path] = trained[keyPath: from.path]
        }
        return network
    }
    return copy(
        into: imageNetwork(size: images.size, classes: images.classNames.count, dropout: nil, random: &random))
}

/// Tells how the network learns to read, what it misreads and what it looks at.
func tellImages(_ story: Story, _ images: PictureData) throws {
    story.heading("Reading handwritten \(images.isEmbedded ? "digits" : "images") (A3.2.3-1)")
    let options = story.options
    let epochs = options.epochs ?? (images.isEmbedded ? 40 : 8)
    let learningRate = options.learningRate ?? 0.003
    story.tell(images.description)
    let images = imagesToShift(images)
    var random = Random(seed: options.seed)
    story.show(
        imageNetwork(size: images.size, classes: images.classNames.count, dropout: 0.3, random: &random)
            .summary(inputShape: [images.size.rows, images.size.columns, 1]))
    story.tell(
        """
        In training, each image is shifted by up to a pixel in every direction, differently each time it is seen \
        (augmentation): a digit a pixel further to the left is the same digit. The test images stay as they are. \
        \(images.isEmbedded ? "All images get a margin of two pixels, so that nothing is cut off." : "")
        """)
    let seeds = (0..<UInt64(options.full ? 10 : images.isEmbedded ? 3 : 1)).map { options.seed &+ $0 }
    var bar = ProgressBar(label: images.name, total: seeds.count * epochs, terminal: story.progress)
    var runs: [DigitTraining] = []
    for (run, seed) in seeds.enumerated() {
        runs.append(
            try trainConvolutional(images, seed: seed, epochs: epochs, learningRate: learningRate) { epoch, loss, accuracy in
                bar.advance(to: run * epochs + epoch, values: [("loss", loss), ("accuracy", accuracy)])
            })
    }
    bar.finish()
    let network = runs[0].network
    try showReading(story, images, seeds: seeds, runs, scores: outputs(of: network, for: runs[0].test.inputs))
    try showSaliency(story, images, withoutDropout(network, images), runs[0].test)
    let accuracies = runs.map(\.accuracy)
    if images.isEmbedded {
        story.tell(
            """
            On such splits nearest neighbours reach 98.5 %, a support vector machine 98.9 %, the fully connected network of \
            chapter 3.1 98.4 %. The splits mix the writers, so that every writer is in both parts; the official split, \
            which tests on other writers, is harder.
            """)
    }
    story.claim(
        "A3.2.3-1", "Used for image classification",
        measured: [
            ("accuracy", mean(accuracies)), ("lowest", accuracies.min()!), ("highest", accuracies.max()!),
            ("seeds", Double(seeds.count)),
        ], goals: [.atLeast("accuracy", .percent(99))])
}

/// Some images, each above the pixels on which the score of its class depends.
private func showSaliency(
    _ story: Story, _ images: PictureData, _ network: some Layer<Float>, _ test: Labeled<Float, [Int]>
) throws {
    let shown = test.gathered(rows: (0..<images.classNames.count).compactMap { test.labels.firstIndex(of: $0) })
    let maps = saliency(of: network, at: shown.inputs, for: shown.labels)
    try story.show(
        ImageSheet(
            title: "What the network looks at: how much the score of the class changes with each pixel",
            images: (0..<shown.count).map { picture(shown.inputs[$0], images.size) }
                + (0..<shown.count).map { picture(maps[$0], .viridis, range: 0...Double(maps[$0].maximum())) },
            columns: shown.count, rowLabels: ["image", "saliency"]), named: "saliency")
}
