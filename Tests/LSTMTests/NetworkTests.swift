// What surrounds the formula: names of parameters, types without annotations, fresh weights, numbers of multiplications,
// and mistakes in putting a cell together.

import LSTM
import RecurrentTools
import TestTools
import Testing

@Suite("Long short-term memory: names, types, fresh weights")
struct NetworkTests {
    @Test("parameters are named by their gates, and peepholes only if there are any") func parameterNames() {
        var random = Random(seed: 1)
        let gates = ["forget", "input", "candidate", "output"]
        let names = gates.flatMap { gate in ["input", "recurrent", "bias"].map { "\(gate).\($0)" } }
        let (cell, seeing) = (LSTMCell(3, 8, random: &random), LSTMCell(3, 8, peepholes: true, random: &random))
        #expect(cell.parameters.map(\.name) == names)
        #expect(seeing.parameters.map(\.name) == names + ["peepholes.forget", "peepholes.input", "peepholes.output"])
        #expect(cell.parameterCount == 4 * (24 + 64 + 8) && seeing.parameterCount == cell.parameterCount + 24)
        #expect(cell.zeroed.parameterNorm == 0)
    }

    @Test("without a type it is Float, with an annotation Double") func types() {
        func isFloat<P: Parameterized>(_: P) -> Bool { P.Scalar.self == Float.self }
        var random = Random(seed: 1)
        let double: LSTMCell<Double> = LSTMCell(3, 5, random: &random)
        #expect(isFloat(LSTMCell(3, 5, random: &random)) && !isFloat(double))
        var (one, two) = (Random(seed: 7), Random(seed: 7))
        let (a, b) = (LSTMCell<Double>(3, 17, random: &one), LSTMCell<Float>(3, 17, random: &two))
        let x: Tensor<Double> = one.normal([6, 3, 3])
        #expect(Tensor<Double>(Unfolded(b)(Tensor(x))).isClose(to: Unfolded(a)(x), absolute: 1e-5))
        let exact = Unfolded(a).forward(x, from: nil), rounded = Unfolded(b).forward(Tensor(x), from: nil)
        let gradients = (exact.backward(exact.output, nil), rounded.backward(rounded.output, nil))
        #expect(Tensor<Double>(gradients.1.input).isClose(to: gradients.0.input, absolute: 1e-4))
    }

    @Test("a fresh cell: the forget gate's bias is 1, or as said, all others are 0, and peepholes too; U orthogonal")
    func fresh() {
        var random = Random(seed: 2)
        let zero = Tensor<Double>(zeros: [40])
        for (cell, bias) in [
            (LSTMCell<Double>(60, 40, random: &random), 1.0),
            (LSTMCell<Double>(60, 40, forgetBias: -2, peepholes: true, random: &random), -2.0),
        ] {
            #expect(cell.forget.bias == Tensor(repeating: bias, shape: [40]))
            #expect([cell.input, cell.candidate, cell.output].allSatisfy { $0.bias == zero })
            let all = [cell.forget, cell.input, cell.candidate, cell.output], bound = (6.0 / 100).squareRoot()
            for (place, weights) in all.enumerated() {
                expectClose(weights.recurrent.transposed • weights.recurrent, Tensor(identity: 40), 1e-14)
                #expect(weights.input.scalars.allSatisfy { abs($0) <= bound })
                // Of a uniform number the square has the variance 0.8 of its squared mean; five standard errors.
                #expect(abs(weights.input.variance() * 50 - 1) <= 5 * (0.8 / 2400).squareRoot())
                #expect(all[..<place].allSatisfy { $0.input != weights.input && $0.recurrent != weights.recurrent })
            }
            if let peepholes = cell.peepholes {
                #expect([peepholes.forget, peepholes.input, peepholes.output].allSatisfy { $0 == zero })
            }
        }
        #expect(LSTMCell(3, 5, random: &random).forget.bias == Tensor(repeating: 1, shape: [5]))
        #expect(LSTMCell(3, 5, forgetBias: 0.5, random: &random).forget.bias == Tensor(repeating: 0.5, shape: [5]))
        #expect(LSTMCell(3, 5, random: &random).peepholes == nil)
    }

