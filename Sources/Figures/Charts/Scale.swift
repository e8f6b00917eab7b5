// From numbers to places on an axis: the range that is shown, the mapping into it, and the round numbers ("ticks") at
// which it is labelled. Every chart, on paper and in the terminal, uses this one scale.

import SIMDTensor
import Foundation

/// How values are spaced on an axis.
public enum AxisScale: Sendable {
    /// Equal differences have equal length.
    case linear
    /// Equal ratios have equal length; values that are not positive cannot be shown and leave gaps.
    case logarithmic
}

/// A labelled place on an axis; minor ticks have no label.
package struct Tick: Equatable, Sendable {
    package var value: Double
    package var label: String?
}

/// A range of values and their places, 0 at its lower end and 1 at its upper.
package struct Scale: Sendable {
    package let spacing: AxisScale
    package let lower: Double
    package let upper: Double
    /// The step of the ticks at which a rounded range begins and ends.
    private let roundedStep: Double?

    /// Beyond this, differences of two values and rounded ends of a range might overflow; such values count as infinite.
    private static let largest = 1e307
    /// The shortest range, below which its ticks could no longer be told apart; values so near to 0 count as 0.
    private static let shortest = 1e-300

    /// The scale that shows `values`; nil if none of them can be shown.
    ///
    /// - Parameters:
    ///   - range: shows this range instead, whatever the values are.
    ///   - padding: the free space at both ends, as a fraction of the range.
    ///   - roundedToTicks: extends a linear range to round numbers.
    package init?(_ spacing: AxisScale, showing values: some Sequence<Double>, range: ClosedRange<Double>? = nil,
                  padding: Double = 0, roundedToTicks: Int? = nil) {
        self.spacing = spacing
        if let range {
            require(abs(range.lowerBound) < Self.largest && abs(range.upperBound) < Self.largest
                         && range.upperBound - range.lowerBound >= Self.shortest,
                         "The axis range is \(range), expected two different finite numbers")
            require(spacing == .linear || range.lowerBound > 0,
                         "The range of a logarithmic axis is \(range), expected positive numbers")
            (lower, upper, roundedStep) = (range.lowerBound, range.upperBound, nil)
            return
        }
        var smallest = Double.infinity
        var greatest = -Double.infinity
        for value in values where Self.canShow(value, spacing) {
            smallest = min(smallest, value)
            greatest = max(greatest, value)
        }
        guard smallest <= greatest else { return nil }
        var roundedStep: Double?
        switch spacing {
        case .linear:
            if greatest - smallest <= 1e-12 * max(abs(smallest), abs(greatest)) + Self.shortest {
                // A constant stands in the middle of a range of its own size.
                let half = smallest == 0 ? 1 : max(abs(smallest) * 0.5, Self.shortest)
                (smallest, greatest) = (smallest - half, greatest + half)
            }
            let margin = (greatest - smallest) * padding
            (smallest, greatest) = (smallest - margin, greatest + margin)
            if let count = roundedToTicks {
                let step = Self.roundStep(span: greatest - smallest, atMost: count)
                smallest = (smallest / step + 1e-9).rounded(.down) * step
                greatest = (greatest / step - 1e-9).rounded(.up) * step
                roundedStep = step
            }
        case .logarithmic:
            if greatest / smallest < 1.000_001 {
                (smallest, greatest) = (smallest / 3, greatest * 3)
            }
            let ratio = exp(Self.logRatio(greatest, smallest) * padding)
            smallest = max(smallest / ratio, .leastNormalMagnitude)
            greatest = min(greatest * ratio, .greatestFiniteMagnitude)
        }
        (lower, upper) = (smallest, greatest)
        self.roundedStep = roundedStep
    }

    /// log(a / b) for positive numbers, also where the quotient overflows or vanishes.
    private static func logRatio(_ a: Double, _ b: Double) -> Double {
        let quotient = a / b
        return quotient.isNormal ? log(quotient) : log(a) - log(b)
    }

    private static func canShow(_ value: Double, _ spacing: AxisScale) -> Bool {
        abs(value) < largest && (spacing == .linear || value > 1 / largest)
    }

    /// The place of a value, 0…1 within the range, or nil for a value that no such axis can show.
    ///
    /// Beyond the range it goes to ±10⁹ and no further: lines to there cannot be told from lines to what is farther away,
    /// and stay finite.
    package func place(_ value: Double) -> Double? {
        guard Self.canShow(value, spacing) else { return nil }
        let place = switch spacing {
        case .linear: (value - lower) / (upper - lower)
        case .logarithmic: Self.logRatio(value, lower) / Self.logRatio(upper, lower)
        }
        return min(max(place, -1e9), 1e9)
    }

    /// The step of the form 1, 2 or 5 times a power of ten of which at most `count` fit into `span`.
    package static func roundStep(span: Double, atMost count: Int) -> Double {
        let raw = span / Double(max(count, 1))
        let power = pow(10, log10(raw).rounded(.down))
        // A hair of tolerance: 0.3 / 3 is not quite 0.1.
        return power * ([1, 2, 5].first { $0 * power >= raw * (1 - 1e-9) } ?? 10)
    }

    /// The ticks within the range, about as many as fit: at most `count` steps between labelled ones.
    package func ticks(atMost count: Int) -> [Tick] {
        switch spacing {
        case .linear: linearTicks(atMost: count)
        case .logarithmic: logarithmicTicks(atMost: max(count, 1))
        }
    }

    private func linearTicks(atMost count: Int) -> [Tick] {
        // Rounding the ends adds up to two steps, which still are the right ones.
        let step = roundedStep.flatMap { upper - lower <= $0 * (Double(count) + 2.5) ? $0 : nil }
            ?? Self.roundStep(span: upper - lower, atMost: count)
        let first = (lower / step - 1e-6).rounded(.up)
        let last = (upper / step + 1e-6).rounded(.down)
        // Multiples of 0.1 are better found by dividing by 10.
        let inverse = (1 / step).rounded()
        let isFraction = step < 1 && inverse.isFinite && abs(inverse * step - 1) < 1e-9
        let values = stride(from: first, through: last, by: 1).map { isFraction ? $0 / inverse : $0 * step }
        let greatest = max(abs(lower), abs(upper))
        let stepPower = Int((log10(step) + 1e-9).rounded(.down))
        let isPlain = greatest < 1e6 && stepPower >= -4
        return values.map { value in
            if isPlain { return Tick(value: value, label: NumberText.fixed(value, decimals: max(0, -stepPower))) }
            let decimals = value == 0 ? 0 : max(0, NumberText.exponent(value) - stepPower)
            return Tick(value: value, label: NumberText.scientific(value, decimals: min(decimals, 15)))
        }
    }

    private func logarithmicTicks(atMost count: Int) -> [Tick] {
        let first = Int((log10(lower) - 1e-9).rounded(.up))
        let last = Int((log10(upper) + 1e-9).rounded(.down))
        if last - first < 1 {
            // Fewer than two powers of ten in sight: 1, 2 and 5 times them, or else the ticks of a linear axis.
            let ticks = (first - 1...last + 1).flatMap { power in
                [1, 2, 5].map { $0 * pow(10, Double(power)) }
            }.filter { isWithin($0) }
            guard ticks.count >= 3 else { return linearTicks(atMost: count) }
            return ticks.map { Tick(value: $0, label: NumberText.short($0)) }
        }
        let stride = (last - first) / count + 1
        let isPlain = first >= -3 && last <= 4
        var ticks: [Tick] = []
        for power in first - 1...last {
            let value = pow(10, Double(power))
            if power >= first {
                let label = isPlain ? NumberText.fixed(value, decimals: max(0, -power)) : NumberText.powerOfTen(power)
                ticks.append(Tick(value: value, label: (power - first).isMultiple(of: stride) ? label : nil))
            }
            if stride == 1 {
                ticks += (2...9).map { Tick(value: Double($0) * value, label: nil) }.filter { isWithin($0.value) }
            }
        }
        return ticks
    }

    private func isWithin(_ value: Double) -> Bool {
        value >= lower * (1 - 1e-9) && value <= upper * (1 + 1e-9)
    }
}
