// The formula of long short-term memory as plain loops over `Double`, one sequence at a time and without padding. Nothing
// of the cell is used here but its weights.

import Foundation
import LSTM

/// The numbers of one step of one sequence.
typealias Row = [Double]

enum Loops {
    /// x·W + h·U + b.
    static func sum(_ weights: RecurrentWeights<Double>, _ x: Row, _ h: Row) -> Row {
        (0..<weights.bias.count).map { unit in
            var sum = weights.bias[element: unit]
            for (place, x) in x.enumerated() { sum += x * weights.input[place, unit] }
            for (place, h) in h.enumerated() { sum += h * weights.recurrent[place, unit] }
            return sum
        }
    }

    static func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

    static func step(_ cell: LSTMCell<Double>, _ x: Row, _ state: [Row]) -> [Row] {
        let c = state[0], h = state[1], units = h.indices
        func seen(_ peephole: Tensor<Double>?, _ c: Row) -> Row {
            units.map { unit in peephole.map { $0[element: unit] * c[unit] } ?? 0 }
        }
        func gate(_ weights: RecurrentWeights<Double>, _ peephole: Row) -> Row {
            zip(sum(weights, x, h), peephole).map { sigmoid($0 + $1) }
        }
        let f = gate(cell.forget, seen(cell.peepholes?.forget, c))
        let i = gate(cell.input, seen(cell.peepholes?.input, c))
        let g = sum(cell.candidate, x, h).map { tanh($0) }
        let next = units.map { f[$0] * c[$0] + i[$0] * g[$0] }
        let o = gate(cell.output, seen(cell.peepholes?.output, next))
        return [next, units.map { o[$0] * tanh(next[$0]) }]
    }

    /// Every sequence by itself, from its first step to its last or the other way round. Where a shorter one has no step
    /// its output is the state that it has there: read forwards the last, read backwards the first.
    ///
    /// - Parameter step: from the input and the states to the states; the last of them is the output.
    static func unfolded(
        _ x: Tensor<Double>, from initial: [Tensor<Double>], lengths: [Int]?, backwards: Bool,
        step: (_ x: Row, _ state: [Row]) -> [Row]
    ) -> (output: Tensor<Double>, state: [Tensor<Double>]) {
        let (time, batch, units) = (x.shape[0], x.shape[1], initial[0].shape[1])
        var outputs = [[Row]](repeating: [Row](repeating: [], count: batch), count: time)
        var final = initial.map { _ in Row() }
        for sequence in 0..<batch {
            var state = initial.map { $0[sequence].scalars }
            let length = lengths?[sequence] ?? time
            for t in length..<time where backwards { outputs[t][sequence] = state.last! }
            for t in backwards ? (0..<length).reversed() : Array(0..<length) {
                state = step(x[t][sequence].scalars, state)
                outputs[t][sequence] = state.last!
            }
            for t in length..<time where !backwards { outputs[t][sequence] = state.last! }
            for place in final.indices { final[place] += state[place] }
        }
        return (
            Tensor(outputs.flatMap { $0.flatMap { $0 } }, shape: [time, batch, units]),
            final.map { Tensor($0, shape: [batch, units]) }
        )
    }
}
