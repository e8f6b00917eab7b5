// 3.1.2 Activation functions (激活函数)
//
// Without them a network of any depth would be one affine map: a product of matrices is a matrix. An activation bends each
// number by itself, and that lets a network approximate functions that are not straight. Sigmoid and tanh are the classical
// ones; ReLU, which does not flatten out on its positive side, made deep networks trainable.
//
// In each layer below, the first comment gives the function and the second its derivative, written in terms of the output y
// where that is simpler; g is the gradient of the loss with respect to y.

/// y = σ(x) = 1 / (1 + e⁻ˣ), in (0, 1).
public struct Sigmoid<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y = 1 / (1 + e⁻ˣ)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { sigmoid(x) }

    /// dy/dx = y (1 − y) = σ(x) σ(−x); from x = 17 on y rounds to 1 (`Double`: 37), and 1 − y would be 0
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self] g in
            Gradients(input: onThreads(g, x) { $0.map { g, x in g * sigmoid(x) * sigmoid(-x) } }, layer: self)
        })
    }
}

/// y = tanh x = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), in (−1, 1).
public struct Tanh<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y = tanh x
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { tanh(x) }

    /// dy/dx = 1 − y² = 4 σ(2x) σ(−2x); from |x| = 9.1 on y² rounds to 1 (`Double`: 19.1), and 1 − y² would be 0
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self] g in
            Gradients(
                input: onThreads(g, x) { $0.map { g, x in g * sigmoid(x + x) * sigmoid(-(x + x)) * Scalar(4) } },
                layer: self)
        })
    }
}

/// y = max(0, x), the rectified linear unit. Source: Nair & Hinton 2010; Glorot, Bordes & Bengio 2011.
public struct ReLU<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y = x where x > 0, else 0
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        // `.zero` is a vector of zeros. Compared with the number 0, vectors go lane by lane, a hundred times slower.
        onThreads(x) { $0.map { x in x.replacing(with: .zero, where: x .<= .zero) } }
    }

    /// dy/dx = 1 where x > 0, else 0; at x = 0, where there is no derivative, 0
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let y = self(x)
        return (y, { [self] g in
            Gradients(
                input: onThreads(g, y) { $0.map { g, y in g.replacing(with: .zero, where: y .<= .zero) } }, layer: self)
        })
    }
}

/// y = x where x > 0, else slope · x: a unit that never goes completely silent. Source: Maas, Hannun & Ng 2013.
public struct LeakyReLU<Scalar: TensorScalar>: Layer {
    /// The slope for negative x, finite; 0.01 in the paper.
    public let slope: Double

    public init(slope: Double = 0.01) { self.init(checked: slope) }

    fileprivate init(checked slope: Double) {
        require(
            Scalar(slope).isFinite,
            "LeakyReLU: a slope must be finite, but it is \(slope) (in \(Scalar.self) \(Scalar(slope)))")
        self.slope = slope
    }

    /// y = x where x > 0, else slope · x
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let slope = Scalar(slope)
        return onThreads(x) { $0.map { x in x.replacing(with: x * slope, where: x .<= .zero) } }
    }

    /// dy/dx = 1 where x > 0, else slope
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let slope = Scalar(slope)
        return (self(x), { [self] g in
            Gradients(
                input: onThreads(g, x) { $0.map { g, x in g.replacing(with: g * slope, where: x .<= .zero) } }, layer: self)
        })
    }
}

/// y = x·Φ(x), with Φ the standard normal distribution function: x is kept with the probability that a normal number is
/// smaller. Source: Hendrycks & Gimpel 2016.
public struct GELU<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y = x·Φ(x), within 5 units in the last place, even far below 0, down to where Φ(x) is subnormal (x < −13, in `Double`
    /// −37); 0 at −∞
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        onThreads(x) {
            $0.map { x in
                let probability = standardNormal(x).cumulative
                // Where x is −∞, Φ(x) is zero, and faster so than x grows.
                return (x * probability).replacing(with: .zero, where: probability .== .zero)
            }
        }
    }

    /// dy/dx = Φ(x) + x·φ(x), with φ(x) = e^(−x²/2) / √(2π)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self] g in
            Gradients(
                input: onThreads(g, x) {
                    $0.map { g, x in
                        let (density, probability) = standardNormal(x)
                        // φ falls faster than x grows: where it is zero, x·φ(x) is zero, also if x is infinite.
                        let slope = (x * density).replacing(with: .zero, where: density .== .zero)
                        return g * (probability + slope)
                    }
                },
                layer: self)
        })
    }
}

/// y = ln(1 + eˣ), a smooth ReLU. Source: Dugas et al. 2001.
public struct Softplus<Scalar: TensorScalar>: Layer {
    public init() {}

    /// y = ln(1 + eˣ)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { softplus(x) }

    /// dy/dx = σ(x)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        (self(x), { [self] g in Gradients(input: onThreads(g, x) { $0.map { g, x in g * sigmoid(x) } }, layer: self) })
    }
}

/// yᵢ = e^(xᵢ) / Σⱼ e^(xⱼ) along the last axis: it turns scores into probabilities that sum to 1. Source: Bridle 1990.
///
/// To train a classifier, leave this layer out and pass the scores (logits) to `softmaxCrossEntropy`, which combines the two
/// without losing digits.
public struct Softmax<Scalar: TensorScalar>: Layer {
    public init() {}

    /// yᵢ = e^(xᵢ) / Σⱼ e^(xⱼ)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { softmax(x) }

    /// ∂yᵢ/∂xⱼ = yᵢ (δᵢⱼ − yⱼ), so ∂L/∂x = y ∘ (g − Σⱼ gⱼ yⱼ)
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public mutating func forward(_ x: Tensor<Scalar>) -> Forward<Scalar, Self> {
        let y = self(x)
        return (y, { [self] g in
            var input: Tensor<Scalar> {
                let weighted = (g * y).sum(along: -1, keepingAxis: true).broadcast(to: y.shape)
                return map(g, y, weighted) { g, y, weighted in y * (g - weighted) }
            }
            return Gradients(input: input, layer: self)
        })
    }
}

// Activations of `Float`, so that `ReLU()` needs no type to be written.
extension Sigmoid where Scalar == Float { public init() {} }
extension Tanh where Scalar == Float { public init() {} }
extension ReLU where Scalar == Float { public init() {} }
extension LeakyReLU where Scalar == Float { public init(slope: Double = 0.01) { self.init(checked: slope) } }
extension GELU where Scalar == Float { public init() {} }
extension Softplus where Scalar == Float { public init() {} }
extension Softmax where Scalar == Float { public init() {} }
