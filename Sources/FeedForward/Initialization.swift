// Where the weights begin
//
// If all weights were equal, all neurons of a layer would compute the same and learn the same for ever: so they are random.
// If they were too large, signals would grow from layer to layer; if too small, fade. The right spread preserves the
// variance of what passes through a layer: in the forward pass it depends on the number of inputs of a neuron (fan-in), in
// the backward pass on the number of its outputs (fan-out).

/// How the weights of a fresh layer are drawn.
public enum Initialization: Sendable {
    /// Uniform in ±√(6/(fanIn + fanOut)), variance 2/(fanIn + fanOut): preserves the variance forward and backward through
    /// linear, sigmoid and tanh layers. Glorot & Bengio 2010, equation 16.
    case glorotUniform

    /// Normal with variance 2/(fanIn + fanOut). Glorot & Bengio 2010, equation 12.
    case glorotNormal

    /// Uniform in ±√(6/fanIn), variance 2/fanIn: ReLU drops half of the signal, so twice the variance is needed.
    /// He, Zhang, Ren & Sun 2015, equation 10.
    case heUniform

    /// Normal with variance 2/fanIn. He, Zhang, Ren & Sun 2015, equation 10.
    case heNormal

    /// Orthogonal: its rows, or its columns where these are fewer, are at right angles and of length 1, so that a square one
    /// turns a vector without changing its length. Only for matrices. Saxe, McClelland & Ganguli 2014, section 3.
    case orthogonal

    /// The standard deviation of a weight. Traps unless fanIn and fanOut are positive.
    public func standardDeviation(fanIn: Int, fanOut: Int) -> Double {
        require(
            fanIn > 0 && fanOut > 0,
            "Initialization: a weight leads from at least one input to at least one output, not from \(fanIn) to "
                + "\(fanOut)")
        return switch self {
        case .glorotUniform, .glorotNormal: (2 / (Double(fanIn) + Double(fanOut))).squareRoot()
        case .heUniform, .heNormal: (2 / Double(fanIn)).squareRoot()
        case .orthogonal: (1 / Double(max(fanIn, fanOut))).squareRoot()
        }
    }

    /// A weight of the given shape, drawn. Traps unless fanIn and fanOut are positive.
    public func weight<Scalar: TensorScalar>(
        _ shape: [Int], fanIn: Int, fanOut: Int, random: inout Random
    ) -> Tensor<Scalar> {
        let deviation = standardDeviation(fanIn: fanIn, fanOut: fanOut)
        switch self {
        case .glorotUniform, .heUniform:
            // A uniform number in ±a has the standard deviation a/√3.
            let bound = Scalar(deviation * 3.0.squareRoot())
            return random.uniform(shape, in: -bound..<bound)
        case .glorotNormal, .heNormal:
            return random.normal(shape, standardDeviation: Scalar(deviation))
        case .orthogonal:
            require(
                shape.count == 2, "Initialization.orthogonal: a matrix can be orthogonal, a weight of shape \(shape) not")
            let (lines, length) = (min(shape[0], shape[1]), max(shape[0], shape[1]))
            let matrix = Tensor(orthonormalRows(lines, length, random: &random), shape: [lines, length])
            return Tensor(shape[0] <= shape[1] ? matrix : Tensor(matrix.transposed))
        }
    }

    /// Normal vectors, from each of which its components along the previous ones are subtracted (Gram & Schmidt); twice,
    /// because what rounding leaves after the first time would grow with the number of vectors.
    private func orthonormalRows(_ lines: Int, _ length: Int, random: inout Random) -> [Double] {
        var rows: [[Double]] = []
        for _ in 0..<lines {
            var row = (0..<length).map { _ in random.normal() }
            for _ in 0..<2 {
                for other in rows {
                    let share = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
                    for place in row.indices { row[place] -= share * other[place] }
                }
            }
            let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            rows.append(row.map { $0 / norm })
        }
        return rows.flatMap { $0 }
    }
}
