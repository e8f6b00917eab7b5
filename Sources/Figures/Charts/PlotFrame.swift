// The frame that line, scatter and bar charts share: title, legend, axes, ticks, grid, horizontal reference lines. It
// measures its texts first, so that the plot area gets exactly the room that is left and no two labels meet.

/// A horizontal line at a value to compare with: a baseline, a published result, chance.
public struct ReferenceLine: Sendable {
    public var value: Double
    public var label: String

    public init(_ value: Double, label: String) {
        self.value = value
        self.label = label
    }
}

/// A name in the legend and the mark that it explains.
struct LegendEntry {
    enum Sample { case line(Stroke), markedLine(Stroke, Marker), marker(Marker), patch }
    var name: String
    var color: Color
    var sample: Sample

    /// How far the name stands from the start of the mark.
    var sampleWidth: Double {
        switch sample {
        case .line, .markedLine: 29
        case .marker, .patch: 16
        }
    }
}

/// Everything around the data of a chart.
struct PlotFrame {
    enum Horizontal {
        case scale(Scale)
        /// One equally wide slot for each name.
        case categories([String])
    }

    var title = ""
    var xLabel = ""
    var yLabel = ""
    var horizontal: Horizontal
    var vertical: Scale
    var legend: [LegendEntry] = []
    var references: [ReferenceLine] = []
    /// The width of the whole figure and the height of the plot area alone: legend and labels add to it.
    var width = 640.0
    var plotHeight = 290.0
    /// Room above the plot area, for labels that stand on its highest marks.
    var headroom = 10.0

    /// How many steps between ticks the vertical axis has at most.
    static let yTickCount = 6
    static let tickSize = 11.5
    static let labelSize = 12.5
    static let titleSize = 15.0

    /// Where everything goes.
    struct Layout {
        var area: Rectangle
        var height: Double
        var title: [String]
        var legendRows: [[(entry: LegendEntry, x: Double)]]
        var legendTop: Double
        var xTicks: [Tick]
        var yTicks: [Tick]
        var categories: [[String]]
        var hasVerticalCategories: Bool
        var references: [(line: ReferenceLine, label: [String])]
    }

    func layout() -> Layout {
        func measure(_ text: String, _ size: Double) -> Double { StrokeFont.width(of: text, size: size) }

        let yTicks = vertical.ticks(atMost: Self.yTickCount)
        let widestTick = yTicks.reduce(0) { max($0, measure($1.label ?? "", Self.tickSize)) }
        let left = (16 + (yLabel.isEmpty ? 0 : 24) + widestTick + 12).rounded()

        let shown = references.filter { vertical.place($0.value).map { (0...1).contains($0) } ?? false }
            .map { (line: $0, label: StrokeFont.wrapped($0.label, width: 130, size: Self.tickSize)) }
        let widestReference = shown.flatMap(\.label).reduce(0) { max($0, measure($1, Self.tickSize)) }
        let right = (widestReference > 0 ? widestReference * 1.08 + 22 : 24).rounded()
        let areaWidth = max(width - left - right, 100)

        let title = StrokeFont.wrapped(title, width: width - left - 16, size: Self.titleSize, isBold: true)
        var top = 16.0 + Double(title.count) * 20 + (title.isEmpty ? 0 : 4)
        let legendTop = top
        let rows = legendRows(from: left, to: width - 16)
        top += Double(rows.count) * 19 + headroom

        var xTicks: [Tick] = []
        var categories: [[String]] = []
        var hasVerticalCategories = false
        var labelHeight = 18.0
        switch horizontal {
        case .scale(let scale):
            // As many ticks as leave a gap between the widest label and the next.
            for count in stride(from: 10, through: 1, by: -1) {
                xTicks = scale.ticks(atMost: count)
                let labels = xTicks.compactMap(\.label)
                let widest = labels.reduce(0) { max($0, measure($1, Self.tickSize)) }
                if Double(labels.count) * (widest + 24) <= areaWidth { break }
            }
        case .categories(let names):
            let slot = areaWidth / Double(max(names.count, 1))
            categories = names.map { StrokeFont.wrapped($0, width: slot - 10, size: Self.tickSize) }
            let widest = categories.joined().reduce(0) { max($0, measure($1, Self.tickSize)) }
            hasVerticalCategories = widest > slot - 4
            if hasVerticalCategories {
                categories = names.map { [$0] }
                labelHeight = names.reduce(0) { max($0, measure($1, Self.tickSize)) } + 10
            } else {
                labelHeight = 4 + 14 * Double(categories.reduce(1) { max($0, $1.count) })
            }
        }
        let area = Rectangle(x: left, y: top.rounded(), width: areaWidth, height: plotHeight)
        let height = area.maxY + 6 + labelHeight + (xLabel.isEmpty ? 6 : 26) + 6
        return Layout(area: area, height: height, title: title, legendRows: rows, legendTop: legendTop, xTicks: xTicks,
                      yTicks: yTicks, categories: categories, hasVerticalCategories: hasVerticalCategories,
                      references: shown)
    }

