// Music: a network reads melodies note by note, and then goes on by itself. (A3.4.3-3)

import Datasets
import Figures
import LSTM

// MARK: - Melodies as symbols

/// What a melody is made of, read from left to right.
enum MelodyEvent: Hashable {
    /// The beginning: which metre, and major or minor.
    case start(Melody.Metre, Melody.Mode)
    /// Where in its bar the next note begins, in sixteenth notes.
    case place(Int)
    /// The length of a note in sixteenth notes; the next event gives its pitch.
    case duration(Int)
    case pitch(Int)
    case end

    /// A place in the bar is known from the one before and the length between; everything else is new.
    var isNews: Bool { if case .place = self { false } else { true } }

    /// Which events may stand for one another: 0 at the beginning, 1 where a note begins, 2 its length or the end, 3 its
    /// pitch.
    var kind: Int {
        switch self {
        case .start: 0
        case .place: 1
        case .duration, .end: 2
        case .pitch: 3
        }
    }
}

/// A number for each event that occurs in some melodies.
struct MelodyAlphabet {
    let events: [MelodyEvent]
    private let numbers: [MelodyEvent: Int]

    init(_ melodies: [Melody]) {
        var seen = Set<MelodyEvent>()
        events = ([.end] + melodies.flatMap(Self.events)).filter { seen.insert($0).inserted }
        numbers = Dictionary(uniqueKeysWithValues: zip(events, 0...))
    }

    func symbols(of events: [MelodyEvent]) -> [Int] { events.map { numbers[$0]! } }

    var end: Int { numbers[.end]! }

    static func events(of melody: Melody) -> [MelodyEvent] {
        let bar = melody.metre.barLength
        // An upbeat is the end of a bar.
        var time = (bar - melody.pickup) % bar
        return [.start(melody.metre, melody.key.mode)]
            + melody.notes.flatMap { note -> [MelodyEvent] in
                defer { time += note.duration }
                return [.place(time % bar), .duration(note.duration), .pitch(note.pitch)]
            } + [.place(time % bar), .end]
    }

    /// The notes of events; a length without a pitch is none.
    static func notes(of events: some Sequence<MelodyEvent>) -> [Melody.Note] {
        var (notes, length) = ([Melody.Note](), Int?.none)
        for event in events {
            if case .pitch(let pitch) = event, let duration = length {
                notes.append(Melody.Note(pitch: pitch, duration: duration))
            }
            if case .duration(let duration) = event { length = duration } else { length = nil }
        }
        return notes
    }
}

/// How well some melodies, all in C major or A minor, keep the rules of a melody.
struct MelodyMeasures {
    /// The share of notes that are in the key.
    let inKey: Double
    /// The share of bar lines at which a note begins. A bar that is too long or too short puts all that follow out of step.
    let onBarLines: Double
    /// The share of melodies that end on the tonic.
    let endsHome: Double
    /// The share of runs of eight notes that also stand in the melodies learned from.
    let takenOver: Double

    init(_ melodies: [[MelodyEvent]], learned: [[MelodyEvent]]) {
        func runs(_ events: [MelodyEvent]) -> [[Melody.Note]] {
            let all = MelodyAlphabet.notes(of: events)
            return all.count < 8 ? [] : (0...all.count - 8).map { Array(all[$0..<$0 + 8]) }
        }
        func share<Element>(_ all: [Element], _ isTrue: (Element) -> Bool) -> Double {
            Double(all.count(where: isTrue)) / Double(max(1, all.count))
        }
        var (bars, ends, pitches) = ([Bool](), [Bool](), [Bool]())
        for events in melodies {
            guard case .start(let metre, let mode)? = events.first else { continue }
            let key = Melody.Key(tonic: mode == .major ? 0 : 9, mode: mode)
            let (all, bar) = (MelodyAlphabet.notes(of: events), metre.barLength)
            var (time, beginnings) = (0, Set<Int>())
            if events.count > 1, case .place(let place) = events[1] { time = place }
            for note in all {
                beginnings.insert(time)
                time += note.duration
            }
            bars += stride(from: bar, to: time, by: bar).map(beginnings.contains)
            pitches += all.map { key.scale.contains($0.pitch % 12) }
            ends.append(all.last.map { $0.pitch % 12 == key.tonic } ?? false)
        }
        let known = Set(learned.flatMap(runs))
        inKey = share(pitches) { $0 }
        onBarLines = share(bars) { $0 }
        endsHome = share(ends) { $0 }
        takenOver = share(melodies.flatMap(runs)) { known.contains($0) }
    }
}

// MARK: - Learning and composing

/// A network that has read melodies, and what it composes.
struct MusicStudy {
    let training: Int
    let heldOut: Int
    let symbols: Int
    /// Bits for the length and the pitch of a note, in melodies that were not learned: of the network, and of the
    /// frequencies of lengths and pitches.
    let bits: Double
    let unigramBits: Double
    /// The held-out melodies, those that the network wrote, and those drawn from the frequencies.
    let corpus: MelodyMeasures
    let composed: MelodyMeasures
    let drawn: MelodyMeasures
    /// What was composed, one for each melody learned from, in its metre and its mode.
    let melodies: [[MelodyEvent]]
    let drawnMelodies: [[MelodyEvent]]
}

