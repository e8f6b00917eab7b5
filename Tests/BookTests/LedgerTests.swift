// Docs/Claims.md held against the tests, the code, the pictures and the figures of a run.

import Foundation
import Testing

@testable import Examples

/// A line of the ledger.
struct LedgerEntry {
    let id: String
    let symbol: String
    let test: String
    let measured: String
    let pictures: [String]

    static func all(in page: String) -> [LedgerEntry] {
        page.components(separatedBy: "\n").compactMap { line in
            let cells = line.components(separatedBy: " | ").map { $0.trimmingCharacters(in: ["|", " ", "`"]) }
            guard cells.count >= 5, cells[0].wholeMatch(of: /[AR][0-9.]*-[0-9]+/) != nil else { return nil }
            return LedgerEntry(
                id: cells[0], symbol: cells[2], test: cells[3], measured: cells[4],
                pictures: cells.dropFirst(5).joined().matches(of: /\(([^)]+)\)/).map { String($0.output.1) })
        }
    }

    /// The figures with a spread: what they are called, the value, the spread.
    func figures(named names: some Collection<String>) -> [(name: String, value: Double, spread: Double)] {
        names.compactMap { name in
            guard let start = measured.range(of: name + " "),
                // A number does not end in the full stop of its sentence.
                let match = measured[start.upperBound...].prefixMatch(of: /([-0-9.e]*[0-9]) ± ([-0-9.e]*[0-9])/),
                let value = Double(match.output.1), let spread = Double(match.output.2)
            else { return nil }
            return (name, value, spread)
        }
    }
}

/// The claims that test files name, each with the files.
func claimsNamed(in tests: [(file: String, text: String)]) -> [String: Set<String>] {
    var result: [String: Set<String>] = [:]
    for (file, text) in tests {
        for match in text.matches(of: /\.claim\("([^"]+)"\)/) { result[String(match.output.1), default: []].insert(file) }
    }
    return result
}

/// What does not fit between a ledger and the tests, both ways.
func problems(_ ledger: [LedgerEntry], _ tests: [(file: String, text: String)]) -> [String] {
    let named = claimsNamed(in: tests)
    let ids = Set(ledger.map(\.id))
    var result = ledger.count == ids.count ? [] : ["a claim stands twice in the ledger"]
    for entry in ledger {
        guard let files = named[entry.id] else {
            result.append("\(entry.id): no test names it")
            continue
        }
        if !files.contains(where: { $0.hasSuffix("/" + entry.test + ".swift") }) {
            result.append("\(entry.id): \(entry.test) does not name it, but \(files.sorted()) do")
        }
    }
    for id in named.keys.sorted() where !ids.contains(id) { result.append("\(id): a test names it, the ledger does not") }
    return result
}

@Suite("The ledger of claims")
struct LedgerTests {
    static let ledger = LedgerEntry.all(in: (try? Repository.text("Docs/Claims.md")) ?? "")

    @Test("every claim has its test, and every test's claim is in the ledger")
    func bothWays() throws {
        let files = Repository.files(below: "Tests", ending: ".swift")
            .filter { !$0.hasPrefix("Tests/TestTools/") && !$0.hasSuffix("/LedgerTests.swift") }
        let found = problems(Self.ledger, try files.map { ($0, try Repository.text($0)) })
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
        #expect(Self.ledger.count >= 15)
    }

    @Test("a missing test, a wrong file and an unknown claim are found out")
    func planted() {
        let entry = LedgerEntry(id: "A9-1", symbol: "X", test: "XTests", measured: "", pictures: [])
        let good = (file: "Tests/T/XTests.swift", text: ".claim(\"A9-1\")")
        #expect(problems([entry], [good]).isEmpty)
        #expect(problems([entry], []).count == 1)
        #expect(problems([entry], [(file: "Tests/T/YTests.swift", text: good.text)]).count == 1)
        #expect(problems([entry], [good, (file: good.file, text: ".claim(\"A9-2\")")]).count == 1)
        #expect(problems([entry, entry], [good]).count == 1)
    }

    @Test("the code and the pictures that a claim names exist", arguments: ledger.map(\.id))
    func symbolsAndPictures(id: String) throws {
        let entry = try #require(Self.ledger.first { $0.id == id })
        let sources = try Repository.files(below: "Sources", ending: ".swift").map(Repository.text).joined()
        let declared = ["struct", "func", "protocol", "enum", "class"].contains { kind in
            ["<", "(", ":", " "].contains { sources.contains("\(kind) \(entry.symbol)\($0)") }
        }
        #expect(declared, "\(id): nothing in Sources declares \(entry.symbol)")
        for picture in entry.pictures { #expect(Repository.exists("Docs/" + picture), "\(id): \(picture) does not exist") }
    }

    @Test("a run measures what the ledger says, within its spread", arguments: ledger.map(\.id))
    func figures(id: String) async throws {
        let entry = try #require(Self.ledger.first { $0.id == id })
        let result = try #require(try await ChapterRun.claim(id))
        let figures = entry.figures(named: result.measured.keys)
        #expect(figures.count == entry.measured.count { $0 == "±" }, "\(id): a figure has a name that no run measures")
        for (name, value, spread) in figures {
            let now = try #require(result.measured[name])
            #expect((now - value).magnitude <= spread, "\(id): \(name) is \(now), the ledger says \(value) ± \(spread)")
        }
    }
}
