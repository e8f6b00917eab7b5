import Datasets
import TestTools
import Testing

@Suite struct ProseTests {
    @Test func symbolsAndTextAreEachOthersInverse() {
        #expect(Prose.text(of: Prose.symbols(of: Prose.text)) == Prose.text)
        #expect(Prose.text(of: Prose.alphabet.indices) == String(Prose.alphabet))
        #expect(Prose.alphabet == Prose.alphabet.sorted() && Prose.alphabet.count == 75)
        #expect(Prose.alphabet.contains("\n") && !Prose.alphabet.contains("\t"))
    }

    @Test func itIsSplitOnceAndAsAWhole() {
        let (training, heldOut) = Prose.load()
        #expect(Prose.text(of: training + heldOut) == Prose.text)
        #expect(training.count == Prose.text.count * 9 / 10)
        #expect((130_000...132_000).contains(Prose.text.count))
    }

    @Test func paragraphsAreSentences() {
        let paragraphs = Prose.text.split(separator: "\n")
        #expect(paragraphs.count == 870)
        for paragraph in paragraphs {
            #expect(paragraph.count >= 70 && ".?!:\")".contains(paragraph.last!), "\(paragraph)")
            #expect(!paragraph.contains("  ") && paragraph.first != " " && paragraph.last != " ")
        }
        #expect(Set(paragraphs).count == paragraphs.count)
    }

    @Test func anUnknownCharacterIsNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Prose.symbols(of: "a§")
        }
        expect(result, says: "Prose: the character \"§\" is not one of the 75")
    }
}
