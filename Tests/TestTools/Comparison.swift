// How tests compare numbers, and how they draw shapes and layers.

import FeedForward
import Testing

/// Expects |a − b| ≤ tolerance · max(1, |b|) for every pair: saturated values are exact to a unit in the last place of 1.
public func expectClose(
    _ a: Tensor<Double>, _ b: Tensor<Double>, _ tolerance: Double = 1e-12, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard a.shape == b.shape else {
        Issue.record("\(what): shape \(a.shape) instead of \(b.shape)", sourceLocation: sourceLocation)
        return
    }
    for (place, (x, y)) in zip(a.scalars, b.scalars).enumerated()
    where !((x - y).magnitude <= tolerance * max(1, y.magnitude)) {
        Issue.record("\(what): element \(place) is \(x) instead of \(y)", sourceLocation: sourceLocation)
        return
    }
}

/// The same for two numbers.
public func expectClose(
    _ a: Double, _ b: Double, _ tolerance: Double = 1e-12, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    expectClose(Tensor(a), Tensor(b), tolerance, what, sourceLocation: sourceLocation)
}

extension Random {
    /// An integer of `range`.
    public mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + integer(below: range.upperBound - range.lowerBound + 1)
    }

    /// An odd number of at most `bound`.
    public mutating func odd(upTo bound: Int) -> Int { 1 + 2 * integer(below: (bound + 1) / 2) }

    /// A class of 0..<classes for each row.
    public mutating func labels(_ rows: Int, classes: Int) -> [Int] { (0..<rows).map { _ in integer(below: classes) } }

    /// A dense layer whose biases, too, are away from zero.
    public mutating func dense(_ inputs: Int, _ outputs: Int) -> Dense<Double> {
        Dense(
            weight: normal([inputs, outputs], standardDeviation: 1 / Double(inputs).squareRoot()),
            bias: normal([outputs], standardDeviation: 0.5))
    }
}

/// Expects a step to have had a gradient for every single parameter, and to have moved it.
public func expectEveryParameterMoved<Network: Parameterized>(
    from before: Network, to after: Network, along gradient: Network, sourceLocation: SourceLocation = #_sourceLocation
) {
    for parameter in after.parameters {
        #expect(
            gradient[keyPath: parameter.path].scalars.allSatisfy { $0 != 0 && $0.isFinite }, "\(parameter.name)",
            sourceLocation: sourceLocation)
        let pairs = zip(after[keyPath: parameter.path].scalars, before[keyPath: parameter.path].scalars)
        #expect(pairs.allSatisfy { $0 != $1 }, "\(parameter.name)", sourceLocation: sourceLocation)
    }
}
