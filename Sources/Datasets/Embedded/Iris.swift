// The oldest data set of all that are still in use: three species of iris, told apart by four lengths.

import SIMDTensor

/// The lengths and widths of sepals and petals of 150 irises, 50 of each of three species.
///
/// Source: R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 179–188;
/// UCI Machine Learning Repository, doi:10.24432/C56C76. Terms: Creative Commons Attribution 4.0 (CC BY 4.0).
public enum Iris {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Iris, R. A. Fisher (1936), UCI Machine Learning Repository, CC BY 4.0"

    /// The names of the three species, in the order of their classes.
    public static let classNames = ["setosa", "versicolor", "virginica"]

    /// The names of the four measurements.
    public static let featureNames = table.columnNames

    /// The table itself: four lengths in centimetres and the text column `species`.
    public static let table = Table(embedded: csv, textColumns: ["species"])

    /// Measurements `[150, 4]` in centimetres, and the species of each flower.
    public static func load<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Labeled<Scalar, [Int]> {
        Labeled(
            inputs: table.tensor(featureNames, as: Scalar.self),
            labels: (table.texts["species"] ?? []).compactMap(classNames.firstIndex(of:)))
    }
}
