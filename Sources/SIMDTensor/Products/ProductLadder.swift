// The matrix product eight times: from three loops to the library's own, one idea at a time.
//
// A product of an m×k and a k×n matrix is m·n·k multiplications, each with an addition: that number is the same on every
// rung. What changes is how often the numbers are fetched, from where, and how many of them an instruction takes.
// Docs/Speed.md explains what each step gains, and how to count it beforehand; nothing else in the book uses this file.

/// A ladder of matrix products of `Float`s that compute the same: each rung has one idea more than the one below it.
///
/// ```swift
/// for rung in ProductLadder.rungs { print(rung.name, rung.idea, rung.multiply(a, b).shape) }
/// ```
public enum ProductLadder {
    /// One way to multiply two matrices.
    public struct Rung: Sendable {
        /// A word or two, no two rungs have the same.
        public let name: String
        /// What this rung does, and why it is faster than the one below, in a sentence.
        public let idea: String
        /// `[m, k]` and `[k, n]` give `[m, n]`, for any sizes. Traps if the shapes do not fit.
        public let multiply: @Sendable (Tensor<Float>, Tensor<Float>) -> Tensor<Float>
    }

    /// From the slowest to the fastest.
    ///
    /// All but the last compute on one thread; that one, the library's product, uses `Threads.count` of them.
    public static let rungs = [
        Rung(
            name: "three loops",
            idea: "The formula as it stands, every access checked and every partial sum written back to memory.",
            multiply: threeLoops),
        Rung(
            name: "pointers",
            idea: "Unchecked reads, and a sum in a register, so that no addition waits for a store.",
            multiply: pointers),
        Rung(
            name: "rows",
            idea: "The loops in another order, so that memory is read in order and no addition waits for another.",
            multiply: rows),
        Rung(
            name: "vectors",
            idea: "Sixteen neighbouring columns with one instruction, which multiplies and adds.",
            multiply: vectors),
        Rung(
            name: "tile in registers",
            idea: "A piece of the result stays in registers while k runs, so that each number loaded is used often.",
            multiply: registerTile),
        Rung(
            name: "blocks",
            idea: "The steps in blocks, so that a strip of B stays in the cache until all rows have used it.",
            multiply: blocks),
        Rung(
            name: "packed panels",
            idea: "The strip is copied into one piece, so that its rows do not push each other out of the cache.",
            multiply: packedPanels),
        Rung(
            name: "the library's product",
            idea: "The largest tile that the registers hold, copies only where they help, and threads.",
            multiply: { $0 • $1 }),
    ]

    // MARK: - The rungs
    // Never inlined, so that each can be found in the machine code by its name.

    /// c(i, j) = Σ a(i, p)·b(p, j), as one would write it down.
    ///
    /// Each of the m·n·k steps reads a, b and c, and writes c: 16 bytes. Each place is checked to lie within its tensor,
    /// and before each write c is asked whether another tensor shares its memory. Worst, each addition must wait until
    /// the sum of the one before it has gone to memory and come back. (`a[i, p]` would also make an array of its indices
    /// at each access, and be more than ten times slower still.)
    @inline(never)
    private static func threeLoops(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        let (m, k, n) = sizes(a, b)
        var c = Tensor<Float>(zeros: [m, n])
        for i in 0..<m {
            for j in 0..<n {
                for p in 0..<k { c[element: i * n + j] += a[element: i * k + p] * b[element: p * n + j] }
            }
        }
        return c
    }

    /// Below, an addition waits for memory. Here the sum is a variable, which the compiler keeps in a register, and the
    /// numbers are read without checks: 8 bytes a step.
    ///
    /// But b is read down a column: 4 bytes of a cache line of 64, then on to the next line, n numbers away. Before the
    /// neighbouring column is read, large matrices have pushed the line out again: 64 bytes are moved where 4 are used.
    /// And still each addition waits for the one before it, some cycles in which the processor could do dozens.
    @inline(never)
    private static func pointers(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        product(a, b) { a, b, c, m, k, n in
            for i in 0..<m {
                for j in 0..<n {
                    var sum: Float = 0
                    for p in 0..<k { sum += a[i * k + p] * b[p * n + j] }
                    c[i * n + j] = sum
                }
            }
        }
    }

