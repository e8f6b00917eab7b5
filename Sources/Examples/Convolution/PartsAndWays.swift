// What a convolutional network is made of and how it works, measured. (A3.2.1-1 to A3.2.2-3)
//
// Each function measures one claim; `tellParts` and `tellWays` tell them in the chapter's order.

import Convolution
import Datasets
import Figures

// MARK: - 3.2.1 The convolution layer

/// The convolution as its formula says it: a loop for each letter, and one for the batch.
///
/// - Parameter p: the padding before the first row and the first column.
func convolutionByDefinition(
    _ x: Tensor<Double>, _ layer: Conv2D<Double>, padding p: (rows: Int, columns: Int)
) -> Tensor<Double> {
    let (w, b, s, d) = (layer.weight, layer.bias, layer.window.stride, layer.window.dilation)
    let outputsOfGroup = layer.outputs / layer.groups
    return Tensor(shape: layer.outputShape(for: x.shape)) { place in
        let (n, i, j, o) = (place[0], place[1], place[2], place[3])
        var sum = b[element: o]
        for u in 0..<w.shape[0] {
            for v in 0..<w.shape[1] {
                let (row, column) = (i * s.rows + u * d.rows - p.rows, j * s.columns + v * d.columns - p.columns)
                // Beyond the edge there are zeros.
                guard 0..<x.shape[1] ~= row, 0..<x.shape[2] ~= column else { continue }
                for c in 0..<w.shape[2] { sum += x[n, row, column, o / outputsOfGroup * w.shape[2] + c] * w[u, v, c, o] }
            }
        }
        return sum
    }
}

/// The largest distance between the layer and its definition, over layers of random sizes and options.
func distanceToDefinition(seed: UInt64, layers: Int = 60) -> (layers: Int, distance: Double) {
    var random = Random(seed: seed)
    func one(of range: ClosedRange<Int>) -> Int { range.lowerBound + random.integer(below: range.count) }
    var distance = 0.0
    for number in 0..<layers {
        let (kernel, stride, dilation) = (
            Size2D(one(of: 1...4), one(of: 1...4)), Size2D(one(of: 1...3), one(of: 1...3)),
            Size2D(one(of: 1...2), one(of: 1...2))
        )
        let (groups, rows, columns) = (one(of: 1...3), one(of: 7...11), one(of: 7...11))
        // The padding before: none, half of what `same` needs, or as given.
        func sameBefore(_ n: Int, _ k: Int, _ s: Int, _ d: Int) -> Int {
            max(0, ((n + s - 1) / s - 1) * s + d * (k - 1) + 1 - n) / 2
        }
        let (padding, before): (Padding, (Int, Int)) =
            switch number % 3 {
            case 0: (.valid, (0, 0))
            case 1:
                (
                    .same,
                    (
                        sameBefore(rows, kernel.rows, stride.rows, dilation.rows),
                        sameBefore(columns, kernel.columns, stride.columns, dilation.columns)
                    )
                )
            default: (.explicit(top: 2, bottom: 0, left: 1, right: 3), (2, 1))
            }
        var layer = Conv2D<Double>(
            groups * one(of: 1...5), groups * one(of: 1...9), kernel: kernel, stride: stride, padding: padding,
            dilation: dilation, groups: groups, random: &random)
        layer.bias = random.normal([layer.outputs])
        let x: Tensor<Double> = random.normal([2, rows, columns, layer.inputs])
        distance = max(distance, layer(x).maximumDifference(from: convolutionByDefinition(x, layer, padding: before)))
    }
    return (layers, distance)
}

/// Sobel's kernels, which answer to light that grows to the right and to light that grows downwards.
///
/// Source: I. Sobel & G. Feldman 1968.
func sobel<Scalar: TensorScalar>(_: Scalar.Type = Float.self) -> Conv2D<Scalar> {
    let toTheRight: [Scalar] = [-1, 0, 1, -2, 0, 2, -1, 0, 1], down: [Scalar] = [-1, -2, -1, 0, 0, 0, 1, 2, 1]
    return Conv2D(
        weight: Tensor(zip(toTheRight, down).flatMap { [$0, $1] }, shape: [3, 3, 1, 2]), bias: Tensor(zeros: [2]),
        padding: .same)
}

