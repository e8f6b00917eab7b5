// Vowels as points in the plane: the first two resonances of the mouth, the formants F1 and F2, tell most vowels apart,
// but men, women and children have mouths of different lengths, and the clouds of neighbouring vowels overlap. Drawn
// from a distribution that is known exactly, such points have a best classifier that is known exactly too: here a
// network's accuracy can be compared with the highest that is possible.

import Foundation
import SIMDTensor

/// Formant frequencies of the ten vowels of American English, and points drawn from them.
///
/// Mean frequencies: G. E. Peterson & H. L. Barney (1952), Control methods used in a study of the vowels, Journal of
/// the Acoustical Society of America 24, 175–184, table II. Standard deviations of F1 and F2 and their correlation:
/// computed for this module from the 1,520 single utterances of that study (76 speakers, each vowel twice; Watrous
/// 1991), as the program Praat distributes them. Terms: published measurements.
///
/// The model: for each vowel and group of speakers, (F1, F2) is normally distributed in two dimensions with these
/// means, deviations and correlation; men, women and children take part as they did in the study, 33 : 28 : 15.
/// Normality is an approximation; the best classifier of the model's points is right for 77.4 % of them, and for
/// 78.0 % of the study's 1,520 utterances.
public enum Formants {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Vowel formants of G. E. Peterson & H. L. Barney (1952), Control methods used in a "
        + "study of the vowels, Journal of the Acoustical Society of America 24, 175–184"

    /// The ten vowels in the International Phonetic Alphabet, in the order of their classes.
    public static let classNames = distinct("vowel")

    /// For each vowel the word in which it was spoken: heed, hid, head, …
    public static let words = distinct("word")

    /// The table itself: the text columns `vowel`, `word`, `speakers`, and in Hz the means `F1`, `F2`, `F3` and the
    /// standard deviations `F1_deviation`, `F2_deviation`; `correlation` is that of F1 and F2.
    public static let table = Table(embedded: csv, textColumns: ["vowel", "word", "speakers"])

    /// Draws `count` points (F1, F2) in Hz, `[count, 2]`, each with its vowel; all vowels are equally likely.
    public static func sample<Scalar: TensorScalar>(
        _ count: Int, random: inout Random, as: Scalar.Type = Float.self
    ) -> Labeled<Scalar, [Int]> {
        require(count >= 0, "Formants.sample: the count is \(count); expected 0 or more")
        var points: [Scalar] = []
        var labels: [Int] = []
        for _ in 0..<count {
            let vowel = Int.random(in: 0..<clouds.count, using: &random)
            let speaker = Int.random(in: 0..<speakerCounts.reduce(0, +), using: &random)
            let group = speaker < speakerCounts[0] ? 0 : speaker < speakerCounts[0] + speakerCounts[1] ? 1 : 2
            let (first, second) = clouds[vowel][group].sample(&random)
            points += [Scalar(first), Scalar(second)]
            labels.append(vowel)
        }
        return Labeled(inputs: Tensor(points, shape: [count, 2]), labels: labels)
    }

    /// The logarithm of the density p(F1, F2 | vowel), in 1/Hz², of the model from which `sample` draws.
    public static func logDensity(first: Double, second: Double, vowel: Int) -> Double {
        require(
            clouds.indices.contains(vowel),
            "Formants.logDensity: vowel \(vowel); expected a class of 0 to \(clouds.count - 1)")
        require(
            abs(first) <= 1e100 && abs(second) <= 1e100,
            "Formants.logDensity: the frequencies are \(first) and \(second); expected numbers whose squares are finite")
        let total = Double(speakerCounts.reduce(0, +))
        let terms = zip(speakerCounts, clouds[vowel]).map { count, cloud in
            log(Double(count) / total) + cloud.logDensity(first, second)
        }
        // log Σ exp with the largest term taken out, so that far away not all terms vanish
        let largest = terms.max() ?? -.infinity
        return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
    }

    /// The vowel to which (F1, F2) most probably belongs. No classifier is right more often for points of `sample`
    /// (Bayes' decision rule; the vowels being equally likely, the largest density decides).
    public static func mostProbableVowel(first: Double, second: Double) -> Int {
        let densities = clouds.indices.map { logDensity(first: first, second: second, vowel: $0) }
        return densities.indices.reduce(0) { densities[$1] > densities[$0] ? $1 : $0 }
    }

    /// How many men, women and children spoke.
    private static let speakerCounts = [33, 28, 15]

    /// For each vowel the clouds of men, women and children, as in the table.
    private static let clouds: [[Cloud]] = {
        let names = ["F1", "F2", "F1_deviation", "F2_deviation", "correlation"]
        let columns = names.map(table.column)
        let all = table.rows.indices.map { row in
            Cloud(
                mean: (columns[0][row], columns[1][row]), deviation: (columns[2][row], columns[3][row]),
                correlation: columns[4][row])
        }
        return stride(from: 0, to: all.count, by: speakerCounts.count).map {
            Array(all[$0..<$0 + speakerCounts.count])
        }
    }()

    /// The entries of a text column, each once.
    private static func distinct(_ column: String) -> [String] {
        (table.texts[column] ?? []).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// A normal distribution in two dimensions with means μ₁, μ₂, standard deviations σ₁, σ₂ and correlation ρ.
    private struct Cloud {
        let mean: (Double, Double)
        let deviation: (Double, Double)
        let correlation: Double

        /// μ₁ + σ₁ z₁ and μ₂ + σ₂ (ρ z₁ + √(1 − ρ²) z₂) with independent normal z₁, z₂.
        func sample(_ random: inout Random) -> (Double, Double) {
            let (z1, z2) = (random.normal(), random.normal())
            let correlated = correlation * z1 + (1 - correlation * correlation).squareRoot() * z2
            return (mean.0 + deviation.0 * z1, mean.1 + deviation.1 * correlated)
        }

        /// −(a² − 2ρab + b²) / 2(1 − ρ²) − log(2π σ₁σ₂ √(1 − ρ²)) with a = (x₁ − μ₁)/σ₁, b = (x₂ − μ₂)/σ₂.
        func logDensity(_ first: Double, _ second: Double) -> Double {
            let a = (first - mean.0) / deviation.0
            let b = (second - mean.1) / deviation.1
            let rest = 1 - correlation * correlation
            let distance = (a * a - 2 * correlation * a * b + b * b) / rest
            return -distance / 2 - log(2 * .pi * deviation.0 * deviation.1 * rest.squareRoot())
        }
    }
}
