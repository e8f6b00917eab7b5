"""Reference values for recurrent networks and embeddings, computed by PyTorch in float64.

The Swift tests read recurrent.json, which this script writes beside itself; they need no Python.
Run it again only to add a case:  python recurrent.py  (needs torch, numpy, keras and jax; Keras computes with jax).
The same versions on the same kind of processor give the same file, byte for byte. LSTMs are in lstm.py, which uses
what is here.

Conventions: a tensor is {"shape", "values"}, values flat in row-major order. Gradients are those of
sum(output * upstream) + sum(final * upstreamFinal): of both at once, the second where the case has a final state. A
sequence is [time, batch, features], a state [batch, hidden]; where a case has no initial state, that is zero.

A unit or a gate computes x W + h U + b from its input x and the last hidden state h: W is [inputs, hidden] and named
".input", U is [hidden, hidden] and named ".recurrent", b is [hidden] and named ".bias". torch's weight_ih and weight_hh
are the transposes, and of its two biases bias_ih is ours and bias_hh zero: the output depends on their sum, so both
have our gradient.

rnn: h' = activation(x W + h U + b), named "weights".
gru: h' = (1 - z) * n + z * h with the gates r ("reset") and z ("update"), logistic functions of the sums above, and
n ("candidate") in one of two forms of the reset gate:
  "afterProduct", torch's:           n = tanh(x W + b + r * (h U + c)) with c "candidateRecurrentBias", torch's bias_hh
  "beforeProduct", Cho et al. 2014:  n = tanh(x W + b + (r * h) U)
Keras has both forms (reset_after) and the same z, and its gates in the order update, reset, candidate.

A case with "lengths" has that many valid steps of each sequence of the batch, and then padding, which is not zero. A
padded step keeps the state: its output is the last valid one again, the final state is that after the last valid step,
and the gradient of a padded input is zero. The upstream of padded outputs, not zero either, does reach the state.

"stacked" has two layers, their parameters prefixed "0." and "1."; the output is that of the second one.
"bidirectional" has two directions over the same input, prefixed "forwards." and "backwards."; the output is
[time, batch, 2 hidden], the forwards one first. The backwards one begins at the last valid step of each sequence; it
has not begun at a padded step, so its half of the output is zero there. torch's pad_packed_sequence gives zeros for
all padded outputs, and Keras for both halves of its Bidirectional, but for none of its other layers: what must agree
are the valid outputs and the final states, and with Keras all outputs once its forwards half is told not to.

"training" classifies sequences by their last output times "head.weight", plus "head.bias", with the mean cross-entropy
of the batch. losses[k] is that after k steps of gradient descent. With "clip", gradients are times
min(1, clip / norm) with the norm of all of them together; norms[k] is that of step k, before.

Everything is a loop of elementary operations of torch, which torch's own layers must agree with (to 1e-12; with
lengths those of packed sequences), and Keras' layers (to 1e-12), and plain loops over one sequence at a time that know
no padding and whose gradients are written by hand (to 1e-12).
"""

import json
import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import keras
import numpy as np
import torch
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

SEED = 32
random = np.random.default_rng(SEED)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")

cases = []


@keras.saving.register_keras_serializable()
def keras_tanh(x):
    """For Keras' layers, whose own tanh is in single precision whatever the type."""
    return jax.numpy.tanh(x)


def add(kind, name, **fields):
    assert all(case["name"] != name for case in cases), name
    cases.append({"kind": kind, "name": name, **fields})


def normal(*shape, scale=1.0):
    """Random normal numbers, cut to four decimals so that the file stays readable."""
    return torch.from_numpy(np.round(scale * random.standard_normal(shape), 4) + 0.0)


def leaf(values):
    return values.clone().requires_grad_()


def array(values):
    return np.asarray(values.detach() if isinstance(values, torch.Tensor) else values)


def tensor(values, decimals=None):
    values = array(values) + 0.0  # no negative zeros
    assert values.dtype == np.float64 and np.isfinite(values).all()
    if decimals:
        exact = np.round(values, decimals) + 0.0
        check(values, exact, "digits beyond the exact ones", 1e-14)
        values = exact
    return {"shape": list(values.shape), "values": values.reshape(-1).tolist()}


def tensors_of(values):
    return {key: tensor(x) for key, x in values.items()}


def check(values, expected, what, tolerance=1e-12):
    values, expected = array(values), array(expected)
    assert values.dtype == expected.dtype == np.float64, what
    assert values.shape == expected.shape, f"{what}: {values.shape} instead of {expected.shape}"
    assert (abs(values - expected) <= tolerance * np.maximum(1, abs(expected))).all(), what


def check_all(values, expected, what, tolerance=1e-12):
    assert set(values) == set(expected), f"{what}: {set(values) ^ set(expected)}"
    for key in expected:
        check(values[key], expected[key], f"{what}: {key}", tolerance)


# Cells. A cell has the suffixes of the names of its states, the hidden one first, and its gates in torch's order. Its
# step leads from x and the states to the states. In plain loops, for a single sequence, step_by_hand also returns what
# backward_by_hand needs to lead from the gradients of the new states to those of x and of the old ones; it adds those
# of the parameters.

def logistic(x):
    return 1 / (1 + np.exp(-x))


def gate_sum(gate, x, h, p):
    """For torch and for numpy."""
    return x @ p[f"{gate}.input"] + h @ p[f"{gate}.recurrent"] + p[f"{gate}.bias"]


def gate_backward(gate, upstream, x, h, p, gradients):
    """Adds the gradients of the gate's parameters and returns those of x and h."""
    gradients[f"{gate}.input"] += np.outer(x, upstream)
    gradients[f"{gate}.recurrent"] += np.outer(h, upstream)
    gradients[f"{gate}.bias"] += upstream
    return p[f"{gate}.input"] @ upstream, p[f"{gate}.recurrent"] @ upstream


class Cell:
    states = [""]
    others = []  # parameters [hidden] that are not of one gate

    def parameters(self, inputs, hidden, prefix=""):
        shapes = [("input", [inputs, hidden], 0.5), ("recurrent", [hidden, hidden], 0.4), ("bias", [hidden], 0.3)]
        return {**{f"{prefix}{gate}.{name}": normal(*shape, scale=scale)
                   for gate in self.gates for name, shape, scale in shapes},
                **{prefix + name: normal(hidden, scale=0.5) for name in self.others}}

    def to_torch(self, p):
        join = lambda name: torch.cat([p[f"{gate}.{name}"] for gate in self.gates], dim=-1)
        bias = join("bias")
        return {"weight_ih": join("input").T, "weight_hh": join("recurrent").T, "bias_ih": bias,
                "bias_hh": torch.zeros_like(bias)}

    def from_torch(self, gradients):
        parts = {name: dict(zip(self.gates, gradients[name].chunk(len(self.gates)), strict=True))
                 for name in gradients}
        for gate in self.gates:
            if gate != "candidate" or not self.others:
                check(parts["bias_hh"][gate], parts["bias_ih"][gate], "gradients of torch's two biases")
        return {name: x for gate in self.gates for name, x in [
            (f"{gate}.input", parts["weight_ih"][gate].T), (f"{gate}.recurrent", parts["weight_hh"][gate].T),
            (f"{gate}.bias", parts["bias_ih"][gate])]}

    def keras_gates(self):
        return self.gates

    def to_keras(self, p):
        join = lambda name: jax.numpy.concatenate([p[f"{gate}.{name}"] for gate in self.keras_gates()], axis=-1)
        return [join("input"), join("recurrent"), join("bias")]


class Plain(Cell):
    gates = ["weights"]

    def __init__(self, activation):
        self.name, self.activation = f"rnn-{activation}", activation
        self.options = {"cell": "rnn", "activation": activation}

    def step(self, x, states, p):
        return [{"tanh": torch.tanh, "relu": torch.relu}[self.activation](gate_sum("weights", x, states[0], p))]

    def step_by_hand(self, x, states, p):
        total = gate_sum("weights", x, states[0], p)
        new = np.tanh(total) if self.activation == "tanh" else np.maximum(total, 0)
        return [new], (x, states[0], new)

    def backward_by_hand(self, upstreams, memory, p, gradients):
        x, h, new = memory
        slope = 1 - new ** 2 if self.activation == "tanh" else new > 0
        x_gradient, h_gradient = gate_backward("weights", upstreams[0] * slope, x, h, p, gradients)
        return x_gradient, [h_gradient]

    def torch_layer(self, *sizes, **options):
        return torch.nn.RNN(*sizes, nonlinearity=self.activation, **options)

    def keras_layer(self, hidden, **options):
        activation = keras_tanh if self.activation == "tanh" else self.activation
        return keras.layers.SimpleRNN(hidden, activation=activation, **options)


