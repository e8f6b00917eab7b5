import Testing

@testable import SIMDTensor

/// Slices, reshaped tensors and copies share memory until one of them is written to. Vectors run beyond the last
/// element into what lies behind it, so all of this is done on slices in the middle of a tensor.
@Suite("Values: no tensor changes another")
struct CopyOnWriteTests {
    private let numbers = Plain<Float>([5, 7]) { Float(10 * $0[0] + $0[1]) }

    /// Every way to change a tensor in place.
    private static let changes: [@Sendable (inout Tensor<Float>) -> Void] = [
        { $0 += 1 },
        { $0 *= Tensor(repeating: 3, shape: $0.shape) },
        { $0 -= $0 },
        { tensor in onThreads(&tensor, with: Tensor(repeating: 1, shape: tensor.shape)) { $0.update { a, b in a = b * 99 } } },
        { $0[element: $0.count - 1] = -1 },
        { $0[0] = Tensor(repeating: -5, shape: Array($0.shape.dropFirst())) },
        { tensor in
            var other = Tensor<Float>(zeros: tensor.shape)
            onThreads(&tensor, &other, with: Tensor(zeros: tensor.shape)) { $0.update { a, b, _ in (a, b) = (b, a) } }
        },
        { tensor in
            var (second, third) = (tensor, tensor)
            onThreads(&tensor, &second, &third, with: tensor) { $0.update { a, b, c, _ in (a, b, c) = (a + b, b + c, c + a) } }
        },
    ]

    @Test("changing a view leaves the original as it is, and the other way round", arguments: changes.indices)
    func views(change: Int) {
        let change = Self.changes[change]
        let views: [(Tensor<Float>) -> Tensor<Float>] = [
            { $0 }, { $0[2] }, { $0[1..<4] }, { $0[0] }, { $0[4] }, { $0.reshaped([7, 5]) }, { $0.reshaped([35]) },
            { $0[1..<4].reshaped([21])[3..<20] }, { $0.broadcast(to: [5, 7]) }, { $0.summed(to: [5, 7]) },
            { $0.slice(along: 0, 1..<2) }, { $0.permuted([0, 1]) }, { Tensor.concatenate([$0]) },
        ]
        for view in views {
            let original = numbers.tensor
            var copy = view(original)
            let before = copy.scalars
            change(&copy)
            #expect(original.scalars == numbers.values)

            var changing = numbers.tensor
            let kept = view(changing)
            change(&changing)
            #expect(kept.scalars == before)

            // The last holder of the memory writes in place, inside a larger block.
            var alone = view(numbers.tensor)
            change(&alone)
            #expect(alone == copy)
        }
    }

    /// Columns with which five rows of floats are just too few for a block of the pool, just enough, and far more.
    private static let columns = {
        let enough = (Memory.smallest - Storage<Float>.slack) / MemoryLayout<Float>.stride / 5
        return [enough - 1, enough, enough + 1, 5 * enough]
    }()

    @Test("so it is with large tensors, whose memory is used again", arguments: columns)
    func largeViews(columns: Int) {
        let numbers = Plain<Float>([5, columns], (0..<5 * columns).map { Float($0 % 1001) })
        let views: [(Tensor<Float>) -> Tensor<Float>] = [
            { $0 }, { $0[2] }, { $0[1..<5] }, { $0.reshaped([columns, 5]) },
        ]
        for change in Self.changes {
            for view in views {
                let original = numbers.tensor
                var copy = view(original)
                let before = copy.scalars
                change(&copy)
                // Not in the expectation: what it says of arrays that differ would fill pages.
                let isUnchanged = original.scalars == numbers.values
                #expect(isUnchanged)

                var changing = numbers.tensor
                let kept = view(changing)
                change(&changing)
                let isKept = kept.scalars == before
                #expect(isKept)

                var alone = view(numbers.tensor)
                change(&alone)
                #expect(alone == copy)
            }
        }
    }

