// Several threads. How many there are is a setting of the whole program, and other tests run at the same time; so each
// test that sets it runs in a process of its own.

import Foundation
import TestTools
import Testing

@testable import SIMDTensor

@Suite("Results do not depend on the threads")
struct ThreadsTests {
    static let counts = [1, 2, 3, 5, 64]

    /// Numbers of elements just below, at and just above `sharedBytes`, and some way beyond.
    static func sizes<Scalar: TensorScalar>(_: Scalar.Type) -> [Int] {
        let shared = sharedBytes / MemoryLayout<Scalar>.stride
        return [shared - 1, shared, shared + 1, 2 * shared + 1, 3 * shared - 7]
    }

    /// Numbers that have to be rounded in every sum, the smallest ten thousand times smaller than the largest.
    static func rough<Scalar: TensorScalar>(_ shape: [Int], _ seed: Int) -> Tensor<Scalar> {
        var generator = TestGenerator(seed)
        return Tensor((0..<shape.reduce(1, *)).map { _ in
            let bits = generator.next()
            return (Scalar(bits >> 40) * 0x1p-23 - 1) * (bits % 8 == 0 ? 100 : 0.01)
        }, shape: shape)
    }

    /// A function of two tensors of one length, with its name.
    typealias Named<Scalar: TensorScalar> = (name: String, of: (Tensor<Scalar>, Tensor<Scalar>) -> Tensor<Scalar>)

    /// Every function that shares a pass over all elements among threads.
    static func elementwise<Scalar: TensorScalar>(_: Scalar.Type) -> [Named<Scalar>] {
        var all = [Named<Scalar>]()
        all.append(("exp", { a, _ in exp(a) }))
        all.append(("log", { a, _ in log(a) }))
        all.append(("tanh", { a, _ in tanh(a) }))
        all.append(("sigmoid", { a, _ in sigmoid(a) }))
        all.append(("softplus", { a, _ in softplus(a) }))
        all.append(("erf", { a, _ in erf(a) }))
        all.append(("sin", { a, _ in sin(a) }))
        all.append(("cos", { a, _ in cos(a) }))
        all.append(("-a", { a, _ in -a }))
        all.append(("a + b", { a, b in a + b }))
        all.append(("a - b", { a, b in a - b }))
        all.append(("a * b", { a, b in a * b }))
        all.append(("a / b", { a, b in a / b }))
        all.append(("a + 3", { a, _ in a + 3 }))
        all.append(("3 + a", { a, _ in 3 + a }))
        all.append(("a - 3", { a, _ in a - 3 }))
        all.append(("3 - a", { a, _ in 3 - a }))
        all.append(("a * 3", { a, _ in a * 3 }))
        all.append(("3 * a", { a, _ in 3 * a }))
        all.append(("a / 3", { a, _ in a / 3 }))
        all.append(("3 / a", { a, _ in 3 / a }))
        all.append(("mapAndSum", { a, b in mapAndSum(a, b) { a, b in (element: a * b - b, term: a) }.elements }))
        all.append(("onThreads of one", { a, _ in onThreads(a) { $0.map { a in a * a - a } } }))
        all.append(("onThreads of two", { a, b in onThreads(a, b) { $0.map { a, b in a * b - a } } }))
        all.append(("update of one", { a, b in
            var a = a
            onThreads(&a, with: b) { $0.update { a, b in a = a * b - a } }
            return a
        }))
        all.append(("update of two", { a, b in
            var (first, second) = (a, b)
            onThreads(&first, &second, with: a) { $0.update { x, y, a in (x, y) = (y * 3 - a, x * a) } }
            return first * 2 + second
        }))
        all.append(("update of three", { a, b in
            var (first, second, third) = (a, b, b)
            onThreads(&first, &second, &third, with: a) { $0.update { x, y, z, a in (x, y, z) = (y * 3 - a, z * a, x + y) } }
            return first * 2 + second * 3 + third
        }))
        return all
    }