    /// Below, columns are walked down and each addition waits for the last. Here the innermost loop runs along a row of b
    /// and a row of c, so that every byte of a cache line is used and the next lines are fetched ahead of time; and its
    /// additions belong to different sums, so that none waits.
    ///
    /// A step reads b and c and writes c: 12 bytes, three trips to memory for one multiplication, of one number at a time.
    @inline(never)
    private static func rows(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        product(a, b) { a, b, c, m, k, n in
            for i in 0..<m {
                for p in 0..<k {
                    for j in 0..<n { c[i * n + j] += a[i * k + p] * b[p * n + j] }
                }
            }
        }
    }

    /// Below, an instruction handles one number. Here it handles a vector of sixteen, and multiplies and adds at once.
    ///
    /// The 12 bytes a step remain: for each multiply-add of vectors two are loaded and one is stored, though the processor
    /// could multiply and add two of them in the time in which it stores one.
    @inline(never)
    private static func vectors(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        typealias Row = OneVector<Float.Vector>
        return product(a, b, width: Row.width) { a, b, c, m, k, n in
            for i in 0..<m {
                for p in 0..<k {
                    let factor = Float.Vector(repeating: a[i &* k &+ p])
                    for j in stride(from: 0, to: n, by: Row.width) {
                        var sums = Row(c + (i &* n &+ j))
                        sums.add(factor, times: Row(b + (p &* n &+ j)))
                        sums.store(to: c + (i &* n &+ j))
                    }
                }
            }
        }
    }

    /// One row of a tile of the result: 32 columns, or 16 where the registers are narrower.
    private typealias Row = WideSegment<Float.Vector>

    /// Four rows of the result: with 32 columns eight vectors of sums, which do not wait for each other. Each row is a
    /// variable of its own, which the compiler keeps in registers; an array of rows would lie in memory.
    private struct Tile {
        static var height: Int { 4 }

        private var first = Row(), second = Row(), third = Row(), fourth = Row()

        /// Zeros.
        @inline(__always) init() {}

        /// Row i begins at `address + i · rowStride`.
        @inline(__always) init(_ address: UnsafePointer<Float>, rowStride: Int) {
            first = Row(address)
            second = Row(address + rowStride)
            third = Row(address + 2 &* rowStride)
            fourth = Row(address + 3 &* rowStride)
        }

        @inline(__always) func store(to address: UnsafeMutablePointer<Float>, rowStride: Int) {
            first.store(to: address)
            second.store(to: address + rowStride)
            third.store(to: address + 2 &* rowStride)
            fourth.store(to: address + 3 &* rowStride)
        }

        /// Adds the products of four numbers of a column of A, `rowStride` apart, and a row of B.
        @inline(__always) mutating func add(_ a: UnsafePointer<Float>, rowStride: Int, times b: Row) {
            first.add(Float.Vector(repeating: a[0]), times: b)
            second.add(Float.Vector(repeating: a[rowStride]), times: b)
            third.add(Float.Vector(repeating: a[2 &* rowStride]), times: b)
            fourth.add(Float.Vector(repeating: a[3 &* rowStride]), times: b)
        }
    }

    /// Below, the loop spends itself on loading and storing c. Here 4×32 numbers of c stay in registers for all of k. A
    /// step of p loads 32 numbers of b and 4 of a, 144 bytes, for 128 multiplications: little more than 1 byte each.
    ///
    /// But for every four rows all of b goes by, n·k numbers, from whatever cache it fits into.
    @inline(never)
    private static func registerTile(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        product(a, b, height: Tile.height, width: Row.width) { a, b, c, m, k, n in
            for i in stride(from: 0, to: m, by: Tile.height) {
                for j in stride(from: 0, to: n, by: Row.width) {
                    var tile = Tile()
                    for p in 0..<k { tile.add(a + (i &* k &+ p), rowStride: k, times: Row(b + (p &* n &+ j))) }
                    tile.store(to: c + (i &* n &+ j), rowStride: n)
                }
            }
        }
    }

    /// A strip of 256 steps and 32 columns is 32 KB, one of 16 columns 16: it fits into a first-level cache.
    private static let depth = 256

