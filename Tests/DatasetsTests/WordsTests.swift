// The word lists: enough words, none twice, plausible letters.

import Datasets
import Testing

@Suite("Words")
struct WordsTests {
    @Test("each language has at least 250 words, and no word stands in two lists or twice in one")
    func lists() {
        for language in Words.Language.allCases { #expect(Words.words(of: language).count >= 250) }
        let all = Words.load()
        #expect(Set(all.words).count == all.words.count)
        #expect(all.labels.count == all.words.count && Set(all.labels) == [0, 1, 2, 3, 4])
        #expect(Words.classNames[all.labels[0]] == "English")
    }

    @Test("words are lower case letters only, each letter one code point, in order of code points")
    func letters() {
        for language in Words.Language.allCases {
            let words = Words.words(of: language)
            #expect(words.allSatisfy { $0 == $0.lowercased() && $0.allSatisfy(\.isLetter) })
            #expect(words.allSatisfy { $0.unicodeScalars.count == $0.count })
            let scalars = words.map { Array($0.unicodeScalars.map(\.value)) }
            #expect(zip(scalars, scalars.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        }
        #expect(String(Words.alphabet.prefix(26)) == "abcdefghijklmnopqrstuvwxyz")
    }

    @Test("letters with marks occur where the language has them and nowhere else")
    func diacritics() {
        let marks: [(Words.Language, String)] = [
            (.english, ""), (.german, "ßäöü"), (.french, "àâçèéêîôùûœ"), (.spanish, "áéíñóú"), (.italian, "àèéìòù"),
        ]
        for (language, expected) in marks {
            let found = Set(Words.words(of: language).joined()).subtracting("abcdefghijklmnopqrstuvwxyz")
            #expect(found.isSubset(of: expected), "\(language): \(found)")
            #expect(found.isEmpty == expected.isEmpty)
        }
    }
}
