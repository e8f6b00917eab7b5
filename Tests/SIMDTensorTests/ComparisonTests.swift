import SIMDTensor
import Testing

@Suite("Comparison")
struct ComparisonTests {
    @Test("equal means equal shape and equal elements; not a number equals nothing")
    func equality() {
        let x = Tensor<Float>([[1, 2], [3, 4]])
        #expect(x == Tensor([[1, 2], [3, 4]]))
        #expect(x != Tensor([[1, 2], [3, 5]]))
        #expect(x != x.reshaped([4]))
        #expect(x[1] == Tensor([3, 4]))
        #expect(Tensor<Float>([0]) == Tensor([-0.0]))
        #expect(Tensor<Float>([.nan]) != Tensor([.nan]))
        #expect(Tensor<Float>(zeros: [0, 3]) == Tensor(zeros: [0, 3]))
        #expect(Tensor<Float>(zeros: [0, 3]) != Tensor(zeros: [3, 0]))
        for place in 0..<37 {
            var y = Tensor<Double>(zeros: [37])
            y[element: place] = 1e-300
            #expect(y != Tensor(zeros: [37]), "element \(place)")
        }
    }

    @Test("close means within the tolerance, which is exact at its edge")
    func closeness() {
        let (x, y) = (Tensor<Double>([1, -8]), Tensor<Double>([1.25, -8]))
        #expect(x.isClose(to: y, absolute: 0.25))
        #expect(!x.isClose(to: y, absolute: 0.24999))
        #expect(x.isClose(to: y, relative: 0.2))
        #expect(y.isClose(to: x, relative: 0.2))
        #expect(!x.isClose(to: y, relative: 0.199))
        #expect(x.isClose(to: x))
        #expect(!x.isClose(to: x.reshaped([2, 1])))
        let infinite = Tensor<Double>([.infinity, -.infinity])
        #expect(infinite.isClose(to: infinite))
        #expect(!infinite.isClose(to: -infinite, relative: 1, absolute: .infinity))
        #expect(!infinite.isClose(to: Tensor([1e300, -1e300]), relative: 1))
        #expect(!Tensor<Double>([.nan]).isClose(to: Tensor([.nan]), absolute: .infinity))
    }

    @Test("the largest difference is found wherever it stands, not a number included")
    func difference() {
        for place in 0..<20 {
            let x = Tensor<Float>(repeating: 1, shape: [20])
            var y = x + 0.25
            y[element: place] = -3
            #expect(x.maximumDifference(from: y) == 4)
            y[element: place] = .nan
            #expect(x.maximumDifference(from: y).isNaN)
        }
        #expect(Tensor<Float>(zeros: [0]).maximumDifference(from: Tensor(zeros: [0])) == 0)
    }
}
