"""Quantiles of laws whose density is log-concave, as a table over the standard normal quantile.

A gamma or a beta variable, put on the whole line by a logarithm or a logit, has a density exp(L(u)) with L concave and
its mode at 0. The table holds u(z): where such a variable stands when a standard normal one stands at z. It is smooth
for every shape, so cubics on cells of 1/64 follow it: to 1e-6 of a probability for any shape from 0.001 to 10**12, to
1e-9 for common ones. A draw is then a normal draw and one polynomial.

How: cells that L falls by half a unit in, Gauss-Legendre integrals over them, added up from both ends, and Newton's
method within a cell. All of it takes + - * / sqrt, ``generator.exact`` and comparisons, so a table has the same bits
on every machine. Nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from generator.exact import exact_exp, exact_expm1, exact_log1p

Floats = npt.NDArray[np.float64]

PER_UNIT: Final = 64
"""Cells of the table to one standard deviation of the normal variable."""
EDGE: Final = 8.3125
"""The table ends here on both sides; 2**-54, the smallest probability that is drawn, is at 8.2924."""
_BELOW_EDGE: Final = 4.685332584133038e-17
"""The normal distribution function at -EDGE (set from mpmath, checked by the tests)."""
_INVERSE_ROOT_TWO_PI: Final = 0.3989422804014327

_NODES: Final = (
    (0.14887433898163122, 0.29552422471475287),
    (0.4333953941292472, 0.26926671930999635),
    (0.6794095682990244, 0.21908636251598204),
    (0.8650633666889845, 0.1494513491505806),
    (0.9739065285171717, 0.06667134430868814),
)
"""Positive abscissas and weights of the Gauss-Legendre rule of 10 points."""

_DEEP: Final = 64.0
"""How far L falls at the ends of what is integrated: e**-64 of the mode is beyond any draw."""
_FALL: Final = 0.5
_STEEP: Final = 40.0
"""Within this distance of u = -mode a logistic function is not flat yet: cells are at most 2 long there."""


class Law(Protocol):
    """A log-concave density on the line, its mode at 0."""

    @property
    def centre(self) -> float:
        """Where the logarithm or logit is at u = 0."""

    @property
    def width(self) -> float:
        """The standard deviation of a normal density of the same curvature at the mode."""

    def fall(self, u: Floats) -> Floats:
        """L(0) - L(u): how far the logarithm of the density is below the mode's; overflow gives inf."""


@dataclass(frozen=True)
class LogGamma:
    """The logarithm of a gamma variable of this shape, less the logarithm of the shape."""

    shape: float
    centre: float

    @property
    def width(self) -> float:
        return float(1.0 / np.sqrt(self.shape))

    def fall(self, u: Floats) -> Floats:
        found: Floats = self.shape * (exact_expm1(u) - u)
        return found


@dataclass(frozen=True)
class LogitBeta:
    """The logit of a beta variable, less ln(a / b)."""

    a: float
    b: float
    centre: float

    @property
    def width(self) -> float:
        return float(np.sqrt(1.0 / self.a + 1.0 / self.b))

    def fall(self, u: Floats) -> Floats:
        total = self.a + self.b
        own = np.where(u <= 0.0, self.a, self.b)
        away = -np.abs(u)  # so that the exponential stays small on either side
        found: Floats = total * exact_log1p(own / total * exact_expm1(away)) - own * away
        return found


@dataclass(frozen=True)
class Followed:
    """u(z) as cubics: four arrays of coefficients, one entry a cell of 1 / PER_UNIT, from -EDGE to EDGE."""

    coefficients: tuple[Floats, Floats, Floats, Floats]

    def at(self, z: Floats) -> Floats:
        """u at normal quantiles z within [-EDGE, EDGE)."""
        place = (z + EDGE) * PER_UNIT
        cell = place.astype(np.int32)
        place -= cell
        c0, c1, c2, c3 = (c.take(cell) for c in self.coefficients)
        c3 *= place
        c3 += c2
        c3 *= place
        c3 += c1
        c3 *= place
        c3 += c0
        return c3


def follow(law: Law) -> Followed:
    """The table of a law: 34 KB, in some 30 ms."""
    edges = _edges(law)
    z, below = _normal_nodes()
    middle = len(z) // 2
    lower, mass = _inverted(law, edges, below[: middle + 1], 1.0)
    upper, _ = _inverted(law, -edges[::-1], below[:middle], -1.0)
    u = np.concatenate([lower, -upper[::-1]])
    slope = _INVERSE_ROOT_TWO_PI * mass * exact_exp(law.fall(u) - 0.5 * z * z) / PER_UNIT
    rise = np.diff(u)
    start, end = slope[:-1], slope[1:]
    return Followed((u[:-1], start, 3.0 * rise - 2.0 * start - end, start + end - 2.0 * rise))


def _edges(law: Law) -> Floats:
    """Cell edges: where L has fallen by 0, 1/2, 1 ... on both sides, and finer where a logistic function bends."""
    falls = np.arange(1.0, _DEEP / _FALL + 1.0) * _FALL
    sides = []
    for sign in (-1.0, 1.0):
        far = law.width
        while float(law.fall(np.array([sign * far]))[0]) < _DEEP:
            far *= 2.0
        low, high = np.zeros_like(falls), np.full_like(falls, far)
        for _ in range(40):
            middle = 0.5 * (low + high)
            short = law.fall(sign * middle) < falls
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        sides.append(sign * high)
    bend = np.arange(-_STEEP, _STEEP + 1.0, 2.0) - law.centre
    bend = bend[(bend > sides[0][-1]) & (bend < sides[1][-1])]
    return np.unique(np.concatenate([sides[0], np.zeros(1), sides[1], bend]))


def _integral(law: Law, sign: float, start: Floats, end: Floats) -> Floats:
    """The density of sign * u integrated from start to end, each short."""
    half, middle = 0.5 * (end - start), 0.5 * (start + end)
    total = np.zeros_like(half)
    for node, weight in _NODES:
        reach = half * node
        total = total + weight * (
            exact_exp(-law.fall(sign * (middle - reach))) + exact_exp(-law.fall(sign * (middle + reach)))
        )
    return total * half


def _inverted(law: Law, edges: Floats, shares: Floats, sign: float) -> tuple[Floats, float]:
    """Where so much of the mass lies below, of the variable sign * u; and the whole mass."""
    cells = _integral(law, sign, edges[:-1], edges[1:])
    reached = np.concatenate([np.zeros(1), np.cumsum(cells)])  # cumsum adds one after the other, everywhere
    mass = float(reached[-1])
    wanted = shares * mass
    cell = np.minimum(np.searchsorted(reached, wanted, side="right") - 1, len(cells) - 1)
    start, end, missing = edges[cell], edges[cell + 1], wanted - reached[cell]
    u = start + (end - start) * np.minimum(missing / cells[cell], 1.0)
    for _ in range(5):
        beyond = _integral(law, sign, start, u) - missing
        u = np.clip(u - beyond * exact_exp(law.fall(sign * u)), start, end)
    return u, mass


@cache
def _normal_nodes() -> tuple[Floats, Floats]:
    """The nodes z of the table, and the normal distribution function there: exact in the lower tail, for z <= 0."""
    count = round(2 * EDGE * PER_UNIT)
    z = np.arange(count + 1, dtype=np.float64) / PER_UNIT - EDGE
    half, middle = 0.5 / PER_UNIT, 0.5 * (z[:-1] + z[1:])
    cells = np.zeros(count)
    for node, weight in _NODES:
        for point in (middle - half * node, middle + half * node):
            cells = cells + weight * exact_exp(-0.5 * point * point)
    cells *= half * _INVERSE_ROOT_TWO_PI
    return z, np.cumsum(np.concatenate([np.array([_BELOW_EDGE]), cells]))
