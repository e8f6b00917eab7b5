// The built command, started as a reader starts it.

import Foundation
import Testing

/// What the command did.
struct Outcome {
    let status: Int32
    /// Whether it ended by a signal, whose number is then the status.
    let bySignal: Bool
    let output: String
    let error: String

    /// Whether there is anything of what a crash leaves on standard error.
    var hasTrace: Bool {
        ["Fatal error", "Stack dump", "Crash", "crashed", "Backtrace", "Swift runtime failure"].contains {
            error.contains($0)
        }
    }
}

/// A temporary folder, in which the command is run.
struct Workplace {
    let folder: URL

    /// Makes the folder, gives it to `body`, and removes it.
    static func with(_ body: (Workplace) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(Workplace(folder: folder))
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Writes files into a new folder of this one, and returns its path.
    func makeFolder(_ name: String, _ files: [String: [UInt8]]) throws -> String {
        let place = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for (file, bytes) in files { try Data(bytes).write(to: place.appendingPathComponent(file)) }
        return place.path
    }

    /// The files in the folder `name` and those below, hidden ones too.
    func files(in name: String) -> [String] {
        (FileManager.default.enumerator(atPath: path(name))?.allObjects as? [String] ?? []).sorted()
    }

    /// Runs the command to its end; `meanwhile` is called once it has written something.
    func learn(_ arguments: [String], meanwhile: ((Process) -> Void)? = nil) throws -> Outcome {
        let streams = try ["output", "error"].map { name in
            try Data().write(to: folder.appendingPathComponent(name))
            return try FileHandle(forWritingTo: folder.appendingPathComponent(name))
        }
        let process = Process()
        process.executableURL = try Self.command()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        (process.standardOutput, process.standardError) = (streams[0], streams[1])
        try process.run()
        // A command that does not end fails its test, instead of holding up the others.
        let identifier = process.processIdentifier
        let guardian = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(300), execute: guardian)
        defer { guardian.cancel() }
        if let meanwhile {
            let files = ["output", "error"].map { folder.appendingPathComponent($0) }
            while process.isRunning, try files.allSatisfy({ try Data(contentsOf: $0).isEmpty }) {
                Thread.sleep(forTimeInterval: 0.01)
            }
            meanwhile(process)
        }
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, bySignal: process.terminationReason == .uncaughtSignal,
            output: try String(contentsOf: folder.appendingPathComponent("output"), encoding: .utf8),
            error: try String(contentsOf: folder.appendingPathComponent("error"), encoding: .utf8))
    }

    /// The command in the folder of the products, where the tests are too: their bundle on macOS, a program on Linux.
    static func command() throws -> URL {
        let bundles = [Bundle(for: Anchor.self), Bundle.main].map(\.bundleURL)
        let program = URL(fileURLWithPath: CommandLine.arguments[0])
        let found = (bundles + [program]).flatMap { [$0, $0.deletingLastPathComponent()] }
            .map { $0.appendingPathComponent("learn") }
            .first { (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true }
        return try #require(found, "the command is not beside the tests")
    }

    private final class Anchor {}
}
