// To the kernel. A row of the product is one tap of one input channel, and the sum runs over the pixels of all images: some
// rows of an image at a time, so that what they see stays in the first-level cache while all taps pass by.

/// The gradient of a kernel: the sum over images and pixels of what the taps see, times the outputs' gradients.
struct KernelPass<Scalar: TensorScalar>: @unchecked Sendable {
    private typealias Wide = WideSegment<Scalar.Vector>
    private typealias Narrow = OneVector<Scalar.Vector>

    private let image: FramedImage
    private let channels: KernelChannels
    private let x: Tensor<Scalar>
    private let y: Tensor<Scalar>
    private let way: WindowWay
    /// Output pixels, some rows of them at a time.
    private let blocks: [PixelBlock]
    /// From a window to its right neighbour.
    private let step: Int
    private let rows: [KernelRow]

    /// Rows of output pixels whose share of the sum is computed while the first-level cache holds what they see.
    private struct PixelBlock {
        /// The first pixel.
        let first: Int
        /// Where the window stands on the first pixel of each row, and how many pixels it has.
        var runs: [Run]

        var pixels: Int { runs.reduce(0) { $0 + $1.count } }
    }

    /// A row of a tile: neighbouring elements of the kernel's gradient, or of what a tap sees.
    private struct KernelRow {
        /// What it sees, behind the place where the window stands.
        let source: Int
        /// Its first element in the kernel.
        let result: Int
        /// Of how many taps and input channels.
        var count: Int
    }

    init(_ window: SlidingWindow, _ channels: KernelChannels, x: Tensor<Scalar>, y: Tensor<Scalar>) {
        (self.channels, self.x, self.y) = (channels, x, y)
        let (rows, columns) = (window.rows, window.columns)
        let image = FramedImage(window, channels: channels.inputs)
        self.image = image
        step = columns.stride * channels.inputs
        way = WindowWay(channels, resultChannels: channels.outputs, canRunAlongWindow: channels.groups == 1)

        let width = columns.output
        let rowsOfBlock = max(1, Self.pixelsOfBlock / max(1, width))
        blocks = width == 0 ? [] : stride(from: 0, to: rows.output, by: rowsOfBlock).map { first in
            PixelBlock(
                first: first * width,
                runs: (first..<min(first + rowsOfBlock, rows.output)).map { row in
                    Run(
                        offset: image.place(row * rows.stride - rows.before, -columns.before), count: width,
                        step: (row - first) * width)
                })
        }

        var kernelRows: [KernelRow] = []
        for row in 0..<rows.taps {
            for column in 0..<columns.taps {
                let tap = row * columns.taps + column
                let source = row * rows.dilation * image.rowDistance + column * columns.dilation * channels.inputs
                let result = tap * channels.inputsOfGroup * channels.outputs
                switch way {
                case .channelsOfResult:
                    for channel in 0..<channels.inputsOfGroup {
                        kernelRows.append(
                            KernelRow(source: source + channel, result: result + channel * channels.outputs, count: 1))
                    }
                case .window:
                    for channel in stride(from: 0, to: channels.inputs, by: Narrow.width) {
                        // What follows without a gap fills the vector up.
                        if let last = kernelRows.last, channel == 0, last.source + last.count == source,
                            last.count + channels.inputs <= Narrow.width
                        {
                            kernelRows[kernelRows.count - 1].count += channels.inputs
                        } else {
                            kernelRows.append(
                                KernelRow(
                                    source: source + channel, result: result + channel * channels.outputs,
                                    count: min(Narrow.width, channels.inputs - channel)))
                        }
                    }
                case .channels:
                    kernelRows.append(KernelRow(source: source, result: result, count: 1))
                }
            }
        }
        self.rows = kernelRows
    }

    /// So many output pixels make a block, or a row if it has more.
    private static var pixelsOfBlock: Int { 128 }

    /// The images are summed in so many shares, which depend on nothing but their number.
    private static var mostShares: Int { 16 }

