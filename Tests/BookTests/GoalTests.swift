// The goals of the claims: what the runs of the chapters measure is asked whether it reaches them.
//
// A goal stands in the story that measures it, and nowhere else. The runs have the default options, seed 1; where a figure
// hangs on chance, the story takes the mean of several seeds, or `Docs/Claims.md` says what other seeds gave.

import TestTools
import Testing

@testable import Examples

@Suite("The goals of the claims")
struct GoalTests {
    /// Figures that are times, or come from times; no test depends on a time.
    private static let times = ["slope in batch", "slope in parameters", "784-pixel seconds"]

    @Test(
        "a run reaches every goal of the claim",
        .claim("A1-1"), .claim("A1-2"), .claim("A3.1.3-1"), .claim("A3.1.3-2"), .claim("A3.1.3-3"), .claim("A3.1.3-4"),
        .claim("A3.2-2"), .claim("A3.2.3-1"), .claim("A3.2.3-2"), .claim("A3.3-1"), .claim("A3.3.1-3"), .claim("A3.3.2-1"),
        .claim("A3.3.3-1"), .claim("A3.3.3-2"), .claim("A3.3.4-1"), .claim("A3.3.4-2"), .claim("A3.3.4-3"), .claim("A3.4-1"),
        .claim("A3.4.2-2"), .claim("A3.4.3-1"), .claim("A3.4.3-2"), .claim("A3.4.3-3"), .claim("A3.4.3-4"),
        arguments: LedgerTests.ledger.map(\.id))
    func reached(id: String) async throws {
        let result = try #require(try await ChapterRun.claim(id))
        let missed = result.missed.filter { Set($0.figures).isDisjoint(with: Self.times) }
        #expect(missed.isEmpty, "\(id): \(missed), measured \(result.measured)")
    }

    @Test("a story and its report say goals and verdict in the same words", arguments: ChapterRun.allCases)
    func told(chapter: ChapterRun) async throws {
        let outcome = try await chapter.outcome()
        let words = outcome.told.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for claim in outcome.claims {
            #expect(words.contains("\(claim.met ? "✓" : "✗") \(claim.id) "), "\(claim.id)")
            #expect(words.contains("Goal: \(claim.goal)."), "\(claim.id)")
        }
    }

    /// A goal, a figure that reaches it just so, and one that just misses it.
    private static let goals: [(goal: Goal, words: String, reached: Double, missed: Double)] = [
        (.atLeast("x", .percent(97.5)), "x ≥ 97.5 %", 0.975, 0.975.nextDown),
        (.atMost("x", 1e-7), "x ≤ 1e-7", 1e-7, 1e-7.nextUp),
        (.above("x", .times(2, of: "y")), "x > 2 × y", 8.0.nextUp, 8),
        (.below("x", "y"), "x < y", 4.0.nextDown, 4),
        (.atLeast("x", .sum("y", -0.5)), "x ≥ y − 0.5", 3.5, 3.5.nextDown),
        (.atMost("x", .sum("y", 0.25)), "x ≤ y + 0.25", 4.25, 4.25.nextUp),
        (.equal("x", 20_490), "x = 20490", 20_490, 20_491),
        (.equal("x", "y", within: 0.125), "x = y ± 0.125", 3.875, 3.875.nextDown),
        (.below("x", .number(0.5)), "x < 0.5", -1e300, 0.5),
    ]

    @Test("a goal says what it asks for, and asks for it to the last bit", arguments: goals)
    func goal(goal: Goal, words: String, reached: Double, missed: Double) {
        #expect(goal.description == words)
        #expect(goal.isMet(by: ["x": reached, "y": 4]) && !goal.isMet(by: ["x": missed, "y": 4]))
    }

    @Test("what is not a finite number reaches no goal, nor does what was not measured", arguments: goals.map(\.goal))
    func notFinite(goal: Goal) {
        for value in [Double.nan, .infinity, -.infinity] { #expect(!goal.isMet(by: ["x": value, "y": 4])) }
        #expect(!goal.isMet(by: ["y": 4]))
        if goal.figures.contains("y") {
            for value in [Double.nan, .infinity, -.infinity] { #expect(!goal.isMet(by: ["x": 0, "y": value])) }
        }
    }

    @Test("a claim is met if all its goals are")
    func all() {
        func result(_ x: Double) -> ClaimResult {
            ClaimResult(id: "A9-1", title: "", measured: ["x": x, "y": 2], goals: [.above("x", 1), .below("x", "y")])
        }
        #expect(result(1.5).met && result(1.5).missed.isEmpty && result(1.5).goal == "x > 1; x < y")
        #expect(!result(1).met && result(1).missed == [.above("x", 1)])
        #expect(!result(2).met && !result(.nan).met && result(.nan).missed.count == 2)
    }

    @Test("a goal for what was not measured is a mistake, and so is a claim without a goal")
    func mistakes() async {
        func expect(_ result: ExitTest.Result?, says sentence: String) {
            let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(said.contains(sentence), "\(said)")
        }
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = ClaimResult(id: "A9-1", title: "", measured: ["accuracy": 1], goals: [.above("acuracy", "accuracy")])
            },
            says: "The claim A9-1 has the goal “acuracy > accuracy”, but “acuracy” was not measured. What was: “accuracy”")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = ClaimResult(id: "A9-1", title: "", measured: ["accuracy": 1], goals: [])
            }, says: "The claim A9-1 has no goal")
    }
}
