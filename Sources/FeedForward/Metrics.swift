// How good is a network? A loss is made for training; these are made for reading.

/// The accuracy (准确率): the share of rows, 0 to 1, whose largest score is that of the label. A row with a NaN score predicts
/// nothing, and so counts as wrong. Traps without rows, or if a label is not a class.
///
/// - Parameter scores: logits or probabilities, `[batch, classes]`.
public func accuracy<Scalar: TensorScalar>(_ scores: Tensor<Scalar>, _ labels: [Int]) -> Double {
    let predicted = predictions(scores, labels, "accuracy")
    return Double(zip(predicted, labels).filter { $0 == $1 }.count) / Double(labels.count)
}

/// The confusion matrix (混淆矩阵), `[classes, classes]`: element (i, j) counts the rows of class i predicted as class j. Traps
/// if a row predicts nothing because one of its scores is NaN.
public func confusionMatrix<Scalar: TensorScalar>(_ scores: Tensor<Scalar>, _ labels: [Int]) -> Tensor<Double> {
    let predicted = predictions(scores, labels, "confusionMatrix")
    var counts = Tensor<Double>(zeros: [scores.shape[1], scores.shape[1]])
    for (row, (label, predicted)) in zip(labels, predicted).enumerated() {
        guard let predicted else {
            require(false, "confusionMatrix: row \(row) predicts no class, because one of its scores is NaN")
            continue
        }
        counts[label, predicted] += 1
    }
    return counts
}

/// R² = 1 − Σ(p − t)² / Σ(t − mean t)²: 1 for a perfect prediction, 0 for one no better than the mean of the targets. If all
/// targets are the same there is nothing to explain: R² is −∞, or NaN for a perfect prediction.
///
/// Computed in `Double`.
public func coefficientOfDetermination<Scalar: TensorScalar>(
    _ predictions: Tensor<Scalar>, _ targets: Tensor<Scalar>
) -> Double {
    require(
        predictions.shape == targets.shape && predictions.count > 0,
        "coefficientOfDetermination: predictions and targets need one shape that is not empty, but they have "
            + "\(predictions.shape) and \(targets.shape)")
    let (p, t) = (Tensor<Double>(predictions), Tensor<Double>(targets))
    // Measured from one of them, targets that lie close together keep their differences, and equal ones have none.
    let seen = t - t[element: 0]
    let ratio = (p - t).norm() / (seen - seen.mean()).norm()
    return 1 - ratio * ratio
}

/// The class with the largest score of each row; none for a row with a NaN score.
private func predictions<Scalar>(_ scores: Tensor<Scalar>, _ labels: [Int], _ metric: StaticString) -> [Int?] {
    require(
        scores.rank == 2 && scores.shape[0] == labels.count && !labels.isEmpty,
        "\(metric): scores [batch, classes] need one label for each row, but their shape is \(scores.shape) and there "
            + "are \(labels.count) labels")
    for label in labels {
        require(
            label >= 0 && label < scores.shape[1],
            "\(metric): label \(label) is not one of the classes 0..<\(scores.shape[1])")
    }
    // A NaN in a row counts as the largest.
    return scores.argmax(along: -1).enumerated().map { row, best in scores[row, best].isNaN ? nil : best }
}
