// One cell, three kinds of task: an answer at the end, an answer at every step, a sequence from one number. (A3.3.2-1)

import Datasets
import Figures
import Recurrent

// MARK: - Many to one

/// Learns to tell the language of a word from its letters, one after the other.
///
/// - Returns: the held-out accuracy, the share of the largest class, the confusion matrix, the losses.
func readLanguages(
    seed: UInt64, hidden: Int = 64, epochs: Int = 14, learningRate: Double = 0.01
) throws(RunError) -> (accuracy: Double, majority: Double, counts: Tensor<Double>, losses: [Double]) {
    var random = Random(seed: seed)
    let (words, labels) = Words.load()
    let letters = Dictionary(uniqueKeysWithValues: zip(Words.alphabet, 0...))
    let spelled = words.map { $0.map { letters[$0]! } }
    let order = random.permutation(words.count)
    let (test, training) = (Array(order.prefix(words.count / 5)), Array(order.dropFirst(words.count / 5)))
    var reader = SymbolReader(
        symbols: Embedding(symbols: letters.count, features: 16, random: &random),
        cell: GRUCell(16, hidden, random: &random), scores: Dense(hidden, 5, random: &random))
    var optimizer = AdamW(for: reader, learningRate: learningRate, weightDecay: 0.1)
    let schedule = CosineAnnealing(learningRate, over: epochs)
    var losses = [Double]()
    for epoch in 0..<epochs {
        optimizer.learningRate = schedule(epoch)
        let shuffled = random.permutation(training.count).map { training[$0] }
        for start in stride(from: 0, to: shuffled.count, by: 32) {
            let rows = shuffled[start..<min(start + 32, shuffled.count)]
            let (tokens, lengths) = sideBySide(rows.map { spelled[$0] })
            let (logits, _, backward) = reader.forward(tokens, lengths: lengths)
            var end = LastStep()
            let (answers, endBackward) = end.forward(logits)
            let (loss, answersGradient) = softmaxCrossEntropy(answers, rows.map { labels[$0] })
            var gradient = backward(endBackward(answersGradient).input)
            gradient.clip(norm: 1)
            optimizer.update(&reader, along: gradient)
            guard loss.isFinite else {
                throw .lossNotFinite(epoch: epoch + 1, batch: start / 32 + 1, learningRate: learningRate)
            }
            losses.append(Double(loss))
        }
    }
    let (tokens, lengths) = sideBySide(test.map { spelled[$0] })
    let scores = LastStep()(reader(tokens, lengths: lengths).logits)
    let answers = test.map { labels[$0] }
    let frequencies = Dictionary(grouping: answers) { $0 }.mapValues(\.count)
    return (
        accuracy(scores, answers), Double(frequencies.values.max()!) / Double(test.count),
        confusionMatrix(scores, answers), losses
    )
}

// MARK: - Many to many

/// What became of a text whose spaces were taken out.
struct SpacesStudy {
    /// Of the ends of words, the share that was found, and of those that were said, the share that was right.
    let recall: Double
    let precision: Double
    let accuracy: Double
    /// What always saying “no end” would reach.
    let majority: Double
    /// A held-out piece without its spaces, and as the network writes it.
    let given: String
    let restored: String
    let losses: [Double]

    /// The harmonic mean of recall and precision.
    var f1: Double { 2 * recall * precision / max(recall + precision, 1e-12) }
}

