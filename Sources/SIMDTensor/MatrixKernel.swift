// The inner loop of the matrix product: a tile of the result that lives in registers.
//
// A product of an m×k and a k×n matrix makes m·n·k multiplications out of m·k + k·n numbers. What limits it is not
// arithmetic but getting the numbers to it. So a tile of the result, 12 rows by 32 columns, is kept in registers while
// the loop runs over k; each step loads 32 numbers of B and 12 of A and multiplies them 384 times.
//
// The tile is built from the type system: a row of vectors, two rows stacked, two of those stacked. The compiler sees
// every row as variables of their own, which it keeps in registers; an array of vectors would live in memory.

/// A piece of one row of the result, or of B: one or two neighbouring vectors.
protocol RowSegment {
    associatedtype Vector: TensorVector
    /// The number of columns.
    static var width: Int { get }
    init()
    init(_ address: UnsafePointer<Vector.Scalar>)
    func store(to address: UnsafeMutablePointer<Vector.Scalar>)
    /// self += a · b
    mutating func add(_ a: Vector, times b: Self)
}

struct OneVector<Vector: TensorVector>: RowSegment {
    var only: Vector

    static var width: Int { @inline(__always) get { Vector.scalarCount } }

    @inline(__always) init() { only = .zero }

    @inline(__always) init(_ address: UnsafePointer<Vector.Scalar>) {
        only = UnsafeRawPointer(address).loadUnaligned(as: Vector.self)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Vector.Scalar>) {
        UnsafeMutableRawPointer(address).storeBytes(of: only, as: Vector.self)
    }

    @inline(__always) mutating func add(_ a: Vector, times b: Self) { only = Vector.multiplyAdd(a, b.only, only) }
}

struct TwoVectors<Vector: TensorVector>: RowSegment {
    var left: OneVector<Vector>
    var right: OneVector<Vector>

    static var width: Int { @inline(__always) get { 2 &* Vector.scalarCount } }

    @inline(__always) init() { (left, right) = (OneVector(), OneVector()) }

    @inline(__always) init(_ address: UnsafePointer<Vector.Scalar>) {
        left = OneVector(address)
        right = OneVector(address + Vector.scalarCount)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Vector.Scalar>) {
        left.store(to: address)
        right.store(to: address + Vector.scalarCount)
    }

    @inline(__always) mutating func add(_ a: Vector, times b: Self) {
        left.add(a, times: b.left)
        right.add(a, times: b.right)
    }
}

/// Some rows of the result, of one segment each.
protocol RegisterTile {
    associatedtype Segment: RowSegment
    static var height: Int { get }
    /// Every row is `row`.
    init(rows row: Segment)
    /// Row i begins at `address + i · rowStride`.
    init(_ address: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int)
    func store(to address: UnsafeMutablePointer<Segment.Vector.Scalar>, rowStride: Int)
    /// Adds the outer product of a column of A, whose elements lie `rowStride` apart, and a row of B.
    mutating func add(_ a: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int, times b: Segment)
}

struct OneRow<Segment: RowSegment>: RegisterTile {
    var row: Segment

    static var height: Int { @inline(__always) get { 1 } }

    @inline(__always) init(rows row: Segment) { self.row = row }

    @inline(__always) init(_ address: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int) { row = Segment(address) }

    @inline(__always) func store(to address: UnsafeMutablePointer<Segment.Vector.Scalar>, rowStride: Int) {
        row.store(to: address)
    }

    @inline(__always) mutating func add(_ a: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int, times b: Segment) {
        row.add(Segment.Vector(repeating: a[0]), times: b)
    }
}

struct Stacked<Upper: RegisterTile, Lower: RegisterTile>: RegisterTile where Upper.Segment == Lower.Segment {
    typealias Segment = Upper.Segment
    var upper: Upper
    var lower: Lower

    static var height: Int { @inline(__always) get { Upper.height &+ Lower.height } }

    @inline(__always) init(rows row: Segment) { (upper, lower) = (Upper(rows: row), Lower(rows: row)) }

