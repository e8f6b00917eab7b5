// 3.1.2 Loss functions (损失函数)
//
// A loss measures how far a prediction is from the truth: zero, or as small as can be, for a perfect prediction and
// larger elsewhere. Training makes it small. Each loss here returns itself and its gradient with respect to the
// predictions, with which the way back through the network begins. All losses are means, over the rows of a batch for
// cross-entropy with softmax and over all elements for the others, so that their size does not depend on the batch's.

/// A loss and its gradient with respect to the predictions.
public typealias LossAndGradient<Scalar: TensorScalar> = (loss: Scalar, gradient: Tensor<Scalar>)

// MARK: - Regression

/// Mean squared error (均方误差): L = (1/N) Σ (p − t)²;  ∂L/∂p = 2 (p − t) / N, with N the number of elements.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func meanSquaredError<Scalar: TensorScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("meanSquaredError", predictions, targets)
    let difference = map(predictions, targets) { p, t in p - t }
    return (map(difference) { d in d * d }.mean(), difference * (2 / Scalar(difference.count)))
}

/// Huber's loss: squared where the prediction is near, straight where it is far, so that one outlier does not rule.
///
/// With d = p − t: L = (1/N) Σ ½d² where |d| ≤ δ, else δ(|d| − ½δ);  ∂L/∂p = d/N, cut to ±δ/N. Source: Huber 1964.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func huberLoss<Scalar: TensorScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>, delta: Scalar = 1
) -> LossAndGradient<Scalar> {
    requireTargets("huberLoss", predictions, targets)
    require(delta > 0, "huberLoss: delta is the distance where the loss becomes straight and must be positive, not \(delta)")
    let difference = map(predictions, targets) { p, t in p - t }
    // ½d² = δ(|d| − ½δ) at |d| = δ; with c = d cut to ±δ both are c·d − ½c².
    let limit = Scalar.Vector(repeating: delta)
    let cut = map(difference) { d in Scalar.Vector.minimum(Scalar.Vector.maximum(d, -limit), limit) }
    return (map(cut, difference) { c, d in c * d - c * c * Scalar(0.5) }.mean(), cut / Scalar(cut.count))
}

// MARK: - Classification into many classes

/// Cross-entropy (交叉熵) of softmax probabilities, from scores (logits) and class indices.
///
/// L = −(1/n) Σ ln pᵢ,ₗ with p = softmax(z) and l the label of row i;  ∂L/∂z = (p − onehot(l)) / n.
///
/// - Parameters:
///   - logits: z, `[batch, classes]`.
///   - labels: one class of 0..<classes for each row; another number traps.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func softmaxCrossEntropy<Scalar: TensorScalar>(
    _ logits: Tensor<Scalar>, _ labels: [Int]
) -> LossAndGradient<Scalar> {
    require(
        logits.rank == 2 && logits.shape[0] == labels.count && !labels.isEmpty,
        "softmaxCrossEntropy: logits [batch, classes] need one label for each row, but their shape is \(logits.shape) "
            + "and there are \(labels.count) labels")
    return softmaxCrossEntropy(logits, Tensor(oneHot: labels, classes: logits.shape[1]))
}

/// Cross-entropy of softmax probabilities, from scores (logits) and target probabilities, whose rows sum to 1.
///
/// L = −(1/n) Σ tᵢⱼ ln pᵢⱼ with ln p = z − ln Σ e^z;  ∂L/∂z = (p − t) / n.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func softmaxCrossEntropy<Scalar: TensorScalar>(
    _ logits: Tensor<Scalar>, _ probabilities: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("softmaxCrossEntropy", logits, probabilities)
    require(logits.rank == 2, "softmaxCrossEntropy: logits have the shape [batch, classes], not \(logits.shape)")
    let rows = Scalar(logits.shape[0])
    // ln p = (z − m) − ln Σ e^(z − m) with m the row's largest z: nothing overflows, and large scores lose no digits.
    let largest = logits.maximum(along: -1, keepingAxis: true).broadcast(to: logits.shape)
    let total = map(logits, largest) { z, m in exp(z - m) }.sum(along: -1, keepingAxis: true)
    let logTotal = map(total) { total in log(total) }.broadcast(to: logits.shape)
    let logProbabilities = map(logits, largest, logTotal) { z, m, logTotal in z - m - logTotal }
    // 0 · ln 0 is 0 here: a class that cannot be and is not predicted costs nothing.
    let terms = map(probabilities, logProbabilities) { t, l in (t * l).replacing(with: .zero, where: t .== .zero) }
    return (-terms.sum() / rows, map(logProbabilities, probabilities) { l, t in (exp(l) - t) / rows })
}

// MARK: - Classification into two classes

/// Binary cross-entropy from scores (logits): of p = σ(z) against targets in 0…1.
///
/// L = −(1/N) Σ t ln p + (1 − t) ln(1 − p) = (1/N) Σ ln(1 + e^z) − t z;  ∂L/∂z = (σ(z) − t) / N.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func binaryCrossEntropy<Scalar: TensorScalar>(
    logits: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("binaryCrossEntropy", logits, targets)
    let scale = 1 / Scalar(logits.count)
    // ln(1 + e^z) − t z = (1 − t) ln(1 + e^z) + t ln(1 + e^−z): no large numbers are subtracted.
    let terms = map(logits, targets) { z, t in (1 - t) * softplus(z) + t * softplus(-z) }
    return (terms.mean(), map(logits, targets) { z, t in (sigmoid(z) - t) * scale })
}

/// Binary cross-entropy from probabilities, such as a sigmoid layer's outputs, against targets in 0…1.
///
/// L = −(1/N) Σ t ln p + (1 − t) ln(1 − p);  ∂L/∂p = (p − t) / (p (1 − p)) / N. Of p = 0 and p = 1 the logarithm is not
/// finite: p is kept 2⁻²³ (`Double`: 2⁻⁵²) away from both. From logits nothing has to be cut: prefer them.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func binaryCrossEntropy<Scalar: TensorScalar>(
    probabilities: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> LossAndGradient<Scalar> {
    requireTargets("binaryCrossEntropy", probabilities, targets)
    let scale = 1 / Scalar(probabilities.count)
    let (low, high) = (Scalar.Vector(repeating: .ulpOfOne), Scalar.Vector(repeating: 1 - .ulpOfOne))
    let safe = map(probabilities) { p in Scalar.Vector.minimum(Scalar.Vector.maximum(p, low), high) }
    let terms = map(safe, targets) { p, t in -(t * log(p) + (1 - t) * log(1 - p)) }
    return (terms.mean(), map(safe, targets) { p, t in (p - t) / (p * (1 - p)) * scale })
}

private func requireTargets<Scalar>(_ loss: StaticString, _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>) {
    require(
        predictions.shape == targets.shape && predictions.count > 0,
        "\(loss): predictions and targets need one shape that is not empty, but they have \(predictions.shape) and "
            + "\(targets.shape)")
}
