// The next frame of a film: digits that move and bounce, seen pixel by pixel. (A3.4.3-4)

import Datasets
import Figures
import LSTM

/// What a network foretells of clips that it has not seen.
struct VideoStudy {
    /// The mean squared error of a pixel of the next frame, from the third frame on: of the network, of the last frame
    /// taken again, and of the last frame moved on as it moved before.
    let error: Double
    let copying: Double
    let moving: Double
    /// Frame for frame on the way: the error of the network and of copying.
    let byFrame: [Double]
    let copyingByFrame: [Double]
    let frames: Tensor<Float>
    let predictions: Tensor<Float>
}

/// Trains a network to foretell the next frame of clips.
func foretellFrames(
    seed: UInt64, steps: Int, hidden: Int = 128, frames: Int = 12, learningRate: Double = 0.004, watch: (Int, Double) -> Void = { _, _ in }
) -> VideoStudy {
    var random = Random(seed: seed)
    let (training, test) = Digits.load().stratifiedSplit(testFraction: 0.2, shuffledBy: &random)
    func clips(_ count: Int, from digits: Labeled<Float, [Int]>) -> (seen: Tensor<Float>, next: Tensor<Float>) {
        let clips = BouncingDigits.make(count: count, frames: frames, from: digits, random: &random)
        return (clips[0..<frames - 1], clips[1..<frames])
    }
    let heldOut = clips(200, from: test)
    var network = Sequential {
        Unfolded(LSTMCell(256, hidden, random: &random))
        EachStep(Dense(hidden, 256, random: &random))
    }
    var optimizer = Adam(for: network, learningRate: learningRate)
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: steps)
    for step in 0..<steps {
        optimizer.learningRate = schedule(step)
        let (seen, next) = clips(32, from: training)
        let (logits, backward) = network.forward(seen)
        let (loss, logitsGradient) = binaryCrossEntropy(logits: logits, next)
        var (_, gradient) = backward(logitsGradient)
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
        if step % 100 == 99 { watch(step + 1, Double(loss)) }
    }
    let predictions = sigmoid(network(heldOut.seen))
    func error(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Double { Double(meanSquaredError(a, b).loss) }
    let byFrame = (0..<frames - 1).map { error(predictions[$0], heldOut.next[$0]) }
    let copyingByFrame = (0..<frames - 1).map { error(heldOut.seen[$0], heldOut.next[$0]) }
    return VideoStudy(
        error: mean(Array(byFrame[2...])), copying: mean(Array(copyingByFrame[2...])), moving: 0, byFrame: byFrame,
        copyingByFrame: copyingByFrame, frames: heldOut.next, predictions: predictions)
}
