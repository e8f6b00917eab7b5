// Many small images side by side: digits of a data set, samples of a generator, inputs above their reconstructions.

import SIMDTensor

/// A sheet of images in rows, with an optional caption under each and an optional label before each row.
public struct ImageSheet: Figure {
    public var title: String
    public var images: [PixelImage]
    /// One caption for each image, or none.
    public var captions: [String]
    public var columns: Int
    /// One label for each row of the sheet, or none.
    public var rowLabels: [String]
    /// How many units wide and high a pixel is drawn; nil chooses.
    public var enlargement: Int?

    public init(title: String = "", images: [PixelImage], captions: [String] = [], columns: Int = 8,
                rowLabels: [String] = [], enlargement: Int? = nil) {
        require(columns > 0, "ImageSheet: \(columns) columns, expected at least 1")
        require(enlargement.map { $0 > 0 } ?? true,
                     "ImageSheet: the enlargement is \(enlargement ?? 0), expected at least 1")
        require(captions.isEmpty || captions.count == images.count,
                     "ImageSheet: \(captions.count) captions for \(images.count) images, expected as many or none")
        let rows = (images.count + columns - 1) / columns
        require(rowLabels.isEmpty || rowLabels.count == rows,
                     "ImageSheet: \(rowLabels.count) row labels for \(rows) rows, expected as many or none")
        self.title = title
        self.images = images
        self.captions = captions
        self.columns = columns
        self.rowLabels = rowLabels
        self.enlargement = enlargement
    }

    private var columnCount: Int { min(columns, images.count) }

    public var canvas: Canvas {
        guard !images.isEmpty else { return PlotFrame.empty(title: title) }
        let captionSize = 10.5
        let imageWidth = images.reduce(0) { max($0, $1.width) }
        let imageHeight = images.reduce(0) { max($0, $1.height) }
        let gap = captions.isEmpty ? 6.0 : 12.0
        // Whole pixels, as large as fits a page, but no image larger than 160.
        let fitting = Int((620 / Double(columnCount) - gap) / Double(imageWidth))
        let factor = enlargement ?? max(1, min(fitting, 160 / max(imageWidth, imageHeight), 10))

        let widestCaption = captions.reduce(0) { max($0, StrokeFont.width(of: $1, size: captionSize)) }
        let slotWidth = max(Double(imageWidth * factor), min(widestCaption + 2, 84)).rounded(.up)
        let lines = captions.map { StrokeFont.wrapped($0, width: slotWidth + 1, size: captionSize) }
        let captionHeight = Double(lines.reduce(0) { max($0, $1.count) }) * 13 + (captions.isEmpty ? 0 : 4)
        let slotHeight = Double(imageHeight * factor) + captionHeight

        let widestLabel = rowLabels.reduce(0) { max($0, StrokeFont.width(of: $1, size: PlotFrame.labelSize)) }
        let left = (18 + (rowLabels.isEmpty ? 0 : widestLabel * 1.08 + 12)).rounded()
        let rows = (images.count + columns - 1) / columns
        let width = max(left + Double(columnCount) * (slotWidth + gap) - gap + 18, 220)
        let title = StrokeFont.wrapped(title, width: width - 36, size: PlotFrame.titleSize, isBold: true)
        let top = 18 + Double(title.count) * 20 + (title.isEmpty ? 0 : 6)

        var canvas = Canvas(width: width, height: top + Double(rows) * (slotHeight + gap) - gap + 18)
        for (row, line) in title.enumerated() {
            canvas.text(line, at: Point(18, 30 + Double(row) * 20), size: PlotFrame.titleSize, color: Ink.text,
                        isBold: true)
        }
        for (index, image) in images.enumerated() {
            let x = left + Double(index % columns) * (slotWidth + gap)
            let y = top + Double(index / columns) * (slotHeight + gap)
            let size = (width: Double(image.width * factor), height: Double(image.height * factor))
            let place = Rectangle(x: x + ((slotWidth - size.width) / 2).rounded(), y: y, width: size.width,
                                  height: size.height)
            // A hairline around it, so that an image with white edges has edges.
            canvas.rectangle(Rectangle(x: place.x - 1, y: place.y - 1, width: place.width + 2,
                                       height: place.height + 2), Color(hex: 0xC4C4C4))
            canvas.pixels(image, in: place)
            if !captions.isEmpty {
                for (row, line) in lines[index].enumerated() {
                    let baseline = y + Double(imageHeight * factor) + 14 + Double(row) * 13
                    canvas.text(line, at: Point(x + slotWidth / 2, baseline), size: captionSize, color: Ink.label,
                                anchor: .middle)
                }
            }
        }
        for (row, label) in rowLabels.enumerated() {
            let middle = top + Double(row) * (slotHeight + gap) + Double(imageHeight * factor) / 2
            canvas.text(label, at: Point(left - 12, middle + 4.5), size: PlotFrame.labelSize, color: Ink.text,
                        anchor: .end)
        }
        return canvas
    }

    public func terminal(_ style: TerminalStyle) -> String {
        guard !images.isEmpty else { return TerminalPlot.empty(title: title, style) }
        var grid = TerminalGrid(style)
        grid.heading(title)
        let (pixelWidth, pixelHeight) = grid.pixelSize
        let shown = images.map { $0.reduced(by: grid.reduction(of: $0, columns: style.width)) }
        let width = shown.reduce(0) { max($0, $1.width) } * pixelWidth
        let height = (shown.reduce(0) { max($0, $1.height) } + pixelHeight - 1) / pixelHeight
        let fitting = min(columnCount, max(1, (style.width + 2) / (width + 2)))
        for rowStart in stride(from: 0, to: images.count, by: columns) {
            if rowStart > 0 && !rowLabels.isEmpty { grid.newLine() }
            if !rowLabels.isEmpty { grid.put(rowLabels[rowStart / columns], column: 0, row: grid.nextRow) }
            let row = rowStart..<min(rowStart + columns, images.count)
            // A row that is too wide for the terminal is continued below.
            for start in stride(from: row.lowerBound, to: row.upperBound, by: fitting) {
                if start > 0 && (rowLabels.isEmpty || start > rowStart) { grid.newLine() }
                let top = grid.nextRow
                for index in start..<min(start + fitting, row.upperBound) {
                    let column = (index - start) * (width + 2)
                    grid.put(shown[index], column: column, row: top)
                    if !captions.isEmpty {
                        grid.put(captions[index], column: column, row: top + height, limit: column + width)
                    }
                }
            }
        }
        return grid.text()
    }
}