    /// Every function that shares a sum among threads, and those that share rows or columns.
    static func sums<Scalar: TensorScalar>(_: Scalar.Type) -> [Named<Scalar>] {
        var all = [Named<Scalar>]()
        all.append(("sum", { a, _ in Tensor(a.sum()) }))
        all.append(("mean", { a, _ in Tensor(a.mean()) }))
        all.append(("norm", { a, _ in Tensor(a.norm()) }))
        all.append(("variance", { a, _ in Tensor(a.variance()) }))
        all.append(("mapAndSum", { a, b in Tensor(mapAndSum(a, b) { a, b in (element: a, term: a * b) }.sum) }))
        for columns in [1, 10, 513, 40_000] {
            func matrix(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
                x[0..<x.count / columns * columns].reshaped([-1, columns])
            }
            all.append(("sum along rows of \(columns)", { a, _ in matrix(a).sum(along: 1) }))
            all.append(("sum along \(columns) columns", { a, _ in matrix(a).sum(along: 0) }))
            all.append(("softmax of \(columns) columns", { a, _ in softmax(matrix(a)) }))
            all.append(("logSoftmax of \(columns) columns", { a, _ in logSoftmax(matrix(a)) }))
        }
        return all
    }

    /// The same bits for every number of threads, and, element by element, those of small pieces, which no threads share.
    static func check<Scalar: TensorScalar>(_: Scalar.Type) {
        let most = sizes(Scalar.self).max()!
        let (allA, allB): (Tensor<Scalar>, Tensor<Scalar>) = (rough([most], 1), rough([most], 2))
        for size in sizes(Scalar.self) {
            // From another place each time, so that vectors begin anywhere; behind the last element, others.
            let first = most - size
            let (a, b) = (allA[first..<most], allB[0..<size])
            func expectSame(_ function: Named<Scalar>, as expected: Tensor<Scalar>) {
                for count in counts {
                    Threads.count = count
                    let isSame = sameBits(function.of(a, b), expected)
                    #expect(isSame, "\(function.name) of \(size) \(Scalar.self)s on \(count) threads")
                }
            }
            for function in elementwise(Scalar.self) {
                let pieces = stride(from: 0, to: size, by: 10_007).map { place in
                    let piece = place..<min(size, place + 10_007)
                    return function.of(a[piece], b[piece])
                }
                expectSame(function, as: .concatenate(pieces))
            }
            for function in sums(Scalar.self) {
                Threads.count = 1
                expectSame(function, as: function.of(a, b))
            }
        }
    }

    @Test("every function of a whole tensor, in Float") func floats() async {
        await #expect(processExitsWith: .success) { ThreadsTests.check(Float.self) }
    }

    @Test("every function of a whole tensor, in Double") func doubles() async {
        await #expect(processExitsWith: .success) { ThreadsTests.check(Double.self) }
    }

    @Test("many tasks that compute products and sums of their own at once all get the right results")
    func manyTasks() async {
        await #expect(processExitsWith: .success) {
            Threads.count = 3
            await withTaskGroup(of: Void.self) { group in
                for seed in 0..<12 {
                    group.addTask {
                        var generator = TestGenerator(seed)
                        let a: Plain<Float> = generator.plain([97, 80]), b: Plain<Float> = generator.plain([80, 101])
                        #expect(97 * 80 * 101 >= MatrixProduct<Float>.threadedWork)
                        let product = Tensor(naiveProduct(a.values, b.values, m: 97, k: 80, n: 101), shape: [97, 101])
                        let whole = Tensor<Double>(shape: [70_000]) { Double($0[0] % (seed + 2)) }
                        let sum = (0..<70_000).reduce(0) { $0 + $1 % (seed + 2) }
                        for _ in 0..<20 {
                            #expect(a.tensor • b.tensor == product)
                            #expect(whole.sum() == Double(sum))
                            let shifted = whole + Double(seed)
                            #expect(shifted.reshaped([1000, 70]).sum(along: 0).sum() == Double(sum + 70_000 * seed))
                        }
                    }
                }
            }
        }
    }

    @Test("results computed on several threads come in order, however many there are and however long each takes")
    func severalResults() async {
        await #expect(processExitsWith: .success) {
            for count in ThreadsTests.counts {
                Threads.count = count
                for results in [0, 1, 2, 3, 16, 64, 65, 1000] {
                    let squares = onThreads(results) { number in
                        if number % 97 == 0 { usleep(300) }
                        return number * number
                    }
                    #expect(squares == (0..<results).map { $0 * $0 }, "\(results) results on \(count) threads")
                }
                // What is no plain number is kept, and freed.
                let words = onThreads(20) { String(repeating: "ab", count: $0 + 20) }
                #expect(words == (0..<20).map { String(repeating: "ab", count: $0 + 20) })
                final class Held: Sendable {}
                weak var held: Held?
                do {
                    let objects = onThreads(7) { _ in Held() }
                    held = objects[3]
                    withExtendedLifetime(objects) {
                        #expect(Set(objects.map(ObjectIdentifier.init)).count == 7 && held != nil)
                    }
                }
                #expect(held == nil)
            }
        }
    }

    @Test("products and passes inside of what several threads compute are right, also two deep")
    func resultsOfProducts() async {
        await #expect(processExitsWith: .success) {
            var random = Random(seed: 4)
            let x: Tensor<Float> = random.normal([12, 90, 80]), w: Tensor<Float> = random.normal([80, 101])
            let long: Tensor<Float> = random.normal([100_000])
            #expect(90 * 80 * 101 >= MatrixProduct<Float>.threadedWork)
            Threads.count = 1
            let expected = (0..<12).map { (tanh(x[$0] • w), exp(long * Float($0)).sum()) }
            for count in ThreadsTests.counts {
                Threads.count = count
                let results = onThreads(12) { number in
                    let inner = onThreads(3) { part in
                        x[number].slice(along: 0, part * 30..<part * 30 + 30) • w
                    }
                    return (tanh(Tensor.concatenate(inner)), exp(long * Float(number)).sum())
                }
                for (result, expected) in zip(results, expected) {
                    let isSame = sameBits(result.0, expected.0) && result.1 == expected.1
                    #expect(isSame, "\(count) threads")
                }
            }
        }
    }

    @Test("not even one thread is refused with a sentence")
    func noThreads() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Threads.count = 0
        }
        expect(result, says: "Threads.count: at least one thread is needed, but 0 was set")
    }
}

