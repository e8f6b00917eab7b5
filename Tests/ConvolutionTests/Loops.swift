// What the layers are compared with: the chapter's formulas as plain loops over `Double`, which share nothing with the
// layers but the formula. Not even where a window stands is asked of a layer: it is pushed along until it falls off.

import Convolution

/// Images as plain numbers, `[image, row, column, channel]`, or a kernel, `[row, column, input, output]`.
struct Grid {
    let shape: [Int]
    private(set) var values: [Double]

    init(zeros shape: [Int]) {
        self.shape = shape
        values = [Double](repeating: 0, count: shape.reduce(1, *))
    }

    init(_ tensor: Tensor<Double>) { (shape, values) = (tensor.shape, tensor.scalars) }

    var tensor: Tensor<Double> { Tensor(values, shape: shape) }

    /// The same with every number without its sign.
    var magnitudes: Grid {
        var result = self
        for place in values.indices { result.values[place] = abs(values[place]) }
        return result
    }

    func isInside(_ row: Int, _ column: Int) -> Bool {
        row >= 0 && row < shape[1] && column >= 0 && column < shape[2]
    }

    /// Beyond the edge of an image there are zeros, and what is written there is lost.
    subscript(image: Int, row: Int, column: Int, channel: Int) -> Double {
        get { isInside(row, column) ? values[place(image, row, column, channel)] : 0 }
        set { if isInside(row, column) { values[place(image, row, column, channel)] = newValue } }
    }

    private func place(_ image: Int, _ row: Int, _ column: Int, _ channel: Int) -> Int {
        ((image * shape[1] + row) * shape[2] + column) * shape[3] + channel
    }
}

// MARK: - Where a window stands

/// A window along one axis.
struct Walk {
    let taps: Int
    let stride: Int
    let dilation: Int
    /// How many places it has.
    let places: Int
    /// How much padding lies before the first pixel.
    let before: Int

    /// The pixel that a tap sees from a place.
    func pixel(_ place: Int, _ tap: Int) -> Int { place * stride + tap * dilation - before }

    /// The window over n pixels.
    ///
    /// - Parameter padding: how much before and behind, or none for as much as leaves one place for every `stride` pixels
    ///   begun, half of it, rounded down, before.
    init(over n: Int, taps: Int, stride: Int, dilation: Int, padding: (before: Int, behind: Int)?) {
        (self.taps, self.stride, self.dilation) = (taps, stride, dilation)
        let span = dilation * (taps - 1) + 1
        func places(_ size: Int) -> Int {
            var (count, start) = (0, 0)
            while start + span <= size { (count, start) = (count + 1, start + stride) }
            return count
        }
        if let padding {
            (self.places, before) = (places(padding.before + n + padding.behind), padding.before)
        } else {
            let wanted = Swift.stride(from: 0, to: n, by: stride).reduce(0) { count, _ in count + 1 }
            var total = 0
            while places(n + total) < wanted { total += 1 }
            (self.places, before) = (wanted, total / 2)
        }
    }

    /// The window that takes n pixels to so many as its transposed convolution makes of them: everything is scattered on a
    /// canvas, of which padding is cut off.
    static func back(
        from n: Int, taps: Int, stride: Int, dilation: Int, padding: (before: Int, behind: Int)?, outputPadding: Int
    ) -> (walk: Walk, size: Int) {
        let canvas = (n - 1) * stride + dilation * (taps - 1) + 1 + outputPadding
        let size = padding.map { canvas - $0.before - $0.behind } ?? n * stride
        let before = padding?.before ?? max(0, canvas - size) / 2
        return (Walk(taps: taps, stride: stride, dilation: dilation, places: n, before: before), size)
    }

    private init(taps: Int, stride: Int, dilation: Int, places: Int, before: Int) {
        (self.taps, self.stride, self.dilation, self.places, self.before) = (taps, stride, dilation, places, before)
    }
}

/// A window along rows and columns.
struct Walks {
    let rows: Walk
    let columns: Walk

