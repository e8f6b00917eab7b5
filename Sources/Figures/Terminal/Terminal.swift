// Where text goes: the only place of this module, with the progress bar, that writes anything.

import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file handle that shows text, and what it can show.
public struct Terminal: Sendable {
    public let style: TerminalStyle
    /// Whether a line can be drawn over: true for terminals that a person watches, false for pipes and files.
    public let isInteractive: Bool
    private let sink: @Sendable (String) -> Void

    /// A file handle; its style is found from the environment and from whether it is a terminal.
    public init(_ handle: FileHandle, environment: [String: String] = ProcessInfo.processInfo.environment) {
        let isTerminal = isatty(handle.fileDescriptor) == 1
        self.init(style: TerminalStyle(environment: environment, isTerminal: isTerminal),
                  isInteractive: isTerminal && environment["TERM"] ?? "dumb" != "dumb") { text in
            // Whoever closed the other end does not want to read, so that there is nobody to tell.
            try? handle.write(contentsOf: Data(text.utf8))
        }
    }

    /// Anything that takes text.
    public init(style: TerminalStyle, isInteractive: Bool, sink: @escaping @Sendable (String) -> Void) {
        self.style = style
        self.isInteractive = isInteractive
        self.sink = sink
    }

    public static var standardError: Terminal { Terminal(.standardError) }
    public static var standardOutput: Terminal { Terminal(.standardOutput) }

    /// Writes text as it is.
    public func write(_ text: String) { sink(text) }

    /// Writes a figure the way this terminal can show it, and ends the line.
    public func show(_ figure: some Figure) { sink(figure.terminal(style) + "\n") }

    /// Writes a table, and ends the line.
    public func show(_ table: TextTable) { sink(table.terminal(style) + "\n") }
}
