// Why the system did not do what was asked of it: a number of the POSIX standard, wrapped in a number of Foundation's.
// Neither tells a reader anything; what he needs is the cause and what to do about it.

import Foundation

/// What the system could not do with a file.
package enum FileWork: Sendable {
    case reading, writing
}

/// Why the system refused to read or to write a file or a folder, in half a sentence with what to do about it: “its disk
/// is full: free some space or choose another folder”.
package func systemReason(_ error: any Error, _ work: FileWork) -> String {
    guard let code = systemCode(error) else { return "the system does not say why: try another place" }
    let writing = work == .writing
    return switch code {
    case .ENOSPC, .EDQUOT: "its disk is full: free some space or choose another folder"
    case .EACCES, .EPERM: writing ? "it may not be written to: allow it or choose another" : "it may not be read: allow it"
    case .EROFS: "its disk can only be read: choose another folder"
    case .EISDIR: writing ? "it is a folder: remove it or choose another name" : "it is a folder: name a file"
    case .EEXIST, .ENOTEMPTY: "something else has its name: remove that or choose another name"
    case .ENOENT: writing ? "its folder does not exist: make it or choose another" : "it does not exist: check its path"
    case .ENOTDIR: "a part of its path is not a folder: check the path"
    case .ENAMETOOLONG: "its name is too long: choose a shorter one"
    case .ELOOP: "its path leads in a circle of links: check the path"
    case .EMFILE, .ENFILE: "too many files are open: close some or allow more (ulimit -n)"
    case .EFBIG: "it would be larger than files may be here: allow larger ones (ulimit -f) or choose another folder"
    case .EIO: "the disk reports an error: check the disk, or use another"
    case .EXDEV: "its folder lies on several disks: choose another folder"
    case .EBUSY, .ETXTBSY: "another program uses it: wait for that to end"
    case .ENOMEM: "the system has no memory left: end other programs"
    default: "the system says “\(words(code))”: try another place"
    }
}

/// The error of the system that an error of Foundation stems from.
private func systemCode(_ error: any Error) -> POSIXErrorCode? {
    if let error = error as? POSIXError { return error.code }
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return POSIXErrorCode(rawValue: Int32(error.code)) }
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error { return systemCode(cause) }
    guard error.domain == NSCocoaErrorDomain else { return nil }
    return switch CocoaError.Code(rawValue: error.code) {
    case .fileNoSuchFile, .fileReadNoSuchFile: .ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: .EACCES
    case .fileWriteOutOfSpace: .ENOSPC
    case .fileWriteVolumeReadOnly: .EROFS
    case .fileWriteFileExists: .EEXIST
    default: nil
    }
}

/// The system's own words for an error, in the reader's language where it speaks it.
private func words(_ code: POSIXErrorCode) -> String {
    let description = NSError(domain: NSPOSIXErrorDomain, code: Int(code.rawValue)).localizedDescription
    // Foundation puts a sentence before them that says nothing.
    return description.split(separator: ". ", maxSplits: 1).last.map(String.init) ?? description
}
