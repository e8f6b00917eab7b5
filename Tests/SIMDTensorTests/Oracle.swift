// What the tests of the tensor compare with: plain arrays and plain loops, written without the tensor's own code.

import SIMDTensor

/// A small generator for test data, not the one under test (xorshift64*: Vigna 2016).
struct TestGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed + 1) &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }

    /// A shape of at most some thousand elements, with sizes about the vectors' lengths; every fourth or so is empty.
    mutating func shape(rank: Int? = nil, mayBeEmpty: Bool = true) -> [Int] {
        let rank = rank ?? Int.random(in: 0...5, using: &self)
        var (shape, count) = ([Int](), 1)
        for _ in 0..<rank {
            let sizes = [1, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65].filter { $0 * count <= 4000 }
            shape.append(sizes.randomElement(using: &self)!)
            count *= shape.last!
        }
        if mayBeEmpty && rank > 0 && Int.random(in: 0..<4, using: &self) == 0 {
            shape[Int.random(in: 0..<rank, using: &self)] = 0
        }
        return shape
    }

    /// Multiples of 1/64 between −8 and 8: sums of some thousand of them are exact in either precision.
    mutating func plain<Scalar: TensorScalar>(_ shape: [Int]) -> Plain<Scalar> {
        Plain(shape, (0..<shape.reduce(1, *)).map { _ in Scalar(Int.random(in: -512...512, using: &self)) / 64 })
    }
}

/// Numbers in row-major order with their shape.
struct Plain<Scalar: TensorScalar>: Equatable {
    var shape: [Int]
    var values: [Scalar]

    init(_ shape: [Int], _ values: [Scalar]) {
        precondition(shape.reduce(1, *) == values.count)
        (self.shape, self.values) = (shape, values)
    }

    /// The value of `element` at every index.
    init(_ shape: [Int], _ element: ([Int]) -> Scalar) {
        self.init(shape, indices(of: shape).map(element))
    }

    init(_ tensor: Tensor<Scalar>) { self.init(tensor.shape, tensor.scalars) }

    subscript(_ index: [Int]) -> Scalar { values[place(of: index, in: shape)] }

    /// These numbers as a tensor.
    var tensor: Tensor<Scalar> { Tensor(values, shape: shape) }

    /// These numbers as a tensor that is a slice in the middle of a larger one, with not-a-number before and behind it:
    /// whatever reads a neighbour by mistake shows it.
    var poisoned: Tensor<Scalar> {
        let around = [Scalar](repeating: .nan, count: values.count)
        return Tensor(around + values + around, shape: [3] + shape)[1]
    }
}

/// All indices of a shape, the last running fastest.
func indices(of shape: [Int]) -> [[Int]] {
    shape.reduce([[]]) { indices, size in indices.flatMap { index in (0..<size).map { index + [$0] } } }
}

func place(of index: [Int], in shape: [Int]) -> Int { zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 } }

extension Plain {
    /// The elements along `axis` at every index of the other axes, combined into one.
    func reduced(along axis: Int, keepingAxis: Bool = false, _ combine: ([Scalar]) -> Scalar) -> Plain {
        var rest = shape
        rest.remove(at: axis)
        let values = indices(of: rest).map { index in
            combine((0..<shape[axis]).map { step in
                var full = index
                full.insert(step, at: axis)
                return self[full]
            })
        }
        if keepingAxis { rest.insert(1, at: axis) }
        return Plain(rest, values)
    }

    /// Two of these whose shapes fit, aligned at the last axis, combined element by element.
    static func broadcast(_ a: Plain, _ b: Plain, _ combine: (Scalar, Scalar) -> Scalar) -> Plain {
        let rank = max(a.shape.count, b.shape.count)
        let long = [a, b].map { [Int](repeating: 1, count: rank - $0.shape.count) + $0.shape }
        let shape = zip(long[0], long[1]).map { $0 == 1 ? $1 : $0 }
        func element(_ x: Plain, _ index: [Int]) -> Scalar {
            let tail = index.suffix(x.shape.count)
            return x[zip(tail, x.shape).map { $1 == 1 ? 0 : $0 }]
        }
        return Plain(shape) { combine(element(a, $0), element(b, $0)) }
    }

    var transposed: Plain {
        let n = shape.count
        return Plain(shape.dropLast(2) + [shape[n - 1], shape[n - 2]]) {
            self[Array($0.dropLast(2)) + [$0[n - 1], $0[n - 2]]]
        }
    }
}

/// The matrix product of row-major arrays, three loops.
func naiveProduct<Scalar: TensorScalar>(_ a: [Scalar], _ b: [Scalar], m: Int, k: Int, n: Int) -> [Scalar] {
    var c = [Scalar](repeating: 0, count: m * n)
    for i in 0..<m {
        for p in 0..<k {
            let x = a[i * k + p]
            for j in 0..<n { c[i * n + j] += x * b[p * n + j] }
        }
    }
    return c
}

/// The sum of numbers as if computed with twice the digits of a Double and rounded once (Knuth's exact addition).
func sumInTwiceTheDigits<Numbers: Sequence>(_ numbers: Numbers) -> Double where Numbers.Element: BinaryFloatingPoint {
    var (sum, rest) = (0.0, 0.0)
    for number in numbers {
        let x = Double(number)
        let next = sum + x
        let fromX = next - sum
        rest += (sum - (next - fromX)) + (x - fromX)
        sum = next
    }
    return rest.isFinite ? sum + rest : sum
}

/// The same bits everywhere, not-a-number included.
func sameBits<Scalar: TensorScalar>(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Bool {
    a.shape == b.shape
        && zip(a.scalars, b.scalars).allSatisfy { $0.isNaN ? $1.isNaN : $0 == $1 && $0.sign == $1.sign }
}
