// Files as a whole: read in pieces into one array, and written so that nobody ever sees a half-written one.

import Foundation

/// The bytes of the file at `path`, of a regular file or any other that has an end: all of them, or the first `limit`.
///
/// It takes no more memory than the bytes it returns. Throws an error of Foundation, for `systemReason`.
package func readWholeFile(_ path: String, upTo limit: Int = .max) throws -> [UInt8] {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    let size = Int(clamping: try handle.seekToEnd())
    try handle.seek(toOffset: 0)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(size, limit))
    while bytes.count < limit, let piece = try handle.read(upToCount: min(limit - bytes.count, 1 << 20)), !piece.isEmpty {
        bytes += piece
    }
    return bytes
}

/// The content of the file at `path`, of a regular file only, or its first `limit` bytes.
func fileContent(_ path: String, upTo limit: Int = .max) throws(FileError) -> [UInt8] {
    switch fileType(path) {
    case nil:
        // Either there is nothing, or a folder on the way does not let us see.
        guard !FileManager.default.fileExists(atPath: path) else { break }
        let url = URL(fileURLWithPath: path)
        throw .missing(folder: url.deletingLastPathComponent().path, lookedFor: [url.lastPathComponent])
    case .typeRegular?: break
    case .typeDirectory?: throw .unreadable(file: path, reason: "it is a folder: name a file")
    default: throw .unreadable(file: path, reason: "it is not a regular file: name one that is")
    }
    do {
        return try readWholeFile(path, upTo: limit)
    } catch {
        throw .unreadable(file: path, reason: systemReason(error, .reading))
    }
}

/// How many bytes the file at `path` has.
func fileSize(_ path: String) throws(FileError) -> Int {
    do {
        let size = try FileManager.default.attributesOfItem(atPath: resolved(path))[.size] as? NSNumber
        return size?.intValue ?? 0
    } catch {
        throw .unreadable(file: path, reason: systemReason(error, .reading))
    }
}

/// What is at `path`, behind links: a regular file, a folder, something else; nil if nothing is.
package func fileType(_ path: String) -> FileAttributeType? {
    (try? FileManager.default.attributesOfItem(atPath: resolved(path)))?[.type] as? FileAttributeType
}

private func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

/// Writes a file in one step, so that no half-written one is ever seen; missing folders are made, and an old file is
/// replaced.
///
/// Foundation writes a hidden file beside it and then renames that. A program that is killed in between leaves the hidden
/// file behind; the next one that writes into the folder removes it.
package func writeWholeFile(_ file: URL, _ bytes: Data) throws(FileError) {
    let folder = file.deletingLastPathComponent()
    do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
        throw .unwritableFolder(folder: folder.path, reason: systemReason(error, .writing))
    }
    removeUnfinishedFiles(in: folder)
    do {
        try bytes.write(to: file, options: .atomic)
    } catch {
        let reason = systemReason(error, .writing)
        if FileManager.default.isWritableFile(atPath: folder.path) {
            throw .unwritableFile(path: file.path, reason: reason)
        }
        throw .unwritableFolder(folder: folder.path, reason: reason)
    }
}

/// Removes what killed programs have left of files that they were writing: hidden files whose names tell the process, as
/// in `.dat.nosync1A2B.x7Gk2P` (Foundation's, the number hexadecimal). What belongs to a process that still runs stays.
private func removeUnfinishedFiles(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let beginning = ".dat.nosync"
    for name in names where name.hasPrefix(beginning) {
        let number = name.dropFirst(beginning.count).prefix { $0 != "." }
        guard let process = Int32(number, radix: 16), process > 0, !isRunning(process) else { continue }
        try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
}

/// Whether there is such a process: one that may be sent signal 0, or that belongs to someone else.
private func isRunning(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }
