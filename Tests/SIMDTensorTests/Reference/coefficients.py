"""The polynomials of Exponential, Logarithm, ErrorFunction and Trigonometry, and the parts of ln 2 and pi/2.

    python3 coefficients.py        (needs mpmath; takes a minute)

Every polynomial is minimax: its largest weighted error over the interval is the smallest possible (Remez exchange on a
fine grid). The weight makes it the error of the function's result, relative to the result. The coefficients are
rounded to the format one at a time, lowest first, and the others fitted again after each, to make up for the rounding.
"""
from mpmath import mp, mpf, matrix, lu_solve

mp.dps = 60
FLOAT, DOUBLE = 24, 53


def rounded(x, bits, rounding=mp.nint):
    if x == 0:
        return mpf(0)
    significand, exponent = mp.frexp(x)
    return mp.ldexp(rounding(mp.ldexp(significand, bits)), int(exponent) - bits)


def remez(f, weight, degree, a, b):
    """The coefficients that minimise max |weight(x)·(p(x) − f(x))| over [a, b], and that maximum."""
    n = degree + 1
    count = 30 * (n + 1) + 1
    grid = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * (i + mpf("0.4871")) / count) for i in range(count)]
    grid = [a if a != 0 else b * mpf("1e-8")] + grid + [b]
    count = len(grid)
    values, weights = [f(x) for x in grid], [weight(x) for x in grid]
    reference = [round((1 - mp.cos(mp.pi * i / n)) / 2 * (count - 1)) for i in range(n + 1)]
    for i in range(1, n + 1):
        reference[i] = max(reference[i], reference[i - 1] + 1)
    for _ in range(200):
        # the polynomial whose error has the same size and alternating signs at the reference points
        system, right = matrix(n + 1, n + 1), matrix(n + 1, 1)
        for i, g in enumerate(reference):
            for k in range(n):
                system[i, k] = grid[g] ** k
            system[i, n] = (-1) ** i / weights[g]
            right[i] = values[g]
        solution = lu_solve(system, right)
        coefficients, level = [solution[k] for k in range(n)], abs(solution[n])
        errors = [weights[i] * (mp.polyval(coefficients[::-1], grid[i]) - values[i]) for i in range(count)]
        largest = max(abs(e) for e in errors)
        if largest <= level * mpf("1.002"):
            break
        # the new reference: the extremum of every run of one sign
        extrema, i = [], 0
        while i < count:
            j = best = i
            while j < count and (errors[j] > 0) == (errors[i] > 0):
                best = j if abs(errors[j]) > abs(errors[best]) else best
                j += 1
            extrema.append(best)
            i = j
        while len(extrema) > n + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if len(extrema) == n + 1 and all(abs(errors[g]) >= level * mpf("0.99") for g in extrema):
            reference = extrema
            continue
        # or, while there are too few, the largest error takes the place of its neighbour of the same sign
        g = max(range(count), key=lambda i: abs(errors[i]))
        same = lambda k: (errors[reference[k]] > 0) == (errors[g] > 0)
        if g < reference[0]:
            reference = [g] + (reference[1:] if same(0) else reference[:-1])
        elif g > reference[-1]:
            reference = (reference[:-1] if same(-1) else reference[1:]) + [g]
        else:
            k = max(i for i in range(n + 1) if reference[i] <= g)
            if reference[k] == g:
                break
            reference[k if same(k) else k + 1] = g
    return coefficients, largest


def fit(name, f, weight, degree, a, b, bits):
    done = []
    for k in range(degree + 1):
        rest = lambda x: (f(x) - mp.polyval(done[::-1], x)) / x ** k if done else f(x)
        try:
            coefficients, _ = remez(rest, lambda x: weight(x) * abs(x) ** k, degree - k, a, b)
        except ZeroDivisionError:  # the last coefficients of a long polynomial no longer matter
            coefficients = coefficients[1:]
        done.append(rounded(coefficients[0], bits))
    points = [a + (b - a) * (mpf(i) + mpf("0.5")) / 3001 for i in range(3001)]
    error = max(abs(weight(x) * (mp.polyval(done[::-1], x) - f(x))) for x in points)
    print(f"{name}: error 2^{float(mp.log(error, 2)):.2f}")
    for k, c in enumerate(done):
        print(f"    x^{k}: {float(c).hex()}")


def parts(name, value, bits):
    """value as a sum: all but the last part cut off, the last rounded."""
    print(name)
    for b in bits[:-1]:
        part = rounded(value, b, mp.floor)
        print(f"    {float(part).hex()}")
        value -= part
    print(f"    {float(rounded(value, bits[-1])).hex()}")


