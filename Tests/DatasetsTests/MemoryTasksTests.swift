// The tasks by their definitions, computed again with plain loops, and the errors of the best answers without memory.

import Datasets
import Foundation
import SIMDTensor
import TestTools
import Testing

@Suite("Memory tasks")
struct MemoryTasksTests {
    // MARK: - Adding

    @Test("adding: one mark in each half, and the target is the sum of the two marked numbers", arguments: [2, 3, 7, 20])
    func addingDefinition(length: Int) {
        var random = Random(seed: 1)
        let (inputs, targets) = AddingProblem.make(count: 50, length: length, random: &random)
        #expect(inputs.shape == [length, 50, 2] && targets.shape == [50, 1])
        let features = inputs.scalars
        #expect(features.allSatisfy { 0 <= $0 && $0 <= 1 })
        for sequence in 0..<50 {
            var (places, sum): ([Int], Float) = ([], 0)
            for step in 0..<length {
                let mark = features[(step * 50 + sequence) * 2 + 1]
                #expect(mark == 0 || mark == 1)
                if mark == 1 {
                    places.append(step)
                    sum += features[(step * 50 + sequence) * 2]
                }
            }
            #expect(places.count == 2 && places[0] < length / 2 && places[1] >= length / 2)
            #expect(targets.scalars[sequence] == sum)
        }
    }

    @Test("adding: targets have the mean 1 and the variance 1/6, and every place is marked equally often")
    func addingDistribution() {
        var random = Random(seed: 2)
        let (inputs, targets) = AddingProblem.make(count: 20_000, length: 5, random: &random)
        let sums = targets.scalars.map(Double.init)
        let mean = sums.reduce(0, +) / 20_000
        let error = sums.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / 20_000
        // Four standard errors: that of the mean is √(1/6 / n) = 0.002887. The fourth central moment of the sum of two
        // uniform numbers is 2/80 + 6/144 = 1/15, so that of the squared error is √((1/15 − 1/36) / n) = 0.001394.
        let (meanBound, errorBound): (Double, Double) = (4 * 0.002887, 4 * 0.001394)
        #expect(abs(mean - 1) < meanBound)
        #expect(abs(error - AddingProblem.noSkillError) < errorBound)
        #expect(AddingProblem.noSkillError == 1 / 6.0)
        let features = inputs.scalars
        for step in 0..<5 {
            let share = step < 2 ? 1.0 / 2 : 1.0 / 3
            let marks = (0..<20_000).count { features[(step * 20_000 + $0) * 2 + 1] == 1 }
            let bound: Double = 4 * (share * (1 - share) / 20_000).squareRoot()
            #expect(abs(Double(marks) / 20_000 - share) < bound)
        }
    }

    // MARK: - Copying

