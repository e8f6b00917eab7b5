// What chapter 3.2 claims about convolutional networks (Docs/Claims.md), claim by claim; all of it but what takes training.

import Convolution
import Foundation
import TestTools
import Testing

extension Tensor {
    /// Part of all images: `size` pixels from a row and a column on.
    fileprivate func crop(_ row: Int, _ column: Int, _ size: Size2D) -> Tensor {
        slice(along: 1, row..<row + size.rows).slice(along: 2, column..<column + size.columns)
    }
}

@Suite("Chapter 3.2: what a convolution is")
struct ConvolutionBehaviourTests {
    // Dark on the left and bright from the fifth column on. Sobel's kernel for edges that run up and down weighs the right
    // column of a window with 1 2 1 and the left one with −1 −2 −1, so it gives 4 where a window has one in the dark and one
    // in the light, which is at the third and fourth place, and 0 elsewhere; turned on its side it finds nothing.
    @Test("a Sobel kernel finds an edge, where it is and which way it runs", .claim("A3.2.1-1")) func sobel() {
        let x = Tensor<Float>(shape: [1, 7, 8, 1]) { $0[2] >= 4 ? 1 : 0 }
        let kernel = Tensor<Float>([-1, 0, 1, -2, 0, 2, -1, 0, 1], shape: [3, 3, 1, 1])
        let upright = Conv2D(weight: kernel, bias: Tensor(zeros: [1]))
        let lying = Conv2D(weight: kernel.permuted([1, 0, 2, 3]), bias: Tensor(zeros: [1]))
        let edge = Tensor<Float>(shape: [1, 5, 6, 1]) { [2, 3].contains($0[2]) ? 4 : 0 }
        #expect(upright(x) == edge)
        #expect(lying(x) == Tensor(zeros: [1, 5, 6, 1]))
        // Of the image on its side, the other way round; and from bright to dark with the other sign.
        let turned = x.permuted([0, 2, 1, 3])
        #expect(lying(turned) == edge.permuted([0, 2, 1, 3]) && upright(turned) == Tensor(zeros: [1, 6, 5, 1]))
        #expect(upright(1 - x) == -edge)
        // Not turned round: as mathematics has it, the sign would be the other.
        let mathematical = Conv2D(weight: Tensor(kernel.scalars.reversed(), shape: [3, 3, 1, 1]), bias: Tensor(zeros: [1]))
        #expect(mathematical(x) == -edge)
    }

    @Test("an output is the dot product of the kernel with what the window sees, plus the bias", .claim("A3.2.1-1"))
    func dotProduct() {
        var random = Random(seed: 2)
        let layer: Conv2D<Double> = random.convolution(3, 5, Window2D([2, 4]))
        let x: Tensor<Double> = random.normal([2, 6, 7, 3])
        let y = layer(x)
        for (image, i, j) in [(0, 0, 0), (1, 4, 3), (0, 2, 1)] {
            let seen = x.crop(i, j, [2, 4])[image].reshaped([1, -1])
            let output = (seen • layer.weight.reshaped([-1, 5])).reshaped([5]) + layer.bias
            for o in 0..<5 { expectClose(y[image, i, j, o], output[element: o], 1e-14) }
        }
    }

