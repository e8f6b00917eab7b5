import Testing
import ClaimTrait
@Test(.claim("A1")) func x() { #expect(1 + 1 == 2) }
