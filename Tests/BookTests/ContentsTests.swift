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

    @Test("no two chapters have the same name or number")
    func unique() {
        #expect(Set(Chapter.all.map(\.name)).count == Chapter.all.count)
        #expect(Set(Chapter.all.map(\.number)).count == Chapter.all.count)
    }
}