    @Test("the only holder of its memory changes it where it lies; with a second one it moves", arguments: columns)
    func inPlace(columns: Int) {
        var x = Tensor<Float>(zeros: [5, columns])
        let place = x.start
        x[2, 3] = 1
        x += Tensor(repeating: 1, shape: [columns])
        x[1] = Tensor(repeating: 5, shape: [columns])
        #expect(x.start == place)
        let copy = x
        x[4, 0] = 1
        #expect(x.start != place && copy.start == place)
    }

    @Test("writing to one of two slices of one tensor leaves the other alone", arguments: changes.indices)
    func neighbours(change: Int) {
        let change = Self.changes[change]
        // Nobody holds the whole any more: each slice holds the block, together with the other.
        func slices() -> (Tensor<Float>, Tensor<Float>) {
            let whole = numbers.tensor
            return (whole[1..<3], whole[3..<5])
        }
        var (first, second) = slices()
        let (firstBefore, secondBefore) = (first.scalars, second.scalars)
        change(&first)
        #expect(second.scalars == secondBefore)
        let changed = first.scalars
        change(&second)
        #expect(first.scalars == changed)
        (first, second) = slices()
        change(&second)
        #expect(first.scalars == firstBefore)
    }

    @Test("a row is replaced, or changed in place, between its neighbours", arguments: [1, 3, 7, 16, 17, 33])
    func rows(columns: Int) {
        let plain = Plain<Double>([5, columns]) { Double(10 * $0[0] + $0[1]) }
        for row in 0..<5 {
            var replaced = plain.tensor
            let kept = replaced
            replaced[row] = Tensor(repeating: -1, shape: [columns])
            #expect(Plain(replaced) == Plain([5, columns]) { $0[0] == row ? -1 : plain[$0] })
            replaced[row] += 2
            #expect(Plain(replaced) == Plain([5, columns]) { $0[0] == row ? 1 : plain[$0] })
            onThreads(&replaced[row], with: Tensor(repeating: 7, shape: [columns])) { $0.update { a, b in a *= b } }
            #expect(Plain(replaced) == Plain([5, columns]) { $0[0] == row ? 7 : plain[$0] })
            replaced[row] = replaced[(row + 1) % 5]
            #expect(replaced[row] == plain.tensor[(row + 1) % 5])
            #expect(Plain(kept) == plain)
        }
    }

    @Test("a tensor can be assigned to a row of a tensor that shares its memory")
    func overlapping() {
        var x = numbers.tensor
        let view = x[1..<5]
        x[0] = x[4]
        x[4] = view[0]
        #expect(Plain(x) == Plain([5, 7]) { numbers[[[4, 1, 2, 3, 1][$0[0]], $0[1]]] })
        #expect(view.scalars == Array(numbers.values.dropFirst(7)))
    }

    @Test("a slice of a slice, written to, still has its own elements only", arguments: 0..<20)
    func nested(seed: Int) {
        var generator = TestGenerator(seed)
        let x: Plain<Float> = generator.plain(generator.shape(rank: 3, mayBeEmpty: false))
        let i = Int.random(in: 0..<x.shape[0], using: &generator)
        let j = Int.random(in: 0..<x.shape[1], using: &generator)
        var tensor = x.tensor
        tensor[i][j] *= 2
        #expect(Plain(tensor) == Plain(x.shape) { $0[0] == i && $0[1] == j ? 2 * x[$0] : x[$0] })
    }

    @Test("tensors are changed on many threads at once without disturbing each other")
    func threads() async {
        let shared = Plain<Float>([8, 33]) { Float($0[0] * 33 + $0[1]) }.tensor
        let results = await withTaskGroup(of: Bool.self, returning: [Bool].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var own = shared[task]
                    for _ in 0..<1000 { own += 1 }
                    return own == shared[task] + 1000
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: true, count: 8))
        #expect(shared.scalars == (0..<264).map { Float($0) })
    }
}
