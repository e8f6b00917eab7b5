// 3.2.2 How far a neuron sees
//
// A neuron of the first convolution layer sees a few pixels. One of the second sees, through those, a few more: the
// receptive field (感受野) grows with every window, and the faster the larger the strides before it. Layers that treat each
// number by itself, such as ReLU, leave it unchanged.

/// The part of an image on which one place of a feature map depends.
public struct ReceptiveField: Sendable, Hashable {
    /// How many rows and columns of pixels a place sees.
    public let size: Size2D
    /// The distance in pixels between what one place sees and what its neighbour sees.
    public let stride: Size2D

    /// A pixel sees itself.
    public static let pixel = ReceptiveField(size: 1, stride: 1)

    /// The field seen through a window over such places: from size r and stride S, a window of k taps, d apart, with stride
    /// s, makes size r + (k − 1)·d·S and stride S·s. Source: Araujo, Norris & Sim 2019, equations 1 and 2.
    public func seen(through window: Window2D) -> ReceptiveField {
        ReceptiveField(
            size: Size2D(
                size.rows + (window.size.rows - 1) * window.dilation.rows * stride.rows,
                size.columns + (window.size.columns - 1) * window.dilation.columns * stride.columns),
            stride: Size2D(stride.rows * window.stride.rows, stride.columns * window.stride.columns))
    }
}

/// A layer whose output at a place depends on a part of its input. A network of such layers is one itself.
///
/// ```swift
/// let features = Sequential {
///     Conv2D(1, 8, kernel: 3, random: &random)
///     ReLU()
///     MaxPool2D(2)
/// }
/// features.receptiveField.size    // 4×4
/// ```
public protocol LocalLayer<Scalar>: Layer {
    /// The receptive field after this layer, given that of its inputs. By default it is the same: the layer treats every
    /// number or pixel by itself.
    func receptiveField(of inputs: ReceptiveField) -> ReceptiveField
}

extension LocalLayer {
    public func receptiveField(of inputs: ReceptiveField) -> ReceptiveField { inputs }

    /// The part of the input image that one place of the output sees, at most: at the edge some of it is padding.
    public var receptiveField: ReceptiveField { receptiveField(of: .pixel) }
}

extension Conv2D: LocalLayer {
    public func receptiveField(of inputs: ReceptiveField) -> ReceptiveField { inputs.seen(through: window) }
}

extension MaxPool2D: LocalLayer {
    public func receptiveField(of inputs: ReceptiveField) -> ReceptiveField { inputs.seen(through: window) }
}

extension AveragePool2D: LocalLayer {
    public func receptiveField(of inputs: ReceptiveField) -> ReceptiveField { inputs.seen(through: window) }
}

extension Sequential: LocalLayer where Layers: LocalLayer {
    public func receptiveField(of inputs: ReceptiveField) -> ReceptiveField { layers.receptiveField(of: inputs) }
}

extension Composition: LocalLayer where First: LocalLayer, Second: LocalLayer {
    public func receptiveField(of inputs: ReceptiveField) -> ReceptiveField {
        second.receptiveField(of: first.receptiveField(of: inputs))
    }
}

// Not included: layers that make maps larger, whose places do not all see equally much, and layers that see everything.
extension Identity: LocalLayer {}
extension Sigmoid: LocalLayer {}
extension Tanh: LocalLayer {}
extension ReLU: LocalLayer {}
extension LeakyReLU: LocalLayer {}
extension GELU: LocalLayer {}
extension Softplus: LocalLayer {}
extension Dropout: LocalLayer {}
extension Dropout2D: LocalLayer {}
extension LayerNorm: LocalLayer {}
/// At inference; in training every place also sees the whole batch, through mean and variance.
extension BatchNorm: LocalLayer {}
