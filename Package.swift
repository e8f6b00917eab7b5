// swift-tools-version: 6.3
//
// The deep-learning book that runs. No dependencies; one library product a chapter, `DeepLearning` for all of them,
// and the command `learn`.

import Foundation
import PackageDescription

// MARK: - The processor

let environment = ProcessInfo.processInfo.environment

/// What everything is compiled for.
///
/// On Linux x86-64 the compiler's default is a processor of 2003, without fused multiply-add; the vector code of this
/// package runs there, but slowly. So the manifest asks the machine it is read on which of three levels it has: `x86-64-v4`
/// (AVX-512), `x86-64-v3` (AVX2) or `x86-64`. `DEEPLEARNING_PROCESSOR` in the environment chooses one of them, for another
/// machine; `DEEPLEARNING_PORTABLE=1` is short for the last, which runs on every x86-64 processor. Everywhere else (macOS,
/// arm64) the compiler's default is already right.
struct Processor {
    var flags: [String] = []
    var condition: String?

    static let level4 = Processor(flags: ["-Xcc", "-march=x86-64-v4"], condition: "X86_64_V4")
    static let level3 = Processor(flags: ["-Xcc", "-march=x86-64-v3"], condition: "X86_64_V3")

    static let chosen: Processor = {
        #if os(Linux) && arch(x86_64)
        switch environment["DEEPLEARNING_PROCESSOR"] {
        case "x86-64-v4": return level4
        case "x86-64-v3": return level3
        case "x86-64": return Processor()
        case let other? where !other.isEmpty:
            let sentence = "DEEPLEARNING_PROCESSOR is x86-64-v4, x86-64-v3 or x86-64, not \(other).\n"
            FileHandle.standardError.write(Data(sentence.utf8))
            exit(1)
        default: return environment["DEEPLEARNING_PORTABLE"] == nil ? ofThisMachine : Processor()
        }
        #else
        return Processor()
        #endif
    }()

    static var ofThisMachine: Processor {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
        else { return Processor() }
        let features = Set(line.split(separator: " ").map(String.init))
        guard features.isSuperset(of: ["avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"]) else { return Processor() }
        return features.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) ? level4 : level3
    }
}

let processor = Processor.chosen

/// Tells the code what it is compiled for.
let condition: [SwiftSetting] = processor.condition.map { [.define($0)] } ?? []

/// Everything is tuned for the processor, with square roots without the detour through `errno`. Debug builds are optimised
/// too, each module as a whole as release builds are, so that plain `swift test` is fast: an elementwise formula that is
/// not compiled into its loop is hundreds of times slower. (Two threads, because then the compiler writes one object file
/// a source file, as the package manager expects of a debug build.)
let tuned: [SwiftSetting] =
    [
        .unsafeFlags(processor.flags + ["-Xcc", "-fno-math-errno"]),
        .unsafeFlags(
            ["-O", "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"],
            .when(configuration: .debug)),
    ] + condition

/// The tensor: vector instructions are written with the compiler's own module Builtin, here and nowhere else. It is an
/// experimental feature; `DEEPLEARNING_PLAIN_VECTORS=1` in the environment builds as a compiler without it would, slower and
/// with the same results.
let vectors: [SwiftSetting] =
    environment["DEEPLEARNING_PLAIN_VECTORS"] == nil ? [.enableExperimentalFeature("BuiltinModule")] : []

/// Every module but the tensor: the compiler rejects unsafe code.
let safe: [SwiftSetting] = [.strictMemorySafety()]

// MARK: - The house

/// A library module; it may import those listed before it, as its text builds on theirs.
func module(_ name: String, on dependencies: [String]) -> Target {
    .target(name: name, dependencies: dependencies.map { .byName(name: $0) }, swiftSettings: tuned + safe)
}

func tests(
    _ name: String, on dependencies: [String], resources: [Resource] = [], excluding scripts: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies.map { .byName(name: $0) }, exclude: scripts, resources: resources,
        swiftSettings: tuned)
}

let package = Package(
    name: "DeepLearning",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "SIMDTensor", targets: ["SIMDTensor"]),
        .library(name: "FeedForward", targets: ["FeedForward"]),
        .library(name: "Convolution", targets: ["Convolution"]),
        .library(name: "Recurrent", targets: ["Recurrent"]),
        .library(name: "LSTM", targets: ["LSTM"]),
        .library(name: "FileFormats", targets: ["FileFormats"]),
        .library(name: "Datasets", targets: ["Datasets"]),
        .library(name: "Figures", targets: ["Figures"]),
        .library(name: "DeepLearning", targets: ["DeepLearning"]),
        .executable(name: "learn", targets: ["learn"]),
    ],
    targets: [
        .target(name: "SIMDTensor", swiftSettings: tuned + vectors),
        module("FeedForward", on: ["SIMDTensor"]),
        module("Convolution", on: ["FeedForward"]),
        module("Recurrent", on: ["FeedForward"]),
        module("LSTM", on: ["Recurrent"]),
        module("DeepLearning", on: ["SIMDTensor", "FeedForward", "Convolution", "Recurrent", "LSTM"]),
        module("FileFormats", on: ["SIMDTensor"]),
        module("Datasets", on: ["SIMDTensor", "FileFormats"]),
        module("Figures", on: ["SIMDTensor", "FileFormats"]),
        module("Examples", on: ["DeepLearning", "FileFormats", "Datasets", "Figures"]),
        // The command is not tuned, so that on another processor it can still say what is the matter.
        .executableTarget(
            name: "learn", dependencies: ["Examples", "FileFormats", "Figures"], swiftSettings: safe + condition),
        // What tests share: traits with which a test names its claim or says that it compares times, reference values,
        // comparisons, planted mistakes, readers of what is written; and what those of recurrent networks share besides.
        .target(name: "TestTools", dependencies: ["FeedForward"], path: "Tests/TestTools", swiftSettings: tuned),
        .target(
            name: "RecurrentTools", dependencies: ["Recurrent", "TestTools"], path: "Tests/RecurrentTools",
            swiftSettings: tuned),
        tests("SIMDTensorTests", on: ["SIMDTensor", "TestTools"], excluding: ["Reference"]),
        tests(
            "FeedForwardTests", on: ["FeedForward", "Datasets", "TestTools"],
            resources: [.copy("Reference/feedforward.json")], excluding: ["Reference/feedforward.py"]),
        tests(
            "ConvolutionTests", on: ["Convolution", "Datasets", "TestTools"],
            resources: [.copy("Reference/convolution.json")], excluding: ["Reference/convolution.py"]),
        tests(
            "RecurrentTests", on: ["Recurrent", "RecurrentTools", "TestTools"],
            resources: [.copy("Reference/recurrent.json")], excluding: ["Reference/recurrent.py"]),
        tests(
            "LSTMTests", on: ["LSTM", "RecurrentTools", "TestTools"],
            resources: [.copy("Reference/lstm.json")], excluding: ["Reference/lstm.py"]),
        tests("FileFormatsTests", on: ["FileFormats", "TestTools"]),
        tests("DatasetsTests", on: ["Datasets", "TestTools"]),
        tests("FiguresTests", on: ["Figures", "TestTools"]),
        tests("BookTests", on: ["Examples", "DeepLearning", "Datasets", "Figures", "TestTools"]),
        tests("LearnTests", on: ["learn", "Examples", "Figures"]),
    ],
    swiftLanguageModes: [.v6]
)
