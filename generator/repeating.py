"""Cells that are there many times a row: the items of arrays and maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator import kernels
from generator.cells import Cells, Draw, Rows

SPAN = 128
"""Item i of row r is the cell at row ``SPAN * r + i`` of the items: no array has more."""


@dataclass(frozen=True)
class RanksWithin:
    """``unique`` of an item: no value twice in one array. The item's number, permuted anew for each row."""

    domain: int
    draw: Draw

    def ranks(self, cells: Cells) -> Rows:
        row, number = np.divmod(cells.rows, np.uint64(SPAN))
        return kernels.permute_each(number, self.domain, self.draw.gamma, self.draw.kappa, row)
