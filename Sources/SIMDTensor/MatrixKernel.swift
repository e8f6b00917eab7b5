// The inner loop of the matrix product: a tile of the result that lives in registers.
//
// A product of an m×k and a k×n matrix makes m·n·k multiplications out of m·k + k·n numbers. What limits it is not
// arithmetic but getting the numbers to it. So a tile of the result, 12 rows by 32 columns, is kept in registers while
// the loop runs over k; each step loads 32 numbers of B and 12 of A and multiplies them 384 times.
//
// The tile is built from the type system: a row of vectors, two rows stacked, two of those stacked. The compiler sees
// every row as variables of their own, which it keeps in registers; an array of vectors would live in memory.

import Builtin

/// Has the cache line at `address` fetched, if there is memory; nothing waits for it.
@_transparent
func prefetch(_ address: UnsafeRawPointer) {
    // To read (0), to be kept in all caches (3), as data (1).
    Builtin.int_prefetch_RawPointer(address._rawValue, (0 as Int32)._value, (2 as Int32)._value, (1 as Int32)._value)
}

/// A piece of one row of the result, or of B: neighbouring vectors.
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

    @inline(__always) init(_ vector: Vector) { only = vector }

    @inline(__always) init() { only = .zero }

    @inline(__always) init(_ address: UnsafePointer<Vector.Scalar>) {
        only = UnsafeRawPointer(address).loadUnaligned(as: Vector.self)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Vector.Scalar>) {
        UnsafeMutableRawPointer(address).storeBytes(of: only, as: Vector.self)
    }

    @inline(__always) mutating func add(_ a: Vector, times b: Self) { only = Vector.multiplyAdd(a, b.only, only) }
}

struct Neighbours<Half: RowSegment>: RowSegment {
    typealias Vector = Half.Vector
    var left: Half
    var right: Half

    static var width: Int { @inline(__always) get { 2 &* Half.width } }

    @inline(__always) init() { (left, right) = (Half(), Half()) }

    @inline(__always) init(_ address: UnsafePointer<Vector.Scalar>) {
        left = Half(address)
        right = Half(address + Half.width)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Vector.Scalar>) {
        left.store(to: address)
        right.store(to: address + Half.width)
    }

    @inline(__always) mutating func add(_ a: Vector, times b: Self) {
        left.add(a, times: b.left)
        right.add(a, times: b.right)
    }
}

typealias TwoVectors<Vector: TensorVector> = Neighbours<OneVector<Vector>>

/// Some rows of the result, of one segment each.
protocol RegisterTile {
    associatedtype Segment: RowSegment
    /// Where in A each of the rows begins.
    associatedtype Rows
    static var height: Int { get }
    /// Row i of A begins at `a + i · stride`.
    static func rows(_ a: UnsafePointer<Segment.Vector.Scalar>, stride: Int) -> Rows
    /// Every row is `row`.
    init(rows row: Segment)
    /// Row i begins at `address + i · rowStride`.
    init(_ address: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int)
    func store(to address: UnsafeMutablePointer<Segment.Vector.Scalar>, rowStride: Int)
    /// Adds the outer product of a column of A, which is the element `place` of each of its rows, and a row of B.
    mutating func add(_ rows: Rows, at place: Int, times b: Segment)
}

struct OneRow<Segment: RowSegment>: RegisterTile {
    typealias Rows = UnsafePointer<Segment.Vector.Scalar>
    var row: Segment

    static var height: Int { @inline(__always) get { 1 } }

    @inline(__always) static func rows(_ a: UnsafePointer<Segment.Vector.Scalar>, stride: Int) -> Rows { a }

    @inline(__always) init(rows row: Segment) { self.row = row }

    @inline(__always) init(_ address: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int) { row = Segment(address) }

    @inline(__always) func store(to address: UnsafeMutablePointer<Segment.Vector.Scalar>, rowStride: Int) {
        row.store(to: address)
    }

    @inline(__always) mutating func add(_ rows: Rows, at place: Int, times b: Segment) {
        row.add(Segment.Vector(repeating: rows[place]), times: b)
    }
}

