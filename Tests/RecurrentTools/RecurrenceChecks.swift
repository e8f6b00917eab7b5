// The fast network held against the two loops that the chapter shows.

import Recurrent
import TestTools
import Testing

/// Expects of `Unfolded` what the loops give: states, gates, outputs, and the gradients of inputs, first state and parameters.
/// The batch is large enough to be shared among threads.
public func expectSameAsLoops<Cell: RecurrentCell>(
    _ cell: Cell, _ random: inout Random, sourceLocation: SourceLocation = #_sourceLocation
) where Cell.Scalar == Double {
    let x = sharedInput(of: cell, time: 150, &random)
    let start = Cell.State(tensors: random.state(of: cell, x.shape[1]))
    let upstream: Tensor<Double> = random.normal([x.shape[0], x.shape[1], cell.hiddenCount])
    let finalUpstream = Cell.State(tensors: random.state(of: cell, x.shape[1]))

    let loops = cell.forwardThroughTime(x, from: start)
    let expected = cell.backwardThroughTime(x, loops, upstream, finalUpstream)
    let network = Unfolded(cell)
    let (output, state, backward) = network.forward(x, from: start)
    let gradients = backward(upstream, finalUpstream), trace = network.trace(x, from: start)

    func expect(_ found: [Tensor<Double>], _ loops: [Tensor<Double>], _ tolerance: Double, _ what: String) {
        #expect(found.count == loops.count, sourceLocation: sourceLocation)
        for (a, b) in zip(found, loops) { expectClose(a, b, tolerance, what, sourceLocation: sourceLocation) }
    }
    expect([output], [.stack(loops.map(\.after.output))], 1e-13, "outputs")
    expect(state.tensors, loops.last!.after.tensors, 1e-13, "final state")
    for t in [0, 1, x.shape[0] - 1] {
        expect(trace[t].before.tensors, loops[t].before.tensors, 1e-13, "state before step \(t)")
        expect(trace[t].gates.tensors, loops[t].gates.tensors, 1e-13, "gates of step \(t)")
    }
    expect([gradients.input], [expected.input], 1e-12, "gradient of the inputs")
    expect(gradients.state.tensors, expected.state.tensors, 1e-12, "gradient of the first state")
    for parameter in cell.parameters {
        expect(
            [gradients.layer.cell[keyPath: parameter.path]], [expected.cell[keyPath: parameter.path]], 1e-11, parameter.name)
    }
    // Without a final gradient, and read by nobody but the final state.
    let ofOutputs = cell.backwardThroughTime(x, loops, upstream), ofState = backward(nil, finalUpstream)
    expect([backward(upstream, nil).input], [ofOutputs.input], 1e-12, "gradient of the inputs, of outputs alone")
    let none = Tensor<Double>(zeros: upstream.shape)
    expect(
        [ofState.input], [cell.backwardThroughTime(x, loops, none, finalUpstream).input], 1e-12,
        "gradient of the inputs, of the final state alone")
}