    @Test(
        "shifting the input shifts the maps, bit for bit, away from the edges", .claim("A3.2.1-2"),
        arguments: [(1, 3, 1), (3, 1, 1), (16, 2, 1), (3, 17, 1), (5, 33, 1), (4, 4, 4), (17, 17, 17), (32, 4, 2)]
            as [(Int, Int, Int)])
    func equivariance(inputs: Int, outputs: Int, groups: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type, _ window: Window2D, _ random: inout Random) {
            let layer: Conv2D<Scalar> = random.convolution(inputs, outputs, window, groups: groups)
            let large: Tensor<Scalar> = random.normal([2, 26, 29, inputs])
            let size: Size2D = [18, 19]
            // The second image is the first, moved up by two and left by three places of the map.
            let a = layer(large.crop(0, 0, size))
            let b = layer(large.crop(2 * window.stride.rows, 3 * window.stride.columns, size))
            // So many places at the edge may see padding.
            let edge =
                window.padding == .valid
                ? (0, 0)
                : (
                    (window.span.rows - 1) / window.stride.rows + 1,
                    (window.span.columns - 1) / window.stride.columns + 1
                )
            let inside = Size2D(a.shape[1] - 2 - 2 * edge.0, a.shape[2] - 3 - 2 * edge.1)
            #expect(inside.rows > 0 && inside.columns > 0)
            #expect(a.crop(2 + edge.0, 3 + edge.1, inside) == b.crop(edge.0, edge.1, inside), "\(window)")
            #expect(a.crop(edge.0, edge.1, inside) != b.crop(edge.0, edge.1, inside))
        }
        var random = Random(seed: UInt64(inputs * 100 + outputs))
        for window in [
            Window2D(3), Window2D([2, 4], padding: .same), Window2D(3, stride: 2), Window2D(3, padding: .same, dilation: 2),
            Window2D([3, 4], stride: [2, 1], padding: .explicit(1)),
        ] {
            check(Float.self, window, &random)
            check(Double.self, window, &random)
        }
    }

    @Test("through a whole network, by as many pixels as its strides make a step", .claim("A3.2.1-2"))
    func equivarianceOfNetwork() {
        var random = Random(seed: 3)
        let network = Sequential {
            Conv2D(2, 8, kernel: 3, random: &random)
            ReLU()
            MaxPool2D(2)
            Conv2D(8, 4, kernel: 3, random: &random)
            Tanh()
            AveragePool2D(2)
        }
        let step = network.receptiveField.stride
        #expect(step == 4)
        let large: Tensor<Float> = random.normal([3, 40, 40, 2])
        let a = network(large.crop(0, 0, 30)), b = network(large.crop(2 * step.rows, step.columns, 30))
        #expect(a.shape == [3, 6, 6, 4])
        #expect(a.crop(2, 1, [4, 5]) == b.crop(0, 0, [4, 5]))
        // By a pixel less, and what pooling throws away is not the same.
        #expect(network(large.crop(2 * step.rows - 1, step.columns, 30)).crop(0, 0, [4, 5]) != a.crop(2, 1, [4, 5]))
    }

    // A convolution is a fully connected layer of which most weights are zero and the others used again and again. Of 5×6
    // pixels a 3×3 kernel makes 3×4 numbers, each of nine pixels: of 30 · 12 = 360 weights 9 · 12 = 108 are not zero, and only
    // nine of them are different.
    @Test("a convolution is a dense layer with most weights zero and the others shared", .claim("A3.2-1"))
    func sharedWeights() {
        var random = Random(seed: 4)
        var layer: Conv2D<Double> = random.convolution(1, 1, Window2D(3))
        layer.bias = Tensor(zeros: [1])
        // A row for each pixel: what comes out if that one is 1 and all others 0.
        let matrix = layer(Tensor(identity: 30).reshaped([30, 5, 6, 1])).reshaped([30, 12])
        let weights = matrix.scalars.filter { $0 != 0 }
        #expect(matrix.count == 360 && weights.count == 108 && Set(weights) == Set(layer.weight.scalars))
        let x: Tensor<Double> = random.normal([4, 5, 6, 1])
        expectClose(layer(x).reshaped([4, 12]), Flatten<Double>()(x) • matrix)
    }

    // The widths of the layers, 784 → 4608 → (pooling) 1152 → 1024 → (pooling) 256 → 10:
    //
    //                       weights and biases                             multiplications
    //     convolution       5·5·1·8 + 8 = 208                              24·24·8 · 25 = 115,200
    //     convolution       5·5·8·16 + 16 = 3,216                          8·8·16 · 200 = 204,800
    //     dense             256·10 + 10 = 2,570                            2,560
    //     together          5,994                                          322,560
    //
    //     dense             784·4608 + 4608 = 3,617,280                    3,612,672
    //     dense             1152·1024 + 1024 = 1,180,672                   1,179,648
    //     dense             2,570                                          2,560
    //     together          4,800,522                                      4,794,880
    @Test(
        "a network of convolutions has a fraction of the weights and multiplications of the dense one of the same widths",
        .claim("A3.2-1"))
    func counts() {
        var random = Random(seed: 5)
        let convolutions = Sequential {
            Conv2D(1, 8, kernel: 5, random: &random)
            ReLU()
            MaxPool2D(2)
            Conv2D(8, 16, kernel: 5, random: &random)
            ReLU()
            MaxPool2D(2)
            Flatten()
            Dense(256, 10, random: &random)
        }
        let dense = Sequential {
            Flatten()
            Dense(784, 4608, random: &random)
            Reshape([24, 24, 8])
            ReLU()
            MaxPool2D(2)
            Flatten()
            Dense(1152, 1024, random: &random)
            Reshape([8, 8, 16])
            ReLU()
            MaxPool2D(2)
            Flatten()
            Dense(256, 10, random: &random)
        }
        func multiplications<L: Layer>(_ network: L, batch: Int) -> Int {
            network.summaryRows(for: [batch, 28, 28, 1]).reduce(0) { $0 + $1.multiplicationCount }
        }
        #expect(convolutions.parameterCount == 5_994 && dense.parameterCount == 4_800_522)
        #expect(multiplications(convolutions, batch: 1) == 322_560 && multiplications(dense, batch: 1) == 4_794_880)
        #expect(multiplications(convolutions, batch: 3) == 3 * 322_560)
        let widths = (convolutions.summaryRows(for: [1, 28, 28, 1]), dense.summaryRows(for: [1, 28, 28, 1]))
        let sizes = [widths.0, widths.1].map { rows in rows.map { $0.outputShape.reduce(1, *) } }
        #expect(Set(sizes[0]) == [4608, 1152, 1024, 256, 10] && Set(sizes[1]) == Set(sizes[0] + [784]))
    }
}

