// The results of a run and of a benchmark for other programs.

import Examples
import Foundation

extension RunReport {
    /// Refuses what cannot be a result: a measurement that is infinite or no number at all. JSON has no word for it.
    func requireFinite() throws(RunError) {
        for claim in claims {
            for (name, value) in claim.measured.sorted(by: { $0.key < $1.key }) where !value.isFinite {
                throw .measurementNotFinite(claim: claim.id, name: name)
            }
        }
    }
}

extension Encodable {
    /// The report as one JSON object, its keys in alphabetical order.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