    init(rows: Walk, columns: Walk) { (self.rows, self.columns) = (rows, columns) }

    init(_ window: Window2D, over shape: [Int]) {
        let (vertical, horizontal) = window.amounts
        rows = Walk(
            over: shape[1], taps: window.size.rows, stride: window.stride.rows, dilation: window.dilation.rows,
            padding: vertical)
        columns = Walk(
            over: shape[2], taps: window.size.columns, stride: window.stride.columns, dilation: window.dilation.columns,
            padding: horizontal)
    }

    /// What one place sees of an image, row by row, without the padding.
    func seen(by row: Int, _ column: Int, of image: Grid) -> [(row: Int, column: Int)] {
        var result: [(row: Int, column: Int)] = []
        for u in 0..<rows.taps {
            for v in 0..<columns.taps {
                let (i, j) = (rows.pixel(row, u), columns.pixel(column, v))
                if image.isInside(i, j) { result.append((i, j)) }
            }
        }
        return result
    }
}

extension Window2D {
    /// Padding before and behind, along rows and along columns; none for `same`.
    var amounts: (rows: (before: Int, behind: Int)?, columns: (before: Int, behind: Int)?) {
        switch padding {
        case .valid: ((0, 0), (0, 0))
        case .same: (nil, nil)
        case .explicit(let top, let bottom, let left, let right): ((top, bottom), (left, right))
        }
    }

    /// How many pixels the window spans.
    var span: Size2D {
        Size2D(dilation.rows * (size.rows - 1) + 1, dilation.columns * (size.columns - 1) + 1)
    }
}

// MARK: - Convolution

enum Loops {
    /// y(i, j, o) = b(o) + Σ over u, v, c of x(i·s + u·d − p, j·s + v·d − p, c) · w(u, v, c, o)
    static func convolution(_ x: Grid, _ w: Grid, _ b: [Double], _ walks: Walks, groups: Int) -> Grid {
        let (inputs, outputs) = (w.shape[2], w.shape[3])
        var y = Grid(zeros: [x.shape[0], walks.rows.places, walks.columns.places, outputs])
        for image in 0..<x.shape[0] {
            for i in 0..<walks.rows.places {
                for j in 0..<walks.columns.places {
                    for o in 0..<outputs {
                        let first = o / (outputs / groups) * inputs
                        var sum = b[o]
                        for u in 0..<w.shape[0] {
                            for v in 0..<w.shape[1] {
                                let (row, column) = (walks.rows.pixel(i, u), walks.columns.pixel(j, v))
                                for c in 0..<inputs { sum += x[image, row, column, first + c] * w[u, v, c, o] }
                            }
                        }
                        y[image, i, j, o] = sum
                    }
                }
            }
        }
        return y
    }

    /// Each product of the sum above has a share in the gradients of both its factors.
    static func convolutionGradients(
        _ x: Grid, _ w: Grid, _ g: Grid, _ walks: Walks, groups: Int
    ) -> (input: Grid, weight: Grid, bias: Grid) {
        let (inputs, outputs) = (w.shape[2], w.shape[3])
        var (input, weight) = (Grid(zeros: x.shape), Grid(zeros: w.shape))
        var bias = Grid(zeros: [1, 1, 1, outputs])
        for image in 0..<x.shape[0] {
            for i in 0..<walks.rows.places {
                for j in 0..<walks.columns.places {
                    for o in 0..<outputs {
                        let first = o / (outputs / groups) * inputs
                        let share = g[image, i, j, o]
                        bias[0, 0, 0, o] += share
                        for u in 0..<w.shape[0] {
                            for v in 0..<w.shape[1] {
                                let (row, column) = (walks.rows.pixel(i, u), walks.columns.pixel(j, v))
                                for c in 0..<inputs {
                                    input[image, row, column, first + c] += share * w[u, v, c, o]
                                    weight[u, v, c, o] += share * x[image, row, column, first + c]
                                }
                            }
                        }
                    }
                }
            }
        }
        return (input, weight, bias)
    }

