"""Logarithm, exponential and sine that are the same bits on every machine.

Platform ``log`` and ``exp`` differ by an ulp or more between processors and library versions, so no value may come
from them. These use ``+ - * /``, ``rint`` and the bits of the float only. Nothing that calls numpy's or Python's own
transcendental functions may ever come in here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_TWO_PI: Final = 6.283185307179586
_SINE_TERMS: Final = (
    -1.0 / 25852016738884976640000,  # -1/23!, 1/21! ... -1/3!, 1
    1.0 / 51090942171709440000,
    -1.0 / 121645100408832000,
    1.0 / 355687428096000,
    -1.0 / 1307674368000,
    1.0 / 6227020800,
    -1.0 / 39916800,
    1.0 / 362880,
    -1.0 / 5040,
    1.0 / 120,
    -1.0 / 6,
    1.0,
)

_LN2: Final = 0.6931471805599453  # nearest double
_LN2_HIGH: Final = 0.6931471803691238  # its upper 32 bits: times any exponent, exact
_LN2_LOW: Final = 1.9082149292705877e-10  # ln 2 - _LN2_HIGH
_MANTISSA: Final = np.uint64((1 << 52) - 1)
_ONE_BITS: Final = np.uint64(1023 << 52)
_SQRT2: Final = 1.4142135623730951
_LOG_TERMS: Final = tuple(2.0 / (2 * k + 1) for k in range(11, 0, -1))
_EXP_TERMS: Final = (
    1.0 / 6227020800,  # 1/13! ... 1/2!
    1.0 / 479001600,
    1.0 / 39916800,
    1.0 / 3628800,
    1.0 / 362880,
    1.0 / 40320,
    1.0 / 5040,
    1.0 / 720,
    1.0 / 120,
    1.0 / 24,
    1.0 / 6,
    0.5,
)


def exact_log(x: ArrayLike) -> Floats:
    """Natural logarithm, within 1e-15 relative, the same bits everywhere; of 0 it is -inf, of negatives and NaN, NaN.

    ``x`` = m·2^e with m in [√½, √2); ln m = 2·artanh(s) with s = (m-1)/(m+1), by its Taylor series of 11 terms, and
    e·ln 2 is added in two parts (the reduction of FDLIBM, Sun Microsystems 1993, with a plain series).
    """
    given = np.asarray(x, dtype=np.float64)
    tiny = given < 2.2250738585072014e-308
    normal = given * np.where(tiny, 18014398509481984.0, 1.0)  # 2^54, out of the subnormals
    bits = np.ascontiguousarray(normal).view(np.uint64).reshape(given.shape)
    exponent = (bits >> np.uint64(52)).astype(np.int64).astype(np.float64) - 1023.0
    mantissa = ((bits & _MANTISSA) | _ONE_BITS).view(np.float64)
    large = mantissa > _SQRT2
    mantissa = np.where(large, mantissa * 0.5, mantissa)
    exponent = exponent + np.where(large, 1.0, 0.0) - np.where(tiny, 54.0, 0.0)
    f = mantissa - 1.0
    s = f / (mantissa + 1.0)
    z = s * s
    series = np.zeros_like(z)
    for term in _LOG_TERMS:
        series = (series + term) * z
    high = exponent * _LN2_HIGH
    result = high + (f - (s * (f - series) - exponent * _LN2_LOW))
    return _log_edges(given, result)


def _log_edges(given: Floats, result: Floats) -> Floats:
    result = np.where(given == 0.0, -np.inf, result)
    result = np.where(given == np.inf, np.inf, result)
    return np.where((given < 0.0) | np.isnan(given), np.nan, result)


def exact_exp(x: ArrayLike) -> Floats:
    """e to the power ``x``, within 1e-15 relative where the result is a normal float, the same bits everywhere.

    ``x`` = k·ln 2 + r with \\|r\\| <= ln 2 / 2, k·ln 2 subtracted in two parts and their rounding carried along; e^r by
    its Taylor series to r^13; then two exact scalings by powers of two. Overflow gives inf, underflow 0, NaN NaN.
    """
    given = np.asarray(x, dtype=np.float64)
    bounded = np.where(np.isnan(given), 0.0, np.clip(given, -800.0, 800.0))
    k = np.rint(bounded / _LN2)
    upper = bounded - k * _LN2_HIGH
    lower = k * _LN2_LOW
    r = upper - lower
    lost = (upper - r) - lower
    series = np.zeros_like(r)
    for term in _EXP_TERMS:
        series = series * r + term
    value = 1.0 + (r + (r * r * series + lost))
    half = np.rint(k * 0.5)
    with np.errstate(over="ignore", under="ignore"):
        scaled = value * _power_of_two(half) * _power_of_two(k - half)
    return np.where(np.isnan(given), np.nan, scaled)


def _power_of_two(exponent: Floats) -> Floats:
    biased: NDArray[Any] = (exponent.astype(np.int64) + 1023) << 52
    return biased.view(np.float64)


def exact_expm1(x: ArrayLike) -> Floats:
    """e to the power ``x``, less 1, to full relative precision near 0 too; the same bits everywhere."""
    given = np.asarray(x, dtype=np.float64)
    small = np.where(np.abs(given) < 0.35, given, 0.0)
    series = np.zeros_like(small)
    for term in _EXP_TERMS:
        series = series * small + term
    near = small + small * small * series
    return np.where(np.abs(given) < 0.35, near, exact_exp(given) - 1.0)


def exact_log1p(x: ArrayLike) -> Floats:
    """Natural logarithm of 1 + ``x``, x > -1, to full relative precision near 0 too; the same bits everywhere."""
    given = np.asarray(x, dtype=np.float64)
    close = np.abs(given) < 0.25
    small = np.where(close, given, 0.0)
    s = small / (2.0 + small)
    z = s * s
    series = np.zeros_like(z)
    for term in _LOG_TERMS:
        series = (series + term) * z
    return np.where(close, 2.0 * s + s * series, exact_log(np.where(close, 1.0, 1.0 + given)))


def sine_of_turns(turns: Floats) -> Floats:
    """The sine of so many full turns (1 is 360 degrees), within 1e-15, the same bits everywhere.

    The part beyond whole turns is folded into a quarter turn to either side; then the Taylor series.
    """
    part = turns - np.rint(turns)
    part = np.where(part > 0.25, 0.5 - part, np.where(part < -0.25, -0.5 - part, part))
    angle = part * _TWO_PI
    z = angle * angle
    series = np.zeros_like(z)
    for term in _SINE_TERMS:
        series = series * z + term
    return angle * series
