"""Reference values for the module FeedForward, computed by PyTorch in float64.

The Swift tests read feedforward.json, which this script writes beside itself; they need no Python.
Run it again only to add a case:  python feedforward.py  (needs torch and numpy). The same versions
on the same kind of processor give the same file, byte for byte.

Conventions: a tensor is {"shape", "values"}, values flat in row-major order. Dense weights are
[inputs, outputs], y = x·W + b, the transpose of torch's. Gradients are those of sum(output * upstream);
a loss is a number and its gradient that of the loss itself.

Where torch's own shortcut would be less exact than 1e-12, the exact path is taken and said so.
Saturated values (1 - sigmoid(30), GELU at -30) are exact only to a unit in the last place of 1, so compare
with |a - b| <= 1e-12 * max(1, |b|).
"""

import json
import math
import os

import numpy as np
import torch
from torch.nn import functional as F
from torch.nn import init

SEED = 31
random = np.random.default_rng(SEED)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

cases = []


def add(kind, name, **fields):
    assert all(case["name"] != name for case in cases), name
    cases.append({"kind": kind, "name": name, **fields})


def normal(*shape, scale=1.0):
    """Random normal numbers, cut to four decimals so that the file stays readable."""
    return torch.from_numpy(np.round(scale * random.standard_normal(shape), 4) + 0.0)


def leaf(values):
    return values.clone().requires_grad_()


def tensor(values):
    values = values.detach() if isinstance(values, torch.Tensor) else torch.as_tensor(values)
    assert values.dtype == torch.float64 and bool(torch.isfinite(values).all())
    return {"shape": list(values.shape), "values": values.reshape(-1).tolist()}


# Dense

def dense():
    x, weight, bias = leaf(normal(5, 4)), leaf(normal(4, 3)), leaf(normal(3))
    upstream = normal(5, 3)
    output = F.linear(x, weight.T, bias)
    output.backward(upstream)
    add("dense", "dense_4_to_3", input=tensor(x), weight=tensor(weight), bias=tensor(bias), output=tensor(output),
        upstream=tensor(upstream), input_gradient=tensor(x.grad), weight_gradient=tensor(weight.grad),
        bias_gradient=tensor(bias.grad))


# Activations

def activations():
    elementwise_input = normal(3, 7)
    elementwise_input[1] = torch.tensor([0.0, 30.0, -30.0, 100.0, -100.0, 1e-5, -3.0])
    row_input = normal(3, 7)
    row_input[1] = torch.tensor([0.0, 30.0, -30.0, 100.0, -100.0, 99.0, -3.0])
    row_input[2] += 1000.0
    upstream = normal(3, 7)
    functions = [
        ("sigmoid", torch.sigmoid, {}),
        ("tanh", torch.tanh, {}),
        ("relu", F.relu, {"note": "the derivative at 0 is 0"}),
        ("leaky_relu", lambda x: F.leaky_relu(x, 0.01), {"slope": 0.01, "note": "the derivative at 0 is the slope"}),
        ("gelu", lambda x: F.gelu(x, approximate="none"), {"note": "exact: x * (1 + erf(x / sqrt(2))) / 2"}),
        # Above its threshold (20 by default) torch returns x itself, which is wrong in the tenth digit.
        ("softplus", lambda x: F.softplus(x, threshold=700), {"note": "log(1 + exp(x)) without a threshold"}),
        ("softmax", lambda x: F.softmax(x, dim=-1), {"axis": -1}),
        ("log_softmax", lambda x: F.log_softmax(x, dim=-1), {"axis": -1}),
    ]
    for name, function, fields in functions:
        x = leaf(row_input if "softmax" in name else elementwise_input)
        output = function(x)
        output.backward(upstream)
        add("activation", name, **fields, input=tensor(x), output=tensor(output), upstream=tensor(upstream),
            input_gradient=tensor(x.grad))


# Losses

def loss_case(name, function, predictions, targets, reduction, **fields):
    predictions = leaf(predictions)
    loss = function(predictions, targets)
    loss.backward()
    assert math.isfinite(loss.item())
    is_class = targets.dtype == torch.int64
    add("loss", name, **fields, reduction=reduction, predictions=tensor(predictions),
        **({"labels": targets.tolist()} if is_class else {"targets": tensor(targets)}),
        loss=loss.item(), prediction_gradient=tensor(predictions.grad))


