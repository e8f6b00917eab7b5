// The largest number in each window of an image, and its backward pass.
//
// Vectors run along the channels, which lie side by side. An image is the work of one thread.

extension Tensor {
    /// The largest element that each window sees, channel by channel; padding is never the largest. Not a number where the
    /// window sees one that is none.
    ///
    /// - Parameters:
    ///   - x: images `[batch, rows, columns, channels]`.
    ///   - window: every place of it must see at least one element.
    /// - Returns: `[batch, rows, columns, channels]`, of the sizes that `window` says.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func windowMaximum(_ x: Tensor, _ window: SlidingWindow) -> Tensor {
        requireImages(x.shape, window, \.input, "windowMaximum")
        let shape = [x.shape[0], window.rows.output, window.columns.output, x.shape[3]]
        let y = Tensor(uninitialized: shape)
        let (places, source, result) = (WindowPlaces(window, channels: x.shape[3]), x.bytes, y.bytes)
        parallel(tasks: x.shape[0], if: x.byteCount >= sharedBytes) { image in
            let x = source + image &* places.inputBytes(Scalar.self), y = result + image &* places.outputBytes(Scalar.self)
            places.forEach(Scalar.self) { output, inputs, lanes in
                var largest = Scalar.Vector(repeating: -.infinity)
                inputs.forEach { largest = Scalar.Vector.maximum(x.load($0, Scalar.self), largest) }
                y.store(lanes: lanes, of: largest, output, Scalar.self)
            }
        }
        extendLifetime(x)
        return y
    }

    /// The gradient of `windowMaximum`: each window hands its gradient to the element that its output is: the largest, or
    /// one that is not a number; to the first of them, row by row, if there are several.
    ///
    /// - Parameters:
    ///   - g: the gradient with respect to the output, `[batch, rows, columns, channels]`.
    ///   - x: the input.
    ///   - y: the output.
    /// - Returns: the gradient with respect to the input, of its shape.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func windowMaximumGradient(_ g: Tensor, x: Tensor, y: Tensor, _ window: SlidingWindow) -> Tensor {
        requireImages(x.shape, window, \.input, "windowMaximumGradient")
        requireImages(y.shape, window, \.output, "windowMaximumGradient")
        requireSameShape("windowMaximumGradient", g.shape, y.shape)
        require(
            x.shape[0] == y.shape[0] && x.shape[3] == y.shape[3],
            "windowMaximumGradient: input and output must have the same images and channels, but their shapes are "
                + "\(x.shape) and \(y.shape)")
        let result = Tensor(uninitialized: x.shape)
        let places = WindowPlaces(window, channels: x.shape[3])
        let (input, output, gradient, sums) = (x.bytes, y.bytes, g.bytes, result.bytes)
        let (inputBytes, outputBytes) = (places.inputBytes(Scalar.self), places.outputBytes(Scalar.self))
        parallel(tasks: x.shape[0], if: x.byteCount >= sharedBytes) { image in
            let (x, sum) = (input + image &* inputBytes, sums + image &* inputBytes)
            let (y, g) = (output + image &* outputBytes, gradient + image &* outputBytes)
            @inline(__always) func handBack(_ store: (_ share: Scalar.Vector, _ place: Int, _ lanes: Int) -> Void) {
                places.forEach(Scalar.self) { output, inputs, lanes in
                    let largest = y.load(output, Scalar.self)
                    // What has not yet been handed on.
                    var left = g.load(output, Scalar.self)
                    inputs.forEach { place in
                        // Where the output is not a number everything differs from it, and the first that is none is sought.
                        let seen = x.load(place, Scalar.self)
                        let (differs, isNoNumber) = (seen .!= largest, seen .!= seen)
                        let share = left.replacing(with: .zero, where: differs).replacing(with: left, where: isNoNumber)
                        store(share, place, lanes)
                        left = Scalar.Vector.zero.replacing(with: left, where: differs)
                            .replacing(with: .zero, where: isNoNumber)
                    }
                }
            }
            if !window.coversEveryInputOnce { sum.initializeMemory(as: UInt8.self, repeating: 0, count: inputBytes) }
            if window.overlapsItself {
                handBack { share, place, lanes in
                    sum.add(lanes: lanes, of: share, place, Scalar.self)
                }
            } else {
                handBack { share, place, lanes in sum.store(lanes: lanes, of: share, place, Scalar.self) }
            }
        }
        extendLifetime(g)
        extendLifetime(x)
        extendLifetime(y)
        return result
    }

    private static func requireImages(
        _ shape: [Int], _ window: SlidingWindow, _ size: KeyPath<WindowAxis, Int>, _ operation: StaticString
    ) {
        let (rows, columns) = (window.rows[keyPath: size], window.columns[keyPath: size])
        require(
            shape.count == 4 && shape[1] == rows && shape[2] == columns,
            "\(operation): images [batch, \(rows), \(columns), channels] are needed, but their shape is \(shape)")
    }
}

