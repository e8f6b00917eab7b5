// A matrix as colours: confusion matrices, kernels, activations, weights, attention.

import SIMDTensor

/// A chart of a matrix: one coloured cell for each value, row 0 at the top.
public struct HeatMap: Figure {
    public var title: String
    public var xLabel: String
    public var yLabel: String
    /// `[rows, columns]`.
    public var values: [[Double]]
    /// Names of the rows and columns: as many as there are, or none.
    public var rowLabels: [String]
    public var columnLabels: [String]
    public var colors: ColorMap
    /// The values with the first and the last colour; by default the least and the greatest value, and for a diverging
    /// map the range about zero that holds both.
    public var range: ClosedRange<Double>?
    /// The decimals of the number in each cell; nil writes none.
    public var decimals: Int?

    public init(title: String = "", xLabel: String = "", yLabel: String = "", values: [[Double]],
                rowLabels: [String] = [], columnLabels: [String] = [], colors: ColorMap = .viridis,
                range: ClosedRange<Double>? = nil, decimals: Int? = nil) {
        let columns = values.first?.count ?? 0
        require(values.allSatisfy { $0.count == columns },
                     "HeatMap: the rows have \(Set(values.map(\.count)).sorted()) columns, expected as many")
        require(rowLabels.isEmpty || rowLabels.count == values.count,
                     "HeatMap: \(rowLabels.count) row labels for \(values.count) rows, expected as many or none")
        require(columnLabels.isEmpty || columnLabels.count == columns,
                     "HeatMap: \(columnLabels.count) column labels for \(columns) columns, expected as many or none")
        require(decimals.map { (0...15).contains($0) } ?? true,
                     "HeatMap: \(decimals ?? 0) decimals, expected 0…15")
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.values = values
        self.rowLabels = rowLabels
        self.columnLabels = columnLabels
        self.colors = colors
        self.range = range
        self.decimals = decimals
    }

    /// The confusion matrix of a classifier: `counts[i][j]` examples of class i were taken for class j.
    public static func confusionMatrix(title: String = "", counts: [[Int]], labels: [String]) -> HeatMap {
        HeatMap(title: title, xLabel: "predicted class", yLabel: "true class",
                values: counts.map { $0.map { Double($0) } }, rowLabels: labels, columnLabels: labels,
                colors: .blues, decimals: 0)
    }

    private var columnCount: Int { values.first?.count ?? 0 }

    /// The scale from value to fraction of the colour map; nil if no value is finite.
    private var scale: Scale? {
        if let range { return Scale(.linear, showing: [], range: range) }
        let finite = values.joined().filter(\.isFinite)
        guard let smallest = finite.min(), let greatest = finite.max() else { return nil }
        if colors.isDiverging {
            let extreme = max(abs(smallest), abs(greatest))
            return Scale(.linear, showing: [-extreme, extreme])
        }
        return Scale(.linear, showing: [smallest, greatest])
    }

    private func color(_ value: Double, _ scale: Scale) -> Color {
        if value == .infinity { return colors.color(at: 1) }
        if value == -.infinity { return colors.color(at: 0) }
        return scale.place(value).map(colors.color) ?? Ink.missing
    }

    private func image(_ scale: Scale) -> PixelImage {
        PixelImage(width: columnCount, height: values.count, rgb: values.joined().flatMap { value in
            let color = color(value, scale)
            return [color.red, color.green, color.blue]
        })
    }

    /// The number in a cell; none where there is no value.
    private func number(_ value: Double, _ decimals: Int) -> String {
        value.isNaN ? "" : NumberText.fixed(value, decimals: decimals)
    }

