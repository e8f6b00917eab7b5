// Charts of whatever numbers there are: they may say “no data”, but they may not end the program.

import Figures
import Synchronization
import TestTools
import Testing

/// Text that was written.
final class Written: Sendable {
    private let texts = Mutex("")
    var text: String { texts.withLock { $0 } }
    func append(_ text: String) { texts.withLock { $0 += text } }
}

@Suite("Numbers at their ends")
struct ExtremeTests {
    private static let least = Double.leastNonzeroMagnitude

    static let data: [[Double]] = [
        [1e-160, 1e160], [-1e308, 1e308], [1e-300, 1e300], [1e306, 1e-306], [least], [least, 2 * least], [0, least], [1e10 * least, 3e10 * least],
        [1.7e308], [-1.7e308, 1], [1, 1], [0, 0], [-0.0, 0], [1, 1.0000000000000002], [1e300, 1.0000000000000002e300],
        [.nan], [.infinity], [-.infinity], [.nan, 1], [.infinity, 2, -.infinity], [], [-1, -2], [1000 * least, 1e300],
        [9.999999999999999e306, 1], [1e15, 1e15 + 0.125],
    ]

    /// Draws in all ways, at a low resolution.
    private func draw(_ figure: some Figure) {
        _ = figure.canvas.raster(scale: 1)
        let svg = figure.svg()
        for word in ["nan", "inf"] { #expect(!svg.contains("\"" + word) && !svg.contains(word + ",") && !svg.contains("," + word)) }
        for color in [TerminalStyle.Color.none, .trueColor] {
            #expect(!figure.terminal(TerminalStyle(color: color, unicode: true)).isEmpty)
        }
    }

    @Test("all charts of all numbers can be drawn", arguments: data)
    func charts(values: [Double]) {
        for scale in [AxisScale.linear, .logarithmic] {
            draw(LineChart(
                title: "t", series: [.init("a", values, style: .markedLine), .init("b", x: values, y: values)], xScale: scale,
                yScale: scale, referenceLines: values.map { .init($0, label: "r") }))
            draw(LineChart(
                series: [.init("a", values)], yScale: scale, yRange: 1e-10...2e-10,
                referenceLines: values.map { .init($0, label: "r") }))
        }
        draw(ScatterPlot(series: [.init("a", x: values, y: values)]))
        draw(ScatterPlot(series: [.init("a", x: values, y: values)], regions: .init(classes: [[0, -1]], x: 0...1e-5, y: 0...1)))
        draw(BarChart(categories: values.map { "\($0)" }, values: values, referenceLines: values.map { .init($0, label: "r") }))
        for colors in [ColorMap.viridis, .diverging] {
            draw(HeatMap(values: [values], colors: colors, decimals: 2))
            draw(HeatMap(values: values.map { [$0] }, colors: colors, range: -1e-300...1e300))
        }
    }

    @Test("an axis from 1e-160 to 1e160 has its places where the logarithms say")
    func wideLogarithm() throws {
        let scale = try #require(Scale(.logarithmic, showing: [1e-160, 1e160]))
        // Of the logarithms, whose relative error is a few roundings: 320 log 10 is one of 737.
        for (value, place) in [(1e-160, 0.0), (1, 0.5), (1e80, 0.75), (1e160, 1)] {
            #expect(abs(try #require(scale.place(value)) - place) <= 4 * 1.0.ulp)
        }
        let labels = scale.ticks(atMost: 4).compactMap(\.label)
        #expect(labels.first == "10⁻¹⁶⁰" && labels.count <= 5)
        let padded = try #require(Scale(.logarithmic, showing: [1e-306, 1e306], padding: 0.05))
        #expect(padded.lower > 0 && padded.upper.isFinite)
    }

    @Test("a linear axis shows numbers whose difference is larger than either")
    func wideLinear() throws {
        let scale = try #require(Scale(.linear, showing: [-9e306, 9e306], roundedToTicks: 6))
        #expect(scale.place(0) == 0.5 && scale.lower.isFinite && scale.upper.isFinite)
        #expect(Scale(.linear, showing: [-1e308, 1e308]) == nil)
        let narrow = try #require(Scale(.linear, showing: [], range: 0...1e-5))
        #expect(narrow.place(1e306) == 1e9 && narrow.place(-1e306) == -1e9)
    }

    @Test("a progress bar takes any number of steps, of examples, and any value")
    func progress() {
        let written = Written()
        for isInteractive in [false, true] {
            let terminal = Terminal(style: TerminalStyle(), isInteractive: isInteractive) { written.append($0) }
            var seconds = 0.0
            var bar = ProgressBar(label: "l", total: .max, examplesPerStep: .max, terminal: terminal, clock: { .seconds(seconds) })
            seconds = 1e-9
            bar.advance(to: .max / 2, values: [("nan", .nan), ("huge", 1e308), ("inf", -.infinity)])
            seconds = -1
            bar.advance(to: .max, values: [])
            bar.finish()
        }
        #expect(written.text.contains("50%") && written.text.contains("100%"))
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var canvas = Canvas(width: 10, height: 10)
                canvas.line(Point(0, .nan), Point(1, 1), Stroke(.black))
            }, says: "Canvas.line: a place or length is nan, expected −10⁹ to 10⁹")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Canvas(width: .infinity, height: 10)
            }, says: "Canvas: the size is inf × 10.0, expected 1 to 100000 units")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = PixelImage(width: .max, height: 2, grey: [])
            }, says: "PixelImage: the size is 9223372036854775807 × 2, expected at least 1 × 1")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = ProgressBar(label: "", total: 1, examplesPerStep: 0)
            }, says: "ProgressBar: 0 examples in a step, expected at least 1")
    }
}
