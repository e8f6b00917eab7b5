// The canvas as SVG (Scalable Vector Graphics 1.1, W3C 2011): one element a mark. Text stays text, in the reader's own
// sans-serif, so it can be searched, copied and read aloud.

import Foundation

extension Canvas {
    /// The drawing as an SVG 1.1 document.
    public func svg() -> String {
        let (width, height) = (number(width), number(height))
        var lines = ["""
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="\(width)" \
            height="\(height)" viewBox="0 0 \(width) \(height)" font-family="sans-serif">
            """, """
            <rect width="\(width)" height="\(height)" fill="#ffffff"/>
            """]
        lines += marks.map(element)
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func element(_ mark: Mark) -> String {
        switch mark {
        case .rectangle(let rectangle, let color):
            return "<rect \(attributes(rectangle)) fill=\"\(hex(color))\"/>"
        case .line(let start, let end, let stroke):
            return """
                <line x1="\(number(start.x))" y1="\(number(start.y))" x2="\(number(end.x))" y2="\(number(end.y))" \
                \(attributes(stroke))/>
                """
        case .polyline(let points, let stroke):
            return """
                <polyline points="\(list(points))" fill="none" stroke-linejoin="round" stroke-linecap="round" \
                \(attributes(stroke))/>
                """
        case .polygon(let points, let color, let opacity, let halo):
            let opacity = opacity < 1 ? " fill-opacity=\"\(number(opacity))\"" : ""
            return "<polygon points=\"\(list(points))\" fill=\"\(hex(color))\"\(opacity)\(rim(halo))/>"
        case .disc(let centre, let radius, let color, let halo):
            return """
                <circle cx="\(number(centre.x))" cy="\(number(centre.y))" r="\(number(radius))" \
                fill="\(hex(color))"\(rim(halo))/>
                """
        case .text(let text, let point, let style):
            let place = style.isVertical
                ? "transform=\"translate(\(number(point.x)) \(number(point.y))) rotate(-90)\""
                : "x=\"\(number(point.x))\" y=\"\(number(point.y))\""
            let weight = style.isBold ? " font-weight=\"bold\"" : ""
            let anchor = style.anchor == .start ? "" : " text-anchor=\"\(style.anchor.rawValue)\""
            return """
                <text \(place) font-size="\(number(style.size))"\(weight)\(anchor) \
                fill="\(hex(style.color))">\(escaped(text))</text>
                """
        case .pixels(let image, let rectangle):
            // Enlarged by whole pixels first, for the sake of viewers that would blur the few pixels there are.
            let factor = Int(min(rectangle.width / Double(image.width), rectangle.height / Double(image.height)))
            let data = Data(image.enlarged(by: factor).png()).base64EncodedString()
            return """
                <image \(attributes(rectangle)) preserveAspectRatio="none" style="image-rendering:pixelated" \
                xlink:href="data:image/png;base64,\(data)"/>
                """
        }
    }

    private func attributes(_ rectangle: Rectangle) -> String {
        """
        x="\(number(rectangle.x))" y="\(number(rectangle.y))" width="\(number(rectangle.width))" \
        height="\(number(rectangle.height))"
        """
    }

    private func attributes(_ stroke: Stroke) -> String {
        let dash = stroke.isDashed ? " stroke-dasharray=\"\(number(Stroke.dash.on)) \(number(Stroke.dash.off))\"" : ""
        return "stroke=\"\(hex(stroke.color))\" stroke-width=\"\(number(stroke.width))\"\(dash)"
    }

    private func rim(_ halo: Color?) -> String {
        // The stroke is centred on the outline, so twice the width shows; painted first, it stays outside.
        halo.map { """
             stroke="\(hex($0))" stroke-width="\(number(2 * Canvas.haloWidth))" paint-order="stroke"
            """ } ?? ""
    }

    private func list(_ points: [Point]) -> String {
        points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    }

    private func hex(_ color: Color) -> String {
        "#" + [color.red, color.green, color.blue].map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// At most two decimals: a hundredth of a unit cannot be seen.
    private func number(_ value: Double) -> String {
        let hundredths = (value * 100).rounded() / 100
        return hundredths == hundredths.rounded() ? String(Int(hundredths)) : String(hundredths)
    }

    /// Text that means itself in XML 1.0 (fifth edition, sections 2.2 and 2.4); characters that XML cannot hold become
    /// the replacement character.
    private func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
