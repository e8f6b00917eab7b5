// The sheet on which figures are drawn: a value that remembers what was put on it, in order. Two back ends turn the
// same marks into a file: `svg()` writes them as text, `raster(scale:)` paints pixels. Charts know this sheet only.

import SIMDTensor

/// A place on a canvas, in units of 1/96 inch, x to the right and y down; or a pair of numbers in a chart.
public struct Point: Hashable, Sendable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
        self.x = x
        self.y = y
    }
}

/// An upright rectangle on a canvas.
public struct Rectangle: Hashable, Sendable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    var maxX: Double { x + width }
    var maxY: Double { y + height }

    /// The place at these fractions of the width (from the left) and of the height (from the bottom).
    func place(_ unit: Point) -> Point { Point(x + unit.x * width, y + (1 - unit.y) * height) }
}

/// How a line is drawn.
public struct Stroke: Hashable, Sendable {
    public var color: Color
    public var width: Double
    public var isDashed: Bool

    public init(_ color: Color, width: Double = 1, isDashed: Bool = false) {
        self.color = color
        self.width = width
        self.isDashed = isDashed
    }

    /// The dash and the gap of a dashed line, in units of length.
    static let dash = (on: 5.0, off: 4.0)
}

/// The shapes that mark single points.
public enum Marker: CaseIterable, Sendable {
    case disc, square, triangle, diamond

    /// The corners about `centre` of a shape with about the area of a disc of this radius; none for the disc itself.
    func corners(at centre: Point, radius: Double) -> [Point] {
        let offsets: [Point] = switch self {
        case .disc: []
        case .square: [Point(-0.89, -0.89), Point(0.89, -0.89), Point(0.89, 0.89), Point(-0.89, 0.89)]
        case .triangle: [Point(0, -1.4), Point(1.25, 0.8), Point(-1.25, 0.8)]
        case .diamond: [Point(0, -1.3), Point(1.3, 0), Point(0, 1.3), Point(-1.3, 0)]
        }
        return offsets.map { Point(centre.x + $0.x * radius, centre.y + $0.y * radius) }
    }
}

/// Where a text stands with respect to its point.
public enum TextAnchor: String, Sendable {
    case start, middle, end
}

/// A drawing: a size and what is drawn, bottom-most first.
public struct Canvas: Sendable {
    /// One thing drawn.
    enum Mark: Sendable {
        case rectangle(Rectangle, Color)
        case line(Point, Point, Stroke)
        case polyline([Point], Stroke)
        case polygon([Point], Color, opacity: Double, halo: Color?)
        case disc(Point, radius: Double, Color, halo: Color?)
        case text(String, Point, TextStyle)
        case pixels(PixelImage, Rectangle)
    }

    struct TextStyle: Sendable {
        var size: Double
        var color: Color
        var anchor: TextAnchor
        var isBold: Bool
        var isVertical: Bool
    }

    /// The size in units of 1/96 inch.
    public let width: Double
    public let height: Double
    private(set) var marks: [Mark] = []

    /// The width of the light rim that keeps overlapping marks apart.
    static let haloWidth = 0.9

    /// A white sheet of 1 to 100,000 units a side.
    public init(width: Double, height: Double) {
        require((1...1e5).contains(width) && (1...1e5).contains(height),
                     "Canvas: the size is \(width) × \(height), expected 1 to 100000 units")
        self.width = width.rounded(.up)
        self.height = height.rounded(.up)
    }

    /// Traps unless all numbers of a mark can be drawn, on the sheet or beside it.
    private func requireDrawable(_ mark: String, _ numbers: Double...) {
        for number in numbers {
            require(abs(number) <= 1e9, "Canvas.\(mark): a place or length is \(number), expected −10⁹ to 10⁹")
        }
    }

    /// A filled rectangle.
    public mutating func rectangle(_ rectangle: Rectangle, _ color: Color) {
        requireDrawable("rectangle", rectangle.x, rectangle.y, rectangle.width, rectangle.height)
        marks.append(.rectangle(rectangle, color))
    }

    /// A straight line.
    public mutating func line(_ start: Point, _ end: Point, _ stroke: Stroke) {
        requireDrawable("line", start.x, start.y, end.x, end.y, stroke.width)
        marks.append(.line(start, end, stroke))
    }

    /// A line through points, with round joints.
    public mutating func polyline(_ points: [Point], _ stroke: Stroke) {
        for point in points { requireDrawable("polyline", point.x, point.y, stroke.width) }
        marks.append(.polyline(points, stroke))
    }

    /// A filled polygon, opaque to the degree of `opacity` (0…1).
    public mutating func polygon(_ points: [Point], _ color: Color, opacity: Double = 1) {
        for point in points { requireDrawable("polygon", point.x, point.y) }
        require((0...1).contains(opacity), "Canvas.polygon: the opacity is \(opacity), expected 0 to 1")
        marks.append(.polygon(points, color, opacity: opacity, halo: nil))
    }

    /// A small shape about a point, with a light rim if `halo` is given.
    public mutating func marker(_ marker: Marker, at centre: Point, radius: Double, _ color: Color,
                                halo: Color? = nil) {
        requireDrawable("marker", centre.x, centre.y, radius)
        marks.append(marker == .disc
            ? .disc(centre, radius: radius, color, halo: halo)
            : .polygon(marker.corners(at: centre, radius: radius), color, opacity: 1, halo: halo))
    }

    /// One line of text; `point` is on its baseline. A vertical text runs upwards.
    public mutating func text(_ text: String, at point: Point, size: Double, color: Color = Color(hex: 0x222222),
                              anchor: TextAnchor = .start, isBold: Bool = false, isVertical: Bool = false) {
        requireDrawable("text", point.x, point.y, size)
        guard !text.isEmpty else { return }
        let style = TextStyle(size: size, color: color, anchor: anchor, isBold: isBold, isVertical: isVertical)
        marks.append(.text(text, point, style))
    }

    /// An image stretched to a rectangle, its pixels staying square-edged.
    public mutating func pixels(_ image: PixelImage, in rectangle: Rectangle) {
        requireDrawable("pixels", rectangle.x, rectangle.y, rectangle.width, rectangle.height)
        marks.append(.pixels(image, rectangle))
    }
}
