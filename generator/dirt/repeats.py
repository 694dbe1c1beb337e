"""Rows that are written again: some row before them, whole, with its dirt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator import kernels
from generator.cells import Draw, Key, Mask, Rows
from generator.dirt.stain import drawn


@dataclass(frozen=True)
class Repeats:
    """A share of a table's rows that repeat an earlier one; row 0 has none before it."""

    share: float
    key: Key
    """Of the table."""

    def rows(self, rows: Rows) -> Rows:
        """For each row the one that is written in its place, itself unless it repeats another."""
        whole = rows.copy()
        draw = self.key.draw("duplicate of")
        left = np.flatnonzero(self._repeated(rows))
        while len(left):  # what is repeated may be a repetition itself; the row always becomes less
            whole[left] = kernels.below_each(whole[left], draw.gamma, draw.kappa, whole[left])
            left = left[self._repeated(whole[left])]
        return whole

    def _repeated(self, rows: Rows) -> Mask:
        draw: Draw = self.key.draw("duplicate row")
        return np.asarray(drawn(rows, self.share, draw.gamma, draw.kappa) & (rows > 0))
