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

/// Writes a file in one step, so that no half-written one is ever seen; an old one is replaced.
///
/// Foundation writes a hidden file beside it and then renames that. A program that is killed in between leaves the hidden
/// file behind; the next one that writes into the folder removes it. Throws an error of Foundation, for `systemReason`.
package func writeWholeFile(_ file: URL, _ bytes: Data) throws {
    removeUnfinishedFiles(in: file.deletingLastPathComponent())
    try bytes.write(to: file, options: .atomic)
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