/// What Sobel's kernel for light that grows to the right answers to a picture that is dark on the left of its column 6 and
/// light from there on: at the edge, and the largest answer elsewhere, away from the picture's own edge.
func answersToAnEdge() -> (atTheEdge: Double, elsewhere: Double) {
    let picture = Tensor<Double>(shape: [1, 12, 12, 1]) { $0[2] >= 6 ? 1 : 0 }
    let answers = sobel(Double.self)(picture)
    var (atTheEdge, elsewhere) = (Double.infinity, 0.0)
    for row in 1..<11 {
        for column in 1..<11 {
            let answer = answers[0, row, column, 0].magnitude
            if column == 5 || column == 6 { atTheEdge = min(atTheEdge, answer) } else { elsewhere = max(elsewhere, answer) }
        }
    }
    return (atTheEdge, elsewhere)
}

/// How many elements of feature maps differ, in any bit, when digits are shifted and their maps are shifted back.
func elementsThatDoNotShift(seed: UInt64) -> (compared: Int, different: Int) {
    var random = Random(seed: seed)
    let digits = Digits.load().inputs[0..<50]
    let layer = Conv2D(1, 12, kernel: 3, random: &random)
    /// The digits on a larger sheet, so many rows and columns from its corner.
    func maps(_ rows: Int, _ columns: Int) -> Tensor<Float> {
        layer(
            Tensor<Float>(shape: [50, 16, 16, 1]) { place in
                let (row, column) = (place[1] - rows, place[2] - columns)
                return 0..<8 ~= row && 0..<8 ~= column ? digits[place[0], row, column, 0] : 0
            })
    }
    let original = maps(2, 2)
    var (compared, different) = (0, 0)
    for (rows, columns) in [(0, 1), (1, 0), (3, 2), (4, 4)] {
        let shifted = maps(2 + rows, 2 + columns)
        let (height, width) = (14 - rows, 14 - columns)
        let a = original.slice(along: 1, 0..<height).slice(along: 2, 0..<width).scalars
        let b = shifted.slice(along: 1, rows..<14).slice(along: 2, columns..<14).scalars
        compared += a.count
        different += zip(a, b).count { $0.bitPattern != $1.bitPattern }
    }
    return (compared, different)
}

// MARK: - 3.2.1 Pooling

/// Four windows worked by hand: of each the largest and the mean.
func handWorkedPooling() -> (byHand: [Double], computed: [Double]) {
    let x = Tensor<Double>([[1, 2, 5, 0], [3, 4, 1, 2], [7, 0, -1, -3], [0, 1, -2, -6]]).reshaped([1, 4, 4, 1])
    return (
        [4, 5, 7, -1, 2.5, 2, 2, -3], MaxPool2D<Double>(2)(x).scalars + AveragePool2D<Double>(2)(x).scalars
    )
}

/// A network for 28×28 pixels, with pooling after its convolutions or without.
func networkWithPooling(_ pooling: Bool, random: inout Random) -> any Layer<Float> {
    if pooling {
        Sequential {
            Conv2D(1, 16, kernel: 3, padding: .same, random: &random)
            ReLU()
            MaxPool2D(2)
            Conv2D(16, 32, kernel: 3, padding: .same, random: &random)
            ReLU()
            MaxPool2D(2)
            Flatten()
            Dense(7 * 7 * 32, 10, random: &random)
        }
    } else {
        Sequential {
            Conv2D(1, 16, kernel: 3, padding: .same, random: &random)
            ReLU()
            Conv2D(16, 32, kernel: 3, padding: .same, random: &random)
            ReLU()
            Flatten()
            Dense(28 * 28 * 32, 10, random: &random)
        }
    }
}

// MARK: - 3.2.1 Flatten

/// A whole small network, in `Double` to be checked.
func smallNetwork(random: inout Random) -> some Layer<Double> {
    Sequential {
        Conv2D<Double>(2, 3, kernel: 3, padding: .same, random: &random)
        BatchNorm<Double>(3)
        Tanh<Double>()
        MaxPool2D<Double>(2)
        Conv2D<Double>(3, 4, kernel: [2, 3], random: &random)
        GELU<Double>()
        Flatten<Double>()
        Dense<Double>(4 * 2 * 1, 3, random: &random)
    }
}

/// How many elements change on the way through `Flatten` and back through `Reshape`, and what the gradient check of a whole
/// network says.
func flattening(seed: UInt64) -> (changed: Int, report: GradientReport) {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([3, 6, 7, 2])
    let there = Flatten<Double>()(x)
    let back = Reshape<Double>([6, 7, 2])(there)
    let changed = zip(x.scalars, back.scalars).count { $0 != $1 } + zip(x.scalars, there.scalars).count { $0 != $1 }
    return (changed, checkGradients(of: smallNetwork(random: &random), at: random.normal([4, 6, 6, 2])))
}

// MARK: - 3.2.2 The receptive field

