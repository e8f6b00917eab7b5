// The cliff: a generic formula on vectors that the compiler does not specialise for `Float` runs hundreds of times slower,
// gives the same numbers, and nothing warns. So the time of every cell is compared with that of one plain pass, x², over as
// many numbers in the same process: machine and load cancel, and no time in seconds is asked for.

import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("No cell falls off the cliff of missing specialisation", .serialized, .uninstrumented)
struct SpecializationTests {
    /// Sequences of 16 steps of 16 inputs, 64 of them, 16,384 numbers.
    private let x: Tensor<Float> = {
        var random = Random(seed: 1)
        return random.normal([16, 64, 16])
    }()

    /// Expects a layer to last at most as long as `limit` plain passes, forwards and backwards together, and inference half
    /// of that.
    ///
    /// Measured on AVX2 in passes, both ways together and inference: plain cells 290…370 and 97…121, gated ones 590…770 and
    /// 160…210, two directions 600…770 and 200…250, a dense layer at each step 19 and 6, repeating 5…7 and 4…6. A single
    /// elementwise pass that is not specialised lasts as long as 780, and a gated cell has six.
    private func check<L: Layer>(
        _ name: String, _ layer: L, _ input: Tensor<Float>? = nil, limit: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) where L.Scalar == Float {
        expectNoCliff(name, layer, input ?? x, plain: x, limit: limit, runs: 40, sourceLocation: sourceLocation)
    }

    @Test("cells with as many hidden units as inputs") func cells() {
        var random = Random(seed: 1)
        for activation in RNNCell<Float>.Activation.allCases {
            check("RNNCell, \(activation)", Unfolded(RNNCell(16, 16, activation: activation, random: &random)), limit: 1000)
        }
        for resetGate in GRUCell<Float>.ResetGate.allCases {
            check("GRUCell, \(resetGate)", Unfolded(GRUCell(16, 16, resetGate: resetGate, random: &random)), limit: 2500)
        }
        check(
            "Bidirectional",
            Bidirectional(forwards: RNNCell(16, 16, random: &random), backwards: RNNCell(16, 16, random: &random)),
            limit: 2000)
    }

    @Test("what stands before and behind them") func others() {
        var random = Random(seed: 1)
        check("LastStep", LastStep(), limit: 30)
        check("Repeated", Repeated(steps: 16), x[0], limit: 80)
        check("EachStep", EachStep(Dense(16, 16, random: &random)), limit: 200)
    }
}