class Gated(Cell):
    gates = ["reset", "update", "candidate"]

    def __init__(self, reset):
        self.name, self.after = {"afterProduct": ("gru-after", True), "beforeProduct": ("gru-before", False)}[reset]
        self.options = {"cell": "gru", "reset": reset}
        self.others = ["candidateRecurrentBias"] if self.after else []
        if not self.after:
            self.torch_layer = None

    def step(self, x, states, p):
        h, = states
        r, z = (torch.sigmoid(gate_sum(gate, x, h, p)) for gate in ("reset", "update"))
        if self.after:
            recurrent = r * (h @ p["candidate.recurrent"] + p["candidateRecurrentBias"])
        else:
            recurrent = (r * h) @ p["candidate.recurrent"]
        n = torch.tanh(x @ p["candidate.input"] + p["candidate.bias"] + recurrent)
        return [(1 - z) * n + z * h]

    def step_by_hand(self, x, states, p):
        h, = states
        r, z = (logistic(gate_sum(gate, x, h, p)) for gate in ("reset", "update"))
        U = p["candidate.recurrent"]
        product = h @ U + p["candidateRecurrentBias"] if self.after else (r * h) @ U
        n = np.tanh(x @ p["candidate.input"] + p["candidate.bias"] + (r * product if self.after else product))
        return [n + z * (h - n)], (x, h, r, z, n, product)

    def backward_by_hand(self, upstreams, memory, p, gradients):
        x, h, r, z, n, product = memory
        upstream, = upstreams
        U = p["candidate.recurrent"]
        n_sum = upstream * (1 - z) * (1 - n ** 2)
        x_gradient, h_gradient = p["candidate.input"] @ n_sum, upstream * z
        gradients["candidate.input"] += np.outer(x, n_sum)
        gradients["candidate.bias"] += n_sum
        if self.after:
            gradients["candidate.recurrent"] += np.outer(h, n_sum * r)
            gradients["candidateRecurrentBias"] += n_sum * r
            h_gradient = h_gradient + U @ (n_sum * r)
            r_gradient = n_sum * product
        else:
            gradients["candidate.recurrent"] += np.outer(r * h, n_sum)
            h_gradient = h_gradient + r * (U @ n_sum)
            r_gradient = h * (U @ n_sum)
        z_gradient = upstream * (h - n)
        for gate, value, gradient in [("reset", r, r_gradient), ("update", z, z_gradient)]:
            more = gate_backward(gate, gradient * value * (1 - value), x, h, p, gradients)
            x_gradient, h_gradient = x_gradient + more[0], h_gradient + more[1]
        return x_gradient, [h_gradient]

    def to_torch(self, p):
        weights = super().to_torch(p)
        weights["bias_hh"].chunk(3)[2].copy_(p["candidateRecurrentBias"])
        return weights

    def from_torch(self, gradients):
        return {**super().from_torch(gradients), "candidateRecurrentBias": gradients["bias_hh"].chunk(3)[2]}

    def torch_layer(self, *sizes, **options):
        return torch.nn.GRU(*sizes, **options)

    def keras_gates(self):
        return ["update", "reset", "candidate"]

    def to_keras(self, p):
        kernel, recurrent, bias = super().to_keras(p)
        if self.after:
            c = p["candidateRecurrentBias"]
            zeros = jax.numpy.zeros_like(c)
            bias = jax.numpy.stack([bias, jax.numpy.concatenate([zeros, zeros, c])])
        return [kernel, recurrent, bias]

    def keras_layer(self, hidden, **options):
        return keras.layers.GRU(hidden, activation=keras_tanh, reset_after=self.after, **options)


# A computation takes the tensors by their names, "input", "initial..." and those of the parameters, and returns the
# outputs by their names, "output" and "final...", and the function from their upstream gradients to those of the
# tensors. An arrangement says which prefixes the layers have and where a layer of torch keeps their parameters.

