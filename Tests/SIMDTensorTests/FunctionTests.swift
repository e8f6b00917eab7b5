// The elementary functions against independent ones: the C library's in Double for Float, mpmath's values and the C
// library for Double. Errors are counted in units in the last place (ulp): how many representable numbers lie between
// a result and the correctly rounded one.

import Foundation
import Testing

import SIMDTensor

/// A function under test: ours on vectors of each type, and a reference in Double.
private struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    /// In units in the last place.
    var tolerance = 2
    let reference: @Sendable (Double) -> Double
    var testDescription: String { name }

    /// Ours in every element of `x`.
    ///
    /// Called through the protocol, so that it runs as compiled in the library, optimised, and not as inlined here.
    func callAsFunction<Scalar: TensorScalar>(_ x: [Scalar]) -> [Scalar] {
        let lanes = Scalar.Vector.scalarCount
        var result: [Scalar] = []
        result.reserveCapacity(x.count + lanes)
        for start in stride(from: 0, to: x.count, by: lanes) {
            var vector = Scalar.Vector(repeating: x[start])
            for lane in 0..<min(lanes, x.count - start) { vector[lane] = x[start + lane] }
            let y = apply(vector)
            for lane in 0..<min(lanes, x.count - start) { result.append(y[lane]) }
        }
        return result
    }

    func callAsFunction<Scalar: TensorScalar>(_ x: Scalar) -> Scalar { self([x])[0] }

    private func apply<V: TensorVector>(_ x: V) -> V {
        switch name {
        case "exp": V.exp(x)
        case "expm1": V.expm1(x)
        case "log": V.log(x)
        case "log1p": V.log1p(x)
        case "sigmoid": V.sigmoid(x)
        case "tanh": V.tanh(x)
        case "softplus": V.softplus(x)
        case "erf": V.erf(x)
        case "erfc": V.erfc(x)
        case "sin": V.sin(x)
        default: V.cos(x)
        }
    }

    static let all = [
        Function(name: "exp") { Foundation.exp($0) },
        Function(name: "expm1") { Foundation.expm1($0) },
        Function(name: "log") { Foundation.log($0) },
        Function(name: "log1p") { Foundation.log1p($0) },
        Function(name: "sigmoid") { x in
            x < 0 ? Foundation.exp(x) / (1 + Foundation.exp(x)) : 1 / (1 + Foundation.exp(-x))
        },
        Function(name: "tanh") { Foundation.tanh($0) },
        Function(name: "softplus") { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) },
        Function(name: "erf") { Foundation.erf($0) },
        Function(name: "erfc", tolerance: 3) { Foundation.erfc($0) },
        Function(name: "sin") { Foundation.sin($0) },
        Function(name: "cos") { Foundation.cos($0) },
    ]

    static func named(_ name: String) -> Function { all.first { $0.name == name }! }
}

/// How many representable numbers b lies above a; nil where one of them is not a number and the other is.
private func ulps(from a: Float, to b: Float) -> Int? {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : nil }
    func ordinal(_ x: Float) -> Int { x.sign == .plus ? Int(x.bitPattern) : -Int(x.magnitude.bitPattern) }
    return ordinal(b) - ordinal(a)
}

private func ulps(from a: Double, to b: Double) -> Int? {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : nil }
    func ordinal(_ x: Double) -> Int { x.sign == .plus ? Int(x.bitPattern) : -Int(x.magnitude.bitPattern) }
    return ordinal(b) - ordinal(a)
}

/// All exponents, subnormal to infinite and not a number, with `count` significands each, both signs.
private func floatsOfAllMagnitudes(_ count: UInt32) -> [Float] {
    let step = (1 << 23) / count
    return (0..<UInt32(256)).flatMap { exponent in
        (0..<count).flatMap { i -> [Float] in
            // another place in every exponent, so that not only round numbers are tested
            let fraction = (i * step + (exponent &* 2_654_435 &+ i &* 40_503) % step) * (i == 0 ? 0 : 1)
            let x = Float(bitPattern: exponent << 23 | fraction)
            return [x, -x]
        }
    }
}

private func doublesOfAllMagnitudes(_ count: UInt64) -> [Double] {
    let step = (UInt64(1) << 52) / count
    return (0..<UInt64(2048)).flatMap { exponent in
        (0..<count).flatMap { i -> [Double] in
            let fraction = (i * step + (exponent &* 2_654_435_769_441 &+ i &* 40_503_167_153) % step) * (i == 0 ? 0 : 1)
            let x = Double(bitPattern: exponent << 52 | fraction)
            return [x, -x]
        }
    }
}

