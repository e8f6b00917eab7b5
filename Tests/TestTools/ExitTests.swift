// How tests read what a program says when it ends by a mistake.

import Testing

/// Expects of a program that has ended that what it said contains the sentence, or all parts of it.
public func expect(
    _ result: ExitTest.Result?, says parts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(result != nil && parts.allSatisfy(said.contains), "\(said)", sourceLocation: sourceLocation)
}
