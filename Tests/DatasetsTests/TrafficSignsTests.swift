// The signs can be told apart, and every disturbance does what it says and nothing else.

import Datasets
import Foundation
import SIMDTensor
import TestTools
import Testing

@Suite("Traffic signs")
struct TrafficSignsTests {
    private typealias Disturbance = TrafficSigns.Disturbance
    private let classes = TrafficSigns.classNames.count

    private func signs(
        _ count: Int, size: Int = 32, _ disturbance: TrafficSigns.Disturbance = .init(), seed: UInt64 = 1
    ) -> Labeled<Float, [Int]> {
        var random = Random(seed: seed)
        return TrafficSigns.make(count: count, size: size, disturbance: disturbance, random: &random)
    }

    /// How often the template that correlates most, at any of the places up to one pixel away, is that of the sign's
    /// own class.
    private func templateAccuracy(_ examples: Labeled<Float, [Int]>) -> Double {
        let size = examples.inputs.shape[1]
        let templates = (0..<classes).map { label in
            let template = TrafficSigns.template(of: label, size: size).scalars
            return (0..<9).map { place in
                (0..<size * size).map { pixel in
                    let row = min(max(pixel / size + place / 3 - 1, 0), size - 1)
                    return template[row * size + min(max(pixel % size + place % 3 - 1, 0), size - 1)]
                }
            }
        }
        let correct = (0..<examples.count).count { index in
            let pixels = examples.inputs[index].scalars
            let similarities = templates.map { places in places.map { correlation($0, pixels) }.max()! }
            return (0..<classes).max { similarities[$0] < similarities[$1] } == examples.labels[index]
        }
        return Double(correct) / Double(examples.count)
    }

    @Test("shapes, balanced labels in random order, and pixels of 0…1 whatever the disturbance but noise")
    func shapes() {
        let examples = signs(203, Disturbance(rotation: 180, blur: 2, occlusion: 0.3))
        #expect(examples.inputs.shape == [203, 32, 32, 1] && classes == 8)
        let counts = (0..<classes).map { label in examples.labels.count { $0 == label } }
        #expect(counts.allSatisfy { $0 == 25 || $0 == 26 })
        #expect(examples.labels != examples.labels.sorted())
        #expect(examples.inputs.minimum() >= 0 && examples.inputs.maximum() <= 1)
    }

    @Test("signs of different classes differ, and every undisturbed sign is most like its own template",
        arguments: [24, 32])
    func templates(size: Int) {
        let templates = (0..<classes).map { TrafficSigns.template(of: $0, size: size) }
        for first in 0..<classes {
            #expect(templates[first].shape == [size, size, 1])
            for second in 0..<first {
                #expect(deviation((templates[first] - templates[second]).scalars) > 0.1)
            }
        }
        #expect(templateAccuracy(signs(400, size: size)) == 1)
    }

    @Test("each disturbance makes signs harder to recognise, the stronger it is")
    func accuracies() {
        let none = templateAccuracy(signs(400))
        for (weak, strong) in [
            (Disturbance(rotation: 30), Disturbance(rotation: 90)), (Disturbance(blur: 3), Disturbance(blur: 8)),
            (Disturbance(occlusion: 0.15), Disturbance(occlusion: 0.4)),
            (Disturbance(noise: 0.4), Disturbance(noise: 1)),
        ] {
            let (some, few) = (templateAccuracy(signs(400, weak)), templateAccuracy(signs(400, strong)))
            #expect(none > some && some > few, "\(weak): \(none), \(some), \(few)")
        }
    }

    @Test("signs are turned by up to the stated angle to both sides")
    func rotation() {
        /// The angle of the bar of each “no entry”, in degrees: the main axis of what is bright near the middle.
        func angles(_ largest: Double) -> [Double] {
            let examples = signs(400, size: 48, Disturbance(rotation: largest))
            return (0..<400).filter { TrafficSigns.classNames[examples.labels[$0]] == "no entry" }.map { index in
                let pixels = examples.inputs[index].scalars
                let brightest = pixels.max() ?? 0
                var points: [(x: Double, y: Double)] = []
                for row in 0..<48 {
                    for column in 0..<48 where pixels[row * 48 + column] > brightest - 0.1 {
                        let point = (x: Double(column) - 23.5, y: 23.5 - Double(row))
                        if point.x * point.x + point.y * point.y < 144 { points.append(point) }
                    }
                }
                let (x, y) = (
                    points.reduce(0) { $0 + $1.x } / Double(points.count),
                    points.reduce(0) { $0 + $1.y } / Double(points.count)
                )
                let (xx, yy, xy) = points.reduce((0.0, 0.0, 0.0)) { sums, p in
                    let (u, v) = (p.x - x, p.y - y)
                    return (sums.0 + u * u, sums.1 + v * v, sums.2 + u * v)
                }
                return atan2(2 * xy, xx - yy) / 2 * 180 / .pi
            }
        }
        #expect(angles(0).allSatisfy { abs($0) < 3 })
        let turned = angles(40)
        #expect(turned.allSatisfy { abs($0) < 44 })
        #expect(turned.min()! < -25 && turned.max()! > 25)
    }