@Suite("Chapter 3.2: pooling")
struct PoolingBehaviourTests {
    // 28×28 → 28×28×8 → 28×28×16, without pooling: 28·28·8·9 + 28·28·16·72 = 56,448 + 903,168, and 12,544 · 10 in the dense
    // layer. With pooling the second convolution has a quarter of the places, 225,792, and the dense layer a sixteenth.
    @Test("pooling lowers the resolution and the cost of what follows", .claim("A3.2.1-3")) func cost() {
        var random = Random(seed: 1)
        let (a, b) = (
            Conv2D(1, 8, kernel: 3, padding: .same, random: &random), Conv2D(8, 16, kernel: 3, padding: .same, random: &random)
        )
        let without = Sequential {
            a
            ReLU()
            b
            ReLU()
            Flatten()
            Dense(28 * 28 * 16, 10, random: &random)
        }
        let with = Sequential {
            a
            ReLU()
            MaxPool2D(2)
            b
            ReLU()
            MaxPool2D(2)
            Flatten()
            Dense(7 * 7 * 16, 10, random: &random)
        }
        func multiplications<L: Layer>(_ network: L) -> [Int] {
            network.summaryRows(for: [1, 28, 28, 1]).map(\.multiplicationCount).filter { $0 > 0 }
        }
        #expect(multiplications(without) == [56_448, 903_168, 125_440])
        #expect(multiplications(with) == [56_448, 225_792, 7_840])
        #expect(without.parameterCount - with.parameterCount == (28 * 28 - 7 * 7) * 16 * 10)
        #expect(with.summaryRows(for: [1, 28, 28, 1])[2].outputShape == [1, 14, 14, 8])
    }

    @Test("a network with max pooling forgives a feature that lies a pixel further", .claim("A3.2.1-3")) func forgiving() {
        let x = Tensor<Float>(shape: [1, 6, 6, 1]) { $0[1] == 2 && $0[2] == 2 ? 1 : 0 }
        let moved = Tensor<Float>(shape: [1, 6, 6, 1]) { $0[1] == 3 && $0[2] == 3 ? 1 : 0 }
        #expect(x != moved && MaxPool2D(2)(x) == MaxPool2D(2)(moved))
        #expect(AveragePool2D(2)(x) == AveragePool2D(2)(moved))
    }
}

