// What the elementary functions need of a vector beside its arithmetic: the bits of the numbers.
//
// A floating-point number is a sign bit, an exponent field (the exponent plus a bias: 127 in Float, 1023 in Double),
// and the fraction of its significand 1.fff… in the last 23 (52) bits. So adding k to the exponent field multiplies by
// 2ᵏ.
//
// There is no good instruction sequence behind the conversions of vectors between floating point and integers, so both
// directions go through the bits. Adding the shifter 1.5·2²³ (1.5·2⁵²) to a number leaves no bits for its fraction: the
// sum is rounded to an integer k, and k stands in the lowest bits of the sum. Subtracting the shifter gives k back as a
// floating-point number; shifting the bits to the exponent field gives 2ᵏ.
//
// The two halves of the file say the same for the two vectors.

// MARK: - Float

extension SIMD16 where Scalar == Float {
    @usableFromInline typealias Bits = SIMD16<UInt32>
    /// The bits of the lanes, as integers.
    @inlinable @inline(__always) var bits: Bits { unsafeBitCast(self, to: Bits.self) }
    @inlinable @inline(__always) init(bits: Bits) { self = unsafeBitCast(bits, to: Self.self) }
    @inlinable @inline(__always) static var signBit: Bits { Bits(repeating: 0x8000_0000) }
    @inlinable @inline(__always) static var bitsOfOne: Bits { Bits(repeating: 0x3f80_0000) }

    @inlinable @inline(__always)
    public var magnitude: Self { Self(bits: bits & (Self.signBit ^ Bits(repeating: .max))) }

    @inlinable @inline(__always)
    public func flippingSign(where other: Self) -> Self { Self(bits: bits ^ (other.bits & Self.signBit)) }

    @inlinable @inline(__always)
    public static var integerShifter: Self { Self(repeating: 0x1.8p23) }

    @inlinable @inline(__always)
    public static func powerOfTwo(_ shifted: Self) -> Self {
        Self(bits: (shifted.bits &<< Bits(repeating: 23)) &+ bitsOfOne)
    }

    @inlinable @inline(__always)
    public static func powerOfTwoInTwoFactors(_ shifted: Self) -> (Self, Self) {
        let field = shifted.bits &<< Bits(repeating: 23)
        let halfField = (shifted.bits &>> Bits(repeating: 1)) &<< Bits(repeating: 23)
        return (Self(bits: halfField &+ bitsOfOne), Self(bits: field &- halfField &+ bitsOfOne))
    }

    @inlinable @inline(__always)
    public static func isOdd(_ shifted: Self) -> SIMDMask<MaskStorage> {
        let one = Bits(repeating: 1)
        return (shifted.bits & one) .== one
    }

    @inlinable @inline(__always)
    public static func signOfHalfTurn(_ shifted: Self) -> Self {
        Self(bits: shifted.bits &<< Bits(repeating: 30))
    }

    @inlinable @inline(__always)
    public static func split(_ x: Self) -> (significand: Self, exponent: Self, reciprocalPower: Self) {
        let bitsOfRootHalf = Bits(repeating: 0x3f35_04f3)          // √½
        let significandMask = Bits(repeating: 0x7f_ffff)
        // Move the border between two exponents from 1 to √½: now the exponent field holds n + 127.
        let moved = x.bits &+ (bitsOfOne &- bitsOfRootHalf)
        let field = moved & (significandMask ^ Bits(repeating: .max))
        let significand = Self(bits: (moved & significandMask) &+ bitsOfRootHalf)
        // The field as a number: put it into the low bits of the shifter, and subtract the shifter.
        let shifted = Self(bits: (field &>> Bits(repeating: 23)) | integerShifter.bits)
        let exponent = shifted - (integerShifter + 127)
        let reciprocalPower = Self(bits: (bitsOfOne &+ bitsOfOne) &- field)
        return (significand, exponent, reciprocalPower)
    }
}

// MARK: - Double

extension SIMD8 where Scalar == Double {
    @usableFromInline typealias Bits = SIMD8<UInt64>
    /// The bits of the lanes, as integers.
    @inlinable @inline(__always) var bits: Bits { unsafeBitCast(self, to: Bits.self) }
    @inlinable @inline(__always) init(bits: Bits) { self = unsafeBitCast(bits, to: Self.self) }
    @inlinable @inline(__always) static var signBit: Bits { Bits(repeating: 0x8000_0000_0000_0000) }
    @inlinable @inline(__always) static var bitsOfOne: Bits { Bits(repeating: 0x3ff0_0000_0000_0000) }

    @inlinable @inline(__always)
    public var magnitude: Self { Self(bits: bits & (Self.signBit ^ Bits(repeating: .max))) }

    @inlinable @inline(__always)
    public func flippingSign(where other: Self) -> Self { Self(bits: bits ^ (other.bits & Self.signBit)) }

    @inlinable @inline(__always)
    public static var integerShifter: Self { Self(repeating: 0x1.8p52) }

    @inlinable @inline(__always)
    public static func powerOfTwo(_ shifted: Self) -> Self {
        Self(bits: (shifted.bits &<< Bits(repeating: 52)) &+ bitsOfOne)
    }

    @inlinable @inline(__always)
    public static func powerOfTwoInTwoFactors(_ shifted: Self) -> (Self, Self) {
        let field = shifted.bits &<< Bits(repeating: 52)
        let halfField = (shifted.bits &>> Bits(repeating: 1)) &<< Bits(repeating: 52)
        return (Self(bits: halfField &+ bitsOfOne), Self(bits: field &- halfField &+ bitsOfOne))
    }

    @inlinable @inline(__always)
    public static func isOdd(_ shifted: Self) -> SIMDMask<MaskStorage> {
        let one = Bits(repeating: 1)
        return (shifted.bits & one) .== one
    }

    @inlinable @inline(__always)
    public static func signOfHalfTurn(_ shifted: Self) -> Self {
        Self(bits: shifted.bits &<< Bits(repeating: 62))
    }

    @inlinable @inline(__always)
    public static func split(_ x: Self) -> (significand: Self, exponent: Self, reciprocalPower: Self) {
        let bitsOfRootHalf = Bits(repeating: 0x3fe6_a09e_667f_3bcd)          // √½
        let significandMask = Bits(repeating: 0xf_ffff_ffff_ffff)
        // Move the border between two exponents from 1 to √½: now the exponent field holds n + 1023.
        let moved = x.bits &+ (bitsOfOne &- bitsOfRootHalf)
        let field = moved & (significandMask ^ Bits(repeating: .max))
        let significand = Self(bits: (moved & significandMask) &+ bitsOfRootHalf)
        // The field as a number: put it into the low bits of the shifter, and subtract the shifter.
        let shifted = Self(bits: (field &>> Bits(repeating: 52)) | integerShifter.bits)
        let exponent = shifted - (integerShifter + 1023)
        let reciprocalPower = Self(bits: (bitsOfOne &+ bitsOfOne) &- field)
        return (significand, exponent, reciprocalPower)
    }
}
