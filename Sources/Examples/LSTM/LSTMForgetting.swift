// Inside a trained network: what its gates do when something old has to make way. (A3.4.2-2)

import Datasets
import Figures
import LSTM

/// Gates of a network that sums up numbers and starts again from zero at a reset.
struct ForgettingStudy {
    /// The mean squared error on held-out sequences, and that of the best answer without memory.
    let error: Double
    let withoutMemory: Double
    /// The unit whose cell state follows the sum most closely, chosen on sequences like those of the training.
    let unit: Int
    /// The correlation of its cell state with the sum, on held-out sequences.
    let correlation: Double
    /// The mean of its forget gate on held-out sequences, at the steps with a reset and at the others.
    let atReset: Double
    let elsewhere: Double
    /// The same over all units.
    let allAtReset: Double
    let allElsewhere: Double
    /// One held-out sequence: the inputs, the sums, the network's answers, and everything the cell did.
    let inputs: Tensor<Float>
    let sums: [Double]
    let said: [Double]
    let trace: Trace<LSTMCell<Float>>
}

/// Trains a small network on sums with resets, and looks at its forget gates.
func studyForgetting(
    seed: UInt64, hidden: Int = 4, length: Int = 40, steps: Int = 1500, watch: (Int, Double) -> Void = { _, _ in }
) -> ForgettingStudy {
    var random = Random(seed: seed)
    func make(_ count: Int) -> (inputs: Tensor<Float>, targets: Tensor<Float>) {
        SumSinceReset.make(count: count, length: length, resetProbability: 0.1, random: &random)
    }
    var network = Sequential {
        Unfolded(LSTMCell(2, hidden, random: &random))
        EachStep(Dense(hidden, 1, random: &random))
    }
    var optimizer = Adam(for: network, learningRate: 0.01)
    let schedule = CosineAnnealing(0.01, to: 0.0005, over: steps)
    for step in 0..<steps {
        optimizer.learningRate = schedule(step)
        let (x, sums) = make(32)
        let (predictions, backward) = network.forward(x)
        let (loss, predictionsGradient) = meanSquaredError(predictions, sums)
        var gradient = backward(predictionsGradient).layer
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
        if step % 100 == 99 { watch(step + 1, Double(loss)) }
    }
    let memory = network.layers.first
    // Which unit carries the sum is decided on other sequences than those on which its gate is then measured.
    let (x, sums) = make(200)
    let cells = memory.trace(x).after.cell
    let unit = (0..<hidden).max { correlation(cells, sums, unit: $0) < correlation(cells, sums, unit: $1) }!

    let heldOut = make(200)
    let trace = memory.trace(heldOut.inputs)
    let resets = heldOut.inputs.slice(along: 2, 1..<2).scalars
    let forget = trace.gates.forget.reshaped([-1, hidden])
    func meanGate(reset: Bool, units: Range<Int>) -> Double {
        let rows = resets.indices.filter { (resets[$0] == 1) == reset }
        return Double(forget.gathered(rows: rows).slice(along: 1, units).mean())
    }
    // The sequence shown is the first in which the sum starts again at least three times.
    let said = network(heldOut.inputs), counts = heldOut.inputs.sum(along: 0)
    let shown = (0..<200).first { counts[$0, 1] >= 3 } ?? 0
    func one(_ sequences: Tensor<Float>) -> Tensor<Float> { sequences.slice(along: 1, shown..<shown + 1) }
    return ForgettingStudy(
        error: Double(meanSquaredError(said, heldOut.targets).loss),
        withoutMemory: SumSinceReset.noMemoryError(length: length, resetProbability: 0.1), unit: unit,
        correlation: correlation(trace.after.cell, heldOut.targets, unit: unit),
        atReset: meanGate(reset: true, units: unit..<unit + 1), elsewhere: meanGate(reset: false, units: unit..<unit + 1),
        allAtReset: meanGate(reset: true, units: 0..<hidden), allElsewhere: meanGate(reset: false, units: 0..<hidden),
        inputs: one(heldOut.inputs), sums: one(heldOut.targets).scalars.map(Double.init),
        said: one(said).scalars.map(Double.init), trace: memory.trace(one(heldOut.inputs)))
}