/// Learns to say of every character of a text without spaces whether a word ends with it. What comes after a character tells
/// as much as what comes before, so the text is read from both ends.
func restoreSpaces(
    seed: UInt64, hidden: Int = 48, steps: Int = 400, learningRate: Double = 0.01, length: Int = 40
) throws(RunError) -> SpacesStudy {
    var random = Random(seed: seed)
    let pieces = Prose.load()
    /// The characters without spaces, and 1 for each that was followed by one.
    func parted(_ symbols: [Int]) -> (characters: [Int], ends: [Int]) {
        let gaps: Set<Int> = Set(Prose.symbols(of: " \n"))
        let places = symbols.indices.filter { !gaps.contains(symbols[$0]) }
        return (places.map { symbols[$0] }, places.map { $0 + 1 < symbols.count && gaps.contains(symbols[$0 + 1]) ? 1 : 0 })
    }
    let (training, heldOut) = (parted(pieces.training), parted(pieces.heldOut))
    let classes = Prose.alphabet.count
    func inputs(_ characters: [Int], starts: [Int]) -> Tensor<Float> {
        let steps = (0..<length).flatMap { step in starts.map { characters[$0 + step] } }
        return Tensor(oneHot: steps, classes: classes).reshaped([length, starts.count, classes])
    }
    func labels(_ ends: [Int], starts: [Int]) -> [[Int]] { (0..<length).map { step in starts.map { ends[$0 + step] } } }
    let network = Sequential {
        Bidirectional(
            forwards: GRUCell(classes, hidden, random: &random), backwards: GRUCell(classes, hidden, random: &random))
        EachStep(Dense(2 * hidden, 2, random: &random))
    }
    let (trained, losses) = try trainOnSequences(
        network, steps: steps, learningRate: learningRate, random: &random
    ) { random in
        let starts = (0..<32).map { _ in random.integer(below: training.characters.count - length) }
        let ends = labels(training.ends, starts: starts)
        return (inputs(training.characters, starts: starts), { softmaxCrossEntropy($0, ends) })
    }
    let starts = Array(stride(from: 0, to: heldOut.characters.count - length, by: length))
    let answers = labels(heldOut.ends, starts: starts).flatMap { $0 }
    let said = trained(inputs(heldOut.characters, starts: starts)).reshaped([-1, 2]).argmax()
    let right = zip(said, answers).count { $0 == 1 && $1 == 1 }
    let (found, ends) = (said.count { $0 == 1 }, answers.count { $0 == 1 })
    // The first pieces lie one behind the other in the text.
    let shown = (0..<3).flatMap { piece in (0..<length).map { (piece, $0) } }
    func written(_ ends: (Int, Int) -> Bool) -> String {
        shown.map { piece, step in
            Prose.text(of: [heldOut.characters[starts[piece] + step]]) + (ends(piece, step) ? " " : "")
        }.joined()
    }
    return SpacesStudy(
        recall: Double(right) / Double(max(1, ends)), precision: Double(right) / Double(max(1, found)),
        accuracy: Double(zip(said, answers).count { $0 == $1 }) / Double(answers.count),
        majority: 1 - Double(ends) / Double(answers.count), given: written { _, _ in false },
        restored: written { said[$1 * starts.count + $0] == 1 }, losses: losses)
}

// MARK: - One to many

/// Waves made from a number.
struct WaveStudy {
    /// R² on frequencies that were not trained.
    let determination: Double
    /// Some of those frequencies, the true waves and the network's.
    let frequencies: [Double]
    let asked: [[Double]]
    let answered: [[Double]]
    let losses: [Double]
}

/// Learns to turn a number into the sine wave of that frequency, in oscillations over 40 steps.
func makeWaves(
    seed: UInt64, hidden: Int = 32, steps: Int = 500, learningRate: Double = 0.01
) throws(RunError) -> WaveStudy {
    var random = Random(seed: seed)
    let length = 40
    func wave(_ frequency: Double) -> [Float] {
        (0..<length).map { Float(Double.sin(2 * .pi * frequency * Double($0 + 1) / Double(length))) }
    }
    func asked(_ frequencies: [Double]) -> Tensor<Float> {
        Tensor(Tensor(frequencies.map(wave)).transposed).reshaped([length, frequencies.count, 1])
    }
    func inputs(_ frequencies: [Double]) -> Tensor<Float> { Tensor(frequencies.map { [Float($0 - 2.5)] }) }
    let network = Sequential {
        Repeated(steps: length)
        Unfolded(GRUCell(1, hidden, random: &random))
        EachStep(Dense(hidden, 1, random: &random))
    }
    // Frequencies 1 to 4, without those near the ones tested at the end.
    let heldOut = [1.25, 1.75, 2.25, 2.75, 3.25, 3.75]
    let (trained, losses) = try trainOnSequences(
        network, steps: steps, learningRate: learningRate, random: &random
    ) { random in
        var frequencies = [Double]()
        while frequencies.count < 32 {
            let frequency = 1 + 3 * random.uniform()
            if heldOut.allSatisfy({ ($0 - frequency).magnitude > 0.02 }) { frequencies.append(frequency) }
        }
        let targets = asked(frequencies)
        return (inputs(frequencies), { meanSquaredError($0, targets) })
    }
    let (answers, targets) = (trained(inputs(heldOut)), asked(heldOut))
    func waves(_ tensor: Tensor<Float>) -> [[Double]] {
        heldOut.indices.map { place in (0..<length).map { Double(tensor[$0, place, 0]) } }
    }
    return WaveStudy(
        determination: coefficientOfDetermination(answers.reshaped([-1, 1]), targets.reshaped([-1, 1])),
        frequencies: heldOut, asked: waves(targets), answered: waves(answers), losses: losses)
}

