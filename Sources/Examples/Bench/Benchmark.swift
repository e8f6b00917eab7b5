// The benchmark: the machine's ceilings, then every requested case.

import FeedForward
import Figures

/// Cases to measure, on how many threads, and what to hold the result against.
public struct Benchmark: Sendable {
    public let cases: [BenchmarkCase]
    public let threads: Int
    public let peers: PeerTimes?
    /// How long each case is repeated; each ceiling half as long.
    let budget: Duration

    /// The largest number of threads: one for each processor that the program may use.
    public static var mostThreads: Int { Threads.available }

    /// - Parameter threads: 1…`mostThreads`, which it is if not given.
    public init(_ cases: [BenchmarkCase], threads: Int? = nil, peers: PeerTimes? = nil) {
        self.init(cases, threads: threads, peers: peers, budget: .seconds(1))
    }

    init(_ cases: [BenchmarkCase], threads: Int? = nil, peers: PeerTimes? = nil, budget: Duration) {
        (self.cases, self.peers, self.budget) = (cases, peers, budget)
        self.threads = threads ?? Self.mostThreads
    }

    /// Measures everything, one after the other.
    public func run(progress: Terminal) -> BenchmarkReport { withThreads(threads) { measured(progress) } }

    private func measured(_ progress: Terminal) -> BenchmarkReport {
        var bar = ProgressBar(label: "benchmark", total: cases.count + 1, terminal: progress)
        let ceilings = Ceilings.measured(threads: threads, budget: budget / 2)
        bar.advance(
            to: 1, values: [("GFLOP/s", ceilings.gigaflops), ("GB/s", ceilings.gigabytesPerSecond)])
        var results: [BenchmarkResult] = []
        for benchmarkCase in cases {
            let timing = Timing(budget: budget, of: benchmarkCase.prepare())
            results.append(
                BenchmarkResult(
                    name: benchmarkCase.name, work: benchmarkCase.work, milliseconds: timing.median * 1e3,
                    spread: timing.spread, ceilings: ceilings, peers: peers?.times(of: benchmarkCase.name)))
            bar.advance(to: results.count + 1, values: [(benchmarkCase.name + " ms", timing.median * 1e3)])
        }
        bar.finish()
        return BenchmarkReport(threads: threads, ceilings: ceilings, results: results, peers: peers?.names)
    }
}
