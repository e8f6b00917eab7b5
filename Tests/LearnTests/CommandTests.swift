// Command lines: what is understood, and what is said about what is not.

import Examples
import Testing

@testable import learn

@Suite("The command line")
struct CommandTests {
    private func command(_ line: [String]) throws -> Command {
        try Command(line, chapters: twoChapters, cases: twoCases, temporaryFolder: "/temporary")
    }

    private func run(_ line: String) throws -> Command.Run {
        guard case .run(let run) = try command(line.split(separator: " ").map(String.init)) else {
            throw NotARun(line: line)
        }
        return run
    }

    private struct NotARun: Error { let line: String }

    private func bench(_ line: String) throws -> Command.Bench {
        guard case .bench(let bench) = try command(line.split(separator: " ").map(String.init)) else {
            throw NotABenchmark(line: line)
        }
        return bench
    }

    private struct NotABenchmark: Error { let line: String }

    @Test("nothing asks for the contents, help and --help anywhere for the usage")
    func contentsAndHelp() throws {
        guard case .contents = try command([]) else {
            Issue.record("no words: not the contents")
            return
        }
        let lines = [
            ["help"], ["--help"], ["-h"], ["run", "--help"], ["run", "weather", "--seed", "-h"], ["x", "--help"],
        ]
        for line in lines {
            guard case .help = try command(line) else {
                Issue.record("\(line): not the usage")
                continue
            }
        }
    }

    @Test("a run without options has the defaults, and its pictures go to the temporary folder")
    func defaults() throws {
        let run = try run("run harvest")
        #expect(run.chapter.name == "harvest" && !run.json)
        #expect(run.options == RunOptions(output: "/temporary/learn/harvest"))
        #expect(run.options.seed == 1 && run.options.epochs == nil && run.options.learningRate == nil)
        #expect(run.options.data == nil && !run.options.full)
    }

    @Test(
        "options stand before or after the chapter, with a blank or an equals sign",
        arguments: [
            "run weather --seed 5 --epochs 7 --learning-rate 0.5 --data in --out out --full --json",
            "run --json --full --out=out --data=in --learning-rate=5e-1 --epochs=7 --seed=5 weather",
            "--seed 5 run --epochs=7 weather --learning-rate .5 --json --data in --full --out out",
        ])
    func allOptions(line: String) throws {
        var expected = RunOptions(output: "out")
        (expected.seed, expected.epochs, expected.learningRate) = (5, 7, 0.5)
        (expected.data, expected.full) = ("in", true)
        let run = try run(line)
        #expect(run.chapter.name == "weather" && run.json && run.options == expected)
    }

    @Test("values at the ends of their ranges are taken, and a path may hold an equals sign or begin with a hyphen")
    func limits() throws {
        #expect(try run("run weather --seed 18446744073709551615").options.seed == .max)
        #expect(try run("run weather --seed 0").options.seed == 0)
        #expect(try run("run weather --epochs 1").options.epochs == 1)
        #expect(try run("run weather --epochs 100000").options.epochs == 100_000)
        #expect(try run("run weather --learning-rate 1e30").options.learningRate == 1e30)
        #expect(try run("run weather --out=a=b").options.output == "a=b")
        #expect(try run("run weather --out -x").options.output == "-x")
        #expect(try run("run weather --out=--x").options.output == "--x")
    }

    @Test("a benchmark measures the cases that are named, in their order, as often as they are; all, if none is")
    func cases() throws {
        #expect(try bench("bench").cases.map(\.name) == ["rain-5", "snow"])
        #expect(try bench("bench snow").cases.map(\.name) == ["snow"])
        #expect(try bench("bench snow rain-5 snow").cases.map(\.name) == ["snow", "rain-5", "snow"])
    }

    @Test(
        "the options of a benchmark stand before or after the cases",
        arguments: [
            "bench snow --threads 1 --against a=b --json", "--json bench --against=a=b snow --threads=1",
            "--threads 1 --json --against a=b bench snow",
        ])
    func benchmarkOptions(line: String) throws {
        let bench = try bench(line)
        #expect(bench.cases.map(\.name) == ["snow"] && bench.threads == 1 && bench.peers == "a=b" && bench.json)
    }