/// A melody from the beginning, or from a bar chosen at random: then the network cannot learn the melodies by counting notes
/// from their beginning.
private func fromSomeBar(_ events: [MelodyEvent], random: inout Random) -> [MelodyEvent] {
    let bars = events.indices.filter { events[$0] == .place(0) }.dropLast()
    let choice = random.integer(below: bars.count + 1)
    return choice == 0 ? events : [events[0]] + events[bars[choice - 1]...]
}

/// Trains a network on traditional melodies, all transposed to C major or A minor, and lets it compose.
func learnMelodies(
    seed: UInt64, hidden: Int = 64, features: Int = 16, steps: Int = 350, batch size: Int = 16, learningRate: Double = 0.01,
    weightDecay: Double = 0.1, temperature: Double = 0.7, noise: Double = 0.25,
    watch: (_ step: Int, _ bits: Double, _ heldOut: Double) -> Void = { _, _, _ in }
) -> MusicStudy {
    var random = Random(seed: seed)
    let melodies = Melodies.all.map(\.inCMajorOrAMinor)
    let alphabet = MelodyAlphabet(melodies)
    let order = random.permutation(melodies.count)
    let border = melodies.count / 5
    let heldOut = order[..<border].map { MelodyAlphabet.events(of: melodies[$0]) }
    let training = order[border...].map { MelodyAlphabet.events(of: melodies[$0]) }

    var network = SymbolReader(
        symbols: Embedding(symbols: alphabet.events.count, features: features, random: &random),
        cell: LSTMCell(features, hidden, random: &random), scores: Dense(hidden, alphabet.events.count, random: &random))
    /// What is read and what comes next, of melodies side by side.
    func batch(_ melodies: [[MelodyEvent]]) -> (read: [[Int]], next: [[Int]], lengths: [Int]) {
        let symbols = melodies.map(alphabet.symbols)
        let (read, lengths) = sideBySide(symbols.map { Array($0.dropLast()) })
        return (read, sideBySide(symbols.map { Array($0.dropFirst()) }).tokens, lengths)
    }
    let unseen = batch(heldOut)
    let notesUnseen = heldOut.reduce(0) { $0 + MelodyAlphabet.notes(of: $1).count }
    func bitsForNote() -> Double {
        let probabilities = logSoftmax(network(unseen.read, lengths: unseen.lengths).logits)
        var sum = 0.0
        for (number, length) in unseen.lengths.enumerated() {
            for time in 0..<length where alphabet.events[unseen.next[time][number]].isNews {
                sum -= Double(probabilities[time, number, unseen.next[time][number]])
            }
        }
        return sum / Double.log(2) / Double(notesUnseen)
    }
    var optimizer = AdamW(for: network, learningRate: learningRate, weightDecay: weightDecay)
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: steps)
    let longest = 100
    let isPitch = alphabet.events.map { $0.kind == 3 }
    let pitches = isPitch.indices.filter { isPitch[$0] }
    for step in 0..<steps {
        optimizer.learningRate = schedule(step)
        var (read, next, lengths) = batch((0..<size).map { _ in
            let melody = training[random.integer(below: training.count)]
            return Array(fromSomeBar(melody, random: &random).prefix(longest))
        })
        // Some pitches are changed before they are read, so that the few melodies cannot be learned by heart.
        read = read.map { step in
            step.map { isPitch[$0] && random.bernoulli(noise) ? pitches[random.integer(below: pitches.count)] : $0 }
        }
        let (logits, _, backward) = network.forward(read, lengths: lengths)
        let (loss, logitsGradient) = softmaxCrossEntropy(logits, next, lengths: lengths)
        var gradient = backward(logitsGradient)
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
        if step % 50 == 49 { watch(step + 1, Double(loss) / Double.log(2), bitsForNote()) }
    }

    // How often each event is among those of its kind, each once more than it was seen, so that none has the probability
    // zero.
    var counts = [Double](repeating: 1, count: alphabet.events.count)
    for melody in training { for symbol in alphabet.symbols(of: melody) { counts[symbol] += 1 } }
    let frequencies = (0...3).map { kind in zip(alphabet.events, counts).map { $0.kind == kind ? $1 : 0 } }
    let totals = frequencies.map { $0.reduce(0, +) }
    let unigramBits = heldOut.reduce(0) { sum, melody in
        melody.dropFirst().filter(\.isNews).reduce(sum) { sum, event in
            sum - Double.log(counts[alphabet.symbols(of: [event])[0]] / totals[event.kind])
        }
    } / Double.log(2) / Double(notesUnseen)

    let composed = training.map { melody in
        let written = network.write(
            after: alphabet.symbols(of: [melody[0]]), atMost: 400, until: alphabet.end, temperature: temperature,
            random: &random)
        return [melody[0]] + written.map { alphabet.events[$0] }
    }
    let drawn = training.map { melody in
        melody.map { event -> MelodyEvent in
            if [0, 1].contains(event.kind) || event == .end { return event }
            var drawn = MelodyEvent.end
            while drawn == .end { drawn = alphabet.events[random.categorical(frequencies[event.kind])] }
            return drawn
        }
    }
    return MusicStudy(
        training: training.count, heldOut: heldOut.count, symbols: alphabet.events.count, bits: bitsForNote(),
        unigramBits: unigramBits, corpus: MelodyMeasures(heldOut, learned: training),
        composed: MelodyMeasures(composed, learned: training), drawn: MelodyMeasures(drawn, learned: training),
        melodies: composed, drawnMelodies: drawn)
}

