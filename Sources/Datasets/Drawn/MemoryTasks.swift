// What can a network remember, and for how long? Real data do not say, for in them near and far, chance and rule are
// mixed. So the literature measures memory with tasks that are made: where the answer lies is known, how long ago it was
// is a parameter, and so is known what a network reaches that remembers nothing.
//
// Sequences are [time, sequences, features].

import SIMDTensor

// MARK: - Adding

/// Two of many numbers are marked; at the end, their sum is asked for.
///
/// Source: S. Hochreiter & J. Schmidhuber (1997), Long short-term memory, Neural Computation 9, 1735–1780, section 5.4;
/// here in the form of Arjovsky, Shah & Bengio 2016, in which it is used today.
public enum AddingProblem {
    /// Source, to be printed where the data are shown.
    public static let source = "Adding problem after S. Hochreiter & J. Schmidhuber (1997), Long short-term memory, "
        + "Neural Computation 9, 1735–1780, made by this program"

    /// The mean squared error of the best answer that does not look at the numbers, 1/6.
    ///
    /// The best constant answer is the mean of the targets, ½ + ½ = 1, and its squared error is their variance. A number
    /// that is uniform in 0…1 has the variance ∫(x − ½)² dx = 1/12, and those of two independent ones add up.
    public static let noSkillError = 1.0 / 6

    /// Makes sequences of `length` steps, each with the sum of its two marked numbers as the target.
    ///
    /// The first feature is uniform in 0..<1. The second is the mark: 1 at one step of the first half (0..<length/2,
    /// rounded down), 1 at one step of the rest, each place equally likely, and 0 elsewhere.
    ///
    /// - Parameters:
    ///   - count: how many sequences, at least 1
    ///   - length: at least 2
    /// - Returns: the inputs `[length, count, 2]` and the targets `[count, 1]`
    public static func make(
        count: Int, length: Int, random: inout Random
    ) -> (inputs: Tensor<Float>, targets: Tensor<Float>) {
        requireSequences("AddingProblem", count: count, length: length, shortest: 2)
        let numbers: Tensor<Float> = random.uniform([length, count, 1])
        let values = numbers.scalars
        var marks = [Float](repeating: 0, count: length * count)
        let targets = (0..<count).map { sequence in
            let first = random.integer(below: length / 2)
            let second = length / 2 + random.integer(below: length - length / 2)
            return [first, second].reduce(Float(0)) { sum, step in
                marks[step * count + sequence] = 1
                return sum + values[step * count + sequence]
            }
        }
        return (
            .concatenate([numbers, Tensor(marks, shape: [length, count, 1])], along: 2),
            Tensor(targets, shape: [count, 1])
        )
    }
}

// MARK: - Copying

/// Symbols are shown once and asked for after a delay.
///
/// Source: S. Hochreiter & J. Schmidhuber 1997 in the form of M. Arjovsky, A. Shah & Y. Bengio (2016), Unitary evolution
/// recurrent neural networks, ICML. With K symbols, M of them to remember and a delay of T steps:
///
///     step       0..<M         M..<M+T−1   M+T−1   M+T..<T+2M
///     input      the symbols   blank       go      blank
///     target     blank         blank       blank   the symbols in the same order
///
/// The symbols are the classes 0..<K, the blank is the class K, and the go signal, in the input alone, is K + 1.
public enum CopyMemory {
    /// Source, to be printed where the data are shown.
    public static let source = "Copying memory task after M. Arjovsky, A. Shah & Y. Bengio (2016), Unitary evolution "
        + "recurrent neural networks, made by this program"

    /// Makes sequences of `delay + 2 * memoryLength` steps; each symbol is equally likely.
    ///
    /// - Parameters:
    ///   - count: how many sequences, at least 1
    ///   - delay: T, at least 1; the go signal is its last step
    ///   - symbols: K, at least 2
    ///   - memoryLength: M, how many are to be remembered, at least 1
    /// - Returns: the inputs, one-hot, `[T + 2M, count, K + 2]`, and the targets `[T + 2M][count]` of 0...K
    public static func make(
        count: Int, delay: Int, symbols: Int = 8, memoryLength: Int = 10, random: inout Random
    ) -> (inputs: Tensor<Float>, targets: [[Int]]) {
        requireSequences("CopyMemory", count: count, length: memoryLength, shortest: 1)
        requireTask(delay: delay, symbols: symbols)
        func all(_ symbol: Int, times: Int) -> [[Int]] {
            Array(repeating: Array(repeating: symbol, count: count), count: times)
        }
        let memory = (0..<memoryLength).map { _ in (0..<count).map { _ in random.integer(below: symbols) } }
        let seen = memory + all(symbols, times: delay - 1) + all(symbols + 1, times: 1) + all(symbols, times: memoryLength)
        return (
            Tensor(oneHot: seen.flatMap { $0 }, classes: symbols + 2).reshaped([seen.count, count, symbols + 2]),
            all(symbols, times: memoryLength + delay) + memory
        )
    }

    /// The mean cross-entropy a step, in nats, of the best answers that remember no symbol: M ln K / (T + 2M).
    ///
    /// Time tells when blanks are due, so T + M steps cost nothing; at the M others any of K symbols is equally likely,
    /// which costs ln K each.
    public static func noSkillCrossEntropy(delay: Int, symbols: Int = 8, memoryLength: Int = 10) -> Double {
        requireSequences("CopyMemory", length: memoryLength, shortest: 1)
        requireTask(delay: delay, symbols: symbols)
        return Double(memoryLength) * Double.log(Double(symbols)) / Double(delay + 2 * memoryLength)
    }

