// Who checks the checks? The classic mistakes of backpropagation through time and of gates, planted in a copy of the
// unfolding and in cells: each must be seen by the check that is there for it. A wrong derivative is seen by the gradient
// check, a wrong formula by the comparison with the equation only, for its derivative may be right.

import Recurrent
import RecurrentTools
import TestTools
import Testing

/// A copy of the unfolding, one step at a time, with a mistake or without.
private struct CopiedUnfolding<Cell: RecurrentCell>: Layer where Cell.Scalar == Double {
    typealias Scalar = Double

    enum Mistake: String, CaseIterable {
        /// It begins with zeros, whatever the initial state.
        case initialStateDropped
        /// Steps behind the end of a sequence are made.
        case maskIgnored
        /// The outputs are one step late: what was before the step.
        case outputsLate
        /// The gradient of the parameters of the last step alone, = for +=.
        case lastStepOnly
        /// The gradient of the parameters as the mean of all steps.
        case averagedOverTime
        case initialGradientDropped
        /// The gradient of the outputs reaches the last step alone.
        case innerOutputsDropped
        case finalGradientDropped
        /// The gradient of an output takes the place of that of the state, = for +=.
        case stateGradientOverwritten
        /// The backward pass goes through steps that were not taken.
        case maskIgnoredBackwards
        /// The gradient ends where a sequence ends, and what comes from behind the end is lost.
        case paddedGradientDropped
        /// The gradient of the parameters with the state after the step in place of that before.
        case stateAfterForBefore
        /// No gradient from step to step: truncated to a single one.
        case truncated

        var isForwards: Bool { [.initialStateDropped, .maskIgnored, .outputsLate].contains(self) }
    }

    var cell: Cell
    var initial: [Tensor<Double>]
    let lengths: [Int]?
    let mistake: Mistake?

    init(_ cell: Cell, _ initial: [Tensor<Double>], _ lengths: [Int]?, _ mistake: Mistake?) {
        (self.cell, self.initial, self.lengths, self.mistake) = (cell, initial, lengths, mistake)
    }

    /// a in the rows whose sequence has the step, b in the others.
    private func chosen(_ time: Int, _ a: Cell.State, _ b: Cell.State) -> Cell.State {
        guard let lengths else { return a }
        return Cell.State(
            tensors: zip(a.tensors, b.tensors).map { a, b in
                .stack(lengths.indices.map { time < lengths[$0] ? a[$0] : b[$0] })
            })
    }

    private func trace(_ x: Tensor<Double>) -> (trace: [Trace<Cell>], outputs: [Tensor<Double>]) {
        var state = Cell.State(tensors: initial), trace = [Trace<Cell>](), outputs = [Tensor<Double>]()
        if mistake == .initialStateDropped { state = Cell.State(zeros: state.output.shape) }
        for time in 0..<x.shape[0] {
            let (next, gates) = cell.step(cell.preActivations(x[time]), from: state)
            let after = mistake == .maskIgnored ? next : chosen(time, next, state)
            trace.append(Trace(before: state, gates: gates, after: after))
            outputs.append(mistake == .outputsLate ? state.output : after.output)
            state = after
        }
        return (trace, outputs)
    }

    func callAsFunction(_ x: Tensor<Double>) -> Tensor<Double> {
        let (trace, outputs) = trace(x)
        return joined([.stack(outputs)] + trace.last!.after.tensors)
    }

    mutating func forward(_ x: Tensor<Double>) -> Forward<Double, Self> {
        let (trace, outputs) = trace(x)
        return (
            joined([.stack(outputs)] + trace.last!.after.tensors),
            { [self] g in
                let parts = separated(g, [[x.shape[0]] + outputs[0].shape] + initial.map(\.shape))
                let zero = Cell.State(zeros: outputs[0].shape), back = cell.backwardStep()
                var state = mistake == .finalGradientDropped ? zero : Cell.State(tensors: Array(parts[1...]))
                var (sum, input) = (cell.zeroed, Tensor<Double>(zeros: x.shape))
                for time in trace.indices.reversed() {
                    let isLast = time == trace.count - 1
                    if mistake == .stateGradientOverwritten {
                        state.output = parts[0][time]
                    } else if mistake != .innerOutputsDropped || isLast {
                        state.output += parts[0][time]
                    }
                    let taken = mistake == .maskIgnoredBackwards ? state : chosen(time, state, zero)
                    let (δ, before) = back(taken, trace[time])
                    let kept = mistake == .paddedGradientDropped ? zero : state
                    state = mistake == .truncated ? zero : chosen(time, before, kept)
                    let one = Trace<Cell>(
                        before: mistake == .stateAfterForBefore ? trace[time].after : trace[time].before,
                        gates: trace[time].gates, after: trace[time].after)
                    let share = cell.gradients(x[time], one, δ)
                    input[time] = share.input
                    for parameter in cell.parameters {
                        if mistake == .lastStepOnly && !isLast { continue }
                        sum[keyPath: parameter.path] += share.layer[keyPath: parameter.path]
                    }
                }
                if mistake == .averagedOverTime {
                    for parameter in cell.parameters { sum[keyPath: parameter.path] /= Double(trace.count) }
                }
                if mistake == .initialGradientDropped { state = zero }
                return Gradients(input: input, layer: CopiedUnfolding(sum, state.tensors, lengths, mistake))
            }
        )
    }

