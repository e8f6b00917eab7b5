// What the gates do, shown by holding them open and shut by hand; and that a step is what its equations say. (A3.4.1,
// A3.4.2)

import Figures
import LSTM

// MARK: - Gates held by hand

/// A gate that looks at nothing and is always the same: open, σ(1000) = 1, or shut, σ(−1000) = 0.
private func fixedGate(_ inputs: Int, _ hidden: Int, open: Bool) -> RecurrentWeights<Float> {
    RecurrentWeights(
        input: Tensor(zeros: [inputs, hidden]), recurrent: Tensor(zeros: [hidden, hidden]),
        bias: Tensor(repeating: open ? 1000 : -1000, shape: [hidden]))
}

/// A cell whose gates are held, while its candidate changes freely.
private func heldCell(
    _ inputs: Int, _ hidden: Int, forget: Bool, input: Bool, output: Bool, random: inout Random
) -> Unfolded<LSTMCell<Float>> {
    Unfolded(
        LSTMCell(
            forget: fixedGate(inputs, hidden, open: forget), input: fixedGate(inputs, hidden, open: input),
            candidate: RecurrentWeights(inputs, hidden, random: &random),
            output: fixedGate(inputs, hidden, open: output)))
}

/// What became of a cell state behind gates that are held.
struct HeldGates {
    /// The number of units, and of steps for which they are kept with f = 1 and i = 0.
    let units: Int
    let steps: Int
    /// How many units are not bit for bit what they were; the same after one step.
    let changed: Int
    let changedAtOnce: Int
    /// How many are not exactly 0 after one step with f = 0 and i = 0.
    let notErased: Int
    /// How many are not exactly the candidate after one step with f = 0 and i = 1.
    let notStored: Int
    /// The largest |h| with o = 0 on the way, and how many units do not show tanh(c) exactly once o = 1.
    let shownWhileHidden: Double
    let notReadLater: Int
}

