// The backward pass through time: the sum over the steps, and what becomes of a gradient that is multiplied at each of them.
// (A3.3.2-2, A3.3.3-1, A3.3.3-2)

import Figures
import LSTM

// MARK: - A3.3.2-2 Every step's share

/// What was found about backpropagation through time.
struct ThroughTimeStudy {
    /// How many gradients were compared with the change of the output, and the largest relative error.
    let compared: Int
    let largestError: Double
    let failures: [String]
    /// The largest difference between the gradient of the whole loss and the sum of those of each step's loss.
    let sumOfSteps: Double
    /// The largest difference between what truncation leaves out and the part that goes through the state where it cuts.
    let cutTerms: Double
    /// The norm of what is left out, as a share of the whole gradient's.
    let cutShare: Double
}

/// Checks gradients over whole sequences, takes the loss apart into its steps, and cuts a sequence in the middle.
func studyThroughTime(seed: UInt64) -> ThroughTimeStudy {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([7, 3, 2])
    let reports = [
        checkGradients(of: Unfolded(RNNCell<Double>(2, 4, random: &random)), at: x),
        checkGradients(of: Unfolded(GRUCell<Double>(2, 4, random: &random)), at: x),
        checkGradients(
            of: Sequential {
                Bidirectional(
                    forwards: GRUCell<Double>(2, 3, random: &random), backwards: GRUCell<Double>(2, 3, random: &random))
                Unfolded(RNNCell<Double>(6, 4, random: &random))
                LastStep<Double>()
                Dense<Double>(4, 2, random: &random)
            }, at: x),
    ]

    let (time, units) = (12, 6)
    let network = Unfolded(GRUCell<Double>(3, units, random: &random))
    let (inputs, g): (Tensor<Double>, Tensor<Double>) = (random.normal([time, 4, 3]), random.normal([time, 4, units]))
    let whole = network.forward(inputs, from: nil)
    let gradient = whole.backward(g, nil).layer
    let shares = (0..<time).map { step in
        var only = Tensor<Double>(zeros: g.shape)
        only[step] = g[step]
        return whole.backward(only, nil).layer
    }

    let half = time / 2
    let early = network.forward(inputs[0..<half], from: nil)
    let late = network.forward(inputs[half..<time], from: early.state)
    let lateGradients = late.backward(g[half..<time], nil)
    let truncated = total([early.backward(g[0..<half], nil).layer, lateGradients.layer])
    let cut = early.backward(nil, lateGradients.state).layer
    return ThroughTimeStudy(
        compared: reports.reduce(0) { $0 + $1.compared }, largestError: reports.map(\.largestRelativeError).max()!,
        failures: reports.filter { !$0.passed }.map { "\($0)" }, sumOfSteps: largestDifference(gradient, total(shares)),
        cutTerms: largestDifference(gradient, total([truncated, cut])),
        cutShare: cut.parameterNorm / gradient.parameterNorm)
}

// MARK: - A3.3.3-1 Vanishing and exploding

/// A plain cell whose recurrent weights are ρ times an orthogonal matrix: of every eigenvalue the magnitude is ρ.
func cell(
    spectralRadius ρ: Double, _ activation: RNNCell<Double>.Activation, hidden: Int, random: inout Random
) -> RNNCell<Double> {
    var cell = RNNCell<Double>(1, hidden, activation: activation, random: &random)
    cell.weights.recurrent *= ρ
    return cell
}

/// ‖∂h_T/∂h_t‖ for T − t = 0, 1, 2, … for one spectral radius, of the linear cell and of the one with tanh.
struct DecayStudy {
    let spectralRadius: Double
    let linear: [Double]
    let tanh: [Double]

    /// The slope of the logarithm of the linear cell's norms, by least squares.
    var rate: Double {
        let mean = Double(linear.count - 1) / 2
        let squares = linear.indices.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return linear.indices.reduce(0) { $0 + (Double($1) - mean) * Double.log(linear[$1]) } / squares
    }
}

