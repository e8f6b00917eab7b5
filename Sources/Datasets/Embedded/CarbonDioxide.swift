// A time series with a trend and a season: the air over Hawaii, in which the breath of the northern forests is seen
// every year and the burning of coal and oil over all years.

import SIMDTensor

/// Atmospheric carbon dioxide at Mauna Loa, monthly means from March 1958 to December 2001, gaps interpolated.
///
/// Source: C. D. Keeling & T. P. Whorf, Scripps Institution of Oceanography. Terms: public domain.
public enum CarbonDioxide {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Atmospheric CO₂ at Mauna Loa 1958–2001, C. D. Keeling & T. P. Whorf, "
        + "Scripps Institution of Oceanography, public domain"

    /// The table itself: the text column `month` (“1958-03”) and the column `ppm`, parts per million by volume.
    public static let table = Table(embedded: csv, textColumns: ["month"])

    /// The concentrations `[526, 1]` in parts per million, month by month.
    public static func load<Scalar: TensorScalar>(as: Scalar.Type = Float.self) -> Tensor<Scalar> {
        table.tensor(["ppm"], as: Scalar.self)
    }
}
