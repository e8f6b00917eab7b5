// Measurements that go on: sunspots and carbon dioxide, forecast by a network with long short-term memory. (A3.4.3-2)

import Datasets
import Figures
import LSTM

/// The errors of an LSTM's forecasts on held-out years, and those of simpler forecasts; for each horizon.
struct SeriesStudy {
    let task: ForecastTask
    let persistence: [Double]
    let seasonal: [Double]
    let autoregression: [Double]
    let network: [Double]
    /// The network's forecasts for everything held out, for each horizon.
    let forecasts: [[Double]]

    /// Whether the network is nearer than the last value and than that of the last season, at the given horizons.
    func isAhead(at horizons: [Int]) -> Bool {
        task.horizons.indices.filter { horizons.contains(task.horizons[$0]) }
            .allSatisfy { network[$0] < persistence[$0] && network[$0] < seasonal[$0] }
    }
}

/// Trains some LSTMs on windows of a series; the forecast is their mean.
func forecastSeries(
    _ task: ForecastTask, seed: UInt64, networks: Int = 3, hidden: Int = 24, steps: Int = 250, learningRate: Double = 0.01,
    weightDecay: Double = 0.05, noise: Float = 0.1
) -> SeriesStudy {
    var random = Random(seed: seed)
    let places = task.training
    func windows(_ places: [Int]) -> Tensor<Float> {
        Tensor<Float>(Tensor<Double>(places.map(task.given))).reshaped([places.count, task.window, 1])
    }
    let changes = Tensor<Float>(Tensor<Double>(places.map { place in task.horizons.map { task.change(place, $0) } }))
    let (inputs, targets) = (Standardizer(fit: windows(places)), Standardizer(fit: changes))
    let (x, y) = (inputs.apply(windows(places)), targets.apply(changes))

    func trained() -> some Layer<Float> {
        var network = Sequential {
            Unfolded(LSTMCell(1, hidden, random: &random))
            LastStep()
            Dense(hidden, task.horizons.count, random: &random)
        }
        var optimizer = AdamW(for: network, learningRate: learningRate, weightDecay: weightDecay)
        let schedule = CosineAnnealing(learningRate, over: steps)
        for step in 0..<steps {
            optimizer.learningRate = schedule(step)
            let rows = (0..<32).map { _ in random.integer(below: places.count) }
            // A little noise, so that the few windows there are cannot be learned by heart.
            let windows = x.gathered(rows: rows).permuted([1, 0, 2]) + random.normal([task.window, 32, 1]) * noise
            let (predictions, backward) = network.forward(windows)
            let (_, predictionsGradient) = meanSquaredError(predictions, y.gathered(rows: rows))
            var (_, gradient) = backward(predictionsGradient)
            gradient.clip(norm: 1)
            optimizer.update(&network, along: gradient)
        }
        return network
    }
    let all = (0..<networks).map { _ in trained() }
    // From every place from which something held out is forecast, all horizons at once.
    let origins = Array(task.heldOut - task.horizons.max()!..<task.values.count - 1)
    let read = inputs.apply(windows(origins)).permuted([1, 0, 2])
    let sum = all.map { $0(read) }.reduce(Tensor(zeros: [origins.count, task.horizons.count]), +)
    let said = targets.invert(sum / Float(networks))
    func forecast(_ place: Int, _ horizon: Int) -> Double {
        task.values[place] + Double(said[place - origins[0], task.horizons.firstIndex(of: horizon)!])
    }
    let autoregression = Autoregression(task)
    return SeriesStudy(
        task: task, persistence: task.horizons.map { task.error($0) { place, _ in task.values[place] } },
        seasonal: task.horizons.map { task.error($0, of: task.seasonal) },
        autoregression: task.horizons.map { task.error($0) { autoregression($0, $1) } },
        network: task.horizons.map { task.error($0, of: forecast) },
        forecasts: task.horizons.map { horizon in task.origins(horizon).map { forecast($0, horizon) } })
}

// MARK: - Told

/// Tells how the network's forecasts compare with simpler ones.
func tellSeries(_ story: Story) throws {
    story.heading("What comes next in a series (A3.4.3-2)")
    story.tell(
        """
        Yearly sunspots and monthly carbon dioxide, forecast from earlier values: the last fifty years of the one and \
        the last ten of the other are held out. The forecast is the mean of three LSTMs. It is compared with the last \
        value, that of the season before, and linear autoregression, which is a weighted sum of the same past values. \
        Sources: \(Sunspots.source); \(CarbonDioxide.source).
        """)
    let seed = story.options.seed
    let (spots, air) = (forecastSeries(.sunspots, seed: seed), forecastSeries(.carbonDioxide, seed: seed))
    story.show(
        TextTable(
            columns: ["root mean squared error", "steps ahead", "last value", "last season", "linear", "LSTM"],
            rows: [spots, air].flatMap { study in
                study.task.horizons.indices.map { place in
                    [study.task.name, "\(study.task.horizons[place])"]
                        + [study.persistence, study.seasonal, study.autoregression, study.network]
                            .map { Story.text($0[place]) }
                }
            }))
    func chart(_ study: SeriesStudy, horizon: Int, title: String) -> LineChart {
        let (task, place) = (study.task, study.task.horizons.firstIndex(of: horizon)!)
        let years = (task.heldOut..<task.values.count).map(task.time)
        return LineChart(
            title: title, xLabel: "year", yLabel: task.unit,
            series: [
                LineChart.Series("measured", x: years, y: Array(task.values[task.heldOut...])),
                LineChart.Series("LSTM", x: years, y: study.forecasts[place]),
            ])
    }
    try story.show(chart(spots, horizon: 1, title: "Sunspots, a year ahead"), named: "sunspots")
    try story.show(chart(air, horizon: 12, title: "Carbon dioxide, twelve months ahead"), named: "carbon-dioxide")
    story.tell(
        """
        There are few sunspot numbers, and for so few the weighted sum is the better model: it has one weight for each \
        past year and nothing else that could go wrong. Three and eleven years ahead even the last season is nearer than \
        the LSTM. For carbon dioxide there is more data: the weighted sum is ahead for the next month, the LSTM a year \
        ahead.
        """)
    story.claim(
        "A3.4.3-2", "Used for sequence prediction",
        measured: [
            ("sunspots LSTM", spots.network[0]), ("sunspots last value", spots.persistence[0]),
            ("sunspots last season", spots.seasonal[0]), ("sunspots linear", spots.autoregression[0]),
            ("month LSTM", air.network[0]), ("month last value", air.persistence[0]),
            ("month last season", air.seasonal[0]), ("month linear", air.autoregression[0]),
            ("year LSTM", air.network[1]), ("year last value", air.persistence[1]), ("year linear", air.autoregression[1]),
        ],
        goal: "sunspots a year ahead, carbon dioxide a month and a year ahead: nearer than the last value and season",
        met: spots.isAhead(at: [1]) && air.isAhead(at: [1, 12]))
}
