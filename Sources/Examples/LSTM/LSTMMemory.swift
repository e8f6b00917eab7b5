// What long short-term memory is for: carrying something from far back to where it is needed. (A3.4-1)

import Datasets
import Figures
import LSTM

// MARK: - Adding two numbers that lie far apart

/// A cell's training on the adding problem.
struct AddingStudy {
    let cell: String
    /// After how many steps, and the mean squared error then on validation sequences.
    let steps: [Int]
    let errors: [Double]
    /// The error at the end on other sequences, which had no say in when the training ended.
    let error: Double
}

/// Trains a cell to add the two marked numbers of a sequence, on fresh sequences at every step, until the error on
/// validation sequences is below `enough`, or for `most` steps.
func learnAdding<Cell: RecurrentCell<Float>>(
    _ name: String, _ cell: Cell, length: Int, atMost most: Int, until enough: Double = 0.003, seed: UInt64,
    watch: (_ step: Int, _ error: Double) -> Void = { _, _ in }
) -> AddingStudy {
    var random = Random(seed: seed)
    let watched = AddingProblem.make(count: 300, length: length, random: &random)
    let heldOut = AddingProblem.make(count: 1000, length: length, random: &random)
    var network = Sequential {
        Unfolded(cell)
        LastStep()
        Dense(cell.hiddenCount, 1, random: &random)
    }
    func error(on sequences: (inputs: Tensor<Float>, targets: Tensor<Float>)) -> Double {
        Double(meanSquaredError(network(sequences.inputs), sequences.targets).loss)
    }
    var optimizer = Adam(for: network, learningRate: 0.01)
    var (steps, errors) = ([0], [error(on: watched)])
    while steps.last! < most && errors.last! > enough {
        for _ in 0..<50 {
            let (x, sums) = AddingProblem.make(count: 64, length: length, random: &random)
            let (predictions, backward) = network.forward(x)
            let (_, predictionsGradient) = meanSquaredError(predictions, sums)
            var gradient = backward(predictionsGradient).layer
            gradient.clip(norm: 1)
            optimizer.update(&network, along: gradient)
        }
        steps.append(steps.last! + 50)
        errors.append(error(on: watched))
        watch(steps.last!, errors.last!)
    }
    return AddingStudy(cell: name, steps: steps, errors: errors, error: error(on: heldOut))
}

// MARK: - Copying symbols after a delay

/// Trains a cell to repeat symbols after a delay; the held-out cross-entropy in nats per step, in the course of training.
func learnCopying<Cell: RecurrentCell<Float>>(
    _ name: String, _ cell: Cell, delay: Int, memoryLength: Int, steps: Int, seed: UInt64,
    batch: Int = 32, learningRate: Double = 0.02
) -> (steps: [Int], losses: [Double], recalled: Double) {
    var random = Random(seed: seed)
    let heldOut = CopyMemory.make(count: 200, delay: delay, memoryLength: memoryLength, random: &random)
    var network = Sequential {
        Unfolded(cell)
        EachStep(Dense(cell.hiddenCount, 9, random: &random))
    }
    var optimizer = Adam(for: network, learningRate: learningRate)
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: steps)
    var (measured, losses) = ([Int](), [Double]())
    for step in 0...steps {
        if step % (steps / 15) == 0 {
            measured.append(step)
            losses.append(Double(softmaxCrossEntropy(network(heldOut.inputs), heldOut.targets).loss))
        }
        optimizer.learningRate = schedule(step)
        let (x, symbols) = CopyMemory.make(count: batch, delay: delay, memoryLength: memoryLength, random: &random)
        let (logits, backward) = network.forward(x)
        let (_, logitsGradient) = softmaxCrossEntropy(logits, symbols)
        var gradient = backward(logitsGradient).layer
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
    }
    let logits = network(heldOut.inputs)
    let asked = (logits.shape[0] - memoryLength)..<logits.shape[0]
    let right = asked.map { step in accuracy(logits[step], heldOut.targets[step]) }
    return (measured, losses, mean(right))
}

// MARK: - Told