// MARK: - Told

/// The mean of every `count` losses, for a curve that can be read, as a series over steps.
private func smoothed(_ name: String, _ losses: [Double], by count: Int) -> (name: String, x: [Double], y: [Double]) {
    let starts = Array(stride(from: 0, to: losses.count - count + 1, by: count))
    return (name, starts.map { Double($0 + count) }, starts.map { mean(Array(losses[$0..<$0 + count])) })
}

func tellTasks(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("An answer, many answers, a sequence (A3.3.2-1)")
    let languages = try readLanguages(seed: seed)
    let spaces = try restoreSpaces(seed: seed)
    let waves = try makeWaves(seed: seed)
    story.tell(
        """
        Many to one: a word is read letter by letter, and at its end the network says which of five languages it is \
        from. It is right for \(Story.text(languages.accuracy * 100)) % of unseen words; the largest class has \
        \(Story.text(languages.majority * 100)) %. The network of chapter 3.1, which is given all pairs and triples of \
        letters at once, reaches 73 %.
        """)
    try story.show(
        HeatMap.confusionMatrix(
            title: "Words read letter by letter: confusion matrix of languages",
            counts: (0..<5).map { row in (0..<5).map { Int(languages.counts[row, $0]) } }, labels: Words.classNames),
        named: "words")
    story.tell(
        """
        Many to many: the spaces are removed from the project's prose, and for every character the network says whether \
        a word ends there. It reads from both ends. Given this piece of a held-out text,
        """)
    let given = Array(spaces.given)
    story.show(
        stride(from: 0, to: given.count, by: 60).map { String(given[$0..<min($0 + 60, given.count)]) }
            .joined(separator: "\n"))
    story.tell("it writes")
    story.tell(spaces.restored)
    story.tell(
        """
        It finds \(Story.text(spaces.recall * 100)) % of the ends of words, and \(Story.text(spaces.precision * 100)) % \
        of those it reports are real.
        """)
    story.tell(
        """
        One to many: a number goes in, a sine wave of that frequency comes out, 40 steps long. The frequencies below \
        were not used in training.
        """)
    try story.show(
        LineChart(
            title: "Waves made from a number", xLabel: "step", yLabel: "output",
            series: [0, 2, 5].map { place in
                LineChart.Series("frequency \(waves.frequencies[place])", waves.answered[place], from: 1)
            } + [0, 2, 5].map { place in
                LineChart.Series("asked \(waves.frequencies[place])", waves.asked[place], from: 1, style: .markers)
            }), named: "waves")
    let curves = [
        smoothed("word → language", languages.losses, by: 10), smoothed("text → ends of words", spaces.losses, by: 10),
        smoothed("number → wave", waves.losses, by: 10),
    ]
    try story.show(
        LineChart(
            title: "All three kinds of task are learned", xLabel: "step", yLabel: "loss",
            series: curves.map { LineChart.Series($0.name, x: $0.x, y: $0.y) }, yScale: .logarithmic), named: "tasks")
    story.claim(
        "A3.3.2-1", "The loss follows the task (classification, regression)",
        measured: [
            ("language accuracy", languages.accuracy), ("largest language", languages.majority),
            ("ends of words F1", spaces.f1), ("ends of words recall", spaces.recall),
            ("ends of words precision", spaces.precision), ("waves R²", waves.determination),
        ],
        goals: [
            .atLeast("language accuracy", .percent(65)), .atLeast("ends of words F1", 0.85), .atLeast("waves R²", 0.99),
        ])
}
