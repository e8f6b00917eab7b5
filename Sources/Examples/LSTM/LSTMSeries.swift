// Measurements that go on: sunspots and carbon dioxide, forecast by a network with long short-term memory. (A3.4.3-2)

import Datasets
import Figures
import LSTM

/// Trains some LSTMs on windows of a series; the forecast is their mean.
func forecastWithLSTM(_ task: ForecastTask, seed: UInt64, networks: Int = 3) throws(RunError) -> ForecastStudy {
    var (forecaster, random) = (Forecaster(task), Random(seed: seed))
    for _ in 0..<networks {
        try forecaster.add(LSTMCell(1, 24, random: &random), steps: 250, weightDecay: 0.05, noise: 0.1, random: &random)
    }
    return ForecastStudy(task, by: forecaster)
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
    let (spots, air) = (try forecastWithLSTM(.sunspots, seed: seed), try forecastWithLSTM(.carbonDioxide, seed: seed))
    story.show(
        TextTable(
            columns: ["root mean squared error", "steps ahead", "last value", "last season", "linear", "LSTM"],
            rows: [spots, air].flatMap { study in
                zip(study.task.horizons, study.rows).map { [study.task.name, "\($0)"] + $1 }
            }))
    func chart(_ study: ForecastStudy, horizon: Int, title: String) -> LineChart {
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
            ("year LSTM", air.network[1]), ("year last value", air.persistence[1]), ("year last season", air.seasonal[1]),
            ("year linear", air.autoregression[1]),
        ],
        goals: ["sunspots", "month", "year"].flatMap { name -> [Goal] in
            [.below("\(name) LSTM", "\(name) last value"), .below("\(name) LSTM", "\(name) last season")]
        })
}
