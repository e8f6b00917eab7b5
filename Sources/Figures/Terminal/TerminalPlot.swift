// The plot area of a terminal chart: axes with the same round ticks as on paper, and between them lines of Braille dots
// or characters.

/// A chart of points in characters.
struct TerminalPlot {
    private struct Cell {
        var character: Character?
        var color: Color?
        var background: Color?
        /// Which of the eight Braille dots are set.
        var dots: UInt32 = 0
    }

    private let title: String
    private let xLabel: String
    private let yLabel: String
    private let x: Scale
    private let y: Scale
    private let style: TerminalStyle
    /// How many steps between ticks the vertical axis has at most.
    static let yTickCount = 5

    private let rows: Int
    private let columns: Int
    private let gutter: Int
    private let yTicks: [Tick]
    private var cells: [Cell]
    private var legends: [(sample: String, name: String, color: Color?)] = []

    init(title: String, xLabel: String, yLabel: String, x: Scale, y: Scale, style: TerminalStyle, rows: Int = 16) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.x = x
        self.y = y
        self.style = style
        self.rows = rows
        yTicks = y.ticks(atMost: Self.yTickCount)
        let widest = yTicks.reduce(0) { max($0, TerminalGrid(style).width(of: $1.label ?? "")) }
        gutter = min(widest, style.width / 3)
        // Wider than this, lines become hard to follow.
        columns = max(1, min(style.width, 100) - gutter - 1)
        cells = [Cell](repeating: Cell(), count: rows * columns)
    }

    /// The character of the series or class with this number.
    static func symbol(_ index: Int, _ style: TerminalStyle) -> Character {
        let symbols: [Character] = style.unicode ? Array("●▲■◆○△□◇") : Array("o+x*#@%&")
        return symbols[index % symbols.count]
    }

    /// What a chart without data says.
    static func empty(title: String, _ style: TerminalStyle) -> String {
        var grid = TerminalGrid(style)
        grid.heading(title)
        grid.put("no data", column: 0, row: grid.nextRow)
        return grid.text()
    }

    private func row(_ fraction: Double) -> Int { Int(((1 - fraction) * Double(rows - 1)).rounded()) }
    private func column(_ fraction: Double) -> Int { Int((fraction * Double(columns - 1)).rounded()) }

    /// Colours black as the terminal writes: its paper may be black too.
    private func visible(_ color: Color) -> Color? { color == .black ? nil : color }

    /// Fills all cells by the class of the place at their centre.
    mutating func background(_ winner: (Point) -> Int?) {
        let fillings: [Character] = Array(" .:-=")
        for row in 0..<rows {
            for column in 0..<columns {
                let place = Point((Double(column) + 0.5) / Double(columns), 1 - (Double(row) + 0.5) / Double(rows))
                guard let winner = winner(place) else { continue }
                if style.color == .none {
                    cells[row * columns + column].character = fillings[Int(winner.magnitude % UInt(fillings.count))]
                } else {
                    cells[row * columns + column].background = ScatterPlot.Regions.tint(winner)
                }
            }
        }
    }

    /// A broken line at a height, explained in the legend.
    mutating func reference(_ line: ReferenceLine) {
        guard let place = y.place(line.value), (0...1).contains(place) else { return }
        let dash: Character = style.unicode ? "╌" : "-"
        for column in 0..<columns { cells[row(place) * columns + column].character = dash }
        legends.append((String([dash, dash]), line.label, nil))
    }

    /// A character at a place given in fractions of the plot area.
    mutating func symbol(_ symbol: Character, at place: Point, _ color: Color) {
        let index = row(place.y) * columns + column(place.x)
        cells[index].character = symbol
        cells[index].color = visible(color)
        cells[index].dots = 0
    }

    /// A line of characters.
    mutating func symbols(_ symbol: Character, through line: [Point], _ color: Color) {
        let steps = line.map { (column($0.x), row($0.y)) }
        Self.walk(steps) { column, row in
            cells[row * columns + column].character = symbol
            cells[row * columns + column].color = visible(color)
        }
    }

    /// A line of Braille dots, 2 × 4 in a cell.
    mutating func dots(through line: [Point], _ color: Color) {
        let steps = line.map {
            (Int(($0.x * Double(2 * columns - 1)).rounded()), Int(((1 - $0.y) * Double(4 * rows - 1)).rounded()))
        }
        // The bit of each dot, by row and column within the cell (Unicode Standard, section 21.1).
        let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
        Self.walk(steps) { dotColumn, dotRow in
            let index = dotRow / 4 * columns + dotColumn / 2
            cells[index].character = nil
            cells[index].dots |= bits[dotRow % 4][dotColumn % 2]
            cells[index].color = visible(color)
        }
    }

    /// Visits all cells on straight lines between given ones (Bresenham 1965).
    private static func walk(_ corners: [(column: Int, row: Int)], _ visit: (Int, Int) -> Void) {
        guard var place = corners.first else { return }
        visit(place.column, place.row)
        for target in corners.dropFirst() {
            let (dx, dy) = (abs(target.column - place.column), abs(target.row - place.row))
            var error = dx - dy
            while place != target {
                let doubled = 2 * error
                if doubled > -dy {
                    error -= dy
                    place.column += target.column > place.column ? 1 : -1
                }
                if doubled < dx {
                    error += dx
                    place.row += target.row > place.row ? 1 : -1
                }
                visit(place.column, place.row)
            }
        }
    }

    mutating func legend(_ sample: String, _ name: String, _ color: Color) {
        legends.append((sample, name, visible(color)))
    }

    func text() -> String {
        var grid = TerminalGrid(style)
        grid.heading(title)
        putLegend(on: &grid)
        if !yLabel.isEmpty { grid.put(yLabel, column: 0, row: grid.nextRow) }

        let top = grid.nextRow
        let (bar, tee, corner, rule, notch) = style.unicode ? ("│", "┤", "└", "─", "┬") : ("|", "+", "+", "-", "+")
        for row in 0..<rows { grid.put(bar, column: gutter, row: top + row) }
        for tick in yTicks {
            guard let place = y.place(tick.value), let label = tick.label else { continue }
            grid.put(label, column: max(0, gutter - grid.width(of: label)), row: top + row(place), limit: gutter)
            grid.put(tee, column: gutter, row: top + row(place))
        }
        for row in 0..<rows {
            for column in 0..<columns {
                let cell = cells[row * columns + column]
                let dots = Unicode.Scalar(0x2800 + cell.dots).map { String(Character($0)) } ?? " "
                let text = cell.character.map { String($0) } ?? (cell.dots == 0 ? " " : dots)
                guard text != " " || cell.background != nil else { continue }
                grid.put(text, column: gutter + 1 + column, row: top + row, color: cell.color,
                         background: cell.background)
            }
        }
        grid.put(corner + String(repeating: rule, count: columns), column: gutter, row: top + rows)
        putHorizontalTicks(notch, top + rows, on: &grid)
        if !xLabel.isEmpty {
            grid.put(xLabel, column: max(0, gutter + 1 + (columns - grid.width(of: xLabel)) / 2), row: grid.nextRow)
        }
        return grid.text()
    }

    private func putLegend(on grid: inout TerminalGrid) {
        var line = grid.nextRow
        var place = 0
        for legend in legends {
            let width = grid.width(of: legend.sample) + 1 + grid.width(of: legend.name)
            if place > 0 && place + width > style.width {
                line = grid.nextRow
                place = 0
            }
            grid.put(legend.sample, column: place, row: line, color: legend.color)
            grid.put(legend.name, column: place + grid.width(of: legend.sample) + 1, row: line)
            place += width + 3
        }
    }

    private func putHorizontalTicks(_ notch: String, _ axis: Int, on grid: inout TerminalGrid) {
        var free = 0
        for tick in x.ticks(atMost: max(1, min(8, columns / 10))) {
            guard let place = x.place(tick.value), let label = tick.label else { continue }
            let middle = gutter + 1 + column(place)
            let width = grid.width(of: label)
            let start = max(0, min(middle - width / 2, gutter + 1 + columns - width))
            grid.put(notch, column: middle, row: axis)
            guard start >= free else { continue }
            grid.put(label, column: start, row: axis + 1)
            free = start + width + 1
        }
    }
}