/// Three windows one after the other; between them ReLU, or nothing.
func receptiveFieldNetwork(withReLU: Bool, random: inout Random) -> any LocalLayer<Double> {
    if withReLU {
        positive(
            Sequential {
                Conv2D<Double>(1, 3, kernel: 3, random: &random)
                ReLU<Double>()
                AveragePool2D<Double>(2)
                Conv2D<Double>(3, 2, kernel: 3, random: &random)
                ReLU<Double>()
                Conv2D<Double>(2, 1, kernel: [1, 3], dilation: [1, 2], random: &random)
            })
    } else {
        positive(
            Sequential {
                Conv2D<Double>(1, 3, kernel: 3, random: &random)
                AveragePool2D<Double>(2)
                Conv2D<Double>(3, 2, kernel: 3, random: &random)
                Conv2D<Double>(2, 1, kernel: [1, 3], dilation: [1, 2], random: &random)
            })
    }
}

/// The same with every weight made positive, so that no two ways cancel each other.
private func positive<L: Layer>(_ layer: L) -> L where L.Scalar == Double {
    var layer = layer
    for parameter in layer.parameters {
        layer[keyPath: parameter.path] = map(layer[keyPath: parameter.path]) { $0.magnitude }
    }
    return layer
}

/// The gradient of one place of the output with respect to every pixel, and the size of the part that is not zero.
func fieldOfGradients(_ network: some LocalLayer<Double>, seed: UInt64) -> (gradient: Tensor<Double>, size: Size2D) {
    var (network, random) = (network, Random(seed: seed))
    let image: Tensor<Double> = random.uniform([1, 24, 24, 1], in: 0.5..<1)
    let (output, backward) = network.forward(image)
    var direction = Tensor<Double>(zeros: output.shape)
    direction[0, output.shape[1] / 2, output.shape[2] / 2, 0] = 1
    let gradient = backward(direction).input.reshaped([24, 24])
    let rows = (0..<24).filter { row in (0..<24).contains { gradient[row, $0] != 0 } }
    let columns = (0..<24).filter { column in (0..<24).contains { gradient[$0, column] != 0 } }
    return (gradient, Size2D(rows.last! - rows.first! + 1, columns.last! - columns.first! + 1))
}

// MARK: - 3.2.2 Backpropagation

/// The largest relative error of any gradient of the chapter's layers, and how many numbers were compared.
func checkConvolutionGradients(seed: UInt64) -> (compared: Int, largestError: Double, failed: [String]) {
    var random = Random(seed: seed)
    var reports: [(String, GradientReport)] = []
    func check(_ name: String, _ layer: some Layer<Double>, _ shape: [Int]) {
        // Away from the zeros and ones that parameters begin with.
        var layer = layer
        for parameter in layer.parameters { layer[keyPath: parameter.path] += random.normal(layer[keyPath: parameter.path].shape) * 0.3 }
        reports.append((name, checkGradients(of: layer, at: random.normal(shape))))
    }
    check("convolution", Conv2D<Double>(2, 3, kernel: [3, 2], random: &random), [3, 5, 4, 2])
    check(
        "convolution with stride, padding and dilation",
        Conv2D<Double>(2, 3, kernel: 3, stride: [2, 1], padding: .same, dilation: [1, 2], random: &random), [2, 7, 5, 2])
    check("grouped convolution", Conv2D<Double>(4, 6, kernel: 2, groups: 2, random: &random), [2, 4, 3, 4])
    check("depthwise convolution", Conv2D<Double>(3, 3, kernel: 3, groups: 3, random: &random), [2, 5, 4, 3])
    check("convolution of a sequence", Conv1D<Double>(2, 3, kernel: 3, padding: .same, random: &random), [2, 7, 2])
    check(
        "transposed convolution",
        ConvTranspose2D<Double>(3, 2, kernel: 4, stride: 2, padding: .explicit(1), random: &random), [2, 3, 4, 3])
    check("max pooling", MaxPool2D<Double>(3, stride: 2, padding: .same), [2, 7, 5, 2])
    check("average pooling", AveragePool2D<Double>(2, padding: .same), [2, 7, 5, 2])
    check("global average pooling", GlobalAveragePool2D<Double>(), [2, 4, 3, 5])
    check("nearest upsampling", Upsampling2D<Double>([2, 3]), [2, 3, 4, 2])
    check("bilinear upsampling", Upsampling2D<Double>(2, .bilinear), [2, 3, 4, 2])
    check("batch normalization", BatchNorm<Double>(3), [3, 4, 2, 3])
    check("layer normalization", LayerNorm<Double>(5), [3, 2, 4, 5])
    check("dropout of channels", Dropout2D<Double>(0.4, random: &random), [3, 4, 2, 5])
    return (
        reports.reduce(0) { $0 + $1.1.compared }, reports.map(\.1.largestRelativeError).max() ?? 0,
        reports.filter { !$0.1.passed }.map { "\($0.0): \($0.1)" }
    )
}

