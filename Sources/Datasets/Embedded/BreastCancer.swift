// A classification from measurements: whether a tumour is benign, from the shape of its cells under the microscope.

import SIMDTensor

/// 30 measurements of the cell nuclei of 569 breast tumours, 357 of them benign and 212 malignant.
///
/// Ten properties of a nucleus (radius, texture, …), each as mean over the picture, standard error, and mean of the
/// three largest values. Source: W. Wolberg, O. Mangasarian, N. Street & W. Street (1993), Breast Cancer Wisconsin
/// (Diagnostic); UCI Machine Learning Repository, doi:10.24432/C5DW2B. Terms: Creative Commons Attribution 4.0
/// (CC BY 4.0).
public enum BreastCancer {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Breast Cancer Wisconsin (Diagnostic), W. Wolberg, O. Mangasarian, N. Street & "
        + "W. Street (1993), UCI Machine Learning Repository, CC BY 4.0"

    /// The names of the two classes: 0 is malignant, 1 is benign.
    public static let classNames = ["malignant", "benign"]

    /// The names of the 30 measurements.
    public static let featureNames = Array(table.columnNames.dropLast())

    /// The table itself: the measurements and the column `benign`.
    public static let table = Table(embedded: csv)

    /// Measurements `[569, 30]` in their own units, and the class of each tumour.
    public static func load<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Labeled<Scalar, [Int]> {
        Labeled(inputs: table.tensor(featureNames, as: Scalar.self), labels: table.column("benign").map { Int($0) })
    }
}
