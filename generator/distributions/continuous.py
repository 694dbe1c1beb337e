"""Distributions by their quantile, of whatever range, cut at the bounds: normal, exponential and what follows them.

The uniform number of a draw is one of 2**53 places; bounds leave some of them, in one piece, and only those are drawn.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

import numpy as np
from pydantic import Field as Option

from generator import kernels, quantiles
from generator.cells import Cells
from generator.distributions.distribution import (
    Distribution,
    DistributionError,
    Floats,
    Grid,
    Numbers,
    nearest_places,
    to_float,
)
from generator.exact import exact_exp, exact_log
from generator.logconcave import Followed, LogGamma, follow

TOP = 1 << 53
"""Uniform numbers before the quantile: multiples of 2**-53."""
_ONE_ROW = np.zeros(1, dtype=np.uint64)


class ByQuantile(Distribution):
    """A location and scale family: a standard variable times ``scale`` plus ``offset``."""

    needs_bounds = False

    def _shape(self) -> tuple[float, float]:
        """Scale and offset."""
        return 1.0, 0.0

    @abstractmethod
    def _sample(self, cells: Cells, low: int, span: int, scale: float, offset: float) -> Floats:
        """Values of a cell each, the place uniform in [low, low + span); a new array."""

    @abstractmethod
    def _standard(self, place: int) -> float:
        """The standard quantile at place * 2**-53, rising."""

    def _reach(self) -> float:
        """A bound of the standard quantile's absolute value."""
        return 64.0

    def _cut(self, low: float, high: float) -> tuple[int, int]:
        """First place and number of places whose standard quantile lies in [low, high]."""
        first = self._first_at_least(low)
        beyond = self._first_at_least(np.nextafter(high, np.inf)) if high < np.inf else TOP
        if beyond <= first:
            raise DistributionError(f"no value of this {self.name} distribution lies between min and max")
        return first, beyond - first

    def _first_at_least(self, value: float) -> int:
        low, high = 0, TOP
        while low < high:
            middle = (low + high) // 2
            if self._standard(middle) >= value:
                high = middle
            else:
                low = middle + 1
        return low

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        spread, offset = self._shape()
        scale = to_float(Fraction(spread) / grid.step)
        exact = (Fraction(offset) - grid.origin) / grid.step
        shift = to_float(exact)
        if grid.count is None:
            if not (abs(shift) + self._reach() * scale) * float(grid.step) <= 2.0**62:
                raise DistributionError("values would not fit 64-bit integers; give min and max")
            return lambda cells: np.rint(self._sample(cells, 0, TOP, scale, shift)).astype(np.int64)
        last = grid.count - 1
        first, span = self._cut((-0.5 - shift) / scale, (last + 0.5 - shift) / scale)
        if last < TOP // 2:
            return lambda cells: nearest_places(self._sample(cells, first, span, scale, shift), last)
        # A float does not hold every place of so large a grid: count from where the values are instead.
        centre = min(max(round(exact), 0), last)
        near = to_float(exact - centre)

        def sample(cells: Cells) -> Numbers:
            drawn = np.rint(self._sample(cells, first, span, scale, near))
            steps = np.clip(drawn, -(2.0**62), 2.0**62).astype(np.int64)
            return np.clip(steps, -centre, last - centre) + np.int64(centre)

        return sample

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        scale, offset = self._shape()
        first, span = 0, TOP
        if low is not None or high is not None:
            least = -np.inf if low is None else (low - offset) / scale
            most = np.inf if high is None else (high - offset) / scale
            first, span = self._cut(least, most)
        lower = -np.inf if low is None else low
        upper = np.inf if high is None else high
        if high is None and not abs(offset) + self._reach() * scale < np.inf:
            raise DistributionError("values would not fit 64-bit floats; give max")
        if low is None and high is None:
            return lambda cells: self._sample(cells, first, span, scale, offset)
        return lambda cells: np.clip(self._sample(cells, first, span, scale, offset), lower, upper)