/// |correlation| of the cell state of a unit with the sums.
private func correlation(_ cells: Tensor<Float>, _ sums: Tensor<Float>, unit: Int) -> Double {
    let c = cells.slice(along: 2, unit..<unit + 1).scalars.map(Double.init), y = sums.scalars.map(Double.init)
    let (cMean, yMean) = (mean(c), mean(y))
    let both = zip(c, y).reduce(0) { $0 + ($1.0 - cMean) * ($1.1 - yMean) }
    let squares = (c.reduce(0) { $0 + ($1 - cMean) * ($1 - cMean) }, y.reduce(0) { $0 + ($1 - yMean) * ($1 - yMean) })
    return (both / (squares.0 * squares.1).squareRoot()).magnitude
}

// MARK: - Told

/// Tells what the gates of a trained network do over time.
func tellForgetting(_ story: Story) throws {
    story.heading("Forgetting the old (A3.4.2-2)")
    story.tell(
        """
        Numbers come one by one, and the network must give their sum at every step; now and then a mark says that the \
        sum starts again from zero. A small LSTM of four units learns this. Nobody tells it how to use its gates. If it \
        has worked it out, there is a cell whose state follows the sum and whose forget gate closes at the mark. Which \
        cell that is is decided on one set of sequences; its gate is then measured on another. \(SumSinceReset.source).
        """)
    let study = studyForgetting(seed: story.options.seed)
    let units = study.trace.gates.forget.shape[2]
    func rows(_ gate: Tensor<Float>) -> [[Double]] {
        (0..<units).map { unit in gate.slice(along: 2, unit..<unit + 1).scalars.map(Double.init) }
    }
    let resets = study.inputs.slice(along: 2, 1..<2).scalars.map(Double.init)
    let names = (0..<units).map { $0 == study.unit ? "\($0 + 1)*" : "\($0 + 1)" }
    let gates = study.trace.gates
    try story.show(
        HeatMap(
            title: "Gates over time: light is open, * marks the cell that carries the sum", xLabel: "step",
            values: [resets] + rows(gates.forget) + rows(gates.input) + rows(gates.output),
            rowLabels: ["reset"] + ["forget ", "input ", "output "].flatMap { gate in names.map { gate + $0 } },
            range: 0...1), named: "gates")
    let cell = study.trace.after.cell.slice(along: 2, study.unit..<study.unit + 1).scalars.map(Double.init)
    // The cell's scale and sign are arbitrary: here those that bring it nearest to the sum.
    let scale = zip(cell, study.sums).reduce(0) { $0 + $1.0 * $1.1 } / cell.reduce(0) { $0 + $1 * $1 }
    try story.show(
        LineChart(
            title: "The sum since the last reset", xLabel: "step", yLabel: "sum",
            series: [
                LineChart.Series("sum", study.sums), LineChart.Series("the network's answer", study.said),
                LineChart.Series("the cell, scaled", cell.map { $0 * scale }),
                LineChart.Series(
                    "resets", x: resets.indices.filter { resets[$0] == 1 }.map(Double.init),
                    y: resets.filter { $0 == 1 }.map { _ in 0 }, style: .markers),
            ]), named: "sum")
    story.claim(
        "A3.4.2-2", "It forgets the old and learns the new selectively",
        measured: [
            ("forget gate at a reset", study.atReset), ("forget gate elsewhere", study.elsewhere),
            ("correlation of cell and sum", study.correlation), ("all forget gates at a reset", study.allAtReset),
            ("all forget gates elsewhere", study.allElsewhere), ("error of the sum", study.error),
            ("error without memory", study.withoutMemory),
        ],
        goals: [
            .below("forget gate at a reset", 0.2), .above("forget gate elsewhere", .sum("forget gate at a reset", 0.5)),
            .below("error of the sum", .times(0.05, of: "error without memory")),
        ])
}
