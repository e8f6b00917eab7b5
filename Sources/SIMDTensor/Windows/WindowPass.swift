// Forwards and backwards: images computed from images through a window.

/// Images computed from images through a window: a convolution or its adjoint.
struct WindowPass<Scalar: TensorScalar>: @unchecked Sendable {
    private typealias Wide = WideSegment<Scalar.Vector>
    private typealias Narrow = OneVector<Scalar.Vector>

    /// Pixels of the result that see the source through the same taps.
    private struct Phase {
        let sources: [Int]
        let results: [Int]
        /// What a window sees; in pieces, for each of which a panel of the kernel stays in the first-level cache while the
        /// pixels pass by. At least one, which may be empty.
        let pieces: [[Run]]
        let order: Int
    }

    private let phases: [Phase]
    private let orders: [[Int]]
    private let addsUp: Bool
    private let way: WindowWay
    private let source: UnsafePointer<Scalar>
    private let sourceSize: Int
    private let result: UnsafeMutablePointer<Scalar>
    private let resultSize: Int
    private let images: Int
    private let bias: UnsafePointer<Scalar>?
    private let kernel: UnsafePointer<Scalar>
    /// Whether windows see outputs, and the result is inputs: the adjoint.
    private let seesOutputs: Bool
    private let groups: Int
    /// The channels of a group that a window sees, and those of its result.
    private let seen: Int
    private let columns: Int
    /// The outputs of all groups: the distance of two rows of the kernel.
    private let outputs: Int
    private let owners: (Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>?)

    init(
        plan: WindowPlan, kernel: Tensor<Scalar>, seesOutputs: Bool, _ channels: KernelChannels, from source: Tensor<Scalar>,
        into result: Tensor<Scalar>, bias: Tensor<Scalar>?
    ) {
        (self.source, self.result, self.kernel, self.bias) = (source.base, result.start, kernel.base, bias?.base)
        owners = (kernel, source, result, bias)
        images = source.shape[0]
        sourceSize = source.shape[1...].reduce(1, *)
        resultSize = result.shape[1...].reduce(1, *)
        self.seesOutputs = seesOutputs
        groups = channels.groups
        (seen, columns) = seesOutputs
            ? (channels.outputsOfGroup, channels.inputsOfGroup) : (channels.inputsOfGroup, channels.outputsOfGroup)
        outputs = channels.outputs
        let fillsVectors = plan.phases.flatMap(\.runs).allSatisfy {
            $0.count % Narrow.width == 0 && $0.step % Narrow.width == 0
        }
        let way = WindowWay(
            channels, resultChannels: columns, canRunAlongWindow: fillsVectors && !plan.isTapByTap)
        self.way = way
        (orders, addsUp) = (plan.orders, plan.isTapByTap)
        phases = plan.phases.map { phase in
            let pieces =
                switch way {
                case .channelsOfResult: phase.runs.pieces(of: Self.stepsOfPiece)
                case .window: [phase.runs.map { $0.inSteps(of: Narrow.width) }]
                case .channels: [phase.runs]
                }
            return Phase(sources: phase.sources, results: phase.results, pieces: pieces, order: phase.order)
        }
    }

    /// A panel of the kernel of so many steps fills half of a first-level cache.
    private static var stepsOfPiece: Int { 16_384 / (Wide.width &* MemoryLayout<Scalar>.stride) }

    private var width: Int { columns > Narrow.width ? Wide.width : Narrow.width }

    func run() {
        let packed = orders.map(pack)
        // One image is a task; of few images, parts.
        let parts = images >= 8 || images == 0 || addsUp ? 1 : (8 + images - 1) / images
        let steps = phases.reduce(0) { $0 + $1.sources.count * $1.pieces.joined().reduce(0) { $0 + $1.count } }
        parallel(tasks: images * parts, if: steps * columns * groups * images >= convolutionThreadedWork) { task in
            let (image, part) = (task / parts, task % parts)
            let (source, result) = (source + image &* sourceSize, result + image &* resultSize)
            if addsUp && part == 0 { begin(result) }
            for phase in phases {
                let pixels = phase.sources.count
                let (first, end) = (pixels &* part / parts, pixels &* (part &+ 1) / parts)
                phase.sources.withUnsafeBufferPointer { sources in
                    phase.results.withUnsafeBufferPointer { results in
                        guard first < end, let sources = sources.baseAddress, let results = results.baseAddress else { return }
                        let rows = PixelRows(sources: sources + first, results: results + first, count: end &- first)
                        switch way {
                        case .channelsOfResult: computePanels(rows, phase.pieces, source, packed[phase.order], result)
                        case .window: computeColumns(rows, phase.pieces[0], source, packed[phase.order], result)
                        case .channels: computeChannels(rows, phase.pieces[0], source, packed[phase.order][0], result)
                        }
                    }
                }
            }
        }
        extendLifetime(packed)
        extendLifetime(owners)
    }

    // MARK: The kernel, copied into the order in which it is read

