"""Distributions that are stretched from the smallest to the largest number: uniform, beta, triangular.

On a grid they span half a step more at both ends and are rounded, so that the first and the last number have their
full share.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import ClassVar

import numpy as np
from pydantic import Field as Option

from generator import kernels, quantiles
from generator.cells import Cells
from generator.distributions.continuous import TOP
from generator.distributions.distribution import (
    Distribution,
    DistributionError,
    Floats,
    Grid,
    Numbers,
    both,
    bounded,
    nearest_places,
)
from generator.exact import exact_exp, exact_log
from generator.logconcave import Followed, LogitBeta, follow


class Uniform(Distribution):
    """Every number is as likely as any other."""

    name = "uniform"

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        count = bounded(grid, self.name)
        return lambda cells: cells.below(count)

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        start, end = both(low, high, self.name)
        width = end - start

        def sample(cells: Cells) -> Floats:
            values = cells.unit()
            values *= width
            values += start
            return np.minimum(values, end, out=values)

        return sample


class _Stretched(Distribution):
    """A shape between 0 and 1, stretched from one bound to the other."""

    @abstractmethod
    def _shaped(self, low: float, high: float, mode: float | None) -> Callable[[Cells], Floats]:
        """A sampler of [low, high]; ``mode`` is the option's value in the same measure, where there is one."""

    def _mode(self) -> float | None:
        return None

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        last = bounded(grid, self.name) - 1
        mode = self._mode()
        sample = self._shaped(-0.5, last + 0.5, None if mode is None else grid.places(mode))
        return lambda cells: nearest_places(sample(cells), last)

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        start, end = both(low, high, self.name)
        sample = self._shaped(start, end, self._mode())
        return lambda cells: np.clip(sample(cells), start, end)


class Beta(_Stretched):
    """The beta distribution of shapes ``a`` and ``b`` (numpy's and scipy's names), stretched from min to max."""

    name = "beta"
    spellings: ClassVar[Mapping[str, str]] = {"alpha": "a", "beta": "b"}
    a: float = Option(ge=0.001, le=1e12)
    b: float = Option(ge=0.001, le=1e12)

    def _shaped(self, low: float, high: float, mode: float | None) -> Callable[[Cells], Floats]:
        law, table = _logit_beta(self.a, self.b)
        width = high - low

        def sample(cells: Cells) -> Floats:
            draw = cells.draw()
            z = kernels.quantile(cells.rows, draw.gamma, draw.kappa, quantiles.normal(), 0, TOP, 1.0, 0.0)
            logits = table.at(z)
            logits += law.centre
            odds = exact_exp(np.negative(logits, out=logits))
            odds += 1.0
            values: Floats = np.divide(width, odds, out=odds)
            values += low
            return values

        return sample


@lru_cache(maxsize=64)
def _logit_beta(a: float, b: float) -> tuple[LogitBeta, Followed]:
    law = LogitBeta(a, b, float(exact_log(a) - exact_log(b)))
    return law, follow(law)


class Triangular(_Stretched):
    """A density that rises from min to ``mode`` and falls to max in straight lines; in the middle by default."""

    name = "triangular"
    spellings: ClassVar[Mapping[str, str]] = {"peak": "mode"}
    mode: float | None = None

    def _mode(self) -> float | None:
        return self.mode

    def _shaped(self, low: float, high: float, mode: float | None) -> Callable[[Cells], Floats]:
        width = high - low
        rise = 0.5 * width if mode is None else mode - low
        if not 0.0 <= rise <= width:
            raise DistributionError(f"the mode {self.mode} of this triangular distribution is not between min and max")
        share = rise / width if width else 0.0
        left, right = np.sqrt(width) * np.sqrt(rise), np.sqrt(width) * np.sqrt(width - rise)

        def sample(cells: Cells) -> Floats:
            unit = cells.unit()
            values: Floats = np.where(unit < share, low + left * np.sqrt(unit), high - right * np.sqrt(1.0 - unit))
            return values

        return sample