@Suite("Chapter 3.2: how far a neuron sees")
struct ReceptiveFieldTests {
    /// The rows and columns of pixels on which an output depends: a box around all that have a gradient.
    ///
    /// With positive weights and positive pixels nothing cancels, and nothing is cut by ReLU. The maximum of a window has a
    /// gradient of its own only at one place, at a corner if the numbers rise towards it, so they rise in all four
    /// directions, one after the other.
    private func seen<L: Layer>(_ network: L, _ size: Size2D, _ channels: Int, at place: Size2D) -> (Range<Int>, Range<Int>)
    where L.Scalar == Double {
        var network = network
        var (rows, columns) = (Set<Int>(), Set<Int>())
        for (down, right) in [(1, 1), (1, -1), (-1, 1), (-1, -1)] as [(Double, Double)] {
            let x = Tensor<Double>(shape: [1, size.rows, size.columns, channels]) {
                1000 + down * Double($0[1]) + 0.7 * right * Double($0[2])
            }
            let (y, backward) = network.forward(x)
            var g = Tensor<Double>(zeros: y.shape)
            for channel in 0..<y.shape[3] { g[0, place.rows, place.columns, channel] = 1 }
            let gradient = Grid(backward(g).input)
            for i in 0..<size.rows {
                for j in 0..<size.columns where (0..<channels).contains(where: { gradient[0, i, j, $0] != 0 }) {
                    rows.insert(i)
                    columns.insert(j)
                }
            }
        }
        return (rows.min()!..<rows.max()! + 1, columns.min()!..<columns.max()! + 1)
    }

    /// A convolution whose weights are all positive.
    private func positive(_ inputs: Int, _ outputs: Int, _ window: Window2D, _ random: inout Random) -> Conv2D<Double> {
        var layer: Conv2D<Double> = random.convolution(inputs, outputs, window)
        layer.weight = map(layer.weight) { $0.magnitude + Double.Vector(repeating: 0.1) }
        layer.bias = map(layer.bias) { $0.magnitude }
        return layer
    }

    /// Convolutions and poolings of random windows, with an activation after each convolution.
    private func network<A: LocalLayer>(
        _ activation: A, padding: Padding, seed: UInt64
    ) -> some LocalLayer & Layer<Double> where A.Scalar == Double {
        var random = Random(seed: seed)
        func window(_ random: inout Random) -> Window2D {
            Window2D(
                random.size(in: 1...3), stride: random.size(in: 1...2), padding: padding, dilation: random.size(in: 1...2))
        }
        return Sequential {
            positive(1, 2, window(&random), &random)
            activation
            MaxPool2D<Double>(random.size(in: 1...3), stride: random.size(in: 1...2), padding: padding)
            Sequential {
                positive(2, 3, window(&random), &random)
                activation
            }
            AveragePool2D<Double>(random.size(in: 1...2), padding: padding)
            positive(3, 1, window(&random), &random)
            activation
        }
    }

    @Test(
        "the formula is what is found from gradients, with and without ReLU", .claim("A3.2.2-2"),
        arguments: 1...12 as ClosedRange<UInt64>)
    func formula(seed: UInt64) {
        func check<L: LocalLayer & Layer<Double>>(_ network: L, _ what: String) -> ReceptiveField {
            let field = network.receptiveField
            // Three outputs in each direction, and something left over; the middle one.
            let size = Size2D(
                field.size.rows + 2 * field.stride.rows + Int(seed % 2),
                field.size.columns + 2 * field.stride.columns + Int(seed % 3))
            let shape = network.outputShape(for: [1, size.rows, size.columns, 1])
            guard shape[1] >= 3 && shape[2] >= 3 else {
                Issue.record("\(what): \(size) pixels make \(shape) of a field of \(field)")
                return field
            }
            let (rows, columns) = seen(network, size, 1, at: 1)
            #expect(rows == field.stride.rows..<field.stride.rows + field.size.rows, "\(what), \(field)")
            #expect(columns == field.stride.columns..<field.stride.columns + field.size.columns, "\(what), \(field)")
            return field
        }
        let with = check(network(ReLU<Double>(), padding: .valid, seed: seed), "with ReLU")
        let without = check(network(Identity<Double>(), padding: .valid, seed: seed), "without")
        #expect(with == without)
    }

    @Test(
        "with padding too a place in the middle sees as much", .claim("A3.2.2-2"), arguments: 1...8 as ClosedRange<UInt64>)
    func padding(seed: UInt64) {
        let network = network(ReLU<Double>(), padding: .same, seed: seed)
        let field = network.receptiveField
        let size = Size2D(3 * field.size.rows + 2 * field.stride.rows, 3 * field.size.columns + 2 * field.stride.columns)
        let shape = network.outputShape(for: [1, size.rows, size.columns, 1])
        let (rows, columns) = seen(network, size, 1, at: Size2D(shape[1] / 2, shape[2] / 2))
        #expect(Size2D(rows.count, columns.count) == field.size, "\(field)")
        // At the edge some of what it would see is padding.
        let (top, left) = seen(network, size, 1, at: 0)
        #expect(top.count <= field.size.rows && left.count <= field.size.columns)
    }