    /// y(i·s + u·d − p, j·s + v·d − p, o) = b(o) + Σ x(i, j, c) · w(u, v, o, c): every x is scattered through the kernel.
    static func transposedConvolution(
        _ x: Grid, _ w: Grid, _ b: [Double], _ window: Window2D, outputPadding: Size2D, groups: Int
    ) -> (output: Grid, walks: Walks) {
        let (vertical, horizontal) = window.amounts
        let (rows, height) = Walk.back(
            from: x.shape[1], taps: window.size.rows, stride: window.stride.rows, dilation: window.dilation.rows,
            padding: vertical, outputPadding: outputPadding.rows)
        let (columns, width) = Walk.back(
            from: x.shape[2], taps: window.size.columns, stride: window.stride.columns,
            dilation: window.dilation.columns, padding: horizontal, outputPadding: outputPadding.columns)
        let (outputs, inputs) = (w.shape[2], w.shape[3])
        var y = Grid(zeros: [x.shape[0], height, width, outputs * groups])
        for image in 0..<x.shape[0] {
            for i in 0..<height {
                for j in 0..<width { for o in 0..<outputs * groups { y[image, i, j, o] = b[o] } }
            }
            for i in 0..<x.shape[1] {
                for j in 0..<x.shape[2] {
                    for c in 0..<inputs {
                        let first = c / (inputs / groups) * outputs
                        for u in 0..<w.shape[0] {
                            for v in 0..<w.shape[1] {
                                for o in 0..<outputs {
                                    y[image, rows.pixel(i, u), columns.pixel(j, v), first + o] +=
                                        x[image, i, j, c] * w[u, v, o, c]
                                }
                            }
                        }
                    }
                }
            }
        }
        return (y, Walks(rows: rows, columns: columns))
    }

    // MARK: - Pooling and its opposite

    /// y(i, j, c) = what `combine` makes of those x(i·s + u − p, j·s + v − p, c) that lie inside, row by row.
    static func pooling(_ x: Grid, _ window: Window2D, _ combine: ([Double]) -> Double) -> Grid {
        let walks = Walks(window, over: x.shape)
        var y = Grid(zeros: [x.shape[0], walks.rows.places, walks.columns.places, x.shape[3]])
        for image in 0..<x.shape[0] {
            for i in 0..<walks.rows.places {
                for j in 0..<walks.columns.places {
                    let seen = walks.seen(by: i, j, of: x)
                    for c in 0..<x.shape[3] { y[image, i, j, c] = combine(seen.map { x[image, $0.row, $0.column, c] }) }
                }
            }
        }
        return y
    }

    /// Every output hands its gradient to what it sees: of the numbers of a window, `shares` gives the share of each.
    static func poolingGradient(
        _ x: Grid, _ g: Grid, _ window: Window2D, _ shares: ([Double]) -> [Double]
    ) -> Grid {
        let walks = Walks(window, over: x.shape)
        var gradient = Grid(zeros: x.shape)
        for image in 0..<x.shape[0] {
            for i in 0..<walks.rows.places {
                for j in 0..<walks.columns.places {
                    let seen = walks.seen(by: i, j, of: x)
                    for c in 0..<x.shape[3] {
                        let numbers = seen.map { x[image, $0.row, $0.column, c] }
                        for (pixel, share) in zip(seen, shares(numbers)) {
                            gradient[image, pixel.row, pixel.column, c] += share * g[image, i, j, c]
                        }
                    }
                }
            }
        }
        return gradient
    }

    static func largest(_ numbers: [Double]) -> Double {
        var largest = -Double.infinity
        for number in numbers where number > largest { largest = number }
        return largest
    }

    static func mean(_ numbers: [Double]) -> Double {
        var sum = 0.0
        for number in numbers { sum += number }
        return sum / Double(numbers.count)
    }

