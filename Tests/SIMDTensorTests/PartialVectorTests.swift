import Testing
@testable import SIMDTensor

/// The first lanes of a vector are read and written one like the other, and what stands beside them is not touched.
@Suite struct PartialVectorTests {
    @Test func floats() { check(Float.self) }
    @Test func doubles() { check(Double.self) }

    private func check<Scalar: TensorScalar>(_: Scalar.Type) {
        let width = Scalar.Vector.scalarCount
        let lanes = (1...width).map { Scalar($0) }
        let vector = Scalar.Vector(lanes)
        for place in 0..<3 {
            for count in 0...width {
                var memory = [Scalar](repeating: -1, count: width + 5)
                let loaded = memory.withUnsafeMutableBytes { bytes in
                    let start = bytes.baseAddress! + place * MemoryLayout<Scalar>.stride
                    start.store(first: count, of: vector, 0, Scalar.self)
                    // Behind the lanes that are read stands −1, and none of it may come along.
                    return UnsafeRawPointer(start).load(first: count, Scalar.self)
                }
                let before = [Scalar](repeating: -1, count: place)
                let behind = [Scalar](repeating: -1, count: width + 5 - place - count)
                #expect(memory == before + lanes[..<count] + behind, "\(count) lanes written at place \(place)")
                let zeros = [Scalar](repeating: 0, count: width - count)
                #expect(
                    (0..<width).map { loaded[$0] } == lanes[..<count] + zeros, "\(count) lanes read at place \(place)")
            }
        }
    }

    /// A lane that holds something that is not a number is passed on bit by bit.
    @Test func bits() {
        let payload = Float(bitPattern: 0xffc1_2345)
        var memory = [Float](repeating: 0, count: 4)
        memory.withUnsafeMutableBytes {
            $0.baseAddress!.store(first: 3, of: Float.Vector(repeating: payload), 0, Float.self)
        }
        #expect(memory.map(\.bitPattern) == [payload, payload, payload, 0].map(\.bitPattern))
    }
}
