// Music as a sequence: a melody is a word over an alphabet of notes, with a grammar of bars and cadences that nobody has
// written down for the network. What it has learned can be heard.

import SIMDTensor

/// A melody of one voice: notes one after another, without rests.
public struct Melody: Sendable, Hashable {
    /// One note.
    public struct Note: Sendable, Hashable {
        /// The key's number on a keyboard as MIDI counts them: middle C is 60, a semitone is 1.
        public let pitch: Int
        /// How long it sounds, in sixteenth notes.
        public let duration: Int

        /// Traps unless the pitch is 0…127 and the duration at least 1.
        public init(pitch: Int, duration: Int) {
            require(0...127 ~= pitch, "Melody.Note: the pitch is \(pitch); expected 0 to 127")
            require(duration >= 1, "Melody.Note: the duration is \(duration); expected at least 1 sixteenth note")
            (self.pitch, self.duration) = (pitch, duration)
        }
    }

    /// What kind of scale a key has.
    public enum Mode: String, Sendable, Hashable {
        case major, minor
    }

    /// The note on which a melody comes to rest, and the kind of its scale.
    public struct Key: Sendable, Hashable {
        /// The semitones from C up to the tonic, 0…11.
        public let tonic: Int
        public let mode: Mode

        public init(tonic: Int, mode: Mode) {
            require(0..<12 ~= tonic, "Melody.Key: the tonic is \(tonic); expected 0 to 11 semitones above C")
            (self.tonic, self.mode) = (tonic, mode)
        }

        /// The seven notes of the scale, as semitones 0…11 above C, from the tonic upwards; in minor the natural ones.
        public var scale: [Int] {
            let steps = mode == .major ? [0, 2, 4, 5, 7, 9, 11] : [0, 2, 3, 5, 7, 8, 10]
            return steps.map { (tonic + $0) % 12 }
        }

        /// “G major”.
        public var name: String {
            let major = ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"]
            let minor = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "G♯", "A", "B♭", "B"]
            return "\((mode == .major ? major : minor)[tonic]) \(mode.rawValue)"
        }

        /// The key signature: the number of sharps, or, if negative, of flats, −5…6.
        ///
        /// A fifth upwards, 7 semitones, adds a sharp, and 7 · 7 ≡ 1 (mod 12): so a tonic t is reached from C by 7t
        /// fifths (mod 12). A minor key has the signature of the major key 3 semitones above it.
        public var sharps: Int {
            let fifths = (mode == .major ? tonic : tonic + 3) * 7 % 12
            return fifths > 6 ? fifths - 12 : fifths
        }
    }

    /// How many beats a bar has, and which part of a whole note a beat is: 3/4, 6/8.
    public struct Metre: Sendable, Hashable {
        public let beats: Int
        /// 1, 2, 4, 8 or 16.
        public let unit: Int

        public init(_ beats: Int, _ unit: Int) {
            require(1...255 ~= beats, "Melody.Metre: \(beats) beats in a bar; expected 1 to 255")
            require([1, 2, 4, 8, 16].contains(unit), "Melody.Metre: the unit is \(unit); expected 1, 2, 4, 8 or 16")
            (self.beats, self.unit) = (beats, unit)
        }

        /// How many sixteenth notes fill a bar.
        public var barLength: Int { beats * 16 / unit }
    }

    public let title: String
    /// The country and the time, and the composer where there is one that is known.
    public let origin: String
    public let key: Key
    public let metre: Metre
    public let notes: [Note]
    /// How many sixteenth notes sound before the first whole bar: the upbeat; 0 if there is none.
    public let pickup: Int

    /// Reads a melody that is written in a small part of the ABC notation (abcnotation.com, standard 2.1, section 4).
    ///
    ///     C D E F G A B c d e f g a b    from middle C upwards; further c' d' … upwards, and B, A, … downwards
    ///     ^F  _B  =B                     sharp, flat, natural, for this note; all others as the key signature says
    ///     C4                             four sixteenth notes long
    ///     C4- | C2                       one note, held over the bar line
    ///     |                              ends a bar, except the last; blanks do not matter
    ///
    /// Traps if there is something else, or if a bar is not full, except that the first may be an upbeat, which the last
    /// then lacks.
    public init(title: String, origin: String, key: Key, metre: Metre, abc: String) {
        var reader = ABCReader(title: title, key: key, text: abc)
        reader.read()
        let (bars, full) = (reader.barLengths, metre.barLength)
        for (bar, length) in bars.enumerated().dropFirst().dropLast() {
            require(
                length == full, "Melody: bar \(bar + 1) of “\(title)” has \(length) sixteenth notes; expected \(full)")
        }
        pickup = bars[0] == full ? 0 : bars[0]
        require(
            1...full ~= bars[0] && (bars.count == 1 || pickup + bars[bars.count - 1] == full),
            "Melody: “\(title)” begins with a bar of \(bars[0]) and ends with one of \(bars[bars.count - 1]) sixteenth "
                + "notes; expected full bars of \(full), or an upbeat that the last bar lacks")
        (self.title, self.origin, self.key, self.metre, notes) = (title, origin, key, metre, reader.notes)
    }

    private init(_ original: Melody, transposedBy semitones: Int) {
        (title, origin, metre, pickup) = (original.title, original.origin, original.metre, original.pickup)
        key = Key(tonic: ((original.key.tonic + semitones) % 12 + 12) % 12, mode: original.key.mode)
        notes = original.notes.map { Note(pitch: $0.pitch + semitones, duration: $0.duration) }
    }

    /// The same melody, so many semitones higher (lower, if negative). Traps if a pitch leaves 0…127.
    public func transposed(by semitones: Int) -> Melody {
        require(-127...127 ~= semitones, "Melody.transposed: by \(semitones) semitones; expected -127 to 127")
        return Melody(self, transposedBy: semitones)
    }

    /// The same melody in the key without sharps and flats, C major or A minor, by the shorter way there: −6…5 semitones.
    /// Then a note has the same part to play in all melodies, and a network need not learn each key for itself.
    public var inCMajorOrAMinor: Melody {
        let home = key.mode == .major ? 0 : 9
        return transposed(by: (home - key.tonic + 18) % 12 - 6)
    }
}

