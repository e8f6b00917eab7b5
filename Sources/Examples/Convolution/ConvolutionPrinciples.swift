// What a convolutional network saves, and what it finds by itself. (A3.2-1, A3.2-2)

import Convolution
import Datasets
import Figures

// MARK: - A3.2-1 Made for grids

/// A convolutional network for digits on a canvas of 12×12 pixels. The pooling keeps of every map the largest number,
/// wherever it stands: whether a feature is there, not where.
func gridNetwork(random: inout Random) -> some Layer<Float> {
    Sequential {
        Conv2D(1, 8, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        ReLU()
        Conv2D(8, 16, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        ReLU()
        Conv2D(16, 40, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        ReLU()
        MaxPool2D(12)
        Flatten()
        Dense(40, 10, random: &random)
    }
}

/// The same with a fully connected layer in place of each convolution, between maps of the same sizes.
func denseGridNetwork(random: inout Random) -> some Layer<Float> {
    Sequential {
        Flatten()
        Dense(12 * 12, 12 * 12 * 8, random: &random)
        ReLU()
        Dense(12 * 12 * 8, 12 * 12 * 16, random: &random)
        ReLU()
        Dense(12 * 12 * 16, 12 * 12 * 40, random: &random)
        ReLU()
        Reshape([12, 12, 40])
        MaxPool2D(12)
        Flatten()
        Dense(40, 10, random: &random)
    }
}

/// The classifier of chapter 3.1, with the canvas for its input: 144-128-10.
func denseClassifier(random: inout Random) -> some Layer<Float> {
    Sequential {
        Flatten()
        readingNetwork(pixels: 144, hidden: 128, dropout: 0.2, classes: 10, random: &random)
    }
}

/// The parameters of a network, and the multiplications that it makes for an image of the given shape.
func cost(of network: some Layer<Float>, for shape: [Int]) -> (parameters: Int, multiplications: Int) {
    (network.parameterCount, network.multiplicationCount(for: [1] + shape))
}

/// A convolutional and a dense network, trained on the same digits in the middle of a canvas.
struct ShiftStudy {
    let convolutional: any Layer<Float>
    let dense: any Layer<Float>
    let test: Labeled<Float, [Int]>
    /// The held-out accuracy if all digits are shifted by 0, 1, 2 pixels: the mean of up, down, left and right.
    let convolutionalAccuracy: [Double]
    let denseAccuracy: [Double]
}

/// Trains both networks on digits that are not shifted, and measures them on digits that are.
func studyShifts(
    seed: UInt64, epochs: Int = 25, denseEpochs: Int = 60
) throws(RunError) -> ShiftStudy {
    var random = Random(seed: seed)
    // With a margin of two pixels, nothing is cut off.
    let (training, test) = Digits.load().padded(by: 2).stratifiedSplit(testFraction: 0.2, shuffledBy: &random)
    let convolutional = try trainInBatches(
        gridNetwork(random: &random), on: training, epochs: epochs, learningRate: 0.006, random: &random)
    let dense = try trainInBatches(
        denseClassifier(random: &random), on: training, epochs: denseEpochs, random: &random)
    func accuracies(_ network: some Layer<Float>) -> [Double] {
        (0...2).map { shift in
            mean([(shift, 0), (-shift, 0), (0, shift), (0, -shift)].map { rows, columns in
                accuracy(of: network, on: test.shifted(rows: rows, columns: columns))
            })
        }
    }
    return ShiftStudy(
        convolutional: convolutional, dense: dense, test: test, convolutionalAccuracy: accuracies(convolutional),
        denseAccuracy: accuracies(dense))
}

// MARK: - A3.2-2 Features

/// Eight edges, each light on one side and dark on the other (Sobel & Feldman 1968), turned from kernel to kernel by 45°:
/// the light is on the right, above on the right, above, and so on. A weight `[3, 3, 1, 8]`.
let sobelKernels: Tensor<Float> = {
    let half: [[[Float]]] = [
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
        [[2, 1, 0], [1, 0, -1], [0, -1, -2]],
    ]
    return kernels(half.map { Tensor($0) } + half.map { Tensor($0) * -1 })
}()

/// Eight waves under a bell (Gabor 1946): in four directions an edge, which is a sine, and a line, which is a cosine. The
/// wave is three pixels long. A weight `[3, 3, 1, 8]`.
let gaborKernels = kernels(
    (0..<8).map { number in
        let angle = Double(number % 4) * .pi / 4
        let wave = Tensor<Float>(shape: [3, 3]) { place in
            let (right, up) = (Double(place[1] - 1), Double(1 - place[0]))
            let phase = 2 * Double.pi / 3 * (right * .cos(angle) + up * .sin(angle))
            let bell = Double.exp(-(right * right + up * up) / 2)
            return Float(bell * (number < 4 ? .sin(phase) : .cos(phase)))
        }
        return wave - wave.mean()
    })

/// Matrices `[3, 3]` as the weight of a convolution of one channel, each scaled to the length √2, which is that of a fresh
/// layer's random kernels on average: what follows should have inputs of one size, whatever the kernels.
private func kernels(_ matrices: [Tensor<Float>]) -> Tensor<Float> {
    Tensor.stack(matrices.map { $0 * (Float(2).squareRoot() / $0.norm()) }).permuted([1, 2, 0]).reshaped([3, 3, 1, -1])
}

/// Maps of digits, of which `pooling`×`pooling` pixels each keep the largest, as a row of numbers.
private func features(kernels: Tensor<Float>, pooling: Int) -> some Layer<Float> {
    Sequential {
        Conv2D(weight: kernels, bias: Tensor(zeros: [kernels.shape[3]]), padding: .same)
        ReLU()
        MaxPool2D(Size2D(pooling, pooling))
        Flatten()
    }
}

/// How well digits are read from the maps of different kernels, by one and the same linear classifier.
struct FeatureComparison {
    let sobel: Double
    let gabor: Double
    /// Kernels that stayed as random as they were at the beginning.
    let random: Double
    /// The same kernels, trained.
    let learned: Double
    let learnedKernels: Tensor<Float>
}

/// Trains a linear classifier on the maps of fixed kernels, and another together with its kernels.
///
/// - Parameter pooling: how many rows and columns of a map become one number; the classifier sees (8 / pooling)² of each
///   map.
func compareFeatures(seed: UInt64, pooling: Int, epochs: Int = 40) throws(RunError) -> FeatureComparison {
    var random = Random(seed: seed)
    let (training, test) = Digits.load().stratifiedSplit(testFraction: 0.2, shuffledBy: &random)
    let freshKernels = Initialization.heNormal.weight([3, 3, 1, 8], fanIn: 9, fanOut: 72, random: &random) as Tensor<Float>
    let classifier = Dense(8 * (8 / pooling) * (8 / pooling), 10, random: &random)
    func accuracyWithFixed(_ kernels: Tensor<Float>) throws(RunError) -> Double {
        let features = features(kernels: kernels, pooling: pooling)
        let network = try trainInBatches(
            classifier, on: training.mapInputs { features($0) }, epochs: epochs, learningRate: 0.02, random: &random)
        return accuracy(of: network, on: test.mapInputs { features($0) })
    }
    let (sobel, gabor) = (try accuracyWithFixed(sobelKernels), try accuracyWithFixed(gaborKernels))
    let fixed = try accuracyWithFixed(freshKernels)
    let network = try trainInBatches(
        Sequential {
            features(kernels: freshKernels, pooling: pooling)
            classifier
        }, on: training, epochs: epochs, learningRate: 0.02, random: &random)
    return FeatureComparison(
        sobel: sobel, gabor: gabor, random: fixed, learned: accuracy(of: network, on: test),
        learnedKernels: network[keyPath: network.parameters[0].path])
}

// MARK: - Told

func tellPrinciplesOfConvolution(_ story: Story) throws {
    try tellGrids(story)
    try tellFeatures(story)
}

private func tellGrids(_ story: Story) throws {
    story.heading("Made for grids (A3.2-1)")
    story.tell(
        """
        A fully connected layer has a weight for every pixel and every neuron, and does not know that pixels have \
        neighbours. A convolution looks through a small window, with the same 3×3 weights at every place of the image. \
        Here is a network of three convolutions for digits on a canvas of 12×12 pixels, and below it the same network \
        with a fully connected layer in place of each convolution, between maps of the same sizes.
        """)
    var random = Random(seed: story.options.seed)
    let convolutional = gridNetwork(random: &random), dense = denseGridNetwork(random: &random)
    story.show(convolutional.summary(inputShape: [12, 12, 1]))
    story.show(dense.summary(inputShape: [12, 12, 1]))
    let (cost, denseCost) = (
        cost(of: convolutional, for: [12, 12, 1]), cost(of: dense, for: [12, 12, 1])
    )
    let classifier = denseClassifier(random: &random)
    let reading = readingNetwork(pixels: 64, hidden: 128, dropout: 0.2, classes: 10, random: &random)
    story.tell(
        """
        \(Story.text((Double(denseCost.parameters) / Double(cost.parameters)).rounded())) times fewer parameters, \
        \(Story.text((Double(denseCost.multiplications) / Double(cost.multiplications)).rounded())) times fewer \
        multiplications: the saving there is smaller, because each weight is used at every place.
        """)
    story.tell(
        """
        Does the small network still read as well? Its rival is the classifier of chapter 3.1, 144-128-10, with \
        \(classifier.parameterCount) parameters (9,610 at the 8×8 pixels of a digit). Both learn from digits in the \
        middle of the canvas, and are then tested on others, in the middle and moved by one and by two pixels. Nothing \
        is cut off; to the eye they are the same digits.
        """)
    let seeds = (0..<UInt64(story.options.full ? 20 : 5)).map { story.options.seed &+ $0 }
    var bar = ProgressBar(label: "networks", total: seeds.count, terminal: story.progress)
    var studies: [ShiftStudy] = []
    for seed in seeds {
        studies.append(try studyShifts(seed: seed))
        bar.advance(to: studies.count)
    }
    bar.finish()
    let (accuracies, denseAccuracies) = (
        studies.map(\.convolutionalAccuracy).transposed, studies.map(\.denseAccuracy).transposed
    )
    story.show(
        TextTable(
            columns: ["moved by", "convolutional", "lowest", "highest", "dense", "lowest", "highest"],
            rows: (0...2).map { shift in
                ["\(shift) \(shift == 1 ? "pixel" : "pixels")"]
                    + [accuracies[shift], denseAccuracies[shift]].flatMap { values in
                        [mean(values), values.min()!, values.max()!].map(Story.text)
                    }
            }))
    func series(_ name: String, _ values: [[Double]]) -> LineChart.Series {
        LineChart.Series(
            name, values.map(mean), style: .markedLine, band: values.map { $0.min()!...$0.max()! })
    }
    try story.show(
        LineChart(
            title: "Digits that are not where they were in training", xLabel: "shift in pixels",
            yLabel: "held-out accuracy",
            series: [
                series("convolutional, \(cost.parameters) parameters", accuracies),
                series("dense, \(classifier.parameterCount) parameters", denseAccuracies),
            ], yRange: 0...1), named: "shift")
    try showMovedDigit(story, studies[0])
    let (here, there) = (accuracies.map(mean), denseAccuracies.map(mean))
    story.claim(
        "A3.2-1", "Made for grid-like data; spatial hierarchy cuts the number of parameters",
        measured: [
            ("parameters", Double(cost.parameters)), ("parameters of the same widths, dense", Double(denseCost.parameters)),
            ("parameters of 64-128-10", Double(reading.parameterCount)),
            ("multiplications", Double(cost.multiplications)),
            ("multiplications of the same widths, dense", Double(denseCost.multiplications)),
            ("accuracy", here[0]), ("accuracy, 1 pixel", here[1]), ("accuracy, 2 pixels", here[2]),
            ("dense accuracy", there[0]), ("dense accuracy, 1 pixel", there[1]), ("dense accuracy, 2 pixels", there[2]),
            ("seeds", Double(seeds.count)),
        ],
        goals: [
            .below("parameters", "parameters of 64-128-10"), .atLeast("accuracy", "dense accuracy"),
            .atLeast("accuracy, 1 pixel", .sum("dense accuracy, 1 pixel", 0.3)),
            .atLeast("accuracy, 2 pixels", .sum("dense accuracy, 2 pixels", 0.3)),
        ])
}

/// A held-out digit in its place and moved to the right, and what both networks read.
private func showMovedDigit(_ story: Story, _ study: ShiftStudy) throws {
    let digit = study.test.gathered(rows: [0])
    let moved = (0...2).map { digit.shifted(rows: 0, columns: $0).inputs }
    try story.show(
        ImageSheet(
            title: "A digit moved by 0, 1, 2 pixels: read by the convolutional / by the dense network",
            images: moved.map { picture($0, (12, 12)) },
            captions: moved.map { "\(study.convolutional($0).argmax()[0]) / \(study.dense($0).argmax()[0])" }, columns: 3),
        named: "moved-digit")
}

private func tellFeatures(_ story: Story) throws {
    story.heading("Features are learned, not designed (A3.2-2)")
    story.tell(
        """
        For decades kernels were designed by hand: Sobel's find edges, Gabor's find edges and lines. Here are eight of \
        each, eight random ones, and eight that begin as those random ones and are trained together with the classifier. \
        The classifier after them is of the same kind for all, one linear layer. It sees little of each map: first the \
        largest number of each quarter, then that of every 2×2 pixels.
        """)
    let seeds = (0..<UInt64(story.options.full ? 20 : 5)).map { story.options.seed &+ $0 }
    let poolings = [4, 2]
    var comparisons: [[FeatureComparison]] = []
    for pooling in poolings {
        var runs: [FeatureComparison] = []
        for seed in seeds { runs.append(try compareFeatures(seed: seed, pooling: pooling)) }
        comparisons.append(runs)
    }
    func means(_ part: (FeatureComparison) -> Double) -> [Double] { comparisons.map { mean($0.map(part)) } }
    let (sobel, gabor, random, learned) = (means(\.sobel), means(\.gabor), means(\.random), means(\.learned))
    try story.show(
        BarChart(
            title: "Digits read from the maps of eight kernels", yLabel: "held-out accuracy",
            categories: ["4 numbers of each map", "16 numbers of each map"],
            series: [
                BarChart.Series("Sobel", sobel), BarChart.Series("Gabor", gabor), BarChart.Series("random", random),
                BarChart.Series("learned", learned),
            ], decimals: 3, yRange: 0...1.1), named: "features")
    try showKernels(story, learned: comparisons[0][0].learnedKernels)
    let better = comparisons[0].count { $0.learned > max($0.sobel, $0.gabor) }
    story.tell(
        """
        In the pictures negative weights are blue, positive ones orange, and what a kernel finds is bright. The learned \
        kernels are edges and lines too, though less regular than those designed by hand. Where the classifier sees more \
        of each map it can make up for what the kernels lack, and the difference disappears.
        """)
    story.claim(
        "A3.2-2", "Features are found by training, not by hand",
        measured: [
            ("Sobel accuracy", sobel[0]), ("Gabor accuracy", gabor[0]), ("random accuracy", random[0]),
            ("learned accuracy", learned[0]), ("Sobel accuracy, 16 numbers", sobel[1]),
            ("Gabor accuracy, 16 numbers", gabor[1]), ("learned accuracy, 16 numbers", learned[1]),
            ("seeds", Double(seeds.count)),
            ("seeds in which learned is best", Double(better)),
        ],
        goals: [
            .equal("seeds in which learned is best", "seeds"), .above("learned accuracy", .sum("Sobel accuracy", 0.01)),
            .above("learned accuracy", .sum("Gabor accuracy", 0.01)),
        ])
}

/// The kernels of three kinds, and the maps that they make of one digit.
private func showKernels(_ story: Story, learned: Tensor<Float>) throws {
    let kinds = [("Sobel", sobelKernels), ("Gabor", gaborKernels), ("learned", learned)]
    try story.show(
        ImageSheet(
            title: "Kernels: designed by hand, and learned",
            images: kinds.flatMap { _, weight in
                let largest = Double(map(weight) { $0.magnitude }.maximum())
                return (0..<8).map { kernel in
                    picture(
                        weight.slice(along: 3, kernel..<kernel + 1).reshaped([3, 3]), .diverging, range: -largest...largest)
                }
            }, columns: 8, rowLabels: kinds.map(\.0)), named: "kernels")
    let digit = Digits.load().inputs[0..<1]
    try story.show(
        ImageSheet(
            title: "What eight kernels of each kind find in the digit 0",
            images: kinds.flatMap { _, weight in
                let maps = ReLU()(Conv2D(weight: weight, bias: Tensor(zeros: [8]), padding: .same)(digit))
                let largest = Double(maps.maximum())
                return (0..<8).map { kernel in
                    picture(maps.slice(along: 3, kernel..<kernel + 1).reshaped([8, 8]), .viridis, range: 0...largest)
                }
            }, columns: 8, rowLabels: kinds.map(\.0)), named: "feature-maps")
}

extension [[Double]] {
    /// Rows and columns exchanged.
    fileprivate var transposed: [[Double]] { (self.first ?? []).indices.map { column in self.map { $0[column] } } }
}
