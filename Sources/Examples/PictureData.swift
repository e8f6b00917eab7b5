// The images that the chapters' runs learn to read, and what a run shows of the learning: chapter 3.1 reads them as rows of
// numbers, chapter 3.2 as pictures.

import Datasets
import FeedForward
import Figures

/// The images of a run: the embedded digits, or MNIST from a folder.
struct PictureData {
    let name: String
    let source: String
    let classNames: [String]
    /// Everything, if it is still to be split; else what is given for training. Images `[count, rows, columns, 1]`.
    private(set) var examples: Labeled<Float, [Int]>
    /// What is given for testing, if the files come with it.
    private(set) var givenTest: Labeled<Float, [Int]>?
    /// Rows and columns of an image.
    private(set) var size: (rows: Int, columns: Int)

    var pixels: Int { size.rows * size.columns }
    var isEmbedded: Bool { name == "digits" }

    /// The most rows or columns that the chapters' networks have a use for, and the most pixels that a run has memory for:
    /// one gigabyte as `Float`.
    private static let largestSide = 256, mostPixels = 1 << 28

    /// - Parameter smallestSide: how many rows and columns an image must have for the chapter's networks.
    /// - Throws: `RunError` or `DatasetError`; what the headers of the files tell is checked before a pixel is read.
    init(_ options: RunOptions, smallestSide: Int = 1) throws {
        if let folder = options.data {
            let shapes = try MNIST.shapes(folder: folder)
            guard let shape = shapes.training ?? shapes.test, shape[0] >= 100 else { throw RunError.noImages(folder) }
            let given = [shapes.training, shapes.test].compactMap(\.self)
            guard given.allSatisfy({ $0[1...] == shape[1...] }) else { throw RunError.unequalImages(folder) }
            guard shape[1...].allSatisfy({ smallestSide...Self.largestSide ~= $0 }) else {
                throw RunError.unfitImages(
                    folder, rows: shape[1], columns: shape[2], smallest: smallestSide, largest: Self.largestSide)
            }
            // The sides are small now, and a file has fewer images than 2³²: their products cannot overflow.
            let pixels = given.reduce(0) { $0 + $1.reduce(1, *) }
            guard pixels <= Self.mostPixels else {
                throw RunError.tooManyPixels(folder, count: pixels, most: Self.mostPixels)
            }
            let files = try MNIST.load(folder: folder)
            guard let examples = files.training ?? files.test else { throw RunError.noImages(folder) }
            (name, classNames) = (files.name, files.classNames)
            source = "the files in \(folder)"
            self.examples = examples
            givenTest = files.training == nil ? nil : files.test
        } else {
            (name, classNames, source) = ("digits", Digits.classNames, Digits.source)
            examples = Digits.load()
            givenTest = nil
        }
        size = (examples.inputs.shape[1], examples.inputs.shape[2])
    }

    /// The parts for training and for testing: as the files give them, else a shuffled stratified 80/20 split.
    func split(_ random: inout Random) -> (training: Labeled<Float, [Int]>, test: Labeled<Float, [Int]>) {
        if let givenTest { return (examples, givenTest) }
        return examples.stratifiedSplit(testFraction: 0.2, shuffledBy: &random)
    }

    /// The same images with a margin of zeros on every side.
    func padded(by margin: Int) -> PictureData {
        var result = self
        result.examples = examples.padded(by: margin)
        result.givenTest = givenTest?.padded(by: margin)
        result.size = (size.rows + 2 * margin, size.columns + 2 * margin)
        return result
    }

    /// How many images there are and which of them are for testing, in a sentence.
    var description: String {
        let parts =
            givenTest.map { "and \($0.count) more for testing" }
            ?? "a fifth of them set aside for testing, the same share of each class"
        return "\(examples.count) images of \(size.rows)×\(size.columns) pixels, \(parts). Source: \(source)."
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

/// Shows the losses of some trainings, and of the first of them what it reads wrongly.
///
/// - Parameter scores: those that the first training's network gives its test images.
func showReading(
    _ story: Story, _ images: PictureData, seeds: [UInt64], _ runs: [DigitTraining], scores: Tensor<Float>
) throws {
    try story.show(
        LineChart(
            title: "Learning to read \(images.name)", xLabel: "epoch", yLabel: "loss (cross-entropy)",
            series: zip(seeds, runs).map { seed, run in
                LineChart.Series("seed \(seed)", run.losses, from: 1)
            }, yScale: .logarithmic),
        named: "digits-loss")
    let test = runs[0].test
    let counts = confusionMatrix(scores, test.labels)
    let classes = images.classNames.count
    try story.show(
        HeatMap.confusionMatrix(
            title: "Confusion matrix (seed \(seeds[0]))",
            counts: (0..<classes).map { row in (0..<classes).map { Int(counts[row, $0]) } }, labels: images.classNames),
        named: "digits-confusion")
    let predicted = scores.argmax()
    let wrong = predicted.indices.filter { predicted[$0] != test.labels[$0] }.prefix(16)
    if !wrong.isEmpty {
        try story.show(
            ImageSheet(
                title: "Misread images: what each is → what was read",
                images: wrong.map { picture(test.inputs[$0], images.size) },
                captions: wrong.map { "\(images.classNames[test.labels[$0]]) → \(images.classNames[predicted[$0]])" },
                columns: 8), named: "digits-wrong")
    }
}

/// One image as pixels, ink dark on white.
func picture(_ image: Tensor<Float>, _ size: (rows: Int, columns: Int)) -> PixelImage {
    PixelImage(width: size.columns, height: size.rows, intensities: image.scalars.map { 1 - Double($0) })
}

/// A matrix `[rows, columns]` as pixels, each number a colour of the map: the ends of `range` are the map's ends.
func picture(_ matrix: Tensor<Float>, _ colors: ColorMap, range: ClosedRange<Double>) -> PixelImage {
    let span = range.upperBound - range.lowerBound
    return PixelImage(
        width: matrix.shape[1], height: matrix.shape[0],
        rgb: matrix.scalars.flatMap { value in
            let color = colors.color(at: span > 0 ? (Double(value) - range.lowerBound) / span : 0)
            return [color.red, color.green, color.blue]
        })
}
