// Several threads. How many there are is a setting of the whole program, and other tests run at the same time; so this is
// done in a process of its own.

import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("Results do not depend on the threads")
struct ThreadsTests {
    /// Outputs, final state and every gradient of a batch of 100 sequences, in eight shares.
    static func all<Cell: RecurrentCell>(_ network: Unfolded<Cell>, lengths: [Int]?) -> [[UInt32]]
    where Cell.Scalar == Float {
        var random = Random(seed: 1)
        #expect(8 * 100 * network.cell.multiplicationsOfStep > 1 << 18)
        let x: Tensor<Float> = random.normal([8, 100, network.cell.inputCount])
        let inference = network(x, from: nil, lengths: lengths)
        let (output, state, backward) = network.forward(x, from: nil, lengths: lengths)
        let back = backward(random.normal(output.shape), state)
        let gradients = network.parameters.map { back.layer[keyPath: $0.path] }
        return ([output, inference.output, back.input] + state.tensors + back.state.tensors + gradients).map { tensor in
            tensor.scalars.map(\.bitPattern)
        }
    }

    @Test("outputs and gradients of a batch that threads share have the same bits on any number of them")
    func sameBits() async {
        await #expect(processExitsWith: .success) {
            var random = Random(seed: 2)
            let (plain, gated) = (RNNCell(11, 23, random: &random), GRUCell(11, 17, random: &random))
            for lengths in [nil, random.lengths(100, upTo: 8)] {
                Threads.count = 1
                let one = (
                    ThreadsTests.all(Unfolded(plain), lengths: lengths),
                    ThreadsTests.all(Unfolded(gated, direction: .backwards), lengths: lengths)
                )
                for threads in [2, 3, 5, 64] {
                    Threads.count = threads
                    let isSame = ThreadsTests.all(Unfolded(plain), lengths: lengths) == one.0
                        && ThreadsTests.all(Unfolded(gated, direction: .backwards), lengths: lengths) == one.1
                    #expect(isSame, "\(threads) threads")
                }
            }
        }
    }
}
