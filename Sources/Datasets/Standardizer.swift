// Measurements come in their own units: an area of 1,000 mm², a smoothness of 0.1. To a network the first would be
// ten thousand times as important. Standardised, each feature has mean 0 and standard deviation 1. Mean and deviation
// are taken from the training data alone and then applied to every other: the test data must not have a say.

import SIMDTensor

/// Shifts and scales each feature to mean 0 and standard deviation 1, and back.
///
/// Features are the last axis: the columns of `[count, features]`, the channels of `[count, rows, columns, channels]`.
public struct Standardizer: Sendable, Equatable {
    /// The mean μ of each feature.
    public let mean: [Double]
    /// The standard deviation σ of each feature, √(Σ(x − μ)² / n); exactly 0 for a feature that is constant.
    public let standardDeviation: [Double]

    /// Measures mean and standard deviation of each feature of `[…, features]`, in `Double` whatever the scalar.
    ///
    /// Each feature is measured in a unit of its own, a power of two near its largest value, so that no square of a `Double`
    /// overflows or vanishes; and what the mean lost by rounding is made good. Traps if a number is NaN or infinite: no
    /// standardised number would be anything else than NaN.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public init<Scalar>(fit tensor: Tensor<Scalar>) {
        require(
            tensor.shape.count >= 2 && !tensor.shape.contains(0),
            "Standardizer(fit:): shape \(tensor.shape); expected […, features] with at least one example")
        let features = tensor.shape[tensor.shape.count - 1]
        let scalars = tensor.scalars
        let count = Double(scalars.count / features)
        var largest = [Double](repeating: 0, count: features)
        var isConstant = [Bool](repeating: true, count: features)
        for start in stride(from: 0, to: scalars.count, by: features) {
            for feature in 0..<features {
                let scalar = scalars[start + feature]
                require(
                    scalar.isFinite,
                    "Standardizer(fit:): feature \(feature) of example \(start / features) is \(scalar); "
                        + "expected finite numbers")
                largest[feature] = max(largest[feature], abs(Double(scalar)))
                // The mean of equal numbers may be rounded, so that their variance is not exactly 0.
                if scalar != scalars[feature] { isConstant[feature] = false }
            }
        }
        // Quotients are below 2; a power of two divides without rounding.
        let unit = largest.map { $0 == 0 ? 1 : max($0.binade, Double.leastNormalMagnitude) }
        var mean = [Double](repeating: 0, count: features)
        for start in stride(from: 0, to: scalars.count, by: features) {
            for feature in 0..<features { mean[feature] += Double(scalars[start + feature]) / unit[feature] }
        }
        for feature in 0..<features { mean[feature] /= count }
        // Σ(x − m)² and Σ(x − m) for the rounded mean m; with the latter, which would be 0 for the exact one, both are
        // mended.
        var squares = [Double](repeating: 0, count: features)
        var rest = [Double](repeating: 0, count: features)
        for start in stride(from: 0, to: scalars.count, by: features) {
            for feature in 0..<features {
                let difference = Double(scalars[start + feature]) / unit[feature] - mean[feature]
                squares[feature] += difference * difference
                rest[feature] += difference
            }
        }
        self.mean = (0..<features).map { feature in
            isConstant[feature] ? Double(scalars[feature]) : (mean[feature] + rest[feature] / count) * unit[feature]
        }
        standardDeviation = (0..<features).map { feature in
            if isConstant[feature] { return 0 }
            let variance = (squares[feature] - rest[feature] * rest[feature] / count) / count
            return variance.squareRoot() * unit[feature]
        }
    }

    /// (x − μ) / σ for each feature; 0 for a feature that was constant, where NaN stays NaN.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func apply<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
        transform(tensor, "apply") { x, μ, σ in
            guard σ > 0 else { return x.isNaN ? x : 0 }
            let difference = x - μ
            return difference.isFinite ? difference / σ : (x / 2 - μ / 2) / σ * 2
        }
    }

    /// x · σ + μ for each feature: the inverse.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func invert<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
        transform(tensor, "invert") { x, μ, σ in x * σ + μ }
    }

    private func transform<Scalar>(
        _ tensor: Tensor<Scalar>, _ operation: String, _ formula: (Double, Double, Double) -> Double
    ) -> Tensor<Scalar> {
        require(
            tensor.shape.last == mean.count,
            "Standardizer.\(operation): shape \(tensor.shape); expected […, \(mean.count)], as it was fitted to")
        let features = mean.count
        var scalars = tensor.scalars
        for start in stride(from: 0, to: scalars.count, by: features) {
            for feature in 0..<features {
                let value = formula(Double(scalars[start + feature]), mean[feature], standardDeviation[feature])
                scalars[start + feature] = Scalar(value)
            }
        }
        return Tensor(scalars, shape: tensor.shape)
    }
}
