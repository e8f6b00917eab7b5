// 3.1.2 Loss functions (损失函数)
//
// A loss measures how far a prediction is from the truth: zero, or as small as can be, for a perfect prediction and
// larger elsewhere. Training makes it small. Each function here returns the loss and its gradient with respect to the
// predictions, with which the backward pass through the network begins. All losses are means, over the rows of a batch for
// cross-entropy with softmax and over all elements for the others, so that their size does not depend on the size of the
// batch.

/// A loss and its gradient with respect to the predictions.
public typealias LossAndGradient<Scalar: TensorScalar> = (loss: Scalar, gradient: Tensor<Scalar>)

// MARK: - Regression

/// Mean squared error (均方误差): L = (1/N) Σ (p − t)²;  ∂L/∂p = 2 (p − t) / N, with N the number of elements.
///
/// It is infinite only if the mean itself overflows, not if a square or the sum does.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func meanSquaredError<Scalar: TensorScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("meanSquaredError", predictions, targets)
    let scale = 1 / Scalar(predictions.count)
    let (gradient, sum) = mapAndSum(predictions, targets) { p, t in
        let d = p - t
        return (element: d * (2 * scale), term: d * d)
    }
    if sum.isFinite { return (sum * scale, gradient) }
    // Too large for the sum, for a square or even for d: once more, with half of d, and divided before it is squared.
    let (largeGradient, quarter) = mapAndSum(predictions, targets) { p, t in
        let half = p * Scalar(0.5) - t * Scalar(0.5)
        return (element: half * (4 * scale), term: half * scale * half)
    }
    return (4 * quarter, largeGradient)
}

/// Huber's loss: quadratic where the prediction is near, linear where it is far, so that one outlier does not dominate.
///
/// With d = p − t: L = (1/N) Σ ½d² where |d| ≤ δ, else δ(|d| − ½δ);  ∂L/∂p = d/N, cut to ±δ/N. Source: Huber 1964.
///
/// It is infinite only if the mean itself overflows. Traps unless δ is positive and finite.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func huberLoss<Scalar: TensorScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>, delta: Scalar = 1
) -> LossAndGradient<Scalar> {
    requireTargets("huberLoss", predictions, targets)
    require(
        delta > 0 && delta.isFinite,
        "huberLoss: delta is the distance where the loss becomes straight and must be positive and finite, not \(delta)")
    let (scale, limit) = (1 / Scalar(predictions.count), Scalar.Vector(repeating: delta))
    let (gradient, sum) = mapAndSum(predictions, targets) { p, t in
        let d = p - t
        // ½d² = δ(|d| − ½δ) at |d| = δ; with c = d cut to ±δ both are c·(d − ½c).
        let c = Scalar.Vector.minimum(Scalar.Vector.maximum(d, -limit), limit)
        return (element: c * scale, term: c * (d - c * Scalar(0.5)))
    }
    if sum.isFinite { return (sum * scale, gradient) }
    // Too large for the sum, for a term or even for d: once more, with half of d, and divided before it is multiplied.
    let half = mapAndSum(predictions, targets) { p, t in
        let c = Scalar.Vector.minimum(Scalar.Vector.maximum(p - t, -limit), limit)
        return (element: c, term: c * scale * (p * Scalar(0.5) - t * Scalar(0.5) - c * Scalar(0.25)))
    }
    return (2 * half.sum, gradient)
}

// MARK: - Classification into many classes

/// Cross-entropy (交叉熵) of softmax probabilities, from scores (logits) and class indices.
///
/// L = −(1/n) Σ ln pᵢ,ₗ with p = softmax(z) and l the label of row i;  ∂L/∂z = (p − onehot(l)) / n.
///
/// - Parameters:
///   - logits: z, `[batch, classes]`.
///   - labels: one class in 0..<classes for each row; any other number traps.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func softmaxCrossEntropy<Scalar: TensorScalar>(
    _ logits: Tensor<Scalar>, _ labels: [Int]
) -> LossAndGradient<Scalar> {
    require(
        logits.rank == 2 && logits.shape[0] == labels.count && !labels.isEmpty,
        "softmaxCrossEntropy: logits [batch, classes] need one label for each row, but their shape is \(logits.shape) "
            + "and there are \(labels.count) labels")
    let (rows, classes) = (Scalar(labels.count), logits.shape[1])
    let logProbabilities = logSoftmax(logits)
    var gradient = map(logProbabilities) { l in exp(l) / rows }
    var sum = 0.0
    for (row, label) in labels.enumerated() {
        require(
            label >= 0 && label < classes,
            "softmaxCrossEntropy: label \(label) of row \(row) is not one of the classes 0..<\(classes)")
        let place = row * classes + label
        let l = logProbabilities[element: place]
        sum -= Double(l)
        // p − 1, which does not become zero where p rounds to 1.
        gradient[element: place] = Scalar.expm1(l) / rows
    }
    return (Scalar(sum / Double(labels.count)), gradient)
}

