// A state, and what it is good for: order and memory; and a check that the unfolded network computes its equations.
// (A3.3-1, A3.3.1-1 to 4)

import Datasets
import Figures
import LSTM

// MARK: - A3.3-1 Order

/// How much the output changes if the same inputs come in another order.
struct OrderStudy {
    let orders: Int
    /// Of the recurrent network, the smallest change of all orders.
    let smallestChange: Double
    /// Of a feedforward network that is given the sum of the inputs, the largest.
    let largestChangeOfSum: Double
}

/// Passes whole numbers, whose sum is the same to the bit in any order, in random orders.
func studyOrder(seed: UInt64, orders: Int = 100) -> OrderStudy {
    var random = Random(seed: seed)
    let recurrent = Sequential {
        Unfolded(GRUCell(3, 16, random: &random))
        LastStep()
        Dense(16, 2, random: &random)
    }
    let feedforward = Sequential {
        Dense(3, 16, random: &random)
        Tanh()
        Dense(16, 2, random: &random)
    }
    let steps = 12
    let inputs = Tensor<Float>((0..<steps).map { _ in (0..<3).map { _ in Float(random.integer(below: 5) - 2) } })
    func outputs(_ order: [Int]) -> (recurrent: Tensor<Float>, sum: Tensor<Float>) {
        let sequence = inputs.gathered(rows: order)
        return (recurrent(sequence.reshaped([steps, 1, 3])), feedforward(sequence.sum(along: 0).reshaped([1, 3])))
    }
    let first = outputs(Array(0..<steps))
    var (smallest, largest) = (Double.infinity, 0.0)
    for _ in 0..<orders {
        let other = outputs(random.permutation(steps))
        smallest = min(smallest, Double((other.recurrent - first.recurrent).norm()))
        largest = max(largest, Double((other.sum - first.sum).norm()))
    }
    return OrderStudy(orders: orders, smallestChange: smallest, largestChangeOfSum: largest)
}

/// A network that tells the parity of the bits so far: two states would do.
typealias ParityNetwork = Sequential<Composition<Unfolded<GRUCell<Float>>, EachStep<Dense<Float>>>>

/// Trains on sequences of 8 bits.
///
/// - Parameter noise: by how much each bit is blurred in training, a standard deviation. Small errors of the state would add
///   up from step to step; with the noise the network has to learn to take them back.
func learnParity(
    seed: UInt64, hidden: Int = 8, steps: Int = 1000, learningRate: Double = 0.02, noise: Float = 0.2
) throws(RunError) -> ParityNetwork {
    var random = Random(seed: seed)
    let network = Sequential {
        Unfolded(GRUCell(1, hidden, random: &random))
        EachStep(Dense(hidden, 2, random: &random))
    }
    return try trainOnSequences(network, steps: steps, learningRate: learningRate, random: &random) { random in
        let (bits, parities) = Parity.make(count: 64, length: 8, random: &random)
        return (bits + random.normal(bits.shape) * noise, { softmaxCrossEntropy($0, parities) })
    }.network
}

/// The accuracy at each step of longer sequences.
func parityAccuracy(of network: ParityNetwork, length: Int, count: Int = 500, random: inout Random) -> [Double] {
    let (bits, parities) = Parity.make(count: count, length: length, random: &random)
    let logits = network(bits)
    return (0..<length).map { accuracy(logits[$0], parities[$0]) }
}

// MARK: - A3.3.1-1, 2 and 4 The recurrence

