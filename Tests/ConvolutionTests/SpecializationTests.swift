// The cliff: a generic formula on vectors that the compiler does not specialise for `Float` runs hundreds of times slower,
// gives the same numbers, and nothing warns. So the time of every layer is compared with that of one plain pass, x², over as
// many numbers in the same process: machine and load cancel, and no time in seconds is asked for.

import Convolution
import TestTools
import Testing

@Suite("No layer falls off the cliff of missing specialisation", .serialized, .uninstrumented)
struct SpecializationTests {
    /// Images of 16×16 pixels and 16 channels, 16,384 numbers.
    private let x: Tensor<Float> = {
        var random = Random(seed: 1)
        return random.normal([4, 16, 16, 16])
    }()

    /// Expects a layer to last at most as long as `limit` plain passes, forwards and backwards together, and inference half
    /// of that.
    ///
    /// Measured on AVX2 in passes, both ways together and inference: convolutions with 16 outputs 44…109 and 14…35, few
    /// outputs 30…44 and 13…20, depthwise 36 and 14, sequences 37…51 and 14…18, transposed 142…228 and 48…78; max pooling
    /// 4…5 and 2, average pooling 15…18 and 7, upsampling 37…47 and 20…27; batch normalization 33…38 and 5, layer
    /// normalization, which reduces rows of 16, 98…119 and 43…55, dropout 5. Without specialisation of the tensor's own
    /// functions: convolutions 2700 and 1700, 2200 and 1100, 1250 and 410, 2100 and 690, 11,700 and 3900, max pooling 270 and
    /// 106, average pooling 173 and 81, upsampling 670…1100 and 350…580; a single elementwise pass of a normalization 780.
    private func check<L: Layer>(
        _ name: String, _ layer: L, _ input: Tensor<Float>? = nil, limit: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) where L.Scalar == Float {
        expectNoCliff(name, layer, input ?? x, plain: x, limit: limit, sourceLocation: sourceLocation)
    }

    @Test("convolutions") func convolutions() {
        var random = Random(seed: 1)
        check("16 outputs", Conv2D(16, 16, kernel: 3, padding: .same, random: &random), limit: 600)
        check("few outputs", Conv2D(16, 2, kernel: 3, padding: .same, random: &random), limit: 300)
        check("depthwise", Conv2D(16, 16, kernel: 3, padding: .same, groups: 16, random: &random), limit: 300)
        check(
            "sequences", Conv1D(16, 16, kernel: 3, padding: .same, random: &random), x.reshaped([4, 256, 16]), limit: 300)
        check("transposed", ConvTranspose2D(16, 16, kernel: 4, stride: 2, padding: .same, random: &random), limit: 1200)
    }

    @Test("pooling and upsampling") func pooling() {
        check("MaxPool2D", MaxPool2D(2), limit: 60)
        check("AveragePool2D", AveragePool2D(2), limit: 80)
        check("GlobalAveragePool2D", GlobalAveragePool2D(), limit: 30)
        check("nearest", Upsampling2D(2), limit: 250)
        check("bilinear", Upsampling2D(2, .bilinear), limit: 250)
    }

    @Test("flattening, normalization, dropout") func others() {
        var random = Random(seed: 1)
        check("Flatten", Flatten(), limit: 10)
        check("Reshape", Reshape([32, 128]), limit: 10)
        check("BatchNorm", BatchNorm(16), limit: 200)
        check("LayerNorm", LayerNorm(16), limit: 500)
        check("Dropout2D", Dropout2D(0.5, random: &random), limit: 60)
    }
}
