"""Floating-point numbers, rounded to decimals so that they are the same in every format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Uniform
from generator.field import Field, field_type
from generator.kernels.pooled import pooled


@field_type("float", "double", "real")
class Float(Field):
    """A floating-point number, rounded to ``digits`` decimals; ``digits: null`` keeps the full double."""

    min: float | None = None
    max: float | None = None
    distribution: AnyDistribution = Uniform()
    digits: int | None = Option(default=6, ge=0, le=15)

    examples = (
        {},
        {"min": -1, "max": 1, "digits": 2},
        {"distribution": {"normal": {"mean": 0, "stddev": 1}}, "digits": None},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.float64()

    def prepare(self, column: Column) -> _Floats:
        low, high = self.min, self.max
        if self.distribution.name == "uniform":
            low = 0.0 if low is None else low
            high = low + 1.0 if high is None else high
        if low is not None and high is not None and low > high:
            raise column.wrong("min", f"min {low} is more than max {high}", "swap them")
        least, most = self._rounded_bounds(column, low, high)
        try:
            return _Floats(self.distribution.between(low, high), least, most)
        except DistributionError as error:
            raise column.wrong("distribution", str(error)) from None

    def _rounded_bounds(self, column: Column, low: float | None, high: float | None) -> tuple[float, float]:
        """The first and last number of ``digits`` decimals within the bounds; infinite where none is beyond them."""
        least, most = -np.inf, np.inf
        if self.digits is None:
            return least, most
        step = 1 / 10.0**self.digits
        if low is not None and self._rounded(low) < low:
            least = self._rounded(low + step)
        if high is not None and self._rounded(high) > high:
            most = self._rounded(high - step)
        if low is not None and high is not None and max(low, least) > min(high, most):
            raise column.wrong("digits", f"no number of {self.digits} decimals is from {low} to {high}", "more digits")
        return least, most

    def _rounded(self, value: float) -> float:
        return float(_round(np.array([value]), 10.0 ** (self.digits or 0))[0])

    def generate(self, cells: Cells) -> pa.Array:
        found: _Floats = cells.prepared
        values = found.sample(cells)  # its own, to be changed in place
        if self.digits is not None:
            values = _round(values, 10.0**self.digits)  # exact up to 10**22
            if found.least > -np.inf or found.most < np.inf:
                np.clip(values, found.least, found.most, out=values)
        values += 0.0  # no negative zero
        return pa.array(values)


@dataclass(frozen=True)
class _Floats:
    """A sampler, and the bounds that rounding must not leave."""

    sample: Callable[[Cells], npt.NDArray[np.float64]]
    least: float
    most: float


def _round(values: npt.NDArray[np.float64], power: float) -> npt.NDArray[np.float64]:
    """To a multiple of 1 / power; numbers so large that they have no decimals stay as they are."""
    rounded = pooled(len(values), np.float64)
    with np.errstate(over="ignore"):
        np.multiply(values, power, out=rounded)
    large = np.abs(rounded) >= 2.0**53
    np.rint(rounded, out=rounded)
    rounded /= power
    return np.where(large, values, rounded) if large.any() else rounded