/// Measures how a gradient fares in the backward pass over a number of steps.
func studyDecay(seed: UInt64, radii: [Double] = [0.5, 1, 1.5], steps: Int = 50, hidden: Int = 32) -> [DecayStudy] {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([steps, 1, 1])
    return radii.map { ρ in
        DecayStudy(
            spectralRadius: ρ,
            linear: Unfolded(cell(spectralRadius: ρ, .identity, hidden: hidden, random: &random)).stateGradientNorms(x),
            tanh: Unfolded(cell(spectralRadius: ρ, .tanh, hidden: hidden, random: &random)).stateGradientNorms(x))
    }
}

/// One unit that goes fifteen steps without any input, h ← tanh(u·h + b) from h = 0.5; h = 0.5 is wanted at the end.
struct CliffUnit {
    private var network: Unfolded<RNNCell<Double>>
    private static let silence = Tensor<Double>(zeros: [15, 1, 1])
    private static let start = Tensor<Double>([[0.5]])
    static let learningRate = 0.02

    init(u: Double, b: Double) {
        let weights = RecurrentWeights<Double>(input: Tensor([[0]]), recurrent: Tensor([[u]]), bias: Tensor([b]))
        network = Unfolded(RNNCell(weights: weights))
    }

    var u: Double { network.cell.weights.recurrent.scalar }
    var b: Double { network.cell.weights.bias.scalar }
    var loss: Double { lossAndGradient().loss }

    func lossAndGradient() -> (loss: Double, gradient: Unfolded<RNNCell<Double>>) {
        let (_, state, backward) = network.forward(Self.silence, from: Self.start)
        let (loss, stateGradient) = meanSquaredError(state, Self.start)
        return (loss, backward(nil, stateGradient).layer)
    }

    /// Gradient descent from here: where it leads, and the longest step.
    func descend(steps: Int, clippedAt limit: Double?) -> (path: [CliffUnit], longestStep: Double) {
        var (unit, path, longest) = (self, [self], 0.0)
        var optimizer = GradientDescent(for: network, learningRate: Self.learningRate)
        for _ in 0..<steps {
            var gradient = unit.lossAndGradient().gradient
            if let limit { gradient.clip(norm: limit) }
            optimizer.update(&unit.network, along: gradient)
            longest = max(longest, Self.learningRate * gradient.parameterNorm)
            path.append(unit)
        }
        return (path, longest)
    }
}

// MARK: - A3.3.3-2 Gates

/// ‖∂h_T/∂s_t‖ over some steps for four fresh cells and two that are set to keep.
struct GateStudy {
    let curves: [(name: String, norms: [Double])]

    /// How many powers of ten a curve moves away from its first number at most, down or up.
    func decades(_ name: String) -> Double {
        let norms = curves.first { $0.name == name }!.norms
        return norms.map { (Double.log($0 / norms[0]) / Double.log(10)).magnitude }.max()!
    }
}

/// Compares the cells over `steps` steps of random input. The gates that keep are opened by their bias alone: with
/// ln(steps − 1) a gate is 1 − 1/steps without other input, so that what is kept fades in about as many steps as there are
/// (Tallec & Ollivier 2018, "Can recurrent neural networks warp time?").
func studyGates(seed: UInt64, steps: Int = 100, hidden: Int = 32) -> GateStudy {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([steps, 1, 1])
    let keeping = Double.log(Double(steps - 1))
    var gated = GRUCell<Double>(1, hidden, random: &random)
    let freshGated = Unfolded(gated).stateGradientNorms(x)
    gated.update.bias = Tensor(repeating: keeping, shape: [hidden])
    let plain = cell(spectralRadius: 0.8, .tanh, hidden: hidden, random: &random)
    let freshLSTM = LSTMCell<Double>(1, hidden, random: &random)
    let keepingLSTM = LSTMCell<Double>(1, hidden, forgetBias: keeping, random: &random)
    return GateStudy(curves: [
        ("RNN", Unfolded(plain).stateGradientNorms(x)), ("GRU", Unfolded(gated).stateGradientNorms(x)),
        ("LSTM", Unfolded(keepingLSTM).stateGradientNorms(x)), ("fresh GRU", freshGated),
        ("fresh LSTM", Unfolded(freshLSTM).stateGradientNorms(x)),
    ])
}

