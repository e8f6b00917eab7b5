// The cliff: a generic formula on vectors that the compiler does not specialise for `Float` runs hundreds of times slower,
// gives the same numbers, and nothing warns. So the time of every cell is compared with that of one plain pass, x², over as
// many numbers in the same process: machine and load cancel, and no time in seconds is asked for.

import LSTM
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
    /// Measured on AVX2 in passes, both ways together and inference: 805…815 and 217…225, with peepholes 965…1270 and
    /// 264…328, two directions 1880…2190 and 512…626. A single elementwise pass that is not specialised lasts as long as
    /// 780, and this cell has nine.
    private func check<L: Layer>(
        _ name: String, _ layer: L, _ input: Tensor<Float>? = nil, limit: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) where L.Scalar == Float {
        expectNoCliff(name, layer, input ?? x, plain: x, limit: limit, runs: 40, sourceLocation: sourceLocation)
    }

    @Test("the cell with peepholes and without, with as many hidden units as inputs") func cells() {
        var random = Random(seed: 1)
        check("LSTMCell", Unfolded(LSTMCell(16, 16, random: &random)), limit: 3000)
        check("with peepholes", Unfolded(LSTMCell(16, 16, peepholes: true, random: &random)), limit: 4000)
        check(
            "Bidirectional",
            Bidirectional(forwards: LSTMCell(16, 16, random: &random), backwards: LSTMCell(16, 16, random: &random)),
            limit: 6000)
    }
}
