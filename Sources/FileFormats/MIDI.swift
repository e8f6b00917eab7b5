// What a network composes is to be heard. The Standard MIDI File (Standard MIDI Files 1.0, RP-001, in: The Complete MIDI 1.0
// Detailed Specification, MIDI Manufacturers Association 1996) holds no sound but says which key is pressed when, and every
// computer can play it: a header, then a track of events, each after the time since the one before.

import Foundation
import SIMDTensor

/// Notes for one instrument, to be written as a Standard MIDI File of format 0.
public struct MIDIFile: Sendable, Equatable {
    /// A key that is pressed and let go.
    public struct Note: Sendable, Hashable {
        /// The number of the key, 0…127: middle C is 60, a semitone is 1.
        public let pitch: Int
        /// When it is pressed, in ticks from the beginning.
        public let start: Int
        /// After how many ticks it is let go, at least 1.
        public let duration: Int
        /// How hard it is struck, 1…127.
        public let velocity: Int

        public init(pitch: Int, start: Int, duration: Int, velocity: Int = 80) {
            require(0...127 ~= pitch, "MIDIFile.Note: the pitch is \(pitch); expected 0 to 127")
            require(duration >= 1, "MIDIFile.Note: the duration is \(duration); expected at least 1 tick")
            require(
                start >= 0 && start <= MIDIFile.lastTick - duration,
                "MIDIFile.Note: a note from tick \(start) on for \(duration); expected 0 to \(MIDIFile.lastTick)")
            require(1...127 ~= velocity, "MIDIFile.Note: the velocity is \(velocity); expected 1 to 127")
            (self.pitch, self.start, self.duration, self.velocity) = (pitch, start, duration, velocity)
        }
    }

    /// The notes in any order; they may sound together.
    public let notes: [Note]
    /// How many ticks a quarter note lasts.
    public let ticksPerQuarter: Int
    /// The tempo: quarter notes a minute.
    public let quartersPerMinute: Double
    /// The time signature, such as 3/4 or 6/8; it is for the eye and does not change what is heard.
    public let timeSignature: TimeSignature
    /// The instrument by General MIDI, counted from 0: 0 is a piano, 40 a violin, 73 a flute.
    public let program: Int

    /// How many beats a bar has, and which part of a whole note a beat is.
    public struct TimeSignature: Sendable, Hashable {
        public let beats: Int
        public let unit: Int

        /// Traps unless there are 1…255 beats, and the unit is a power of two of 1…128.
        public init(_ beats: Int, _ unit: Int) {
            require(1...255 ~= beats, "MIDIFile.TimeSignature: \(beats) beats in a bar; expected 1 to 255")
            require(
                1...128 ~= unit && unit.nonzeroBitCount == 1,
                "MIDIFile.TimeSignature: the unit is \(unit); expected 1, 2, 4, 8, 16, 32, 64 or 128")
            (self.beats, self.unit) = (beats, unit)
        }
    }

    /// Traps if a number does not fit, or if a pitch is to sound twice at the same time: a key can be pressed only once.
    ///
    /// - Parameters:
    ///   - ticksPerQuarter: 1…32767; with 4, a tick is a sixteenth note
    ///   - quartersPerMinute: from 3.6 to 60 million
    ///   - program: 0…127
    public init(
        notes: [Note], ticksPerQuarter: Int = 480, quartersPerMinute: Double = 120,
        timeSignature: TimeSignature = TimeSignature(4, 4), program: Int = 0
    ) {
        require(
            1...0x7FFF ~= ticksPerQuarter,
            "MIDIFile: a quarter note has \(ticksPerQuarter) ticks; expected 1 to 32767")
        require(
            3.6...60e6 ~= quartersPerMinute,
            "MIDIFile: the tempo is \(quartersPerMinute) quarter notes a minute; expected 3.6 to 60 million")
        require(0...127 ~= program, "MIDIFile: the program is \(program); expected 0 to 127")
        for (pitch, same) in Dictionary(grouping: notes, by: \.pitch) {
            let ordered = same.sorted { $0.start < $1.start }
            for (note, next) in zip(ordered, ordered.dropFirst()) {
                require(
                    note.start + note.duration <= next.start,
                    "MIDIFile: pitch \(pitch) begins at tick \(next.start) and still sounds from tick \(note.start); "
                        + "expected one after the other")
            }
        }
        self.notes = notes
        self.ticksPerQuarter = ticksPerQuarter
        self.quartersPerMinute = quartersPerMinute
        self.timeSignature = timeSignature
        self.program = program
    }

