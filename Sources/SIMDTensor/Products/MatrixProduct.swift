// The matrix product, on which every layer of the book stands.
//
// A product is computed tile by tile (MatrixKernel), and what is left to decide is where the tiles find their operands. A
// small or medium product is computed where its operands lie: copying would cost more than it saves. Of a large one blocks
// are cut that fit the caches (Goto & van de Geijn 2008), and copied into panels (MatrixPanels) where they lie badly.

infix operator • : MultiplicationPrecedence

extension Tensor {
    /// The matrix product: `[m, k] • [k, n]` is `[m, n]`, element (i, j) the sum over p of a(i, p)·b(p, j).
    ///
    /// With more axes in front, which must be equal, it is a product for each of them: `[…, m, k] • […, k, n]`.
    /// Either side may be `transposed` without being copied.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func • (a: Tensor, b: Tensor) -> Tensor { product(a, false, b, false) }

    /// x • weight + bias in one pass: `[batch, inputs]`, `[inputs, outputs]` and `[outputs]` give `[batch, outputs]`. The
    /// bias may also be `[batch, outputs]`, of every row its own: then it is another matrix to which the product is added.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func affine(_ x: Tensor, _ weight: Tensor, _ bias: Tensor) -> Tensor {
        requireBias(x, weight, bias)
        return product(x, false, weight, false, adding: bias)
    }

    /// activation(x • weight + bias) in one pass: the activation is applied to each piece of the result as soon as it is
    /// computed, while it is in the first-level cache.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func affine(_ x: Tensor, _ weight: Tensor, _ bias: Tensor, activation: FusedActivation) -> Tensor {
        requireBias(x, weight, bias)
        return product(x, false, weight, false, adding: bias, activation: activation)
    }

    /// a₀ • b₀ + a₁ • b₁ + …, and `rest` if there is one: the gradient of what is multiplied by several matrices. Traps
    /// without a product.
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    public static func sumOfProducts(_ products: (a: Tensor, b: Tensor)..., plus rest: Tensor? = nil) -> Tensor {
        require(!products.isEmpty, "sumOfProducts: at least one product is needed")
        var sum = rest
        for (a, b) in products { sum = sum.map { affine(a, b, $0) } ?? a • b }
        return sum!
    }

    private static func requireBias(_ x: Tensor, _ weight: Tensor, _ bias: Tensor) {
        require(
            weight.rank == 2 && x.rank == 2
                && (bias.shape == [weight.shape[1]] || bias.shape == [x.shape[0], weight.shape[1]]),
            "affine: for an input of shape \(x.shape) and a weight of shape \(weight.shape) the bias has as many elements "
                + "as the weight has columns, or as many for every row of the input, but its shape is \(bias.shape)")
    }

    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    static func product(
        _ a: Tensor, _ aTransposed: Bool, _ b: Tensor, _ bTransposed: Bool, adding bias: Tensor? = nil,
        activation: FusedActivation? = nil
    ) -> Tensor {
        let front = a.rank - 2
        require(
            a.rank >= 2 && a.rank == b.rank && a.shape[..<front] == b.shape[..<front],
            "•: matrices, or equally many of them, are multiplied, but the shapes are \(a.shape) and \(b.shape)")
        let (m, k) = aTransposed ? (a.shape[front + 1], a.shape[front]) : (a.shape[front], a.shape[front + 1])
        let (k2, n) = bTransposed ? (b.shape[front + 1], b.shape[front]) : (b.shape[front], b.shape[front + 1])
        func described(_ tensor: Tensor, _ transposed: Bool) -> String {
            transposed ? "\(tensor.shape) transposed" : "\(tensor.shape)"
        }
        require(
            k == k2,
            "•: \(described(a, aTransposed)) has \(k) columns and \(described(b, bTransposed)) \(k2) rows; "
                + "they must be equal")
        let result = Tensor(uninitialized: front == 0 ? [m, n] : a.shape[..<front] + [m, n])
        multiply(
            MatrixView(a.base, rows: m, columns: k, transposed: aTransposed),
            MatrixView(b.base, rows: k, columns: n, transposed: bTransposed), into: result.start,
            matrices: front == 0 ? 1 : a.shape[..<front].reduce(1, *),
            from: bias.map { .rows($0.base, distance: $0.rank == 1 ? 0 : n) } ?? .zero, activation: activation)
        extendLifetime(a)
        extendLifetime(b)
        extendLifetime(bias)
        return result
    }

    private static func multiply(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into c: UnsafeMutablePointer<Scalar>, matrices: Int,
        from start: ProductStart<Scalar>, activation: FusedActivation?
    ) {
        func multiply(_ matrix: Int) {
            MatrixProduct(
                a: a.advanced(by: matrix), b: b.advanced(by: matrix), c: c + matrix &* a.rows &* b.columns,
                start: start, activation: activation
            ).run()
        }
        if matrices == 1 { return multiply(0) }
        // Threads share the matrices, if these are too small to be shared themselves.
        let work = a.rows &* a.columns &* b.columns
        let shares = work < 16 &* MatrixProduct<Scalar>.threadedWork
            && matrices &* work >= MatrixProduct<Scalar>.threadedWork
        parallel(0..<matrices, step: 1, if: shares) { part in for matrix in part { multiply(matrix) } }
    }
}

