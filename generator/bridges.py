"""Random paths of which any row is reached without the rows before it: bridges over the tree of halved intervals.

A path is known at the ends of an interval of 2**l rows; its middle is drawn from the law of a Gaussian process between
them (Lévy's construction of Brownian motion, 1948), then both halves are such intervals. Each row is the middle of one
interval, so each has one normal draw of its own, and the tree does not know how many rows there are. Rows that lie
close together share the upper part of the tree, which is computed once; a lone row costs one draw a level.

The order of arithmetic is the same on both ways, so that a row's value does not depend on the rows beside it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generator import kernels, quantiles
from generator.cells import Draw, Rows

Floats = npt.NDArray[np.float64]

_WHOLE = 1 << 53


def normals(draw: Draw, rows: Rows, stddev: float = 1.0) -> Floats:
    """A normal number of mean 0 a row."""
    return kernels.quantile(rows, draw.gamma, draw.kappa, quantiles.normal(), 0, _WHOLE, stddev, 0.0)


class Path(ABC):
    """A Gaussian process at rows 0, 1, 2 ... that is reached by halving intervals."""

    @abstractmethod
    def _top(self, last: int) -> int:
        """The level, of 2**level rows each, of the intervals to begin with so that row ``last`` is reached."""

    @abstractmethod
    def _ends(self, draw: Draw, top: int, numbers: Rows) -> Floats:
        """The path at rows numbers * 2**top: where the intervals of the level ``_top`` gave begin and end."""

    @abstractmethod
    def _middle(self, level: int) -> tuple[float, float]:
        """How the middle of 2**level rows follows from its ends: their weight, and the deviation around it."""

    def _begins(self, draw: Draw, top: int) -> list[float] | None:
        """The path at rows 2**k for k < top, where the interval that begins at row 0 has a rule of its own."""
        return None

    def at(self, rows: Rows, draw: Draw) -> Floats:
        """The path at ``rows``, any index array below 2**63."""
        if not len(rows):
            return np.empty(0)
        low, high = int(rows.min()), int(rows.max())
        level = self._top(high)
        first, last = low >> level, high >> level
        begins = self._begins(draw, level)
        if last - first > 2 * len(rows):
            numbers = rows >> np.uint64(level)
            left, right = (self._ends(draw, level, each) for each in (numbers, numbers + np.uint64(1)))
            return self._descend(rows, draw, level, left, right, begins)
        ends = self._ends(draw, level, np.arange(first, last + 2, dtype=np.uint64))
        while level and (high - low) >> (level - 1) <= 2 * len(rows):
            middles = self._middles(draw, level, first, ends, begins)
            halved = np.empty(2 * len(ends) - 1)
            halved[::2], halved[1::2] = ends, middles
            level -= 1
            before, first, last = 2 * first, low >> level, high >> level
            ends = halved[first - before : last + 2 - before]
        places = ((rows >> np.uint64(level)) - np.uint64(first)).view(np.int64)
        if level == 0:
            return ends.take(places)
        return self._descend(rows, draw, level, ends.take(places), ends.take(places + 1), begins)

    def _middles(self, draw: Draw, level: int, first: int, ends: Floats, begins: list[float] | None) -> Floats:
        """The path in the middle of each of the intervals between ``ends``, the first of which is number ``first``."""
        weight, deviation = self._middle(level)
        numbers = np.arange(first, first + len(ends) - 1, dtype=np.uint64)
        rows = (numbers << np.uint64(level)) | np.uint64(1 << (level - 1))
        middles = normals(draw, rows, deviation)
        middles += weight * (ends[:-1] + ends[1:])
        if first == 0 and begins is not None:
            middles[0] = begins[level - 1]
        return middles

    def _descend(
        self, rows: Rows, draw: Draw, level: int, left: Floats, right: Floats, begins: list[float] | None
    ) -> Floats:
        """Each row from its own interval of 2**level rows down to itself."""
        base = (rows >> np.uint64(level)) << np.uint64(level)
        left, right = left.copy(), right.copy()
        low, high, bits = left.view(np.int64), right.view(np.int64), rows.view(np.int64)
        own = np.flatnonzero(base == 0)  # rows in the first interval
        for each in range(level, 0, -1):
            weight, deviation = self._middle(each)
            middle = normals(draw, base | np.uint64(1 << (each - 1)), deviation)
            middle += weight * (left + right)
            if begins is not None and own.size:
                middle[own] = begins[each - 1]
            upper = (bits << (64 - each)) >> 63  # all ones in the upper half: choosing by bits is faster than by flags
            found = middle.view(np.int64)
            low ^= (low ^ found) & upper
            high ^= (high ^ found) & ~upper
            base |= rows & np.uint64(1 << (each - 1))
            own = own[upper[own] == 0]
        return left


class Walk(Path):
    """A random walk of independent normal increments of variance 1, from 0 in row 0."""

    def _top(self, last: int) -> int:
        return last.bit_length()

    def _begins(self, draw: Draw, top: int) -> list[float]:
        """The path at 2**0 ... 2**top: each doubling adds an increment of its own."""
        drawn = normals(draw, np.uint64(1) << np.arange(top + 1, dtype=np.uint64))
        found = [float(drawn[0])]
        for k in range(top):
            found.append(found[-1] + float(np.sqrt(float(1 << k))) * float(drawn[k + 1]))
        return found

    def _ends(self, draw: Draw, top: int, numbers: Rows) -> Floats:
        return np.array([0.0, self._begins(draw, top)[top]]).take(numbers.view(np.int64))  # one interval: from 0 on

    def _middle(self, level: int) -> tuple[float, float]:
        return 0.5, 0.5 * float(np.sqrt(float(1 << level)))


@dataclass(frozen=True)
class Persistent(Path):
    """A stationary series of mean 0 and variance 1 whose neighbours correlate by ``persistence`` (an AR(1) series)."""

    persistence: float

    def _power(self, level: int) -> float:
        """The correlation of rows that are 2**level apart."""
        found = self.persistence
        for _ in range(level):
            found *= found
        return found

    def _top(self, last: int) -> int:
        level = 0
        while self._power(level) > 2.0**-60:
            level += 1
        return level

    def _ends(self, draw: Draw, top: int, numbers: Rows) -> Floats:
        return normals(draw, numbers << np.uint64(top))

    def _middle(self, level: int) -> tuple[float, float]:
        half = self._power(level - 1)
        square = half * half
        return half / (1.0 + square), float(np.sqrt((1.0 - square) / (1.0 + square)))
