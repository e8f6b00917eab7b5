// What comes next in two series of measurements: yearly sunspots and monthly carbon dioxide. Chapters 3.3 and 3.4 forecast
// the same series, each with its own cell. (A3.3.4-2, A3.4.3-2)

import Datasets
import Recurrent

/// A series, and how it is to be forecast.
struct ForecastTask {
    let name: String
    let unit: String
    let source: String
    /// The time of the first value, and from one to the next.
    let start: Double
    let step: Double
    /// How many steps a season has.
    let season: Int
    /// The values up to the end of what is forecast.
    private(set) var values: [Double]
    /// What a forecast is given: `window` numbers, one for each step up to the present one.
    let observations: [Double]
    let window: Int
    /// How many steps ahead.
    let horizons: [Int]
    /// From this place on nothing is known when it is trained: forecasts are made for these places.
    private(set) var heldOut: Int

    /// The yearly number of sunspots; the last fifty years are held out. A season is eleven years.
    static let sunspots: ForecastTask = {
        let values = Sunspots.load(as: Double.self).scalars
        return ForecastTask(
            name: "sunspots", unit: "sunspots", source: Sunspots.source, start: 1700, step: 1, season: 11, values: values,
            observations: values, window: 22, horizons: [1, 3, 11], heldOut: values.count - 50)
    }()

    /// The monthly carbon dioxide; the last ten years are held out. What is given are the changes from month to month,
    /// because the level rises to where it has never been.
    static let carbonDioxide: ForecastTask = {
        let values = CarbonDioxide.load(as: Double.self).scalars
        return ForecastTask(
            name: "carbon dioxide", unit: "ppm", source: CarbonDioxide.source, start: 1958 + 2.0 / 12, step: 1.0 / 12,
            season: 12, values: values, observations: values.indices.map { values[$0] - values[max(0, $0 - 1)] }, window: 24,
            horizons: [1, 12, 24], heldOut: values.count - 120)
    }()

    /// The same task as if it were earlier: the last `steps` values are not there, and as many places before them are held
    /// out.
    func earlier(by steps: Int) -> ForecastTask {
        var task = self
        task.values.removeLast(steps)
        task.heldOut -= steps
        return task
    }

    /// The time of a place.
    func time(_ place: Int) -> Double { start + Double(place) * step }

    /// The numbers that a forecast from `place` is given, `[window]`.
    func given(_ place: Int) -> [Double] { Array(observations[place - window + 1...place]) }

    /// What is to be learned: how much the value changes in h steps after `place`.
    func change(_ place: Int, _ horizon: Int) -> Double { values[place + horizon] - values[place] }

    /// The places to learn from: their inputs and their targets all lie before what is held out.
    var training: [Int] { Array(window..<heldOut - horizons.max()!) }

    /// The places from which what is held out is forecast, h steps ahead.
    func origins(_ horizon: Int) -> [Int] { Array(heldOut - horizon..<values.count - horizon) }

    /// The last known value of the same season.
    func seasonal(_ place: Int, _ horizon: Int) -> Double {
        values[place + horizon - season * ((horizon + season - 1) / season)]
    }

    /// The root mean squared error over all forecasts of a horizon.
    func error(_ horizon: Int, of forecast: (_ place: Int, _ horizon: Int) -> Double) -> Double {
        let places = origins(horizon)
        return (places.reduce(0) { sum, place in
            let error = forecast(place, horizon) - values[place + horizon]
            return sum + error * error
        } / Double(places.count)).squareRoot()
    }
}

/// Linear autoregression: for each horizon the change is a weighted sum of what is given, by least squares.
struct Autoregression {
    private let task: ForecastTask
    private let coefficients: Tensor<Double>

    init(_ task: ForecastTask) {
        self.task = task
        let places = task.training
        coefficients = solveLeastSquares(
            Tensor(places.map { [1] + task.given($0) }),
            Tensor(places.map { place in task.horizons.map { task.change(place, $0) } }))
    }

