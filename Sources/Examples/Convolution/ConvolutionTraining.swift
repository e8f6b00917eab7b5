// How the classifiers of chapter 3.2 are trained and evaluated: one loop for all of them.

import Convolution
import Datasets

/// Trains a classifier batch by batch, with steps that become smaller along a cosine.
///
/// - Parameters:
///   - shifts: by how many pixels each image is shifted at most, differently in every epoch; 0 leaves all as they are.
///   - watch: called after every epoch with how many are done, the mean loss, the network as it then is.
func trainInBatches<Network: Layer<Float>>(
    _ network: Network, on training: Labeled<Float, [Int]>, epochs: Int, learningRate: Double = 0.003, shifts: Int = 0,
    random: inout Random, watch: (_ epoch: Int, _ loss: Double, _ network: Network) -> Void = { _, _, _ in }
) throws(RunError) -> Network {
    var network = network
    var optimizer = AdamW(for: network, learningRate: learningRate, weightDecay: 0.01)
    let schedule = CosineAnnealing(learningRate, over: epochs)
    for epoch in 0..<epochs {
        optimizer.learningRate = schedule(epoch)
        var total = 0.0
        for (number, images) in training.batches(of: 32, shuffledBy: &random).enumerated() {
            let batch = shifts == 0 ? images : images.randomlyShifted(by: shifts, random: &random)
            let (logits, backward) = network.forward(batch.inputs)
            let (loss, logitsGradient) = softmaxCrossEntropy(logits, batch.labels)
            let gradient = backward(logitsGradient).layer
            optimizer.update(&network, along: gradient)
            guard loss.isFinite else {
                throw .lossNotFinite(epoch: epoch + 1, batch: number + 1, learningRate: learningRate)
            }
            total += Double(loss) * Double(batch.count)
        }
        watch(epoch + 1, total / Double(training.count), network)
    }
    return network
}

/// A network's outputs for many images, some hundreds at a time, so that the maps of all need not be in memory at once.
func outputs(of network: some Layer<Float>, for images: Tensor<Float>) -> Tensor<Float> {
    let count = images.shape[0]
    return .concatenate(
        stride(from: 0, to: count, by: 250).map { network(images[$0..<min($0 + 250, count)]) })
}

/// The share of images that a classifier gets right.
func accuracy(of network: some Layer<Float>, on images: Labeled<Float, [Int]>) -> Double {
    accuracy(outputs(of: network, for: images.inputs), images.labels)
}
