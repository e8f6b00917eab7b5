// What comes next in two series of measurements: yearly sunspots and monthly carbon dioxide. (A3.3.4-2)

import Datasets
import Figures
import Recurrent

/// Trains some GRUs on a series, each from a seed of its own.
func forecastWithGRU(_ task: ForecastTask, seed: UInt64, networks: Int) throws(RunError) -> ForecastStudy {
    var forecaster = Forecaster(task)
    for network in 0..<UInt64(networks) {
        var random = Random(seed: seed &* 1000 &+ network)
        try forecaster.add(GRUCell(1, 16, random: &random), steps: 200, weightDecay: 0.1, noise: 0.2, random: &random)
    }
    return ForecastStudy(task, by: forecaster)
}

// MARK: - Told

func tellForecasts(_ story: Story) throws {
    story.heading("Forecasts (A3.3.4-2)")
    let networks = story.options.full ? 10 : 3
    let studies = [
        try forecastWithGRU(.sunspots, seed: story.options.seed, networks: networks),
        try forecastWithGRU(.carbonDioxide, seed: story.options.seed, networks: networks),
    ]
    story.tell(
        """
        Two series of measurements: yearly sunspots and monthly carbon dioxide. The last fifty years of the one and the \
        last ten of the other are held out. At each time, networks are given the last \(studies[0].task.window) years or \
        \(studies[1].task.window) months and forecast for three distances ahead; the forecast is the mean of \(networks) \
        networks. It is compared with the last value (persistence), the last value of the same season, 11 years or 12 \
        months, and a linear autoregression by least squares that is given the same numbers. Sources: \
        \(studies[0].task.source); \(studies[1].task.source).
        """)
    for study in studies {
        let task = study.task
        story.show(errors(study))
        let shown = task.heldOut..<task.values.count
        try story.show(
            LineChart(
                title: "Forecasts of \(task.name), held out", xLabel: "year", yLabel: task.unit,
                series: [
                    LineChart.Series(
                        "measured", shown.map { task.values[$0] }, from: task.time(shown.lowerBound), step: task.step)
                ]
                    + task.horizons.indices.dropLast().map { place in
                        LineChart.Series(
                            "\(task.horizons[place]) ahead", study.forecasts[place], from: task.time(shown.lowerBound),
                            step: task.step)
                    }), named: task.name.replacing(" ", with: "-"))
    }
    try story.show(
        BarChart(
            title: "Error of the forecasts relative to that of persistence", yLabel: "share",
            categories: studies.flatMap { study in study.task.horizons.map { "\(study.task.name), \($0)" } },
            series: [
                BarChart.Series("season", studies.flatMap { zip($0.seasonal, $0.persistence).map { $0 / $1 } }),
                BarChart.Series(
                    "autoregression", studies.flatMap { zip($0.autoregression, $0.persistence).map { $0 / $1 } }),
                BarChart.Series("GRU", studies.flatMap { zip($0.network, $0.persistence).map { $0 / $1 } }),
            ]), named: "forecast-errors")
    if story.options.full {
        story.tell("The same for the fifty years and the ten years before those, as if the later ones were not known:")
        let tasks = [ForecastTask.sunspots.earlier(by: 50), .carbonDioxide.earlier(by: 120)]
        for task in tasks { story.show(errors(try forecastWithGRU(task, seed: story.options.seed, networks: networks))) }
    }
    func names(_ places: [(String, Bool)], _ isChosen: Bool) -> String {
        let chosen = places.filter { $0.1 == isChosen }.map(\.0)
        return chosen.isEmpty ? "none" : chosen.joined(separator: ", ")
    }
    let compared = studies.flatMap { study in
        study.task.horizons.indices.map { place in
            ("\(study.task.name) \(study.task.horizons[place]) ahead", study.network[place] < study.autoregression[place])
        }
    }
    story.tell(
        """
        Against linear autoregression the network is ahead in: \(names(compared, true)); behind in: \
        \(names(compared, false)). A few hundred numbers are not many to learn from, and least squares needs the fewest. \
        How little such a ranking means can be seen in other years (--full): for the sunspots of 1909 to 1958, eleven \
        years ahead, the last season's value is the best forecast.
        """)
    story.claim(
        "A3.3.4-2", "Used for time series",
        measured: studies.flatMap { study in
            study.task.horizons.indices.flatMap { place in
                let name = "\(study.task.name) \(study.task.horizons[place])"
                return [
                    ("GRU, " + name, study.network[place]), ("persistence, " + name, study.persistence[place]),
                    ("season, " + name, study.seasonal[place]), ("autoregression, " + name, study.autoregression[place]),
                ]
            }
        },
        goals: studies.flatMap { study in
            study.task.horizons.flatMap { horizon -> [Goal] in
                let name = "\(study.task.name) \(horizon)"
                return [.below("GRU, \(name)", "persistence, \(name)"), .below("GRU, \(name)", "season, \(name)")]
            }
        })
}

/// The errors of all ways to forecast a series, a row for each time ahead.
private func errors(_ study: ForecastStudy) -> TextTable {
    let task = study.task
    return TextTable(
        columns: ["\(task.name), error in \(task.unit)", "persistence", "season", "autoregression", "GRU"],
        rows: zip(task.horizons, study.rows).map { ["\($0) ahead"] + $1 })
}
