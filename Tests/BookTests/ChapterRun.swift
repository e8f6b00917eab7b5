// One run of each chapter, shared by the tests that look at its result.

import Figures
import Foundation

@testable import Examples

enum ChapterRun {
    /// What a run told, and its report.
    struct Outcome {
        let told: String
        let claims: [ClaimResult]
        let report: RunReport
        /// The first bytes of each picture that was written.
        let pictures: [String: [UInt8]]
    }

    static let feedForward = Result { try run(runFeedForward) }

    static func run(_ chapter: (Story) throws -> RunReport, _ change: (inout RunOptions) -> Void = { _ in }) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = RunOptions(output: folder)
        change(&options)
        let text = Sink()
        let terminal = Terminal(style: TerminalStyle(width: 100, color: .none, unicode: true), isInteractive: false) {
            text.append($0)
        }
        let story = try Story(options, terminal: terminal, progress: terminal)
        let report = try chapter(story)
        var pictures: [String: [UInt8]] = [:]
        for path in report.pictures {
            pictures[path] = Array((FileManager.default.contents(atPath: path) ?? Data()).prefix(8))
        }
        return Outcome(told: text.text, claims: report.claims, report: report, pictures: pictures)
    }
}

/// Collects what is written to a terminal.
private final class Sink: @unchecked Sendable {
    private let lock = NSLock()
    private var parts = ""

    func append(_ part: String) { lock.withLock { parts += part } }
    var text: String { lock.withLock { parts } }
}
