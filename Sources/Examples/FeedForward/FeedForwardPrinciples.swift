// What a feedforward network is and how it learns, measured. (A3.1-1 to A3.1.2-6)
//
// Each function measures one claim; `tellPrinciples` tells them in the chapter's order.

import Datasets
import FeedForward
import Figures

// MARK: - 3.1 One way only

/// How many of the digits get a different output, in any bit, with others than alone: in a batch, in another order, after
/// other inputs.
func rowsThatDependOnOthers(seed: UInt64) -> (rows: Int, dependent: Int) {
    var random = Random(seed: seed)
    let images = Digits.load().inputs.reshaped([-1, 64])[0..<200]
    let network = Sequential {
        Dense(64, 48, random: &random)
        Tanh()
        Dense(48, 10, random: &random)
    }
    let alone = (0..<200).map { network(images[$0..<$0 + 1]) }
    let order = random.permutation(200)
    let together = network(images)
    let shuffled = network(images.gathered(rows: order))
    var dependent = Set<Int>()
    for row in 0..<200 where together[row] != alone[row][0] { dependent.insert(row) }
    for (place, row) in order.enumerated() where shuffled[place] != alone[row][0] { dependent.insert(row) }
    return (200, dependent.count)
}

// MARK: - 3.1.1 Structure

/// A network on the four measurements of iris flowers with 0, 1 or 3 hidden layers.
func irisNetwork<Scalar: TensorScalar>(
    hiddenLayers: Int, _: Scalar.Type, random: inout Random
) -> any Layer<Scalar> {
    switch hiddenLayers {
    case 0:
        Sequential { Dense<Scalar>(4, 3, random: &random) }
    case 1:
        Sequential {
            Dense<Scalar>(4, 8, random: &random)
            Tanh<Scalar>()
            Dense<Scalar>(8, 3, random: &random)
        }
    default:
        Sequential {
            Dense<Scalar>(4, 8, random: &random)
            Tanh<Scalar>()
            Dense<Scalar>(8, 8, random: &random)
            Tanh<Scalar>()
            Dense<Scalar>(8, 8, random: &random)
            Tanh<Scalar>()
            Dense<Scalar>(8, 3, random: &random)
        }
    }
}

/// Trains a classifier on all examples at once.
///
/// - Returns: the trained network, and the loss before the first and after the last step.
func trainClassifier<Network: Layer>(
    _ network: Network, on data: Labeled<Float, [Int]>, steps: Int, learningRate: Double = 0.02
) -> (network: Network, before: Double, after: Double) where Network.Scalar == Float {
    var network = network
    var optimizer = Adam(for: network, learningRate: learningRate)
    var losses = [Double]()
    for _ in 0..<steps {
        let (logits, backward) = network.forward(data.inputs)
        let (loss, logitsGradient) = softmaxCrossEntropy(logits, data.labels)
        let gradient = backward(logitsGradient).layer
        optimizer.update(&network, along: gradient)
        losses.append(Double(loss))
    }
    return (network, losses[0], Double(softmaxCrossEntropy(network(data.inputs), data.labels).loss))
}

/// The iris flowers, every measurement with mean 0 and deviation 1, a third set aside for testing.
func standardizedIris(_ random: inout Random) -> (training: Labeled<Float, [Int]>, test: Labeled<Float, [Int]>) {
    let (training, test) = Iris.load().stratifiedSplit(testFraction: 1 / 3, shuffledBy: &random)
    let standardizer = Standardizer(fit: training.inputs)
    return (training.mapInputs { standardizer.apply($0) }, test.mapInputs { standardizer.apply($0) })
}

// MARK: - 3.1.2 How it works