/// Traditional melodies.
///
/// Written down for this project; of most the composer is unknown, of none did the composer live less than a hundred years
/// ago. Traditional melodies differ from book to book: these are common forms, in the key and the octave of a singing
/// voice, one verse each. Where singers breathe, the note before is held. Terms: public domain.
public enum Melodies {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Traditional melodies, written down for this project, public domain"
}

/// Reads the notes and the bars of a melody, character by character.
private struct ABCReader {
    private let title: String
    private let sharps: Int
    private var text: Substring
    private(set) var notes: [Melody.Note] = []
    private(set) var barLengths = [0]
    private var isTied = false

    init(title: String, key: Melody.Key, text: String) {
        (self.title, sharps, self.text) = (title, key.sharps, text[...])
    }

    mutating func read() {
        while let character = text.popFirst() {
            if character == "|" {
                barLengths.append(0)
            } else if !character.isWhitespace {
                readNote(beginningWith: character)
            }
        }
        require(!isTied, "Melody: “\(title)” ends with a tie; expected the note that is held")
    }

    private mutating func readNote(beginningWith character: Character) {
        let accidentals: [Character: Int] = ["^": 1, "_": -1, "=": 0]
        let accidental = accidentals[character]
        let name = accidental == nil ? character : text.popFirst() ?? " "
        // In the order of fifths: sharps are added from the left of this list, flats from the right.
        let place = Array("FCGDAEB").firstIndex { String($0) == name.uppercased() } ?? -1
        require(place >= 0, "Melody: “\(name)” in “\(title)” is not the name of a note; expected A to G or a to g")
        let signature = place < sharps ? 1 : place >= 7 + sharps ? -1 : 0
        var pitch = 60 + (5 + 7 * place) % 12 + (name.isLowercase ? 12 : 0) + (accidental ?? signature)
        while let mark = text.first, mark == "'" || mark == "," {
            pitch += mark == "'" ? 12 : -12
            text.removeFirst()
        }
        let digits = text.prefix { "0"..."9" ~= $0 }
        text.removeFirst(digits.count)
        let duration = digits.isEmpty ? 1 : Int(digits) ?? 0
        require(duration > 0, "Melody: a note of “\(title)” has the length \(digits); expected at least 1")

        barLengths[barLengths.count - 1] += duration
        if isTied, let last = notes.popLast() {
            require(last.pitch == pitch, "Melody: a tie of “\(title)” joins two pitches; expected one")
            notes.append(Melody.Note(pitch: pitch, duration: last.duration + duration))
        } else {
            notes.append(Melody.Note(pitch: pitch, duration: duration))
        }
        isTied = text.first == "-"
        if isTied { text.removeFirst() }
    }
}
