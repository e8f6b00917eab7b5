// What long short-term memory is for: to bring a thing from far back to where it is needed. (A3.4-1)

import Datasets
import Figures
import LSTM

// MARK: - Adding two numbers that lie far apart

/// A cell's training on the adding problem: the held-out error on the way, and at its end.
struct AddingStudy {
    let cell: String
    /// After how many steps, and the mean squared error on sequences that were not learned.
    let steps: [Int]
    let errors: [Double]

    var error: Double { errors.last! }
}

/// Trains a cell to add the two marked numbers of a sequence, on fresh sequences at every step.
func learnAdding<Cell: RecurrentCell<Float>>(
    _ name: String, _ cell: Cell, length: Int, steps: Int, seed: UInt64,
    learningRate: Double = 0.003, watch: (_ step: Int, _ error: Double) -> Void = { _, _ in }
) -> AddingStudy {
    var random = Random(seed: seed)
    let heldOut = AddingProblem.make(count: 500, length: length, random: &random)
    var network = Sequential {
        Unfolded(cell)
        LastStep()
        Dense(cell.hiddenCount, 1, random: &random)
    }
    var optimizer = Adam(for: network, learningRate: learningRate)
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: steps)
    var (measured, errors) = ([Int](), [Double]())
    for step in 0...steps {
        if step % (steps / 15) == 0 {
            measured.append(step)
            errors.append(Double(meanSquaredError(network(heldOut.inputs), heldOut.targets).loss))
            watch(step, errors.last!)
        }
        optimizer.learningRate = schedule(step)
        let (x, sums) = AddingProblem.make(count: 64, length: length, random: &random)
        let (predictions, backward) = network.forward(x)
        let (_, predictionsGradient) = meanSquaredError(predictions, sums)
        var (_, gradient) = backward(predictionsGradient)
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
    }
    return AddingStudy(cell: name, steps: measured, errors: errors)
}

// MARK: - Copying symbols after a delay

/// Trains a cell to repeat symbols after a delay; the held-out cross-entropy in nats a step, on the way.
func learnCopying<Cell: RecurrentCell<Float>>(
    _ name: String, _ cell: Cell, delay: Int, memoryLength: Int, steps: Int, seed: UInt64,
    batch: Int = 32, learningRate: Double = 0.01
) -> (steps: [Int], losses: [Double], recalled: Double) {
    var random = Random(seed: seed)
    let heldOut = CopyMemory.make(count: 200, delay: delay, memoryLength: memoryLength, random: &random)
    var network = Sequential {
        Unfolded(cell)
        EachStep(Dense(cell.hiddenCount, 9, random: &random))
    }
    var optimizer = Adam(for: network, learningRate: learningRate)
    let schedule = CosineAnnealing(learningRate, to: learningRate / 20, over: steps)
    var (measured, losses) = ([Int](), [Double]())
    for step in 0...steps {
        if step % (steps / 15) == 0 {
            measured.append(step)
            losses.append(Double(softmaxCrossEntropy(network(heldOut.inputs), heldOut.targets).loss))
        }
        optimizer.learningRate = schedule(step)
        let (x, symbols) = CopyMemory.make(count: batch, delay: delay, memoryLength: memoryLength, random: &random)
        let (logits, backward) = network.forward(x)
        let (_, logitsGradient) = softmaxCrossEntropy(logits, symbols)
        var (_, gradient) = backward(logitsGradient)
        gradient.clip(norm: 1)
        optimizer.update(&network, along: gradient)
    }
    let logits = network(heldOut.inputs)
    let asked = (logits.shape[0] - memoryLength)..<logits.shape[0]
    let right = asked.map { step in accuracy(logits[step], heldOut.targets[step]) }
    return (measured, losses, mean(right))
}
