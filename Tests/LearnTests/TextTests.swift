// What the command says about the book and itself.

import Examples
import Testing

@testable import learn

@Suite("The texts of the command")
struct TextTests {
    @Test("the contents name every chapter's number, title, what it shows, module, page, and what to type")
    func contentsOfTwo() {
        let text = contents(of: twoChapters, width: 80)
        #expect(
            text == """
                Deep learning, a book that runs

                1.1  Weather
                     shows  it shows something
                     code   Sources/Weather
                     page   Docs/1.1.md
                     run    learn run weather

                1.2  Harvest
                     shows  it shows something
                     code   Sources/Harvest
                     page   Docs/1.2.md
                     run    learn run harvest

                Type “learn run weather” to begin, or “learn help” for the options.
                In the folder of the package, that is “swift run -c release learn run weather”.

                """)
    }

    @Test("no line is wider than the terminal", arguments: [40, 60, 80, 100])
    func width(_ width: Int) {
        let long = makeChapter("tides", "1.3", "Tides", summary: String(repeating: "ebb and flow ", count: 30))
        let texts = [
            contents(of: [long], width: width),
            usage(Chapter.all, BenchmarkCase.all, temporaryFolder: "/t", width: width),
        ]
        for line in texts.joined().split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        #expect(texts[1].contains("learn help           this text") == (width > 40))
    }

    @Test("the usage explains every option where it belongs, every case, and names every chapter")
    func usageIsComplete() throws {
        let text = usage(twoChapters, twoCases, temporaryFolder: "/temporary", width: 80)
        let parts = text.components(separatedBy: "\n\nOptions of a ")
        try #require(parts.count == 3 && parts[1].hasPrefix("run") && parts[2].hasPrefix("benchmark"))
        for (part, taker) in [(parts[1], OptionTaker.run), (parts[2], .benchmark)] {
            for option in Option.allCases {
                #expect(part.contains("\n  \(option.synopsis)\n") == option.takers.contains(taker), "\(option)")
            }
        }
        for words in ["weather", "harvest", "/temporary", "Exit status", "\n  rain-5\n      It rains.\n  snow\n"] {
            #expect(text.contains(words))
        }
    }

    @Test("a paragraph is broken between words, and a word that is too long stands alone")
    func breaking() {
        #expect(wrapped("one  two\nthree", to: 7) == ["one two", "three"])
        #expect(wrapped("a considerable b", to: 5) == ["a", "considerable", "b"])
        #expect(wrapped(" ", to: 5) == [])
        #expect(wrapped("✅ a 日本 b", to: 4) == ["✅ a", "日本", "b"])
    }
}