// MARK: - Told

/// Tells what a convolutional network is made of.
func tellParts(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("A window that slides (A3.2.1-1 and 2)")
    story.tell(
        """
        A convolution layer has some small kernels. Each slides over the image, and at every place its weights are \
        multiplied with the pixels under it and added up. What comes out is again an image, one for each kernel: its \
        feature map. Sobel's two kernels were made by hand, in 1968: one answers to light that grows to the right, the \
        other to light that grows downwards.
        """)
    let digits = Digits.load()
    let (shown, edges) = (digits.inputs[0..<4], sobel()(digits.inputs[0..<4]))
    try story.show(
        ImageSheet(
            title: "Four digits, and where light grows (light) or fades (dark) to the right and downwards",
            images: (0..<4).map { picture(shown[$0], (8, 8)) }
                + (0..<2).flatMap { kernel in
                    (0..<4).map { mapPicture(edges[$0].slice(along: 2, kernel..<kernel + 1), rows: 8, columns: 8) }
                }, columns: 4, rowLabels: ["digit", "to the right", "downwards"]), named: "sobel")
    let (layers, distance) = distanceToDefinition(seed: seed)
    let edge = answersToAnEdge()
    story.claim(
        "A3.2.1-1", "A convolution layer slides kernels over the input; each output is a dot product",
        measured: [
            ("layers", Double(layers)), ("distance to the definition", distance), ("answer at an edge", edge.atTheEdge),
            ("answer elsewhere", edge.elsewhere),
        ],
        goal: "equal to the loops of the definition within 1e-12, over random sizes, strides, paddings, dilations and "
            + "groups; Sobel's kernel answers to an edge and to nothing else",
        met: distance <= 1e-12 && edge.atTheEdge == 4 && edge.elsewhere == 0)

    story.tell(
        """
        The kernel is the same everywhere. So if the digit moves, its maps move along, and are otherwise the same: not a \
        bit may differ.
        """)
    let shifts = elementsThatDoNotShift(seed: seed)
    story.claim(
        "A3.2.1-2", "The outputs are feature maps; shifting the input shifts them",
        measured: [("elements", Double(shifts.compared)), ("different", Double(shifts.different))],
        goal: "no element differs in any bit", met: shifts.different == 0)

    story.heading("Smaller maps, and at last a row (A3.2.1-3 and 4)")
    let worked = handWorkedPooling()
    var random = Random(seed: seed)
    let networks = [true, false].map { networkWithPooling($0, random: &random) }
    let costs = networks.map { network in
        (
            multiplications: network.summaryRows(for: [1, 28, 28, 1]).reduce(0) { $0 + $1.multiplicationCount },
            parameters: network.parameterCount
        )
    }
    let odd = MaxPool2D(2, padding: .same).outputShape(for: [1, 7, 7, 1])[1]
    story.tell(
        """
        Pooling keeps of each window one number, the largest or the mean. After it a layer has a quarter of the places to \
        compute: the network below makes \(costs[0].multiplications) multiplications for an image; without pooling it \
        would make \(costs[1].multiplications), and its last layer would have \
        \(costs[1].parameters / costs[0].parameters) times as many weights.
        """)
    story.show(networks[0].summary(inputShape: [28, 28, 1]))
    story.claim(
        "A3.2.1-3", "Pooling lowers the resolution and the cost",
        measured: [
            ("windows as worked by hand", Double(zip(worked.byHand, worked.computed).count { $0 == $1 })),
            ("7 becomes", Double(odd)), ("multiplications with", Double(costs[0].multiplications)),
            ("multiplications without", Double(costs[1].multiplications)), ("parameters with", Double(costs[0].parameters)),
            ("parameters without", Double(costs[1].parameters)),
        ], goal: "eight windows as worked by hand; 7 → 4 with padding `same`; fewer multiplications and parameters",
        met: worked.byHand == worked.computed && odd == 4 && costs[0].multiplications < costs[1].multiplications
            && costs[0].parameters < costs[1].parameters)
    let flat = flattening(seed: seed)
    story.claim(
        "A3.2.1-4", "Fully connected layers after flattening give the final classes",
        measured: [
            ("elements changed", Double(flat.changed)), ("gradients compared", Double(flat.report.compared)),
            ("largest gradient error", flat.report.passed ? flat.report.largestRelativeError : .infinity),
        ], goal: "flatten and its inverse are exact; a whole network's gradients are right to 1e-7",
        met: flat.changed == 0 && flat.report.passed && flat.report.largestRelativeError <= 1e-7)
}

