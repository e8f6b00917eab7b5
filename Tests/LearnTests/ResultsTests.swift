// The results as JSON.

import Foundation
import Testing

@testable import Examples
@testable import learn

@Suite("The results")
struct ResultsTests {
    private func report(_ value: Double) -> RunReport {
        RunReport(
            chapter: "weather", seed: .max, seconds: 1.5,
            claims: [
                ClaimResult(id: "A1-1", title: "It “rains”", measured: ["rain": value], goals: [.atLeast("rain", 0.1)])
            ],
            pictures: ["/tmp/a/rain.png"])
    }

    @Test("the report is one JSON object with sorted keys, plain slashes, and the whole range of seeds")
    func shape() throws {
        #expect(
            try report(0.5).json() == """
                {
                  "chapter" : "weather",
                  "claims" : [
                    {
                      "goal" : "rain ≥ 0.1",
                      "id" : "A1-1",
                      "measured" : {
                        "rain" : 0.5
                      },
                      "met" : true,
                      "title" : "It “rains”"
                    }
                  ],
                  "pictures" : [
                    "/tmp/a/rain.png"
                  ],
                  "seconds" : 1.5,
                  "seed" : 18446744073709551615
                }

                """)
    }

    @Test("a measurement that is no finite number fails the run", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(_ value: Double) throws {
        let error = try #require(throws: RunError.self) { try report(value).requireFinite() }
        #expect(
            error.description == "The measurement “rain” for the claim A1-1 is not a finite number: try a smaller "
                + "learning rate.")
    }

    @Test("finite measurements are results, however large")
    func finite() throws {
        try report(-1e300).requireFinite()
    }
}
