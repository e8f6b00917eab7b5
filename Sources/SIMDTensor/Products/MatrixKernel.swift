// The inner loop of the matrix product: a tile of the result that lives in registers.
//
// A product of an m×k and a k×n matrix makes m·n·k multiplications out of m·k + k·n numbers. What limits it is not
// arithmetic but getting the numbers to it. So a tile of the result, 12 rows by 32 columns, is kept in registers while
// the loop runs over k; each step loads 32 numbers of B and 12 of A and multiplies them 384 times.
//
// The tile is built from the type system: a row of vectors, two rows stacked, two of those stacked. The compiler sees
// every row as variables of their own, which it keeps in registers; an array of vectors would live in memory.

#if hasFeature(BuiltinModule)
import Builtin
#endif

/// Has the cache line at `address` fetched, if there is memory and the compiler has a way to say so; nothing waits for it.
@_transparent
func prefetch(_ address: UnsafeRawPointer) {
    #if hasFeature(BuiltinModule)
    // To read (0), to be kept in all caches (3), as data (1).
    Builtin.int_prefetch_RawPointer(address._rawValue, (0 as Int32)._value, (2 as Int32)._value, (1 as Int32)._value)
    #endif
}

/// A piece of one row of the result, or of B: neighbouring vectors.
protocol RowSegment {
    associatedtype Vector: TensorVector
    /// The number of columns.
    static var width: Int { get }
    init()
    init(repeating number: Vector.Scalar)
    init(_ address: UnsafePointer<Vector.Scalar>)
    func store(to address: UnsafeMutablePointer<Vector.Scalar>)
    /// The first `columns` from memory, 1 to `width`; zero in the others.
    init(first columns: Int, _ address: UnsafePointer<Vector.Scalar>)
    /// Writes the first `columns`, 1 to `width`, and nothing behind them.
    func store(first columns: Int, to address: UnsafeMutablePointer<Vector.Scalar>)
    /// self += a · b
    mutating func add(_ a: Vector, times b: Self)
    /// self += a ∘ b, column by column.
    mutating func add(_ a: Self, timesEach b: Self)
}

struct OneVector<Vector: TensorVector>: RowSegment {
    var only: Vector

    static var width: Int { @inline(__always) get { Vector.scalarCount } }

    @inline(__always) init(_ vector: Vector) { only = vector }

    @inline(__always) init() { only = .zero }

    @inline(__always) init(repeating number: Vector.Scalar) { only = Vector(repeating: number) }

    @inline(__always) init(_ address: UnsafePointer<Vector.Scalar>) {
        only = UnsafeRawPointer(address).loadUnaligned(as: Vector.self)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Vector.Scalar>) {
        UnsafeMutableRawPointer(address).storeBytes(of: only, as: Vector.self)
    }

    @inline(__always) init(first columns: Int, _ address: UnsafePointer<Vector.Scalar>) {
        only = UnsafeRawPointer(address).load(first: columns, Vector.Scalar.self)
    }

    @inline(__always) func store(first columns: Int, to address: UnsafeMutablePointer<Vector.Scalar>) {
        UnsafeMutableRawPointer(address).store(first: columns, of: only, 0, Vector.Scalar.self)
    }

    @inline(__always) mutating func add(_ a: Vector, times b: Self) { only = Vector.multiplyAdd(a, b.only, only) }

    @inline(__always) mutating func add(_ a: Self, timesEach b: Self) { add(a.only, times: b) }
}

struct Neighbours<Half: RowSegment>: RowSegment {
    typealias Vector = Half.Vector
    var left: Half
    var right: Half

    static var width: Int { @inline(__always) get { 2 &* Half.width } }

    @inline(__always) init() { (left, right) = (Half(), Half()) }

    @inline(__always) init(repeating number: Vector.Scalar) {
        (left, right) = (Half(repeating: number), Half(repeating: number))
    }

    @inline(__always) init(_ address: UnsafePointer<Vector.Scalar>) {
        left = Half(address)
        right = Half(address + Half.width)
    }

    @inline(__always) func store(to address: UnsafeMutablePointer<Vector.Scalar>) {
        left.store(to: address)
        right.store(to: address + Half.width)
    }

    @inline(__always) init(first columns: Int, _ address: UnsafePointer<Vector.Scalar>) {
        left = Half(first: min(columns, Half.width), address)
        right = columns <= Half.width ? Half() : Half(first: columns &- Half.width, address + Half.width)
    }

