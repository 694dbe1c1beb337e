"""Distributions of whole numbers: Zipf's law, and the Poisson and binomial laws of counts."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import ClassVar

import numpy as np
from pydantic import Field as Option

from generator.cells import Cells
from generator.choosing import AliasTable
from generator.distributions.continuous import Normal
from generator.distributions.distribution import Distribution, DistributionError, Floats, Grid, Numbers, bounded
from generator.zipf import ZipfRanks

_WIDEST = 5_000.0
"""Standard deviations beyond this are drawn from the normal law: so a table has 100,000 entries at most."""
_NEGLIGIBLE = 2.0**-62
"""Share of the mass beyond which counts have no entry in the table."""
_REACH = 1 << 62


class Zipf(Distribution):
    """Rank k has weight k**-s: the first number of the grid is the most frequent."""

    name = "zipf"
    spellings: ClassVar[Mapping[str, str]] = {"a": "s", "exponent": "s", "alpha": "s"}
    s: float = Option(default=1.0, ge=0, le=20)

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        ranks = ZipfRanks(bounded(grid, self.name), self.s)
        return ranks.sample

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        raise DistributionError("zipf is a distribution of whole numbers; use type integer")


class _Counts(Distribution):
    """A law of 0, 1, 2 ... whose probabilities stand in a simple ratio from one number to the next.

    The numbers that hold all but 2**-61 of the mass stand in an alias table; only those that the grid has, so bounds
    and steps cut the law. Where the standard deviation is beyond 5,000 the normal law of the same mean and variance,
    rounded, takes its place: the two differ by less than 3e-5 of a probability.
    """

    needs_bounds = False

    @abstractmethod
    def _moments(self) -> tuple[float, float]:
        """Mean and variance."""

    @abstractmethod
    def _support(self) -> tuple[int, int]:
        """The smallest and the largest number of a positive probability."""

    @abstractmethod
    def _ratio(self, k: int) -> float:
        """The probability of k + 1 over that of k."""

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        mean, variance = self._moments()
        if variance > _WIDEST * _WIDEST:
            return self._large(grid, Normal(mean=mean, stddev=math.sqrt(variance)))
        low, high = self._within(grid)
        first, shares = self._window(low, high)
        places = [(Fraction(first + index) - grid.origin) / grid.step for index in range(len(shares))]
        kept = [index for index, place in enumerate(places) if place.denominator == 1]
        weights = [int(shares[index]) for index in kept]
        if not any(weights):
            raise self._nothing()
        table = AliasTable.of(weights)
        numbers = np.array([int(places[index]) for index in kept], dtype=np.int64)
        return lambda cells: numbers.take(cells.pick(table))

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        least, most = self._support()
        first = least if low is None or low < least else math.ceil(low)
        last = most if high is None or high > most else math.floor(high)
        if first > last:
            raise self._nothing()
        sample = self.on_grid(Grid(Fraction(first), Fraction(1), last - first + 1))
        return lambda cells: (sample(cells) + np.int64(first)).astype(np.float64)

    def _large(self, grid: Grid, normal: Normal) -> Callable[[Cells], Numbers]:
        """By the normal law, rounded: to whole numbers where the grid is finer than they are."""
        fine, offset = 1 / grid.step, grid.origin / grid.step
        if grid.count is None or fine.denominator != 1 or offset.denominator != 1:
            return normal.on_grid(grid)
        first, last = self._within(grid)
        try:
            sample = normal.on_grid(Grid(Fraction(first), Fraction(1), last - first + 1))
        except DistributionError:
            raise self._nothing() from None
        steps, start = np.int64(int(fine)), np.int64(int(first * fine - offset))
        return lambda cells: sample(cells) * steps + start

    def _nothing(self) -> DistributionError:
        return DistributionError(f"no value of this {self.name} distribution lies between min and max")

    def _within(self, grid: Grid) -> tuple[int, int]:
        """The smallest and the largest number that both the law and the grid's range have."""
        low, high = self._support()
        if grid.count is not None:
            low = max(low, math.ceil(grid.origin))
            high = min(high, math.floor(grid.origin + grid.step * (grid.count - 1)))
        if low > high:
            raise self._nothing()
        return low, high

    def _window(self, low: int, high: int) -> tuple[int, list[int]]:
        """The first number with an entry, and whole weights that add up to about 2**60."""
        start = min(max(int(self._moments()[0]), low), high)
        above, below = [1.0], []
        total, weight = 1.0, 1.0
        for k in range(start, high):
            ratio = self._ratio(k)
            weight *= ratio
            if ratio < 1.0 and weight / (1.0 - ratio) < _NEGLIGIBLE * total:
                break
            above.append(weight)
            total += weight
        weight = 1.0
        for k in range(start - 1, low - 1, -1):
            ratio = 1.0 / self._ratio(k)
            weight *= ratio
            if ratio < 1.0 and weight / (1.0 - ratio) < _NEGLIGIBLE * total:
                break
            below.append(weight)
            total += weight
        weights = below[::-1] + above
        whole = math.fsum(weights)
        return start - len(below), [int(each / whole * 2.0**60) for each in weights]


class Poisson(_Counts):
    """How often something happens that happens ``mean`` times on average (numpy's lam, scipy's mu)."""

    name = "poisson"
    spellings: ClassVar[Mapping[str, str]] = {"lam": "mean", "lambda": "mean", "mu": "mean", "rate": "mean"}
    mean: float = Option(gt=0, le=1e18)

    def _moments(self) -> tuple[float, float]:
        return self.mean, self.mean

    def _support(self) -> tuple[int, int]:
        return 0, _REACH

    def _ratio(self, k: int) -> float:
        return self.mean / (k + 1)


class Binomial(_Counts):
    """How many of ``n`` trials succeed, each with probability ``p`` (numpy's and scipy's names)."""

    name = "binomial"
    spellings: ClassVar[Mapping[str, str]] = {"trials": "n", "probability": "p"}
    n: int = Option(ge=0, le=1 << 53)
    p: float = Option(ge=0, le=1)

    def _moments(self) -> tuple[float, float]:
        return self.n * self.p, self.n * self.p * (1.0 - self.p)

    def _support(self) -> tuple[int, int]:
        return (self.n if self.p == 1.0 else 0), (0 if self.p == 0.0 else self.n)

    def _ratio(self, k: int) -> float:
        return (self.n - k) / (k + 1) * (self.p / (1.0 - self.p))