    /// The kernel of each group, its taps in the given order.
    private func pack(_ taps: [Int]) -> [PackedPanels<Scalar>] {
        let depth = taps.count * seen
        switch way {
        case .channelsOfResult:
            return (0..<groups).map { group in
                let panels = PackedPanels<Scalar>(height: width, lines: columns, depth: depth)
                for (place, tap) in taps.enumerated() {
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
                    for (place, tap) in taps.enumerated() {
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
            let panels = PackedPanels<Scalar>(height: 1, lines: 1, depth: taps.count * groups)
            for (place, tap) in taps.enumerated() {
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

    /// What everything is added to: the bias, or zero, at every pixel.
    private func begin(_ result: UnsafeMutablePointer<Scalar>) {
        guard let bias else { return result.update(repeating: 0, count: resultSize) }
        let channels = groups &* columns
        for pixel in 0..<resultSize / max(1, channels) { (result + pixel &* channels).update(from: bias, count: channels) }
    }

    /// Where the windows of some pixels stand, and where their results do.
    private struct PixelRows {
        let sources: UnsafePointer<Int>
        let results: UnsafePointer<Int>
        let count: Int
    }

    private func computePanels(
        _ rows: PixelRows, _ pieces: [[Run]], _ source: UnsafePointer<Scalar>, _ packed: [PackedPanels<Scalar>],
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        for (group, panels) in packed.enumerated() {
            for panel in 0..<panels.panels(for: columns) {
                let column = group &* columns &+ panel &* width
                let left = min(width, columns &- panel &* width)
                let (a, b, c) = (source + group &* seen, panels.panel(panel), result + column)
                var start: ProductStart<Scalar> = addsUp ? .result : bias.map { .rows($0 + column, distance: 0) } ?? .zero
                for piece in pieces {
                    piece.withUnsafeBufferPointer { runs in
                        if left > Narrow.width {
                            WindowTiles<Wide, NumberStep>.compute(
                                rows.count, a: a, rows.sources, runs, aStep: 1, b: b, bStep: width, c: c, rows.results,
                                columns: left, from: start)
                        } else {
                            WindowTiles<Narrow, NumberStep>.compute(
                                rows.count, a: a, rows.sources, runs, aStep: 1, b: b, bStep: width, c: c, rows.results,
                                columns: left, from: start)
                        }
                    }
                    start = .result
                }
            }
        }
    }

    /// Few columns: the products of a window and a kernel, in the lanes of a vector, are added up at the end.
    private func computeColumns(
        _ rows: PixelRows, _ runs: [Run], _ source: UnsafePointer<Scalar>, _ packed: [PackedPanels<Scalar>],
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        // So many pixels at a time that the first-level cache easily holds their lanes; a multiple of sixteen.
        let block = 48
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: block &* Narrow.width) { lanes in
            withUnsafeTemporaryAllocation(of: Int.self, capacity: block) { places in
                runs.withUnsafeBufferPointer { runs in
                    for pixel in 0..<block { places[pixel] = pixel &* Narrow.width }
                    for first in stride(from: 0, to: rows.count, by: block) {
                        let count = min(block, rows.count &- first)
                        for column in 0..<groups &* columns {
                            WindowTiles<Narrow, SegmentStep>.compute(
                                count, a: source + column / columns &* seen, rows.sources + first, runs,
                                aStep: Narrow.width, b: packed[column / columns].panel(column % columns),
                                bStep: Narrow.width, c: lanes.baseAddress!, places.baseAddress!, columns: Narrow.width,
                                from: .zero)
                            addLanes(
                                lanes.baseAddress!, count, result + column, rows.results + first, bias?[column] ?? 0)
                        }
                    }
                }
            }
        }
    }

    /// Writes the sum of the lanes of each of `count` vectors, and a bias, to its place. Reads as many vectors at a time as
    /// they have lanes.
    @inline(__always)
    private func addLanes(
        _ lanes: UnsafePointer<Scalar>, _ count: Int, _ result: UnsafeMutablePointer<Scalar>,
        _ places: UnsafePointer<Int>, _ bias: Scalar
    ) {
        let width = Narrow.width
        for first in stride(from: 0, to: count, by: width) {
            let sums =
                width == 16
                ? SixteenVectors<Scalar.Vector>(from: first) { Narrow(lanes + $0 &* width).only }.laneSums
                : EightVectors<Scalar.Vector>(from: first) { Narrow(lanes + $0 &* width).only }.laneSums
            for lane in 0..<min(width, count &- first) { result[places[first &+ lane]] = sums[lane] + bias }
        }
    }

    /// Every channel by itself.
    private func computeChannels(
        _ rows: PixelRows, _ runs: [Run], _ source: UnsafePointer<Scalar>, _ packed: PackedPanels<Scalar>,
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        runs.withUnsafeBufferPointer { runs in
            for channel in stride(from: 0, to: groups, by: Narrow.width) {
                WindowTiles<Narrow, SegmentStep>.compute(
                    rows.count, a: source + channel, rows.sources, runs, aStep: groups, b: packed.panel(0) + channel,
                    bStep: groups, c: result + channel, rows.results, columns: min(Narrow.width, groups &- channel),
                    from: bias.map { .rows($0 + channel, distance: 0) } ?? .zero)
            }
        }
    }
}

extension [Run] {
    /// The runs in pieces of at most so many steps, a longer run in several; at least one piece.
    fileprivate func pieces(of most: Int) -> [[Run]] {
        var (pieces, steps): ([[Run]], Int) = ([[]], 0)
        for run in self {
            var done = 0
            while done < run.count {
                let count = Swift.min(most, run.count - done)
                if steps + count > most {
                    pieces.append([])
                    steps = 0
                }
                pieces[pieces.count - 1].append(Run(offset: run.offset + done, count: count, step: run.step + done))
                steps += count
                done += count
            }
        }
        return pieces
    }
}

extension Run {
    /// The same elements, so many at a time.
    fileprivate func inSteps(of width: Int) -> Run { Run(offset: offset, count: count / width, step: step / width) }
}
