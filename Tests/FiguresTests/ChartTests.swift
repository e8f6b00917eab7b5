// The charts as SVG: that it is well-formed XML, that it holds what was asked for, and that broken numbers break
// nothing.

import Figures
import Foundation
import TestTools
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// An SVG document, read by Foundation's parser.
final class SVGReader: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var texts: [String] = []
    private(set) var isWellFormed = false
    private var current: String?

    init(_ svg: String) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        isWellFormed = parser.parse()
    }

    func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
                attributes: [String: String]) {
        elements.append((name, attributes))
        if name == "text" { current = "" }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { current? += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        if name == "text", let text = current {
            texts.append(text)
            current = nil
        }
    }

    func count(_ name: String) -> Int { elements.count { $0.name == name } }

    /// The points of each polyline.
    var polylines: [[(x: Double, y: Double)]] {
        elements.filter { $0.name == "polyline" }.map { element in
            (element.attributes["points"] ?? "").split(separator: " ").map { pair in
                let numbers = pair.split(separator: ",").compactMap { Double($0) }
                return (numbers[0], numbers[1])
            }
        }
    }
}

@Suite("Charts")
struct ChartTests {
    @Test("a line chart has one polyline a series, all of its labels, and its points where the axes say")
    func lineChart() throws {
        let chart = LineChart(title: "Loss", xLabel: "epoch", yLabel: "cross-entropy",
                              series: [.init("train", [4, 2, 1, 0]), .init("test", [4, 3, 2, 2])],
                              referenceLines: [.init(3.5, label: "chance")])
        let svg = SVGReader(chart.svg())
        #expect(svg.isWellFormed)
        #expect(svg.polylines.map(\.count) == [4, 4])
        for text in ["Loss", "epoch", "cross-entropy", "train", "test", "chance", "0", "1", "2", "3", "4"] {
            #expect(svg.texts.contains(text), "\(text)")
        }
        let train = try #require(svg.polylines.first)
        // Equal steps to the right; down by 2, 1, 1 units of the y axis.
        #expect(abs((train[1].x - train[0].x) - (train[3].x - train[2].x)) < 0.02)
        #expect(abs((train[1].y - train[0].y) - 2 * (train[2].y - train[1].y)) < 0.03)
        #expect(svg.elements.contains { $0.name == "line" && $0.attributes["stroke-dasharray"] != nil })
        #expect(svg.elements.first?.attributes["font-family"] == "sans-serif")
    }

    @Test("on a logarithmic axis a geometric sequence is a straight line")
    func logarithmicChart() throws {
        let chart = LineChart(series: [.init("loss", [1, 0.1, 0.01, 0.001])], yScale: .logarithmic)
        let line = try #require(SVGReader(chart.svg()).polylines.first)
        let steps = zip(line, line.dropFirst()).map { $1.y - $0.y }
        #expect(steps.allSatisfy { abs($0 - steps[0]) < 0.03 && $0 > 10 })
    }

    @Test("values that are not finite, or not positive on a logarithmic axis, leave gaps")
    func gaps() {
        let values = [1, 2, .nan, 3, 4, 5, .infinity, 6, .nan, 7, 8]
        let linear = SVGReader(LineChart(series: [.init("a", values)]).svg())
        #expect(linear.polylines.map(\.count) == [2, 3, 2])
        // The 6 between two gaps has no neighbour to be joined with and is a dot.
        #expect(linear.count("circle") == 1)
        let chart = LineChart(series: [.init("a", [1, 0, 10, 100, -1, 5, 6])], yScale: .logarithmic)
        let logarithmic = SVGReader(chart.svg())
        #expect(logarithmic.polylines.map(\.count) == [2, 2])
        #expect(!LineChart(series: [.init("a", values)]).svg().contains("nan"))
    }

    @Test("lines are cut at the edges of a given range, exactly")
    func clipping() throws {
        let chart = LineChart(series: [.init("a", [0, 10, 0]), .init("b", [2, 2, 2])], yRange: 0...5)
        let lines = SVGReader(chart.svg()).polylines
        #expect(lines.map(\.count) == [2, 2, 3])
        let (bottom, top) = (lines[0][0].y, lines[0][1].y)
        // The line to 10 leaves at 5, half-way between the first and the second point.
        #expect(abs(lines[0][1].x - (lines[2][0].x + lines[2][1].x) / 2) < 0.02)
        #expect(abs((bottom - lines[2][0].y) / (bottom - top) - 0.4) < 0.001)
    }

