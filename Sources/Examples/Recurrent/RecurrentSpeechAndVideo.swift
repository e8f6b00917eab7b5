// Speech and video: vowels as tracks of their formants, and discs that move. (A3.3.4-3)

import Datasets
import Figures
import Recurrent

// MARK: - Vowels

/// Vowels as they might be spoken between two consonants: in 20 frames the formants glide from somewhere to their target,
/// stay there a while and glide away; and every frame is measured with an error.
struct SpokenVowels {
    /// The measured formants F1 and F2 in Hz, `[time, count, 2]`.
    let tracks: Tensor<Float>
    /// The targets, without any error, `[count, 2]`, and the vowels.
    let targets: Labeled<Float, [Int]>

    static let frames = 20

    init(_ count: Int, noise: Double = 0.06, random: inout Random) {
        targets = Formants.sample(count, random: &random)
        // Where the mouth comes from and where it goes is a point of some other vowel.
        let (before, after): (Labeled<Float, [Int]>, Labeled<Float, [Int]>) = (
            Formants.sample(count, random: &random), Formants.sample(count, random: &random)
        )
        // When the target is reached, when it is left.
        let reached = (0..<count).map { _ in 4 + 4 * random.uniform() }
        let left = (0..<count).map { _ in 11 + 4 * random.uniform() }
        var values = [Float]()
        values.reserveCapacity(Self.frames * count * 2)
        for frame in 0..<Self.frames {
            let t = Double(frame)
            for row in 0..<count {
                // How far away from the target the mouth still is or is again, smoothly from 1 to 0 and back.
                let coming = (1 + Double.cos(.pi * min(1, t / reached[row]))) / 2
                let going = (1 - Double.cos(.pi * max(0, (t - left[row]) / (Double(Self.frames) - left[row])))) / 2
                for formant in 0..<2 {
                    let target = Double(targets.inputs[row, formant])
                    let value = target + coming * (Double(before.inputs[row, formant]) - target)
                        + going * (Double(after.inputs[row, formant]) - target)
                    values.append(Float(value * (1 + noise * random.normal())))
                }
            }
        }
        tracks = Tensor(values, shape: [Self.frames, count, 2])
    }
}

/// How well vowels are recognised.
struct VowelStudy {
    let accuracy: Double
    /// Of a classifier of the middle frame alone.
    let singleFrame: Double
    /// Of the best possible classifier, if it is given the targets without glides and errors.
    let bound: Double
    let counts: Tensor<Double>
    let test: SpokenVowels
}

func hearVowels(
    seed: UInt64, hidden: Int = 48, steps: Int = 600, batch: Int = 96, learningRate: Double = 0.01
) throws(RunError) -> VowelStudy {
    var random = Random(seed: seed)
    let (training, test) = (SpokenVowels(12000, random: &random), SpokenVowels(3000, random: &random))
    let standardizer = Standardizer(fit: training.tracks)
    let tracks = standardizer.apply(training.tracks).permuted([1, 0, 2])
    let network = Sequential {
        Unfolded(GRUCell(2, hidden, random: &random))
        LastStep()
        Dense(hidden, 10, random: &random)
    }
    func examples(_ random: inout Random) -> (rows: Tensor<Float>, vowels: [Int]) {
        let rows = (0..<batch).map { _ in random.integer(below: training.targets.count) }
        return (tracks.gathered(rows: rows), rows.map { training.targets.labels[$0] })
    }
    let (trained, _) = try trainOnSequences(
        network, steps: steps, learningRate: learningRate, random: &random
    ) { random in
        let (rows, vowels) = examples(&random)
        return (rows.permuted([1, 0, 2]), { softmaxCrossEntropy($0, vowels) })
    }
    let middle = SpokenVowels.frames / 2
    let (frames, _) = try trainOnSequences(
        Sequential {
            Dense(2, 48, random: &random)
            Tanh()
            Dense(48, 10, random: &random)
        }, steps: steps, learningRate: learningRate, random: &random
    ) { random in
        let (rows, vowels) = examples(&random)
        return (rows.slice(along: 1, middle..<middle + 1).reshaped([-1, 2]), { softmaxCrossEntropy($0, vowels) })
    }
    let heard = standardizer.apply(test.tracks)
    let best = (0..<test.targets.count).count { row in
        Formants.mostProbableVowel(
            first: Double(test.targets.inputs[row, 0]), second: Double(test.targets.inputs[row, 1]))
            == test.targets.labels[row]
    }
    let scores = trained(heard)
    return VowelStudy(
        accuracy: accuracy(scores, test.targets.labels), singleFrame: accuracy(frames(heard[middle]), test.targets.labels),
        bound: Double(best) / Double(test.targets.count), counts: confusionMatrix(scores, test.targets.labels), test: test)
}

// MARK: - Motion

/// A network that sees a clip frame by frame.
private func clipNetwork(size: Int, features: Int, hidden: Int, random: inout Random) -> some Layer<Float> {
    Sequential {
        EachStep(
            Sequential {
                Dense(size * size, features, random: &random)
                Tanh()
            })
        Unfolded(GRUCell(features, hidden, random: &random))
        LastStep()
        Dense(hidden, 8, random: &random)
    }
}

/// The frames of clips as a sequence: `[count, size, size, frames]` → `[frames, count, size·size]`, the background zero.
func frameByFrame(_ clips: Tensor<Float>) -> Tensor<Float> {
    clips.permuted([3, 0, 1, 2]).reshaped([clips.shape[3], clips.shape[0], -1]) - 0.5
}