/// A network small enough to work by hand: x = (1, 2), three hidden ReLU neurons, one output.
///
/// h₁ = max(0, 1·0.5 + 2·0.25 + 0) = 1, h₂ = max(0, 1·(−1) + 2·1 + 0.5) = 1.5, h₃ = max(0, 1·1 − 2·1 + 0) = 0,
/// y = 1·2 − 1.5·1 + 0·7 + 0.25 = 0.75.
func handWorkedOutput() -> (byHand: Double, computed: Double) {
    let network = Sequential {
        Dense<Double>(weight: Tensor([[0.5, -1, 1], [0.25, 1, -1]]), bias: Tensor([0, 0.5, 0]))
        ReLU<Double>()
        Dense<Double>(weight: Tensor([[2], [-1], [7]]), bias: Tensor([0.25]))
    }
    return (0.75, network(Tensor([[1, 2]])).scalar)
}

/// How many parameters of a fresh network have no gradient, and how many do not move in one step of training.
func parametersAtRest(seed: UInt64) -> (parameters: Int, withoutGradient: Int, unmoved: Int) {
    var random = Random(seed: seed)
    let data = standardizedIris(&random).training
    var network = Sequential {
        Dense(4, 8, random: &random)
        Tanh()
        Dense(8, 3, random: &random)
    }
    let fresh = network
    var optimizer = GradientDescent(for: network, learningRate: 0.1)
    let (logits, backward) = network.forward(data.inputs)
    let gradient = backward(softmaxCrossEntropy(logits, data.labels).gradient).layer
    optimizer.update(&network, along: gradient)
    var (withoutGradient, unmoved) = (0, 0)
    for parameter in network.parameters {
        withoutGradient += gradient[keyPath: parameter.path].scalars.count { $0 == 0 }
        unmoved += zip(network[keyPath: parameter.path].scalars, fresh[keyPath: parameter.path].scalars)
            .count { $0 == $1 }
    }
    return (network.parameterCount, withoutGradient, unmoved)
}

/// How far three layers without activations are from the one affine map that their weights compose.
func distanceToOneAffineMap(seed: UInt64) -> Double {
    var random = Random(seed: seed)
    var layers = (
        Dense<Double>(5, 7, random: &random), Dense<Double>(7, 6, random: &random), Dense<Double>(6, 3, random: &random)
    )
    layers.0.bias = random.normal([7])
    layers.1.bias = random.normal([6])
    layers.2.bias = random.normal([3])
    let network = Sequential {
        layers.0
        layers.1
        layers.2
    }
    // (x·W₁ + b₁)·W₂ + b₂ = x·(W₁·W₂) + (b₁·W₂ + b₂), and once more.
    let weight = layers.0.weight • layers.1.weight • layers.2.weight
    let bias =
        (layers.0.bias.reshaped([1, 7]) • layers.1.weight + layers.1.bias) • layers.2.weight + layers.2.bias
    let inputs: Tensor<Double> = random.normal([20, 5])
    return network(inputs).maximumDifference(from: inputs • weight + bias)
}

/// The four cases of exclusive or: true if exactly one of the two inputs is.
let exclusiveOr = (
    inputs: Tensor<Float>([[0, 0], [0, 1], [1, 0], [1, 1]]), labels: [0, 1, 1, 0]
)

/// Trains two layers on XOR, with a tanh between them and without.
func trainOnExclusiveOr(seed: UInt64) -> (with: any Layer<Float>, without: any Layer<Float>) {
    var random = Random(seed: seed)
    let data = Labeled(inputs: exclusiveOr.inputs, labels: exclusiveOr.labels)
    let with = Sequential {
        Dense(2, 8, random: &random)
        Tanh()
        Dense(8, 2, random: &random)
    }
    let without = Sequential {
        Dense(2, 8, random: &random)
        Dense(8, 2, random: &random)
    }
    return (trainClassifier(with, on: data, steps: 500).network, trainClassifier(without, on: data, steps: 500).network)
}