def exponential_tail(r):
    return mpf(1) / 2 + r / 6 if abs(r) < 1e-15 else (mp.expm1(r) - r) / r ** 2


def exponential_weight(r):
    return abs(r) if abs(r) < 1e-15 else abs(r * r / mp.expm1(r))


limit = mp.log(2) / 2 * (1 + mpf("1e-5"))
fit("exponentialTail Float", exponential_tail, exponential_weight, 5, -limit, limit, FLOAT)
fit("exponentialTail Double", exponential_tail, exponential_weight, 10, -limit, limit, DOUBLE)

lowest, highest = mp.sqrt(mpf(1) / 2) - 1 - mpf("1e-6"), mp.sqrt(2) - 1 + mpf("1e-6")
fit("logarithmCorrection Float",
    lambda f: mpf(1) / 3 - f / 4 if abs(f) < 1e-9 else (mp.log1p(f) - f + f * f / 2) / f ** 3,
    lambda f: f * f if abs(f) < 1e-20 else abs(f ** 3 / mp.log1p(f)), 7, lowest, highest, FLOAT)


def artanh_tail(z):
    return mpf(2) / 3 + 2 * z / 5 if z < 1e-12 else (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2) / z


fit("logarithmCorrection Double", artanh_tail, lambda z: z / 2, 6, mpf(0), (highest / (2 + highest)) ** 2, DOUBLE)

slope = 2 / mp.sqrt(mp.pi)


def erf_near_zero(z):
    return slope - 1 - slope * z / 3 if z < 1e-14 else mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1


def erf_weight(z):
    return 1 / slope if z < 1e-20 else mp.sqrt(z) / mp.erf(mp.sqrt(z))


for bits, border, one, degrees in ((FLOAT, "0.75", 4, (5, 6)), (DOUBLE, "0.875", 6, (11, 18))):
    border = mpf(border)
    fit(f"erfNearZero {bits}", erf_near_zero, erf_weight, degrees[0], mpf(0), border ** 2, bits)
    fit(f"logarithmOfErfc {bits}", lambda a: mp.log(mp.erfc(a)), lambda a: mp.erfc(a) / mp.erf(a), degrees[1],
        border, mpf(one), bits)


def erfc_factor(center):
    """(a + K)·e^(a²)·erfc a as a function of t = (a − K)/(a + K)."""
    def factor(t):
        a = center * (1 + t) / (1 - t)
        return (a + center) * mp.exp(a * a) * mp.erfc(a)
    return factor


# Rounding the first coefficient is an error at t = 0 that nothing makes up for: of the multiples of 1/32 near the best
# centers, these are where it is smallest.
for bits, center, last, degree in ((FLOAT, "3.21875", "10.7", 10), (DOUBLE, "4.03125", "28.4", 22)):
    center, last = mpf(center), mpf(last)
    factor = erfc_factor(center)
    fit(f"erfcFactor {bits}", factor, lambda t: 1 / factor(t), degree, mpf(-1), (last - center) / (last + center), bits)


def sine_tail(z):
    return z / 120 - mpf(1) / 6 if z < 1e-16 else (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z


def cosine_tail(z):
    return mpf(1) / 24 - z / 720 if z < 1e-14 else (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z ** 2


widest = (mp.pi / 4 * (1 + mpf("1e-4"))) ** 2
for bits, degrees in ((FLOAT, (2, 2)), (DOUBLE, (5, 5))):
    fit(f"sineTail {bits}", sine_tail, lambda z: z if z < 1e-20 else z * mp.sqrt(z) / mp.sin(mp.sqrt(z)), degrees[0],
        mpf(0), widest, bits)
    fit(f"cosineTail {bits}", cosine_tail, lambda z: z * z / mp.cos(mp.sqrt(z)), degrees[1], mpf(0), widest, bits)

parts("ln 2 Float", mp.log(2), (16, FLOAT))
parts("ln 2 Double", mp.log(2), (42, DOUBLE))
parts("pi/2 Float", mp.pi / 2, (11, 11, 11, FLOAT))
parts("pi/2 Double", mp.pi / 2, (37, 37, DOUBLE))

mp.prec = 1400
digits = int(mp.floor(2 / mp.pi * mpf(2) ** (64 * 19)))
print("digits of 2/pi", *(f"0x{digits >> 64 * (18 - i) & (1 << 64) - 1:016x}" for i in range(19)))
