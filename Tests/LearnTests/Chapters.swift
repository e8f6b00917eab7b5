// Two chapters that exist only here, so that what is tested does not change with the book.

@testable import Examples

func makeChapter(_ name: String, _ number: String, _ title: String, summary: String = "it shows something") -> Chapter {
    Chapter(
        name: name, number: number, title: title, module: title, page: "Docs/\(number).md", summary: summary,
        run: { _ in RunReport(chapter: name, seed: 0, seconds: 0, claims: [], pictures: []) })
}

let twoChapters = [makeChapter("weather", "1.1", "Weather"), makeChapter("harvest", "1.2", "Harvest")]
