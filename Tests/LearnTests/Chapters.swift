// Two chapters and two cases of a benchmark that exist only here, so that what is tested does not change with the book.

@testable import Examples

func makeChapter(_ name: String, _ number: String, _ title: String, summary: String = "it shows something") -> Chapter {
    Chapter(
        name: name, number: number, title: title, module: title, files: [], page: "Docs/\(number).md", summary: summary,
        run: { _ in RunReport(chapter: name, seed: 0, seconds: 0, claims: [], pictures: []) })
}

let twoChapters = [makeChapter("weather", "1.1", "Weather"), makeChapter("harvest", "1.2", "Harvest")]

let twoCases = [
    BenchmarkCase("rain-5", "It rains.", .operations(6e6)) { { 1 } },
    BenchmarkCase("snow", "It snows.", .trainingStep) { { 2 } },
]