    /// The legend in rows as wide as the figure.
    private func legendRows(from left: Double, to right: Double) -> [[(entry: LegendEntry, x: Double)]] {
        var rows: [[(entry: LegendEntry, x: Double)]] = []
        var x = left
        for entry in legend {
            // A little more than measured: the font of an SVG viewer may be wider.
            let needed = entry.sampleWidth + StrokeFont.width(of: entry.name, size: Self.labelSize) * 1.08 + 18
            if rows.isEmpty || x + needed - 18 > right {
                rows.append([])
                x = left
            }
            rows[rows.count - 1].append((entry, x))
            x += needed
        }
        return rows
    }

    /// What lies below the data: the grid.
    func drawGrid(on canvas: inout Canvas, _ layout: Layout) {
        for tick in layout.yTicks where tick.label != nil {
            let y = height(of: tick.value, layout)
            canvas.line(Point(layout.area.x, y), Point(layout.area.maxX, y), Stroke(Ink.grid))
        }
    }

    /// The reference lines and their labels, which stand in the right margin and keep clear of each other.
    func drawReferences(on canvas: inout Canvas, _ layout: Layout) {
        let lineHeight = 13.0
        // Labels that would overlap form a block, which stands centred about the mean of their lines.
        var blocks: [(sum: Double, count: Int, lines: [String])] = []
        func top(_ block: (sum: Double, count: Int, lines: [String])) -> Double {
            block.sum / Double(block.count) - Double(block.lines.count) * lineHeight / 2
        }
        for (line, label) in layout.references.sorted(by: { $0.line.value > $1.line.value }) {
            let y = height(of: line.value, layout)
            let stroke = Stroke(Ink.reference, width: 1.2, isDashed: true)
            canvas.line(Point(layout.area.x, y), Point(layout.area.maxX, y), stroke)
            var block = (sum: y, count: 1, lines: label)
            while let above = blocks.last, top(above) + Double(above.lines.count) * lineHeight > top(block) {
                block = (above.sum + block.sum, above.count + block.count, above.lines + block.lines)
                blocks.removeLast()
            }
            blocks.append(block)
        }
        for block in blocks {
            for (index, line) in block.lines.enumerated() {
                let baseline = top(block) + (Double(index) + 0.8) * lineHeight
                canvas.text(line, at: Point(layout.area.maxX + 8, baseline), size: Self.tickSize, color: Ink.reference)
            }
        }
    }