// MARK: - Told

private let noteNames = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]

/// A melody on the grid of a piano roll: a row for each key, a column for each sixteenth note.
private func pianoRoll(_ events: [MelodyEvent], title: String, columns: Int) -> HeatMap {
    let notes = MelodyAlphabet.notes(of: events)
    let pitches = notes.map(\.pitch)
    let (low, high) = (pitches.min() ?? 60, pitches.max() ?? 60)
    var values = [[Double]](repeating: [Double](repeating: 0, count: columns), count: high - low + 1)
    var time = 0
    for note in notes {
        for step in time..<time + note.duration where step < columns {
            // Where a note begins it is darker, so that a note struck twice can be distinguished from a long one.
            values[high - note.pitch][step] = step == time ? 1 : 0.6
        }
        time += note.duration
    }
    return HeatMap(
        title: title, xLabel: "sixteenth notes", values: values,
        rowLabels: (low...high).reversed().map { noteNames[$0 % 12] + "\($0 / 12 - 1)" }, colors: .blues, range: 0...1)
}

/// Tells how the network composes.
func tellMusic(_ story: Story) throws {
    story.heading("Music (A3.4.3-3)")
    story.tell(
        """
        A melody is a sequence too. Each note is written as three symbols: where in the bar it begins, how long it is, \
        and which pitch. A network reads traditional melodies, all transposed to C major or A minor, predicts after each \
        symbol the next one, and then writes by itself, given nothing but metre and mode. It has to count for itself: \
        nobody tells it where in the bar it is. \(Melodies.source).
        """)
    let study = learnMelodies(seed: story.options.seed, steps: story.options.full ? 700 : 350)
    story.show(
        TextTable(
            columns: ["", "notes in the key", "bar lines met", "end on the tonic", "runs of 8 notes known"],
            rows: [
                ("held out", study.corpus), ("composed", study.composed), ("drawn by frequency", study.drawn),
            ].map { name, found in
                [name] + [found.inKey, found.onBarLines, found.endsHome, found.takenOver].map { Story.text($0) }
            }))
    try story.show(
        BarChart(
            title: "Melodies: held out, composed, and drawn by frequency", yLabel: "share",
            categories: ["notes in the key", "bar lines met", "end on the tonic"],
            series: [("held out", study.corpus), ("composed", study.composed), ("drawn", study.drawn)].map {
                BarChart.Series($0.0, [$0.1.inKey, $0.1.onBarLines, $0.1.endsHome])
            }, yRange: 0...1), named: "melody-measures")
    // The first that has enough notes to be a melody, in a metre of four quarters.
    let metre = Melody.Metre(4, 4)
    let melody = study.melodies.first { $0[0] == .start(metre, .major) && MelodyAlphabet.notes(of: $0).count >= 16 }
        ?? study.melodies[0]
    try story.show(pianoRoll(melody, title: "A composed melody", columns: 96), named: "melody")
    let path = story.options.output + "/melody.mid"
    let file = MIDIFile(
        notes: MIDIFile.sequence(MelodyAlphabet.notes(of: melody).map { ($0.pitch, $0.duration) }), ticksPerQuarter: 4)
    try Interruption.heldOff { () throws(FileError) in try file.write(to: path) }
    story.tell(
        """
        A bar line is met if a note begins there. Staying in the key is the lesser art, since all the melodies are in \
        one key: symbols drawn by their frequency stay in it as well, and of keys struck at random 7 of 12 would be in \
        it. To meet the bar lines the network has to count. The melody can be heard: \(path).
        """)
    story.claim(
        "A3.4.3-3", "Used to make music with style and structure",
        measured: [
            ("composed notes in the key", study.composed.inKey), ("keys at random in the key", 7.0 / 12),
            ("composed bar lines met", study.composed.onBarLines), ("drawn bar lines met", study.drawn.onBarLines),
            ("corpus bar lines met", study.corpus.onBarLines), ("composed end on the tonic", study.composed.endsHome),
            ("drawn end on the tonic", study.drawn.endsHome), ("composed runs of 8 notes known", study.composed.takenOver),
            ("bits a note", study.bits), ("bits a note by frequency", study.unigramBits),
        ],
        goals: [
            .atLeast("composed notes in the key", .percent(90)),
            .atLeast("composed bar lines met", .times(2, of: "drawn bar lines met")),
            .below("bits a note", "bits a note by frequency"),
            // The composed melodies are not the learned ones.
            .below("composed runs of 8 notes known", .percent(50)),
        ])
}
