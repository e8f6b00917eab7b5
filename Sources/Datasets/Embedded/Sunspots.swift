// A time series with a period that is not quite one: the sun's spots come and go in about eleven years, never twice in
// the same way.

import SIMDTensor

/// The yearly mean sunspot number from 1700 to 2008.
///
/// Source: National Geophysical Data Center, National Oceanic and Atmospheric Administration (NOAA). Terms: public
/// domain.
public enum Sunspots {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Yearly mean sunspot number 1700–2008, NOAA National Geophysical Data Center, "
        + "public domain"

    /// The table itself: the columns `year` and `sunspots`.
    public static let table = Table(embedded: csv)

    /// The sunspot numbers `[309, 1]`, year by year.
    public static func load<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Tensor<Scalar> {
        table.tensor(["sunspots"], as: Scalar.self)
    }
}
