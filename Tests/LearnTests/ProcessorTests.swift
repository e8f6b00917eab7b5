// Whether a processor can run what was built.

import Foundation
import Testing

@testable import learn

@Suite("The processor")
struct ProcessorTests {
    /// As Linux describes two cores.
    private func description(flags: [String]) -> String {
        let core = "model name\t: Example\nflags\t\t: fpu \(flags.joined(separator: " ")) sse2\nbugs\t\t: none\n"
        return "processor\t: 0\n\(core)\nprocessor\t: 1\n\(core)"
    }

    @Test("a processor with all that a level needs is accepted", arguments: [ProcessorLevel.v3, .v4])
    func accepted(_ level: ProcessorLevel) {
        #expect(level.obstacle(in: description(flags: level.features)) == nil)
    }

    @Test(
        "a processor that lacks a single feature is refused, and the feature named",
        arguments: [ProcessorLevel.v3, .v4])
    func refused(_ level: ProcessorLevel) throws {
        for feature in level.features {
            let sentence = try #require(
                level.obstacle(in: description(flags: level.features.filter { $0 != feature })))
            #expect(
                sentence == "This program was built for processors of the level \(level.rawValue), and this one lacks "
                    + "\(feature): build it again on this machine, or for every processor with "
                    + "“DEEPLEARNING_PORTABLE=1 swift build -c release”.")
        }
    }

    @Test("a feature is not found in a longer name, nor in another line")
    func wholeWords() {
        let without = ProcessorLevel.v3.features.filter { $0 != "fma" }
        #expect(ProcessorLevel.v3.obstacle(in: description(flags: without + ["fma4"]) + "note: fma \n") != nil)
    }

    @Test("a description without flags tells nothing, so that nothing is refused")
    func noFlags() {
        #expect(ProcessorLevel.v4.obstacle(in: "") == nil)
        #expect(ProcessorLevel.v4.obstacle(in: "processor : 0\nFeatures : fp asimd\n") == nil)
    }

    @Test("each level of the x86-64 psABI includes the one before")
    func levels() {
        #expect(Set(ProcessorLevel.v4.features).isStrictSuperset(of: ProcessorLevel.v3.features))
        #expect(ProcessorLevel.v4.features.contains("avx512f") && ProcessorLevel.v3.features.contains("avx2"))
    }
}