    @inline(__always) func store(first columns: Int, to address: UnsafeMutablePointer<Vector.Scalar>) {
        left.store(first: min(columns, Half.width), to: address)
        if columns > Half.width { right.store(first: columns &- Half.width, to: address + Half.width) }
    }

    @inline(__always) mutating func add(_ a: Vector, times b: Self) {
        left.add(a, times: b.left)
        right.add(a, times: b.right)
    }

    @inline(__always) mutating func add(_ a: Self, timesEach b: Self) {
        left.add(a.left, timesEach: b.left)
        right.add(a.right, timesEach: b.right)
    }
}

typealias TwoVectors<Vector: TensorVector> = Neighbours<OneVector<Vector>>

/// Some rows of the result, of one segment each.
protocol RegisterTile {
    associatedtype Segment: RowSegment
    /// Where in A each of the rows begins.
    associatedtype Rows
    static var height: Int { get }
    /// Row i of A begins at `address(first + i)`.
    static func rows(from first: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>) -> Rows
    /// Every row is `row`.
    init(rows row: Segment)
    /// Row i begins at `address(first + i)`.
    init(from first: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>)
    /// Writes row i to `address(first + i)`.
    func store(from first: Int, to address: (Int) -> UnsafeMutablePointer<Segment.Vector.Scalar>)
    /// The first columns of each row, read and written as above; what lies behind them is not touched.
    init(from first: Int, columns: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>)
    func store(from first: Int, columns: Int, to address: (Int) -> UnsafeMutablePointer<Segment.Vector.Scalar>)
    /// Adds the outer product of a column of A, which is the element `place` of each of its rows, and a row of B.
    mutating func add(_ rows: Rows, at place: Int, times b: Segment)
    /// Adds to each row the segment that begins at the element `place` of the row of A, times b column by column.
    mutating func add(_ rows: Rows, at place: Int, timesEach b: Segment)
}

struct OneRow<Segment: RowSegment>: RegisterTile {
    typealias Rows = UnsafePointer<Segment.Vector.Scalar>
    var row: Segment

    static var height: Int { @inline(__always) get { 1 } }

    @inline(__always) static func rows(
        from first: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>
    ) -> Rows { address(first) }

    @inline(__always) init(rows row: Segment) { self.row = row }

    @inline(__always) init(from first: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>) {
        row = Segment(address(first))
    }

    @inline(__always) func store(from first: Int, to address: (Int) -> UnsafeMutablePointer<Segment.Vector.Scalar>) {
        row.store(to: address(first))
    }

    @inline(__always) init(from first: Int, columns: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>) {
        row = Segment(first: columns, address(first))
    }

    @inline(__always) func store(
        from first: Int, columns: Int, to address: (Int) -> UnsafeMutablePointer<Segment.Vector.Scalar>
    ) { row.store(first: columns, to: address(first)) }

    @inline(__always) mutating func add(_ rows: Rows, at place: Int, times b: Segment) {
        row.add(Segment.Vector(repeating: rows[place]), times: b)
    }

    @inline(__always) mutating func add(_ rows: Rows, at place: Int, timesEach b: Segment) {
        row.add(Segment(rows + place), timesEach: b)
    }
}

struct Stacked<Upper: RegisterTile, Lower: RegisterTile>: RegisterTile where Upper.Segment == Lower.Segment {
    typealias Segment = Upper.Segment
    typealias Rows = (upper: Upper.Rows, lower: Lower.Rows)
    var upper: Upper
    var lower: Lower

    static var height: Int { @inline(__always) get { Upper.height &+ Lower.height } }

    @inline(__always) static func rows(
        from first: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>
    ) -> Rows { (Upper.rows(from: first, address), Lower.rows(from: first &+ Upper.height, address)) }

    @inline(__always) init(rows row: Segment) { (upper, lower) = (Upper(rows: row), Lower(rows: row)) }

    @inline(__always) init(from first: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>) {
        upper = Upper(from: first, address)
        lower = Lower(from: first &+ Upper.height, address)
    }

    @inline(__always) func store(from first: Int, to address: (Int) -> UnsafeMutablePointer<Segment.Vector.Scalar>) {
        upper.store(from: first, to: address)
        lower.store(from: first &+ Upper.height, to: address)
    }

