// Is the formula right? The cell, unfolded forwards and backwards, with states and lengths of any kind, against a
// transcription as plain loops over `Double` (Loops.swift), which shares nothing with it but the formula. A gradient check
// cannot see a wrong formula; these tests can.

import LSTM
import RecurrentTools
import TestTools
import Testing

@Suite("Long short-term memory equals its formula written as plain loops", .claim("A3.4.2-1"))
struct EquationTests {
    @Test("with peepholes and without", arguments: 1...12 as ClosedRange<UInt64>) func anySize(seed: UInt64) {
        var random = Random(seed: seed)
        for peepholes in [false, true] {
            let (inputs, hidden) = (random.odd(upTo: 9), random.odd(upTo: 9))
            expectLoops(LSTMCell(inputs, hidden, peepholes: peepholes, random: &random), &random, Loops.step)
        }
    }

    @Test("as many units as a vector has lanes, and one more", arguments: [8, 16, 17, 33]) func vectors(hidden: Int) {
        var random = Random(seed: UInt64(hidden))
        expectLoops(LSTMCell(3, hidden, peepholes: true, random: &random), &random, Loops.step)
    }

    @Test("every gate of a trace is the formula's, and the states before a step are those after the one before")
    func trace() {
        var random = Random(seed: 3)
        let cell = LSTMCell<Double>(3, 5, random: &random).moved(&random), x: Tensor<Double> = random.normal([4, 2, 3])
        for direction in [Unfolded<LSTMCell<Double>>.Direction.forwards, .backwards] {
            let trace = Unfolded(cell, direction: direction).trace(x)
            let order = direction == .forwards ? [0, 1, 2, 3] : [3, 2, 1, 0]
            #expect(trace.before.cell[order[0]] == Tensor(zeros: [2, 5]))
            for (earlier, later) in zip(order, order.dropFirst()) {
                #expect(trace.after.cell[earlier] == trace.before.cell[later])
                #expect(trace.after.output[earlier] == trace.before.output[later])
            }
            for time in 0..<4 {
                for row in 0..<2 {
                    let (x, h) = (x[time][row].scalars, trace.before.output[time][row].scalars)
                    let gates = trace.gates
                    for (weights, gate) in [
                        (cell.forget, gates.forget), (cell.input, gates.input), (cell.output, gates.output),
                    ] {
                        expectClose(gate[time][row], Tensor(Loops.sum(weights, x, h).map(Loops.sigmoid)))
                    }
                    expectClose(gates.candidate[time][row], tanh(Tensor(Loops.sum(cell.candidate, x, h))))
                }
            }
        }
    }
}
