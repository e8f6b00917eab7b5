// How the command ends when it does not come to its end by itself.

import Dispatch
import Examples
import Figures
import Foundation

/// Ends the command with a sentence on standard error that says why.
///
/// It has to work on every processor (see `ProcessorLevel`), hence nothing of the libraries here; and the bytes are
/// collected one by one, because `Array(text.utf8)` would be a copy that the libraries share.
func end(_ reason: String, status: Int32) -> Never {
    // A path may hold line breaks and what a terminal would obey.
    let printable = reason.components(separatedBy: .controlCharacters).joined(separator: " ")
    var bytes: [UInt8] = []
    for byte in "learn: \(printable)\n".utf8 { bytes.append(byte) }
    try? FileHandle.standardError.write(contentsOf: bytes)
    exit(status)
}

/// Has the command end in good order when it is interrupted: after the file that is being written, so that no temporary
/// one stays behind. The status is that of a program ended by the signal, 130 for Ctrl-C.
///
/// - Returns: what watches for the signals, as long as it is kept.
func endInOrderWhenInterrupted() -> [any DispatchSourceSignal] {
    // Watching takes descriptors of open files, and so does what a run writes; without them Dispatch would end the
    // program and not say why.
    let probes = (0..<7).map { _ in FileHandle(forReadingAtPath: "/dev/null") }
    if probes.contains(nil) {
        end("The system lets this program have too few files open: close some or allow more (ulimit -n).", status: 1)
    }
    for probe in probes { try? probe?.close() }
    return [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        source.setEventHandler {
            Story.writing.withLock { _ in
                // The line of the progress bar is not ended yet.
                if Terminal.standardError.isInteractive { Terminal.standardError.write("\n") }
                _exit(128 + number)
            }
        }
        source.resume()
        return source
    }
}