/// The largest difference between a cell's outputs and its equations, written out in loops over numbers.
func distanceFromRecurrence(seed: UInt64) -> Double {
    var random = Random(seed: seed)
    let (time, inputs, hidden) = (9, 3, 5)
    let x: Tensor<Double> = random.normal([time, 1, inputs])
    let plain = RNNCell<Double>(inputs, hidden, random: &random)
    let gated = GRUCell<Double>(inputs, hidden, random: &random)

    /// x_t·W + b and h·U of one unit.
    func sums(_ w: RecurrentWeights<Double>, _ t: Int, _ h: [Double], _ unit: Int) -> (input: Double, state: Double) {
        (
            (0..<inputs).reduce(w.bias[element: unit]) { $0 + x[t, 0, $1] * w.input[$1, unit] },
            (0..<hidden).reduce(0) { $0 + h[$1] * w.recurrent[$1, unit] }
        )
    }
    func sigmoid(_ z: Double) -> Double { 1 / (1 + Double.exp(-z)) }
    var (h, k) = ([Double](repeating: 0, count: hidden), [Double](repeating: 0, count: hidden))
    let (plainOutputs, gatedOutputs) = (Unfolded(plain)(x), Unfolded(gated)(x))
    var largest = 0.0
    for t in 0..<time {
        h = (0..<hidden).map { unit in
            let sum = sums(plain.weights, t, h, unit)
            return Double.tanh(sum.input + sum.state)
        }
        k = (0..<hidden).map { unit in
            let (reset, update) = (sums(gated.reset, t, k, unit), sums(gated.update, t, k, unit))
            let (r, z) = (sigmoid(reset.input + reset.state), sigmoid(update.input + update.state))
            let candidate = sums(gated.candidate, t, k, unit)
            return (1 - z) * Double.tanh(candidate.input + r * candidate.state) + z * k[unit]
        }
        for unit in 0..<hidden {
            largest = max(largest, (plainOutputs[t, 0, unit] - h[unit]).magnitude)
            largest = max(largest, (gatedOutputs[t, 0, unit] - k[unit]).magnitude)
        }
    }
    return largest
}

/// The sum of gradients, parameter by parameter.
func total<Model: Parameterized>(_ gradients: [Model]) -> Model {
    gradients.dropFirst().reduce(into: gradients[0]) { sum, gradient in sum.add(gradient) }
}

/// The largest difference between two gradients in any number.
func largestDifference<Model: Parameterized<Double>>(_ a: Model, _ b: Model) -> Double {
    a.parameters.map { parameter in
        zip(a[keyPath: parameter.path].scalars, b[keyPath: parameter.path].scalars).reduce(0) {
            max($0, ($1.0 - $1.1).magnitude)
        }
    }.max() ?? 0
}

/// The largest difference between the unfolded network and as many layers as there are steps, each a copy of the cell: of
/// the outputs, and of the gradient of the weights and the sum of the copies' gradients.
func distanceFromCopies(seed: UInt64) -> (outputs: Double, gradients: Double) {
    var random = Random(seed: seed)
    let time = 10
    let cell = GRUCell<Double>(3, 6, random: &random)
    let (x, g): (Tensor<Double>, Tensor<Double>) = (random.normal([time, 4, 3]), random.normal([time, 4, 6]))
    let network = Unfolded(cell)
    let whole = network.forward(x, from: nil)
    var state: Tensor<Double>?
    let layers = (0..<time).map { t in
        let passed = Unfolded(cell).forward(x[t..<t + 1], from: state)
        state = passed.state
        return passed
    }
    let outputs = Tensor.concatenate(layers.map(\.output))
    var stateGradient: Tensor<Double>?
    let gradients = (0..<time).reversed().map { t in
        let back = layers[t].backward(g[t..<t + 1], stateGradient)
        stateGradient = back.state
        return back.layer
    }
    let difference = outputs - whole.output
    return (
        max(difference.maximum().magnitude, difference.minimum().magnitude),
        largestDifference(whole.backward(g, nil).layer, total(gradients))
    )
}

/// The gradient check of the plain cell over a sequence, with each activation.
func checkActivations(seed: UInt64) -> [(name: String, report: GradientReport)] {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([6, 3, 2])
    return [("tanh", RNNCell<Double>.Activation.tanh), ("ReLU", .relu)].map { name, activation in
        (name, checkGradients(of: Unfolded(RNNCell<Double>(2, 5, activation: activation, random: &random)), at: x))
    }
}

// MARK: - A3.3.1-3 Memory