    var parameters: [Parameter<Self>] {
        cell.parameters.map { $0.within(\Self.cell, named: "") }
            + initial.indices.map { place in Parameter("initial \(place)", \Self.initial[place]) }
    }
}

@Suite("The checks see planted mistakes")
struct PlantedMistakeTests {
    private let x: Tensor<Double> = {
        var random = Random(seed: 1)
        return random.normal([3, 2, 2])
    }()
    private let initial: Tensor<Double> = {
        var random = Random(seed: 2)
        return random.normal([2, 3])
    }()
    private let lengths = [2, 3]
    private let plain: RNNCell<Double> = {
        var random = Random(seed: 3)
        return RNNCell(2, 3, random: &random).moved(&random)
    }()

    private func gated(_ resetGate: GRUCell<Double>.ResetGate) -> GRUCell<Double> {
        var random = Random(seed: 4)
        return GRUCell(2, 3, resetGate: resetGate, random: &random).moved(&random)
    }

    /// Outputs and final state by the plain loops.
    private func expected(_ step: (Row, [Row]) -> [Row]) -> Tensor<Double> {
        let (output, state) = Loops.unfolded(x, from: [initial], lengths: lengths, backwards: false, step: step)
        return joined([output] + state)
    }

    /// Whether the equation sees that something is wrong.
    private func equationSees<L: Layer>(_ layer: L, _ expected: Tensor<Double>) -> Bool where L.Scalar == Double {
        layer(x).maximumDifference(from: expected) > 1e-3
    }

    /// What the gradient check finds wrong.
    private func found<L: Layer>(_ layer: L) -> Set<String> where L.Scalar == Double {
        let report = checkGradients(of: layer, at: x)
        #expect(report.compared > 0)
        return Set(report.mismatches.map(\.worst.parameter))
    }

    @Test("a copy of the unfolding without a mistake passes both checks and does what the layer does") func untampered() {
        let copy = CopiedUnfolding(plain, [initial], lengths, nil)
        #expect(found(copy).isEmpty && !equationSees(copy, expected { Loops.step(plain, $0, $1) }))
        var (layer, same) = (WithStates(Unfolded(plain), [initial], lengths: lengths), copy)
        let ((a, aBackward), (b, bBackward)) = (layer.forward(x), same.forward(x))
        expectClose(a, b, 1e-14)
        let (one, other) = (aBackward(a), bBackward(a))
        expectClose(one.input, other.input, 1e-14)
        for (p, q) in zip(layer.parameters, copy.parameters) {
            expectClose(one.layer[keyPath: p.path], other.layer[keyPath: q.path], 1e-13, p.name)
        }
        let reset = gated(.beforeProduct)
        #expect(found(CopiedUnfolding(reset, [initial], lengths, nil)).isEmpty)
    }

