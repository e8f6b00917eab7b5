// What can be wrong with a command line.

import Foundation

/// Why a command line cannot be understood, in a sentence for the person who typed it.
enum CommandLineError: Error, Equatable, CustomStringConvertible, LocalizedError {
    case unknownCommand(String)
    /// The word “run” was forgotten.
    case commandIsChapter(String)
    case missingChapter(known: [String])
    /// `isNumberOf` is the chapter that has this number, if it is one.
    case unknownChapter(String, isNumberOf: String?, known: [String])
    case unknownCase(String, known: [String])
    case unknownOption(String)
    /// The option belongs to another command.
    case misplacedOption(Option)
    case repeatedOption(Option)
    case missingValue(Option)
    case surplusValue(Option, String)
    case unfitValue(Option, String)
    case surplusWord(String, after: String)

    var description: String {
        switch self {
        case .unknownCommand(let name):
            Self.unknown("command", name, known: Command.names)
        case .commandIsChapter(let name):
            "“\(name)” is a chapter, not a command: type “learn run \(name)”."
        case .missingChapter(let known):
            "The command “run” needs a chapter after it; choose from: \(known.joined(separator: ", "))."
        case .unknownChapter(let name, let chapter, let known):
            Self.unknown("chapter", name, meant: chapter, known: known)
        case .unknownCase(let name, let known):
            Self.unknown("case", name, known: known)
        case .unknownOption(let name):
            Self.unknown("option", name, known: Option.allCases.map(\.rawValue))
        case .misplacedOption(let option):
            "The option \(option.rawValue) belongs to \(option.takers.map(\.name).joined(separator: " or ")): type "
                + option.takers.map { "“\($0.synopsis) \(option.synopsis)”" }.joined(separator: " or ") + "."
        case .repeatedOption(let option):
            "The option \(option.rawValue) is given twice: leave one out."
        case .missingValue(let option):
            "The option \(option.rawValue) needs a value after it: \(option.values)."
        case .surplusValue(let option, let value):
            "The option \(option.rawValue) takes no value: leave out \(Self.quoted("=" + value))."
        case .unfitValue(let option, let value):
            "The option \(option.rawValue) cannot be \(value.isEmpty ? "empty" : Self.quoted(value)): it needs "
                + "\(option.values)."
        case .surplusWord(let word, let words):
            "The word \(Self.quoted(word)) after “learn \(words)” is one too many: leave it out."
        }
    }

    var errorDescription: String? { description }

    private static func unknown(_ kind: String, _ name: String, meant: String? = nil, known: [String]) -> String {
        let suggestion = (meant ?? nearestName(to: name, in: known)).map { " (did you mean “\($0)”?)" } ?? ""
        return "There is no \(kind) \(quoted(name))\(suggestion); choose from: \(known.joined(separator: ", "))."
    }

    /// What was typed, as much of it as is worth repeating.
    private static func quoted(_ text: String) -> String { "“" + text.prefix(40) + (text.count > 40 ? "…”" : "”") }
}
