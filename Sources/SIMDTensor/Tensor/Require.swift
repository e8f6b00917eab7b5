// A programmer's mistake ends the program with a sentence.

/// Ends the program with `message` unless `condition` holds: for mistakes of the programmer, such as shapes that do not
/// fit, in debug and in release builds alike (`precondition` keeps its message to itself when optimised).
///
/// - Parameter message: names the operation, what it was given and what it expected.
@inlinable @inline(__always)
public func require(
    _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !condition { stop(message(), file: file, line: line) }
}

@usableFromInline @inline(never)
func stop(_ message: String, file: StaticString, line: UInt) -> Never { fatalError(message, file: file, line: line) }
