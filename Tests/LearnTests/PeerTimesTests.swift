// The files with other frameworks' times, well-made and hostile.

import Foundation
import Testing

@testable import Examples

@Suite("The peers' times")
struct PeerTimesTests {
    private func times(_ text: String) throws -> PeerTimes { try PeerTimes(text, from: "file", cases: ["mlp", "cnn"]) }

    @Test("each line is a time; the peers stand in the order of the file")
    func lines() throws {
        let times = try times(
            """
            torch    mlp                          2.3100 ms
            jax      mlp                          1.5e0 ms
            torch    cnn                         25.7 ms
            """)
        #expect(times.names == ["torch", "jax"])
        #expect(times.times(of: "mlp") == ["torch": 2.31, "jax": 1.5])
        #expect(times.times(of: "cnn") == ["torch": 25.7] && times.times(of: "rnn").isEmpty)
    }

    @Test("whatever else a framework prints is passed over, and carriage returns and tabs are blanks")
    func otherLines() throws {
        let times = try times(
            "UserWarning: lr_scheduler is slow\r\n\r\n/usr/lib/x.py:3: FutureWarning\r\ntorch\tmlp 2 ms\r\n"
                + "compiled graph 12 ms\nmlp 3 ms\ntorch mlp 4 s\ntorch mlp 5 ms more\n"
                + "\u{1B}[31mred mlp 6 ms\n\u{0} \n")
        #expect(times.names == ["torch"] && times.times(of: "mlp") == ["torch": 2])
    }

    @Test("a byte order mark before the first line is passed over")
    func byteOrderMark() throws {
        #expect(try times("\u{FEFF}torch mlp 2 ms\njax mlp 3 ms").times(of: "mlp") == ["torch": 2, "jax": 3])
    }

    @Test("of two times for the same peer and case the last counts")
    func repeated() throws {
        #expect(try times("torch mlp 2 ms\ntorch mlp 3 ms").times(of: "mlp") == ["torch": 3])
    }

    @Test(
        "a time that is none is refused with its line",
        arguments: [
            "0", "-2", "nan", "inf", "-inf", "1e400", "1e-7", "1e10", "fast", "2,31", "2.31ms", "-0", "0x1A", "0x1p3",
        ])
    func unfit(number: String) {
        #expect(throws: PeerTimesError.unfitTime(number, line: 3, "file")) {
            try times("torch mlp 2 ms\n\ntorch mlp \(number) ms")
        }
    }

    @Test("the ends of the range are times")
    func limits() throws {
        #expect(try times("a mlp 1e-6 ms\nb mlp 1000000000 ms").times(of: "mlp") == ["a": 1e-6, "b": 1e9])
    }

    @Test(
        "a text without a single time is refused",
        arguments: ["", "\n\n", "torch rnn 2 ms", "mlp", "{\"torch\": 2}", String(repeating: "x ", count: 100_000)])
    func none(text: String) {
        #expect(throws: PeerTimesError.noTimes("file", cases: ["mlp", "cnn"])) { try times(text) }
    }

    @Test("the sentences name the file, the line and what to do")
    func sentences() {
        #expect(
            PeerTimesError.unfitTime(String(repeating: "9", count: 99), line: 7, "peers.txt").description
                == "Line 7 of peers.txt has “\(String(repeating: "9", count: 40))” where milliseconds are expected, a "
                + "number from 0.000001 to 1000000000: correct or remove the line.")
        #expect(
            PeerTimesError.noTimes("peers.txt", cases: ["mlp"]).description
                == "The file peers.txt has no line such as “torch mlp 2.31 ms” with a peer, one of the cases, a time "
                + "and “ms”: name the file with the peers' times.")
    }

    @Test("a file is read; one that is missing, a folder, too large or no text is refused")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ bytes: [UInt8]) throws -> String {
            let place = folder.appendingPathComponent(name)
            try Data(bytes).write(to: place)
            return place.path
        }
        let good = try file("good", [0xFF, 0x0A] + Array("torch mlp 2.31 ms".utf8))
        #expect(try PeerTimes(path: good).times(of: "mlp") == ["torch": 2.31])
        let missing = folder.path + "/missing"
        #expect(throws: PeerTimesError.missing(missing)) { try PeerTimes(path: missing) }
        #expect(throws: PeerTimesError.folder(folder.path)) { try PeerTimes(path: folder.path) }
        let large = try file("large", [UInt8](repeating: 0x20, count: (1 << 20) + 1))
        #expect(throws: PeerTimesError.tooLarge(large, mostBytes: 1 << 20)) { try PeerTimes(path: large) }
        let noise = try file("noise", (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 193 &+ $0 >> 5) })
        let names = BenchmarkCase.all.map(\.name)
        #expect(throws: PeerTimesError.noTimes(noise, cases: names)) { try PeerTimes(path: noise) }
    }
}