    @Test("blur lowers the total variation of every sign, the more the stronger it is, and keeps its mean")
    func blur() {
        func variations(_ blur: Double) -> [Double] {
            let examples = signs(80, Disturbance(blur: blur))
            return (0..<80).map { index in
                let pixels = examples.inputs[index].scalars
                var sum = 0.0
                for row in 0..<32 {
                    for column in 0..<31 {
                        sum += Double(abs(pixels[row * 32 + column + 1] - pixels[row * 32 + column]))
                        sum += Double(abs(pixels[column * 32 + 32 + row] - pixels[column * 32 + row]))
                    }
                }
                return sum
            }
        }
        let (sharp, soft, softer) = (variations(0), variations(1), variations(3))
        #expect(zip(sharp, soft).allSatisfy { $0 >= $1 } && zip(soft, softer).allSatisfy { $0 >= $1 })
        #expect(soft.reduce(0, +) < 0.9 * sharp.reduce(0, +) && softer.reduce(0, +) < 0.6 * sharp.reduce(0, +))
        let means = [0, 3].map { blur in
            signs(80, Disturbance(blur: blur)).inputs.reshaped([80, 1024]).mean(along: 1)
        }
        #expect(means[0].isClose(to: means[1], absolute: 0.03))
        #expect(signs(80, Disturbance(blur: 1e-300)).inputs == signs(80).inputs)
    }

    @Test("a rectangle covers the stated share of every picture in one shade", arguments: [0.05, 0.2, 0.5])
    func occlusion(share: Double) {
        let (free, covered) = (signs(40, size: 64), signs(40, size: 64, Disturbance(occlusion: share)))
        for index in 0..<40 {
            let (before, after) = (free.inputs[index].scalars, covered.inputs[index].scalars)
            let changed = before.indices.filter { before[$0] != after[$0] }
            // Pixels at the rectangle's edge are covered in part: at most half of its circumference more than its area.
            let edge = 2 * (64 * (2 * share).squareRoot() + 64 * (share / 2).squareRoot()) + 4
            let difference = Double(changed.count) - share * 64 * 64
            #expect(difference > -8 && difference < edge)
            let shades = Dictionary(grouping: changed) { after[$0] }.map(\.value.count)
            #expect(Double(shades.max()!) > share * 64 * 64 - edge)
        }
    }

    @Test("noise has the stated deviation, is added last and changes nothing else")
    func noise() {
        let disturbance = Disturbance(rotation: 20, blur: 1, occlusion: 0.1)
        let noisy = signs(80, Disturbance(rotation: 20, blur: 1, occlusion: 0.1, noise: 0.2))
        let clean = signs(80, disturbance)
        #expect(abs(deviation((noisy.inputs - clean.inputs).scalars) - 0.2) < 0.003)
        #expect(noisy.inputs.minimum() < 0 && noisy.inputs.maximum() > 1)
    }

    @Test("the same seed draws the same bits, another one other signs; the strengths do not change the order")
    func seeds() {
        let disturbance = Disturbance(rotation: 20, blur: 1, occlusion: 0.1, noise: 0.1)
        let (first, again, other) = (
            signs(40, disturbance, seed: 5), signs(40, disturbance, seed: 5), signs(40, disturbance, seed: 6)
        )
        #expect(first.inputs == again.inputs && first.labels == again.labels)
        #expect(first.inputs != other.inputs)
        #expect(first.labels == signs(40, seed: 5).labels)
    }

    @Test("mistakes end with a sentence") func traps() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = TrafficSigns.Disturbance(occlusion: 0.6)
            }, says: "Disturbance: the occlusion is 0.6; expected a share of 0 to 0.5")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = TrafficSigns.Disturbance(rotation: -1)
            }, says: "Disturbance: the rotation is -1.0; expected 0 to 180 degrees")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = TrafficSigns.Disturbance(blur: .nan)
            }, says: "Disturbance: the blur is nan; expected 0 to 10 pixels")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = TrafficSigns.Disturbance(noise: .infinity)
            }, says: "Disturbance: the noise is inf; expected a standard deviation of 0 or more")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                _ = TrafficSigns.make(count: 8, size: 8, disturbance: .init(), random: &random)
            }, says: "TrafficSigns: the size is 8; expected at least 16 pixels")
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = TrafficSigns.template(of: 8, size: 32)
            }, says: "TrafficSigns.template: label 8; expected a class of 0 to 7")
    }
}
