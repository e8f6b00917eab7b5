// What the runs of all chapters have in common: a run tells a story, shows pictures, and compares what it measured with what
// the chapter claims.

import FeedForward
import FileFormats
import Figures
import Foundation

/// What a reader can ask of a run.
public struct RunOptions: Sendable, Equatable {
    /// Fixes everything random in the run.
    public var seed: UInt64 = 1
    /// Passes over the training images, in place of the chapter's own number.
    public var epochs: Int?
    /// The size of a step, in place of the chapter's own.
    public var learningRate: Double?
    /// A folder with MNIST or Fashion-MNIST files to learn instead of the embedded digits.
    public var data: String?
    /// Where the pictures are written.
    public var output: String
    /// Studies over many seeds.
    public var full = false

    public init(output: String) { self.output = output }
}

/// What a run found out about one claim of the documents.
public struct ClaimResult: Sendable, Encodable {
    public let id: String
    public let title: String
    /// What was measured, each number with its name.
    public let measured: [String: Double]
    /// What was to be reached.
    public let goals: [Goal]

    /// Traps without goals, and if a goal is about a figure that was not measured.
    public init(id: String, title: String, measured: [String: Double], goals: [Goal]) {
        require(!goals.isEmpty, "The claim \(id) has no goal.")
        for goal in goals {
            for figure in goal.figures {
                require(
                    measured[figure] != nil,
                    "The claim \(id) has the goal “\(goal)”, but “\(figure)” was not measured. What was: "
                        + measured.keys.sorted().map { "“\($0)”" }.joined(separator: ", "))
            }
        }
        (self.id, self.title, self.measured, self.goals) = (id, title, measured, goals)
    }

    /// The goals in words.
    public var goal: String { goals.map(\.description).joined(separator: "; ") }

    /// The goals that were not reached.
    public var missed: [Goal] { goals.filter { !$0.isMet(by: measured) } }

    public var met: Bool { missed.isEmpty }

    private enum CodingKeys: CodingKey { case id, title, measured, goal, met }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(title, forKey: .title)
        try container.encode(measured, forKey: .measured)
        try container.encode(goal, forKey: .goal)
        try container.encode(met, forKey: .met)
    }
}

/// The result of a run, as `--json` prints it.
public struct RunReport: Sendable, Encodable {
    public let chapter: String
    public let seed: UInt64
    public let seconds: Double
    public let claims: [ClaimResult]
    /// The files that were written.
    public let pictures: [String]
}

/// Why a run could not be finished, in a sentence for the person who started it.
public enum RunError: Error, Sendable, CustomStringConvertible, LocalizedError, Equatable {
    case lossNotFinite(epoch: Int, batch: Int, learningRate: Double)
    case measurementNotFinite(claim: String, name: String)
    case unwritableFolder(String, reason: String)
    case noImages(String)
    case unequalImages(String)
    /// The images of a folder are smaller or larger than what a chapter's networks can look at.
    case unfitImages(String, rows: Int, columns: Int, smallest: Int, largest: Int)
    case tooManyPixels(String, count: Int, most: Int)

    public var description: String {
        switch self {
        case .lossNotFinite(let epoch, let batch, let learningRate):
            "The loss is no longer a finite number in epoch \(epoch), batch \(batch), because the steps are too large: "
                + "try a learning rate smaller than \(learningRate)."
        case .measurementNotFinite(let claim, let name):
            "The measurement “\(name)” for the claim \(claim) is not a finite number: try a smaller learning rate."
        case .unwritableFolder(let path, let reason):
            "Pictures cannot be written to the folder \(path), because \(reason)."
        case .noImages(let folder):
            "The data in \(folder) has too few images to put a part aside for testing: at least ten of each class are "
                + "needed."
        case .unequalImages(let folder):
            "The images for training and for testing in \(folder) differ in size: put files of one data set there."
        case .unfitImages(let folder, let rows, let columns, let smallest, let largest):
            "The images in \(folder) have \(rows)×\(columns) pixels, but this chapter needs \(smallest) to \(largest) rows "
                + "and columns: put other images there, such as those of MNIST."
        case .tooManyPixels(let folder, let count, let most):
            "The images in \(folder) have \(count) pixels together, more than the \(most) that a run takes: put fewer or "
                + "smaller images there."
        }
    }

    public var errorDescription: String? { description }
}

/// Tells a chapter's story on a terminal, writes its pictures, and collects what was measured.
public final class Story {
    public let options: RunOptions
    /// Where the story goes.
    let terminal: Terminal
    /// Where progress goes.
    let progress: Terminal
    private(set) var claims: [ClaimResult] = []
    private(set) var pictures: [String] = []

    /// - Throws: `RunError.unwritableFolder`, before any work is done for nothing.
    public init(_ options: RunOptions, terminal: Terminal, progress: Terminal) throws(RunError) {
        (self.options, self.terminal, self.progress) = (options, terminal, progress)
        do {
            try FileManager.default.createDirectory(atPath: options.output, withIntermediateDirectories: true)
        } catch {
            throw .unwritableFolder(options.output, reason: Self.obstacle(options.output, error))
        }
        guard FileManager.default.isWritableFile(atPath: options.output) else {
            throw .unwritableFolder(options.output, reason: "it may not be written to: name another with --out")
        }
    }

