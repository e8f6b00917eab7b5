// Reference values that another implementation computed, as a test reads them from a JSON file beside it.

import FeedForward
import Foundation
import Testing

/// A file of reference cases: `{"cases": [{"name": …, …}, …]}`.
public struct ReferenceFile: Sendable {
    private let cases: [String: Reference]

    /// The file `name`.json among a test target's resources. Ends the program if it cannot be read.
    public init(_ name: String, in bundle: Bundle) {
        do {
            guard let url = bundle.url(forResource: name, withExtension: "json") else { throw CocoaError(.fileNoSuchFile) }
            let file = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
            cases = Dictionary(uniqueKeysWithValues: file.cases.list.map { ($0.name.text, $0) })
        } catch {
            fatalError("the reference values of \(name) cannot be read: \(error)")
        }
    }

    /// The names of all cases, sorted.
    public var names: [String] { cases.keys.sorted() }

    /// The case with the given name.
    public subscript(_ name: String) -> Reference {
        guard let found = cases[name] else { fatalError("there is no reference case \(name)") }
        return found
    }
}

/// A value of a reference file: `file["gelu"].output.tensor`.
@dynamicMemberLookup
public indirect enum Reference: Decodable, Sendable {
    case number(Double)
    case text(String)
    case truth(Bool)
    case list([Reference])
    case record([String: Reference])

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let list = try? container.decode([Reference].self) {
            self = .list(list)
        } else {
            self = .record(try container.decode([String: Reference].self))
        }
    }

    public subscript(dynamicMember key: String) -> Reference {
        guard let field = self[ifPresent: key] else { fatalError("no field \(key) in \(self)") }
        return field
    }

    /// A field that not every case has.
    public subscript(ifPresent key: String) -> Reference? {
        guard case .record(let fields) = self else { return nil }
        return fields[key]
    }

    public var number: Double {
        guard case .number(let number) = self else { fatalError("not a number: \(self)") }
        return number
    }

    public var text: String {
        guard case .text(let text) = self else { fatalError("not a text: \(self)") }
        return text
    }

    public var truth: Bool {
        guard case .truth(let truth) = self else { fatalError("not true or false: \(self)") }
        return truth
    }

    public var list: [Reference] {
        guard case .list(let list) = self else { fatalError("not a list: \(self)") }
        return list
    }

    public var integers: [Int] { list.map { Int($0.number) } }

    public var tensor: Tensor<Double> { Tensor(self.values.list.map(\.number), shape: self.shape.integers) }
}

/// Expects of a whole network the logits, the loss and every gradient of a reference case.
public func expectClose<Network: Layer>(
    _ network: Network, to reference: Reference, sourceLocation: SourceLocation = #_sourceLocation
) where Network.Scalar == Double {
    var network = network
    func expect(_ found: Tensor<Double>, _ expected: Tensor<Double>, _ what: String) {
        expectClose(found, expected, 1e-12, what, sourceLocation: sourceLocation)
    }
    let (logits, backward) = network.forward(reference.input.tensor)
    let (loss, logitsGradient) = softmaxCrossEntropy(logits, reference.labels.integers)
    let gradient = backward(logitsGradient)
    expect(logits, reference.logits.tensor, "logits")
    expect(Tensor(loss), Tensor(reference.loss.number), "loss")
    expect(gradient.input, reference.input_gradient.tensor, "gradient of the input")
    let expected = reference.layers.list.flatMap { [$0.weight_gradient.tensor, $0.bias_gradient.tensor] }
    #expect(network.parameters.count == expected.count, sourceLocation: sourceLocation)
    for (parameter, expected) in zip(network.parameters, expected) {
        expect(gradient.layer[keyPath: parameter.path], expected, parameter.name)
    }
}