struct Stacked<Upper: RegisterTile, Lower: RegisterTile>: RegisterTile where Upper.Segment == Lower.Segment {
    typealias Segment = Upper.Segment
    typealias Rows = (upper: Upper.Rows, lower: Lower.Rows)
    var upper: Upper
    var lower: Lower

    static var height: Int { @inline(__always) get { Upper.height &+ Lower.height } }

    @inline(__always) static func rows(_ a: UnsafePointer<Segment.Vector.Scalar>, stride: Int) -> Rows {
        (Upper.rows(a, stride: stride), Lower.rows(a + Upper.height &* stride, stride: stride))
    }

    @inline(__always) init(rows row: Segment) { (upper, lower) = (Upper(rows: row), Lower(rows: row)) }

    @inline(__always) init(_ address: UnsafePointer<Segment.Vector.Scalar>, rowStride: Int) {
        upper = Upper(address, rowStride: rowStride)
        lower = Lower(address + Upper.height &* rowStride, rowStride: rowStride)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Segment.Vector.Scalar>, rowStride: Int) {
        upper.store(to: address, rowStride: rowStride)
        lower.store(to: address + Upper.height &* rowStride, rowStride: rowStride)
    }

    @inline(__always) mutating func add(_ rows: Rows, at place: Int, times b: Segment) {
        upper.add(rows.upper, at: place, times: b)
        lower.add(rows.lower, at: place, times: b)
    }
}

typealias TwoRows<S: RowSegment> = Stacked<OneRow<S>, OneRow<S>>
typealias FourRows<S: RowSegment> = Stacked<TwoRows<S>, TwoRows<S>>

// The tile that fills the registers. AVX-512 has 32 registers of 64 bytes: 24 of them hold a tile of 12 rows and two
// vectors. AVX2 has 16 of 32 bytes, NEON 32 of 16: 12 and 24 of them hold 6 rows of one vector. Plain x86-64 has 16 of 16
// bytes: 2 rows of one vector take 8, and a row of B four.
#if X86_64_V4
typealias WideSegment<Vector: TensorVector> = TwoVectors<Vector>
typealias TallTile<S: RowSegment> = Stacked<FourRows<S>, Stacked<FourRows<S>, FourRows<S>>>
#elseif arch(arm64) || X86_64_V3
typealias WideSegment<Vector: TensorVector> = OneVector<Vector>
typealias TallTile<S: RowSegment> = Stacked<FourRows<S>, TwoRows<S>>
#else
typealias WideSegment<Vector: TensorVector> = OneVector<Vector>
typealias TallTile<S: RowSegment> = TwoRows<S>
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
    let rows = Tile.rows(a, stride: aRow)
    var (place, b) = (0, b)
    for _ in 0..<depth {
        tile.add(rows, at: place, times: Tile.Segment(b))
        place &+= aStep
        b += bStep
    }
    tile.store(to: c, rowStride: cRow)
}

/// Up to `TallTile.height` rows of the result in one segment's width, in tiles of that many, 4, 2 and 1 rows.
@inline(__always)
func computeRows<Segment: RowSegment>(
    _: Segment.Type, rows: Int, _ a: UnsafePointer<Segment.Vector.Scalar>, aRow: Int, aStep: Int,
    _ b: UnsafePointer<Segment.Vector.Scalar>, bStep: Int,
    _ c: UnsafeMutablePointer<Segment.Vector.Scalar>, cRow: Int, depth: Int,
    start: ProductStart<Segment.Vector.Scalar>
) {
    if rows == TallTile<Segment>.height {
        return computeTile(
            TallTile<Segment>.self, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth, start: start)
    }
    var (a, c, left) = (a, c, rows)
    while left >= 4 {
        computeTile(
            FourRows<Segment>.self, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth,
            start: start)
        a += 4 &* aRow
        c += 4 &* cRow
        left &-= 4
    }
    if left >= 2 {
        computeTile(
            TwoRows<Segment>.self, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth,
            start: start)
        a += 2 &* aRow
        c += 2 &* cRow
        left &-= 2
    }
    if left >= 1 {
        computeTile(
            OneRow<Segment>.self, a, aRow: aRow, aStep: aStep, b, bStep: bStep, c, cRow: cRow, depth: depth,
            start: start)
    }
}