LAYER = {"": "_l0"}
STACKED = {"0.": "_l0", "1.": "_l1"}
BIDIRECTIONAL = {"forwards.": "_l0", "backwards.": "_l0_reverse"}


def part(tensors, prefix):
    """The parameters of one layer."""
    return {key.removeprefix(prefix): x for key, x in tensors.items()
            if key.startswith(prefix) and key != "input" and not key.startswith("initial")}


def prefixed(values, prefix):
    return {prefix + key: x for key, x in values.items()}


def initial_states(cell, tensors, zero):
    return [tensors.get(f"initial{state}", zero) for state in cell.states]


def named_outputs(cell, arrangement, output, finals):
    named = {f"final{state}": x for state, x in zip(cell.states, finals, strict=True)} if arrangement is LAYER else {}
    return {"output": output, **named}


def hidden_size(cell, tensors, prefix):
    return len(tensors[f"{prefix}{cell.gates[0]}.bias"])


def by_torch(function):
    def computation(tensors):
        leaves = {key: leaf(x) for key, x in tensors.items()}
        outputs = function(leaves)

        def backward(upstreams):
            gradients = torch.autograd.grad(list(outputs.values()), list(leaves.values()),
                                            [upstreams[key] for key in outputs])
            return dict(zip(leaves, gradients, strict=True))
        return {key: x.detach() for key, x in outputs.items()}, backward
    return computation


def steps(cell, x, states, p, lengths=None, backwards=False):
    """All outputs and the final states, by elementary operations of torch."""
    outputs = {}
    for time in reversed(range(len(x))) if backwards else range(len(x)):
        new = cell.step(x[time], states, p)
        if lengths is not None:
            valid = (time < torch.tensor(lengths))[:, None]
            new = [torch.where(valid, after, before) for after, before in zip(new, states, strict=True)]
        states = new
        outputs[time] = states[0]
    return torch.stack([outputs[time] for time in range(len(x))]), states


def by_steps(cell, arrangement, lengths=None):
    def function(tensors):
        x = tensors["input"]
        zero = torch.zeros(x.shape[1], hidden_size(cell, tensors, next(iter(arrangement))))
        initial = initial_states(cell, tensors, zero)
        run = lambda x, prefix, **options: steps(cell, x, initial, part(tensors, prefix), lengths, **options)
        if arrangement is STACKED:
            output, finals = run(run(x, "0.")[0], "1.")
        elif arrangement is BIDIRECTIONAL:
            output, finals = torch.cat([run(x, "forwards.")[0], run(x, "backwards.", backwards=True)[0]], dim=-1), None
        else:
            output, finals = run(x, "")
        return named_outputs(cell, arrangement, output, finals)
    return by_torch(function)


def by_layer_of_torch(cell, arrangement, lengths=None):
    def computation(tensors):
        x, hidden = leaf(tensors["input"]), hidden_size(cell, tensors, next(iter(arrangement)))
        layer = cell.torch_layer(x.shape[-1], hidden, num_layers=2 if arrangement is STACKED else 1,
                                 bidirectional=arrangement is BIDIRECTIONAL)
        weights = dict(layer.named_parameters())
        assert len(weights) == 4 * len(arrangement)
        for prefix, ending in arrangement.items():
            for name, value in cell.to_torch(part(tensors, prefix)).items():
                assert weights[name + ending].shape == value.shape
                weights[name + ending].data.copy_(value)
        zero = torch.zeros(x.shape[1], hidden)
        initial = [leaf(x) for x in initial_states(cell, tensors, zero)]
        states = [torch.stack([x] * len(arrangement)) for x in initial]
        pack = lambda x: x if lengths is None else pack_padded_sequence(x, lengths, enforce_sorted=False)
        output, finals = layer(pack(x), states[0] if len(states) == 1 else tuple(states))
        finals = [finals] if len(states) == 1 else list(finals)
        if lengths is not None:
            output, _ = pad_packed_sequence(output, total_length=len(x))
            valid = (torch.arange(len(x))[:, None] < torch.tensor(lengths))[:, :, None]
            last = torch.cat([finals[0][0], zero], dim=-1) if arrangement is BIDIRECTIONAL else finals[0][0]
            assert arrangement is not STACKED and bool((output * ~valid == 0).all())
            output = torch.where(valid, output, last)
        outputs = named_outputs(cell, arrangement, output, [x[0] for x in finals])

        def backward(upstreams):
            sum((value * upstreams[key]).sum() for key, value in outputs.items()).backward()
            gradients = {"input": x.grad}
            for state, value in zip(cell.states, initial, strict=True):
                if f"initial{state}" in tensors:
                    gradients[f"initial{state}"] = value.grad
            for prefix, ending in arrangement.items():
                names = cell.to_torch(part(tensors, prefix))
                gradients |= prefixed(cell.from_torch({name: weights[name + ending].grad for name in names}), prefix)
            return gradients
        return {key: value.detach() for key, value in outputs.items()}, backward
    return computation


