// 3.1.2 Is the derivative right?
//
// With a wrong derivative a network may still train, only worse: nothing crashes, no warning appears. So a derivative
// written by hand is compared with its definition, the change of the output when one number changes a little. That takes
// four evaluations for every number, far too slow to train with and just right to test with.
//
// The output of a layer is many numbers; to get a single one, it is multiplied by a fixed random direction r and summed, L =
// Σ r ∘ y. (A plain sum would not do: the outputs of a softmax sum to 1 whatever its input, so their sum has the gradient
// zero, and a backward pass that returns nothing but zeros would pass.)

/// One number of a gradient that is not what it should be.
public struct GradientMismatch: Sendable {
    /// The parameter's name, or "input".
    public let parameter: String
    /// Where in the parameter; nil if the gradient has not even the parameter's shape.
    public let index: [Int]?
    /// The value from the layer's backward pass.
    public let analytic: Double
    /// The value from the change of the output.
    public let numeric: Double

    /// |analytic − numeric| / max(|analytic|, |numeric|).
    public var relativeError: Double {
        let largest = max(analytic.magnitude, numeric.magnitude)
        return largest == 0 ? 0 : (analytic - numeric).magnitude / largest
    }
}

/// What a gradient check found.
public struct GradientReport: Sendable, CustomStringConvertible {
    /// How many numbers were compared.
    public let compared: Int
    /// For each tensor with a wrong gradient the worst number, and the mistake that typically causes such a pattern.
    public let mismatches: [(worst: GradientMismatch, wrong: Int, of: Int, likelyCause: String)]
    /// The largest relative error among gradients above 10⁻⁴, where it is meaningful; ∞ if a shape is wrong.
    public let largestRelativeError: Double

    /// True if every number agrees.
    public var passed: Bool { mismatches.isEmpty && compared > 0 }

    public var description: String {
        if compared == 0 { return "gradient check: there was nothing to compare" }
        if passed {
            return "gradient check passed: \(compared) numbers, largest relative error \(largestRelativeError)"
        }
        return mismatches.map { worst, wrong, total, cause in
            guard let index = worst.index else { return "gradient of \(worst.parameter) is wrong. \(cause)" }
            return """
                gradient of \(worst.parameter) is wrong in \(wrong) of \(total) numbers; worst at \(index): \
                analytic \(worst.analytic), numeric \(worst.numeric), relative error \(worst.relativeError). \(cause)
                """
        }.joined(separator: "\n")
    }
}

/// Compares the backward pass of a layer, or of a whole network, with central differences, for every number of the input
/// and of every parameter.
///
/// ```swift
/// var random = Random(seed: 1)
/// let layer = Dense<Double>(4, 3, random: &random)
/// print(checkGradients(of: layer, at: random.normal([5, 4])))
/// // gradient check passed: 35 numbers, largest relative error 1.2e-12
/// ```
///
/// Check at small, odd shapes, with more than one row, and with parameters that are not zero. A number x is moved by
/// 10⁻³ · max(1, |x|) and twice that and, if the result disagrees, with 10⁻⁴ and 10⁻⁵ in place of 10⁻³: near a kink,
/// such as that of ReLU at zero, only the smaller steps stay on one side, while a wrong derivative disagrees with all of
/// them. A stochastic layer is copied for every evaluation, and a copy repeats its random numbers.
///
/// - Parameters:
///   - layer: in `Double`, because differences of `Float` have too few digits.
///   - input: where to check, with the batch axis in front.
///   - tolerance: the largest relative error allowed; traps unless it is positive and below 1.
///   - seed: fixes the direction r.
public func checkGradients<L: Layer>(
    of layer: L, at input: Tensor<Double>, tolerance: Double = 1e-7, seed: UInt64 = 1
) -> GradientReport where L.Scalar == Double {
    var trained = layer
    let (output, backward) = trained.forward(input)
    var random = Random(seed: seed)
    let direction: Tensor<Double> = random.normal(output.shape)
    let gradient = backward(direction)

    func project(_ layer: L, _ input: Tensor<Double>) -> Double {
        var layer = layer
        return (layer.forward(input).output * direction).sum()
    }
    // What is compared: a name, the analytic gradient, and the value as a function of that tensor.
    let check = GradientComparison(tolerance: tolerance)
    var findings = [check.compare("input", input, gradient.input, input.rank > 0 ? input.shape[0] : 1) {
        project(layer, $0)
    }]
    for parameter in layer.parameters {
        findings.append(
            check.compare(
                parameter.name, layer[keyPath: parameter.path], gradient.layer[keyPath: parameter.path],
                input.rank > 0 ? input.shape[0] : 1
            ) { value in
                var changed = layer
                changed[keyPath: parameter.path] = value
                return project(changed, input)
            })
    }
    return GradientReport(findings)
}

