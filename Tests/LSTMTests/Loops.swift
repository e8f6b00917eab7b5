// The formula of long short-term memory as plain loops over `Double`, for one sequence. Nothing of the cell is used here but
// its weights.

import Foundation
import LSTM
import RecurrentTools

extension Loops {
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
}
