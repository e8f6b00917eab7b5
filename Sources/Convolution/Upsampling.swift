// 3.2.1 The opposite of pooling: upsampling
//
// To make feature maps larger without anything to learn, pixels are repeated, or what lies between them is interpolated.
// Followed by a convolution, this is the alternative to the transposed convolution for getting from a small map to a large
// picture.

/// What lies between the pixels.
public enum Interpolation: Sendable, CaseIterable {
    /// The nearest pixel: each is repeated.
    case nearest
    /// A straight line between the two nearest, along rows and along columns.
    case bilinear
}

/// Makes images larger by a whole factor f (upsampling, 上采样), for rows and columns.
///
/// - nearest: y(i, j, c) = x(⌊i/f⌋, ⌊j/f⌋, c);
/// - bilinear: the pixel i of the output lies at (i + ½)/f − ½ of the input, between two of its pixels (beyond the first and
///   the last at these), and y = (1 − w)·x₀ + w·x₁ with w its distance to the first of them.
///
/// Shapes: x `[batch, rows, columns, channels]`, y `[batch, f·rows, f·columns, channels]`. Where the pixels lie is the usual
/// convention, PyTorch's with `align_corners=False`.
public struct Upsampling2D<Scalar: TensorScalar>: Layer {
    public let factor: Size2D
    public let interpolation: Interpolation

    public init(_ factor: Size2D, _ interpolation: Interpolation = .nearest) {
        requireFactor(factor)
        (self.factor, self.interpolation) = (factor, interpolation)
    }

    /// y = A·x·Bᵀ: along rows, then along columns, each a linear map
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let (rows, columns) = maps(for: x.shape)
        return x.multiplied(by: rows, along: 1).multiplied(by: columns, along: 2)
    }

    /// ∂L/∂x = Aᵀ·∂L/∂y·B: each pixel receives what its contributions return
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let (rows, columns) = maps(for: x.shape)
        return (
            self(x),
            { [self] g in
                Gradients(
                    input: g.multiplied(by: columns.transposed, along: 2).multiplied(by: rows.transposed, along: 1),
                    layer: self)
            }
        )
    }

    public func outputShape(for inputShape: [Int]) -> [Int] {
        requireImages(inputShape, "Upsampling2D(\(factor))")
        return [inputShape[0], inputShape[1] * factor.rows, inputShape[2] * factor.columns, inputShape[3]]
    }

    /// A and B.
    private func maps(for shape: [Int]) -> (rows: SparseMatrix, columns: SparseMatrix) {
        requireImages(shape, "Upsampling2D(\(factor))")
        return (interpolation.map(shape[1], factor.rows), interpolation.map(shape[2], factor.columns))
    }
}

extension Interpolation {
    /// The map of `size` pixels to `factor` times as many.
    fileprivate func map(_ size: Int, _ factor: Int) -> SparseMatrix {
        SparseMatrix(
            columns: size,
            rows: (0..<size * factor).map { place in
                switch self {
                case .nearest: return [SparseMatrix.Element(column: place / factor, value: 1)]
                case .bilinear:
                    let position = max(0, (Double(place) + 0.5) / Double(factor) - 0.5)
                    let first = Int(position), second = min(first + 1, size - 1)
                    let weight = position - Double(first)
                    // Between the last pixel and itself.
                    if weight == 0 || first == second { return [SparseMatrix.Element(column: first, value: 1)] }
                    return [
                        SparseMatrix.Element(column: first, value: 1 - weight),
                        SparseMatrix.Element(column: second, value: weight),
                    ]
                }
            })
    }
}

private func requireFactor(_ factor: Size2D) {
    require(
        factor.rows >= 1 && factor.columns >= 1, "Upsampling2D: the factor must be at least 1×1, but it is \(factor)")
    require(
        max(factor.rows, factor.columns) <= 1 << 30, "Upsampling2D: the factor is at most 2³⁰, but it is \(factor)")
}

extension Upsampling2D where Scalar == Float {
    /// Upsampling of `Float`, so that `Upsampling2D(2)` needs no type to be written.
    public init(_ factor: Size2D, _ interpolation: Interpolation = .nearest) {
        requireFactor(factor)
        (self.factor, self.interpolation) = (factor, interpolation)
    }
}
