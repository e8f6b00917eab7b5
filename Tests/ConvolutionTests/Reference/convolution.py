"""Reference values for convolutional networks, computed by PyTorch and Keras in float64.

The Swift tests read convolution.json, which this script writes beside itself; they need no Python.
Run it again only to add a case:  python convolution.py  (needs torch, numpy, keras and jax; Keras computes with
jax). The same versions on the same kind of processor give the same file, byte for byte.

Conventions: a tensor is {"shape", "values"}, values flat in row-major order. Gradients are those of
sum(output * upstream); that of a loss is that of the loss itself. Images are [batch, rows, columns, channels],
sequences [batch, time, channels]. A convolution does not mirror its kernel.

A convolution's kernel is [kernel rows, kernel columns, inputs / groups, outputs], that of a sequence
[taps, inputs / groups, outputs]: those are Keras' layouts, and ours[r, c, i, o] = torch's[o, i, r, c].
The kernel of a transposed convolution is that of the convolution whose adjoint it is, and that one leads from our
outputs to our inputs: [kernel rows, kernel columns, outputs / groups, inputs]. Keras' layout again, and torch's
(inputs, outputs / groups, rows, columns) is again ours[r, c, o, i] = torch's[i, o, r, c]. Padding, too, is that of
the convolution: the transposed one loses it from its output, and gains output_padding at the bottom and the right.

Padding is "valid" (none), "same" (Keras': ceil(size / stride) outputs, an odd element more after than before; the
transposed layer has size * stride outputs) or a list: [top, bottom, left, right], for a sequence [before, after].
"same" is computed by Keras, everything else by torch. Both must agree wherever both can express a case (to 1e-12;
to 1e-5 where Keras takes a mean, for it does that in single precision whatever the type), and so must plain loops
that know no library's layout, or for the normalisations jax with the plain formula.

Products of two numbers with four decimals have eight: a convolution's values are rounded to these and so exact.
"""

import itertools
import json
import math
import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import keras
import numpy as np
import torch
from jax import lax
from torch.nn import functional as F

SEED = 32
random = np.random.default_rng(SEED)
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
keras.config.set_image_data_format("channels_last")

cases = []


def add(kind, name, **fields):
    assert all(case["name"] != name for case in cases), name
    cases.append({"kind": kind, "name": name, **fields})


def normal(*shape, mean=0.0, scale=1.0):
    """Random normal numbers, cut to four decimals so that the file stays readable."""
    return torch.from_numpy(np.round(mean + scale * random.standard_normal(shape), 4) + 0.0)


def leaf(values):
    return values.clone().requires_grad_()


def tensor(values, decimals=None):
    values = values.detach() if isinstance(values, torch.Tensor) else torch.as_tensor(values)
    assert values.dtype == torch.float64 and bool(torch.isfinite(values).all())
    if decimals:
        exact = torch.from_numpy(np.round(values.numpy(), decimals) + 0.0)
        check(values, exact, "digits beyond the exact ones", 1e-14)
        values = exact
    return {"shape": list(values.shape), "values": values.reshape(-1).tolist()}


def check(values, expected, what, tolerance=1e-12):
    values, expected = (np.asarray(x.detach() if isinstance(x, torch.Tensor) else x) for x in (values, expected))
    assert values.dtype == expected.dtype == np.float64, what
    assert values.shape == expected.shape, f"{what}: {values.shape} instead of {expected.shape}"
    assert (abs(values - expected) <= tolerance * np.maximum(1, abs(expected))).all(), what


def by(numbers):
    return "x".join(map(str, numbers))


# A computation takes its tensors and returns its output and the function from an upstream gradient to theirs.

def by_torch(function):
    def computation(*values):
        leaves = [leaf(x) for x in values]
        output = function(*leaves)
        return output.detach(), lambda upstream: torch.autograd.grad(output, leaves, upstream)
    return computation


def by_jax(function):
    def computation(*values):
        output, backward = jax.vjp(function, *(jax.numpy.asarray(x.numpy()) for x in values))
        gradients = lambda upstream: [torch.from_numpy(np.array(g)) for g in backward(upstream.numpy())]
        return torch.from_numpy(np.array(output)), gradients
    return computation


def by_keras(layer):
    def computation(*values):
        layer.build(tuple(values[0].shape))
        assert [tuple(v.shape) for v in layer.trainable_variables] == [tuple(x.shape) for x in values[1:]]
        function = lambda x, *variables: layer.stateless_call(list(variables), [], x)[0]
        return by_jax(function)(*values)
    return computation