class Normal(ByQuantile):
    """The normal distribution, cut at the bounds where there are any."""

    name = "normal"
    spellings: ClassVar[Mapping[str, str]] = {
        "mu": "mean",
        "loc": "mean",
        "std": "stddev",
        "sd": "stddev",
        "sigma": "stddev",
        "scale": "stddev",
    }
    mean: float = 0.0
    stddev: float = Option(default=1.0, gt=0)

    def _shape(self) -> tuple[float, float]:
        return self.stddev, self.mean

    def _sample(self, cells: Cells, low: int, span: int, scale: float, offset: float) -> Floats:
        draw = cells.draw()
        return kernels.quantile(cells.rows, draw.gamma, draw.kappa, quantiles.normal(), low, span, scale, offset)

    def _standard(self, place: int) -> float:
        return float(kernels.quantile(_ONE_ROW, 1, 0, quantiles.normal(), place, 1, 1.0, 0.0)[0])


class Exponential(ByQuantile):
    """The exponential distribution from 0 up, by its mean."""

    name = "exponential"
    spellings: ClassVar[Mapping[str, str]] = {"scale": "mean"}
    mean: float = Option(default=1.0, gt=0)

    def _shape(self) -> tuple[float, float]:
        return self.mean, 0.0

    def _sample(self, cells: Cells, low: int, span: int, scale: float, offset: float) -> Floats:
        draw = cells.draw()
        mirrored = TOP - low - span  # the table falls with p, the quantile rises with m
        table = quantiles.exponential()
        return kernels.tail_quantile(cells.rows, draw.gamma, draw.kappa, table, mirrored, span, scale, offset)

    def _standard(self, place: int) -> float:
        table = quantiles.exponential()
        return float(kernels.tail_quantile(_ONE_ROW, 1, 0, table, TOP - 1 - place, 1, 1.0, 0.0)[0])


class _Transformed(ByQuantile):
    """A rising function of a normal or an exponential variable."""

    @property
    def _base(self) -> ByQuantile:
        """The variable it is a function of, standard."""
        return _NORMAL

    @abstractmethod
    def _of(self, base: Floats) -> Floats:
        """The standard value for each value of the base; inf where it is too large."""

    def _sample(self, cells: Cells, low: int, span: int, scale: float, offset: float) -> Floats:
        with np.errstate(over="ignore"):
            values = self._of(self._base._sample(cells, low, span, 1.0, 0.0))
            values *= scale
            values += offset
        return values

    def _standard(self, place: int) -> float:
        with np.errstate(over="ignore"):
            return float(self._of(np.array([self._base._standard(place)]))[0])

    def _reach(self) -> float:
        return self._standard(TOP - 1)


class Lognormal(_Transformed):
    """e to the power of a normal variable of this mean and standard deviation (numpy's mean and sigma)."""

    name = "lognormal"
    spellings: ClassVar[Mapping[str, str]] = {"mu": "mean"}
    mean: float = 0.0
    sigma: float = Option(default=1.0, gt=0)

    def _of(self, base: Floats) -> Floats:
        base *= self.sigma
        base += self.mean
        return exact_exp(base)


class Pareto(_Transformed):
    """P(X > x) = (scale / x)**alpha from ``scale`` up (scipy's pareto; numpy's is this less 1)."""

    name = "pareto"
    spellings: ClassVar[Mapping[str, str]] = {"a": "alpha", "shape": "alpha", "xm": "scale", "x_min": "scale"}
    alpha: float = Option(gt=0)
    scale: float = Option(default=1.0, gt=0)

    @property
    def _base(self) -> ByQuantile:
        return _EXPONENTIAL

    def _shape(self) -> tuple[float, float]:
        return self.scale, 0.0

    def _of(self, base: Floats) -> Floats:
        base /= self.alpha
        return exact_exp(base)


class Gamma(_Transformed):
    """The gamma distribution of this shape and scale: mean ``shape * scale`` (numpy's names)."""

    name = "gamma"
    spellings: ClassVar[Mapping[str, str]] = {"k": "shape", "a": "shape", "alpha": "shape", "theta": "scale"}
    shape: float = Option(ge=0.001, le=1e12)
    scale: float = Option(default=1.0, gt=0)

    def _shape(self) -> tuple[float, float]:
        return self.scale, 0.0

    def _of(self, base: Floats) -> Floats:
        law, table = _log_gamma(self.shape)
        logs = table.at(base)
        logs += law.centre
        return exact_exp(logs)


@lru_cache(maxsize=64)
def _log_gamma(shape: float) -> tuple[LogGamma, Followed]:
    law = LogGamma(shape, float(exact_log(shape)))
    return law, follow(law)


_NORMAL = Normal(mean=0.0, stddev=1.0)
_EXPONENTIAL = Exponential(mean=1.0)
