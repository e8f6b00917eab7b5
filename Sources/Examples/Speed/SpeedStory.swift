// S The speed of the machine, run.
//
// First what the machine can do at most, then how a plain product of matrices becomes one that comes near to it, then
// how the cost of the book's work grows with its size. What is measured here is true of the machine it is measured on,
// at the moment; so it is shown, and no claim hangs on it.

import FeedForward
import Figures
import Foundation

/// Runs the chapter: the ceilings, the ladder of matrix products, cost against size.
@Sendable
func runSpeed(_ story: Story) throws -> RunReport { try SpeedStudy().tell(story) }

/// What the run of this chapter measures, and how thoroughly.
struct SpeedStudy {
    /// How long each measurement is repeated.
    var budget = Duration.milliseconds(300)
    /// The rows and columns of the matrices on the ladder.
    var ladderSize = 512
    /// The rows and columns of square matrices.
    var matrixSizes = [32, 64, 128, 256, 512, 1024, 2048]
    var batches = [1, 4, 16, 64, 256, 1024]
    /// The neurons of the first hidden layer.
    var widths = [32, 64, 128, 256, 512, 1024, 2048]

    func tell(_ story: Story) throws -> RunReport {
        let start = ContinuousClock.now
        story.heading("S The speed of the machine")
        story.tell(
            """
            Training is multiplying and adding, and moving numbers to where that is done. This run measures how fast \
            this machine can do either at most, how near the book comes to it, and how the cost grows with the size. \
            The times are medians of repeats; other programs that run at the same time make all of them longer.
            """)
        let ceilings = tellCeilings(story)
        try tellLadder(story, ceilings: ceilings[ceilings.count - 1])
        try tellMatrixSizes(story, ceilings: ceilings)
        try tellTrainingSteps(story)
        story.heading("Where to read on")
        story.tell(
            """
            \(Chapter.speed.page) is the chapter as a page. The products are in Sources/SIMDTensor/Products: \
            \(Chapter.speed.files.joined(separator: ", ")). Sources/Examples/Bench is how time is taken, \
            Sources/Examples/Speed this run. \
            “learn bench” times more of the book's work.
            """)
        let elapsed = ContinuousClock.now - start
        story.tell("Measured in \(String(format: "%.1f", elapsed / .seconds(1))) s. Pictures: \(story.options.output)")
        return story.report(.speed, seconds: elapsed / .seconds(1))
    }

    /// The numbers of threads that are compared: one, and as many as there may be.
    private var threadCounts: [Int] { Threads.count == 1 ? [1] : [1, Threads.count] }

    private func name(threads: Int) -> String { threads == 1 ? "one thread" : "\(threads) threads" }

    /// Measures and tells the ceilings for each of `threadCounts`.
    private func tellCeilings(_ story: Story) -> [Ceilings] {
        story.heading("The ceilings")
        story.tell(
            """
            Arithmetic: a loop of nothing but fused multiply-adds on vectors, enough of them independent that none \
            waits for another. Memory: a loop that copies arrays far larger than the caches. No other work on as many \
            numbers can be done in less time (only to read may be faster than to copy).
            """)
        let ceilings = threadCounts.map { Ceilings.measured(threads: $0, budget: budget) }
        story.show(
            TextTable(
                columns: ["on", "GFLOP/s", "GB/s"],
                rows: zip(threadCounts, ceilings).map { threads, ceilings in
                    [
                        name(threads: threads), Story.text(ceilings.gigaflops),
                        Story.text(ceilings.gigabytesPerSecond),
                    ]
                }))
        let last = ceilings[ceilings.count - 1]
        story.tell(
            """
            For every number of 4 bytes that comes from memory or goes there, the cores can do \
            \(Story.text((last.gigaflops / (last.gigabytesPerSecond / 4)).rounded())) operations: work that does fewer \
            with a number waits for the memory, and to be fast is to use each number often while it is near.
            """)
        return ceilings
    }

    /// The ladder of matrix products, each rung held against the ceiling of all threads.
    private func tellLadder(_ story: Story, ceilings: Ceilings) throws {
        story.heading("A ladder of matrix products")
        let rungs = ProductLadder.rungs
        story.tell(
            """
            The product of two \(ladderSize)×\(ladderSize) matrices, from three plain loops to the one that the book's \
            layers use. All rungs compute the same product.
            """)
        for rung in rungs { story.tell("\(rung.name): \(rung.idea)") }
        let (a, b) = matrices(ladderSize, seed: story.options.seed)
        var bar = ProgressBar(label: "products", total: rungs.count, terminal: story.progress)
        var rates: [Double] = []
        for rung in rungs {
            let timing = Timing(budget: budget) { rung.multiply(a, b)[element: 0] }
            rates.append(productRate(ladderSize, timing))
            bar.advance(to: rates.count, values: [("GFLOP/s", rates[rates.count - 1])])
        }
        bar.finish()
        story.show(
            TextTable(
                columns: ["product", "GFLOP/s", "share of the ceiling", "times the one before"],
                rows: rungs.indices.map { place in
                    [
                        rungs[place].name, Story.text(rates[place]),
                        String(format: "%.1f %%", 100 * rates[place] / ceilings.gigaflops),
                        place == 0 ? "—" : String(format: "%.1f", rates[place] / rates[place - 1]),
                    ]
                }))
        try story.show(
            BarChart(
                title: "The product of two \(ladderSize)×\(ladderSize) matrices", yLabel: "GFLOP/s",
                categories: rungs.map(\.name), values: rates, decimals: 1,
                referenceLines: [ReferenceLine(ceilings.gigaflops, label: "the machine's ceiling")]),
            named: "product-ladder")
    }

