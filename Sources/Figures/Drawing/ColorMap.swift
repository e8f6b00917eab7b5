// Colours for numbers. A colour map must not invent structure: equal steps of the value should look like equal steps
// of the colour. So the colours between the given ones are interpolated in OKLab (Ottosson, “A perceptual color space
// for image processing”, 2020), a space in which distance is close to perceived difference.

import Foundation

/// A colour for every fraction from 0 to 1.
public struct ColorMap: Sendable {
    /// Whether the middle of the map stands for zero, so that the value range is made symmetric about it.
    public let isDiverging: Bool
    /// The map at 256 equally spaced fractions.
    private let table: [Color]

    /// A map through equally spaced colours.
    init(through anchors: [Color], isDiverging: Bool = false) {
        self.isDiverging = isDiverging
        let points = anchors.map(OKLab.init)
        table = (0..<256).map { index in
            let place = Double(index) / 255 * Double(points.count - 1)
            let lower = min(Int(place), points.count - 2)
            return points[lower].mixed(with: points[lower + 1], place - Double(lower)).color
        }
    }

    /// The colour at `fraction`, which is cut off to 0…1.
    public func color(at fraction: Double) -> Color {
        table[Int((min(max(fraction.isNaN ? 0 : fraction, 0), 1) * 255).rounded())]
    }

    /// From dark violet through green to yellow: every sixteenth of viridis (van der Walt and Smith, matplotlib 1.5,
    /// 2015).
    public static let viridis = ColorMap(through: [
        0x440154, 0x48186A, 0x472D7B, 0x424086, 0x3B528B, 0x33638D, 0x2C728E, 0x26828E, 0x21918C, 0x1FA088, 0x28AE80,
        0x3FBC73, 0x5EC962, 0x84D44B, 0xADDC30, 0xD8E219, 0xFDE725,
    ].map { Color(hex: $0) })

    /// From white to dark blue, for tables in which small values should stay paper: the lightness of OKLab falls
    /// evenly.
    public static let blues = ColorMap(through: [
        0xFFFFFF, 0xA9CCEA, 0x5696CB, 0x1F619F, 0x08306B,
    ].map { Color(hex: $0) })

    /// From blue over white to vermilion (the ends are darkened colours of the Okabe–Ito palette); white is zero.
    public static let diverging = ColorMap(through: [
        0x00406B, 0x2F86BF, 0xA3CDE8, 0xFAFAFA, 0xF2B48C, 0xD9691F, 0x8A3500,
    ].map { Color(hex: $0) }, isDiverging: true)

    /// The light intensity, 0…1, of an sRGB sample (IEC 61966-2-1).
    static func linear(_ sample: UInt8) -> Double {
        let value = Double(sample) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
}

/// A colour as lightness and two opponent axes (Ottosson 2020).
private struct OKLab {
    var lightness: Double
    var a: Double
    var b: Double

    init(lightness: Double, a: Double, b: Double) {
        self.lightness = lightness
        self.a = a
        self.b = b
    }

    init(_ color: Color) {
        let (red, green, blue) = (ColorMap.linear(color.red), ColorMap.linear(color.green), ColorMap.linear(color.blue))
        let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
        a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
        b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    }

    var color: Color {
        let l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3)
        let m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3)
        let s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3)
        func sample(_ light: Double) -> UInt8 {
            let value = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
            return UInt8((min(max(value, 0), 1) * 255).rounded())
        }
        return Color(red: sample(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                     green: sample(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                     blue: sample(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
    }

    func mixed(with other: OKLab, _ share: Double) -> OKLab {
        OKLab(lightness: lightness + (other.lightness - lightness) * share, a: a + (other.a - a) * share,
              b: b + (other.b - b) * share)
    }
}
