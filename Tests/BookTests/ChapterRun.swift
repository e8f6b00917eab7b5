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
    struct Outcome: Sendable {
        let told: String
        let claims: [ClaimResult]
        let report: RunReport
        /// The first bytes of each picture that was written.
        let pictures: [String: [UInt8]]
    }

    private static let feedForwardRun = Task { try run(runFeedForward) }
    private static let convolutionRun = Task { try run(runConvolution) }
    private static let recurrentRun = Task { try run(runRecurrent) }
    private static let lstmRun = Task { try run(runLSTM) }

    /// What the run with the default options told. It runs once, whoever asks, and who asks waits without keeping others
    /// waiting, so that chapters run side by side.
    func outcome() async throws -> Outcome {
        switch self {
        case .feedForward: try await Self.feedForwardRun.value
        case .convolution: try await Self.convolutionRun.value
        case .recurrent: try await Self.recurrentRun.value
        case .lstm: try await Self.lstmRun.value
        }
    }

    /// The chapter that makes a claim: 3.2 those that begin with A3.2, and 3.1 those of the overview too.
    private init(claiming id: String) {
        self = Self.allCases.first { $0.rawValue.hasPrefix("Docs/\(id.dropFirst().prefix(3))-") } ?? .feedForward
    }

    /// What a run found out about a claim.
    static func claim(_ id: String) async throws -> ClaimResult? {
        try await ChapterRun(claiming: id).outcome().claims.first { $0.id == id }
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