@Suite("Sections of several threads")
struct SectionTests {
    /// How often each of `tasks` tasks ran when `parallel` returned.
    static func runs(tasks: Int, _ body: (Int) -> Void = { _ in }) -> [Int] {
        let runs = Locked([Int](repeating: 0, count: tasks))
        parallel(tasks: tasks, if: true) { task in
            body(task)
            runs.withLock { $0[task] += 1 }
        }
        return runs.withLock { $0 }
    }

    static func ones(_ count: Int) -> [Int] { [Int](repeating: 1, count: count) }

    /// Runs `body` on `count` threads that are none of the tensor's, at once.
    static func onForeignThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body(index)
                group.leave()
            }
        }
        group.wait()
    }

    @Test("every task runs exactly once, however many there are")
    func once() async {
        await #expect(processExitsWith: .success) {
            for count in ThreadsTests.counts {
                Threads.count = count
                for tasks in [0, 1, 2, 3, 63, 64, 65, 1000] {
                    let runs = SectionTests.runs(tasks: tasks)
                    #expect(runs == SectionTests.ones(tasks), "\(tasks) tasks, \(count) threads")
                }
            }
        }
    }

    @Test("a range is cut into parts that begin at multiples of the step and together are the range")
    func ranges() async {
        await #expect(processExitsWith: .success) {
            for count in ThreadsTests.counts {
                Threads.count = count
                let ranges = [(0..<1, 1), (0..<100, 1), (5..<100, 7), (3..<4, 64), (0..<65, 64), (-9..<1000, 16)]
                for (range, step) in ranges {
                    let parts = Locked([Range<Int>]())
                    parallel(range, step: step, if: true) { part in parts.withLock { $0.append(part) } }
                    let sorted = parts.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
                    #expect(sorted.first?.lowerBound == range.lowerBound && sorted.last?.upperBound == range.upperBound)
                    #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }, "\(sorted)")
                    #expect(sorted.allSatisfy { ($0.lowerBound - range.lowerBound) % step == 0 }, "\(sorted)")
                    #expect(!sorted.contains { $0.isEmpty }, "\(sorted)")
                }
                parallel(7..<7, step: 3, if: true) { #expect($0.isEmpty) }
            }
        }
    }

    @Test("thousands of tiny sections, one right after the other")
    func tiny() async {
        await #expect(processExitsWith: .success) {
            for (count, sections) in [(2, 10_000), (3, 3000), (64, 1000)] {
                Threads.count = count
                var wrong = 0
                for section in 0..<sections {
                    let tasks = 2 + section % 7
                    // Each task has a place of its own, so nothing but the end of the section brings its number here.
                    var places = [Int](repeating: 0, count: tasks)
                    places.withUnsafeMutableBufferPointer { places in
                        parallel(tasks: tasks, if: true) { places[$0] += section + $0 }
                    }
                    if places != (0..<tasks).map({ section + $0 }) { wrong += 1 }
                }
                #expect(wrong == 0, "\(count) threads")
            }
        }
    }

    @Test("tasks that take very unequal time all run once, and the section waits for the last")
    func unequal() async {
        await #expect(processExitsWith: .success) {
            for count in ThreadsTests.counts {
                Threads.count = count
                for long in [0, 7, 19] {
                    let runs = SectionTests.runs(tasks: 20) { usleep($0 == long ? 3000 : $0 % 3 == 0 ? 50 : 0) }
                    #expect(runs == SectionTests.ones(20), "\(count) threads, task \(long) is long")
                }
            }
        }
    }

    @Test("helpers come: tasks are run by more than one thread")
    func helpers() async {
        await #expect(processExitsWith: .success) {
            Threads.count = 2
            // While the caller sleeps in a task, even a busy machine finds time for a helper, if there is one.
            let threads = Locked(Set<Int>())
            for _ in 0..<1000 where threads.withLock({ $0.count }) < 2 {
                parallel(tasks: 8, if: true) { _ in
                    usleep(200)
                    threads.withLock { _ = $0.insert(pthread_self().hashValue) }
                }
            }
            #expect(threads.withLock { $0.count } == 2)
        }
    }

    @Test("on one thread, or if it is not worthwhile, the caller runs the tasks itself and in order")
    func alone() async {
        await #expect(processExitsWith: .success) {
            func order(if worthwhile: Bool) -> [Int] {
                let order = Locked([Int]())
                parallel(tasks: 100, if: worthwhile) { task in order.withLock { $0.append(task) } }
                return order.withLock { $0 }
            }
            Threads.count = 8
            #expect(order(if: false) == Array(0..<100))
            Threads.count = 1
            #expect(order(if: true) == Array(0..<100))
        }
    }

    @Test("sections and tensor functions inside of a section, three deep")
    func nested() async {
        await #expect(processExitsWith: .success) {
            for count in [2, 5] {
                Threads.count = count
                let large = Tensor<Float>(repeating: 0.5, shape: [100_000])
                let inner = Locked(0)
                let runs = SectionTests.runs(tasks: 12) { task in
                    let results = SectionTests.runs(tasks: 5) { _ in
                        parallel(tasks: 3, if: true) { _ in inner.withLock { $0 += 1 } }
                    }
                    #expect(results == SectionTests.ones(5))
                    let x = large + Float(task)
                    #expect(x.sum() == 100_000 * (Float(task) + 0.5))
                    #expect(softmax(x.reshaped([-1, 4])).sum() == 25_000)
                }
                #expect(runs == SectionTests.ones(12))
                #expect(inner.withLock { $0 } == 12 * 5 * 3)
            }
        }
    }

    @Test("sections that several threads open at once")
    func several() async {
        await #expect(processExitsWith: .success) {
            Threads.count = 4
            let wrong = Locked(0)
            SectionTests.onForeignThreads(6) { thread in
                for section in 0..<500 {
                    let tasks = 1 + (section + thread) % 9
                    if SectionTests.runs(tasks: tasks) != SectionTests.ones(tasks) { wrong.withLock { $0 += 1 } }
                }
            }
            #expect(wrong.withLock { $0 } == 0)
        }
    }

    @Test("the number of threads may change at any time, even while sections run")
    func changing() async {
        await #expect(processExitsWith: .success) {
            let wrong = Locked(0)
            SectionTests.onForeignThreads(3) { thread in
                for section in 0..<1000 {
                    if thread == 0 { Threads.count = [1, 2, 7, 3][section % 4] }
                    let tasks = 2 + section % 5
                    if SectionTests.runs(tasks: tasks) != SectionTests.ones(tasks) { wrong.withLock { $0 += 1 } }
                }
            }
            #expect(wrong.withLock { $0 } == 0)
        }
    }

    @Test("what a section holds is freed when it ends")
    func freed() async {
        await #expect(processExitsWith: .success) {
            final class Held: Sendable {}
            Threads.count = 3
            weak var held: Held?
            for _ in 0..<200 {
                do {
                    let object = Held()
                    held = object
                    let runs = SectionTests.runs(tasks: 6) { _ in withExtendedLifetime(object) {} }
                    #expect(runs == SectionTests.ones(6))
                }
                #expect(held == nil)
            }
        }
    }
}
