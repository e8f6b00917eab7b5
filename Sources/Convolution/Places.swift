// 3.2.1 Where a window can stand
//
// The arithmetic of `Window2D`, along each axis: how many places there are, and where the first one begins.

extension Window2D {
    /// How the window slides over images with the given rows and columns. Traps, showing the arithmetic, if nothing is left.
    ///
    /// - Parameters:
    ///   - name: what the columns are called in the sentence.
    ///   - layer: the layer's name, for the message.
    func sliding(
        over rows: Int, _ columns: Int, along name: StaticString = "columns", _ layer: @autoclosure () -> String
    ) -> SlidingWindow {
        requirePixels(rows, columns, layer())
        let (vertical, horizontal) = axes
        return SlidingWindow(
            rows: vertical.sliding(over: rows, "rows", layer()),
            columns: horizontal.sliding(over: columns, name, layer()))
    }

    /// How the window of a convolution slides whose adjoint, the transposed convolution, is applied to images with the given
    /// rows and columns. See `ConvTranspose2D`.
    func slidingBack(
        over rows: Int, _ columns: Int, outputPadding: Size2D, _ layer: @autoclosure () -> String
    ) -> SlidingWindow {
        requirePixels(rows, columns, layer())
        let (vertical, horizontal) = axes
        return SlidingWindow(
            rows: vertical.slidingBack(over: rows, outputPadding.rows, "rows", layer()),
            columns: horizontal.slidingBack(over: columns, outputPadding.columns, "columns", layer()))
    }

    private func requirePixels(_ rows: Int, _ columns: Int, _ layer: @autoclosure () -> String) {
        require(
            min(rows, columns) >= 0 && max(rows, columns) <= Self.largest,
            "\(layer()): images have at most 2³⁰ rows and columns, and no negative number of them, but these have "
                + "\(rows) and \(columns)")
    }

    private var axes: (rows: Axis, columns: Axis) {
        let (vertical, horizontal): (Axis.Padding, Axis.Padding) =
            switch padding {
            case .valid: (.numbers(0, 0), .numbers(0, 0))
            case .same: (.same, .same)
            case .explicit(let top, let bottom, let left, let right): (.numbers(top, bottom), .numbers(left, right))
            }
        return (
            Axis(taps: size.rows, stride: stride.rows, dilation: dilation.rows, padding: vertical),
            Axis(taps: size.columns, stride: stride.columns, dilation: dilation.columns, padding: horizontal)
        )
    }

    /// The window along one axis.
    private struct Axis {
        enum Padding {
            case same
            case numbers(_ before: Int, _ after: Int)
        }

        let taps: Int
        let stride: Int
        let dilation: Int
        let padding: Padding

        /// e = d(k − 1) + 1
        var extent: Int { dilation * (taps - 1) + 1 }

        func sliding(over n: Int, _ what: StaticString, _ layer: @autoclosure () -> String) -> WindowAxis {
            switch padding {
            case .same:
                let places = (n + stride - 1) / stride
                // What the last place needs beyond the input.
                let total = max(0, (places - 1) * stride + extent - n)
                return axis(input: n, output: places, before: total / 2)
            case .numbers(let before, let after):
                let left = n + before + after - extent
                require(left >= 0, "\(layer()): nothing is left of \(n) \(what): \(arithmetic(n, before + after))")
                return axis(input: n, output: left / stride + 1, before: before)
            }
        }

        func slidingBack(
            over n: Int, _ outputPadding: Int, _ what: StaticString, _ layer: @autoclosure () -> String
        ) -> WindowAxis {
            switch padding {
            case .same:
                let total = max(0, (n - 1) * stride + extent - n * stride)
                return axis(input: n * stride, output: n, before: total / 2)
            case .numbers(let before, let after):
                let size = (n - 1) * stride + extent - before - after + outputPadding
                require(
                    n == 0 || size >= 1,
                    "\(layer()): nothing is left of \(n) \(what): (\(n) − 1) · \(stride) + \(extent) − \(before + after) + "
                        + "\(outputPadding) = \(size)")
                return axis(input: n == 0 ? 0 : size, output: n, before: before)
            }
        }

        private func axis(input: Int, output: Int, before: Int) -> WindowAxis {
            WindowAxis(input: input, output: output, taps: taps, stride: stride, dilation: dilation, before: before)
        }

        /// As in “28 − 5 + 1 = 24”.
        private func arithmetic(_ n: Int, _ padding: Int) -> String {
            let padded = padding > 0 ? "\(n) + \(padding)" : "\(n)"
            let left = n + padding - extent
            if stride == 1 { return "\(padded) − \(extent) + 1 = \(left + 1)" }
            // Rounded down also below zero.
            let places = (left - (stride - 1)) / stride + 1
            return "⌊(\(padded) − \(extent)) / \(stride)⌋ + 1 = \(places)"
        }
    }
}
