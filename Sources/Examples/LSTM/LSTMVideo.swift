// The next frame of a film: digits that move and bounce, seen pixel by pixel. (A3.4.3-4)

import Datasets
import Figures
import LSTM

/// A network's predictions for clips that it has not seen.
struct VideoStudy {
    /// The mean squared error of a pixel, frame by frame: of the network, of the last frame taken again, and of the last
    /// frame moved on as it moved before.
    let errors: [Double]
    let copying: [Double]
    let moving: [Double]
    /// The frames to be predicted, those before them, and the predictions, `[frames, clips, 256]`.
    let next: Tensor<Float>
    let seen: Tensor<Float>
    let predictions: Tensor<Float>

    /// The mean of all frames from the third on, when the motion can be known.
    static func later(_ errors: [Double]) -> Double { mean(Array(errors[2...])) }
}

/// A frame of 16×16 pixels, moved on by whole pixels; what comes in is empty.
private func moved(_ frame: [Float], _ down: Int, _ right: Int) -> [Float] {
    frame.indices.map { place in
        let (row, column) = (place / 16 - down, place % 16 - right)
        return (0..<16).contains(row) && (0..<16).contains(column) ? frame[row * 16 + column] : 0
    }
}

private func squaredDistance(_ a: [Float], _ b: [Float]) -> Float {
    var sum: Float = 0
    for place in a.indices { sum += (a[place] - b[place]) * (a[place] - b[place]) }
    return sum
}

/// The last frame, moved on by the whole-pixel shift that best maps the frame before onto it.
private func movedOn(_ last: [Float], from before: [Float]) -> [Float] {
    let ways = (-2...2).flatMap { down in (-2...2).map { (down, $0) } }
    let distances = ways.map { squaredDistance(moved(before, $0.0, $0.1), last) }
    let way = ways[distances.indices.min { distances[$0] < distances[$1] }!]
    return moved(last, way.0, way.1)
}

/// Trains a network to predict the next frame of clips.
func foretellFrames(
    seed: UInt64, steps: Int = 400, hidden: Int = 128, frames: Int = 12, learningRate: Double = 0.004,
    watch: (_ step: Int, _ loss: Double) -> Void = { _, _ in }
) -> VideoStudy {
    var random = Random(seed: seed)
    let (training, test) = Digits.load().stratifiedSplit(testFraction: 0.2, shuffledBy: &random)
    func clips(_ count: Int, from digits: Labeled<Float, [Int]>) -> (seen: Tensor<Float>, next: Tensor<Float>) {
        let clips = BouncingDigits.make(count: count, frames: frames, from: digits, random: &random)
        return (clips[0..<frames - 1], clips[1..<frames])
    }
    let heldOut = clips(100, from: test)
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
        var gradient = backward(logitsGradient).layer
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
        if step % 100 == 99 { watch(step + 1, Double(loss)) }
    }
    let predictions = sigmoid(network(heldOut.seen))
    func errors(_ said: Tensor<Float>) -> [Double] {
        (0..<frames - 1).map { Double(meanSquaredError(said[$0], heldOut.next[$0]).loss) }
    }
    let moving = Tensor<Float>.stack((0..<frames - 1).map { frame in
        .stack((0..<100).map { clip in
            let last = heldOut.seen[frame][clip].scalars
            return Tensor(frame == 0 ? last : movedOn(last, from: heldOut.seen[frame - 1][clip].scalars))
        })
    })
    return VideoStudy(
        errors: errors(predictions), copying: errors(heldOut.seen), moving: errors(moving), next: heldOut.next,
        seen: heldOut.seen, predictions: predictions)
}

// MARK: - Told

/// Tells how a network predicts a film.
func tellVideo(_ story: Story) throws {
    story.heading("Film: the next frame (A3.4.3-4)")
    story.tell(
        """
        A handwritten digit flies through a picture of 16×16 pixels and bounces off its borders. A network sees a clip \
        frame by frame and predicts after each the next, pixel by pixel. It has never seen the handwriting on which it \
        is measured. One frame does not show where the digit is flying; from the second on this can be known. The \
        network is compared with two forecasts without learning: the last frame once more, and the last frame moved on \
        by as many whole pixels as the digit moved before. \(BouncingDigits.source)
        """)
    let study = foretellFrames(seed: story.options.seed, steps: story.options.full ? 2000 : 400)
    try story.show(
        LineChart(
            title: "The error of the next frame", xLabel: "frames seen", yLabel: "mean squared error per pixel",
            series: [("LSTM", study.errors), ("last frame", study.copying), ("moved on", study.moving)].map {
                LineChart.Series($0.0, $0.1, from: 1, style: .markedLine)
            }, yRange: 0...study.copying.max()! * 1.1), named: "frames-error")
    func frames(_ tensor: Tensor<Float>) -> [PixelImage] {
        (0..<tensor.shape[0]).filter { $0 % 2 == 0 }.map {
            PixelImage(width: 16, height: 16, intensities: tensor[$0][0].scalars.map(Double.init))
        }
    }
    let columns = (study.next.shape[0] + 1) / 2
    try story.show(
        ImageSheet(
            title: "Every second frame of a clip: the last one seen, the actual next one, the predicted one",
            images: frames(study.seen) + frames(study.next) + frames(study.predictions), columns: columns,
            rowLabels: ["seen", "next", "predicted"]), named: "frames")
    let (network, copying, moving) = (
        VideoStudy.later(study.errors), VideoStudy.later(study.copying), VideoStudy.later(study.moving)
    )
    let besideMoving =
        moving < network
        ? "Moving the last frame on is better still: that rule knows that a digit keeps its shape, which the network has to "
            + "learn separately for every place of the picture."
        : "It also beats moving the last frame on, which knows nothing of the borders and moves by whole pixels."
    story.tell(
        """
        The network predicts where the digit will be and how large it is; little of its strokes can be seen after so \
        short a training, since a pixel between black and white costs less than a wrong one. \(besideMoving)
        """)
    story.claim(
        "A3.4.3-4", "Used for video",
        measured: [
            ("LSTM frame error", network), ("last frame again", copying), ("last frame moved on", moving),
        ],
        goals: [
            .below("LSTM frame error", .times(0.7, of: "last frame again")),
            .below("LSTM frame error", "last frame moved on"),
        ])
}
