// The melodies are melodies: full bars, notes of their key, the range of a voice. And the notation is read as it is meant.

import Datasets
import TestTools
import Testing

@Suite("Melodies")
struct MelodiesTests {
    private func melody(
        _ abc: String, tonic: Int = 0, mode: Melody.Mode = .major, metre: Melody.Metre = .init(4, 4)
    ) -> Melody {
        Melody(title: "t", origin: "o", key: .init(tonic: tonic, mode: mode), metre: metre, abc: abc)
    }

    @Test("there are 24 or more, each once, and in both modes")
    func count() {
        #expect(Melodies.all.count >= 24)
        #expect(Set(Melodies.all.map(\.title)).count == Melodies.all.count)
        #expect(Set(Melodies.all.map(\.notes)).count == Melodies.all.count)
        #expect(Melodies.all.count { $0.key.mode == .minor } >= 5)
        #expect(Melodies.all.allSatisfy { !$0.title.isEmpty && !$0.origin.isEmpty })
    }

    @Test("after the upbeat, notes fill whole bars; the last and the upbeat are one", arguments: Melodies.all)
    func bars(melody: Melody) {
        let full = melody.metre.barLength
        #expect(0 <= melody.pickup && melody.pickup < full)
        #expect(melody.notes.reduce(0) { $0 + $1.duration }.isMultiple(of: full))
        #expect(melody.notes.allSatisfy { $0.duration >= 1 })
        // A new note begins with each bar, but where one is held over the bar line.
        var (time, onsets): (Int, Set<Int>) = (0, [])
        for note in melody.notes {
            onsets.insert(time)
            time += note.duration
        }
        let lines = Array(stride(from: melody.pickup, to: time, by: full))
        #expect(lines.count { !onsets.contains($0) } <= (melody.title.hasPrefix("Amazing grace") ? 2 : 0))
    }

    @Test("at least 95 % of the notes are of the key; in minor also the raised sixth and seventh", arguments: Melodies.all)
    func keys(melody: Melody) {
        let raised = melody.key.mode == .minor ? [(melody.key.tonic + 9) % 12, (melody.key.tonic + 11) % 12] : []
        let allowed = Set(melody.key.scale + raised)
        let inside = melody.notes.count { allowed.contains($0.pitch % 12) }
        #expect(Double(inside) >= 0.95 * Double(melody.notes.count), "\(melody.title)")
    }

    @Test("the range is that of a voice, and all but three melodies end on the tonic", arguments: Melodies.all)
    func rangeAndEnd(melody: Melody) throws {
        let pitches = melody.notes.map(\.pitch)
        let (lowest, highest) = (try #require(pitches.min()), try #require(pitches.max()))
        #expect(highest - lowest <= 24 && lowest >= 55 && highest <= 81)
        // On another note of the key's triad; that of Sakura is where its scale is at rest.
        let others = ["Sakura, sakura": 7, "Alle Jahre wieder": 4, "The first Nowell": 4]
        let end = try #require(pitches.last)
        #expect((end - melody.key.tonic) % 12 == others[melody.title] ?? 0, "\(melody.title)")
    }

    @Test("beginnings by their MIDI numbers")
    func beginnings() {
        func pitches(_ title: String) -> [Int] {
            Melodies.all.first { $0.title.hasPrefix(title) }?.notes.prefix(8).map(\.pitch) ?? []
        }
        #expect(pitches("Ah !") == [60, 60, 67, 67, 69, 69, 67, 65])
        #expect(pitches("Frère") == [65, 67, 69, 65, 65, 67, 69, 65])
        #expect(pitches("Freude") == [66, 66, 67, 69, 69, 67, 66, 64])
        #expect(pitches("Greensleeves") == [69, 72, 74, 76, 77, 76, 74, 71])
        #expect(pitches("Morgen") == [67, 62, 64, 62, 64, 67, 66, 69])
        #expect(pitches("Korobeiniki") == [76, 71, 72, 74, 72, 71, 69, 69])
    }

    // MARK: - Notation

    @Test("letters, octaves, lengths and accidentals")
    func notation() {
        let read = melody("C D2 E F4 | G,2 A,, B'' c' d'' e2 | ^F2 _B2 =c2 F2", metre: .init(2, 4))
        #expect(read.notes.map(\.pitch) == [60, 62, 64, 65, 55, 45, 95, 84, 98, 76, 66, 70, 72, 65])
        #expect(read.notes.map(\.duration) == [1, 2, 1, 4, 2, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    }

    @Test("a tie joins two notes, within a bar and over the bar line, and more than two")
    func ties() {
        let read = melody("C4- C4 D8- | D16- | D4 E12")
        #expect(read.notes == [
            .init(pitch: 60, duration: 8), .init(pitch: 62, duration: 28), .init(pitch: 64, duration: 12),
        ])
    }