    /// Notes one after another from the beginning, as those of a melody; durations in ticks.
    public static func sequence(_ notes: [(pitch: Int, duration: Int)], velocity: Int = 80) -> [Note] {
        var start = 0
        return notes.map { note in
            defer { start += note.duration }
            return Note(pitch: note.pitch, start: start, duration: note.duration, velocity: velocity)
        }
    }

    /// The bytes of the file.
    public var bytes: [UInt8] {
        // The header chunk: its length, format 0, one track, the ticks of a quarter note.
        let header = bigEndian(0, 2) + bigEndian(1, 2) + bigEndian(ticksPerQuarter, 2)
        // Meta event 0x58: beats, the unit as a power of two, 24 MIDI clocks (a quarter note) to a click of the metronome,
        // 8 thirty-second notes to a quarter.
        var track: [UInt8] = [0, 0xFF, 0x58, 4, UInt8(timeSignature.beats)]
        track += [UInt8(timeSignature.unit.trailingZeroBitCount), 24, 8]
        // Meta event 0x51: the microseconds of a quarter note.
        track += [0, 0xFF, 0x51, 3] + bigEndian(Int((60e6 / quartersPerMinute).rounded()), 3)
        // Program change on channel 1.
        track += [0, 0xC0, UInt8(program)]
        var time = 0
        for (index, event) in events.enumerated() {
            track += Self.variableLength(event.time - time)
            time = event.time
            // Running status: a status byte holds until another comes. To need only one, 0x90 for note on, channel 1, keys
            // are let go by a note on of velocity 0, which means the same as note off.
            if index == 0 { track.append(0x90) }
            track += [UInt8(event.pitch), UInt8(event.velocity)]
        }
        // Meta event 0x2F: the end of the track, which no track may lack.
        track += [0, 0xFF, 0x2F, 0]
        return chunk("MThd", header) + chunk("MTrk", track)
    }

    /// Writes the file, whose name ends in `.mid`; missing folders are made, and an old file is replaced in one step.
    ///
    /// - Throws: `FileError`, when the extension is another or the file cannot be written.
    public func write(to path: String) throws(FileError) {
        try write(to: URL(fileURLWithPath: path))
    }

    /// Writes the file, whose name ends in `.mid`. See `write(to path:)`.
    public func write(to file: URL) throws(FileError) {
        guard file.pathExtension.lowercased() == "mid" else {
            throw .unknownExtension(path: file.path, expected: ".mid")
        }
        try writeWholeFile(file, Data(bytes))
    }

    /// What happens when, in the order of time; at one time keys are let go before others are pressed, so that a note can
    /// be struck again.
    private var events: [(time: Int, pitch: Int, velocity: Int)] {
        let pressed = notes.map { (time: $0.start, pitch: $0.pitch, velocity: $0.velocity) }
        let released = notes.map { (time: $0.start + $0.duration, pitch: $0.pitch, velocity: 0) }
        return (released + pressed).sorted {
            ($0.time, min($0.velocity, 1), $0.pitch) < ($1.time, min($1.velocity, 1), $1.pitch)
        }
    }

    /// The largest number that a variable-length quantity can hold: four bytes of 7 bits.
    private static let lastTick = 0xFFF_FFFF

    /// A variable-length quantity: 7 bits a byte, the highest first; all bytes but the last have their top bit set.
    private static func variableLength(_ value: Int) -> [UInt8] {
        let groups = [21, 14, 7].filter { value >> $0 > 0 }.map { UInt8(value >> $0 & 0x7F) | 0x80 }
        return groups + [UInt8(value & 0x7F)]
    }

    /// The chunk's name, the number of its bytes, and these.
    private func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
        Array(name.utf8) + bigEndian(contents.count, 4) + contents
    }
}
