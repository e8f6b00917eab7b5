// How wide the terminal is: the one question that has to be put to the system itself.

import Foundation

/// Puts the width of the terminal into the environment as `COLUMNS`, which shells know but do not hand on, unless it is
/// there or the output is no terminal.
func tellWidthOfTerminal() {
    for descriptor in [FileHandle.standardOutput.fileDescriptor, FileHandle.standardError.fileDescriptor] {
        var size = winsize()
        if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            unsafe setenv("COLUMNS", "\(size.ws_col)", 0)
            return
        }
    }
}
