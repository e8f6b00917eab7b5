// Who checks the checks? The classic mistakes in the gates of long short-term memory, planted in its formula and in its
// backward pass: each must be seen by the check that is there for it. A wrong derivative is seen by the gradient check, a
// wrong formula by the comparison with the equation and with the reference values.

import LSTM
import RecurrentTools
import TestTools
import Testing

@Suite("The checks see planted mistakes")
struct PlantedMistakeTests {
    private typealias Tampered = TamperedCell<LSTMCell<Double>>

    private let cell: LSTMCell<Double> = {
        var random = Random(seed: 1)
        return LSTMCell(2, 3, peepholes: true, random: &random).moved(&random)
    }()
    private let x: Tensor<Double> = {
        var random = Random(seed: 2)
        return random.normal([3, 2, 2])
    }()
    private let initial: [Tensor<Double>] = {
        var random = Random(seed: 3)
        return [random.normal([2, 3]), random.normal([2, 3])]
    }()
    private let lengths = [2, 3]

    private func network(_ cell: Tampered) -> WithStates<Tampered> {
        WithStates(Unfolded(cell), initial, lengths: lengths)
    }

    /// What the gradient check finds wrong.
    private func found(_ cell: Tampered) -> Set<String> {
        let report = checkGradients(of: network(cell), at: x)
        #expect(report.compared > 0)
        return Set(report.mismatches.map(\.worst.parameter))
    }

    // MARK: In the formula

    private enum Step: CaseIterable {
        case right
        /// f and i exchanged.
        case gatesExchanged
        /// c_t = f∘c + (1 − f)∘g, as the gated recurrent unit has it.
        case gatesCoupled
        /// c_t = g where it is added to what is kept, = for +=.
        case overwritten
        /// h_t = o∘c_t.
        case shownWithoutTanh
        /// h_t = o∘tanh(c_{t−1}).
        case shownOneStepLate
        case candidateBySigmoid
        /// The output gate sees c_{t−1}.
        case outputPeepholeFromBefore
        case peepholesExchanged
        case peepholesForgotten
    }

    private static func step(_ mistake: Step) -> Tampered.Step {
        { cell, z, state in
            let (c, h) = (state.cell, state.output)
            let zero = Tensor<Double>(zeros: [cell.hiddenCount])
            var eyes = cell.peepholes ?? LSTMCell.Peepholes(forget: zero, input: zero, output: zero)
            if mistake == .peepholesForgotten { eyes = LSTMCell.Peepholes(forget: zero, input: zero, output: zero) }
            if mistake == .peepholesExchanged { (eyes.forget, eyes.input) = (eyes.input, eyes.forget) }
            let f = sigmoid(z.forget + h • cell.forget.recurrent + c * eyes.forget)
            let i = sigmoid(z.input + h • cell.input.recurrent + c * eyes.input)
            let sum = z.candidate + h • cell.candidate.recurrent
            let g = mistake == .candidateBySigmoid ? sigmoid(sum) : tanh(sum)
            let next =
                switch mistake {
                case .gatesExchanged: i * c + f * g
                case .gatesCoupled: f * c + (1 - f) * g
                case .overwritten: i * g
                default: f * c + i * g
                }
            let seen = mistake == .outputPeepholeFromBefore ? c : next
            let o = sigmoid(z.output + h • cell.output.recurrent + seen * eyes.output)
            let shown =
                switch mistake {
                case .shownWithoutTanh: o * next
                case .shownOneStepLate: o * tanh(c)
                default: o * tanh(next)
                }
            return (
                LSTMCell.State(cell: next, output: shown), LSTMCell.Gates(forget: f, input: i, candidate: g, output: o)
            )
        }
    }

