import SIMDTensor
import Testing

@Suite("Layout")
struct LayoutTests {
    @Test("reshaping keeps the numbers and their order; −1 takes what is left", arguments: 0..<20)
    func reshaped(seed: Int) {
        var generator = TestGenerator(seed)
        let x: Plain<Float> = generator.plain(generator.shape(mayBeEmpty: false))
        let flat = x.poisoned.reshaped([-1])
        #expect(flat.shape == [x.values.count])
        #expect(flat.scalars == x.values)
        #expect(flat.reshaped(x.shape).scalars == x.values)
        #expect(flat.reshaped([1, -1, 1]).shape == [1, x.values.count, 1])
        for axis in x.shape.indices {
            var open = x.shape
            open[axis] = -1
            #expect(flat.reshaped(open).shape == x.shape)
        }
    }

    @Test("an empty tensor can be reshaped to another empty shape")
    func emptyReshaped() {
        #expect(Tensor<Float>(zeros: [0, 4]).reshaped([-1, 4]).shape == [0, 4])
        #expect(Tensor<Float>(zeros: [3, 0]).reshaped([0, 7, 2]).shape == [0, 7, 2])
    }

    @Test("permuted axes lead to the same elements", arguments: 0..<30)
    func permuted(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let x: Plain<Scalar> = generator.plain(generator.shape())
            let order = Array(x.shape.indices).shuffled(using: &generator)
            let expected = Plain<Scalar>(order.map { x.shape[$0] }) { index in
                var original = index
                for (axis, from) in order.enumerated() { original[from] = index[axis] }
                return x[original]
            }
            #expect(Plain(x.poisoned.permuted(order)) == expected)
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("a transposed tensor has its last two axes exchanged", arguments: 0..<10)
    func transposed(seed: Int) {
        var generator = TestGenerator(seed)
        let x: Plain<Double> = generator.plain(generator.shape(rank: Int.random(in: 2...5, using: &generator)))
        #expect(Plain(Tensor(x.poisoned.transposed)) == x.transposed)
    }

    @Test("joined tensors lie one behind the other along the axis", arguments: 0..<30)
    func concatenate(seed: Int) {
        var generator = TestGenerator(seed)
        let shape = generator.shape(rank: Int.random(in: 1...4, using: &generator))
        let axis = Int.random(in: shape.indices, using: &generator)
        let parts: [Plain<Float>] = (0..<4).map { _ in
            var part = shape
            part[axis] = Int.random(in: 0...5, using: &generator)
            return generator.plain(part)
        }
        var joined = shape
        joined[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        let expected = Plain<Float>(joined) { index in
            var (part, index) = (0, index)
            while index[axis] >= parts[part].shape[axis] {
                index[axis] -= parts[part].shape[axis]
                part += 1
            }
            return parts[part][index]
        }
        #expect(Plain(.concatenate(parts.map(\.poisoned), along: axis)) == expected)
        #expect(Plain(.concatenate(parts.map(\.poisoned), along: axis - shape.count)) == expected)
        // Cut apart again along the same axis.
        let whole = expected.poisoned
        var start = 0
        for part in parts {
            #expect(Plain(whole.slice(along: axis, start..<start + part.shape[axis])) == part)
            start += part.shape[axis]
        }
    }

    @Test("stacking puts a new axis in front, and its slices are the parts", arguments: 0..<10)
    func stack(seed: Int) {
        var generator = TestGenerator(seed)
        let shape = generator.shape()
        let parts: [Plain<Double>] = (0..<3).map { _ in generator.plain(shape) }
        let stacked = Tensor.stack(parts.map(\.poisoned))
        #expect(stacked.shape == [3] + shape)
        for (index, part) in parts.enumerated() { #expect(Plain(stacked[index]) == part) }
    }

    @Test("slices along any axis, also of slices", arguments: 0..<30)
    func slices(seed: Int) {
        var generator = TestGenerator(seed)
        let x: Plain<Float> = generator.plain(generator.shape(rank: Int.random(in: 1...4, using: &generator)))
        for axis in x.shape.indices {
            let lower = Int.random(in: 0...x.shape[axis], using: &generator)
            let range = lower..<Int.random(in: lower...x.shape[axis], using: &generator)
            var target = x.shape
            target[axis] = range.count
            let expected = Plain<Float>(target) { index in
                var original = index
                original[axis] += range.lowerBound
                return x[original]
            }
            #expect(Plain(x.poisoned.slice(along: axis, range)) == expected)
            #expect(Plain(x.poisoned.slice(along: axis - x.shape.count, range)) == expected)
            if axis == 0 {
                #expect(Plain(x.poisoned[range]) == expected)
                for (place, row) in range.enumerated() { #expect(x.tensor[range][place] == x.tensor[row]) }
            }
        }
    }

    @Test("gathered rows come in the order asked for, repeated ones too")
    func gathered() {
        let x = Plain<Float>([3, 5]) { Float(10 * $0[0] + $0[1]) }
        #expect(Plain(x.poisoned.gathered(rows: [2, 0, 2])) == Plain([3, 5]) { x[[[2, 0, 2][$0[0]], $0[1]]] })
        #expect(x.tensor.gathered(rows: []).shape == [0, 5])
        #expect(Tensor<Float>([1, 2, 3]).gathered(rows: [1, 1]).scalars == [2, 2])
        #expect(Tensor<Float>(zeros: [2, 0]).gathered(rows: [1, 0, 1]).shape == [3, 0])
    }

    @Test("summed rows: each slice is added where it belongs, and where none belongs there is zero", arguments: 0..<20)
    func summedRows(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let shape = generator.shape(rank: Int.random(in: 1...4, using: &generator))
            let y: Plain<Scalar> = generator.plain(shape), count = Int.random(in: 1...9, using: &generator)
            let rows = (0..<shape[0]).map { _ in Int.random(in: 0..<count, using: &generator) }
            let expected = Plain<Scalar>([count] + shape.dropFirst()) { index in
                rows.indices.reduce(0) { sum, row in
                    rows[row] == index[0] ? sum + y[[row] + index.dropFirst()] : sum
                }
            }
            let sum = y.poisoned.summed(rows: rows, count: count)
            #expect(Plain(sum) == expected)
            // The adjoint of gathering: ⟨gathered(x), y⟩ = ⟨x, summed(y)⟩, exactly, for these are multiples of 1/64.
            let x: Plain<Scalar> = generator.plain([count] + shape.dropFirst())
            #expect((x.poisoned.gathered(rows: rows) * y.tensor).sum() == (x.tensor * sum).sum())
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("summed rows of vectors, of nothing, in the order of the rows")
    func summedFewRows() {
        #expect(Tensor<Float>([1, 2, 3]).summed(rows: [1, 1, 3], count: 5).scalars == [0, 3, 0, 3, 0])
        #expect(Tensor<Float>(zeros: [0, 2]).summed(rows: [], count: 3) == Tensor(zeros: [3, 2]))
        #expect(Tensor<Float>(zeros: [2, 0]).summed(rows: [1, 0], count: 4).shape == [4, 0])
        #expect(Tensor<Float>(zeros: [0, 2]).summed(rows: [], count: 0).shape == [0, 2])
        // 2²⁵ + 1 is not a Float, but the 1 is carried along until 2²⁵ is gone.
        let x = Tensor<Float>([0x1p25, 1, -0x1p25, 1])
        #expect(x.summed(rows: [0, 0, 0, 0], count: 1).scalars == [2])
        #expect(x.summed(rows: [0, 1, 0, 0], count: 2).scalars == [1, 1])
    }

    @Test("a slice is read and replaced, of a vector, of images, of empty rows, and its neighbours stay")
    func oneSlice() {
        var vector = Tensor<Float>([1, 2, 3])
        #expect(vector[1].shape == [] && vector[1].scalar == 2)
        vector[1] = Tensor(7)
        #expect(vector.scalars == [1, 7, 3])
        var images = Plain<Double>([3, 2, 5, 4]) { Double($0[0]) }.tensor
        let before = images
        images[1] = Tensor(repeating: -1, shape: [2, 5, 4])
        #expect(images[1] == Tensor(repeating: -1, shape: [2, 5, 4]) && images[0] == before[0] && images[2] == before[2])
        images[2][1] = images[1][0]
        #expect(images[2][0] == before[2][0] && images[2][1] == images[1][0] && before[2].sum() == 80)
        var empty = Tensor<Float>(zeros: [2, 0, 3])
        empty[1] = Tensor(zeros: [0, 3])
        #expect(empty[1].shape == [0, 3])
        // A slice of itself, and one of a tensor around it.
        var rows = Plain<Float>([4, 3]) { Float($0[0]) }.poisoned
        rows[0] = rows[3]
        rows[3] = rows[1]
        #expect(rows.scalars == [3, 3, 3, 1, 1, 1, 2, 2, 2, 1, 1, 1])
    }
}
