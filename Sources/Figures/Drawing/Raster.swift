// The canvas as pixels. Every mark is first a mask, which says for each pixel how much of it is covered, and then one
// blend of its colour through the mask; that is what makes edges smooth. Lines, letters and discs are covered by their
// distance from the pixel's centre; polygons by counting finer rows.

import SIMDTensor

extension Canvas {
    /// The drawing painted on white, `scale` pixels to a unit of length.
    public func raster(scale: Int = 2) -> PixelImage {
        require(scale >= 1, "Canvas.raster: the scale is \(scale), expected at least 1")
        var raster = Raster(width: Int(width) * scale, height: Int(height) * scale, scale: Double(scale))
        for mark in marks { raster.paint(mark) }
        return PixelImage(width: raster.width, height: raster.height, rgb: raster.samples)
    }
}

private struct Raster {
    let width: Int
    let height: Int
    let scale: Double
    private(set) var samples: [UInt8]
    /// The mask, 0…1 for each pixel; all zero between marks.
    private var coverage: [Float]
    /// The corners of the part of the mask that may differ from zero: none if `left > right`.
    private var (left, right) = (Int.max, -1)
    private var (top, bottom) = (Int.max, -1)

    init(width: Int, height: Int, scale: Double) {
        self.width = width
        self.height = height
        self.scale = scale
        samples = [UInt8](repeating: 255, count: width * height * 3)
        coverage = [Float](repeating: 0, count: width * height)
    }

    mutating func paint(_ mark: Canvas.Mark) {
        switch mark {
        case .rectangle(let rectangle, let color):
            let corner = Point(rectangle.x, rectangle.y)
            coverPolygon([corner, Point(rectangle.maxX, corner.y), Point(rectangle.maxX, rectangle.maxY),
                          Point(corner.x, rectangle.maxY)].map(scaled))
            blend(color)
        case .line(let start, let end, let stroke):
            draw([start, end], stroke)
        case .polyline(let points, let stroke):
            draw(points, stroke)
        case .polygon(let points, let color, let opacity, let halo):
            let corners = points.map(scaled)
            if let halo {
                coverLine(corners + corners.prefix(1), radius: Canvas.haloWidth * scale)
                blend(halo)
            }
            coverPolygon(corners)
            blend(color, opacity: opacity)
        case .disc(let centre, let radius, let color, let halo):
            if let halo {
                coverLine([scaled(centre)], radius: (radius + Canvas.haloWidth) * scale)
                blend(halo)
            }
            coverLine([scaled(centre)], radius: radius * scale)
            blend(color)
        case .text(let text, let point, let style):
            let width = StrokeFont.width(of: text, size: style.size, isBold: style.isBold)
            let shift = switch style.anchor {
            case .start: 0.0
            case .middle: -width / 2
            case .end: -width
            }
            let radius = StrokeFont.penWidth(size: style.size, isBold: style.isBold) / 2 * scale
            for stroke in StrokeFont.strokes(of: text, size: style.size, isBold: style.isBold) {
                coverLine(stroke.map {
                    scaled(style.isVertical
                        ? Point(point.x - $0.y, point.y - $0.x - shift)
                        : Point(point.x + $0.x + shift, point.y - $0.y))
                }, radius: stroke.count == 1 ? 1.2 * radius : radius)
            }
            blend(style.color)
        case .pixels(let image, let rectangle):
            copy(image, to: rectangle)
        }
    }

    private func scaled(_ point: Point) -> Point { Point(point.x * scale, point.y * scale) }

    private mutating func draw(_ points: [Point], _ stroke: Stroke) {
        let points = points.map(scaled)
        for piece in stroke.isDashed ? dashes(points) : [points] {
            coverLine(piece, radius: stroke.width / 2 * scale)
        }
        blend(stroke.color)
    }

    /// The pieces of a line that a dash pattern leaves.
    private func dashes(_ points: [Point]) -> [[Point]] {
        var pieces: [[Point]] = []
        var isOn = true
        var left = Stroke.dash.on * scale
        var piece = Array(points.prefix(1))
        for (start, end) in zip(points, points.dropFirst()) {
            let length = distance(start, end)
            var done = 0.0
            while length - done > left {
                done += left
                let share = done / length
                let place = Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
                if isOn { pieces.append(piece + [place]) }
                piece = [place]
                isOn.toggle()
                left = (isOn ? Stroke.dash.on : Stroke.dash.off) * scale
            }
            left -= length - done
            piece.append(end)
        }
        if isOn && piece.count > 1 { pieces.append(piece) }
        return pieces
    }

    private func distance(_ a: Point, _ b: Point) -> Double {
        ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
    }

    /// Covers all pixels within `radius` of the line through the points: a single point makes a disc.
    private mutating func coverLine(_ points: [Point], radius: Double) {
        guard let first = points.first else { return }
        if points.count == 1 { coverSegment(first, first, radius: radius) }
        for (start, end) in zip(points, points.dropFirst()) { coverSegment(start, end, radius: radius) }
    }

