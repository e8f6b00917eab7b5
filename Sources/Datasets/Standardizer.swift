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
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public init<Scalar>(fit tensor: Tensor<Scalar>) {
        require(
            tensor.shape.count >= 2 && !tensor.shape.contains(0),
            "Standardizer(fit:): shape \(tensor.shape); expected […, features] with at least one example")
        let features = tensor.shape[tensor.shape.count - 1]
        let scalars = tensor.scalars
        let count = Double(scalars.count / features)
        var mean = [Double](repeating: 0, count: features)
        for start in stride(from: 0, to: scalars.count, by: features) {
            for feature in 0..<features { mean[feature] += Double(scalars[start + feature]) }
        }
        for feature in 0..<features { mean[feature] /= count }
        var variance = [Double](repeating: 0, count: features)
        var isConstant = [Bool](repeating: true, count: features)
        for start in stride(from: 0, to: scalars.count, by: features) {
            for feature in 0..<features {
                let difference = Double(scalars[start + feature]) - mean[feature]
                variance[feature] += difference * difference
                // The mean of equal numbers may be rounded, so that their variance is not exactly 0.
                if scalars[start + feature] != scalars[feature] { isConstant[feature] = false }
            }
        }
        for feature in 0..<features where isConstant[feature] {
            mean[feature] = Double(scalars[feature])
            variance[feature] = 0
        }
        self.mean = mean
        standardDeviation = variance.map { ($0 / count).squareRoot() }
    }

    /// (x − μ) / σ for each feature, and 0 for a feature that was constant.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func apply<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
        transform(tensor, "apply") { x, μ, σ in σ == 0 ? 0 : (x - μ) / σ }
    }

    /// x · σ + μ for each feature: the way back.
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
