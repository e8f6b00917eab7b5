// The PNG file format (Portable Network Graphics specification, third edition, W3C 2025; ISO/IEC 15948): a signature,
// then chunks of length, name, contents and checksum. Three chunks are needed: IHDR (size and kind), IDAT (the pixels,
// filtered row by row and compressed), IEND.

import SIMDTensor

/// Writing of PNG files.
public enum PNG {
    /// The bytes of a PNG file, 8 bits a sample, grey or RGB.
    ///
    /// Traps unless the image is at least 1 × 1 and at most 2³⁰ × 2³⁰, and has as many samples as that takes.
    ///
    /// - Parameters:
    ///   - channels: 1 for grey, 3 for red, green, blue
    ///   - samples: `[height, width, channels]`, row-major, rows from top to bottom, 0…255
    ///   - pixelsPerMetre: the size at which the picture is meant to be shown, if it matters
    public static func encoded(
        width: Int, height: Int, channels: Int, samples: [UInt8], pixelsPerMetre: Int? = nil
    ) -> [UInt8] {
        require(
            1...1 << 30 ~= width && 1...1 << 30 ~= height,
            "PNG: the size is \(width) × \(height), expected at least 1 × 1, at most 2³⁰ × 2³⁰")
        require(channels == 1 || channels == 3, "PNG: \(channels) channels, expected 1 (grey) or 3 (RGB)")
        require(
            samples.count == width * height * channels,
            "PNG: \(samples.count) samples for \(width) × \(height) × \(channels), expected \(width * height * channels)")
        // Section 5.2: the first byte and the line ends catch transmissions that are not clean.
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        // Section 11.2.1: 8 bits, colour type 0 (grey) or 2 (RGB), the only compression, the only filtering, no
        // interlacing.
        file += chunk("IHDR", bigEndian(width, 4) + bigEndian(height, 4) + [8, channels == 1 ? 0 : 2, 0, 0, 0])
        if let pixelsPerMetre {
            // Section 11.3.4.3: horizontally, vertically, unit 1 = metre.
            file += chunk("pHYs", bigEndian(pixelsPerMetre, 4) + bigEndian(pixelsPerMetre, 4) + [1])
        }
        file += chunk("IDAT", Deflate.zlib(filteredRows(samples, rowLength: width * channels, channels: channels)))
        file += chunk("IEND", [])
        return file
    }

    /// Every row, preceded by the number of its filter (section 9.2). A filter replaces samples by their differences
    /// from a prediction; the row takes the filter with the smallest sum of absolute differences, as section 12.7
    /// advises.
    private static func filteredRows(_ samples: [UInt8], rowLength: Int, channels: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(samples.count + samples.count / rowLength)
        var above = [UInt8](repeating: 0, count: rowLength)
        var candidate = [UInt8](repeating: 0, count: rowLength)
        var best = candidate
        for start in stride(from: 0, to: samples.count, by: rowLength) {
            let row = Array(samples[start..<start + rowLength])
            var bestFilter = Filter.none
            var smallest = Int.max
            for filter in Filter.allCases {
                var sum = 0
                for index in 0..<rowLength {
                    let left = index >= channels ? row[index - channels] : 0
                    let aboveLeft = index >= channels ? above[index - channels] : 0
                    let difference = row[index] &- filter.prediction(left, above[index], aboveLeft)
                    candidate[index] = difference
                    // A difference is a signed number: 255 stands for −1.
                    sum += Int(Int8(bitPattern: difference).magnitude)
                }
                if sum < smallest {
                    smallest = sum
                    bestFilter = filter
                    swap(&best, &candidate)
                }
            }
            result.append(bestFilter.rawValue)
            result += best
            above = row
        }
        return result
    }

    /// The five filter types of section 9.2, table 9.1.
    private enum Filter: UInt8, CaseIterable {
        case none, sub, up, average, paeth

        func prediction(_ left: UInt8, _ above: UInt8, _ aboveLeft: UInt8) -> UInt8 {
            switch self {
            case .none: return 0
            case .sub: return left
            case .up: return above
            case .average: return UInt8((Int(left) + Int(above)) / 2)
            case .paeth:
                // Section 9.4: of the three neighbours the one nearest to left + above − aboveLeft.
                let estimate = Int(left) + Int(above) - Int(aboveLeft)
                let toLeft = abs(estimate - Int(left))
                let toAbove = abs(estimate - Int(above))
                let toAboveLeft = abs(estimate - Int(aboveLeft))
                if toLeft <= toAbove && toLeft <= toAboveLeft { return left }
                return toAbove <= toAboveLeft ? above : aboveLeft
            }
        }
    }

    /// Length, name, contents, and the CRC-32 of name and contents (section 5.3).
    private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + contents
        return bigEndian(contents.count, 4) + checked + bigEndian(Int(CRC32.checksum(checked)), 4)
    }
}