// MARK: - Told

func tellThroughTime(_ story: Story) {
    story.heading("Back through time (A3.3.2-2)")
    let study = studyThroughTime(seed: story.options.seed)
    for failure in study.failures { story.tell(failure) }
    story.tell(
        """
        All steps have the same weights, and each contributes to their gradient. Gradients over whole sequences are \
        checked against the change of the output. The gradient of the whole loss is the sum of the gradients of each \
        step's contribution to it. And if a sequence of 12 steps is cut in two, with the state handed on but not the \
        gradient (truncated backpropagation through time), then what is missing is exactly the part that would have come \
        back through the state at the cut: here its norm is \(Story.text(study.cutShare * 100)) % of the whole \
        gradient's.
        """)
    story.claim(
        "A3.3.2-2", "Backpropagation through time sums every step's share",
        measured: [
            ("compared", Double(study.compared)), ("checks that fail", Double(study.failures.count)),
            ("largest relative error", study.largestError),
            ("difference from the sum over steps", study.sumOfSteps), ("difference from the cut terms", study.cutTerms),
            ("share that is cut", study.cutShare),
        ],
        goals: [
            .equal("checks that fail", 0), .atMost("largest relative error", 1e-7),
            .atMost("difference from the sum over steps", 1e-12), .atMost("difference from the cut terms", 1e-12),
        ])
}

func tellDecay(_ story: Story) throws {
    story.heading("Vanishing and exploding gradients (A3.3.3-1)")
    let studies = studyDecay(seed: story.options.seed, steps: story.options.full ? 200 : 50)
    story.tell(
        """
        How much does the last state depend on an earlier one? In the backward pass a gradient is multiplied at each \
        step by the recurrent weights. Here their eigenvalues all have the magnitude ρ. In a linear cell the norm \
        changes as ρ to the power of the number of steps: with ρ = 0.5 it vanishes, with 1.5 it explodes. A cell with \
        tanh makes every gradient smaller than that, so that it vanishes with ρ = 1 too, and with 1.5 grows more slowly.
        """)
    try story.show(
        LineChart(
            title: "How strongly the last state depends on earlier ones", xLabel: "steps back", yLabel: "norm of ∂h_T/∂h_t",
            series: studies.flatMap { study in
                [
                    LineChart.Series("linear, radius \(study.spectralRadius)", study.linear),
                    LineChart.Series("tanh, radius \(study.spectralRadius)", study.tanh),
                ]
            }, yScale: .logarithmic), named: "decay")
    story.show(
        TextTable(
            columns: ["ρ", "ln ρ", "rate, linear", "after the last step: linear", "tanh"],
            rows: studies.map { study in
                [
                    "\(study.spectralRadius)", Story.text(Double.log(study.spectralRadius)), Story.text(study.rate),
                    Story.text(study.linear.last!), Story.text(study.tanh.last!),
                ]
            }))
    try tellCliff(story)
    let (clipped, unclipped) = (cliff.descend(steps: 1, clippedAt: 1), cliff.descend(steps: 1, clippedAt: nil))
    let off = studies.map { study in
        // Of ρ = 1 the logarithm is 0, and so must the rate be.
        let theory = Double.log(study.spectralRadius)
        return (study.rate - theory).magnitude / max(theory.magnitude, 0.05)
    }.max()!
    story.claim(
        "A3.3.3-1", "Gradients vanish or explode through repeated multiplication",
        measured: [
            ("rate at 0.5", studies[0].rate), ("rate at 1", studies[1].rate), ("rate at 1.5", studies[2].rate),
            ("largest relative distance from theory", off),
            ("gradient at the cliff", cliff.lossAndGradient().gradient.parameterNorm),
            ("step without clipping", unclipped.longestStep), ("step with clipping", clipped.longestStep),
            ("loss before", cliff.loss), ("loss after a clipped step", clipped.path[1].loss),
        ],
        // The gradient is clipped to norm 1, so that the length of the step is the learning rate.
        goals: [
            .atMost("largest relative distance from theory", .percent(5)),
            .equal("step with clipping", .number(CliffUnit.learningRate), within: 2e-11),
            .above("step without clipping", .times(100, of: "step with clipping")),
            .below("loss after a clipped step", "loss before"),
        ])
}

