// What the run of chapter 3.3 tells about how recurrent networks work. (A3.3-1 to A3.3.3-2)

import Datasets
import Figures
import LSTM

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
        goal: "every other order changes the output, none that of the sum; parity learned at length 8: at least 99 % at "
            + "every step of 64",
        met: order.smallestChange > 1e-3 && order.largestChangeOfSum == 0 && lowest.min()! >= 0.99)
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
        measured: [("largest difference from the equations", recurrence)], goal: "at most 1e-12", met: recurrence <= 1e-12)
    story.claim(
        "A3.3.1-2", "Unfolded in time, every step is the same unit",
        measured: [
            ("largest difference of outputs", copies.outputs), ("largest difference of gradients", copies.gradients),
        ], goal: "at most 1e-12", met: copies.outputs <= 1e-12 && copies.gradients <= 1e-12)
    let largest = activations.map(\.report.largestRelativeError).max()!
    story.claim(
        "A3.3.1-4", "tanh or ReLU as activation",
        measured: [
            ("compared", Double(activations.reduce(0) { $0 + $1.report.compared })), ("largest relative error", largest),
        ], goal: "the gradients of both agree with the change of the output to 1e-7",
        met: activations.allSatisfy(\.report.passed) && largest <= 1e-7)
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
    story.claim(
        "A3.3.1-3", "The hidden state carries what came before",
        measured: cells.flatMap { cell in
            [
                (cell.name + " now", cell.fresh[0]), (cell.name + " 3 steps ago", cell.fresh[3]),
                (cell.name + " \(delay) steps ago, taught", cell.taught[delay]),
                (cell.name + " 12 steps ago, taught", cell.taught[12]),
            ]
        },
        goal: "what was shown 3 steps ago is read out of every fresh state at least twice as often as by guessing, and "
            + "after learning what was shown \(delay) steps ago at least four times as often",
        met: cells.allSatisfy { $0.fresh[3] >= 0.25 && $0.taught[delay] >= 0.5 })
}

func tellTasks(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("An answer, many answers, a sequence (A3.3.2-1)")
    let languages = try readLanguages(seed: seed)
    let spaces = try restoreSpaces(seed: seed)
    let waves = try makeWaves(seed: seed)
    story.tell(
        """
        Many to one: a word is read letter by letter, and at its end the network says which of five languages it is \
        from. It is right for \(Story.text(languages.accuracy * 100)) % of unseen words; the largest class has \
        \(Story.text(languages.majority * 100)) %. The network of chapter 3.1, which is given all pairs and triples of \
        letters at once, reaches 73 %.
        """)
    try story.show(
        HeatMap.confusionMatrix(
            title: "Words read letter by letter: confusion matrix of languages",
            counts: (0..<5).map { row in (0..<5).map { Int(languages.counts[row, $0]) } }, labels: Words.classNames),
        named: "words")
    story.tell(
        """
        Many to many: the spaces are removed from the project's prose, and for every character the network says whether \
        a word ends there. It reads from both ends. Given this piece of a held-out text,
        """)
    let given = Array(spaces.given)
    story.show(
        stride(from: 0, to: given.count, by: 60).map { String(given[$0..<min($0 + 60, given.count)]) }
            .joined(separator: "\n"))
    story.tell("it writes")
    story.tell(spaces.restored)
    story.tell(
        """
        It finds \(Story.text(spaces.recall * 100)) % of the ends of words, and \(Story.text(spaces.precision * 100)) % \
        of those it reports are real.
        """)
    story.tell(
        """
        One to many: a number goes in, a sine wave of that frequency comes out, 40 steps long. The frequencies below \
        were not used in training.
        """)
    try story.show(
        LineChart(
            title: "Waves made from a number", xLabel: "step", yLabel: "output",
            series: [0, 2, 5].map { place in
                LineChart.Series("frequency \(waves.frequencies[place])", waves.answered[place], from: 1)
            } + [0, 2, 5].map { place in
                LineChart.Series("asked \(waves.frequencies[place])", waves.asked[place], from: 1, style: .markers)
            }), named: "waves")
    let curves = [
        smoothed("word → language", languages.losses, by: 10), smoothed("text → ends of words", spaces.losses, by: 10),
        smoothed("number → wave", waves.losses, by: 10),
    ]
    try story.show(
        LineChart(
            title: "All three kinds of task are learned", xLabel: "step", yLabel: "loss",
            series: curves.map { LineChart.Series($0.name, x: $0.x, y: $0.y) }, yScale: .logarithmic), named: "tasks")
    story.claim(
        "A3.3.2-1", "The loss follows the task (classification, regression)",
        measured: [
            ("language accuracy", languages.accuracy), ("largest language", languages.majority),
            ("ends of words F1", spaces.f1), ("ends of words recall", spaces.recall),
            ("ends of words precision", spaces.precision), ("waves R²", waves.determination),
        ],
        goal: "held out: many to one at least 65 %, many to many F1 at least 0.85, one to many R² at least 0.99",
        met: languages.accuracy >= 0.65 && spaces.f1 >= 0.85 && waves.determination >= 0.99)
}

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
            ("compared", Double(study.compared)), ("largest relative error", study.largestError),
            ("difference from the sum over steps", study.sumOfSteps), ("difference from the cut terms", study.cutTerms),
            ("share that is cut", study.cutShare),
        ],
        goal: "gradients over sequences right to 1e-7; the sum over steps and the cut terms to 1e-12",
        met: study.failures.isEmpty && study.largestError <= 1e-7 && study.sumOfSteps <= 1e-12 && study.cutTerms <= 1e-12)
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
        goal: "log-linear, the fitted rate within 5 % of ln ρ; clipping bounds the step to η times the limit, and the loss "
            + "falls",
        met: off <= 0.05 && clipped.longestStep <= CliffUnit.learningRate * (1 + 1e-9) && clipped.path[1].loss < cliff.loss)
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
        ], goal: "over \(steps) steps, gates set to keep: within two decades, where the RNN loses ten",
        met: study.decades("GRU") <= 2 && study.decades("LSTM") <= 2 && study.decades("RNN") >= 10)
}