/// Which inputs each output of a window sees, within one image.
private struct WindowPlaces {
    let window: SlidingWindow
    let channels: Int
    let rows: [Range<Int>]
    let columns: [Range<Int>]

    init(_ window: SlidingWindow, channels: Int) {
        (self.window, self.channels) = (window, channels)
        (rows, columns) = (window.rows.tapsInside, window.columns.tapsInside)
    }

    func inputBytes<Scalar>(_: Scalar.Type) -> Int {
        window.rows.input &* window.columns.input &* channels &* MemoryLayout<Scalar>.stride
    }

    func outputBytes<Scalar>(_: Scalar.Type) -> Int {
        window.rows.output &* window.columns.output &* channels &* MemoryLayout<Scalar>.stride
    }

    /// The inputs that one output sees, as distances in bytes.
    struct Inputs {
        let first: Int
        let rows: Range<Int>
        let columns: Range<Int>
        let rowBytes: Int
        let columnBytes: Int

        /// Row by row.
        @inline(__always)
        func forEach(_ body: (_ place: Int) -> Void) {
            for row in rows {
                for column in columns { body(first &+ row &* rowBytes &+ column &* columnBytes) }
            }
        }
    }

    /// Calls `body` for every vector of channels of every output, with the output's place in bytes, the inputs, and how many
    /// lanes of the vector belong to the pixel.
    @inline(__always)
    func forEach<Scalar: TensorScalar>(_: Scalar.Type, _ body: (_ output: Int, _ inputs: Inputs, _ lanes: Int) -> Void) {
        let (stride, width) = (MemoryLayout<Scalar>.stride, Scalar.Vector.scalarCount)
        let pixelBytes = channels &* stride
        let lineBytes = window.columns.input &* pixelBytes
        for (row, tapRows) in rows.enumerated() {
            let line = (row &* window.rows.stride &- window.rows.before) &* lineBytes
            for (column, tapColumns) in columns.enumerated() {
                let pixel = line &+ (column &* window.columns.stride &- window.columns.before) &* pixelBytes
                var channel = 0
                while channel < channels {
                    body(
                        (row &* window.columns.output &+ column) &* pixelBytes &+ channel &* stride,
                        Inputs(
                            first: pixel &+ channel &* stride, rows: tapRows, columns: tapColumns,
                            rowBytes: window.rows.dilation &* lineBytes,
                            columnBytes: window.columns.dilation &* pixelBytes), min(width, channels &- channel))
                    channel &+= width
                }
            }
        }
    }
}

extension SlidingWindow {
    /// Whether an input can be seen from more than one place.
    fileprivate var overlapsItself: Bool {
        [rows, columns].contains { $0.stride < ($0.taps - 1) * $0.dilation + 1 }
    }

    /// Whether every input is seen from exactly one place.
    fileprivate var coversEveryInputOnce: Bool {
        [rows, columns].allSatisfy { axis in
            axis.stride == axis.taps && axis.dilation == 1 && axis.output * axis.stride - axis.before >= axis.input
        }
    }
}

extension WindowAxis {
    /// Of each output, the taps through which it sees the input and not the padding.
    fileprivate var tapsInside: [Range<Int>] {
        (0..<output).map { place in
            let start = place * stride - before
            let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
            let end = input <= start ? 0 : min(taps, (input - 1 - start) / dilation + 1)
            require(first < end, "windowMaximum: a window that sees nothing but padding has no largest element")
            return first..<end
        }
    }
}

extension UnsafeMutableRawPointer {
    /// Adds a vector of which `lanes` belong to what stands here. What lies behind them is not even read: it may belong to
    /// another thread.
    @inline(__always)
    fileprivate func add<Scalar: TensorScalar>(lanes: Int, of vector: Scalar.Vector, _ bytes: Int, _: Scalar.Type) {
        if lanes == Scalar.Vector.scalarCount {
            store(load(bytes, Scalar.self) + vector, bytes, Scalar.self)
        } else {
            let numbers = (self + bytes).assumingMemoryBound(to: Scalar.self)
            for lane in 0..<lanes { numbers[lane] += vector[lane] }
        }
    }

    /// Writes a vector of which `lanes` belong to what stands here.
    @inline(__always)
    fileprivate func store<Scalar: TensorScalar>(lanes: Int, of vector: Scalar.Vector, _ bytes: Int, _: Scalar.Type) {
        if lanes == Scalar.Vector.scalarCount {
            store(vector, bytes, Scalar.self)
        } else {
            store(first: lanes, of: vector, bytes, Scalar.self)
        }
    }
}