    func run(_ shape: [Int]) -> Tensor<Scalar> {
        let images = x.shape[0]
        guard images > 0 && !blocks.isEmpty && !shape.contains(0) else { return Tensor(zeros: shape) }
        let shares = min(images, Self.mostShares)
        let sums = Tensor<Scalar>(uninitialized: [shares] + shape)
        let size = sums.count / shares
        let (xSize, ySize) = (x.count / images, y.count / images)
        let (xStart, yStart, sumStart) = (x.base, y.base, sums.start)
        // Where vectors run along the window, a row of sums is a vector, whatever the kernel's own order.
        let vectors = way == .window ? channels.outputs * rows.count * Narrow.width : 0
        let sources = rows.map(\.source)
        let results = way == .window ? rows.indices.map { $0 * Narrow.width } : rows.map(\.result)
        let (frameStart, panelStart) = (vectors, vectors + image.frameSize + Wide.width)
        let bytes = (panelStart + longestBlock * Wide.width) * MemoryLayout<Scalar>.stride + Storage<Scalar>.slack
        parallel(tasks: shares, if: size * (y.count / channels.outputs) >= convolutionThreadedWork) { share in
            let sum = sumStart + share &* size
            withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { buffer in
                let lanes = buffer.baseAddress!.assumingMemoryBound(to: Scalar.self)
                let (frame, panel) = (lanes + frameStart, lanes + panelStart)
                let first = images * share / shares
                for number in first..<images * (share + 1) / shares {
                    var source = xStart + number &* xSize
                    if image.needsFrame {
                        image.fill(frame, from: source)
                        source = UnsafePointer(frame)
                    }
                    sources.withUnsafeBufferPointer { sources in
                        results.withUnsafeBufferPointer { results in
                            let table = RowTable(sources: sources.baseAddress!, results: results.baseAddress!)
                            for block in blocks {
                                block.runs.withUnsafeBufferPointer { runs in
                                    add(
                                        table, runs, source, yStart + (number &* ySize &+ block.first &* channels.outputs),
                                        panel, to: way == .window ? lanes : sum,
                                        from: number == first && block.first == 0 ? .zero : .result)
                                }
                            }
                        }
                    }
                }
                if way == .window { scatter(lanes, to: sum) }
            }
        }
        extendLifetime(x)
        extendLifetime(y)
        return shares == 1 ? sums[0] : sums.sum(along: 0)
    }

    private struct RowTable {
        let sources: UnsafePointer<Int>
        let results: UnsafePointer<Int>
    }

    /// The pixels of the longest block.
    private var longestBlock: Int { blocks.map(\.pixels).max() ?? 0 }

    /// Adds what a block of an image's pixels contributes.
    private func add(
        _ table: RowTable, _ runs: UnsafeBufferPointer<Run>, _ source: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>,
        _ panel: UnsafeMutablePointer<Scalar>, to sum: UnsafeMutablePointer<Scalar>, from start: ProductStart<Scalar>
    ) {
        switch way {
        case .channelsOfResult:
            let columns = channels.outputsOfGroup
            for group in 0..<channels.groups {
                let a = source + group &* channels.inputsOfGroup
                for column in stride(from: 0, to: columns, by: columns > Narrow.width ? Wide.width : Narrow.width) {
                    let (left, place) = (columns &- column, group &* columns &+ column)
                    if left > Narrow.width {
                        multiplyPanel(Wide.self, table, runs, a, y + place, panel, sum + place, columns: left, start)
                    } else {
                        multiplyPanel(Narrow.self, table, runs, a, y + place, panel, sum + place, columns: left, start)
                    }
                }
            }
        case .window:
            for output in 0..<channels.outputs {
                multiply(
                    Narrow.self, SpreadStep.self, table, runs, source, y + output, bStep: channels.outputs,
                    sum + output &* rows.count &* Narrow.width, columns: Narrow.width, start)
            }
        case .channels:
            for channel in stride(from: 0, to: channels.groups, by: Narrow.width) {
                multiply(
                    Narrow.self, SegmentStep.self, table, runs, source + channel, y + channel, bStep: channels.outputs,
                    sum + channel, columns: min(Narrow.width, channels.groups &- channel), start)
            }
        }
    }

