// What is timed: parts of the book's work, each by itself.
//
// The same cases under the same names can be timed in other frameworks (see PeerTimes), with data of the same kind: so
// they are what those do too, a fresh tensor for every result and a whole training step, forward, backward and update.

import Convolution

/// Something to time.
public struct BenchmarkCase: Sendable {
    /// How much there is to do.
    public enum Work: Sendable, Equatable {
        /// Floating-point operations; a multiplication and the addition after it are two.
        case operations(Double)
        /// Bytes that must be read from memory or written to it.
        case bytes(Double)
        /// A whole training step, which is some of both.
        case trainingStep
    }

    public let name: String
    /// What it is, in a sentence.
    public let summary: String
    public let work: Work
    /// Makes the data, and returns the step that is timed. The step returns a number of its result.
    let prepare: @Sendable () -> () -> Float

    init(_ name: String, _ summary: String, _ work: Work, _ prepare: @escaping @Sendable () -> () -> Float) {
        (self.name, self.summary, self.work, self.prepare) = (name, summary, work, prepare)
    }

    /// All cases, in the order in which they are measured.
    public static let all =
        [64, 256, 512, 1024, 2048].map(product) + [
            pass("exp-16M", "The exponential of 4096×4096 numbers.", arrays: 2) { exp($0)[element: 0] },
            pass("tanh-16M", "The hyperbolic tangent of 4096×4096 numbers.", arrays: 2) { tanh($0)[element: 0] },
            pass("add-16M", "4096×4096 numbers added to themselves.", arrays: 2) { ($0 + $0)[element: 0] },
            pass("sum-16M", "The sum of 4096×4096 numbers.", arrays: 1) { $0.sum() },
            pass("softmax-4096x4096", "Softmax along the rows of a 4096×4096 matrix.", arrays: 2) {
                softmax($0)[element: 0]
            },
        ] + [
            convolution("conv-forward", "A convolution of 64 maps of 13×13×32 with 64 kernels of 3×3.") { x, w, _, window in
                Tensor.convolution(x, w, nil, window)
            },
            convolution("conv-input", "The gradient with respect to that convolution's input.") { _, w, g, window in
                Tensor.convolutionAdjoint(g, w, nil, window)
            },
            convolution("conv-kernel", "The gradient with respect to that convolution's kernels.") { x, _, g, window in
                Tensor.convolutionKernel(x, g, window)
            },
        ] + trainingSteps

    /// The product of two square matrices: n³ multiplications and as many additions.
    private static func product(_ size: Int) -> BenchmarkCase {
        let multiplications = Double(size * size * size)
        return BenchmarkCase(
            "gemm-\(size)", "The product of two \(size)×\(size) matrices.", .operations(2 * multiplications)
        ) {
            var random = Random(seed: 1)
            let (a, b): (Tensor<Float>, Tensor<Float>) = (random.normal([size, size]), random.normal([size, size]))
            return { (a • b)[element: 0] }
        }
    }

    /// One of the three products of the second convolution of the training step `cnn`.
    private static func convolution(
        _ name: String, _ summary: String,
        _ compute: @escaping @Sendable (
            _ x: Tensor<Float>, _ kernel: Tensor<Float>, _ outputGradient: Tensor<Float>, _ window: SlidingWindow
        ) -> Tensor<Float>
    ) -> BenchmarkCase {
        let axis = WindowAxis(input: 13, output: 11, taps: 3)
        let multiplications = Double(64 * 11 * 11 * 64 * 3 * 3 * 32)
        return BenchmarkCase(name, summary, .operations(2 * multiplications)) {
            var random = Random(seed: 1)
            let x: Tensor<Float> = random.normal([64, 13, 13, 32]), kernel: Tensor<Float> = random.normal([3, 3, 32, 64])
            let gradient: Tensor<Float> = random.normal([64, 11, 11, 64])
            return { compute(x, kernel, gradient, SlidingWindow(rows: axis, columns: axis))[element: 0] }
        }
    }

    /// One pass over 4096×4096 numbers.
    ///
    /// - Parameter arrays: how many of that size pass through memory: what is read, and the result.
    private static func pass(
        _ name: String, _ summary: String, arrays: Int, _ compute: @escaping @Sendable (Tensor<Float>) -> Float
    ) -> BenchmarkCase {
        let size = 4096
        let bytes = Double(arrays * size * size * MemoryLayout<Float>.stride)
        return BenchmarkCase(name, summary, .bytes(bytes)) {
            // One row over and over, which is made faster; nothing here is faster with it.
            var random = Random(seed: 1)
            let row: Tensor<Float> = random.normal([size])
            let x = row.broadcast(to: [size, size])
            return { compute(x) }
        }
    }
}
