// The three products of a convolution, the largest number of a window, and products with few numbers: against plain loops
// over numbers whose products and sums are exact, so that nothing but equality counts; on slices with not-a-number around
// them, on any number of threads.

import TestTools
import Testing

@testable import SIMDTensor

/// A convolution of some sizes.
private struct Sizes: CustomStringConvertible {
    let images: Int
    let window: SlidingWindow
    let inputs: Int
    let outputs: Int
    let groups: Int

    /// - Parameters:
    ///   - size: rows and columns of the image.
    ///   - taps: rows and columns of the kernel.
    ///   - padding: before the first row and column, and as much behind.
    init(
        _ images: Int, _ size: (Int, Int), taps: (Int, Int), stride: (Int, Int) = (1, 1), dilation: (Int, Int) = (1, 1),
        padding: (Int, Int) = (0, 0), _ inputs: Int, _ outputs: Int, groups: Int = 1
    ) {
        func axis(_ n: Int, _ taps: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> WindowAxis {
            let output = (n + 2 * padding - dilation * (taps - 1) - 1) / stride + 1
            return WindowAxis(
                input: n, output: output, taps: taps, stride: stride, dilation: dilation, before: padding)
        }
        self.images = images
        window = SlidingWindow(
            rows: axis(size.0, taps.0, stride.0, dilation.0, padding.0),
            columns: axis(size.1, taps.1, stride.1, dilation.1, padding.1))
        (self.inputs, self.outputs, self.groups) = (inputs, outputs, groups)
    }

    var input: [Int] { [images, window.rows.input, window.columns.input, inputs] }
    var output: [Int] { [images, window.rows.output, window.columns.output, outputs] }
    var kernel: [Int] { [window.rows.taps, window.columns.taps, inputs / groups, outputs] }

    var description: String { "\(input) → \(output), kernel \(kernel), strides \(window.rows.stride), \(window.columns.stride)" }

    /// Calls `body` with the places in row-major order of the three factors of every product that a convolution sums:
    /// y(y) = Σ x(x) · w(w), and the other two products in the same way.
    func forEachProduct(_ body: (_ y: Int, _ x: Int, _ w: Int) -> Void) {
        let (rows, columns) = (window.rows, window.columns)
        let (ofGroup, made) = (inputs / groups, outputs / groups)
        for image in 0..<images {
            for i in 0..<rows.output {
                for j in 0..<columns.output {
                    for u in 0..<rows.taps {
                        let row = i * rows.stride + u * rows.dilation - rows.before
                        guard row >= 0 && row < rows.input else { continue }
                        for v in 0..<columns.taps {
                            let column = j * columns.stride + v * columns.dilation - columns.before
                            guard column >= 0 && column < columns.input else { continue }
                            let x = ((image * rows.input + row) * columns.input + column) * inputs
                            let y = ((image * rows.output + i) * columns.output + j) * outputs
                            let w = (u * columns.taps + v) * ofGroup
                            for o in 0..<outputs {
                                for c in 0..<ofGroup { body(y + o, x + o / made * ofGroup + c, (w + c) * outputs + o) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// One of each way through the tensor's code: few and many channels on both sides, about a vector and about two; windows
    /// that fill whole vectors; groups of either kind; each channel by itself. With and without padding, strides, dilation.
    static let all: [Sizes] = {
        var all: [Sizes] = []
        for (inputs, outputs, groups) in [
            (1, 1, 1), (3, 2, 1), (2, 5, 1), (1, 15, 1), (3, 16, 1), (2, 17, 1), (5, 33, 1), (1, 70, 1), (17, 1, 1),
            (16, 3, 1), (8, 4, 1), (33, 4, 1), (16, 16, 1), (6, 4, 2), (32, 4, 2), (4, 34, 2), (2, 2, 2), (9, 9, 9),
            (16, 16, 16), (33, 33, 33), (5, 10, 5),
        ] {
            all.append(Sizes(3, (5, 6), taps: (2, 3), inputs, outputs, groups: groups))
            all.append(Sizes(2, (4, 5), taps: (3, 3), padding: (1, 1), inputs, outputs, groups: groups))
            all.append(
                Sizes(2, (6, 7), taps: (3, 2), stride: (2, 3), padding: (1, 0), inputs, outputs, groups: groups))
            all.append(
                Sizes(1, (7, 6), taps: (2, 2), stride: (1, 2), dilation: (3, 2), padding: (0, 2), inputs, outputs, groups: groups))
        }
        // One tap; a stride beyond the window; more padding than image; a row wider than a block; many images.
        all.append(Sizes(2, (3, 4), taps: (1, 1), 5, 3))
        all.append(Sizes(2, (7, 9), taps: (1, 2), stride: (3, 4), 4, 3))
        all.append(Sizes(2, (1, 2), taps: (2, 2), padding: (4, 3), 3, 2))
        all.append(Sizes(1, (2, 140), taps: (2, 3), padding: (1, 1), 2, 3))
        all.append(Sizes(35, (4, 3), taps: (2, 2), 3, 5))
        return all
    }()
}

/// The three products, and what they are computed from.
private struct Products<Scalar: TensorScalar> {
    let x: Tensor<Scalar>
    let y: Tensor<Scalar>
    let kernel: Tensor<Scalar>
    let forwards: Tensor<Scalar>
    let adjoint: Tensor<Scalar>
    let gradient: Tensor<Scalar>

    init(_ sizes: Sizes, _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ kernel: Tensor<Scalar>) {
        (self.x, self.y, self.kernel) = (x, y, kernel)
        forwards = Tensor.convolution(x, kernel, nil, sizes.window, groups: sizes.groups)
        adjoint = Tensor.convolutionAdjoint(y, kernel, nil, sizes.window, groups: sizes.groups)
        gradient = Tensor.convolutionKernel(x, y, sizes.window, groups: sizes.groups)
    }

    /// The same bits in all three.
    func isSame(as other: Products) -> Bool {
        sameBits(forwards, other.forwards) && sameBits(adjoint, other.adjoint) && sameBits(gradient, other.gradient)
    }
}

@Suite("The three products of a convolution")
struct WindowProductTests {
    /// Multiples of 1/8 between −2 and 2 and none of them zero: products of any order and rounding are exact.
    private func exact<Scalar: TensorScalar>(_ shape: [Int], _ generator: inout TestGenerator) -> Plain<Scalar> {
        Plain(shape, (0..<shape.reduce(1, *)).map { _ in
            Scalar(Int.random(in: 1...16, using: &generator)) / (Bool.random(using: &generator) ? 8 : -8)
        })
    }

    @Test("of any sizes, as plain loops, whatever lies around the numbers", arguments: 0..<Sizes.all.count)
    func loops(place: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            let sizes = Sizes.all[place]
            var generator = TestGenerator(place)
            let x: Plain<Scalar> = exact(sizes.input, &generator), y: Plain<Scalar> = exact(sizes.output, &generator)
            let kernel: Plain<Scalar> = exact(sizes.kernel, &generator)
            let products = Products(sizes, x.poisoned, y.poisoned, kernel.poisoned)
            var forwards = [Scalar](repeating: 0, count: y.values.count)
            var (adjoint, gradient) = (
                [Scalar](repeating: 0, count: x.values.count), [Scalar](repeating: 0, count: kernel.values.count)
            )
            sizes.forEachProduct { to, from, tap in
                forwards[to] += x.values[from] * kernel.values[tap]
                adjoint[from] += y.values[to] * kernel.values[tap]
                gradient[tap] += y.values[to] * x.values[from]
            }
            #expect(products.forwards == Tensor(forwards, shape: sizes.output), "\(sizes)")
            #expect(products.adjoint == Tensor(adjoint, shape: sizes.input), "\(sizes)")
            #expect(products.gradient == Tensor(gradient, shape: sizes.kernel), "\(sizes)")

            // With a bias, everywhere the same.
            let (b, c): (Plain<Scalar>, Plain<Scalar>) = (exact([sizes.outputs], &generator), exact([sizes.inputs], &generator))
            let plus = Tensor.convolution(x.poisoned, kernel.poisoned, b.poisoned, sizes.window, groups: sizes.groups)
            #expect(plus == products.forwards + b.tensor, "\(sizes), with a bias")
            let back = Tensor.convolutionAdjoint(y.poisoned, kernel.poisoned, c.poisoned, sizes.window, groups: sizes.groups)
            #expect(back == products.adjoint + c.tensor, "\(sizes), adjoint with a bias")
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("an input sees the outputs that see it, through the same taps") func backwards() {
        for axis in Sizes.all.flatMap({ [$0.window.rows, $0.window.columns] }) {
            func seen(_ phases: [AxisPhase], _ name: (_ source: Int, _ result: Int, _ tap: Int) -> [Int]) -> [[Int]] {
                phases.flatMap { phase in
                    phase.groups.flatMap { group in
                        group.places.flatMap { place in
                            phase.taps[group.taps].map { name(place.source + $0.offset, place.result, $0.number) }
                        }
                    }
                }.sorted { $0.lexicographicallyPrecedes($1) }
            }
            // [input, output, tap], as the axis says: those within the input.
            let expected = (0..<axis.output).flatMap { output in
                (0..<axis.taps).map { [output * axis.stride + $0 * axis.dilation - axis.before, output, $0] }
            }.filter { (0..<axis.input).contains($0[0]) }.sorted { $0.lexicographicallyPrecedes($1) }
            #expect(seen(axis.forwards) { [$0, $1, $2] } == expected, "\(axis)")
            #expect(seen(axis.backwards) { [$1, $0, $2] } == expected, "\(axis)")
            // Every input has its place in one group.
            #expect(
                axis.backwards.flatMap { $0.groups.flatMap { $0.places.map(\.result) } }.sorted() == Array(0..<axis.input))
        }
    }

    @Test("nothing is written but the result: what the inputs are slices of stays as it is")
    func slices() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            for (place, sizes) in Sizes.all.enumerated() {
                var generator = TestGenerator(place)
                // Slices x[1..<1 + n] of tensors with an image more before and behind.
                func around(_ shape: [Int]) -> Tensor<Scalar> {
                    (exact([shape[0] + 2] + shape[1...], &generator) as Plain<Scalar>).tensor
                }
                let (x, y, kernel) = (around(sizes.input), around(sizes.output), around(sizes.kernel))
                let copies = (x.scalars, y.scalars, kernel.scalars)
                let (inner, outer, taps) = (
                    x[1..<1 + sizes.images], y[1..<1 + sizes.images], kernel[1..<1 + sizes.kernel[0]]
                )
                let products = Products(sizes, inner, outer, taps)
                #expect((x.scalars, y.scalars, kernel.scalars) == copies, "\(sizes)")
                let alone = Products(
                    sizes, Tensor(inner.scalars, shape: sizes.input), Tensor(outer.scalars, shape: sizes.output),
                    Tensor(taps.scalars, shape: sizes.kernel))
                #expect(products.isSame(as: alone), "\(sizes)")
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("of rough numbers: an image has the same bits alone and in any batch, the adjoint too")
    func sameBitsInAnyBatch() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            for (place, sizes) in Sizes.all.enumerated() where sizes.images > 1 {
                let (x, y, kernel): (Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>) = (
                    ThreadsTests.rough(sizes.input, place), ThreadsTests.rough(sizes.output, place + 1),
                    ThreadsTests.rough(sizes.kernel, place + 2)
                )
                let all = Products(sizes, x, y, kernel)
                for range in [0..<1, 1..<2, 1..<sizes.images] {
                    let some = Tensor.convolution(x[range], kernel, nil, sizes.window, groups: sizes.groups)
                    #expect(sameBits(some, all.forwards[range]), "\(sizes)")
                    let back = Tensor.convolutionAdjoint(y[range], kernel, nil, sizes.window, groups: sizes.groups)
                    #expect(sameBits(back, all.adjoint[range]), "\(sizes)")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("an empty batch has an empty output and an empty gradient, and the kernel's gradient is zero")
    func emptyBatch() {
        for sizes in Sizes.all {
            let (x, y) = (Tensor<Float>(zeros: [0] + sizes.input[1...]), Tensor<Float>(zeros: [0] + sizes.output[1...]))
            let products = Products(sizes, x, y, Tensor(repeating: 1, shape: sizes.kernel))
            #expect(products.forwards.shape == y.shape && products.adjoint.shape == x.shape)
            #expect(products.gradient == Tensor(zeros: sizes.kernel))
        }
        // Images without a place for the window, whose gradients are zero.
        let window = SlidingWindow(rows: WindowAxis(input: 3, output: 0, taps: 2), columns: WindowAxis(input: 4, output: 3, taps: 2))
        let (x, y) = (Tensor<Float>(repeating: 1, shape: [2, 3, 4, 3]), Tensor<Float>(zeros: [2, 0, 3, 5]))
        let kernel = Tensor<Float>(repeating: 1, shape: [2, 2, 3, 5])
        #expect(Tensor.convolution(x, kernel, nil, window).shape == y.shape)
        #expect(Tensor.convolutionAdjoint(y, kernel, nil, window) == Tensor(zeros: x.shape))
        #expect(Tensor.convolutionKernel(x, y, window) == Tensor(zeros: kernel.shape))
    }

    @Test(
        "what is not a number, or infinite, reaches those sums it is part of, and no other",
        arguments: 0..<Sizes.all.count)
    func special(place: Int) {
        func check<Scalar: TensorScalar>(_ value: Scalar) {
            let sizes = Sizes.all[place]
            var generator = TestGenerator(place)
            let (x, y): (Plain<Scalar>, Plain<Scalar>) = (exact(sizes.input, &generator), exact(sizes.output, &generator))
            let kernel: Plain<Scalar> = exact(sizes.kernel, &generator)
            let finite = Products(sizes, x.tensor, y.tensor, kernel.tensor)
            // The last number, the first, and some between.
            func places(_ count: Int) -> Set<Int> {
                Set([0, count - 1] + (0..<3).map { _ in Int.random(in: 0..<count, using: &generator) })
            }
            func expect(
                _ result: Tensor<Scalar>, _ finite: Tensor<Scalar>, hitAt hit: Set<Int>, _ what: String
            ) {
                let isRight = zip(result.scalars, finite.scalars).enumerated().allSatisfy { place, pair in
                    hit.contains(place) ? !pair.0.isFinite : pair.0 == pair.1
                }
                #expect(isRight, "\(what) of \(sizes), \(value)")
            }
            for place in places(x.values.count) {
                var (hit, taps) = (Set<Int>(), Set<Int>())
                sizes.forEachProduct { to, from, tap in
                    if from == place {
                        hit.insert(to)
                        taps.insert(tap)
                    }
                }
                var special = x
                special.values[place] = value
                let products = Products(sizes, special.tensor, y.tensor, kernel.tensor)
                expect(products.forwards, finite.forwards, hitAt: hit, "forwards")
                expect(products.gradient, finite.gradient, hitAt: taps, "gradient of the kernel, from the input")
            }
            for place in places(y.values.count) {
                var (hit, taps) = (Set<Int>(), Set<Int>())
                sizes.forEachProduct { to, from, tap in
                    if to == place {
                        hit.insert(from)
                        taps.insert(tap)
                    }
                }
                var special = y
                special.values[place] = value
                let products = Products(sizes, x.tensor, special.tensor, kernel.tensor)
                expect(products.adjoint, finite.adjoint, hitAt: hit, "adjoint")
                expect(
                    products.gradient, finite.gradient, hitAt: taps.union(framed(by: place, sizes)),
                    "gradient of the kernel, from the output")
            }
        }
        check(Float.nan)
        check(Double.nan)
        check(Float.infinity)
        check(-Double.infinity)
    }

    /// The taps through which an output sees padding: zero times what is not finite is not a number.
    private func framed(by y: Int, _ sizes: Sizes) -> Set<Int> {
        let (rows, columns) = (sizes.window.rows, sizes.window.columns)
        let (o, pixel) = (y % sizes.outputs, y / sizes.outputs % (rows.output * columns.output))
        var result = Set<Int>()
        for u in 0..<rows.taps {
            for v in 0..<columns.taps {
                let i = pixel / columns.output * rows.stride + u * rows.dilation - rows.before
                let j = pixel % columns.output * columns.stride + v * columns.dilation - columns.before
                if i >= 0 && i < rows.input && j >= 0 && j < columns.input { continue }
                for c in 0..<sizes.inputs / sizes.groups {
                    result.insert(((u * columns.taps + v) * (sizes.inputs / sizes.groups) + c) * sizes.outputs + o)
                }
            }
        }
        return result
    }

    @Test("any number of threads computes the same bits, in Float")
    func threadsOfFloat() async {
        await #expect(processExitsWith: .success) { WindowProductTests.checkThreads(Float.self) }
    }

    @Test("any number of threads computes the same bits, in Double") func threadsOfDouble() async {
        await #expect(processExitsWith: .success) { WindowProductTests.checkThreads(Double.self) }
    }

    /// Sizes that are shared among threads: one image, a few, which are cut into parts, and many; in each way.
    private static let shared: [Sizes] = [
        Sizes(1, (61, 47), taps: (3, 3), padding: (1, 1), 16, 17), Sizes(2, (33, 40), taps: (3, 3), 8, 33),
        Sizes(3, (31, 29), taps: (5, 5), stride: (2, 1), padding: (2, 2), 5, 16),
        Sizes(37, (14, 15), taps: (3, 3), padding: (1, 1), 9, 20), Sizes(64, (12, 12), taps: (5, 5), 1, 32),
        // Few outputs of windows of whole vectors, with and without groups; each channel by itself.
        Sizes(2, (50, 51), taps: (3, 3), padding: (1, 1), 32, 3), Sizes(19, (20, 21), taps: (3, 2), 16, 4),
        Sizes(5, (30, 31), taps: (3, 3), padding: (1, 1), 64, 4, groups: 2),
        Sizes(3, (60, 61), taps: (3, 3), padding: (1, 1), 33, 33, groups: 33),
        Sizes(20, (25, 26), taps: (3, 3), stride: (2, 2), padding: (1, 1), 40, 40, groups: 40),
        Sizes(9, (20, 20), taps: (3, 3), dilation: (2, 2), 12, 24, groups: 3),
    ]

    private static func checkThreads<Scalar: TensorScalar>(_: Scalar.Type) {
        for (place, sizes) in shared.enumerated() {
            // Smaller products are left to one thread.
            let work = sizes.output.reduce(1, *) * sizes.kernel[0..<3].reduce(1, *)
            #expect(work >= 200_000, "\(sizes): \(work)")
            let (x, y, kernel): (Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>) = (
                ThreadsTests.rough(sizes.input, place), ThreadsTests.rough(sizes.output, place + 1),
                ThreadsTests.rough(sizes.kernel, place + 2)
            )
            Threads.count = 1
            let alone = Products(sizes, x, y, kernel)
            for count in ThreadsTests.counts {
                Threads.count = count
                for _ in 0..<2 {
                    #expect(Products(sizes, x, y, kernel).isSame(as: alone), "\(sizes) on \(count) threads")
                }
            }
        }
    }
}

@Suite("The largest number of a window")
struct WindowMaximumTests {
    private static func axis(_ n: Int, _ taps: Int, stride: Int, before: Int = 0, after: Int = 0, dilation: Int = 1) -> WindowAxis {
        WindowAxis(
            input: n, output: (n + before + after - dilation * (taps - 1) - 1) / stride + 1, taps: taps, stride: stride,
            dilation: dilation, before: before)
    }

    private static let windows: [SlidingWindow] = [
        SlidingWindow(rows: axis(6, 2, stride: 2), columns: axis(7, 2, stride: 2)),
        SlidingWindow(rows: axis(7, 3, stride: 2, before: 1, after: 1), columns: axis(5, 3, stride: 1, before: 2, after: 0)),
        SlidingWindow(rows: axis(5, 1, stride: 3), columns: axis(8, 4, stride: 2, after: 3)),
        SlidingWindow(rows: axis(9, 3, stride: 2, dilation: 2), columns: axis(6, 2, stride: 1, dilation: 3)),
        SlidingWindow(
            rows: axis(5, 3, stride: 1, before: 2, after: 2, dilation: 2),
            columns: axis(6, 2, stride: 2, before: 1, after: 2, dilation: 3)),
        SlidingWindow(rows: axis(1, 1, stride: 1), columns: axis(1, 1, stride: 1)),
    ]

    /// What each place of the output sees, as places in one image's pixels, row by row.
    private static func seen(_ window: SlidingWindow) -> [[Int]] {
        (0..<window.rows.output * window.columns.output).map { place in
            let (i, j) = (place / window.columns.output, place % window.columns.output)
            var result: [Int] = []
            for u in 0..<window.rows.taps {
                for v in 0..<window.columns.taps {
                    let row = i * window.rows.stride + u * window.rows.dilation - window.rows.before
                    let column = j * window.columns.stride + v * window.columns.dilation - window.columns.before
                    let isInside = row >= 0 && row < window.rows.input && column >= 0 && column < window.columns.input
                    if isInside { result.append(row * window.columns.input + column) }
                }
            }
            return result
        }
    }

    @Test("and its gradient, as plain loops, whatever lies around the numbers", arguments: windows.indices)
    func loops(number: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type, channels: Int) {
            let window = Self.windows[number], seen = Self.seen(Self.windows[number])
            var generator = TestGenerator(channels)
            let pixels = window.rows.input * window.columns.input
            // Few different numbers, so that there are ties.
            let x = Plain<Scalar>([3, window.rows.input, window.columns.input, channels]) { _ in
                Scalar(Int.random(in: -4...4, using: &generator))
            }
            let g = Plain<Scalar>([3, window.rows.output, window.columns.output, channels]) { _ in
                Scalar(Int.random(in: -9...9, using: &generator))
            }
            var y = [Scalar](repeating: 0, count: g.values.count)
            var gradient = [Scalar](repeating: 0, count: x.values.count)
            for place in y.indices {
                let (pixel, channel) = (place / channels, place % channels)
                let (image, output) = (pixel / seen.count, pixel % seen.count)
                let candidates = seen[output].map { (image * pixels + $0) * channels + channel }
                // The first of the largest.
                let largest = candidates.reduce(candidates[0]) { x.values[$1] > x.values[$0] ? $1 : $0 }
                y[place] = x.values[largest]
                gradient[largest] += g.values[place]
            }
            let result = Tensor.windowMaximum(x.poisoned, window)
            #expect(result == Tensor(y, shape: g.shape), "\(channels) channels")
            let back = Tensor.windowMaximumGradient(
                g.poisoned, x: x.poisoned, y: Plain<Scalar>(result).poisoned, window)
            #expect(back == Tensor(gradient, shape: x.shape), "\(channels) channels")
        }
        for channels in [1, 2, 7, 8, 9, 15, 16, 17, 33] {
            check(Float.self, channels: channels)
            check(Double.self, channels: channels)
        }
    }

    @Test("is not a number where the window sees one that is none, and only there", arguments: windows.indices)
    func notANumber(number: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type, channels: Int) {
            let window = Self.windows[number], seen = Self.seen(Self.windows[number])
            var generator = TestGenerator(number)
            let shape = [window.rows.input, window.columns.input, channels]
            let x = Plain<Scalar>([1] + shape) { _ in Scalar(Int.random(in: -4...4, using: &generator)) }
            let finite = Tensor.windowMaximum(x.tensor, window)
            let g = Plain<Scalar>(finite.shape) { _ in Scalar(Int.random(in: 1...9, using: &generator)) }
            let shares = Tensor.windowMaximumGradient(g.tensor, x: x.tensor, y: finite, window)
            for pixel in Set([0, 1, shape[0] * shape[1] / 2, shape[0] * shape[1] - 1]) where pixel < shape[0] * shape[1] {
                let channel = Int.random(in: 0..<channels, using: &generator)
                var special = x
                special.values[pixel * channels + channel] = .nan
                let y = Tensor.windowMaximum(special.tensor, window)
                func isHit(_ place: Int) -> Bool {
                    place % channels == channel && seen[place / channels].contains(pixel)
                }
                for place in 0..<y.count {
                    let isRight = isHit(place) ? y[element: place].isNaN : y[element: place] == finite[element: place]
                    #expect(isRight, "pixel \(pixel), output \(place)")
                }
                // The gradient of such a window goes to one that it sees; nothing of it is lost, and other channels do not
                // notice.
                let gradient = Tensor.windowMaximumGradient(g.tensor, x: special.tensor, y: y, window)
                for other in 0..<channels where other != channel {
                    for place in stride(from: other, to: gradient.count, by: channels) {
                        #expect(gradient[element: place] == shares[element: place])
                    }
                }
                #expect(gradient.sum() == g.tensor.sum())
                for (place, value) in gradient.scalars.enumerated() where place % channels == channel {
                    let windows = seen.indices.filter { seen[$0].contains(place / channels) }
                    #expect(windows.isEmpty ? value == 0 : value.isFinite)
                }
            }
        }
        for channels in [1, 9, 17] {
            check(Float.self, channels: channels)
            check(Double.self, channels: channels)
        }
    }

    @Test("of an empty batch is empty, and so is the gradient") func emptyBatch() {
        for window in Self.windows {
            let x = Tensor<Float>(zeros: [0, window.rows.input, window.columns.input, 3])
            let y = Tensor.windowMaximum(x, window)
            #expect(y.shape == [0, window.rows.output, window.columns.output, 3])
            #expect(Tensor.windowMaximumGradient(y, x: x, y: y, window).shape == x.shape)
        }
    }

    @Test("nothing is written but the result: what the inputs are slices of stays as it is") func slices() {
        for window in Self.windows {
            let x: Tensor<Float> = ThreadsTests.rough([4, window.rows.input, window.columns.input, 17], 1)
            let copy = x.scalars
            let y = Tensor.windowMaximum(x[1..<3], window)
            let g = Tensor.stack([y, y, y])
            let gradient = Tensor.windowMaximumGradient(g[1], x: x[1..<3], y: y, window)
            #expect(x.scalars == copy && g == Tensor.stack([y, y, y]))
            let alone = Tensor(x[1..<3].scalars, shape: x[1..<3].shape)
            #expect(sameBits(Tensor.windowMaximum(alone, window), y))
            #expect(sameBits(Tensor.windowMaximumGradient(y, x: alone, y: y, window), gradient))
        }
    }

    @Test("has the same bits on any number of threads, and its gradient too") func threads() async {
        await #expect(processExitsWith: .success) {
            WindowMaximumTests.checkThreads(Float.self)
            WindowMaximumTests.checkThreads(Double.self)
        }
    }

    private static func checkThreads<Scalar: TensorScalar>(_: Scalar.Type) {
        for (images, channels) in [(2, 33), (3, 16), (40, 5)] {
            let window = SlidingWindow(
                rows: axis(45, 3, stride: 2, before: 1, after: 1), columns: axis(50, 3, stride: 2, before: 1))
            let x: Tensor<Scalar> = ThreadsTests.rough([images, 45, 50, channels], images)
            #expect(x.byteCount >= sharedBytes)
            Threads.count = 1
            let y = Tensor.windowMaximum(x, window)
            let g: Tensor<Scalar> = ThreadsTests.rough(y.shape, channels)
            let gradient = Tensor.windowMaximumGradient(g, x: x, y: y, window)
            for count in ThreadsTests.counts {
                Threads.count = count
                #expect(sameBits(Tensor.windowMaximum(x, window), y), "\(count) threads")
                let shared = Tensor.windowMaximumGradient(g, x: x, y: y, window)
                #expect(sameBits(shared, gradient), "\(count) threads")
            }
        }
    }
}

@Suite("Matrices with few numbers")
struct SparseMatrixTests {
    /// A matrix with some numbers in each row, none in some, and one place given twice.
    private static func matrix(_ rows: Int, _ columns: Int, _ generator: inout TestGenerator) -> SparseMatrix {
        SparseMatrix(
            columns: columns,
            rows: (0..<rows).map { row in
                (0..<(row % 4 == 3 ? 0 : min(columns, 3))).map { _ in
                    SparseMatrix.Element(
                        column: Int.random(in: 0..<columns, using: &generator),
                        value: Double(Int.random(in: -16...16, using: &generator)) / 8)
                }
            })
    }

    /// All its numbers, zeros included.
    private static func written<Scalar: TensorScalar>(_ matrix: SparseMatrix) -> Plain<Scalar> {
        var result = Plain<Scalar>([matrix.rows.count, matrix.columns]) { _ in 0 }
        for (row, elements) in matrix.rows.enumerated() {
            for element in elements { result.values[row * matrix.columns + element.column] += Scalar(element.value) }
        }
        return result
    }

    @Test("transposed, rows and columns change places; twice, nothing has changed", arguments: 0..<4)
    func transposed(seed: Int) {
        var generator = TestGenerator(seed)
        let matrix = Self.matrix(7, 5, &generator)
        #expect(matrix.transposed.columns == 7 && matrix.transposed.rows.count == 5)
        #expect(Self.written(matrix.transposed) as Plain<Double> == (Self.written(matrix) as Plain<Double>).transposed)
        #expect(Self.written(matrix.transposed.transposed) as Plain<Double> == Self.written(matrix))
    }

    @Test("multiplied with a tensor along any axis, as plain loops, whatever lies around the numbers", arguments: 0..<40)
    func product(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let shape = generator.shape(rank: 1 + seed % 4, mayBeEmpty: seed % 5 == 0)
            let x: Plain<Scalar> = generator.plain(shape)
            for axis in shape.indices where shape[axis] > 0 {
                let matrix = Self.matrix(1 + seed % 9, shape[axis], &generator)
                let numbers: Plain<Scalar> = Self.written(matrix)
                var target = shape
                target[axis] = matrix.rows.count
                let expected = Plain<Scalar>(target) { index in
                    var (sum, place) = (Scalar(0), index)
                    for step in 0..<shape[axis] {
                        place[axis] = step
                        sum += numbers[[index[axis], step]] * x[place]
                    }
                    return sum
                }
                #expect(x.poisoned.multiplied(by: matrix, along: axis) == expected.tensor, "axis \(axis) of \(shape)")
                let fromBehind = x.poisoned.multiplied(by: matrix, along: axis - shape.count)
                #expect(fromBehind == expected.tensor)
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("by the transposed matrix it is the adjoint: ⟨Mx, y⟩ = ⟨x, Mᵀy⟩", arguments: 0..<6)
    func adjoint(seed: Int) {
        var generator = TestGenerator(seed)
        let matrix = Self.matrix(9, 6, &generator)
        let x: Tensor<Double> = ThreadsTests.rough([3, 6, 17], seed), y: Tensor<Double> = ThreadsTests.rough([3, 9, 17], seed + 1)
        let there = x.multiplied(by: matrix, along: 1) * y, back = x * y.multiplied(by: matrix.transposed, along: 1)
        #expect((there.sum() - back.sum()).magnitude <= 1e-12 * map(there) { $0.magnitude }.sum())
    }

    @Test("a row of nothing makes zeros, even of what is not a number; and what is none stays where it is multiplied")
    func special() {
        let matrix = SparseMatrix(
            columns: 3,
            rows: [[], [SparseMatrix.Element(column: 1, value: 2)], [SparseMatrix.Element(column: 0, value: 1)]])
        let x = Tensor<Float>(shape: [2, 3, 17]) { $0[1] == 1 ? .nan : Float($0[2]) }
        let y = x.multiplied(by: matrix, along: 1)
        for image in 0..<2 {
            #expect(y[image][0] == Tensor(zeros: [17]))
            #expect(y[image][1].scalars.allSatisfy { $0.isNaN })
            #expect(y[image][2] == x[image][0])
        }
        #expect(Tensor<Float>(zeros: [0, 3, 2]).multiplied(by: matrix, along: 1).shape == [0, 3, 2])
        #expect(x.multiplied(by: SparseMatrix(columns: 3, rows: []), along: 1).shape == [2, 0, 17])
    }

    @Test("a product has the same bits on any number of threads") func threads() async {
        await #expect(processExitsWith: .success) {
            SparseMatrixTests.checkThreads(Float.self)
            SparseMatrixTests.checkThreads(Double.self)
        }
    }

    private static func checkThreads<Scalar: TensorScalar>(_: Scalar.Type) {
        var generator = TestGenerator(1)
        for (shape, axis) in [([40, 60, 61], 1), ([3, 300, 110], 1), ([90, 1200], 0), ([1200, 90], 1)] {
            let x: Tensor<Scalar> = ThreadsTests.rough(shape, axis)
            let matrix = matrix(shape[axis] + 3, shape[axis], &generator)
            Threads.count = 1
            let alone = x.multiplied(by: matrix, along: axis)
            #expect(alone.byteCount >= sharedBytes)
            for count in ThreadsTests.counts {
                Threads.count = count
                #expect(sameBits(x.multiplied(by: matrix, along: axis), alone), "\(count) threads")
            }
        }
    }
}

@Suite("Behind a result nothing is written")
struct BehindResultTests {
    /// Blocks of the pool are full of one byte before they hold a result of an odd size, and behind the slack of a result,
    /// which anyone may write to, they still are.
    private static func check<Scalar: TensorScalar>(_ what: String, _ compute: () -> Tensor<Scalar>) {
        let byte: UInt8 = 0xa5
        let expected = compute()
        let size = expected.storage.header.borrowed
        #expect(size > 0, "\(what): the result is too small for a block")
        let count = (size - Storage<Scalar>.slack) / MemoryLayout<Scalar>.stride
        // More than are needed for the result and what is computed on the way.
        let blocks = (0..<12).map { _ in Tensor<Scalar>(uninitialized: [count]) }
        for block in blocks {
            #expect(block.storage.header.borrowed == size)
            UnsafeMutableRawPointer(block.storage.header.start).initializeMemory(as: UInt8.self, repeating: byte, count: size)
        }
        let starts = Set(blocks.map(\.storage.header.start))
        drop(blocks)
        let result = compute()
        #expect(starts.contains(result.storage.header.start), "\(what): a block that was not filled")
        #expect(sameBits(result, expected), "\(what)")
        let memory = UnsafeRawBufferPointer(start: result.storage.header.start, count: size)
        let end = result.bytes - result.storage.header.start + result.byteCount + Storage<Scalar>.slack
        #expect(memory[end...].allSatisfy { $0 == byte }, "\(what): something is written behind \(result.shape)")
        #expect(end < size, "\(what): there is nothing behind \(result.shape)")
    }

    /// The last holder of these tensors.
    @inline(never)
    private static func drop<Scalar: TensorScalar>(_ tensors: consuming [Tensor<Scalar>]) {}

    private static func check<Scalar: TensorScalar>(_: Scalar.Type) {
        func rough(_ shape: [Int]) -> Tensor<Scalar> { ThreadsTests.rough(shape, shape.count) }
        for sizes in [
            Sizes(1, (31, 33), taps: (3, 3), padding: (1, 1), 17, 33), Sizes(3, (29, 27), taps: (2, 2), 16, 15),
            Sizes(2, (62, 65), taps: (3, 3), padding: (1, 1), 16, 3), Sizes(1, (33, 35), taps: (3, 3), 17, 17, groups: 17),
            Sizes(2, (21, 23), taps: (3, 3), stride: (2, 2), padding: (1, 1), 34, 66, groups: 2),
            Sizes(2, (90, 91), taps: (2, 8), 3, 2),
        ] {
            let (x, y, kernel) = (rough(sizes.input), rough(sizes.output), rough(sizes.kernel))
            check("convolution \(sizes)") { Tensor.convolution(x, kernel, nil, sizes.window, groups: sizes.groups) }
            check("adjoint \(sizes)") { Tensor.convolutionAdjoint(y, kernel, nil, sizes.window, groups: sizes.groups) }
        }
        // Kernels of some thousand weights, of one image and of several.
        for images in [1, 3] {
            for sizes in [
                Sizes(images, (4, 5), taps: (3, 3), padding: (1, 1), 31, 35), Sizes(images, (4, 5), taps: (3, 3), 535, 2),
                Sizes(images, (7, 9), taps: (3, 3), padding: (1, 1), 1029, 1029, groups: 1029),
                Sizes(images, (6, 6), taps: (3, 3), 66, 51, groups: 3),
            ] {
                let (x, y) = (rough(sizes.input), rough(sizes.output))
                check("kernel of \(sizes)") { Tensor.convolutionKernel(x, y, sizes.window, groups: sizes.groups) }
            }
        }
        let window = SlidingWindow(
            rows: WindowAxis(input: 30, output: 29, taps: 2), columns: WindowAxis(input: 31, output: 30, taps: 2))
        let x = rough([1, 30, 31, 17]), y = Tensor.windowMaximum(x, window)
        check("maximum") { Tensor.windowMaximum(x, window) }
        check("gradient of the maximum") { Tensor.windowMaximumGradient(y, x: x, y: y, window) }
        let matrix = SparseMatrix(
            columns: 30, rows: (0..<33).map { [SparseMatrix.Element(column: $0 % 30, value: 2)] })
        check("sparse matrix") { x.multiplied(by: matrix, along: 1) }
        check("sparse matrix, the last axis") {
            x.reshaped([-1, 30]).multiplied(by: matrix, along: 1)
        }
    }

    @Test("convolutions, their gradients, maxima and sparse products of odd sizes, in Float") func floats() async {
        await #expect(processExitsWith: .success) {
            Threads.count = 1
            BehindResultTests.check(Float.self)
        }
    }

    @Test("and in Double") func doubles() async {
        await #expect(processExitsWith: .success) {
            Threads.count = 1
            BehindResultTests.check(Double.self)
        }
    }
}

@Suite("Windows that do not fit end with a sentence")
struct WindowTrapTests {
    /// 2×2 taps over 4×5 pixels: 3×4 places.
    private static let window = SlidingWindow(
        rows: WindowAxis(input: 4, output: 3, taps: 2), columns: WindowAxis(input: 5, output: 4, taps: 2))

    @Test("an axis without taps") func axis() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = WindowAxis(input: 4, output: 3, taps: 0)
            },
            says: "WindowAxis: taps, stride and dilation are at least 1, sizes and padding not negative, but they are 0, 1, 1, "
                + "and 4, 3, 0")
    }

    @Test("images, kernels and biases of other sizes") func sizes() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolution(
                    Tensor(zeros: [2, 4, 4, 3]), Tensor(zeros: [2, 2, 3, 5]), nil, WindowTrapTests.window)
            }, says: "convolution: an input [batch, 4, 5, 3] is needed, but its shape is [2, 4, 4, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolution(
                    Tensor(zeros: [2, 4, 5, 3]), Tensor(zeros: [3, 2, 3, 5]), nil, WindowTrapTests.window)
            },
            says: "convolution: a kernel [2, 2, inputs / groups, outputs] is needed, but its shape is [3, 2, 3, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolution(
                    Tensor(zeros: [2, 4, 5, 3]), Tensor(zeros: [2, 2, 3, 5]), Tensor(zeros: [3]), WindowTrapTests.window)
            }, says: "convolution: a bias [5] is needed, but its shape is [3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolutionAdjoint(
                    Tensor(zeros: [2, 4, 5, 5]), Tensor(zeros: [2, 2, 3, 5]), nil, WindowTrapTests.window)
            }, says: "convolutionAdjoint: an output [batch, 3, 4, 5] is needed, but its shape is [2, 4, 5, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolutionAdjoint(
                    Tensor(zeros: [2, 3, 4, 5]), Tensor(zeros: [2, 2, 3, 5]), Tensor(zeros: [5]), WindowTrapTests.window)
            }, says: "convolutionAdjoint: a bias [3] is needed, but its shape is [5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolutionKernel(
                    Tensor(zeros: [2, 4, 5, 3]), Tensor(zeros: [1, 3, 4, 5]), WindowTrapTests.window)
            },
            says: "convolutionKernel: an input and an output of the same images are needed, but the shapes are "
                + "[2, 4, 5, 3] and [1, 3, 4, 5]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolutionKernel(
                    Tensor(zeros: [2, 4, 5, 3]), Tensor(zeros: [2, 4, 5, 5]), WindowTrapTests.window)
            }, says: "convolutionKernel: an output [batch, 3, 4, 5] is needed, but its shape is [2, 4, 5, 5]")
    }

    @Test("groups into which the channels cannot be divided") func groups() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolution(
                    Tensor(zeros: [2, 4, 5, 6]), Tensor(zeros: [2, 2, 3, 5]), nil, WindowTrapTests.window, groups: 2)
            }, says: "convolution: 5 outputs cannot be divided into 2 equal groups")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.convolutionKernel(
                    Tensor(zeros: [2, 4, 5, 3]), Tensor(zeros: [2, 3, 4, 4]), WindowTrapTests.window, groups: 2)
            }, says: "convolutionKernel: 3 channels cannot be divided into 2 equal groups")
    }

    @Test("maxima of other images, and of windows that see nothing but padding") func maxima() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>.windowMaximum(Tensor(zeros: [2, 5, 4, 3]), WindowTrapTests.window)
            }, says: "windowMaximum: images [batch, 4, 5, channels] are needed, but their shape is [2, 5, 4, 3]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let axis = WindowAxis(input: 4, output: 3, taps: 2, before: 2)
                _ = Tensor<Float>.windowMaximum(
                    Tensor(zeros: [2, 4, 1, 3]), SlidingWindow(rows: axis, columns: WindowAxis(input: 1, output: 1, taps: 1)))
            }, says: "a window that sees nothing but padding has no largest element")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let (x, y) = (Tensor<Float>(zeros: [2, 4, 5, 3]), Tensor<Float>(zeros: [2, 3, 4, 2]))
                _ = Tensor.windowMaximumGradient(y, x: x, y: y, WindowTrapTests.window)
            },
            says: "windowMaximumGradient: input and output must have the same images and channels, but their shapes are "
                + "[2, 4, 5, 3] and [2, 3, 4, 2]")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let (x, y) = (Tensor<Float>(zeros: [2, 4, 5, 3]), Tensor<Float>(zeros: [2, 3, 4, 3]))
                _ = Tensor.windowMaximumGradient(Tensor(zeros: [2, 3, 4, 1]), x: x, y: y, WindowTrapTests.window)
            }, says: "windowMaximumGradient")
    }

    @Test("a sparse matrix of other columns, and an element outside of it") func sparse() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = SparseMatrix(columns: 3, rows: [[SparseMatrix.Element(column: 3, value: 1)]])
            }, says: "SparseMatrix: column 3 does not exist in a matrix of 3 columns")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Tensor<Float>(zeros: [4, 5]).multiplied(by: SparseMatrix(columns: 4, rows: [[]]), along: 1)
            }, says: "multiplied: a matrix of 4 columns does not fit axis 1 of a tensor of shape [4, 5]")
    }
}