def by_keras(cell, arrangement, lengths=None):
    def computation(tensors):
        hidden, (time, batch, _) = hidden_size(cell, tensors, next(iter(arrangement))), tensors["input"].shape
        mask = None if lengths is None else np.arange(time) < np.array(lengths)[:, None]

        def call(layer, x, variables, **more):
            layer.build(x.shape)
            shapes = [tuple(v.shape) for v in layer.trainable_variables]
            assert shapes == [v.shape for v in variables], f"{shapes} instead of {[v.shape for v in variables]}"
            fixed = [v.value for v in layer.non_trainable_variables]
            return layer.stateless_call(variables, fixed, x, mask=mask, **more)[0]

        def function(tensors):
            x = tensors["input"].swapaxes(0, 1)
            variables = [cell.to_keras(part(tensors, prefix)) for prefix in arrangement]
            initial, finals = initial_states(cell, tensors, jax.numpy.zeros([batch, hidden])), None
            if arrangement is BIDIRECTIONAL:
                layer = keras.layers.Bidirectional(cell.keras_layer(hidden, return_sequences=True))
                layer.forward_layer.zero_output_for_mask = False
                x = call(layer, x, sum(variables, []))
            else:
                for values in variables:
                    layer = cell.keras_layer(hidden, return_sequences=True, return_state=True)
                    x, *finals = call(layer, x, values, initial_state=initial)
            return named_outputs(cell, arrangement, x.swapaxes(0, 1), finals)

        outputs, backward = jax.vjp(function, {key: jax.numpy.asarray(x.numpy()) for key, x in tensors.items()})
        return outputs, lambda upstreams: backward({key: x.numpy() for key, x in upstreams.items()})[0]
    return computation


def loops(cell, x, initial, p, lengths, backwards=False):
    """The outputs, the final states and the function from their upstreams to the gradients of x, initial and p."""
    time, batch, _ = x.shape
    output, finals, memories = np.zeros((time, batch, initial[0].shape[-1])), [s.copy() for s in initial], {}
    orders = [range(n)[::-1] if backwards else range(n) for n in lengths]
    for b, order in enumerate(orders):
        states = [s[b] for s in initial]
        output[:, b] = states[0]
        for t in order:
            states, memories[t, b] = cell.step_by_hand(x[t, b], states, p)
            output[t, b] = states[0]
        if not backwards:
            output[lengths[b]:, b] = states[0]
        for final, state in zip(finals, states, strict=True):
            final[b] = state

    def backward(upstream, upstream_finals):
        x_gradient, initial_gradients = np.zeros(x.shape), [np.zeros(s.shape) for s in initial]
        gradients = {key: np.zeros(value.shape) for key, value in p.items()}
        for b, order in enumerate(orders):
            padded = upstream[lengths[b]:, b].sum(axis=0)
            states = [s[b].copy() for s in upstream_finals]
            states[0] += 0 if backwards else padded
            for t in order[::-1]:
                states[0] = states[0] + upstream[t, b]
                x_gradient[t, b], states = cell.backward_by_hand(states, memories[t, b], p, gradients)
            states[0] = states[0] + (padded if backwards else 0)
            for gradient, state in zip(initial_gradients, states, strict=True):
                gradient[b] = state
        return x_gradient, initial_gradients, gradients
    return output, finals, backward