    /// Axes, ticks, labels, legend and title.
    func drawAxes(on canvas: inout Canvas, _ layout: Layout) {
        let area = layout.area
        let axis = Stroke(Ink.axis, width: 1)
        canvas.line(Point(area.x, area.y), Point(area.x, area.maxY), axis)
        canvas.line(Point(area.x, area.maxY), Point(area.maxX, area.maxY), axis)

        for tick in layout.yTicks {
            let y = height(of: tick.value, layout)
            canvas.line(Point(area.x - (tick.label == nil ? 3 : 5), y), Point(area.x, y), axis)
            canvas.text(tick.label ?? "", at: Point(area.x - 8, y + 4), size: Self.tickSize, color: Ink.label,
                        anchor: .end)
        }
        switch horizontal {
        case .scale(let scale):
            for tick in layout.xTicks {
                let x = (area.x + (scale.place(tick.value) ?? 0) * area.width).rounded()
                canvas.line(Point(x, area.maxY), Point(x, area.maxY + (tick.label == nil ? 3 : 5)), axis)
                canvas.text(tick.label ?? "", at: Point(x, area.maxY + 18), size: Self.tickSize, color: Ink.label,
                            anchor: .middle)
            }
        case .categories:
            let slot = area.width / Double(max(layout.categories.count, 1))
            for (index, lines) in layout.categories.enumerated() {
                let x = area.x + (Double(index) + 0.5) * slot
                for (row, line) in lines.enumerated() {
                    if layout.hasVerticalCategories {
                        canvas.text(line, at: Point(x + 4, area.maxY + 8), size: Self.tickSize, color: Ink.label,
                                    anchor: .end, isVertical: true)
                    } else {
                        canvas.text(line, at: Point(x, area.maxY + 17 + Double(row) * 14), size: Self.tickSize,
                                    color: Ink.label, anchor: .middle)
                    }
                }
            }
        }
        canvas.text(xLabel, at: Point(area.x + area.width / 2, layout.height - 13), size: Self.labelSize,
                    color: Ink.text, anchor: .middle)
        canvas.text(yLabel, at: Point(26, area.y + area.height / 2), size: Self.labelSize, color: Ink.text,
                    anchor: .middle, isVertical: true)
        for (row, line) in layout.title.enumerated() {
            canvas.text(line, at: Point(area.x, 30 + Double(row) * 20), size: Self.titleSize, color: Ink.text,
                        isBold: true)
        }
        for (row, entries) in layout.legendRows.enumerated() {
            let y = layout.legendTop + 8 + Double(row) * 19
            for (entry, x) in entries { drawLegend(entry, at: Point(x, y), on: &canvas) }
        }
    }

    private func drawLegend(_ entry: LegendEntry, at point: Point, on canvas: inout Canvas) {
        let (start, end) = (point, Point(point.x + 22, point.y))
        let middle = Point(point.x + 11, point.y)
        switch entry.sample {
        case .line(let stroke):
            canvas.line(start, end, stroke)
        case .markedLine(let stroke, let marker):
            canvas.line(start, end, stroke)
            canvas.marker(marker, at: middle, radius: 3.2, entry.color, halo: .white)
        case .marker(let marker):
            canvas.marker(marker, at: Point(point.x + 5, point.y), radius: 4, entry.color)
        case .patch:
            canvas.rectangle(Rectangle(x: point.x, y: point.y - 5, width: 10, height: 10), entry.color)
        }
        canvas.text(entry.name, at: Point(point.x + entry.sampleWidth, point.y + 4.5), size: Self.labelSize,
                    color: Ink.text)
    }

    /// The y coordinate of a value, on a whole unit so that horizontal lines are sharp.
    private func height(of value: Double, _ layout: Layout) -> Double {
        (layout.area.maxY - (vertical.place(value) ?? 0) * layout.area.height).rounded()
    }

    /// The figure of a chart that has nothing to show.
    static func empty(title: String, width: Double = 640, height: Double = 240) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        for (row, line) in StrokeFont.wrapped(title, width: width - 40, size: titleSize, isBold: true).enumerated() {
            canvas.text(line, at: Point(20, 30 + Double(row) * 20), size: titleSize, color: Ink.text, isBold: true)
        }
        canvas.text("no data", at: Point(width / 2, height / 2 + 10), size: titleSize, color: Ink.reference,
                    anchor: .middle)
        return canvas
    }
}