def losses():
    elements, rows = "mean over all elements", "mean over the rows of the batch"

    loss_case("mean_squared_error", F.mse_loss, normal(5, 4), normal(5, 4), elements)
    # Differences beyond, inside, and exactly at both values of delta, and one of zero.
    predictions, targets = normal(5, 4, scale=1.5), normal(5, 4)
    targets[4] = torch.tensor([0.25, -1.0, 2.0, 0.0])
    predictions[4] = targets[4] + torch.tensor([0.5, -1.0, 0.0, 100.0])
    for delta, name in [(1.0, "huber_1"), (0.5, "huber_0.5")]:
        loss_case(name, torch.nn.HuberLoss(delta=delta), predictions, targets, elements, delta=delta,
                  note="r^2 / 2 where |r| <= delta, else delta * (|r| - delta / 2)")

    logits, labels = normal(5, 4), torch.tensor([2, 0, 3, 1, 2])
    extreme = normal(5, 4)
    extreme[0] = torch.tensor([100.0, -100.0, 0.0, 30.0])
    extreme[1] = torch.tensor([1000.0, -1000.0, 0.0, 999.0])
    extreme[2] = torch.tensor([-1000.0, -1000.0, -1000.0, -1000.0])
    extreme[3] = torch.tensor([-100.0, 1000.0, 100.0, -1000.0])
    extreme_labels = torch.tensor([1, 0, 2, 3, 1])
    # Sharp, one-hot and uniform rows; the rows of the rest are random. In 64ths, so that they sum to 1 exactly.
    weights = random.multinomial(64, [0.25] * 4, size=5) / 64
    weights[1], weights[3] = [0, 0, 1, 0], [0.25] * 4
    probabilities = torch.from_numpy(weights)
    loss_case("softmax_cross_entropy_labels", F.cross_entropy, logits, labels, rows)
    loss_case("softmax_cross_entropy_labels_extreme", F.cross_entropy, extreme, extreme_labels, rows)
    loss_case("softmax_cross_entropy_probabilities", F.cross_entropy, logits, probabilities, rows)
    loss_case("softmax_cross_entropy_probabilities_extreme", F.cross_entropy, extreme, probabilities, rows)

    soft = torch.from_numpy(np.round(random.uniform(size=(5, 4)), 4))
    soft[0] = torch.tensor([0.0, 1.0, 0.0, 1.0])
    logits, extreme = normal(5, 4, scale=2.0), normal(5, 4)
    extreme[0] = torch.tensor([100.0, 100.0, -100.0, -100.0])
    extreme[1] = torch.tensor([1000.0, -1000.0, 0.0, 30.0])
    extreme[2] = torch.tensor([-30.0, 100.0, -100.0, 1000.0])
    loss_case("binary_cross_entropy_logits", F.binary_cross_entropy_with_logits, logits, soft, elements)
    loss_case("binary_cross_entropy_logits_extreme", F.binary_cross_entropy_with_logits, extreme, soft, elements)

    probabilities = torch.from_numpy(np.round(random.uniform(0.02, 0.98, size=(5, 4)), 4))
    probabilities[1] = torch.tensor([1e-5, 0.99999, 0.5, 0.001])
    loss_case("binary_cross_entropy_probabilities", F.binary_cross_entropy, probabilities, soft, elements)


# A whole network

def network():
    sizes, names = [4, 6, 5, 3], ["tanh", "gelu", "none"]
    functions = {"tanh": torch.tanh, "gelu": F.gelu, "none": lambda x: x}
    x, labels = leaf(normal(7, 4)), torch.tensor([0, 2, 1, 1, 0, 2, 2])
    layers = [(leaf(normal(inputs, outputs, scale=0.7)), leaf(normal(outputs, scale=0.3)))
              for inputs, outputs in zip(sizes, sizes[1:])]
    logits = x
    for (weight, bias), name in zip(layers, names):
        logits = functions[name](F.linear(logits, weight.T, bias))
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    add("network", "network_4_6_5_3", reduction="mean over the rows of the batch", input=tensor(x),
        labels=labels.tolist(),
        layers=[{"activation": name, "weight": tensor(weight), "bias": tensor(bias),
                 "weight_gradient": tensor(weight.grad), "bias_gradient": tensor(bias.grad)}
                for (weight, bias), name in zip(layers, names)],
        logits=tensor(logits), loss=loss.item(), input_gradient=tensor(x.grad))


