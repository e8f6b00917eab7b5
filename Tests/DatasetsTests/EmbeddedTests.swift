// The embedded tables against counts and sums that were computed from the original files with Python.

import Datasets
import SIMDTensor
import Testing

@Suite("Embedded data")
struct EmbeddedTests {
    private func sum(_ table: Table, _ column: String) -> Double { table.column(column).reduce(0, +) }

    private func isClose(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) <= 1e-9 * expected }

    @Test("digits: counts, pixels and classes")
    func digits() {
        let digits = Digits.load()
        #expect(digits.inputs.shape == [1797, 8, 8, 1])
        #expect(Double(digits.inputs.scalars.reduce(0, +)) * 16 == 561_718)
        #expect(sum(Digits.table, "p33") == 15852)
        let counts = (0...9).map { digit in digits.labels.count { $0 == digit } }
        #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        #expect(digits.inputs.scalars.allSatisfy { 0 <= $0 && $0 <= 1 })
        let first: [Float] = [0, 0, 5, 13, 9, 1, 0, 0]
        #expect(digits.inputs[0][0].scalars == first.map { $0 / 16 })
        #expect(Digits.classNames[digits.labels[1796]] == "8")
    }

    @Test("breast cancer: counts and sums")
    func breastCancer() {
        let data = BreastCancer.load()
        #expect(data.inputs.shape == [569, 30] && BreastCancer.featureNames.count == 30)
        #expect(data.labels.count { BreastCancer.classNames[$0] == "benign" } == 357)
        #expect(data.labels.count { $0 == 0 } == 212)
        #expect(isClose(sum(BreastCancer.table, "mean_radius"), 8038.429))
        #expect(isClose(sum(BreastCancer.table, "worst_area"), 501_051.8))
        #expect(isClose(sum(BreastCancer.table, "worst_fractal_dimension"), 47.76517))
    }

    @Test("diabetes: counts and sums")
    func diabetes() {
        let data = Diabetes.load(as: Double.self)
        #expect(data.inputs.shape == [442, 10] && data.labels.shape == [442, 1])
        #expect(data.labels.scalars.reduce(0, +) == 67243)
        #expect(data.labels.scalars.min() == 25 && data.labels.scalars.max() == 346)
        #expect(isClose(sum(Diabetes.table, "bmi"), 11658.1))
        #expect(isClose(sum(Diabetes.table, "s5"), 2051.5036))
    }

    @Test("iris: counts, species and sums")
    func iris() {
        let data = Iris.load()
        #expect(data.inputs.shape == [150, 4])
        #expect((0..<3).map { species in data.labels.count { $0 == species } } == [50, 50, 50])
        #expect(isClose(sum(Iris.table, "sepal_length"), 876.5))
        #expect(isClose(sum(Iris.table, "petal_width"), 179.9))
        #expect(Iris.table.texts["species"]?.last == "virginica")
    }

    @Test("sunspots and carbon dioxide: counts, sums and order in time")
    func series() {
        #expect(Sunspots.load().shape == [309, 1])
        #expect(Sunspots.table.column("year") == (1700...2008).map(Double.init))
        #expect(isClose(sum(Sunspots.table, "sunspots"), 15373.4))
        #expect(CarbonDioxide.load().shape == [526, 1])
        #expect(isClose(sum(CarbonDioxide.table, "ppm"), 178_639.74))
        let months = CarbonDioxide.table.texts["month"] ?? []
        #expect(months.first == "1958-03" && months.last == "2001-12" && months == months.sorted())
    }

    @Test("every source names its terms or publication")
    func sources() {
        let sources = [
            Digits.source, BreastCancer.source, Diabetes.source, Iris.source, Sunspots.source, CarbonDioxide.source,
            Formants.source, Words.source, Melodies.source,
        ]
        #expect(Set(sources).count == 9)
        #expect(sources.filter { $0.contains("CC BY 4.0") }.count == 3)
        #expect(sources.filter { $0.contains("public domain") }.count == 3)
    }
}