/// Holds the gates of a cell in each informative combination, and looks at the cell state.
func holdGates(seed: UInt64, units: Int = 64, steps: Int = 10_000) -> HeldGates {
    var random = Random(seed: seed)
    let inputs = 3
    let x: Tensor<Float> = random.normal([steps, 1, inputs])
    let first = LSTMCell<Float>.State(cell: random.normal([1, units]), output: Tensor(zeros: [1, units]))
    func differing(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Int { zip(a.scalars, b.scalars).count { $0 != $1 } }
    func run(_ forget: Bool, _ input: Bool, _ output: Bool, steps: Int) -> Trace<LSTMCell<Float>> {
        heldCell(inputs, units, forget: forget, input: input, output: output, random: &random)
            .trace(x[0..<steps], from: first)
    }
    let kept = run(true, false, false, steps: steps)
    let erased = run(false, false, true, steps: 1), stored = run(false, true, true, steps: 1)
    let last = LSTMCell<Float>.State(cell: kept.after.cell[steps - 1], output: kept.after.output[steps - 1])
    let read = heldCell(inputs, units, forget: true, input: false, output: true, random: &random)(x[0..<1], from: last).state
    return HeldGates(
        units: units, steps: steps, changed: differing(last.cell, first.cell),
        changedAtOnce: differing(kept.after.cell[0], first.cell),
        notErased: erased.after.cell.scalars.count { $0 != 0 },
        notStored: differing(stored.after.cell, stored.gates.candidate),
        shownWhileHidden: Double(map(kept.after.output) { h in h.magnitude }.maximum()),
        notReadLater: differing(read.output, tanh(first.cell)))
}

/// The smallest and the largest value that gates and outputs take, with weights and inputs drawn at random.
func gateRanges(seed: UInt64) -> (forget: ClosedRange<Double>, others: ClosedRange<Double>, output: ClosedRange<Double>) {
    var random = Random(seed: seed)
    let cell = LSTMCell<Double>(8, 32, forgetBias: 1, random: &random)
    let steps = Unfolded(cell).trace(random.normal([200, 16, 8]))
    func range(_ values: [Tensor<Double>]) -> ClosedRange<Double> {
        values.map { $0.minimum() }.min()!...values.map { $0.maximum() }.max()!
    }
    return (range([steps.gates.forget]), range([steps.gates.input, steps.gates.output]), range([steps.after.output]))
}

/// A memory of one number, whose weights are set by hand: the input has a number and three commands. *Write* opens the input
/// gate and closes the forget gate, *erase* closes the forget gate, *show* opens the output gate.
func memoryByHand() -> Unfolded<LSTMCell<Float>> {
    func gate(
        bias: Float, number: Float = 0, write: Float = 0, erase: Float = 0, show: Float = 0
    ) -> RecurrentWeights<Float> {
        RecurrentWeights(
            input: Tensor([[number], [write], [erase], [show]]), recurrent: Tensor(zeros: [1, 1]), bias: Tensor([bias]))
    }
    return Unfolded(
        LSTMCell(
            forget: gate(bias: 1000, write: -2000, erase: -2000), input: gate(bias: -1000, write: 2000),
            candidate: gate(bias: 0, number: 1), output: gate(bias: -1000, show: 2000)))
}

// MARK: - The straight line

/// ∂c_T/∂c_t measured and as the product of forget gates, for every step t back from the last.
struct StraightLine {
    let steps: Int
    /// For each forget bias, the mean over the units of the product of the forget gates after t, from the last step back.
    let products: [(bias: Double, mean: [Double])]
    /// The largest difference, relative to the product, from the effect of a change of c_t on c_T; and from the backward
    /// pass.
    let measuredDifference: Double
    let backwardDifference: Double
}

/// Compares the product of the forget gates with the change of the last cell state when an earlier one is changed. The gates
/// look at the input alone: what goes through h is not part of the straight line.
func followStraightLine(seed: UInt64, units: Int = 16, steps: Int = 100) -> StraightLine {
    var (products, measured, backward) = ([(bias: Double, mean: [Double])](), 0.0, 0.0)
    for bias in [0.0, 1, 2, 4] {
        var random = Random(seed: seed)
        var cell = LSTMCell<Double>(4, units, forgetBias: bias, random: &random)
        for path in [\LSTMCell<Double>.forget, \.input, \.candidate, \.output] {
            cell[keyPath: path].recurrent = Tensor(zeros: [units, units])
        }
        let network = Unfolded(cell)
        let x: Tensor<Double> = random.normal([steps, 1, 4])
        let trace = network.trace(x)
        var (product, means) = (Tensor<Double>(repeating: 1, shape: [1, units]), [1.0])
        for step in (0..<steps).reversed() {
            product *= trace.gates.forget[step]
            means.append(product.mean())
            // Steps `step` to the end again, from a cell state that is a little larger, and from one a little smaller.
            let rest = x[step..<steps], before = trace[step].before, change = 0.5
            func last(_ change: Double) -> Tensor<Double> {
                network(rest, from: .init(cell: map(before.cell) { c in c + change }, output: before.output)).state.cell
            }
            let slope = (last(change) - last(-change)) * (1 / (2 * change))
            let (_, _, pass) = network.forward(rest, from: before)
            let one = LSTMCell<Double>.State(
                cell: Tensor(repeating: 1, shape: [1, units]), output: Tensor(zeros: [1, units]))
            let gradient = pass(nil, one).state.cell
            for unit in 0..<units {
                let p = product[0, unit]
                // Where the product is below the rounding of the cell state, a difference of cell states says nothing.
                if p > 1e-6 { measured = max(measured, (slope[0, unit] / p - 1).magnitude) }
                backward = max(backward, (gradient[0, unit] / p - 1).magnitude)
            }
        }
        products.append((bias, means))
    }
    return StraightLine(
        steps: steps, products: products, measuredDifference: measured, backwardDifference: backward)
}

// MARK: - The equations

/// The hidden states of an LSTM by its six equations, number by number.
func lstmByDefinition(_ cell: LSTMCell<Double>, _ x: Tensor<Double>) -> Tensor<Double> {
    let (time, batch, inputs, units) = (x.shape[0], x.shape[1], cell.inputCount, cell.hiddenCount)
    var (h, c) = (Tensor<Double>(zeros: [batch, units]), Tensor<Double>(zeros: [batch, units]))
    func σ(_ z: Double) -> Double { 1 / (1 + Double.exp(-z)) }
    return .stack((0..<time).map { t in
        let (h0, c0) = (h, c)
        for row in 0..<batch {
            for unit in 0..<units {
                func sum(_ w: RecurrentWeights<Double>) -> Double {
                    let seen = (0..<inputs).reduce(w.bias[element: unit]) { $0 + x[t, row, $1] * w.input[$1, unit] }
                    return (0..<units).reduce(seen) { $0 + h0[row, $1] * w.recurrent[$1, unit] }
                }
                func peep(_ p: Tensor<Double>?, _ c: Double) -> Double { p.map { $0[element: unit] * c } ?? 0 }
                let f = σ(sum(cell.forget) + peep(cell.peepholes?.forget, c0[row, unit]))
                let i = σ(sum(cell.input) + peep(cell.peepholes?.input, c0[row, unit]))
                let g = Double.tanh(sum(cell.candidate))
                c[row, unit] = f * c0[row, unit] + i * g
                let o = σ(sum(cell.output) + peep(cell.peepholes?.output, c[row, unit]))
                h[row, unit] = o * Double.tanh(c[row, unit])
            }
        }
        return h
    })
}

/// What checking the equations and the backward pass found.
struct EquationCheck {
    let cases: Int
    /// The largest difference of an output from the equations.
    let difference: Double
    /// How many numbers of gradients were compared, of LSTMs with and without peepholes and of both GRUs, over time.
    let compared: Int
    let wrong: Int
    let largestRelativeError: Double
}

/// Compares LSTMs of random sizes with their equations, and the gradients of cells over time with differences.
func checkEquations(seed: UInt64, cases: Int = 30) -> EquationCheck {
    var random = Random(seed: seed)
    func lstm(_ inputs: Int, _ units: Int, peepholes: Bool) -> LSTMCell<Double> {
        var cell = LSTMCell<Double>(inputs, units, peepholes: peepholes, random: &random)
        for parameter in cell.parameters {
            cell[keyPath: parameter.path] = random.normal(cell[keyPath: parameter.path].shape) * 0.5
        }
        return cell
    }
    var difference = 0.0
    for number in 0..<cases {
        let (inputs, units) = (1 + random.integer(below: 6), 1 + random.integer(below: 20))
        let cell = lstm(inputs, units, peepholes: number % 2 == 1)
        let x: Tensor<Double> = random.normal([1 + random.integer(below: 20), 1 + random.integer(below: 5), inputs])
        let apart = map(Unfolded(cell)(x), lstmByDefinition(cell, x)) { a, b in (a - b).magnitude }
        difference = max(difference, apart.maximum())
    }
    let x: Tensor<Double> = random.normal([5, 3, 2])
    let reports = [
        checkGradients(of: Unfolded(lstm(2, 3, peepholes: false)), at: x),
        checkGradients(of: Unfolded(lstm(2, 3, peepholes: true)), at: x),
        checkGradients(of: Unfolded(GRUCell<Double>(2, 3, random: &random)), at: x),
        checkGradients(of: Unfolded(GRUCell<Double>(2, 3, resetGate: .beforeProduct, random: &random)), at: x),
    ]
    return EquationCheck(
        cases: cases, difference: difference, compared: reports.reduce(0) { $0 + $1.compared },
        wrong: reports.reduce(0) { $0 + $1.mismatches.reduce(0) { $0 + $1.wrong } },
        largestRelativeError: reports.map(\.largestRelativeError).max()!)
}

// MARK: - Told

/// Tells what each gate does, and what the straight line through time is.
func tellGatesOfLSTM(_ story: Story) throws {
    story.heading("A walk through the gates (A3.4.1, A3.4.2-1)")
    let held = holdGates(seed: story.options.seed), ranges = gateRanges(seed: story.options.seed)
    story.tell(
        """
        An LSTM of \(held.units) units, whose gates are held open or shut by biases of ±1000, while its candidate sees \
        random inputs. Open is exactly 1, shut exactly 0, so what is kept, erased, stored and hidden can be compared bit \
        for bit.
        """)
    story.show(
        TextTable(
            columns: ["forget", "input", "output", "steps", "what is compared", "units", "different"],
            rows: [
                ["open", "shut", "shut", "\(held.steps)", "the cell with its old value", "\(held.units)", "\(held.changed)"],
                ["shut", "shut", "open", "1", "the cell with 0", "\(held.units)", "\(held.notErased)"],
                ["shut", "open", "open", "1", "the cell with its candidate", "\(held.units)", "\(held.notStored)"],
                ["open", "shut", "shut", "1", "the cell with its old value", "\(held.units)", "\(held.changedAtOnce)"],
                ["open", "shut", "open", "1", "h with tanh of the cell", "\(held.units)", "\(held.notReadLater)"],
            ]))
    try showMemoryByHand(story)
    story.claim(
        "A3.4.1-1", "The forget gate, in (0, 1) for each cell, says how much is kept",
        measured: [
            ("smallest forget gate", ranges.forget.lowerBound), ("largest forget gate", ranges.forget.upperBound),
            ("cells kept", Double(held.units)), ("steps kept", Double(held.steps)), ("changed", Double(held.changed)),
            ("not erased", Double(held.notErased)),
        ],
        goals: [
            .above("smallest forget gate", 0), .below("largest forget gate", 1), .equal("steps kept", 10_000),
            .equal("changed", 0), .equal("not erased", 0),
        ])
    story.claim(
        "A3.4.1-2", "The input gate and the candidate decide what is stored",
        measured: [
            ("candidates", Double(held.units)), ("not stored exactly", Double(held.notStored)),
            ("changed by a shut gate", Double(held.changedAtOnce)),
        ],
        goals: [.equal("not stored exactly", 0), .equal("changed by a shut gate", 0)])
    try tellStraightLine(story)
    story.claim(
        "A3.4.1-4", "The output gate says how much of the cell is shown",
        measured: [
            ("smallest output", ranges.output.lowerBound), ("largest output", ranges.output.upperBound),
            ("output while hidden", held.shownWhileHidden), ("steps hidden", Double(held.steps)),
            ("not read later", Double(held.notReadLater)),
        ],
        goals: [
            .above("smallest output", -1), .below("largest output", 1), .equal("output while hidden", 0),
            .equal("not read later", 0),
        ])
    let equations = checkEquations(seed: story.options.seed)
    story.claim(
        "A3.4.2-1", "Each step updates the cell and the hidden state from the input and the state before",
        measured: [
            ("cases", Double(equations.cases)), ("difference from the equations", equations.difference),
            ("gradients compared", Double(equations.compared)), ("gradients wrong", Double(equations.wrong)),
            ("largest relative error", equations.largestRelativeError),
        ],
        goals: [
            .atMost("difference from the equations", 1e-12), .above("gradients compared", 0), .equal("gradients wrong", 0),
            .atMost("largest relative error", 1e-7),
        ])
}

private func showMemoryByHand(_ story: Story) throws {
    story.tell(
        """
        Next, a memory for one number, whose weights are set by hand. It is given random numbers, and now and then a \
        command: write, show or erase. It stores a 2 and later a −1, which the candidate turns into tanh(2) = 0.96 and \
        −0.76. What is stored stays, however many numbers pass by, and is visible only when it is told to show.
        """)
    let (steps, writes, shows, erases) = (40, [4, 22], [8, 14, 15, 27, 35], [30])
    var random = Random(seed: story.options.seed)
    var numbers = (0..<steps).map { _ in Float(random.uniform() * 2 - 1) }
    (numbers[writes[0]], numbers[writes[1]]) = (2, -1)
    func commands(_ places: [Int]) -> [Float] { (0..<steps).map { places.contains($0) ? 1 : 0 } }
    let columns = [numbers, commands(writes), commands(erases), commands(shows)]
    let x = Tensor<Float>(shape: [steps, 1, 4]) { columns[$0[2]][$0[0]] }
    let trace = memoryByHand().trace(x)
    let rows = [
        ("number", numbers), ("write", columns[1]), ("erase", columns[2]), ("show", columns[3]),
        ("forget gate", trace.gates.forget.scalars), ("input gate", trace.gates.input.scalars),
        ("output gate", trace.gates.output.scalars), ("cell c", trace.after.cell.scalars),
        ("output h", trace.after.output.scalars),
    ]
    try story.show(
        HeatMap(
            title: "A memory by hand: written at 4 and 22, erased at 30", xLabel: "step",
            values: rows.map { $0.1.map(Double.init) }, rowLabels: rows.map(\.0), colors: .diverging, range: -1...1),
        named: "memory-by-hand")
}

private func tellStraightLine(_ story: Story) throws {
    let line = followStraightLine(seed: story.options.seed)
    story.tell(
        """
        From step to step the cell is multiplied by the forget gate, and something is added. So a change of c_t reaches \
        c_T multiplied by all the forget gates in between, and the gradient goes back the same way: no weight is \
        involved. With a forget bias of 0 the gates are about one half and 100 steps are far too many; with 4 a tenth of \
        the gradient arrives.
        """)
    try story.show(
        LineChart(
            title: "How much of a change arrives: the product of the forget gates", xLabel: "steps back", yLabel: "product",
            series: line.products.map { LineChart.Series("forget bias \(Int($0.bias))", $0.mean) }, yScale: .logarithmic,
            yRange: 1e-12...1),
        named: "straight-line")
    story.claim(
        "A3.4.1-3", "The cell state is the straight line through time",
        measured: [
            ("steps back", Double(line.steps)), ("difference from a changed cell", line.measuredDifference),
            ("difference from the backward pass", line.backwardDifference),
            ("arriving with bias 4", line.products[3].mean.last!), ("arriving with bias 1", line.products[1].mean.last!),
        ],
        goals: [.atMost("difference from a changed cell", 1e-8), .atMost("difference from the backward pass", 1e-8)])
}
