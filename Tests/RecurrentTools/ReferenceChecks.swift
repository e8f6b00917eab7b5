// How a network takes parameters from a reference case, and is held against it.

import Foundation
import Recurrent
import TestTools
import Testing

extension ReferenceFile {
    /// The names of the cases of a kind, and of a cell if one is given.
    public func names(_ kind: String, _ cell: String? = nil) -> [String] {
        names.filter { name in self[name].kind.text == kind && cell.map { self[name].cell.text == $0 } ?? true }
    }
}

extension Reference {
    /// The names of the fields.
    public var fields: Set<String> {
        guard case .record(let fields) = self else { return [] }
        return Set(fields.keys)
    }

    /// How many inputs and hidden units a cell of this case has.
    public var sizes: (inputs: Int, hidden: Int) {
        let names = self.parameters.fields
        let weights = names.first { $0.hasSuffix(".input") && !$0.hasPrefix("peepholes") && !$0.hasPrefix("1.") }!
        let shape = self.parameters[ifPresent: weights]!.tensor.shape
        return (shape[0], shape[1])
    }

    public var lengths: [Int]? { self[ifPresent: "lengths"]?.integers }
}

extension Parameterized where Scalar == Double {
    /// The same with parameters of a reference case, which go by the same names.
    public func with(
        _ values: Reference, named name: (String) -> String = { $0 }, sourceLocation: SourceLocation = #_sourceLocation
    ) -> Self {
        #expect(Set(parameters.map { name($0.name) }) == values.fields, sourceLocation: sourceLocation)
        var result = self
        for parameter in parameters {
            guard let value = values[ifPresent: name(parameter.name)] else { continue }
            #expect(self[keyPath: parameter.path].shape == value.tensor.shape, sourceLocation: sourceLocation)
            result[keyPath: parameter.path] = value.tensor
        }
        return result
    }

    /// Expects every parameter as a reference case has it.
    public func expectClose(
        to values: Reference, _ what: String, named name: (String) -> String = { $0 },
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for parameter in parameters {
            guard let value = values[ifPresent: name(parameter.name)] else {
                Issue.record("\(what) has no \(parameter.name)", sourceLocation: sourceLocation)
                continue
            }
            TestTools.expectClose(
                self[keyPath: parameter.path], value.tensor, 1e-12, "\(what), \(parameter.name)",
                sourceLocation: sourceLocation)
        }
    }
}

/// Output, final state and every gradient of an unfolded cell.
///
/// - Parameter states: how the fields of the cell's states end, in the order of its tensors.
public func check<Cell: RecurrentCell>(
    _ reference: Reference, _ fresh: Cell, states: [String] = [""], sourceLocation: SourceLocation = #_sourceLocation
) where Cell.Scalar == Double {
    let name = reference.name.text
    func state(_ field: String) -> Cell.State {
        Cell.State(tensors: states.map { reference[ifPresent: field + $0]!.tensor })
    }
    let network = Unfolded(fresh.with(reference.parameters, sourceLocation: sourceLocation))
    let (x, initial) = (reference.input.tensor, state("initial"))
    let (output, final, backward) = network.forward(x, from: initial, lengths: reference.lengths)
    let gradient = backward(reference.upstream.tensor, state("upstreamFinal"))
    expectClose(output, reference.output.tensor, 1e-12, "\(name), output", sourceLocation: sourceLocation)
    for (field, found) in [("final", final), ("initialGradient", gradient.state)] {
        for (tensor, expected) in zip(found.tensors, state(field).tensors) {
            expectClose(tensor, expected, 1e-12, "\(name), \(field)", sourceLocation: sourceLocation)
        }
    }
    expectClose(
        gradient.input, reference.inputGradient.tensor, 1e-12, "\(name), gradient of the input",
        sourceLocation: sourceLocation)
    gradient.layer.expectClose(to: reference.gradients, "\(name), gradient", sourceLocation: sourceLocation)
    // Inference and training are the same here.
    let inference = network(x, from: initial, lengths: reference.lengths)
    #expect(inference.output == output && inference.state.tensors == final.tensors, sourceLocation: sourceLocation)
}