def by_hand(cell, arrangement, lengths=None):
    def computation(tensors):
        tensors = {key: x.numpy() for key, x in tensors.items()}
        x, hidden = tensors["input"], hidden_size(cell, tensors, next(iter(arrangement)))
        zero = np.zeros((x.shape[1], hidden))
        zeros = [zero for _ in cell.states]
        initial = initial_states(cell, tensors, zero)
        run = lambda x, prefix, backwards=False: loops(cell, x, initial, part(tensors, prefix),
                                                       lengths or [len(x)] * x.shape[1], backwards)
        if arrangement is STACKED:
            middle, _, first = run(x, "0.")
            output, finals, second = run(middle, "1.")
        elif arrangement is BIDIRECTIONAL:
            (left, _, first), (right, _, second), finals = run(x, "forwards."), run(x, "backwards.", True), None
            output = np.concatenate([left, right], axis=-1)
        else:
            output, finals, only = run(x, "")

        def backward(upstreams):
            upstreams = {key: array(x) for key, x in upstreams.items()}
            upstream = upstreams["output"]
            if arrangement is STACKED:
                middle_gradient, _, later = second(upstream, zeros)
                x_gradient, _, earlier = first(middle_gradient, zeros)
                return {"input": x_gradient, **prefixed(earlier, "0."), **prefixed(later, "1.")}
            if arrangement is BIDIRECTIONAL:
                left_gradient, _, left = first(upstream[..., :hidden], zeros)
                right_gradient, _, right = second(upstream[..., hidden:], zeros)
                return {"input": left_gradient + right_gradient, **prefixed(left, "forwards."),
                        **prefixed(right, "backwards.")}
            x_gradient, initial_gradients, gradients = only(upstream, [upstreams[f"final{s}"] for s in cell.states])
            named = {f"initial{s}": x for s, x in zip(cell.states, initial_gradients, strict=True)}
            return {"input": x_gradient, **{key: x for key, x in named.items() if key in tensors}, **gradients}
        return named_outputs(cell, arrangement, output, finals), backward
    return computation


def computations(cell, arrangement, lengths=None):
    """The one whose values are written, and those that must agree."""
    several = [by_steps(cell, arrangement, lengths), by_hand(cell, arrangement, lengths)]
    if cell.torch_layer:
        several.append(by_layer_of_torch(cell, arrangement, lengths))
    if cell.keras_layer:
        several.append(by_keras(cell, arrangement, lengths))
    return several


def capital(text):
    return text[0].upper() + text[1:]


def layer_case(kind, cell, arrangement, sizes, lengths=None, **fields):
    """Adds what the first computation gives, which all others must give as well."""
    time, batch, inputs, hidden = sizes
    name = "-".join([cell.name] + [kind] * (kind != "layer") + ["lengths"] * (lengths is not None))
    parameters = {}
    for prefix in arrangement:
        parameters |= cell.parameters(hidden if prefix == "1." else inputs, hidden, prefix)
    states = {f"initial{s}": normal(batch, hidden) for s in cell.states} if arrangement is LAYER else {}
    tensors = {"input": normal(time, batch, inputs), **states, **parameters}

    first, *others = computations(cell, arrangement, lengths)
    outputs, backward = first(tensors)
    upstreams = {key: normal(*x.shape) for key, x in outputs.items()}
    gradients = backward(upstreams)
    for place, other in enumerate(others):
        other_outputs, other_backward = other(tensors)
        check_all(other_outputs, outputs, f"{name}, {place}")
        check_all(other_backward(upstreams), gradients, f"{name}, gradients, {place}")

    if lengths is not None:
        assert len(lengths) == batch and 1 <= min(lengths) < max(lengths) <= time
        for b, length in enumerate(lengths):
            assert not gradients["input"][length:, b].any()
            assert (outputs["output"][length:, b, :hidden] == outputs["output"][length - 1, b, :hidden]).all()
            assert not outputs["output"][length:, b, hidden:].any()
        fields["lengths"] = lengths
    add(kind, name, **cell.options, **fields, input=tensor(tensors["input"]), **tensors_of(states),
        parameters=tensors_of(parameters), **tensors_of(outputs),
        **{f"upstream{'' if key == 'output' else capital(key)}": tensor(x) for key, x in upstreams.items()},
        inputGradient=tensor(gradients["input"]),
        **{key.replace("initial", "initialGradient"): tensor(gradients[key]) for key in states},
        gradients=tensors_of({key: gradients[key] for key in parameters}))


