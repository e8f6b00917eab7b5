// The command line, understood: from words to what is to be done.

import Examples
import Foundation

/// What the command line asks for.
enum Command {
    case contents
    case help
    case run(Run)

    /// The run of a chapter.
    struct Run {
        let chapter: Chapter
        let options: RunOptions
        /// Whether the results are printed as JSON, and the story elsewhere.
        let json: Bool
    }

    /// The words that stand for what can be done; without any, the contents are shown.
    static let names = ["run", "help"]

    /// Understands the words after the program's name. Options may stand anywhere, as `--seed 5` or `--seed=5`; a
    /// request for help is granted whatever else there is.
    ///
    /// - Parameter temporaryFolder: where the pictures' folder is made if none is named.
    init(_ arguments: [String], chapters: [Chapter], temporaryFolder: String) throws(CommandLineError) {
        guard !arguments.contains("--help"), !arguments.contains("-h") else {
            self = .help
            return
        }
        let (words, options) = try Self.sort(arguments)
        let option = Option.allCases.first { options[$0] != nil }
        switch words.first {
        case nil:
            if let option { throw .optionWithoutRun(option) }
            self = .contents
        case "help":
            if let option { throw .optionWithoutRun(option) }
            if words.count > 1 { throw .surplusWord(words[1], after: "help") }
            self = .help
        case "run":
            guard words.count > 1 else { throw .missingChapter(known: chapters.map(\.name)) }
            guard let chapter = chapters.first(where: { $0.name == words[1] }) else {
                throw .unknownChapter(
                    words[1], isNumberOf: chapters.first { $0.number == words[1] }?.name, known: chapters.map(\.name))
            }
            if words.count > 2 { throw .surplusWord(words[2], after: "run \(chapter.name)") }
            let folder = URL(fileURLWithPath: temporaryFolder).appendingPathComponent("learn/" + chapter.name).path
            self = .run(
                Run(
                    chapter: chapter, options: try RunOptions(options, defaultOutput: folder),
                    json: options[.json] != nil))
        case let word?:
            if chapters.contains(where: { $0.name == word }) { throw .commandIsChapter(word) }
            throw .unknownCommand(word)
        }
    }

    /// Words, and options with their values (empty for those that have none).
    private static func sort(
        _ arguments: [String]
    ) throws(CommandLineError) -> (words: [String], options: [Option: String]) {
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
        return (words, options)
    }
}

extension RunOptions {
    fileprivate init(_ options: [Option: String], defaultOutput: String) throws(CommandLineError) {
        /// The value of an option, if it is given.
        func value<Value>(_ option: Option, _ parse: (String) -> Value?) throws(CommandLineError) -> Value? {
            guard let text = options[option] else { return nil }
            guard let value = parse(text) else { throw .unfitValue(option, text) }
            return value
        }
        func path(_ text: String) -> String? { text.isEmpty ? nil : text }

        self.init(output: try value(.out, path) ?? defaultOutput)
        seed = try value(.seed) { UInt64($0) } ?? seed
        epochs = try value(.epochs) { Int($0).flatMap { (1...Option.mostEpochs).contains($0) ? $0 : nil } }
        learningRate = try value(.learningRate) { Double($0).flatMap { $0.isFinite && $0 > 0 ? $0 : nil } }
        data = try value(.data, path)
        full = options[.full] != nil
    }
}
