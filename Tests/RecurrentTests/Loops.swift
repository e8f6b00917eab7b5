// The formulas of the plain cell and of the gated recurrent unit as plain loops over `Double`, for one sequence. Nothing of
// the cells is used here but their weights.

import Foundation
import Recurrent
import RecurrentTools

extension Loops {
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
}
