// What the run of chapter 3.3 tells about the uses of recurrent networks. (A3.3.4-1 to 3)

import Datasets
import Figures
import Recurrent

// MARK: - Language

func tellProse(_ story: Story) throws {
    let (seed, full) = (story.options.seed, story.options.full)
    story.heading("Writing (A3.3.4-1)")
    let (text, heldOut) = Prose.load()
    story.tell(
        """
        A network reads nine tenths of a text character by character and predicts at each the next one. It is measured \
        on the last tenth, in bits: the mean of −log₂ of the probability it gave to the character that came. It is \
        compared with counts of characters, pairs, triples and so on up to six, each mixed with the shorter ones. \
        Source: \(Prose.source).
        """)
    let epochs = story.options.epochs ?? (full ? 20 : 6)
    var bar = ProgressBar(label: "prose", total: epochs, terminal: story.progress)
    let model = try learnProse(seed: seed, epochs: epochs) { epoch, bits, held in
        bar.advance(to: epoch, values: [("bits", bits), ("held out", held)])
    }
    bar.finish()
    let counts = (1...6).map { CountModel.fitted(order: $0, symbols: Prose.alphabet.count, text: text) }
    let counted = counts.map { $0.bits(of: heldOut, after: text) }
    let bits = model.heldOut.last!
    try story.show(
        LineChart(
            title: "Guessing the next character", xLabel: "epoch", yLabel: "bits per character",
            series: [
                LineChart.Series("while training", model.training, from: 1, style: .markedLine),
                LineChart.Series("held out", model.heldOut, from: 1, style: .markedLine),
            ], referenceLines: [ReferenceLine(counted[1], label: "pairs"), ReferenceLine(counted[2], label: "triples")]),
        named: "prose-training")
    try story.show(
        BarChart(
            title: "Bits per character of unseen prose", yLabel: "bits",
            categories: ["1 counted", "2", "3", "4", "5", "6 counted", "GRU"], values: counted + [bits]),
        named: "prose-bits")
    story.tell(
        """
        Triples need \(Story.text(counted[2])) bits, the network \(Story.text(bits)). Counts of longer runs do well too \
        on a text that repeats its phrases: sixes need \(Story.text(counted[5])). They have stored everything they saw, \
        in \(counts[5].count) counts; the network has \(model.reader.parameterCount) weights.
        """)
    story.tell(
        """
        Now the network goes on writing by itself. Each character is drawn with the probabilities that it predicts, made \
        sharper by a temperature below 1, or flatter by one above. Low: safe and repetitive; high: bold and misspelt.
        """)
    var random = Random(seed: seed)
    for temperature in [0.5, 0.8, 1.1] {
        let beginning = "A network "
        let written = Prose.text(
            of: model.reader.write(
                after: Prose.symbols(of: beginning), atMost: 300, temperature: temperature, random: &random))
        story.tell("Temperature \(temperature): “\(beginning)\(written)”")
    }

    story.tell(
        """
        Translation on a small scale: dates as people write them, in \(Dates.Format.allCases.count) ways, into ISO 8601. \
        One GRU reads the whole date, another writes, beginning with the first one's final state. The days that are \
        tested at the end never occurred in training in any form. Source: \(Dates.source).
        """)
    let batches = full ? 4000 : 700
    var dateBar = ProgressBar(label: "dates", total: batches, terminal: story.progress)
    let dates = try learnDates(seed: seed, batches: batches) { batch, loss in
        dateBar.advance(to: batch, values: [("loss", loss)])
    }
    dateBar.finish()
    try story.show(
        LineChart(
            title: "Dates of unseen days, right in every character", xLabel: "batches", yLabel: "share",
            series: [
                LineChart.Series(
                    "exact", x: dates.progress.map { Double($0.batches) }, y: dates.progress.map(\.exact),
                    style: .markedLine)
            ], yRange: 0...1), named: "dates")
    story.show(
        TextTable(
            columns: ["read", "written", ""],
            rows: dates.examples.map { pair, answer in
                [pair.written, answer, answer == pair.iso ? "" : "should be \(pair.iso)"]
            }))
    story.claim(
        "A3.3.4-1", "Used for language (translation, sentiment, generation)",
        measured: [
            ("bits per character", bits), ("bits of single characters", counted[0]), ("bits of pairs", counted[1]),
            ("bits of triples", counted[2]), ("bits of fours", counted[3]), ("bits of fives", counted[4]),
            ("bits of sixes", counted[5]), ("dates exact", dates.exact),
        ],
        goal: "fewer bits per held-out character than single characters, pairs and triples; at least 99 % of held-out dates "
            + "right in every character",
        met: bits < counted[..<3].min()! && dates.exact >= 0.99)
}

// MARK: - Time series