    func callAsFunction(_ place: Int, _ horizon: Int) -> Double {
        let sums = Tensor([[1] + task.given(place)]) • coefficients
        return task.values[place] + sums[0, task.horizons.firstIndex(of: horizon)!]
    }
}

/// Recurrent networks that forecast a series together: the forecast is their mean.
struct Forecaster {
    private let task: ForecastTask
    private let inputs: Standardizer
    private let targets: Standardizer
    /// The inputs and the targets, standardised: `[places, window, 1]` and `[places, horizons]`.
    private let windows: Tensor<Float>
    private let changes: Tensor<Float>
    private var networks: [any Layer<Float>] = []

    /// No network yet.
    init(_ task: ForecastTask) {
        self.task = task
        let given = Self.given(task, task.training)
        let changes = Tensor<Float>(
            Tensor<Double>(task.training.map { place in task.horizons.map { task.change(place, $0) } }))
        (inputs, targets) = (Standardizer(fit: given), Standardizer(fit: changes))
        (windows, self.changes) = (inputs.apply(given), targets.apply(changes))
    }

    /// The inputs of the forecasts from some places, `[places, window, 1]`.
    private static func given(_ task: ForecastTask, _ places: [Int]) -> Tensor<Float> {
        Tensor<Float>(Tensor<Double>(places.map(task.given))).reshaped([places.count, task.window, 1])
    }

    /// Trains one more network, which reads with the given cell.
    mutating func add(
        _ cell: some RecurrentCell<Float>, steps: Int, weightDecay: Double, noise: Float, random: inout Random
    ) throws(RunError) {
        let network = Sequential {
            Unfolded(cell)
            LastStep()
            Dense(cell.hiddenCount, task.horizons.count, random: &random)
        }
        let (windows, changes) = (windows, changes)
        let trained = try trainOnSequences(
            network, steps: steps, learningRate: 0.01, weightDecay: weightDecay, random: &random
        ) { random in
            let rows = (0..<32).map { _ in random.integer(below: windows.shape[0]) }
            let (read, asked) = (windows.gathered(rows: rows).permuted([1, 0, 2]), changes.gathered(rows: rows))
            // A little noise, so that the few windows there are cannot be learned by heart.
            return (read + random.normal(read.shape) * noise, { meanSquaredError($0, asked) })
        }.network
        networks.append(trained)
    }

    /// The forecasts for everything held out, for every horizon.
    func forecasts() -> [[Double]] {
        task.horizons.indices.map { horizon in
            let origins = task.origins(task.horizons[horizon])
            let read = inputs.apply(Self.given(task, origins)).permuted([1, 0, 2])
            let sum = networks.map { $0(read) }.reduce(Tensor(zeros: [origins.count, task.horizons.count]), +)
            let changes = targets.invert(sum / Float(networks.count))
            return origins.indices.map { task.values[origins[$0]] + Double(changes[$0, horizon]) }
        }
    }
}

/// The errors of four ways to forecast a series, each for every horizon.
struct ForecastStudy {
    let task: ForecastTask
    let persistence: [Double]
    let seasonal: [Double]
    let autoregression: [Double]
    let network: [Double]
    /// The networks' forecasts for everything held out, for every horizon.
    let forecasts: [[Double]]

    init(_ task: ForecastTask, by networks: Forecaster) {
        let autoregression = Autoregression(task), forecasts = networks.forecasts()
        self.task = task
        persistence = task.horizons.map { task.error($0) { place, _ in task.values[place] } }
        seasonal = task.horizons.map { task.error($0, of: task.seasonal) }
        self.autoregression = task.horizons.map { task.error($0) { autoregression($0, $1) } }
        network = task.horizons.indices.map { horizon in
            let first = task.origins(task.horizons[horizon])[0]
            return task.error(task.horizons[horizon]) { place, _ in forecasts[horizon][place - first] }
        }
        self.forecasts = forecasts
    }

    /// The errors as rows of a table, one for each time ahead: persistence, season, autoregression, network.
    var rows: [[String]] {
        task.horizons.indices.map { place in [persistence, seasonal, autoregression, network].map { Story.text($0[place]) } }
    }
}