    // 3×3 three times: 3, 5, 7. With pooling in between: 3, 4 (stride 2), 4 + 2·2 = 8, 10 (stride 4). Dilations of 1, 2, 4 with
    // three taps: 3, 7, 15.
    @Test("fields worked by hand, and those of what treats each number by itself", .claim("A3.2.2-2")) func byHand() {
        func isField<L: LocalLayer>(_ layer: L, size: Size2D, stride: Size2D) -> Bool {
            layer.receptiveField.size == size && layer.receptiveField.stride == stride
        }
        var random = Random(seed: 1)
        let three = Sequential {
            Conv2D(1, 2, kernel: 3, random: &random)
            Conv2D(2, 2, kernel: 3, random: &random)
            Conv2D(2, 2, kernel: 3, random: &random)
        }
        #expect(isField(three, size: 7, stride: 1))
        let pooled = Sequential {
            Conv2D(1, 2, kernel: 3, random: &random)
            ReLU()
            MaxPool2D(2)
            Conv2D(2, 2, kernel: 3, random: &random)
            AveragePool2D(2)
        }
        #expect(isField(pooled, size: 10, stride: 4))
        let dilated = Sequential {
            Conv2D(1, 1, kernel: 3, random: &random)
            Conv2D(1, 1, kernel: 3, dilation: 2, random: &random)
            Conv2D(1, 1, kernel: [3, 1], dilation: 4, random: &random)
        }
        #expect(isField(dilated, size: [15, 7], stride: 1))
        let pointwise = Sequential {
            Identity()
            Sigmoid()
            Tanh()
            ReLU()
            LeakyReLU()
            GELU()
            Softplus()
            Dropout(0.5, random: &random)
            Dropout2D(0.5, random: &random)
            LayerNorm(3)
        }
        #expect(pointwise.receptiveField == .pixel && isField(Identity(), size: 1, stride: 1))
        // The one of the documentation.
        let features = Sequential {
            Conv2D(1, 8, kernel: 3, random: &random)
            ReLU()
            MaxPool2D(2)
        }
        #expect(isField(features, size: 4, stride: 2))
    }
}

@Suite("Chapter 3.2: a whole network")
struct NetworkBehaviourTests {
    private static func network(_ random: inout Random) -> some Layer<Float> {
        var normalization = BatchNorm(17)
        _ = normalization.forward(random.normal([7, 5, 17], mean: 0.3, standardDeviation: 2))
        return Sequential {
            Conv2D(3, 17, kernel: 3, padding: .same, random: &random)
            normalization
            ReLU()
            MaxPool2D(2, padding: .same)
            Dropout2D(0.3, random: &random)
            Conv2D(17, 17, kernel: 3, stride: 2, padding: .same, groups: 17, random: &random)
            Conv2D(17, 16, kernel: 1, random: &random)
            GELU()
            Conv2D(16, 3, kernel: [2, 3], random: &random)
            LayerNorm(3)
            ConvTranspose2D(3, 4, kernel: 4, stride: 2, random: &random)
            Upsampling2D(2, .bilinear)
            AveragePool2D(3, stride: 2, padding: .same)
            Flatten()
            Dense(6 * 4 * 4, 5, random: &random)
        }
    }

