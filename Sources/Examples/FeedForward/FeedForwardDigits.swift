// A network learns to read handwritten digits. (A3.1.3-1)

import Datasets
import FeedForward
import Figures

/// Trains a network with one hidden layer on images and measures it on those it has not seen.
///
/// - Parameter watch: called after every epoch with how many are done, the mean loss, the held-out accuracy.
func trainOnImages(
    _ images: PictureData, seed: UInt64, epochs: Int, learningRate: Double = 0.003, hidden: Int, dropout: Double = 0.2,
    watch: (Int, Double, Double) -> Void = { _, _, _ in }
) throws(RunError) -> DigitTraining {
    var random = Random(seed: seed)
    let parts = images.split(&random)
    // A fully connected layer takes a row of numbers for each image.
    let training = parts.training.mapInputs { $0.reshaped([-1, images.pixels]) }
    let test = parts.test.mapInputs { $0.reshaped([-1, images.pixels]) }
    var network = readingNetwork(
        pixels: images.pixels, hidden: hidden, dropout: dropout, classes: images.classNames.count, random: &random)
    var optimizer = AdamW(for: network, learningRate: learningRate, weightDecay: 0.01)
    let schedule = CosineAnnealing(learningRate, over: epochs)
    var (losses, accuracies) = ([Double](), [Double]())
    for epoch in 0..<epochs {
        optimizer.learningRate = schedule(epoch)
        var total = 0.0
        for (number, batch) in training.batches(of: 32, shuffledBy: &random).enumerated() {
            let (logits, backward) = network.forward(batch.inputs)
            let (loss, logitsGradient) = softmaxCrossEntropy(logits, batch.labels)
            let gradient = backward(logitsGradient).layer
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

/// Tells how a network learns to read, and shows what it misreads.
func tellDigits(_ story: Story, _ images: PictureData) throws {
    story.heading("Reading handwritten \(images.isEmbedded ? "digits" : "images") (A3.1.3-1)")
    let options = story.options
    // MNIST has twelve times as many pixels: more neurons, more of them dropped, and fewer passes over more examples.
    let hidden = images.isEmbedded ? 128 : 512, dropout = images.isEmbedded ? 0.2 : 0.5
    let epochs = options.epochs ?? (images.isEmbedded ? 60 : 20)
    let learningRate = options.learningRate ?? (images.isEmbedded ? 0.003 : 0.004)
    story.tell(images.description)
    var random = Random(seed: options.seed)
    story.show(
        readingNetwork(
            pixels: images.pixels, hidden: hidden, dropout: dropout, classes: images.classNames.count, random: &random
        ).summary(inputShape: [images.pixels]))

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

    try showReading(story, images, seeds: seeds, runs, scores: runs[0].network(runs[0].test.inputs))
    let accuracies = runs.map(\.accuracy)
    if images.isEmbedded {
        story.tell(
            """
            On such splits nearest neighbours reach 98.5 %, a support vector machine 98.9 %, logistic regression 97.0 %. \
            The splits mix the writers, so that every writer is in both parts; the official split, which tests on other \
            writers, is harder.
            """)
    }
    story.claim(
        "A3.1.3-1", "Used for image classification",
        measured: [
            ("accuracy", mean(accuracies)), ("lowest", accuracies.min()!), ("highest", accuracies.max()!),
            ("seeds", Double(seeds.count)),
        ], goals: [.atLeast("accuracy", .percent(images.isEmbedded ? 97.5 : 96))])
}
