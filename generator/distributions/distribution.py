"""What a distribution is: options, and samplers over a grid and over floats."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, model_serializer

from generator.cells import Cells
from generator.errors import SeedbedError

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class DistributionError(SeedbedError):
    """A distribution that cannot be drawn within the bounds it is given; the text says why."""

    remedy = "change its options, or min and max"


@dataclass(frozen=True)
class Grid:
    """The numbers ``origin + step * j`` for j in [0, count); ``count`` None is unbounded on both sides."""

    origin: Fraction
    step: Fraction
    count: int | None

    def places(self, value: float) -> float:
        """How many steps a value is from the origin."""
        return to_float((Fraction(value) - self.origin) / self.step)


class Distribution(BaseModel, ABC):
    """How likely each number is. In a document: ``uniform``, or ``{normal: {mean: 0, stddev: 1}}``."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: ClassVar[str]
    needs_bounds: ClassVar[bool] = True
    """Whether it is drawn between a smallest and a largest number only."""
    spellings: ClassVar[Mapping[str, str]] = {}
    """Other names of its options that people know from numpy, scipy or textbooks."""

    @abstractmethod
    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        """A sampler of j; DistributionError where the grid does not suit."""

    @abstractmethod
    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        """A sampler of floats in [low, high]; None is unbounded. What it gives is the caller's to change."""

    @model_serializer
    def _spell(self) -> Any:
        options = {name: getattr(self, name) for name in type(self).model_fields}
        return {self.name: options} if options else self.name


def to_float(exact: Fraction) -> float:
    """The nearest float; DistributionError where that is infinite, or zero by mistake."""
    try:
        found = float(exact)
    except OverflowError:
        found = np.inf
    if not abs(found) < 2.0**1000 or (exact and not found):
        raise DistributionError("its options are too far from the grid of the values")
    return found


def bounded(grid: Grid, name: str) -> int:
    """How many numbers the grid has; DistributionError where it has no end."""
    if grid.count is None:
        raise DistributionError(f"a {name} distribution needs min and max")
    return grid.count


def both(low: float | None, high: float | None, name: str) -> tuple[float, float]:
    """The bounds; DistributionError where one is missing or they are too far apart."""
    if low is None or high is None:
        raise DistributionError(f"a {name} distribution needs min and max")
    if not high - low < np.inf:
        raise DistributionError("min and max are too far apart for a 64-bit float")
    return low, high


def nearest_places(drawn: Floats, last: int) -> Numbers:
    """Floats rounded to whole numbers in [0, last], in place: casts out of range differ by processor."""
    most = float(last) if float(last) <= last else float(np.nextafter(float(last), 0.0))
    np.rint(drawn, out=drawn)
    return np.clip(drawn, 0.0, most, out=drawn).astype(np.int64)
