// The days against Foundation's calendar, and what is written of them read again by a reader of these tests.

import Datasets
import Foundation
import SIMDTensor
import TestTools
import Testing

@Suite("Dates")
struct DatesTests {
    private let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "UTC")!
        return calendar
    }()

    /// The ISO date that a written one stands for, by one rule for all ways of writing; nil if there is none.
    private func reading(_ written: String) -> String? {
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        var (day, month, year): (Int?, Int?, Int?) = (nil, nil, nil)
        for word in written.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            if let number = Int(word.prefix { $0.isNumber }) {
                // The day comes before the year in every way of writing.
                if day == nil { day = number } else { year = number }
            } else if let index = months.firstIndex(where: { word.hasPrefix($0) }) {
                month = index + 1
            }
        }
        guard let day, let month, let year else { return nil }
        let full = year >= 100 ? year : year >= 50 ? 1900 + year : 2000 + year
        return String(format: "%04d-%02d-%02d", full, month, day)
    }

    @Test("the days are those of the calendar, in order and with their weekdays")
    func days() {
        #expect(Dates.days.count == 36_525)
        var date = calendar.date(from: DateComponents(year: 1950, month: 1, day: 1))!
        var isRight = true
        for day in Dates.days {
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
            isRight = isRight && parts.year == day.year && parts.month == day.month && parts.day == day.day
                && parts.weekday == day.weekday + 1
            date += 86_400  // no leap seconds, no summer time
        }
        #expect(isRight)
        #expect(Dates.days.last?.iso == "2049-12-31")
        #expect(Dates.days.count { $0.month == 2 && $0.day == 29 } == 25)
    }

    @Test("3 March 1987 in every way of writing")
    func formats() throws {
        let day = try #require(Dates.days.first { $0.iso == "1987-03-03" })
        #expect(Dates.Format.allCases.map(day.written) == [
            "3 March 1987", "March 3, 1987", "3 Mar 1987", "Mar 3, 1987", "Tuesday, 3 March 1987",
            "Tuesday, March 3, 1987", "Tue 3 Mar 1987", "3rd of March 1987", "March 3rd, 1987",
            "Tuesday the 3rd of March, 1987", "3-Mar-87", "Tue, Mar 3rd, '87",
        ])
    }

    @Test("ordinals as English has them")
    func ordinals() {
        let january = Dates.days.prefix(31).map { $0.written(as: .ordinalMonth).split(separator: " ")[0] }
        let formatter = NumberFormatter()
        formatter.locale = Locale(identifier: "en_US")
        formatter.numberStyle = .ordinal
        #expect(january.map { String($0) } == (1...31).map { formatter.string(from: $0 as NSNumber) ?? "" })
    }

    @Test("every way of writing tells the day")
    func uniqueness() {
        var wrong: [String] = []
        for day in stride(from: 0, to: Dates.days.count, by: 29).map({ Dates.days[$0] }) {
            for written in Dates.Format.allCases.map(day.written) where reading(written) != day.iso {
                wrong.append(written)
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        // The years in which two digits change their century.
        for (iso, written) in [("1950-01-01", "1-Jan-50"), ("1999-12-31", "31-Dec-99"), ("2000-01-01", "1-Jan-00"),
                               ("2049-12-31", "31-Dec-49")] {
            #expect(Dates.days.first { $0.iso == iso }?.written(as: .hyphens) == written && reading(written) == iso)
        }
    }

    @Test("pairs belong together, come from the days given, and use every way of writing equally often")
    func pairs() {
        var random = Random(seed: 1)
        let summer = Dates.days.filter { $0.year == 1969 && $0.month == 7 }
        let pairs = Dates.make(count: 6000, of: summer, random: &random)
        #expect(pairs.count == 6000 && pairs.allSatisfy { reading($0.written) == $0.iso })
        #expect(Set(pairs.map(\.iso)) == Set(summer.map(\.iso)))
        var counts = [Int](repeating: 0, count: Dates.Format.allCases.count)
        for pair in pairs {
            let day = summer.first { $0.iso == pair.iso }!
            counts[Dates.Format.allCases.firstIndex { day.written(as: $0) == pair.written }!] += 1
        }
        // Four standard deviations, √(6000 · 1/12 · 11/12) = 21.4 each
        #expect(counts.allSatisfy { abs($0 - 500) < 86 })
        let all = Dates.make(count: 1000, random: &random)
        #expect(all.allSatisfy { reading($0.written) == $0.iso } && Set(all.map { $0.iso.prefix(4) }).count > 90)
    }

    @Test("a split has every day once, in training or in test, and a seed fixes it")
    func split() {
        func parts(_ seed: UInt64) -> (training: [Dates.Day], test: [Dates.Day]) {
            var random = Random(seed: seed)
            return Dates.split(testFraction: 0.2, shuffledBy: &random)
        }
        let (training, test) = parts(1)
        #expect(test.count == 7305 && training.count == 29_220)
        #expect(Set(training).isDisjoint(with: test) && Set(training).union(test) == Set(Dates.days))
        #expect(parts(1).test == test && parts(2).test != test)
        var random = Random(seed: 3)
        let trained = Set(Dates.make(count: 2000, of: training, random: &random).map(\.iso))
        #expect(trained.isDisjoint(with: Dates.make(count: 2000, of: test, random: &random).map(\.iso)))
    }

    @Test("the alphabets have all characters and no others")
    func alphabets() {
        var random = Random(seed: 2)
        let pairs = Dates.make(count: 20_000, random: &random)
        #expect(Set(pairs.map(\.written).joined()).sorted() == Dates.writtenAlphabet)
        #expect(Set(pairs.map(\.iso).joined()).sorted() == Dates.isoAlphabet)
        #expect(pairs.allSatisfy { $0.iso.count == 10 })
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = Dates.make(count: 1, of: [], random: &random)
            }, says: "Dates: there are no days to draw from; expected at least one")
    }
}