/// Cross-entropy of softmax probabilities, from scores (logits) and target probabilities; a negative target traps.
///
/// L = −(1/n) Σ tᵢⱼ ln pᵢⱼ with ln p = z − ln Σ e^z;  ∂L/∂z = (sᵢ p − t) / n with sᵢ = Σⱼ tᵢⱼ, which is 1 for
/// probabilities. Rows with other sums count for more or less; a row of zeros does not count.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func softmaxCrossEntropy<Scalar: TensorScalar>(
    _ logits: Tensor<Scalar>, _ probabilities: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("softmaxCrossEntropy", logits, probabilities)
    require(logits.rank == 2, "softmaxCrossEntropy: logits have the shape [batch, classes], not \(logits.shape)")
    let rows = Scalar(logits.shape[0])
    let isLikely = Scalar.Vector(repeating: Scalar(-0.7))
    // Of each element ln p and its row's s; from them the gradient and the term of the loss.
    var gradient = logSoftmax(logits)
    var terms = probabilities.sum(along: 1, keepingAxis: true).broadcast(to: logits.shape)
    onThreads(&gradient, &terms, with: probabilities) {
        $0.update { l, s, t in
            // s·p − t, or where p is near 1 and what is sought may be the little that is missing, s·(p − 1) + (s − t).
            let difference = (s * exp(l) - t).replacing(with: s * expm1(l) + (s - t), where: l .> isLikely)
            // 0 · ln 0 is 0 here: a class that cannot be and is not predicted costs nothing.
            s = (t * l).replacing(with: .zero, where: t .== .zero)
                .replacing(with: Scalar.Vector(repeating: .nan), where: t .< .zero)
            l = difference / rows
        }
    }
    let sum = terms.sum()
    // Not −sum, which would turn a loss of zero into minus zero. A sum may overflow where the mean does not.
    let loss = 0 - (sum.isFinite ? sum / rows : (terms / rows).sum())
    if loss.isNaN {
        for (place, t) in probabilities.scalars.enumerated() {
            require(
                !(t < 0),
                "softmaxCrossEntropy: target probabilities must not be negative, but element \(place) is \(t)")
        }
    }
    return (loss, gradient)
}

// MARK: - Classification into two classes

/// Binary cross-entropy from scores (logits): of p = σ(z) against targets in 0…1; any other target traps.
///
/// L = −(1/N) Σ t ln p + (1 − t) ln(1 − p) = (1/N) Σ ln(1 + e^z) − t z; ∂L/∂z = (σ(z) − t) / N. Certain and correct
/// predictions cost nothing: z = ∞ with t = 1, z = −∞ with t = 0.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func binaryCrossEntropy<Scalar: TensorScalar>(
    logits: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("binaryCrossEntropy", logits, targets)
    let scale = 1 / Scalar(logits.count)
    @inline(__always)
    func formula(_ z: Scalar.Vector, _ t: Scalar.Vector) -> (element: Scalar.Vector, term: Scalar.Vector) {
        // With the weight w of the side on which z is wrong, 1 − t where z ≥ 0, else t, and e = e^−|z|,
        // ln(1 + e^z) − t z = w |z| + ln(1 + e): no large numbers are subtracted. And with u = e/(1 + e) = σ(−|z|),
        // σ(z) − t is w − u where z ≥ 0, else u − w: it does not become zero where σ(z) rounds to 1.
        let (size, isNegative) = (z.magnitude, z .< Scalar.Vector.zero)
        let (e, rest) = (exp(-size), 1 - t)
        let u = e / (1 + e)
        let w = rest.replacing(with: t, where: isNegative)
        // 0 · ∞ is 0 here.
        let straight = (w * size).replacing(with: .zero, where: w .== .zero)
        // A target outside 0…1 makes the sum NaN.
        let term = (straight + log1p(e))
            .replacing(with: Scalar.Vector(repeating: .nan), where: t * rest .< Scalar.Vector.zero)
        return (element: (w - u).replacing(with: u - w, where: isNegative) * scale, term: term)
    }
    let (gradient, sum) = mapAndSum(logits, targets) { z, t in formula(z, t) }
    if sum.isFinite { return (sum * scale, gradient) }
    if sum.isNaN { requireProbabilities(targets, "binaryCrossEntropy: a target is a probability, in 0…1") }
    // The sum overflowed; perhaps the mean does not.
    return (mapAndSum(logits, targets) { z, t in (element: z, term: formula(z, t).term * scale) }.sum, gradient)
}