# A classifier of sequences: what is minimised takes the parameters and gives its value and their gradients.

HEAD = ["head.weight", "head.bias"]


def classifier_loss(cell, x, labels, p):
    zero = torch.zeros(x.shape[1], hidden_size(cell, p, ""))
    output, _ = steps(cell, x, [zero for _ in cell.states], p)
    return F.cross_entropy(output[-1] @ p["head.weight"] + p["head.bias"], labels)


def loss_by_torch(cell, x, labels):
    def value(parameters):
        leaves = {key: leaf(x) for key, x in parameters.items()}
        loss = classifier_loss(cell, x, labels, leaves)
        return loss.item(), dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))
    return value


def loss_by_hand(computation, x, labels):
    """With the head and the cross-entropy written by hand after a computation of the layer."""
    def value(parameters):
        layer = {key: value for key, value in parameters.items() if key not in HEAD}
        weight, bias = (parameters[key].numpy() for key in HEAD)
        outputs, backward = computation({"input": x, **layer})
        output = array(outputs["output"])
        logits = output[-1] @ weight + bias
        likelihoods = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        batch = np.arange(len(labels))
        loss = -np.log(likelihoods[batch, labels.numpy()]).mean()
        likelihoods[batch, labels.numpy()] -= 1
        logits_gradient = likelihoods / len(labels)
        upstreams = {key: torch.zeros(tuple(value.shape)) for key, value in outputs.items()}
        upstreams["output"][-1] = torch.from_numpy(logits_gradient @ weight.T)
        gradients = {key: gradient for key, gradient in backward(upstreams).items() if key in layer}
        return float(loss), {**gradients, "head.weight": output[-1].T @ logits_gradient,
                             "head.bias": logits_gradient.sum(axis=0)}
    return value


def descent(value, parameters, rate, clip, count):
    parameters, losses, norms = dict(parameters), [], []
    for _ in range(count):
        loss, gradients = value(parameters)
        gradients = {key: torch.from_numpy(np.array(array(gradients[key]))) for key in parameters}
        norm = float(sum((x ** 2).sum() for x in gradients.values()) ** 0.5)
        factor = 1.0 if clip is None else min(1.0, clip / norm)
        parameters = {key: x - rate * factor * gradients[key] for key, x in parameters.items()}
        losses.append(loss)
        norms.append(norm)
    return parameters, [*losses, value(parameters)[0]], norms


def check_clipping(value, parameters, clip, norm):
    """With torch's clipping, which divides by norm + 1e-6 and so changes the sixth digit or so."""
    leaves = {key: leaf(x) for key, x in parameters.items()}
    _, gradients = value(parameters)
    for key, x in leaves.items():
        x.grad = gradients[key].clone()
    check(torch.nn.utils.clip_grad_norm_(leaves.values(), clip), torch.tensor(norm), "norm of all gradients")
    check_all({key: x.grad for key, x in leaves.items()},
              {key: gradients[key] * min(1, clip / norm) for key in leaves}, "clipped gradients", 1e-5)


def training(cell, sizes, classes, rate=0.1, clip=0.25, count=5):
    """Without and with clipping, from the same start."""
    time, batch, inputs, hidden = sizes
    x, labels = normal(time, batch, inputs), torch.from_numpy(random.permutation(batch) % classes)
    parameters = {**cell.parameters(inputs, hidden), "head.weight": normal(hidden, classes, scale=0.8),
                  "head.bias": normal(classes, scale=0.3)}
    for limit in (None, clip):
        name = f"{cell.name}-training" + ("" if limit is None else "-clipped")
        final, losses, norms = descent(loss_by_torch(cell, x, labels), parameters, rate, limit, count)
        for other in computations(cell, LAYER)[1:]:
            others = descent(loss_by_hand(other, x, labels), parameters, rate, limit, count)
            check_all(others[0], final, name)
            for values, expected in zip(others[1:], (losses, norms), strict=True):
                check(np.array(values), np.array(expected), name)
        if limit is not None:
            assert min(norms) > limit, f"{name}: nothing to clip in {norms}"
            check_clipping(loss_by_torch(cell, x, labels), parameters, limit, norms[0])
        assert losses == sorted(losses, reverse=True), f"{name}: {losses}"
        add("training", name, **cell.options, learningRate=rate, **({} if limit is None else {"clip": limit}),
            input=tensor(x), labels=labels.tolist(), parameters=tensors_of(parameters), losses=losses, norms=norms,
            finalParameters=tensors_of(final))


