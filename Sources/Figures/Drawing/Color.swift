// Colours, and the palette in which series are drawn.

/// A colour of the sRGB space (IEC 61966-2-1), 8 bits a channel.
public struct Color: Hashable, Sendable {
    public var red: UInt8
    public var green: UInt8
    public var blue: UInt8

    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour the way it is written in web pages: `0xRRGGBB`.
    public init(hex: UInt32) {
        self.init(red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
                  blue: UInt8(truncatingIfNeeded: hex))
    }

    public static let white = Color(hex: 0xFFFFFF)
    public static let black = Color(hex: 0x000000)

    /// The colour `share` (0…1) of the way towards another.
    func mixed(with other: Color, _ share: Double) -> Color {
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
            UInt8((Double(from) + (Double(to) - Double(from)) * share).rounded())
        }
        return Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }

    /// The relative luminance, 0 (black) to 1 (white) (WCAG 2.2, definition of relative luminance).
    var luminance: Double {
        0.2126 * ColorMap.linear(red) + 0.7152 * ColorMap.linear(green) + 0.0722 * ColorMap.linear(blue)
    }

    /// Black or white, whichever is easier to read on this colour: at luminance 0.179 both have the same contrast.
    var readableInk: Color { luminance > 0.179 ? .black : .white }
}

/// The colours of series and classes.
public enum Palette {
    /// The eight colours of Okabe and Ito (“Color Universal Design”, 2008), which people with any of the common colour
    /// vision deficiencies can tell apart; in an order that keeps the ones faint on white (yellow) for last.
    public static let okabeIto: [Color] = [
        Color(hex: 0x0072B2),  // blue
        Color(hex: 0xD55E00),  // vermilion
        Color(hex: 0x009E73),  // bluish green
        Color(hex: 0xE69F00),  // orange
        Color(hex: 0xCC79A7),  // reddish purple
        Color(hex: 0x56B4E9),  // sky blue
        Color(hex: 0x000000),  // black
        Color(hex: 0xF0E442),  // yellow
    ]

    /// The colour of the series or class with this number; after eight they come again.
    public static func color(_ index: Int) -> Color {
        okabeIto[((index % okabeIto.count) + okabeIto.count) % okabeIto.count]
    }
}

/// The greys of everything that is not data.
enum Ink {
    static let text = Color(hex: 0x222222)
    static let label = Color(hex: 0x444444)
    static let axis = Color(hex: 0x555555)
    static let reference = Color(hex: 0x707070)
    static let grid = Color(hex: 0xE6E6E6)
    static let missing = Color(hex: 0xD8D8D8)
}
