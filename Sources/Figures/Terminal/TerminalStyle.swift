// What a terminal can show. The answer comes from the conventions that programs have agreed on: environment variables
// for colours and characters, and whether the output is a terminal at all or a file that someone will read later.

import SIMDTensor

/// What the characters of a terminal picture may be.
public struct TerminalStyle: Hashable, Sendable {
    /// The colours that a terminal understands.
    public enum Color: Sendable {
        /// Plain text without any escape codes.
        case none
        /// The 256 colours of xterm.
        case ansi256
        /// 24 bits a colour.
        case trueColor
    }

    /// The number of columns; no line is wider.
    public var width: Int
    public var color: Color
    /// Whether characters beyond ASCII, such as blocks and Braille, can be shown.
    public var unicode: Bool

    public init(width: Int = 80, color: Color = .none, unicode: Bool = false) {
        require(width > 0, "TerminalStyle: \(width) columns, expected at least 1")
        self.width = width
        self.color = color
        self.unicode = unicode
    }

    /// The columns that a text takes where characters beyond ASCII are shown: two for many of East Asia and for pictographs.
    package static func columns(of text: String) -> Int { TerminalGrid.width(of: text, unicode: true) }

    /// The style that an environment asks for.
    ///
    /// - `COLUMNS` gives the width, else it is 80.
    /// - Colours are for terminals only, and not where `NO_COLOR` is set (no-color.org) or `TERM` is `dumb` or missing;
    ///   `COLORTERM` set to `truecolor` or `24bit` gives all of them.
    /// - Characters beyond ASCII need a UTF-8 locale: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set decides.
    public init(environment: [String: String], isTerminal: Bool) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let columns = value("COLUMNS").flatMap { Int($0) } ?? 80
        let locale = (value("LC_ALL") ?? value("LC_CTYPE") ?? value("LANG") ?? "").lowercased()
        let color: Color
        if !isTerminal || value("NO_COLOR") != nil || value("TERM") == nil || value("TERM") == "dumb" {
            color = .none
        } else if ["truecolor", "24bit"].contains(value("COLORTERM")?.lowercased()) {
            color = .trueColor
        } else {
            color = .ansi256
        }
        // A width that no terminal has is not believed.
        self.init(width: (20...1000).contains(columns) ? columns : 80, color: color,
                  unicode: locale.contains("utf-8") || locale.contains("utf8"))
    }
}
