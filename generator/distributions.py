"""Distributions over a grid of numbers or over floats, by integer arithmetic and frozen tables.

A distribution makes a sampler: cells in, numbers out, one draw a cell whatever the bounds, because bounds cut the
uniform number before its quantile is taken (never by rejection, which would need a varying number of draws).
Nothing platform-dependent may come in: see ``generator.exact`` and ``generator.quantiles`` for what there is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, BeforeValidator, ConfigDict, SerializeAsAny, create_model, model_serializer
from pydantic import Field as Option
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from generator import kernels, quantiles
from generator.cells import Cells
from generator.errors import SeedbedError, nearest
from generator.zipf import ZipfRanks

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_TOP = 1 << 53
"""Uniform numbers before the quantile: multiples of 2**-53."""
_ONE_ROW = np.zeros(1, dtype=np.uint64)


class DistributionError(SeedbedError):
    """A distribution that cannot be drawn within the bounds it is given; the text says why and what would do."""


@dataclass(frozen=True)
class Grid:
    """The numbers ``origin + step * j`` for j in [0, count); ``count`` None is unbounded on both sides."""

    origin: Fraction
    step: Fraction
    count: int | None


class Distribution(BaseModel, ABC):
    """How likely each number is. In a document: ``uniform``, or ``{normal: {mean: 0, stddev: 1}}``."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: ClassVar[str]
    needs_bounds: ClassVar[bool] = True
    """Whether it is drawn between a smallest and a largest number only."""

    @abstractmethod
    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        """A sampler of j; DistributionError where the grid does not suit."""

    @abstractmethod
    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        """A sampler of floats in [low, high]; None is unbounded."""

    @model_serializer
    def _spell(self) -> Any:
        options = {name: getattr(self, name) for name in type(self).model_fields}
        return {self.name: options} if options else self.name


class Uniform(Distribution):
    """Every number is as likely as any other."""

    name = "uniform"

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        count = _bounded(grid, self.name)
        return lambda cells: cells.below(count)

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        if low is None or high is None:
            raise DistributionError("a uniform distribution needs min and max")
        start, width = low, high - low
        if not width < np.inf:
            raise DistributionError("min and max are too far apart for a 64-bit float")

        def sample(cells: Cells) -> Floats:
            values = cells.unit()
            values *= width
            values += start
            return np.minimum(values, high, out=values)

        return sample


class _ByQuantile(Distribution):
    """A location and scale family whose standard quantile is a frozen table."""

    needs_bounds = False

    def _shape(self) -> tuple[float, float]:
        """Scale and offset."""
        raise NotImplementedError

    def _sample(self, cells: Cells, low: int, span: int, scale: float, offset: float) -> Floats:
        raise NotImplementedError

    def _standard(self, place: int) -> float:
        """The standard quantile at place * 2**-53, rising."""
        raise NotImplementedError

    def _cut(self, low: float, high: float) -> tuple[int, int]:
        """First place and number of places whose standard quantile lies in [low, high]."""
        first = self._first_at_least(low)
        beyond = self._first_at_least(np.nextafter(high, np.inf)) if high < np.inf else _TOP
        if beyond <= first:
            raise DistributionError(f"no value of this {self.name} distribution lies between min and max")
        return first, beyond - first

    def _first_at_least(self, value: float) -> int:
        low, high = 0, _TOP
        while low < high:
            middle = (low + high) // 2
            if self._standard(middle) >= value:
                high = middle
            else:
                low = middle + 1
        return low

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        spread, offset = self._shape()
        scale = _float(Fraction(spread) / grid.step)
        shift = _float((Fraction(offset) - grid.origin) / grid.step)
        if grid.count is None:
            if (abs(shift) + 64 * scale) * float(grid.step) > 2.0**62:
                raise DistributionError("values would not fit 64-bit integers")
            return lambda cells: np.rint(self._sample(cells, 0, _TOP, scale, shift)).astype(np.int64)
        last = grid.count - 1
        first, span = self._cut((-0.5 - shift) / scale, (last + 0.5 - shift) / scale)
        most = float(last) if float(last) <= last else float(np.nextafter(float(last), 0.0))

        def sample(cells: Cells) -> Numbers:
            drawn = self._sample(cells, first, span, scale, shift)
            np.rint(drawn, out=drawn)
            return np.clip(drawn, 0.0, most, out=drawn).astype(np.int64)  # in range: other casts differ by processor

        return sample

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        scale, offset = self._shape()
        first, span = 0, _TOP
        if low is not None or high is not None:
            least = -np.inf if low is None else (low - offset) / scale
            most = np.inf if high is None else (high - offset) / scale
            first, span = self._cut(least, most)
        lower = -np.inf if low is None else low
        upper = np.inf if high is None else high
        if low is None and high is None:
            if not abs(offset) + 64 * scale < np.inf:
                raise DistributionError("values would not fit 64-bit floats")
            return lambda cells: self._sample(cells, first, span, scale, offset)
        return lambda cells: np.clip(self._sample(cells, first, span, scale, offset), lower, upper)


