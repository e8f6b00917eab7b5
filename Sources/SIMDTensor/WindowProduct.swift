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
// Where windows reach beyond the edge, one image at a time is copied into a frame of zeros, which the cache holds.

/// Elements that are passed one after the other: where they begin, and in how many steps they are passed.
struct Run {
    let offset: Int
    var count: Int
}

/// Some pixels of a result that see their source through the same taps.
struct WindowPhase {
    /// Of each pixel, where its window stands in the source image, and where it stands itself in the result.
    var sources: [Int] = []
    var results: [Int] = []
    /// What a window sees: runs of elements behind the place where it stands.
    var runs: [Run] = []
    /// The numbers of the taps, in the order of the runs.
    var taps: [Int] = []
}

/// How an image is computed from another through a window.
struct WindowPlan {
    let image: FramedImage
    let phases: [WindowPhase]

    /// - Parameters:
    ///   - seen: of the channels of a pixel, how many a window sees: all, or those of a group.
    ///   - result: the number of columns and channels of the result.
    init(
        rows: [AxisPhase], _ height: Int, columns: [AxisPhase], _ width: Int, channels: Int, seen: Int,
        result: (columns: Int, channels: Int), tapColumns: Int
    ) {
        let image = FramedImage(rows: rows, height, columns: columns, width, channels: channels)
        self.image = image
        phases = rows.flatMap { rows in
            columns.map { columns in
                var phase = WindowPhase()
                for row in rows.places {
                    for column in columns.places {
                        phase.sources.append(image.place(row.source, column.source))
                        phase.results.append((row.result * result.columns + column.result) * result.channels)
                    }
                }
                for row in rows.taps {
                    for column in columns.taps {
                        phase.taps.append(row.number * tapColumns + column.number)
                        let offset = row.offset * image.rowDistance + column.offset * channels
                        // What follows without a gap is one run.
                        if let last = phase.runs.last, last.offset + last.count == offset {
                            phase.runs[phase.runs.count - 1].count += seen
                        } else {
                            phase.runs.append(Run(offset: offset, count: seen))
                        }
                    }
                }
                return phase
            }
        }
    }
}

/// What the elements of a row of A are multiplied with at each step.
enum WindowStep {
    /// One element of A with a segment of B.
    case numbers
    /// A segment of A with a segment of B, column by column.
    case segments
    /// A segment of A with one element of B.
    case spread
}

/// Rows of a product whose rows of A are runs of an image: C ← start + A·B, one segment wide.
///
/// Row i of A is the runs `runs` behind `a + sources[i]`, in steps of `aStep`; row p of B begins at `b + p·bStep`; row i of C
/// at `c + results[i]`, of which `columns` are written.
struct WindowTiles<Segment: RowSegment>: TileWork {
    typealias Scalar = Segment.Vector.Scalar
    let a: UnsafePointer<Scalar>
    let sources: UnsafePointer<Int>
    let runs: UnsafeBufferPointer<Run>
    let aStep: Int
    let b: UnsafePointer<Scalar>
    let bStep: Int
    let c: UnsafeMutablePointer<Scalar>
    let results: UnsafePointer<Int>
    let columns: Int
    let start: ProductStart<Scalar>
    let step: WindowStep

    @inline(__always)
    func compute<Tile: RegisterTile>(_: Tile.Type, from first: Int) where Tile.Segment == Segment {
        var tile: Tile
        switch start {
        case .zero: tile = Tile(rows: Segment())
        case .row(let row): tile = Tile(rows: Segment(row))
        case .result: tile = Tile(from: first) { UnsafePointer(c + results[$0]) }
        }
        let rows = Tile.rows(from: first) { a + sources[$0] }
        var b = b
        for run in runs {
            var place = run.offset
            for _ in 0..<run.count {
                switch step {
                case .numbers: tile.add(rows, at: place, times: Segment(b))
                case .segments: tile.add(rows, at: place, timesEach: Segment(b))
                case .spread: tile.add(rows, at: place, timesEach: Segment(repeating: b[0]))
                }
                place &+= aStep
                b += bStep
            }
        }
        if columns == Segment.width {
            tile.store(from: first) { c + results[$0] }
        } else {
            // Nothing behind the last column may be overwritten.
            withUnsafeTemporaryAllocation(of: Scalar.self, capacity: Tile.height &* Segment.width) { buffer in
                let edge = buffer.baseAddress!
                tile.store(from: 0) { edge + $0 &* Segment.width }
                for i in 0..<Tile.height {
                    (c + results[first &+ i]).update(from: edge + i &* Segment.width, count: columns)
                }
            }
        }
    }
}
