// How many columns of a terminal a text takes: those that the terminals in use give it.

import Figures
import Testing

@Suite("Columns")
struct ColumnTests {
    @Test(
        "pictographs and the wide characters of East Asia take two columns, marks none",
        arguments: [
            ("✅", 2), ("⚡", 2), ("🟢", 2), ("😀", 2), ("🚀", 2), ("⭐", 2), ("❌", 2), ("🥇", 2), ("🫠", 2), ("🈁", 2), ("🀄", 2),
            // With the selector of the coloured form, and without it.
            ("❤\u{FE0F}", 2), ("❤", 1), ("⚠\u{FE0F}", 2), ("⚠", 1), ("©", 1), ("1\u{FE0F}\u{20E3}", 2), ("1", 1), ("#", 1),
            ("🌡", 1), ("🌡\u{FE0F}", 2),
            // Joined: a family, a hand with a colour of skin, a colour of skin alone, flags, half a flag.
            ("👩\u{200D}👩\u{200D}👧", 2), ("👍\u{1F3FD}", 2), ("\u{1F3FD}", 2), ("🇩🇪", 2), ("🇩🇪🇫🇷", 4), ("\u{1F1E9}", 1),
            ("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", 2), ("🏳\u{FE0F}\u{200D}🌈", 2),
            // Marks upon letters, and by themselves.
            ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("a\u{200D}", 1), ("ก็", 1), ("क्", 1), ("\u{2060}", 1),
            ("日本", 4), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("ｶﾅ", 2), ("Ａ", 2), ("〈〉", 4), ("かな", 4), ("𠀀", 2),
            ("─", 1), ("█", 1), ("⠿", 1), ("●", 1), ("◆", 1), ("η", 1), ("−", 1), ("→", 1), ("✓", 1), ("✗", 1), ("", 0),
        ])
    func columns(text: String, expected: Int) {
        #expect(TerminalStyle.columns(of: text) == expected)
    }

    @Test("a table with pictographs is aligned, and a bar with one has the width of the terminal less one")
    func alignment() {
        let table = TextTable(columns: ["what", "how much"], rows: [["✅ done", "1"], ["⚡", "20"], ["日本", "300"], ["no", "4"]])
        for line in table.terminal(TerminalStyle(unicode: true)).split(separator: "\n") {
            #expect(TerminalStyle.columns(of: String(line)) == 7 + 2 + 8)
        }
        let written = Written()
        let terminal = Terminal(style: TerminalStyle(width: 40, unicode: true), isInteractive: true) { written.append($0) }
        var bar = ProgressBar(label: "⚡🟢✅ a label that is longer than the line", total: 1, terminal: terminal)
        bar.finish()
        let line = written.text.replacing("\r\u{1B}[K", with: "").replacing("\n", with: "")
        #expect((38...39).contains(TerminalStyle.columns(of: line)), "\(line)")
    }

    @Test("a mark at the beginning of a line does no harm")
    func marks() {
        let chart = BarChart(title: "\u{301}", categories: ["\u{301}a", "\u{301}"], values: [1, 2])
        #expect(!chart.terminal(TerminalStyle(unicode: true)).isEmpty)
    }
}
