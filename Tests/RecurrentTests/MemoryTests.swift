// The memory of a long sequence. What is kept of a sequence grows with its length and no faster, and it lies in one block
// for each gate and state, however many steps there are. The program counts for all that runs in it, so each of these tests
// is a program of its own.

import Recurrent
import Testing

@Suite("The memory of a sequence")
struct MemoryTests {
    /// How many large blocks a forward and backward pass over so many steps ask for, when the same was done before.
    private static func requests<Cell: RecurrentCell<Float>>(_ cell: Cell, steps: Int) -> Int {
        var random = Random(seed: 1)
        // States of 16 × 128 numbers are no large blocks, those of 50 steps are.
        let x: Tensor<Float> = random.normal([steps, 16, 24])
        var network = Unfolded(cell)
        func train() {
            let (output, backward) = network.forward(x)
            _ = backward(output)
        }
        train()
        let before = Memory.usage.requests
        train()
        return Memory.usage.requests - before
    }

    @Test("four times as many steps ask for no more blocks: none is copied in any step") func blocks() async {
        await #expect(processExitsWith: .success) {
            Threads.count = 1
            var random = Random(seed: 1)
            let plain = RNNCell(24, 128, random: &random)
            let few = MemoryTests.requests(plain, steps: 50)
            #expect(few > 0 && MemoryTests.requests(plain, steps: 200) == few)
            for resetGate in GRUCell<Float>.ResetGate.allCases {
                let gated = GRUCell(24, 128, resetGate: resetGate, random: &random)
                let few = MemoryTests.requests(gated, steps: 50)
                #expect(MemoryTests.requests(gated, steps: 200) == few, "\\(resetGate)")
            }
        }
    }
}