    @Test("charts without data say so, and single points, constants and extremes are drawn")
    func degenerate() throws {
        let charts: [any Figure] = [
            LineChart(series: []), LineChart(series: [.init("a", [])]), LineChart(series: [.init("a", [.nan])]),
            LineChart(series: [.init("a", [-1, 0])], yScale: .logarithmic), ScatterPlot(series: []),
            ScatterPlot(series: [.init("a", points: [Point(.nan, 1)])]), BarChart(categories: [], values: []),
            BarChart(categories: ["a"], values: [.infinity]), HeatMap(values: []), HeatMap(values: [[]]),
            HeatMap(values: [[.nan]]), ImageSheet(images: []),
        ]
        for chart in charts {
            let svg = SVGReader(chart.svg())
            #expect(svg.isWellFormed && svg.texts == ["no data"])
            #expect(chart.terminal(TerminalStyle()) == "no data")
            #expect(try PNGFile(chart.png(scale: 1)).samples.contains { $0 < 200 })
        }
        let extremes: [[Double]] = [[1], [3, 3, 3], [0, 0], [1e299, -1e299], [.greatestFiniteMagnitude, 1, 2],
                                    [.leastNonzeroMagnitude, .leastNormalMagnitude], [1e16, 1e16 + 2]]
        for values in extremes {
            for scale in [AxisScale.linear, .logarithmic] {
                let chart = LineChart(series: [.init("a", values, style: .markedLine)], xScale: scale, yScale: scale)
                #expect(SVGReader(chart.svg()).isWellFormed)
                #expect(!chart.png(scale: 1).isEmpty && !chart.terminal(TerminalStyle(unicode: true)).isEmpty)
            }
        }
    }

    @Test("a band is a polygon around its line, and follows the gaps")
    func bands() {
        let band = [1.0...2, 2...3, 0...0, 3...4, 4...5]
        let chart = LineChart(series: [.init("a", [1.5, 2.5, .nan, 3.5, 4.5], band: band)])
        let polygons = SVGReader(chart.svg()).elements.filter { $0.name == "polygon" }
        #expect(polygons.count == 2)
        #expect(polygons.allSatisfy { $0.attributes["points"]?.split(separator: " ").count == 4 })
    }

    @Test("text means itself in SVG, whatever it contains")
    func escaping() {
        let hostile = "a<b & \"c\" > 'd' \u{1B}[31m \u{0} 日本語 ]]>"
        let chart = BarChart(title: hostile, yLabel: hostile, categories: [hostile], values: [1])
        let svg = SVGReader(chart.svg())
        #expect(svg.isWellFormed)
        #expect(chart.svg().contains("&lt;b"))
        #expect(svg.texts.contains { $0.contains("a<b & \"c\" > 'd'") && $0.contains("日本語 ]]>") })
        #expect(!chart.svg().contains("\u{1B}"))
    }

