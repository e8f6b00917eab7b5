// The reference values that PyTorch computed (Reference/feedforward.json, made by feedforward.py beside it), and the ways
// in which the tests compare numbers and draw shapes.

import FeedForward
import Foundation
import Testing

/// A value of the reference file: `Reference["gelu"].output.tensor`.
@dynamicMemberLookup
indirect enum Reference: Decodable, Sendable {
    case number(Double)
    case text(String)
    case list([Reference])
    case record([String: Reference])

    private static let cases: [String: Reference] = {
        do {
            let url = try #require(Bundle.module.url(forResource: "feedforward", withExtension: "json"))
            let file = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
            return Dictionary(uniqueKeysWithValues: file.cases.list.map { ($0.name.text, $0) })
        } catch {
            fatalError("the reference values cannot be read: \(error)")
        }
    }()

    /// The case with the given name.
    static subscript(_ name: String) -> Reference {
        guard let found = cases[name] else { fatalError("there is no reference case \(name)") }
        return found
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([Reference].self) {
            self = .list(list)
        } else {
            self = .record(try container.decode([String: Reference].self))
        }
    }

    subscript(dynamicMember key: String) -> Reference {
        guard case .record(let fields) = self, let field = fields[key] else { fatalError("no field \(key) in \(self)") }
        return field
    }

    var number: Double {
        guard case .number(let number) = self else { fatalError("not a number: \(self)") }
        return number
    }

    var text: String {
        guard case .text(let text) = self else { fatalError("not a text: \(self)") }
        return text
    }

    var list: [Reference] {
        guard case .list(let list) = self else { fatalError("not a list: \(self)") }
        return list
    }

    var integers: [Int] { list.map { Int($0.number) } }

    var tensor: Tensor<Double> { Tensor(self.values.list.map(\.number), shape: self.shape.integers) }
}

/// Expects |a − b| ≤ tolerance · max(1, |b|) for every pair: saturated values are exact to a unit in the last place of 1.
func expectClose(
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
func expectClose(
    _ a: Double, _ b: Double, _ tolerance: Double = 1e-12, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    expectClose(Tensor(a), Tensor(b), tolerance, what, sourceLocation: sourceLocation)
}

extension Random {
    /// An integer of `range`.
    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + integer(below: range.upperBound - range.lowerBound + 1)
    }

    /// An odd number of at most `bound`.
    mutating func odd(upTo bound: Int) -> Int { 1 + 2 * integer(below: (bound + 1) / 2) }

    /// A dense layer whose biases, too, are away from zero.
    mutating func dense(_ inputs: Int, _ outputs: Int) -> Dense<Double> {
        Dense(
            weight: normal([inputs, outputs], standardDeviation: 1 / Double(inputs).squareRoot()),
            bias: normal([outputs], standardDeviation: 0.5))
    }

    /// A class of 0..<classes for each row.
    mutating func labels(_ rows: Int, classes: Int) -> [Int] { (0..<rows).map { _ in integer(below: classes) } }
}

/// The layer of the documentation of `Layer`: y = x ∘ a.
struct Scale<Scalar: TensorScalar>: Layer {
    var factor: Tensor<Scalar>

    func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x * factor }

    mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (x * factor, { [factor] g in (input: g * factor, layer: Scale(factor: (g * x).sum(along: 0))) })
    }

    var parameters: [Parameter<Self>] { [Parameter("factor", \.factor)] }
}