/// How well the direction of a moving disc is seen.
struct ClipStudy {
    let accuracy: Double
    /// If the frames come in a random order, each clip in its own.
    let shuffled: Double
    let clips: Labeled<Float, [Int]>
    let counts: Tensor<Double>
}

func seeDirections(
    seed: UInt64, size: Int = 12, frames: Int = 8, count: Int = 4000, features: Int = 64, hidden: Int = 96, steps: Int = 600,
    learningRate: Double = 0.003
) throws(RunError) -> ClipStudy {
    var random = Random(seed: seed)
    let training = MotionClips.make(count: count, size: size, frames: frames, noise: 0.05, random: &random)
    let test = MotionClips.make(count: 1000, size: size, frames: frames, noise: 0.05, random: &random)
    let inputs = frameByFrame(training.inputs).permuted([1, 0, 2])
    let (trained, _) = try trainOnSequences(
        clipNetwork(size: size, features: features, hidden: hidden, random: &random), steps: steps,
        learningRate: learningRate, weightDecay: 0.01, random: &random
    ) { random in
        let rows = (0..<64).map { _ in random.integer(below: training.count) }
        let directions = rows.map { training.labels[$0] }
        return (inputs.gathered(rows: rows).permuted([1, 0, 2]), { softmaxCrossEntropy($0, directions) })
    }
    let scores = trained(frameByFrame(test.inputs))
    let mixed = Tensor.stack(
        (0..<test.count).map { test.inputs[$0].permuted([2, 0, 1]).gathered(rows: random.permutation(frames)) })
    return ClipStudy(
        accuracy: accuracy(scores, test.labels),
        shuffled: accuracy(trained(frameByFrame(mixed.permuted([0, 2, 3, 1]))), test.labels),
        clips: test, counts: confusionMatrix(scores, test.labels))
}

// MARK: - Told

func tellSpokenAndMoving(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("Vowels heard, motion seen (A3.3.4-3)")
    let vowels = try hearVowels(seed: seed, steps: story.options.full ? 3000 : 600)
    story.tell(
        """
        A vowel as it might be spoken between two others: over \(SpokenVowels.frames) frames the first two formants \
        glide to their targets, stay for some frames and glide away, and each frame is measured with some error. Vowels \
        overlap, so that even the best possible classifier, given the targets themselves, is right for \
        \(Story.text(vowels.bound * 100)) %. The middle frame alone gives \(Story.text(vowels.singleFrame * 100)) %; a \
        GRU that hears all frames makes use of the others. Source: \(Formants.source).
        """)
    try story.show(
        LineChart(
            title: "Formant tracks of three vowels", xLabel: "frame", yLabel: "Hz",
            series: (0..<3).flatMap { row in
                (0..<2).map { formant in
                    LineChart.Series(
                        "\(Formants.words[vowels.test.targets.labels[row]]), F\(formant + 1)",
                        (0..<SpokenVowels.frames).map { Double(vowels.test.tracks[$0, row, formant]) }, from: 1,
                        style: .markedLine)
                }
            }), named: "vowel-tracks")
    try story.show(
        HeatMap.confusionMatrix(
            title: "Vowels heard: confusion matrix",
            counts: (0..<10).map { row in (0..<10).map { Int(vowels.counts[row, $0]) } }, labels: Formants.words),
        named: "vowels")
    let clips = try seeDirections(seed: seed, steps: story.options.full ? 2000 : 600)
    story.tell(
        """
        Finally, clips of eight frames, in which a disc moves in one of eight directions. The network sees one frame at \
        a time, and only its state can know where the disc was before. If the frames of each clip are put in random \
        order, no frame itself has changed. The positions of the disc still lie along a line, but which way it moved \
        along the line is lost: of such clips \(Story.text(clips.shuffled * 100)) % are classified correctly, with the \
        frames in order \(Story.text(clips.accuracy * 100)) %. \(MotionClips.source).
        """)
    let size = clips.clips.inputs.shape[1]
    let shown = (0..<4).map { direction in clips.clips.labels.firstIndex(of: 2 * direction)! }
    try story.show(
        ImageSheet(
            title: "Moving discs, frame by frame",
            images: shown.flatMap { row in
                (0..<clips.clips.inputs.shape[3]).map { frame in
                    PixelImage(
                        width: size, height: size,
                        intensities: (0..<size * size).map { Double(clips.clips.inputs[row, $0 / size, $0 % size, frame]) })
                }
            }, columns: clips.clips.inputs.shape[3],
            rowLabels: shown.map { MotionClips.classNames[clips.clips.labels[$0]] }),
        named: "clips")
    try story.show(
        HeatMap.confusionMatrix(
            title: "Directions: confusion matrix",
            counts: (0..<8).map { row in (0..<8).map { Int(clips.counts[row, $0]) } }, labels: MotionClips.classNames),
        named: "directions")
    story.claim(
        "A3.3.4-3", "Used for speech and video",
        measured: [
            ("vowel accuracy", vowels.accuracy), ("accuracy of one frame", vowels.singleFrame),
            ("best possible", vowels.bound),
            ("clip accuracy", clips.accuracy), ("accuracy in random order", clips.shuffled),
        ],
        goals: [
            .above("vowel accuracy", "accuracy of one frame"), .atLeast("vowel accuracy", .sum("best possible", -0.03)),
            // Only by the luck of the drawn points can anything be better than the best possible.
            .atMost("vowel accuracy", .sum("best possible", 0.02)), .atLeast("clip accuracy", .percent(90)),
            .below("accuracy in random order", .percent(60)),
        ])
}
