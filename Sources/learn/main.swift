// The command `learn`: shows what the book contains, runs its chapters, and times its work.

import Examples
import Figures
import Foundation

// First of all, because anything further may be an instruction that this processor does not have.
if let level = ProcessorLevel.ofThisBuild,
    let description = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
    let obstacle = level.obstacle(in: description)
{
    end(obstacle, status: 1)
}

tellWidthOfTerminal()

/// Writes the requested result, which must not get lost.
func write(_ text: String) {
    do {
        try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
        end("Standard output cannot be written to: check the disk or the program that reads it.", status: 1)
    }
}

do {
    let width = min(Terminal.standardOutput.style.width, 100)
    let temporaryFolder = FileManager.default.temporaryDirectory.path
    switch try Command(
        Array(CommandLine.arguments.dropFirst()), chapters: Chapter.all, cases: BenchmarkCase.all,
        temporaryFolder: temporaryFolder)
    {
    case .contents:
        write(contents(of: Chapter.all, width: width))
    case .help:
        write(usage(Chapter.all, BenchmarkCase.all, temporaryFolder: temporaryFolder, width: width))
    case .run(let run):
        endInOrderWhenInterrupted()
        let output = Terminal.standardOutput
        let story = try Story(
            run.options,
            terminal: run.json
                ? .standardError
                : Terminal(style: output.style, isInteractive: output.isInteractive) { write($0) },
            progress: .standardError)
        let report = try run.chapter.run(story)
        try report.requireFinite()
        if run.json { write(try report.json()) }
    case .bench(let bench):
        endInOrderWhenInterrupted()
        let peers = try bench.peers.map { try PeerTimes(path: $0) }
        let benchmark = Benchmark(bench.cases, threads: bench.threads, peers: peers)
        let report = benchmark.run(progress: .standardError)
        write(bench.json ? try report.json() : report.text(Terminal.standardOutput.style))
    }
} catch let error as CommandLineError {
    end(error.description, status: 2)
} catch {
    // In place of a progress bar that has not come to its end.
    if Terminal.standardError.isInteractive { Terminal.standardError.write("\r\u{1B}[K") }
    end("\(error)", status: 1)
}
