// Convolution as a product of matrices that are never written down.
//
// A convolution is a matrix product: each row of A is what the window sees at one place of the image, and the columns of B
// are the kernels. Written down ("im2col") A is as many times larger than the image as the window has taps, and writing it
// takes as long as the product. But it need not be written down. In memory a window's row is a run of neighbouring
// numbers (the channels of neighbouring pixels lie side by side), so a row of A is a few runs of the image, and
// neighbouring windows share them. The kernel of the matrix product is given the places where its rows begin, and passes
// from run to run.
//
// All three products of a convolution are made that way:
//
// - forwards, rows are windows on the image: y(pixel, o) = Σ x(pixel + tap, c) · w(tap, c, o);
// - the gradient of the image, rows are windows on the gradient, which look the other way:
//   ∂x(pixel, c) = Σ ∂y(pixel − tap, o) · w(tap, c, o);
// - the gradient of the kernel, rows are the taps, each a copy of the image moved by the tap:
//   ∂w(tap, c, o) = Σ x(pixel + tap, c) · ∂y(pixel, o).
//
// What lies beyond the edge is zero and is not multiplied: of pixels at the edge only the taps inside are computed. (Of the
// kernel's gradient each tap has other pixels; there an image is first copied into a frame of zeros.)

/// Elements of a row of A that are passed one after the other.
struct Run {
    /// Where they begin.
    let offset: Int
    /// In how many steps they are passed.
    var count: Int
    /// The row of B at the first step.
    let step: Int
}

/// Some pixels of a result that see their source through the same taps.
struct WindowPhase {
    /// Of each pixel, where its window stands in the source image, and where it stands itself in the result.
    var sources: [Int] = []
    var results: [Int] = []
    /// What a window sees: runs of elements behind the place where it stands.
    var runs: [Run] = []
    /// Which order of taps the runs follow.
    let order: Int
}

/// How an image is computed from another through a window.
struct WindowPlan {
    private(set) var phases: [WindowPhase] = []
    /// The numbers of taps in the orders in which they are read.
    private(set) var orders: [[Int]] = []
    /// Whether every tap is a phase by itself, of all pixels that see something through it, and the phases are added up.
    let isTapByTap: Bool

    /// From one pixel to the next and to the one below, in elements: of the source and of the result.
    private let source: (pixel: Int, row: Int)
    private let result: (pixel: Int, row: Int)

    /// - Parameters:
    ///   - backwards: whether inputs are computed from outputs.
    ///   - seen: the channels of a pixel that a window sees: all of the source, or those of a group.
    init(_ window: SlidingWindow, backwards: Bool, source channels: Int, seen: Int, result resultChannels: Int) {
        let rows = backwards ? window.rows.backwards : window.rows.forwards
        let columns = backwards ? window.columns.backwards : window.columns.forwards
        let (inputColumns, outputColumns) = (window.columns.input, window.columns.output)
        source = (channels, (backwards ? outputColumns : inputColumns) * channels)
        result = (resultChannels, (backwards ? inputColumns : outputColumns) * resultChannels)
        // Of small images many pixels lie at the edge, and few of these see through the same taps: too few to fill tiles. Tap
        // by tap there are more. But then every tile is loaded and stored for each tap, which pays if a tap has many channels.
        isTapByTap = seen >= 32 && rows.shareInside * columns.shareInside < 2.0 / 3
        for row in rows {
            for column in columns {
                add(row, column, seen: seen)
                orders.append(row.taps.flatMap { tap in column.taps.map { tap.number * window.columns.taps + $0.number } })
            }
        }
    }

    private mutating func add(_ rows: AxisPhase, _ columns: AxisPhase, seen: Int) {
        func phase(
            _ rowPlaces: [AxisPhase.Place], _ rowTaps: Range<Int>, _ columnPlaces: [AxisPhase.Place],
            _ columnTaps: Range<Int>
        ) -> WindowPhase {
            var phase = WindowPhase(order: orders.count)
            for row in rowPlaces {
                for column in columnPlaces {
                    phase.sources.append(row.source * source.row + column.source * source.pixel)
                    phase.results.append(row.result * result.row + column.result * result.pixel)
                }
            }
            for row in rowTaps {
                for column in columnTaps {
                    phase.add(
                        Run(
                            offset: rows.taps[row].offset * source.row + columns.taps[column].offset * source.pixel,
                            count: seen, step: (row * columns.taps.count + column) * seen))
                }
            }
            return phase
        }
        if isTapByTap {
            for row in rows.taps.indices {
                for column in columns.taps.indices {
                    phases.append(
                        phase(rows.places(seeing: row), row..<row + 1, columns.places(seeing: column), column..<column + 1))
                }
            }
        } else {
            for row in rows.groups {
                for column in columns.groups { phases.append(phase(row.places, row.taps, column.places, column.taps)) }
            }
        }
    }
}

