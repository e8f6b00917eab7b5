// The operands of a large matrix product, copied into the order in which the kernel reads them.
//
// A tile of the result needs 12 rows of A and 32 columns of B, and of each of them one number a step. Where the matrices
// lie, these numbers are up to a row apart. In a panel they stand side by side, step after step: the kernel reads it from
// the first byte to the last. Copying costs little beside the product: an element is copied once and used hundreds of
// times.

/// Lines to be packed: the rows of A, or the columns of B. Element p of line i lies at `base + i·stride + p·step`, and one
/// of the two distances is 1.
struct MatrixLines<Scalar: TensorScalar> {
    let base: UnsafePointer<Scalar>
    let stride: Int
    let step: Int
}

/// Panels of `height` lines each; within a panel, step after step.
struct PackedPanels<Scalar: TensorScalar>: @unchecked Sendable {
    let height: Int
    /// The elements of a panel, and sixteen more, because sixteen lines of a step are written at a time.
    private let panelSize: Int
    private let storage: Storage<Scalar>
    private let start: UnsafeMutablePointer<Scalar>

    init(height: Int, lines: Int, depth: Int) {
        self.height = height
        panelSize = (height * depth + 16 + 15) / 16 * 16
        storage = .allocate(count: (lines + height - 1) / height * panelSize)
        start = storage.base
    }

    @inline(__always)
    func panels(for lines: Int) -> Int { (lines &+ height &- 1) / height }

    @inline(__always)
    func panel(_ number: Int) -> UnsafeMutablePointer<Scalar> { start + number &* panelSize }

    /// Fills a panel, from its step `place` on, from the lines `lines`, of which the panel's first is
    /// `lines.lowerBound + number·height`. In rising order of `place`, if in pieces. Where there are fewer lines than the
    /// panel is high, the rest of it holds what is never used.
    @inline(__always)
    func fill(
        _ number: Int, at place: Int = 0, from source: MatrixLines<Scalar>, _ lines: Range<Int>, _ steps: Range<Int>
    ) {
        let first = lines.lowerBound &+ number &* height
        let start = source.base + (first &* source.stride &+ steps.lowerBound &* source.step)
        let target = panel(number) + place &* height
        if source.stride == 1 {
            copySteps(start, step: source.step, count: steps.count, to: target)
        } else {
            let some = min(height, lines.upperBound &- first)
            transposeLines(start, stride: source.stride, lines: some, count: steps.count, to: target)
        }
    }

    /// The lines of a step lie side by side: whole vectors, of which the next step overwrites what is too much.
    @inline(__always)
    private func copySteps(
        _ source: UnsafePointer<Scalar>, step: Int, count: Int, to panel: UnsafeMutablePointer<Scalar>
    ) {
        typealias Vector = OneVector<Scalar.Vector>
        var (source, panel) = (source, panel)
        for _ in 0..<count {
            var place = 0
            while place < height {
                Vector(source + place).store(to: panel + place)
                place &+= Vector.width
            }
            source += step
            panel += height
        }
    }

    /// The steps of a line lie side by side: blocks of sixteen lines and a vector's length of steps are read and turned.
    @inline(__always)
    private func transposeLines(
        _ source: UnsafePointer<Scalar>, stride: Int, lines: Int, count: Int, to panel: UnsafeMutablePointer<Scalar>
    ) {
        typealias Vector = Scalar.Vector
        var line = 0
        while line < lines {
            let filled = min(16, lines &- line)
            var place = 0
            while place < count {
                let corner = source + (line &* stride &+ place)
                let block = SixteenVectors<Vector>(from: 0) { i in i < filled ? OneVector(corner + i &* stride).only : .zero }
                // Of the last steps some may lie beyond the line; they are read, but not written.
                let steps = min(Vector.scalarCount, count &- place)
                block.transposed.forEach(0) { i, vector in
                    let element = i &* Vector.scalarCount
                    let (step, column) = (element / 16, element % 16)
                    if step < steps {
                        OneVector(vector).store(to: panel + ((place &+ step) &* height &+ line &+ column))
                    }
                }
                place &+= Vector.scalarCount
            }
            line &+= 16
        }
    }
}
