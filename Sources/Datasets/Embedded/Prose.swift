// A text to learn to write from. What it is about does not matter to a network that reads letter by letter: it has to find
// out that words exist, and which, where a sentence ends, and what closes a bracket.

import SIMDTensor

/// The prose of this project: the paragraphs of its pages and of its comments, as they stood when the chapters on recurrent
/// networks were begun.
///
/// Typographic characters are replaced by plain ones, and paragraphs with formulas are left out; so the text has 75
/// different characters, the line end after every paragraph among them. It is a copy that does not follow the pages, so that
/// what is measured on it stays comparable.
public enum Prose {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "The pages and comments of this project, 131,000 characters"

    /// All paragraphs, a line each.
    public static let text = paragraphs

    /// The characters of the text in the order of their code points: character k is symbol k.
    public static let alphabet: [Character] = Set(text).sorted()

    /// The text as symbols 0..<alphabet.count, in two pieces: the first nine tenths to learn from, the last tenth to be
    /// tested on.
    public static func load() -> (training: [Int], heldOut: [Int]) {
        let symbols = symbols(of: text)
        let border = symbols.count * 9 / 10
        return (Array(symbols[..<border]), Array(symbols[border...]))
    }

    /// A text as symbols. Traps at a character that is not in the alphabet.
    public static func symbols(of text: String) -> [Int] {
        text.map { character in
            guard let symbol = numbers[character] else {
                fatalError("Prose: the character \(character.debugDescription) is not one of the \(alphabet.count) of the text")
            }
            return symbol
        }
    }

    /// The text of symbols. Traps at a number that is not a symbol.
    public static func text(of symbols: some Sequence<Int>) -> String {
        String(
            symbols.map { symbol in
                require(
                    alphabet.indices.contains(symbol), "Prose: \(symbol) is not one of the symbols 0..<\(alphabet.count)")
                return alphabet[symbol]
            })
    }

    private static let numbers = Dictionary(uniqueKeysWithValues: zip(alphabet, 0...))
}