    /// The product of the book for matrices of every size, on one thread and on all.
    private func tellMatrixSizes(_ story: Story, ceilings: [Ceilings]) throws {
        story.heading("Small and large products")
        story.tell(
            """
            A product of n×n matrices is 2n³ operations on 3n² numbers: the larger, the more often each number is \
            used. Small ones are over before a second thread is awake.
            """)
        var bar = ProgressBar(
            label: "sizes", total: matrixSizes.count * threadCounts.count, terminal: story.progress)
        var rates = threadCounts.map { _ in [Double]() }
        for (place, size) in matrixSizes.enumerated() {
            let (a, b) = matrices(size, seed: story.options.seed)
            for (row, threads) in threadCounts.enumerated() {
                rates[row].append(
                    withThreads(threads) { productRate(size, Timing(budget: budget) { (a • b)[element: 0] }) })
                bar.advance(to: place * threadCounts.count + row + 1, values: [("n", Double(size))])
            }
        }
        bar.finish()
        try story.show(
            LineChart(
                title: "The product of two n×n matrices", xLabel: "n", yLabel: "GFLOP/s",
                series: zip(threadCounts, rates).map { threads, rates in
                    LineChart.Series(
                        name(threads: threads), x: matrixSizes.map(Double.init), y: rates, style: .markedLine)
                }, xScale: .logarithmic, yRange: 0...1.1 * ceilings.map(\.gigaflops).max()!,
                referenceLines: zip(threadCounts, ceilings).map { threads, ceilings in
                    ReferenceLine(ceilings.gigaflops, label: "ceiling of \(name(threads: threads))")
                }), named: "product-sizes")
    }

    /// The training step of a network for growing batches, and for growing layers.
    private func tellTrainingSteps(_ story: Story) throws {
        story.heading("Larger batches, wider layers")
        story.tell(
            """
            A training step of 784-256-128-10 with ReLU, Adam and cross-entropy. With few examples it costs nearly the \
            same however few they are, because the weights have to be read and changed in any case; with many, each \
            example adds its own.
            """)
        var bar = ProgressBar(
            label: "training steps", total: batches.count + widths.count, terminal: story.progress)
        var steps: [Double] = []
        for batch in batches {
            steps.append(Timing(budget: budget, of: perceptronStep(batch: batch, width: 256)).median * 1e3)
            bar.advance(to: steps.count, values: [("batch", Double(batch)), ("ms", steps[steps.count - 1])])
        }
        var widthSteps: [Double] = []
        for width in widths {
            widthSteps.append(Timing(budget: budget, of: perceptronStep(batch: 128, width: width)).median * 1e3)
            bar.advance(
                to: steps.count + widthSteps.count,
                values: [("width", Double(width)), ("ms", widthSteps[widthSteps.count - 1])])
        }
        bar.finish()
        let examples = batches.map(Double.init)
        try story.show(
            LineChart(
                title: "A training step, and its share for each example", xLabel: "examples in the batch",
                yLabel: "milliseconds",
                series: [
                    LineChart.Series("the step", x: examples, y: steps, style: .markedLine),
                    LineChart.Series(
                        "for each example", x: examples, y: zip(steps, examples).map(/), style: .markedLine),
                ], xScale: .logarithmic, yScale: .logarithmic), named: "batch")
        try story.show(
            LineChart(
                title: "A training step of 784-w-w/2-10, batch 128", xLabel: "w, neurons in the first hidden layer",
                yLabel: "milliseconds",
                series: [
                    LineChart.Series("the step", x: widths.map(Double.init), y: widthSteps, style: .markedLine)
                ], xScale: .logarithmic, yScale: .logarithmic), named: "width")
        func times(_ values: [Double]) -> String { Story.text((values[values.count - 1] / values[0]).rounded()) }
        story.tell(
            """
            \(times(examples)) times as many examples take \(times(steps)) times as long. A first hidden layer \
            \(times(widths.map(Double.init))) times as wide takes \(times(widthSteps)) times as long: most weights \
            grow with the width, those between the hidden layers with its square.
            """)
    }

    private func matrices(_ size: Int, seed: UInt64) -> (Tensor<Float>, Tensor<Float>) {
        var random = Random(seed: seed)
        return (random.normal([size, size]), random.normal([size, size]))
    }

    /// Billions of operations in a second, for the product of two square matrices.
    private func productRate(_ size: Int, _ timing: Timing) -> Double {
        2 * Double(size * size * size) / timing.median / 1e9
    }
}