/// The gradient with respect to the score z of a sigmoid whose answer should be 1, for both losses.
func saturation(at z: Double) -> (meanSquaredError: Double, crossEntropy: Double) {
    let (score, target) = (Tensor<Double>([[z]]), Tensor<Double>([[1]]))
    var sigmoid = Sigmoid<Double>()
    let (probability, backward) = sigmoid.forward(score)
    return (
        backward(FeedForward.meanSquaredError(probability, target).gradient).input.scalar,
        binaryCrossEntropy(logits: score, target).gradient.scalar
    )
}

/// The largest relative error of any gradient of any layer and loss of the chapter, and how many numbers were compared.
func checkAllGradients(seed: UInt64) -> (compared: Int, largestError: Double, failed: [String]) {
    var random = Random(seed: seed)
    let input: Tensor<Double> = random.normal([5, 4])
    var reports: [(String, GradientReport)] = []
    func check(_ layer: some Layer<Double>) {
        reports.append((String(describing: type(of: layer)), checkGradients(of: layer, at: input)))
    }
    var dense = Dense<Double>(4, 3, random: &random)
    dense.bias = random.normal([3])
    check(dense)
    check(Sigmoid<Double>())
    check(Tanh<Double>())
    check(ReLU<Double>())
    check(LeakyReLU<Double>())
    check(GELU<Double>())
    check(Softplus<Double>())
    check(Softmax<Double>())
    check(Dropout<Double>(0.4, random: &random))
    check(
        Sequential {
            Dense<Double>(4, 6, random: &random)
            Tanh<Double>()
            Dense<Double>(6, 5, random: &random)
            GELU<Double>()
            Dense<Double>(5, 3, random: &random)
        })
    let targets: Tensor<Double> = random.uniform([5, 4], in: 0.1..<0.9)
    let probabilities: Tensor<Double> = random.uniform([5, 4], in: 0.1..<0.9)
    let labels = [0, 3, 1, 1, 2]
    reports.append(("meanSquaredError", checkGradients(at: input) { meanSquaredError($0, targets) }))
    reports.append(("huberLoss", checkGradients(at: input) { huberLoss($0, targets) }))
    reports.append(("softmaxCrossEntropy", checkGradients(at: input) { softmaxCrossEntropy($0, labels) }))
    reports.append(("binaryCrossEntropy", checkGradients(at: input) { binaryCrossEntropy(logits: $0, targets) }))
    reports.append(
        ("binaryCrossEntropy", checkGradients(at: probabilities) { binaryCrossEntropy(probabilities: $0, targets) }))
    return (
        reports.reduce(0) { $0 + $1.1.compared }, reports.map(\.1.largestRelativeError).max() ?? 0,
        reports.filter { !$0.1.passed }.map { "\($0.0): \($0.1)" }
    )
}

/// The factor by which each step of gradient descent shrinks the distance to the minimum of ½(λ₁w₁² + λ₂w₂²): measured, and
/// predicted as |1 − ηλ|.
func quadraticRates(learningRate: Double, curvatures: [Double] = [1, 10]) -> [(measured: Double, theory: Double)] {
    var bowl = Dense<Double>(weight: Tensor([[1, 1]]), bias: Tensor([0, 0]))
    var optimizer = GradientDescent(for: bowl, learningRate: learningRate)
    let steps = 20
    for _ in 0..<steps {
        let gradient = Dense(weight: bowl.weight * Tensor(curvatures), bias: Tensor(zeros: [2]))
        optimizer.update(&bowl, along: gradient)
    }
    return curvatures.indices.map { axis in
        var measured = bowl.weight[0, axis].magnitude
        // The twentieth root, by bisection of a rising function.
        var (low, high) = (0.0, 2.0)
        while high - low > 1e-15 && (low + high) / 2 != low && (low + high) / 2 != high {
            let middle = (low + high) / 2
            if (0..<steps).reduce(1.0, { power, _ in power * middle }) < measured { low = middle } else { high = middle }
        }
        measured = (low + high) / 2
        return (measured, (1 - learningRate * curvatures[axis]).magnitude)
    }
}

