"""Reference values for LSTM networks, computed by PyTorch in float64.

The Swift tests read lstm.json, which this script writes beside itself; they need no Python.
Run it again only to add a case:  python lstm.py  (needs torch, numpy, keras and jax, and recurrent.py of
RecurrentTests, whose conventions, arrangements and checks these are; recurrent.json stays as it is).
The same versions on the same kind of processor give the same file, byte for byte.

lstm: c' = f * c + i * g and h' = o * tanh(c') with i, f and o ("input", "forget", "output") logistic functions and
g ("candidate") the tanh of x W + h U + b, the parameters of each gate as in recurrent.py. torch's gates are in the
order i, f, g, o, Keras' as well; nothing is added to the forget gate's bias. There are two states, each
[batch, hidden]: "...Hidden" is h and "...Cell" is c. Gradients are those of sum(output * upstream)
+ sum(finalHidden * upstreamFinalHidden) + sum(finalCell * upstreamFinalCell). A padded step keeps both states.

With peepholes (Gers, Schraudolph & Schmidhuber 2002) the sum of i has p_i * c in addition, that of f has p_f * c, and
that of o has p_o * c', of the new cell: "peepholes.input", "peepholes.forget" and "peepholes.output", each [hidden].
Neither torch nor Keras has these; with peepholes of zero the formulas must give torch's LSTM.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../RecurrentTests/Reference"))

from recurrent import (BIDIRECTIONAL, LAYER, STACKED, Cell, by_layer_of_torch, by_steps, check_all, gate_backward,
                       gate_sum, keras, keras_tanh, layer_case, logistic, normal, np, torch, training, write)


class LSTM(Cell):
    gates = ["input", "forget", "candidate", "output"]
    states = ["Hidden", "Cell"]

    def __init__(self, peepholes=False):
        self.name, self.peepholes = "lstm-peephole" if peepholes else "lstm", peepholes
        self.options = {"cell": "lstm", "peepholes": peepholes}
        if peepholes:
            self.others = [f"peepholes.{gate}" for gate in ("input", "forget", "output")]
            self.torch_layer = self.keras_layer = None

    def step(self, x, states, p):
        h, c = states
        seen = lambda gate, cell: p[f"peepholes.{gate}"] * cell if self.peepholes else 0
        i = torch.sigmoid(gate_sum("input", x, h, p) + seen("input", c))
        f = torch.sigmoid(gate_sum("forget", x, h, p) + seen("forget", c))
        g = torch.tanh(gate_sum("candidate", x, h, p))
        c = f * c + i * g
        o = torch.sigmoid(gate_sum("output", x, h, p) + seen("output", c))
        return [o * torch.tanh(c), c]

    def step_by_hand(self, x, states, p):
        h, c = states
        i, f, g, o = (gate_sum(gate, x, h, p) for gate in self.gates)
        if self.peepholes:
            i, f = i + c * p["peepholes.input"], f + c * p["peepholes.forget"]
        i, f, g = logistic(i), logistic(f), np.tanh(g)
        new = c * f + g * i
        o = logistic(o + new * p["peepholes.output"] if self.peepholes else o)
        return [o * np.tanh(new), new], (x, h, c, i, f, g, o, new)

    def backward_by_hand(self, upstreams, memory, p, gradients):
        x, h, c, i, f, g, o, new = memory
        h_upstream, c_upstream = upstreams
        o_sum = h_upstream * np.tanh(new) * o * (1 - o)
        new_gradient = c_upstream + h_upstream * o * (1 - np.tanh(new) ** 2)
        if self.peepholes:
            new_gradient = new_gradient + o_sum * p["peepholes.output"]
            gradients["peepholes.output"] += o_sum * new
        i_sum, f_sum = new_gradient * g * i * (1 - i), new_gradient * c * f * (1 - f)
        g_sum, c_gradient = new_gradient * i * (1 - g ** 2), new_gradient * f
        if self.peepholes:
            c_gradient = c_gradient + i_sum * p["peepholes.input"] + f_sum * p["peepholes.forget"]
            gradients["peepholes.input"] += i_sum * c
            gradients["peepholes.forget"] += f_sum * c
        x_gradient, h_gradient = np.zeros(x.shape), np.zeros(h.shape)
        for gate, upstream in zip(self.gates, (i_sum, f_sum, g_sum, o_sum), strict=True):
            more = gate_backward(gate, upstream, x, h, p, gradients)
            x_gradient, h_gradient = x_gradient + more[0], h_gradient + more[1]
        return x_gradient, [h_gradient, c_gradient]

    def torch_layer(self, *sizes, **options):
        return torch.nn.LSTM(*sizes, **options)

    def keras_layer(self, hidden, **options):
        return keras.layers.LSTM(hidden, activation=keras_tanh, **options)


def check_peepholes_of_zero(plain, peephole, lengths):
    parameters = plain.parameters(3, 4)
    tensors = {"input": normal(5, 3, 3), "initialHidden": normal(3, 4), "initialCell": normal(3, 4), **parameters}
    zeros = {name: torch.zeros(4) for name in peephole.others}
    outputs, backward = by_steps(peephole, LAYER, lengths)({**tensors, **zeros})
    expected, expected_backward = by_layer_of_torch(plain, LAYER, lengths)(tensors)
    check_all(outputs, expected, "peepholes of zero")
    upstreams = {key: normal(*x.shape) for key, x in outputs.items()}
    gradients = backward(upstreams)
    check_all({key: gradients[key] for key in tensors}, expected_backward(upstreams), "peepholes of zero, gradients")


def main():
    plain, peephole = LSTM(), LSTM(peepholes=True)
    for cell, sizes, lengths in [(plain, [5, 3, 3, 4], [4, 2, 5]), (peephole, [7, 3, 4, 5], [5, 1, 6])]:
        layer_case("layer", cell, LAYER, sizes)
        layer_case("layer", cell, LAYER, sizes, lengths)
    layer_case("stacked", plain, STACKED, [4, 3, 3, 5])
    layer_case("bidirectional", plain, BIDIRECTIONAL, [5, 2, 3, 4])
    layer_case("bidirectional", plain, BIDIRECTIONAL, [6, 3, 4, 5], [3, 5, 1])
    training(plain, [6, 3, 4, 5], classes=3)
    check_peepholes_of_zero(plain, peephole, None)
    check_peepholes_of_zero(plain, peephole, [4, 2, 5])
    write(__file__)


if __name__ == "__main__":
    main()
