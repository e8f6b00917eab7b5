// Terminal pictures: what an environment allows, and that nothing wider or more colourful is written.

import Figures
import TestTools
import Testing

@Suite("Terminal")
struct TerminalTests {
    /// The text without escape codes that set colours.
    private func bare(_ text: String) -> String { text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }

    /// Columns of a line, counting East Asian ideographs and kana twice.
    private func columns(_ line: Substring) -> Int {
        line.reduce(0) { $0 + ($1.unicodeScalars.contains { (0x3000...0x9FFF).contains($0.value) } ? 2 : 1) }
    }

    static let figures: [any Figure] = {
        var noise = Noise(seed: 3)
        let values = (0..<50).map { _ in Double.random(in: 0.001...10, using: &noise) }
        let image = PixelTests.noiseImage(28, 28, channels: 1)
        return [
            LineChart(title: "A title that is longer than a narrow terminal is wide", xLabel: "epoch", yLabel: "loss",
                      series: [.init("train", values), .init("日本語の系列", values.reversed())], yScale: .logarithmic,
                      referenceLines: [.init(1, label: "chance")]),
            LineChart(title: "one", series: [.init("a", values, style: .markers)]),
            ScatterPlot(title: "XOR", xLabel: "x₁", yLabel: "x₂", series: [.init("0", x: [0, 1], y: [0, 1]),
                                                                          .init("1", x: [0, 1], y: [1, 0])],
                        regions: .init(classes: [[0, 1], [1, 0]], x: -0.5...1.5, y: -0.5...1.5)),
            HeatMap(title: "Weights", values: (0..<6).map { row in (0..<90).map { Double(row * $0) } },
                    rowLabels: (0..<6).map { "unit \($0)" }, columnLabels: (0..<90).map(String.init)),
            HeatMap.confusionMatrix(counts: (0..<10).map { row in (0..<10).map { $0 == row ? 178 : 1 } },
                                    labels: (0..<10).map { "class \($0)" }),
            ImageSheet(title: "Digits", images: [image, image, image, image], captions: ["a", "b", "long caption", "d"],
                       columns: 2, rowLabels: ["input", "output"]),
            BarChart(title: "Accuracy", yLabel: "%", categories: ["a very long category name indeed", "日本"],
                     series: [.init("x", [98.1, -3]), .init("y", [88.1, .nan])],
                     referenceLines: [.init(10, label: "chance")]),
        ]
    }()

    @Test("no line is wider than the terminal, in any style", arguments: [1, 7, 20, 33, 80, 200])
    func widths(width: Int) {
        for figure in Self.figures {
            for color in [TerminalStyle.Color.none, .ansi256, .trueColor] {
                for unicode in [false, true] {
                    let text = figure.terminal(TerminalStyle(width: width, color: color, unicode: unicode))
                    let widest = bare(text).split(separator: "\n").map(columns).max() ?? 0
                    #expect(widest <= width, "\(type(of: figure)), \(color), Unicode: \(unicode)")
                    #expect(!text.isEmpty)
                }
            }
        }
    }

    @Test("plain text has no escape codes, and without Unicode it is printable ASCII")
    func plain() {
        for figure in Self.figures {
            #expect(!figure.terminal(TerminalStyle(color: .none, unicode: true)).contains("\u{1B}"))
            let ascii = figure.terminal(TerminalStyle(color: .none, unicode: false))
            #expect(ascii.utf8.allSatisfy { $0 == 10 || (32...126).contains($0) }, "\(type(of: figure))")
        }
    }

    @Test("a coloured line ends without colour, so that nothing after it is stained")
    func resets() {
        for figure in Self.figures {
            for line in figure.terminal(TerminalStyle(color: .trueColor, unicode: true)).split(separator: "\n")
            where line.contains("\u{1B}") {
                let codes = line.matches(of: #/\u{1B}\[([0-9;]*)m/#)
                #expect(codes.last?.output.1 == "0")
            }
        }
    }

    @Test("control characters in labels never reach the terminal")
    func hostileLabels() {
        let hostile = "a\u{1B}]0;title\u{7}\u{9B}31m\rb\nc\u{202E}d"
        let chart = BarChart(title: hostile, categories: [hostile], series: [.init(hostile, [1]), .init("x", [2])])
        for unicode in [false, true] {
            let text = chart.terminal(TerminalStyle(unicode: unicode))
            #expect(!text.unicodeScalars.contains {
                ($0.value < 32 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || $0 == "\u{202E}"
            })
        }
        let table = TextTable(columns: [hostile], rows: [[hostile]]).terminal(TerminalStyle(unicode: true))
        #expect(table.split(separator: "\n").count == 3)
    }