/// The loss on the digits after every epoch, for each optimizer from the same start with the same batches.
func optimizerCurves(seed: UInt64, epochs: Int) -> [(name: String, losses: [Double])] {
    let digits = Digits.load().mapInputs { $0.reshaped([-1, 64]) }
    func curve<O: Optimizer<DigitNetwork>>(
        _ name: String, _ make: (DigitNetwork) -> O
    ) -> (name: String, losses: [Double]) {
        var random = Random(seed: seed)
        var network = digitNetwork(&random)
        var optimizer = make(network)
        var losses = [Double(softmaxCrossEntropy(network(digits.inputs), digits.labels).loss)]
        for _ in 0..<epochs {
            for batch in digits.batches(of: 32, shuffledBy: &random) {
                let (logits, backward) = network.forward(batch.inputs)
                let (_, logitsGradient) = softmaxCrossEntropy(logits, batch.labels)
                let gradient = backward(logitsGradient).layer
                optimizer.update(&network, along: gradient)
            }
            losses.append(Double(softmaxCrossEntropy(network(digits.inputs), digits.labels).loss))
        }
        return (name, losses)
    }
    return [
        curve("gradient descent", { GradientDescent(for: $0, learningRate: 0.05) }),
        curve("momentum", { Momentum(for: $0, learningRate: 0.05) }),
        curve("Nesterov", { Nesterov(for: $0, learningRate: 0.05) }),
        curve("RMSProp", { RMSProp(for: $0, learningRate: 0.001) }),
        curve("Adam", { Adam(for: $0, learningRate: 0.005) }),
        curve("AdamW", { AdamW(for: $0, learningRate: 0.005, weightDecay: 0.1) }),
    ]
}

private typealias DigitNetwork = Sequential<Composition<Composition<Dense<Float>, Tanh<Float>>, Dense<Float>>>

private func digitNetwork(_ random: inout Random) -> DigitNetwork {
    Sequential {
        Dense(64, 32, random: &random)
        Tanh()
        Dense(32, 10, random: &random)
    }
}

// MARK: - Told

func tellPrinciples(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("One way only (A3.1-1)")
    let rows = rowsThatDependOnOthers(seed: seed)
    story.tell(
        """
        The output depends on the present input alone: each of \(rows.rows) digits is passed through the network alone, \
        in a batch, and in another order. Not a single bit may differ.
        """)
    story.claim(
        "A3.1-1", "Information moves one way; the output depends on the present input alone",
        measured: [("rows", Double(rows.rows)), ("dependent on others", Double(rows.dependent))],
        goals: [.equal("dependent on others", 0)])

    story.heading("Hidden layers: none, one, three (A3.1.1)")
    try tellStructure(story, seed)
    story.heading("The forward pass (A3.1.2-1 to 3)")
    try tellForward(story, seed)
    story.heading("The loss, and the backward pass (A3.1.2-4 and 5)")
    try tellLossAndGradients(story, seed)
    story.heading("Optimizers (A3.1.2-6)")
    try tellOptimizers(story, seed)
}