# Optimizers

def optimizers():
    start = {"w": normal(3, 2), "b": normal(2)}
    gradients = [{"w": normal(3, 2), "b": normal(2)} for _ in range(6)]
    for step, gradient in enumerate(gradients):
        gradient["w"][2, 1] = (step + 1) / 1e8  # as small as epsilon: shows where epsilon is added
        gradient["w"][0, 0] = torch.round(gradient["w"][0, 0] * 1000)
    gradients[0]["b"][1] = 0.0  # 0 / (0 + epsilon) in the first step
    optim = torch.optim
    choices = [
        ("sgd", optim.SGD, {"lr": 0.1}, {}),
        ("sgd_momentum", optim.SGD, {"lr": 0.1, "momentum": 0.9}, {}),
        ("sgd_nesterov", optim.SGD, {"lr": 0.1, "momentum": 0.9}, {"nesterov": True}),
        ("rmsprop", optim.RMSprop, {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}, {}),
        ("adam", optim.Adam, {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}, {}),
        ("adamw", optim.AdamW, {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01}, {}),
    ]
    for name, kind, settings, more in choices:
        options = {key: value for key, value in settings.items() if not key.startswith("beta")} | more
        if "beta1" in settings:
            options["betas"] = (settings["beta1"], settings["beta2"])
        parameters = {key: leaf(value) for key, value in start.items()}
        optimizer = kind(parameters.values(), **options)
        after = []
        for gradient in gradients:
            for key, parameter in parameters.items():
                parameter.grad = gradient[key].clone()
            optimizer.step()
            after.append({key: tensor(parameter) for key, parameter in parameters.items()})
        add("optimizer", name, hyperparameters=settings,
            start={key: tensor(value) for key, value in start.items()},
            gradients=[{key: tensor(value) for key, value in gradient.items()} for gradient in gradients],
            after=after)


# Learning-rate schedules