/// Tells how it works.
func tellWays(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("Forwards (A3.2.2-1 and 2)")
    var random = Random(seed: seed)
    let network = networkWithPooling(true, random: &random)
    let rows = network.summaryRows(for: [1, 28, 28, 1])
    story.tell(
        """
        Convolution, activation, pooling, and once more; then flattened into a row, for a fully connected layer. The maps \
        become smaller and more: from where to what. The table above is what the network says of itself.
        """)
    let order = ["Conv2D", "ReLU", "MaxPool2D", "Conv2D", "ReLU", "MaxPool2D", "Flatten", "Dense"]
    let shapes = network.outputShape(for: [1, 28, 28, 1])
    story.claim(
        "A3.2.2-1", "Forward: convolution → activation → pooling → fully connected",
        measured: [
            ("layers", Double(rows.count)), ("parameters", Double(network.parameterCount)),
            ("classes", Double(shapes.last ?? 0)),
        ], goal: "the layers in that order, (3·3·1 + 1)·16 + (3·3·16 + 1)·32 + (7·7·32 + 1)·10 = 20,490 parameters",
        met: rows.map(\.layer) == order && network.parameterCount == 20_490 && shapes == [1, 10])

    story.tell(
        """
        How far does a neuron see? Through a 3×3 window 3 pixels; through another behind it 5; and behind a pooling of 2 \
        each step counts twice. That is the receptive field. It can be computed, and it can be seen: the gradient of one \
        place of a map is zero outside of it. ReLU looks at one number at a time and leaves the field as it is.
        """)
    let fields = [true, false].map { withReLU in
        var random = Random(seed: seed)
        let network = receptiveFieldNetwork(withReLU: withReLU, random: &random)
        return (formula: network.receptiveField.size, seen: measuredField(network, seed: seed))
    }
    try story.show(
        HeatMap(
            title: "What one place of the last map sees: |∂map/∂pixel|", xLabel: "column", yLabel: "row",
            values: (0..<24).map { row in (0..<24).map { fields[0].seen.gradient[row, $0] } }), named: "receptive-field")
    story.claim(
        "A3.2.2-2", "ReLU adds non-linearity and leaves the receptive field as it is",
        measured: [
            ("rows by formula", Double(fields[0].formula.rows)), ("columns by formula", Double(fields[0].formula.columns)),
            ("rows with ReLU", Double(fields[0].seen.size.rows)), ("columns with ReLU", Double(fields[0].seen.size.columns)),
            ("rows without", Double(fields[1].seen.size.rows)), ("columns without", Double(fields[1].seen.size.columns)),
        ], goal: "the field of the gradients is that of the formula, with ReLU and without",
        met: fields.allSatisfy { $0.seen.size == $0.formula } && fields[0].formula == fields[1].formula)

    story.heading("Backwards (A3.2.2-3)")
    let gradients = checkConvolutionGradients(seed: seed)
    story.tell(
        """
        A weight of a kernel is used at every place, so its gradient is a sum over all of them; and a pixel is seen through \
        every tap of the window. Every number of every gradient of the chapter's layers is held against central \
        differences.
        """)
    for failure in gradients.failed { story.show(failure) }
    story.claim(
        "A3.2.2-3", "Backpropagation updates the weights",
        measured: [("compared", Double(gradients.compared)), ("largest relative error", gradients.largestError)],
        goal: "≤ 1e-7: convolution, transposed convolution, pooling, upsampling, normalization",
        met: gradients.failed.isEmpty && gradients.largestError <= 1e-7)
}

/// Opens the box of a network whose type is not known here.
private func measuredField(_ network: some LocalLayer<Double>, seed: UInt64) -> (gradient: Tensor<Double>, size: Size2D) {
    fieldOfGradients(network, seed: seed)
}

/// A feature map as pixels: zero is grey, what is positive lighter, what is negative darker.
func mapPicture(_ map: Tensor<Float>, rows: Int, columns: Int) -> PixelImage {
    let largest = max(Double(map.maximum()), -Double(map.minimum()), 1e-9)
    return PixelImage(
        width: columns, height: rows, intensities: map.scalars.map { Double($0) }, range: -largest...largest)
}
