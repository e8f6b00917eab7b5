// The matrix product, on which every layer of the book stands.
//
// A large product is cut into blocks that fit the caches (Goto & van de Geijn 2008): a block of B is copied into panels
// one tile wide, a block of A into panels one tile high, so that the kernel reads both from the first byte to the last.
// A small product is computed where it lies: copying would cost more than it saves.

import Dispatch

infix operator • : MultiplicationPrecedence

extension Tensor {
    /// The matrix product: `[m, k] • [k, n]` is `[m, n]`, element (i, j) the sum over p of a(i, p)·b(p, j).
    ///
    /// With more axes in front, which must be equal, it is a product for each of them: `[…, m, k] • […, k, n]`.
    /// Either side may be `transposed` without being copied.
    public static func • (a: Tensor, b: Tensor) -> Tensor { product(a, false, b, false) }

    static func product(
        _ a: Tensor, _ aTransposed: Bool, _ b: Tensor, _ bTransposed: Bool, adding row: Tensor? = nil
    ) -> Tensor {
        func sizes(_ tensor: Tensor, _ transposed: Bool) -> (Int, Int) {
            let (rows, columns) = (tensor.shape[tensor.rank - 2], tensor.shape[tensor.rank - 1])
            return transposed ? (columns, rows) : (rows, columns)
        }
        func described(_ tensor: Tensor, _ transposed: Bool) -> String {
            transposed ? "\(tensor.shape) transposed" : "\(tensor.shape)"
        }
        require(
            a.rank >= 2 && a.rank == b.rank && a.shape.dropLast(2) == b.shape.dropLast(2),
            "•: matrices, or equally many of them, are multiplied, but the shapes are \(a.shape) and \(b.shape)")
        let ((m, k), (k2, n)) = (sizes(a, aTransposed), sizes(b, bTransposed))
        require(
            k == k2,
            "•: \(described(a, aTransposed)) has \(k) columns and \(described(b, bTransposed)) \(k2) rows; "
                + "they must be equal")
        let result = Tensor(uninitialized: Array(a.shape.dropLast(2)) + [m, n])
        for matrix in 0..<a.shape.dropLast(2).reduce(1, *) {
            multiply(
                MatrixView(a.base + matrix * m * k, rows: m, columns: k, transposed: aTransposed),
                MatrixView(b.base + matrix * k * n, rows: k, columns: n, transposed: bTransposed),
                into: result.storage.base + matrix * m * n, adding: row?.base)
        }
        extendLifetime(a)
        extendLifetime(b)
        extendLifetime(row)
        return result
    }

    /// x • weight + bias in one pass: `[batch, inputs]`, `[inputs, outputs]` and `[outputs]` give `[batch, outputs]`.
    public static func affine(_ x: Tensor, _ weight: Tensor, _ bias: Tensor) -> Tensor {
        require(
            weight.rank == 2 && bias.shape == [weight.shape[1]],
            "affine: a weight of shape \(weight.shape) needs a bias with as many elements as it has columns, "
                + "but the bias has shape \(bias.shape)")
        return product(x, false, weight, false, adding: bias)
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private static func multiply(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: UnsafeMutablePointer<Scalar>,
        adding row: UnsafePointer<Scalar>?
    ) {
        BlockedProduct(a: a, b: b, c: c, cRow: b.columns, row: row).run()
    }
}

/// aᵀ·b: `[k, m].transposed • [k, n]` is `[m, n]`.
public func • <Scalar>(a: TransposedTensor<Scalar>, b: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor.product(a.original, true, b, false)
}

/// a·bᵀ: `[m, k] • [n, k].transposed` is `[m, n]`.
public func • <Scalar>(a: Tensor<Scalar>, b: TransposedTensor<Scalar>) -> Tensor<Scalar> {
    Tensor.product(a, false, b.original, true)
}

/// aᵀ·bᵀ: `[k, m].transposed • [n, k].transposed` is `[m, n]`.
public func • <Scalar>(a: TransposedTensor<Scalar>, b: TransposedTensor<Scalar>) -> Tensor<Scalar> {
    Tensor.product(a.original, true, b.original, true)
}

/// A matrix in memory: element (i, j) lies at `base + i·rowStride + j·columnStride`.
struct MatrixView<Scalar: TensorScalar> {
    let base: UnsafePointer<Scalar>
    let rows: Int
    let columns: Int
    let rowStride: Int
    let columnStride: Int

