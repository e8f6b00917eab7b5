// What the networks of chapter 3.3 learn from data. (A3.3-1, A3.3.1-3, A3.3.2-1, A3.3.3-1 and 2, A3.3.4-1 to 3)
//
// The thresholds are the claims' own. What takes long to train is asked of the run; what is quick is done again here with
// other seeds.

import TestTools
import Testing

@testable import Examples
@testable import Recurrent

@Suite("Learned from sequences")
struct RecurrentRunTests {
    /// What the run measured for a claim.
    private func measured(_ id: String) throws -> (String) throws -> Double {
        let values = try #require(try ChapterRun.claim(id)).measured
        return { name in try #require(values[name], "\(id) has no \(name)") }
    }

    @Test("parity learned from 8 bits holds over 64, at every step, for other seeds too", .claim("A3.3-1"))
    func parity() throws {
        for seed in [21, 22] as [UInt64] {
            var random = Random(seed: seed)
            let accuracies = parityAccuracy(of: try learnParity(seed: seed), length: 64, random: &random)
            #expect(accuracies.min()! >= 0.97, "seed \(seed): \(accuracies)")
        }
    }

    @Test("a probe finds in the state what was shown, and the less of it the longer ago it was", .claim("A3.3.1-3"))
    func memory() throws {
        let value = try measured("A3.3.1-3")
        for cell in ["RNN", "GRU", "LSTM"] {
            let (now, before) = (try value("\(cell) now"), try value("\(cell) 3 steps ago"))
            #expect(now >= 0.9 && before < now && before > 0.25, "\(cell): \(now), \(before), guessing 0.125")
            #expect(try value("\(cell) 5 steps ago, taught") > before, "\(cell) remembers no better for being taught")
        }
    }

    @Test("one loop serves an answer at the end, one at every step, and a sequence from one number", .claim("A3.3.2-1"))
    func tasks() throws {
        let value = try measured("A3.3.2-1")
        #expect(try value("language accuracy") > 2 * value("largest language"))
        #expect(try value("ends of words F1") > 0.85 && value("waves R²") > 0.99)
    }

    @Test("the gradient fades or grows as the spectral radius says, and clipping bounds the step", .claim("A3.3.3-1"))
    func radii() throws {
        for study in studyDecay(seed: 11) {
            let theory = Double.log(study.spectralRadius)
            #expect((study.rate - theory).magnitude <= 0.05 * max(0.1, theory.magnitude), "radius \(study.spectralRadius)")
        }
        let value = try measured("A3.3.3-1")
        #expect(try value("step without clipping") > 100 * value("step with clipping"))
        #expect(try value("loss after a clipped step") < value("loss before"))
    }

    @Test("gates set to keep hold a gradient over 100 steps, where the plain cell loses ten decades", .claim("A3.3.3-2"))
    func gates() {
        let study = studyGates(seed: 11)
        #expect(study.decades("RNN") >= 10 && study.decades("GRU") <= 2 && study.decades("LSTM") <= 2)
    }

    @Test("prose is foretold better than by counts of three characters, and dates are translated", .claim("A3.3.4-1"))
    func language() throws {
        let value = try measured("A3.3.4-1")
        let bits = try value("bits per character")
        for counts in ["single characters", "pairs", "triples"] { #expect(try bits < value("bits of \(counts)")) }
        #expect(try value("dates exact") >= 0.99)
    }

    @Test("forecasts are ahead of the last value and the last season on held-out years", .claim("A3.3.4-2"))
    func forecasts() throws {
        let value = try measured("A3.3.4-2")
        for (series, ahead) in [("sunspots", [1, 3, 11]), ("carbon dioxide", [1, 12, 24])] {
            for steps in ahead {
                let error = try value("GRU, \(series) \(steps)")
                for baseline in ["persistence", "season"] {
                    #expect(try error < value("\(baseline), \(series) \(steps)"), "\(series), \(steps) ahead")
                }
            }
        }
    }

    @Test("vowels are heard better over time than in one frame; directions are seen in clips", .claim("A3.3.4-3"))
    func speechAndVideo() throws {
        let value = try measured("A3.3.4-3")
        #expect(try value("vowel accuracy") > value("accuracy of one frame"))
        #expect(try value("vowel accuracy") <= value("best possible") + 0.02)
        #expect(try value("clip accuracy") >= 0.9 && value("accuracy in random order") < 0.6)
    }
}
