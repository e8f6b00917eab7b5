// Pictures as a camera on a car might give them: traffic signs, turned, out of focus, half hidden and with noise. Each
// disturbance has a strength of its own, so that one can measure what a classifier endures, and what it learns to
// endure from disturbed examples.

import SIMDTensor

/// Eight traffic signs in grey, after the Vienna Convention on Road Signs and Signals (1968).
///
/// Every picture varies a little even when it is not disturbed: the sign's radius is 0.68 to 0.8 of half the picture's
/// width, it is shifted by up to 0.06 of that along both axes, the background is a gradient of random level and
/// direction, and the contrast of the whole picture is 0.6 to 1.
public enum TrafficSigns {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Traffic signs after the Vienna Convention on Road Signs and Signals (1968), drawn for "
        + "this project"

    /// The names of the eight classes.
    public static let classNames = signs.map(\.name)

    /// How strongly the pictures are disturbed, in each of four ways; what is not mentioned is 0.
    public struct Disturbance: Hashable, Sendable {
        /// The largest angle in degrees: each sign is turned by −rotation…rotation. 0…180.
        public let rotation: Double
        /// The largest standard deviation of the Gaussian blur in pixels: each picture is blurred by 0…blur. 0…10.
        public let blur: Double
        /// The share of the picture that a rectangle of random place, sides and shade covers. 0…0.5.
        public let occlusion: Double
        /// The standard deviation of Gaussian noise, which is added last and not clipped.
        public let noise: Double

        /// Traps if a strength is out of its range.
        public init(rotation: Double = 0, blur: Double = 0, occlusion: Double = 0, noise: Double = 0) {
            require(
                0 <= rotation && rotation <= 180,
                "Disturbance: the rotation is \(rotation); expected 0 to 180 degrees")
            require(0 <= blur && blur <= 10, "Disturbance: the blur is \(blur); expected 0 to 10 pixels")
            require(
                0 <= occlusion && occlusion <= 0.5,
                "Disturbance: the occlusion is \(occlusion); expected a share of 0 to 0.5")
            requireDeviation("Disturbance", noise)
            self.rotation = rotation
            self.blur = blur
            self.occlusion = occlusion
            self.noise = noise
        }
    }

    /// Draws signs `[count, size, size, 1]`, 0 (black) to 1 (white) before the noise, each with its class; every class
    /// occurs as often as any other or once more, in random order.
    ///
    /// The same `random` gives the same signs, more or less disturbed, whatever the strengths are: two results differ
    /// in the disturbance alone.
    ///
    /// - Parameters:
    ///   - count: at least 1
    ///   - size: the number of rows and of columns, at least 16
    ///   - disturbance: how strongly the pictures are disturbed
    public static func make(
        count: Int, size: Int, disturbance: Disturbance, random: inout Random
    ) -> Labeled<Float, [Int]> {
        requireDrawable("TrafficSigns", count: count, size: size, smallest: 16)
        let labels = random.balancedLabels(count, classes: classNames.count)
        var noises = random.split()
        let pixels = labels.flatMap { label in
            View.random(disturbance, &random).picture(of: cards[label], size: size)
        }
        let clean = Tensor(pixels, shape: [count, size, size, 1])
        return Labeled(
            inputs: clean + noises.normal(clean.shape, standardDeviation: Float(disturbance.noise)), labels: labels)
    }

    /// The sign of a class as it is meant to be, `[size, size, 1]`: upright, in the middle, on grey.
    public static func template(of label: Int, size: Int) -> Tensor<Float> {
        require(
            signs.indices.contains(label),
            "TrafficSigns.template: label \(label); expected a class of 0 to \(signs.count - 1)")
        requireDrawable("TrafficSigns.template", size: size, smallest: 16)
        return Tensor(View.plain.picture(of: cards[label], size: size), shape: [size, size, 1])
    }

    // MARK: The signs

