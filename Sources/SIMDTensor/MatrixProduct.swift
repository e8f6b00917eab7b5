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
                into: result.start + matrix * m * n, adding: row?.base)
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

    // A panel of A, one tile high and `depthBlock` steps long (24 kilobytes), stays in the first-level cache while the
    // panels of a group of B pass by; a group, 512 kilobytes, stays in the second-level cache while the panels of A pass
    // by. What is packed at a time, eight megabytes of each matrix, stays in the third.
    static var depthBlock: Int { 2048 / MemoryLayout<Scalar>.stride }
    static var groupOfPanels: Int { 8 }
    static var rowBlock: Int { 4092 }
    static var columnBlock: Int { 4096 }

    /// Below so many multiplications a second thread gains nothing one can rely on.
    static var threadedWork: Int { 500_000 }

    private static var height: Int { TallTile<Wide>.height }

    @inline(__always)
    func run() {
        guard a.rows > 0 && b.columns > 0 else { return }
        let isThreaded = a.rows &* a.columns &* b.columns >= Self.threadedWork
        if readsBInPlace { runInPlace(isThreaded) } else { runInBlocks(isThreaded) }
    }

    /// B is read where it lies if its rows can be read as vectors, and few rows of A share the cost of copying it. A panel
    /// of it must fit into the second-level cache.
    @inline(__always)
    private var readsBInPlace: Bool {
        b.columnStride == 1 && (a.rows <= Self.height || b.columns <= Wide.width
            || a.rows <= 512 && a.columns <= 8 * Self.depthBlock && !Self.fallTogether(b.rowStride))
    }

    /// A is read where it lies if its rows do not push each other out of the cache.
    @inline(__always)
    private var readsAInPlace: Bool { !Self.fallTogether(max(a.rowStride, a.columnStride)) }

    /// Lines of a matrix that lie a multiple of 4096 bytes apart all want the same few places of the first-level cache.
    @inline(__always)
    private static func fallTogether(_ stride: Int) -> Bool { stride &* MemoryLayout<Scalar>.stride % 4096 == 0 }

    // MARK: In place

    /// A product whose operands are read where they lie, cut among the threads along its longer side.
    @inline(never)
    private func runInPlace(_ isThreaded: Bool) {
        if b.columns >= a.rows {
            parallel(0..<b.columns, step: Wide.width, if: isThreaded) { columns in
                multiplyInPlace(rows: 0..<a.rows, columns: columns)
            }
        } else {
            parallel(0..<a.rows, step: Self.height, if: isThreaded) { rows in
                multiplyInPlace(rows: rows, columns: 0..<b.columns)
            }
        }
    }

    @inline(__always)
    private func multiplyInPlace(rows: Range<Int>, columns: Range<Int>) {
        let start: ProductStart<Scalar> = row.map { .row($0) } ?? .zero
        var column = columns.lowerBound
        while column < columns.upperBound {
            var first = rows.lowerBound
            while first < rows.upperBound {
                multiplyLying(
                    first..<min(first &+ Self.height, rows.upperBound), column..<min(column &+ Wide.width, columns.upperBound),
                    0..<a.columns, b.base + column, bStep: b.rowStride, start)
                first &+= Self.height
            }
            column &+= Wide.width
        }
    }

    // MARK: In blocks

    /// A product in blocks: what a block needs of B, and of A, is copied into panels by all threads; then all compute.
    @inline(never)
    private func runInBlocks(_ isThreaded: Bool) {
        // The steps in equal blocks, so that none is so short that loading and storing the tiles outweighs it. A product
        // over no steps at all is still to be written: zero, or the row.
        let blocks = max(1, (a.columns + Self.depthBlock - 1) / Self.depthBlock)
        let depth = (a.columns + blocks - 1) / blocks
        let packsA = !readsAInPlace
        let rowBlock = min(a.rows, Self.rowBlock), columnBlock = min(b.columns, Self.columnBlock)
        let packedA = PackedPanels<Scalar>(height: Self.height, lines: packsA ? rowBlock : 0, depth: depth)
        let packedB = PackedPanels<Scalar>(height: Wide.width, lines: columnBlock, depth: depth)
        for firstColumn in stride(from: 0, to: b.columns, by: columnBlock) {
            let columns = firstColumn..<min(b.columns, firstColumn + columnBlock)
            for firstRow in stride(from: 0, to: a.rows, by: rowBlock) {
                let rows = firstRow..<min(a.rows, firstRow + rowBlock)
                for block in 0..<blocks {
                    let steps = block * depth..<min(a.columns, (block + 1) * depth)
                    pack(rows, columns, steps, packsA ? packedA : nil, packedB, isThreaded)
                    multiply(rows, columns, steps, packsA ? packedA : nil, packedB, isThreaded)
                }
            }
        }
        extendLifetime(packedA)
        extendLifetime(packedB)
    }

    /// Copies a block of B, and of A, into panels.
    @inline(__always)
    private func pack(
        _ rows: Range<Int>, _ columns: Range<Int>, _ steps: Range<Int>, _ packedA: PackedPanels<Scalar>?,
        _ packedB: PackedPanels<Scalar>, _ isThreaded: Bool
    ) {
        let panelsOfB = packedB.panels(for: columns.count)
        let panelsOfA = packedA?.panels(for: rows.count) ?? 0
        parallel(0..<panelsOfB + panelsOfA, step: 1, if: isThreaded) { panels in
            for panel in panels {
                if panel < panelsOfB {
                    packedB.fill(panel, from: MatrixLines(b.base, stride: b.columnStride, step: b.rowStride), columns, steps)
                } else if let packedA {
                    packedA.fill(panel - panelsOfB, from: MatrixLines(a.base, stride: a.rowStride, step: a.columnStride), rows, steps)
                }
            }
        }
    }

    /// The tiles of a block: tasks of a group of panels of B and some panels of A.
    @inline(__always)
    private func multiply(
        _ rows: Range<Int>, _ columns: Range<Int>, _ steps: Range<Int>, _ packedA: PackedPanels<Scalar>?,
        _ packedB: PackedPanels<Scalar>, _ isThreaded: Bool
    ) {
        let panels = (rows.count + Self.height - 1) / Self.height
        let groups = (packedB.panels(for: columns.count) + Self.groupOfPanels - 1) / Self.groupOfPanels
        // Some tasks for each thread, so that none waits long for another at the end.
        let some = max(1, min(8, panels * groups / (4 * Threads.count)))
        let tasks = (panels + some - 1) / some
        parallel(tasks: groups * tasks, if: isThreaded) { task in
            let (group, first) = (task / tasks, task % tasks * some)
            for panel in first..<min(first + some, panels) {
                multiply(
                    panel, rows, group * Self.groupOfPanels * Wide.width, columns, steps, packedA, packedB)
            }
        }
    }

    /// A panel of A times a group of panels of B.
    @inline(__always)
    private func multiply(
        _ panel: Int, _ rows: Range<Int>, _ firstColumn: Int, _ columns: Range<Int>, _ steps: Range<Int>,
        _ packedA: PackedPanels<Scalar>?, _ packedB: PackedPanels<Scalar>
    ) {
        let first = rows.lowerBound + panel * Self.height
        let rows = first..<min(first + Self.height, rows.upperBound)
        let start: ProductStart<Scalar> = steps.lowerBound > 0 ? .result : row.map { .row($0) } ?? .zero
        var column = columns.lowerBound + firstColumn
        let end = min(columns.upperBound, column + Self.groupOfPanels * Wide.width)
        while column < end {
            let panelOfB = packedB.panel((column - columns.lowerBound) / Wide.width)
            let some = column..<min(column + Wide.width, end)
            if let packedA {
                multiplyPacked(rows, some, steps, packedA.panel(panel), panelOfB, start)
            } else {
                multiplyLying(rows, some, steps, panelOfB, bStep: Wide.width, start)
            }
            column += Wide.width
        }
    }

    // MARK: One panel by one panel

    /// A packed panel of A times a packed panel of B. A function of its own, so that the compiler knows the strides.
    @inline(never)
    private func multiplyPacked(
        _ rows: Range<Int>, _ columns: Range<Int>, _ steps: Range<Int>, _ packedA: UnsafePointer<Scalar>,
        _ packedB: UnsafePointer<Scalar>, _ start: ProductStart<Scalar>
    ) {
        // While this tile is computed, the tile to its right is fetched.
        var next = c + (rows.lowerBound &* cRow &+ columns.upperBound)
        for _ in rows {
            prefetch(next)
            prefetch(next + Wide.width / 2)
            next += cRow
        }
        multiply(
            rows, columns, packedA, aRow: 1, aStep: Self.height, packedB, bStep: Wide.width, depth: steps.count, start)
    }

    /// A panel of A where it lies times a panel of B, which may lie or be packed.
    @inline(never)
    private func multiplyLying(
        _ rows: Range<Int>, _ columns: Range<Int>, _ steps: Range<Int>, _ b: UnsafePointer<Scalar>, bStep: Int,
        _ start: ProductStart<Scalar>
    ) {
        let a = self.a.base + (rows.lowerBound &* self.a.rowStride &+ steps.lowerBound &* self.a.columnStride)
        // In each branch one of the strides is known to the compiler.
        if self.a.columnStride == 1 {
            multiply(rows, columns, a, aRow: self.a.rowStride, aStep: 1, b, bStep: bStep, depth: steps.count, start)
        } else {
            multiply(rows, columns, a, aRow: 1, aStep: self.a.columnStride, b, bStep: bStep, depth: steps.count, start)
        }
    }

    @inline(__always)
    private func multiply(
        _ rows: Range<Int>, _ columns: Range<Int>, _ a: UnsafePointer<Scalar>, aRow: Int, aStep: Int,
        _ b: UnsafePointer<Scalar>, bStep: Int, depth: Int, _ start: ProductStart<Scalar>
    ) {
        let c = self.c + (rows.lowerBound &* cRow &+ columns.lowerBound)
        let start = start.moved(by: columns.lowerBound)
        if columns.count == Wide.width {
            computeRows(
                Wide.self, rows: rows.count, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth,
                start: start)
        } else if columns.count > Narrow.width {
            computeEdge(
                Wide.self, rows.count, columns.count, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, depth: depth,
                start: start)
        } else {
            computeEdge(
                Narrow.self, rows.count, columns.count, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, depth: depth,
                start: start)
        }
    }

    /// The last columns, fewer than a segment: computed beside the result, so that nothing behind a row is overwritten.
    @inline(__always)
    private func computeEdge<Segment: RowSegment>(
        _: Segment.Type, _ rows: Int, _ columns: Int, _ a: UnsafePointer<Scalar>, aRow: Int, aStep: Int,
        _ b: UnsafePointer<Scalar>, bStep: Int, _ c: UnsafeMutablePointer<Scalar>, depth: Int,
        start: ProductStart<Scalar>
    ) where Segment.Vector == Scalar.Vector {
        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: Self.height &* Segment.width) { edge in
            let tile = edge.baseAddress!
            if case .result = start {
                for i in 0..<rows { (tile + i &* Segment.width).update(from: c + i &* cRow, count: columns) }
            }
            computeRows(
                Segment.self, rows: rows, a, aRow: aRow, aStep: aStep, b, bStep: bStep, tile, cRow: Segment.width,
                depth: depth, start: start)
            for i in 0..<rows { (c + i &* cRow).update(from: tile + i &* Segment.width, count: columns) }
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
