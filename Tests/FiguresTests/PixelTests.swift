// The painter of canvases, by its pixels and by its files as another reader sees them.

import Figures
import TestTools
import Testing

@Suite("Pixels")
struct PixelTests {
    static func noiseImage(_ width: Int, _ height: Int, channels: Int) -> PixelImage {
        var noise = Noise(seed: UInt64(width * 1000 + height))
        let samples = (0..<width * height * channels).map { _ in UInt8.random(in: 0...255, using: &noise) }
        return channels == 1
            ? PixelImage(width: width, height: height, grey: samples)
            : PixelImage(width: width, height: height, rgb: samples)
    }

    @Test("a chart's PNG states its density, so that it is shown at its size")
    func density() throws {
        let chart = LineChart(series: [.init("a", [1, 2])])
        let file = try PNGFile(chart.png(scale: 2))
        #expect(file.chunks == ["IHDR", "pHYs", "IDAT", "IEND"])
        #expect(file.width == Int(chart.canvas.width) * 2 && file.height == Int(chart.canvas.height) * 2)
    }

    @Test("intensities are scaled to the range, cut off, and not-a-number is black")
    func intensities() {
        let image = PixelImage(width: 5, height: 1, intensities: [-1, 0, 8, 99, .nan], range: 0...16)
        #expect(image.samples == [0, 0, 128, 255, 0])
        let constant = PixelImage(width: 2, height: 1, intensities: [3, 4], range: 3...3)
        #expect(constant.samples == [0, 0])
    }

    @Test("rectangles cover exactly their pixels, and half pixels by half")
    func rectangles() throws {
        var canvas = Canvas(width: 4, height: 3)
        canvas.rectangle(Rectangle(x: 1, y: 1, width: 1.5, height: 1), .black)
        let image = canvas.raster(scale: 1)
        let row = (0..<4).map { image[$0, 1].red }
        #expect(row[0] == 255 && row[1] == 0 && row[3] == 255)
        #expect(abs(Int(row[2]) - 128) <= 1)
        #expect((0..<4).allSatisfy { image[$0, 0] == .white && image[$0, 2] == .white })
    }

    @Test("a line, a disc and a polygon darken the paper by their area")
    func areas() {
        func darkness(_ draw: (inout Canvas) -> Void) -> Double {
            var canvas = Canvas(width: 60, height: 60)
            draw(&canvas)
            return canvas.raster(scale: 2).samples.reduce(0) { $0 + (255 - Double($1)) / 255 } / 3 / 4
        }
        // A slanted line of length 50 and width 3 with round ends, a disc of radius 20, a triangle of base and height
        // 40.
        let line = darkness { $0.line(Point(15, 10), Point(45, 50), Stroke(.black, width: 3)) }
        #expect(abs(line - (150 + Double.pi * 2.25)) < 2)
        let disc = darkness { $0.marker(.disc, at: Point(30.3, 29.8), radius: 20, .black) }
        #expect(abs(disc - Double.pi * 400) < 3)
        let triangle = darkness { $0.polygon([Point(10, 50), Point(50, 50), Point(21, 10)], .black) }
        #expect(abs(triangle - 800) < 2)
        let faint = darkness { $0.polygon([Point(10, 50), Point(50, 50), Point(21, 10)], .black, opacity: 0.25) }
        #expect(abs(faint - 200) < 2)
    }

    @Test("where two pieces of a line meet the paper is not painted twice")
    func joints() {
        var whole = Canvas(width: 40, height: 10)
        whole.polyline([Point(5, 5.3), Point(35, 5.3)], Stroke(.black, width: 2))
        var pieces = Canvas(width: 40, height: 10)
        pieces.polyline([5, 11, 12, 20, 20.5, 35].map { Point($0, 5.3) }, Stroke(.black, width: 2))
        #expect(whole.raster().samples == pieces.raster().samples)
    }

    @Test("an image on a canvas keeps square-edged pixels of whole size")
    func pixels() throws {
        let image = Self.noiseImage(3, 2, channels: 3)
        var canvas = Canvas(width: 20, height: 20)
        canvas.pixels(image, in: Rectangle(x: 4, y: 6, width: 12, height: 8))
        let file = try PNGFile(canvas.raster(scale: 2).png())
        for y in 0..<40 {
            for x in 0..<40 {
                let inside = (8..<32).contains(x) && (12..<28).contains(y)
                #expect(file.color(x, y) == (inside ? image[(x - 8) / 8, (y - 12) / 8] : .white))
            }
        }
    }

    @Test("every printable ASCII character and the signs of formulas have a glyph of their own")
    func glyphs() {
        func picture(_ text: String) -> [UInt8] {
            var canvas = Canvas(width: 30, height: 30)
            canvas.text(text, at: Point(5, 20), size: 18)
            return canvas.raster(scale: 1).samples
        }
        let box = picture("\u{E000}")
        let blank = picture(" ")
        #expect(box != blank)
        let characters = (33...126).compactMap { Unicode.Scalar($0) }.map { Character($0) }
            + Array("·−×±°→≥≤µσαβ∂²³—éüÇ₀⁻")
        var seen: [[UInt8]: Character] = [:]
        for character in characters {
            let picture = picture(String(character))
            #expect(picture != box && picture != blank, "\(character)")
            #expect(seen[picture] == nil, "\(character) looks like \(seen[picture] ?? " ")")
            seen[picture] = character
        }
    }
}

extension PNGFile {
    func color(_ x: Int, _ y: Int) -> Color {
        let index = (y * width + x) * channels
        return Color(red: samples[index], green: samples[index + channels / 2], blue: samples[index + channels - 1])
    }
}
