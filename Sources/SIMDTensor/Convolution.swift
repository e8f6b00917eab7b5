// The three products of a convolution: forwards, back to the image, and to the kernel.
//
// What is summed with what stands in WindowProduct. Here it is decided in which of three ways, by how many channels there
// are on each side of a window, and who computes what: threads share the images.
//
// - Usually a tile of the result, some pixels by some channels, stays in registers, as in any matrix product.
// - With few channels in the result (a picture has one or three) most of a vector would stay empty. Then vectors run along
//   the window instead, and their lanes are added up at the end.
// - If every channel is by itself (depthwise), channels lie side by side in vectors from beginning to end.

extension Tensor {
    /// The convolution of images with a kernel, plus a bias: for each output pixel and output channel o
    /// y(pixel, o) = b(o) + Σ over taps and channels c of x(pixel + tap, c) · w(tap, c, o).
    ///
    /// The channels may be divided into equal groups, each of which sees only its own. (What is called convolution here is
    /// the cross-correlation of signal processing: the kernel is not turned round.)
    ///
    /// - Parameters:
    ///   - x: images `[batch, rows, columns, inputs]`.
    ///   - kernel: w, `[rows, columns, inputs / groups, outputs]`.
    ///   - bias: b, `[outputs]`, or none.
    /// - Returns: `[batch, rows, columns, outputs]`, of the sizes that `window` says.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func convolution(
        _ x: Tensor, _ kernel: Tensor, _ bias: Tensor?, _ window: SlidingWindow, groups: Int = 1
    ) -> Tensor {
        let channels = KernelChannels(kernel.shape, window, groups, "convolution")
        channels.require(x.shape, window.rows.input, window.columns.input, channels.inputs, "an input", "convolution")
        channels.requireBias(bias?.shape, channels.outputs, "convolution")
        let plan = WindowPlan(
            rows: window.rows.forwards, window.rows.input, columns: window.columns.forwards, window.columns.input,
            channels: channels.inputs, seen: channels.inputs / groups, result: (window.columns.output, channels.outputs),
            tapColumns: window.columns.taps)
        let y = Tensor(uninitialized: [x.shape[0], window.rows.output, window.columns.output, channels.outputs])
        WindowPass(plan: plan, kernel: kernel, seesOutputs: false, channels, from: x, into: y, bias: bias).run()
        return y
    }

    /// The adjoint of the convolution, from its outputs back to its inputs, plus a bias: for each input pixel and input
    /// channel c x(pixel, c) = b(c) + Σ over taps and channels o of y(pixel − tap, o) · w(tap, c, o), with a stride for
    /// those taps that fall on an output.
    ///
    /// It is the gradient of a convolution with respect to its input, and is called a transposed convolution when it is a
    /// layer of its own: ⟨convolution(x), y⟩ = ⟨x, adjoint(y)⟩.
    ///
    /// - Parameters:
    ///   - y: `[batch, rows, columns, outputs]`.
    ///   - kernel: w, `[rows, columns, inputs / groups, outputs]`, that of the convolution.
    ///   - bias: `[inputs]`, or none.
    /// - Returns: `[batch, rows, columns, inputs]`, of the sizes of the convolution's input.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func convolutionAdjoint(
        _ y: Tensor, _ kernel: Tensor, _ bias: Tensor?, _ window: SlidingWindow, groups: Int = 1
    ) -> Tensor {
        let channels = KernelChannels(kernel.shape, window, groups, "convolutionAdjoint")
        channels.require(
            y.shape, window.rows.output, window.columns.output, channels.outputs, "an output", "convolutionAdjoint")
        channels.requireBias(bias?.shape, channels.inputs, "convolutionAdjoint")
        let plan = WindowPlan(
            rows: window.rows.backwards, window.rows.output, columns: window.columns.backwards, window.columns.output,
            channels: channels.outputs, seen: channels.outputs / groups, result: (window.columns.input, channels.inputs),
            tapColumns: window.columns.taps)
        let x = Tensor(uninitialized: [y.shape[0], window.rows.input, window.columns.input, channels.inputs])
        WindowPass(plan: plan, kernel: kernel, seesOutputs: true, channels, from: y, into: x, bias: bias).run()
        return x
    }

    /// The gradient of a convolution with respect to its kernel: for each tap, input channel c and output channel o
    /// w(tap, c, o) = Σ over images and output pixels of x(pixel + tap, c) · y(pixel, o).
    ///
    /// - Parameters:
    ///   - x: the convolution's input, `[batch, rows, columns, inputs]`.
    ///   - y: the gradient with respect to its output, `[batch, rows, columns, outputs]`.
    /// - Returns: `[rows, columns, inputs / groups, outputs]`.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func convolutionKernel(_ x: Tensor, _ y: Tensor, _ window: SlidingWindow, groups: Int = 1) -> Tensor {
        require(
            x.rank == 4 && y.rank == 4 && x.shape[0] == y.shape[0],
            "convolutionKernel: an input and an output of the same images are needed, but the shapes are \(x.shape) and "
                + "\(y.shape)")
        SIMDTensor.require(
            groups >= 1 && x.shape[3] % groups == 0,
            "convolutionKernel: \(x.shape[3]) channels cannot be divided into \(groups) equal groups")
        let shape = [window.rows.taps, window.columns.taps, x.shape[3] / groups, y.shape[3]]
        let channels = KernelChannels(shape, window, groups, "convolutionKernel")
        channels.require(
            x.shape, window.rows.input, window.columns.input, channels.inputs, "an input", "convolutionKernel")
        channels.require(
            y.shape, window.rows.output, window.columns.output, channels.outputs, "an output", "convolutionKernel")
        return KernelPass(window, channels, x: x, y: y).run(shape)
    }
}