/// Compares the gradient that a loss returns with central differences.
///
/// ```swift
/// checkGradients(at: predictions) { meanSquaredError($0, targets) }
/// ```
public func checkGradients(
    at predictions: Tensor<Double>, tolerance: Double = 1e-7, of loss: (Tensor<Double>) -> LossAndGradient<Double>
) -> GradientReport {
    let finding = GradientComparison(tolerance: tolerance).compare(
        "predictions", predictions, loss(predictions).gradient, predictions.rank > 0 ? predictions.shape[0] : 1
    ) { loss($0).loss }
    return GradientReport([finding])
}

// MARK: - How it is done

extension GradientReport {
    fileprivate init(_ findings: [GradientFinding]) {
        compared = findings.reduce(0) { $0 + $1.compared }
        mismatches = findings.compactMap { finding in
            finding.worst.map { ($0, finding.wrong, finding.compared, finding.likelyCause) }
        }
        largestRelativeError = findings.map(\.largestRelativeError).max() ?? 0
    }
}

/// The comparison of one tensor.
private struct GradientFinding {
    var compared = 0
    var wrong = 0
    var worst: GradientMismatch?
    var largestRelativeError = 0.0
    var likelyCause = ""
}

private struct GradientComparison {
    let tolerance: Double

    init(tolerance: Double) {
        require(
            tolerance > 0 && tolerance < 1,
            "checkGradients: the tolerance is a relative error between 0 and 1, but it is \(tolerance)")
        self.tolerance = tolerance
    }

    /// Below this a gradient is lost in the rounding noise of the differences.
    let negligible = 1e-9

    func compare(
        _ name: String, _ point: Tensor<Double>, _ analytic: Tensor<Double>, _ batch: Int,
        _ value: (Tensor<Double>) -> Double
    ) -> GradientFinding {
        guard analytic.shape == point.shape else {
            let worst = GradientMismatch(parameter: name, index: nil, analytic: .nan, numeric: .nan)
            return GradientFinding(
                compared: point.count, wrong: point.count, worst: worst, largestRelativeError: .infinity,
                likelyCause: "The gradient has shape \(analytic.shape), but what it belongs to has \(point.shape): "
                    + "a missing transpose, or a sum along the wrong axis.")
        }
        var finding = GradientFinding(compared: point.count)
        var numeric = Tensor<Double>(zeros: point.shape)
        for place in 0..<point.count {
            let a = analytic[element: place]
            for step in [1e-3, 1e-4, 1e-5] {
                numeric[element: place] = derivative(value, point, place, step)
                if agrees(a, numeric[element: place]) { break }
            }
            let n = numeric[element: place]
            let entry = GradientMismatch(
                parameter: name, index: indices(of: place, in: point.shape), analytic: a, numeric: n)
            if agrees(a, n) {
                if max(a.magnitude, n.magnitude) > 1e-4 {
                    finding.largestRelativeError = max(finding.largestRelativeError, entry.relativeError)
                }
            } else {
                finding.wrong += 1
                let error = entry.relativeError.isNaN ? .infinity : entry.relativeError
                if finding.worst == nil || error > finding.largestRelativeError { finding.worst = entry }
                finding.largestRelativeError = max(finding.largestRelativeError, error)
            }
        }
        if finding.wrong > 0 { finding.likelyCause = likelyCause(analytic, numeric, batch) }
        return finding
    }

