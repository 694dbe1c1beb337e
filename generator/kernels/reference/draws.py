"""Draws of one number a row: bits, units, bounded integers, quantiles; and exact scaling of integers.

Every array is one-dimensional and contiguous. ``gamma`` (odd) and ``kappa`` are the two scalars of a draw's key.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generator.kernels import checks
from generator.kernels.library import KernelError
from generator.kernels.reference import wide

U64 = npt.NDArray[np.uint64]
F64 = npt.NDArray[np.float64]

MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

SEGMENTS, TAIL_SEGMENTS = 53 * 16, 54 * 16  # 16 an octave of p in [2**-54, 1/2) and in [2**-54, 1)
FIRST_SEGMENT = int(np.float64(2.0**-54).view(np.uint64)) >> 48
MIDDLE, LAST = np.uint64(1 << 52), np.uint64((1 << 53) - 1)


def mixed(values: U64) -> U64:
    """``mix`` without its checks."""
    x = values ^ (values >> np.uint64(30))
    x *= MIX_1
    x ^= x >> np.uint64(27)
    x *= MIX_2
    x ^= x >> np.uint64(31)
    return x


def mix(values: U64) -> U64:
    """splitmix64's finaliser (Steele, Lea, Flood 2014; constants: Stafford's variant 13)."""
    checks.vector("values", values, np.uint64)
    return mixed(values)


def bits(rows: U64, gamma: int, kappa: int) -> U64:
    """64 uniform bits a row: mix(row * gamma + kappa)."""
    checks.vector("rows", rows, np.uint64)
    gamma, kappa = checks.key(gamma, kappa)
    return mixed(rows * np.uint64(gamma) + np.uint64(kappa))


def unit(rows: U64, gamma: int, kappa: int) -> F64:
    """Uniform in [0, 1): the high 53 bits times 2**-53."""
    return (bits(rows, gamma, kappa) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def below(rows: U64, gamma: int, kappa: int, n: int, start: int = 0, step: int = 1) -> npt.NDArray[np.int64]:
    """start + step * u, u uniform in [0, n): the high half of bits * n (Lemire 2019, no rejection)."""
    n, start, step = checks.progression(n, start, step)
    steps = wide.high(bits(rows, gamma, kappa), n)
    return (steps * np.uint64(step % checks.WORD) + np.uint64(start % checks.WORD)).view(np.int64)


def below_each(rows: U64, gamma: int, kappa: int, limits: U64) -> U64:
    """floor(bits * limit / 2**64), with a limit a row; a limit of 0 gives 0."""
    drawn = bits(rows, gamma, kappa)
    checks.vector("limits", limits, np.uint64, rows.size)
    return wide.high(drawn, limits)


def _polynomial(p: F64, table: F64) -> F64:
    """The piecewise polynomial at p: a table row for each of the 16 segments an octave, t in [0, 1) within it."""
    word = p.view(np.uint64)
    c = table[(word >> np.uint64(48)).astype(np.int64) - FIRST_SEGMENT]
    t = (word & np.uint64((1 << 48) - 1)).astype(np.float64) * 2.0**-48
    return c[:, 0] + t * (c[:, 1] + t * (c[:, 2] + t * (c[:, 3] + t * (c[:, 4] + t * c[:, 5]))))


def _ranks(rows: U64, gamma: int, kappa: int, low: int, span: int) -> U64:
    return wide.high(bits(rows, gamma, kappa), span) + np.uint64(low)


def quantile_at(m: U64, table: F64) -> F64:
    """The symmetric quantile z at the m-th of 2**53 equal steps of probability, m < 2**53; ascending in m.

    ``table`` holds the upper-tail quantile (>= 0) of p in [2**-54, 1/2), as ``quantile`` reads it.
    """
    checks.quantile(table, SEGMENTS, 0, 1)
    checks.below_bound("m", m, 1 << 53)
    lower = m < MIDDLE
    p = (np.where(lower, m, LAST - m).astype(np.float64) + 0.5) * 2.0**-53
    q = _polynomial(p, table)
    return np.where(lower, -q, q)


def quantile(rows: U64, gamma: int, kappa: int, table: F64, low: int, span: int, scale: float, offset: float) -> F64:
    """z * scale + offset, z a symmetric distribution's quantile at m = low + floor(bits * span / 2**64).

    ``table`` is (848, 6): coefficients, lowest degree first, of the upper-tail quantile on each of the 16 segments an
    octave of p in [2**-54, 1/2), in t in [0, 1) over the segment. low = 0, span = 2**53 draw the whole distribution.
    """
    low, span = checks.quantile(table, SEGMENTS, low, span)
    return quantile_at(_ranks(rows, gamma, kappa, low, span), table) * scale + offset


def tail_quantile(
    rows: U64, gamma: int, kappa: int, table: F64, low: int, span: int, scale: float, offset: float
) -> F64:
    """q(p) * scale + offset for a one-sided distribution: p = (m + 0.5) * 2**-53, m as in ``quantile``.

    From m = 2**52 on a double has no bit for the half, and p is m * 2**-53: so p stays below 1. ``table`` is (864, 6).
    """
    low, span = checks.quantile(table, TAIL_SEGMENTS, low, span)
    m = _ranks(rows, gamma, kappa, low, span)
    p = (m.astype(np.float64) + np.where(m < MIDDLE, 0.5, 0.0)) * 2.0**-53
    return _polynomial(p, table) * scale + offset


def muldiv(values: U64, num: int, add: int, den: int) -> U64:
    """floor((value * num + add) / den), exact; num, add, den < 2**63, a quotient above 2**64 - 1 is a KernelError."""
    num, add, den = checks.muldiv(values, num, add, den)
    quotients = (values.astype(object) * num + add) // den
    if values.size and quotients.max() >= checks.WORD:
        raise KernelError(f"a quotient, {quotients.max()}, exceeds 2**64 - 1")
    return quotients.astype(np.uint64)


def fractions(ranks: U64, domain: int) -> U64:
    """The smallest fraction f with floor(f * domain / 2**64) == rank; ranks < domain <= 2**63."""
    domain = checks.integer("domain", domain, 1, 2**63)
    checks.below_bound("ranks", ranks, domain)
    return (-(-(ranks.astype(object) << 64) // domain)).astype(np.uint64)