@Suite("Elementary functions")
struct FunctionTests {
    @Test("the distance in ulp counts representable numbers")
    func ulpDistance() {
        #expect(ulps(from: Float(1), to: Float(1).nextUp) == 1)
        #expect(ulps(from: Float(1).nextDown, to: Float(1).nextUp) == 2)
        #expect(ulps(from: -Float.leastNonzeroMagnitude, to: .leastNonzeroMagnitude) == 2)
        #expect(ulps(from: Float(0), to: -0) == 0)
        #expect(ulps(from: Float.greatestFiniteMagnitude, to: .infinity) == 1)
        #expect(ulps(from: Float.nan, to: 1) == nil)
        #expect(ulps(from: 1.0, to: 1.0 - 0x1p-53) == -1)
        #expect(ulps(from: Double.nan, to: 1.0) == nil)
    }

    @Test("Float is within 2 ulp, erfc 3, of the correctly rounded value at all magnitudes", arguments: Function.all)
    private func floatSweep(_ function: Function) {
        let x = floatsOfAllMagnitudes(1024) + stride(from: Float(-110), to: 110, by: 0.0137)
        let y = function(x)
        var worst = 0, worstAt: Float = 0, invalidAt: Float?, wrongSignAt: Float?
        for i in x.indices {
            let expected = Float(function.reference(Double(x[i])))
            guard let distance = ulps(from: expected, to: y[i]) else { invalidAt = x[i]; continue }
            if abs(distance) > worst { (worst, worstAt) = (abs(distance), x[i]) }
            if !expected.isNaN, expected.sign != y[i].sign { wrongSignAt = x[i] }
        }
        #expect(worst <= function.tolerance, "at \(worstAt)")
        #expect(invalidAt == nil)
        #expect(wrongSignAt == nil)
    }

    @Test("Double is within 2 ulp, erfc 3, of values computed with 1400 bits", arguments: Function.all)
    private func doubleReference(_ function: Function) throws {
        let table = try #require(functionReference[function.name])
        #expect(table.count >= 60)
        let y = function(table.map { Double(bitPattern: $0.x) })
        for (point, y) in zip(table, y) {
            let distance = ulps(from: Double(bitPattern: point.y), to: y)
            #expect(abs(try #require(distance)) <= function.tolerance, "at \(Double(bitPattern: point.x))")
        }
    }

    @Test("Double is within 3 ulp, erfc 4, of the C library at all magnitudes", arguments: Function.all)
    private func doubleSweep(_ function: Function) {
        let x = doublesOfAllMagnitudes(32) + stride(from: -750, to: 715, by: 0.137)
            + stride(from: -7, to: 7, by: 0.00137)
        let y = function(x)
        var worst = 0, worstAt = 0.0, invalidAt: Double?, wrongSignAt: Double?
        for i in x.indices {
            let expected = function.reference(x[i])
            guard let distance = ulps(from: expected, to: y[i]) else { invalidAt = x[i]; continue }
            if abs(distance) > worst { (worst, worstAt) = (abs(distance), x[i]) }
            if !expected.isNaN, expected.sign != y[i].sign { wrongSignAt = x[i] }
        }
        #expect(worst <= function.tolerance + 1, "at \(worstAt)")
        #expect(invalidAt == nil)
        #expect(wrongSignAt == nil)
    }

