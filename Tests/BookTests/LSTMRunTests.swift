// What the networks of chapter 3.4 learn from data. (A3.4-1, A3.4.2-2, A3.4.3-1 to 4)
//
// The thresholds are the claims' own, and all trainings are asked of the run, for each takes long.

import TestTools
import Testing

@testable import Examples

@Suite("Learned from long sequences")
struct LSTMRunTests {
    /// What the run measured for a claim.
    private func measured(_ id: String) throws -> (String) throws -> Double {
        let values = try #require(try ChapterRun.claim(id)).measured
        return { name in try #require(values[name], "\(id) has no \(name)") }
    }

    @Test("two of a hundred numbers are added by gated cells, while the plain one has learned nothing", .claim("A3.4-1"))
    func adding() throws {
        let value = try measured("A3.4-1")
        #expect(try value("LSTM adding error") <= 0.01 && value("GRU adding error") <= 0.01)
        #expect(try value("RNN adding error") > 0.12)
        #expect(try value("LSTM copying loss") < 0.5 * value("copying loss without memory"))
        #expect(try value("LSTM copying loss") < 0.5 * value("RNN copying loss"))
    }

    @Test("the forget gate closes at a reset and is open elsewhere", .claim("A3.4.2-2"))
    func forgetting() throws {
        let value = try measured("A3.4.2-2")
        #expect(try value("forget gate at a reset") < 0.2)
        #expect(try value("forget gate elsewhere") - value("forget gate at a reset") >= 0.5)
        #expect(try value("error of the sum") < 0.05 * value("error without memory"))
    }

    @Test("an LSTM needs fewer bits for a character than the plain cell and counts of three characters", .claim("A3.4.3-1"))
    func writing() throws {
        let value = try measured("A3.4.3-1")
        #expect(try value("LSTM bits") < value("RNN bits") && value("LSTM bits") < value("triple bits"))
    }

    @Test("forecasts are ahead of the last value and the last season on held-out years", .claim("A3.4.3-2"))
    func series() throws {
        let value = try measured("A3.4.3-2")
        for series in ["sunspots", "month"] {
            let error = try value("\(series) LSTM")
            #expect(try error < value("\(series) last value") && error < value("\(series) last season"), "\(series)")
        }
        #expect(try value("year LSTM") < value("year last value"))
    }

    @Test("a composed melody keeps its key, and its bars far better than chance does", .claim("A3.4.3-3"))
    func music() throws {
        let value = try measured("A3.4.3-3")
        #expect(try value("composed notes in the key") > value("keys at random in the key") + 0.2)
        #expect(try value("composed bar lines met") > 1.5 * value("drawn bar lines met"))
        #expect(try value("bits a note") < value("bits a note by frequency"))
        #expect(try value("composed runs of 8 notes known") < 0.5, "it copies its melodies")
    }

    @Test("the next frame is foretold better than by the last one, and than by moving that on", .claim("A3.4.3-4"))
    func video() throws {
        let value = try measured("A3.4.3-4")
        #expect(try value("LSTM frame error") < value("last frame again"))
        #expect(try value("LSTM frame error") < value("last frame moved on"))
    }
}