/// Where the gradient of the unit is largest, near to the edge.
private let cliff = CliffUnit(u: 2, b: -0.4514)

private func tellCliff(_ story: Story) throws {
    let (clipped, unclipped) = (cliff.descend(steps: 1, clippedAt: 1), cliff.descend(steps: 1, clippedAt: nil))
    let offsets = (0..<160).map { -0.9 + 0.9 * Double($0) / 159 }
    story.tell(
        """
        What an exploding gradient does: a single unit repeats h ← tanh(u·h + b) fifteen times from h = 0.5, and should \
        end at 0.5. It ends near −1 or near +1, and at the value of b where one changes into the other the loss has a \
        cliff. There the gradient has norm \(Story.text(cliff.lossAndGradient().gradient.parameterNorm)), and a step of \
        gradient descent with η = 0.02 throws u from 2 to \(Story.text(unclipped.path[1].u)), where tanh is flat and no \
        gradient leads back. With the gradient clipped to norm 1 the step has length \(Story.text(clipped.longestStep)), \
        in the same direction, and the loss falls from \(Story.text(cliff.loss)) to \(Story.text(clipped.path[1].loss)).
        """)
    try story.show(
        LineChart(
            title: "A cliff: the loss of one unit after fifteen steps (u = 2)", xLabel: "b", yLabel: "loss",
            series: [LineChart.Series("loss", x: offsets, y: offsets.map { CliffUnit(u: 2, b: $0).loss })]), named: "cliff")
}

func tellGates(_ story: Story) throws {
    story.heading("Gates keep (A3.3.3-2)")
    let steps = story.options.full ? 500 : 100
    let study = studyGates(seed: story.options.seed, steps: steps)
    story.tell(
        """
        The same measurement over \(steps) steps for three cells of 32 units. The plain one has recurrent weights with ρ \
        = 0.8. In the GRU the update gate decides how much of the state is kept, in the LSTM the forget gate. Both are \
        set to keep by their bias, ln \(steps - 1) = \(Story.text(Double.log(Double(steps - 1)))): without other input a \
        gate is then \(Story.text(1 - 1 / Double(steps))), and what is kept fades in about \(steps) steps. All other \
        weights are fresh. Gates do not open by themselves: a fresh GRU and a fresh LSTM, with biases of 0 and 1, are \
        plotted too. But opening them can be learned, and the plain cell has nothing like it.
        """)
    try story.show(
        LineChart(
            title: "How strongly the last state depends on earlier ones", xLabel: "steps back", yLabel: "norm of ∂h_T/∂s_t",
            series: study.curves.map { LineChart.Series($0.name, $0.norms) }, yScale: .logarithmic), named: "gates")
    story.show(
        TextTable(
            columns: ["cell", "first norm", "after \(steps) steps", "decades"],
            rows: study.curves.map { curve in
                [
                    curve.name, Story.text(curve.norms[0]), Story.text(curve.norms.last!),
                    Story.text(study.decades(curve.name)),
                ]
            }))
    story.claim(
        "A3.3.3-2", "LSTM and GRU gates keep long dependencies",
        measured: [
            ("RNN decades", study.decades("RNN")), ("GRU decades", study.decades("GRU")),
            ("LSTM decades", study.decades("LSTM")), ("fresh GRU decades", study.decades("fresh GRU")),
            ("fresh LSTM decades", study.decades("fresh LSTM")),
        ], goals: [.atMost("GRU decades", 2), .atMost("LSTM decades", 2), .atLeast("RNN decades", 10)])
}
