// Layer by layer the data become simpler, and the cost grows no faster than the data. (A1-1, A1-2)

import Datasets
import FeedForward
import Figures
import Foundation

// MARK: - A1-1

/// Two spirals of one and a half turns wound about each other, of radius 4, with noise of deviation 0.08:
/// points of two classes that no straight line can separate.
func twoSpirals(count: Int, random: inout Random) -> Labeled<Float, [Int]> {
    let labels = (0..<count).map { $0 % 2 }
    var points = [[Float]]()
    for label in labels {
        let along = random.uniform().squareRoot()
        let angle = 3 * Double.pi * along + Double(label) * .pi
        let (x, y) = (4 * along * Double.cos(angle), 4 * along * Double.sin(angle))
        points.append([Float(x + 0.08 * random.normal()), Float(y + 0.08 * random.normal())])
    }
    return Labeled(inputs: Tensor(points), labels: labels)
}

/// How well a linear classifier does on given features: trained on some, measured on others.
func linearProbe(
    training: Labeled<Float, [Int]>, test: Labeled<Float, [Int]>, classes: Int, random: inout Random
) -> Double {
    let standardizer = Standardizer(fit: training.inputs)
    let probe = trainClassifier(
        Sequential { Dense(training.inputs.shape[1], classes, random: &random) },
        on: training.mapInputs { standardizer.apply($0) }, steps: 300, learningRate: 0.05
    ).network
    return accuracy(probe(standardizer.apply(test.inputs)), test.labels)
}

/// What a linear probe reads from the raw input and from the two hidden layers of one trained network.
func probeLayers(
    training: Labeled<Float, [Int]>, test: Labeled<Float, [Int]>, hidden: Int, classes: Int, epochs: Int,
    random: inout Random
) -> (raw: Double, first: Double, second: Double, network: any Layer<Float>) {
    var network = Sequential {
        Sequential {
            Dense(training.inputs.shape[1], hidden, random: &random)
            Tanh()
        }
        Sequential {
            Dense(hidden, hidden, random: &random)
            Tanh()
        }
        Dense(hidden, classes, random: &random)
    }
    var optimizer = AdamW(for: network, learningRate: 0.01)
    let schedule = CosineAnnealing(0.01, over: epochs)
    for epoch in 0..<epochs {
        optimizer.learningRate = schedule(epoch)
        for batch in training.batches(of: 32, shuffledBy: &random) {
            let (logits, backward) = network.forward(batch.inputs)
            let (_, logitsGradient) = softmaxCrossEntropy(logits, batch.labels)
            let gradient = backward(logitsGradient).layer
            optimizer.update(&network, along: gradient)
        }
    }
    let firstHidden = network.layers.first.first
    let bothHidden = network.layers.first
    func probe(_ features: (Tensor<Float>) -> Tensor<Float>) -> Double {
        linearProbe(
            training: training.mapInputs(features), test: test.mapInputs(features), classes: classes, random: &random)
    }
    return (probe { $0 }, probe { firstHidden($0) }, probe { bothHidden($0) }, network)
}

// MARK: - A1-2

/// The slope of log cost against log size, by least squares: 1 if the cost grows linearly.
func logarithmicSlope(_ sizes: [Double], _ costs: [Double]) -> Double {
    let (x, y) = (sizes.map { Double.log($0) }, costs.map { Double.log($0) })
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return covariance / x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
}

/// A training step of a 784-`width`-10 network on `batch` random images, to be repeated.
private func trainingStep(batch: Int, width: Int) -> () -> Void {
    var random = Random(seed: 1)
    var network = Sequential {
        Dense(784, width, random: &random)
        ReLU()
        Dense(width, 10, random: &random)
    }
    var optimizer = GradientDescent(for: network, learningRate: 1e-4)
    let images: Tensor<Float> = random.uniform([batch, 784])
    let labels = (0..<batch).map { $0 % 10 }
    return {
        let (logits, backward) = network.forward(images)
        let (_, logitsGradient) = softmaxCrossEntropy(logits, labels)
        let gradient = backward(logitsGradient).layer
        optimizer.update(&network, along: gradient)
    }
}

