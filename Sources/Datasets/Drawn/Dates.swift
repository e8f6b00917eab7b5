// The same day, written in many ways: “3 March 1987”, “Tue, Mar 3rd, '87”, “1987-03-03”. To bring one way of writing
// into another is translation in small: the words come in another order, and for each character that is written the right
// place must be looked up.

import SIMDTensor

/// Pairs of a date as people write it in English and the same date by ISO 8601.
///
/// The days are those of the Gregorian calendar from 1950 to 2049. Every written form tells its day: the month is always a
/// word, so that day and month cannot be confused, and a year of two digits is the one of these hundred years, ’50…’99
/// being 1950–1999 and ’00…’49 being 2000–2049. Terms: those of this project.
public enum Dates {
    /// Source, to be printed where the data are shown.
    public static let source = "Dates of 1950–2049 in \(Format.allCases.count) ways of writing, made by this program"

    /// A day of the Gregorian calendar.
    public struct Day: Sendable, Hashable {
        /// 1950…2049.
        public let year: Int
        /// 1…12.
        public let month: Int
        /// 1…31.
        public let day: Int
        /// 0…6, Sunday is 0.
        public let weekday: Int

        /// The day by ISO 8601, “1987-03-03”: year, month and day, always 10 characters.
        public var iso: String { "\(year)-\(Dates.twoDigits(month))-\(Dates.twoDigits(day))" }

        /// The day as people write it.
        public func written(as format: Format) -> String {
            let monthName = Dates.monthNames[month - 1]
            let weekdayName = Dates.weekdayNames[weekday]
            let (shortMonth, shortWeekday) = (monthName.prefix(3), weekdayName.prefix(3))
            let ordinal = "\(day)\(Dates.ordinalEnding(day))"
            let shortYear = Dates.twoDigits(year % 100)
            return switch format {
            case .dayMonth: "\(day) \(monthName) \(year)"
            case .monthDay: "\(monthName) \(day), \(year)"
            case .dayShortMonth: "\(day) \(shortMonth) \(year)"
            case .shortMonthDay: "\(shortMonth) \(day), \(year)"
            case .weekdayDayMonth: "\(weekdayName), \(day) \(monthName) \(year)"
            case .weekdayMonthDay: "\(weekdayName), \(monthName) \(day), \(year)"
            case .shortWeekdayDayMonth: "\(shortWeekday) \(day) \(shortMonth) \(year)"
            case .ordinalMonth: "\(ordinal) of \(monthName) \(year)"
            case .monthOrdinal: "\(monthName) \(ordinal), \(year)"
            case .weekdayOrdinalMonth: "\(weekdayName) the \(ordinal) of \(monthName), \(year)"
            case .hyphens: "\(day)-\(shortMonth)-\(shortYear)"
            case .shortYear: "\(shortWeekday), \(shortMonth) \(ordinal), '\(shortYear)"
            }
        }
    }

    /// How a day is written; each with 3 March 1987 as the example.
    public enum Format: CaseIterable, Sendable {
        /// “3 March 1987”.
        case dayMonth
        /// “March 3, 1987”.
        case monthDay
        /// “3 Mar 1987”.
        case dayShortMonth
        /// “Mar 3, 1987”.
        case shortMonthDay
        /// “Tuesday, 3 March 1987”.
        case weekdayDayMonth
        /// “Tuesday, March 3, 1987”.
        case weekdayMonthDay
        /// “Tue 3 Mar 1987”.
        case shortWeekdayDayMonth
        /// “3rd of March 1987”.
        case ordinalMonth
        /// “March 3rd, 1987”.
        case monthOrdinal
        /// “Tuesday the 3rd of March, 1987”.
        case weekdayOrdinalMonth
        /// “3-Mar-87”.
        case hyphens
        /// “Tue, Mar 3rd, '87”.
        case shortYear
    }

    /// A date written in two ways: what is read, and what is to be answered.
    public struct Pair: Sendable, Hashable {
        /// As people write it.
        public let written: String
        /// By ISO 8601.
        public let iso: String
    }

    /// All 36,525 days from 1 January 1950 to 31 December 2049, in their order.
    public static let days: [Day] = {
        var days: [Day] = []
        for year in 1950...2049 {
            for month in 1...12 {
                for day in 1...dayCount(month: month, year: year) {
                    // 1 January 1950 was a Sunday.
                    days.append(Day(year: year, month: month, day: day, weekday: days.count % 7))
                }
            }
        }
        return days
    }()

    /// Puts a random part of the days aside for testing: whatever is made of the two parts has no ISO date in common.
    ///
    /// - Parameters:
    ///   - testFraction: the share for testing, 0…1; the number of days is rounded
    ///   - random: fixes the choice and the order of both parts
    public static func split(
        testFraction: Double, shuffledBy random: inout Random
    ) -> (training: [Day], test: [Day]) {
        let testCount = Int((Double(days.count) * checkedFraction(testFraction)).rounded())
        let order = random.permutation(days.count)
        return (order[testCount...].map { days[$0] }, order[..<testCount].map { days[$0] })
    }

    /// Draws pairs: of the given days any is equally likely, and so is any way of writing; both may come again.
    ///
    /// - Parameters:
    ///   - count: how many pairs, 0 or more
    ///   - days: those to draw from, such as a part of ``split(testFraction:shuffledBy:)``; not empty
    public static func make(count: Int, of days: [Day] = Dates.days, random: inout Random) -> [Pair] {
        require(count >= 0, "Dates: the count is \(count); expected 0 or more")
        require(!days.isEmpty, "Dates: there are no days to draw from; expected at least one")
        return (0..<count).map { _ in
            let day = days[random.integer(below: days.count)]
            let format = Format.allCases[random.integer(below: Format.allCases.count)]
            return Pair(written: day.written(as: format), iso: day.iso)
        }
    }

    /// Every character that occurs in a written date, in the order of code points.
    public static let writtenAlphabet: [Character] = {
        // A year has every name of month and weekday, every number of a day and so every digit.
        let year = days.prefix(365).flatMap { day in Format.allCases.map(day.written) }
        return Set(year.joined()).sorted()
    }()

    /// Every character that occurs in an ISO date, in the order of code points.
    public static let isoAlphabet: [Character] = Array("-0123456789")

    private static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private static let weekdayNames = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    /// A year is a leap year if 4 divides it; a full century only if 400 divides it, as it does 2000, the one here.
    private static func dayCount(month: Int, year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// 1st, 2nd, 3rd, 21st, 22nd, 23rd, 31st; all others of a month end in “th”, also 11, 12 and 13.
    private static func ordinalEnding(_ day: Int) -> String {
        switch day {
        case 1, 21, 31: "st"
        case 2, 22: "nd"
        case 3, 23: "rd"
        default: "th"
        }
    }

    /// A number of 0…99 with two digits.
    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
