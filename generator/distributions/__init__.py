"""Distributions over a grid of numbers or over floats, by integer arithmetic, tables and exact functions.

A distribution makes a sampler: cells in, numbers out, the same draws whatever the bounds, because bounds cut the
uniform number before its quantile is taken (never by rejection, which would need a varying number of draws).
Nothing platform-dependent may come in: see ``generator.exact``, ``generator.quantiles`` and ``generator.logconcave``
for what there is.
"""

from __future__ import annotations

from generator.distributions.distribution import Distribution, DistributionError, Grid
from generator.distributions.naming import DISTRIBUTIONS, AnyDistribution, parse_distribution
from generator.distributions.spanning import Uniform

__all__ = [
    "DISTRIBUTIONS",
    "AnyDistribution",
    "Distribution",
    "DistributionError",
    "Grid",
    "Uniform",
    "parse_distribution",
]