/// Tells what an LSTM remembers that a plain recurrent network does not.
func tellLongMemory(_ story: Story) throws {
    story.heading("What lies far back (A3.4-1)")
    let (seed, length) = (story.options.seed, 100)
    story.tell(
        """
        A hundred numbers come one after the other, two of them marked, one in each half, and at the end the network \
        must give their sum. Without any memory the best answer is always 1, with a mean squared error of 1/6 = 0.167. \
        Three cells of 32 units learn this from fresh sequences, 64 per step: the plain one, the GRU and the LSTM. The \
        gated ones learn until their error is small, the plain one for as long as the slower of the two. \
        \(AddingProblem.source).
        """)
    func study(_ length: Int, _ seed: UInt64, most: Int) -> [AddingStudy] {
        var bar = ProgressBar(label: "adding", total: 2 * most, terminal: story.progress)
        func watch(_ from: Int) -> (Int, Double) -> Void { { bar.advance(to: from + $0, values: [("error", $1)]) } }
        var random = Random(seed: seed)
        let lstm = learnAdding(
            "LSTM", LSTMCell(2, 32, random: &random), length: length, atMost: most, seed: seed, watch: watch(0))
        let gru = learnAdding(
            "GRU", GRUCell(2, 32, random: &random), length: length, atMost: most, seed: seed, watch: watch(most))
        let longest = max(lstm.steps.last!, gru.steps.last!)
        let rnn = learnAdding("RNN", RNNCell(2, 32, random: &random), length: length, atMost: longest, seed: seed)
        bar.finish()
        return [rnn, gru, lstm]
    }
    let cells = study(length, seed, most: 3000)
    try story.show(
        LineChart(
            title: "Adding two of 100 numbers", xLabel: "step of training", yLabel: "mean squared error",
            series: cells.map { LineChart.Series($0.cell, x: $0.steps.map(Double.init), y: $0.errors) },
            yScale: .logarithmic, yRange: 0.001...1,
            referenceLines: [ReferenceLine(AddingProblem.noSkillError, label: "1/6")]), named: "adding")
    if story.options.full {
        let more = [(100, seed &+ 1), (100, seed &+ 2), (100, seed &+ 3), (200, seed), (400, seed)]
        story.show(
            TextTable(
                columns: ["numbers", "seed", "RNN", "GRU", "after", "LSTM", "after"],
                rows: more.map { length, seed in
                    let cells = study(length, seed, most: 6000)
                    return ["\(length)", "\(seed)", Story.text(cells[0].error)]
                        + cells[1...].flatMap { [Story.text($0.error), "\($0.steps.last!)"] }
                }))
    }
    let (delay, memoryLength, steps) = (20, 3, 1500)
    story.tell(
        """
        The second task is copying: three symbols, each one of eight, are shown, then nothing for \(delay) steps, then \
        the network must repeat them in order. The loss is the cross-entropy at every step; knowing when to answer, but \
        not what, gives \(Story.text(CopyMemory.noSkillCrossEntropy(delay: delay, memoryLength: memoryLength))) per \
        step. The cells have 64 units. \(CopyMemory.source).
        """)
    var random = Random(seed: seed)
    let copying = [
        learnCopying(
            "RNN", RNNCell(10, 64, random: &random), delay: delay, memoryLength: memoryLength, steps: steps, seed: seed),
        learnCopying(
            "LSTM", LSTMCell(10, 64, random: &random), delay: delay, memoryLength: memoryLength, steps: steps, seed: seed),
    ]
    let noSkill = CopyMemory.noSkillCrossEntropy(delay: delay, memoryLength: memoryLength)
    try story.show(
        LineChart(
            title: "Copying three symbols after \(delay) steps", xLabel: "step of training", yLabel: "cross-entropy",
            series: zip(["RNN", "LSTM"], copying).map { name, run in
                LineChart.Series(name, x: run.steps.map(Double.init), y: run.losses)
            }, yRange: 0...0.4, referenceLines: [ReferenceLine(noSkill, label: "without memory")]), named: "copying")
    story.tell(
        """
        In neither task does the plain network do much better than is possible without memory. In adding, the LSTM does \
        no better either for hundreds of steps, until it discovers that something can be kept; then the error falls \
        quickly. In copying, it is better from the first hundred steps on.
        """)
    let (rnn, gru, lstm) = (cells[0], cells[1], cells[2])
    story.claim(
        "A3.4-1", "Avoids the vanishing gradient of the plain network",
        measured: [
            ("LSTM adding error", lstm.error), ("GRU adding error", gru.error), ("RNN adding error", rnn.error),
            ("LSTM steps", Double(lstm.steps.last!)), ("GRU steps", Double(gru.steps.last!)),
            ("LSTM copying loss", copying[1].losses.last!), ("RNN copying loss", copying[0].losses.last!),
            ("copying loss without memory", noSkill), ("symbols the LSTM recalls", copying[1].recalled),
            ("symbols the RNN recalls", copying[0].recalled),
        ],
        goals: [
            .atMost("LSTM adding error", 0.01), .atMost("GRU adding error", 0.01), .above("RNN adding error", 0.15),
            .below("LSTM copying loss", .times(0.5, of: "copying loss without memory")),
            .below("LSTM copying loss", .times(0.5, of: "RNN copying loss")),
        ])
}
