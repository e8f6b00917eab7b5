// How tests compare numbers, and how they draw shapes.

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
}