    private mutating func coverSegment(_ start: Point, _ end: Point, radius: Double) {
        let reach = radius + 0.5
        let (dx, dy) = (end.x - start.x, end.y - start.y)
        let squaredLength = dx * dx + dy * dy
        for y in pixels(from: min(start.y, end.y) - reach, to: max(start.y, end.y) + reach, limit: height) {
            let centreY = Double(y) + 0.5
            // The part of the segment that can reach this row, as fractions of its length.
            var (low, high) = (0.0, 1.0)
            if abs(dy) > 1e-9 {
                let a = (centreY - reach - start.y) / dy
                let b = (centreY + reach - start.y) / dy
                low = max(0, min(a, b))
                high = min(1, max(a, b))
                if low > high { continue }
            }
            let (x0, x1) = (start.x + dx * low, start.x + dx * high)
            for x in pixels(from: min(x0, x1) - reach, to: max(x0, x1) + reach, limit: width) {
                let (px, py) = (Double(x) + 0.5 - start.x, centreY - start.y)
                let along = squaredLength > 0 ? min(max((px * dx + py * dy) / squaredLength, 0), 1) : 0
                let (ex, ey) = (px - along * dx, py - along * dy)
                let covered = Float(min(reach - (ex * ex + ey * ey).squareRoot(), 1))
                // The most, not the sum: where two segments meet, the pixel is still covered once.
                if covered > coverage[y * width + x] { cover(x, y, covered) }
            }
        }
    }

    /// Covers the inside of a polygon (even-odd rule) by eight finer rows a pixel, each with exact ends.
    private mutating func coverPolygon(_ corners: [Point]) {
        guard corners.count >= 3 else { return }
        let finer = 8
        let top = corners.reduce(Double.infinity) { min($0, $1.y) }
        let bottom = corners.reduce(-Double.infinity) { max($0, $1.y) }
        for y in pixels(from: top, to: bottom, limit: height) {
            for part in 0..<finer {
                let level = Double(y) + (Double(part) + 0.5) / Double(finer)
                var crossings: [Double] = []
                for index in corners.indices {
                    let (a, b) = (corners[index], corners[(index + 1) % corners.count])
                    if (a.y <= level) != (b.y <= level) {
                        crossings.append(a.x + (level - a.y) / (b.y - a.y) * (b.x - a.x))
                    }
                }
                crossings.sort()
                for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                    let (left, right) = (crossings[pair], crossings[pair + 1])
                    for x in pixels(from: left, to: right, limit: width) {
                        let overlap = min(right, Double(x) + 1) - max(left, Double(x))
                        cover(x, y, coverage[y * width + x] + Float(overlap) / Float(finer))
                    }
                }
            }
        }
    }

    private mutating func cover(_ x: Int, _ y: Int, _ value: Float) {
        coverage[y * width + x] = value
        (left, right) = (min(left, x), max(right, x))
        (top, bottom) = (min(top, y), max(bottom, y))
    }

    /// The pixels that an interval touches, within the picture.
    private func pixels(from low: Double, to high: Double, limit: Int) -> Range<Int> {
        let first = min(max(low.rounded(.down), 0), Double(limit))
        let end = min(max(high.rounded(.up), first), Double(limit))
        return Int(first)..<Int(end)
    }

    /// Mixes the colour into all covered pixels and clears the mask.
    private mutating func blend(_ color: Color, opacity: Double = 1) {
        let channels = [Float(color.red), Float(color.green), Float(color.blue)]
        for y in stride(from: top, through: bottom, by: 1) {
            for x in stride(from: left, through: right, by: 1) {
                let pixel = y * width + x
                guard coverage[pixel] > 0 else { continue }
                let share = min(coverage[pixel], 1) * Float(opacity)
                coverage[pixel] = 0
                for channel in 0..<3 {
                    let old = Float(samples[pixel * 3 + channel])
                    samples[pixel * 3 + channel] = UInt8((old + (channels[channel] - old) * share).rounded())
                }
            }
        }
        (left, right) = (Int.max, -1)
        (top, bottom) = (Int.max, -1)
    }

    /// Stretches an image over a rectangle; every pixel takes the sample nearest to it.
    private mutating func copy(_ image: PixelImage, to rectangle: Rectangle) {
        let (left, top) = ((rectangle.x * scale).rounded(), (rectangle.y * scale).rounded())
        let (right, bottom) = ((rectangle.maxX * scale).rounded(), (rectangle.maxY * scale).rounded())
        for y in pixels(from: top, to: bottom, limit: height) {
            let row = Int((Double(y) + 0.5 - top) / (bottom - top) * Double(image.height))
            for x in pixels(from: left, to: right, limit: width) {
                let column = Int((Double(x) + 0.5 - left) / (right - left) * Double(image.width))
                let color = image[min(column, image.width - 1), min(row, image.height - 1)]
                let pixel = (y * width + x) * 3
                samples[pixel] = color.red
                samples[pixel + 1] = color.green
                samples[pixel + 2] = color.blue
            }
        }
    }
}