func tellForecasts(_ story: Story) throws {
    story.heading("Forecasts (A3.3.4-2)")
    let networks = story.options.full ? 10 : 3
    let studies = [
        try studyForecasts(.sunspots, seed: story.options.seed, networks: networks),
        try studyForecasts(.carbonDioxide, seed: story.options.seed, networks: networks),
    ]
    story.tell(
        """
        Two series of measurements: yearly sunspots and monthly carbon dioxide. The last fifty years of the one and the \
        last ten of the other are held out. At each time, networks are given the last \(studies[0].task.window) years or \
        \(studies[1].task.window) months and forecast for three distances ahead; the forecast is the mean of \(networks) \
        networks. It is compared with the last value (persistence), the last value of the same season, 11 years or 12 \
        months, and a linear autoregression by least squares that is given the same numbers. Sources: \
        \(studies[0].task.source); \(studies[1].task.source).
        """)
    for study in studies {
        let task = study.task
        story.show(errors(study))
        let shown = task.heldOut..<task.values.count
        try story.show(
            LineChart(
                title: "Forecasts of \(task.name), held out", xLabel: "year", yLabel: task.unit,
                series: [
                    LineChart.Series(
                        "measured", shown.map { task.values[$0] }, from: task.time(shown.lowerBound), step: task.step)
                ]
                    + task.horizons.indices.dropLast().map { place in
                        LineChart.Series(
                            "\(task.horizons[place]) ahead", study.forecasts[place], from: task.time(shown.lowerBound),
                            step: task.step)
                    }), named: task.name.replacing(" ", with: "-"))
    }
    try story.show(
        BarChart(
            title: "Error of the forecasts relative to that of persistence", yLabel: "share",
            categories: studies.flatMap { study in study.task.horizons.map { "\(study.task.name), \($0)" } },
            series: [
                BarChart.Series("season", studies.flatMap { zip($0.seasonal, $0.persistence).map { $0 / $1 } }),
                BarChart.Series(
                    "autoregression", studies.flatMap { zip($0.autoregression, $0.persistence).map { $0 / $1 } }),
                BarChart.Series("GRU", studies.flatMap { zip($0.network, $0.persistence).map { $0 / $1 } }),
            ]), named: "forecast-errors")
    if story.options.full {
        story.tell("The same for the fifty years and the ten years before those, as if the later ones were not known:")
        let tasks = [ForecastTask.sunspots.earlier(by: 50), .carbonDioxide.earlier(by: 120)]
        for task in tasks { story.show(errors(try studyForecasts(task, seed: story.options.seed, networks: networks))) }
    }
    func names(_ places: [(String, Bool)], _ isChosen: Bool) -> String {
        let chosen = places.filter { $0.1 == isChosen }.map(\.0)
        return chosen.isEmpty ? "none" : chosen.joined(separator: ", ")
    }
    let compared = studies.flatMap { study in
        study.task.horizons.indices.map { place in
            ("\(study.task.name) \(study.task.horizons[place]) ahead", study.network[place] < study.autoregression[place])
        }
    }
    story.tell(
        """
        Against linear autoregression the network is ahead in: \(names(compared, true)); behind in: \
        \(names(compared, false)). A few hundred numbers are not many to learn from, and least squares needs the fewest. \
        How little such a ranking means can be seen in other years (--full): for the sunspots of 1909 to 1958, eleven \
        years ahead, the last season's value is the best forecast.
        """)
    story.claim(
        "A3.3.4-2", "Used for time series",
        measured: studies.flatMap { study in
            study.task.horizons.indices.flatMap { place in
                let name = "\(study.task.name) \(study.task.horizons[place])"
                return [
                    ("GRU, " + name, study.network[place]), ("persistence, " + name, study.persistence[place]),
                    ("season, " + name, study.seasonal[place]), ("autoregression, " + name, study.autoregression[place]),
                ]
            }
        },
        goal: "for every time ahead a smaller error than persistence and than the same season; beside linear autoregression",
        met: studies.allSatisfy(\.isAheadOfNaive))
}

/// The errors of all ways to forecast a series, a row for each time ahead.
private func errors(_ study: ForecastStudy) -> TextTable {
    let task = study.task
    return TextTable(
        columns: ["\(task.name), error in \(task.unit)", "persistence", "season", "autoregression", "GRU"],
        rows: task.horizons.indices.map { place in
            ["\(task.horizons[place]) ahead"]
                + [study.persistence, study.seasonal, study.autoregression, study.network].map { Story.text($0[place]) }
        })
}

// MARK: - Speech and video

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
        goal: "vowels better than from the middle frame and within 3 points of the best classifier of their targets; clips "
            + "at least 90 %",
        met: vowels.accuracy > vowels.singleFrame && vowels.accuracy >= vowels.bound - 0.03 && clips.accuracy >= 0.9)
}
