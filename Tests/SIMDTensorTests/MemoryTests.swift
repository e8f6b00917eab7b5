// The memory of tensors: blocks that are used again, and never by two at once.
//
// What the whole program has asked for changes while other tests run. So the rules are tested on pools of the tests'
// own, and what the program's one pool does in processes of the tests' own.

import Foundation
import TestTools
import Testing

@testable import SIMDTensor

@Suite("Blocks of memory are used again")
struct MemoryTests {
    /// A pool, and what is known of its blocks without it.
    private struct Model: ~Copyable {
        var pool = Memory.Pool()
        var given = [UnsafeMutableRawPointer: Int]()
        /// Those given back; the pool may have given some of them to the system.
        var returned = [UnsafeMutableRawPointer: Int]()
        var mistakes = [String]()

        /// Takes a block from the pool or, if it has none, from the system.
        @discardableResult
        mutating func take(_ size: Int) -> (start: UnsafeMutableRawPointer, isKept: Bool) {
            let block = pool.take(size)
            let start = block?.start ?? .allocate(byteCount: size, alignment: 64)
            if block != nil && returned[start] != size { mistakes.append("a block of another size, or another's") }
            returned[start] = nil
            given[start] = size
            return (start, block != nil)
        }

        mutating func giveBack(_ start: UnsafeMutableRawPointer) {
            let size = given.removeValue(forKey: start)!
            returned[start] = size
            pool.keep(Memory.Pool.Kept(start: start, size: size, time: pool.usage.requests))
            if pool.usage.kept > pool.limit { mistakes.append("\(pool.usage.kept) bytes kept, limit \(pool.limit)") }
        }

        mutating func setLimit(_ bytes: Int) {
            pool.limit = bytes
            pool.shrink(to: bytes)
        }

        /// Gives everything to the system.
        mutating func end() {
            for start in given.keys { start.deallocate() }
            pool.shrink(to: 0)
            if pool.usage.kept != 0 { mistakes.append("\(pool.usage.kept) bytes stay for ever") }
        }
    }

    @Test("a block has at least the bytes asked for, at most an eighth more, and sizes repeat")
    func sizes() {
        var generator = TestGenerator(1)
        let exponents = 15..<44
        let random = (0..<20_000).map { _ in Int.random(in: 1 << 15..<1 << 44, using: &generator) }
        let edges = exponents.flatMap { exponent in (-130...130).map { 1 << exponent + $0 } }
        for bytes in Array(Memory.smallest...200_000) + edges + random where bytes >= Memory.smallest {
            let size = Memory.size(for: bytes)
            guard size >= bytes && size <= max(bytes + 4095, bytes + bytes / 8) && size % 4096 == 0 else {
                Issue.record("\(size) for \(bytes)")
                break
            }
            // A block that is asked for by its own size is of that size, and a tensor a little larger asks for no less.
            guard Memory.size(for: size) == size && Memory.size(for: bytes + 1) >= size else {
                Issue.record("\(size) for \(bytes), \(Memory.size(for: size)) for \(size)")
                break
            }
        }
    }

    @Test("a block that is given back is handed out to who asks for its size, the last one first")
    func again() {
        var model = Model()
        let (a, b, c) = (model.take(40_960), model.take(40_960), model.take(45_056))
        #expect(!a.isKept && !b.isKept && !c.isKept)
        #expect(model.pool.usage == Memory.Usage(requests: 3, fresh: 3, kept: 0))
        for block in [a, b, c] { model.giveBack(block.start) }
        #expect(model.pool.usage == Memory.Usage(requests: 3, fresh: 3, kept: 2 * 40_960 + 45_056))
        #expect(model.take(40_960).start == b.start)
        #expect(model.take(40_960).start == a.start)
        #expect(!model.take(40_960).isKept)
        #expect(model.pool.usage == Memory.Usage(requests: 6, fresh: 4, kept: 45_056))
        model.end()
    }

    @Test("never more bytes are kept than the limit; the oldest blocks go first")
    func limit() {
        var model = Model()
        model.pool.limit = 100_000
        let blocks = (0..<4).map { _ in model.take(32_768).start }
        for block in blocks { model.giveBack(block) }
        // Three of them are 98,304 bytes; the first one made room for the last.
        #expect(model.pool.usage.kept == 3 * 32_768)
        model.pool.shrink(to: 70_000)
        #expect(model.pool.usage.kept == 2 * 32_768)
        #expect(model.take(32_768).start == blocks[3])
        #expect(model.take(32_768).start == blocks[2])
        #expect(!model.take(32_768).isKept)
        model.giveBack(model.take(200_704).start)
        #expect(model.pool.usage.kept == 0, "a block larger than the limit is kept")
        model.pool.limit = 0
        for block in Array(model.given.keys) { model.giveBack(block) }
        #expect(model.pool.usage.kept == 0)
        model.end()
    }