    @Test("peepholes of zero see nothing", arguments: 1...3 as ClosedRange<UInt64>) func peepholesOfZero(seed: UInt64) {
        var random = Random(seed: seed)
        let cell = LSTMCell<Double>(3, 5, random: &random).moved(&random), zero = Tensor<Double>(zeros: [5])
        var seeing = cell
        seeing.peepholes = LSTMCell.Peepholes(forget: zero, input: zero, output: zero)
        let x: Tensor<Double> = random.normal([5, 2, 3])
        let (one, other) = (Unfolded(cell).forward(x, from: nil), Unfolded(seeing).forward(x, from: nil))
        #expect(one.output == other.output)
        let (a, b) = (one.backward(one.output, nil), other.backward(one.output, nil))
        #expect(a.input == b.input)
        for parameter in cell.parameters {
            #expect(a.layer.cell[keyPath: parameter.path] == b.layer.cell[keyPath: parameter.path])
        }
    }

    @Test("multiplications: every weight once for each step of each sequence, and every peephole") func multiplications() {
        var random = Random(seed: 1)
        let (cell, seeing) = (LSTMCell(3, 5, random: &random), LSTMCell(3, 5, peepholes: true, random: &random))
        #expect(Unfolded(cell).multiplicationCount(for: [7, 4, 3]) == 28 * 4 * 40)
        #expect(Unfolded(seeing).multiplicationCount(for: [7, 4, 3]) == 28 * (4 * 40 + 15))
        #expect(Unfolded(cell).outputShape(for: [7, 4, 3]) == [7, 4, 5])
    }
}

@Suite("Results do not depend on the threads")
struct ThreadsTests {
    // The number of threads is a setting of the whole program, and other tests run at the same time.
    @Test("outputs and gradients of a batch that threads share have the same bits on any number of them")
    func sameBits() async {
        await #expect(processExitsWith: .success) {
            var random = Random(seed: 2)
            let networks = [
                Unfolded(LSTMCell(11, 19, random: &random)),
                Unfolded(LSTMCell(11, 19, peepholes: true, random: &random), direction: .backwards),
            ]
            for lengths in [nil, random.lengths(100, upTo: 8)] {
                for network in networks {
                    Threads.count = 1
                    let one = bits(of: network, lengths: lengths)
                    for threads in [2, 3, 5, 64] {
                        Threads.count = threads
                        let isSame = bits(of: network, lengths: lengths) == one
                        #expect(isSame, "\(threads) threads")
                    }
                }
            }
        }
    }
}

@Suite("Mistakes end with a sentence")
struct TrapTests {
    @Test("gates whose weights are not of one shape") func gates() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let (cell, other) = (LSTMCell(3, 5, random: &random), LSTMCell(4, 5, random: &random))
                _ = LSTMCell(forget: cell.forget, input: cell.input, candidate: other.candidate, output: cell.output)
            }, says: "LSTMCell: all gates need weights of one shape, not [[3, 5], [3, 5], [4, 5], [3, 5]]")
    }

    @Test("peepholes of another size") func peepholes() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let cell = LSTMCell(3, 5, random: &random), zero = Tensor<Float>(zeros: [5])
                _ = LSTMCell(
                    forget: cell.forget, input: cell.input, candidate: cell.candidate, output: cell.output,
                    peepholes: LSTMCell.Peepholes(forget: zero, input: Tensor(zeros: [1, 5]), output: zero))
            }, says: "LSTMCell: peepholes have one number for each of the 5 hidden units")
    }

    @Test("a cell state of another shape than the hidden state") func state() async {
        expect(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                var random = Random(seed: 1)
                let network = Unfolded(LSTMCell(3, 5, random: &random))
                let state = LSTMCell<Float>.State(cell: Tensor(zeros: [1, 5]), output: Tensor(zeros: [2, 5]))
                _ = network(Tensor(zeros: [4, 2, 3]), from: state)
            },
            says: "Unfolded: for 2 sequences and 5 hidden units a state has the shape [2, 5], but this one has [1, 5]")
    }
}
