// How tests notice a generic formula that has fallen off the cliff of missing specialisation: by its time beside that of a
// plain pass, in the same process, so that machine and load cancel.

import FeedForward
import Testing

/// The shortest of many runs, in seconds: the one that nothing disturbed.
@inlinable
public func shortest(of runs: Int = 60, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    return (0..<runs).map { _ in clock.measure(body) / .seconds(1) }.min() ?? .infinity
}

/// Expects a layer to last at most as long as `limit` passes x² over `plain`, forwards and backwards together, and inference
/// half of that.
@inlinable
public func expectNoCliff<L: Layer>(
    _ name: String, _ layer: L, _ input: Tensor<Float>, plain: Tensor<Float>, limit: Double, runs: Int = 60,
    sourceLocation: SourceLocation = #_sourceLocation
) where L.Scalar == Float {
    var (layer, sink) = (layer, plain)
    let pass = shortest(of: runs) { sink = map(plain) { $0 * $0 } }
    let upstream = layer(input)
    let both = shortest(of: runs) {
        let (_, backward) = layer.forward(input)
        _ = backward(upstream)
    } / pass
    let inference = shortest(of: runs) { sink = layer(input) } / pass
    #expect(both <= limit, "\(name) lasts as long as \(both) passes", sourceLocation: sourceLocation)
    #expect(
        inference <= limit / 2, "inference of \(name) lasts as long as \(inference) passes", sourceLocation: sourceLocation)
    _ = sink
}
