// Ticks and scales, against cases worked by hand.

import Figures
import Testing

@Suite("Scales and ticks")
struct ScaleTests {
    private func labels(_ range: ClosedRange<Double>, _ spacing: AxisScale = .linear,
                        atMost count: Int) throws -> [String] {
        let scale = try #require(Scale(spacing, showing: [], range: range))
        return scale.ticks(atMost: count).compactMap(\.label)
    }

    @Test("steps are 1, 2 or 5 times a power of ten, the least that is coarse enough", arguments: [
        (10.0, 10, 1.0), (10, 9, 2), (10, 5, 2), (10, 4, 5), (10, 2, 5), (10, 1, 10), (0.3, 3, 0.1), (1, 3, 0.5),
        (0.07, 5, 0.02), (123_456, 6, 50_000),
    ])
    func steps(span: Double, count: Int, expected: Double) {
        #expect(abs(Scale.roundStep(span: span, atMost: count) / expected - 1) < 1e-12)
    }

    @Test("linear ticks carry the decimals of their step and a true minus sign")
    func linear() throws {
        #expect(try labels(0...1, atMost: 5) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(try labels(-1...1, atMost: 4) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
        #expect(try labels(3.2...9.1, atMost: 6) == ["4", "5", "6", "7", "8", "9"])
        #expect(try labels(0.9...0.98, atMost: 4) == ["0.90", "0.92", "0.94", "0.96", "0.98"])
        #expect(try labels(0...250, atMost: 5) == ["0", "50", "100", "150", "200", "250"])
        #expect(try labels(0...3e6, atMost: 3) == ["0", "10⁶", "2×10⁶", "3×10⁶"])
        #expect(try labels(0...3e-7, atMost: 3) == ["0", "10⁻⁷", "2×10⁻⁷", "3×10⁻⁷"])
    }

    @Test("a rounded range begins and ends at ticks of one step")
    func rounded() throws {
        let scale = try #require(Scale(.linear, showing: [0.34, 0.61, 1.0], roundedToTicks: 6))
        #expect(abs(scale.lower - 0.2) < 1e-12 && abs(scale.upper - 1) < 1e-12)
        #expect(scale.ticks(atMost: 6).compactMap(\.label) == ["0.2", "0.4", "0.6", "0.8", "1.0"])
        let beyond = try #require(Scale(.linear, showing: [-0.02, 1.02], roundedToTicks: 6))
        let ticks = beyond.ticks(atMost: 6)
        #expect(ticks.first?.label == "−0.2" && ticks.last?.label == "1.2" && ticks.count == 8)
    }

    @Test("a logarithmic axis is labelled at powers of ten, with eight minor ticks between two")
    func logarithmic() throws {
        #expect(try labels(0.001...10, .logarithmic, atMost: 6) == ["0.001", "0.01", "0.1", "1", "10"])
        #expect(try labels(1e-8...1, .logarithmic, atMost: 4) == ["10⁻⁸", "10⁻⁵", "10⁻²"])
        let scale = try #require(Scale(.logarithmic, showing: [], range: 1...100))
        let minor = scale.ticks(atMost: 5).filter { $0.label == nil }.map(\.value)
        #expect(minor == [2, 3, 4, 5, 6, 7, 8, 9, 20, 30, 40, 50, 60, 70, 80, 90])
        #expect(try labels(1.5...60, .logarithmic, atMost: 5) == ["2", "5", "10", "20", "50"])
        #expect(try labels(1.1...1.4, .logarithmic, atMost: 3) == ["1.1", "1.2", "1.3", "1.4"])
    }

    @Test("places are fractions of the range, by difference or by ratio")
    func places() throws {
        let linear = try #require(Scale(.linear, showing: [2, 6]))
        #expect(linear.place(2) == 0 && linear.place(3) == 0.25 && linear.place(6) == 1 && linear.place(8) == 1.5)
        let logarithmic = try #require(Scale(.logarithmic, showing: [1, 10_000]))
        #expect(abs((logarithmic.place(100) ?? -1) - 0.5) < 1e-12)
        #expect(logarithmic.place(0) == nil && logarithmic.place(-3) == nil && logarithmic.place(.nan) == nil)
        #expect(linear.place(.infinity) == nil && linear.place(-.infinity) == nil && linear.place(.nan) == nil)
    }

    @Test("constants, nothing at all and enormous values give a usable range or none")
    func degenerate() throws {
        #expect(Scale(.linear, showing: [Double]()) == nil)
        #expect(Scale(.linear, showing: [.nan, .infinity]) == nil)
        #expect(Scale(.logarithmic, showing: [0, -1]) == nil)
        let cases: [[Double]] = [[5], [0, 0], [-3, -3], [1e299, -1e299],
                                 [.leastNonzeroMagnitude, .leastNormalMagnitude], [1e16, 1e16 + 2],
                                 [.greatestFiniteMagnitude, 1]]
        for values in cases {
            let scale = try #require(Scale(.linear, showing: values, roundedToTicks: 6))
            #expect(scale.lower < scale.upper)
            #expect((0...1).contains(scale.place(values[values.count - 1]) ?? -1))
            #expect((1...12).contains(scale.ticks(atMost: 6).count), "\(values)")
        }
    }
}