def torch_schedule(steps, base, make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule, rates = make(optimizer), []
    for _ in steps:
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        schedule.step()
    return rates


def schedules():
    from torch.optim.lr_scheduler import CosineAnnealingLR, StepLR
    steps, base, minimum = list(range(13)), 0.1, 0.001
    add("schedule", "step", base=base, step_size=3, gamma=0.5,
        formula="base * gamma^floor(step / step_size)", steps=steps,
        values=torch_schedule(steps, base, lambda o: StepLR(o, step_size=3, gamma=0.5)))

    period = 10
    rates = torch_schedule(steps, base, lambda o: CosineAnnealingLR(o, T_max=period, eta_min=minimum))
    formula = "minimum + (base - minimum) * (1 + cos(pi * step / period)) / 2"
    fields = {"base": base, "minimum": minimum, "period": period}
    add("schedule", "cosine", **fields, formula=formula + "; torch lets it rise again after the period",
        steps=steps, values=rates)
    add("schedule", "cosine_clamped", **fields, formula=formula + "; minimum from step = period on",
        steps=steps, values=rates[:period] + [minimum] * (len(steps) - period))

    warmup, total = 4, 12

    def rate(step):
        if step < warmup:
            return base * (step + 1) / warmup
        progress = min((step - warmup) / (total - warmup), 1.0)
        return minimum + (base - minimum) * (1 + math.cos(math.pi * progress)) / 2

    # Two steps past the end, to show that it stays there.
    steps = list(range(total + 3))
    add("schedule", "warmup_cosine", base=base, minimum=minimum, warmup=warmup, total=total,
        formula="base * (step + 1) / warmup for step < warmup; then minimum + (base - minimum) * "
        "(1 + cos(pi * (step - warmup) / (total - warmup))) / 2; minimum from step = total on",
        steps=steps, values=[rate(step) for step in steps])


# Clipping

def clipping():
    w, b = normal(3, 4), normal(4)
    for name, scale in [("global_norm_above", 1.0), ("global_norm_below", 0.1)]:
        gradients = {"w": np.round(w.numpy() * scale, 5), "b": np.round(b.numpy() * scale, 5)}
        norm = float(np.sqrt(sum((g * g).sum() for g in gradients.values())))
        clipped = {key: g * min(1.0, 1.0 / norm) for key, g in gradients.items()}
        # torch divides by norm + 1e-6; the pure formula must agree with it to that.
        parameters = [torch.zeros(g.shape, requires_grad=True) for g in gradients.values()]
        for parameter, g in zip(parameters, gradients.values()):
            parameter.grad = torch.from_numpy(g.copy())
        assert math.isclose(torch.nn.utils.clip_grad_norm_(parameters, 1.0).item(), norm, rel_tol=1e-14)
        for parameter, g in zip(parameters, clipped.values()):
            assert np.allclose(parameter.grad.numpy(), g, rtol=2e-6, atol=0)
        add("clip", name, maximum=1.0, formula="g * min(1, maximum / norm)", total_norm=norm,
            gradients={key: tensor(g) for key, g in gradients.items()},
            clipped={key: tensor(g) for key, g in clipped.items()})
    add("clip", "value", maximum=0.5, gradients={"w": tensor(w), "b": tensor(b)},
        clipped={"w": tensor(w.clamp(-0.5, 0.5)), "b": tensor(b.clamp(-0.5, 0.5))})


# Initial weights

def initialisation():
    linear, relu = init.calculate_gain("linear"), init.calculate_gain("relu")
    for inputs, outputs in [(784, 256), (3, 5)]:
        glorot, he = linear * math.sqrt(2.0 / (inputs + outputs)), relu / math.sqrt(inputs)
        add("initialisation", f"initialisation_{inputs}_{outputs}", fan_in=inputs, fan_out=outputs,
            glorot_uniform_bound=math.sqrt(3.0) * glorot, glorot_normal_deviation=glorot,
            he_uniform_bound=math.sqrt(3.0) * he, he_normal_deviation=he)


# Tensor functions

def tensor_functions():
    x = normal(4, 5)
    x[1] = torch.tensor([1000.0, 999.0, -1000.0, 100.0, -100.0])
    x[3] = -1000.0
    for axis in (0, 1):
        add("tensor", f"logsumexp_axis_{axis}", axis=axis, input=tensor(x), output=tensor(torch.logsumexp(x, axis)))

    # One mean is far from zero, where the mean of squares minus the squared mean has no correct digit left.
    # There torch.var, a running update, errs in the eleventh digit; subtracting the mean first does not.
    x = normal(4, 5)
    x[:, 2] += 1e6
    for name, axes, fields in [("axis_0", 0, {"axis": 0}), ("axis_1", 1, {"axis": 1}), ("all", (0, 1), {})]:
        variance = (x - x.mean(axes, keepdim=True)).square().mean(axes)
        assert torch.allclose(variance, torch.var(x, axes, unbiased=False), rtol=1e-9, atol=0)
        add("tensor", f"variance_{name}", **fields, input=tensor(x), output=tensor(variance))

    a, b = normal(2, 3, 4), normal(2, 4, 5)
    add("tensor", "matmul_batched", a=tensor(a), b=tensor(b), output=tensor(a @ b))
    a, b = normal(4, 3), normal(4, 5)
    add("tensor", "matmul_a_transposed", a=tensor(a), b=tensor(b), output=tensor(a.T @ b))
    a, b = normal(3, 4), normal(5, 4)
    add("tensor", "matmul_b_transposed", a=tensor(a), b=tensor(b), output=tensor(a @ b.T))
    x = normal(2, 3, 4)
    add("tensor", "permute_2_0_1", axes=[2, 0, 1], input=tensor(x), output=tensor(x.permute(2, 0, 1)))
    a, b = normal(3, 1, 4), normal(2, 1)
    add("tensor", "broadcast_add", a=tensor(a), b=tensor(b), output=tensor(a + b))


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


for section in (dense, activations, losses, network, optimizers, schedules, clipping, initialisation,
                tensor_functions):
    section()

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "feedforward.json")
with open(path + ".part", "w", encoding="utf-8", newline="\n") as file:
    file.write(text({"made_by": f"feedforward.py, torch {torch.__version__}, seed {SEED}", "cases": cases}, 0) + "\n")
os.replace(path + ".part", path)
