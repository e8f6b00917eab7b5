// The remainder of a huge angle modulo π/2, after Payne and Hanek (1983), "Radian reduction for trigonometric
// functions".
//
// x = M·2ᵉ with a whole M of 53 bits. We want x·(2/π) modulo 4, so of the binary digits of 2/π only those matter that
// are multiplied into the range from 2 down to as many digits as we need: the digits above make multiples of 4 quarter
// turns, the ones below change nothing. 192 digits from the right place, times M, in whole numbers, lose nothing: 2
// bits are the quarter turns, and 190 bits the fraction. Its first 61 bits at most can be zero, for no Double comes
// nearer to a multiple of π/2 (Muller et al., Handbook of Floating-Point Arithmetic, 2010, section 11.1); enough are
// left.

/// The binary digits of 2/π after the point, 64 to a word.
private let digitsOfTwoOverPi: [UInt64] = [
    0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041, 0xfe51_63ab_debb_c561, 0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c, 0xfe1d_eb1c_b129_a73e, 0xe882_35f5_2ebb_4484, 0xe99c_7026_b45f_7e41, 0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b, 0x1ff8_97ff_de05_980f, 0xef2f_118b_5a0a_6d1f, 0x6d36_7ecf_27cb_09b7, 0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b, 0x3d07_39f7_8a52_92ea, 0x6bfb_5fb1_1f8d_5d08, 0x5603_3046_fc7b_6bab,
]

/// 64 digits of 2/π from digit `first` on, counted from 0 after the point; 0 before the point.
private func digitsOfTwoOverPi(from first: Int) -> UInt64 {
    func word(_ index: Int) -> UInt64 { index < 0 ? 0 : digitsOfTwoOverPi[index] }
    let (index, offset) = (first >> 6, first & 63)
    return offset == 0 ? word(index) : word(index) << UInt64(offset) | word(index + 1) >> UInt64(64 - offset)
}

/// x = (4k + n)·π/2 + remainder for x ≥ 2, with n from 0 to 4, |remainder| ≤ π/4, rounded once; not a number for ∞.
func reduceHugeAngle(_ x: Double) -> (quarterTurns: Int, remainder: Double) {
    guard x.isFinite else { return (0, .nan) }
    let exponent = Int(x.exponent) - 52
    let m = x.significandBitPattern | 1 << 52

    // Digit i, counted from 0, is worth 2^(−1−i); times 2ᵉ that is below 4 from i = e − 2 on.
    let digits = (0..<3).map { digitsOfTwoOverPi(from: exponent - 2 + 64 * $0) }
    let low = m.multipliedFullWidth(by: digits[2])
    let middle = m.multipliedFullWidth(by: digits[1])
    let (word1, carry) = middle.low.addingReportingOverflow(low.high)
    let word2 = m &* digits[0] &+ middle.high &+ (carry ? 1 : 0)

    // The 192 bits word2, word1, low.low: two bits of quarter turns, then the fraction.
    var quarterTurns = Int(word2 >> 62)
    var high = word2 << 2 | word1 >> 62
    var next = word1 << 2 | low.low >> 62
    let isNegative = high >> 63 == 1
    if isNegative {  // a fraction of ½ or more: one quarter turn more, and 1 − fraction backwards
        quarterTurns += 1
        (high, next) = (~high, ~next)
    }
    let zeros = high.leadingZeroBitCount
    let fraction = zeros == 0 ? high : high << UInt64(zeros) | next >> UInt64(64 - zeros)

    // fraction·2^(−64 − zeros) quarter turns, in radians: 0xc90f… is π/2·2⁶³.
    let radians = Double(fraction.multipliedFullWidth(by: 0xc90f_daa2_2168_c235).high)
    let remainder = radians * Double(sign: .plus, exponent: -63 - zeros, significand: 1)
    return (quarterTurns, isNegative ? -remainder : remainder)
}