    @Test("an image's output is bitwise the same alone, in any batch, in any order, after any history, on any threads")
    func anyBatch() async {
        var random = Random(seed: 1)
        var network = Self.network(&random)
        let images: Tensor<Float> = random.normal([35, 12, 11, 3])
        #expect(network.outputShape(for: images.shape) == [35, 5])
        let all = network(images)
        for image in [0, 1, 7, 16, 33, 34] {
            #expect(network(images[image..<image + 1]) == all[image..<image + 1], "image \(image) alone")
        }
        for range in [0..<2, 3..<16, 10..<19, 1..<35] { #expect(network(images[range]) == all[range], "\(range)") }
        let order = random.permutation(35)
        #expect(network(images.gathered(rows: order)) == all.gathered(rows: order))
        // A history: other images. (A training pass moves the running statistics, and is meant to change the output.)
        _ = network(random.normal([4, 12, 11, 3]))
        #expect(network(images) == all)
        let before = network
        _ = network.forward(images)
        #expect(network(images) != all && before(images) == all)
        // The number of threads is a setting of the whole program, and other tests run at the same time.
        await #expect(processExitsWith: .success) {
            var random = Random(seed: 1)
            let network = NetworkBehaviourTests.network(&random)
            let images: Tensor<Float> = random.normal([35, 12, 11, 3])
            Threads.count = 1
            let alone = network(images)
            for count in [2, 3, 8] {
                Threads.count = count
                #expect(network(images) == alone, "\(count) threads")
            }
        }
    }

    @Test("so are the gradients of a training step: on any threads the same bits") func threadsOfTraining() async {
        await #expect(processExitsWith: .success) {
            func gradients() -> [Tensor<Float>] {
                var random = Random(seed: 1)
                var network = NetworkBehaviourTests.network(&random)
                let (y, backward) = network.forward(random.normal([35, 12, 11, 3]))
                let gradients = backward(random.normal(y.shape)), gradient = gradients.layer
                return [y, gradients.input] + gradient.parameters.map { gradient[keyPath: $0.path] }
            }
            Threads.count = 1
            let alone = gradients()
            for count in [2, 3, 8] {
                Threads.count = count
                #expect(gradients() == alone, "\(count) threads")
            }
        }
    }

    @Test(
        "forwards: convolution, activation, pooling, fully connected, as a table of shapes and costs", .claim("A3.2.2-1"))
    func summary() {
        var random = Random(seed: 1)
        let network = Sequential {
            Conv2D(1, 8, kernel: 5, random: &random)
            ReLU()
            MaxPool2D(2)
            Conv2D(8, 16, kernel: 5, random: &random)
            BatchNorm(16)
            ReLU()
            AveragePool2D(2)
            Dropout2D(0.2, random: &random)
            Flatten()
            Dense(256, 10, random: &random)
        }
        #expect(
            network.summary(inputShape: [28, 28, 1]) == """
                layer           output           parameters   multiplications
                Conv2D          [n, 24, 24, 8]          208           115,200
                ReLU            [n, 24, 24, 8]            0                 0
                MaxPool2D       [n, 12, 12, 8]            0                 0
                Conv2D          [n, 8, 8, 16]         3,216           204,800
                BatchNorm       [n, 8, 8, 16]            32                 0
                ReLU            [n, 8, 8, 16]             0                 0
                AveragePool2D   [n, 4, 4, 16]             0                 0
                Dropout2D       [n, 4, 4, 16]             0                 0
                Flatten         [n, 256]                  0                 0
                Dense           [n, 10]               2,570             2,560
                total                                 6,026           322,560
                """)
        // Transposed: 4·4·4·8 + 4 weights and biases, each of 7·7·8 inputs times 4·4·4; depthwise: 9·4 + 4, and 28·28·4 · 9.
        let decoder = Sequential {
            Reshape([7, 7, 8])
            ConvTranspose2D(8, 4, kernel: 4, stride: 2, padding: .explicit(1), random: &random)
            LayerNorm(4)
            Upsampling2D(2)
            Conv2D(4, 4, kernel: 3, padding: .same, groups: 4, random: &random)
            GlobalAveragePool2D()
        }
        #expect(
            decoder.summary(inputShape: [392]) == """
                layer                 output           parameters   multiplications
                Reshape               [n, 7, 7, 8]              0                 0
                ConvTranspose2D       [n, 14, 14, 4]          516            25,088
                LayerNorm             [n, 14, 14, 4]            8                 0
                Upsampling2D          [n, 28, 28, 4]            0                 0
                Conv2D                [n, 28, 28, 4]           40            28,224
                GlobalAveragePool2D   [n, 4]                    0                 0
                total                                         564            53,312
                """)
        // 16 times, 3 taps of 2 channels each, 4 outputs.
        #expect(
            Conv1D(2, 4, kernel: 3, padding: .same, random: &random).summary(inputShape: [16, 2]) == """
                layer    output       parameters   multiplications
                Conv1D   [n, 16, 4]           28               384
                total                         28               384
                """)
    }

    @Test("a network's layers compute what stands in the table", .claim("A3.2.2-1")) func shapesOfForward() {
        var random = Random(seed: 2)
        let network = Self.network(&random)
        let x: Tensor<Float> = random.normal([2, 12, 11, 3])
        let rows = network.summaryRows(for: x.shape)
        #expect(rows.count == 15 && rows.last?.outputShape == network(x).shape)
        #expect(rows.reduce(0) { $0 + $1.parameterCount } == network.parameterCount)
    }

    @Test("backpropagation: every parameter of a fresh network has a gradient and moves", .claim("A3.2.2-3"))
    func everyParameterMoves() {
        var random = Random(seed: 21)
        var network = Sequential {
            Conv2D(2, 5, kernel: 3, padding: .same, random: &random)
            LayerNorm(5)
            Tanh()
            MaxPool2D(2)
            Conv2D(5, 5, kernel: 2, groups: 5, random: &random)
            Sigmoid()
            // Not right behind a layer with biases: the mean takes those away again, and their gradient is zero.
            BatchNorm(5)
            ConvTranspose2D(5, 3, kernel: 2, stride: 2, random: &random)
            Flatten()
            Dense(8 * 8 * 3, 3, random: &random)
        }
        let before = network
        var optimizer = GradientDescent(for: network, learningRate: 0.1)
        let (logits, backward) = network.forward(random.normal([6, 10, 10, 2]))
        let gradient = backward(softmaxCrossEntropy(logits, [0, 1, 2, 2, 1, 0]).gradient).layer
        optimizer.update(&network, along: gradient)
        #expect(network.parameters.count == 12)
        expectEveryParameterMoved(from: before, to: network, along: gradient)
    }

    @Test("dropout of maps draws anew at every pass, and a copy repeats it") func dropout() {
        var random = Random(seed: 4)
        var layer = Dropout2D(0.5, random: &random)
        var copy = layer, other = Dropout2D(0.5, random: &random)
        let x = Tensor<Float>(repeating: 1, shape: [4, 2, 3, 33])
        let first = layer.forward(x).output
        #expect(copy.forward(x).output == first)
        #expect(layer.forward(x).output != first)
        #expect(other.forward(x).output != first)
        #expect(layer(x) == x)
    }
}

