// The table of contents held against the repository.

import Examples
import Testing

@Suite("The contents")
struct ContentsTests {
    @Test("every chapter has a module, a page, and a line in the README", arguments: Chapter.all.map(\.name))
    func chapters(name: String) throws {
        let chapter = try #require(Chapter.all.first { $0.name == name })
        #expect(Repository.exists("Sources/" + chapter.module) && Repository.exists(chapter.page))
        let readme = try Repository.text("README.md")
        #expect(readme.contains("`learn run \(name)`") && readme.contains("](\(chapter.page))"))
    }

    @Test(
        "a chapter names all files of its module, and its page names them in the same order",
        arguments: Chapter.all.map(\.name))
    func files(name: String) throws {
        let chapter = try #require(Chapter.all.first { $0.name == name })
        let files = Repository.files(below: "Sources/" + chapter.module, ending: ".swift")
            .map { String($0.split(separator: "/").last!.dropLast(6)) }
        // The chapter on speed is about a part of the tensor, and its page quotes more of it.
        guard chapter.number != "S" else { return #expect(Set(chapter.files).isSubset(of: files)) }
        #expect(chapter.files.sorted() == files.sorted())
        #expect(try Self.reading(of: chapter.module, on: Repository.text(chapter.page)) == chapter.files)
    }

    /// The files that a page names after “The code is `Sources/…`”, up to the end of that sentence.
    private static func reading(of module: String, on page: String) -> [String] {
        guard let start = page.range(of: "The code is `Sources/\(module)`") else { return [] }
        let rest = page[start.upperBound...]
        let sentence = rest[..<(rest.firstRange(of: /\.\s/)?.lowerBound ?? rest.endIndex)]
        return sentence.matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }

    @Test("another order, a missing and a surplus file are found out")
    func planted() {
        func page(_ order: String) -> String { "The code is `Sources/A`, in this order: \(order). It ends with `D`." }
        #expect(Self.reading(of: "A", on: page("`A`,\n`B`; beside them `C`")) == ["A", "B", "C"])
        for wrong in ["`A`, `C`, `B`", "`A`, `B`", "`A`, `B`, `C`, `D`"] {
            #expect(Self.reading(of: "A", on: page(wrong)) != ["A", "B", "C"])
        }
        #expect(Self.reading(of: "B", on: page("`A`")).isEmpty)
    }

    @Test("the run of a chapter is a folder, whose files bear its name; one of them is the story")
    func stories() throws {
        for folder in ["FeedForward", "Convolution", "Recurrent", "LSTM", "Speed"] {
            let files = Repository.files(below: "Sources/Examples/" + folder, ending: ".swift")
                .map { String($0.split(separator: "/").last!) }
            #expect(files.allSatisfy { $0.hasPrefix(folder) } && files.contains(folder + "Story.swift"), "\(files)")
        }
    }

    @Test("no two chapters have the same name or number")
    func unique() {
        #expect(Set(Chapter.all.map(\.name)).count == Chapter.all.count)
        #expect(Set(Chapter.all.map(\.number)).count == Chapter.all.count)
    }
}
