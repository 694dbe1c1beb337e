"""Children of bounded parents, in both directions, without scanning: see ``kernels/reference/children.py`` for how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.cells import Draw, Rows

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Children:
    """How ``rows`` children fall to ``parents``; least * parents <= rows <= most * parents, most <= 2**31."""

    parents: int
    rows: int
    least: int
    most: int
    draw: Draw

    def of_rows(self, rows: Rows) -> tuple[Rows, Counts]:
        """Each child's parent, and its number among that parent's children, from 1."""
        if self.least == self.most:
            parent, number = np.divmod(rows, np.uint64(self.least))
            return parent, number.astype(np.int64) + 1
        return kernels.children_of_rows(rows, *self._bounds)

    def of_parents(self, parents: Rows) -> tuple[Counts, Counts]:
        """The first child row of each parent, and how many children it has."""
        if self.least == self.most:
            return (parents * np.uint64(self.least)).astype(np.int64), np.full(len(parents), self.least, dtype=np.int64)
        return kernels.children_of_parents(parents, *self._bounds)

    @property
    def _bounds(self) -> tuple[int, int, int, int, int, int]:
        return self.parents, self.rows, self.least, self.most, self.draw.gamma, self.draw.kappa
