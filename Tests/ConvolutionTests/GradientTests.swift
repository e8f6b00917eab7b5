// Does the derivative belong to the formula? Central differences in `Double` against every backward pass of the chapter.

import Convolution
import TestTools
import Testing

@Suite("Backward passes agree with central differences")
struct GradientTests {
    @Test("convolution") func convolution() {
        var random = Random(seed: 1)
        let layer = Conv2D<Double>(2, 3, kernel: [3, 2], stride: [2, 1], padding: .same, random: &random)
        let report = checkGradients(of: layer, at: random.normal([2, 5, 4, 2]))
        #expect(report.passed, "\(report)")
    }
}
