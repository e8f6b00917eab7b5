// Random numbers that are the same everywhere.
//
// A run of this book is fixed by one seed: on every platform, in every build, with any number of threads. So the
// generator is our own (SplitMix64: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators"), and the
// distributions use nothing but exact or once-rounded arithmetic: no fused multiply-add, no library function.
//
// The generator is a counter, seed + n·γ with γ odd, scrambled: a bijection of the counter, so that 2⁶⁴ numbers come
// before the first repeats. `split()` gives a second generator whose numbers have nothing to do with those that follow
// here: one for the weights, one for the batches, one for dropout, and none disturbs another.

/// A seeded, splittable source of random numbers; a value: a copy repeats the same numbers.
public struct Random: RandomNumberGenerator, Sendable {
    private var state: UInt64
    private let gamma: UInt64

    /// A generator that is fixed by `seed`.
    public init(seed: UInt64) { (state, gamma) = (seed, 0x9e37_79b9_7f4a_7c15) }  // 2⁶⁴ / golden ratio, made odd

    private init(state: UInt64, gamma: UInt64) { (self.state, self.gamma) = (state, gamma) }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= gamma
        return Self.scrambled(state)
    }

    /// A generator of its own, independent of what this one gives from now on.
    public mutating func split() -> Random {
        let state = next()
        // Steele et al., figure 16: a γ whose bits change too rarely scrambles badly.
        var gamma = next()
        gamma = (gamma ^ (gamma >> 33)) &* 0xff51_afd7_ed55_8ccd
        gamma = (gamma ^ (gamma >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        gamma = (gamma ^ (gamma >> 33)) | 1
        if (gamma ^ (gamma >> 1)).nonzeroBitCount < 24 { gamma ^= 0xaaaa_aaaa_aaaa_aaaa }
        return Random(state: state, gamma: gamma)
    }

    private static func scrambled(_ bits: UInt64) -> UInt64 {
        var z = bits
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

// MARK: - Single numbers

extension Random {
    /// Uniform in [0, 1): a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in 0..<bound, every number exactly equally likely (Lemire 2019).
    public mutating func integer(below bound: Int) -> Int {
        require(bound > 0, "integer(below:): the bound must be positive, but it is \(bound)")
        let bound = UInt64(bound)
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let uneven = (0 &- bound) % bound
            while product.low < uneven { product = next().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// Normal with mean 0 and standard deviation 1.
    public mutating func normal() -> Double { normalPair().0 }

    /// True with the given probability, in 0…1.
    public mutating func bernoulli(_ probability: Double) -> Bool {
        Self.requireProbability(probability)
        return uniform() < probability
    }

    private static func requireProbability(_ probability: Double) {
        require(
            probability >= 0 && probability <= 1, "bernoulli: a probability lies in 0…1, but this one is \(probability)")
    }

    /// An index, drawn with probability in proportion to the weights, which must be finite, not negative and not all zero.
    public mutating func categorical(_ weights: [Double]) -> Int {
        let total = weights.reduce(0, +)
        require(
            total > 0 && weights.allSatisfy { $0 >= 0 && $0.isFinite },
            "categorical: weights must be finite, not negative and not all zero, but they are \(weights)")
        // Of weights so large that together they are infinite, only the proportion matters.
        guard total.isFinite else { return categorical(weights.map { $0 * 0x1p-64 }) }
        var left = uniform() * total
        for (index, weight) in weights.enumerated() {
            if left < weight { return index }
            left -= weight
        }
        return weights.lastIndex { $0 > 0 }!  // rounding may leave a little
    }

    /// The numbers 0..<count in random order (Fisher–Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        require(count >= 0, "permutation: the number of elements must not be negative, but it is \(count)")
        var order = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, integer(below: last + 1)) }
        return order
    }

    /// Two independent standard normal numbers by the polar method (Marsaglia & Bray 1964): a point in the unit circle
    /// has a random direction, and its squared length s is uniform; −2 ln s is then the squared length of a normal pair.
    private mutating func normalPair() -> (Double, Double) {
        while true {
            let (x, y) = (2 * uniform() - 1, 2 * uniform() - 1)
            let s = x * x + y * y
            if s > 0 && s < 1 {
                let length = (-2 * Self.logarithm(s) / s).squareRoot()
                return (length * x, length * y)
            }
        }
    }

    /// ln x by its series, the same bits everywhere: x = m·2ᵉ with m near 1, and ln m = 2 artanh((m − 1)/(m + 1)).
    private static func logarithm(_ x: Double) -> Double {
        var (m, exponent) = (x.significand, Double(x.exponent))
        if m > 1.4142135623730951 { (m, exponent) = (m / 2, exponent + 1) }
        let t = (m - 1) / (m + 1), square = t * t
        var sum = 1.0 / 21
        sum = sum * square + 1.0 / 19
        sum = sum * square + 1.0 / 17
        sum = sum * square + 1.0 / 15
        sum = sum * square + 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        sum = sum * square + 1
        return 2 * t * sum + exponent * 0.6931471805599453
    }
}

// MARK: - Tensors

extension Random {
    /// Independent uniform numbers in [lower, upper), which must be finite and not the same.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public mutating func uniform<Scalar: TensorScalar>(
        _ shape: [Int], in range: Range<Scalar> = 0..<1
    ) -> Tensor<Scalar> {
        require(
            range.lowerBound.isFinite && range.upperBound.isFinite && !range.isEmpty,
            "uniform: the range of the numbers must be finite and not empty, but it is \(range)")
        let width = range.upperBound - range.lowerBound
        // A range too wide for a number is filled at half the size.
        guard width.isFinite else {
            let half: Tensor<Scalar> = uniform(shape, in: range.lowerBound / 2..<range.upperBound / 2)
            return half * 2
        }
        return filled(shape) { random in
            // As many bits as the scalar holds: rounding more of them could reach the upper bound.
            let unit = Scalar(random.next() >> UInt64(63 - Scalar.significandBitCount))
                * Scalar(sign: .plus, exponent: Scalar.Exponent(-1 - Scalar.significandBitCount), significand: 1)
            let x = range.lowerBound + width * unit
            return x < range.upperBound ? x : range.lowerBound
        }
    }

    /// Independent normal numbers; mean and standard deviation must be finite, and the latter not negative. A number beyond
    /// the scalar's range becomes infinite.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public mutating func normal<Scalar: TensorScalar>(
        _ shape: [Int], mean: Scalar = 0, standardDeviation: Scalar = 1
    ) -> Tensor<Scalar> {
        require(
            mean.isFinite && standardDeviation.isFinite && standardDeviation >= 0,
            "normal: mean and standard deviation must be finite, and the latter not negative, but they are \(mean) and "
                + "\(standardDeviation)")
        var second: Double?
        return filled(shape) { random in
            let x: Double
            if let left = second { (x, second) = (left, nil) } else { (x, second) = random.normalPair() }
            return mean + standardDeviation * Scalar(x)
        }
    }

    /// Independent ones, with the given probability in 0…1, and zeros.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public mutating func bernoulli<Scalar: TensorScalar>(_ shape: [Int], probability: Double) -> Tensor<Scalar> {
        // uniform() < probability, asked of the 53 bits that it is made of.
        Self.requireProbability(probability)
        let limit = UInt64((probability * 0x1p53).rounded(.up))
        return filled(shape) { $0.next() >> 11 < limit ? 1 : 0 }
    }

    /// One index for each row of `[rows, classes]`, drawn with probability in proportion to the row's weights.
    public mutating func categorical<Scalar: TensorScalar>(_ weights: Tensor<Scalar>) -> [Int] {
        require(weights.rank == 2, "categorical: weights have the shape [rows, classes], but these have \(weights.shape)")
        return (0..<weights.shape[0]).map { categorical(weights[$0].scalars.map { Double($0) }) }
    }

    @inline(__always)
    private mutating func filled<Scalar: TensorScalar>(
        _ shape: [Int], _ element: (inout Random) -> Scalar
    ) -> Tensor<Scalar> {
        let result = Tensor<Scalar>(uninitialized: shape)
        // A copy that lives in registers while the loop runs.
        var random = self
        for place in 0..<result.count { result.start[place] = element(&random) }
        self = random
        return result
    }
}
