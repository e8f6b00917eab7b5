// The progress bar with a clock that is set by hand.

import Figures
import Synchronization
import Testing

@Suite("Progress bar")
struct ProgressBarTests {
    /// Text that was written.
    private final class Record: Sendable {
        let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
    }

    /// Time that passes when it is told to.
    private final class Clock {
        var seconds = 0.0
    }

    private func terminal(_ record: Record, isInteractive: Bool, width: Int = 80, unicode: Bool = false) -> Terminal {
        Terminal(style: TerminalStyle(width: width, unicode: unicode), isInteractive: isInteractive) { text in
            record.texts.withLock { $0.append(text) }
        }
    }

    @Test("in a log there is one line for each tenth of the way, and one at the end")
    func log() {
        let (record, clock) = (Record(), Clock())
        var bar = ProgressBar(label: "epoch 1", total: 1000, terminal: terminal(record, isInteractive: false),
                              clock: { .seconds(clock.seconds) })
        for step in 1...1000 {
            clock.seconds = Double(step) * 0.01
            bar.advance(to: step, values: [("loss", 1 / Double(step))])
        }
        bar.finish()
        bar.finish()
        #expect(record.all.count == 10)
        #expect(record.all.allSatisfy { $0.hasSuffix("\n") && !$0.contains("\r") && !$0.contains("\u{1B}") })
        #expect(record.all.first == "epoch 1 [##......................]  10%  loss 0.01  100 steps/s  0:09 left\n")
        #expect(record.all.last == "epoch 1 [########################] 100%  loss 0.001  100 steps/s  in 0:10\n")
    }

    @Test("on a terminal the line is drawn over, at most ten times a second")
    func redraw() {
        let (record, clock) = (Record(), Clock())
        var bar = ProgressBar(label: "train", total: 2000, examplesPerStep: 32,
                              terminal: terminal(record, isInteractive: true, unicode: true),
                              clock: { .seconds(clock.seconds) })
        for step in 1...2000 {
            clock.seconds = Double(step) * 0.001
            bar.advance(to: step, values: [("loss", 0.25), ("accuracy", 0.9)])
        }
        let drawn = record.all
        #expect((15...21).contains(drawn.count))
        #expect(drawn.allSatisfy { $0.hasPrefix("\r\u{1B}[K") && !$0.contains("\n") })
        bar.finish()
        let last = record.all.last ?? ""
        #expect(last.contains("100%") && last.contains("loss 0.25") && last.contains("accuracy 0.9"))
        #expect(last.contains("32.0k examples/s") && last.hasSuffix("in 0:02\n"))
    }

    @Test("the bar, then the values at the end, give way in a narrow terminal", arguments: [1, 5, 12, 30, 50, 80, 200])
    func narrow(width: Int) {
        let (record, clock) = (Record(), Clock())
        var bar = ProgressBar(label: "a label", total: 10,
                              terminal: terminal(record, isInteractive: false, width: width),
                              clock: { .seconds(clock.seconds) })
        clock.seconds = 1
        bar.advance(to: 5, values: [("loss", 0.123456), ("accuracy", 0.98765)])
        bar.finish()
        #expect(record.all.count == 2)
        for line in record.all { #expect(line.count - 1 <= max(1, width - 1)) }
        if width >= 30 { #expect(record.all[0].contains("50%")) }
    }

    @Test("steps beyond the end, no steps at all and broken values are shown and do no harm")
    func hostile() {
        let (record, clock) = (Record(), Clock())
        var bar = ProgressBar(label: "x", total: 4, terminal: terminal(record, isInteractive: false),
                              clock: { .seconds(clock.seconds) })
        bar.advance(to: -3)
        bar.advance(to: 2, values: [("loss", .nan), ("norm", .infinity)])
        bar.advance(to: 99)
        bar.finish()
        #expect(record.all.count == 2)
        #expect(record.all[0].contains("loss nan") && record.all[0].contains("norm inf"))
        #expect(record.all[1].contains("100%"))
        var empty = ProgressBar(label: "none", total: 0, terminal: terminal(record, isInteractive: false),
                                clock: { .zero })
        empty.advance(to: 0)
        empty.finish()
        #expect(record.all.last?.contains("100%") == true)
    }

    @Test("the time left follows from the rate so far", arguments: [
        (1, 4, 1.0, "0:03 left"), (10, 1000, 60, "1:39:00 left"), (50, 100, 0.5, "0:01 left"),
    ])
    func timeLeft(step: Int, total: Int, elapsed: Double, expected: String) {
        let (record, clock) = (Record(), Clock())
        var bar = ProgressBar(label: "x", total: total, terminal: terminal(record, isInteractive: true),
                              clock: { .seconds(clock.seconds) })
        clock.seconds = elapsed
        bar.advance(to: step)
        #expect(record.all.last?.hasSuffix(expected) == true, "\(record.all)")
    }
}