    @Test("in the formula: the equation sees it, and so do the reference values") func formula() {
        let (output, state) = Loops.unfolded(x, from: initial, lengths: lengths, backwards: false) {
            Loops.step(cell, $0, $1)
        }
        let expected = joined([output] + state)
        for mistake in Step.allCases {
            let tampered = Tampered(cell, step: Self.step(mistake))
            let difference = network(tampered)(x).maximumDifference(from: expected)
            #expect((difference > 1e-3) == (mistake != .right), "\(mistake): \(difference)")
            if mistake == .right { #expect(difference < 1e-13 && found(tampered).isEmpty) }
            let seen = Reference.file.names("layer").filter { name in
                let reference = Reference[name], sizes = reference.sizes
                var random = Random(seed: 1)
                let fresh = LSTMCell<Double>(
                    sizes.inputs, sizes.hidden, peepholes: name.contains("peephole"), random: &random)
                let network = Unfolded(Tampered(fresh.with(reference.parameters), step: Self.step(mistake)))
                let (hidden, cell) = (reference.initialHidden.tensor, reference.initialCell.tensor)
                let (output, _) = network(
                    reference.input.tensor, from: LSTMCell.State(cell: cell, output: hidden), lengths: reference.lengths)
                return output.maximumDifference(from: reference.output.tensor) > 1e-3
            }
            switch mistake {
            case .right: #expect(seen.isEmpty)
            case .outputPeepholeFromBefore, .peepholesExchanged, .peepholesForgotten:
                #expect(seen == ["lstm-peephole", "lstm-peephole-lengths"], "\(mistake)")
            default: #expect(seen.count == 4, "\(mistake): \(seen)")
            }
        }
    }

    // MARK: In the backward pass

    private enum Back: CaseIterable {
        case right
        /// 1 − tanh²(c) left out.
        case tanhDerivativeForgotten
        /// 1 − c² in its place.
        case tanhDerivativeAtTheCell
        /// δ_f with c_t in place of c_{t−1}.
        case forgetWithNewCell
        /// δ_i and δ_g exchanged.
        case inputAndCandidateExchanged
        /// The straight line cut: nothing from c_t to c_{t−1}.
        case straightLineCut
        /// ∂L/∂c_{t−1} = ∂L/∂c_t, without f.
        case straightLineWithoutGate
        /// What comes from the cell state after is overwritten, = for +=.
        case cellGradientOverwritten
        /// The output gate's share of ∂L/∂c_t through its peephole.
        case outputPeepholeDropped
        /// The shares of the other peepholes in ∂L/∂c_{t−1}.
        case peepholesDropped
        case outputShareDropped
        case transposed
        /// o(1 − o) left out.
        case sigmoidDerivativeForgotten
    }

    private static func back(_ mistake: Back) -> Tampered.Back {
        { cell, gradient, step in
            let (f, i, g, o) = (step.gates.forget, step.gates.input, step.gates.candidate, step.gates.output)
            let (c, before, h) = (step.after.cell, step.before.cell, gradient.output)
            let shown = tanh(c), eyes = cell.peepholes!
            let δo = h * shown * (mistake == .sigmoidDerivativeForgotten ? 1 + 0 * o : o * (1 - o))
            let slope =
                switch mistake {
                case .tanhDerivativeForgotten: 1 + 0 * c
                case .tanhDerivativeAtTheCell: 1 - c * c
                default: 1 - shown * shown
                }
            var d = h * o * slope
            if mistake != .cellGradientOverwritten { d += gradient.cell }
            if mistake != .outputPeepholeDropped { d += δo * eyes.output }
            let δf = d * (mistake == .forgetWithNewCell ? c : before) * f * (1 - f)
            var (δi, δg) = (d * g * i * (1 - i), d * i * (1 - g * g))
            if mistake == .inputAndCandidateExchanged { (δi, δg) = (δg, δi) }
            var cBefore = d * f
            if mistake == .straightLineCut { cBefore *= 0 }
            if mistake == .straightLineWithoutGate { cBefore = d }
            if mistake != .peepholesDropped { cBefore += δf * eyes.forget + δi * eyes.input }
            func product(_ δ: Tensor<Double>, _ weights: RecurrentWeights<Double>) -> Tensor<Double> {
                mistake == .transposed ? δ • weights.recurrent : δ • weights.recurrent.transposed
            }
            var hBefore = product(δf, cell.forget) + product(δi, cell.input) + product(δg, cell.candidate)
            if mistake != .outputShareDropped { hBefore += product(δo, cell.output) }
            return (
                LSTMCell.Gates(forget: δf, input: δi, candidate: δg, output: δo),
                LSTMCell.State(cell: cBefore, output: hBefore)
            )
        }
    }

    @Test("in the backward pass: the gradient check sees it") func backwards() {
        for mistake in Back.allCases {
            let found = found(Tampered(cell, back: Self.back(mistake)))
            #expect(found.isEmpty == (mistake == .right), "\(mistake): \(found)")
        }
    }

    @Test("in the gradients of the parameters: the check names the one") func parameters() {
        #expect(found(Tampered(cell, gradients: { _, _, _ in })).isEmpty)
        let mistakes: [(String, Tampered.Change)] = [
            // The peephole of the output gate sees the new cell state, the others the old one.
            ("peepholes.output", { $0.peepholes!.output = ($1.before.cell * $2.output).sum(along: 0) }),
            ("peepholes.forget", { $0.peepholes!.forget = ($1.after.cell * $2.forget).sum(along: 0) }),
            ("peepholes.input", { gradient, _, _ in gradient.peepholes!.input *= 0 }),
            ("forget.recurrent", { $0.forget.recurrent = $1.after.output.transposed • $2.forget }),
            ("input.recurrent", { $0.input.recurrent = Tensor($2.input.transposed • $1.before.output) }),
            ("output.bias", { gradient, _, δ in gradient.output.bias = δ.output.mean(along: 0) }),
            // Only the last step of two sequences, = for +=.
            ("candidate.bias", { gradient, _, δ in gradient.candidate.bias = δ.candidate[4..<6].sum(along: 0) }),
        ]
        for (name, mistake) in mistakes {
            #expect(found(Tampered(cell, gradients: mistake)) == [name])
        }
    }
}
