// Do other implementations say the same? Forward and backward of long short-term memory against the values that PyTorch and
// Keras compute in double precision (Reference/lstm.py), every case of the file, and the losses of some steps of training.

import LSTM
import RecurrentTools
import TestTools
import Testing

@Suite("PyTorch and Keras compute the same", .claim("A3.4.2-1"))
struct ReferenceTests {
    /// How many cases there are of a kind, and what each says beside its name, its kind and the cell's options.
    private static let kinds: [String: (count: Int, fields: Set<String>)] = [
        "layer": (
            4,
            [
                "input", "initialHidden", "initialCell", "parameters", "output", "finalHidden", "finalCell", "upstream",
                "upstreamFinalHidden", "upstreamFinalCell", "inputGradient", "initialGradientHidden", "initialGradientCell",
                "gradients",
            ]
        ),
        "stacked": (1, ["input", "parameters", "output", "upstream", "inputGradient", "gradients"]),
        "bidirectional": (2, ["input", "parameters", "output", "upstream", "inputGradient", "gradients"]),
        "training": (2, ["learningRate", "input", "labels", "parameters", "losses", "norms", "finalParameters"]),
    ]

    @Test("every case of the file is used by one of these tests, and all that it says") func everyCase() {
        #expect(Self.kinds.keys.flatMap { Reference.file.names($0, "lstm") }.sorted() == Reference.file.names)
        for (kind, (count, fields)) in Self.kinds {
            let names = Reference.file.names(kind)
            #expect(names.count == count, "\(kind)")
            for name in names {
                let options: Set = ["name", "kind", "note", "cell", "peepholes", "lengths", "clip"]
                #expect(Reference[name].fields.subtracting(options) == fields, "\(name)")
            }
        }
    }

    private func cell(_ name: String, _ inputs: Int, _ hidden: Int) -> LSTMCell<Double> {
        var random = Random(seed: 1)
        return LSTMCell(inputs, hidden, peepholes: Reference[name].peepholes.truth, random: &random)
    }

    @Test(
        "outputs, both final states and all gradients, with peepholes and without",
        arguments: Reference.file.names("layer"))
    func layer(name: String) {
        let sizes = Reference[name].sizes
        check(Reference[name], cell(name, sizes.inputs, sizes.hidden), states: ["Cell", "Hidden"])
    }

    @Test("two layers, one on the other", arguments: Reference.file.names("stacked")) func stacked(name: String) {
        checkStacked(Reference[name]) { cell(name, $0, $1) }
    }

    @Test("two directions, also of sequences of different lengths", arguments: Reference.file.names("bidirectional"))
    func bidirectional(name: String) {
        checkBidirectional(Reference[name]) { cell(name, $0, $1) }
    }

    @Test(
        "training: every loss and the parameters at the end, with and without clipping",
        arguments: Reference.file.names("training"))
    func training(name: String) {
        checkTraining(Reference[name]) { cell(name, $0, $1) }
    }
}
