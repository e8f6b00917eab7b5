// How networks that are layers are trained on sequences: one loop for those of chapter 3.3 and for the forecasts of chapter
// 3.4. What reads text has a loop of its own (Writing), because there a state is carried on.

import Recurrent

/// A batch: the inputs `[time, batch, features]`, and the loss of the outputs.
typealias SequenceBatch = (inputs: Tensor<Float>, loss: (Tensor<Float>) -> LossAndGradient<Float>)

/// Trains a network on batches that are drawn one by one, with steps that become smaller along a cosine; gradients longer
/// than 1 are shortened.
func trainOnSequences<Network: Layer<Float>>(
    _ network: Network, steps: Int, learningRate: Double, weightDecay: Double = 0, random: inout Random,
    batch: (inout Random) -> SequenceBatch
) throws(RunError) -> (network: Network, losses: [Double]) {
    var network = network
    var optimizer = AdamW(for: network, learningRate: learningRate, weightDecay: weightDecay)
    let schedule = CosineAnnealing(learningRate, over: steps)
    var losses = [Double]()
    for step in 0..<steps {
        optimizer.learningRate = schedule(step)
        let (inputs, lossOf) = batch(&random)
        let (outputs, backward) = network.forward(inputs)
        let (loss, outputsGradient) = lossOf(outputs)
        var gradient = backward(outputsGradient).layer
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
        guard loss.isFinite else { throw .lossNotFinite(epoch: 1, batch: step + 1, learningRate: learningRate) }
        losses.append(Double(loss))
    }
    return (network, losses)
}