class Normal(_ByQuantile):
    """The normal distribution, cut at the bounds where there are any."""

    name = "normal"
    mean: float = 0.0
    stddev: float = Option(default=1.0, gt=0)

    def _shape(self) -> tuple[float, float]:
        return self.stddev, self.mean

    def _sample(self, cells: Cells, low: int, span: int, scale: float, offset: float) -> Floats:
        draw = cells.draw()
        return kernels.quantile(cells.rows, draw.gamma, draw.kappa, quantiles.normal(), low, span, scale, offset)

    def _standard(self, place: int) -> float:
        return float(kernels.quantile(_ONE_ROW, 1, 0, quantiles.normal(), place, 1, 1.0, 0.0)[0])


class Exponential(_ByQuantile):
    """The exponential distribution from 0 up, by its mean."""

    name = "exponential"
    mean: float = Option(default=1.0, gt=0)

    def _shape(self) -> tuple[float, float]:
        return self.mean, 0.0

    def _sample(self, cells: Cells, low: int, span: int, scale: float, offset: float) -> Floats:
        draw = cells.draw()
        mirrored = _TOP - low - span  # the table falls with p, the quantile rises with m
        table = quantiles.exponential()
        return kernels.tail_quantile(cells.rows, draw.gamma, draw.kappa, table, mirrored, span, scale, offset)

    def _standard(self, place: int) -> float:
        table = quantiles.exponential()
        return float(kernels.tail_quantile(_ONE_ROW, 1, 0, table, _TOP - 1 - place, 1, 1.0, 0.0)[0])


class Zipf(Distribution):
    """Rank k has weight k**-s: the first number of the grid is the most frequent."""

    name = "zipf"
    s: float = Option(default=1.0, ge=0, le=20)

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        ranks = ZipfRanks(_bounded(grid, self.name), self.s)
        return ranks.sample

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        raise DistributionError("zipf is a distribution of whole numbers; use type integer")


def _float(exact: Fraction) -> float:
    try:
        found = float(exact)
    except OverflowError:
        found = np.inf
    if not abs(found) < 2.0**1000 or (exact and not found):
        raise DistributionError("its options are too far from the grid of the values")
    return found


def _bounded(grid: Grid, name: str) -> int:
    if grid.count is None:
        raise DistributionError(f"a {name} distribution needs min and max")
    return grid.count


DISTRIBUTIONS: dict[str, type[Distribution]] = {cls.name: cls for cls in (Uniform, Normal, Exponential, Zipf)}

_WRAPPERS = {name: create_model(name, **{name: (cls, ...)}) for name, cls in DISTRIBUTIONS.items()}  # type: ignore[call-overload]


def parse_distribution(value: object) -> Distribution:
    """A distribution from its name, or from its name with options such as ``{zipf: {s: 1.1}}``."""
    if isinstance(value, Distribution):
        return value
    if isinstance(value, str):
        value = {value: {}}
    if not isinstance(value, Mapping) or len(value) != 1:
        raise PydanticCustomError(
            "distribution", "a distribution is a name or one name with options, such as {zipf: {s: 1.1}}"
        )
    name, options = next(iter(value.items()))
    if name not in DISTRIBUTIONS:
        remedy = nearest(str(name), DISTRIBUTIONS)
        raise PydanticCustomError(
            "distribution", "unknown distribution {name}; {remedy}", {"name": repr(name), "remedy": remedy}
        )
    for option in options if isinstance(options, Mapping) else ():
        if option not in DISTRIBUTIONS[name].model_fields:
            remedy = nearest(str(option), DISTRIBUTIONS[name].model_fields)
            problem = PydanticCustomError(
                "unknown_key", "unknown key {key}; {remedy}", {"key": repr(option), "remedy": remedy}
            )
            details = InitErrorDetails(type=problem, loc=(name, option), input=options[option])
            raise ValidationError.from_exception_data(name, [details])
    wrapped = _WRAPPERS[name].model_validate({name: options or {}})  # so that errors name the place of the option
    found: Distribution = getattr(wrapped, name)
    return found


AnyDistribution = Annotated[SerializeAsAny[Distribution], BeforeValidator(parse_distribution)]