@Suite("Chapter 3.2: batch normalization in training and in inference")
struct BatchNormBehaviourTests {
    @Test("a layer made of what another has learned and kept says the same") func rebuilt() {
        var random = Random(seed: 3)
        var trained = BatchNorm<Double>(4)
        trained.scale = random.normal([4])
        trained.shift = random.normal([4])
        for _ in 0..<3 { _ = trained.forward(random.normal([5, 2, 3, 4])) }
        let again = BatchNorm(
            scale: trained.scale, shift: trained.shift, runningMean: trained.runningMean,
            runningVariance: trained.runningVariance)
        let x: Tensor<Double> = random.normal([3, 2, 2, 4])
        #expect(again(x) == trained(x))
    }

    private let x: Tensor<Double> = {
        var random = Random(seed: 1)
        return random.normal([6, 4, 5, 3], mean: 7, standardDeviation: 3)
    }()

    @Test("while training every channel has mean 0 and variance 1, whatever came in") func training() {
        var layer = BatchNorm<Double>(3)
        let y = layer.forward(x).output
        for channel in Loops.channels(y) {
            let (mean, variance) = Loops.moments(channel)
            // σ²/(σ² + 10⁻⁵) with σ² about 9.
            #expect(mean.magnitude <= 1e-12 && (variance - 1).magnitude <= 2e-6)
        }
        // Twice as much and three more is the same to it, but for ε.
        var other = BatchNorm<Double>(3)
        #expect(other.forward(x * 2 + 3).output.isClose(to: y, absolute: 1e-5))
        // A constant channel becomes β, and not a division by zero.
        var constant = BatchNorm<Double>(3)
        constant.shift = Tensor([1, 2, 3])
        #expect(constant.forward(Tensor(repeating: 4, shape: [5, 3])).output == constant.shift.broadcast(to: [5, 3]))
    }