/// How often a linear probe reads out of a state what was shown k steps ago, k = 0, 1, 2, …
///
/// One linear layer with a softmax for each k: they have no weight in common, so it is as many probes trained together.
func probeMemory(
    of cell: some RecurrentCell<Float>, symbols: Int, depth: Int, random: inout Random
) -> [Double] {
    let (time, count) = (depth + 12, 100)
    /// States at the last 12 steps, standardised, and the symbols that were shown up to each.
    func examples() -> (states: Tensor<Float>, shown: [Int]) {
        let tokens = (0..<time).map { _ in (0..<count).map { _ in random.integer(below: symbols) } }
        let states = Unfolded(cell)(Tensor(oneHot: tokens.flatMap { $0 }, classes: symbols).reshaped([time, count, symbols]))
        let steps = depth..<time
        return (
            states[steps].reshaped([-1, cell.hiddenCount]),
            steps.flatMap { t in (0..<count).flatMap { row in (0..<depth).map { tokens[t - $0][row] } } }
        )
    }
    let (training, test) = (examples(), examples())
    let standardizer = Standardizer(fit: training.states)
    var probe = Dense(cell.hiddenCount, depth * symbols, random: &random)
    var optimizer = Adam(for: probe, learningRate: 0.05)
    let schedule = CosineAnnealing(0.05, over: 120)
    let inputs = standardizer.apply(training.states)
    for step in 0..<120 {
        optimizer.learningRate = schedule(step)
        let (scores, backward) = probe.forward(inputs)
        let (_, scoresGradient) = softmaxCrossEntropy(scores.reshaped([-1, symbols]), training.shown)
        let gradient = backward(scoresGradient.reshaped(scores.shape)).layer
        optimizer.update(&probe, along: gradient)
    }
    let read = probe(standardizer.apply(test.states)).reshaped([-1, symbols]).argmax()
    return (0..<depth).map { k in
        let places = stride(from: k, to: read.count, by: depth)
        return Double(places.count { read[$0] == test.shown[$0] }) / Double(test.states.shape[0])
    }
}

/// Teaches a cell to say at each step what was shown `delay` steps before.
func teachEcho<Cell: RecurrentCell<Float>>(
    _ cell: Cell, symbols: Int, delay: Int, steps: Int, random: inout Random
) throws(RunError) -> Cell {
    let network = Sequential {
        Unfolded(cell)
        EachStep(Dense(cell.hiddenCount, symbols, random: &random))
    }
    let time = 3 * delay + 6
    return try trainOnSequences(network, steps: steps, learningRate: 0.01, random: &random) { random in
        let tokens = (0..<time).map { _ in (0..<32).map { _ in random.integer(below: symbols) } }
        let inputs = Tensor<Float>(oneHot: tokens.flatMap { $0 }, classes: symbols).reshaped([time, 32, symbols])
        // The first steps have nothing to say.
        return (inputs, { outputs in
            let (loss, gradient) = softmaxCrossEntropy(outputs[delay..<time], Array(tokens[..<(time - delay)]))
            return (loss, .concatenate([Tensor(zeros: [delay] + outputs.shape.dropFirst()), gradient]))
        })
    }.network.layers.first.cell
}

/// What a probe reads from each cell, before and after it has learned.
struct MemoryStudy {
    let name: String
    let fresh: [Double]
    let taught: [Double]
}

/// Probes three cells of one size.
func studyMemory(
    seed: UInt64, hidden: Int = 32, symbols: Int = 8, depth: Int = 16, delay: Int = 5, steps: Int = 400
) throws(RunError) -> [MemoryStudy] {
    var random = Random(seed: seed)
    func study<Cell: RecurrentCell<Float>>(_ name: String, _ cell: Cell) throws(RunError) -> MemoryStudy {
        let fresh = probeMemory(of: cell, symbols: symbols, depth: depth, random: &random)
        let taught = try teachEcho(cell, symbols: symbols, delay: delay, steps: steps, random: &random)
        return MemoryStudy(
            name: name, fresh: fresh, taught: probeMemory(of: taught, symbols: symbols, depth: depth, random: &random))
    }
    return [
        try study("RNN", RNNCell(symbols, hidden, random: &random)),
        try study("GRU", GRUCell(symbols, hidden, random: &random)),
        try study("LSTM", LSTMCell(symbols, hidden, random: &random)),
    ]
}