private func tellStructure(_ story: Story, _ seed: UInt64) throws {
    var table: [[String]] = []
    var (largestError, failed, falling) = (0.0, 0, 0)
    for hiddenLayers in [0, 1, 3] {
        var random = Random(seed: seed)
        let check = irisNetwork(hiddenLayers: hiddenLayers, Double.self, random: &random)
        let report = checkGradients(of: check, at: random.normal([5, 4]))
        let data = standardizedIris(&random).training
        let training = train(irisNetwork(hiddenLayers: hiddenLayers, Float.self, random: &random), on: data)
        largestError = max(largestError, report.largestRelativeError)
        failed += report.passed ? 0 : 1
        falling += training.after < training.before / 2 ? 1 : 0
        table.append([
            "\(hiddenLayers)", Story.text(training.before), Story.text(training.after),
            Story.text(report.largestRelativeError),
        ])
    }
    story.show(TextTable(columns: ["hidden layers", "loss before", "loss after", "gradient error"], rows: table))
    story.claim(
        "A3.1.1-1", "Input layer, any number of hidden layers, output layer",
        measured: [
            ("largest gradient error", largestError), ("checks that fail", Double(failed)),
            ("losses that fall", Double(falling)),
        ],
        goals: [
            .equal("losses that fall", 3), .equal("checks that fail", 0), .atMost("largest gradient error", 1e-7),
        ])

    var random = Random(seed: seed)
    let (training, test) = standardizedIris(&random)
    let classifier = trainClassifier(
        Sequential {
            Dense(4, 8, random: &random)
            Tanh()
            Dense(8, 3, random: &random)
        }, on: training, steps: 150
    ).network
    let sums = Softmax()(classifier(test.inputs)).sum(along: 1)
    let deviation = Double((sums - 1).scalars.map(\.magnitude).max() ?? .infinity)
    let accuracy = accuracy(classifier(test.inputs), test.labels)
    let regression = diabetesRegression(seed: seed, splits: 1)
    story.claim(
        "A3.1.1-2", "The output's form follows the task: classification or regression",
        measured: [
            ("probability sums off by", deviation), ("iris accuracy", accuracy), ("diabetes R²", regression.network[0]),
        ],
        goals: [
            .atMost("probability sums off by", 1e-5), .atLeast("iris accuracy", .percent(90)), .above("diabetes R²", 0.2),
        ])
}

/// Opens the box of a network whose type is not known here.
private func train(
    _ network: some Layer<Float>, on data: Labeled<Float, [Int]>
) -> (before: Double, after: Double) {
    let result = trainClassifier(network, on: data, steps: 150)
    return (result.before, result.after)
}

private func tellForward(_ story: Story, _ seed: UInt64) throws {
    let worked = handWorkedOutput()
    story.claim(
        "A3.1.2-1", "Forward propagation: weights, bias, activation, layer by layer",
        measured: [("by hand", worked.byHand), ("computed", worked.computed)],
        goals: [.equal("computed", "by hand", within: 1e-12)])
    let rest = parametersAtRest(seed: seed)
    story.claim(
        "A3.1.2-2", "Weights and biases are adjusted by training",
        measured: [
            ("parameters", Double(rest.parameters)), ("without gradient", Double(rest.withoutGradient)),
            ("unmoved", Double(rest.unmoved)),
        ], goals: [.equal("without gradient", 0), .equal("unmoved", 0)])

    story.tell(
        """
        XOR is true if exactly one of its two inputs is. No straight line separates the true cases from the false ones, \
        so a network without activations, which is one affine map however deep it is, gets at most three of four right.
        """)
    let seeds = (0..<UInt64(story.options.full ? 20 : 5)).map { seed &+ $0 }
    let trained = seeds.map { trainOnExclusiveOr(seed: $0) }
    let with = trained.map { accuracy($0.with(exclusiveOr.inputs), exclusiveOr.labels) }
    let without = trained.map { accuracy($0.without(exclusiveOr.inputs), exclusiveOr.labels) }
    let axis = (0..<60).map { -0.5 + 2 * (Float($0) + 0.5) / 60 }
    let grid = Tensor(axis.flatMap { y in axis.map { x in [x, y] } })
    let probability = Softmax()(trained[0].with(grid))
    try story.show(
        ScatterPlot(
            title: "XOR with a hidden layer of tanh neurons", xLabel: "first input", yLabel: "second input",
            series: [
                ScatterPlot.Series("false", x: [0, 1], y: [0, 1]), ScatterPlot.Series("true", x: [0, 1], y: [1, 0]),
            ],
            regions: ScatterPlot.Regions(
                probabilities: (0..<60).map { row in (0..<60).map { Double(probability[row * 60 + $0, 1]) } },
                x: -0.5...1.5, y: -0.5...1.5)), named: "xor")
    let distance = distanceToOneAffineMap(seed: seed)
    story.claim(
        "A3.1.2-3", "Activations bring the non-linearity that lets a network do more",
        measured: [
            ("distance to one affine map", distance), ("best XOR without", without.max()!), ("worst XOR with", with.min()!),
        ],
        goals: [
            .atMost("distance to one affine map", 1e-12), .atMost("best XOR without", .percent(75)),
            .equal("worst XOR with", .percent(100)),
        ])
}