    /// Colours as a grey camera sees them.
    private static let white = 0.95, yellow = 0.7, red = 0.3, blue = 0.25, black = 0.05

    /// The signs in the order of their classes: shapes of one shade each, painted one over the other. A sign fills the
    /// circle of radius 1.
    private static let signs: [(name: String, layers: [Layer])] = [
        (
            "stop",
            [Layer(white, .polygon(8, inradius: 0.94)), Layer(red, .polygon(8, inradius: 0.86))]
                + text("STOP", height: 0.56, width: 0.25, thickness: 0.09, white)
        ),
        (
            "yield",
            [
                Layer(red, .polygon(3, pointing: -90, inradius: 0.58, centre: [0, 0.24])),
                Layer(white, .polygon(3, pointing: -90, inradius: 0.32, centre: [0, 0.24])),
            ]
        ),
        (
            "warning",
            [
                Layer(red, .polygon(3, pointing: 90, inradius: 0.58, centre: [0, -0.24])),
                Layer(white, .polygon(3, pointing: 90, inradius: 0.38, centre: [0, -0.24])),
                Layer(black, .stroke([0, 0.2], [0, -0.18], thickness: 0.17)),
                Layer(black, .disc(radius: 0.1, centre: [0, -0.44])),
            ]
        ),
        (
            "priority",
            [
                Layer(black, .polygon(4, pointing: 90, inradius: 0.74)),
                Layer(white, .polygon(4, pointing: 90, inradius: 0.67)),
                Layer(black, .polygon(4, pointing: 90, inradius: 0.45)),
                Layer(yellow, .polygon(4, pointing: 90, inradius: 0.38)),
            ]
        ),
        (
            "no entry",
            [
                Layer(white, .disc(radius: 1)), Layer(red, .disc(radius: 0.93)),
                Layer(white, .stroke([-0.55, 0], [0.55, 0], thickness: 0.34)),
            ]
        ),
        (
            "speed limit",
            [Layer(red, .disc(radius: 1)), Layer(white, .disc(radius: 0.74))]
                + text("50", height: 0.62, width: 0.36, thickness: 0.14, black)
        ),
        (
            "turn right",
            [
                Layer(white, .disc(radius: 1)), Layer(blue, .disc(radius: 0.93)),
                Layer(white, .stroke([-0.4, -0.45], [-0.4, 0.12], thickness: 0.2)),
                Layer(white, .stroke([-0.4, 0.12], [0.45, 0.12], thickness: 0.2)),
                Layer(white, .stroke([0.15, 0.45], [0.5, 0.12], thickness: 0.2)),
                Layer(white, .stroke([0.15, -0.21], [0.5, 0.12], thickness: 0.2)),
            ]
        ),
        (
            "parking",
            [
                Layer(white, .polygon(4, pointing: 45, inradius: 0.82)),
                Layer(blue, .polygon(4, pointing: 45, inradius: 0.75)),
            ] + text("P", height: 0.86, width: 0.46, thickness: 0.2, white)
        ),
    ]

    /// One shape in one shade.
    private struct Layer {
        let shade: Double
        let shape: Shape

        init(_ shade: Double, _ shape: Shape) { (self.shade, self.shape) = (shade, shape) }
    }

    private enum Shape {
        /// The points with n·p ≤ limit for the normals n of all sides, of which there are at most eight.
        case halfPlanes(x: SIMD8<Double>, y: SIMD8<Double>, limits: SIMD8<Double>)
        /// The points that are no further than `radius` from the line from `start` along `way`.
        case capsule(start: PlanePoint, way: PlanePoint, radius: Double)

