"""A random walk of which any row is reached without the rows before it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.bridges import Walk
from generator.cells import Cells
from generator.column import Column
from generator.field import Field, field_type
from generator.fields.floats import Rounding

Floats = npt.NDArray[np.float64]

_WALK = Walk()


@field_type("random_walk", "brownian")
class RandomWalk(Field):
    """A number that moves a random step up or down from row to row, such as a price or a sensor's drift.

    From row to row the change is normal, its standard deviation ``step``; row 0 is ``start``. At ``bounds`` the walk
    is reflected as by a mirror. Any row is found by halving intervals (``generator.bridges``), not by adding up.
    """

    start: float = 0.0
    step: float = Option(default=1.0, gt=0, description="Standard deviation of the change from one row to the next.")
    bounds: tuple[float | None, float | None] = Option(
        default=(None, None), description="[least, most], null for none; the walk is reflected there."
    )
    digits: int | None = Option(default=6, ge=0, le=15)

    examples = ({}, {"start": 100, "step": 0.5, "bounds": [0, None], "digits": 2}, {"bounds": [-5, 5], "digits": None})

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.float64()

    def prepare(self, column: Column) -> Rounding:
        low, high = self.bounds
        if low is not None and high is not None and not 0.0 < high - low < np.inf:
            raise column.wrong("bounds", f"[{low}, {high}] leaves no room to move", "such as [0, 100], or [0, null]")
        least, most = -np.inf if low is None else low, np.inf if high is None else high
        if not least <= self.start <= most:
            raise column.wrong("start", f"{self.start} is not within the bounds", "start between them")
        if not abs(self.start) + self.step * 2.0**36 < 2.0**1000:
            raise column.wrong("step", "values would not fit 64-bit floats", "take a smaller one")
        return Rounding.of(column, self.digits, low, high)

    def generate(self, cells: Cells) -> pa.Array:
        values = _WALK.at(cells.rows, cells.draw())
        values *= self.step
        values += self.start
        rounding: Rounding = cells.prepared
        return pa.array(rounding.apply(self._reflected(values)))

    def _reflected(self, values: Floats) -> Floats:
        """Folded at the bounds as often as it takes; a walk that is folded so is one with mirrors at the bounds."""
        low, high = self.bounds
        if low is not None and high is not None:
            width = high - low
            turns = (values - low) / width
            turns -= 2.0 * np.floor(turns * 0.5)
            folded: Floats = np.clip(low + width * np.minimum(turns, 2.0 - turns), low, high)
            return folded
        if low is not None:
            return low + np.abs(values - low)
        if high is not None:
            return high - np.abs(values - high)
        return values
