// Handwritten digits, the smallest honest picture problem: 8 × 8 pixels are enough to tell them apart, and few enough
// to train on in seconds.

import SIMDTensor

/// 1,797 handwritten digits of 8 × 8 pixels.
///
/// Source: E. Alpaydin & C. Kaynak (1998), Optical Recognition of Handwritten Digits, test set; UCI Machine Learning
/// Repository, doi:10.24432/C50P49. Terms: Creative Commons Attribution 4.0 (CC BY 4.0).
public enum Digits {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Optical Recognition of Handwritten Digits, E. Alpaydin & C. Kaynak (1998), "
        + "UCI Machine Learning Repository, CC BY 4.0"

    /// The names of the ten classes: “0” to “9”.
    public static let classNames = (0...9).map(String.init)

    /// The table itself: 64 pixels of 0…16, row by row, and the label.
    public static let table = Table(embedded: csv)

    /// Images `[1797, 8, 8, 1]` with pixels 0…1 (ink is 1), and the digit of each.
    public static func load<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Labeled<Scalar, [Int]> {
        Labeled(
            inputs: Tensor(
                table.rows.flatMap { $0.dropLast().map { Scalar($0 / 16) } }, shape: [table.rows.count, 8, 8, 1]),
            labels: table.column("label").map { Int($0) })
    }
}