        /// A regular polygon with a corner in the direction `pointing`; without it, a side lies at the top.
        static func polygon(
            _ sides: Int, pointing degrees: Double? = nil, inradius: Double, centre: PlanePoint = .zero
        ) -> Shape {
            let half = 180 / Double(sides)
            var (x, y) = (SIMD8<Double>(), SIMD8<Double>())
            for lane in 0..<8 {  // what remains of the eight repeats the first sides
                let angle = ((degrees ?? 90 - half) + half * Double(2 * (lane % sides) + 1)) * .pi / 180
                (x[lane], y[lane]) = (.cos(angle), .sin(angle))
            }
            return .halfPlanes(x: x, y: y, limits: inradius + x * centre.x + y * centre.y)
        }

        static func disc(radius: Double, centre: PlanePoint = .zero) -> Shape {
            .capsule(start: centre, way: .zero, radius: radius)
        }

        static func stroke(_ start: PlanePoint, _ end: PlanePoint, thickness: Double) -> Shape {
            .capsule(start: start, way: end - start, radius: thickness / 2)
        }

        func contains(_ point: PlanePoint) -> Bool {
            switch self {
            case .halfPlanes(let x, let y, let limits):
                return all(x * point.x + y * point.y .<= limits)
            case .capsule(let start, let way, let radius):
                // The nearest point of the line is start + t·way with t = (p − start)·way / |way|², kept in 0…1.
                let d = point - start
                let length = way.squaredLength
                let t = length == 0 ? 0 : min(max((d * way).sum() / length, 0), 1)
                return (d - t * way).squaredLength <= radius * radius
            }
        }
    }

    /// A word in the middle of a sign, written with strokes in letters of `height` × `width`.
    private static func text(
        _ word: String, height: Double, width: Double, thickness: Double, _ shade: Double
    ) -> [Layer] {
        let advance = width + 1.7 * thickness
        let left = -(advance * Double(word.count - 1) + width) / 2
        return word.enumerated().flatMap { index, letter in
            let corner = PlanePoint(left + advance * Double(index), -height / 2)
            return strokes(of: letter).flatMap { line in
                zip(line, line.dropFirst()).map { start, end in
                    let size = PlanePoint(width, height)
                    return Layer(shade, .stroke(corner + start * size, corner + end * size, thickness: thickness))
                }
            }
        }
    }

    /// The lines of a letter of height and width 1, drawn from corner to corner.
    private static func strokes(of letter: Character) -> [[PlanePoint]] {
        switch letter {
        case "S", "5": [[[1, 1], [0, 1], [0, 0.55], [0.8, 0.55], [1, 0.4], [1, 0.15], [0.8, 0], [0, 0]]]
        case "T": [[[0, 1], [1, 1]], [[0.5, 1], [0.5, 0]]]
        case "O", "0": [[[0.3, 0], [0, 0.2], [0, 0.8], [0.3, 1], [0.7, 1], [1, 0.8], [1, 0.2], [0.7, 0], [0.3, 0]]]
        case "P": [[[0, 0], [0, 1], [1, 1], [1, 0.45], [0, 0.45]]]
        default: []
        }
    }

    /// A sign painted once and finely, in which the pictures look up: faster than to ask every layer at every point.
    private struct Card {
        /// The square −1.1…1.1 × −1.1…1.1 by rows from below; not a number beside the sign.
        private let shades: [Double]
        private static let side = 256
        private static let edge = 1.1

        init(_ layers: [Layer]) {
            shades = (0..<Self.side * Self.side).map { index in
                let (row, column) = index.quotientAndRemainder(dividingBy: Self.side)
                let middle = PlanePoint(Double(column), Double(row)) + 0.5
                let point = middle * (2 * Self.edge / Double(Self.side)) - Self.edge
                return layers.last { $0.shape.contains(point) }?.shade ?? .nan
            }
        }

        /// The shade of the sign at a point of its own frame, nil beside it.
        func shade(at point: PlanePoint) -> Double? {
            guard abs(point.x) < Self.edge && abs(point.y) < Self.edge else { return nil }
            func index(_ coordinate: Double) -> Int {
                let place = Int((coordinate + Self.edge) * (Double(Self.side) / (2 * Self.edge)))
                return min(place, Self.side - 1)  // just below the edge, the product may be rounded up
            }
            let shade = shades[index(point.y) * Self.side + index(point.x)]
            return shade.isNaN ? nil : shade
        }
    }

