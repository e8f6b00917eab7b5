// The command as a whole: what it prints where, its status, and what it leaves behind.

import Examples
import Foundation
import Testing

@Suite("The command", .serialized)
struct RunTests {
    private static let quick = ["run", "feedforward", "--epochs", "1", "--out", "out"]
    private static let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 1, 2]

    /// Whether the command ended with `status` and one sentence on standard error, in which `words` stand.
    private func expectFailure(
        _ outcome: Outcome, status: Int32, _ words: [String], progress: Bool = false,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status && !outcome.bySignal, sourceLocation: location)
        let lines = outcome.error.split(separator: "\n")
        let sentences = lines.filter { $0.hasPrefix("learn: ") }
        #expect(sentences.count == 1 && (progress || lines.count == 1), "\(outcome.error)", sourceLocation: location)
        #expect(lines.last?.hasPrefix("learn: ") == true, sourceLocation: location)
        #expect(lines.last?.hasSuffix(".") == true, sourceLocation: location)
        for word in words { #expect(lines.last?.contains(word) == true, "\(word)", sourceLocation: location) }
        #expect(!outcome.hasTrace, "\(outcome.error)", sourceLocation: location)
    }

    @Test("alone it shows the contents on standard output, and nothing else")
    func contents() throws {
        try Workplace.with { place in
            let outcome = try place.learn([])
            #expect(outcome.status == 0 && outcome.error.isEmpty)
            for chapter in Chapter.all {
                #expect(outcome.output.contains("\(chapter.number)  \(chapter.title)"))
                #expect(outcome.output.contains("learn run \(chapter.name)"))
            }
        }
    }

    @Test("a command line that is not understood: status 2, one sentence, nothing on standard output, no file")
    func notUnderstood() throws {
        try Workplace.with { place in
            let lines = [
                ["run", "feedfoward"], Self.quick + ["--learning-rate", "nan"], Self.quick + ["--seed", "x"],
                Self.quick + ["a\u{1B}[31m\nb"],
            ]
            for line in lines {
                let outcome = try place.learn(line)
                expectFailure(outcome, status: 2, [])
                #expect(outcome.output.isEmpty && !outcome.error.contains("\u{1B}"))
            }
            #expect(place.files(in: "out").isEmpty)
        }
    }

    @Test("under --json standard output is one JSON object, the story is on standard error, the pictures exist")
    func json() throws {
        struct Report: Decodable {
            struct Claim: Decodable {
                let id: String, title: String, measured: [String: Double], goal: String, met: Bool
            }
            let chapter: String, seed: UInt64, seconds: Double, claims: [Claim], pictures: [String]
        }
        try Workplace.with { place in
            let outcome = try place.learn(Self.quick + ["--json", "--seed", "7"])
            #expect(outcome.status == 0 && outcome.error.contains("3.1 Feedforward networks"))
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.chapter == "feedforward" && report.seed == 7 && report.seconds > 0)
            #expect(!report.claims.isEmpty && report.claims.allSatisfy { !$0.measured.isEmpty })
            #expect(Set(report.pictures) == Set(place.files(in: "out").map { "out/" + $0 }))
        }
    }

    @Test("the story is on standard output and ends with where the pictures are")
    func story() throws {
        try Workplace.with { place in
            let outcome = try place.learn(Self.quick)
            #expect(outcome.status == 0 && !outcome.error.contains("learn: "))
            #expect(outcome.output.contains("3.1 Feedforward networks"))
            #expect(outcome.output.hasSuffix("Pictures: out\n\n"))
        }
    }

    @Test(
        "data that cannot be read: status 1, one sentence that names the file and the place in it, no file",
        arguments: [
            (["train-labels-idx1-ubyte": labels], ["none of the files", "train-images-idx3-ubyte"]),
            ([:], ["none of the files", "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]),
            (["train-images-idx3-ubyte": [0, 0, 8, 3, 0, 0]], ["train-images-idx3-ubyte ends at byte 6"]),
            (
                ["train-images-idx3-ubyte": [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 7, 7]],
                ["announces 2 × 2 × 2 elements", "at most 2 bytes"]
            ),
            (["train-images-idx3-ubyte": Array("%PDF-1.7".utf8)], ["is not an IDX file", "25 50 44 46"]),
            (
                ["train-images-idx3-ubyte": [0, 0, 8, 3] + [UInt8](repeating: 255, count: 12)],
                ["announces 4294967295 × 4294967295 × 4294967295 elements"]
            ),
            (
                ["train-images-idx3-ubyte": [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 7]],
                ["too few images", "ten of each class"]
            ),
        ] as [([String: [UInt8]], [String])])
    func badData(files: [String: [UInt8]], words: [String]) throws {
        try Workplace.with { place in
            let withLabels = files.isEmpty ? files : files.merging(["train-labels-idx1-ubyte": Self.labels]) { $1 }
            let data = try place.makeFolder("data", withLabels)
            expectFailure(try place.learn(Self.quick + ["--data", data]), status: 1, words)
            #expect(place.files(in: "out").isEmpty)
        }
    }

    @Test("images that are too small for the chapter are refused before any work is done", arguments: [(3, 3), (1, 784)])
    func tooSmall(rows: Int, columns: Int) throws {
        try Workplace.with { place in
            let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 100, 0, 0, 0, UInt8(rows), 0, 0, UInt8(columns / 256), UInt8(columns % 256)]
            let data = try place.makeFolder(
                "data",
                [
                    "train-images-idx3-ubyte": header + [UInt8](repeating: 0, count: 100 * rows * columns),
                    "train-labels-idx1-ubyte": [0, 0, 8, 1, 0, 0, 0, 100] + (0..<100).map { UInt8($0 % 10) },
                ])
            let outcome = try place.learn(["run", "convolution", "--data", data, "--out", "out"])
            expectFailure(outcome, status: 1, ["have \(rows)×\(columns) pixels", "needs 4 to 256 rows and columns"])
            #expect(outcome.output.isEmpty && place.files(in: "out").isEmpty)
        }
    }

    @Test("a folder where a picture should be is named, with what to do")
    func folderForPicture() throws {
        try Workplace.with { place in
            _ = try place.makeFolder("out/digits-loss.png", [:])
            let outcome = try place.learn(Self.quick)
            expectFailure(outcome, status: 1, ["digits-loss.png”, because it is a folder: remove it"], progress: true)
            #expect(place.files(in: "out") == ["digits-loss.png"])
        }
    }

    @Test("a data folder that is missing is named")
    func missingFolder() throws {
        try Workplace.with { place in
            expectFailure(try place.learn(Self.quick + ["--data", "nowhere"]), status: 1, ["nowhere does not exist"])
            #expect(place.files(in: "out").isEmpty)
        }
    }

    @Test("a folder below a file cannot be written to, which is known before any work is done")
    func unwritable() throws {
        try Workplace.with { place in
            _ = try place.makeFolder(".", ["file": [1]])
            for out in ["file/below/it", "file"] {
                let outcome = try place.learn(["run", "feedforward", "--out", out])
                expectFailure(outcome, status: 1, ["folder \(out)", "/file is not a folder", "--out"])
                #expect(outcome.output.isEmpty)
            }
            #expect(try Data(contentsOf: place.folder.appendingPathComponent("file")) == Data([1]))
        }
    }

    @Test("a loss that is not finite ends the run with what to change; under --json nothing is on standard output")
    func exploding() throws {
        try Workplace.with { place in
            let outcome = try place.learn(Self.quick + ["--learning-rate", "1e30", "--json"])
            expectFailure(outcome, status: 1, ["no longer a finite number", "smaller than 1e+30"], progress: true)
            #expect(outcome.output.isEmpty && place.files(in: "out").isEmpty)
        }
    }

    @Test("a benchmark under --json: one JSON object on standard output, with what the peers' file says")
    func benchmark() throws {
        struct Report: Decodable {
            struct Peer: Decodable { let ms: Double, ratio: Double }
            struct Case: Decodable {
                let name: String, ms: Double, spread: Double, share: Double?, against: [String: Peer]
            }
            let threads: Int, ceilings: [String: Double], cases: [Case]
        }
        try Workplace.with { place in
            _ = try place.makeFolder(".", ["peers": Array("torch xor-mlp 0.25 ms\n".utf8)])
            let outcome = try place.learn(["bench", "xor-mlp", "--threads", "1", "--against", "peers", "--json"])
            #expect(outcome.status == 0 && !outcome.error.contains("learn: "))
            let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
            #expect(report.threads == 1 && Set(report.ceilings.keys) == ["gflops", "gbytes_per_s"])
            let result = try #require(report.cases.first)
            #expect(report.cases.count == 1 && result.name == "xor-mlp" && result.share == nil && result.ms > 0)
            let peer = try #require(result.against["torch"])
            #expect(peer.ms == 0.25 && (peer.ratio * result.ms - 0.25).magnitude < 1e-9)
        }
    }

    @Test("a benchmark whose peers' file cannot be used ends before anything is measured: status 1, one sentence")
    func badPeers() throws {
        try Workplace.with { place in
            _ = try place.makeFolder(".", ["peers": Array("torch mlp 2 ms\njax mlp nan ms\n".utf8)])
            let refused = [
                "nowhere": ["nowhere", "does not exist"], ".": ["is a folder"], "peers": ["Line 2 of peers", "“nan”"],
            ]
            for (file, words) in refused {
                let outcome = try place.learn(["bench", "xor-mlp", "--against", file])
                expectFailure(outcome, status: 1, words)
                #expect(outcome.output.isEmpty)
            }
        }
    }

    @Test("an interrupted benchmark ends with the status of the signal")
    func interruptedBenchmark() throws {
        try Workplace.with { place in
            let outcome = try place.learn(["bench", "mlp", "mlp"]) { $0.interrupt() }
            #expect(outcome.status == 130 && !outcome.bySignal && !outcome.hasTrace && outcome.output.isEmpty)
        }
    }

    @Test("an interrupted run ends with the status of the signal and leaves no temporary file")
    func interrupted() throws {
        try Workplace.with { place in
            let long = ["run", "feedforward", "--epochs", "100000", "--out", "out"]
            let outcome = try place.learn(long) { $0.interrupt() }
            #expect(outcome.status == 130 && !outcome.bySignal && !outcome.hasTrace)
            #expect(place.files(in: "out").allSatisfy { $0.hasSuffix(".png") || $0.hasSuffix(".svg") })
        }
    }

    #if os(Linux)
    @Test(
        "a story or a table that cannot be written is not lost in silence",
        arguments: [["run", "feedforward", "--epochs", "1"], ["bench", "xor-mlp"]])
    func fullDisk(line: [String]) throws {
        let process = Process()
        let error = Pipe()
        process.executableURL = try Workplace.command()
        process.arguments = line
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        process.standardError = error
        try process.run()
        let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1 && text.contains("learn: Standard output cannot be written to"))
    }
    #endif

    @Test("when nobody reads standard output, it ends without a trace")
    func closedOutput() throws {
        let process = Process()
        let (output, error) = (Pipe(), Pipe())
        process.executableURL = try Workplace.command()
        (process.standardOutput, process.standardError) = (output, error)
        try output.fileHandleForReading.close()
        try process.run()
        let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // The usual end is by the signal SIGPIPE; where that is ignored, a sentence tells.
        #expect(text.isEmpty ? process.terminationStatus == SIGPIPE : text.hasPrefix("learn: Standard output"))
    }
}
