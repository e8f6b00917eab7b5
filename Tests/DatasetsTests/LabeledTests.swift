// Splits, batches and standardisation: what they promise about every example and every class.

import Datasets
import SIMDTensor
import TestTools
import Testing

@Suite("Labeled examples")
struct LabeledTests {
    /// Examples whose only input is their number, with 50, 31, 7 and 1 of the classes 0, 3, 4 and 9.
    private let uneven: Labeled<Float, [Int]> = {
        let labels = [(0, 50), (3, 31), (4, 7), (9, 1)].flatMap { Array(repeating: $0.0, count: $0.1) }
        return Labeled(inputs: Tensor(labels.indices.map { Float($0) }, shape: [labels.count, 1]), labels: labels)
    }()

    private func numbers<Answers>(_ examples: Labeled<Float, Answers>) -> [Int] {
        examples.inputs.scalars.map { Int($0) }
    }

    @Test(
        "a stratified split keeps each class's share to less than one example, and every example once",
        arguments: [0.0, 0.1, 0.2, 0.333, 0.5, 0.77, 1.0])
    func stratified(fraction: Double) {
        var random = Random(seed: 11)
        let (training, test) = uneven.stratifiedSplit(testFraction: fraction, shuffledBy: &random)
        #expect(test.count == Int((89 * fraction).rounded()))
        #expect((numbers(training) + numbers(test)).sorted() == Array(0..<89))
        for (label, count) in [(0, 50), (3, 31), (4, 7), (9, 1)] {
            let share = Double(count) * fraction
            #expect(abs(Double(test.labels.count { $0 == label }) - share) < 1)
        }
        for part in [training, test] {
            #expect(zip(numbers(part), part.labels).allSatisfy { uneven.labels[$0] == $1 })
        }
    }

    @Test("examples that rounding down leaves over come from the classes with the largest remainders")
    func largestRemainders() {
        var random = Random(seed: 5)
        // shares 5, 3.1, 0.7, 0.1 of together 9
        let test = uneven.stratifiedSplit(testFraction: 0.1, shuffledBy: &random).test
        #expect([0, 3, 4, 9].map { label in test.labels.count { $0 == label } } == [5, 3, 1, 0])
    }

    @Test("the same seed gives the same split, another one another, and the parts are shuffled")
    func seeds() {
        func split(_ seed: UInt64) -> [Int] {
            var random = Random(seed: seed)
            return numbers(uneven.stratifiedSplit(testFraction: 0.3, shuffledBy: &random).training)
        }
        #expect(split(1) == split(1))
        #expect(split(1) != split(2))
        #expect(split(1) != split(1).sorted())
    }

    @Test("a plain split of a regression keeps inputs and targets together")
    func plainSplit() {
        let inputs = Tensor<Float>((0..<21).map { Float($0) }, shape: [21, 1])
        let targets = Tensor<Float>((0..<21).map { Float($0 * 10) }, shape: [21, 1])
        var random = Random(seed: 4)
        let (training, test) = Labeled(inputs: inputs, labels: targets)
            .split(testFraction: 0.25, shuffledBy: &random)
        #expect(test.count == 5 && training.count == 16)
        #expect((numbers(training) + numbers(test)).sorted() == Array(0..<21))
        #expect(test.labels.scalars == test.inputs.scalars.map { $0 * 10 })
    }

    @Test("the batches of an epoch hold every example exactly once, the last one what remains")
    func batches() {
        var random = Random(seed: 9)
        var seen: [Int] = []
        var sizes: [Int] = []
        let batches = uneven.batches(of: 32, shuffledBy: &random)
        for batch in batches {
            #expect(zip(numbers(batch), batch.labels).allSatisfy { uneven.labels[$0] == $1 })
            seen += numbers(batch)
            sizes.append(batch.count)
        }
        #expect(sizes == [32, 32, 25] && batches.count == 3)
        #expect(seen.sorted() == Array(0..<89))
        #expect(seen != Array(0..<89))
        #expect(uneven.batches(of: 32, shuffledBy: &random).flatMap { numbers($0) } != seen)
        #expect(uneven.batches(of: 40).flatMap { numbers($0) } == Array(0..<89))
        #expect(uneven.batches(of: 89).map(\.count) == [89])
    }

