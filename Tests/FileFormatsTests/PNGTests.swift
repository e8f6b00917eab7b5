// The PNG writer, seen through a reader that shares no code with it.

import FileFormats
import TestTools
import Testing

@Suite("PNG")
struct PNGTests {
    @Test("grey and colour images of many shapes are read back equal", arguments: [
        (1, 1, 1), (1, 1, 3), (8, 8, 1), (7, 3, 3), (1, 300, 1), (300, 1, 3), (64, 48, 3),
    ])
    func roundTrip(width: Int, height: Int, channels: Int) throws {
        var noise = Noise(seed: UInt64(width * 1000 + height))
        let samples = (0..<width * height * channels).map { _ in UInt8.random(in: 0...255, using: &noise) }
        let file = try PNGFile(PNG.encoded(width: width, height: height, channels: channels, samples: samples))
        #expect(file.width == width && file.height == height && file.channels == channels)
        #expect(file.samples == samples)
        #expect(file.chunks == ["IHDR", "IDAT", "IEND"])
    }

    @Test("smooth images, for which each filter is best somewhere, are read back equal and small")
    func filters() throws {
        var samples: [UInt8] = []
        for y in 0..<96 {
            for x in 0..<96 {
                let value = y < 24 ? x * 2 : y < 48 ? y * 5 : y < 72 ? (x * x + y * y) / 90 : (x * 37 + y * 11) % 256
                samples += [UInt8(value % 256), UInt8((value + x) % 256), UInt8(y)]
            }
        }
        let file = PNG.encoded(width: 96, height: 96, channels: 3, samples: samples)
        #expect(try PNGFile(file).samples == samples)
        #expect(file.count < samples.count / 4)
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = PNG.encoded(width: 1, height: .max, channels: 1, samples: [])
            }, says: "PNG: the size is 1 × 9223372036854775807, expected at least 1 × 1, at most 2³⁰ × 2³⁰")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = PNG.encoded(width: 2, height: 3, channels: 2, samples: [UInt8](repeating: 0, count: 12))
            }, says: "PNG: 2 channels, expected 1 (grey) or 3 (RGB)")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = PNG.encoded(width: 2, height: 3, channels: 3, samples: [1, 2])
            }, says: "PNG: 2 samples for 2 × 3 × 3, expected 18")
    }
}