# Embedding

def embedding():
    table, tokens = normal(7, 3), random.choice([0, 1, 2, 4, 5, 6], size=(5, 3))
    tokens[2] = tokens[0, 1]  # at one time the same everywhere
    used = np.bincount(tokens.reshape(-1), minlength=7)
    assert used.max() > 3 and used[3] == 0 and used[0] > 0 and used[6] > 0
    leaf_table = leaf(table)
    output = F.embedding(torch.from_numpy(tokens), leaf_table)
    upstream = normal(*output.shape)
    gradient, = torch.autograd.grad(output, leaf_table, upstream)

    expected, expected_gradient = np.zeros(output.shape), np.zeros(table.shape)
    for place in np.ndindex(*tokens.shape):
        expected[place] = table[tokens[place]]
        expected_gradient[tokens[place]] += upstream.numpy()[place]
    check(expected, output, "embedding")
    check(expected_gradient, gradient, "gradient of the embedding")
    layer = keras.layers.Embedding(*table.shape)
    layer.build()
    values, backward = jax.vjp(lambda table: layer.stateless_call([table], [], tokens)[0], table.numpy())
    check(values, output, "Keras' embedding")
    check(backward(upstream.numpy())[0], gradient, "gradient of Keras' embedding")
    add("embedding", "embedding", note="tokens are [time][batch]; row 3 of the table is never used",
        table=tensor(table), tokens=tokens.tolist(), output=tensor(output), upstream=tensor(upstream),
        gradient=tensor(gradient, 4))


def text(value, indent):
    """JSON with one line for a tensor, a list of numbers and a plain value; the rest one entry a line."""
    nested = isinstance(value, (dict, list)) and "shape" not in value and any(
        isinstance(part, (dict, list)) for part in (value.values() if isinstance(value, dict) else value))
    if not nested:
        return json.dumps(value, allow_nan=False)
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts, ends = [f"{json.dumps(key)}: {text(part, indent + 2)}" for key, part in value.items()], "{}"
    else:
        parts, ends = [text(part, indent + 2) for part in value], "[]"
    return ends[0] + "\n" + ",\n".join(inner + part for part in parts) + "\n" + " " * indent + ends[1]


def write(script):
    """Writes the cases beside the script."""
    versions = f"torch {torch.__version__}, keras {keras.__version__}, jax {jax.__version__}"
    path = os.path.splitext(os.path.abspath(script))[0] + ".json"
    with open(path + ".part", "w", encoding="utf-8", newline="\n") as file:
        made_by = f"{os.path.basename(script)}, {versions}, seed {SEED}"
        file.write(text({"made_by": made_by, "cases": cases}, 0) + "\n")
    os.replace(path + ".part", path)


def main():
    tanh, relu, after, before = Plain("tanh"), Plain("relu"), Gated("afterProduct"), Gated("beforeProduct")
    for cell, sizes, lengths in [(tanh, [5, 3, 4, 5], [3, 5, 2]), (relu, [6, 3, 3, 5], [1, 6, 4]),
                                 (after, [5, 3, 3, 4], [2, 4, 5]), (before, [7, 3, 4, 5], [5, 1, 6])]:
        layer_case("layer", cell, LAYER, sizes)
        layer_case("layer", cell, LAYER, sizes, lengths)
    for cell, sizes in [(tanh, [5, 2, 3, 4]), (after, [4, 3, 3, 5])]:
        layer_case("stacked", cell, STACKED, sizes)
    for cell, sizes in [(tanh, [5, 3, 3, 4]), (after, [4, 2, 3, 5])]:
        layer_case("bidirectional", cell, BIDIRECTIONAL, sizes)
    layer_case("bidirectional", tanh, BIDIRECTIONAL, [6, 3, 3, 4], [3, 5, 1])
    embedding()
    training(tanh, [5, 3, 3, 5], classes=3)
    training(after, [6, 3, 4, 5], classes=3)
    write(__file__)


if __name__ == "__main__":
    main()