    /// Function, argument, exact value: the same in Float and Double.
    private static let exactValues: [(String, Double, Double)] = [
        ("exp", 0, 1), ("exp", -0.0, 1), ("exp", .infinity, .infinity), ("exp", -.infinity, 0), ("exp", 1e9, .infinity),
        ("exp", -1e9, 0),
        ("expm1", 0, 0), ("expm1", -0.0, -0.0), ("expm1", .infinity, .infinity), ("expm1", -.infinity, -1),
        ("expm1", -1e9, -1), ("expm1", 1e9, .infinity), ("expm1", 0x1p-60, 0x1p-60), ("expm1", -0x1p-60, -0x1p-60),
        ("log", 1, 0), ("log", 0, -.infinity), ("log", -0.0, -.infinity), ("log", -1, .nan), ("log", -1e-30, .nan),
        ("log", .infinity, .infinity), ("log", -.infinity, .nan),
        ("log1p", 0, 0), ("log1p", -0.0, -0.0), ("log1p", -1, -.infinity), ("log1p", -1.5, .nan),
        ("log1p", .infinity, .infinity), ("log1p", -.infinity, .nan), ("log1p", 0x1p-60, 0x1p-60),
        ("sigmoid", 0, 0.5), ("sigmoid", -0.0, 0.5), ("sigmoid", .infinity, 1), ("sigmoid", -.infinity, 0),
        ("sigmoid", 100, 1), ("sigmoid", -1e9, 0),
        ("tanh", 0, 0), ("tanh", -0.0, -0.0), ("tanh", .infinity, 1), ("tanh", -.infinity, -1), ("tanh", 25, 1),
        ("tanh", -25, -1), ("tanh", 0x1p-60, 0x1p-60),
        ("softplus", .infinity, .infinity), ("softplus", -.infinity, 0), ("softplus", 1000, 1000),
        ("softplus", 0x1p100, 0x1p100), ("softplus", -1e9, 0),
        ("erf", 0, 0), ("erf", -0.0, -0.0), ("erf", .infinity, 1), ("erf", -.infinity, -1), ("erf", 7, 1),
        ("erf", -7, -1),
        ("erfc", 0, 1), ("erfc", -0.0, 1), ("erfc", .infinity, 0), ("erfc", -.infinity, 2), ("erfc", 29, 0),
        ("erfc", -7, 2), ("erfc", 1e9, 0), ("erfc", 0x1p-60, 1),
        ("sin", 0, 0), ("sin", -0.0, -0.0), ("sin", .infinity, .nan), ("sin", -.infinity, .nan),
        ("sin", 0x1p-60, 0x1p-60),
        ("cos", 0, 1), ("cos", -0.0, 1), ("cos", .infinity, .nan), ("cos", -.infinity, .nan), ("cos", 0x1p-60, 1),
    ]