/// Binary cross-entropy from probabilities, such as a sigmoid layer's outputs, against targets, both in 0…1; other numbers
/// trap. For scores (logits) use `binaryCrossEntropy(logits:)`, which makes probabilities of them itself.
///
/// L = −(1/N) Σ t ln p + (1 − t) ln(1 − p);  ∂L/∂p = (p − t) / (p (1 − p)) / N.
///
/// To keep both finite where p is 0 or 1 and the target is not, the logarithm is that of the nearest number between 0 and 1:
/// p = 0 costs as much as 2⁻¹⁴⁹, 103.3, and p = 1 as much as 1 − 2⁻²⁴, 16.6 (`Double`: 2⁻¹⁰⁷⁴, 744.4, and 1 − 2⁻⁵³, 36.7).
/// The gradient is taken no nearer to 0 than 2⁻¹²⁶ (2⁻¹⁰²²), and no nearer to 1 than that. With logits nothing has to be
/// limited: prefer them.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func binaryCrossEntropy<Scalar: TensorScalar>(
    probabilities: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("binaryCrossEntropy", probabilities, targets)
    let scale = 1 / Scalar(probabilities.count)
    let gap = Scalar.ulpOfOne / 2
    let (low, high) = (Scalar.Vector(repeating: .leastNormalMagnitude), Scalar.Vector(repeating: 1 - gap))
    let lowest = Scalar.Vector(repeating: Scalar.log(.leastNonzeroMagnitude))
    let lowestRest = Scalar.Vector(repeating: Scalar.log(gap))
    let (gradient, sum) = mapAndSum(probabilities, targets) { p, t in
        // For a p outside 0…1 one of the logarithms is NaN, and a target outside makes the sum NaN.
        let logarithm = t * Scalar.Vector.maximum(log(p), lowest)
        let term = logarithm + (1 - t) * Scalar.Vector.maximum(log1p(-p), lowestRest)
        let inside = Scalar.Vector.minimum(Scalar.Vector.maximum(p, low), high)
        return (
            element: (inside - t) / (inside * (1 - inside)) * scale,
            term: term.replacing(with: Scalar.Vector(repeating: .nan), where: t * (1 - t) .< Scalar.Vector.zero)
        )
    }
    if sum.isNaN {
        requireProbabilities(
            probabilities,
            "binaryCrossEntropy(probabilities:): a prediction is a probability, in 0…1 (scores go to "
                + "binaryCrossEntropy(logits:))")
        requireProbabilities(targets, "binaryCrossEntropy: a target is a probability, in 0…1")
    }
    // Not −sum, which would turn a loss of zero into minus zero.
    return (0 - sum * scale, gradient)
}

/// Traps and names a number that is not in 0…1.
private func requireProbabilities<Scalar>(_ numbers: Tensor<Scalar>, _ rule: String) {
    for (place, p) in numbers.scalars.enumerated() {
        require(!(p < 0 || p > 1), "\(rule), but element \(place) is \(p)")
    }
}

private func requireTargets<Scalar>(_ loss: StaticString, _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>) {
    require(
        predictions.shape == targets.shape && predictions.count > 0,
        "\(loss): predictions and targets need one shape that is not empty, but they have \(predictions.shape) and "
            + "\(targets.shape)")
}
