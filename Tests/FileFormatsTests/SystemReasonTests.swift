// What is said when the system refuses, and what is left behind when a program is killed.

import FileFormats
import Foundation
import Testing

@Suite("Whole files")
struct SystemReasonTests {
    @Test(
        "the system's number is found behind Foundation's and told in words, with what to do",
        arguments: [
            (POSIXErrorCode.ENOSPC, "its disk is full: free some space"), (.EDQUOT, "its disk is full"),
            (.EACCES, "it may not be written to: allow it"), (.EROFS, "its disk can only be read"),
            (.EISDIR, "it is a folder: remove it"), (.ENOENT, "its folder does not exist: make it"),
            (.ENOTDIR, "a part of its path is not a folder"), (.EMFILE, "too many files are open: close some"),
            (.EIO, "the disk reports an error: check the disk"), (.EXDEV, "its folder lies on several disks"),
            (.ENAMETOOLONG, "its name is too long"), (.ENODEV, "the system says “"),
        ])
    func reasons(code: POSIXErrorCode, words: String) {
        let bare = POSIXError(code)
        let errors: [any Error] = [
            bare, NSError(domain: NSPOSIXErrorDomain, code: Int(code.rawValue)),
            CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: bare]),
            NSError(domain: NSCocoaErrorDomain, code: 512, userInfo: [NSUnderlyingErrorKey: bare as NSError]),
        ]
        for error in errors {
            let reason = systemReason(error, .writing)
            #expect(reason.hasPrefix(words) && reason.contains(": "), "\(reason)")
            #expect(!reason.contains("Error") && !reason.contains("could not be completed"))
        }
    }

    @Test("without the system's number Foundation's says what it can")
    func foundation() {
        #expect(systemReason(CocoaError(.fileWriteOutOfSpace), .writing).hasPrefix("its disk is full"))
        #expect(systemReason(CocoaError(.fileReadNoPermission), .reading) == "it may not be read: allow it")
        #expect(systemReason(CocoaError(.coderInvalidValue), .reading).hasPrefix("the system does not say why"))
    }

    /// Runs with a folder that is there only meanwhile.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("a file is read to its end or to the limit")
    func reading() throws {
        try withFolder { folder in
            let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let file = folder.appendingPathComponent("long")
            try writeWholeFile(file, Data(bytes))
            #expect(try readWholeFile(file.path) == bytes)
            #expect(try readWholeFile(file.path, upTo: 1_500_000) == Array(bytes[..<1_500_000]))
            #expect(try readWholeFile(file.path, upTo: 0) == [])
            let nowhere = folder.appendingPathComponent("none").path
            let error = #expect(throws: (any Error).self) { try readWholeFile(nowhere) }
            #expect(systemReason(try #require(error), .reading) == "it does not exist: check its path")
        }
    }

    @Test("what killed programs left of their files is removed by the next write, what others write stays")
    func unfinishedFiles() throws {
        try withFolder { folder in
            // No process has so large a number. The other one is this process, in the midst of writing, as it were.
            let running = String(ProcessInfo.processInfo.processIdentifier, radix: 16, uppercase: true)
            let names = [
                ".dat.nosync7FFFFFFE.aB3dE9", ".dat.nosync\(running).aB3dE9", ".dat.nosync", ".dat.nosyncX.a", ".hidden", "old",
            ]
            for name in names { try Data([1]).write(to: folder.appendingPathComponent(name)) }
            try writeWholeFile(folder.appendingPathComponent("old"), Data([2]))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(Set(left) == Set(names.dropFirst()))
            #expect(try readWholeFile(folder.appendingPathComponent("old").path) == [2])
        }
    }
}
