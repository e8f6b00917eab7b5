// What can go wrong when a picture or a piece of music leaves the program. Everything else in this module is arithmetic
// and cannot fail; only writing a file meets the world.

import Foundation

/// Why a file could not be written, as a sentence that says what happened, where, and what to do.
public enum FigureError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    /// The file name does not end as expected: in `.svg` or `.png` for a figure, in `.mid` for music.
    case unknownExtension(path: String, expected: String)
    /// The folder that should hold the file does not exist and cannot be made, or does not accept files. `reason` says why
    /// and what to do about it.
    case unwritableFolder(folder: String, reason: String)
    /// The folder is fine, but this file cannot be written (it is a folder itself, or the disk is full). `reason` says why
    /// and what to do about it.
    case unwritableFile(path: String, reason: String)

    public var description: String {
        switch self {
        case .unknownExtension(let path, let expected):
            "Cannot tell the format of “\(path)”: end the file name in \(expected)."
        case .unwritableFolder(let folder, let reason):
            "Cannot write into the folder “\(folder)”, because \(reason)."
        case .unwritableFile(let path, let reason):
            "Cannot write the file “\(path)”, because \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
