// sin x and cos x, for every finite x.
//
// x = n·π/2 + r with a whole number n of quarter turns and |r| ≤ π/4. A quarter turn makes a sine a cosine, and two of
// them change the sign: the lowest bit of n says which of two polynomials in r to take, the next its sign.
//
// As in the exponential, r must not inherit the rounding of n·π/2, and here it can be tiny: no Float below 12,800 comes
// nearer to a multiple of π/2 than 2⁻²⁸, no Double below 100,000 nearer than 2⁻⁶¹, but those must be right, too. So π/2
// is split into more parts, all but the last so short that their product with n is exact. For larger x, the lanes
// concerned are reduced one by one in whole-number arithmetic (HugeAngle.swift).

/// The numbers in which sin and cos differ between Float and Double.
public protocol TrigonometryConstants {
    /// 2/π.
    static var quarterTurnsPerRadian: Self { get }
    /// The largest angle of which `quarterTurnRemainder` is accurate.
    static var largestAngle: Self { get }
    /// a − n·π/2.
    static func quarterTurnRemainder(_ a: Self, _ minusN: Self) -> Self
    /// (sin r − r)/r³ as a function of r².
    static func sineTail(_ square: Self) -> Self
    /// (cos r − 1 + r²/2)/r⁴ as a function of r².
    static func cosineTail(_ square: Self) -> Self
}

extension TensorVector {
    /// sin x; not a number for ±∞.
    @inlinable @inline(__always)
    public static func sin(_ x: Self) -> Self {
        let (r, turns) = quarterTurns(x.magnitude)
        return sine(r, turns).flippingSign(where: x)
    }

    /// cos x; not a number for ±∞.
    @inlinable @inline(__always)
    public static func cos(_ x: Self) -> Self {
        let (r, turns) = quarterTurns(x.magnitude)
        return sine(r, turns + 1)
    }

    /// a = n·π/2 + remainder for a ≥ 0; turns is n + `integerShifter`.
    @inlinable @inline(__always)
    static func quarterTurns(_ a: Self) -> (remainder: Self, turns: Self) {
        let turns = multiplyAdd(a, quarterTurnsPerRadian, integerShifter)
        let r = quarterTurnRemainder(a, integerShifter - turns)
        return any(a .> largestAngle) ? reduceHugeAngles(a, r, turns) : (r, turns)
    }

    /// Replaces remainder and turns in the lanes where a is larger than `largestAngle`.
    ///
    /// Kept out of the loops that call it, and compiled here for both vectors.
    @specialized(where Self == SIMD16<Float>)
    @specialized(where Self == SIMD8<Double>)
    @usableFromInline @inline(never)
    static func reduceHugeAngles(_ a: Self, _ remainder: Self, _ turns: Self) -> (remainder: Self, turns: Self) {
        var (remainder, turns) = (remainder, turns)
        for lane in 0..<scalarCount where a[lane] > largestAngle[lane] {
            let (n, r) = reduceHugeAngle(Double(a[lane]))
            remainder[lane] = Scalar(r)
            turns[lane] = integerShifter[lane] + Scalar(n)
        }
        return (remainder, turns)
    }

    /// r − n·high − n·low, rounded once: what the first subtraction rounds off is found by undoing it, and goes into
    /// the second.
    @inlinable @inline(__always)
    static func subtracting(_ minusN: Self, timesHigh high: Scalar, low: Scalar, from r: Self) -> Self {
        let difference = multiplyAdd(minusN, Self(repeating: high), r)
        let roundedOff = multiplyAdd(minusN, Self(repeating: high), r - difference)
        return difference + multiplyAdd(minusN, Self(repeating: low), roundedOff)
    }

    /// sin(r + n·π/2).
    @inlinable @inline(__always)
    static func sine(_ r: Self, _ turns: Self) -> Self {
        let square = r * r
        let sine = multiplyAdd(r * square, sineTail(square), r)
        let cosine = multiplyAdd(square * square, cosineTail(square), 1 - 0.5 * square)
        return sine.replacing(with: cosine, where: isOdd(turns)).flippingSign(where: signOfHalfTurn(turns))
    }
}

extension SIMD16: TrigonometryConstants where Scalar == Float {
    @inlinable @inline(__always) public static var quarterTurnsPerRadian: Self { Self(repeating: 0x1.45f306p-1) }
    @inlinable @inline(__always) public static var largestAngle: Self { Self(repeating: 12_800) }

    /// π/2 in parts of 11, 11, 11 and 24 bits; n has 13. The first two subtractions are exact.
    @inlinable @inline(__always)
    public static func quarterTurnRemainder(_ a: Self, _ minusN: Self) -> Self {
        let r = multiplyAdd(minusN, Self(repeating: 0x1.fb4p-12), multiplyAdd(minusN, Self(repeating: 0x1.92p+0), a))
        return subtracting(minusN, timesHigh: 0x1.444p-24, low: 0x1.68c234p-39, from: r)
    }

    /// Error 2⁻²⁸.
    @inlinable @inline(__always)
    public static func sineTail(_ square: Self) -> Self {
        let p = multiplyAdd(Self(repeating: -0x1.9953fep-13), square, 0x1.110778p-7)
        return multiplyAdd(p, square, -0x1.555546p-3)
    }

    /// Error 2⁻³³.
    @inlinable @inline(__always)
    public static func cosineTail(_ square: Self) -> Self {
        let p = multiplyAdd(Self(repeating: 0x1.99e920p-16), square, -0x1.6c0c2ap-10)
        return multiplyAdd(p, square, 0x1.55554ap-5)
    }
}

extension SIMD8: TrigonometryConstants where Scalar == Double {
    @inlinable @inline(__always) public static var quarterTurnsPerRadian: Self { Self(repeating: 0x1.45f306dc9c883p-1) }
    @inlinable @inline(__always) public static var largestAngle: Self { Self(repeating: 100_000) }

    /// π/2 in parts of 37, 37 and 53 bits; n has 16. The first subtraction is exact.
    @inlinable @inline(__always)
    public static func quarterTurnRemainder(_ a: Self, _ minusN: Self) -> Self {
        let r = multiplyAdd(minusN, Self(repeating: 0x1.921fb5444p+0), a)
        return subtracting(minusN, timesHigh: 0x1.68c234c4cp-39, low: 0x1.98a2e03707345p-77, from: r)
    }

    /// Error 2⁻⁵⁸.
    @inlinable @inline(__always)
    public static func sineTail(_ square: Self) -> Self {
        var p = Self(repeating: 0x1.5d8b468f0c879p-33)
        p = multiplyAdd(p, square, -0x1.ae5e4b76626a4p-26)
        p = multiplyAdd(p, square, 0x1.71de3555308aap-19)
        p = multiplyAdd(p, square, -0x1.a01a019be924bp-13)
        p = multiplyAdd(p, square, 0x1.111111110f730p-7)
        return multiplyAdd(p, square, -0x1.5555555555548p-3)
    }

    /// Error 2⁻⁶⁴.
    @inlinable @inline(__always)
    public static func cosineTail(_ square: Self) -> Self {
        var p = Self(repeating: -0x1.8fa66e77e7314p-37)
        p = multiplyAdd(p, square, 0x1.1ee9dbab175c8p-29)
        p = multiplyAdd(p, square, -0x1.27e4f7f166d95p-22)
        p = multiplyAdd(p, square, 0x1.a01a019c8efa1p-16)
        p = multiplyAdd(p, square, -0x1.6c16c16c15014p-10)
        return multiplyAdd(p, square, 0x1.555555555554bp-5)
    }
}