extension AxisPhase {
    /// The places that see something through a tap.
    fileprivate func places(seeing tap: Int) -> [Place] { groups.filter { $0.taps.contains(tap) }.flatMap(\.places) }
}

extension [AxisPhase] {
    /// The share of the places that see through all taps.
    fileprivate var shareInside: Double {
        let groups = flatMap { phase in phase.groups.map { ($0.places.count, $0.taps.count == phase.taps.count) } }
        let all = groups.reduce(0) { $0 + $1.0 }
        return all == 0 ? 1 : Double(groups.reduce(0) { $0 + ($1.1 ? $1.0 : 0) }) / Double(all)
    }
}

extension WindowPhase {
    /// What follows without a gap is one run.
    mutating func add(_ run: Run) {
        if let last = runs.last, last.offset + last.count == run.offset, last.step + last.count == run.step {
            runs[runs.count - 1].count += run.count
        } else {
            runs.append(run)
        }
    }
}

/// What a tile is given at each step.
protocol WindowStep {
    static func add<Tile: RegisterTile>(
        to tile: inout Tile, _ rows: Tile.Rows, at place: Int, _ b: UnsafePointer<Tile.Segment.Vector.Scalar>)
}

/// One element of each row of A, times a segment of B.
enum NumberStep: WindowStep {
    @inline(__always)
    static func add<Tile: RegisterTile>(
        to tile: inout Tile, _ rows: Tile.Rows, at place: Int, _ b: UnsafePointer<Tile.Segment.Vector.Scalar>
    ) { tile.add(rows, at: place, times: Tile.Segment(b)) }
}

/// A segment of each row of A, times a segment of B, column by column.
enum SegmentStep: WindowStep {
    @inline(__always)
    static func add<Tile: RegisterTile>(
        to tile: inout Tile, _ rows: Tile.Rows, at place: Int, _ b: UnsafePointer<Tile.Segment.Vector.Scalar>
    ) { tile.add(rows, at: place, timesEach: Tile.Segment(b)) }
}

/// A segment of each row of A, times one element of B.
enum SpreadStep: WindowStep {
    @inline(__always)
    static func add<Tile: RegisterTile>(
        to tile: inout Tile, _ rows: Tile.Rows, at place: Int, _ b: UnsafePointer<Tile.Segment.Vector.Scalar>
    ) { tile.add(rows, at: place, timesEach: Tile.Segment(repeating: b[0])) }
}

/// Rows of a product whose rows of A are runs of an image: C ← start + A·B, one segment wide.
///
/// Row i of A is the runs `runs` behind `a + sources[i]`, in steps of `aStep`; row p of B begins at `b + p·bStep`; row i of C
/// at `c + results[i]`, of which `columns` are read and written.
struct WindowTiles<Segment: RowSegment, Step: WindowStep>: TileWork {
    typealias Scalar = Segment.Vector.Scalar
    private let a: UnsafePointer<Scalar>
    private let sources: UnsafePointer<Int>
    private let runs: UnsafeBufferPointer<Run>
    private let aStep: Int
    private let b: UnsafePointer<Scalar>
    private let bStep: Int
    private let c: UnsafeMutablePointer<Scalar>
    private let results: UnsafePointer<Int>
    private let columns: Int
    private let start: ProductStart<Scalar>

    /// Computes so many rows. Not inlined, so that the registers are its own.
    @inline(never)
    static func compute(
        _ rows: Int, a: UnsafePointer<Scalar>, _ sources: UnsafePointer<Int>, _ runs: UnsafeBufferPointer<Run>, aStep: Int,
        b: UnsafePointer<Scalar>, bStep: Int, c: UnsafeMutablePointer<Scalar>, _ results: UnsafePointer<Int>, columns: Int,
        from start: ProductStart<Scalar>
    ) {
        WindowTiles(
            a: a, sources: sources, runs: runs, aStep: aStep, b: b, bStep: bStep, c: c, results: results,
            columns: columns, start: start
        ).computeRows(rows)
    }

    @inline(__always)
    func compute<Tile: RegisterTile>(_: Tile.Type, from first: Int) where Tile.Segment == Segment {
        var tile: Tile
        switch start {
        case .zero: tile = Tile(rows: Segment())
        case .rows(let row, let distance): tile = Tile(from: first) { row + $0 &* distance }
        case .result:
            // What lies behind the last column another thread may be writing.
            tile = columns == Segment.width
                ? Tile(from: first) { UnsafePointer(c + results[$0]) }
                : Tile(from: first, columns: columns) { UnsafePointer(c + results[$0]) }
        }
        let rows = Tile.rows(from: first) { a + sources[$0] }
        for run in runs {
            var (place, b) = (run.offset, b + run.step &* bStep)
            for _ in 0..<run.count {
                Step.add(to: &tile, rows, at: place, b)
                place &+= aStep
                b += bStep
            }
        }
        if columns == Segment.width {
            tile.store(from: first) { c + results[$0] }
        } else {
            tile.store(from: first, columns: columns) { c + results[$0] }
        }
    }
}
