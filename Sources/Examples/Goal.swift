// What a claim must reach, as a value. The sentence shown to the reader, the verdict of a run and the tests come from it, so
// that none can demand less than another.

import FeedForward

/// What a figure of a claim must be: at least, at most, above, below or equal to a number or another figure of the claim.
///
/// `.atLeast("accuracy", .percent(97.5))` is written “accuracy ≥ 97.5 %”, `.below("LSTM bits", "RNN bits")` is written
/// “LSTM bits < RNN bits”.
public struct Goal: Sendable, Equatable, CustomStringConvertible {
    /// What a figure is compared with: a number, or another figure times one number plus another.
    public struct Bound: Sendable, Equatable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
        ExpressibleByStringInterpolation, CustomStringConvertible
    {
        fileprivate var figure: String?
        private var factor = 1.0
        private var number = 0.0
        private var isPercent = false

        private init() {}

        public init(floatLiteral number: Double) { self.number = number }
        public init(integerLiteral number: Int) { self.number = Double(number) }
        public init(stringLiteral figure: String) { self.figure = figure }

        /// A number that is computed.
        public static func number(_ number: Double) -> Bound { Bound(floatLiteral: number) }

        /// The given number of hundredths.
        public static func percent(_ percent: Double) -> Bound {
            var bound = Bound(floatLiteral: percent)
            bound.isPercent = true
            return bound
        }

        /// A multiple of another figure.
        public static func times(_ factor: Double, of figure: String) -> Bound {
            var bound = Bound(stringLiteral: figure)
            bound.factor = factor
            return bound
        }

        /// Another figure plus a number.
        public static func sum(_ figure: String, _ number: Double) -> Bound {
            var bound = Bound(stringLiteral: figure)
            bound.number = number
            return bound
        }

        fileprivate func value(_ measured: [String: Double]) -> Double {
            guard let figure else { return isPercent ? number / 100 : number }
            return factor * (measured[figure] ?? .nan) + number
        }

        public var description: String {
            guard let figure else { return Self.text(number) + (isPercent ? " %" : "") }
            return (factor == 1 ? "" : Self.text(factor) + " × ") + figure
                + (number == 0 ? "" : (number > 0 ? " + " : " − ") + Self.text(number.magnitude))
        }

        /// A number as it is written in a program: all its digits, and no more.
        fileprivate static func text(_ number: Double) -> String {
            if number == number.rounded() && number.magnitude < 1e9 { return String(Int(number)) }
            return "\(number)".replacing("e-0", with: "e-")
        }
    }

    private enum Relation: String {
        case atLeast = "≥"
        case atMost = "≤"
        case above = ">"
        case below = "<"
        case equal = "="
    }

    private let figure: String
    private let relation: Relation
    private let bound: Bound
    /// How far off a figure that must be equal may be.
    private let tolerance: Double

    private init(_ figure: String, _ relation: Relation, _ bound: Bound, within tolerance: Double = 0) {
        (self.figure, self.relation, self.bound, self.tolerance) = (figure, relation, bound, tolerance)
    }

    public static func atLeast(_ figure: String, _ bound: Bound) -> Goal { Goal(figure, .atLeast, bound) }
    public static func atMost(_ figure: String, _ bound: Bound) -> Goal { Goal(figure, .atMost, bound) }
    public static func above(_ figure: String, _ bound: Bound) -> Goal { Goal(figure, .above, bound) }
    public static func below(_ figure: String, _ bound: Bound) -> Goal { Goal(figure, .below, bound) }

    /// Equal, or no further off than `tolerance`.
    public static func equal(_ figure: String, _ bound: Bound, within tolerance: Double = 0) -> Goal {
        Goal(figure, .equal, bound, within: tolerance)
    }

    /// The names of the figures that it is about.
    public var figures: [String] { [figure] + (bound.figure.map { [$0] } ?? []) }

    /// Whether the measured figures meet the goal. A figure that was not measured, or is not a finite number, never does.
    public func isMet(by measured: [String: Double]) -> Bool {
        let (value, bound) = (measured[figure] ?? .nan, bound.value(measured))
        guard value.isFinite, bound.isFinite else { return false }
        return switch relation {
        case .atLeast: value >= bound
        case .atMost: value <= bound
        case .above: value > bound
        case .below: value < bound
        case .equal: (value - bound).magnitude <= tolerance
        }
    }

    public var description: String {
        "\(figure) \(relation.rawValue) \(bound)" + (tolerance == 0 ? "" : " ± " + Bound.text(tolerance))
    }
}
