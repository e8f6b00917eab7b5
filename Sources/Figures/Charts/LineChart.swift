// Lines over a common axis: losses over epochs, accuracies over training set sizes, a signal and its reconstruction.

import SIMDTensor

/// A chart of one or more series of points joined by lines.
public struct LineChart: Figure {
    /// One line of the chart.
    public struct Series: Sendable {
        /// How the points are shown.
        public enum Style: Sendable { case line, markers, markedLine }

        public var name: String
        /// The points in the order in which they are joined; one that is not finite interrupts the line.
        public var points: [Point]
        public var style: Style
        /// A shaded band about the line: the lower and the upper end for each point, such as the least and the
        /// greatest of several runs. Empty, or as many as there are points.
        public var band: [ClosedRange<Double>]

        /// A series of points.
        public init(_ name: String, points: [Point], style: Style = .line, band: [ClosedRange<Double>] = []) {
            require(band.isEmpty || band.count == points.count, """
                LineChart.Series “\(name)”: the band has \(band.count) ranges for \(points.count) points, \
                expected as many
                """)
            self.name = name
            self.points = points
            self.style = style
            self.band = band
        }

        /// A series of values at equal distances: the first at `start`, each next one `step` further.
        public init(_ name: String, _ values: [Double], from start: Double = 0, step: Double = 1,
                    style: Style = .line, band: [ClosedRange<Double>] = []) {
            let points = values.enumerated().map { Point(start + Double($0.offset) * step, $0.element) }
            self.init(name, points: points, style: style, band: band)
        }

        /// A series of the points (xᵢ, yᵢ).
        public init(_ name: String, x: [Double], y: [Double], style: Style = .line, band: [ClosedRange<Double>] = []) {
            require(x.count == y.count, """
                LineChart.Series “\(name)”: \(x.count) x values and \(y.count) y values, expected as many
                """)
            self.init(name, points: zip(x, y).map { Point($0, $1) }, style: style, band: band)
        }
    }

    public var title: String
    public var xLabel: String
    public var yLabel: String
    public var series: [Series]
    public var xScale: AxisScale
    public var yScale: AxisScale
    /// The range to show; by default the one of the data.
    public var xRange: ClosedRange<Double>?
    public var yRange: ClosedRange<Double>?
    public var referenceLines: [ReferenceLine]

