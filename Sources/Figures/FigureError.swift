// What can go wrong when a picture leaves the program. Everything else in this module is arithmetic and cannot fail;
// only writing a file meets the world.

import Foundation

/// Why a figure could not be written, as a sentence that says what happened, where, and what to do.
public enum FigureError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    /// The file name ends neither in `.svg` nor in `.png`.
    case unknownExtension(path: String)
    /// The folder that should hold the picture does not exist and cannot be made, or does not accept files.
    case unwritableFolder(folder: String, reason: String)
    /// The folder is fine, but this file cannot be replaced (it is a folder itself, or the disk is full).
    case unwritableFile(path: String, reason: String)

    public var description: String {
        switch self {
        case .unknownExtension(let path):
            "Cannot tell the picture format of “\(path)”: end the file name in .svg or .png."
        case .unwritableFolder(let folder, let reason):
            "Cannot write into the folder “\(folder)” (\(reason)): choose another folder or allow writing to it."
        case .unwritableFile(let path, let reason):
            "Cannot write the picture “\(path)” (\(reason)): choose another name or free some space."
        }
    }

    public var errorDescription: String? { description }
}