    private init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int, rowStride: Int, columnStride: Int) {
        (self.base, self.rows, self.columns) = (base, rows, columns)
        (self.rowStride, self.columnStride) = (rowStride, columnStride)
    }

    /// Some of the rows.
    @inline(__always)
    func rows(_ part: Range<Int>) -> MatrixView {
        MatrixView(
            base + part.lowerBound &* rowStride, rows: part.count, columns: columns, rowStride: rowStride,
            columnStride: columnStride)
    }

    /// Some of the columns.
    @inline(__always)
    func columns(_ part: Range<Int>) -> MatrixView {
        MatrixView(
            base + part.lowerBound &* columnStride, rows: rows, columns: part.count, rowStride: rowStride,
            columnStride: columnStride)
    }

    /// `rows` and `columns` as they count in the product; in memory a transposed matrix lies column by column.
    init(_ base: UnsafePointer<Scalar>, rows: Int, columns: Int, transposed: Bool) {
        (self.base, self.rows, self.columns) = (base, rows, columns)
        (rowStride, columnStride) = transposed ? (1, rows) : (columns, 1)
    }
}

/// One product C = A·B (+ a row), cut into blocks.
struct BlockedProduct<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Wide = WideSegment<Scalar.Vector>
    typealias Narrow = OneVector<Scalar.Vector>

    let a: MatrixView<Scalar>
    let b: MatrixView<Scalar>
    let c: UnsafeMutablePointer<Scalar>
    /// From one row of C to the next.
    let cRow: Int
    let row: UnsafePointer<Scalar>?

    // A panel of B, 32 columns by `depthBlock` steps, stays in the first-level cache while all tiles of a block of A pass
    // by; a block of A, `rowBlock` rows by `depthBlock` steps, stays in the second-level cache.
    static var depthBlock: Int { 256 }
    static var rowBlock: Int { 144 }
    static var columnBlock: Int { 2048 }

    /// Below so many multiplications a second thread gains nothing one can rely on: to wake it takes some fifty microseconds.
    static var threadedWork: Int { 32_000_000 }

    /// Cuts the result among the threads, along its longer side; each computes its part by itself.
    @inline(__always)
    func run() {
        guard a.rows > 0 && b.columns > 0 else { return }
        let threaded = a.rows &* a.columns &* b.columns >= Self.threadedWork
        if b.columns >= a.rows {
            parallel(0..<b.columns, step: Wide.width, if: threaded) { part(rows: 0..<a.rows, columns: $0).runAlone() }
        } else {
            parallel(0..<a.rows, step: TallTile<Wide>.height, if: threaded) {
                part(rows: $0, columns: 0..<b.columns).runAlone()
            }
        }
    }

    @inline(__always)
    private func part(rows: Range<Int>, columns: Range<Int>) -> BlockedProduct {
        BlockedProduct(
            a: a.rows(rows), b: b.columns(columns), c: c + (rows.lowerBound &* cRow &+ columns.lowerBound), cRow: cRow,
            row: row.map { $0 + columns.lowerBound })
    }

    /// B is read where it lies if its rows can be read as vectors and hardly a panel of it is read twice.
    @inline(__always)
    private var readsBInPlace: Bool {
        b.columnStride == 1 && (a.rows <= 12 || a.columns &* b.columns <= 16_384 || b.columns <= Wide.width)
    }

    /// A is read where it lies if few columns share the cost of copying it, and its rows do not, by a stride of a
    /// multiple of 512 bytes, fall on the same few places of the cache.
    @inline(__always)
    private var readsAInPlace: Bool {
        let strideInBytes = max(a.rowStride, a.columnStride) &* MemoryLayout<Scalar>.stride
        return b.columns <= 16 &* Wide.width && strideInBytes % 512 != 0
    }

    /// The whole product on this thread, block by block.
    @inline(never)
    private func runAlone() {
        let start: ProductStart<Scalar> = row.map { .row($0) } ?? .zero
        if readsBInPlace {
            return multiply(
                a.base, aRow: a.rowStride, aStep: a.columnStride, panelStride: TallTile<Wide>.height &* a.rowStride,
                rows: 0..<a.rows, b.base, panel: Wide.width, bStep: b.rowStride, columns: 0..<b.columns,
                depth: a.columns, start: start)
        }
        // The steps in equal blocks, so that none is so short that loading and storing the tiles outweighs it. A product
        // over no steps at all is still to be written: zero, or the row.
        let blocks = max(1, (a.columns + Self.depthBlock - 1) / Self.depthBlock)
        let depth = (a.columns + blocks - 1) / blocks
        let (height, width) = (TallTile<Wide>.height, Wide.width)
        let panels = (min(b.columns, Self.columnBlock) + width - 1) / width
        let packedB = Storage<Scalar>(count: panels * width * depth)
        let packedA = Storage<Scalar>(count: readsAInPlace ? 0 : (Self.rowBlock + height) * depth)
        for firstColumn in stride(from: 0, to: b.columns, by: Self.columnBlock) {
            let columns = firstColumn..<min(b.columns, firstColumn + Self.columnBlock)
            for block in 0..<blocks {
                let steps = block * depth..<min(a.columns, (block + 1) * depth)
                packB(steps, columns, to: packedB.base)
                for firstRow in stride(from: 0, to: a.rows, by: Self.rowBlock) {
                    let rows = firstRow..<min(a.rows, firstRow + Self.rowBlock)
                    let start = block > 0 ? .result : start
                    if readsAInPlace {
                        multiplyLying(rows, steps, packedB.base, columns, start)
                    } else {
                        packA(rows, steps, to: packedA.base)
                        multiplyPacked(rows, packedA.base, packedB.base, columns, depth: steps.count, start)
                    }
                }
            }
        }
        extendLifetime(packedA)
        extendLifetime(packedB)
    }

    /// A block of A where it lies times a packed block of B.
    @inline(never)
    private func multiplyLying(
        _ rows: Range<Int>, _ steps: Range<Int>, _ packedB: UnsafePointer<Scalar>, _ columns: Range<Int>,
        _ start: ProductStart<Scalar>
    ) {
        multiply(
            a.base + (rows.lowerBound &* a.rowStride &+ steps.lowerBound &* a.columnStride), aRow: a.rowStride,
            aStep: a.columnStride, panelStride: TallTile<Wide>.height &* a.rowStride, rows: rows, packedB,
            panel: Wide.width &* steps.count, bStep: Wide.width, columns: columns, depth: steps.count, start: start)
    }

    /// A packed block of A times a packed block of B. A function of its own, so that the compiler knows the strides: then
    /// the tile's loop reads A at fixed distances, and no address waits for the one before it.
    @inline(never)
    private func multiplyPacked(
        _ rows: Range<Int>, _ packedA: UnsafePointer<Scalar>, _ packedB: UnsafePointer<Scalar>, _ columns: Range<Int>,
        depth: Int, _ start: ProductStart<Scalar>
    ) {
        let height = TallTile<Wide>.height
        multiply(
            packedA, aRow: 1, aStep: height, panelStride: height &* depth, rows: rows, packedB,
            panel: Wide.width &* depth, bStep: Wide.width, columns: columns, depth: depth, start: start)
    }

    /// Copies a block of A into panels of one tile's height; within a panel, step after step.
    @inline(__always)
    private func packA(_ rows: Range<Int>, _ steps: Range<Int>, to destination: UnsafeMutablePointer<Scalar>) {
        let height = TallTile<Wide>.height
        var panel = destination
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: height) {
            let source = a.base + (first &* a.rowStride &+ steps.lowerBound &* a.columnStride)
            if a.rowStride == 1 {
                // The rows of a step lie side by side: whole segments, of which the next step overwrites what is too much.
                for p in 0..<steps.count { Wide(source + p &* a.columnStride).store(to: panel + p &* height) }
            } else {
                for i in 0..<min(height, rows.upperBound - first) {
                    let row = source + i &* a.rowStride
                    for p in 0..<steps.count { panel[p &* height &+ i] = row[p &* a.columnStride] }
                }
            }
            panel += height * steps.count
        }
    }

    /// Copies a block of B into panels of one tile's width; columns behind the last become zero.
    @inline(__always)
    private func packB(_ steps: Range<Int>, _ columns: Range<Int>, to destination: UnsafeMutablePointer<Scalar>) {
        var panel = destination
        for first in stride(from: columns.lowerBound, to: columns.upperBound, by: Wide.width) {
            let width = min(Wide.width, columns.upperBound - first)
            let source = b.base + steps.lowerBound * b.rowStride + first * b.columnStride
            if width < Wide.width { panel.update(repeating: 0, count: Wide.width * steps.count) }
            if b.columnStride == 1 && width == Wide.width {
                for p in 0..<steps.count { Wide(source + p &* b.rowStride).store(to: panel + p &* Wide.width) }
            } else {
                for j in 0..<width {
                    let column = source + j &* b.columnStride
                    for p in 0..<steps.count { panel[p &* Wide.width &+ j] = column[p &* b.rowStride] }
                }
            }
            panel += Wide.width * steps.count
        }
    }

    /// The rows `rows` and columns `columns` of the result from a block of A and a block of B, panel by panel.
    @inline(__always)
    private func multiply(
        _ a: UnsafePointer<Scalar>, aRow: Int, aStep: Int, panelStride: Int, rows: Range<Int>,
        _ b: UnsafePointer<Scalar>, panel: Int, bStep: Int, columns: Range<Int>, depth: Int, start: ProductStart<Scalar>
    ) {
        var (b, column) = (b, columns.lowerBound)
        while column < columns.upperBound {
            let width = columns.upperBound &- column
            let c = self.c + (rows.lowerBound &* cRow &+ column)
            let start = start.moved(by: column)
            if width >= Wide.width {
                computeTiles(
                    Wide.self, rows: rows.count, a, aRow: aRow, aStep: aStep, panelStride: panelStride, b, bStep: bStep,
                    c, cRow: cRow, depth: depth, start: start)
            } else if width > Narrow.width {
                computeEdge(
                    Wide.self, width, rows: rows.count, a, aRow: aRow, aStep: aStep, panelStride: panelStride, b,
                    bStep: bStep, c, depth: depth, start: start)
            } else {
                computeEdge(
                    Narrow.self, width, rows: rows.count, a, aRow: aRow, aStep: aStep, panelStride: panelStride, b,
                    bStep: bStep, c, depth: depth, start: start)
            }
            b += panel
            column &+= Wide.width
        }
    }

    /// The last columns, fewer than a segment: computed beside the result, so that nothing behind a row is overwritten.
    @inline(__always)
    private func computeEdge<Segment: RowSegment>(
        _: Segment.Type, _ width: Int, rows: Int, _ a: UnsafePointer<Scalar>, aRow: Int, aStep: Int, panelStride: Int,
        _ b: UnsafePointer<Scalar>, bStep: Int, _ c: UnsafeMutablePointer<Scalar>, depth: Int,
        start: ProductStart<Scalar>
    ) where Segment.Vector == Scalar.Vector {
        let height = TallTile<Segment>.height
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: height &* Segment.width) { edge in
            let tile = edge.baseAddress!
            var (a, c, left) = (a, c, rows)
            while left > 0 {
                let some = min(height, left)
                if case .result = start {
                    for i in 0..<some { (tile + i &* Segment.width).update(from: c + i &* cRow, count: width) }
                }
                computeTiles(
                    Segment.self, rows: some, a, aRow: aRow, aStep: aStep, panelStride: panelStride, b, bStep: bStep, tile,
                    cRow: Segment.width, depth: depth, start: start)
                for i in 0..<some { (c + i &* cRow).update(from: tile + i &* Segment.width, count: width) }
                a += panelStride
                c += height &* cRow
                left &-= height
            }
        }
    }
}

extension ProductStart {
    @inline(__always)
    func moved(by columns: Int) -> ProductStart {
        if case .row(let row) = self { return .row(row + columns) }
        return self
    }
}