    public init(title: String = "", xLabel: String = "", yLabel: String = "", series: [Series],
                xScale: AxisScale = .linear, yScale: AxisScale = .linear, xRange: ClosedRange<Double>? = nil,
                yRange: ClosedRange<Double>? = nil, referenceLines: [ReferenceLine] = []) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
        self.xScale = xScale
        self.yScale = yScale
        self.xRange = xRange
        self.yRange = yRange
        self.referenceLines = referenceLines
    }

    /// The scales that show all points that can be shown; nil if there are none.
    private func scales(yTicks: Int) -> (x: Scale, y: Scale)? {
        let points = series.flatMap(\.points)
        // A point counts only where both of its coordinates can be shown.
        guard let anyX = Scale(xScale, showing: points.map(\.x)), let anyY = Scale(yScale, showing: points.map(\.y))
        else { return nil }
        let visible = points.filter { anyX.place($0.x) != nil && anyY.place($0.y) != nil }
        let bands = series.flatMap { series in
            zip(series.points, series.band).filter { anyX.place($0.0.x) != nil && anyY.place($0.0.y) != nil }
                .flatMap { [$0.1.lowerBound, $0.1.upperBound] }
        }
        guard !visible.isEmpty, let x = Scale(xScale, showing: visible.map(\.x), range: xRange),
              let y = Scale(yScale, showing: visible.map(\.y) + bands + referenceLines.map(\.value), range: yRange,
                            padding: yScale == .linear ? 0 : 0.05, roundedToTicks: yTicks)
        else { return nil }
        return (x, y)
    }

    /// A series in fractions of the plot area: the unbroken pieces of its line, and all points that are within.
    private struct Trace {
        var pieces: [[Point]] = []
        var points: [Point] = []
        /// Points without a neighbour to be joined with.
        var lonely: [Point] = []
        var bands: [[Point]] = []
    }

    private func trace(_ series: Series, _ x: Scale, _ y: Scale) -> Trace {
        var trace = Trace()
        var run: [Point] = []
        var edge: [(x: Double, lower: Double, upper: Double)] = []
        func finishRun() {
            if run.count == 1 { trace.lonely += run.filter(UnitSquare.contains) }
            trace.pieces += UnitSquare.clipped(run)
            run = []
        }
        func finishBand() {
            if edge.count > 1 {
                trace.bands.append(edge.map { Point($0.x, $0.upper) } + edge.reversed().map { Point($0.x, $0.lower) })
            }
            edge = []
        }
        for (index, point) in series.points.enumerated() {
            guard let unitX = x.place(point.x), let unitY = y.place(point.y) else {
                finishRun()
                finishBand()
                continue
            }
            let unit = Point(unitX, unitY)
            run.append(unit)
            if UnitSquare.contains(unit) { trace.points.append(unit) }
            guard index < series.band.count, (0...1).contains(unitX),
                  let upper = y.place(series.band[index].upperBound) else {
                finishBand()
                continue
            }
            // On a logarithmic axis a band may reach down to zero, which is below everything.
            let lower = y.place(series.band[index].lowerBound) ?? 0
            edge.append((unitX, min(max(lower, 0), 1), min(max(upper, 0), 1)))
        }
        finishRun()
        finishBand()
        return trace
    }

    /// The line of the series with this number; after eight colours they come again, dashed.
    private func stroke(_ index: Int) -> Stroke {
        Stroke(Palette.color(index), width: 2, isDashed: index / Palette.okabeIto.count % 2 == 1)
    }

    private func marker(_ index: Int) -> Marker { Marker.allCases[index % Marker.allCases.count] }

    public var canvas: Canvas {
        guard let (x, y) = scales(yTicks: PlotFrame.yTickCount) else { return PlotFrame.empty(title: title) }
        var frame = PlotFrame(title: title, xLabel: xLabel, yLabel: yLabel, horizontal: .scale(x), vertical: y,
                              references: referenceLines)
        // The name of an only series belongs into the title.
        if series.count > 1 {
            frame.legend = series.enumerated().map { index, series in
                let sample: LegendEntry.Sample = switch series.style {
                case .line: .line(stroke(index))
                case .markers: .marker(marker(index))
                case .markedLine: .markedLine(stroke(index), marker(index))
                }
                return LegendEntry(name: series.name, color: Palette.color(index), sample: sample)
            }
        }
        let layout = frame.layout()
        let area = layout.area
        var canvas = Canvas(width: frame.width, height: layout.height)
        frame.drawGrid(on: &canvas, layout)
        frame.drawAxes(on: &canvas, layout)
        frame.drawReferences(on: &canvas, layout)
        let traces = series.map { trace($0, x, y) }
        for (index, trace) in traces.enumerated() {
            for band in trace.bands { canvas.polygon(band.map(area.place), Palette.color(index), opacity: 0.18) }
        }
        for (index, (series, trace)) in zip(series, traces).enumerated() {
            if series.style != .markers {
                for piece in trace.pieces { canvas.polyline(piece.map(area.place), stroke(index)) }
                for point in trace.lonely {
                    canvas.marker(.disc, at: area.place(point), radius: 3, Palette.color(index))
                }
            }
            if series.style != .line {
                for point in trace.points {
                    canvas.marker(marker(index), at: area.place(point), radius: 3.2, Palette.color(index), halo: .white)
                }
            }
        }
        return canvas
    }

    public func terminal(_ style: TerminalStyle) -> String {
        guard let (x, y) = scales(yTicks: TerminalPlot.yTickCount) else {
            return TerminalPlot.empty(title: title, style)
        }
        var plot = TerminalPlot(title: title, xLabel: xLabel, yLabel: yLabel, x: x, y: y, style: style)
        for reference in referenceLines { plot.reference(reference) }
        // Dots of one colour cannot tell lines apart, letters can.
        let usesDots = style.unicode && (style.color != .none || series.count == 1)
        for (index, series) in series.enumerated() {
            let trace = trace(series, x, y)
            let symbol = TerminalPlot.symbol(index, style)
            let color = Palette.color(index)
            if series.style == .markers {
                for point in trace.points { plot.symbol(symbol, at: point, color) }
            } else if usesDots {
                for piece in trace.pieces { plot.dots(through: piece, color) }
                for point in trace.lonely { plot.dots(through: [point], color) }
            } else {
                for piece in trace.pieces { plot.symbols(symbol, through: piece, color) }
                for point in trace.lonely { plot.symbol(symbol, at: point, color) }
            }
            if self.series.count > 1 {
                let isDotted = usesDots && series.style != .markers
                plot.legend(isDotted ? "⠤⠤" : String(symbol), series.name, color)
            }
        }
        return plot.text()
    }
}

/// Cutting lines at the edges of the plot area, which is the square from (0, 0) to (1, 1).
enum UnitSquare {
    static func contains(_ point: Point) -> Bool {
        // A hair of tolerance: the ends of the range are themselves within.
        (-1e-9...1 + 1e-9).contains(point.x) && (-1e-9...1 + 1e-9).contains(point.y)
    }

    /// The parts of a line that are inside, each segment clipped by its parameters of entry and exit (Liang and Barsky
    /// 1984).
    static func clipped(_ line: [Point]) -> [[Point]] {
        var pieces: [[Point]] = []
        var isOpen = false
        for (start, end) in zip(line, line.dropFirst()) {
            let (dx, dy) = (end.x - start.x, end.y - start.y)
            var (enter, leave) = (0.0, 1.0)
            for (step, room) in [(-dx, start.x), (dx, 1 - start.x), (-dy, start.y), (dy, 1 - start.y)] {
                if step == 0 {
                    if room < -1e-9 { leave = -1 }
                } else if step < 0 {
                    enter = max(enter, room / step)
                } else {
                    leave = min(leave, room / step)
                }
            }
            guard enter <= leave else {
                isOpen = false
                continue
            }
            if !isOpen || enter > 0 { pieces.append([Point(start.x + enter * dx, start.y + enter * dy)]) }
            pieces[pieces.count - 1].append(Point(start.x + leave * dx, start.y + leave * dy))
            isOpen = leave == 1
        }
        return pieces
    }
}
