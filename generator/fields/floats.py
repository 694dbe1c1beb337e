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

Floats = npt.NDArray[np.float64]


@field_type(
    "float",
    "double",
    "real",
    "float64",
    "double_precision",
    "pyfloat",
    "float_number",
    presets={
        "normal_distribution": {"distribution": "normal"},
        "exponential_distribution": {"distribution": "exponential"},
    },
)
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
        {"distribution": {"gamma": {"shape": 0.5, "scale": 2}}, "digits": None},
        {"max": 1e6, "distribution": {"pareto": {"alpha": 1.2, "scale": 10}}},
        {"min": 0, "max": 10, "distribution": {"triangular": {"mode": 2}}},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.float64()

    def prepare(self, column: Column) -> _Floats:
        low, high = self.min, self.max
        if self.distribution.needs_bounds:
            low = 0.0 if low is None else low
            high = low + 1.0 if high is None else high
        if low is not None and high is not None and low > high:
            raise column.wrong("min", f"min {low} is more than max {high}", "swap them")
        rounding = Rounding.of(column, self.digits, low, high)
        try:
            return _Floats(self.distribution.between(low, high), rounding)
        except DistributionError as error:
            raise column.wrong("distribution", str(error), error.remedy) from None

    def generate(self, cells: Cells) -> pa.Array:
        found: _Floats = cells.prepared
        return pa.array(found.rounding.apply(found.sample(cells)))


@dataclass(frozen=True)
class Rounding:
    """To ``digits`` decimals (None leaves numbers as they are), and the bounds that rounding must not leave."""

    digits: int | None
    least: float
    most: float

    @classmethod
    def of(cls, column: Column, digits: int | None, low: float | None, high: float | None) -> Rounding:
        """The rounding within bounds; SchemaError where no number of so many decimals lies between them."""
        least, most = -np.inf, np.inf
        if digits is None:
            return cls(digits, least, most)
        step = 1 / 10.0**digits
        if low is not None and _rounded(low, digits) < low:
            least = _rounded(low + step, digits)
        if high is not None and _rounded(high, digits) > high:
            most = _rounded(high - step, digits)
        if low is not None and high is not None and max(low, least) > min(high, most):
            raise column.wrong("digits", f"no number of {digits} decimals is from {low} to {high}", "more digits")
        return cls(digits, least, most)

    def apply(self, values: Floats) -> Floats:
        """The values rounded, without a negative zero; they are the caller's no longer."""
        if self.digits is not None:
            values = _round(values, 10.0**self.digits)  # exact up to 10**22
            if self.least > -np.inf or self.most < np.inf:
                np.clip(values, self.least, self.most, out=values)
        values += 0.0
        return values


@dataclass(frozen=True)
class _Floats:
    """A sampler, whose numbers are its own and may be changed in place, and how they are rounded."""

    sample: Callable[[Cells], Floats]
    rounding: Rounding


def _rounded(value: float, digits: int) -> float:
    return float(_round(np.array([value]), 10.0**digits)[0])


def _round(values: Floats, power: float) -> Floats:
    """To a multiple of 1 / power; numbers so large that they have no decimals stay as they are."""
    rounded = pooled(len(values), np.float64)
    with np.errstate(over="ignore"):
        np.multiply(values, power, out=rounded)
    large = np.abs(rounded) >= 2.0**53
    np.rint(rounded, out=rounded)
    rounded /= power
    return np.where(large, values, rounded) if large.any() else rounded