    @Test("copying: step by step what the table says", arguments: [(1, 8, 10), (5, 8, 10), (30, 2, 1), (4, 3, 6)])
    func copyDefinition(delay: Int, symbols: Int, memory: Int) {
        var random = Random(seed: 3)
        let (inputs, targets) = CopyMemory.make(
            count: 9, delay: delay, symbols: symbols, memoryLength: memory, random: &random)
        let (steps, features) = (delay + 2 * memory, inputs.scalars)
        #expect(inputs.shape == [steps, 9, symbols + 2])
        #expect(targets.count == steps && targets.allSatisfy { $0.count == 9 })
        for sequence in 0..<9 {
            let seen = (0..<steps).map { step in
                let start = (step * 9 + sequence) * (symbols + 2)
                let row = Array(features[start..<start + symbols + 2])
                #expect(row.count { $0 == 1 } == 1 && row.count { $0 == 0 } == symbols + 1)
                return row.firstIndex(of: 1)!
            }
            for step in 0..<steps {
                if step < memory {
                    #expect(seen[step] < symbols && targets[step][sequence] == symbols)
                    #expect(targets[steps - memory + step][sequence] == seen[step])
                } else {
                    #expect(seen[step] == (step == memory + delay - 1 ? symbols + 1 : symbols))
                    if step < memory + delay { #expect(targets[step][sequence] == symbols) }
                }
            }
        }
    }

    @Test("copying: the defaults are those of the literature, symbols are equally likely")
    func copyDefaults() {
        var random = Random(seed: 4)
        let (inputs, targets) = CopyMemory.make(count: 1000, delay: 20, random: &random)
        #expect(inputs.shape == [40, 1000, 10])
        let symbols = targets.suffix(10).flatMap { $0 }
        for symbol in 0..<8 {
            let share = Double(symbols.count { $0 == symbol }) / 10_000
            #expect(abs(share - 0.125) < 0.0133)  // four standard errors, √(⅛ · ⅞ / 10,000) each
        }
    }

    @Test("copying: the cross-entropy of answers by the time alone")
    func copyCrossEntropy() {
        #expect(abs(CopyMemory.noSkillCrossEntropy(delay: 100) - 10 * log(8) / 120) < 1e-12)
        var random = Random(seed: 5)
        let (_, targets) = CopyMemory.make(count: 3, delay: 7, symbols: 5, memoryLength: 4, random: &random)
        var sum = 0.0
        for (step, classes) in targets.enumerated() {
            for label in classes {
                // The class probabilities of one who knows the step and nothing else.
                let probability = step < 11 ? (label == 5 ? 1.0 : 0) : (label == 5 ? 0 : 0.2)
                sum -= log(probability) / Double(targets.count * classes.count)
            }
        }
        #expect(abs(CopyMemory.noSkillCrossEntropy(delay: 7, symbols: 5, memoryLength: 4) - sum) < 1e-12)
    }

    // MARK: - Parity

    @Test("parity: targets are the number of ones so far, odd or even, and fair coins as a whole")
    func parity() {
        var random = Random(seed: 6)
        let (inputs, targets) = Parity.make(count: 400, length: 25, random: &random)
        let bits = inputs.scalars
        #expect(inputs.shape == [25, 400, 1] && targets.count == 25 && targets.allSatisfy { $0.count == 400 })
        for sequence in 0..<400 {
            var ones = 0
            for step in 0..<25 {
                let bit = bits[step * 400 + sequence]
                #expect(bit == 0 || bit == 1)
                if bit == 1 { ones += 1 }
                #expect(targets[step][sequence] == ones % 2)
            }
        }
        let share = bits.reduce(0) { $0 + Double($1) } / 10_000
        #expect(abs(share - 0.5) < 0.02)  // four standard errors, √(¼ / 10,000) each
        // Whatever the last bit is, the parity with it is 1 half the time.
        for bit: Float in [0, 1] {
            let last = (0..<400).filter { bits[24 * 400 + $0] == bit }
            let odd = Double(last.count { targets[24][$0] == 1 }) / Double(last.count)
            let bound: Double = 2 / Double(last.count).squareRoot()
            #expect(abs(odd - 0.5) < bound)
        }
    }

    // MARK: - Summing and forgetting

    @Test("sums: the target is the sum since the last reset", arguments: [0, 0.2, 1])
    func sums(probability: Double) {
        var random = Random(seed: 7)
        let (inputs, targets) = SumSinceReset.make(count: 40, length: 30, resetProbability: probability, random: &random)
        #expect(inputs.shape == [30, 40, 2] && targets.shape == [30, 40, 1])
        let (features, answers) = (inputs.scalars, targets.scalars)
        var resets = 0
        for sequence in 0..<40 {
            for step in 0..<30 {
                // From this step backwards to the reset or the beginning.
                var (sum, back) = (0.0, step)
                while true {
                    let place = (back * 40 + sequence) * 2
                    sum += Double(features[place])
                    if features[place + 1] == 1 || back == 0 { break }
                    back -= 1
                }
                let place = step * 40 + sequence
                let (x, flag) = (features[place * 2], features[place * 2 + 1])
                #expect(abs(Double(answers[place]) - sum) < 1e-5)
                #expect(-1 <= x && x < 1 && (flag == 0 || flag == 1) && (step > 0 || flag == 0))
                if flag == 1 { resets += 1 }
            }
        }
        let draws = 40 * 29.0
        let bound: Double = 4 * (probability * (1 - probability) / draws).squareRoot()
        #expect(abs(Double(resets) / draws - probability) <= bound)
    }

    @Test("sums: the error of one who answers with the increment", arguments: [0, 0.1, 0.5, 1])
    func noMemoryError(probability: Double) {
        var random = Random(seed: 8)
        let (inputs, targets) = SumSinceReset.make(
            count: 4000, length: 12, resetProbability: probability, random: &random)
        // The mean squared error of each sequence; from their scatter the standard error of the mean.
        let (features, answers) = (inputs.scalars, targets.scalars)
        let errors = (0..<4000).map { sequence in
            (0..<12).reduce(0.0) { sum, step in
                let place = step * 4000 + sequence
                let left = Double(answers[place] - features[place * 2])
                return sum + left * left / 12
            }
        }
        let mean = errors.reduce(0, +) / 4000
        let variance = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999
        let expected = SumSinceReset.noMemoryError(length: 12, resetProbability: probability)
        let bound: Double = 4 * (variance / 4000).squareRoot()
        #expect(abs(mean - expected) <= bound)
    }

    @Test("sums: without resets the error grows with the length, with resets at every step there is none")
    func noMemoryErrorLimits() {
        #expect(abs(SumSinceReset.noMemoryError(length: 13, resetProbability: 0) - 2) < 1e-12)  // (length − 1) / 6
        #expect(SumSinceReset.noMemoryError(length: 13, resetProbability: 1) == 0)
    }

    // MARK: - All

    @Test("the same seed makes the same sequences, another one others")
    func seeds() {
        func all(_ seed: UInt64) -> ([Tensor<Float>], [[[Int]]]) {
            var random = Random(seed: seed)
            let adding = AddingProblem.make(count: 5, length: 20, random: &random)
            let copying = CopyMemory.make(count: 5, delay: 3, random: &random)
            let parity = Parity.make(count: 5, length: 20, random: &random)
            let sums = SumSinceReset.make(count: 5, length: 20, resetProbability: 0.2, random: &random)
            return (
                [adding.inputs, adding.targets, copying.inputs, parity.inputs, sums.inputs, sums.targets],
                [copying.targets, parity.targets]
            )
        }
        let (first, again, other) = (all(5), all(5), all(6))
        #expect(first.0 == again.0 && first.1 == again.1)
        #expect(zip(first.0, other.0).allSatisfy { $0 != $1 } && zip(first.1, other.1).allSatisfy { $0 != $1 })
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = AddingProblem.make(count: 1, length: 1, random: &random)
            }, says: "AddingProblem: the length is 1; expected at least 2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = CopyMemory.make(count: 1, delay: 0, random: &random)
            }, says: "CopyMemory: the delay is 0; expected 1 to")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = SumSinceReset.make(count: 1, length: 5, resetProbability: 1.5, random: &random)
            }, says: "SumSinceReset: the probability of a reset is 1.5; expected 0 to 1")
    }
}
