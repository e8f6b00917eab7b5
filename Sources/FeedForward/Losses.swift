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
    let scale = 1 / Scalar(predictions.count)
    let (gradient, sum) = mapAndSum(predictions, targets) { p, t in
        let d = p - t
        return (element: d * (2 * scale), term: d * d)
    }
    return (sum * scale, gradient)
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
    let (scale, limit) = (1 / Scalar(predictions.count), Scalar.Vector(repeating: delta))
    let (gradient, sum) = mapAndSum(predictions, targets) { p, t in
        let d = p - t
        // ½d² = δ(|d| − ½δ) at |d| = δ; with c = d cut to ±δ both are c·d − ½c².
        let c = Scalar.Vector.minimum(Scalar.Vector.maximum(d, -limit), limit)
        return (element: c * scale, term: c * d - c * c * Scalar(0.5))
    }
    return (sum * scale, gradient)
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
    let (rows, classes) = (Scalar(labels.count), logits.shape[1])
    let logProbabilities = logSoftmax(logits)
    var gradient = map(logProbabilities) { l in exp(l) / rows }
    var sum = 0.0
    for (row, label) in labels.enumerated() {
        require(
            label >= 0 && label < classes,
            "softmaxCrossEntropy: label \(label) of row \(row) is not one of the classes 0..<\(classes)")
        let place = row * classes + label
        sum -= Double(logProbabilities[element: place])
        gradient[element: place] -= 1 / rows
    }
    return (Scalar(sum) / rows, gradient)
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
    let (gradient, sum) = mapAndSum(logSoftmax(logits), probabilities) { l, t in
        // 0 · ln 0 is 0 here: a class that cannot be and is not predicted costs nothing.
        (element: (exp(l) - t) / rows, term: (t * l).replacing(with: .zero, where: t .== .zero))
    }
    // Not −sum, which of no loss at all makes minus zero.
    return ((0 - sum) / rows, gradient)
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
    let (gradient, sum) = mapAndSum(logits, targets) { z, t in
        // ln(1 + e^z) − t z = (1 − t) ln(1 + e^z) + t ln(1 + e^−z): no large numbers are subtracted. With e = e^−|z|,
        // ln(1 + e^±z) = max(±z, 0) + ln(1 + e), and σ(z) = 1/(1 + e), or e/(1 + e) where z < 0.
        let (e, zero) = (exp(-z.magnitude), Scalar.Vector.zero)
        let straight = (1 - t) * Scalar.Vector.maximum(z, zero) + t * Scalar.Vector.maximum(-z, zero)
        let sigmoid = Scalar.Vector.one.replacing(with: e, where: z .< zero) / (1 + e)
        return (element: (sigmoid - t) * scale, term: straight + log1p(e))
    }
    return (sum * scale, gradient)
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
    let (gradient, sum) = mapAndSum(probabilities, targets) { p, t in
        let p = Scalar.Vector.minimum(Scalar.Vector.maximum(p, low), high)
        return (element: (p - t) / (p * (1 - p)) * scale, term: -(t * log(p) + (1 - t) * log(1 - p)))
    }
    return (sum * scale, gradient)
}

private func requireTargets<Scalar>(_ loss: StaticString, _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>) {
    require(
        predictions.shape == targets.shape && predictions.count > 0,
        "\(loss): predictions and targets need one shape that is not empty, but they have \(predictions.shape) and "
            + "\(targets.shape)")
}
