// How those networks of chapter 3.3 that are layers are trained: one loop for all of them. Those that read text have a loop
// of their own, because there a state is carried on.

import Datasets
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

/// The mean of every `count` losses, for a curve that can be read, as a series over steps.
func smoothed(_ name: String, _ losses: [Double], by count: Int) -> (name: String, x: [Double], y: [Double]) {
    let starts = Array(stride(from: 0, to: losses.count - count + 1, by: count))
    return (name, starts.map { Double($0 + count) }, starts.map { mean(Array(losses[$0..<$0 + count])) })
}