/// aᵀ·b: `[k, m].transposed • [k, n]` is `[m, n]`.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func • <Scalar: TensorScalar>(a: TransposedTensor<Scalar>, b: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor.product(a.original, true, b, false)
}

/// a·bᵀ: `[m, k] • [n, k].transposed` is `[m, n]`.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func • <Scalar: TensorScalar>(a: Tensor<Scalar>, b: TransposedTensor<Scalar>) -> Tensor<Scalar> {
    Tensor.product(a, false, b.original, true)
}

/// aᵀ·bᵀ: `[k, m].transposed • [n, k].transposed` is `[m, n]`.
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
public func • <Scalar: TensorScalar>(a: TransposedTensor<Scalar>, b: TransposedTensor<Scalar>) -> Tensor<Scalar> {
    Tensor.product(a.original, true, b.original, true)
}

/// An activation that `affine` applies to its result.
public enum FusedActivation: Sendable, CaseIterable {
    /// max(0, x).
    case relu
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// The hyperbolic tangent.
    case tanh
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

    /// A matrix of the same kind, so many matrices behind this one.
    @inline(__always)
    func advanced(by matrices: Int) -> MatrixView {
        MatrixView(
            base + matrices &* rows &* columns, rows: rows, columns: columns, transposed: columnStride != 1)
    }

    /// The rows, to be packed.
    var rowLines: MatrixLines<Scalar> { MatrixLines(base: base, stride: rowStride, step: columnStride) }

    /// The columns, to be packed.
    var columnLines: MatrixLines<Scalar> { MatrixLines(base: base, stride: columnStride, step: rowStride) }
}

/// Some rows and columns of the result, and the steps over which they are summed up.
struct ProductPart {
    var rows: Range<Int>
    var columns: Range<Int>
    var steps: Range<Int>
}

/// One product C = start + A·B.
struct MatrixProduct<Scalar: TensorScalar>: @unchecked Sendable {
    typealias Wide = WideSegment<Scalar.Vector>
    typealias Narrow = OneVector<Scalar.Vector>

    let a: MatrixView<Scalar>
    let b: MatrixView<Scalar>
    let c: UnsafeMutablePointer<Scalar>
    /// What the product is added to.
    let start: ProductStart<Scalar>
    /// Applied to every element that is computed.
    let activation: FusedActivation?

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

    /// From one row of C to the next.
    private var cRow: Int { b.columns }

    private var isThreaded: Bool { a.rows &* a.columns &* b.columns >= Self.threadedWork }

    @inline(__always)
    func run() {
        guard a.rows > 0 && b.columns > 0 else { return }
        if readsBInPlace { runInPlace() } else { runInBlocks() }
    }

    /// B is read where it lies if its rows can be read as vectors, and few rows of A share the cost of copying it. A panel
    /// of it must fit into the second-level cache.
    @inline(__always)
    private var readsBInPlace: Bool {
        b.columnStride == 1 && (a.rows <= Self.height || b.columns <= Wide.width
            || a.rows <= 512 && a.columns <= 8 &* Self.depthBlock && !Self.fallTogether(b.rowStride) && !leapsThroughA)
    }

    /// A transposed and over many steps: each step of a tile lies in another cache line, of which the tile needs a part.
    @inline(__always)
    private var leapsThroughA: Bool { a.columnStride != 1 && a.columns > Self.depthBlock }

    /// A is read where it lies if its rows do not push each other out of the cache, and it need not leap through it.
    @inline(__always)
    private var readsAInPlace: Bool { !Self.fallTogether(max(a.rowStride, a.columnStride)) && !leapsThroughA }