    private static func requireTask(delay: Int, symbols: Int) {
        require(1...largestCount ~= delay, "CopyMemory: the delay is \(delay); expected 1 to \(largestCount) steps")
        require(
            2...largestCount ~= symbols,
            "CopyMemory: the number of symbols is \(symbols); expected at least 2, at most \(largestCount)")
    }
}

// MARK: - Parity

/// Bits come one by one, and after each the parity of all so far is asked for: two states, which must never be lost.
///
/// Every single bit changes the answer, and the last bits alone say nothing about it: without the state before, either
/// answer is right half the time. Source: the parity predicate of M. Minsky & S. Papert (1969), Perceptrons, MIT Press.
public enum Parity {
    /// Source, to be printed where the data are shown.
    public static let source = "Parity of random bits after M. Minsky & S. Papert (1969), Perceptrons, made by this program"

    /// Makes sequences of independent bits, 0 and 1 equally likely.
    ///
    /// - Parameters:
    ///   - count: how many sequences, at least 1
    ///   - length: at least 1
    /// - Returns: the inputs `[length, count, 1]`, and as targets `[length][count]` the parity of the bits up to and with
    ///   each step: 1 when the number of ones is odd, else 0
    public static func make(
        count: Int, length: Int, random: inout Random
    ) -> (inputs: Tensor<Float>, targets: [[Int]]) {
        requireSequences("Parity", count: count, length: length, shortest: 1)
        let bits: Tensor<Float> = random.bernoulli([length, count, 1], probability: 0.5)
        let values = bits.scalars
        var parities = [Int](repeating: 0, count: count)
        let targets = (0..<length).map { step in
            for sequence in 0..<count { parities[sequence] ^= Int(values[step * count + sequence]) }
            return parities
        }
        return (bits, targets)
    }
}

// MARK: - Summing and forgetting

/// Numbers are summed up, and now and then the sum starts anew: to be right, a network has to remember, and to forget.
///
/// Made for this project. Why a memory cell must be able to forget: F. A. Gers, J. Schmidhuber & F. Cummins (2000),
/// Learning to forget: continual prediction with LSTM, Neural Computation 12, 2451–2471.
public enum SumSinceReset {
    /// Source, to be printed where the data are shown.
    public static let source = "Sums with resets, made for this project"

    /// Makes sequences with the sum since the last reset as the target of every step.
    ///
    /// The first feature x is uniform in −1..<1. The second r says that the sum starts anew with this step: 1 with the
    /// given probability, else 0, and never 1 at step 0. The target is yₜ = xₜ + (1 − rₜ) yₜ₋₁, with y₋₁ = 0.
    ///
    /// - Parameters:
    ///   - count: how many sequences, at least 1
    ///   - length: at least 2
    ///   - resetProbability: 0…1
    /// - Returns: the inputs `[length, count, 2]` and the targets `[length, count, 1]`
    public static func make(
        count: Int, length: Int, resetProbability: Double, random: inout Random
    ) -> (inputs: Tensor<Float>, targets: Tensor<Float>) {
        requireSequences("SumSinceReset", count: count, length: length, shortest: 2)
        requireProbability(resetProbability)
        let increments: Tensor<Float> = random.uniform([length, count, 1], in: -1..<1)
        let resets = Tensor<Float>.concatenate([
            Tensor(zeros: [1, count, 1]), random.bernoulli([length - 1, count, 1], probability: resetProbability),
        ])
        let (x, r) = (increments.scalars, resets.scalars)
        var y = x
        for place in count..<length * count { y[place] = x[place] + (1 - r[place]) * y[place - count] }
        return (.concatenate([increments, resets], along: 2), Tensor(y, shape: [length, count, 1]))
    }

    /// The mean squared error of the best answer that remembers nothing, the step's own increment.
    ///
    /// What that leaves out at step t is (1 − rₜ) yₜ₋₁. Of the increments before t, the one k steps ago is part of it
    /// when none of the last k steps was a reset, with probability qᵏ for q = 1 − resetProbability; it has the mean 0
    /// and the variance 1/3. So the error at step t is ⅓ Σₖ₌₁…ₜ qᵏ, and its mean over the steps is
    ///
    ///     Σₖ (length − k) qᵏ / (3 length),   k = 1…length − 1
    public static func noMemoryError(length: Int, resetProbability: Double) -> Double {
        requireSequences("SumSinceReset", length: length, shortest: 2)
        requireProbability(resetProbability)
        var (sum, power) = (0.0, 1.0)
        for k in 1..<length {
            power *= 1 - resetProbability
            sum += Double(length - k) * power
        }
        return sum / (3 * Double(length))
    }

    private static func requireProbability(_ probability: Double) {
        require(
            0 <= probability && probability <= 1,
            "SumSinceReset: the probability of a reset is \(probability); expected 0 to 1")
    }
}

/// Traps unless there is at least one sequence to make, of at least `shortest` steps.
func requireSequences(_ operation: StaticString, count: Int = 1, length: Int, shortest: Int) {
    require(1...largestCount ~= count, "\(operation): the count is \(count); expected 1 to \(largestCount)")
    require(
        shortest...largestCount ~= length,
        "\(operation): the length is \(length); expected at least \(shortest), at most \(largestCount)")
}