def layer_case(kind, name, tensors, computation, *others, in_single_precision=None, decimals=None, **fields):
    """Adds what the computation gives, which all others must give as well."""
    output, backward = computation(*tensors.values())
    upstream = normal(*output.shape)
    gradients = backward(upstream)
    tolerances = [(other, 1e-12) for other in others]
    if in_single_precision:
        tolerances.append((in_single_precision, 1e-5))
    for place, (other, tolerance) in enumerate(tolerances):
        other_output, other_backward = other(*tensors.values())
        check(other_output, output, f"{name}, output of {place}", tolerance)
        for key, gradient, expected in zip(tensors, other_backward(upstream), gradients, strict=True):
            check(gradient, expected, f"{name}, gradient of {key} of {place}", tolerance)
    add(kind, name, **fields, **{key: tensor(x) for key, x in tensors.items()}, upstream=tensor(upstream),
        output=tensor(output, decimals),
        **{f"{key}_gradient": tensor(gradient, decimals) for key, gradient in zip(tensors, gradients)})


# Layouts

def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1)


def torch_kernel(weight):
    """[taps..., i, o] as [o, i, taps...]: for a transposed convolution, too."""
    return weight.movedim((-1, -2), (0, 1)).contiguous()


def same_padding(sizes, kernel, stride, dilation):
    """What "same" adds before and after each axis."""
    totals = [max((math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n, 0)
              for n, k, s, d in zip(sizes, kernel, stride, dilation)]
    return [(total // 2, total - total // 2) for total in totals]


def pairs(padding, sizes, kernel, stride, dilation):
    """(before, after) for each axis."""
    if padding == "same":
        return same_padding(sizes, kernel, stride, dilation)
    flat = [0] * (2 * len(sizes)) if padding == "valid" else padding
    return list(zip(flat[::2], flat[1::2], strict=True))


def torch_pad(x, padding, value=0.0):
    return F.pad(x, [n for pair in reversed(padding) for n in pair], value=value)


# Plain loops

def connections(small, big, kernel, stride, dilation, padding):
    """Each place of the small image, and each (place, tap) of the big one that it sees, in row-major order."""
    for place in itertools.product(*map(range, small)):
        seen = []
        for tap in itertools.product(*map(range, kernel)):
            source = tuple(p * s + t * d - before
                           for p, s, t, d, (before, _) in zip(place, stride, tap, dilation, padding))
            if all(0 <= q < n for q, n in zip(source, big)):
                seen.append((source, tap))
        yield place, seen


def ungrouped(weight, groups):
    """A kernel from every input to every output, with zeros between the groups."""
    i, o = weight.shape[-2], weight.shape[-1] // groups
    full = np.zeros((*weight.shape[:-2], i * groups, o * groups))
    for g in range(groups):
        full[..., g * i:(g + 1) * i, g * o:(g + 1) * o] = weight[..., g * o:(g + 1) * o]
    return full


def grouped(full, groups):
    i, o = full.shape[-2] // groups, full.shape[-1] // groups
    return np.concatenate([full[..., g * i:(g + 1) * i, g * o:(g + 1) * o] for g in range(groups)], axis=-1)


def at(place):
    return (slice(None), *place)


def loops_convolution(kernel, stride, dilation, groups, padding):
    def computation(x, weight, bias):
        x, weight, sizes = x.numpy(), ungrouped(weight.numpy(), groups), x.shape[1:-1]
        outputs = [(n + before + after - (k - 1) * d - 1) // s + 1
                   for n, k, s, d, (before, after) in zip(sizes, kernel, stride, dilation, padding)]
        places = list(connections(outputs, sizes, kernel, stride, dilation, padding))
        output = np.zeros((len(x), *outputs, weight.shape[-1])) + bias.numpy()
        for place, seen in places:
            for source, tap in seen:
                output[at(place)] += x[at(source)] @ weight[tap]

        def backward(upstream):
            upstream, input_gradient, weight_gradient = upstream.numpy(), np.zeros(x.shape), np.zeros(weight.shape)
            for place, seen in places:
                for source, tap in seen:
                    input_gradient[at(source)] += upstream[at(place)] @ weight[tap].T
                    weight_gradient[tap] += x[at(source)].T @ upstream[at(place)]
            return input_gradient, grouped(weight_gradient, groups), upstream.sum(tuple(range(upstream.ndim - 1)))
        return output, backward
    return computation


def loops_transposed(kernel, stride, dilation, groups, padding, outputs):
    def computation(x, weight, bias):
        x, weight, sizes = x.numpy(), ungrouped(weight.numpy(), groups), x.shape[1:-1]
        places = list(connections(sizes, outputs, kernel, stride, dilation, padding))
        output = np.zeros((len(x), *outputs, weight.shape[-2])) + bias.numpy()
        for place, seen in places:
            for target, tap in seen:
                output[at(target)] += x[at(place)] @ weight[tap].T

        def backward(upstream):
            upstream, input_gradient, weight_gradient = upstream.numpy(), np.zeros(x.shape), np.zeros(weight.shape)
            for place, seen in places:
                for target, tap in seen:
                    input_gradient[at(place)] += upstream[at(target)] @ weight[tap]
                    weight_gradient[tap] += upstream[at(target)].T @ x[at(place)]
            return input_gradient, grouped(weight_gradient, groups), upstream.sum(tuple(range(upstream.ndim - 1)))
        return output, backward
    return computation


def loops_pooling(pooling, window, stride, padding):
    def computation(x):
        x, sizes = x.numpy(), x.shape[1:-1]
        outputs = [(n + sum(p) - k) // s + 1 for n, k, s, p in zip(sizes, window, stride, padding)]
        output, shares = np.zeros((len(x), *outputs, x.shape[-1])), []
        for place, seen in connections(outputs, sizes, window, stride, [1, 1], padding):
            for image, channel in itertools.product(range(len(x)), range(x.shape[-1])):
                elements = [(image, *source, channel) for source, _ in seen]
                if pooling == "max":
                    elements = [max(elements, key=lambda element: x[element])]  # the first of equals
                target = (image, *place, channel)
                for element in elements:
                    output[target] += x[element] / len(elements)
                    shares.append((target, element, 1 / len(elements)))

        def backward(upstream):
            gradient = np.zeros(x.shape)
            for target, element, share in shares:
                gradient[element] += share * upstream.numpy()[target]
            return [gradient]
        return output, backward
    return computation


def loops_upsampling(factor, interpolation):
    def weights(size, factor):
        matrix = np.zeros((size * factor, size))
        for place in range(size * factor):
            if interpolation == "nearest":
                matrix[place, place // factor] = 1
            else:
                position = min(max((place + 0.5) / factor - 0.5, 0), size - 1)
                low = math.floor(position)
                matrix[place, low] += 1 - (position - low)
                matrix[place, min(low + 1, size - 1)] += position - low
        return matrix

    def computation(x):
        rows, columns = (weights(n, f) for n, f in zip(x.shape[1:3], factor))
        forward = lambda a, b, x: np.einsum("pi,qj,nijc->npqc", a, b, x)
        return forward(rows, columns, x.numpy()), lambda upstream: [forward(rows.T, columns.T, upstream.numpy())]
    return computation


# Convolution

def convolution(name, shape, kernel, outputs, stride=None, dilation=None, groups=1, padding="valid", **more):
    axes, sizes = len(kernel), shape[1:-1]
    stride, dilation = stride or [1] * axes, dilation or [1] * axes
    spread = pairs(padding, sizes, kernel, stride, dilation)
    layout = ("NHWC", "HWIO", "NHWC") if axes == 2 else ("NHC", "HIO", "NHC")

    def with_torch(x, weight, bias):
        function = F.conv2d if axes == 2 else F.conv1d
        return channels_last(function(torch_pad(channels_first(x), spread), torch_kernel(weight), bias,
                                      stride=stride, dilation=dilation, groups=groups))

    def with_jax(x, weight, bias):
        return lax.conv_general_dilated(x, weight, stride, spread, rhs_dilation=dilation, dimension_numbers=layout,
                                        feature_group_count=groups) + bias

    def with_keras(padding):
        layer = keras.layers.Conv2D if axes == 2 else keras.layers.Conv1D
        return by_keras(layer(outputs, kernel, stride, padding, dilation_rate=dilation, groups=groups))

    computations = [by_torch(with_torch), by_jax(with_jax),
                    loops_convolution(kernel, stride, dilation, groups, spread)]
    # Keras has no padding by numbers, and not both stride and dilation.
    causal = [(kernel[0] - 1) * dilation[0], 0]
    if max(stride) == 1 or max(dilation) == 1:
        if isinstance(padding, str):
            computations.append(with_keras(padding))
        elif axes == 1 and padding == causal:
            computations.append(with_keras("causal"))
    if padding == "same":
        computations.reverse()
    tensors = {"input": normal(*shape), "weight": normal(*kernel, shape[-1] // groups, outputs, scale=0.5),
               "bias": normal(outputs)}
    layer_case(f"conv{axes}d", name, tensors, *computations, kernel=kernel, stride=stride, dilation=dilation,
               groups=groups, padding=padding, decimals=8, **more)


def convolutions():
    convolution("conv2d_valid", [2, 5, 3, 3], [3, 2], 2)
    convolution("conv2d_stride_2x3", [2, 6, 8, 1], [3, 3], 3, stride=[2, 3],
                note="the last row and the last two columns are in no window")
    convolution("conv2d_stride_3x2_kernel_2x1", [2, 5, 5, 2], [2, 1], 2, stride=[3, 2],
                note="rows and columns between the windows are in none")
    convolution("conv2d_dilation_2x1", [2, 7, 3, 2], [3, 2], 2, dilation=[2, 1])
    convolution("conv2d_padding_1_2_0_3", [2, 3, 4, 2], [3, 3], 2, padding=[1, 2, 0, 3])
    convolution("conv2d_groups_2", [2, 3, 3, 4], [2, 3], 6, groups=2)
    convolution("conv2d_groups_3", [2, 3, 2, 6], [2, 2], 9, groups=3)
    convolution("conv2d_depthwise", [2, 4, 4, 3], [3, 3], 3, groups=3)
    convolution("conv2d_depthwise_multiplier_2", [2, 3, 4, 3], [2, 3], 6, groups=3,
                note="output o is made of input o / 2, rounded down")
    convolution("conv2d_kernel_1x1", [2, 3, 2, 3], [1, 1], 4)
    convolution("conv2d_all_options", [2, 6, 4, 4], [3, 2], 6, stride=[2, 3], dilation=[2, 3], groups=2,
                padding=[1, 2, 0, 3])
    convolution("conv2d_kernel_as_large_as_input", [2, 3, 5, 2], [3, 5], 2)
    convolution("conv2d_one_output", [2, 4, 5, 3], [3, 2], 1)
    convolution("conv2d_17_outputs", [2, 2, 2, 2], [2, 1], 17)
    convolution("conv2d_33_outputs", [2, 2, 2, 1], [1, 2], 33)

    # Together, every stride with every kernel length for 7 rows and for 8 columns.
    for rows, columns, shift in [(2, 5, 0), (3, 3, 0), (4, 4, 1), (5, 2, 2)]:
        for s in (1, 2, 3):
            kernel, stride = [rows, columns], [s, (s - 1 + shift) % 3 + 1]
            convolution(f"conv2d_same_kernel_{by(kernel)}_stride_{by(stride)}", [2, 7, 8, 1], kernel,
                        2 if min(stride) > 1 else 1, stride=stride, padding="same")
    for kernel in [2, 5], [3, 4]:
        convolution(f"conv2d_same_kernel_{by(kernel)}_dilation_2x2", [2, 7, 8, 1], kernel, 1, dilation=[2, 2],
                    padding="same")
    convolution("conv2d_same_groups_2", [2, 3, 2, 4], [3, 2], 4, groups=2, padding="same")


def sequences():
    convolution("conv1d_valid", [2, 7, 2], [3], 3)
    convolution("conv1d_stride_2", [2, 8, 2], [3], 3, stride=[2])
    convolution("conv1d_dilation_2", [2, 9, 2], [3], 3, dilation=[2])
    convolution("conv1d_groups_2", [2, 5, 4], [2], 6, groups=2)
    for dilation in (1, 2):
        convolution(f"conv1d_causal_dilation_{dilation}", [2, 7, 2], [3], 2, dilation=[dilation],
                    padding=[2 * dilation, 0],
                    note="Keras' causal: an output sees the input at its own time and before")
    convolution("conv1d_all_options", [2, 9, 4], [3], 4, stride=[2], dilation=[2], groups=2, padding=[2, 1])
    for size, kernel, stride in [(7, 3, 1), (7, 4, 2), (8, 3, 2), (8, 2, 3), (7, 5, 3)]:
        convolution(f"conv1d_same_size_{size}_kernel_{kernel}_stride_{stride}", [2, size, 2], [kernel], 2,
                    stride=[stride], padding="same")
    convolution("conv1d_same_size_7_kernel_4_dilation_2", [2, 7, 2], [4], 2, dilation=[2], padding="same")


# Transposed convolution

def transposed(name, shape, kernel, outputs, stride=None, dilation=None, groups=1, padding="valid",
               output_padding=None, **more):
    stride, dilation, output_padding = stride or [1, 1], dilation or [1, 1], output_padding or [0, 0]
    sizes, extra = shape[1:-1], output_padding
    if padding == "same":  # as many outputs as the stride asks for, even where the kernel is shorter
        extra = [max(s - k, 0) for k, s in zip(kernel, stride)]
    spread = pairs(padding, [n * s for n, s in zip(sizes, stride)], kernel, stride, dilation)
    results = [(n - 1) * s + (k - 1) * d + 1 + e - sum(p)
               for n, s, k, d, e, p in zip(sizes, stride, kernel, dilation, extra, spread)]
    symmetric = all(before == after for before, after in spread)

    def with_torch(x, weight, bias):
        output = F.conv_transpose2d(channels_first(x), torch_kernel(weight), bias, stride=stride, dilation=dilation,
                                    groups=groups, output_padding=extra,
                                    padding=[before for before, _ in spread] if symmetric else 0)
        # torch has one number for both sides; for two it computes everything and loses the rest.
        return channels_last(output if symmetric else torch_pad(output, [(-a, -b) for a, b in spread]))

    def with_jax(x, weight, bias):
        def convolve(y):
            return lax.conv_general_dilated(y, weight, stride, spread, rhs_dilation=dilation,
                                            dimension_numbers=("NHWC", "HWIO", "NHWC"), feature_group_count=groups)
        y = jax.ShapeDtypeStruct((len(x), *results, outputs), x.dtype)
        return jax.linear_transpose(convolve, y)(x)[0] + bias

    computations = [by_torch(with_torch), by_jax(with_jax),
                    loops_transposed(kernel, stride, dilation, groups, spread, results)]
    # The output padding that Keras adds by itself.
    keras_extra = [max(s - k, 0) for k, s in zip(kernel, stride)] if padding == "valid" else [0, 0]
    if (isinstance(padding, str) and groups == 1 and output_padding == keras_extra
            and (max(stride) == 1 or max(dilation) == 1)):
        layer = keras.layers.Conv2DTranspose(outputs, kernel, stride, padding, dilation_rate=dilation)
        computations.append(by_keras(layer))
    if padding == "same":
        assert results == [n * s for n, s in zip(sizes, stride)]
        computations.reverse()
    tensors = {"input": normal(*shape), "weight": normal(*kernel, outputs // groups, shape[-1], scale=0.5),
               "bias": normal(outputs)}
    layer_case("conv_transpose2d", name, tensors, *computations, kernel=kernel, stride=stride, dilation=dilation,
               groups=groups, padding=padding, output_padding=output_padding, decimals=8, **more)


def transposed_convolutions():
    transposed("conv_transpose2d_stride_1x1", [2, 3, 2, 2], [3, 2], 3)
    transposed("conv_transpose2d_stride_2x2", [2, 2, 2, 2], [3, 3], 2, stride=[2, 2])
    transposed("conv_transpose2d_stride_2x3", [2, 2, 2, 2], [3, 4], 2, stride=[2, 3])
    transposed("conv_transpose2d_padding_1_1_2_2", [2, 3, 4, 2], [3, 4], 2, stride=[2, 1], padding=[1, 1, 2, 2])
    transposed("conv_transpose2d_padding_1_0_2_1", [2, 3, 3, 2], [3, 4], 2, stride=[1, 2], padding=[1, 0, 2, 1])
    transposed("conv_transpose2d_output_padding_1x2", [2, 3, 2, 2], [3, 2], 2, stride=[2, 3],
               padding=[1, 1, 0, 0], output_padding=[1, 2], note="the last two columns are the bias")
    transposed("conv_transpose2d_dilation_2x3", [2, 2, 2, 2], [2, 3], 2, stride=[2, 1], dilation=[2, 3])
    transposed("conv_transpose2d_groups_2", [2, 2, 2, 4], [2, 2], 6, groups=2)
    transposed("conv_transpose2d_kernel_4x4_stride_2x2_padding_1", [2, 3, 2, 2], [4, 4], 2, stride=[2, 2],
               padding=[1, 1, 1, 1])
    transposed("conv_transpose2d_all_options", [2, 2, 2, 4], [3, 2], 4, stride=[2, 3], dilation=[2, 3], groups=2,
               padding=[1, 1, 2, 2], output_padding=[0, 1])
    for kernel, stride, note in [
        ([2, 3], [1, 1], {}), ([3, 4], [2, 2], {}), ([5, 3], [2, 3], {}),
        ([2, 1], [3, 2], {"note": "size * stride outputs, though the kernel is shorter than the stride"}),
    ]:
        transposed(f"conv_transpose2d_same_kernel_{by(kernel)}_stride_{by(stride)}", [2, 2, 3, 1], kernel, 2,
                   stride=stride, padding="same", **note)
    transposed("conv_transpose2d_valid_kernel_2x1_stride_3x2", [2, 2, 3, 1], [2, 1], 2, stride=[3, 2],
               output_padding=[1, 1],
               note="Keras adds this output padding by itself: size * stride + max(kernel - stride, 0) outputs")


# Pooling

def pooling(kind, name, shape, window, stride=None, padding="valid", x=None, **more):
    x = normal(*shape) if x is None else x
    stride = stride or window
    spread = pairs(padding, shape[1:3], window, stride, [1, 1])

    def with_torch(x):
        images = channels_first(x)
        if kind == "max":
            return channels_last(F.max_pool2d(torch_pad(images, spread, -math.inf), window, stride))
        average = lambda images: F.avg_pool2d(torch_pad(images, spread), window, stride)
        return channels_last(average(images) / average(torch.ones_like(images)))

    layer = keras.layers.MaxPooling2D if kind == "max" else keras.layers.AveragePooling2D
    computations = [by_torch(with_torch), loops_pooling(kind, window, stride, spread),
                    by_keras(layer(window, stride, padding))]
    if padding == "same":
        computations.reverse()
    layer_case(f"{kind}_pool2d", name, {"input": x}, *computations, window=window, stride=stride, padding=padding,
               **more)


def poolings():
    def negative(*shape):
        return -abs(normal(*shape, mean=1.0))

    pooling("max", "max_pool2d_window_2x2", [2, 5, 4, 2], [2, 2], note="the last row is in no window")
    pooling("max", "max_pool2d_window_3x3_stride_2x2", [2, 7, 5, 2], [3, 3], [2, 2], note="the windows overlap")
    pooling("max", "max_pool2d_window_2x3", [2, 4, 6, 2], [2, 3])
    ties = torch.from_numpy(random.integers(0, 2, size=(2, 6, 4, 2)).astype(float))
    ties[0, :2, :2] = 1.0
    pooling("max", "max_pool2d_ties", ties.shape, [2, 2], x=ties,
            note="of equal elements of a window the first in row-major order receives the gradient")
    ties = torch.from_numpy(random.integers(0, 2, size=(2, 5, 5, 1)).astype(float))
    pooling("max", "max_pool2d_ties_overlapping", ties.shape, [3, 3], [2, 2], x=ties,
            note="of equal elements of a window the first in row-major order receives the gradient")
    infinite = "padding counts as minus infinity"
    pooling("max", "max_pool2d_same_window_2x2", [2, 7, 5, 2], [2, 2], padding="same", note=infinite)
    pooling("max", "max_pool2d_same_window_3x2_stride_2x3", [2, 7, 5, 2], [3, 2], [2, 3], "same", note=infinite)
    pooling("max", "max_pool2d_same_negative_window_2x2", [2, 7, 5, 1], [2, 2], padding="same",
            x=negative(2, 7, 5, 1), note=infinite)
    pooling("max", "max_pool2d_same_negative_window_3x3_stride_2x2", [2, 7, 8, 1], [3, 3], [2, 2], "same",
            x=negative(2, 7, 8, 1), note=infinite)

    uncounted = "padding is not counted: the divisor is the number of elements inside of the image"
    pooling("average", "average_pool2d_window_2x2", [2, 5, 4, 2], [2, 2])
    pooling("average", "average_pool2d_window_3x3_stride_2x2", [2, 7, 5, 1], [3, 3], [2, 2])
    pooling("average", "average_pool2d_same_window_2x2", [2, 7, 5, 1], [2, 2], padding="same", note=uncounted)
    pooling("average", "average_pool2d_same_window_3x2_stride_2x3", [2, 7, 5, 1], [3, 2], [2, 3], "same",
            note=uncounted)

    shape = [2, 3, 4, 3]
    loops = loops_pooling("average", shape[1:3], [1, 1], [(0, 0), (0, 0)])

    def plain(x):
        output, backward = loops(x)
        return output[:, 0, 0], lambda upstream: backward(upstream[:, None, None])

    layer_case("global_average_pool2d", "global_average_pool2d", {"input": normal(*shape)},
               by_torch(lambda x: F.adaptive_avg_pool2d(channels_first(x), 1).flatten(1)), plain,
               in_single_precision=by_keras(keras.layers.GlobalAveragePooling2D()))


# Upsampling

def upsamplings():
    for interpolation, name, shape, factor in [
        ("nearest", "nearest_2x2", [2, 3, 2, 2], [2, 2]),
        ("nearest", "nearest_2x3", [2, 3, 2, 2], [2, 3]),
        ("bilinear", "bilinear_2x2", [2, 4, 5, 1], [2, 2]),
        ("bilinear", "bilinear_3x3", [1, 4, 5, 1], [3, 3]),
        ("bilinear", "bilinear_2x3", [1, 4, 5, 1], [2, 3]),
        ("bilinear", "bilinear_one_row", [2, 1, 3, 2], [2, 3]),
    ]:
        corners = {} if interpolation == "nearest" else {"align_corners": False}
        with_torch = lambda x: channels_last(F.interpolate(
            channels_first(x), scale_factor=tuple(map(float, factor)), mode=interpolation, **corners))
        note = {} if interpolation == "nearest" else {
            "note": "torch's align_corners=False: output p lies at (p + 0.5) / factor - 0.5, clamped to the image"}
        layer_case("upsample2d", f"upsample2d_{name}", {"input": normal(*shape)}, by_torch(with_torch),
                   loops_upsampling(factor, interpolation),
                   by_keras(keras.layers.UpSampling2D(tuple(factor), interpolation=interpolation)),
                   factor=factor, interpolation=interpolation, **note)


# Normalisation

def formula(axes, eps):
    """The normalisation over the axes, of the mean and the variance as they are defined."""
    def normalise(x, scale, shift):
        centred = x - x.mean(axes, keepdims=True)
        return scale * centred / jax.numpy.sqrt((centred ** 2).mean(axes, keepdims=True) + eps) + shift
    return by_jax(normalise)


def batch_normalisation(name, shape, eps=1e-5, momentum=0.1):
    channels, axes = shape[-1], tuple(range(len(shape) - 1))
    tensors = {"input": normal(*shape), "scale": normal(channels, mean=1.0, scale=0.5), "shift": normal(channels)}
    first, scale, shift = tensors.values()
    second = normal(*shape, mean=0.5, scale=2.0)

    def normalise(x, scale, shift, mean, variance, training):
        return channels_last(F.batch_norm(channels_first(x), mean, variance, scale, shift, training=training,
                                          momentum=momentum, eps=eps))

    # Keras' momentum is the other part, and its running variance divides by the count, not by the count - 1.
    layer = keras.layers.BatchNormalization(momentum=1 - momentum, epsilon=eps)
    layer.build(tuple(shape))

    def with_keras(x, scale, shift):
        return layer.stateless_call([scale, shift], [np.zeros(channels), np.ones(channels)], x, training=True)[0]

    mean, variance, after = torch.zeros(channels), torch.ones(channels), []
    expected_mean, expected_variance = np.zeros(channels), np.ones(channels)
    keras_state, count = [np.zeros(channels), np.ones(channels)], first.numel() // channels
    for x in (first, second):
        normalise(x, scale, shift, mean, variance, training=True)
        after.append({"running_mean": tensor(mean.clone()), "running_variance": tensor(variance.clone())})
        x = x.numpy()
        expected_mean = (1 - momentum) * expected_mean + momentum * x.mean(axes)
        expected_variance = (1 - momentum) * expected_variance + momentum * x.var(axes, ddof=1)
        check(expected_mean, mean, name)
        check(expected_variance, variance, name)
        before = (1 - momentum) * np.asarray(keras_state[1])
        keras_state = layer.stateless_call([scale.numpy(), shift.numpy()], keras_state, x, training=True)[1]
        check(keras_state[0], mean, name, 1e-5)
        check((np.asarray(keras_state[1]) - before) / momentum, x.var(axes), name, 1e-5)
    inference = normalise(first, scale, shift, mean, variance, training=False)
    check(scale * (first - mean) / torch.sqrt(variance + eps) + shift, inference, name)

    fresh = lambda *values: normalise(*values, torch.zeros(channels), torch.ones(channels), training=True)
    layer_case("batch_norm", name, tensors, by_torch(fresh), formula(axes, eps),
               in_single_precision=by_jax(with_keras), eps=eps, momentum=momentum,
               note="running = (1 - momentum) * running + momentum * batch, from mean 0 and variance 1; the batch's "
               "variance is divided by count - 1 there and by count in the output; inference_output is that of input "
               "after input and second_input", second_input=tensor(second), after=after,
               inference_output=tensor(inference))


def layer_normalisation(name, shape, eps=1e-5):
    channels = shape[-1]
    tensors = {"input": normal(*shape), "scale": normal(channels, mean=1.0, scale=0.5), "shift": normal(channels)}
    layer_case("layer_norm", name, tensors,
               by_torch(lambda x, scale, shift: F.layer_norm(x, [channels], scale, shift, eps)), formula(-1, eps),
               in_single_precision=by_keras(keras.layers.LayerNormalization(epsilon=eps)), eps=eps)


def normalisations():
    batch_normalisation("batch_norm_images", [4, 3, 5, 6])
    batch_normalisation("batch_norm_rows", [7, 5])
    layer_normalisation("layer_norm_rows", [4, 7])
    layer_normalisation("layer_norm_images", [2, 3, 5, 6])


# A whole network

def network():
    x, labels = leaf(normal(3, 9, 8, 2)), torch.tensor([2, 0, 1])
    first, second = [3, 3, 2, 3], [3, 3, 3, 4]
    parameters = [leaf(normal(*shape, scale=scale)) for shape, scale in [
        (first, 0.4), ([3], 0.3), (second, 0.4), ([4], 0.3), ([3 * 3 * 4, 3], 0.4), ([3], 0.3)]]
    weight1, bias1, weight2, bias2, weight3, bias3 = parameters

    images = F.max_pool2d(F.relu(F.conv2d(channels_first(x), torch_kernel(weight1), bias1)), 2)
    images = F.relu(F.conv2d(images, torch_kernel(weight2), bias2, padding=1))
    logits = F.linear(channels_last(images).flatten(1), weight3.T, bias3)
    loss = F.cross_entropy(logits, labels)
    loss.backward()

    layers = keras.layers
    model = keras.Sequential([
        keras.Input(tuple(x.shape[1:])), layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(4, 3, padding="same", activation="relu"), layers.Flatten(), layers.Dense(3)])

    def model_loss(x, *parameters):
        logits, _ = model.stateless_call(list(parameters), [], x)
        chosen = jax.nn.log_softmax(logits)[np.arange(len(labels)), labels.numpy()]
        return -chosen.mean(), logits

    arrays = [value.detach().numpy() for value in (x, *parameters)]
    (keras_loss, keras_logits), gradients = jax.value_and_grad(
        model_loss, argnums=tuple(range(len(arrays))), has_aux=True)(*arrays)
    check(keras_loss, loss, "loss of the network")
    check(keras_logits, logits, "logits of the network")
    for gradient, value in zip(gradients, (x, *parameters), strict=True):
        check(gradient, value.grad, "gradient of the network")

    def described(place, **fields):
        weight, bias = parameters[2 * place:2 * place + 2]
        return {**fields, "weight": tensor(weight), "bias": tensor(bias), "weight_gradient": tensor(weight.grad),
                "bias_gradient": tensor(bias.grad)}

    options = {"kernel": [3, 3], "stride": [1, 1], "dilation": [1, 1], "groups": 1}
    add("network", "network_of_images", reduction="mean over the images of the batch",
        note="convolution, relu, max pooling 2x2, convolution, relu, flatten (rows, columns, channels), dense, "
        "softmax cross-entropy",
        input=tensor(x), labels=labels.tolist(),
        layers=[described(0, layer="conv2d", **options, padding="valid", activation="relu"),
                described(1, layer="conv2d", **options, padding="same", activation="relu"),
                described(2, layer="dense", activation="none")],
        logits=tensor(logits), loss=loss.item(), input_gradient=tensor(x.grad))


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


for section in (convolutions, sequences, transposed_convolutions, poolings, upsamplings, normalisations, network):
    section()

versions = f"torch {torch.__version__}, keras {keras.__version__}, jax {jax.__version__}"
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "convolution.json")
with open(path + ".part", "w", encoding="utf-8", newline="\n") as file:
    file.write(text({"made_by": f"convolution.py, {versions}, seed {SEED}", "cases": cases}, 0) + "\n")
os.replace(path + ".part", path)