    @Test("a block larger than the limit drives no other block out: it cannot be kept anyway")
    func largerThanTheLimit() {
        var model = Model()
        model.setLimit(100_000)
        let (small, large) = (model.take(32_768).start, model.take(200_704).start)
        model.giveBack(small)
        model.giveBack(large)
        #expect(model.pool.usage.kept == 32_768)
        model.end()
        #expect(model.mistakes == [])
    }

    @Test("a block that no one takes is given to the system after so many requests, neither earlier nor later")
    func patience() {
        var model = Model()
        let idle = model.take(65_536).start
        model.giveBack(idle)
        for request in 1...Memory.Pool.patience {
            model.giveBack(model.take(32_768).start)
            #expect(model.pool.usage.kept == 65_536 + 32_768, "request \(request)")
        }
        // Now it is too old even for who asks for it.
        #expect(!model.take(65_536).isKept)
        #expect(model.pool.usage.kept == 32_768)
        // One that is taken again and again does not grow old.
        #expect(model.take(32_768).isKept)
        model.end()
    }

    @Test("any requests: no block is given to two, none is lost, and the counts are right", arguments: 0..<4)
    func anyRequests(seed: Int) {
        var model = Model()
        var generator = TestGenerator(seed)
        model.setLimit(400_000)
        var fresh = 0
        for request in 1...6000 {
            // One size is asked for so seldom that its blocks grow old.
            let seldom = Int.random(in: 0..<3000, using: &generator) == 0
            if !model.take(seldom ? 131_072 : 32_768 << Int.random(in: 0..<3, using: &generator)).isKept { fresh += 1 }
            while model.given.count > Int.random(in: 0..<12, using: &generator) {
                model.giveBack(model.given.keys.sorted().randomElement(using: &generator)!)
            }
            if request % 1000 == 0 { model.setLimit([200_000, 0, 1_000_000][request / 1000 % 3]) }
            if model.pool.usage.requests != request || model.pool.usage.fresh != fresh {
                model.mistakes.append("\(model.pool.usage) after \(request) requests, \(fresh) of them fresh")
            }
        }
        // What is kept can be taken, all of it.
        var left = model.pool.usage.kept
        #expect(left > 0)
        for size in [32_768, 65_536, 131_072] { while model.take(size).isKept { left -= size } }
        #expect(left == 0 && model.pool.usage.kept == 0)
        model.end()
        #expect(model.mistakes == [])
    }

    // MARK: The program's pool

    /// How many requests, and how many fresh blocks, each of `steps` calls of `step` needs.
    private static func requests(_ steps: Int, _ step: () -> Void) -> [Memory.Usage] {
        (0..<steps).map { _ in
            let before = Memory.usage
            step()
            var usage = Memory.usage
            usage.requests -= before.requests
            usage.fresh -= before.fresh
            return usage
        }
    }