    /// The signs in the order of their classes.
    private static let cards = signs.map { Card($0.layers) }

    // MARK: The camera

    /// How a sign is seen: where it stands, in what light, what hides it, and how sharp the picture is.
    private struct View {
        let frame: PlaneFrame
        let backgroundLevel: Double
        let backgroundSlope: PlanePoint
        let contrast: Double
        let occluder: (centre: PlanePoint, halfSides: PlanePoint, shade: Double)
        let blur: Double

        /// From the front, in even light.
        static let plain = View(
            frame: PlaneFrame(centre: .zero, units: [0.74, 0.74], degrees: 0), backgroundLevel: 0.5,
            backgroundSlope: .zero, contrast: 1, occluder: (.zero, .zero, 0), blur: 0)

        /// By chance. All numbers are drawn whatever the strengths are, so that the same `random` gives the same view.
        static func random(_ disturbance: Disturbance, _ random: inout Random) -> View {
            let radius = random.number(in: 0.68...0.8)
            let frame = PlaneFrame(
                centre: random.point(in: -0.06...0.06), units: [radius, radius],
                degrees: random.number(in: -1...1) * disturbance.rotation)
            // The picture's area is 4, the rectangle's 4·share; its sides fit in for all shares up to one half.
            let aspect = random.number(in: 0.5...2)
            let halfSides = PlanePoint(
                (disturbance.occlusion * aspect).squareRoot(), (disturbance.occlusion / aspect).squareRoot())
            return View(
                frame: frame, backgroundLevel: random.number(in: 0.3...0.7),
                backgroundSlope: random.point(in: -0.14...0.14),  // in the corners at most 0.7 + 2 · 0.14
                contrast: random.number(in: 0.6...1),
                occluder: (random.point(in: -1...1) * (1 - halfSides), halfSides, random.uniform()),
                blur: random.uniform() * disturbance.blur)
        }

        /// A picture of a sign in row-major order.
        func picture(of card: Card, size: Int) -> [Float] {
            let sharp = drawnPicture(size: size) { point in 0.5 + contrast * (shade(of: card, at: point) - 0.5) }
            return blurred(sharp, size: size, deviation: blur)
        }

        /// The occluder, behind it the sign, behind it the background.
        private func shade(of card: Card, at point: PlanePoint) -> Double {
            let (distance, limits) = (point - occluder.centre, occluder.halfSides)
            if abs(distance.x) < limits.x && abs(distance.y) < limits.y { return occluder.shade }
            return card.shade(at: frame.coordinates(of: point))
                ?? backgroundLevel + backgroundSlope.x * point.x + backgroundSlope.y * point.y
        }
    }

    /// A square picture convolved with a Gaussian, first along the rows and then along the columns; beyond the edges
    /// the outermost pixels go on.
    private static func blurred(_ pixels: [Float], size: Int, deviation: Double) -> [Float] {
        guard deviation > 0 else { return pixels }
        let reach = Int((3 * deviation).rounded(.up))
        let weights = (-reach...reach).map { offset in
            let x = Double(offset) / deviation
            return Double.exp(-x * x / 2)
        }
        let total = weights.reduce(0, +)
        let kernel = weights.map { Float($0 / total) }
        func pass(_ source: [Float], along step: Int, across other: Int) -> [Float] {
            var result = source
            for line in 0..<size {
                for place in 0..<size {
                    var sum: Float = 0
                    for offset in -reach...reach {
                        let inside = min(max(place + offset, 0), size - 1)
                        sum += kernel[offset + reach] * source[line * other + inside * step]
                    }
                    result[line * other + place * step] = sum
                }
            }
            return result
        }
        return pass(pass(pixels, along: 1, across: size), along: size, across: 1)
    }
}

