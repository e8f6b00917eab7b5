// The mean and least squares: what the runs of several chapters measure with.

import SIMDTensor

/// The mean of some numbers.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The w that minimises ‖x·w − y‖²: the solution of xᵀx·w = xᵀy, by Gaussian elimination with the largest pivot.
func solveLeastSquares(_ x: Tensor<Double>, _ y: Tensor<Double>) -> Tensor<Double> {
    let size = x.shape[1]
    var (a, b) = (x.transposed • x, x.transposed • y)
    for column in 0..<size {
        let pivot = (column..<size).max { a[$0, column].magnitude < a[$1, column].magnitude }!
        (a[column], a[pivot], b[column], b[pivot]) = (a[pivot], a[column], b[pivot], b[column])
        for row in 0..<size where row != column {
            let factor = a[row, column] / a[column, column]
            a[row] -= a[column] * factor
            b[row] -= b[column] * factor
        }
    }
    return Tensor(shape: b.shape) { b[$0[0], $0[1]] / a[$0[0], $0[0]] }
}