/// The processor's time for a training step for each size of batch and of hidden layer, in milliseconds.
///
/// The sizes take turns, so that a machine that becomes slower does so for all of them; for each the fastest turn counts,
/// because whatever else the machine does can only add to it. Time that the processor spent on something else is not
/// counted.
func stepMilliseconds(_ sizes: [(batch: Int, width: Int)], rounds: Int) -> [Double] {
    let steps = sizes.map { trainingStep(batch: $0.batch, width: $0.width) }
    var fastest = [Double](repeating: .infinity, count: sizes.count)
    for _ in 0..<rounds {
        for (place, step) in steps.enumerated() {
            let start = clock()  // microseconds, by POSIX
            step()
            fastest[place] = min(fastest[place], Double(clock() - start) / 1000)
        }
    }
    return fastest
}

/// The digits enlarged to 28×28 = 784 pixels, every pixel as often as it fits.
func enlargedDigits() -> Labeled<Float, [Int]> {
    let digits = Digits.load()
    return digits.mapInputs { images in
        Tensor(shape: [images.shape[0], 784]) { index in
            images[index[0], (index[1] / 28) * 8 / 28, (index[1] % 28) * 8 / 28, 0]
        }
    }
}

/// Trains on 784 pixels for some epochs. Returns the held-out accuracy.
func trainOnManyPixels(seed: UInt64, epochs: Int) -> Double {
    var random = Random(seed: seed)
    let (training, test) = enlargedDigits().stratifiedSplit(testFraction: 0.2, shuffledBy: &random)
    var network = Sequential {
        Dense(784, 128, initialization: .heNormal, random: &random)
        ReLU()
        Dense(128, 10, random: &random)
    }
    var optimizer = Adam(for: network)
    for _ in 0..<epochs {
        for batch in training.batches(of: 32, shuffledBy: &random) {
            let (logits, backward) = network.forward(batch.inputs)
            let (_, logitsGradient) = softmaxCrossEntropy(logits, batch.labels)
            let gradient = backward(logitsGradient).layer
            optimizer.update(&network, along: gradient)
        }
    }
    return accuracy(network(test.inputs), test.labels)
}

// MARK: - Told

