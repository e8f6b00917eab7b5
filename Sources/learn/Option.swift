// The options of the command, each described once: the usage, the parser and the errors read the same list.

import Examples

/// What takes options.
enum OptionTaker: CaseIterable {
    case run, benchmark

    /// As it is called in a sentence.
    var name: String {
        switch self {
        case .run: "a run"
        case .benchmark: "a benchmark"
        }
    }

    /// As it is typed, with a word for what else it needs.
    var synopsis: String {
        switch self {
        case .run: "learn run CHAPTER"
        case .benchmark: "learn bench"
        }
    }

    /// The options that it takes.
    var options: [Option] { Option.allCases.filter { $0.takers.contains(self) } }
}

/// An option of `learn run` or `learn bench`.
enum Option: String, CaseIterable {
    case seed = "--seed"
    case epochs = "--epochs"
    case learningRate = "--learning-rate"
    case data = "--data"
    case out = "--out"
    case full = "--full"
    case threads = "--threads"
    case against = "--against"
    case json = "--json"

    /// More passes than anyone waits for.
    static let mostEpochs = 100_000

    /// What it belongs to.
    var takers: [OptionTaker] {
        switch self {
        case .seed, .epochs, .learningRate, .data, .out, .full: [.run]
        case .threads, .against: [.benchmark]
        case .json: [.run, .benchmark]
        }
    }

    /// Stands for the value in the usage; nil for an option without one.
    var placeholder: String? {
        switch self {
        case .seed, .epochs, .threads: "N"
        case .learningRate: "R"
        case .data, .out: "DIR"
        case .against: "FILE"
        case .full, .json: nil
        }
    }

    /// The option as it is typed, with a word for its value.
    var synopsis: String { rawValue + (placeholder.map { " " + $0 } ?? "") }

    /// What the value must be.
    var values: String {
        switch self {
        case .seed: "a whole number from 0 to \(UInt64.max)"
        case .epochs: "a whole number from 1 to \(Self.mostEpochs)"
        case .learningRate: "a number from 1e-45 to 3e38, such as 0.003"
        case .data, .out: "the path of a folder"
        case .threads: "a whole number from 1 to \(Benchmark.mostThreads)"
        case .against: "the path of a file"
        case .full, .json: "no value"
        }
    }

    /// What it is for, in the usage.
    var meaning: String {
        switch self {
        case .seed: "Fixes everything random in the run: \(values); 1 if not given."
        case .epochs: "Passes over the training images: \(values); if not given, the chapter's own choice."
        case .learningRate: "The size of a step: \(values); if not given, the chapter's own choice."
        case .data: "A folder with the files of MNIST or Fashion-MNIST, to learn instead of the embedded images."
        case .out: "Where the pictures are written; if not given, learn/CHAPTER in the system's temporary folder."
        case .full: "Adds studies over many seeds; takes several times as long."
        case .threads: "How many threads may work at the same time: \(values); the largest if not given."
        case .against:
            "Other frameworks' times, for comparison: \(values) with lines such as “torch mlp 2.31 ms”; other "
                + "lines are ignored."
        case .json: "Prints the results as one JSON object on standard output, and everything else on standard error."
        }
    }
}
