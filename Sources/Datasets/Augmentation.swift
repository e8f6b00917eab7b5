// More examples than there are. A digit that stands a pixel further to the left is the same digit: an image that is
// shifted a little is one more example, and costs nothing. While training each batch is shifted anew, so that a network
// hardly ever sees the same image twice and cannot learn any by heart. The images for testing stay as they are.

import SIMDTensor

// In this file inputs are images, [count, rows, columns, channels]; others trap.
extension Labeled {
    /// The same images, each shifted by up to `most` pixels up or down and by up to `most` pixels to the left or right;
    /// every one of the (2 · most + 1)² shifts is equally likely. What is shifted out is lost, and zeros move in.
    ///
    /// ```swift
    /// for batch in digits.batches(of: 32, shuffledBy: &random) {
    ///     let (logits, backward) = network.forward(batch.randomlyShifted(by: 1, random: &random).inputs)
    /// ```
    ///
    /// Source: the simplest of the transformations of Simard, Steinkraus & Platt 2003, section 2.
    public func randomlyShifted(by most: Int, random: inout Random) -> Labeled {
        require(
            0...farthest ~= most,
            "randomlyShifted(by:): an image is shifted by up to 0 or more pixels, at most \(farthest), but \(most) was given")
        requireImages("randomlyShifted(by:)", inputs.shape)
        let choices = 2 * most + 1
        let shifts = (0..<count).map { _ in
            (rows: random.integer(below: choices) - most, columns: random.integer(below: choices) - most)
        }
        return mapInputs { moved($0, to: Array($0.shape.dropFirst()), by: shifts) }
    }

    /// The same images, all shifted by so many rows down and so many columns to the right; negative numbers shift up and
    /// to the left. What is shifted out is lost, and zeros move in.
    public func shifted(rows: Int, columns: Int) -> Labeled {
        requireImages("shifted(rows:columns:)", inputs.shape)
        // Farther than its size an image cannot be shifted out.
        func clamped(_ shift: Int, to size: Int) -> Int { min(max(shift, -size), size) }
        let shift = (rows: clamped(rows, to: inputs.shape[1]), columns: clamped(columns, to: inputs.shape[2]))
        let shifts = [(rows: Int, columns: Int)](repeating: shift, count: count)
        return mapInputs { moved($0, to: Array($0.shape.dropFirst()), by: shifts) }
    }

    /// The same images in the middle of larger ones, with `margin` rows and columns of zeros on every side.
    public func padded(by margin: Int) -> Labeled {
        require(
            0...farthest ~= margin,
            "padded(by:): 0 or more rows and columns are added, at most \(farthest), but \(margin) was given")
        requireImages("padded(by:)", inputs.shape)
        let shape = inputs.shape
        let shifts = [(rows: Int, columns: Int)](repeating: (margin, margin), count: count)
        return mapInputs { moved($0, to: [shape[1] + 2 * margin, shape[2] + 2 * margin, shape[3]], by: shifts) }
    }
}

/// More pixels no image is shifted or padded by.
private let farthest = 1 << 20

/// Each image in a picture of the given shape, as far from the upper left corner as its shift says; what lies outside is
/// lost, and where nothing lies is zero.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func moved<Scalar: TensorScalar>(
    _ images: Tensor<Scalar>, to shape: [Int], by shifts: [(rows: Int, columns: Int)]
) -> Tensor<Scalar> {
    let (rows, columns, channels) = (images.shape[1], images.shape[2], images.shape[3])
    let source = images.scalars
    var pixels = [Scalar](repeating: 0, count: shifts.count * shape.reduce(1, *))
    for (image, shift) in shifts.enumerated() {
        // The columns of the image that are still seen.
        let (first, last) = (max(0, -shift.columns), min(columns, shape[1] - shift.columns))
        for row in 0..<rows where row + shift.rows >= 0 && row + shift.rows < shape[0] && first < last {
            let from = ((image * rows + row) * columns + first) * channels
            let to = ((image * shape[0] + row + shift.rows) * shape[1] + first + shift.columns) * channels
            for place in 0..<(last - first) * channels { pixels[to + place] = source[from + place] }
        }
    }
    return Tensor(pixels, shape: [shifts.count] + shape)
}

private func requireImages(_ operation: StaticString, _ shape: [Int]) {
    require(
        shape.count == 4,
        "\(operation): images [count, rows, columns, channels] are expected, but the shape is \(shape)")
}
