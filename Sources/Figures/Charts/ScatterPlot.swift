// Points in the plane, a colour and shape for each class, and behind them what a classifier says of every place: the
// picture in which one sees a decision boundary.

import SIMDTensor

/// A chart of points by class, with optional decision regions behind them.
public struct ScatterPlot: Figure {
    /// The points of one class.
    public struct Series: Sendable {
        public var name: String
        public var points: [Point]

        public init(_ name: String, points: [Point]) {
            self.name = name
            self.points = points
        }

        /// The points (xᵢ, yᵢ).
        public init(_ name: String, x: [Double], y: [Double]) {
            require(x.count == y.count, """
                ScatterPlot.Series “\(name)”: \(x.count) x values and \(y.count) y values, expected as many
                """)
            self.init(name, points: zip(x, y).map { Point($0, $1) })
        }
    }

    /// A decision for every cell of a grid: row 0 is at the lower end of `y`, column 0 at the lower end of `x`.
    public struct Regions: Sendable {
        let x: ClosedRange<Double>
        let y: ClosedRange<Double>
        /// For every cell the two classes between which it lies and how far towards the second.
        private let cells: [[(first: Int, second: Int, share: Double)]]

        /// The number of the winning class in each cell `[rows, columns]`.
        public init(classes: [[Int]], x: ClosedRange<Double>, y: ClosedRange<Double>) {
            self.init(x, y, classes.map { $0.map { ($0, $0, 0) } })
        }

        /// The probability (0…1) of class 1 against class 0 in each cell `[rows, columns]`: the colour fades between
        /// the two. What is not a number counts as undecided.
        public init(probabilities: [[Double]], x: ClosedRange<Double>, y: ClosedRange<Double>) {
            self.init(x, y, probabilities.map { $0.map { (0, 1, $0.isNaN ? 0.5 : min(max($0, 0), 1)) } })
        }

        private init(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>,
                     _ cells: [[(first: Int, second: Int, share: Double)]]) {
            let columns = cells.first?.count ?? 0
            require(columns > 0 && cells.allSatisfy { $0.count == columns }, """
                ScatterPlot.Regions: the rows have \(Set(cells.map(\.count)).sorted()) columns, \
                expected as many, at least 1
                """)
            require(x.lowerBound < x.upperBound && y.lowerBound < y.upperBound
                         && (x.upperBound - x.lowerBound).isFinite && (y.upperBound - y.lowerBound).isFinite,
                         "ScatterPlot.Regions: the grid covers \(x) × \(y), expected finite ranges that are not empty")
            self.x = x
            self.y = y
            self.cells = cells
        }

        /// The regions as an image, lightened so that points stand out, top row first.
        var image: PixelImage {
            var samples: [UInt8] = []
            for row in cells.reversed() {
                for cell in row {
                    let color = Self.tint(cell.first).mixed(with: Self.tint(cell.second), cell.share)
                    samples += [color.red, color.green, color.blue]
                }
            }
            return PixelImage(width: cells[0].count, height: cells.count, rgb: samples)
        }

        /// The colour of the region of a class.
        static func tint(_ index: Int) -> Color { Palette.color(index).mixed(with: .white, 0.72) }

        /// The class at a place of the plane, nil outside the grid.
        func winner(_ place: Point) -> Int? {
            guard x.contains(place.x), y.contains(place.y) else { return nil }
            func index(_ value: Double, _ range: ClosedRange<Double>, _ count: Int) -> Int {
                min(Int((value - range.lowerBound) / (range.upperBound - range.lowerBound) * Double(count)), count - 1)
            }
            let cell = cells[index(place.y, y, cells.count)][index(place.x, x, cells[0].count)]
            return cell.share >= 0.5 ? cell.second : cell.first
        }
    }

    public var title: String
    public var xLabel: String
    public var yLabel: String
    public var series: [Series]
    public var regions: Regions?

    public init(title: String = "", xLabel: String = "", yLabel: String = "", series: [Series],
                regions: Regions? = nil) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
        self.regions = regions
    }

    /// The scales: those of the regions if there are any, else room about the points; nil if there is neither.
    private var scales: (x: Scale, y: Scale)? {
        let points = series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
        guard let x = Scale(.linear, showing: points.map(\.x), range: regions?.x, padding: 0.06),
              let y = Scale(.linear, showing: points.map(\.y), range: regions?.y, padding: 0.06)
        else { return nil }
        return (x, y)
    }

    private func places(_ series: Series, _ x: Scale, _ y: Scale) -> [Point] {
        series.points.compactMap { point in
            guard let unitX = x.place(point.x), let unitY = y.place(point.y) else { return nil }
            let unit = Point(unitX, unitY)
            return UnitSquare.contains(unit) ? unit : nil
        }
    }

    private func marker(_ index: Int) -> Marker { Marker.allCases[index % Marker.allCases.count] }

    public var canvas: Canvas {
        guard let (x, y) = scales else { return PlotFrame.empty(title: title, width: 500) }
        var frame = PlotFrame(title: title, xLabel: xLabel, yLabel: yLabel, horizontal: .scale(x), vertical: y,
                              width: 500, plotHeight: 390)
        if series.count > 1 {
            frame.legend = series.enumerated().map { index, series in
                LegendEntry(name: series.name, color: Palette.color(index), sample: .marker(marker(index)))
            }
        }
        let layout = frame.layout()
        var canvas = Canvas(width: frame.width, height: layout.height)
        if let regions { canvas.pixels(regions.image, in: layout.area) } else { frame.drawGrid(on: &canvas, layout) }
        frame.drawAxes(on: &canvas, layout)
        // Many points are drawn smaller.
        let count = series.reduce(0) { $0 + $1.points.count }
        let radius = count > 2000 ? 2.0 : count > 400 ? 2.8 : 3.8
        for (index, series) in series.enumerated() {
            for place in places(series, x, y) {
                canvas.marker(marker(index), at: layout.area.place(place), radius: radius, Palette.color(index),
                              halo: .white)
            }
        }
        return canvas
    }

    public func terminal(_ style: TerminalStyle) -> String {
        guard let (x, y) = scales else { return TerminalPlot.empty(title: title, style) }
        var plot = TerminalPlot(title: title, xLabel: xLabel, yLabel: yLabel, x: x, y: y, style: style, rows: 20)
        if let regions {
            plot.background { regions.winner(Point(x.lower + $0.x * (x.upper - x.lower),
                                                   y.lower + $0.y * (y.upper - y.lower))) }
        }
        for (index, series) in series.enumerated() {
            let symbol = TerminalPlot.symbol(index, style)
            for place in places(series, x, y) { plot.symbol(symbol, at: place, Palette.color(index)) }
            if self.series.count > 1 { plot.legend(String(symbol), series.name, Palette.color(index)) }
        }
        return plot.text()
    }
}
