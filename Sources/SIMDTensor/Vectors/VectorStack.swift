// Several vectors in registers, and how a matrix is transposed in them.
//
// The compiler keeps a vector in a register if it is a variable of its own; an array of vectors lies in memory. So sixteen
// vectors are two halves of eight, which are two halves of four, and so on to the single one, and what is done with each of
// them is said once for a half and once for the single vector.

/// Vectors that are kept in registers, because each is a variable of its own.
protocol VectorStack {
    associatedtype Vector: TensorVector
    static var count: Int { get }
    /// Vector i is `vector(first + i)`.
    init(from first: Int, _ vector: (Int) -> Vector)
    /// Calls `body` with `first + i` and vector i.
    func forEach(_ first: Int, _ body: (Int, Vector) -> Void)
    mutating func add(_ other: Self)
    /// a₀ b₀ a₁ b₁ …, of every vector of one stack and its counterpart of the other.
    static func interleaved(_ a: Self, _ b: Self) -> Halves<Self>
    /// Of every vector of one stack and its counterpart of the other, half as many sums of lanes each, side by side:
    /// a₀ + a₈, b₀ + b₈, a₁ + a₉, …
    static func foldedTogether(_ a: Self, _ b: Self) -> Self
    /// The sums of the lanes of each vector, in one vector; of as many vectors as a vector has lanes.
    var laneSums: Vector { get }
}

extension OneVector: VectorStack {
    static var count: Int { @inline(__always) get { 1 } }
    @inline(__always) init(from first: Int, _ vector: (Int) -> Vector) { only = vector(first) }
    @inline(__always) func forEach(_ first: Int, _ body: (Int, Vector) -> Void) { body(first, only) }
    @inline(__always) mutating func add(_ other: Self) { only += other.only }
    @inline(__always) static func interleaved(_ a: Self, _ b: Self) -> Halves<Self> {
        let (low, high) = Vector.interleaved(a.only, b.only)
        return Halves(first: OneVector(low), second: OneVector(high))
    }
    @inline(__always) static func foldedTogether(_ a: Self, _ b: Self) -> Self {
        let (low, high) = Vector.interleaved(a.only, b.only)
        return OneVector(low + high)
    }
    var laneSums: Vector { @inline(__always) get { only } }
}

struct Halves<Half: VectorStack>: VectorStack {
    typealias Vector = Half.Vector
    var first: Half
    var second: Half

    static var count: Int { @inline(__always) get { 2 &* Half.count } }

    @inline(__always) init(first: Half, second: Half) { (self.first, self.second) = (first, second) }

    @inline(__always) init(from first: Int, _ vector: (Int) -> Vector) {
        self.first = Half(from: first, vector)
        second = Half(from: first &+ Half.count, vector)
    }

    @inline(__always) func forEach(_ first: Int, _ body: (Int, Vector) -> Void) {
        self.first.forEach(first, body)
        second.forEach(first &+ Half.count, body)
    }

    @inline(__always) mutating func add(_ other: Self) {
        first.add(other.first)
        second.add(other.second)
    }

    @inline(__always) static func interleaved(_ a: Self, _ b: Self) -> Halves<Self> {
        Halves<Self>(first: Half.interleaved(a.first, b.first), second: Half.interleaved(a.second, b.second))
    }

    @inline(__always) static func foldedTogether(_ a: Self, _ b: Self) -> Self {
        Halves(first: Half.foldedTogether(a.first, b.first), second: Half.foldedTogether(a.second, b.second))
    }

    var laneSums: Vector { @inline(__always) get { Half.foldedTogether(first, second).laneSums } }

    /// All elements in a row, shuffled as a pack of cards: one of the first half, one of the second.
    var shuffled: Self { @inline(__always) get { Half.interleaved(first, second) } }
}

typealias EightVectors<Vector: TensorVector> = Halves<Halves<Halves<OneVector<Vector>>>>
typealias SixteenVectors<Vector: TensorVector> = Halves<EightVectors<Vector>>

extension SixteenVectors {
    /// The sixteen vectors as rows of a matrix: its columns, one after the other. A shuffle doubles an element's place in
    /// the row of all elements, so that four of them multiply it by sixteen: column 1 comes to stand at place 16.
    var transposed: Self { @inline(__always) get { shuffled.shuffled.shuffled.shuffled } }
}
