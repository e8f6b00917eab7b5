// How the command ends when it does not come to its end by itself.

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
func endInOrderWhenInterrupted() {
    // What a run writes takes descriptors of open files: better said now than after the work.
    let probes = (0..<7).map { _ in FileHandle(forReadingAtPath: "/dev/null") }
    if probes.contains(nil) {
        end("The system lets this program have too few files open: close some or allow more (ulimit -n).", status: 1)
    }
    for probe in probes { try? probe?.close() }
    Interruption.afterFiles(endOfSignal)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
        signal(number) { if Interruption.mayEndNow($0) { endOfSignal($0) } }
        unsafe sigaddset(&signals, number)
    }
    // A program inherits what is blocked where it was started, and Dispatch blocks all signals on its threads.
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
}

/// Ends the command as a signal's handler may: with nothing but calls of the system.
@Sendable private func endOfSignal(_ number: Int32) -> Never {
    // The line of the progress bar is not ended yet.
    if isatty(STDERR_FILENO) == 1 { unsafe _ = write(STDERR_FILENO, "\n", 1) }
    _exit(128 + number)
}
