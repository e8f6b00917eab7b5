// Do other implementations say the same? Forward and backward of every cell against the values that PyTorch and Keras
// compute in double precision (Reference/recurrent.py), every case of the file, and the losses of some steps of training.

import Recurrent
import RecurrentTools
import TestTools
import Testing

@Suite("PyTorch and Keras compute the same")
struct ReferenceTests {
    /// How many cases there are of a kind, and what each says beside its name, its kind and the cell's options.
    private static let kinds: [String: (count: Int, fields: Set<String>)] = [
        "layer": (
            8,
            [
                "input", "initial", "parameters", "output", "final", "upstream", "upstreamFinal", "inputGradient",
                "initialGradient", "gradients",
            ]
        ),
        "stacked": (2, ["input", "parameters", "output", "upstream", "inputGradient", "gradients"]),
        "bidirectional": (3, ["input", "parameters", "output", "upstream", "inputGradient", "gradients"]),
        "embedding": (1, ["table", "tokens", "output", "upstream", "gradient"]),
        "training": (4, ["learningRate", "input", "labels", "parameters", "losses", "norms", "finalParameters"]),
    ]

    @Test("every case of the file is used by one of these tests, and all that it says") func everyCase() {
        #expect(Self.kinds.keys.flatMap { Reference.file.names($0) }.sorted() == Reference.file.names)
        for (kind, (count, fields)) in Self.kinds {
            let names = Reference.file.names(kind)
            #expect(names.count == count, "\(kind)")
            #expect(
                kind == "embedding" || Set(names) == Set(["rnn", "gru"].flatMap { Reference.file.names(kind, $0) }),
                "\(kind)")
            for name in names {
                let options: Set = ["name", "kind", "note", "cell", "activation", "reset", "lengths", "clip"]
                #expect(Reference[name].fields.subtracting(options) == fields, "\(name)")
            }
        }
    }

    private func plain(_ name: String, _ inputs: Int, _ hidden: Int) -> RNNCell<Double> {
        var random = Random(seed: 1)
        let activation = RNNCell<Double>.Activation.allCases.first { "\($0)" == Reference[name].activation.text }!
        return RNNCell(inputs, hidden, activation: activation, random: &random)
    }

    private func gated(_ name: String, _ inputs: Int, _ hidden: Int) -> GRUCell<Double> {
        var random = Random(seed: 1)
        let resetGate = GRUCell<Double>.ResetGate.allCases.first { "\($0)" == Reference[name].reset.text }!
        return GRUCell(inputs, hidden, resetGate: resetGate, random: &random)
    }

    @Test(
        "the plain cell: outputs, final state and all gradients", .claim("A3.3.1-1"),
        arguments: Reference.file.names("layer", "rnn"))
    func plainLayer(name: String) {
        let sizes = Reference[name].sizes
        check(Reference[name], plain(name, sizes.inputs, sizes.hidden))
    }

    @Test("the gated recurrent unit in both forms of its reset gate", arguments: Reference.file.names("layer", "gru"))
    func gatedLayer(name: String) {
        let sizes = Reference[name].sizes
        check(Reference[name], gated(name, sizes.inputs, sizes.hidden))
    }

    @Test("two layers, one on the other", arguments: Reference.file.names("stacked")) func stacked(name: String) {
        if Reference[name].cell.text == "rnn" {
            checkStacked(Reference[name]) { plain(name, $0, $1) }
        } else {
            checkStacked(Reference[name]) { gated(name, $0, $1) }
        }
    }

    @Test("two directions, also of sequences of different lengths", arguments: Reference.file.names("bidirectional"))
    func bidirectional(name: String) {
        if Reference[name].cell.text == "rnn" {
            checkBidirectional(Reference[name]) { plain(name, $0, $1) }
        } else {
            checkBidirectional(Reference[name]) { gated(name, $0, $1) }
        }
    }

    @Test(
        "training: every loss and the parameters at the end, with and without clipping",
        arguments: Reference.file.names("training"))
    func training(name: String) {
        if Reference[name].cell.text == "rnn" {
            checkTraining(Reference[name]) { plain(name, $0, $1) }
        } else {
            checkTraining(Reference[name]) { gated(name, $0, $1) }
        }
    }

    @Test("an embedding, in which some symbols occur often and one never") func embedding() {
        let reference = Reference["embedding"], layer = Embedding(table: reference.table.tensor)
        let (output, backward) = layer.forward(reference.tokens.list.map(\.integers))
        expectClose(output, reference.output.tensor)
        expectClose(backward(reference.upstream.tensor).table, reference.gradient.tensor)
    }
}
