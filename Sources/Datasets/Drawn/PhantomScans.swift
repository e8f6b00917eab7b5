// Medical images without patients: drawn sections through a head, in half of which there is something that should not
// be there. What a classifier looks at can be compared with where the lesion really is, and what a denoiser removes
// with the scan without noise: neither is known of real scans.

import SIMDTensor

/// Phantoms of the head after Shepp and Logan, no two alike, half of them with a lesion.
///
/// A phantom is a sum of ellipses, each of which adds its intensity to what lies inside of it: the skull, the brain in
/// it, the two ventricles and small structures. Ellipses: L. A. Shepp & B. F. Logan (1974), The Fourier reconstruction
/// of a head section, IEEE Transactions on Nuclear Science 21, 21–43. Intensities, with which the details can be seen:
/// P. Toft (1996), The Radon transform: theory and implementation, Technical University of Denmark.
///
/// The phantoms vary: the head is turned by up to 8°, shifted by up to 4 % of half the picture's width and stretched by
/// 0.94 to 1.04 along each axis; within it each ellipse is shifted by up to 0.02 and turned by up to 4°, and its axes
/// vary by up to 10 %. The brain varies less, so that it stays inside of the skull.
public enum PhantomScans {
    /// Source and terms, to be printed where the data are shown.
    public static let source = "Phantoms of the head after L. A. Shepp & B. F. Logan (1974) and P. Toft (1996), drawn "
        + "for this project"

    /// The names of the two classes.
    public static let classNames = ["healthy", "lesion"]

    /// Where a lesion is: a round blob that adds `contrast` to the brain, clear of skull and ventricles.
    ///
    /// Its radius is 0.1 to 0.17 of half the picture's width: 1.6 to 2.7 of 32 pixels. It is as often brighter as
    /// darker, by the same amounts, 0.15 to 0.2; the ventricles are at least as dark, and the skull is brighter. So
    /// neither the mean of a scan nor its darkest or brightest pixel tells whether there is a lesion.
    public struct Lesion: Hashable, Sendable {
        /// The centre in pixels; the centre of the first pixel is row 0, column 0.
        public let row: Double
        public let column: Double
        /// In pixels.
        public let radius: Double
        /// What the lesion adds to the intensity.
        public let contrast: Double

        /// Whether the centre of a pixel lies inside of the lesion.
        public func contains(row: Int, column: Int) -> Bool {
            PlanePoint(Double(row) - self.row, Double(column) - self.column).squaredLength <= radius * radius
        }
    }

    /// A scan, and what is known about it because it was drawn.
    public struct Scan: Sendable {
        /// `[size, size, 1]`, 0 (air and ventricles) to 1 (skull), without noise.
        public let clean: Tensor<Float>
        /// The same with Gaussian noise. Not clipped: that would make what is dark brighter on average.
        public let noisy: Tensor<Float>
        /// Where the lesion is, nil in a healthy head.
        public let lesion: Lesion?
    }

    /// Draws noisy scans `[count, size, size, 1]`, each labelled 1 if there is a lesion and 0 if not; half of them (of
    /// an odd count, the smaller half) have one, in random order.
    ///
    /// - Parameters:
    ///   - count: at least 1
    ///   - size: the number of rows and of columns, at least 16
    ///   - noise: the standard deviation of the noise; the same `random` gives the same heads whatever it is
    public static func make(count: Int, size: Int, noise: Double, random: inout Random) -> Labeled<Float, [Int]> {
        labeled(scans(count: count, size: size, noise: noise, random: &random))
    }

    /// Draws the scans of ``make(count:size:noise:random:)`` with what is known about them.
    public static func scans(count: Int, size: Int, noise: Double, random: inout Random) -> [Scan] {
        requireDrawable("PhantomScans", count: count, size: size, smallest: 16)
        requireDeviation("PhantomScans", noise)
        let labels = random.balancedLabels(count, classes: classNames.count)
        var noises = random.split()
        return labels.map { label in
            let head = Head(&random)
            let blob = label == 1 ? head.lesion(&random) : nil
            let clean = Tensor(head.picture(size: size, with: blob), shape: [size, size, 1])
            return Scan(
                clean: clean, noisy: clean + noises.normal(clean.shape, standardDeviation: Float(noise)),
                lesion: blob?.lesion(size: size))
        }
    }

    /// The noisy pictures of `scans`, `[count, size, size, 1]`, labelled 1 if there is a lesion and 0 if not.
    public static func labeled(_ scans: [Scan]) -> Labeled<Float, [Int]> {
        Labeled(inputs: .stack(scans.map(\.noisy)), labels: scans.map { $0.lesion == nil ? 0 : 1 })
    }