// MARK: - Told

func tellOrder(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("Order matters (A3.3-1)")
    let order = studyOrder(seed: seed)
    story.tell(
        """
        Twelve inputs are given to a recurrent network, and then again in \(order.orders) other orders. Each order \
        changes the output. A feedforward network that is given their sum cannot tell the orders apart: its output does \
        not change by a single bit.
        """)
    let seeds = (0..<UInt64(story.options.full ? 20 : 5)).map { seed &+ $0 }
    let length = 64
    var (curves, longest, network): ([[Double]], [Double], ParityNetwork?) = ([], [], nil)
    for seed in seeds {
        let learned = try learnParity(seed: seed)
        var random = Random(seed: seed &+ 1000)
        curves.append(parityAccuracy(of: learned, length: length, random: &random))
        if story.options.full {
            longest.append(parityAccuracy(of: learned, length: 1024, count: 200, random: &random).min()!)
        }
        network = network ?? learned
    }
    let lowest = (0..<length).map { step in curves.map { $0[step] }.min()! }
    story.tell(
        """
        A task that needs a state: bits come one by one, and after each the network says whether the number of ones so \
        far is odd or even. Every bit counts, however long ago it came. A GRU of 8 units learns from sequences of 8 bits \
        and is then tested on sequences of \(length), with \(seeds.count) seeds. If it has found the rule, which is to \
        change its answer at every 1 and to keep it at every 0, the length does not matter. In training the bits are a \
        little blurred, so that it learns to correct the small errors of its state, which would otherwise add up.
        """)
    if story.options.full {
        story.tell("Over 1024 bits, the lowest accuracy at any step for any seed is \(Story.text(longest.min()!)).")
    }
    try story.show(
        LineChart(
            title: "Parity, learned from 8 bits", xLabel: "step", yLabel: "accuracy",
            series: [
                LineChart.Series("mean of the seeds", (0..<length).map { step in mean(curves.map { $0[step] }) }, from: 1),
                LineChart.Series("lowest", lowest, from: 1),
            ], yRange: 0.4...1, referenceLines: [ReferenceLine(0.5, label: "guessing")]), named: "parity")
    if let network {
        var random = Random(seed: seed)
        let bits: [Float] = (0..<32).map { _ in random.bernoulli(0.5) ? 1 : 0 }
        let states = network.layers.first(Tensor(bits, shape: [32, 1, 1]))
        let units = states.shape[2]
        try story.show(
            HeatMap(
                title: "The state while 32 bits are read: it changes where a 1 is", xLabel: "bit", yLabel: "unit",
                values: (0..<units).map { unit in (0..<32).map { Double(states[$0, 0, unit]) } },
                columnLabels: bits.map { $0 == 1 ? "1" : "0" }, colors: .diverging, range: -1...1), named: "parity-states")
    }
    story.claim(
        "A3.3-1", "An inner loop keeps a state, so order matters",
        measured: [
            ("orders", Double(order.orders)), ("smallest change", order.smallestChange),
            ("largest change of a sum", order.largestChangeOfSum),
            ("accuracy at 8", mean(curves.map { $0[7] })), ("accuracy at 64", mean(curves.map { $0[length - 1] })),
            ("lowest at any step", lowest.min()!), ("seeds", Double(seeds.count)),
        ],
        goals: [
            .above("smallest change", 1e-3), .equal("largest change of a sum", 0),
            .atLeast("lowest at any step", .percent(99)),
        ])
}

