// The S-shaped functions and the smooth ramp, all from the exponential:
//
//     sigmoid(x)  = 1/(1 + e⁻ˣ)
//     tanh(x)     = 2·sigmoid(2x) − 1
//     softplus(x) = ln(1 + eˣ), whose derivative is the sigmoid
//
// Written like this they overflow, or lose their digits by cancellation, on one side of 0. Each is therefore arranged
// so that the exponential is taken on the side where that cannot happen.

extension TensorVector {
    /// 1/(1 + e⁻ˣ): 0 at −∞, ½ at 0, 1 at ∞.
    ///
    /// With z = e^−|x| ≤ 1: 1/(1 + z) where x ≥ 0, and z/(1 + z), the same fraction times eˣ/eˣ, where x < 0; there
    /// the result stays accurate down to the smallest subnormal number.
    @inlinable @inline(__always)
    public static func sigmoid(_ x: Self) -> Self {
        let z = decayingExponential(x.magnitude)
        return Self(repeating: 1).replacing(with: z, where: x .< Self.zero) / (1 + z)
    }

    /// (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ): −1 at −∞, 0 at 0, 1 at ∞; odd, and x where x is small.
    ///
    /// With h = ½(e^2|x| − 1), tanh |x| = h/(h + 1): nothing cancels, however small x is.
    @inlinable @inline(__always)
    public static func tanh(_ x: Self) -> Self {
        let a = x.magnitude
        let limited = a.replacing(with: tanhIsOneFrom, where: a .> tanhIsOneFrom)
        let h = halfExpm1(limited + limited)
        return (h / (h + 1)).flippingSign(where: x)
    }

    /// ln(1 + eˣ): eˣ where x is very negative, x where it is large.
    ///
    /// softplus(x) = max(x, 0) + ln(1 + e^−|x|), since ln(1 + eˣ) = x + ln(e⁻ˣ + 1).
    @inlinable @inline(__always)
    public static func softplus(_ x: Self) -> Self {
        let z = decayingExponential(x.magnitude)
        return x.replacing(with: Self.zero, where: x .< Self.zero) + logarithmOf1Plus(z)
    }

    /// e⁻ᵃ for a ≥ 0.
    @inlinable @inline(__always)
    static func decayingExponential(_ a: Self) -> Self {
        let lowest = exponentialRange.lowest
        let x = 0 - a
        return exponential(x.replacing(with: lowest, where: x .< lowest))
    }

    /// From here on tanh rounds to 1: with h = ½(e²⁰ − 1) or ½(e⁴⁰ − 1) even h + 1 rounds to h.
    @inlinable @inline(__always)
    static var tanhIsOneFrom: Self { 0 - lowestForExpm1 * 0.5 }
}