    /// Lines of a matrix that lie a multiple of 4096 bytes apart all want the same few places of the first-level cache.
    @inline(__always)
    private static func fallTogether(_ stride: Int) -> Bool { stride &* MemoryLayout<Scalar>.stride % 4096 == 0 }

    // MARK: In place

    /// A product whose operands are read where they lie, cut among the threads along its longer side.
    @inline(never)
    private func runInPlace() {
        let whole = ProductPart(rows: 0..<a.rows, columns: 0..<b.columns, steps: 0..<a.columns)
        if b.columns >= a.rows {
            parallel(whole.columns, step: Wide.width, if: isThreaded) { columns in
                multiplyInPlace(ProductPart(rows: whole.rows, columns: columns, steps: whole.steps))
            }
        } else {
            parallel(whole.rows, step: Self.height, if: isThreaded) { rows in
                multiplyInPlace(ProductPart(rows: rows, columns: whole.columns, steps: whole.steps))
            }
        }
    }

    @inline(__always)
    private func multiplyInPlace(_ part: ProductPart) {
        var tile = part
        for column in stride(from: part.columns.lowerBound, to: part.columns.upperBound, by: Wide.width) {
            tile.columns = column..<min(column &+ Wide.width, part.columns.upperBound)
            for row in stride(from: part.rows.lowerBound, to: part.rows.upperBound, by: Self.height) {
                tile.rows = row..<min(row &+ Self.height, part.rows.upperBound)
                multiplyLying(tile, b.base + column, bStep: b.rowStride)
            }
        }
    }

    // MARK: In blocks

    /// A product in blocks: what a block needs of B, and of A if need be, is copied into panels by all threads; then all
    /// compute.
    @inline(never)
    private func runInBlocks() {
        // The steps in equal blocks, so that none is so short that loading and storing the tiles outweighs it. A product
        // over no steps at all is still to be written: zero, or the row.
        let blocks = max(1, (a.columns + Self.depthBlock - 1) / Self.depthBlock)
        let depth = (a.columns + blocks - 1) / blocks
        let (rowBlock, columnBlock) = (min(a.rows, Self.rowBlock), min(b.columns, Self.columnBlock))
        let packedA = readsAInPlace ? nil : PackedPanels<Scalar>(height: Self.height, lines: rowBlock, depth: depth)
        let packedB = PackedPanels<Scalar>(height: Wide.width, lines: columnBlock, depth: depth)
        for column in stride(from: 0, to: b.columns, by: columnBlock) {
            for row in stride(from: 0, to: a.rows, by: rowBlock) {
                for block in 0..<blocks {
                    let part = ProductPart(
                        rows: row..<min(row + rowBlock, a.rows), columns: column..<min(column + columnBlock, b.columns),
                        steps: block * depth..<min((block + 1) * depth, a.columns))
                    pack(part, packedA, packedB)
                    multiply(part, packedA, packedB)
                }
            }
        }
        extendLifetime(packedA)
        extendLifetime(packedB)
    }

    /// Copies what `part` needs into panels.
    @inline(__always)
    private func pack(_ part: ProductPart, _ packedA: PackedPanels<Scalar>?, _ packedB: PackedPanels<Scalar>) {
        let ofB = packedB.panels(for: part.columns.count)
        let ofA = packedA?.panels(for: part.rows.count) ?? 0
        parallel(0..<ofB + ofA, step: 1, if: isThreaded) { panels in
            for panel in panels {
                if panel < ofB {
                    packedB.fill(panel, from: b.columnLines, part.columns, part.steps)
                } else if let packedA {
                    packedA.fill(panel - ofB, from: a.rowLines, part.rows, part.steps)
                }
            }
        }
    }

    /// The tiles of `part`, in tasks of some panels of A and a group of panels of B.
    @inline(__always)
    private func multiply(_ part: ProductPart, _ packedA: PackedPanels<Scalar>?, _ packedB: PackedPanels<Scalar>) {
        let panels = (part.rows.count + Self.height - 1) / Self.height
        let groups = (packedB.panels(for: part.columns.count) + Self.groupOfPanels - 1) / Self.groupOfPanels
        // Some tasks for each thread, so that none waits long for another at the end.
        let panelsOfTask = max(1, min(8, panels * groups / (4 * Threads.count)))
        let tasksOfGroup = (panels + panelsOfTask - 1) / panelsOfTask
        parallel(tasks: groups * tasksOfGroup, if: isThreaded) { task in
            let (group, first) = (task / tasksOfGroup, task % tasksOfGroup * panelsOfTask)
            for panel in first..<min(first + panelsOfTask, panels) {
                multiply(part, panel, packedA, group, packedB)
            }
        }
    }

