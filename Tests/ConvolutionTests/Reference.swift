// The reference values that PyTorch and Keras computed (Reference/convolution.json, made by convolution.py beside it), and
// layers to test with, drawn at random.

import Convolution
import Foundation
import TestTools

extension Reference {
    static let file = ReferenceFile("convolution", in: .module)

    /// The case with the given name: `Reference["conv2d_valid"].output.tensor`.
    static subscript(_ name: String) -> Reference { file[name] }
}

extension Random {
    /// Rows and columns of `range` each.
    mutating func size(in range: ClosedRange<Int>) -> Size2D { Size2D(integer(in: range), integer(in: range)) }

    /// Valid, same, or as many pixels on each side as were drawn.
    mutating func padding(upTo most: Int = 3) -> Padding {
        switch integer(below: 3) {
        case 0: return .valid
        case 1: return .same
        default:
            let amounts = (0..<4).map { _ in integer(in: 0...most) }
            return .explicit(top: amounts[0], bottom: amounts[1], left: amounts[2], right: amounts[3])
        }
    }

    /// A window of any kind; every second one has no dilation, or no stride.
    mutating func window(taps: Int = 4, stride: Int = 3, dilation: Int = 3) -> Window2D {
        let some = integer(below: 4)
        return Window2D(
            size(in: 1...taps), stride: some & 1 == 0 ? 1 : size(in: 1...stride), padding: padding(),
            dilation: some & 2 == 0 ? 1 : size(in: 1...dilation))
    }

    /// Rows and columns of an image on which a window has at least one place, and up to `more` pixels more.
    mutating func image(for window: Window2D, more: Int) -> Size2D {
        func least(_ span: Int, _ padding: (before: Int, behind: Int)?) -> Int {
            padding.map { max(1, span - $0.before - $0.behind) } ?? 1
        }
        let (rows, columns) = window.amounts
        return Size2D(
            least(window.span.rows, rows) + integer(in: 0...more),
            least(window.span.columns, columns) + integer(in: 0...more))
    }

    /// A convolution with biases away from zero.
    mutating func convolution<Scalar: TensorScalar>(
        _ inputs: Int, _ outputs: Int, _ window: Window2D, groups: Int = 1
    ) -> Conv2D<Scalar> {
        let shape = [window.size.rows, window.size.columns, inputs / groups, outputs]
        let fanIn = shape[0] * shape[1] * shape[2]
        return Conv2D(
            weight: normal(shape, standardDeviation: 1 / Scalar(fanIn).squareRoot()),
            bias: normal([outputs], standardDeviation: 0.5), stride: window.stride, padding: window.padding,
            dilation: window.dilation, groups: groups)
    }

    /// A transposed convolution with biases away from zero.
    mutating func transposedConvolution<Scalar: TensorScalar>(
        _ inputs: Int, _ outputs: Int, _ window: Window2D, outputPadding: Size2D = 0, groups: Int = 1
    ) -> ConvTranspose2D<Scalar> {
        ConvTranspose2D(
            weight: normal(
                [window.size.rows, window.size.columns, outputs / groups, inputs], standardDeviation: 0.5),
            bias: normal([outputs], standardDeviation: 0.5), stride: window.stride, padding: window.padding,
            outputPadding: outputPadding, dilation: window.dilation, groups: groups)
    }

    /// A convolution of sequences with biases away from zero.
    mutating func sequenceConvolution(
        _ inputs: Int, _ outputs: Int, taps: Int, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
        groups: Int = 1
    ) -> Conv1D<Double> {
        Conv1D(
            weight: normal([taps, inputs / groups, outputs], standardDeviation: 0.5),
            bias: normal([outputs], standardDeviation: 0.5), stride: stride, padding: padding, dilation: dilation,
            groups: groups)
    }

    /// Batch normalization with scale and shift away from 1 and 0.
    mutating func batchNorm(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) -> BatchNorm<Double> {
        var layer = BatchNorm<Double>(channels, momentum: momentum, epsilon: epsilon)
        layer.scale = normal([channels], mean: 1, standardDeviation: 0.5)
        layer.shift = normal([channels])
        return layer
    }

    /// Layer normalization with scale and shift away from 1 and 0.
    mutating func layerNorm(_ features: Int, epsilon: Double = 1e-5) -> LayerNorm<Double> {
        var layer = LayerNorm<Double>(features, epsilon: epsilon)
        layer.scale = normal([features], mean: 1, standardDeviation: 0.5)
        layer.shift = normal([features])
        return layer
    }

    /// Numbers of which no two are equal or near each other, between −1.5 and 1.5, in any order.
    mutating func distinct(_ shape: [Int]) -> Tensor<Double> {
        let count = shape.reduce(1, *)
        return Tensor(permutation(count).map { 3 * (Double($0) + 0.5) / Double(count) - 1.5 }, shape: shape)
    }

    /// Groups into which both numbers of channels can be divided; more than one, if that is possible.
    mutating func groups() -> (inputs: Int, outputs: Int, groups: Int) {
        let groups = integer(in: 1...3)
        return (groups * integer(in: 1...3), groups * integer(in: 1...3), groups)
    }
}