    @Test("a scatter plot has one mark a point, and its regions put row 0 at the bottom")
    func scatter() throws {
        let plot = ScatterPlot(series: [.init("zero", x: [0.2, 0.8], y: [0.2, 0.9]), .init("one", x: [0.5], y: [0.8]),
                                        .init("far", x: [9], y: [9])],
                               regions: .init(classes: [[0, 0], [1, 2]], x: 0...1, y: 0...1))
        let svg = SVGReader(plot.svg())
        // Two discs and the one of the legend; squares are polygons; the far point is outside the regions.
        #expect(svg.count("circle") == 3)
        #expect(svg.count("polygon") == 3)
        let image = try #require(svg.elements.first { $0.name == "image" })
        func number(_ name: String) throws -> Double { try #require(image.attributes[name].flatMap { Double($0) }) }
        let data = try #require(image.attributes["xlink:href"]?.split(separator: ",").last)
        let file = try PNGFile(Array(try #require(Data(base64Encoded: String(data)))))
        let (left, right) = (file.width / 4, file.width * 3 / 4)
        let (top, bottom) = (file.height / 4, file.height * 3 / 4)
        #expect(file.color(left, bottom) == file.color(right, bottom))
        #expect(file.color(left, top) != file.color(right, top))
        #expect(file.color(left, top) != file.color(left, bottom))
        // The PNG shows the same colours at the same places.
        let picture = try PNGFile(plot.png(scale: 1))
        let place = (x: Int(try number("x") + 0.9 * number("width")), y: Int(try number("y") + 20))
        #expect(picture.color(place.x, place.y) == file.color(right, top))
    }

    @Test("probabilities fade from the colour of class 0 to that of class 1")
    func probabilities() throws {
        func colors(_ regions: ScatterPlot.Regions) throws -> [Color] {
            let svg = SVGReader(ScatterPlot(series: [], regions: regions).svg())
            let href = try #require(svg.elements.first { $0.name == "image" }?.attributes["xlink:href"])
            let file = try PNGFile(Array(try #require(Data(base64Encoded: String(href.dropFirst(22))))))
            return (0..<3).map { file.color(file.width * (2 * $0 + 1) / 6, 0) }
        }
        let faded = try colors(.init(probabilities: [[0, 0.5, 1]], x: 0...1, y: 0...1))
        let classes = try colors(.init(classes: [[0, 0, 1]], x: 0...1, y: 0...1))
        #expect(faded[0] == classes[0] && faded[2] == classes[2])
        #expect(abs(Int(faded[1].red) - (Int(faded[0].red) + Int(faded[2].red)) / 2) <= 1)
    }

    @Test("a confusion matrix holds all counts and labels")
    func confusionMatrix() {
        let matrix = HeatMap.confusionMatrix(counts: [[50, 2, 1], [3, 61, 0], [7, 0, 44]],
                                             labels: ["cat", "dog", "cow"])
        let texts = SVGReader(matrix.svg()).texts
        for count in ["50", "2", "1", "3", "61", "7", "44"] { #expect(texts.contains(count), "\(count)") }
        for label in ["cat", "dog", "cow"] { #expect(texts.count { $0 == label } == 2) }
        #expect(texts.contains("true class") && texts.contains("predicted class"))
        #expect(matrix.terminal(TerminalStyle(width: 60)) == """
                        predicted class
            true class  cat dog cow
                   cat   50   2   1
                   dog    3  61   0
                   cow    7   0  44
            """)
    }

    @Test("a diverging map gives zero the light middle, whatever the range of the values")
    func diverging() throws {
        let map = HeatMap(values: [[-1, 0, 4]], colors: .diverging)
        let href = try #require(SVGReader(map.svg()).elements.first { $0.name == "image" }?.attributes["xlink:href"])
        let file = try PNGFile(Array(try #require(Data(base64Encoded: String(href.dropFirst(22))))))
        #expect(file.color(file.width / 2, 0) == ColorMap.diverging.color(at: 0.5))
        #expect(file.color(file.width - 1, 0) == ColorMap.diverging.color(at: 1))
        #expect(file.color(0, 0) == ColorMap.diverging.color(at: 0.375))
    }

    @Test("the bars' heights are in proportion to their values, and each is labelled")
    func bars() throws {
        let chart = BarChart(categories: ["a", "b", "c"], series: [.init("x", [1, 2, -1]), .init("y", [0.5, .nan, 4])])
        let svg = SVGReader(chart.svg())
        func heights(_ color: String) -> [Double] {
            svg.elements.filter { $0.name == "rect" && $0.attributes["fill"] == color }
                .compactMap { $0.attributes["height"].flatMap { Double($0) } }
        }
        // The first of each colour is in the legend, or the last: it is 10 units high and wide.
        let x = heights("#0072b2").filter { $0 != 10 }
        let y = heights("#d55e00").filter { $0 != 10 }
        #expect(x.count == 3 && abs(x[1] / x[0] - 2) < 0.01 && abs(x[2] / x[0] - 1) < 0.01)
        #expect(abs(y[0] / x[0] - 0.5) < 0.01 && y[1] == 0 && abs(y[2] / x[0] - 4) < 0.01)
        for label in ["1.00", "2.00", "−1.00", "0.50", "4.00"] { #expect(svg.texts.contains(label), "\(label)") }
    }

    @Test("an image sheet shows each pixel in whole units, at its place, with its caption")
    func imageSheet() throws {
        let images = (0..<5).map { PixelTests.noiseImage(8, 8 + $0 % 1, channels: $0 == 4 ? 3 : 1) }
        let sheet = ImageSheet(title: "Digits", images: images, captions: ["0", "1", "2", "3", "4"], columns: 3)
        let svg = SVGReader(sheet.svg())
        let places = svg.elements.filter { $0.name == "image" }.map(\.attributes)
        #expect(places.count == 5)
        #expect(places[0]["y"] == places[2]["y"] && places[0]["x"] == places[3]["x"])
        #expect(svg.texts == ["Digits", "0", "1", "2", "3", "4"])
        let file = try PNGFile(sheet.png(scale: 2))
        for (image, place) in zip(images, places) {
            let x = try #require(place["x"].flatMap { Int($0) })
            let y = try #require(place["y"].flatMap { Int($0) })
            let width = try #require(place["width"].flatMap { Int($0) })
            #expect(width.isMultiple(of: 8) && width >= 8)
            for row in 0..<8 {
                for column in 0..<8 {
                    #expect(file.color(2 * (x + column * width / 8), 2 * (y + row * width / 8)) == image[column, row])
                }
            }
        }
    }

    @Test("texts of a chart's margin do not overlap each other in a crowded chart")
    func crowded() {
        let references = (0..<5).map { ReferenceLine(0.9 + Double($0) * 0.001, label: "reference \($0)") }
        let chart = LineChart(series: [.init("a", [0, 1])], referenceLines: references)
        let lines = SVGReader(chart.svg()).elements.filter { $0.name == "text" }
            .filter { $0.attributes["fill"] == "#707070" }
            .compactMap { $0.attributes["y"].flatMap { Double($0) } }.sorted()
        #expect(lines.count == 5)
        #expect(zip(lines, lines.dropFirst()).allSatisfy { $1 - $0 >= 12 })
    }
}