    /// A panel of A times a group of panels of B.
    @inline(__always)
    private func multiply(
        _ part: ProductPart, _ panel: Int, _ packedA: PackedPanels<Scalar>?, _ group: Int,
        _ packedB: PackedPanels<Scalar>
    ) {
        var tile = part
        let row = part.rows.lowerBound + panel * Self.height
        tile.rows = row..<min(row + Self.height, part.rows.upperBound)
        let first = group * Self.groupOfPanels
        for panelOfB in first..<min(first + Self.groupOfPanels, packedB.panels(for: part.columns.count)) {
            let column = part.columns.lowerBound + panelOfB * Wide.width
            tile.columns = column..<min(column + Wide.width, part.columns.upperBound)
            if let packedA {
                multiplyPacked(tile, packedA.panel(panel), packedB.panel(panelOfB))
            } else {
                multiplyLying(tile, packedB.panel(panelOfB), bStep: Wide.width)
            }
        }
    }

    // MARK: One tile

    /// A packed panel of A times a packed panel of B. A function of its own, so that the compiler knows the strides.
    @inline(never)
    private func multiplyPacked(_ tile: ProductPart, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>) {
        prefetchNext(tile)
        multiply(tile, a, aRow: 1, aStep: Self.height, b, bStep: Wide.width)
    }

    /// A panel of A where it lies times a panel of B, which may lie or be packed.
    @inline(never)
    private func multiplyLying(_ tile: ProductPart, _ b: UnsafePointer<Scalar>, bStep: Int) {
        prefetchNext(tile)
        let a = self.a.base + (tile.rows.lowerBound &* self.a.rowStride &+ tile.steps.lowerBound &* self.a.columnStride)
        // In each branch one of the strides is known to the compiler.
        if self.a.columnStride == 1 {
            multiply(tile, a, aRow: self.a.rowStride, aStep: 1, b, bStep: bStep)
        } else {
            multiply(tile, a, aRow: 1, aStep: self.a.columnStride, b, bStep: bStep)
        }
    }

    /// While a tile is computed, the piece of the result to its right is fetched.
    @inline(__always)
    private func prefetchNext(_ tile: ProductPart) {
        var next = c + (tile.rows.lowerBound &* cRow &+ tile.columns.upperBound)
        for _ in tile.rows {
            prefetch(next)
            prefetch(next + Wide.width / 2)
            next += cRow
        }
    }

    @inline(__always)
    private func multiply(
        _ tile: ProductPart, _ a: UnsafePointer<Scalar>, aRow: Int, aStep: Int, _ b: UnsafePointer<Scalar>, bStep: Int
    ) {
        let c = self.c + (tile.rows.lowerBound &* cRow &+ tile.columns.lowerBound)
        let (rows, columns, depth) = (tile.rows.count, tile.columns.count, tile.steps.count)
        let start = tile.steps.lowerBound > 0 ? .result : self.start.from(tile)
        if columns > Narrow.width {
            MatrixTiles<Wide>(
                a: a, aRow: aRow, aStep: aStep, b: b, bStep: bStep, c: c, cRow: cRow, columns: columns, depth: depth,
                start: start
            ).computeRows(rows)
        } else {
            MatrixTiles<Narrow>(
                a: a, aRow: aRow, aStep: aStep, b: b, bStep: bStep, c: c, cRow: cRow, columns: columns, depth: depth,
                start: start
            ).computeRows(rows)
        }
        if let activation, tile.steps.upperBound == self.a.columns { activate(activation, tile) }
    }

    /// Applies the activation to a tile. Not inlined, so that the kernel's registers are its own.
    @inline(never)
    private func activate(_ activation: FusedActivation, _ tile: ProductPart) {
        let columns = tile.columns.count
        for row in tile.rows {
            let piece = UnsafeMutableRawPointer(c + (row &* cRow &+ tile.columns.lowerBound))
            switch activation {
            case .relu: piece.map(columns, to: piece, Scalar.self) { $0.replacing(with: .zero, where: $0 .<= .zero) }
            case .sigmoid: piece.map(columns, to: piece, Scalar.self) { sigmoid($0) }
            case .tanh: piece.map(columns, to: piece, Scalar.self) { tanh($0) }
            }
        }
    }
}