    /// Why there can be no folder at `path`: the first thing on the way to it that is not a folder, or what the system says.
    private static func obstacle(_ path: String, _ error: any Error) -> String {
        var place = URL(fileURLWithPath: path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: place.path), place.path != "/" { place.deleteLastPathComponent() }
        let isFolder = (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? true
        return isFolder ? systemReason(error, .writing) : "\(place.path) is not a folder: name another with --out"
    }

    /// A heading.
    func heading(_ text: String) {
        let width = min(terminal.style.width, 100)
        let rule = String(
            repeating: terminal.style.unicode ? "─" : "-", count: max(4, width - TerminalStyle.columns(of: text) - 1))
        terminal.write("\n" + emphasized(text) + " " + rule + "\n\n")
    }

    /// A paragraph, broken to the width of the terminal.
    func tell(_ text: String) {
        let shown = terminal.style.unicode ? text : Self.inASCII(text)
        terminal.write(wrapped(shown, to: min(terminal.style.width, 100)).joined(separator: "\n") + "\n\n")
    }

    /// Lines as they are: a table, a summary.
    func show(_ lines: String) { terminal.write(lines + "\n\n") }

    /// A table.
    func show(_ table: TextTable) { show(table.terminal(terminal.style)) }

    /// A picture: on the terminal, and as a PNG and an SVG file.
    func show(_ figure: some Figure, named name: String) throws(FileError) {
        show(figure.terminal(terminal.style))
        for ending in ["png", "svg"] {
            let path = options.output + "/" + name + "." + ending
            try Interruption.heldOff { () throws(FileError) in try figure.write(to: path) }
            pictures.append(path)
        }
    }

    /// What was measured about a claim, and the goals. Traps if a goal is about a figure that was not measured.
    func claim(_ id: String, _ title: String, measured: [(name: String, value: Double)], goals: [Goal]) {
        let result = ClaimResult(
            id: id, title: title, measured: Dictionary(uniqueKeysWithValues: measured.map { ($0.name, $0.value) }),
            goals: goals)
        claims.append(result)
        let mark = terminal.style.unicode ? (result.met ? "✓" : "✗") : (result.met ? "[met]" : "[missed]")
        tell("\(mark) \(id) \(title).")
        let figures = measured.map { "\($0.name): \(Self.text($0.value))" }.joined(separator: ", ")
        tell("Measured: \(figures). Goal: \(result.goal).")
    }

    /// Tells where to read on, how many claims were met and in what time, and returns the report of the run.
    ///
    /// - Parameter more: what else to read, in sentences.
    func end(_ chapter: Chapter, since start: ContinuousClock.Instant, more: String = "") -> RunReport {
        heading("Where to read on")
        tell(
            """
            \(chapter.page) is the chapter as a page. Sources/\(chapter.module) is the \
            code\(chapter.files.count > 1 ? ", in reading order" : ""): \(chapter.files.joined(separator: ", ")). \(more) \
            Sources/Examples/\(chapter.module) is this run. Change a line, and `swift test` tells you what it broke.
            """)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        tell(
            "\(claims.filter(\.met).count) of \(claims.count) claims met in \(String(format: "%.1f", seconds)) s. "
                + "Pictures: \(options.output)")
        return report(chapter, seconds: seconds)
    }

    /// The report of a finished run.
    func report(_ chapter: Chapter, seconds: Double) -> RunReport {
        RunReport(chapter: chapter.name, seed: options.seed, seconds: seconds, claims: claims, pictures: pictures)
    }

    private func emphasized(_ text: String) -> String {
        terminal.style.color == .none ? text : "\u{1B}[1m" + text + "\u{1B}[0m"
    }

    /// What a terminal without other characters can show.
    static func inASCII(_ text: String) -> String {
        let written: [Character: String] = [
            "×": "x", "²": "^2", "³": "^3", "≥": ">=", "≤": "<=", "±": "+-", "−": "-", "–": "-", "→": "->", "η": "eta",
            "λ": "lambda", "ρ": "rho", "∂": "d", "←": "<-", "₂": "2", "“": "\"", "”": "\"",
        ]
        return text.folding(options: .diacriticInsensitive, locale: nil)
            .map { $0.isASCII ? String($0) : written[$0] ?? "?" }.joined()
    }

    /// A number with as many digits as are worth reading.
    static func text(_ value: Double) -> String {
        if value == value.rounded() && value.magnitude < 1e9 { return String(Int(value)) }
        if value.magnitude >= 1e-3 && value.magnitude < 1e6 { return String(format: "%.4g", value) }
        return String(format: "%.2e", value)
    }
}

/// The lines of a paragraph, broken between words to a width in columns; a longer word has a line of its own.
public func wrapped(_ text: String, to width: Int) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init).reduce(into: []) { lines, word in
        if let last = lines.last, TerminalStyle.columns(of: last) + 1 + TerminalStyle.columns(of: word) <= width {
            lines[lines.count - 1] += " " + word
        } else {
            lines.append(word)
        }
    }
}