    @Test("inference uses the running statistics: none at first, those of the last batch with a momentum of 1")
    func inference() {
        let fresh = BatchNorm<Double>(3)
        #expect(fresh.runningMean == Tensor(zeros: [3]) && fresh.runningVariance == Tensor(repeating: 1, shape: [3]))
        // (x − 0)/√(1 + ε)
        expectClose(fresh(x), x / (1 + 1e-5).squareRoot())
        var whole = BatchNorm<Double>(3, momentum: 1)
        let trained = whole.forward(x).output
        // With n = 120 numbers a channel the running variance is 120/119 of the batch's.
        expectClose(whole(x), trained * (119.0 / 120).squareRoot(), 1e-5)
        // A momentum of a tenth comes nearer by a tenth at every step.
        var slow = BatchNorm<Double>(3)
        let mean = x.reshaped([-1, 3]).mean(along: 0)
        for step in 1...20 {
            _ = slow.forward(x)
            expectClose(slow.runningMean, mean * (1 - Foundation.pow(0.9, Double(step))))
        }
    }

    @Test("in inference an example does not depend on its company, in training it does") func company() {
        var layer = BatchNorm<Double>(3)
        for _ in 0..<3 { _ = layer.forward(x) }
        let all = layer(x)
        for image in 0..<6 { #expect(layer(x[image..<image + 1]) == all[image..<image + 1]) }
        var (a, b) = (layer, layer)
        #expect(a.forward(x).output[0..<2] != b.forward(x[0..<2]).output)
    }

    @Test("a copy repeats a step, and inference changes nothing") func copies() {
        var layer = BatchNorm<Double>(3)
        var copy = layer
        _ = layer(x)
        #expect(layer.runningMean == copy.runningMean && layer.runningVariance == copy.runningVariance)
        #expect(layer.forward(x).output == copy.forward(x).output)
        #expect(layer.runningMean == copy.runningMean && layer.runningVariance == copy.runningVariance)
        #expect(layer.runningMean != BatchNorm<Double>(3).runningMean)
    }

    @Test("layer normalization does not depend on company, and has nothing to remember") func layerNorm() {
        var layer = LayerNorm<Double>(3)
        let all = layer.forward(x).output
        #expect(layer(x) == all)
        for image in 0..<6 { #expect(layer.forward(x[image..<image + 1]).output == all[image..<image + 1]) }
    }
}

@Suite("Chapter 3.2: what a network looks at")
struct SaliencyTests {
    @Test("of a linear network: the size of its weights, the largest among a pixel's channels") func linear() {
        var random = Random(seed: 1)
        let dense = random.dense(3 * 4 * 2, 5)
        let network = Sequential {
            Flatten<Double>()
            dense
        }
        let images: Tensor<Double> = random.normal([3, 3, 4, 2]), classes = [4, 0, 2]
        let map = saliency(of: network, at: images, for: classes)
        let expected = Tensor<Double>(shape: [3, 3, 4]) { index in
            let pixel = (index[1] * 4 + index[2]) * 2
            return max(abs(dense.weight[pixel, classes[index[0]]]), abs(dense.weight[pixel + 1, classes[index[0]]]))
        }
        #expect(map == expected)
        #expect(map.minimum() >= 0)
    }

    @Test("of any network: how fast the score of the class changes with a pixel, other scores and images do not matter")
    func differences() {
        var random = Random(seed: 2)
        let network = Sequential {
            random.convolution(1, 3, Window2D(3)) as Conv2D<Double>
            Tanh<Double>()
            AveragePool2D<Double>(2)
            Flatten<Double>()
            random.dense(2 * 2 * 3, 4)
        }
        let images: Tensor<Double> = random.normal([2, 6, 7, 1])
        let map = saliency(of: network, at: images, for: [3, 1])
        for (image, i, j) in [(0, 2, 3), (1, 0, 0), (1, 4, 5), (0, 5, 5)] {
            func score(_ step: Double) -> Double {
                var moved = images
                moved[image, i, j, 0] += step
                return network(moved)[image, [3, 1][image]]
            }
            expectClose(map[image, i, j], abs(score(1e-5) - score(-1e-5)) / 2e-5, 1e-8)
        }
        // No window of the pooling sees the last column of the map, nor what only that sees.
        #expect(map[0, 3, 6] == 0)
        #expect(saliency(of: network, at: images[1..<2], for: [1]) == map[1..<2])
    }
}
