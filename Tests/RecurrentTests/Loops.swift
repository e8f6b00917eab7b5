// The formulas of the plain cell and of the gated recurrent unit as plain loops over `Double`, one sequence at a time and
// without padding. Nothing of the cells is used here but their weights.

import Foundation
import Recurrent

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

    static func step(_ cell: RNNCell<Double>, _ x: Row, _ state: [Row]) -> [Row] {
        [
            sum(cell.weights, x, state[0]).map { z in
                switch cell.activation {
                case .tanh: tanh(z)
                case .relu: max(0, z)
                case .identity: z
                }
            }
        ]
    }

    static func step(_ cell: GRUCell<Double>, _ x: Row, _ state: [Row]) -> [Row] {
        let h = state[0], units = h.indices
        let r = sum(cell.reset, x, h).map(sigmoid)
        let z = sum(cell.update, x, h).map(sigmoid)
        let product = { (h: Row, unit: Int) in units.reduce(0) { $0 + h[$1] * cell.candidate.recurrent[$1, unit] } }
        let seen = sum(cell.candidate, x, h.map { _ in 0 })
        let n = units.map { unit in
            if let bias = cell.candidateRecurrentBias {
                return tanh(seen[unit] + r[unit] * (product(h, unit) + bias[element: unit]))
            }
            return tanh(seen[unit] + product(units.map { r[$0] * h[$0] }, unit))
        }
        return [units.map { (1 - z[$0]) * n[$0] + z[$0] * h[$0] }]
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
