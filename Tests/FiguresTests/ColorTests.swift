// The colour maps and the palette, against what is asked of them.

import Figures
import Foundation
import Testing

@Suite("Colours")
struct ColorTests {
    /// CIE lightness, 0…100 (CIE 15, section 8.2.1), from sRGB.
    private func lightness(_ color: Color) -> Double {
        func linear(_ sample: UInt8) -> Double {
            let value = Double(sample) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        let luminance = 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
        return luminance > 0.008856 ? 116 * cbrt(luminance) - 16 : 903.3 * luminance
    }

    @Test("viridis has the published colours at its ends and middle")
    func viridis() {
        #expect(ColorMap.viridis.color(at: 0) == Color(hex: 0x440154))
        #expect(ColorMap.viridis.color(at: 1) == Color(hex: 0xFDE725))
        // The ten equally spaced colours that `viridis(10)` of the R package viridisLite 0.4 lists: between the stored
        // sixteenths, so that they test the interpolation.
        let published: [UInt32] = [0x440154, 0x482878, 0x3E4A89, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6DCD59,
                                   0xB4DE2C, 0xFDE725]
        for (index, hex) in published.enumerated() {
            let (color, expected) = (ColorMap.viridis.color(at: Double(index) / 9), Color(hex: hex))
            for (sample, right) in [(color.red, expected.red), (color.green, expected.green),
                                    (color.blue, expected.blue)] {
                #expect(abs(Int(sample) - Int(right)) <= 5, "\(index): \(color) for \(expected)")
            }
        }
    }

    @Test("sequential maps change their lightness evenly, the diverging one is symmetric about white")
    func uniformity() {
        for (map, sign) in [(ColorMap.viridis, 1.0), (.blues, -1)] {
            let values = (0...8).map { lightness(map.color(at: Double($0) / 8)) * sign }
            let steps = zip(values, values.dropFirst()).map { $1 - $0 }
            let mean = steps.reduce(0, +) / 8
            #expect(steps.allSatisfy { $0 > mean * 0.7 && $0 < mean * 1.3 }, "\(steps)")
        }
        let values = (0...8).map { lightness(ColorMap.diverging.color(at: Double($0) / 8)) }
        #expect(values[4] > 97)
        for step in 1...4 {
            #expect(values[4 - step] < values[5 - step] && values[4 + step] < values[3 + step])
            #expect(abs(values[4 - step] - values[4 + step]) < 8, "\(values)")
        }
    }

    @Test("fractions beyond the ends and not-a-number have the colours of the ends")
    func beyond() {
        #expect(ColorMap.viridis.color(at: -5) == ColorMap.viridis.color(at: 0))
        #expect(ColorMap.viridis.color(at: .infinity) == ColorMap.viridis.color(at: 1))
        #expect(ColorMap.viridis.color(at: .nan) == ColorMap.viridis.color(at: 0))
    }

    @Test("the palette is the one of Okabe and Ito, and any number has a colour")
    func palette() {
        let published: Set<Color> = Set([0x000000, 0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, 0x0072B2, 0xD55E00, 0xCC79A7]
            .map { Color(hex: $0) })
        #expect(Set(Palette.okabeIto) == published)
        #expect(Palette.color(0) == Palette.color(8) && Palette.color(-1) == Palette.color(7))
    }
}
