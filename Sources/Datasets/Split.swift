// A network that is judged by the examples it has learned from is judged too well. So a part of the data is put aside
// before training, chosen at random; for classes, chosen so that both parts have the same share of each.

import SIMDTensor

extension Labeled {
    /// Puts a random part of the examples aside for testing.
    ///
    /// - Parameters:
    ///   - testFraction: the share for testing, 0…1, else it traps; the number of examples is rounded
    ///   - random: fixes the choice and the order of both parts
    public func split(
        testFraction: Double, shuffledBy random: inout Random
    ) -> (training: Labeled, test: Labeled) {
        let testCount = Int((Double(count) * checkedFraction(testFraction)).rounded())
        let order = random.permutation(count)
        return (gathered(rows: Array(order[testCount...])), gathered(rows: Array(order[..<testCount])))
    }
}

extension Labeled where Answers == [Int] {
    /// Puts a random part of the examples aside for testing, with the same share of each class.
    ///
    /// The whole number of test examples is that of ``split(testFraction:shuffledBy:)``. Each class gives its exact
    /// share rounded down, and the examples that are then missing come from the classes with the largest remainders
    /// (Hamilton's method); so each class differs from its exact share by less than one example.
    ///
    /// - Parameters:
    ///   - testFraction: the share for testing, 0…1, else it traps
    ///   - random: fixes the choice and the order of both parts
    public func stratifiedSplit(
        testFraction: Double, shuffledBy random: inout Random
    ) -> (training: Labeled, test: Labeled) {
        let fraction = checkedFraction(testFraction)
        let classes = Dictionary(grouping: random.permutation(count)) { labels[$0] }.sorted { $0.key < $1.key }
        let shares = classes.map { Double($0.value.count) * fraction }
        var testCounts = shares.map { Int($0) }
        let missing = Int((Double(count) * fraction).rounded()) - testCounts.reduce(0, +)
        func remainder(_ index: Int) -> Double { shares[index] - shares[index].rounded(.down) }
        let byRemainder = classes.indices.sorted { (remainder($0), $1) > (remainder($1), $0) }
        for index in byRemainder.prefix(missing) { testCounts[index] += 1 }

        var training: [Int] = []
        var test: [Int] = []
        for (rows, testCount) in zip(classes.map(\.value), testCounts) {
            test += rows[..<testCount]
            training += rows[testCount...]
        }
        return (
            gathered(rows: random.permutation(training.count).map { training[$0] }),
            gathered(rows: random.permutation(test.count).map { test[$0] })
        )
    }
}

func checkedFraction(_ fraction: Double) -> Double {
    require(0 <= fraction && fraction <= 1, "split: testFraction is \(fraction); expected 0 to 1")
    return fraction
}
