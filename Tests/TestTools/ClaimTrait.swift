// How a test says which claim of the documents it proves.
//
// `Docs/Claims.md` lists the claims; a test of the ledger holds the two against each other, both ways.

import Testing

/// The claim of `Docs/Claims.md` that a test proves.
public struct ClaimTrait: TestTrait, SuiteTrait {
    public let id: String

    public var comments: [Comment] { [Comment(rawValue: "claim \(id)")] }
}

extension Trait where Self == ClaimTrait {
    /// `@Test(.claim("A3.1.2-1"))`
    public static func claim(_ id: String) -> Self { ClaimTrait(id: id) }
}