/// The channels on both sides of a kernel.
struct KernelChannels {
    let inputs: Int
    let outputs: Int
    let groups: Int

    /// The channels of a group.
    var inputsOfGroup: Int { inputs / groups }
    var outputsOfGroup: Int { outputs / groups }

    /// Every channel is a group of its own.
    var isDepthwise: Bool { groups > 1 && groups == inputs && groups == outputs }

    init(_ kernel: [Int], _ window: SlidingWindow, _ groups: Int, _ operation: StaticString) {
        SIMDTensor.require(
            kernel.count == 4 && kernel[0] == window.rows.taps && kernel[1] == window.columns.taps,
            "\(operation): a kernel [\(window.rows.taps), \(window.columns.taps), inputs / groups, outputs] is needed, but "
                + "its shape is \(kernel)")
        SIMDTensor.require(
            groups >= 1 && kernel[3] % groups == 0,
            "\(operation): \(kernel[3]) outputs cannot be divided into \(groups) equal groups")
        (inputs, outputs, self.groups) = (kernel[2] * groups, kernel[3], groups)
    }

    func require(
        _ shape: [Int], _ rows: Int, _ columns: Int, _ channels: Int, _ what: String, _ operation: StaticString
    ) {
        SIMDTensor.require(
            shape.count == 4 && Array(shape[1...]) == [rows, columns, channels],
            "\(operation): \(what) [batch, \(rows), \(columns), \(channels)] is needed, but its shape is \(shape)")
    }

    func requireBias(_ shape: [Int]?, _ channels: Int, _ operation: StaticString) {
        SIMDTensor.require(
            shape == nil || shape == [channels],
            "\(operation): a bias [\(channels)] is needed, but its shape is \(shape ?? [])")
    }
}

/// How the lanes of a vector are used.
enum WindowWay {
    /// For the channels of the result.
    case channelsOfResult
    /// For what a window sees.
    case window
    /// For channels that are each by itself.
    case channels

    /// - Parameter canRunAlongWindow: whether what a window sees fills whole vectors, or may fill parts of them.
    init(_ channels: KernelChannels, resultChannels: Int, canRunAlongWindow: Bool) {
        if channels.isDepthwise {
            self = .channels
        } else {
            self = resultChannels <= 4 && canRunAlongWindow ? .window : .channelsOfResult
        }
    }
}

