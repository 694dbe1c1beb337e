"""Integers and decimals: numbers on a grid.

They are drawn as indices on an exact grid and never pass through floats, but for the distributions
that are continuous by nature; those are rounded to the grid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.column import Column
from generator.distributions import AnyDistribution, DistributionError, Grid, Uniform
from generator.field import Field, field_type
from generator.kernels.pooled import pooled

_INT64 = range(-(1 << 63), 1 << 63)

_REACH = 1 << 62
"""How far the numbers reach whose distribution has no bound on one side."""

_INTEGERS = ("int", "int64", "bigint", "long", "number", "whole_number", "pyint", "random_int", "integer_number")
"""Other names of integers: of databases, of Mockaroo, of Faker and of Mimesis."""

Sampler = Callable[[Cells], npt.NDArray[np.int64]]


class _OnGrid(Field):
    """Numbers on a grid: what integer and decimal share."""

    distribution: AnyDistribution = Uniform()

    def _grid(self, column: Column) -> Grid:
        raise NotImplementedError

    def _array(self, unscaled: npt.NDArray[np.int64]) -> pa.Array:
        raise NotImplementedError

    def _place(self, grid: Grid) -> tuple[int, int]:
        """Unscaled value of index 0 and of a step."""
        raise NotImplementedError

    def prepare(self, column: Column) -> _Numbers:
        grid = self._grid(column)
        try:
            return _Numbers(self.distribution.on_grid(grid), *self._place(grid))
        except DistributionError as error:
            raise column.wrong("distribution", str(error), error.remedy) from None

    def generate(self, cells: Cells) -> pa.Array:
        found: _Numbers = cells.prepared
        return self._on_grid(cells, found.sample(cells))

    @property
    def uneven(self) -> str | None:
        return None if self.distribution.name == "uniform" else "distribution"

    def cardinality(self, column: Column) -> int | None:
        return self._grid(column).count

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._on_grid(cells, ranks.astype(np.int64))

    def _on_grid(self, cells: Cells, index: npt.NDArray[np.int64]) -> pa.Array:
        found: _Numbers = cells.prepared
        if found.step != 1:
            index = index * np.int64(found.step)
        return self._array(index + np.int64(found.start) if found.start else index)


@dataclass(frozen=True)
class _Numbers:
    """A sampler of indices on a grid, and the unscaled value of index 0 and of a step."""

    sample: Sampler
    start: int
    step: int


@field_type(
    "integer",
    *_INTEGERS,
    "random_number",
    presets={
        "random_digit": {"min": 0, "max": 9},
        "digit": {"min": 0, "max": 9},
        "random_digit_not_null": {"min": 1, "max": 9},
        "day_of_month": {"min": 1, "max": 31},
        "smallint": {"min": -32768, "max": 32767},
        "percentage": {"min": 0, "max": 100},
        "tinyint": {"min": -128, "max": 127},
        "mediumint": {"min": -8388608, "max": 8388607},
    },
)
class Integer(_OnGrid):
    """A whole number from min to max, both included, in steps."""

    min: int | None = Option(default=None, description="Smallest value; 0, or none where the distribution needs none.")
    max: int | None = None
    step: int = Option(default=1, ge=1)

    examples = (
        {"min": 1, "max": 6},
        {"min": -10, "max": 10, "step": 5},
        {"min": 1, "max": 100, "distribution": "zipf"},
        {"max": 9, "distribution": {"poisson": {"mean": 2.5}}},
        {"distribution": {"binomial": {"n": 20, "p": 0.3}}},
        {"distribution": {"histogram": {"edges": [18, 30, 50, 99], "weights": [2, 5, 1]}}},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def _grid(self, column: Column) -> Grid:
        low, high = self._bounds()
        if self.step not in _INT64:
            raise column.wrong("step", "a step does not fit 64-bit integers", "take a smaller one")
        if low is None or high is None:
            return Grid(Fraction(0), Fraction(self.step), None)
        if low > high:
            raise column.wrong("min", f"min {low} is more than max {high}", "swap them")
        if low not in _INT64 or high not in _INT64:
            raise column.wrong("max", "values do not fit 64-bit integers", "stay within -2**63 and 2**63 - 1")
        count = (high - low) // self.step + 1
        if count > 1 << 63:
            raise column.wrong("max", f"{count} different values are too many", "at most 2**63")
        return Grid(Fraction(low), Fraction(self.step), count)

    def _bounds(self) -> tuple[int | None, int | None]:
        if not self.distribution.needs_bounds:
            return self._shaped_bounds()
        if self.distribution.name == "uniform" or self.min is not None or self.max is not None:
            low = 0 if self.min is None and (self.max is None or self.max >= 0) else self.min
            low = self.max - 999_999 if low is None and self.max is not None else low
            return low, (low or 0) + 999_999 if self.max is None else self.max
        return None, None

    def _shaped_bounds(self) -> tuple[int | None, int | None]:
        """Of a distribution that needs no bounds: what is not given is as far as 64 bits reach."""
        if self.min is None and self.max is None:
            return None, None
        low = max(self.max - _REACH, _INT64.start) if self.min is None and self.max is not None else self.min
        assert low is not None
        return low, min(low + _REACH, _INT64.stop - 1) if self.max is None else self.max

    def _place(self, grid: Grid) -> tuple[int, int]:
        return int(grid.origin), self.step

    def _array(self, unscaled: npt.NDArray[np.int64]) -> pa.Array:
        return pa.array(unscaled)


@field_type("decimal", "numeric", "pydecimal", "exact_decimal")
class ExactDecimal(_OnGrid):
    """An exact decimal number with ``scale`` digits after the point and at most ``precision`` in all."""

    precision: int = Option(default=10, ge=1, le=38)
    scale: int = Option(default=2, ge=0, le=18)
    min: Decimal | None = None
    max: Decimal | None = None

    examples = (
        {"precision": 8, "scale": 2, "min": 1, "max": 99.99},
        {"distribution": {"normal": {"mean": 50, "stddev": 9}}},
        {"max": 5000, "distribution": {"lognormal": {"mean": 3, "sigma": 1}}},
        {"min": 0, "max": 1, "scale": 3, "distribution": {"beta": {"a": 2, "b": 5}}},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.decimal128(self.precision, self.scale)

    def _grid(self, column: Column) -> Grid:
        if self.scale > self.precision:
            problem = f"scale {self.scale} is more than precision {self.precision}"
            raise column.wrong("scale", problem, "raise precision, or lower scale")
        most = 10 ** min(self.precision, 18) - 1
        low = self._unscaled(column, "min", self.min, 0 if self.distribution.needs_bounds else -most)
        high = self._unscaled(column, "max", self.max, most)
        if low > high:
            raise column.wrong("min", f"min {self.min} is more than max {self.max}", "swap them")
        return Grid(Fraction(low, 10**self.scale), Fraction(1, 10**self.scale), high - low + 1)

    def _unscaled(self, column: Column, option: str, value: Decimal | None, default: int) -> int:
        if value is None:
            return default
        if value and not -400 < value.adjusted() < 400:  # a text of a few characters can be a number of gigabytes
            raise column.wrong(
                option, f"{value} does not fit decimal({self.precision}, {self.scale})", "stay within it"
            )
        exact = Fraction(value) * 10**self.scale
        if exact.denominator != 1:
            raise column.wrong(option, f"{value} has more than {self.scale} digits after the point", "raise scale")
        if abs(int(exact)) >= 10**self.precision:
            raise column.wrong(
                option, f"{value} does not fit decimal({self.precision}, {self.scale})", "raise precision"
            )
        if abs(int(exact)) >= 1 << 62:
            raise column.wrong(option, f"{value} is beyond 18 digits", "use smaller bounds or a smaller scale")
        return int(exact)

    def _place(self, grid: Grid) -> tuple[int, int]:
        return int(grid.origin * 10**self.scale), 1

    def _array(self, unscaled: npt.NDArray[np.int64]) -> pa.Array:
        return decimals(unscaled, self.precision, self.scale)


def decimals(unscaled: npt.NDArray[np.int64], precision: int, scale: int) -> pa.Array:
    """decimal128 values of 64-bit unscaled integers: sign-extended to 128 bits, little endian."""
    wide = pooled(2 * len(unscaled), np.int64).reshape(-1, 2)
    wide[:, 0] = unscaled
    np.right_shift(unscaled, 63, out=wide[:, 1])
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(unscaled), [None, pa.py_buffer(wide)])
