// 3.2.2 What a network looks at
//
// Backpropagation finds how the loss changes with every weight, and on the way how it changes with every pixel. Applied to
// the score of a class instead of the loss, it shows which pixels the decision depends on.

/// How much the score of a class changes with each pixel: the largest |∂score/∂x| among a pixel's channels.
///
/// The derivative is that of the network in training. So use a network without dropout; and with batch normalization, the
/// result for an image depends on the other images in the batch.
///
/// - Parameters:
///   - network: from images `[batch, rows, columns, channels]` to scores `[batch, classes]`.
///   - classes: the class whose score is meant, one for each image.
/// - Returns: `[batch, rows, columns]`, not negative.
///
/// Source: Simonyan, Vedaldi & Zisserman 2014, section 3.
public func saliency<Network: Layer>(
    of network: Network, at images: Tensor<Network.Scalar>, for classes: [Int]
) -> Tensor<Network.Scalar> {
    requireImages(images.shape, "saliency")
    var network = network
    let (scores, backward) = network.forward(images)
    require(
        scores.rank == 2 && scores.shape[0] == classes.count,
        "saliency: scores [batch, classes] and one class for each image are needed, but the scores' shape is "
            + "\(scores.shape) and there are \(classes.count) classes")
    // ∂(score of the class)/∂(scores) is 1 at the class.
    let gradient = backward(Tensor(oneHot: classes, classes: scores.shape[1])).input
    return largestMagnitude(gradient)
}

/// The largest |g| among a pixel's channels.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func largestMagnitude<Scalar: TensorScalar>(_ g: Tensor<Scalar>) -> Tensor<Scalar> {
    map(g) { $0.magnitude }.maximum(along: 3)
}
