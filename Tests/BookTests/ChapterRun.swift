// One run of each chapter, shared by the tests that look at its result.

import Figures
import Foundation

@testable import Examples

/// The chapters whose runs make claims, each with its page.
enum ChapterRun: String, CaseIterable {
    case feedForward = "Docs/3.1-FeedForward.md"
    case convolution = "Docs/3.2-Convolution.md"
    case recurrent = "Docs/3.3-Recurrent.md"
    case lstm = "Docs/3.4-LSTM.md"

    /// What a run told, and its report.
    struct Outcome {
        let told: String
        let claims: [ClaimResult]
        let report: RunReport
        /// The first bytes of each picture that was written.
        let pictures: [String: [UInt8]]
    }

    private static let feedForwardOutcome = Result { try run(runFeedForward) }
    private static let convolutionOutcome = Result { try run(runConvolution) }
    private static let recurrentOutcome = Result { try run(runRecurrent) }
    private static let lstmOutcome = Result { try run(runLSTM) }

    /// What the run with the default options told. It runs once, whoever asks.
    func outcome() throws -> Outcome {
        switch self {
        case .feedForward: try Self.feedForwardOutcome.get()
        case .convolution: try Self.convolutionOutcome.get()
        case .recurrent: try Self.recurrentOutcome.get()
        case .lstm: try Self.lstmOutcome.get()
        }
    }

    /// What a run found out about a claim.
    static func claim(_ id: String) throws -> ClaimResult? {
        try allCases.lazy.compactMap { try $0.outcome().claims.first { $0.id == id } }.first
    }

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