    /// Below, b comes from afar for every four rows. Here the loop over the rows is inside: a strip of b, 256 steps of 32
    /// columns, is used by all tiles that stand below one another before the next strip begins. The price is that every
    /// tile is loaded and stored once every 256 steps.
    ///
    /// But the rows of the strip lie n numbers apart. A cache keeps a line in one of a few places, chosen by the line's
    /// address; if the distance is a large power of two, as for n = 512 and 1024, all rows want the same few places, and
    /// the strip does not stay.
    @inline(never)
    private static func blocks(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        product(a, b, height: Tile.height, width: Row.width) { a, b, c, m, k, n in
            for first in stride(from: 0, to: k, by: depth) {
                let steps = first..<min(first + depth, k)
                for j in stride(from: 0, to: n, by: Row.width) {
                    for i in stride(from: 0, to: m, by: Tile.height) {
                        var tile = Tile(c + (i &* n &+ j), rowStride: n)
                        for p in steps { tile.add(a + (i &* k &+ p), rowStride: k, times: Row(b + (p &* n &+ j))) }
                        tile.store(to: c + (i &* n &+ j), rowStride: n)
                    }
                }
            }
        }
    }

    /// Below, the rows of the strip push each other out of the cache. Here the strip is first copied into a panel without
    /// gaps, in the order in which it is read; then it fills the cache evenly, whatever n is. Each number is copied once
    /// for m multiplications.
    @inline(never)
    private static func packedPanels(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> {
        let memory = Tensor<Float>(uninitialized: [depth, Row.width])
        defer { extendLifetime(memory) }
        let panel = memory.start
        return product(a, b, height: Tile.height, width: Row.width) { a, b, c, m, k, n in
            for first in stride(from: 0, to: k, by: depth) {
                let steps = 0..<min(depth, k - first)
                for j in stride(from: 0, to: n, by: Row.width) {
                    for p in steps { Row(b + ((first &+ p) &* n &+ j)).store(to: panel + p &* Row.width) }
                    for i in stride(from: 0, to: m, by: Tile.height) {
                        let rows = a + (i &* k &+ first)
                        var tile = Tile(c + (i &* n &+ j), rowStride: n)
                        for p in steps { tile.add(rows + p, rowStride: k, times: Row(panel + p &* Row.width)) }
                        tile.store(to: c + (i &* n &+ j), rowStride: n)
                    }
                }
            }
        }
    }

    // MARK: - What they share

    /// m, k and n of a product `[m, k]·[k, n]`.
    private static func sizes(_ a: Tensor<Float>, _ b: Tensor<Float>) -> (m: Int, k: Int, n: Int) {
        require(
            a.rank == 2 && b.rank == 2 && a.shape[1] == b.shape[0],
            "ProductLadder: matrices of shapes [m, k] and [k, n] are multiplied, but the shapes are \(a.shape) and "
                + "\(b.shape)")
        return (a.shape[0], a.shape[1], b.shape[1])
    }

    /// A result of zeros that `multiply` adds the product to, given the first elements of a, b and c, and m, k and n.
    ///
    /// m and n are multiples of a tile's `height` and `width`: what is missing is made up for by rows of zeros below a and
    /// columns of zeros beside b, and cut off the result. So the rungs need no code for the edges.
    @inline(__always)
    private static func product(
        _ a: Tensor<Float>, _ b: Tensor<Float>, height: Int = 1, width: Int = 1,
        _ multiply: (
            UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, _ m: Int, _ k: Int, _ n: Int
        ) -> Void
    ) -> Tensor<Float> {
        let (m, k, n) = sizes(a, b)
        let (missingRows, missingColumns) = ((height - m % height) % height, (width - n % width) % width)
        let tall = missingRows == 0 ? a : .concatenate([a, Tensor(zeros: [missingRows, k])])
        let wide = missingColumns == 0 ? b : .concatenate([b, Tensor(zeros: [k, missingColumns])], along: 1)
        let c = Tensor<Float>(zeros: [m + missingRows, n + missingColumns])
        multiply(tall.base, wide.base, c.start, m + missingRows, k, n + missingColumns)
        extendLifetime(tall)
        extendLifetime(wide)
        return missingRows == 0 && missingColumns == 0 ? c : c[0..<m].slice(along: 1, 0..<n)
    }
}
