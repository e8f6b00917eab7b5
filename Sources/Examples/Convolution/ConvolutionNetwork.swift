// How a convolutional network works: the forward pass, how far it sees, the backward pass. (A3.2.2-1 to 3)

import Convolution
import Figures

// MARK: - 3.2.2 The receptive field

/// Four windows one after the other, with an activation behind two of them. Every weight is positive, so that no two paths
/// cancel.
func receptiveFieldNetwork(
    _ activation: some LocalLayer<Double>, random: inout Random
) -> some LocalLayer<Double> {
    var network = Sequential {
        Conv2D<Double>(1, 3, kernel: 3, random: &random)
        activation
        AveragePool2D<Double>(2)
        Conv2D<Double>(3, 2, kernel: 3, random: &random)
        activation
        Conv2D<Double>(2, 1, kernel: [1, 3], dilation: [1, 2], random: &random)
    }
    for parameter in network.parameters {
        network[keyPath: parameter.path] = map(network[keyPath: parameter.path]) { $0.magnitude }
    }
    return network
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
        for parameter in layer.parameters {
            layer[keyPath: parameter.path] += random.normal(layer[keyPath: parameter.path].shape) * 0.3
        }
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

/// Tells how the whole works.
func tellNetwork(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("The forward pass (A3.2.2-1 and 2)")
    var random = Random(seed: seed)
    let network = imageNetwork(size: (28, 28), maps: (16, 32), classes: 10, dropout: nil, random: &random)
    let rows = network.summaryRows(for: [1, 28, 28, 1])
    story.tell(
        """
        Convolution, activation, pooling, and the same again; then everything is flattened into a row, for a fully \
        connected layer. The maps become smaller, and there are more of them: from where to what. The parameters are \
        (3·3·1 + 1)·16 + (3·3·16 + 1)·32 + (7·7·32 + 1)·10 = 20,490. `summary` lists the layers:
        """)
    story.show(network.summary(inputShape: [28, 28, 1]))
    let order = ["Conv2D", "ReLU", "MaxPool2D", "Conv2D", "ReLU", "MaxPool2D", "Flatten", "Dense"]
    let shapes = network.outputShape(for: [1, 28, 28, 1])
    story.claim(
        "A3.2.2-1", "Forward: convolution → activation → pooling → fully connected",
        measured: [
            ("layers", Double(rows.count)), ("layers in that order", Double(zip(rows, order).count { $0.layer == $1 })),
            ("parameters", Double(network.parameterCount)), ("classes", Double(shapes.reduce(1, *))),
        ],
        goals: [
            .equal("layers", .number(Double(order.count))), .equal("layers in that order", "layers"),
            .equal("parameters", 20_490), .equal("classes", 10),
        ])

    story.tell(
        """
        How far does a neuron see? Through a 3×3 window 3 pixels; through a second one after it 5; and after a pooling \
        of 2 each step counts twice. That is the receptive field. It can be computed, and it can be seen: the gradient \
        of one place of a map is zero outside it. ReLU looks at one number at a time and leaves the field unchanged.
        """)
    func field(
        _ activation: some LocalLayer<Double>
    ) -> (formula: Size2D, seen: (gradient: Tensor<Double>, size: Size2D)) {
        var random = Random(seed: seed)
        let network = receptiveFieldNetwork(activation, random: &random)
        return (network.receptiveField.size, fieldOfGradients(network, seed: seed))
    }
    let fields = [field(ReLU<Double>()), field(Identity<Double>())]
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
            ("rows by formula, without", Double(fields[1].formula.rows)),
            ("columns by formula, without", Double(fields[1].formula.columns)),
        ],
        goals: ["rows", "columns"].flatMap { axis -> [Goal] in
            ["with ReLU", "without", "by formula, without"].map { .equal("\(axis) \($0)", "\(axis) by formula") }
        })

    story.heading("The backward pass (A3.2.2-3)")
    let gradients = checkConvolutionGradients(seed: seed)
    story.tell(
        """
        A weight of a kernel is used at every place, so its gradient is a sum over all of them; and a pixel is seen \
        through every tap of the window. Every number of every gradient of the chapter's layers is checked against \
        central differences.
        """)
    for failure in gradients.failed { story.show(failure) }
    story.claim(
        "A3.2.2-3", "Backpropagation updates the weights",
        measured: [
            ("compared", Double(gradients.compared)), ("checks that fail", Double(gradients.failed.count)),
            ("largest relative error", gradients.largestError),
        ], goals: [.equal("checks that fail", 0), .atMost("largest relative error", 1e-7)])
}