    @Test("in the unfolding, forwards and backwards", arguments: 0..<13) func unfolding(number: Int) throws {
        typealias Mistake = CopiedUnfolding<RNNCell<Double>>.Mistake
        #expect(Mistake.allCases.count == 13)
        let mistake = Mistake.allCases[number]
        let layer = CopiedUnfolding(plain, [initial], lengths, mistake)
        #expect(equationSees(layer, expected { Loops.step(plain, $0, $1) }) == mistake.isForwards, "\(mistake)")
        let weights: Set = ["weights.input", "weights.recurrent", "weights.bias"]
        let found = found(layer)
        switch mistake {
        case .initialStateDropped: #expect(found == ["initial 0"])
        case .maskIgnored, .outputsLate: #expect(!found.isEmpty)
        case .lastStepOnly, .averagedOverTime: #expect(found == weights, "\(mistake): \(found)")
        case .initialGradientDropped: #expect(found == ["initial 0"])
        case .maskIgnoredBackwards: #expect(found == weights.union(["input"]), "\(found)")
        case .innerOutputsDropped, .finalGradientDropped, .stateGradientOverwritten, .paddedGradientDropped, .truncated:
            #expect(found == weights.union(["input", "initial 0"]), "\(mistake): \(found)")
        case .stateAfterForBefore: #expect(found == ["weights.recurrent"])
        }
        // Without lengths nothing is masked, and these mistakes are none.
        let isOfMask = [.maskIgnored, .maskIgnoredBackwards, .paddedGradientDropped].contains(mistake)
        if isOfMask { #expect(self.found(CopiedUnfolding(plain, [initial], nil, mistake)).isEmpty) }
    }

    // MARK: In cells

    private func network<Original: RecurrentCell>(_ cell: TamperedCell<Original>) -> WithStates<TamperedCell<Original>> {
        WithStates(Unfolded(cell), [initial], lengths: lengths)
    }

    @Test("in the formula of a plain cell: the equation sees it, and the gradient check sees that its derivative is another's")
    func plainForwards() {
        let equation = expected { Loops.step(plain, $0, $1) }
        func cell(
            _ formula: @escaping @Sendable (_ z: Tensor<Double>, _ h: Tensor<Double>, _ u: Tensor<Double>) -> Tensor<Double>
        ) -> TamperedCell<RNNCell<Double>> {
            TamperedCell(plain, step: { original, z, h in (formula(z, h, original.weights.recurrent), RNNCell.NoGates()) })
        }
        let right = network(cell { z, h, u in tanh(z + h • u) })
        #expect(!equationSees(right, equation) && found(right).isEmpty)
        let mistakes: [(String, TamperedCell<RNNCell<Double>>)] = [
            ("Uᵀ for U", cell { z, h, u in tanh(z + h • u.transposed) }),
            ("a sigmoid", cell { z, h, u in sigmoid(z + h • u) }),
            ("no state", cell { z, _, _ in tanh(z) }),
            ("the state added without weights", cell { z, h, _ in tanh(z + h) }),
            ("only the state activated", cell { z, h, u in z + tanh(h • u) }),
        ]
        for (name, mistake) in mistakes {
            #expect(equationSees(network(mistake), equation) && !found(network(mistake)).isEmpty, "\(name)")
        }
    }

    @Test("in the backward pass through a plain cell: Uᵀ, the activation's derivative") func plainBackwards() {
        let equation = expected { Loops.step(plain, $0, $1) }
        /// δ = g∘slope and ∂L/∂h_{t−1} = δ·matrix.
        func cell(
            _ slope: @escaping @Sendable (_ h: Tensor<Double>) -> Tensor<Double>,
            _ matrix: @escaping @Sendable (_ u: Tensor<Double>) -> Tensor<Double>
        ) -> TamperedCell<RNNCell<Double>> {
            TamperedCell(
                plain,
                back: { original, g, step in
                    let δ = g * slope(step.after)
                    return (δ, δ • matrix(original.weights.recurrent))
                })
        }
        let right = cell({ 1 - $0 * $0 }, { Tensor($0.transposed) })
        #expect(found(network(right)).isEmpty && !equationSees(network(right), equation))
        let mistakes: [(String, TamperedCell<RNNCell<Double>>)] = [
            ("U in place of its transpose", cell({ 1 - $0 * $0 }, { $0 })),
            ("the derivative left out", cell({ Tensor(repeating: 1, shape: $0.shape) }, { Tensor($0.transposed) })),
            ("1 − h for 1 − h²", cell({ 1 - $0 }, { Tensor($0.transposed) })),
            ("the derivative at h in place of at the sum", cell({ 1 - tanh($0) * tanh($0) }, { Tensor($0.transposed) })),
            ("no product with U", cell({ 1 - $0 * $0 }, { Tensor(identity: $0.shape[0]) })),
        ]
        for (name, mistake) in mistakes {
            #expect(!found(network(mistake)).isEmpty && !equationSees(network(mistake), equation), "\(name)")
        }
    }

    /// The formula of the gated recurrent unit with a choice of mistakes.
    private enum Step: CaseIterable { case right, resetOnTheOtherSide, updateExchanged, resetForUpdate, candidateBySigmoid }

    private static func step(_ mistake: Step) -> TamperedCell<GRUCell<Double>>.Step {
        { cell, input, h in
            let r = sigmoid(input.reset + h • cell.reset.recurrent), z = sigmoid(input.update + h • cell.update.recurrent)
            let u = cell.candidate.recurrent
            let isAfter = (cell.resetGate == .afterProduct) != (mistake == .resetOnTheOtherSide)
            let bias = cell.candidateRecurrentBias ?? Tensor(zeros: [cell.hiddenCount])
            let gate = mistake == .resetForUpdate ? z : r
            let recalled = isAfter ? h • u + bias : gate * h
            let sum = input.candidate + (isAfter ? gate * recalled : recalled • u)
            let n = mistake == .candidateBySigmoid ? sigmoid(sum) : tanh(sum)
            let next = mistake == .updateExchanged ? z * n + (1 - z) * h : (1 - z) * n + z * h
            return (next, GRUCell.Gates(reset: r, update: z, candidate: n, recalled: recalled))
        }
    }

    @Test("in the formula of the gated recurrent unit: the equation sees it", arguments: GRUCell<Double>.ResetGate.allCases)
    func gatedForwards(resetGate: GRUCell<Double>.ResetGate) {
        let cell = gated(resetGate), equation = expected { Loops.step(cell, $0, $1) }
        for mistake in Step.allCases {
            let tampered = network(TamperedCell(cell, step: Self.step(mistake)))
            #expect(equationSees(tampered, equation) == (mistake != .right), "\(mistake)")
            if mistake == .right { #expect(found(tampered).isEmpty) }
        }
    }

    /// Its backward pass with a choice of mistakes.
    private enum Back: CaseIterable {
        case right, updateExchanged, signOfUpdate, straightWayDropped, resetShareDropped, updateShareDropped, resetLeftOut
        case derivativeLeftOut, transposed
    }

    private static func back(_ mistake: Back) -> TamperedCell<GRUCell<Double>>.Back {
        { cell, g, trace in
            let (h, r, z, n) = (trace.before, trace.gates.reset, trace.gates.update, trace.gates.candidate)
            func product(_ δ: Tensor<Double>, _ u: Tensor<Double>) -> Tensor<Double> {
                mistake == .transposed ? δ • u : δ • u.transposed
            }
            let kept = mistake == .updateExchanged ? 1 - z : z
            let δn = g * (1 - kept) * (mistake == .derivativeLeftOut ? 1 + 0 * n : 1 - n * n)
            let δz = g * (mistake == .signOfUpdate ? n - h : h - n) * z * (1 - z)
            var back = mistake == .straightWayDropped ? 0 * g : g * kept
            let δr: Tensor<Double>, gate = mistake == .resetLeftOut ? 1 + 0 * r : r
            switch cell.resetGate {
            case .beforeProduct:
                let e = product(δn, cell.candidate.recurrent)
                δr = e * h * r * (1 - r)
                back += e * gate
            case .afterProduct:
                δr = δn * trace.gates.recalled * r * (1 - r)
                back += product(δn * gate, cell.candidate.recurrent)
            }
            if mistake != .resetShareDropped { back += product(δr, cell.reset.recurrent) }
            if mistake != .updateShareDropped { back += product(δz, cell.update.recurrent) }
            return (δ: GRUCell.PreActivations(reset: δr, update: δz, candidate: δn), state: back)
        }
    }

    @Test(
        "in the backward pass through the gated recurrent unit: the gradient check sees it",
        arguments: GRUCell<Double>.ResetGate.allCases)
    func gatedBackwards(resetGate: GRUCell<Double>.ResetGate) {
        let cell = gated(resetGate)
        for mistake in Back.allCases {
            let found = found(network(TamperedCell(cell, back: Self.back(mistake))))
            #expect(found.isEmpty == (mistake == .right), "\(mistake): \(found)")
        }
        // And of the parameters: U_n's gradient with the state where it is the reset state, or unreset.
        let parameters = network(
            TamperedCell(
                cell,
                gradients: { gradient, steps, δ in
                    gradient.candidate.recurrent = (resetGate == .beforeProduct ? steps.before : steps.gates.recalled)
                        .transposed • δ.candidate
                }))
        #expect(found(parameters) == ["candidate.recurrent"])
    }

    @Test("in the loss of a sequence: the mean of all steps, padding too; the gradient behind the end") func loss() {
        var random = Random(seed: 5)
        let labels = [[0, 1], [2, 2], [1, 4]], logits: Tensor<Double> = random.normal([3, 2, 5])
        let right = softmaxCrossEntropy(logits, labels, lengths: lengths)
        let report = checkGradients(at: logits) { softmaxCrossEntropy($0, labels, lengths: lengths) }
        #expect(report.passed)
        let wrongMean = checkGradients(at: logits) {
            (softmaxCrossEntropy($0, labels, lengths: lengths).loss, softmaxCrossEntropy($0, labels).gradient)
        }
        #expect(!wrongMean.passed)
        #expect(abs(softmaxCrossEntropy(logits, labels).loss - right.loss) > 1e-3)
    }
}
