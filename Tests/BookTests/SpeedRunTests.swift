// The run of the chapter on speed, with little to measure: what it tells, not how fast anything is.

import Foundation
import Testing

@testable import Examples
@testable import SIMDTensor

@Suite("The run of chapter S")
struct SpeedRunTests {
    static let outcome = Result {
        try ChapterRun.run { story in
            try SpeedStudy(budget: .zero, ladderSize: 32, matrixSizes: [16, 32], batches: [1, 4], widths: [8, 16])
                .tell(story)
        }
    }

    @Test("it makes no claim of the documents, and counts none")
    func claims() throws {
        let outcome = try Self.outcome.get()
        #expect(outcome.claims.isEmpty && outcome.report.chapter == "speed" && !outcome.told.contains("claims met"))
    }

    @Test("it tells of every rung of the ladder, what it is and how fast")
    func ladder() throws {
        let told = try Self.outcome.get().told
        let lines = told.components(separatedBy: "\n")
        for rung in ProductLadder.rungs {
            #expect(told.contains("\(rung.name): "))
            #expect(lines.contains { $0.hasPrefix(rung.name) && $0.contains(" %") }, "\(rung.name)")
        }
        #expect(told.contains("Docs/Speed.md") && lines.allSatisfy { $0.count <= 100 })
    }

    @Test("its pictures are PNG and SVG files")
    func pictures() throws {
        let pictures = try Self.outcome.get().pictures
        let names = Set(pictures.keys.map { URL(fileURLWithPath: $0).lastPathComponent })
        let figures = ["product-ladder", "product-sizes", "batch", "width"]
        #expect(names == Set(figures.flatMap { [$0 + ".png", $0 + ".svg"] }))
        for (path, beginning) in pictures {
            #expect(path.hasSuffix(".png") ? beginning.starts(with: [0x89, 0x50, 0x4E, 0x47]) : beginning.first == 0x3C)
        }
    }
}
