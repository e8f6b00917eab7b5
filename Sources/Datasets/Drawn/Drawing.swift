// How the drawn pictures of this module come about: a picture is a formula that gives every point of the plane a shade
// of grey. A pixel shows the mean over its square, taken at 4 × 4 points (anti-aliasing by supersampling): edges are
// smooth, and what moves by a tenth of a pixel changes its picture.

import SIMDTensor

/// A point of the plane. A picture shows the square −1…1 × −1…1, x to the right and y upwards.
typealias PlanePoint = SIMD2<Double>

/// The square −1…1 × −1…1 as `size` × `size` pixels in row-major order.
@inline(__always)
func drawnPicture(size: Int, _ shade: (PlanePoint) -> Double) -> [Float] {
    let samples = 4
    let step = 2 / Double(size * samples)
    var pixels: [Float] = []
    pixels.reserveCapacity(size * size)
    for row in 0..<size {
        for column in 0..<size {
            var sum = 0.0
            for i in 0..<samples {
                let y = 1 - (Double(row * samples + i) + 0.5) * step
                for j in 0..<samples {
                    sum += shade(PlanePoint((Double(column * samples + j) + 0.5) * step - 1, y))
                }
            }
            pixels.append(Float(sum / Double(samples * samples)))
        }
    }
    return pixels
}

/// A coordinate frame of its own: shifted to `centre`, turned counterclockwise, with a unit of length for each axis.
struct PlaneFrame {
    private let centre: PlanePoint
    private let first: PlanePoint
    private let second: PlanePoint

    init(centre: PlanePoint, units: PlanePoint, degrees: Double) {
        let angle = degrees * .pi / 180
        let (cosine, sine) = (Double.cos(angle), Double.sin(angle))
        self.centre = centre
        first = PlanePoint(cosine, sine) / units.x
        second = PlanePoint(-sine, cosine) / units.y
    }

    /// The coordinates of `point` in this frame.
    func coordinates(of point: PlanePoint) -> PlanePoint {
        let d = point - centre
        return PlanePoint(d.x * first.x + d.y * first.y, d.x * second.x + d.y * second.y)
    }
}

extension PlanePoint {
    /// x² + y².
    var squaredLength: Double { x * x + y * y }
}

extension Random {
    /// Uniform in the range.
    mutating func number(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Uniform in the square whose coordinates are both in the range.
    mutating func point(in range: ClosedRange<Double>) -> PlanePoint {
        PlanePoint(number(in: range), number(in: range))
    }

    /// `count` classes in random order, each as often as any other or once more.
    mutating func balancedLabels(_ count: Int, classes: Int) -> [Int] { permutation(count).map { $0 % classes } }
}

/// Traps unless there is at least one picture to draw, of at least `smallest` pixels a side.
func requireDrawable(_ operation: StaticString, count: Int = 1, size: Int, smallest: Int) {
    require(1...largestCount ~= count, "\(operation): the count is \(count); expected 1 to \(largestCount)")
    require(
        smallest...largestSide ~= size,
        "\(operation): the size is \(size); expected at least \(smallest) pixels, at most \(largestSide)")
}

/// Beyond these numbers of examples and of pixels a side, sizes could no longer be multiplied.
let largestCount = 1 << 30
private let largestSide = 1 << 14

/// Traps unless `noise` is a standard deviation as a `Float`, which the pixels are.
func requireDeviation(_ operation: StaticString, _ noise: Double) {
    require(
        noise >= 0 && Float(noise).isFinite,
        "\(operation): the noise is \(noise); expected a standard deviation of 0 or more, finite as a Float")
}
