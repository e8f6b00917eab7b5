// swift-tools-version: 6.3
//
// The deep-learning book that runs. No dependencies; one library product a chapter, `DeepLearning` for all of them,
// and the command `learn`.

import Foundation
import PackageDescription

// MARK: - The processor

/// What the tensor's kernels are compiled for.
///
/// On Linux x86-64 the compiler's default is a processor of 2003, without fused multiply-add; the vector code of this
/// package runs there, but slowly. So the manifest asks the machine it is read on. Everywhere else (macOS, arm64) the
/// default is already right. `DEEPLEARNING_PORTABLE=1` in the environment switches the choice off: the result runs on
/// every x86-64 processor.
struct Processor {
    var flags: [String] = []
    var condition: String?

    static let ofThisMachine: Processor = {
        #if os(Linux) && arch(x86_64)
        guard ProcessInfo.processInfo.environment["DEEPLEARNING_PORTABLE"] == nil,
            let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
        else { return Processor() }
        let features = Set(line.split(separator: " ").map(String.init))
        let v3: Set = ["avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"]
        let v4: Set = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
        guard features.isSuperset(of: v3) else { return Processor() }
        return features.isSuperset(of: v4)
            ? Processor(flags: ["-Xcc", "-march=x86-64-v4"], condition: "X86_64_V4")
            : Processor(flags: ["-Xcc", "-march=x86-64-v3"], condition: "X86_64_V3")
        #else
        return Processor()
        #endif
    }()
}

let processor = Processor.ofThisMachine

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
        .library(name: "Datasets", targets: ["Datasets"]),
        .library(name: "Figures", targets: ["Figures"]),
        .library(name: "DeepLearning", targets: ["DeepLearning"]),
        .executable(name: "learn", targets: ["learn"]),
    ],
    targets: [
        // Vector instructions are written with the compiler's own module Builtin, here and nowhere else.
        .target(name: "SIMDTensor", swiftSettings: tuned + [.enableExperimentalFeature("BuiltinModule")]),
        module("FeedForward", on: ["SIMDTensor"]),
        module("Convolution", on: ["FeedForward"]),
        module("Recurrent", on: ["FeedForward"]),
        module("LSTM", on: ["Recurrent"]),
        module("DeepLearning", on: ["SIMDTensor", "FeedForward", "Convolution", "Recurrent", "LSTM"]),
        module("FileFormats", on: []),
        module("Datasets", on: ["SIMDTensor", "FileFormats"]),
        module("Figures", on: ["SIMDTensor", "FileFormats"]),
        module("Examples", on: ["DeepLearning", "FileFormats", "Datasets", "Figures"]),
        // The command is not tuned, so that on another processor it can still say what is the matter.
        .executableTarget(
            name: "learn", dependencies: ["Examples", "FileFormats", "Figures"], swiftSettings: safe + condition),
        // What tests share: traits with which a test names its claim or says that it compares times, reference values,
        // comparisons, planted mistakes; and what those of recurrent networks share besides.
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
        tests("DatasetsTests", on: ["Datasets", "FileFormats"]),
        tests("FiguresTests", on: ["Figures"]),
        tests("BookTests", on: ["Examples", "DeepLearning", "Datasets", "Figures", "TestTools"]),
        tests("LearnTests", on: ["learn", "Examples", "Figures"]),
    ],
    swiftLanguageModes: [.v6]
)