func tellAbstraction(_ story: Story, _ images: PictureData) throws {
    let seed = story.options.seed
    story.heading("Layer upon layer (A1-1)")
    story.tell(
        """
        A linear classifier can only separate what a straight line separates. As a probe it is given first the raw \
        input, then the output of the first and of the second hidden layer of one trained network: its accuracy shows \
        how much simpler each layer has made the data.
        """)
    let seeds = (0..<UInt64(story.options.full ? 10 : 3)).map { seed &+ $0 }
    var (spirals, digits) = ([[Double]](), [[Double]]())
    var network: (any Layer<Float>)?
    var points: Labeled<Float, [Int]>?
    for seed in seeds {
        var random = Random(seed: seed)
        let (training, test) = (twoSpirals(count: 400, random: &random), twoSpirals(count: 1000, random: &random))
        let probed = probeLayers(
            training: training, test: test, hidden: 32, classes: 2, epochs: 300, random: &random)
        spirals.append([probed.raw, probed.first, probed.second])
        (network, points) = (network ?? probed.network, points ?? training)
        let (pictures, held) = Digits.load().mapInputs { $0.reshaped([-1, 64]) }
            .stratifiedSplit(testFraction: 0.4, shuffledBy: &random)
        let read = probeLayers(
            training: pictures, test: held, hidden: 64, classes: 10, epochs: 30, random: &random)
        digits.append([read.raw, read.first, read.second])
    }
    func means(_ runs: [[Double]]) -> [Double] {
        (0..<3).map { layer in runs.reduce(0) { $0 + $1[layer] } / Double(runs.count) }
    }
    let (spiral, digit) = (means(spirals), means(digits))
    if let network, let points {
        let axis = (0..<100).map { -4.8 + 9.6 * (Float($0) + 0.5) / 100 }
        let scores = Softmax()(network(Tensor(axis.flatMap { y in axis.map { x in [x, y] } })))
        try story.show(
            ScatterPlot(
                title: "Two spirals, and where the network draws the line", xLabel: "x", yLabel: "y",
                series: [0, 1].map { label in
                    let rows = points.labels.indices.filter { points.labels[$0] == label }
                    return ScatterPlot.Series(
                        label == 0 ? "first spiral" : "second spiral", x: rows.map { Double(points.inputs[$0, 0]) },
                        y: rows.map { Double(points.inputs[$0, 1]) })
                },
                regions: ScatterPlot.Regions(
                    probabilities: (0..<100).map { row in (0..<100).map { Double(scores[row * 100 + $0, 1]) } },
                    x: -4.8...4.8, y: -4.8...4.8)), named: "spirals")
    }
    try story.show(
        BarChart(
            title: "The accuracy of a linear probe", yLabel: "held-out accuracy",
            categories: ["raw input", "first hidden layer", "second hidden layer"],
            series: [BarChart.Series("two spirals", spiral), BarChart.Series("digits", digit)], decimals: 3,
            yRange: 0...1.1), named: "probe")
    story.claim(
        "A1-1", "Many layers learn successive abstractions of the data",
        measured: [
            ("spirals raw", spiral[0]), ("spirals first", spiral[1]), ("spirals second", spiral[2]),
            ("digits raw", digit[0]), ("digits first", digit[1]), ("digits second", digit[2]),
            ("seeds", Double(seeds.count)),
        ],
        goals: [
            .below("spirals raw", "spirals first"), .below("spirals first", "spirals second"),
            .below("digits raw", "digits first"), .below("digits first", "digits second"),
            // No line parts two spirals, and a probe of the last layer must have what the network itself has.
            .below("spirals raw", .percent(75)), .above("spirals second", .percent(97)),
        ])

    story.heading("Many pixels, many examples (A1-2)")
    let batches = [512, 1024, 2048, 4096], widths = [256, 512, 1024, 2048]
    let rounds = story.options.full ? 40 : 15
    let costs = stepMilliseconds(
        batches.map { (batch: $0, width: 512) } + widths.map { (batch: 512, width: $0) }, rounds: rounds)
    let (batchCosts, widthCosts) = (Array(costs[..<4]), Array(costs[4...]))
    let start = ContinuousClock.now
    let accuracy = trainOnManyPixels(seed: seed, epochs: 10)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try story.show(
        LineChart(
            title: "What a training step costs", xLabel: "batch, or neurons in the hidden layer", yLabel: "milliseconds",
            series: [
                LineChart.Series("batch grows", x: batches.map(Double.init), y: batchCosts, style: .markedLine),
                LineChart.Series("layer grows", x: widths.map(Double.init), y: widthCosts, style: .markedLine),
            ], xScale: .logarithmic, yScale: .logarithmic), named: "cost")
    let batchSlope = logarithmicSlope(batches.map(Double.init), batchCosts)
    let widthSlope = logarithmicSlope(widths.map { Double(784 * $0 + $0 + $0 * 10 + 10) }, widthCosts)
    story.claim(
        "A1-2", "It copes with high-dimensional, large, complex data",
        measured: [
            ("slope in batch", batchSlope), ("slope in parameters", widthSlope),
            ("784-pixel accuracy", accuracy), ("784-pixel seconds", seconds),
        ],
        goals: [
            .equal("slope in batch", 1, within: 0.1), .equal("slope in parameters", 1, within: 0.1),
            .atLeast("784-pixel accuracy", .percent(95)), .below("784-pixel seconds", 20),
        ])
}
