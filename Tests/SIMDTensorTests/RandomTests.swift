import Foundation
import SIMDTensor
import Testing

@Suite("Random numbers")
struct RandomTests {
    // MARK: Known values

    @Test(
        "the generator is SplitMix64: its first numbers are those of the published algorithm",
        arguments: [
            (0, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f, 0xf88b_b8a8_724c_81ec]),
            (1, [0x910a_2dec_8902_5cc1, 0xbeeb_8da1_658e_ec67, 0xf893_a2ee_fb32_555e, 0x71c1_8690_ee42_c90b]),
            (42, [0xbdd7_3226_2feb_6e95, 0x28ef_e333_b266_f103, 0x4752_6757_130f_9f52, 0x581c_e1ff_0e4a_e394]),
            (1_234_567, [0x599e_d017_fb08_fc85, 0x2c73_f084_5854_0fa5, 0x883e_bce5_a3f2_7c77, 0x3fbe_f740_e917_7b3f]),
            (.max, [0xe4d9_7177_1b65_2c20, 0xe99f_f867_dbf6_82c9, 0x382f_f84c_b272_81e9, 0x6d1d_b36c_cba9_82d2]),
        ] as [(UInt64, [UInt64])])
    func splitMix(seed: UInt64, expected: [UInt64]) {
        var random = Random(seed: seed)
        #expect(expected.map { _ in random.next() } == expected)
    }

    @Test(
        "the numbers after a split, of the new generator and of the old",
        arguments: [
            // Seed 58 splits into a γ whose bits change too rarely and are mixed once more.
            (0, [0xce4a_4867_584b_2943, 0xfed2_4e0e_0aa9_7524, 0xfeb6_e6ee_bce9_106a]),
            (7, [0x84a2_a259_df90_dfa5, 0xec85_4808_9ac3_bbd1, 0xa63d_2dab_214b_c2df]),
            (58, [0x2139_cc28_0ad7_2f58, 0x6175_d9cc_f229_4fe5, 0x3909_5e87_9628_a417]),
        ] as [(UInt64, [UInt64])])
    func split(seed: UInt64, expected: [UInt64]) {
        var random = Random(seed: seed)
        var child = random.split()
        #expect(expected.map { _ in child.next() } == expected)
        // A split takes two numbers.
        var plain = Random(seed: seed)
        _ = (plain.next(), plain.next())
        #expect((0..<10).map { _ in random.next() } == (0..<10).map { _ in plain.next() })
    }

    @Test("distributions give the numbers computed from the generator's bits")
    func distributions() {
        var random = Random(seed: 42)
        #expect(
            (0..<4).map { _ in random.uniform() }
                == [0.7415648787718233, 0.1599103928769201, 0.27860113025513866, 0.34419071652363753])
        random = Random(seed: 42)
        let floats: Tensor<Float> = random.uniform([4])
        #expect(floats.scalars == [12_441_394, 2_682_851, 4_674_151, 5_774_561].map { Float($0) * 0x1p-24 })
        random = Random(seed: 42)
        let doubles: Tensor<Double> = random.uniform([2, 2])
        #expect(doubles.scalars == [0.7415648787718233, 0.1599103928769201, 0.27860113025513866, 0.34419071652363753])
        random = Random(seed: 42)
        let normal: Tensor<Double> = random.normal([6])
        let polar = [
            0.49295065581737485, -0.6940056672160174, -1.2810773478777024, -0.901557193497174, -0.6018779810957331,
            0.6425676289796471,
        ]
        #expect(normal.isClose(to: Tensor(polar), relative: 1e-15))
        random = Random(seed: 42)
        #expect([random.normal(), random.normal()].elementsEqual([normal[element: 0], normal[element: 2]]))
        random = Random(seed: 42)
        #expect((0..<10).map { _ in random.integer(below: 10) } == [7, 1, 2, 3, 0, 8, 2, 8, 3, 6])
        random = Random(seed: 42)
        // A bound of ¾ of the range, where a quarter of the draws is rejected.
        #expect(
            (0..<6).map { _ in random.integer(below: 3 << 61) } == [
                5_129_796_574_783_228_279, 1_927_231_405_673_536_446, 2_380_949_272_596_845_911,
                263_074_794_803_236_218, 6_005_992_922_123_620_898, 1_510_824_267_291_609_346,
            ])
        random = Random(seed: 42)
        #expect(random.permutation(8) == [4, 3, 2, 0, 7, 6, 1, 5])
    }

    @Test("a copy repeats the numbers; drawing from it does not move the original")
    func values() {
        var random = Random(seed: 3)
        _ = random.next()
        var copy = random
        let first = (0..<5).map { _ in copy.next() }
        #expect((0..<5).map { _ in random.next() } == first)
        let (x, y): (Tensor<Float>, Tensor<Float>) = (random.normal([3, 5]), copy.normal([3, 5]))
        #expect(x == y)
        #expect(random.permutation(20) == copy.permutation(20))
        let z: Tensor<Float> = random.normal([3, 5])
        #expect(z != x)
    }

    // MARK: Distributions

    private static let count = 200_000

    /// Mean, variance and skewness within five of their standard errors.
    private func checkMoments(_ x: [Double], mean: Double, deviation: Double, kurtosis: Double, sixth: Double) {
        let n = Double(x.count)
        let standard = x.map { ($0 - mean) / deviation }
        let moments = [1, 2, 3].map { power in standard.reduce(0) { $0 + pow($1, Double(power)) } / n }
        #expect(abs(moments[0]) < 5 / n.squareRoot())
        #expect(abs(moments[1] - 1) < 5 * ((kurtosis - 1) / n).squareRoot())
        #expect(abs(moments[2]) < 5 * (sixth / n).squareRoot())
    }

    /// The largest distance of the numbers' distribution from a given one, times √n: beyond 1.95 once in a thousand.
    private func kolmogorovSmirnov(_ x: [Double], _ distribution: (Double) -> Double) -> Double {
        let n = Double(x.count)
        return x.sorted().enumerated().reduce(0) { largest, item in
            let p = distribution(item.element)
            return max(largest, abs(p - Double(item.offset) / n), abs(p - Double(item.offset + 1) / n))
        } * n.squareRoot()
    }

    @Test("uniform numbers are uniform and never reach the upper bound", arguments: [1, 2, 3] as [UInt64])
    func uniform(seed: UInt64) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var random = Random(seed: seed)
            let x: Tensor<Scalar> = random.uniform([Self.count], in: -3..<5)
            #expect(x.scalars.allSatisfy { $0 >= -3 && $0 < 5 })
            let numbers = x.scalars.map { Double($0) }
            // Moments of the uniform distribution in units of its deviation: 9/5 and 27/7.
            checkMoments(numbers, mean: 1, deviation: 8 / 12.0.squareRoot(), kurtosis: 1.8, sixth: 27.0 / 7)
            #expect(kolmogorovSmirnov(numbers) { ($0 + 3) / 8 } < 1.95)
            // A range of few representable numbers: rounding would reach the bound half the time.
            let narrow: Tensor<Scalar> = random.uniform([10_000], in: 1..<Scalar(1).nextUp)
            #expect(narrow.scalars.allSatisfy { $0 == 1 })
            let shifted: Tensor<Scalar> = random.uniform([10_000], in: 1000..<1000 + 4 * Scalar(1000).ulp)
            #expect(shifted.scalars.allSatisfy { $0 >= 1000 && $0 < 1000 + 4 * Scalar(1000).ulp })
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("normal numbers have the moments and the distribution of normal numbers", arguments: [1, 2, 3] as [UInt64])
    func normal(seed: UInt64) {
        func check<Scalar: TensorScalar>(_: Scalar.Type) {
            var random = Random(seed: seed)
            let x: Tensor<Scalar> = random.normal([Self.count], mean: 2, standardDeviation: 0.5)
            let numbers = x.scalars.map { Double($0) }
            checkMoments(numbers, mean: 2, deviation: 0.5, kurtosis: 3, sixth: 15)
            #expect(kolmogorovSmirnov(numbers) { 0.5 * erfc(-($0 - 2) / 0.5 / 2.0.squareRoot()) } < 1.95)
        }
        check(Float.self)
        check(Double.self)
        // The two of a pair are independent.
        var random = Random(seed: seed)
        let pairs: Tensor<Double> = random.normal([Self.count / 2, 2])
        let products = pairs.slice(along: 1, 0..<1) * pairs.slice(along: 1, 1..<2)
        #expect(abs(products.mean()) < 5 / Double(Self.count / 2).squareRoot())
    }

    @Test("ones come with the given probability", arguments: [0, 0.001, 0.3, 0.5, 0.999, 1])
    func bernoulli(probability: Double) {
        var random = Random(seed: 17)
        let x: Tensor<Float> = random.bernoulli([Self.count], probability: probability)
        #expect(x.scalars.allSatisfy { $0 == 0 || $0 == 1 })
        let bound = 5 * (probability * (1 - probability) / Double(Self.count)).squareRoot() + 1e-7
        #expect(abs(Double(x.mean()) - probability) <= bound)
        let single = (0..<Self.count).reduce(0) { count, _ in count + (random.bernoulli(probability) ? 1 : 0) }
        #expect(abs(Double(single) / Double(Self.count) - probability) <= bound)
    }

    @Test("a permutation holds every number once, and all 24 of four are about equally frequent")
    func permutation() {
        var random = Random(seed: 5)
        for count in [0, 1, 2, 100] { #expect(random.permutation(count).sorted() == Array(0..<count)) }
        var counts = [[Int]: Double]()
        for _ in 0..<48_000 { counts[random.permutation(4), default: 0] += 1 }
        #expect(counts.count == 24)
        // χ² with 23 degrees of freedom exceeds 49.7 once in a thousand.
        #expect(counts.values.reduce(0) { $0 + ($1 - 2000) * ($1 - 2000) / 2000 } < 49.7)
    }

    @Test("integers below a bound are equally frequent")
    func integers() {
        var random = Random(seed: 6)
        var counts = [Double](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[random.integer(below: 7)] += 1 }
        // χ² with 6 degrees of freedom exceeds 22.5 once in a thousand.
        #expect(counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 } < 22.5)
        // Of a bound of ¾ of 2⁶⁴ a remainder would prefer the lower third.
        let third = (0..<30_000).count { _ in random.integer(below: 3 << 61) < 1 << 61 }
        #expect(abs(Double(third) / 30_000 - 1.0 / 3) < 5 * (2.0 / 9 / 30_000).squareRoot())
        #expect((0..<100).allSatisfy { _ in random.integer(below: 1) == 0 })
        #expect((0..<100).allSatisfy { _ in (0..<Int.max).contains(random.integer(below: .max)) })
    }

    @Test("categories come in proportion to their weights, those of weight zero never")
    func categorical() {
        var random = Random(seed: 8)
        let weights = [0, 1, 0, 2.5, 4, 0.5, 0]
        var counts = [Double](repeating: 0, count: weights.count)
        for _ in 0..<80_000 { counts[random.categorical(weights)] += 1 }
        #expect(counts[0] == 0 && counts[2] == 0 && counts[6] == 0)
        let expected = weights.map { $0 * 10_000 }
        // χ² with 3 degrees of freedom exceeds 16.3 once in a thousand.
        #expect(zip(counts, expected).reduce(0) { $1.1 == 0 ? $0 : $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 } < 16.3)
        let rows = random.categorical(Tensor<Float>(shape: [9000, 3]) { $0[1] == $0[0] % 3 ? 1 : 0 })
        #expect(rows == (0..<9000).map { $0 % 3 })
        let half = random.categorical(Tensor<Float>([[1, 1]]).broadcast(to: [10_000, 2])).reduce(0, +)
        #expect(abs(Double(half) - 5000) < 5 * 50)
    }

    @Test("streams that were split have nothing to do with each other", arguments: 0..<10)
    func independence(seed: UInt64) {
        var random = Random(seed: seed)
        var first = random.split(), second = random.split()
        var grandchild = first.split()
        let n = 50_000
        let streams = [
            (0..<n).map { _ in random.uniform() - 0.5 }, (0..<n).map { _ in first.uniform() - 0.5 },
            (0..<n).map { _ in second.uniform() - 0.5 }, (0..<n).map { _ in grandchild.uniform() - 0.5 },
        ]
        for i in 0..<4 {
            for j in 0...i {
                for lag in (i == j ? 1 : 0)...3 {
                    let products = zip(streams[i].dropFirst(lag), streams[j]).reduce(0) { $0 + $1.0 * $1.1 }
                    // The product of two independent uniform numbers has the deviation 1/12.
                    #expect(abs(products * 12) < 5 * Double(n).squareRoot(), "\(i) and \(j), \(lag) apart")
                }
            }
        }
        #expect(Set(streams.joined()).count > 4 * n - 5)
    }

    @Test("it is a generator for the standard library too")
    func standardLibrary() {
        var random = Random(seed: 1)
        #expect((0..<50).shuffled(using: &random).sorted() == Array(0..<50))
        #expect((1...6).contains(Int.random(in: 1...6, using: &random)))
    }
}