    public var canvas: Canvas {
        guard let scale, columnCount > 0 else { return PlotFrame.empty(title: title) }
        let labelSize = 11.0
        func widest(_ texts: [String]) -> Double {
            texts.reduce(0) { max($0, StrokeFont.width(of: $1, size: labelSize)) }
        }

        // Whole units, so that cells are equal; a matrix of more cells than a page has units is shrunk.
        let longest = Double(max(values.count, columnCount))
        var cell = longest > 1200 ? 1200 / longest : min(max((400 / longest).rounded(.down), 1), 40)
        if let decimals {
            cell = max(cell, (widest(values.joined().map { number($0, decimals) }) + 10).rounded(.up), 22)
        }
        let hasVerticalLabels = widest(columnLabels) > cell - 4
        // Labels need 13 units each: where cells are smaller, only every so many cells have one.
        let labelEvery = max(1, Int((13 / cell).rounded(.up)))

        let rowLabelWidth = widest(rowLabels)
        let left = (20 + (yLabel.isEmpty ? 0 : 24) + (rowLabels.isEmpty ? 0 : rowLabelWidth + 10)).rounded()
        let width = max(cell * Double(columnCount), 1)
        let height = max(cell * Double(values.count), 1)
        let ticks = scale.ticks(atMost: min(max(Int(height / 14), 4), 8))
        let barLeft = left + width + 20
        let fullWidth = max(barLeft + 14 + 8 + widest(ticks.compactMap(\.label)) * 1.1 + 14, 300)
        let title = StrokeFont.wrapped(title, width: fullWidth - 36, size: PlotFrame.titleSize, isBold: true)
        let top = 18 + Double(title.count) * 20 + (title.isEmpty ? 0 : 4)
        let columnLabelHeight = columnLabels.isEmpty ? 0 : hasVerticalLabels ? widest(columnLabels) + 9 : 20
        let fullHeight = top + max(height, 90) + columnLabelHeight + (xLabel.isEmpty ? 0 : 22) + 16

        var canvas = Canvas(width: fullWidth, height: fullHeight)
        // A wide title begins where the figure begins, not where the cells do.
        let titleLeft = title.allSatisfy {
            left + StrokeFont.width(of: $0, size: PlotFrame.titleSize, isBold: true) <= fullWidth - 12
        } ? left : 18
        for (row, line) in title.enumerated() {
            canvas.text(line, at: Point(titleLeft, 30 + Double(row) * 20), size: PlotFrame.titleSize, color: Ink.text,
                        isBold: true)
        }
        let matrix = Rectangle(x: left, y: top, width: width, height: height)
        canvas.pixels(image(scale), in: matrix)
        if cell >= 16 {
            for row in stride(from: 1, to: values.count, by: 1) {
                let y = top + Double(row) * cell
                canvas.line(Point(left, y), Point(left + width, y), Stroke(.white))
            }
            for column in stride(from: 1, to: columnCount, by: 1) {
                let x = left + Double(column) * cell
                canvas.line(Point(x, top), Point(x, top + height), Stroke(.white))
            }
        }
        drawFrame(matrix, on: &canvas)
        if let decimals {
            for (row, line) in values.enumerated() {
                for (column, value) in line.enumerated() {
                    // Zeros are written faintly, so that the others are seen.
                    let ink = color(value, scale).readableInk
                    canvas.text(number(value, decimals),
                                at: Point(left + (Double(column) + 0.5) * cell, top + (Double(row) + 0.5) * cell + 4),
                                size: labelSize, color: value == 0 ? ink.mixed(with: color(value, scale), 0.55) : ink,
                                anchor: .middle)
                }
            }
        }
        for (row, label) in rowLabels.enumerated() where row.isMultiple(of: labelEvery) {
            canvas.text(label, at: Point(left - 7, top + (Double(row) + 0.5) * cell + 4), size: labelSize,
                        color: Ink.label, anchor: .end)
        }
        for (column, label) in columnLabels.enumerated() where column.isMultiple(of: labelEvery) {
            let x = left + (Double(column) + 0.5) * cell
            if hasVerticalLabels {
                canvas.text(label, at: Point(x + 4, top + height + 7), size: labelSize, color: Ink.label, anchor: .end,
                            isVertical: true)
            } else {
                canvas.text(label, at: Point(x, top + height + 16), size: labelSize, color: Ink.label, anchor: .middle)
            }
        }
        canvas.text(xLabel, at: Point(left + width / 2, top + height + columnLabelHeight + 20),
                    size: PlotFrame.labelSize, color: Ink.text, anchor: .middle)
        canvas.text(yLabel, at: Point(28, top + height / 2), size: PlotFrame.labelSize, color: Ink.text,
                    anchor: .middle, isVertical: true)
        drawColorBar(Rectangle(x: barLeft, y: top, width: 14, height: max(height, 90)), scale, ticks, on: &canvas)
        return canvas
    }

    private func drawFrame(_ rectangle: Rectangle, on canvas: inout Canvas) {
        let corners = [(0.0, 0.0), (1, 0), (1, 1), (0, 1), (0, 0)].map { rectangle.place(Point($0, $1)) }
        for (start, end) in zip(corners, corners.dropFirst()) {
            canvas.line(start, end, Stroke(Color(hex: 0xB0B0B0)))
        }
    }

    private func drawColorBar(_ bar: Rectangle, _ scale: Scale, _ ticks: [Tick], on canvas: inout Canvas) {
        let steps = Int(bar.height)
        let samples = (0..<steps).flatMap { step in
            let color = colors.color(at: 1 - (Double(step) + 0.5) / Double(steps))
            return [color.red, color.green, color.blue]
        }
        canvas.pixels(PixelImage(width: 1, height: steps, rgb: samples), in: bar)
        drawFrame(bar, on: &canvas)
        for tick in ticks {
            let y = (bar.maxY - (scale.place(tick.value) ?? 0) * bar.height).rounded()
            canvas.line(Point(bar.maxX, y), Point(bar.maxX + 4, y), Stroke(Ink.axis))
            canvas.text(tick.label ?? "", at: Point(bar.maxX + 8, y + 4), size: 11, color: Ink.label)
        }
    }

