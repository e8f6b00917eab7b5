// A figure is described once, as a value, and rendered three ways: as SVG text for a page, as PNG bytes for everything
// else, and as characters for a terminal. SVG and PNG share one drawing (`canvas`), so what is said about geometry is
// said once; the terminal has so few cells that it lays the same data out in its own way.

@_exported import FileFormats
import Foundation

/// A picture of data that can be drawn as SVG, as PNG and in a terminal.
public protocol Figure: Sendable {
    /// The finished drawing, from which both SVG and PNG are made.
    var canvas: Canvas { get }

    /// The figure in characters, lines separated by newlines, none wider than `style.width` columns.
    func terminal(_ style: TerminalStyle) -> String
}

extension Figure {
    /// The figure as an SVG 1.1 document, with real text.
    public func svg() -> String { canvas.svg() }

    /// The figure as the bytes of a PNG file, `scale` pixels to a unit of length (2 suits today's screens).
    public func png(scale: Int = 2) -> [UInt8] {
        // 96 units make an inch of 0.0254 m (CSS Values 4, section 6.2), so the picture shows at its intended size.
        canvas.raster(scale: scale).png(pixelsPerMetre: Int((96 * Double(scale) / 0.0254).rounded()))
    }

    /// Writes the figure to a file whose name ends in `.svg` or `.png`; missing folders are made, and the file is
    /// replaced in one step, so that no half-written picture is ever seen.
    ///
    /// - Throws: `FileError`, when the extension is another or the file cannot be written.
    public func write(to path: String) throws(FileError) {
        try write(to: URL(fileURLWithPath: path))
    }

    /// Writes the figure to a file whose name ends in `.svg` or `.png`. See `write(to path:)`.
    public func write(to file: URL) throws(FileError) {
        let bytes: Data
        switch file.pathExtension.lowercased() {
        case "svg": bytes = Data(svg().utf8)
        case "png": bytes = Data(png())
        default: throw .unknownExtension(path: file.path, expected: ".svg or .png")
        }
        try writeWholeFile(file, bytes)
    }
}
