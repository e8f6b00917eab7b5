// The MIDI writer, seen through the reader of these tests and by its bytes.

import FileFormats
import Foundation
import TestTools
import Testing

@Suite("MIDI")
struct MIDITests {
    private let tune = MIDIFile.sequence([(60, 4), (62, 4), (64, 8), (64, 2), (64, 2), (67, 12)])

    private func read(_ file: MIDIFile) throws -> MIDIReader { try MIDIReader(file.bytes) }

    private func asRead(_ notes: [MIDIFile.Note]) -> Set<MIDIReader.Note> {
        Set(notes.map { .init(pitch: $0.pitch, start: $0.start, duration: $0.duration, velocity: $0.velocity) })
    }

    @Test("a file byte by byte")
    func bytes() {
        let file = MIDIFile(
            notes: [.init(pitch: 60, start: 0, duration: 4, velocity: 100), .init(pitch: 64, start: 4, duration: 200)],
            ticksPerQuarter: 4, quartersPerMinute: 100, timeSignature: .init(6, 8), program: 73)
        #expect(file.bytes == [
            0x4D, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, 0, 4,  // MThd, format 0, one track, 4 ticks
            0x4D, 0x54, 0x72, 0x6B, 0, 0, 0, 36,  // MTrk
            0, 0xFF, 0x58, 4, 6, 3, 24, 8,  // 6/8
            0, 0xFF, 0x51, 3, 0x09, 0x27, 0xC0,  // 600,000 microseconds
            0, 0xC0, 73,
            0, 0x90, 60, 100, 4, 60, 0, 0, 64, 80, 0x81, 0x48, 64, 0,
            0, 0xFF, 0x2F, 0,
        ])
    }

    @Test("a file without notes is a header and an empty track")
    func empty() throws {
        let file = try read(MIDIFile(notes: []))
        #expect(file.format == 0 && file.ticksPerQuarter == 480 && file.microsecondsPerQuarter == 500_000)
        #expect(file.timeSignature == [4, 2, 24, 8] && file.program == 0 && file.notes.isEmpty)
    }

    @Test("a melody is read back as it was written")
    func melody() throws {
        let file = try read(MIDIFile(notes: tune, ticksPerQuarter: 4, timeSignature: .init(3, 4), program: 40))
        #expect(file.ticksPerQuarter == 4 && file.timeSignature == [3, 2, 24, 8] && file.program == 40)
        #expect(file.notes.map(\.pitch) == [60, 62, 64, 64, 64, 67])
        #expect(file.notes.map(\.start) == [0, 4, 8, 16, 18, 20])
        #expect(file.notes.map(\.duration) == [4, 4, 8, 2, 2, 12])
        #expect(file.notes.allSatisfy { $0.velocity == 80 })
    }

    @Test("chords and voices in any order are read back", arguments: [1, 2, 3])
    func manyVoices(seed: UInt64) throws {
        var noise = Noise(seed: seed)
        var notes: [MIDIFile.Note] = []
        for pitch in [0, 1, 60, 64, 67, 127] {
            var start = 0
            for _ in 0..<40 {
                start += Int.random(in: 0...300, using: &noise)
                let duration = Int.random(in: 1...20_000, using: &noise)
                let velocity = Int.random(in: 1...127, using: &noise)
                notes.append(.init(pitch: pitch, start: start, duration: duration, velocity: velocity))
                start += duration
            }
        }
        let file = try read(MIDIFile(notes: notes.shuffled(using: &noise)))
        #expect(file.notes.count == notes.count && Set(file.notes) == asRead(notes))
    }

    @Test("variable-length quantities as the specification's table has them", arguments: [
        (0, [0x00]), (0x40, [0x40]), (0x7F, [0x7F]), (0x80, [0x81, 0x00]), (0x2000, [0xC0, 0x00]),
        (0x3FFF, [0xFF, 0x7F]), (0x4000, [0x81, 0x80, 0x00]), (0x10_0000, [0xC0, 0x80, 0x00]),
        (0x1F_FFFF, [0xFF, 0xFF, 0x7F]), (0x20_0000, [0x81, 0x80, 0x80, 0x00]),
        (0x800_0000, [0xC0, 0x80, 0x80, 0x00]), (0xFFF_FFFE, [0xFF, 0xFF, 0xFF, 0x7E]),
    ] as [(Int, [UInt8])])
    func variableLength(start: Int, expected: [UInt8]) throws {
        let file = MIDIFile(notes: [.init(pitch: 60, start: start, duration: 1)])
        let reader = try read(file)
        #expect(reader.notes == [.init(pitch: 60, start: start, duration: 1, velocity: 80)])
        #expect(Array(file.bytes[try #require(reader.firstDelta)]) == expected)
    }

    @Test("the longest note has the largest quantity")
    func longest() throws {
        let file = MIDIFile(notes: [.init(pitch: 60, start: 0, duration: 0xFFF_FFFF)])
        #expect(try read(file).notes.map(\.duration) == [0xFFF_FFFF])
        #expect(file.bytes.suffix(10).starts(with: [0xFF, 0xFF, 0xFF, 0x7F, 60, 0]))
    }

    @Test("the tempo in microseconds a quarter note", arguments: [(120.0, 500_000), (90, 666_667), (3.6, 16_666_667)])
    func tempo(quarters: Double, microseconds: Int) throws {
        #expect(try read(MIDIFile(notes: tune, quartersPerMinute: quarters)).microsecondsPerQuarter == microseconds)
    }

    // MARK: - Files

    /// Runs with the name of a folder that is not there before and not after.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("midi-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("a file is written into a new folder, replaced, and has the bytes")
    func writing() throws {
        try withFolder { (folder: URL) throws in
            let file = folder.appendingPathComponent("new/tune.mid")
            try MIDIFile(notes: []).write(to: file)
            let music = MIDIFile(notes: tune)
            try music.write(to: file.path)
            #expect(try Array(Data(contentsOf: file)) == music.bytes)
            #expect(try FileManager.default.contentsOfDirectory(atPath: file.deletingLastPathComponent().path).count == 1)
        }
    }

    @Test("another extension is refused before anything is made", arguments: ["tune", "tune.midi", "tune.png"])
    func unknownExtension(name: String) throws {
        try withFolder { (folder: URL) throws in
            let file = folder.appendingPathComponent(name)
            let expected = FileError.unknownExtension(path: file.path, expected: ".mid")
            #expect(throws: expected) { try MIDIFile(notes: tune).write(to: file) }
            #expect(!FileManager.default.fileExists(atPath: folder.path))
            #expect(expected.description.hasSuffix("end the file name in .mid."))
        }
    }

    @Test("a folder that stands where the file should be is named")
    func unwritableFile() throws {
        try withFolder { (folder: URL) throws in
            let file = folder.appendingPathComponent("tune.mid")
            let inside = file.appendingPathComponent("kept")
            try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
            do throws(FileError) {
                try MIDIFile(notes: tune).write(to: file)
                Issue.record("the music was written")
            } catch {
                guard case .unwritableFile(let named, _) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(named == file.path)
            }
        }
    }

    // MARK: - Mistakes

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MIDIFile.Note(pitch: 128, start: 0, duration: 1)
            }, says: "MIDIFile.Note: the pitch is 128; expected 0 to 127")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MIDIFile.Note(pitch: 60, start: 0xFFF_FFFF, duration: 1)
            }, says: "MIDIFile.Note: a note from tick 268435455 on for 1; expected 0 to 268435455")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MIDIFile(notes: [.init(pitch: 60, start: 4, duration: 4), .init(pitch: 60, start: 0, duration: 5)])
            }, says: "MIDIFile: pitch 60 begins at tick 4 and still sounds from tick 0; expected one after the other")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MIDIFile.TimeSignature(3, 6)
            }, says: "MIDIFile.TimeSignature: the unit is 6; expected 1, 2, 4, 8, 16, 32, 64 or 128")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MIDIFile(notes: [], quartersPerMinute: 0)
            }, says: "MIDIFile: the tempo is 0.0 quarter notes a minute; expected 3.6 to 60 million")
    }
}
