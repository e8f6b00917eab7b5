// The layers of a convolutional network, one by one. (A3.2.1-1 to 4)

import Convolution
import Datasets
import Figures

// MARK: - A3.2.1-1 The convolution layer

/// A convolution exactly as it is defined: for each place of the output and each of its channels the dot product of a kernel
/// with what the window sees there. Six loops, and nothing clever.
///
/// - Parameter image: `[rows, columns, inputs]`.
func convolutionByDefinition(_ image: Tensor<Double>, _ layer: Conv2D<Double>) -> Tensor<Double> {
    let (kernel, stride, dilation) = (layer.window.size, layer.window.stride, layer.window.dilation)
    let padding = layer.window.padding
    let rows = windowPlaces(image.shape[0], kernel.rows, stride.rows, dilation.rows, padding) { ($0.top, $0.bottom) }
    let columns = windowPlaces(image.shape[1], kernel.columns, stride.columns, dilation.columns, padding) {
        ($0.left, $0.right)
    }
    // With groups, an output channel sees only the input channels of its own group.
    let (seen, made) = (layer.inputs / layer.groups, layer.outputs / layer.groups)
    var output = Tensor<Double>(zeros: [rows.count, columns.count, layer.outputs])
    for i in 0..<rows.count {
        for j in 0..<columns.count {
            for o in 0..<layer.outputs {
                var sum = layer.bias[element: o]
                for u in 0..<kernel.rows {
                    for v in 0..<kernel.columns {
                        let row = i * stride.rows + u * dilation.rows - rows.before
                        let column = j * stride.columns + v * dilation.columns - columns.before
                        // Beyond the edge there are zeros.
                        guard row >= 0, row < image.shape[0], column >= 0, column < image.shape[1] else { continue }
                        for c in 0..<seen {
                            sum += image[row, column, o / made * seen + c] * layer.weight[u, v, c, o]
                        }
                    }
                }
                output[i, j, o] = sum
            }
        }
    }
    return output
}

/// How many places a window has along an axis of n pixels, and how many pixels of padding lie before the first.
///
/// - Parameter ends: for padding given in numbers, those of the axis.
private func windowPlaces(
    _ n: Int, _ taps: Int, _ stride: Int, _ dilation: Int, _ padding: Padding,
    _ ends: ((top: Int, bottom: Int, left: Int, right: Int)) -> (before: Int, after: Int)
) -> (count: Int, before: Int) {
    let extent = dilation * (taps - 1) + 1
    switch padding {
    case .valid: return ((n - extent) / stride + 1, 0)
    case .same:
        let count = (n + stride - 1) / stride
        return (count, max(0, (count - 1) * stride + extent - n) / 2)
    case .explicit(let top, let bottom, let left, let right):
        let (before, after) = ends((top, bottom, left, right))
        return ((n + before + after - extent) / stride + 1, before)
    }
}

/// The convolution layer's largest difference from its definition, over random sizes, strides, paddings, dilations, groups.
func distanceFromDefinition(seed: UInt64, cases: Int) -> Double {
    var random = Random(seed: seed)
    func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + random.integer(below: range.count) }
    var largest = 0.0
    for _ in 0..<cases {
        let groups = number(1...3)
        let (top, bottom, left, right) = (number(0...2), number(0...2), number(0...2), number(0...2))
        var layer = Conv2D<Double>(
            groups * number(1...3), groups * number(1...6), kernel: Size2D(number(1...4), number(1...4)),
            stride: Size2D(number(1...3), number(1...3)),
            padding: [.valid, .same, .explicit(top: top, bottom: bottom, left: left, right: right)][number(0...2)],
            dilation: Size2D(number(1...2), number(1...2)), groups: groups, random: &random)
        layer.bias = random.normal([layer.outputs])
        let images: Tensor<Double> = random.normal([2, number(7...11), number(7...11), layer.inputs])
        let output = layer(images)
        for image in 0..<2 {
            largest = max(largest, convolutionByDefinition(images[image], layer).maximumDifference(from: output[image]))
        }
    }
    return largest
}

