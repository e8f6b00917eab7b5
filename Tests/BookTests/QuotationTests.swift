// The pages quote the code. A quotation names its file in a comment before it, and stands in that file word for word: so
// a page cannot go on showing what the code no longer says.

import Foundation
import Testing

/// A piece of Swift on a page, with the file it says it is from.
struct Quotation {
    let file: String?
    let code: String

    /// All fenced pieces of Swift of a page.
    static func all(in page: String) -> [Quotation] {
        var (result, before, code) = ([Quotation](), "", [String]?.none)
        for line in page.components(separatedBy: "\n") {
            if let lines = code {
                if line == "```" {
                    let file = before.hasPrefix("<!-- ") ? before.dropFirst(5).dropLast(4) : nil
                    result.append(Quotation(file: file.map(String.init), code: lines.joined(separator: "\n")))
                    code = nil
                } else {
                    code = lines + [line]
                }
            } else if line == "```swift" {
                code = []
            } else {
                before = line
            }
        }
        return result
    }

    /// What is wrong with it, given how to read a file.
    func problem(_ read: (String) throws -> String) -> String? {
        guard let file else { return "a quotation names no file:\n\(code)" }
        guard let text = try? read(file) else { return "\(file), which is quoted, cannot be read" }
        return text.contains(code) ? nil : "\(file) does not contain what is quoted from it:\n\(code)"
    }
}

@Suite("Quotations")
struct QuotationTests {
    static let pages = Repository.files(below: "Docs", ending: ".md") + ["README.md"]

    @Test("every piece of code on a page stands in the file it names", arguments: pages)
    func quotations(page: String) throws {
        for quotation in Quotation.all(in: try Repository.text(page)) {
            let problem = quotation.problem(Repository.text)
            #expect(problem == nil, "\(page): \(problem ?? "")")
        }
    }

    @Test("there are quotations to check")
    func some() throws {
        let count = try Self.pages.reduce(0) { $0 + Quotation.all(in: try Repository.text($1)).count }
        #expect(count >= 9)
    }

    @Test("a changed, an unnamed and an invented quotation are found out")
    func planted() {
        let read: (String) throws -> String = { path in
            if path == "A.swift" { return "let a = 1\nlet b = 2" } else { throw CocoaError(.fileNoSuchFile) }
        }
        func page(_ comment: String, _ code: String) -> String { "text\n\(comment)\n```swift\n\(code)\n```\n" }
        #expect(Quotation.all(in: page("<!-- A.swift -->", "let b = 2"))[0].problem(read) == nil)
        #expect(Quotation.all(in: page("<!-- A.swift -->", "let b = 3"))[0].problem(read) != nil)
        #expect(Quotation.all(in: page("", "let b = 2"))[0].problem(read) != nil)
        #expect(Quotation.all(in: page("<!-- B.swift -->", "let b = 2"))[0].problem(read) != nil)
    }

    @Test("every link of a page to a file of the repository leads somewhere", arguments: pages)
    func links(page: String) throws {
        let folder = page.contains("/") ? "Docs/" : ""
        for match in try Repository.text(page).matches(of: /\]\(([^)#:]+)\)/) {
            #expect(Repository.exists(folder + match.output.1), "\(page): \(match.output.1) does not exist")
        }
    }
}
