"""A distribution as it was counted: bins and their weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import numpy as np
from pydantic import Field as Option
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from generator import kernels
from generator.cells import Cells
from generator.choosing import AliasTable, whole_weights
from generator.distributions.distribution import Distribution, DistributionError, Floats, Grid, Numbers

_INT64 = range(-(1 << 63), 1 << 63)


class Histogram(Distribution):
    """Uniform within each bin, bins as likely as their weights say: ``{edges: [0, 10, 50], weights: [3, 1]}``.

    A bin holds its lower edge and not its upper one; the last bin holds both (as numpy.histogram counts them). Bounds
    cut bins and their weight in proportion.
    """

    name = "histogram"
    needs_bounds = False
    spellings: ClassVar[Mapping[str, str]] = {"bins": "edges", "counts": "weights"}
    edges: tuple[float, ...] = Option(min_length=2, max_length=10_001)
    weights: tuple[float, ...] = Option(min_length=1, max_length=10_000)

    @model_validator(mode="after")
    def _fitting(self) -> Histogram:
        if any(lower >= upper for lower, upper in pairwise(self.edges)):
            raise PydanticCustomError("edges", "edges must rise from one to the next")
        if not all(upper - lower < np.inf for lower, upper in pairwise(self.edges)):
            raise PydanticCustomError("edges", "edges are too far apart for a 64-bit float")
        if len(self.weights) != len(self.edges) - 1:
            context = {"edges": len(self.edges), "bins": len(self.edges) - 1, "weights": len(self.weights)}
            raise PydanticCustomError(
                "weights", "{edges} edges make {bins} bins, but there are {weights} weights; one a bin", context
            )
        if any(weight < 0 for weight in self.weights) or not any(self.weights):
            raise PydanticCustomError("weights", "weights must not be negative, and one must be positive")
        return self

    def on_grid(self, grid: Grid) -> Callable[[Cells], Numbers]:
        edges = [(Fraction(str(edge)) - grid.origin) / grid.step for edge in self.edges]
        ends = [math.ceil(edge) for edge in edges[:-1]] + [math.floor(edges[-1]) + 1]
        starts, sizes, weights = [], [], []
        for (start, end), weight in zip(pairwise(ends), self.weights, strict=True):
            first = start if grid.count is None else max(start, 0)
            beyond = end if grid.count is None else min(end, grid.count)
            if weight and first < beyond:
                starts.append(first)
                sizes.append(beyond - first)
                weights.append(Fraction(str(weight)) * (beyond - first) / (end - start))
        if not starts:
            raise self._nothing()
        if any(place not in _INT64 for place in (starts[0], starts[-1] + sizes[-1])) or max(sizes) >= 1 << 63:
            raise DistributionError("values would not fit 64-bit integers; give min and max")
        table = AliasTable.of(whole_weights(weights))
        firsts, limits = np.array(starts, dtype=np.int64), np.array(sizes, dtype=np.uint64)

        def sample(cells: Cells) -> Numbers:
            found = cells.pick(table)
            within = cells.draw("within")
            offset = kernels.below_each(cells.rows, within.gamma, within.kappa, limits.take(found))
            return firsts.take(found) + offset.view(np.int64)

        return sample

    def between(self, low: float | None, high: float | None) -> Callable[[Cells], Floats]:
        starts, ends, weights = [], [], []
        for (lower, upper), weight in zip(pairwise(self.edges), self.weights, strict=True):
            start = lower if low is None else max(lower, low)
            end = upper if high is None else min(upper, high)
            if weight and (start < end or start == end == low == high):
                starts.append(start)
                ends.append(end)
                kept = Fraction(end) - Fraction(start) or Fraction(1)
                weights.append(Fraction(str(weight)) * kept / (Fraction(upper) - Fraction(lower)))
        if not starts:
            raise self._nothing()
        table = AliasTable.of(whole_weights(weights))
        firsts, lasts = np.array(starts), np.array(ends)
        widths = lasts - firsts

        def sample(cells: Cells) -> Floats:
            found = cells.pick(table)
            values = cells.unit("within")
            values *= widths.take(found)
            values += firsts.take(found)
            np.minimum(values, lasts.take(found), out=values)
            return values

        return sample

    def _nothing(self) -> DistributionError:
        return DistributionError("no bin of this histogram distribution has a value between min and max")