    /// An ellipse of the phantom: a circle of radius 1 in a frame whose units are its half axes.
    private struct Ellipse {
        let tenths: Double
        let frame: PlaneFrame

        func contains(_ point: PlanePoint) -> Bool { frame.coordinates(of: point).squaredLength <= 1 }
    }

    /// The phantom: what an ellipse adds (in tenths, so that sums are exact), half axes, centre, and angle in degrees.
    private static let ellipses: [(tenths: Double, axes: PlanePoint, centre: PlanePoint, degrees: Double)] = [
        (10, [0.69, 0.92], [0, 0], 0),  // skull
        (-8, [0.6624, 0.874], [0, -0.0184], 0),  // brain
        (-2, [0.11, 0.31], [0.22, 0], -18),  // the ventricles
        (-2, [0.16, 0.41], [-0.22, 0], 18),
        (1, [0.21, 0.25], [0, 0.35], 0),
        (1, [0.046, 0.046], [0, 0.1], 0),
        (1, [0.046, 0.046], [0, -0.1], 0),
        (1, [0.046, 0.023], [-0.08, -0.605], 0),
        (1, [0.023, 0.023], [0, -0.606], 0),
        (1, [0.023, 0.046], [0.06, -0.605], 0),
    ]

    /// A lesion in the plane.
    struct Blob {
        let centre: PlanePoint
        let radius: Double
        let contrast: Double

        /// The same in pixels.
        func lesion(size: Int) -> Lesion {
            let scale = Double(size) / 2
            return Lesion(
                row: (1 - centre.y) * scale - 0.5, column: (centre.x + 1) * scale - 0.5, radius: radius * scale,
                contrast: contrast)
        }
    }

    /// One head of its own.
    struct Head {
        private let frame: PlaneFrame
        private let skull: Ellipse
        private let brain: Ellipse
        /// What lies in the brain; the first two are the ventricles.
        private let inner: [Ellipse]

        init(_ random: inout Random) {
            frame = PlaneFrame(
                centre: random.point(in: -0.04...0.04), units: random.point(in: 0.94...1.04),
                degrees: random.number(in: -8...8))
            let all = ellipses.enumerated().map { index, ellipse in
                // The skull is the head itself; the brain leaves some of it on all sides.
                let (shift, factor, turn) =
                    switch index {
                    case 0: (0.0, 1.0...1.0, 0.0)
                    case 1: (0.008, 0.95...0.99, 0.0)
                    default: (0.02, 0.9...1.1, 4.0)
                    }
                return Ellipse(
                    tenths: ellipse.tenths,
                    frame: PlaneFrame(
                        centre: ellipse.centre + random.point(in: -shift...shift),
                        units: ellipse.axes * random.point(in: factor),
                        degrees: ellipse.degrees + random.number(in: -turn...turn)))
            }
            (skull, brain) = (all[0], all[1])
            inner = Array(all[2...])
        }

        /// The sum of the ellipses that contain a point.
        private func intensity(_ point: PlanePoint) -> Double {
            let place = frame.coordinates(of: point)
            guard skull.contains(place) else { return 0 }
            guard brain.contains(place) else { return skull.tenths / 10 }
            var tenths = skull.tenths + brain.tenths
            for ellipse in inner where ellipse.contains(place) { tenths += ellipse.tenths }
            return tenths / 10
        }

        /// The head, with or without a lesion, in row-major order.
        func picture(size: Int, with blob: Blob?) -> [Float] {
            guard let blob else { return drawnPicture(size: size, intensity) }
            let limit = blob.radius * blob.radius
            return drawnPicture(size: size) { point in
                intensity(point) + ((point - blob.centre).squaredLength <= limit ? blob.contrast : 0)
            }
        }

        /// A lesion anywhere in the brain, at least 0.04 away from skull and ventricles.
        func lesion(_ random: inout Random) -> Blob {
            let radius = random.number(in: 0.1...0.17)
            let contrast = random.number(in: 0.15...0.2) * (random.bernoulli(0.5) ? 1 : -1)
            while true {
                let centre = random.point(in: -1...1)
                if isClear(centre, radius + 0.04) { return Blob(centre: centre, radius: radius, contrast: contrast) }
            }
        }

        /// Whether a circle, looked at in 24 points, lies in the brain and outside of the ventricles.
        private func isClear(_ centre: PlanePoint, _ radius: Double) -> Bool {
            (0..<24).allSatisfy { step in
                let angle = Double(step) * .pi / 12
                let place = frame.coordinates(of: centre + radius * PlanePoint(.cos(angle), .sin(angle)))
                return brain.contains(place) && !inner.prefix(2).contains { $0.contains(place) }
            }
        }
    }
}