private func tellLossAndGradients(_ story: Story, _ seed: UInt64) throws {
    story.tell(
        """
        A sigmoid that is sure but wrong: its score z is far below zero, but the answer should be 1. The gradient of the \
        mean squared error contains the slope of the sigmoid, which is nearly zero there, so it vanishes; that of the \
        cross-entropy does not.
        """)
    let scores = stride(from: -12.0, through: 2, by: 0.25).map { $0 }
    try story.show(
        LineChart(
            title: "A sigmoid that is sure but wrong", xLabel: "score z (the answer should be 1)", yLabel: "|∂L/∂z|",
            series: [
                LineChart.Series("mean squared error", x: scores, y: scores.map { -saturation(at: $0).meanSquaredError }),
                LineChart.Series("cross-entropy", x: scores, y: scores.map { -saturation(at: $0).crossEntropy }),
            ], yScale: .logarithmic), named: "saturation")
    let wrong = saturation(at: -10)
    let perfect = Double(meanSquaredError(Tensor<Double>([1, 2]), Tensor([1, 2])).loss)
    story.claim(
        "A3.1.2-4", "A loss measures prediction against truth (MSE, cross-entropy)",
        measured: [
            ("MSE of a perfect prediction", perfect), ("MSE gradient at z = -10", wrong.meanSquaredError),
            ("cross-entropy gradient at z = -10", wrong.crossEntropy),
        ],
        // The score is to rise, so both gradients are negative.
        goals: [
            .equal("MSE of a perfect prediction", 0), .below("MSE gradient at z = -10", 0),
            .above("MSE gradient at z = -10", -1e-3), .below("cross-entropy gradient at z = -10", -0.99),
        ])

    let check = checkAllGradients(seed: seed)
    for failure in check.failed { story.tell(failure) }
    story.claim(
        "A3.1.2-5", "Backpropagation finds every weight's gradient",
        measured: [
            ("compared", Double(check.compared)), ("checks that fail", Double(check.failed.count)),
            ("largest relative error", check.largestError),
        ], goals: [.equal("checks that fail", 0), .atMost("largest relative error", 1e-7)])
}

private func tellOptimizers(_ story: Story, _ seed: UInt64) throws {
    let rates = quadraticRates(learningRate: 0.15)
    let curves = optimizerCurves(seed: seed, epochs: story.options.full ? 40 : 12)
    try story.show(
        LineChart(
            title: "Six optimizers on the digits, from one start", xLabel: "epoch", yLabel: "loss (cross-entropy)",
            series: curves.map { LineChart.Series($0.name, $0.losses) }, yScale: .logarithmic), named: "optimizers")
    let falling = curves.count { $0.losses.last! < $0.losses[0] / 2 }
    story.claim(
        "A3.1.2-6", "Optimizers minimize the loss (gradient descent, Adam)",
        measured: [
            ("curvature 1 measured", rates[0].measured), ("curvature 1 theory", rates[0].theory),
            ("curvature 10 measured", rates[1].measured), ("curvature 10 theory", rates[1].theory),
            ("optimizers that halve the loss", Double(falling)),
        ],
        goals: [
            .equal("curvature 1 measured", "curvature 1 theory", within: 1e-9),
            .equal("curvature 10 measured", "curvature 10 theory", within: 1e-9),
            .equal("optimizers that halve the loss", .number(Double(curves.count))),
        ])
}
