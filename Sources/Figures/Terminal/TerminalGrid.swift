// The sheet of a terminal picture: cells of one character, each with its colours. Whatever is put beyond the last
// column is cut off, so that no line can be wider than the terminal; and only here do escape codes come into being.

import Foundation

/// Lines of characters as wide as a terminal and as many as are used.
struct TerminalGrid {
    private struct Cell {
        /// Empty for the second half of a character that is two columns wide.
        var text = " "
        var color: Color?
        var background: Color?
    }

    private let style: TerminalStyle
    private var lines: [[Cell]] = []

    init(_ style: TerminalStyle) { self.style = style }

    /// The first row below all that has been put so far.
    var nextRow: Int { lines.count }

    /// Leaves a row free.
    mutating func newLine() { lines.append([]) }

    /// A title on a line of its own, broken into several if need be.
    mutating func heading(_ title: String) {
        for line in wrapped(title) { put(line, column: 0, row: nextRow) }
    }

    private func wrapped(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).reduce(into: [String]()) { lines, word in
            if let last = lines.last, width(of: last + " " + word) <= style.width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
    }

    /// Puts text into a row; what would reach beyond the column `limit` is cut off and marked by an ellipsis.
    mutating func put(_ text: String, column: Int, row: Int, color: Color? = nil, background: Color? = nil,
                      limit: Int? = nil) {
        let limit = min(limit ?? style.width, style.width)
        while lines.count <= row { lines.append([]) }
        guard column >= 0, column < limit else { return }
        var characters = Array(Self.plain(text, unicode: style.unicode))
        if Self.width(of: characters) > limit - column {
            let ellipsis: Character = style.unicode ? "…" : "~"
            while !characters.isEmpty, Self.width(of: characters) > limit - column - 1 { characters.removeLast() }
            characters.append(ellipsis)
        }
        var place = column
        for character in characters {
            let width = Self.width(of: character)
            guard width > 0 else {
                // Drawn on the character before it, if there is one.
                if place > column { lines[row][place - 1].text += String(character) }
                continue
            }
            while lines[row].count < place + width { lines[row].append(Cell()) }
            lines[row][place] = Cell(text: String(character), color: color, background: background)
            if width == 2 { lines[row][place + 1] = Cell(text: "", color: color, background: background) }
            place += width
        }
    }

    /// How many columns and rows of pixels a cell pair stands for: half blocks hold two pixels above each other, all
    /// other ways take two columns for one pixel, because a cell is about twice as high as wide.
    var pixelSize: (columnsPerPixel: Int, pixelsPerRow: Int) {
        style.unicode && style.color != .none ? (1, 2) : (2, 1)
    }

    /// By what an image must be reduced to fit so many columns.
    func reduction(of image: PixelImage, columns: Int) -> Int {
        let room = max(1, columns / pixelSize.columnsPerPixel)
        return (image.width + room - 1) / room
    }

    /// Puts an image: half blocks, or else coloured blanks, or else characters of more and more ink.
    mutating func put(_ image: PixelImage, column: Int, row: Int) {
        let inks = Array(" .:-=+*#%@")
        for y in stride(from: 0, to: image.height, by: pixelSize.pixelsPerRow) {
            for x in 0..<image.width {
                let pixel = image[x, y]
                if style.color == .none {
                    let ink = inks[Int((lightness(pixel) * Double(inks.count - 1)).rounded())]
                    put(String([ink, ink]), column: column + 2 * x, row: row + y)
                } else if style.unicode {
                    put("▀", column: column + x, row: row + y / 2, color: pixel,
                        background: y + 1 < image.height ? image[x, y + 1] : nil)
                } else {
                    put("  ", column: column + 2 * x, row: row + y, background: pixel)
                }
            }
        }
    }

