// Several threads. How many there are is a setting of the whole program, and other tests run at the same time; so this is
// done in a process of its own.

import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("Results do not depend on the threads")
struct ThreadsTests {
    @Test("outputs and gradients of a batch that threads share have the same bits on any number of them")
    func sameBits() async {
        await #expect(processExitsWith: .success) {
            var random = Random(seed: 2)
            let (plain, gated) = (RNNCell(11, 23, random: &random), GRUCell(11, 17, random: &random))
            for lengths in [nil, random.lengths(100, upTo: 8)] {
                Threads.count = 1
                let one = (
                    bits(of: Unfolded(plain), lengths: lengths),
                    bits(of: Unfolded(gated, direction: .backwards), lengths: lengths)
                )
                for threads in [2, 3, 5, 64] {
                    Threads.count = threads
                    let isSame = bits(of: Unfolded(plain), lengths: lengths) == one.0
                        && bits(of: Unfolded(gated, direction: .backwards), lengths: lengths) == one.1
                    #expect(isSame, "\(threads) threads")
                }
            }
        }
    }
}