    private func agrees(_ a: Double, _ n: Double) -> Bool {
        // An infinite difference would pass an infinite tolerance.
        let difference = (a - n).magnitude
        return difference.isFinite && difference <= tolerance * max(a.magnitude, n.magnitude) + negligible
    }

    /// f′(x) ≈ (8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h, with an error of order h⁴.
    private func derivative(
        _ value: (Tensor<Double>) -> Double, _ point: Tensor<Double>, _ place: Int, _ step: Double
    ) -> Double {
        let h = step * max(1, point[element: place].magnitude)
        func at(_ offset: Double) -> Double {
            var moved = point
            moved[element: place] += offset
            return value(moved)
        }
        return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    }

    private func indices(of place: Int, in shape: [Int]) -> [Int] {
        var (rest, result) = (place, [Int]())
        for size in shape.reversed() {
            result.insert(rest % size, at: 0)
            rest /= size
        }
        return result
    }

    /// The mistake that typically causes such a pattern.
    private func likelyCause(_ analytic: Tensor<Double>, _ numeric: Tensor<Double>, _ batch: Int) -> String {
        let (a, n) = (analytic.scalars, numeric.scalars)
        func same(_ x: [Double], _ y: [Double]) -> Bool {
            zip(x, y).allSatisfy { ($0 - $1).magnitude <= 1e-5 * max($0.magnitude, $1.magnitude) + negligible }
        }
        if a.contains(where: { !$0.isFinite }) {
            return "The analytic gradient is not finite: a division by zero, or the logarithm of zero."
        }
        if n.contains(where: { !$0.isFinite }) {
            return "The forward pass is not finite near this point."
        }
        if a.allSatisfy({ $0 == 0 }) {
            return "The analytic gradient is zero everywhere: it is not computed, or not handed back."
        }
        if same(a, n.map { -$0 }) { return "The sign is wrong everywhere: a minus is missing, or there is one too many." }
        // The same factor everywhere?
        let (inner, square) = (zip(a, n).reduce(0) { $0 + $1.0 * $1.1 }, n.reduce(0) { $0 + $1 * $1 })
        let factor = inner / square
        if square > 0, factor.isFinite, factor != 0, same(a, n.map { factor * $0 }) {
            let inverse = 1 / factor
            if batch > 1, (factor - Double(batch)).magnitude < 1e-3 {
                return "It is \(batch) times too large everywhere, and the batch has \(batch) rows: 1/n is missing, "
                    + "or the rows are summed twice."
            }
            if batch > 1, (inverse - Double(batch)).magnitude < 1e-3 {
                return "It is \(batch) times too small everywhere, and the batch has \(batch) rows: the rows are "
                    + "averaged where they must be summed."
            }
            let rounded = (factor * 1e4).rounded() / 1e4
            return "It is \(rounded == 0 ? factor : rounded) times what it should be, everywhere: a constant of the "
                + "formula is missing or wrong."
        }
        if analytic.rank == 2 {
            let exchanged = Tensor(numeric.transposed).scalars
            if same(a, exchanged) { return "It is the transpose of what it should be: the factors are in the wrong order." }
        }
        // That nothing stays nothing says little: a zero is right behind a silent ReLU, whatever the derivative.
        let telling = zip(a, n).filter { max($0.magnitude, $1.magnitude) > negligible }
        let right = telling.filter { agrees($0, $1) }.count
        if 4 * right >= telling.count {
            return "\(right) of the \(telling.count) numbers that are not zero are right: some places or some rows are "
                + "left out, or counted twice."
        }
        return "No simple pattern: a term of the derivative is missing (of a parameter used more than once, every use "
            + "adds its share with +=), or it is taken at the wrong value (input for output, or after the update for "
            + "before)."
    }
}
