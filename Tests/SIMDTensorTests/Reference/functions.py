"""Writes FunctionReference.swift: values of the elementary functions, computed with mpmath to far more digits than a
Double has, and rounded once.

    python3 functions.py > ../FunctionReference.swift
"""
import random
import struct
from mpmath import mp, mpf

mp.prec = 1400  # enough to reduce 1e308 modulo pi/2
random.seed(20240229)


def uniform(low, high, count):
    return [random.uniform(low, high) for _ in range(count)]


def magnitudes(low, high, count, signs=(1, -1)):
    """All orders of magnitude from 2^low to 2^high alike."""
    return [random.choice(signs) * random.uniform(1, 2) * 2.0 ** random.randrange(low, high) for _ in range(count)]


def nearest_to_quarter_turns(counts):
    """The Doubles nearest to multiples of pi/2."""
    return [float(mp.pi / 2 * n) for n in counts]


def closest_to_quarter_turns(exponents):
    """For each exponent e, the integer M below 2^53 for which M·2^e comes closest to a multiple of pi/2: the
    denominator of a continued-fraction convergent of 2^e/(pi/2)."""
    result = []
    for e in exponents:
        rest, (previous, current) = mpf(2) ** e / (mp.pi / 2), (0, 1)
        while True:
            rest = 1 / (rest - mp.floor(rest))
            previous, current = current, int(mp.floor(rest)) * current + previous
            if current >= 2 ** 53:
                break
        result.append(previous * 2.0 ** e)
    return result


sides = [5e-324, 2.0 ** -1030, 2.2250738585072014e-308, 1e-300, 1e-20, 2.0 ** -54, 2.0 ** -53, 1e-8]
sides += [-x for x in sides]
angles = (sides + uniform(-7, 7, 12) + uniform(-1e5, 1e5, 8) + magnitudes(17, 1023, 12)
          + nearest_to_quarter_turns([29] + [random.randrange(1, 2 ** 16) for _ in range(14)])
          + closest_to_quarter_turns(list(range(3, 970, 23)) + [797])
          + [7295575205414944 * 2.0 ** 104, 8339257997887104 * 2.0 ** 136]  # near, and the words of the product carry
          + [1e5, 100_000.00000000001, 1e22, 1.7976931348623157e308])

points = {
    "exp": sides + uniform(-1, 1, 14) + uniform(-708, 709, 14) + uniform(-745, -708, 12)
           + [709.782712893384, -708.3964185322641, -745.1332191019411, 0.34657359027997264, 0.3465735902799727],
    "expm1": sides + uniform(-1, 1, 20) + uniform(-40, 3, 14) + uniform(3, 709, 8) + [709.782712893384, -37.0, -38.0],
    "log": [abs(x) for x in sides[:8]] + magnitudes(-1074, 1024, 20, (1,)) + uniform(0.5, 2, 16)
           + [1 + x for x in magnitudes(-52, -2, 16)]
           + [0.7071067811865475, 0.7071067811865476, 1.4142135623730951, 1.7976931348623157e308],
    "log1p": sides + uniform(-1, 2, 20) + magnitudes(-54, -1, 16) + magnitudes(1, 1024, 10, (1,))
             + [-0.9999999999999999, -0.2928932188134524, 0.4142135623730951, 1.7976931348623157e308],
    "sigmoid": sides + uniform(-8, 8, 20) + uniform(-745, -20, 16) + uniform(20, 60, 6) + [-709.0, -745.1],
    "tanh": sides + uniform(-1, 1, 20) + uniform(-20, 20, 14) + magnitudes(-1070, 0, 10) + [19.0, 0.55, -0.55],
    "softplus": sides + uniform(-8, 8, 20) + uniform(-745, -20, 14) + magnitudes(5, 1023, 10, (1,)) + [-709.0, -745.1],
    "erf": sides + uniform(-0.875, 0.875, 16) + uniform(-6, 6, 20) + magnitudes(-1070, 0, 10)
           + [0.875, 0.8749999999999999, 0.8750000000000001, 5.8, -5.9],
    "erfc": sides + uniform(-3, 3, 20) + uniform(3, 26.5, 20) + uniform(26.5, 27.25, 8)
            + [0.5, 26.54325845425098, 27.226017111108362, 27.3, 5.8, -5.9],
    "sin": angles,
    "cos": angles,
}

functions = {
    "exp": mp.exp, "expm1": mp.expm1, "log": mp.log, "log1p": mp.log1p, "tanh": mp.tanh, "erf": mp.erf, "erfc": mp.erfc,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)), "softplus": lambda x: mp.log1p(mp.exp(x)), "sin": mp.sin, "cos": mp.cos,
}

def bits(x):
    return f"0x{struct.unpack('<Q', struct.pack('<d', x))[0]:016x}"


print("""// Written by Reference/functions.py: values of the elementary functions, rounded once from 1400 bits.

/// For every function, pairs of an argument and the value there, as the bit patterns of Doubles.
let functionReference: [String: [(x: UInt64, y: UInt64)]] = [""")
for name, xs in points.items():
    print(f'    "{name}": [')
    for x in xs:
        print(f"        ({bits(x)}, {bits(float(functions[name](mpf(x))))}),")
    print("    ],")
print("]")
