// How far a training run is: a line that is drawn over and over for a person who watches, and a few plain lines for a
// log file.

import SIMDTensor

/// A progress bar with the values of the moment, the rate and the time that is left.
public struct ProgressBar {
    private let label: String
    private let total: Int
    private let examplesPerStep: Int?
    private let terminal: Terminal
    private let clock: () -> Duration
    private let start: Duration
    private var lastDrawn: Duration?
    private var lastTenth = 0
    private var step = 0
    private var values: [(name: String, value: Double)] = []
    private var isFinished = false

    /// The shortest time between two drawings on a terminal.
    private static let interval = Duration.milliseconds(100)

    /// - Parameters:
    ///   - total: the number of steps.
    ///   - examplesPerStep: the batch size, if the rate should count examples instead of steps.
    ///   - terminal: where the bar is written.
    ///   - clock: the time since some fixed moment.
    public init(label: String, total: Int, examplesPerStep: Int? = nil, terminal: Terminal = .standardError,
                clock: (() -> Duration)? = nil) {
        require(total >= 0, "ProgressBar: \(total) steps, expected none or more")
        require(examplesPerStep.map { $0 >= 1 } ?? true,
                     "ProgressBar: \(examplesPerStep ?? 0) examples in a step, expected at least 1")
        let origin = ContinuousClock.now
        self.label = label
        self.total = total
        self.examplesPerStep = examplesPerStep
        self.terminal = terminal
        self.clock = clock ?? { ContinuousClock.now - origin }
        start = self.clock()
    }

    /// Tells that `step` steps are done, with values to show, such as the loss.
    ///
    /// A terminal is redrawn at most ten times a second; elsewhere there is one line for each tenth of the way.
    public mutating func advance(to step: Int, values: [(name: String, value: Double)] = []) {
        guard !isFinished else { return }
        self.step = min(max(step, 0), total)
        self.values = values
        let now = clock()
        if terminal.isInteractive {
            if let lastDrawn, now - lastDrawn < Self.interval { return }
            lastDrawn = now
            // Carriage return and ECMA-48 “erase in line”: the new line replaces the old one.
            terminal.write("\r\u{1B}[K" + line(now))
        } else {
            // In full width, because ten times a large step would overflow.
            let tenth = total == 0 ? 10 : total.dividingFullWidth(self.step.multipliedFullWidth(by: 10)).quotient
            // The line of the end is written by `finish`.
            guard tenth > lastTenth, tenth < 10 else { return }
            lastTenth = tenth
            terminal.write(line(now) + "\n")
        }
    }

    /// Ends the bar with a line that says what was reached and how long it took.
    public mutating func finish() {
        guard !isFinished else { return }
        isFinished = true
        let line = line(clock())
        terminal.write((terminal.isInteractive ? "\r\u{1B}[K" : "") + line + "\n")
    }

    private func line(_ now: Duration) -> String {
        let fraction = total == 0 ? 1 : Double(step) / Double(total)
        let elapsed = (now - start) / .seconds(1)
        var parts = values.map { "\($0.name) \(NumberText.short($0.value))" }
        if elapsed > 0 && step > 0 {
            let rate = Double(step) * Double(examplesPerStep ?? 1) / elapsed
            parts.append(Self.rate(rate) + (examplesPerStep == nil ? " steps/s" : " examples/s"))
        }
        if isFinished {
            parts.append("in " + Self.time(elapsed))
        } else if step > 0 {
            parts.append(Self.time(elapsed * (1 - fraction) / fraction) + " left")
        }
        let percent = "\(Int(fraction * 100))%"
        parts.insert(String(repeating: " ", count: 4 - percent.count) + percent, at: 0)

        var grid = TerminalGrid(terminal.style)
        // The last column stays free: some terminals wrap the line when it is written.
        let room = max(1, terminal.style.width - 1)
        // Beside the texts there are two blanks, the ends of the bar, and at least six columns of it.
        func used() -> Int { grid.width(of: label) + 1 + grid.width(of: parts.joined(separator: "  ")) }
        while parts.count > 1, used() + 3 + 6 > room { parts.removeLast() }
        let barWidth = min(24, room - used() - 3)
        let bar = barWidth < 1 ? "" : Self.bar(fraction, width: barWidth, unicode: terminal.style.unicode)
        grid.put(label + " " + bar + parts.joined(separator: "  "), column: 0, row: 0, limit: room)
        return grid.text()
    }

    private static func bar(_ fraction: Double, width: Int, unicode: Bool) -> String {
        let filled = TerminalGrid.bar(fraction * Double(width), unicode: unicode)
        let rest = String(repeating: unicode ? " " : ".", count: width - filled.count)
        return unicode ? "▕" + filled + rest + "▏ " : "[" + filled + rest + "] "
    }

    private static func rate(_ rate: Double) -> String {
        if rate >= 1e6 { return NumberText.fixed(rate / 1e6, decimals: 1) + "M" }
        if rate >= 1e4 { return NumberText.fixed(rate / 1e3, decimals: 1) + "k" }
        return NumberText.fixed(rate, decimals: rate < 10 ? 2 : rate < 100 ? 1 : 0)
    }

    /// Minutes and seconds, with hours where there are any.
    private static func time(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds.rounded(), 0), 1e9))
        func twoDigits(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, twoDigits(whole % 60))
        return hours > 0 ? "\(hours):\(twoDigits(minutes)):\(rest)" : "\(minutes):\(rest)"
    }
}