    @Test("special values are exact, their zeros have the right sign, and not a number stays so")
    func specialValues() {
        func check<Scalar: TensorScalar>(_ type: Scalar.Type) {
            for (name, x, expected) in Self.exactValues {
                let y = Double(Function.named(name)(Scalar(x)))
                let isExact = expected.isNaN ? y.isNaN : y == expected && y.sign == expected.sign
                #expect(isExact, "\(name)(\(x)) in \(type) is \(y), not \(expected)")
            }
            for function in Function.all {
                #expect(function(Scalar.nan).isNaN, "\(function.name) in \(type)")
                #expect(function(-Scalar.nan).isNaN, "\(function.name) in \(type)")
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("subnormal numbers are neither lost as arguments nor as results")
    func subnormals() {
        func check<Scalar: TensorScalar>(_ type: Scalar.Type, lowest: Scalar) {
            let least = Scalar.leastNonzeroMagnitude
            for name in ["expm1", "log1p", "tanh", "sin"] {
                for x in [least, 3 * least, -5 * least, Scalar.leastNormalMagnitude.nextDown] {
                    #expect(Function.named(name)(x) == x, "\(name)(\(x))")
                }
            }
            for name in ["exp", "sigmoid", "softplus"] {
                #expect(Function.named(name)(lowest) == least, "\(name)(\(lowest))")
            }
        }
        check(Float.self, lowest: -103.5)
        check(Double.self, lowest: -744.75)
    }

    @Test("tanh, erf and sin are odd and cos is even, bit for bit")
    func symmetry() {
        func check<Scalar: TensorScalar>(_ x: [Scalar], _ bits: (Scalar) -> UInt64) {
            let x = x.filter { $0.isFinite }
            for name in ["tanh", "erf", "sin", "cos"] {
                let mirrored = Function.named(name)(x.map { -$0 }).map { name == "cos" ? $0 : -$0 }
                let broken = zip(x, zip(Function.named(name)(x), mirrored)).first { bits($0.1.0) != bits($0.1.1) }
                #expect(broken?.0 == nil, "\(name)")
            }
        }
        check(floatsOfAllMagnitudes(64)) { UInt64($0.bitPattern) }
        check(doublesOfAllMagnitudes(4)) { $0.bitPattern }
    }

    @Test("where one polynomial or exponent hands over to the next, no step goes back by more than 1 ulp")
    func monotonicity() {
        let rising: [(String, [Double])] = [
            ("exp", [-87.336544, -50.5 * 0.6931471805599453, -0.34657359, 0.34657359, 1.0397208, 88.37626]),
            ("expm1", [-19.9, -0.34657359, 0.34657359, 1.0397208, 3.0e-8, 87.7]),
            ("log", [1.1754944e-38, 0.35355339, 0.70710678, 1, 1.41421356, 2.8284271]),
            ("log1p", [-0.29289322, 0.41421356, 1.8284271, 3.0e-8]),
            ("sigmoid", [-87.336544, -0.34657359, 0, 0.34657359, 16.6]),
            ("tanh", [0.17328680, 0.51986039, 8.9, 10]),
            ("softplus", [-87.3, -0.88137359, 0, 0.34657359, 0.88137359, 16.6]),
            ("erf", [0.75, 0.875, 3.8, 4, 5.8, 6]),
            ("sin", [-0.78539816, 0.78539816, 100.53096]),
            ("cos", [-0.78539816, 5.4977871, 99.7]),
        ]
        for (name, places) in rising {
            for place in places {
                let start = Float(place) - 1000 * Float(place == 0 ? 1e-9 : place).ulp
                var floats: [Float] = [start]
                for _ in 0..<2000 { floats.append(floats[floats.count - 1].nextUp) }
                let y = Function.named(name)(floats)
                let back = zip(y, y.dropFirst()).compactMap { ulps(from: $0, to: $1) }.min() ?? .min
                #expect(back >= -1, "\(name) near \(place) in Float")

                var doubles: [Double] = [place - 1000 * (place == 0 ? 1e-18 : place).ulp]
                for _ in 0..<2000 { doubles.append(doubles[doubles.count - 1].nextUp) }
                let z = Function.named(name)(doubles)
                let backInDouble = zip(z, z.dropFirst()).compactMap { ulps(from: $0, to: $1) }.min() ?? .min
                #expect(backInDouble >= -1, "\(name) near \(place) in Double")
            }
        }
    }

    @Test("a lane's result does not depend on its neighbours, huge angles included")
    func lanesAreIndependent() {
        func check<Scalar: TensorScalar>(_ type: Scalar.Type) {
            let x: [Scalar] = [0.5, 1e30, -3, .infinity, 12_799, 1e-20, -1e35, 2]
            for function in Function.all {
                let together = function(x + x)
                for (i, value) in (x + x).enumerated() {
                    let alone = function(value)
                    #expect(together[i] == alone || (together[i].isNaN && alone.isNaN), "\(function.name)(\(value))")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("sin and cos of angles so huge that they are reduced in whole numbers")
    func hugeAngles() {
        // From 1400 bits, rounded: the last is the Double nearest to any multiple of π/2, relative to its size.
        let sines: [(Double, Double)] = [
            (1e22, -0x1.b453ab76bf397p-1), (0x1p1023, 0x1.205248cbdb760p-1), (0x1.6ac5b262ca1ffp849, 1),
        ]
        for (x, expected) in sines {
            #expect(abs((Double.sin(x) - expected) / expected.ulp) <= 1, "sin(\(x))")
        }
        #expect(abs(Double.cos(0x1.6ac5b262ca1ffp849) / -4.687165924254624e-19 - 1) < 1e-15)
        #expect(abs(Float.sin(3.4028235e38) - -0.521_876_6) < 1e-6)
    }

    @Test("for scalars and as free functions on vectors, they are the same functions")
    func spellings() {
        func check<Scalar: TensorScalar>(_ x: Scalar) {
            let v = Scalar.Vector(repeating: x)
            let pairs: [(String, Scalar, Scalar.Vector)] = [
                ("exp", .exp(x), exp(v)), ("expm1", .expm1(x), expm1(v)), ("log", .log(x), log(v)),
                ("log1p", .log1p(x), log1p(v)), ("sigmoid", .sigmoid(x), sigmoid(v)), ("tanh", .tanh(x), tanh(v)),
                ("softplus", .softplus(x), softplus(v)), ("erf", .erf(x), erf(v)), ("erfc", .erfc(x), erfc(v)), ("sin", .sin(x), sin(v)),
                ("cos", .cos(x), cos(v)),
            ]
            for (name, scalar, vector) in pairs {
                #expect(scalar == Function.named(name)(x), "\(name)")
                #expect(vector == Scalar.Vector(repeating: scalar), "\(name)")
            }
        }
        check(Float(0.7))
        check(0.7)
    }
}