/// Output and gradients of a network that begins with zeros: `forward` gives its output and the backward pass.
public func check<Network: Parameterized>(
    _ reference: Reference, _ fresh: Network, sourceLocation: SourceLocation = #_sourceLocation,
    forward: (Network, Tensor<Double>) -> (Tensor<Double>, (Tensor<Double>) -> Gradients<Double, Network>)
) where Network.Scalar == Double {
    let name = reference.name.text
    let network = fresh.with(reference.parameters, sourceLocation: sourceLocation)
    let (output, backward) = forward(network, reference.input.tensor)
    let gradient = backward(reference.upstream.tensor)
    expectClose(output, reference.output.tensor, 1e-12, "\(name), output", sourceLocation: sourceLocation)
    expectClose(
        gradient.input, reference.inputGradient.tensor, 1e-12, "\(name), gradient of the input",
        sourceLocation: sourceLocation)
    gradient.layer.expectClose(to: reference.gradients, "\(name), gradient", sourceLocation: sourceLocation)
}

/// Two layers, one reading the outputs of the other.
public func checkStacked<Cell: RecurrentCell>(_ reference: Reference, _ cell: (_ inputs: Int, _ hidden: Int) -> Cell)
where Cell.Scalar == Double {
    let (inputs, hidden) = reference.sizes
    check(
        reference,
        Sequential {
            Unfolded(cell(inputs, hidden))
            Unfolded(cell(hidden, hidden))
        }
    ) { network, x in
        var network = network
        let (output, backward) = network.forward(x)
        return (output, { backward($0) })
    }
}

/// Two directions over the same input.
public func checkBidirectional<Cell: RecurrentCell>(_ reference: Reference, _ cell: (_ inputs: Int, _ hidden: Int) -> Cell)
where Cell.Scalar == Double {
    let (inputs, hidden) = reference.sizes
    check(reference, Bidirectional(forwards: cell(inputs, hidden), backwards: cell(inputs, hidden))) { network, x in
        let (output, _, backward) = network.forward(x, lengths: reference.lengths)
        return (output, { backward($0, nil) })
    }
}

/// The losses of five steps of gradient descent, with clipping if the case has it, and the parameters at the end.
public func checkTraining<Cell: RecurrentCell>(_ reference: Reference, _ cell: (_ inputs: Int, _ hidden: Int) -> Cell)
where Cell.Scalar == Double {
    let name = reference.name.text, (inputs, hidden) = reference.sizes
    var random = Random(seed: 1)
    func named(_ name: String) -> String {
        name.hasPrefix("0.") ? String(name.dropFirst(2)) : "head." + name.dropFirst(2)
    }
    var network = Sequential {
        Unfolded(cell(inputs, hidden))
        LastStep<Double>()
        Dense<Double>(hidden, 3, random: &random)
    }.with(reference.parameters, named: named)
    var optimizer = GradientDescent(for: network, learningRate: reference.learningRate.number)
    #expect(reference.losses.list.count == reference.norms.list.count + 1)
    for (step, expected) in reference.losses.list.enumerated() {
        let (logits, backward) = network.forward(reference.input.tensor)
        let (loss, logitsGradient) = softmaxCrossEntropy(logits, reference.labels.integers)
        expectClose(loss, expected.number, 1e-12, "\(name), loss \(step)")
        guard step < reference.norms.list.count else { break }
        var gradient = backward(logitsGradient).layer
        let norm = reference.norms.list[step].number
        expectClose(gradient.parameterNorm, norm, 1e-12, "\(name), norm \(step)")
        if let limit = reference[ifPresent: "clip"]?.number {
            #expect(norm > limit)
            gradient.clip(norm: limit)
        }
        optimizer.update(&network, along: gradient)
    }
    network.expectClose(to: reference.finalParameters, "\(name), at the end", named: named)
}
