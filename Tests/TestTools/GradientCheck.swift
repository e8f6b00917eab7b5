// What the chapters' gradient checks have in common.

import FeedForward
import Testing

/// Expects a check to have compared so many numbers and to have found no relative error above 10⁻⁷.
public func expectPassed(
    _ report: GradientReport, comparing count: Int, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(report.passed, "\(report)", sourceLocation: sourceLocation)
    #expect(report.largestRelativeError <= 1e-7, "\(report)", sourceLocation: sourceLocation)
    #expect(report.compared == count, sourceLocation: sourceLocation)
}

/// Expects a layer's backward pass to agree with central differences, in every number of the input and of every parameter.
public func expectGradients<L: Layer>(
    of layer: L, at input: Tensor<Double>, seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) where L.Scalar == Double {
    expectPassed(
        checkGradients(of: layer, at: input, seed: seed), comparing: input.count + layer.parameterCount,
        sourceLocation: sourceLocation)
}

/// The same at a random input.
public func expectGradients<L: Layer>(
    of layer: L, _ shape: [Int], seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) where L.Scalar == Double {
    var random = Random(seed: seed &+ 1000)
    expectGradients(
        of: layer, at: random.normal(shape, standardDeviation: 1.5), seed: seed, sourceLocation: sourceLocation)
}
