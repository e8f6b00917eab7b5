// In which language is a word? A question for recurrent networks: the answer is in the sequence of letters, in “sch”
// and “ough” and “zione”, and no single letter decides it.

/// Common words of five languages, for telling the language of a word.
///
/// Written for this project from general knowledge of the languages; dictionary words in lower case with their
/// diacritics, no names. Every word is in one list only: what would have stood in two of them, such as “hand”, is in
/// neither. Terms: those of this project.
public enum Words {
    /// The languages, in the order of their classes.
    public enum Language: Int, CaseIterable, Sendable {
        case english, german, french, spanish, italian

        /// The language's English name.
        public var name: String {
            switch self {
            case .english: "English"
            case .german: "German"
            case .french: "French"
            case .spanish: "Spanish"
            case .italian: "Italian"
            }
        }
    }

    /// Source and terms, to be printed where the data are shown.
    public static let source = "Word lists of five languages, written for this project"

    /// The names of the five classes.
    public static let classNames = Language.allCases.map(\.name)

    /// The words of a language in alphabetical order of their code points.
    public static func words(of language: Language) -> [String] {
        let text =
            switch language {
            case .english: english
            case .german: german
            case .french: french
            case .spanish: spanish
            case .italian: italian
            }
        return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// All words, and the language of each as a class 0…4.
    public static func load() -> (words: [String], labels: [Int]) {
        let labeled = Language.allCases.flatMap { language in words(of: language).map { ($0, language.rawValue) } }
        return (labeled.map(\.0), labeled.map(\.1))
    }

    /// Every character that occurs in a word, in the order of code points.
    public static let alphabet: [Character] = Set(load().words.joined()).sorted()
}
