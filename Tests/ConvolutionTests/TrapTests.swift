// A programmer's mistake ends the program with a sentence that names the layer, what it was given and what it expected,
// with the arithmetic where there is one. Each runs in a process of its own.

import Convolution
import TestTools
import Testing

@Suite("Mistakes end with a sentence")
struct TrapTests {
    // MARK: Windows

    @Test("a size of three numbers") func size() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MaxPool2D([2, 2, 2])
            }, says: "Size2D: rows and columns are needed, but [2, 2, 2] was given")
    }

    @Test("a window without taps, a stride or a dilation of zero, negative padding") func window() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Window2D([3, 0])
            }, says: "Window2D: the size must be at least 1×1, but it is 3×0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv2D(1, 1, kernel: 3, stride: [0, 1], random: &random)
            }, says: "Window2D: the stride must be at least 1×1, but it is 0×1")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv1D(1, 1, kernel: 3, dilation: 0, random: &random)
            }, says: "Window2D: the dilation must be at least 1×1, but it is 1×0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Window2D(3, padding: .explicit(top: 1, bottom: 1, left: -1, right: 1))
            }, says: "Window2D: padding is not negative, but it is 1, 1, -1, 1")
    }

    @Test("a window that is larger than the image, with the arithmetic") func nothingLeft() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv2D(1, 2, kernel: 5, random: &random)(Tensor(zeros: [1, 3, 9, 1]))
            }, says: "Conv2D(1, 2, kernel: 5×5): nothing is left of 3 rows: 3 − 5 + 1 = -1")
        // Three taps, 4 apart, span 9: with a padding of 2 together, 5 + 2 − 9 = −2, and half of that rounded down is −1.
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let layer = Conv2D(
                    1, 2, kernel: 3, stride: 2, padding: .explicit(1), dilation: [1, 4], random: &random)
                _ = layer.outputShape(for: [1, 5, 5, 1])
            }, says: "Conv2D(1, 2, kernel: 3×3): nothing is left of 5 columns: ⌊(5 + 2 − 9) / 2⌋ + 1 = 0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MaxPool2D(2).outputShape(for: [1, 1, 4, 3])
            }, says: "MaxPool2D(2×2): nothing is left of 1 rows: ⌊(1 − 2) / 2⌋ + 1 = 0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = AveragePool2D([1, 7], stride: 3)(Tensor(zeros: [1, 1, 2, 3]))
            }, says: "AveragePool2D(1×7): nothing is left of 2 columns: ⌊(2 − 7) / 3⌋ + 1 = -1")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv1D(1, 1, kernel: 5, random: &random)(Tensor(zeros: [1, 3, 1]))
            }, says: "Conv1D(1, 1, kernel: 5): nothing is left of 3 times: 3 − 5 + 1 = -1")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let layer = ConvTranspose2D(
                    1, 1, kernel: 3, stride: 2, padding: .explicit(2), outputPadding: [0, 1], random: &random)
                _ = layer(Tensor(zeros: [1, 1, 1, 1]))
            }, says: "ConvTranspose2D(1, 1, kernel: 3×3): nothing is left of 1 rows: (1 − 1) · 2 + 3 − 4 + 0 = -1")
    }

    // MARK: Convolutions

    @Test("a weight and a bias that do not fit together") func parameters() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Conv2D<Float>(weight: Tensor(zeros: [3, 3, 2, 4]), bias: Tensor(zeros: [2]))
            },
            says: "Conv2D: a weight [rows, columns, inputs / groups, outputs] and a bias [outputs] are needed, not "
                + "[3, 3, 2, 4] and [2]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Conv1D<Float>(weight: Tensor(zeros: [3, 3, 2, 4]), bias: Tensor(zeros: [4]))
            },
            says: "Conv1D: a weight [taps, inputs / groups, outputs] and a bias [outputs] are needed, not [3, 3, 2, 4] "
                + "and [4]")
        // The order of the channels is that of the convolution it is the adjoint of.
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = ConvTranspose2D<Float>(weight: Tensor(zeros: [3, 3, 2, 4]), bias: Tensor(zeros: [4]))
            },
            says: "ConvTranspose2D: a weight [rows, columns, outputs / groups, inputs] and a bias [outputs] are needed, "
                + "not [3, 3, 2, 4] and [4]")
    }

    @Test("groups into which the channels cannot be divided") func groups() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv2D(3, 4, kernel: 3, groups: 2, random: &random)
            }, says: "Conv2D: 3 inputs and 4 outputs cannot be divided into 2 equal groups")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv2D<Double>(3, 4, kernel: 3, groups: 0, random: &random)
            }, says: "Conv2D: 3 inputs and 4 outputs cannot be divided into 0 equal groups")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv1D(4, 3, kernel: 3, groups: 2, random: &random)
            }, says: "Conv1D: 4 inputs and 3 outputs cannot be divided into 2 equal groups")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D(4, 6, kernel: 3, groups: 4, random: &random)
            }, says: "ConvTranspose2D: 4 inputs and 6 outputs cannot be divided into 4 equal groups")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Conv2D<Float>(weight: Tensor(zeros: [3, 3, 2, 5]), bias: Tensor(zeros: [5]), groups: 2)
            }, says: "Conv2D: 5 outputs cannot be divided into 2 equal groups")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Conv1D<Float>(weight: Tensor(zeros: [3, 2, 5]), bias: Tensor(zeros: [5]), groups: -1)
            }, says: "Conv1D: 5 outputs cannot be divided into -1 equal groups")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = ConvTranspose2D<Float>(weight: Tensor(zeros: [3, 3, 2, 5]), bias: Tensor(zeros: [4]), groups: 2)
            }, says: "ConvTranspose2D: 5 inputs cannot be divided into 2 equal groups")
    }

    @Test("output padding as large as the stride, and beside padding same") func outputPadding() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D(1, 1, kernel: 3, stride: 2, outputPadding: [1, 2], random: &random)
            },
            says: "ConvTranspose2D: output padding is at least 0, smaller than the stride, and 0 if the padding is same, "
                + "but it is 1×2 with a stride of 2×2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D(1, 1, kernel: 3, stride: 2, padding: .same, outputPadding: 1, random: &random)
            },
            says: "ConvTranspose2D: output padding is at least 0, smaller than the stride, and 0 if the padding is same, "
                + "but it is 1×1 with a stride of 2×2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D(1, 1, kernel: 3, stride: 2, outputPadding: [-1, 0], random: &random)
            }, says: "but it is -1×0 with a stride of 2×2")
    }

    @Test("images that are none, or have other channels, or are sequences") func images() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv2D(3, 4, kernel: [3, 5], random: &random)(Tensor(zeros: [2, 8, 8, 1]))
            },
            says: "Conv2D(3, 4, kernel: 3×5): images [batch, rows, columns, 3] are expected, but the shape is [2, 8, 8, 1]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                var layer = Conv2D(1, 4, kernel: 3, random: &random)
                _ = layer.forward(Tensor(zeros: [2, 784]))
            }, says: "Conv2D(1, 4, kernel: 3×3): images [batch, rows, columns, 1] are expected, but the shape is [2, 784]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Conv1D(2, 3, kernel: 3, random: &random)(Tensor(zeros: [4, 5, 3]))
            }, says: "Conv1D(2, 3, kernel: 3): sequences [batch, time, 2] are expected, but the shape is [4, 5, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = ConvTranspose2D(3, 4, kernel: 3, random: &random).outputShape(for: [4, 5, 5, 4])
            },
            says: "ConvTranspose2D(3, 4, kernel: 3×3): images [batch, rows, columns, 3] are expected, but the shape is "
                + "[4, 5, 5, 4]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MaxPool2D(2)(Tensor(zeros: [4, 5, 5]))
            }, says: "MaxPool2D(2×2): images [batch, rows, columns, channels] are expected, but the shape is [4, 5, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = AveragePool2D(2)(Tensor(zeros: [4, 5]))
            }, says: "AveragePool2D(2×2): images [batch, rows, columns, channels] are expected, but the shape is [4, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = GlobalAveragePool2D()(Tensor(zeros: [4, 5]))
            }, says: "GlobalAveragePool2D: images [batch, rows, columns, channels] are expected, but the shape is [4, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Upsampling2D(2)(Tensor(zeros: [4, 5]))
            }, says: "Upsampling2D(2×2): images [batch, rows, columns, channels] are expected, but the shape is [4, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                var layer = Dropout2D(0.5, random: &random)
                _ = layer.forward(Tensor(zeros: [4, 5]))
            }, says: "Dropout2D: images [batch, rows, columns, channels] are expected, but the shape is [4, 5]")
    }

    @Test("layers of a network that do not fit, when its summary is asked for") func summary() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let network = Sequential {
                    Conv2D(1, 4, kernel: 3, random: &random)
                    MaxPool2D(2)
                    Dense(36, 3, random: &random)
                }
                _ = network.summary(inputShape: [8, 8, 1])
            }, says: "Dense(36, 3): an input [batch, 36] is expected, but its shape is [1, 3, 3, 4]")
    }

    // MARK: The other layers

    @Test("padding as large as the window in pooling, where a window would see nothing else") func poolPadding() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = MaxPool2D(2, padding: .explicit(2))
            },
            says: "MaxPool2D: padding must be smaller than the window 2×2, or a window would see nothing else, but it is "
                + "2, 2, 2, 2")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = AveragePool2D<Double>([3, 2], padding: .explicit(top: 2, bottom: 0, left: 0, right: 2))
            },
            says: "AveragePool2D: padding must be smaller than the window 3×2, or a window would see nothing else, but it "
                + "is 2, 0, 0, 2")
    }

    @Test("the mean of images without pixels") func noPixels() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = GlobalAveragePool2D()(Tensor(zeros: [4, 0, 5, 3]))
            }, says: "GlobalAveragePool2D: images of 0×5 pixels have no mean")
    }

    @Test("upsampling by nothing") func factor() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Upsampling2D([2, 0])
            }, says: "Upsampling2D: the factor must be at least 1×1, but it is 2×0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Upsampling2D<Double>(-1, .bilinear)
            }, says: "Upsampling2D: the factor must be at least 1×1, but it is -1×-1")
    }

    @Test("shapes that cannot be arranged otherwise") func shapes() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Flatten()(Tensor(3))
            }, says: "Flatten: examples [batch, …] are expected, but the shape is []")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Reshape([3, 4, 2])(Tensor(zeros: [5, 25]))
            }, says: "Reshape: an example of shape [25] cannot be arranged as [3, 4, 2]")
    }

    @Test("normalization of other channels, of a single value, with a momentum or an epsilon of zero")
    func normalization() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = BatchNorm(3)(Tensor(zeros: [5, 4, 4, 2]))
            }, says: "BatchNorm(3): an input [batch, …, 3] is expected, but its shape is [5, 4, 4, 2]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var layer = BatchNorm<Double>(3)
                _ = layer.forward(Tensor(zeros: [3]))
            }, says: "BatchNorm(3): an input [batch, …, 3] is expected, but its shape is [3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var layer = BatchNorm(3)
                _ = layer.forward(Tensor(zeros: [1, 1, 1, 3]))
            },
            says: "BatchNorm: the variance of a single value per channel is no use: more than one is needed, but the shape "
                + "is [1, 1, 1, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = BatchNorm(3, momentum: 0)
            }, says: "BatchNorm: momentum must be in (0, 1], but it is 0.0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = BatchNorm<Double>(3, momentum: 1.5)
            }, says: "BatchNorm: momentum must be in (0, 1], but it is 1.5")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = BatchNorm(3, epsilon: 0)
            }, says: "BatchNorm: epsilon guards against division by zero and must be positive and finite, but it is 0.0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = LayerNorm(3, epsilon: -1)
            }, says: "LayerNorm: epsilon guards against division by zero and must be positive and finite, but it is -1.0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = LayerNorm(3)(Tensor(zeros: [5, 4]))
            }, says: "LayerNorm(3): an input […, 3] is expected, but its shape is [5, 4]")
    }

    @Test("dropping every map, or a negative share") func dropoutRate() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Dropout2D(1, random: &random)
            }, says: "Dropout2D: the rate is a probability in [0, 1), but it is 1.0")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Dropout2D<Double>(-0.1, random: &random)
            }, says: "Dropout2D: the rate is a probability in [0, 1), but it is -0.1")
    }

    @Test("saliency of what is no image, of scores that are none, of too few classes") func saliencies() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = saliency(of: Flatten(), at: Tensor(zeros: [2, 9]), for: [0, 1])
            }, says: "saliency: images [batch, rows, columns, channels] are expected, but the shape is [2, 9]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = saliency(of: MaxPool2D(2), at: Tensor(zeros: [2, 4, 4, 1]), for: [0, 1])
            },
            says: "saliency: scores [batch, classes] and one class for each image are needed, but the scores' shape is "
                + "[2, 2, 2, 1] and there are 2 classes")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = saliency(of: Flatten(), at: Tensor(zeros: [2, 3, 3, 1]), for: [0])
            },
            says: "saliency: scores [batch, classes] and one class for each image are needed, but the scores' shape is "
                + "[2, 9] and there are 1 classes")
    }
}