/// Below so many multiplications a second thread gains nothing one can rely on.
private var threadedWork: Int { 200_000 }

// MARK: - Forwards, and back to the image

/// Images computed from images through a window.
private struct WindowPass<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Wide = WideSegment<Scalar.Vector>
    typealias Narrow = OneVector<Scalar.Vector>

    let plan: WindowPlan
    let source: UnsafePointer<Scalar>
    let sourceSize: Int
    let result: UnsafeMutablePointer<Scalar>
    let resultSize: Int
    let images: Int
    let bias: UnsafePointer<Scalar>?
    let kernel: UnsafePointer<Scalar>
    /// Whether windows see outputs and the result is inputs (the adjoint).
    let seesOutputs: Bool
    let groups: Int
    /// The channels of a group that a window sees, and those of its result.
    let seen: Int
    let columns: Int
    /// The outputs of all groups: the distance of two rows of the kernel.
    let outputs: Int
    let way: WindowWay
    private let owners: (Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>?)

    init(
        plan: WindowPlan, kernel: Tensor<Scalar>, seesOutputs: Bool, _ channels: KernelChannels, from source: Tensor<Scalar>,
        into result: Tensor<Scalar>, bias: Tensor<Scalar>?
    ) {
        self.plan = plan
        (self.source, self.result, self.kernel) = (source.base, result.start, kernel.base)
        images = source.shape[0]
        sourceSize = source.shape[1...].reduce(1, *)
        resultSize = result.shape[1...].reduce(1, *)
        self.bias = bias?.base
        self.seesOutputs = seesOutputs
        groups = channels.groups
        (seen, columns) = seesOutputs
            ? (channels.outputsOfGroup, channels.inputsOfGroup) : (channels.inputsOfGroup, channels.outputsOfGroup)
        outputs = channels.outputs
        way = WindowWay(
            channels, resultChannels: columns,
            canRunAlongWindow: plan.phases.allSatisfy { $0.runs.allSatisfy { $0.count % Narrow.width == 0 } })
        owners = (kernel, source, result, bias)
    }

    private var width: Int { columns > Narrow.width ? Wide.width : Narrow.width }

    func run() {
        let packed = plan.phases.map { phase in pack(phase) }
        // One image is a task; of few images, parts.
        let parts = images >= 8 || images == 0 ? 1 : (8 + images - 1) / images
        let work = plan.phases.reduce(0) { $0 + $1.sources.count * $1.taps.count } * seen * columns * groups * images
        parallel(tasks: images * parts, if: work >= threadedWork) { task in
            let (image, part) = (task / parts, task % parts)
            withFrame(source + image &* sourceSize) { source in
                for (phase, packed) in zip(plan.phases, packed) {
                    let pixels = phase.sources.count
                    compute(
                        phase, pixels * part / parts..<pixels * (part + 1) / parts, source, packed,
                        result + image &* resultSize)
                }
            }
        }
        extendLifetime(packed)
        extendLifetime(owners)
    }

    /// Gives an image as windows see it.
    private func withFrame(_ image: UnsafePointer<Scalar>, _ body: (UnsafePointer<Scalar>) -> Void) {
        guard plan.image.needsFrame else { return body(image) }
        let size = plan.image.frameSize
        withUnsafeTemporaryAllocation(
            byteCount: size &* MemoryLayout<Scalar>.stride &+ Storage<Scalar>.slack, alignment: 64
        ) { buffer in
            let frame = buffer.baseAddress!.assumingMemoryBound(to: Scalar.self)
            plan.image.fill(frame, from: image)
            body(frame)
        }
    }

    // MARK: The kernel, copied into the order in which it is read

    /// The kernel of each group as the windows of a phase read it.
    private func pack(_ phase: WindowPhase) -> [PackedPanels<Scalar>] {
        let depth = phase.taps.count * seen
        switch way {
        case .channelsOfResult:
            return (0..<groups).map { group in
                let panels = PackedPanels<Scalar>(height: width, lines: columns, depth: depth)
                for (place, tap) in phase.taps.enumerated() {
                    for panel in 0..<panels.panels(for: columns) {
                        panels.fill(panel, at: place * seen, from: kernelLines(tap, group), 0..<columns, 0..<seen)
                    }
                }
                return panels
            }
        case .window:
            // A panel a column.
            return (0..<groups).map { group in
                let panels = PackedPanels<Scalar>(height: 1, lines: columns, depth: depth)
                for column in 0..<columns {
                    for (place, tap) in phase.taps.enumerated() {
                        let lines = kernelLines(tap, group)
                        for step in 0..<seen {
                            panels.panel(column)[place * seen + step] = lines.base[column * lines.stride + step * lines.step]
                        }
                    }
                }
                return panels
            }
        case .channels:
            // One tap after the other, with all channels.
            let panels = PackedPanels<Scalar>(height: 1, lines: 1, depth: phase.taps.count * groups)
            for (place, tap) in phase.taps.enumerated() {
                (panels.panel(0) + place * groups).update(from: kernel + tap * groups, count: groups)
            }
            return [panels]
        }
    }

    /// The part of the kernel that belongs to a tap and a group: element p of line i is for step p and column i.
    private func kernelLines(_ tap: Int, _ group: Int) -> MatrixLines<Scalar> {
        let inputs = seesOutputs ? columns : seen
        let base = kernel + (tap * inputs * outputs + group * (seesOutputs ? seen : columns))
        return seesOutputs
            ? MatrixLines(base: base, stride: outputs, step: 1) : MatrixLines(base: base, stride: 1, step: outputs)
    }

    // MARK: Some pixels

    private func compute(
        _ phase: WindowPhase, _ pixels: Range<Int>, _ source: UnsafePointer<Scalar>, _ packed: [PackedPanels<Scalar>],
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        phase.sources.withUnsafeBufferPointer { sources in
            phase.results.withUnsafeBufferPointer { results in
                phase.runs.withUnsafeBufferPointer { runs in
                    guard !pixels.isEmpty, let sources = sources.baseAddress, let results = results.baseAddress else { return }
                    let rows = PixelRows(
                        sources: sources + pixels.lowerBound, results: results + pixels.lowerBound, count: pixels.count,
                        runs: runs)
                    switch way {
                    case .channelsOfResult: computePanels(rows, source, packed, result)
                    case .window: computeColumns(rows, source, packed, result)
                    case .channels: computeChannels(rows, source, packed, result)
                    }
                }
            }
        }
    }

    private struct PixelRows {
        let sources: UnsafePointer<Int>
        let results: UnsafePointer<Int>
        let count: Int
        let runs: UnsafeBufferPointer<Run>
    }

    private func computePanels(
        _ rows: PixelRows, _ source: UnsafePointer<Scalar>, _ packed: [PackedPanels<Scalar>],
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        for (group, panels) in packed.enumerated() {
            for panel in 0..<panels.panels(for: columns) {
                let column = group &* columns &+ panel &* width
                let left = min(width, columns &- panel &* width)
                let (a, b, c) = (source + group &* seen, panels.panel(panel), result + column)
                if left > Narrow.width {
                    multiply(Wide.self, rows, a, b, c, columns: left, bias.map { $0 + column })
                } else {
                    multiply(Narrow.self, rows, a, b, c, columns: left, bias.map { $0 + column })
                }
            }
        }
    }

    /// Not inlined, so that the kernel's registers are its own.
    @inline(never)
    private func multiply<Segment: RowSegment>(
        _: Segment.Type, _ rows: PixelRows, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>,
        _ c: UnsafeMutablePointer<Scalar>, columns: Int, _ bias: UnsafePointer<Scalar>?
    ) where Segment.Vector == Scalar.Vector {
        WindowTiles<Segment>(
            a: a, sources: rows.sources, runs: rows.runs, aStep: 1, b: b, bStep: width, c: c, results: rows.results,
            columns: columns, start: bias.map { .row($0) } ?? .zero, step: .numbers
        ).computeRows(rows.count)
    }

    /// Few columns: the products of a window and a kernel, in the lanes of a vector, are added up at the end.
    @inline(never)
    private func computeColumns(
        _ rows: PixelRows, _ source: UnsafePointer<Scalar>, _ packed: [PackedPanels<Scalar>],
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        // As many pixels at a time as the first-level cache easily holds the lanes of.
        let block = 48
        let places = (0..<block).map { $0 * Narrow.width }
        let steps = rows.runs.map { Run(offset: $0.offset, count: $0.count / Narrow.width) }
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: block * Narrow.width) { buffer in
            let lanes = buffer.baseAddress!
            places.withUnsafeBufferPointer { places in
                steps.withUnsafeBufferPointer { steps in
                    for first in stride(from: 0, to: rows.count, by: block) {
                        let count = min(block, rows.count - first)
                        for column in 0..<groups * columns {
                            WindowTiles<Narrow>(
                                a: source + column / columns * seen, sources: rows.sources + first, runs: steps,
                                aStep: Narrow.width, b: packed[column / columns].panel(column % columns), bStep: Narrow.width, c: lanes,
                                results: places.baseAddress!, columns: Narrow.width, start: .zero, step: .segments
                            ).computeRows(count)
                            for pixel in 0..<count {
                                let sum = Narrow(lanes + pixel * Narrow.width).only.folded { $0 + $1 }[0]
                                result[rows.results[first + pixel] + column] = sum + (bias?[column] ?? 0)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Every channel by itself.
    @inline(never)
    private func computeChannels(
        _ rows: PixelRows, _ source: UnsafePointer<Scalar>, _ packed: [PackedPanels<Scalar>],
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        let taps = rows.runs.map { Run(offset: $0.offset, count: 1) }
        taps.withUnsafeBufferPointer { taps in
            for channel in stride(from: 0, to: groups, by: Narrow.width) {
                WindowTiles<Narrow>(
                    a: source + channel, sources: rows.sources, runs: taps, aStep: 0, b: packed[0].panel(0) + channel,
                    bStep: groups, c: result + channel, results: rows.results,
                    columns: min(Narrow.width, groups - channel), start: bias.map { .row($0 + channel) } ?? .zero,
                    step: .segments
                ).computeRows(rows.count)
            }
        }
    }
}

// MARK: - To the kernel

/// The gradient of a kernel: the sum over images and pixels of what the taps see, times the outputs' gradients.
private struct KernelPass<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Wide = WideSegment<Scalar.Vector>
    typealias Narrow = OneVector<Scalar.Vector>

    let image: FramedImage
    let channels: KernelChannels
    let x: Tensor<Scalar>
    let y: Tensor<Scalar>
    let way: WindowWay
    /// Output pixels, some rows of them at a time.
    let blocks: [PixelBlock]
    /// From a window to its right neighbour.
    let step: Int
    let rows: [KernelRow]

    /// Rows of output pixels whose share of the sum is computed while the first-level cache holds what they see.
    struct PixelBlock {
        /// The first pixel.
        let first: Int
        /// Where the window stands on the first pixel of each row, and how many pixels it has.
        var runs: [Run]
    }

    /// A row of a tile: neighbouring elements of the kernel's gradient, or of what a tap sees.
    struct KernelRow {
        /// What it sees, behind the place where the window stands.
        let source: Int
        /// Its first element in the kernel.
        let result: Int
        /// Of how many taps and input channels.
        var count: Int
    }

    init(_ window: SlidingWindow, _ channels: KernelChannels, x: Tensor<Scalar>, y: Tensor<Scalar>) {
        (self.channels, self.x, self.y) = (channels, x, y)
        let (rows, columns) = (window.rows.forwards[0], window.columns.forwards[0])
        let image = FramedImage(
            rows: [rows], window.rows.input, columns: [columns], window.columns.input, channels: channels.inputs)
        self.image = image
        step = window.columns.stride * channels.inputs
        way = WindowWay(channels, resultChannels: channels.outputs, canRunAlongWindow: channels.groups == 1)

        let width = columns.places.count
        let rowsOfBlock = max(1, Self.pixelsOfBlock / max(1, width))
        blocks = width == 0 ? [] : stride(from: 0, to: rows.places.count, by: rowsOfBlock).map { first in
            PixelBlock(
                first: first * width,
                runs: rows.places[first..<min(first + rowsOfBlock, rows.places.count)].map {
                    Run(offset: image.place($0.source, columns.places[0].source), count: width)
                })
        }

        var kernelRows: [KernelRow] = []
        for row in rows.taps {
            for column in columns.taps {
                let tap = row.number * columns.taps.count + column.number
                let source = row.offset * image.rowDistance + column.offset * channels.inputs
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
        guard images > 0 && !blocks.isEmpty else { return Tensor(zeros: shape) }
        let shares = min(images, Self.mostShares)
        let sums = Tensor<Scalar>(uninitialized: [shares] + shape)
        let size = sums.count / shares
        let (xSize, ySize) = (x.count / images, y.count / images)
        let (xStart, yStart, sumStart) = (x.base, y.base, sums.start)
        // Where vectors run along the window, a row of sums is a vector, whatever the kernel's own order.
        let vectors = way == .window ? channels.outputs * rows.count * Narrow.width : 0
        let sources = rows.map(\.source)
        let results = way == .window ? rows.indices.map { $0 * Narrow.width } : rows.map(\.result)
        let bytes = (image.frameSize + vectors) * MemoryLayout<Scalar>.stride + 2 * Storage<Scalar>.slack
        parallel(tasks: shares, if: images * size * y.count / images / channels.outputs >= threadedWork) { share in
            let sum = sumStart + share &* size
            withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { buffer in
                let lanes = buffer.baseAddress!.assumingMemoryBound(to: Scalar.self)
                let frame = lanes + (vectors + Narrow.width)
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
                                        to: way == .window ? lanes : sum,
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

    /// Adds what a block of an image's pixels contributes.
    private func add(
        _ table: RowTable, _ runs: UnsafeBufferPointer<Run>, _ source: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>,
        to sum: UnsafeMutablePointer<Scalar>, from start: ProductStart<Scalar>
    ) {
        switch way {
        case .channelsOfResult:
            let columns = channels.outputsOfGroup
            for group in 0..<channels.groups {
                let a = source + group &* channels.inputsOfGroup
                for column in stride(from: 0, to: columns, by: columns > Narrow.width ? Wide.width : Narrow.width) {
                    let (left, place) = (columns &- column, group &* columns &+ column)
                    if left > Narrow.width {
                        multiply(
                            Wide.self, table, runs, a, y + place, sum + place, columns: min(left, Wide.width), start, .numbers)
                    } else {
                        multiply(Narrow.self, table, runs, a, y + place, sum + place, columns: left, start, .numbers)
                    }
                }
            }
        case .window:
            for output in 0..<channels.outputs {
                multiply(
                    Narrow.self, table, runs, source, y + output, sum + output &* rows.count &* Narrow.width,
                    columns: Narrow.width, start, .spread)
            }
        case .channels:
            for channel in stride(from: 0, to: channels.groups, by: Narrow.width) {
                multiply(
                    Narrow.self, table, runs, source + channel, y + channel, sum + channel,
                    columns: min(Narrow.width, channels.groups &- channel), start, .segments)
            }
        }
    }

    /// Inlined for each of the three ways, into functions of their own.
    @inline(__always)
    private func multiply<Segment: RowSegment>(
        _ segment: Segment.Type, _ table: RowTable, _ runs: UnsafeBufferPointer<Run>, _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>, _ c: UnsafeMutablePointer<Scalar>, columns: Int, _ start: ProductStart<Scalar>,
        _ step: WindowStep
    ) where Segment.Vector == Scalar.Vector {
        func compute(_ tiles: WindowTiles<Segment>) { tiles.computeRows(rows.count) }
        compute(
            WindowTiles<Segment>(
                a: a, sources: table.sources, runs: runs, aStep: self.step, b: b, bStep: channels.outputs, c: c,
                results: table.results, columns: columns, start: start, step: step))
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
