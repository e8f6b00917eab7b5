// The backward pass through time: the sum over the steps, and what becomes of a gradient that is multiplied at each of them.
// (A3.3.2-2, A3.3.3-1, A3.3.3-2)

import Figures
import LSTM

// MARK: - A3.3.2-2 Every step's share

/// What was found about backpropagation through time.
struct ThroughTimeStudy {
    /// How many gradients were compared with the change of the output, and the largest relative error.
    let compared: Int
    let largestError: Double
    let failures: [String]
    /// The largest difference between the gradient of the whole loss and the sum of those of each step's loss.
    let sumOfSteps: Double
    /// The largest difference between what truncation leaves out and the part that goes through the state where it cuts.
    let cutTerms: Double
    /// The norm of what is left out, as a share of the whole gradient's.
    let cutShare: Double
}

/// Checks gradients over whole sequences, takes the loss apart into its steps, and cuts a sequence in the middle.
func studyThroughTime(seed: UInt64) -> ThroughTimeStudy {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([7, 3, 2])
    let reports = [
        checkGradients(of: Unfolded(RNNCell<Double>(2, 4, random: &random)), at: x),
        checkGradients(of: Unfolded(GRUCell<Double>(2, 4, random: &random)), at: x),
        checkGradients(
            of: Sequential {
                Bidirectional(
                    forwards: GRUCell<Double>(2, 3, random: &random), backwards: GRUCell<Double>(2, 3, random: &random))
                Unfolded(RNNCell<Double>(6, 4, random: &random))
                LastStep<Double>()
                Dense<Double>(4, 2, random: &random)
            }, at: x),
    ]

    let (time, units) = (12, 6)
    let network = Unfolded(GRUCell<Double>(3, units, random: &random))
    let (inputs, g): (Tensor<Double>, Tensor<Double>) = (random.normal([time, 4, 3]), random.normal([time, 4, units]))
    let whole = network.forward(inputs, from: nil)
    let gradient = whole.backward(g, nil).layer
    let shares = (0..<time).map { step in
        var only = Tensor<Double>(zeros: g.shape)
        only[step] = g[step]
        return whole.backward(only, nil).layer
    }

    let half = time / 2
    let early = network.forward(inputs[0..<half], from: nil)
    let late = network.forward(inputs[half..<time], from: early.state)
    let lateGradients = late.backward(g[half..<time], nil)
    let truncated = total([early.backward(g[0..<half], nil).layer, lateGradients.layer])
    let cut = early.backward(nil, lateGradients.state).layer
    return ThroughTimeStudy(
        compared: reports.reduce(0) { $0 + $1.compared }, largestError: reports.map(\.largestRelativeError).max()!,
        failures: reports.filter { !$0.passed }.map { "\($0)" }, sumOfSteps: largestDifference(gradient, total(shares)),
        cutTerms: largestDifference(gradient, total([truncated, cut])),
        cutShare: cut.parameterNorm / gradient.parameterNorm)
}

// MARK: - A3.3.3-1 Vanishing and exploding

/// A plain cell whose recurrent weights are ρ times an orthogonal matrix: of every eigenvalue the magnitude is ρ.
func cell(
    spectralRadius ρ: Double, _ activation: RNNCell<Double>.Activation, hidden: Int, random: inout Random
) -> RNNCell<Double> {
    var cell = RNNCell<Double>(1, hidden, activation: activation, random: &random)
    cell.weights.recurrent *= ρ
    return cell
}

/// ‖∂h_T/∂h_t‖ for T − t = 0, 1, 2, … for one spectral radius, of the linear cell and of the one with tanh.
struct DecayStudy {
    let spectralRadius: Double
    let linear: [Double]
    let tanh: [Double]

    /// The slope of the logarithm of the linear cell's norms, by least squares.
    var rate: Double {
        let mean = Double(linear.count - 1) / 2
        let squares = linear.indices.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return linear.indices.reduce(0) { $0 + (Double($1) - mean) * Double.log(linear[$1]) } / squares
    }
}

