// The vowels' table, and the distribution that is drawn from it: the density against values computed with NumPy.

import Datasets
import Foundation
import SIMDTensor
import Testing

@Suite("Formants")
struct FormantsTests {
    @Test("the table holds ten vowels of three groups with the published means")
    func table() {
        #expect(Formants.classNames == ["i", "ɪ", "ɛ", "æ", "ɑ", "ɔ", "ʊ", "u", "ʌ", "ɝ"])
        #expect(Formants.words.first == "heed" && Formants.words[7] == "who'd")
        #expect(Formants.table.rows.count == 30)
        #expect(Formants.table.rows[0].prefix(3) == [270, 2290, 3010])
        #expect(Formants.table.rows[29].prefix(3) == [560, 1820, 2160])
        #expect(Formants.table.column("F1").reduce(0, +) == 17480)
    }

    @Test("the log density agrees with NumPy and integrates to 1")
    func density() {
        #expect(abs(Formants.logDensity(first: 300, second: 2300, vowel: 0) - -11.524917150744734) < 1e-12)
        #expect(abs(Formants.logDensity(first: 700, second: 1200, vowel: 4) - -12.586023170775315) < 1e-12)
        #expect(abs(Formants.logDensity(first: 700, second: 1200, vowel: 8) - -11.783072914987951) < 1e-12)
        for vowel in 0..<10 {
            var total = 0.0
            for first in stride(from: 0.0, through: 2000, by: 10) {
                for second in stride(from: 0.0, through: 5000, by: 20) {
                    total += exp(Formants.logDensity(first: first, second: second, vowel: vowel)) * 10 * 20
                }
            }
            #expect(abs(total - 1) < 1e-3)
        }
        #expect(Formants.logDensity(first: 1e5, second: 1e5, vowel: 0).isFinite)
    }

    @Test("the best classifier is right for 77.4 % of the points drawn, and each vowel is drawn equally often")
    func bayesAccuracy() {
        var random = Random(seed: 2)
        let points = Formants.sample(20_000, random: &random, as: Double.self)
        #expect(points.inputs.shape == [20_000, 2])
        var correct = 0
        for (index, label) in points.labels.enumerated() {
            let (first, second) = (points.inputs.scalars[2 * index], points.inputs.scalars[2 * index + 1])
            if Formants.mostProbableVowel(first: first, second: second) == label { correct += 1 }
        }
        // computed with NumPy from 400,000 points; four standard errors of 20,000 are 1.2 %
        #expect(abs(Double(correct) / 20_000 - 0.774) < 0.012)
        for vowel in 0..<10 { #expect(abs(points.labels.count { $0 == vowel } - 2000) < 170) }
    }

    @Test("the same seed draws the same points")
    func seed() {
        var first = Random(seed: 1)
        var second = Random(seed: 1)
        let points = Formants.sample(50, random: &first).inputs.scalars
        #expect(points == Formants.sample(50, random: &second).inputs.scalars)
        #expect(points != Formants.sample(50, random: &second).inputs.scalars)
    }
}
