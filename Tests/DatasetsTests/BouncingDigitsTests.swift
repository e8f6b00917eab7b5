// The digits move as they say, turn around at the borders, and are in the pictures where they say.

import Datasets
import SIMDTensor
import TestTools
import Testing

@Suite("Bouncing digits")
struct BouncingDigitsTests {
    private func clips(
        _ count: Int, frames: Int = 20, digits: Int = 1, size: Int = 16, seed: UInt64 = 1
    ) -> [BouncingDigits.Clip] {
        var random = Random(seed: seed)
        return BouncingDigits.clips(count: count, frames: frames, digitsPerClip: digits, size: size, random: &random)
    }

    @Test("shapes, pixels of 0…1, and sequences that are the clips")
    func shapes() {
        var random = Random(seed: 1)
        let sequences = BouncingDigits.make(count: 6, frames: 20, digitsPerClip: 2, random: &random)
        #expect(sequences.shape == [20, 6, 256])
        #expect(sequences.minimum() == 0 && sequences.maximum() == 1)
        let clips = clips(6, digits: 2)
        for (index, clip) in clips.enumerated() {
            #expect(clip.frames.shape == [20, 256] && clip.digits.count == 2)
            for frame in 0..<20 { #expect(sequences[frame][index] == clip.frames[frame]) }
        }
    }

    @Test("a digit moves from wall to wall, step by step, and turns around there", arguments: [9, 16, 24])
    func reflection(size: Int) {
        let room = Double(size - 8)
        /// One step of a point between two walls, as often reflected as it hits one.
        func step(_ place: inout Double, _ way: inout Double) {
            place += way
            while place < 0 || place > room {
                place = place < 0 ? -place : 2 * room - place
                way = -way
            }
        }
        for digit in clips(40, frames: 1, size: size).flatMap(\.digits) {
            var (row, column) = digit.start
            var (down, right) = digit.velocity
            for frame in 0..<60 {
                let place = digit.place(inFrame: frame)
                #expect(abs(place.row - row) < 1e-9 && abs(place.column - column) < 1e-9)
                #expect(0 <= place.row && place.row <= room && 0 <= place.column && place.column <= room)
                step(&row, &down)
                step(&column, &right)
            }
        }
    }

    @Test("digits are at the nearest whole pixels, and the largest pixel shows where some overlap", arguments: [1, 2, 3])
    func frames(digits: Int) {
        let images = Digits.load()
        for clip in clips(10, digits: digits, size: 15) {
            let inks = clip.digits.map { images.inputs[$0.image].scalars }
            for digit in clip.digits { #expect(digit.label == images.labels[digit.image]) }
            for frame in 0..<20 {
                let pixels = clip.frames[frame].scalars
                for row in 0..<15 {
                    for column in 0..<15 {
                        var expected: Float = 0
                        for (digit, ink) in zip(clip.digits, inks) {
                            let place = digit.place(inFrame: frame)
                            let (y, x) = (row - Int(place.row.rounded()), column - Int(place.column.rounded()))
                            guard 0..<8 ~= y && 0..<8 ~= x else { continue }
                            expected = max(expected, ink[y * 8 + x])
                        }
                        #expect(pixels[row * 15 + column] == expected)
                    }
                }
            }
        }
    }

    @Test("start and direction are uniform, the speed is 1 to 2 pixels a frame")
    func distribution() {
        let digits = clips(2000, frames: 1).flatMap(\.digits)
        for digit in digits {
            let (down, right) = digit.velocity
            let speed = (down * down + right * right).squareRoot()
            #expect(1 - 1e-9 <= speed && speed <= 2 + 1e-9)
        }
        // Each quarter has a quarter, up to four standard errors: of the directions, and of the places.
        let bound: Double = 4 * (0.25 * 0.75 / 2000).squareRoot()
        for (isDown, isRight) in [(false, false), (false, true), (true, false), (true, true)] {
            let ways = digits.count { ($0.velocity.rows > 0) == isDown && ($0.velocity.columns > 0) == isRight }
            let places = digits.count { ($0.start.row > 4) == isDown && ($0.start.column > 4) == isRight }
            #expect(abs(Double(ways) / 2000 - 0.25) < bound && abs(Double(places) / 2000 - 0.25) < bound)
        }
        #expect(Set(digits.map(\.label)) == Set(0...9))
    }

    @Test("only the given images move")
    func givenImages() {
        let digits = Digits.load()
        let sevens = digits.gathered(rows: digits.labels.indices.filter { digits.labels[$0] == 7 })
        var random = Random(seed: 3)
        let clips = BouncingDigits.clips(count: 20, frames: 2, from: sevens, random: &random)
        for clip in clips {
            let digit = clip.digits[0]
            #expect(digit.label == 7)
            // The whole image is in the picture.
            #expect(clip.frames[1].scalars.reduce(0, +) == sevens.inputs[digit.image].scalars.reduce(0, +))
        }
    }

    @Test("the same seed draws the same bits, another one other clips")
    func seeds() {
        func frames(_ seed: UInt64) -> Tensor<Float> { .stack(clips(4, digits: 2, seed: seed).map(\.frames)) }
        #expect(frames(5) == frames(5))
        #expect(frames(5) != frames(6))
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = BouncingDigits.make(count: 1, frames: 5, size: 8, random: &random)
            }, says: "BouncingDigits: the size is 8; expected at least 9 pixels")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let iris = Iris.load()
                _ = BouncingDigits.make(count: 1, frames: 5, from: iris, random: &random)
            }, says: "BouncingDigits: digits of shape [150, 4]; expected [count, 8, 8, 1] with at least one")
    }
}
