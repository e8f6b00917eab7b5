// The command line, understood: from words to what is to be done.

import Examples
import FileFormats
import Foundation

/// What the command line asks for.
enum Command {
    case contents
    case help
    case run(Run)
    case bench(Bench)

    /// The run of a chapter.
    struct Run {
        let chapter: Chapter
        let options: RunOptions
        /// Whether the results are printed as JSON, and the story elsewhere.
        let json: Bool
    }

    /// The benchmark.
    struct Bench {
        let cases: [BenchmarkCase]
        /// nil for one per processor.
        let threads: Int?
        /// The file with other frameworks' times.
        let peers: String?
        /// Whether the results are printed as JSON.
        let json: Bool
    }

    /// The words that stand for what can be done; without any, the contents are shown.
    static let names = ["run", "bench", "help"]

    /// Understands the words after the program's name. Options may stand anywhere, as `--seed 5` or `--seed=5`; a
    /// request for help is granted whatever else there is.
    ///
    /// - Parameter temporaryFolder: where the pictures' folder is made if none is named.
    init(
        _ arguments: [String], chapters: [Chapter], cases: [BenchmarkCase], temporaryFolder: String
    ) throws(CommandLineError) {
        guard !arguments.contains("--help"), !arguments.contains("-h") else {
            self = .help
            return
        }
        let (words, options) = try Self.sort(arguments)
        switch words.first {
        case nil:
            try options.require(for: nil)
            self = .contents
        case "help":
            try options.require(for: nil)
            if words.count > 1 { throw .surplusWord(words[1], after: "help") }
            self = .help
        case "run":
            try options.require(for: .run)
            self = .run(try Run(words.dropFirst(), options, chapters: chapters, temporaryFolder: temporaryFolder))
        case "bench":
            try options.require(for: .benchmark)
            self = .bench(try Bench(words.dropFirst(), options, cases: cases))
        case let word?:
            if chapters.contains(where: { $0.name == word }) { throw .commandIsChapter(word) }
            throw .unknownCommand(word)
        }
    }

    /// Words, and options with their values (empty for those that have none).
    private static func sort(
        _ arguments: [String]
    ) throws(CommandLineError) -> (words: [String], options: GivenOptions) {
        var (words, options) = ([String](), [Option: String]())
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("-") else {
                words.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = Option(rawValue: parts[0]) else { throw .unknownOption(parts[0]) }
            guard options[option] == nil else { throw .repeatedOption(option) }
            if option.placeholder == nil {
                guard parts.count == 1 else { throw .surplusValue(option, parts[1]) }
                options[option] = ""
            } else if parts.count == 2 {
                options[option] = parts[1]
            } else {
                guard let next = rest.first, !next.hasPrefix("--") else { throw .missingValue(option) }
                options[option] = rest.removeFirst()
            }
        }
        return (words, GivenOptions(texts: options))
    }
}

/// The options of a command line.
private struct GivenOptions {
    /// What was typed as the value of each, empty for those that have none.
    let texts: [Option: String]

    func has(_ option: Option) -> Bool { texts[option] != nil }

    /// Refuses what does not belong to `taker`, which for other commands is none.
    func require(for taker: OptionTaker?) throws(CommandLineError) {
        let misplaced = Option.allCases.first { option in has(option) && !option.takers.contains { $0 == taker } }
        if let misplaced { throw .misplacedOption(misplaced) }
    }

    /// The value of an option, if it is given.
    func value<Value>(_ option: Option, _ parse: (String) -> Value?) throws(CommandLineError) -> Value? {
        guard let text = texts[option] else { return nil }
        guard let value = parse(text) else { throw .unfitValue(option, text) }
        return value
    }

    /// A whole number in a range, if it is given.
    func number(_ option: Option, in range: ClosedRange<Int>) throws(CommandLineError) -> Int? {
        try value(option) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A path, if it is given.
    func path(_ option: Option) throws(CommandLineError) -> String? { try value(option) { $0.isEmpty ? nil : $0 } }
}

extension Command.Run {
    /// - Parameter words: those after “run”.
    fileprivate init(
        _ words: ArraySlice<String>, _ options: GivenOptions, chapters: [Chapter], temporaryFolder: String
    ) throws(CommandLineError) {
        guard let name = words.first else { throw .missingChapter(known: chapters.map(\.name)) }
        guard let chapter = chapters.first(where: { $0.name == name }) else {
            throw .unknownChapter(
                name, isNumberOf: chapters.first { $0.number == name }?.name, known: chapters.map(\.name))
        }
        if let surplus = words.dropFirst().first { throw .surplusWord(surplus, after: "run \(chapter.name)") }
        let folder = URL(fileURLWithPath: temporaryFolder).appendingPathComponent("learn/" + chapter.name).path
        self.init(
            chapter: chapter, options: try RunOptions(options, defaultOutput: folder), json: options.has(.json))
    }
}

extension RunOptions {
    fileprivate init(_ options: GivenOptions, defaultOutput: String) throws(CommandLineError) {
        self.init(output: try options.path(.out) ?? defaultOutput)
        seed = try options.value(.seed) { UInt64($0) } ?? seed
        epochs = try options.number(.epochs, in: 1...Option.mostEpochs)
        // The steps are taken in Float, where a number that fits into Double may be too small or too large.
        learningRate = try options.value(.learningRate) {
            Double(decimal: $0).flatMap { Float($0) > 0 && Float($0).isFinite ? $0 : nil }
        }
        data = try options.path(.data)
        full = options.has(.full)
    }
}

extension Command.Bench {
    /// - Parameter words: those after “bench”.
    fileprivate init(
        _ words: ArraySlice<String>, _ options: GivenOptions, cases: [BenchmarkCase]
    ) throws(CommandLineError) {
        var chosen: [BenchmarkCase] = []
        for name in words {
            guard let benchmarkCase = cases.first(where: { $0.name == name }) else {
                throw .unknownCase(name, known: cases.map(\.name))
            }
            chosen.append(benchmarkCase)
        }
        self.init(
            cases: chosen.isEmpty ? cases : chosen,
            threads: try options.number(.threads, in: 1...Benchmark.mostThreads), peers: try options.path(.against),
            json: options.has(.json))
    }
}