/// Measures how a gradient fares on its way back over a number of steps.
func studyDecay(seed: UInt64, radii: [Double] = [0.5, 1, 1.5], steps: Int = 50, hidden: Int = 32) -> [DecayStudy] {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([steps, 1, 1])
    return radii.map { ρ in
        DecayStudy(
            spectralRadius: ρ,
            linear: Unfolded(cell(spectralRadius: ρ, .identity, hidden: hidden, random: &random)).stateGradientNorms(x),
            tanh: Unfolded(cell(spectralRadius: ρ, .tanh, hidden: hidden, random: &random)).stateGradientNorms(x))
    }
}

/// One unit that goes fifteen steps without any input, h ← tanh(u·h + b) from h = 0.5; h = 0.5 is wanted at the end.
struct CliffUnit {
    private var network: Unfolded<RNNCell<Double>>
    private static let silence = Tensor<Double>(zeros: [15, 1, 1])
    private static let start = Tensor<Double>([[0.5]])
    static let learningRate = 0.02

    init(u: Double, b: Double) {
        let weights = RecurrentWeights<Double>(input: Tensor([[0]]), recurrent: Tensor([[u]]), bias: Tensor([b]))
        network = Unfolded(RNNCell(weights: weights))
    }

    var u: Double { network.cell.weights.recurrent.scalar }
    var b: Double { network.cell.weights.bias.scalar }
    var loss: Double { lossAndGradient().loss }

    func lossAndGradient() -> (loss: Double, gradient: Unfolded<RNNCell<Double>>) {
        let (_, state, backward) = network.forward(Self.silence, from: Self.start)
        let (loss, stateGradient) = meanSquaredError(state, Self.start)
        return (loss, backward(nil, stateGradient).layer)
    }

    /// Gradient descent from here: where it leads, and the longest step.
    func descend(steps: Int, clippedAt limit: Double?) -> (path: [CliffUnit], longestStep: Double) {
        var (unit, path, longest) = (self, [self], 0.0)
        var optimizer = GradientDescent(for: network, learningRate: Self.learningRate)
        for _ in 0..<steps {
            var gradient = unit.lossAndGradient().gradient
            if let limit { gradient.clip(norm: limit) }
            optimizer.update(&unit.network, along: gradient)
            longest = max(longest, Self.learningRate * gradient.parameterNorm)
            path.append(unit)
        }
        return (path, longest)
    }
}

// MARK: - A3.3.3-2 Gates

/// ‖∂h_T/∂s_t‖ over some steps for four fresh cells and two that are set to keep.
struct GateStudy {
    let curves: [(name: String, norms: [Double])]

    /// How many powers of ten a curve moves away from its first number at most, down or up.
    func decades(_ name: String) -> Double {
        let norms = curves.first { $0.name == name }!.norms
        return norms.map { (Double.log($0 / norms[0]) / Double.log(10)).magnitude }.max()!
    }
}

/// Compares the cells over `steps` steps of random input. The gates that keep are opened by their bias alone: with
/// ln(steps − 1) a gate is 1 − 1/steps without other input, so that what is kept fades in about as many steps as there are
/// (Tallec & Ollivier 2018, "Can recurrent neural networks warp time?").
func studyGates(seed: UInt64, steps: Int = 100, hidden: Int = 32) -> GateStudy {
    var random = Random(seed: seed)
    let x: Tensor<Double> = random.normal([steps, 1, 1])
    let keeping = Double.log(Double(steps - 1))
    var gated = GRUCell<Double>(1, hidden, random: &random)
    let freshGated = Unfolded(gated).stateGradientNorms(x)
    gated.update.bias = Tensor(repeating: keeping, shape: [hidden])
    let plain = cell(spectralRadius: 0.8, .tanh, hidden: hidden, random: &random)
    let freshLSTM = LSTMCell<Double>(1, hidden, random: &random)
    let keepingLSTM = LSTMCell<Double>(1, hidden, forgetBias: keeping, random: &random)
    return GateStudy(curves: [
        ("RNN", Unfolded(plain).stateGradientNorms(x)), ("GRU", Unfolded(gated).stateGradientNorms(x)),
        ("LSTM", Unfolded(keepingLSTM).stateGradientNorms(x)), ("fresh GRU", freshGated),
        ("fresh LSTM", Unfolded(freshLSTM).stateGradientNorms(x)),
    ])
}