    @Test("the environment decides on width, colours and characters")
    func detection() {
        func style(_ environment: [String: String], isTerminal: Bool = true) -> TerminalStyle {
            TerminalStyle(environment: environment, isTerminal: isTerminal)
        }
        let rich = ["TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_US.UTF-8", "COLUMNS": "120"]
        #expect(style(rich) == TerminalStyle(width: 120, color: .trueColor, unicode: true))
        #expect(style(rich, isTerminal: false) == TerminalStyle(width: 120, color: .none, unicode: true))
        #expect(style(["TERM": "xterm-256color"]) == TerminalStyle(width: 80, color: .ansi256, unicode: false))
        #expect(style(["TERM": "xterm", "COLORTERM": "24bit"]).color == .trueColor)
        #expect(style(rich.merging(["NO_COLOR": "1"]) { $1 }).color == .none)
        // no-color.org: “when present and not an empty string”.
        #expect(style(rich.merging(["NO_COLOR": ""]) { $1 }).color == .trueColor)
        #expect(style(rich.merging(["TERM": "dumb"]) { $1 }).color == .none)
        #expect(style([:]).color == .none)
        #expect(style(rich.merging(["LC_ALL": "C"]) { $1 }).unicode == false)
        #expect(style(["LC_ALL": "", "LANG": "de_DE.utf8"]).unicode == true)
        for columns in ["", "abc", "-5", "0", "99999999999999999999"] {
            #expect(style(["COLUMNS": columns]).width == 80, "\(columns)")
        }
    }

    @Test("a rising line in Braille goes from the lower left to the upper right")
    func braille() throws {
        let chart = LineChart(series: [.init("a", [0, 1])])
        let lines = chart.terminal(TerminalStyle(width: 40, unicode: true)).split(separator: "\n").map(Array.init)
        func dots(_ line: [Character]) -> [Int] {
            line.indices.filter { ("\u{2801}"..."\u{28FF}").contains(line[$0]) }
        }
        let first = try #require(dots(lines[0]).first)
        let last = try #require(dots(lines[15]).first)
        #expect(first > 30 && last < 8)
        #expect(lines.prefix(16).allSatisfy { !dots($0).isEmpty })
        #expect(String(lines[0]).hasPrefix("1.0┤") && String(lines[15]).hasPrefix("0.0┤"))
    }

    @Test("half blocks show two rows of pixels in their own colours")
    func halfBlocks() {
        let image = PixelImage(width: 1, height: 2, rgb: [10, 20, 30, 200, 100, 50])
        let sheet = ImageSheet(images: [image])
        #expect(sheet.terminal(TerminalStyle(color: .trueColor, unicode: true))
                == "\u{1B}[38;2;10;20;30m\u{1B}[48;2;200;100;50m▀\u{1B}[0m")
        let grey = PixelImage(width: 3, height: 1, grey: [0, 128, 255])
        #expect(ImageSheet(images: [grey]).terminal(TerminalStyle()) == "  ++@@")
    }

    @Test("bars end on an eighth of a column, or on a whole one in ASCII")
    func bars() {
        let chart = BarChart(categories: ["a", "b"], values: [1, 0.5], decimals: 1)
        let unicode = chart.terminal(TerminalStyle(width: 16, unicode: true)).split(separator: "\n")
        #expect(unicode == ["a █████████ 1.0", "b ████▌ 0.5"])
        let ascii = chart.terminal(TerminalStyle(width: 16)).split(separator: "\n")
        #expect(ascii == ["a ######### 1.0", "b ##### 0.5"])
    }

    @Test("a table aligns numbers to the right and text to the left, wide characters counting twice")
    func table() {
        let table = TextTable(columns: ["method", "accuracy"], rows: [["日本", "98.1"], ["softmax", "−3"], ["é", "–"]])
        #expect(table.terminal(TerminalStyle(unicode: true)) == """
            method   accuracy
            ───────  ────────
            日本         98.1
            softmax        −3
            é               –
            """)
        #expect(table.terminal(TerminalStyle()) == """
            method   accuracy
            -------  --------
            ??           98.1
            softmax        -3
            e               -
            """)
    }

    @Test("a table too wide for the terminal shortens its text, not its numbers")
    func narrowTable() {
        let table = TextTable(columns: ["method", "accuracy"], rows: [["a very long name of a method", "98.1"]])
        #expect(table.terminal(TerminalStyle(width: 20, unicode: true)) == """
            method      accuracy
            ──────────  ────────
            a very lo…      98.1
            """)
    }
}
