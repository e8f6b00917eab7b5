// A reader of Standard MIDI Files of one track, written for these tests from the specification: every number is read where
// it should stand, and what is not understood is an error.

import TestTools

/// What a MIDI file holds.
struct MIDIReader {
    struct Note: Hashable {
        var pitch: Int
        var start: Int
        var duration: Int
        var velocity: Int
    }

    var format = 0
    var ticksPerQuarter = 0
    var microsecondsPerQuarter = 0
    /// Beats, the unit as a power of two, clocks a click, thirty-second notes a quarter.
    var timeSignature: [Int] = []
    var program = 0
    /// In the order in which they end.
    var notes: [Note] = []
    /// Where the bytes of the first delta time of a note are.
    var firstDelta: Range<Int>?

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard try name() == "MThd", try number(4) == 6 else { throw ReadingError("no header") }
        format = try number(2)
        guard try number(2) == 1 else { throw ReadingError("number of tracks") }
        ticksPerQuarter = try number(2)
        guard try name() == "MTrk" else { throw ReadingError("no track") }
        let end = try number(4) + position
        guard end == bytes.count else { throw ReadingError("length of the track") }
        try readTrack()
        guard position == end else { throw ReadingError("bytes after the end of the track") }
    }

    private mutating func byte() throws -> Int {
        guard position < bytes.count else { throw ReadingError("the file ends too early") }
        defer { position += 1 }
        return Int(bytes[position])
    }

    private mutating func number(_ count: Int) throws -> Int {
        var value = 0
        for _ in 0..<count { value = value * 256 + (try byte()) }
        return value
    }

    private mutating func name() throws -> String {
        String(decoding: try (0..<4).map { _ in UInt8(try byte()) }, as: UTF8.self)
    }

    private mutating func variableLength() throws -> Int {
        var value = 0
        for _ in 0..<4 {
            let next = try byte()
            value = value * 128 + next % 128
            if next < 128 { return value }
        }
        throw ReadingError("a variable-length quantity of more than four bytes")
    }

    private mutating func readTrack() throws {
        var (time, status) = (0, 0)
        var pressed: [Int: (start: Int, velocity: Int)] = [:]
        while true {
            let deltaStart = position
            time += try variableLength()
            let deltaEnd = position
            if bytes[position] >= 128 { status = try byte() }
            switch status {
            case 0xFF:
                let kind = try byte()
                let length = try variableLength()
                switch (kind, length) {
                case (0x2F, 0):
                    guard pressed.isEmpty else { throw ReadingError("a key is never let go") }
                    return
                case (0x51, 3): microsecondsPerQuarter = try number(3)
                case (0x58, 4): timeSignature = try (0..<4).map { _ in try byte() }
                default: throw ReadingError("meta event \(kind)")
                }
                status = 0  // no running status after a meta event
            case 0xC0: program = try byte()
            case 0x80, 0x90:
                firstDelta = firstDelta ?? deltaStart..<deltaEnd
                let (pitch, velocity) = (try byte(), try byte())
                guard pitch < 128 && velocity < 128 else { throw ReadingError("a data byte with its top bit set") }
                if status == 0x90 && velocity > 0 {
                    guard pressed[pitch] == nil else { throw ReadingError("a key is pressed twice") }
                    pressed[pitch] = (time, velocity)
                } else {
                    guard let key = pressed.removeValue(forKey: pitch) else { throw ReadingError("a key is up already") }
                    notes.append(Note(pitch: pitch, start: key.start, duration: time - key.start, velocity: key.velocity))
                }
            default: throw ReadingError("status \(status)")
            }
        }
    }
}