    /// The grey of a colour, 0…1, as samples go (ITU-R BT.709 luma).
    private func lightness(_ color: Color) -> Double {
        (0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)) / 255
    }

    /// The lines with their escape codes, without blanks at their ends.
    func text() -> String {
        lines.map { cells in
            var cells = cells
            while let last = cells.last, last.text == " ", style.color == .none || last.background == nil {
                cells.removeLast()
            }
            guard style.color != .none else { return cells.map(\.text).joined() }
            var line = ""
            var current: (color: Color?, background: Color?) = (nil, nil)
            for cell in cells {
                if current != (cell.color, cell.background) {
                    if current != (nil, nil) { line += "\u{1B}[0m" }
                    if let color = cell.color { line += "\u{1B}[38;\(code(color))m" }
                    if let background = cell.background { line += "\u{1B}[48;\(code(background))m" }
                    current = (cell.color, cell.background)
                }
                line += cell.text
            }
            return line + (current == (nil, nil) ? "" : "\u{1B}[0m")
        }.joined(separator: "\n")
    }

    /// The colour in an escape code: three samples (ISO 8613-6), or a number of the 256 colours of xterm.
    private func code(_ color: Color) -> String {
        guard style.color == .ansi256 else { return "2;\(color.red);\(color.green);\(color.blue)" }
        let levels = [0, 95, 135, 175, 215, 255]
        func nearest(_ sample: UInt8) -> Int {
            levels.indices.min { abs(levels[$0] - Int(sample)) < abs(levels[$1] - Int(sample)) } ?? 0
        }
        let cube = [color.red, color.green, color.blue].map(nearest)
        let mean = (Int(color.red) + Int(color.green) + Int(color.blue)) / 3
        let grey = min(max((mean - 3) / 10, 0), 23)
        func distance(_ red: Int, _ green: Int, _ blue: Int) -> Int {
            let (r, g, b) = (red - Int(color.red), green - Int(color.green), blue - Int(color.blue))
            return r * r + g * g + b * b
        }
        let level = 8 + 10 * grey
        return distance(level, level, level) < distance(levels[cube[0]], levels[cube[1]], levels[cube[2]])
            ? "5;\(232 + grey)" : "5;\(16 + 36 * cube[0] + 6 * cube[1] + cube[2])"
    }

    /// A bar of so many columns, to an eighth where there are block characters.
    static func bar(_ length: Double, unicode: Bool) -> String {
        let length = max(0, length)
        guard unicode else { return String(repeating: "#", count: Int(length.rounded())) }
        let eighths = Int((length * 8).rounded())
        let rest: [String] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + rest[eighths % 8]
    }

    /// The columns that a text takes.
    func width(of text: String) -> Int { Self.width(of: text, unicode: style.unicode) }

    static func width(of text: String, unicode: Bool) -> Int { width(of: Array(plain(text, unicode: unicode))) }

    private static func width(of characters: [Character]) -> Int { characters.reduce(0) { $0 + width(of: $1) } }

    /// The columns of a character: two for pictographs that are drawn in colour and for the wide ones of East Asian scripts
    /// (Unicode Technical Standard 51, Standard Annex 11), none for what is only drawn on the one before, else one. What
    /// is joined into one picture, such as a flag, a family or a hand with a colour of skin, is one character.
    static func width(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        guard first.value >= 0x80 || scalars.count > 1 else { return 1 }
        let properties = first.properties
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: if properties.isDefaultIgnorableCodePoint { return 0 }
        }
        // Half of a flag is a letter in a box.
        if (0x1F1E6...0x1F1FF).contains(first.value) { return min(scalars.count, 2) }
        if properties.isEmojiPresentation || properties.isEmoji && scalars.contains("\u{FE0F}") { return 2 }
        return first.value >= 0x1100 && wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    /// The wide characters that are no pictographs; Unicode's property East_Asian_Width is not among Swift's.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
        0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]

    /// The text without anything that a terminal would obey (C0 and C1 controls become blanks), and where only ASCII
    /// can be shown, in ASCII: signs by what is usually typed for them, letters without accents, others as “?”.
    static func plain(_ text: String, unicode: Bool) -> String {
        let printable = String(text.map { character in
            character.unicodeScalars.contains {
                [.control, .lineSeparator, .paragraphSeparator, .format].contains($0.properties.generalCategory)
                    && !isJoiner($0)
            } ? " " : character
        })
        guard !unicode, !printable.utf8.allSatisfy({ $0 < 0x80 }) else { return printable }
        var result = ""
        var isRaised = false
        for character in printable {
            if let digit = raised.firstIndex(of: character) {
                result += (isRaised ? "" : "^") + String(Array("0123456789-+")[digit])
                isRaised = true
                continue
            }
            isRaised = false
            if let digit = lowered.firstIndex(of: character) {
                result += String(digit)
                continue
            }
            if let typed = typed[character] {
                result += typed
            } else {
                let base = String(character).decomposedStringWithCanonicalMapping.unicodeScalars.first ?? "?"
                result += base.isASCII ? String(base) : "?"
            }
        }
        return result
    }

    /// What belongs to a character and moves nothing: the joiners (U+200C, U+200D), and the tags of regional flags.
    private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
        ["\u{200C}", "\u{200D}"].contains(scalar) || (0xE0020...0xE007F).contains(scalar.value)
    }

    private static let raised: [Character] = Array("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")
    private static let lowered: [Character] = Array("₀₁₂₃₄₅₆₇₈₉")
    private static let typed: [Character: String] = [
        "−": "-", "–": "-", "—": "-", "×": "x", "·": ".", "±": "+-", "→": "->", "←": "<-", "≥": ">=", "≤": "<=",
        "≈": "~", "…": "...", "‘": "'", "’": "'", "“": "\"", "”": "\"", "°": "deg", "∞": "inf", "µ": "u", "μ": "mu",
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "η": "eta", "θ": "theta", "λ": "lambda",
        "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "∂": "d", "√": "sqrt", "∇": "grad", "Δ": "Delta",
        "Σ": "Sigma", "÷": "/", "•": "*", "′": "'", "ß": "ss", "æ": "ae", "ø": "o",
    ]
}