    @inline(__always) init(from first: Int, columns: Int, _ address: (Int) -> UnsafePointer<Segment.Vector.Scalar>) {
        upper = Upper(from: first, columns: columns, address)
        lower = Lower(from: first &+ Upper.height, columns: columns, address)
    }

    @inline(__always) func store(
        from first: Int, columns: Int, to address: (Int) -> UnsafeMutablePointer<Segment.Vector.Scalar>
    ) {
        upper.store(from: first, columns: columns, to: address)
        lower.store(from: first &+ Upper.height, columns: columns, to: address)
    }

    @inline(__always) mutating func add(_ rows: Rows, at place: Int, times b: Segment) {
        upper.add(rows.upper, at: place, times: b)
        lower.add(rows.lower, at: place, times: b)
    }

    @inline(__always) mutating func add(_ rows: Rows, at place: Int, timesEach b: Segment) {
        upper.add(rows.upper, at: place, timesEach: b)
        lower.add(rows.lower, at: place, timesEach: b)
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
    /// Rows that lie so many elements apart: another matrix, or at distance 0 the same row everywhere, such as a bias.
    case rows(UnsafePointer<Scalar>, distance: Int)
    /// What already stands in the result.
    case result

    /// The same for a part of the result.
    @inline(__always)
    func from(_ part: ProductPart) -> ProductStart {
        guard case .rows(let first, let distance) = self else { return self }
        return .rows(first + (part.rows.lowerBound &* distance &+ part.columns.lowerBound), distance: distance)
    }
}

/// Rows of a result that are computed tile by tile.
protocol TileWork {
    associatedtype Segment: RowSegment
    /// Computes the rows of one tile, from the row `first` on.
    func compute<Tile: RegisterTile>(_: Tile.Type, from first: Int) where Tile.Segment == Segment
}

extension TileWork {
    /// The first `rows` rows, in tiles of as many rows as fill the registers, then of 4, 2 and 1.
    @inline(__always)
    func computeRows(_ rows: Int) {
        var first = 0
        while rows &- first >= TallTile<Segment>.height {
            compute(TallTile<Segment>.self, from: first)
            first &+= TallTile<Segment>.height
        }
        while rows &- first >= 4 {
            compute(FourRows<Segment>.self, from: first)
            first &+= 4
        }
        if rows &- first >= 2 {
            compute(TwoRows<Segment>.self, from: first)
            first &+= 2
        }
        if rows &- first >= 1 { compute(OneRow<Segment>.self, from: first) }
    }
}

/// Rows of a matrix product, one segment wide: C ← start + A·B over `depth` steps.
///
/// Whatever the size of the tile, an element is summed over k in one order, each step rounded once. So an element of a
/// product has the same bits in any batch, in any place, on any number of threads.
///
/// Element (i, p) of A lies at `a + i·aRow + p·aStep`, row p of B begins at `b + p·bStep`, row i of C at `c + i·cRow`, of
/// which `columns` are read and written.
struct MatrixTiles<Segment: RowSegment>: TileWork {
    typealias Scalar = Segment.Vector.Scalar
    let a: UnsafePointer<Scalar>
    let aRow: Int
    let aStep: Int
    let b: UnsafePointer<Scalar>
    let bStep: Int
    let c: UnsafeMutablePointer<Scalar>
    let cRow: Int
    let columns: Int
    let depth: Int
    let start: ProductStart<Scalar>

    @inline(__always)
    func compute<Tile: RegisterTile>(_: Tile.Type, from first: Int) where Tile.Segment == Segment {
        let (a, c) = (a + first &* aRow, c + first &* cRow)
        var tile: Tile
        switch start {
        case .zero: tile = Tile(rows: Segment())
        case .rows(let row, let distance): tile = Tile(from: 0) { row + (first &+ $0) &* distance }
        case .result:
            tile = columns == Segment.width
                ? Tile(from: 0) { UnsafePointer(c + $0 &* cRow) }
                : Tile(from: 0, columns: columns) { UnsafePointer(c + $0 &* cRow) }
        }
        let rows = Tile.rows(from: 0) { a + $0 &* aRow }
        var (place, b) = (0, b)
        for _ in 0..<depth {
            tile.add(rows, at: place, times: Segment(b))
            place &+= aStep
            b += bStep
        }
        if columns == Segment.width {
            tile.store(from: 0) { c + $0 &* cRow }
        } else {
            tile.store(from: 0, columns: columns) { c + $0 &* cRow }
        }
    }
}
