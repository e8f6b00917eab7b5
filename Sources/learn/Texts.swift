// What the command says about itself and the book.

import Examples
import Foundation

/// The book's contents, and what to type next; no line is wider than `width`, save one with a longer word.
func contents(of chapters: [Chapter], width: Int) -> String {
    var lines = ["Deep learning, a book that runs", ""]
    for chapter in chapters {
        lines.append("\(chapter.number)  \(chapter.title)")
        lines += hanging("shows", chapter.summary, width: width)
        lines += hanging("code", "Sources/" + chapter.module, width: width)
        lines += hanging("page", chapter.page, width: width)
        lines += hanging("run", "learn run " + chapter.name, width: width)
        lines.append("")
    }
    if let first = chapters.first {
        lines += wrapped("Type “learn run \(first.name)” to begin, or “learn help” for the options.", to: width)
        lines += wrapped(
            "In the folder of the package, that is “swift run -c release learn run \(first.name)”.", to: width)
    }
    return lines.joined(separator: "\n") + "\n"
}

/// How the command is used; lines as in `contents`.
func usage(_ chapters: [Chapter], _ cases: [BenchmarkCase], temporaryFolder: String, width: Int) -> String {
    let commands = [
        ("learn", "what the book contains"), ("learn run CHAPTER", "runs a chapter: trains, measures, draws"),
        ("learn bench [CASE…]", "times parts of the book's work"), ("learn help", "this text"),
    ]
    // Side by side where there is room, else each text below what is typed.
    let column = 2 + (commands.map(\.0.count).max() ?? 0)
    let widest = column + (commands.map(\.1.count).max() ?? 0)
    var lines =
        widest <= width
        ? commands.map { $0.padding(toLength: column, withPad: " ", startingAt: 0) + $1 } : entries(commands, width: width)
    lines += [""]
    lines += wrapped("Chapters: " + chapters.map(\.name).joined(separator: ", "), to: width)
    lines += [""]
    lines += wrapped(
        "Options of a run, before or after the chapter; a run ignores those it has no use for:", to: width)
    lines += entries(OptionTaker.run.options.map { ($0.synopsis, $0.meaning) }, width: width)
    lines += [""] + wrapped("Cases of a benchmark, one or more; all, if none is named:", to: width)
    lines += entries(cases.map { ($0.name, $0.summary) }, width: width)
    lines += ["", "Options of a benchmark:"]
    lines += entries(OptionTaker.benchmark.options.map { ($0.synopsis, $0.meaning) }, width: width)
    lines += [""] + wrapped("The temporary folder is \(temporaryFolder).", to: width) + [""]
    lines += wrapped(
        """
        Exit status: 0 when the run or the benchmark finished, even if it missed a goal; 1 when it failed; 2 when the \
        command line was not understood; 130 when it was interrupted.
        """, to: width)
    return lines.joined(separator: "\n") + "\n"
}

/// What can be typed, each with a text below it.
private func entries(_ entries: [(typed: String, text: String)], width: Int) -> [String] {
    entries.flatMap { entry in ["  " + entry.typed] + wrapped(entry.text, to: width - 6).map { "      " + $0 } }
}

/// A label and a text beside it, with the text's further lines below its first.
private func hanging(_ label: String, _ text: String, width: Int) -> [String] {
    let (indent, column) = (5, 7)
    return wrapped(text, to: width - indent - column).enumerated().map { number, line in
        let beginning = number == 0 ? label : ""
        return String(repeating: " ", count: indent)
            + beginning + String(repeating: " ", count: column - beginning.count) + line
    }
}
