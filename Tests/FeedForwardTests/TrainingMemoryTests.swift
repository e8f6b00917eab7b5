// Training makes and drops the same large tensors in every step, and finds their memory again. The program counts for all
// that runs in it, so each of these tests is a program of its own.

import FeedForward
import Testing

@testable import SIMDTensor

@Suite("The memory of training")
struct TrainingMemoryTests {
    /// How many blocks each of `steps` training steps asks for, how many of them are fresh, and what is kept then.
    private static func train(
        steps: Int, limit: Int? = nil, _ inspect: (_ tensors: [Tensor<Float>]) -> Void = { _ in }
    ) -> [Memory.Usage] {
        if let limit { Memory.limit = limit }
        var random = Random(seed: 1)
        // A bias is a block of the pool from 8160 numbers on; were the last one, its weight would have 67 million.
        var network = Sequential {
            Dense(16, 8192, random: &random)
            Tanh()
            Dense(8192, 24, random: &random)
        }
        var optimizer = Adam(for: network, learningRate: 1e-3)
        let inputs: Tensor<Float> = random.normal([512, 16]), targets: Tensor<Float> = random.normal([512, 24])
        return (0..<steps).map { _ in
            let before = Memory.usage
            let (outputs, backward) = network.forward(inputs)
            let (_, outputsGradient) = meanSquaredError(outputs, targets)
            let gradient = backward(outputsGradient).layer
            optimizer.update(&network, along: gradient)
            inspect([inputs, outputs, outputsGradient] + network.parameters.map { network[keyPath: $0.path] })
            var usage = Memory.usage
            usage.requests -= before.requests
            usage.fresh -= before.fresh
            return usage
        }
    }

    @Test("each step asks for the same number of blocks, and after the first the system for none") func steps() async {
        await #expect(processExitsWith: .success) {
            let used = TrainingMemoryTests.train(steps: 8) { tensors in
                // All but the last bias lie in blocks of the pool.
                #expect(tensors.filter { $0.storage.header.borrowed == 0 }.map(\.shape) == [[24]])
            }
            // Two outputs, tanh, its gradient, the loss's, the inputs', three of the parameters.
            #expect(used[0].requests >= 9 && used[0].fresh > 0)
            for usage in used.dropFirst(2) {
                #expect(usage.requests == used[2].requests && usage.fresh == 0 && usage.kept == used[2].kept, "\(used)")
            }
        }
    }

    @Test("with a limit too small for a step's blocks training goes on, within the limit") func limited() async {
        await #expect(processExitsWith: .success) {
            let used = TrainingMemoryTests.train(steps: 4, limit: 1_000_000)
            #expect(used.allSatisfy { $0.kept <= 1_000_000 && $0.fresh > 0 })
            #expect(Set(used.dropFirst().map(\.requests)).count == 1)
        }
    }
}
