// Results in columns.

import SIMDTensor

/// A table in plain text: a heading, a rule, and aligned rows, numbers to the right and text to the left.
public struct TextTable: Sendable {
    public var columns: [String]
    public var rows: [[String]]

    public init(columns: [String], rows: [[String]]) {
        for (index, row) in rows.enumerated() {
            require(row.count == columns.count,
                         "TextTable: row \(index) has \(row.count) cells, expected \(columns.count), one for each column")
        }
        self.columns = columns
        self.rows = rows
    }

    /// The lines of the table, none wider than `style.width`: where it is too wide, the widest text column is cut.
    public func terminal(_ style: TerminalStyle) -> String {
        var grid = TerminalGrid(style)
        let isNumeric = columns.indices.map { column in rows.allSatisfy { Self.isNumber($0[column]) } && !rows.isEmpty }
        var widths = columns.indices.map { column in
            rows.reduce(grid.width(of: columns[column])) { max($0, grid.width(of: $1[column])) }
        }
        let gap = 2
        while widths.reduce(0, +) + gap * (widths.count - 1) > style.width {
            let texts = widths.indices.filter { !isNumeric[$0] && widths[$0] > 4 }
            guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        func put(_ cells: [String]) {
            let row = grid.nextRow
            var start = 0
            for (column, cell) in cells.enumerated() {
                let shift = isNumeric[column] ? max(0, widths[column] - grid.width(of: cell)) : 0
                grid.put(cell, column: start + shift, row: row, limit: start + widths[column])
                start += widths[column] + gap
            }
        }
        put(columns)
        let rule = style.unicode ? "─" : "-"
        put(widths.map { String(repeating: rule, count: $0) })
        rows.forEach(put)
        return grid.text()
    }

    /// Whether a cell is a number: digits with the signs that go with them, or a word that stands for one.
    private static func isNumber(_ cell: String) -> Bool {
        if ["", "–", "—", "-", "nan", "NaN", "∞", "−∞", "inf"].contains(cell) { return true }
        return cell.contains { $0.isWholeNumber }
            && cell.allSatisfy { $0.isWholeNumber || "+-−±.,%×⁻ eE".contains($0) }
    }
}
