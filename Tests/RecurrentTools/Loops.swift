// Unfolding as plain loops over `Double`, one sequence at a time and without padding; a cell's step is written beside its
// tests. Nothing of the chapters is used here but weights.

import Foundation
import Recurrent
import TestTools
import Testing

/// The numbers of one step of one sequence.
public typealias Row = [Double]

public enum Loops {
    /// x·W + h·U + b.
    public static func sum(_ weights: RecurrentWeights<Double>, _ x: Row, _ h: Row) -> Row {
        (0..<weights.bias.count).map { unit in
            var sum = weights.bias[element: unit]
            for (place, x) in x.enumerated() { sum += x * weights.input[place, unit] }
            for (place, h) in h.enumerated() { sum += h * weights.recurrent[place, unit] }
            return sum
        }
    }

    public static func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

    /// Every sequence by itself, from its first step to its last or the other way round. Where a shorter one has no step
    /// its output is the state that it has there: read forwards the last, read backwards the first.
    ///
    /// - Parameter step: from the input and the states to the states; the last of them is the output.
    public static func unfolded(
        _ x: Tensor<Double>, from initial: [Tensor<Double>], lengths: [Int]?, backwards: Bool,
        step: (_ x: Row, _ state: [Row]) -> [Row]
    ) -> (output: Tensor<Double>, state: [Tensor<Double>]) {
        let (time, batch, units) = (x.shape[0], x.shape[1], initial[0].shape[1])
        var outputs = [[Row]](repeating: [Row](repeating: [], count: batch), count: time)
        var final = initial.map { _ in Row() }
        for sequence in 0..<batch {
            var state = initial.map { $0[sequence].scalars }
            let length = lengths?[sequence] ?? time
            for t in length..<time where backwards { outputs[t][sequence] = state.last! }
            for t in backwards ? (0..<length).reversed() : Array(0..<length) {
                state = step(x[t][sequence].scalars, state)
                outputs[t][sequence] = state.last!
            }
            for t in length..<time where !backwards { outputs[t][sequence] = state.last! }
            for place in final.indices { final[place] += state[place] }
        }
        return (
            Tensor(outputs.flatMap { $0.flatMap { $0 } }, shape: [time, batch, units]),
            final.map { Tensor($0, shape: [batch, units]) }
        )
    }
}

/// Expects of an unfolded cell what its step as plain loops gives: outputs and final state, of training and of inference, in
/// both directions, with and without lengths.
public func expectLoops<Cell: RecurrentCell>(
    _ fresh: Cell, _ random: inout Random, sourceLocation: SourceLocation = #_sourceLocation,
    _ step: (_ cell: Cell, _ x: Row, _ state: [Row]) -> [Row]
) where Cell.Scalar == Double {
    let cell = fresh.moved(&random), (time, batch) = (random.integer(in: 3...8), random.integer(in: 2...5))
    let x: Tensor<Double> = random.normal([time, batch, cell.inputCount], standardDeviation: 1.5)
    let initial = random.state(of: cell, batch)
    for (lengths, isBackwards) in [
        (nil, false), (nil, true), (random.lengths(batch, upTo: time), false), (random.lengths(batch, upTo: time), true),
    ] {
        let expected = Loops.unfolded(x, from: initial, lengths: lengths, backwards: isBackwards) { step(cell, $0, $1) }
        let network = Unfolded(cell, direction: isBackwards ? .backwards : .forwards)
        let (output, state) = network(x, from: Cell.State(tensors: initial), lengths: lengths)
        let trained = network.forward(x, from: Cell.State(tensors: initial), lengths: lengths)
        let what = "\(x.shape), \(cell.hiddenCount) units, \(lengths ?? []), \(network.direction)"
        expectClose(output, expected.output, 1e-12, what, sourceLocation: sourceLocation)
        #expect(state.tensors.count == expected.state.count, sourceLocation: sourceLocation)
        for (tensor, expected) in zip(state.tensors, expected.state) {
            expectClose(tensor, expected, 1e-12, "state, " + what, sourceLocation: sourceLocation)
        }
        #expect(trained.output == output && trained.state.tensors == state.tensors, sourceLocation: sourceLocation)
        #expect(network.outputShape(for: x.shape) == output.shape, sourceLocation: sourceLocation)
        if lengths == nil {
            let trace = network.trace(x, from: Cell.State(tensors: initial))
            #expect(trace.after.output == output, sourceLocation: sourceLocation)
        }
    }
    // As a layer it begins with zeros.
    let zeros = initial.map { Tensor<Double>(zeros: $0.shape) }
    let expected = Loops.unfolded(x, from: zeros, lengths: nil, backwards: false) { step(cell, $0, $1) }
    expectClose(Unfolded(cell)(x), expected.output, 1e-12, sourceLocation: sourceLocation)
}