    @inline(__always) init(_ address: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int) {
        upper = Upper(address, rowStride: rowStride)
        lower = Lower(address + Upper.height &* rowStride, rowStride: rowStride)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Segment.Vector.Scalar>, rowStride: Int) {
        upper.store(to: address, rowStride: rowStride)
        lower.store(to: address + Upper.height &* rowStride, rowStride: rowStride)
    }

    @inline(__always) mutating func add(_ a: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int, times b: Segment) {
        upper.add(a, rowStride: rowStride, times: b)
        lower.add(a + Upper.height &* rowStride, rowStride: rowStride, times: b)
    }
}

typealias TwoRows<S: RowSegment> = Stacked<OneRow<S>, OneRow<S>>
typealias FourRows<S: RowSegment> = Stacked<TwoRows<S>, TwoRows<S>>

// The tile that fills the registers: AVX-512 has 32 of 64 bytes, 24 of them for 12×32; AVX2 has 16 of 32 and NEON 32 of
// 16 bytes, where 6×16 takes 12 and 24.
#if X86_64_V4
typealias WideSegment<Vector: TensorVector> = TwoVectors<Vector>
typealias TallTile<S: RowSegment> = Stacked<FourRows<S>, Stacked<FourRows<S>, FourRows<S>>>
#else
typealias WideSegment<Vector: TensorVector> = OneVector<Vector>
typealias TallTile<S: RowSegment> = Stacked<FourRows<S>, TwoRows<S>>
#endif

/// What a product is added to.
enum ProductStart<Scalar> {
    case zero
    /// The same row everywhere, such as a bias.
    case row(UnsafePointer<Scalar>)
    /// What already stands in the result.
    case result
}

/// One tile of the result: C ← start + A·B over `depth` steps.
///
/// Whatever the size of the tile, an element is summed over k in one order, each step rounded once. So an element of a
/// product has the same bits in any batch, in any place, on any number of threads.
///
/// Element (i, p) of A lies at `a + i·aRow + p·aStep`, row p of B begins at `b + p·bStep`, row i of C at `c + i·cRow`.
@inline(__always)
func computeTile<Tile: RegisterTile>(
    _: Tile.Type, _ a: UnsafePointer<Tile.Segment.Vector.Scalar>, aRow: Int, aStep: Int,
    _ b: UnsafePointer<Tile.Segment.Vector.Scalar>, bStep: Int,
    _ c: UnsafeMutablePointer<Tile.Segment.Vector.Scalar>, cRow: Int, depth: Int,
    start: ProductStart<Tile.Segment.Vector.Scalar>
) {
    var tile: Tile
    switch start {
    case .zero: tile = Tile(rows: Tile.Segment())
    case .row(let row): tile = Tile(rows: Tile.Segment(row))
    case .result: tile = Tile(c, rowStride: cRow)
    }
    var (a, b) = (a, b)
    for _ in 0..<depth {
        tile.add(a, rowStride: aRow, times: Tile.Segment(b))
        a += aStep
        b += bStep
    }
    tile.store(to: c, rowStride: cRow)
}

/// A column of tiles: `rows` rows of the result in one segment's width, with tiles of 12 (or 6), 4 and 1 rows.
@inline(__always)
func computeTiles<Segment: RowSegment>(
    _: Segment.Type, rows: Int, _ a: UnsafePointer<Segment.Vector.Scalar>, aRow: Int, aStep: Int, panelStride: Int,
    _ b: UnsafePointer<Segment.Vector.Scalar>, bStep: Int,
    _ c: UnsafeMutablePointer<Segment.Vector.Scalar>, cRow: Int, depth: Int,
    start: ProductStart<Segment.Vector.Scalar>
) {
    typealias Tall = TallTile<Segment>
    var (a, c, left) = (a, c, rows)
    while left >= Tall.height {
        computeTile(Tall.self, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth, start: start)
        a += panelStride
        c += Tall.height &* cRow
        left &-= Tall.height
    }
    while left >= 4 {
        computeTile(
            FourRows<Segment>.self, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth,
            start: start)
        a += 4 &* aRow
        c += 4 &* cRow
        left &-= 4
    }
    while left >= 1 {
        computeTile(
            OneRow<Segment>.self, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth,
            start: start)
        a += aRow
        c += cRow
        left &-= 1
    }
}