    @Test("what is left over is a batch of its own, is left out, or joins the batch before")
    func lastBatch() {
        func sizes(_ count: Int, _ size: Int, _ last: LastBatch) -> [Int] {
            var random = Random(seed: 2)
            let examples = Labeled(
                inputs: Tensor<Float>(zeros: [count, 1]), labels: [Int](repeating: 0, count: count))
            let batches = examples.batches(of: size, shuffledBy: &random, lastBatch: last)
            let sizes = batches.map(\.count)
            #expect(batches.count == sizes.count)
            return sizes
        }
        #expect(sizes(33, 32, .keep) == [32, 1])
        #expect(sizes(33, 32, .drop) == [32])
        #expect(sizes(33, 32, .merge) == [33])
        #expect(sizes(95, 32, .merge) == [32, 63])
        #expect(sizes(96, 32, .merge) == [32, 32, 32] && sizes(96, 32, .drop) == [32, 32, 32])
        #expect(sizes(5, 32, .keep) == [5] && sizes(5, 32, .merge) == [5] && sizes(5, 32, .drop) == [])
        for last in [LastBatch.keep, .drop, .merge] {
            #expect(sizes(0, 32, last) == [] && sizes(3, 1, last) == [1, 1, 1])
        }
        for last in [LastBatch.keep, .merge] { #expect(sizes(7, .max, last) == [7]) }
        #expect(sizes(7, .max, .drop) == [])
        #expect(uneven.batches(of: .max).map(\.count) == [89])
    }

    @Test("merged batches hold every example once, and dropping leaves out only the rest")
    func lastBatchExamples() {
        var random = Random(seed: 3)
        let merged = uneven.batches(of: 44, shuffledBy: &random, lastBatch: .merge).flatMap { numbers($0) }
        #expect(merged.sorted() == Array(0..<89))
        let dropped = uneven.batches(of: 44, shuffledBy: &random, lastBatch: .drop).flatMap { numbers($0) }
        #expect(dropped.count == 88 && Set(dropped).count == 88)
    }

    @Test("of no examples there are no batches, and both parts of a split are empty")
    func noExamples() {
        var random = Random(seed: 3)
        let none = Labeled(inputs: Tensor<Float>(zeros: [0, 2]), labels: [Int]())
        #expect(none.batches(of: 3).count == 0 && none.split(testFraction: 0.5, shuffledBy: &random).test.count == 0)
        #expect(none.stratifiedSplit(testFraction: 0.5, shuffledBy: &random).training.inputs.shape == [0, 2])
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Labeled(inputs: Tensor<Float>(zeros: [2, 1]), labels: [0, 1]).batches(of: 0)
            }, says: "batches(of:): the size is 0; expected at least 1")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Labeled(inputs: Tensor<Float>(zeros: [2, 1]), labels: [0, 1])
                    .split(testFraction: .nan, shuffledBy: &random)
            }, says: "split: testFraction is nan; expected 0 to 1")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = [0, 1].gathered(rows: [2])
            }, says: "gathered(rows:): row 2 of 2 labels; expected 0..<2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Labeled(inputs: Tensor<Float>(zeros: [2, 1]), labels: Tensor<Float>(1))
            }, says: "Labeled: the targets are a single number; expected [count, …]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Standardizer(fit: Tensor<Float>([1, 2, .nan, 4], shape: [2, 2]))
            }, says: "Standardizer(fit:): feature 0 of example 1 is nan; expected finite numbers")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Labeled(inputs: Tensor<Float>(zeros: [1, 2, 2, 1]), labels: [0]).padded(by: .max)
            }, says: "at most 1048576, but 9223372036854775807 was given")
    }

    @Test("standardised features have mean 0 and variance 1, and the inverse restores the originals")
    func standardizer() {
        let examples = BreastCancer.load(as: Double.self)
        let data = examples.inputs
        let standardizer = Standardizer(fit: data)
        let standardised = examples.mapInputs(standardizer.apply).inputs
        for feature in 0..<30 {
            let column = stride(from: feature, to: 569 * 30, by: 30).map { standardised.scalars[$0] }
            let mean = column.reduce(0, +) / 569
            let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 569
            #expect(abs(mean) < 1e-12 && abs(variance - 1) < 1e-12)
        }
        let back = standardizer.invert(standardised)
        #expect(zip(back.scalars, data.scalars).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
        // numpy: x[:, 0].mean(), x[:, 0].std()
        #expect(abs(standardizer.mean[0] - 14.127291739894552) < 1e-12)
        #expect(abs(standardizer.standardDeviation[0] - 3.520950760711062) < 1e-12)
    }

    @Test("a constant feature becomes 0, not NaN, and comes back as it was")
    func constantFeature() {
        // (0.1 + 0.1 + 0.1) / 3 is not 0.1 in Double
        let data = Tensor<Double>([0.1, 1, 0.1, 2, 0.1, 6], shape: [3, 2])
        let standardizer = Standardizer(fit: data)
        #expect(standardizer.standardDeviation[0] == 0)
        let standardised = standardizer.apply(data)
        #expect([0, 2, 4].allSatisfy { standardised.scalars[$0] == 0 })
        #expect(standardizer.invert(standardised)[0].scalars == [0.1, 1])
        #expect(standardizer.apply(Tensor<Double>([[.nan, 1]])).scalars[0].isNaN)
    }

    @Test("no square overflows or vanishes")
    func squares() {
        for size in [1e200, 1e-200, 1.5e308, .leastNonzeroMagnitude] {
            let standardizer = Standardizer(fit: Tensor<Double>([[size], [-size]]))
            #expect(standardizer.mean == [0] && standardizer.standardDeviation == [size])
        }
        for size: Float in [3e38, .leastNonzeroMagnitude] {
            let standardizer = Standardizer(fit: Tensor<Float>([[size], [-size]]))
            #expect(standardizer.mean == [0] && standardizer.standardDeviation == [Double(size)])
        }
        // μ = −1.7e308 / 3 and σ = 1.7e308 √8 / 3, so the last is (1 + 1/3) · 3 / √8 = √2; x − μ overflows. Some roundings.
        let data = Tensor<Double>([[-1.7e308], [-1.7e308], [1.7e308]])
        let last = Standardizer(fit: data).apply(data).scalars[2]
        #expect(abs(last - 2.0.squareRoot()) <= 8 * 2.0.squareRoot().ulp)
    }

    @Test("what the mean loses by rounding does not count as deviation")
    func roundedMean() {
        // The mean is odd and no Double.
        let standardizer = Standardizer(fit: Tensor<Double>([[9_007_199_254_740_992], [9_007_199_254_740_994]]))
        #expect(standardizer.standardDeviation == [1])
        #expect(Standardizer(fit: Tensor<Float>([[16_777_216], [16_777_218]])).standardDeviation == [1])
    }

    @Test("an image is shifted out as a whole by whatever is more than its size")
    func shifts() {
        let image = Labeled(inputs: Tensor<Float>(repeating: 1, shape: [1, 2, 3, 1]), labels: [0])
        for shift in [Int.min, -3, 3, .max] {
            #expect(image.shifted(rows: 0, columns: shift).inputs.scalars == [0, 0, 0, 0, 0, 0])
            #expect(image.shifted(rows: shift, columns: 0).inputs.scalars == [0, 0, 0, 0, 0, 0])
        }
        #expect(image.shifted(rows: 1, columns: -2).inputs.scalars == [0, 0, 0, 1, 0, 0])
    }
}