    /// A segment of the outputs' channels. If there are many rows, the gradients are first copied side by side: where they
    /// lie, they are a power of two apart as often as not, and push each other out of the cache.
    private func multiplyPanel<Segment: RowSegment>(
        _: Segment.Type, _ table: RowTable, _ runs: UnsafeBufferPointer<Run>, _ a: UnsafePointer<Scalar>,
        _ y: UnsafePointer<Scalar>, _ panel: UnsafeMutablePointer<Scalar>, _ c: UnsafeMutablePointer<Scalar>, columns: Int,
        _ start: ProductStart<Scalar>
    ) where Segment.Vector == Scalar.Vector {
        let columns = min(columns, Segment.width)
        guard rows.count >= 4 &* TallTile<Segment>.height else {
            return multiply(
                Segment.self, NumberStep.self, table, runs, a, y, bStep: channels.outputs, c, columns: columns, start)
        }
        for pixel in 0..<runs.reduce(0, { $0 &+ $1.count }) {
            Segment(y + pixel &* channels.outputs).store(to: panel + pixel &* Segment.width)
        }
        multiply(Segment.self, NumberStep.self, table, runs, a, panel, bStep: Segment.width, c, columns: columns, start)
    }

    private func multiply<Segment: RowSegment, Step: WindowStep>(
        _: Segment.Type, _: Step.Type, _ table: RowTable, _ runs: UnsafeBufferPointer<Run>, _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>, bStep: Int, _ c: UnsafeMutablePointer<Scalar>, columns: Int,
        _ start: ProductStart<Scalar>
    ) where Segment.Vector == Scalar.Vector {
        WindowTiles<Segment, Step>.compute(
            rows.count, a: a, table.sources, runs, aStep: step, b: b, bStep: bStep, c: c, table.results, columns: columns,
            from: start)
    }

    /// Writes sums that stand vector by vector to their places in the kernel.
    private func scatter(_ lanes: UnsafePointer<Scalar>, to sum: UnsafeMutablePointer<Scalar>) {
        for output in 0..<channels.outputs {
            for (place, row) in rows.enumerated() {
                let vector = lanes + (output * rows.count + place) * Narrow.width
                for lane in 0..<row.count { sum[row.result + lane * channels.outputs + output] = vector[lane] }
            }
        }
    }
}

/// An image as windows see it: as it lies, or, where a window reaches beyond the edge, copied into a frame of zeros.
private struct FramedImage {
    let rows: WindowAxis
    let columns: WindowAxis
    let channels: Int
    let needsFrame: Bool

    init(_ window: SlidingWindow, channels: Int) {
        (rows, columns, self.channels) = (window.rows, window.columns, channels)
        needsFrame = rows.reachesOutside || columns.reachesOutside
    }

    /// From one row to the next, in elements.
    var rowDistance: Int { (needsFrame ? columns.places.count : columns.input) * channels }

    /// The elements of a frame; none if an image is read where it lies.
    var frameSize: Int { needsFrame ? rows.places.count * rowDistance : 0 }

    /// Where the pixel of a row and a column stands, in elements behind the first.
    func place(_ row: Int, _ column: Int) -> Int {
        let (top, left) = needsFrame ? (rows.before, columns.before) : (0, 0)
        return (row + top) * rowDistance + (column + left) * channels
    }

    /// Copies an image into a frame.
    func fill<Scalar: TensorScalar>(_ frame: UnsafeMutablePointer<Scalar>, from image: UnsafePointer<Scalar>) {
        let inside = (0..<columns.input).clamped(to: columns.places)
        let left = (inside.lowerBound - columns.places.lowerBound) * channels
        let count = inside.count * channels
        var line = frame
        for row in rows.places {
            if row < 0 || row >= rows.input {
                line.update(repeating: 0, count: rowDistance)
            } else {
                line.update(repeating: 0, count: left)
                (line + left).update(from: image + (row * columns.input + inside.lowerBound) * channels, count: count)
                (line + left + count).update(repeating: 0, count: rowDistance - left - count)
            }
            line += rowDistance
        }
    }
}

extension WindowAxis {
    /// All places that windows see, from the first of the padding on.
    fileprivate var places: Range<Int> { -before..<max(0, output - 1) * stride + (taps - 1) * dilation + 1 - before }
}
