// A regression: how far a disease has progressed after a year, foretold from ten measurements at its beginning. Half of
// what happens cannot be known from them, whatever the model.

import SIMDTensor

/// Ten measurements of 442 diabetes patients and the progression of the disease a year later.
///
/// Age, sex, body mass index (`bmi`), mean blood pressure (`bp`), and six measurements of blood serum (`s1`…`s6`).
/// Source: B. Efron, T. Hastie, I. Johnstone & R. Tibshirani (2004), Least Angle Regression, Annals of Statistics 32,
/// 407–499. Terms: the authors published the data with the paper and stated no licence.
public enum Diabetes {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Diabetes data of B. Efron, T. Hastie, I. Johnstone & R. Tibshirani (2004), "
        + "Least Angle Regression, Annals of Statistics 32, 407–499, published with the paper"

    /// The names of the ten measurements.
    public static let featureNames = Array(table.columnNames.dropLast())

    /// The table itself: the measurements and the column `progression`.
    public static let table = Table(embedded: csv)

    /// Measurements `[442, 10]` in their own units, and the progression `[442, 1]`, a number of 25…346.
    public static func load<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Labeled<Scalar, Tensor<Scalar>> {
        Labeled(
            inputs: table.tensor(featureNames, as: Scalar.self),
            labels: table.tensor(["progression"], as: Scalar.self))
    }
}