    public func terminal(_ style: TerminalStyle) -> String {
        guard let scale, columnCount > 0 else { return TerminalPlot.empty(title: title, style) }
        var grid = TerminalGrid(style)
        grid.heading(title)
        if let decimals, putNumbers(decimals, scale, style, on: &grid) { return grid.text() }
        let labelWidth = min(rowLabels.reduce(0) { max($0, grid.width(of: $1)) }, style.width / 3)
        let start = labelWidth == 0 ? 0 : labelWidth + 1
        let cells = image(scale)
        // Without colours the shades show the value, not the lightness of its colour.
        let shades = PixelImage(width: columnCount, height: values.count,
                                intensities: values.joined().map { scale.place($0) ?? 0 })
        let top = grid.nextRow
        let (pixelWidth, pixelHeight) = grid.pixelSize
        let factor = grid.reduction(of: cells, columns: style.width - start)
        grid.put((style.color == .none ? shades : cells).reduced(by: factor), column: start, row: top)
        if factor == 1 && !rowLabels.isEmpty {
            for (row, label) in rowLabels.enumerated() where row.isMultiple(of: pixelHeight) {
                grid.put(label, column: max(0, labelWidth - grid.width(of: label)), row: top + row / pixelHeight,
                         limit: labelWidth)
            }
        }
        if factor == 1 && !columnLabels.isEmpty {
            let line = grid.nextRow
            var free = 0
            for (column, label) in columnLabels.enumerated() where start + column * pixelWidth >= free {
                grid.put(label, column: start + column * pixelWidth, row: line)
                free = start + column * pixelWidth + grid.width(of: label) + 1
            }
        }
        let legend = grid.nextRow
        let from = NumberText.short(scale.lower)
        grid.put(from, column: start, row: legend)
        let ramp = 16
        let strip = PixelImage(width: ramp, height: pixelHeight, rgb: (0..<ramp * pixelHeight).flatMap { index in
            let fraction = Double(index % ramp) / Double(ramp - 1)
            let color = style.color == .none
                ? Color.black.mixed(with: .white, fraction) : colors.color(at: fraction)
            return [color.red, color.green, color.blue]
        })
        let rampStart = start + grid.width(of: from) + 1
        if rampStart + ramp * pixelWidth < style.width { grid.put(strip, column: rampStart, row: legend) }
        grid.put(NumberText.short(scale.upper), column: rampStart + ramp * pixelWidth + 1, row: legend)
        return grid.text()
    }

    /// Aligned numbers, coloured where there are colours; false if the terminal is too narrow for them.
    private func putNumbers(_ decimals: Int, _ scale: Scale, _ style: TerminalStyle,
                            on grid: inout TerminalGrid) -> Bool {
        let texts = values.map { $0.map { number($0, decimals) } }
        let cellWidth = 1 + (texts.joined() + columnLabels).reduce(1) { max($0, grid.width(of: $1)) }
        let labelWidth = max(rowLabels.reduce(0) { max($0, grid.width(of: $1)) }, grid.width(of: yLabel))
        guard labelWidth + 1 + cellWidth * columnCount + 1 <= style.width else { return false }
        if !xLabel.isEmpty { grid.put(xLabel, column: labelWidth + 2, row: grid.nextRow) }
        if !columnLabels.isEmpty || !yLabel.isEmpty {
            let line = grid.nextRow
            grid.put(yLabel, column: 0, row: line)
            for (column, label) in columnLabels.enumerated() {
                let end = labelWidth + 1 + (column + 1) * cellWidth
                grid.put(label, column: end - grid.width(of: label), row: line)
            }
        }
        for (row, line) in texts.enumerated() {
            let place = grid.nextRow
            if !rowLabels.isEmpty {
                grid.put(rowLabels[row], column: labelWidth - grid.width(of: rowLabels[row]), row: place)
            }
            for (column, text) in line.enumerated() {
                let paper = color(values[row][column], scale)
                let padded = String(repeating: " ", count: cellWidth - grid.width(of: text)) + text
                // The blank before the number belongs to its cell; one more stands after the last.
                grid.put(padded + (style.color != .none && column == columnCount - 1 ? " " : ""),
                         column: labelWidth + 1 + column * cellWidth, row: place, color: paper.readableInk,
                         background: paper)
            }
        }
        return true
    }
}