    /// All for the first of the largest.
    static func firstOfTheLargest(_ numbers: [Double]) -> [Double] {
        var first = 0
        for (place, number) in numbers.enumerated() where number > numbers[first] { first = place }
        return numbers.indices.map { $0 == first ? 1 : 0 }
    }

    /// The same for each.
    static func equalShares(_ numbers: [Double]) -> [Double] { numbers.map { _ in 1 / Double(numbers.count) } }

    /// y(i, j, c) = x(⌊i/f⌋, ⌊j/f⌋, c)
    static func nearest(_ x: Grid, _ factor: Size2D) -> Grid {
        upsampling(x, factor) { image, i, j, c in x[image, i / factor.rows, j / factor.columns, c] }
    }

    /// The pixel (i, j) of the output lies at ((i + ½)/f − ½, (j + ½)/f − ½) of the input, kept within the image; what lies
    /// between four pixels is their mean, each weighted with the opposite part of the square between them.
    static func bilinear(_ x: Grid, _ factor: Size2D) -> Grid {
        func position(_ i: Int, _ factor: Int, _ n: Int) -> (first: Int, second: Int, part: Double) {
            let position = min(Double(n - 1), max(0, (Double(i) + 0.5) / Double(factor) - 0.5))
            let first = Int(position)
            return (first, min(n - 1, first + 1), position - Double(first))
        }
        return upsampling(x, factor) { image, i, j, c in
            let (up, down, below) = position(i, factor.rows, x.shape[1])
            let (left, right, beyond) = position(j, factor.columns, x.shape[2])
            let upper = (1 - below) * (1 - beyond) * x[image, up, left, c] + (1 - below) * beyond * x[image, up, right, c]
            let lower = below * (1 - beyond) * x[image, down, left, c] + below * beyond * x[image, down, right, c]
            return upper + lower
        }
    }

    private static func upsampling(
        _ x: Grid, _ factor: Size2D, _ pixel: (_ image: Int, _ i: Int, _ j: Int, _ c: Int) -> Double
    ) -> Grid {
        var y = Grid(zeros: [x.shape[0], x.shape[1] * factor.rows, x.shape[2] * factor.columns, x.shape[3]])
        for image in 0..<y.shape[0] {
            for i in 0..<y.shape[1] {
                for j in 0..<y.shape[2] { for c in 0..<y.shape[3] { y[image, i, j, c] = pixel(image, i, j, c) } }
            }
        }
        return y
    }

    // MARK: - Normalization

    /// The mean of some numbers, and the mean of the squared distances to it.
    static func moments(_ numbers: [Double]) -> (mean: Double, variance: Double) {
        let mean = mean(numbers)
        return (mean, Self.mean(numbers.map { ($0 - mean) * ($0 - mean) }))
    }

    /// The numbers of each channel, the last axis.
    static func channels(_ x: Tensor<Double>) -> [[Double]] {
        let count = x.shape.last!
        var result = [[Double]](repeating: [], count: count)
        for (place, number) in x.scalars.enumerated() { result[place % count].append(number) }
        return result
    }

    /// The numbers of each row along the last axis.
    static func rows(_ x: Tensor<Double>) -> [[Double]] {
        let (numbers, count) = (x.scalars, x.shape.last!)
        return stride(from: 0, to: numbers.count, by: count).map { Array(numbers[$0..<$0 + count]) }
    }

    /// y = γ·(x − μ)/√(σ² + ε) + β, with the mean and the variance that `moments` gives for a place in row-major order.
    static func normalized(
        _ x: Tensor<Double>, scale: Tensor<Double>, shift: Tensor<Double>, epsilon: Double,
        _ moments: (_ place: Int) -> (mean: Double, variance: Double)
    ) -> Tensor<Double> {
        let channels = x.shape.last!
        let values = x.scalars.enumerated().map { place, number in
            let (mean, variance) = moments(place)
            let normalized = (number - mean) / (variance + epsilon).squareRoot()
            return scale[element: place % channels] * normalized + shift[element: place % channels]
        }
        return Tensor(values, shape: x.shape)
    }
}
