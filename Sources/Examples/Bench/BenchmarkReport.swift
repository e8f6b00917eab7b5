// The result of a benchmark, as tables for people and as JSON for programs.

import Figures
import Foundation

/// What was measured of one case.
public struct BenchmarkResult: Sendable {
    public let name: String
    public let work: BenchmarkCase.Work
    /// The median.
    public let milliseconds: Double
    /// Half the distance between the quartiles, as a share of the median.
    public let spread: Double
    let ceilings: Ceilings
    /// The milliseconds of each peer that has any for this case; nil if there is nothing to compare with.
    let peers: [String: Double]?

    /// Billions of operations, or of bytes, in a second; nil for a training step.
    public var rate: Double? {
        switch work {
        case .operations(let amount), .bytes(let amount): amount / (milliseconds * 1e6)
        case .trainingStep: nil
        }
    }

    /// What the rate is of the machine's ceiling for this kind of work; nil for a training step.
    ///
    /// It may exceed 1: for bytes the ceiling is that of copying, and only to read can be faster.
    public var share: Double? {
        switch work {
        case .operations: rate.map { $0 / ceilings.gigaflops }
        case .bytes: rate.map { $0 / ceilings.gigabytesPerSecond }
        case .trainingStep: nil
        }
    }
}

/// What a benchmark found out.
public struct BenchmarkReport: Sendable {
    public let threads: Int
    public let ceilings: Ceilings
    public let results: [BenchmarkResult]
    /// The peers' names; nil if there is nothing to compare with.
    let peers: [String]?
}

// MARK: - For people

extension BenchmarkReport {
    /// The ceilings, the cases, and next to them the peers.
    public func text(_ style: TerminalStyle) -> String {
        var parts = [paragraph(ceilingsSentence, style), table.terminal(style), paragraph(Self.columnsExplained, style)]
        if let peers {
            // Four peers side by side are as wide as a terminal usually is.
            for first in stride(from: 0, to: peers.count, by: 4) {
                parts.append(table(of: Array(peers[first..<min(first + 4, peers.count)])).terminal(style))
            }
            parts.append(paragraph(Self.peersExplained, style))
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var ceilingsSentence: String {
        let (gigaflops, bytes) = (Story.text(ceilings.gigaflops), Story.text(ceilings.gigabytesPerSecond))
        return "The ceilings, measured just now on \(threads) \(threads == 1 ? "thread" : "threads"): "
            + "\(gigaflops) GFLOP/s of multiplying and adding, \(bytes) GB/s of copying."
    }

    private static let columnsExplained =
        """
        Median: of repeats over about a second, five at least. Spread: half the distance between their quartiles, as a \
        share of the median. Share: of the ceiling; for GB/s that is the ceiling of copying, which reading alone may \
        exceed.
        """

    private static let peersExplained =
        "For each case, each peer's median in milliseconds, and how many times ours that is."

    private func paragraph(_ text: String, _ style: TerminalStyle) -> String {
        wrapped(style.unicode ? text : Story.inASCII(text), to: min(style.width, 100)).joined(separator: "\n")
    }

    /// The cases, one in a row.
    var table: TextTable {
        TextTable(
            columns: ["case", "median ms", "spread", "GFLOP/s", "GB/s", "share"],
            rows: results.map { result in
                let rate = result.rate.map(Self.digits) ?? Self.none
                let (operations, bytes) =
                    switch result.work {
                    case .operations: (rate, Self.none)
                    case .bytes: (Self.none, rate)
                    case .trainingStep: (Self.none, Self.none)
                    }
                let share = result.share.map { String(format: "%.0f %%", $0 * 100) } ?? Self.none
                return [
                    result.name, Self.digits(result.milliseconds), String(format: "%.1f %%", result.spread * 100),
                    operations, bytes, share,
                ]
            })
    }

    /// The same cases with the times of some peers.
    func table(of peers: [String]) -> TextTable {
        TextTable(
            columns: ["case", "median ms"] + peers,
            rows: results.map { result in
                [result.name, Self.digits(result.milliseconds)]
                    + peers.map { peer in
                        guard let time = result.peers?[peer] else { return Self.none }
                        return Self.digits(time) + " ×" + Self.digits(time / result.milliseconds)
                    }
            })
    }

    private static let none = "—"

    /// With three digits that count.
    private static func digits(_ value: Double) -> String {
        guard value < 1e6 else { return String(format: "%.2e", value) }
        // A number of d digits before the point is 10^(d − 1) or more; one that rounds up to the next loses a decimal.
        let rounded = Double(String(format: "%.2e", value)) ?? value
        return String(format: "%.*f", max(0, 2 - Int(log10(rounded).rounded(.down))), value)
    }
}

// MARK: - For programs

extension BenchmarkReport: Encodable {
    private enum Key: String, CodingKey {
        case threads, ceilings, cases
    }

    private enum CeilingKey: String, CodingKey {
        case gigaflops = "gflops"
        case gigabytesPerSecond = "gbytes_per_s"
    }

    public func encode(to encoder: any Encoder) throws {
        var report = encoder.container(keyedBy: Key.self)
        try report.encode(threads, forKey: .threads)
        var ceilings = report.nestedContainer(keyedBy: CeilingKey.self, forKey: .ceilings)
        try ceilings.encode(self.ceilings.gigaflops, forKey: .gigaflops)
        try ceilings.encode(self.ceilings.gigabytesPerSecond, forKey: .gigabytesPerSecond)
        try report.encode(results, forKey: .cases)
    }
}

extension BenchmarkResult: Encodable {
    private enum Key: String, CodingKey {
        case name, spread, share, against
        case milliseconds = "ms"
    }

    private struct Comparison: Encodable {
        let ms: Double
        /// The peer's time as a multiple of ours.
        let ratio: Double
    }

    public func encode(to encoder: any Encoder) throws {
        var result = encoder.container(keyedBy: Key.self)
        try result.encode(name, forKey: .name)
        try result.encode(milliseconds, forKey: .milliseconds)
        try result.encode(spread, forKey: .spread)
        // Null where there is none, not left out.
        try result.encode(share, forKey: .share)
        try result.encodeIfPresent(
            peers?.mapValues { Comparison(ms: $0, ratio: $0 / milliseconds) }, forKey: .against)
    }
}