func tellUnfolding(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("The same step again and again (A3.3.1-1, 2, 4)")
    let recurrence = distanceFromRecurrence(seed: seed)
    let copies = distanceFromCopies(seed: seed)
    let activations = checkActivations(seed: seed)
    for check in activations where !check.report.passed { story.tell("\(check.name): \(check.report)") }
    story.tell(
        """
        Each step takes the input and the previous state. The plain cell and the GRU are compared with their equations, \
        written out in loops over single numbers. Then the unfolded network is compared with one that has a layer for \
        each step, each layer a copy of the cell: the outputs are the same, and the gradient of the weights is the sum \
        of those of the copies.
        """)
    story.claim(
        "A3.3.1-1", "Each step takes the input and the last hidden state",
        measured: [("largest difference from the equations", recurrence)],
        goals: [.atMost("largest difference from the equations", 1e-12)])
    story.claim(
        "A3.3.1-2", "Unfolded in time, every step is the same unit",
        measured: [
            ("largest difference of outputs", copies.outputs), ("largest difference of gradients", copies.gradients),
        ],
        goals: [.atMost("largest difference of outputs", 1e-12), .atMost("largest difference of gradients", 1e-12)])
    let largest = activations.map(\.report.largestRelativeError).max()!
    story.claim(
        "A3.3.1-4", "tanh or ReLU as activation",
        measured: [
            ("compared", Double(activations.reduce(0) { $0 + $1.report.compared })),
            ("checks that fail", Double(activations.count { !$0.report.passed })), ("largest relative error", largest),
        ], goals: [.equal("checks that fail", 0), .atMost("largest relative error", 1e-7)])
}

func tellMemory(_ story: Story) throws {
    story.heading("What is in the state (A3.3.1-3)")
    let (symbols, delay) = (8, 5)
    story.tell(
        """
        One of \(symbols) symbols is shown at each step, at random. Then a linear classifier, a probe, must tell from \
        the state alone what was shown k steps before. Guessing is right one time in \(symbols). Three cells of 32 units \
        are probed, first before any training.
        """)
    let steps = story.options.full ? 2000 : 400
    let cells = try studyMemory(seed: story.options.seed, symbols: symbols, delay: delay, steps: steps)
    let chance = ReferenceLine(1 / Double(symbols), label: "guessing")
    func chart(_ title: String, _ accuracies: (MemoryStudy) -> [Double]) -> LineChart {
        LineChart(
            title: title, xLabel: "shown k steps ago", yLabel: "accuracy of the probe",
            series: cells.map { LineChart.Series($0.name, accuracies($0), style: .markedLine) }, yRange: 0...1,
            referenceLines: [chance])
    }
    try story.show(chart("What a probe reads from a fresh cell's state") { $0.fresh }, named: "memory-fresh")
    story.tell(
        """
        Without any training, the state holds a trace of what was read, and it fades. Now each cell learns to repeat, at \
        every step, what was shown \(delay) steps before, and is probed again. It has learned what to keep and for how \
        long: the memory reaches as far as the task requires, and hardly further. With so little training the plain cell \
        does best here, because its orthogonal weights preserve the state; where it fails is shown further down.
        """)
    try story.show(
        chart("What a probe reads after learning to repeat what was shown \(delay) steps ago") { $0.taught },
        named: "memory-taught")
    story.show(
        TextTable(
            columns: ["k", "RNN", "GRU", "LSTM", "RNN taught", "GRU taught", "LSTM taught"],
            rows: [0, 1, 2, 3, 4, 5, 6, 8, 10].map { k in
                ["\(k)"] + (cells.map { $0.fresh[k] } + cells.map { $0.taught[k] }).map(Story.text)
            }))
    let figures = cells.flatMap { cell -> [(name: String, value: Double)] in
        [
            ("\(cell.name) now", cell.fresh[0]), ("\(cell.name) 3 steps ago", cell.fresh[3]),
            ("\(cell.name) \(delay) steps ago, taught", cell.taught[delay]),
            ("\(cell.name) 12 steps ago, taught", cell.taught[12]),
        ]
    }
    story.claim(
        "A3.3.1-3", "The hidden state carries what came before",
        measured: [("guessing", 1 / Double(symbols))] + figures,
        goals: cells.map(\.name).flatMap { name -> [Goal] in
            [
                .atLeast("\(name) now", .percent(90)), .below("\(name) 3 steps ago", "\(name) now"),
                .atLeast("\(name) 3 steps ago", .times(2, of: "guessing")),
                .atLeast("\(name) \(delay) steps ago, taught", .times(4, of: "guessing")),
                .above("\(name) \(delay) steps ago, taught", "\(name) 3 steps ago"),
            ]
        })
}
