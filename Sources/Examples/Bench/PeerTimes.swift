// The times of other frameworks, to compare with the book's own.
//
// They come as a file, one line for each time: `torch mlp 2.3100 ms`. Whatever else a framework printed between them,
// such as warnings, is passed over. Absolute times say little, because machines differ and are not always equally busy:
// measure both on one machine, one right after the other, and compare.

import FileFormats
import Foundation

/// How long other frameworks ("peers") take for the cases of the benchmark.
public struct PeerTimes: Sendable, Equatable {
    /// Their names, in the order of the file.
    public let names: [String]
    /// By case, then by name.
    private let milliseconds: [String: [String: Double]]

    /// More bytes no such file has.
    private static let mostBytes = 1 << 20

    /// The milliseconds of each peer that the file has any of, for a case.
    public func times(of benchmarkCase: String) -> [String: Double] { milliseconds[benchmarkCase] ?? [:] }

    /// Reads the file at `path`.
    public init(path: String) throws(PeerTimesError) {
        let file = URL(fileURLWithPath: path)
        guard FileManager.default.fileExists(atPath: path) else { throw .missing(path) }
        if (try? file.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true { throw .folder(path) }
        let bytes: [UInt8]
        do {
            bytes = try readWholeFile(path, upTo: Self.mostBytes + 1)
        } catch {
            throw .unreadable(path, reason: systemReason(error, .reading))
        }
        guard bytes.count <= Self.mostBytes else { throw .tooLarge(path, mostBytes: Self.mostBytes) }
        try self.init(String(decoding: bytes, as: UTF8.self), from: path, cases: BenchmarkCase.all.map(\.name))
    }

    /// Understands the text of such a file. A line counts if it has four words: a name (of letters, digits and `-_.`),
    /// the name of one of the cases, a number, and “ms”. Of several for the same peer and case the last counts.
    ///
    /// - Parameter path: what the file is called in an error.
    init(_ text: String, from path: String, cases: [String]) throws(PeerTimesError) {
        var names: [String] = []
        var known: Set<String> = []
        var times: [String: [String: Double]] = [:]
        // Some editors begin a text with a byte order mark, which is no part of its first word.
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count == 4, words[3] == "ms", cases.contains(words[1]), Self.isName(words[0]) else { continue }
            let (peer, benchmarkCase, number) = (words[0], words[1], words[2])
            // From a nanosecond to eleven days.
            guard let time = Double(decimal: number), (1e-6...1e9).contains(time) else {
                throw .unfitTime(number, line: index + 1, path)
            }
            if known.insert(peer).inserted { names.append(peer) }
            times[benchmarkCase, default: [:]][peer] = time
        }
        guard !names.isEmpty else { throw .noTimes(path, cases: cases) }
        (self.names, milliseconds) = (names, times)
    }

    private static func isName(_ word: String) -> Bool {
        word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
}

/// Why a file of peers' times cannot be used, in a sentence for the person who named it.
public enum PeerTimesError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    case missing(String)
    case folder(String)
    case unreadable(String, reason: String)
    case tooLarge(String, mostBytes: Int)
    case unfitTime(String, line: Int, String)
    case noTimes(String, cases: [String])

    public var description: String {
        switch self {
        case .missing(let path):
            "The file \(path) with the peers' times does not exist: check the path after --against."
        case .folder(let path):
            "The path \(path) after --against is a folder: name the file with the peers' times."
        case .unreadable(let path, let reason):
            "The file \(path) with the peers' times cannot be read, because \(reason)."
        case .tooLarge(let path, let mostBytes):
            "The file \(path) after --against has more than \(mostBytes) bytes: name the one with the peers' times."
        case .unfitTime(let number, let line, let path):
            "Line \(line) of \(path) has “\(number.prefix(40))” where milliseconds are expected, a number from "
                + "0.000001 to 1000000000: correct or remove the line."
        case .noTimes(let path, let cases):
            "The file \(path) has no line such as “torch \(cases.first ?? "case") 2.31 ms” with a peer, one of the "
                + "cases, a time and “ms”: name the file with the peers' times."
        }
    }

    public var errorDescription: String? { description }
}