    @Test("a benchmark without options is for people, compares with nothing, and leaves the threads as they are")
    func benchmarkDefaults() throws {
        let bench = try bench("bench")
        #expect(bench.threads == nil && bench.peers == nil && !bench.json)
        #expect(try self.bench("bench --threads \(Benchmark.mostThreads)").threads == Benchmark.mostThreads)
    }

    private static let threads = "it needs a whole number from 1 to \(Benchmark.mostThreads)."
    private static let seeds = "it needs a whole number from 0 to 18446744073709551615."
    private static let epochs = "it needs a whole number from 1 to 100000."
    private static let rates = "it needs a number from 1e-45 to 3e38, such as 0.003."
    private static let options =
        "--seed, --epochs, --learning-rate, --data, --out, --full, --threads, --against, --json."

    @Test(
        "what cannot be understood is refused in a sentence",
        arguments: [
            (["rum"], "There is no command “rum” (did you mean “run”?); choose from: run, bench, help."),
            (["frobnicate"], "There is no command “frobnicate”; choose from: run, bench, help."),
            ([""], "There is no command “”; choose from: run, bench, help."),
            (["HELP"], "There is no command “HELP” (did you mean “help”?); choose from: run, bench, help."),
            (["weather"], "“weather” is a chapter, not a command: type “learn run weather”."),
            (["help", "run"], "The word “run” after “learn help” is one too many: leave it out."),
            (["run"], "The command “run” needs a chapter after it; choose from: weather, harvest."),
            (["run", "--seed", "5"], "The command “run” needs a chapter after it; choose from: weather, harvest."),
            (
                ["run", "wether"],
                "There is no chapter “wether” (did you mean “weather”?); choose from: weather, harvest."
            ),
            (["run", "1.2"], "There is no chapter “1.2” (did you mean “harvest”?); choose from: weather, harvest."),
            (["run", "poetry"], "There is no chapter “poetry”; choose from: weather, harvest."),
            (["run", ""], "There is no chapter “”; choose from: weather, harvest."),
            (
                ["run", String(repeating: "x", count: 9999)],
                "There is no chapter “\(String(repeating: "x", count: 40))…”; choose from: weather, harvest."
            ),
            (
                ["run", "weather", "harvest"],
                "The word “harvest” after “learn run weather” is one too many: leave it out."
            ),
            (
                ["run", "weather", "--epoch", "3"],
                "There is no option “--epoch” (did you mean “--epochs”?); choose from: \(options)"
            ),
            (["run", "weather", "-x"], "There is no option “-x”; choose from: \(options)"),
            (["run", "weather", "--"], "There is no option “--”; choose from: \(options)"),
            (["run", "weather", "--version=2"], "There is no option “--version”; choose from: \(options)"),
            (["--seed", "5"], "The option --seed belongs to a run: type “learn run CHAPTER --seed N”."),
            (
                ["help", "--json"],
                "The option --json belongs to a run or a benchmark: "
                    + "type “learn run CHAPTER --json” or “learn bench --json”."
            ),
            (
                ["run", "weather", "--threads", "1"],
                "The option --threads belongs to a benchmark: type “learn bench --threads N”."
            ),
            (
                ["run", "--against", "file"],
                "The option --against belongs to a benchmark: type “learn bench --against FILE”."
            ),
            (["--threads=1"], "The option --threads belongs to a benchmark: type “learn bench --threads N”."),
            (["bench", "--full"], "The option --full belongs to a run: type “learn run CHAPTER --full”."),
            (["bench", "snow", "--out=x"], "The option --out belongs to a run: type “learn run CHAPTER --out DIR”."),
            (["bench", "rain"], "There is no case “rain” (did you mean “rain-5”?); choose from: rain-5, snow."),
            (["bench", "snow", "weather"], "There is no case “weather”; choose from: rain-5, snow."),
            (["bench", ""], "There is no case “”; choose from: rain-5, snow."),
            (["bench", "--threads", "0"], "The option --threads cannot be “0”: \(threads)"),
            (["bench", "--threads", "-1"], "The option --threads cannot be “-1”: \(threads)"),
            (["bench", "--threads", "1.0"], "The option --threads cannot be “1.0”: \(threads)"),
            (["bench", "--threads", "all"], "The option --threads cannot be “all”: \(threads)"),
            (
                ["bench", "--threads", "\(Benchmark.mostThreads + 1)"],
                "The option --threads cannot be “\(Benchmark.mostThreads + 1)”: \(threads)"
            ),
            (["bench", "--against="], "The option --against cannot be empty: it needs the path of a file."),
            (["bench", "--against"], "The option --against needs a value after it: the path of a file."),
            (
                ["run", "weather", "--seed"],
                "The option --seed needs a value after it: a whole number from 0 to 18446744073709551615."
            ),
            (
                ["run", "weather", "--out", "--json"],
                "The option --out needs a value after it: the path of a folder."
            ),
            (["run", "weather", "--seed", "five"], "The option --seed cannot be “five”: \(seeds)"),
            (["run", "weather", "--seed", "-1"], "The option --seed cannot be “-1”: \(seeds)"),
            (["run", "weather", "--seed="], "The option --seed cannot be empty: \(seeds)"),
            (["run", "weather", "--seed", "1.5"], "The option --seed cannot be “1.5”: \(seeds)"),
            (
                ["run", "weather", "--seed", "18446744073709551616"],
                "The option --seed cannot be “18446744073709551616”: \(seeds)"
            ),
            (["run", "weather", "--epochs", "0"], "The option --epochs cannot be “0”: \(epochs)"),
            (["run", "weather", "--epochs", "-3"], "The option --epochs cannot be “-3”: \(epochs)"),
            (["run", "weather", "--epochs", "100001"], "The option --epochs cannot be “100001”: \(epochs)"),
            (
                ["run", "weather", "--epochs", "99999999999999999999"],
                "The option --epochs cannot be “99999999999999999999”: \(epochs)"
            ),
            (["run", "weather", "--learning-rate", "nan"], "The option --learning-rate cannot be “nan”: \(rates)"),
            (["run", "weather", "--learning-rate", "0"], "The option --learning-rate cannot be “0”: \(rates)"),
            (["run", "weather", "--learning-rate", "-0.1"], "The option --learning-rate cannot be “-0.1”: \(rates)"),
            (["run", "weather", "--learning-rate", "inf"], "The option --learning-rate cannot be “inf”: \(rates)"),
            (["run", "weather", "--learning-rate=1e999"], "The option --learning-rate cannot be “1e999”: \(rates)"),
            (["run", "weather", "--learning-rate", "1e39"], "The option --learning-rate cannot be “1e39”: \(rates)"),
            (["run", "weather", "--learning-rate", "1e-46"], "The option --learning-rate cannot be “1e-46”: \(rates)"),
            (["run", "weather", "--learning-rate", "0x1A"], "The option --learning-rate cannot be “0x1A”: \(rates)"),
            (["run", "weather", "--learning-rate", "0,1"], "The option --learning-rate cannot be “0,1”: \(rates)"),
            (["run", "weather", "--out="], "The option --out cannot be empty: it needs the path of a folder."),
            (["run", "weather", "--data", ""], "The option --data cannot be empty: it needs the path of a folder."),
            (["run", "weather", "--json=yes"], "The option --json takes no value: leave out “=yes”."),
            (["run", "weather", "--full="], "The option --full takes no value: leave out “=”."),
            (
                ["run", "weather", "--seed", "5", "--seed=5"],
                "The option --seed is given twice: leave one out."
            ),
            (["run", "--json", "weather", "--json"], "The option --json is given twice: leave one out."),
        ])
    func refusals(line: [String], sentence: String) throws {
        let error = try #require(throws: CommandLineError.self) { try command(line) }
        #expect(error.description == sentence)
    }

    @Test("the distance of two words is that of textbooks, and only near names are suggested")
    func nearest() {
        #expect(editDistance("kitten", "sitting") == 3 && editDistance("", "abc") == 3)
        #expect(editDistance("saturday", "sunday") == 3 && editDistance("abc", "") == 3)
        #expect(nearestName(to: "autoencodr", in: ["autoencoder", "vae"]) == "autoencoder")
        #expect(nearestName(to: "x", in: ["vae", "gan"]) == nil)
        #expect(nearestName(to: "", in: ["a"]) == nil)
    }
}
