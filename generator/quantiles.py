"""Frozen quantile tables of the normal and the exponential distribution: piecewise polynomials of degree 5.

A table is float64 [segments, 6]. For p in [2^-54, top) the segment is ``(bits of p >> 48) - FIRST``: 16 segments an
octave, so resolution follows p into the tail; ``t = (bits & (2^48 - 1)) * 2^-48`` in [0, 1) is the place within it, and
``c0 + t(c1 + t(c2 + t(c3 + t(c4 + t c5))))`` the value. Evaluation needs + and * only, hence the same bits everywhere.

The coefficients are fitted in arbitrary precision at stretched Chebyshev nodes, the ends of the segment among them, so
neighbouring segments meet; each coefficient is rounded once. ``python -m generator.quantiles`` builds the file anew and
needs mpmath. Only tables of standard distributions belong here; how they are evaluated belongs to the kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

PATH: Final = Path(__file__).with_name("tables") / "quantiles.npz"

FIRST: Final = (1023 - 54) << 4
"""Bits of 2^-54, shifted right by 48: what is subtracted to number the segments."""

SEGMENTS: Final = {"normal": 53 * 16, "exponential": 54 * 16}
"""Segments of each table: 53 octaves up to p = 1/2 and 54 octaves up to p = 1."""

_DIGITS: Final = 50
_COEFFICIENTS: Final = 6


def normal() -> Table:
    """Upper-tail quantile q(p) >= 0 of the standard normal, P(X > q) = p, for p in [2^-54, 1/2): float64 [848, 6].

    Absolute error at most 2.1e-12, reached just above p = 1/4; 16 segments of degree 5 cannot do much better.
    """
    return _table("normal")


def exponential() -> Table:
    """One-sided quantile -ln p of the standard exponential for p in [2^-54, 1): float64 [864, 6].

    Absolute error at most 5.2e-12, reached just above each power of two.
    """
    return _table("exponential")


@cache
def _table(name: str) -> Table:
    with np.load(PATH, allow_pickle=False) as stored:
        table: Table = np.ascontiguousarray(stored[name], dtype=np.float64)
    table.flags.writeable = False
    return table


def fit(name: str, segment: int) -> list[float]:
    """The six coefficients of one segment, computed anew with mpmath (seconds for a whole table)."""
    import mpmath  # type: ignore[import-untyped]

    with mpmath.workdps(_DIGITS):
        octave, sixteenth = divmod(segment, 16)
        start = mpmath.ldexp(16 + sixteenth, octave - 54 - 4)
        width = mpmath.ldexp(1, octave - 54 - 4)
        function = _upper_normal if name == "normal" else _minus_log
        nodes = _nodes(mpmath)
        values = mpmath.matrix([function(mpmath, start + width * node) for node in nodes])
        powers = mpmath.matrix([[node**k for k in range(_COEFFICIENTS)] for node in nodes])
        return [float(value) for value in mpmath.lu_solve(powers, values)]


def _nodes(mpmath: Any) -> list[Any]:
    """Zeros of the Chebyshev polynomial T6, stretched so that the outer two are the ends of [0, 1]."""
    outer = mpmath.cos(mpmath.pi / 12)
    return [(1 - mpmath.cos((2 * k + 1) * mpmath.pi / 12) / outer) / 2 for k in range(_COEFFICIENTS)]


def _minus_log(mpmath: Any, p: Any) -> Any:
    return -mpmath.log(p)


def _upper_normal(mpmath: Any, p: Any) -> Any:
    """Newton's method on ln of the tail, which is concave and nearly a parabola, so it converges from anywhere."""
    q = mpmath.sqrt(-2 * mpmath.log(2 * p)) * mpmath.mpf("0.8")
    for _ in range(60):
        tail = mpmath.erfc(q / mpmath.sqrt(2)) / 2
        density = mpmath.exp(-q * q / 2) / mpmath.sqrt(2 * mpmath.pi)
        step = (tail / density) * mpmath.log(tail / p)
        q += step
        if abs(step) < mpmath.mpf(10) ** (4 - mpmath.mp.dps):
            return q
    raise ArithmeticError(f"the normal quantile of {p} did not converge")


def build(path: Path = PATH, progress: Callable[[str], None] = print) -> None:
    """Fits every segment and writes the file; the same arrays from any machine."""
    tables = {}
    for name, segments in SEGMENTS.items():
        tables[name] = np.array([fit(name, segment) for segment in range(segments)], dtype="<f8")
        progress(f"{name}: {segments} segments")
    path.parent.mkdir(exist_ok=True)
    np.savez(path, allow_pickle=False, **tables)


if __name__ == "__main__":
    build()
