"""Rows that refer to earlier rows of their own table, in a hierarchy of bounded depth that grows as the table does.

Of the rows up to r, some r**(k/depth) are of level k or above: with a depth of 3, a million rows hang under 14,000 of
level 2, those under 300 of level 1, and those under row 0. For that, the rows from 2**o to
2**(o+1) are cut, for each level k below the depth, into 2**floor(o*k/depth) cells of equal length, and one drawn row of
each cell is of level k, if of none above. A row's parent is that row of a cell of the level above its own, drawn among
the cells before the row's. So everything is known from the row's index alone: no other row is asked, no count is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.cells import Key, Rows

_OCTAVES = 64
_BIAS = np.uint64(1023)
_MANTISSA = np.uint64(52)


@dataclass(frozen=True)
class Hierarchy:
    """At most ``depth`` steps from any row to row 0, each to an earlier row."""

    depth: int
    key: Key

    def parents(self, rows: Rows) -> Rows:
        """The parent of each row; 0 for row 0, which has none."""
        levels, octaves = self.levels(rows), _octaves(rows)
        found = np.zeros(len(rows), dtype=np.uint64)
        for level in range(2, self.depth + 1):
            (places,) = np.nonzero(levels == level)
            if len(places):
                own = rows[places]
                before = self._starts(own, octaves[places], level - 1)
                draw = self.key.draw()
                drawn = kernels.below_each(own, draw.gamma, draw.kappa, before)
                found[places] = self._heads(drawn, _octaves(drawn), level - 1)
        return found

    def levels(self, rows: Rows) -> npt.NDArray[np.int64]:
        """The most steps there can be from each row to row 0: 0 for row 0, else from 1 to ``depth``."""
        octaves = _octaves(rows)
        levels = np.full(len(rows), self.depth, dtype=np.int64)
        for level in range(self.depth - 1, 0, -1):
            levels[self._heads(rows, octaves, level) == rows] = level
        levels[rows == 0] = 0
        return levels

    def _starts(self, rows: Rows, octaves: npt.NDArray[np.intp], level: int) -> Rows:
        """Where the cells of these rows begin; from 1 on for all rows but 0."""
        shift = self._shifts[level][octaves]
        starts: Rows = (rows >> shift) << shift
        return starts

    def _heads(self, rows: Rows, octaves: npt.NDArray[np.intp], level: int) -> Rows:
        """The drawn row of each row's cell: 0 of row 0's."""
        starts, draw = self._starts(rows, octaves, level), self.key.draw(f"level {level}")
        lengths = np.uint64(1) << self._shifts[level][octaves]
        return starts + kernels.below_each(starts, draw.gamma, draw.kappa, lengths)

    @cached_property
    def _shifts(self) -> npt.NDArray[np.uint64]:
        """Level, octave → the binary logarithm of the length of its cells."""
        octaves = range(_OCTAVES)
        table = [[octave - octave * level // self.depth for octave in octaves] for level in range(self.depth)]
        return np.array(table, dtype=np.uint64)


def _octaves(rows: Rows) -> npt.NDArray[np.intp]:
    """floor(log2(row)) of rows below 2**63, from the bits of the nearest float; 0 for row 0."""
    near = ((np.maximum(rows, np.uint64(1)).astype(np.float64).view(np.uint64) >> _MANTISSA) - _BIAS).astype(np.uint64)
    near -= ((np.uint64(1) << near) > rows) & (rows > 0)  # rounded up to the next power of two
    return near.astype(np.intp)
