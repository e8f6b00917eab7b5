// The benchmark: its cases, its table, its JSON.

import Figures
import Foundation
import Testing

@testable import Examples
@testable import learn

@Suite("The benchmark")
struct BenchmarkTests {
    @Test("every case has a name and a sentence of its own, and says how much work it is")
    func cases() {
        let cases = BenchmarkCase.all
        #expect(
            cases.map(\.name).prefix(20) == [
                "gemm-64", "gemm-256", "gemm-512", "gemm-1024", "gemm-2048", "exp-16M", "tanh-16M", "add-16M",
                "sum-16M", "softmax-4096x4096", "conv-forward", "conv-input", "conv-kernel", "xor-mlp", "mlp", "cnn",
                "rnn", "gru", "lstm", "autoencoder",
            ])
        #expect(Set(cases.map(\.name)).count == cases.count && Set(cases.map(\.summary)).count == cases.count)
        let work = Dictionary(uniqueKeysWithValues: cases.map { ($0.name, $0.work) })
        #expect(work["gemm-256"] == .operations(33_554_432))
        #expect(work["conv-forward"] == .operations(285_474_816) && work["conv-kernel"] == work["conv-input"])
        #expect(work["add-16M"] == .bytes(134_217_728) && work["sum-16M"] == .bytes(67_108_864))
        #expect(work["mlp"] == .trainingStep)
    }

    // One after the other: the largest need some hundred megabytes.
    @Test("one step of every case has a finite result", .serialized, arguments: BenchmarkCase.all.map(\.name))
    func step(name: String) throws {
        let benchmarkCase = try #require(BenchmarkCase.all.first { $0.name == name })
        #expect(benchmarkCase.prepare()().isFinite)
    }

    @Test(
        "the training steps learn: the loss of the second is smaller",
        arguments: ["xor-mlp", "mlp", "cnn", "rnn", "gru", "lstm", "autoencoder"])
    func training(name: String) throws {
        let step = try #require(BenchmarkCase.all.first { $0.name == name }).prepare()
        let first = step()
        #expect(step() < first)
    }

    private let ceilings = Ceilings(gigaflops: 500, gigabytesPerSecond: 40)

    private func report(peers: [String]?, _ times: [[String: Double]?] = [nil, nil, nil]) -> BenchmarkReport {
        let cases: [(String, BenchmarkCase.Work, Double)] = [
            ("product", .operations(2e9), 8), ("pass", .bytes(134e6), 2.68), ("step", .trainingStep, 0.00415),
        ]
        return BenchmarkReport(
            threads: 2, ceilings: ceilings,
            results: zip(cases, times).map { one, times in
                BenchmarkResult(
                    name: one.0, work: one.1, milliseconds: one.2, spread: 0.0125, ceilings: ceilings, peers: times)
            }, peers: peers)
    }

    private let style = TerminalStyle(width: 80, color: .none, unicode: true)

    @Test("the table has the rate of each kind of work and its share of the ceiling, and none for a training step")
    func table() {
        #expect(
            report(peers: nil).table.terminal(style) == """
                case     median ms  spread  GFLOP/s  GB/s  share
                ───────  ─────────  ──────  ───────  ────  ─────
                product       8.00   1.2 %      250     —   50 %
                pass          2.68   1.2 %        —  50.0  125 %
                step       0.00415   1.2 %        —     —      —
                """)
    }

    @Test("beside each case stand the peers' times and how many times ours they are, or a dash")
    func peers() {
        let report = report(peers: ["torch", "jax"], [["torch": 4], ["torch": 26.8, "jax": 2.68], [:]])
        #expect(
            report.table(of: ["torch", "jax"]).terminal(style) == """
                case     median ms        torch         jax
                ───────  ─────────  ───────────  ──────────
                product       8.00  4.00 ×0.500           —
                pass          2.68   26.8 ×10.0  2.68 ×1.00
                step       0.00415            —           —
                """)
    }

    @Test(
        "the whole is not wider than the terminal, names the ceilings, and comes in ASCII too",
        arguments: [60, 80, 100])
    func text(width: Int) {
        let names = ["one", "two", "three", "four", "five", "six"]
        let times = Dictionary(uniqueKeysWithValues: names.map { ($0, 100.0) })
        let report = report(peers: names, [times, times, times])
        for unicode in [false, true] {
            let text = report.text(TerminalStyle(width: width, color: .none, unicode: unicode))
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
            #expect(text.contains("2 threads: 500 GFLOP/s") && text.contains("40 GB/s"))
            for name in names where width >= 80 { #expect(text.contains(name)) }
            #expect(unicode || text.utf8.allSatisfy { $0 < 0x80 })
        }
    }

    private struct Decoded: Decodable {
        struct Peer: Decodable { let ms: Double, ratio: Double }
        struct Case: Decodable {
            let name: String, ms: Double, spread: Double, share: Double?, against: [String: Peer]?
        }
        let threads: Int, ceilings: [String: Double], cases: [Case]
    }

    @Test("the JSON has the numbers of the report, and null for a share that is none")
    func json() throws {
        let text = try report(peers: nil).json()
        let decoded = try JSONDecoder().decode(Decoded.self, from: Data(text.utf8))
        #expect(decoded.threads == 2 && decoded.ceilings == ["gflops": 500, "gbytes_per_s": 40])
        #expect(decoded.cases.map(\.name) == ["product", "pass", "step"])
        #expect(decoded.cases.map(\.ms) == [8, 2.68, 0.00415] && decoded.cases.allSatisfy { $0.spread == 0.0125 })
        let shares = decoded.cases.map(\.share)
        #expect(shares[0] == 0.5 && (shares[1]! - 1.25).magnitude < 1e-12 && shares[2] == nil)
        #expect(text.contains("\"share\" : null") && !text.contains("against"))
    }

    @Test("the JSON has the peers' times and ratios, of those that have any")
    func jsonOfPeers() throws {
        let text = try report(peers: ["torch", "jax"], [["torch": 4], ["torch": 26.8, "jax": 2.68], [:]]).json()
        let cases = try JSONDecoder().decode(Decoded.self, from: Data(text.utf8)).cases
        #expect(cases[0].against?["torch"]?.ms == 4 && cases[0].against?["torch"]?.ratio == 0.5)
        #expect(cases.map { $0.against?.count } == [1, 2, 0] && cases[1].against?["jax"]?.ratio == 1)
    }

    @Test("a benchmark measures its cases in order, and looks up the peers' times for each")
    func run() throws {
        let peers = try PeerTimes("torch snow 7 ms", from: "file", cases: twoCases.map(\.name))
        let terminal = Terminal(style: style, isInteractive: false) { _ in }
        let report = Benchmark(twoCases, threads: 1, peers: peers, budget: .zero).run(progress: terminal)
        #expect(report.threads == 1 && report.results.map(\.name) == ["rain-5", "snow"])
        #expect(report.results.map(\.peers) == [[:], ["torch": 7]])
        #expect(report.results.allSatisfy { $0.milliseconds > 0 && $0.spread >= 0 })
        #expect(report.results[0].rate! > 0 && report.results[1].share == nil)
    }
}