    @Test("a loop that makes and drops large tensors asks the system for memory in its first step only")
    func loop() async {
        await #expect(processExitsWith: .success) {
            var weight = Tensor<Float>(repeating: 0.5, shape: [300, 300])
            let x = Tensor<Float>(repeating: 1, shape: [200, 300])
            let used = MemoryTests.requests(20) {
                // Six large results; the product's panels too may be large.
                let h = tanh(x • weight + 1)
                let gradient = x.transposed • (h * h)
                onThreads(&weight, with: gradient) { $0.update { w, g in w -= g * 0.001 } }
                _ = softmax(h)
            }
            #expect(used[0].fresh > 0)
            #expect(used[0].requests >= 6)
            for usage in used.dropFirst() {
                #expect(usage.requests == used[0].requests && usage.fresh == 0 && usage.kept == used[0].kept, "\(used)")
            }
            // Below the smallest size no block is asked for.
            let small = MemoryTests.requests(3) { _ = Tensor<Float>(zeros: [Memory.smallest / 4 - 33]) + 1 }
            #expect(small.allSatisfy { $0.requests == 0 })
            let smallest = MemoryTests.requests(3) { _ = Tensor<Float>(zeros: [Memory.smallest / 4 - 32]) + 1 }
            #expect(smallest.map(\.requests) == [2, 2, 2])
        }
    }

    @Test("a smaller limit frees at once, a limit of zero keeps nothing, and release frees everything")
    func programLimit() async {
        await #expect(processExitsWith: .success) {
            func makeAndDrop() { _ = (0..<4).map { Tensor<Double>(zeros: [100_000 + 20_000 * $0]) } }
            Memory.limit = 1 << 30
            makeAndDrop()
            let all = Memory.usage.kept
            #expect(all >= 4 * 800_000)
            Memory.limit = all
            #expect(Memory.usage.kept == all)
            Memory.limit = all - 1
            #expect(Memory.usage.kept < all && Memory.usage.kept > 0)
            Memory.limit = 2_000_000
            #expect(Memory.usage.kept <= 2_000_000 && Memory.usage.kept > 0)
            makeAndDrop()
            #expect(Memory.usage.kept <= 2_000_000 && Memory.usage.kept > 0)
            Memory.release()
            #expect(Memory.usage.kept == 0 && Memory.limit == 2_000_000)
            makeAndDrop()
            #expect(Memory.usage.kept > 0)
            Memory.limit = 0
            #expect(Memory.usage.kept == 0)
            let fresh = Memory.usage.fresh
            makeAndDrop()
            #expect(Memory.usage.kept == 0 && Memory.usage.fresh == fresh + 4)
        }
    }

    #if os(Linux)
    @Test("what is given to the system is the system's: it counts less for this program")
    func givenToTheSystem() async {
        await #expect(processExitsWith: .success) {
            /// The size of the program in pages, as the system has it.
            func pages() throws -> Int {
                let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                return try #require(numbers.first.flatMap { Int($0) })
            }
            // Half a gigabyte, of which nothing is written. What else is needed meanwhile is far less than half of it.
            let size = 1 << 29, half = size / 2 / Int(sysconf(Int32(_SC_PAGESIZE)))
            Memory.limit = 2 * size
            let before = try pages()
            _ = Tensor<Float>(uninitialized: [size / 4])
            #expect(try pages() > before + half && Memory.usage.kept >= size)
            Memory.release()
            #expect(try pages() < before + half)
        }
    }
    #endif

    @Test("a limit below zero is refused with a sentence")
    func negativeLimit() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Memory.limit = -1
        }
        expect(result, says: "Memory.limit: a number of bytes is not negative, but -1 was set")
    }

    // MARK: Tensors

    /// The memory of a tensor's elements and of the slack behind them.
    private static func memory<Scalar: TensorScalar>(_ x: Tensor<Scalar>) -> Range<Int> {
        let start = Int(bitPattern: x.start)
        return start..<start + x.byteCount + Storage<Scalar>.slack
    }

    /// Numbers of elements about those with which a tensor's memory becomes a block of the pool, and others.
    private static func counts<Scalar: TensorScalar>(_: Scalar.Type) -> [Int] {
        let smallest = (Memory.smallest - Storage<Scalar>.slack) / MemoryLayout<Scalar>.stride
        return Array(0...70) + (smallest - 20...smallest + 20) + [9000, 65_536, 100_003, (2 << 20) / 4 + 1]
    }

    @Test("the first element of a tensor of any size begins a cache line, of copies and results too")
    func alignment() {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            for count in Self.counts(Scalar.self) {
                let x = Tensor<Scalar>(repeating: 2, shape: [count])
                var copy = x[min(1, count)..<count]
                copy += copy
                for tensor in [x, copy, x + 1, Tensor(x.scalars)] {
                    #expect(UInt(bitPattern: tensor.start) % 64 == 0, "\(count) elements")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("tensors that are alive share no memory, and keep their numbers, while others come and go", arguments: 0..<3)
    func alive(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var (generator, alive, next) = (TestGenerator(seed), [(tensor: Tensor<Scalar>, number: Scalar)](), 0)
            let counts = Self.counts(Scalar.self).filter { $0 > 20 }
            for _ in 0..<150 {
                next += 1
                let count = counts.randomElement(using: &generator)!
                alive.append((Tensor(repeating: Scalar(next), shape: [count]), Scalar(next)))
                if alive.count > 12 { alive.remove(at: Int.random(in: 0..<alive.count, using: &generator)) }
                let ranges = alive.map { Self.memory($0.tensor) }.sorted { $0.lowerBound < $1.lowerBound }
                #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
                let index = Int.random(in: 0..<alive.count, using: &generator)
                if alive[index].tensor.scalars.contains(where: { $0 != alive[index].number }) {
                    Issue.record("tensor \(alive[index].number) was overwritten")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("tensors that many tasks make and drop at once keep their numbers")
    func tasks() async {
        let mistakes = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var (generator, mistakes) = (TestGenerator(task), 0)
                    var kept = Tensor<Float>(repeating: Float(task), shape: [9000])
                    for _ in 0..<100 {
                        let size = [8160, 9000, 12_000].randomElement(using: &generator)!
                        let other = Tensor<Float>(repeating: Float(task), shape: [size])
                        if kept.sum() != Float(task * kept.count) || other.maximum() != Float(task) { mistakes += 1 }
                        if Bool.random(using: &generator) { kept = other }
                    }
                    return mistakes
                }
            }
            return await group.reduce(0, +)
        }
        #expect(mistakes == 0)
    }

    @Test("a slice keeps the block of its tensor when the tensor is gone")
    func slice() {
        for count in [8100, 8160, 100_000] {
            var whole: Tensor<Float>? = Tensor(repeating: 1, shape: [4, count])
            let row = whole![2]
            whole = nil
            // Whoever was given the block too early would write into it.
            for number in 2..<8 {
                let other = Tensor<Float>(repeating: Float(number), shape: [4, count])
                #expect(other.maximum() == Float(number))
            }
            #expect(row.scalars.allSatisfy { $0 == 1 })
        }
    }
}