/// Sobel's two kernels: how fast an image becomes lighter to the right, and upwards. Channels of one convolution layer.
let sobelGradient = Conv2D<Float>(
    weight: Tensor.stack([
        Tensor([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]), Tensor([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]),
    ]).permuted([1, 2, 0]).reshaped([3, 3, 1, 2]),
    bias: Tensor(zeros: [2]))

/// What Sobel's kernel says along a row of an image that is dark on the left and light from column 4 on.
func sobelAtAnEdge() -> [Double] {
    let image = Tensor<Float>(shape: [1, 3, 8, 1]) { $0[2] < 4 ? 0 : 1 }
    return sobelGradient(image).slice(along: 3, 0..<1).scalars.map { Double($0) }
}

// MARK: - A3.2.1-2 Feature maps

/// How many numbers of the maps differ in any bit, if an image is shifted, from the shifted maps: of the maps of two
/// convolutions, and of what pooling by 2 makes of them if the shift is one by 2 pixels or more.
func mapsThatDoNotShift(seed: UInt64) -> (compared: Int, different: Int, comparedPooled: Int, differentPooled: Int) {
    var random = Random(seed: seed)
    let features = Sequential {
        Conv2D(1, 8, kernel: 3, initialization: .heNormal, random: &random)
        ReLU()
        Conv2D(8, 8, kernel: 3, initialization: .heNormal, random: &random)
        ReLU()
    }
    let pool = MaxPool2D(2)
    let digits = Digits.load().gathered(rows: Array(0..<20)).padded(by: 6)
    let (maps, pooled) = (features(digits.inputs), pool(features(digits.inputs)))
    /// Compares `shifted`, which should be `original` moved by the given rows and columns, where both can be seen.
    func compare(_ original: Tensor<Float>, _ shifted: Tensor<Float>, _ rows: Int, _ columns: Int) -> (Int, Int) {
        func part(_ maps: Tensor<Float>, _ rows: Int, _ columns: Int) -> Tensor<Float> {
            maps.slice(along: 1, max(0, rows)..<maps.shape[1] + min(0, rows))
                .slice(along: 2, max(0, columns)..<maps.shape[2] + min(0, columns))
        }
        let (a, b) = (part(original, -rows, -columns).scalars, part(shifted, rows, columns).scalars)
        return (a.count, zip(a, b).count { $0.bitPattern != $1.bitPattern })
    }
    var (compared, different, comparedPooled, differentPooled) = (0, 0, 0, 0)
    for (rows, columns) in [(1, 0), (0, -1), (2, 3), (-4, 1), (2, -4), (-2, 0)] {
        let shifted = features(digits.shifted(rows: rows, columns: columns).inputs)
        let (count, wrong) = compare(maps, shifted, rows, columns)
        (compared, different) = (compared + count, different + wrong)
        if rows % 2 == 0 && columns % 2 == 0 {
            let (count, wrong) = compare(pooled, pool(shifted), rows / 2, columns / 2)
            (comparedPooled, differentPooled) = (comparedPooled + count, differentPooled + wrong)
        }
    }
    return (compared, different, comparedPooled, differentPooled)
}

// MARK: - A3.2.1-3 Pooling

/// An image small enough to pool by hand, `[1, 4, 4, 1]`.
let poolingExample = Tensor<Float>(
    [1, 3, 2, 0, 5, 7, 1, 1, 0, 2, 8, 4, 2, 4, 6, 2], shape: [1, 4, 4, 1])

/// What pooling changes about a network that learns from few digits.
struct PoolingStudy {
    /// With pooling, and without.
    struct Network {
        let parameters: Int
        let multiplications: Int
        let trainingLoss: Double
        let testLoss: Double
        let testAccuracy: Double

        /// How much worse the network is on unseen digits.
        var gap: Double { testLoss - trainingLoss }
    }

    let with: Network
    let without: Network
}