    @Test("an upbeat and what the last bar lacks")
    func upbeat() {
        #expect(melody("G4 | C16 | C12").pickup == 4)
        #expect(melody("C16 | C16").pickup == 0)
    }

    @Test("the key signature is that of the circle of fifths", arguments: [
        (0, "C", 0), (7, "G", 1), (2, "D", 2), (9, "A", 3), (4, "E", 4), (11, "B", 5), (6, "F♯", 6), (5, "F", -1),
        (10, "B♭", -2), (3, "E♭", -3), (8, "A♭", -4), (1, "D♭", -5),
    ])
    func signatures(tonic: Int, name: String, sharps: Int) {
        let key = Melody.Key(tonic: tonic, mode: .major)
        #expect(key.name == "\(name) major" && key.sharps == sharps)
        // The letters of an octave, read in this key, are the notes of its scale; so in the relative minor.
        let relative = Melody.Key(tonic: (tonic + 9) % 12, mode: .minor)
        #expect(relative.sharps == sharps && Set(relative.scale) == Set(key.scale))
        for (tonic, mode) in [(tonic, Melody.Mode.major), (relative.tonic, .minor)] {
            let read = melody("C D E F G A B c8 c", tonic: tonic, mode: mode)
            #expect(Set(read.notes.map { $0.pitch % 12 }) == Set(key.scale))
        }
    }

    // MARK: - Transposition

    @Test("transposed, all notes and the key move alike, there and back", arguments: [-14, -1, 0, 5, 12])
    func transposition(semitones: Int) {
        for melody in Melodies.all {
            let moved = melody.transposed(by: semitones)
            #expect(zip(moved.notes, melody.notes).allSatisfy { $0.pitch - $1.pitch == semitones })
            #expect(moved.notes.map(\.duration) == melody.notes.map(\.duration))
            #expect((moved.key.tonic - melody.key.tonic - semitones).isMultiple(of: 12))
            #expect(moved.key.mode == melody.key.mode && moved.pickup == melody.pickup)
            #expect(moved.transposed(by: -semitones) == melody)
        }
    }

    @Test("from every key to C major or A minor by the shorter way")
    func home() {
        for tonic in 0..<12 {
            for (mode, target) in [(Melody.Mode.major, 0), (.minor, 9)] {
                let original = melody("C16", tonic: tonic, mode: mode)
                let moved = original.inCMajorOrAMinor
                #expect(moved.key == Melody.Key(tonic: target, mode: mode))
                #expect(-6...5 ~= moved.notes[0].pitch - original.notes[0].pitch)
            }
        }
        // Then nearly all notes are white keys.
        let notes = Melodies.all.flatMap(\.inCMajorOrAMinor.notes)
        let white = notes.count { [0, 2, 4, 5, 7, 9, 11].contains($0.pitch % 12) }
        #expect(Double(white) >= 0.98 * Double(notes.count))
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Melody(
                    title: "t", origin: "o", key: .init(tonic: 0, mode: .major), metre: .init(4, 4), abc: "C16 | C12 | C16")
            }, says: "Melody: bar 2 of “t” has 12 sixteenth notes; expected 16")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Melody(
                    title: "t", origin: "o", key: .init(tonic: 0, mode: .major), metre: .init(4, 4), abc: "C4 | C16 | C16")
            }, says: "Melody: “t” begins with a bar of 4 and ends with one of 16 sixteenth notes")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Melody(title: "t", origin: "o", key: .init(tonic: 0, mode: .major), metre: .init(4, 4), abc: "C8 H8")
            }, says: "Melody: “H” in “t” is not the name of a note; expected A to G or a to g")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Melody(title: "t", origin: "o", key: .init(tonic: 0, mode: .major), metre: .init(4, 4), abc: "C8- D8")
            }, says: "Melody: a tie of “t” joins two pitches; expected one")
    }
}
