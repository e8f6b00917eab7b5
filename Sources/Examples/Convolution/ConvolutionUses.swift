// What convolutional networks are used for besides digits, on drawn data: scans, traffic signs, short clips. (A3.2.3-2)
//
// The data are drawn, not photographed: what is in them is known exactly, and real ones are harder.

import Convolution
import Datasets
import Figures

/// Three convolutions with pooling and a fully connected layer, for drawn pictures of `size`×`size` pixels.
///
/// - Parameter normalization: makes what stands behind a convolution of so many maps.
private func drawingNetwork<Normalization: Layer<Float>>(
    size: Int, maps: (Int, Int, Int), classes: Int, random: inout Random, normalization: (Int) -> Normalization
) -> some Layer<Float> {
    Sequential {
        Conv2D(1, maps.0, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        normalization(maps.0)
        ReLU()
        MaxPool2D(2)
        Conv2D(maps.0, maps.1, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        normalization(maps.1)
        ReLU()
        MaxPool2D(2)
        Conv2D(maps.1, maps.2, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
        normalization(maps.2)
        ReLU()
        MaxPool2D(2)
        Flatten()
        Dense(size / 8 * (size / 8) * maps.2, classes, random: &random)
    }
}

// MARK: - Lesions

/// What a network finds in scans that it has not seen.
struct LesionStudy {
    let accuracy: Double
    /// The share of scans with a lesion in which it is found, and of healthy ones that are called healthy.
    let sensitivity: Double
    let specificity: Double
    /// Of the found lesions, how often the pixel on which the score depends most lies within two radii of the lesion.
    let pointing: Double
    let dense: Double
    let scans: [PhantomScans.Scan]
    let saliency: Tensor<Float>
}

/// Trains a network to tell scans with a lesion from healthy ones.
func findLesions(seed: UInt64, count: Int = 2400, epochs: Int = 14) throws(RunError) -> LesionStudy {
    let (size, noise) = (32, 0.05)
    var random = Random(seed: seed)
    let training = PhantomScans.make(count: count, size: size, noise: noise, random: &random)
    let scans = PhantomScans.scans(count: 600, size: size, noise: noise, random: &random)
    let test = PhantomScans.labeled(scans)
    // A lesion differs little from what is around it, so the maps are normalized.
    let fresh = drawingNetwork(size: size, maps: (12, 24, 32), classes: 2, random: &random) { BatchNorm($0) }
    let network = try trainInBatches(
        fresh, on: training, epochs: epochs, learningRate: 0.005, shifts: 2, random: &random)
    let dense = try trainInBatches(
        Sequential {
            Flatten()
            Dense(size * size, 64, initialization: .heNormal, random: &random)
            ReLU()
            Dense(64, 2, random: &random)
        }, on: training, epochs: epochs, learningRate: 0.001, random: &random)
    let said = outputs(of: network, for: test.inputs).argmax()
    func share(of label: Int) -> Double {
        let rows = test.labels.indices.filter { test.labels[$0] == label }
        return Double(rows.count { said[$0] == label }) / Double(rows.count)
    }
    let found = scans.indices.filter { scans[$0].lesion != nil && said[$0] == 1 }
    let maps = saliency(of: network, at: test.inputs.gathered(rows: found), for: found.map { _ in 1 })
    let places = maps.reshaped([found.count, -1]).argmax()
    let pointing = zip(found, places).count { scan, place in
        guard let lesion = scans[scan].lesion else { return false }
        let (down, right) = (Double(place / size) - lesion.row, Double(place % size) - lesion.column)
        return down * down + right * right <= 4 * lesion.radius * lesion.radius
    }
    return LesionStudy(
        accuracy: accuracy(of: network, on: test), sensitivity: share(of: 1), specificity: share(of: 0),
        pointing: Double(pointing) / Double(max(1, found.count)), dense: accuracy(of: dense, on: test),
        scans: found.map { scans[$0] }, saliency: maps)
}

// MARK: - Traffic signs

/// The accuracy of a network on signs, against how strongly they are disturbed.
struct SignStudy {
    /// Rotated, out of focus and partly hidden at the same time, as in training.
    let accuracy: Double
    let rotation: [(strength: Double, accuracy: Double)]
    let blur: [(strength: Double, accuracy: Double)]
    let occlusion: [(strength: Double, accuracy: Double)]
}

/// Trains a network on disturbed signs, and measures it against each disturbance by itself.
func readSigns(seed: UInt64, count: Int = 2000, epochs: Int = 12) throws(RunError) -> SignStudy {
    let size = 24, noise = 0.05
    var random = Random(seed: seed)
    let usual = TrafficSigns.Disturbance(rotation: 20, blur: 1, occlusion: 0.1, noise: noise)
    let training = TrafficSigns.make(count: count, size: size, disturbance: usual, random: &random)
    // Signs differ more from each other and need no normalization.
    let fresh = drawingNetwork(size: size, maps: (8, 16, 32), classes: TrafficSigns.classNames.count, random: &random) { _ in
        Identity()
    }
    let network = try trainInBatches(fresh, on: training, epochs: epochs, random: &random)
    func measured(_ disturbance: TrafficSigns.Disturbance) -> Double {
        // The same signs at every strength.
        var random = Random(seed: seed &+ 1_000_000)
        return accuracy(
            of: network, on: TrafficSigns.make(count: 400, size: size, disturbance: disturbance, random: &random))
    }
    return SignStudy(
        accuracy: measured(usual),
        rotation: [0, 10, 20, 30, 45, 60, 90].map {
            ($0, measured(TrafficSigns.Disturbance(rotation: $0, noise: noise)))
        },
        blur: [0, 0.5, 1, 2, 3, 4].map { ($0, measured(TrafficSigns.Disturbance(blur: $0, noise: noise))) },
        occlusion: [0, 0.1, 0.2, 0.3, 0.4].map {
            ($0, measured(TrafficSigns.Disturbance(occlusion: $0, noise: noise)))
        })
}

// MARK: - Motion

/// The accuracy in telling in which of eight directions something moves, from three frames and from a single one.
func seeMotion(seed: UInt64, count: Int = 2000, epochs: Int = 20) throws(RunError) -> (clips: Double, singleFrame: Double) {
    let frames = 3
    var random = Random(seed: seed)
    let training = MotionClips.make(count: count, size: 16, frames: frames, noise: 0.05, random: &random)
    let test = MotionClips.make(count: 800, size: 16, frames: frames, noise: 0.05, random: &random)
    func network(_ frames: Int) -> some Layer<Float> {
        Sequential {
            Conv2D(frames, 16, kernel: 5, padding: .same, initialization: .heNormal, random: &random)
            ReLU()
            MaxPool2D(2)
            Conv2D(16, 32, kernel: 3, padding: .same, initialization: .heNormal, random: &random)
            ReLU()
            MaxPool2D(8)
            Flatten()
            Dense(32, MotionClips.classNames.count, random: &random)
        }
    }
    let all = network(frames), single = network(1)
    func firstFrame(_ clips: Labeled<Float, [Int]>) -> Labeled<Float, [Int]> {
        clips.mapInputs { $0.slice(along: 3, 0..<1) }
    }
    let trained = try trainInBatches(all, on: training, epochs: epochs, learningRate: 0.005, random: &random)
    let blind = try trainInBatches(
        single, on: firstFrame(training), epochs: epochs, learningRate: 0.005, random: &random)
    return (accuracy(of: trained, on: test), accuracy(of: blind, on: firstFrame(test)))
}

// MARK: - Told

/// Tells what else convolutional networks are used for.
func tellUsesOfConvolution(_ story: Story) throws {
    let seed = story.options.seed
    story.heading("Scans, signs, motion (A3.2.3-2)")
    story.tell(
        """
        Drawn scans of a head, after Shepp and Logan, no two alike and noisy; half of them have a lesion, a small round \
        spot that is a little lighter or darker. A network learns which have one. Then the gradient shows what it looked \
        at: the pixel on which its decision depends most should lie where the lesion is, although the network was never \
        told where that is. \(PhantomScans.source).
        """)
    let lesions = try findLesions(seed: seed)
    let shown = Array(lesions.scans.indices.prefix(6))
    try story.show(
        ImageSheet(
            title: "Lesions: the noisy scan, where the lesion is, and what the network looks at",
            images: shown.map {
                PixelImage(width: 32, height: 32, intensities: lesions.scans[$0].noisy.scalars.map(Double.init))
            }
                + shown.map { lesionPicture(lesions.scans[$0]) }
                + shown.map { picture(lesions.saliency[$0], .viridis, range: 0...Double(lesions.saliency[$0].maximum())) },
            columns: shown.count, rowLabels: ["scan", "lesion", "saliency"]), named: "lesions")
    story.tell(
        """
        Eight traffic signs, drawn as a camera might see them. The network learns from signs that are rotated by up to \
        20°, out of focus by up to a pixel and with a tenth hidden, and is then tested against each disturbance by \
        itself. \(TrafficSigns.source).
        """)
    let signs = try readSigns(seed: seed)
    func series(_ name: String, _ points: [(strength: Double, accuracy: Double)]) -> LineChart.Series {
        // Each disturbance as a share of the strongest.
        LineChart.Series(
            name, x: points.map { $0.strength / points.last!.strength }, y: points.map(\.accuracy), style: .markedLine)
    }
    try story.show(
        LineChart(
            title: "Accuracy on disturbed traffic signs", xLabel: "strength, as a share of the strongest",
            yLabel: "accuracy",
            series: [
                series("rotation, up to 90°", signs.rotation), series("blur, up to 4 pixels", signs.blur),
                series("occlusion, up to 40 %", signs.occlusion),
            ], yRange: 0...1), named: "signs")
    try story.show(signSheet(seed: seed), named: "sign-pictures")
    story.tell(
        """
        Finally, clips of three frames, in which a disc moves in one of eight directions. The frames are the channels of \
        the image. A single frame does not show where the disc is going, and a network that sees only one can only \
        guess: one in eight is 12.5 %. \(MotionClips.source).
        """)
    let motion = try seeMotion(seed: seed)
    story.claim(
        "A3.2.3-2", "Used for medical images, traffic, faces, video",
        measured: [
            ("lesion accuracy", lesions.accuracy), ("lesion sensitivity", lesions.sensitivity),
            ("lesion specificity", lesions.specificity), ("dense lesion accuracy", lesions.dense),
            ("lesions pointed at", lesions.pointing), ("sign accuracy", signs.accuracy),
            ("signs undisturbed", signs.rotation[0].accuracy),
            ("signs turned by 45", signs.rotation[4].accuracy), ("signs turned by 90", signs.rotation.last!.accuracy),
            ("signs blurred by 2", signs.blur[3].accuracy), ("signs blurred by 4", signs.blur.last!.accuracy),
            ("signs hidden by 0.2", signs.occlusion[2].accuracy),
            ("signs hidden by 0.4", signs.occlusion.last!.accuracy), ("motion accuracy", motion.clips),
            ("motion accuracy from one frame", motion.singleFrame),
        ],
        goals: [
            .atLeast("lesion accuracy", .percent(90)), .above("lesion accuracy", "dense lesion accuracy"),
            .atLeast("sign accuracy", .percent(95)), .atLeast("signs undisturbed", .percent(95)),
            .above("signs undisturbed", .sum("signs turned by 90", 0.05)),
            .above("signs undisturbed", .sum("signs blurred by 4", 0.05)),
            .above("signs undisturbed", .sum("signs hidden by 0.4", 0.05)), .atLeast("motion accuracy", .percent(90)),
            .below("motion accuracy from one frame", .percent(20)),
        ])
}

/// A scan without noise, its lesion marked.
private func lesionPicture(_ scan: PhantomScans.Scan) -> PixelImage {
    let size = scan.clean.shape[0]
    return PixelImage(
        width: size, height: size,
        rgb: (0..<size * size).flatMap { place -> [UInt8] in
            let grey = UInt8(min(max(scan.clean[element: place], 0), 1) * 200)
            let isLesion = scan.lesion?.contains(row: place / size, column: place % size) ?? false
            return isLesion ? [235, 110, 40] : [grey, grey, grey]
        })
}

/// Signs as they are meant to be, and as the network is given them.
private func signSheet(seed: UInt64) -> ImageSheet {
    var random = Random(seed: seed)
    let classes = TrafficSigns.classNames.indices
    let disturbed = TrafficSigns.make(
        count: 64, size: 24,
        disturbance: TrafficSigns.Disturbance(rotation: 20, blur: 1, occlusion: 0.1, noise: 0.05), random: &random)
    func grey(_ image: Tensor<Float>) -> PixelImage {
        PixelImage(width: 24, height: 24, intensities: image.scalars.map(Double.init))
    }
    return ImageSheet(
        title: "Traffic signs, as drawn and as the network sees them",
        images: classes.map { grey(TrafficSigns.template(of: $0, size: 24)) }
            + classes.map { label in grey(disturbed.inputs[disturbed.labels.firstIndex(of: label)!]) },
        columns: classes.count, rowLabels: ["drawn", "seen"])
}