/// Trains the same two convolutions with pooling and without on a few digits, and measures them on all others.
func studyPooling(seed: UInt64, examples: Int = 200, epochs: Int = 80) throws(RunError) -> PoolingStudy {
    var random = Random(seed: seed)
    let (test, training) = Digits.load().stratifiedSplit(
        testFraction: Double(examples) / 1797, shuffledBy: &random)
    let first = Conv2D(1, 16, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
    let second = Conv2D(16, 32, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
    func study(_ network: some Layer<Float>) throws(RunError) -> PoolingStudy.Network {
        let trained = try trainInBatches(network, on: training, epochs: epochs, random: &random)
        func loss(_ images: Labeled<Float, [Int]>) -> Double {
            Double(softmaxCrossEntropy(trained(images.inputs), images.labels).loss)
        }
        let cost = cost(of: trained, for: [8, 8, 1])
        return PoolingStudy.Network(
            parameters: cost.parameters, multiplications: cost.multiplications, trainingLoss: loss(training),
            testLoss: loss(test), testAccuracy: accuracy(of: trained, on: test))
    }
    let (with, without) = (
        Sequential {
            first
            ReLU()
            MaxPool2D(2)
            second
            ReLU()
            MaxPool2D(2)
            Flatten()
            Dense(2 * 2 * 32, 10, random: &random)
        },
        Sequential {
            first
            ReLU()
            second
            ReLU()
            Flatten()
            Dense(8 * 8 * 32, 10, random: &random)
        }
    )
    return PoolingStudy(with: try study(with), without: try study(without))
}

// MARK: - A3.2.1-4 From maps to classes

/// How many numbers flattening and arranging again changes, of some random maps.
func numbersChangedByFlattening(seed: UInt64) -> (count: Int, changed: Int) {
    var random = Random(seed: seed)
    let maps: Tensor<Float> = random.normal([5, 3, 4, 6])
    let back = Reshape([3, 4, 6])(Flatten()(maps))
    return (maps.count, back.shape == maps.shape ? zip(maps.scalars, back.scalars).count { $0 != $1 } : maps.count)
}

/// The gradient check of a network with all that a convolutional network has, from the image to the scores.
func checkWholeNetwork(seed: UInt64) -> GradientReport {
    var random = Random(seed: seed)
    let network = Sequential {
        Conv2D<Double>(1, 4, kernel: 3, padding: .same, random: &random)
        BatchNorm<Double>(4)
        ReLU<Double>()
        MaxPool2D<Double>(2)
        Conv2D<Double>(4, 6, kernel: 3, random: &random)
        ReLU<Double>()
        AveragePool2D<Double>(2)
        Flatten<Double>()
        Dropout<Double>(0.3, random: &random)
        Dense<Double>(6, 3, random: &random)
    }
    return checkGradients(of: network, at: random.normal([3, 8, 8, 1]))
}

// MARK: - Told

/// How many numbers are not what they should be, counting missing and surplus ones.
private func wrongNumbers<Number: Equatable>(_ numbers: [Number], _ right: [Number]) -> Int {
    zip(numbers, right).count { $0 != $1 } + abs(numbers.count - right.count)
}

func tellLayersOfConvolution(_ story: Story) throws {
    try tellConvolution(story)
    try tellFeatureMaps(story)
    try tellPooling(story)
    tellFlattening(story)
}

private func tellConvolution(_ story: Story) throws {
    story.heading("The convolution layer (A3.2.1-1)")
    let cases = story.options.full ? 1000 : 100
    let distance = distanceFromDefinition(seed: story.options.seed, cases: cases)
    let edge = sobelAtAnEdge()
    story.tell(
        """
        A kernel is a small matrix of weights. At each place of the image it is multiplied, number by number, by what \
        the window sees there, and the products are added up. Sobel's kernel has −1, −2, −1 in its left column, 0 in the \
        middle, 1, 2, 1 in its right: equal brightness on both sides cancels, and more on the right does not. Along a \
        row that is dark up to the fourth pixel and light from the fifth on it gives \
        \(edge.map { String(Int($0)) }.joined(separator: " ")).
        """)
    let size = 48
    let sign = TrafficSigns.template(of: 2, size: size)
    let gradient = sobelGradient(sign.reshaped([1, size, size, 1]))
    let seen = gradient.shape[1]
    let (right, up) = (
        gradient.slice(along: 3, 0..<1).reshaped([seen, seen]), gradient.slice(along: 3, 1..<2).reshaped([seen, seen])
    )
    let strength = map(right, up) { right, up in (right * right + up * up).squareRoot() }
    let largest = Double(strength.maximum())
    try story.show(
        ImageSheet(
            title: "Sobel's kernels find the edges of a sign",
            images: [
                PixelImage(width: size, height: size, intensities: sign.scalars.map { Double($0) }),
                picture(right, .diverging, range: -largest...largest), picture(up, .diverging, range: -largest...largest),
                picture(strength, .viridis, range: 0...largest),
            ],
            captions: ["the image", "lighter to the right", "lighter upwards", "strength of both"], columns: 4),
        named: "sobel")
    story.claim(
        "A3.2.1-1", "A convolution layer slides kernels over the input; each output is a dot product",
        measured: [
            ("cases", Double(cases)), ("largest difference from the definition", distance),
            ("Sobel at the edge", edge.max()!), ("Sobel where there is none", edge.min()!),
            ("wrong numbers of Sobel", Double(wrongNumbers(edge, [0, 0, 4, 4, 0, 0]))),
        ],
        goals: [.atMost("largest difference from the definition", 1e-12), .equal("wrong numbers of Sobel", 0)])
}

private func tellFeatureMaps(_ story: Story) throws {
    story.heading("Feature maps (A3.2.1-2)")
    let shift = mapsThatDoNotShift(seed: story.options.seed)
    story.tell(
        """
        The outputs of a kernel, place by place, form another picture, a feature map: bright where the feature is. If \
        the image is shifted, the maps are shifted too, and nothing else changes. Not a bit may differ, because the same \
        numbers are added in the same order; only what comes in at the edge is new. With pooling by 2 the same holds for \
        shifts by 2, 4, … pixels.
        """)
    let digit = Digits.load().gathered(rows: [3]).padded(by: 4)
    let edges = Conv2D(weight: sobelKernels.slice(along: 3, 0..<3), bias: Tensor(zeros: [3]), padding: .same)
    let images = [digit, digit.shifted(rows: 2, columns: 3)].map(\.inputs)
    let maps = images.map { ReLU()(edges($0)) }
    let largest = Double(maps[0].maximum())
    try story.show(
        ImageSheet(
            title: "An image and three of its feature maps, before and after the image is shifted",
            images: zip(images, maps).flatMap { image, maps in
                [picture(image, (16, 16))]
                    + (0..<3).map { kernel in
                        picture(
                            maps.slice(along: 3, kernel..<kernel + 1).reshaped([16, 16]), .viridis, range: 0...largest)
                    }
            }, columns: 4, rowLabels: ["as it is", "shifted"]), named: "shifted-maps")
    story.claim(
        "A3.2.1-2", "Its outputs are feature maps",
        measured: [
            ("compared", Double(shift.compared)), ("different", Double(shift.different)),
            ("compared after pooling", Double(shift.comparedPooled)),
            ("different after pooling", Double(shift.differentPooled)),
        ],
        goals: [
            .above("compared", 0), .equal("different", 0), .above("compared after pooling", 0),
            .equal("different after pooling", 0),
        ])
}

private func tellPooling(_ story: Story) throws {
    story.heading("Pooling (A3.2.1-3)")
    func rows(_ image: Tensor<Float>) -> String {
        let columns = image.shape[2]
        return (0..<image.shape[1]).map { row in
            image.scalars[row * columns..<(row + 1) * columns].map { Story.text(Double($0)) }.joined(separator: " ")
        }.joined(separator: " / ")
    }
    let (largest, average) = (MaxPool2D(2)(poolingExample), AveragePool2D(2)(poolingExample))
    let half = MaxPool2D<Float>(2, padding: .same).outputShape(for: [1, 7, 7, 1])[1]
    story.tell(
        """
        Pooling keeps one number of each window, the largest or the mean. The image with the rows \
        \(rows(poolingExample)) becomes \(rows(largest)) with the largest of each 2×2 window, and \(rows(average)) with \
        the mean. A window of 2 that may reach beyond the edge (padding “same”) turns 7 pixels into \(half).
        """)
    let seeds = (0..<UInt64(story.options.full ? 20 : 5)).map { story.options.seed &+ $0 }
    var studies: [PoolingStudy] = []
    for seed in seeds { studies.append(try studyPooling(seed: seed)) }
    let (with, without) = (studies.map(\.with), studies.map(\.without))
    story.tell(
        """
        Does it help? A network of two convolutions learns from 200 digits, once with pooling after each, once without, \
        and is tested on the other \(1797 - 200), which are new to it. Mean of \(seeds.count) seeds:
        """)
    story.show(
        TextTable(
            columns: ["", "weights", "products", "known loss", "new loss", "new accuracy"],
            rows: [("pooling", with), ("without", without)].map { name, runs in
                [
                    name, "\(runs[0].parameters)", "\(runs[0].multiplications)",
                    Story.text(mean(runs.map(\.trainingLoss))), Story.text(mean(runs.map(\.testLoss))),
                    Story.text(mean(runs.map(\.testAccuracy))),
                ]
            }))
    let (gap, gapWithout) = (mean(with.map(\.gap)), mean(without.map(\.gap)))
    story.tell(
        """
        Both know their 200 digits by heart. The gap between known and new digits, the sign of overfitting, is smaller \
        with pooling: the held-out loss is higher than the training loss by \(Story.text(gap)), without pooling by \
        \(Story.text(gapWithout)). The accuracy differs little.
        """)
    let wrong = wrongNumbers(largest.scalars, [7, 2, 4, 8]) + wrongNumbers(average.scalars, [4, 1, 2, 5])
    story.claim(
        "A3.2.1-3", "Pooling (max, average) lowers the resolution, the cost and the overfitting",
        measured: [
            ("wrong numbers in the example", Double(wrong)), ("7 pixels pooled by 2", Double(half)),
            ("parameters", Double(with[0].parameters)), ("parameters without", Double(without[0].parameters)),
            ("multiplications", Double(with[0].multiplications)),
            ("multiplications without", Double(without[0].multiplications)), ("loss gap", gap),
            ("loss gap without", gapWithout), ("accuracy", mean(with.map(\.testAccuracy))),
            ("accuracy without", mean(without.map(\.testAccuracy))), ("seeds", Double(seeds.count)),
        ],
        goals: [
            .equal("wrong numbers in the example", 0), .equal("7 pixels pooled by 2", 4),
            .below("parameters", .times(0.5, of: "parameters without")),
            .below("multiplications", .times(0.5, of: "multiplications without")), .below("loss gap", "loss gap without"),
        ])
}

private func tellFlattening(_ story: Story) {
    story.heading("From maps to classes (A3.2.1-4)")
    let flattening = numbersChangedByFlattening(seed: story.options.seed)
    let check = checkWholeNetwork(seed: story.options.seed)
    if !check.passed { story.tell("\(check)") }
    story.tell(
        """
        At the end the maps are laid out in a row, and fully connected layers decide. Flattening changes no number, only \
        the arrangement. The whole network, from the image through convolution, normalization, ReLU, pooling, flattening \
        and dropout to the scores, is one function, and its derivative is checked against the change of its output.
        """)
    story.claim(
        "A3.2.1-4", "Fully connected layers after flattening give the final classes",
        measured: [
            ("numbers", Double(flattening.count)), ("changed by flattening and back", Double(flattening.changed)),
            ("compared", Double(check.compared)), ("checks that fail", check.passed ? 0 : 1),
            ("largest relative error", check.largestRelativeError),
        ],
        goals: [
            .equal("changed by flattening and back", 0), .equal("checks that fail", 0),
            .atMost("largest relative error", 1e-7),
        ])
}
