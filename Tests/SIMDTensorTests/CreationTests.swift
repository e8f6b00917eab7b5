import SIMDTensor
import Testing

@Suite("Creating tensors and reading their elements")
struct CreationTests {
    @Test("numbers, rows, vectors and single numbers keep their order and get their shape", arguments: 0..<20)
    func numbers(seed: Int) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var generator = TestGenerator(seed)
            let x: Plain<Scalar> = generator.plain(generator.shape())
            let tensor = Tensor(x.values, shape: x.shape)
            #expect(tensor.shape == x.shape)
            #expect(tensor.rank == x.shape.count)
            #expect(tensor.count == x.values.count)
            #expect(tensor.scalars == x.values)
            #expect(Tensor(shape: x.shape) { x[$0] }.scalars == x.values)
            #expect((0..<tensor.count).map { tensor[element: $0] } == x.values)
        }
        check(Float.self)
        check(Double.self)
        #expect(Tensor<Float>([1, 2, 3]).shape == [3])
        #expect(Tensor<Float>([[1, 2, 3], [4, 5, 6]]).shape == [2, 3])
        #expect(Tensor<Float>([[1, 2, 3], [4, 5, 6]]).scalars == [1, 2, 3, 4, 5, 6])
        #expect(Tensor<Float>([[], []]).shape == [2, 0])
        #expect(Tensor<Float>(7).shape == [])
        #expect(Tensor<Float>(7).scalar == 7)
        #expect(Tensor<Float>([7], shape: [1, 1, 1]).scalar == 7)
    }

    @Test("every index reads and writes its own element", arguments: 0..<20)
    func subscripts(seed: Int) {
        var generator = TestGenerator(seed)
        let x: Plain<Float> = generator.plain(generator.shape(rank: 3, mayBeEmpty: false))
        let tensor = x.tensor
        var copy = Tensor<Float>(zeros: x.shape)
        for index in indices(of: x.shape) {
            #expect(tensor[index[0], index[1], index[2]] == x[index])
            #expect(tensor[index[0]][index[1], index[2]] == x[index])
            #expect(tensor[index[0]][index[1]][index[2]].scalar == x[index])
            copy[index[0], index[1], index[2]] = x[index]
        }
        #expect(copy.scalars == x.values)
    }

    @Test("constants, the identity and evenly spaced numbers")
    func constants() {
        for n in [0, 1, 2, 15, 16, 17, 33] {
            #expect(Tensor<Float>(repeating: 2.5, shape: [n, 3]).scalars == Array(repeating: 2.5, count: n * 3))
            #expect(Tensor<Double>(zeros: [3, n]).scalars == Array(repeating: 0, count: n * 3))
            #expect(Plain(Tensor<Double>(identity: n)) == Plain([n, n]) { $0[0] == $0[1] ? 1 : 0 })
        }
        #expect(Tensor<Double>(from: -1, through: 1, count: 5).scalars == [-1, -0.5, 0, 0.5, 1])
        #expect(Tensor<Float>(from: 0, through: 0.3, count: 4).scalars.last == 0.3)
        #expect(Tensor<Float>(from: 1, through: 0, count: 2).scalars == [1, 0])
    }

    @Test("converting rounds once, as the scalars themselves do")
    func precision() {
        let x = Tensor<Double>([0.1, -1e300, .nan, 1e-40, 16_777_217], shape: [5, 1])
        let narrow = Tensor<Float>(x)
        #expect(narrow.shape == [5, 1])
        #expect(sameBits(narrow, Tensor([0.1, -.infinity, .nan, Float(1e-40), 16_777_216], shape: [5, 1])))
        #expect(Tensor<Double>(Tensor<Float>([0.1])).scalars == [Double(Float(0.1))])
    }

    @Test("class indices become rows with a single one")
    func oneHot() {
        let rows = Tensor<Float>(oneHot: [2, 0, 2], classes: 4)
        #expect(rows == Tensor([[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]]))
        #expect(Tensor<Float>(oneHot: [], classes: 4).shape == [0, 4])
    }
}
