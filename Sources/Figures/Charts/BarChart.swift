// Bars beside each other: accuracies of methods, errors by class, counts.

import SIMDTensor

/// A chart of labelled values: a group of bars for each category, one bar for each series.
public struct BarChart: Figure {
    /// The bars of one colour: one value for each category.
    public struct Series: Sendable {
        public var name: String
        public var values: [Double]

        public init(_ name: String, _ values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    public var title: String
    public var yLabel: String
    public var categories: [String]
    public var series: [Series]
    /// The decimals of the value that stands above each bar.
    public var decimals: Int
    /// The range to show; by default from zero.
    public var yRange: ClosedRange<Double>?
    public var referenceLines: [ReferenceLine]

    public init(title: String = "", yLabel: String = "", categories: [String], series: [Series], decimals: Int = 2,
                yRange: ClosedRange<Double>? = nil, referenceLines: [ReferenceLine] = []) {
        for series in series {
            require(series.values.count == categories.count, """
                BarChart.Series “\(series.name)”: \(series.values.count) values for \
                \(categories.count) categories, expected as many
                """)
        }
        require((0...15).contains(decimals), "BarChart: \(decimals) decimals, expected 0…15")
        self.title = title
        self.yLabel = yLabel
        self.categories = categories
        self.series = series
        self.decimals = decimals
        self.yRange = yRange
        self.referenceLines = referenceLines
    }

    /// One series: one bar for each category.
    public init(title: String = "", yLabel: String = "", categories: [String], values: [Double], decimals: Int = 2,
                yRange: ClosedRange<Double>? = nil, referenceLines: [ReferenceLine] = []) {
        self.init(title: title, yLabel: yLabel, categories: categories, series: [Series("", values)],
                  decimals: decimals, yRange: yRange, referenceLines: referenceLines)
    }

    /// The scale, which includes zero; nil if no value can be shown.
    private var scale: Scale? {
        let values = series.flatMap(\.values)
        guard Scale(.linear, showing: values) != nil else { return nil }
        // Below negative bars a tenth more, where their labels stand; above the plot area there is room for labels.
        let smallest = values.filter(\.isFinite).min() ?? 0
        return Scale(.linear, showing: values + referenceLines.map(\.value) + [0, min(0, smallest * 1.1)],
                     range: yRange, roundedToTicks: 6)
    }

    private func label(_ value: Double) -> String {
        NumberText.fixed(value, decimals: decimals)
    }

    public var canvas: Canvas {
        guard let scale else { return PlotFrame.empty(title: title) }
        let labelSize = 10.5
        let widestLabel = series.flatMap(\.values).reduce(0) {
            max($0, StrokeFont.width(of: label($1), size: labelSize))
        }
        let widestName = categories.reduce(0) { max($0, StrokeFont.width(of: $1, size: PlotFrame.tickSize)) }
        // Wide enough for the values side by side and for names in one or two lines, within the width of a page.
        let group = Double(series.count) * (widestLabel + 8)
        let wanted = max(group / 0.78, min(widestName + 16, 110), 60)
        var frame = PlotFrame(title: title, yLabel: yLabel, horizontal: .categories(categories), vertical: scale,
                              references: referenceLines)
        frame.width = min(max(420, 100 + wanted * Double(categories.count)), 760)
        if series.count > 1 {
            frame.legend = series.enumerated().map {
                LegendEntry(name: $1.name, color: Palette.color($0), sample: .patch)
            }
        }
        var layout = frame.layout()
        let slot = layout.area.width / Double(categories.count)
        let barWidth = min(slot * 0.78 / Double(series.count), 64)
        let isVertical = widestLabel > barWidth + 1
        frame.headroom = isVertical ? widestLabel + 12 : 24
        layout = frame.layout()

        var canvas = Canvas(width: frame.width, height: layout.height)
        frame.drawGrid(on: &canvas, layout)
        let zero = min(max(scale.place(0) ?? 0, 0), 1)
        let start = layout.area.maxY - zero * layout.area.height
        var labels: [(text: String, centre: Double, end: Double, isBelow: Bool)] = []
        for (index, series) in series.enumerated() {
            for (category, value) in series.values.enumerated() {
                let middle = layout.area.x + (Double(category) + 0.5) * slot
                let left = middle + (Double(index) - Double(self.series.count) / 2) * barWidth
                let end = layout.area.maxY - min(max(scale.place(value) ?? zero, 0), 1) * layout.area.height
                canvas.rectangle(Rectangle(x: left + 0.75, y: min(start, end), width: barWidth - 1.5,
                                           height: abs(end - start)), Palette.color(index))
                labels.append((label(value), left + barWidth / 2, end, value < 0))
            }
        }
        canvas.line(Point(layout.area.x, start.rounded()), Point(layout.area.maxX, start.rounded()), Stroke(Ink.axis))
        frame.drawReferences(on: &canvas, layout)
        // Vertical labels need no more than their height; bars thinner than that have none.
        for label in labels where !isVertical || barWidth > labelSize - 3 {
            draw(label.text, at: Point(label.centre, label.end), isBelow: label.isBelow, isVertical: isVertical,
                 size: labelSize, on: &canvas)
        }
        frame.drawAxes(on: &canvas, layout)
        return canvas
    }

    /// The value at the end of a bar, on paper of its own so that no line strikes it through.
    private func draw(_ text: String, at end: Point, isBelow: Bool, isVertical: Bool, size: Double,
                      on canvas: inout Canvas) {
        let width = StrokeFont.width(of: text, size: size)
        let box = isVertical ? (width: size - 1, height: width + 2) : (width: width + 2, height: size + 1)
        let top = isBelow ? end.y + 3 : end.y - 3 - box.height
        canvas.rectangle(Rectangle(x: end.x - box.width / 2, y: top, width: box.width, height: box.height), .white)
        let baseline = isVertical
            ? Point(end.x + size * 0.36, isBelow ? end.y + 5 : end.y - 5)
            : Point(end.x, isBelow ? end.y + 13 : end.y - 5)
        canvas.text(text, at: baseline, size: size, color: Ink.label,
                    anchor: isVertical ? (isBelow ? .end : .start) : .middle, isVertical: isVertical)
    }

    public func terminal(_ style: TerminalStyle) -> String {
        guard let scale else { return TerminalPlot.empty(title: title, style) }
        var grid = TerminalGrid(style)
        grid.heading(title)
        let rows = categories.indices.flatMap { category in
            series.indices.map { (category, $0, series[$0].values[category]) }
        }
        let names = rows.map { category, index, _ in
            (index == 0 ? categories[category] : "", series[index].name)
        }
        let widestCategory = names.reduce(0) { max($0, grid.width(of: $1.0)) }
        let widestName = series.count > 1 ? names.reduce(0) { max($0, grid.width(of: $1.1)) } + 1 : 0
        let widestValue = rows.reduce(0) { max($0, grid.width(of: label($1.2))) }
        // Long names are cut rather than leaving no room for the bars.
        let nameWidth = min(widestCategory + widestName, style.width / 2)
        let start = nameWidth + 1
        let room = max(1, min(style.width, 100) - start - widestValue - 2)
        let zero = min(max(scale.place(0) ?? 0, 0), 1)
        for (row, (category, index, value)) in rows.enumerated() {
            if series.count > 1 && index == 0 && category > 0 { grid.newLine() }
            let line = grid.nextRow
            let color = Palette.color(index)
            grid.put(names[row].0, column: 0, row: line, limit: nameWidth)
            if series.count > 1 {
                grid.put(names[row].1, column: widestCategory + 1, row: line, color: color, limit: nameWidth)
            }
            let place = min(max(scale.place(value) ?? zero, 0), 1)
            let bar: String
            if place >= zero {
                let before = Int((zero * Double(room)).rounded(.down))
                bar = String(repeating: " ", count: before)
                    + TerminalGrid.bar((place - zero) * Double(room), unicode: style.unicode)
            } else {
                let before = Int((place * Double(room)).rounded())
                let length = max(0, Int((zero * Double(room)).rounded(.down)) - before)
                bar = String(repeating: " ", count: before) + TerminalGrid.bar(Double(length), unicode: style.unicode)
            }
            grid.put(bar, column: start, row: line, color: color)
            grid.put(label(value), column: start + max(bar.count, 0) + 1, row: line)
        }
        for reference in referenceLines {
            grid.put("\(reference.label): \(label(reference.value))", column: 0, row: grid.nextRow)
        }
        if !yLabel.isEmpty { grid.put("(\(yLabel))", column: 0, row: grid.nextRow) }
        return grid.text()
    }
}
