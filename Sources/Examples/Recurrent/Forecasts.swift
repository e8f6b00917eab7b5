// What comes next in two series of measurements: the spots of the sun, the carbon dioxide of the air. (A3.3.4-2)

import Datasets
import Figures
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

    /// The root of the mean squared error over all forecasts of a horizon.
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

/// Recurrent networks that forecast a series together: the mean of what each says.
struct Forecaster {
    private let task: ForecastTask
    private let inputs: Standardizer
    private let targets: Standardizer
    private let networks: [any Layer<Float>]
    let losses: [Double]

    init(
        _ task: ForecastTask, seeds: [UInt64], hidden: Int = 16, steps: Int = 200, learningRate: Double = 0.01,
        weightDecay: Double = 0.1, noise: Float = 0.2
    ) throws(RunError) {
        self.task = task
        let places = task.training
        let given = Tensor<Float>(Tensor<Double>(places.map(task.given)))
        let changes = Tensor<Float>(Tensor<Double>(places.map { place in task.horizons.map { task.change(place, $0) } }))
        let (inputs, targets) = (Standardizer(fit: given.reshaped([-1, 1])), Standardizer(fit: changes))
        (self.inputs, self.targets) = (inputs, targets)
        let (x, y) = (inputs.apply(given.reshaped([-1, 1])).reshaped(given.shape), targets.apply(changes))
        var (networks, losses) = ([any Layer<Float>](), [Double]())
        for seed in seeds {
            var random = Random(seed: seed)
            let network = Sequential {
                Unfolded(GRUCell(1, hidden, random: &random))
                LastStep()
                Dense(hidden, task.horizons.count, random: &random)
            }
            let (trained, seen) = try trainOnSequences(
                network, steps: steps, learningRate: learningRate, weightDecay: weightDecay, random: &random
            ) { random in
                let rows = (0..<32).map { _ in random.integer(below: places.count) }
                let windows = x.gathered(rows: rows).permuted([1, 0]).reshaped([task.window, 32, 1])
                let asked = y.gathered(rows: rows)
                // A little noise, so that the few windows there are cannot be learned by heart.
                return (windows + random.normal(windows.shape) * noise, { meanSquaredError($0, asked) })
            }
            networks.append(trained)
            losses += seen
        }
        (self.networks, self.losses) = (networks, losses)
    }

    /// The forecasts from a place for all horizons.
    func forecasts(_ place: Int) -> [Double] {
        let given = Tensor<Float>(Tensor<Double>([task.given(place)]))
        let x = inputs.apply(given.reshaped([-1, 1])).reshaped([task.window, 1, 1])
        let sum = networks.map { $0(x) }.reduce(Tensor(zeros: [1, task.horizons.count]), +)
        return targets.invert(sum / Float(networks.count)).scalars.map { task.values[place] + Double($0) }
    }

    func callAsFunction(_ place: Int, _ horizon: Int) -> Double {
        forecasts(place)[task.horizons.firstIndex(of: horizon)!]
    }
}

/// The errors of four ways to forecast a series, each for every horizon.
struct ForecastStudy {
    let task: ForecastTask
    let persistence: [Double]
    let seasonal: [Double]
    let autoregression: [Double]
    let network: [Double]
    /// The network's forecasts for what is held out, for every horizon.
    let forecasts: [[Double]]

    /// Whether the network is ahead of both naive forecasts at every horizon.
    var isAheadOfNaive: Bool {
        task.horizons.indices.allSatisfy { network[$0] < persistence[$0] && network[$0] < seasonal[$0] }
    }
}

func studyForecasts(
    _ task: ForecastTask, seed: UInt64, networks: Int = 3, hidden: Int = 16, steps: Int = 200, weightDecay: Double = 0.1,
    noise: Float = 0.2
) throws(RunError) -> ForecastStudy {
    let forecaster = try Forecaster(
        task, seeds: (0..<UInt64(networks)).map { seed &* 1000 &+ $0 }, hidden: hidden, steps: steps,
        weightDecay: weightDecay, noise: noise)
    let autoregression = Autoregression(task)
    return ForecastStudy(
        task: task, persistence: task.horizons.map { task.error($0) { place, _ in task.values[place] } },
        seasonal: task.horizons.map { task.error($0, of: task.seasonal) },
        autoregression: task.horizons.map { task.error($0) { autoregression($0, $1) } },
        network: task.horizons.map { task.error($0) { forecaster($0, $1) } },
        forecasts: task.horizons.map { horizon in task.origins(horizon).map { forecaster($0, horizon) } })
}
