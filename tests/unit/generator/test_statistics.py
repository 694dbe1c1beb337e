"""Every distribution against its law by an independent library: goodness of fit of a million draws at fixed seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from generator import compile_schema

N = 1_000_000
KS_LIMIT = 1.95
"""sqrt(n) times the Kolmogorov-Smirnov distance: beyond it with a probability of 1e-3."""
Law = Callable[[float], Any]


def drawn(options: str, rows: int = N, seed: str = "statistics") -> np.ndarray[Any, np.dtype[np.float64]]:
    table = compile_schema(f"seed: {seed}\nrows: {rows}\nfields: {{x: {options}}}").tables["data"]
    return np.asarray(table.take(np.arange(rows, dtype=np.uint64)).column(0).cast("float64"))


def distance(values: np.ndarray[Any, Any], law: Law) -> float:
    """The Kolmogorov-Smirnov distance at 150 of the values, evenly spread over their ranks, times sqrt(n)."""
    ordered = np.sort(values)
    points = ordered[np.linspace(0, len(ordered) - 1, 150).astype(int)]
    found = np.searchsorted(ordered, points, side="right") / len(ordered)
    before = np.searchsorted(ordered, points, side="left") / len(ordered)
    expected = np.array([float(law(float(point))) for point in points])
    return float(np.maximum(found - expected, expected - before).max() * np.sqrt(len(ordered)))


def fits(values: np.ndarray[Any, Any], shares: dict[int, float]) -> bool:
    """Chi-square over numbers of an expected count of 10 and more; the others together are one class."""
    numbers, counts = np.unique(values, return_counts=True)
    assert set(numbers.astype(int)) <= set(shares)
    found = dict(zip(numbers.astype(int), counts, strict=True))
    common = [number for number, share in shares.items() if share * len(values) >= 10]
    expected = np.array([shares[number] * len(values) for number in common])
    observed = np.array([found.get(number, 0) for number in common])
    rest, rare = len(values) - expected.sum(), len(values) - observed.sum()
    chi_square = float(((observed - expected) ** 2 / expected).sum())
    if rest >= 1:
        chi_square += (rare - rest) ** 2 / rest
    else:
        assert rare <= 8
    freedom = len(common)
    return chi_square < freedom + 4 * np.sqrt(2 * freedom) + 4


def ratio(law: Law, low: float, high: float) -> Law:
    """The law cut at bounds."""
    return lambda x: (law(x) - law(low)) / (law(high) - law(low))


def lognormal(mean: float, sigma: float) -> Law:
    return lambda x: mpmath.ncdf((mpmath.log(x) - mean) / sigma) if x > 0 else 0


def gamma(shape: float, scale: float = 1.0) -> Law:
    return lambda x: mpmath.gammainc(shape, 0, x / scale, regularized=True)


def beta(a: float, b: float, low: float = 0.0, high: float = 1.0) -> Law:
    def law(x: float) -> Any:
        share = (x - low) / (high - low)
        if share > 0.5:
            return 1 - mpmath.betainc(b, a, 0, (high - x) / (high - low), regularized=True)
        return mpmath.betainc(a, b, 0, share, regularized=True)

    return law


def pareto(alpha: float, scale: float) -> Law:
    return lambda x: 1 - (scale / x) ** alpha if x > scale else 0


def triangular(low: float, mode: float, high: float) -> Law:
    def law(x: float) -> float:
        if x <= mode:
            return (x - low) ** 2 / ((high - low) * (mode - low)) if mode > low else 0.0
        return 1 - (high - x) ** 2 / ((high - low) * (high - mode))

    return law


def histogram(edges: list[float], weights: list[float]) -> Law:
    totals = np.concatenate([[0.0], np.cumsum(weights)]) / sum(weights)
    return lambda x: float(np.interp(x, edges, totals))


def poisson(mean: float) -> Callable[[int], Any]:
    return lambda k: mpmath.exp(k * mpmath.log(mean) - mean - mpmath.loggamma(k + 1))


def binomial(n: int, p: float) -> Callable[[int], Any]:
    return lambda k: mpmath.binomial(n, k) * mpmath.mpf(p) ** k * mpmath.mpf(1 - p) ** (n - k)


def shares(weight: Callable[[int], Any], low: int, high: int) -> dict[int, float]:
    weights = {k: weight(k) for k in range(low, high + 1)}
    total = mpmath.fsum(weights.values())
    return {k: float(each / total) for k, each in weights.items()}


CONTINUOUS = [
    ("", "normal", mpmath.ncdf),
    ("", "{exponential: {mean: 2}}", lambda x: 1 - mpmath.exp(-x / 2)),
    ("", "{lognormal: {mean: 1, sigma: 0.75}}", lognormal(1, 0.75)),
    ("min: 2, max: 9,", "{lognormal: {mean: 1, sigma: 0.75}}", ratio(lognormal(1, 0.75), 2, 9)),
    ("", "{gamma: {shape: 2, scale: 3}}", gamma(2, 3)),
    ("", "{gamma: {shape: 0.07}}", gamma(0.07)),
    ("", "{gamma: {shape: 4000}}", gamma(4000)),
    ("min: 3, max: 4,", "{gamma: {shape: 2}}", ratio(gamma(2), 3, 4)),
    ("", "{beta: {a: 2, b: 5}}", beta(2, 5)),
    ("", "{beta: {a: 0.4, b: 0.3}}", beta(0.4, 0.3)),
    ("min: -10, max: 30,", "{beta: {a: 300, b: 1.5}}", beta(300, 1.5, -10, 30)),
    ("", "{pareto: {alpha: 1.16, scale: 5}}", pareto(1.16, 5)),
    ("min: 7, max: 70,", "{pareto: {alpha: 1.16, scale: 5}}", ratio(pareto(1.16, 5), 7, 70)),
    ("min: 2, max: 12,", "{triangular: {mode: 4}}", triangular(2, 4, 12)),
    ("min: 2, max: 12,", "{triangular: {mode: 2}}", triangular(2, 2, 12)),
    ("min: 2, max: 12,", "triangular", triangular(2, 7, 12)),
    ("", "{histogram: {edges: [0, 1, 5, 20], weights: [1, 0, 3]}}", histogram([0, 1, 5, 20], [1, 0, 3])),
    ("min: 0.5, max: 3,", "{histogram: {edges: [0, 1, 5], weights: [1, 8]}}", histogram([0.5, 1, 3], [0.5, 4])),
]


@pytest.mark.parametrize(("bounds", "distribution", "law"), CONTINUOUS)
def test_floats_follow_their_law(bounds: str, distribution: str, law: Law) -> None:
    values = drawn(f"{{type: float, {bounds} digits: null, distribution: {distribution}}}")
    assert distance(values, law) < KS_LIMIT


def rounded(law: Law, low: int, high: int) -> Callable[[int], Any]:
    """What a continuous law gives when it is rounded to whole numbers."""
    return lambda k: law(k + 0.5) - law(k - 0.5)


WHOLE = [
    ("min: 0, max: 9,", "{gamma: {shape: 2, scale: 2}}", shares(rounded(gamma(2, 2), 0, 9), 1, 9), gamma(2, 2)(0.5)),
    ("min: 3, max: 40,", "{lognormal: {mean: 2, sigma: 1}}", shares(rounded(lognormal(2, 1), 3, 40), 3, 40), 0),
    ("min: 2, max: 60,", "{pareto: {alpha: 0.8}}", shares(rounded(pareto(0.8, 1), 2, 60), 2, 60), 0),
    ("min: 1, max: 6,", "{beta: {a: 2, b: 3}}", shares(rounded(beta(2, 3, 0.5, 6.5), 1, 6), 1, 6), 0),
    ("min: 1, max: 9,", "{triangular: {mode: 3}}", shares(rounded(triangular(0.5, 3, 9.5), 1, 9), 1, 9), 0),
]


@pytest.mark.parametrize("kind", ["type: integer", "type: decimal, scale: 0"])
@pytest.mark.parametrize(("bounds", "distribution", "law", "below"), WHOLE)
def test_continuous_laws_are_rounded_to_whole_numbers(
    kind: str, bounds: str, distribution: str, law: dict[int, float], below: float
) -> None:
    values = drawn(f"{{{kind}, {bounds} distribution: {distribution}}}")
    if below:  # the law begins at 0, where half a step is left
        total = float(gamma(2, 2)(9.5))
        law = {0: float(below) / total} | {k: each * (1 - float(below) / total) for k, each in law.items()}
    assert fits(values, law)


COUNTS = [
    ("", "{poisson: {mean: 0.3}}", shares(poisson(0.3), 0, 30)),
    ("", "{poisson: {mean: 4.5}}", shares(poisson(4.5), 0, 60)),
    ("", "{poisson: {mean: 1000}}", shares(poisson(1000), 600, 1400)),
    ("min: 9, max: 14,", "{poisson: {mean: 4.5}}", shares(poisson(4.5), 9, 14)),
    ("", "{binomial: {n: 12, p: 0.3}}", shares(binomial(12, 0.3), 0, 12)),
    ("", "{binomial: {n: 5000, p: 0.999}}", shares(binomial(5000, 0.999), 4900, 5000)),
    ("max: 2,", "{binomial: {n: 12, p: 0.3}}", shares(binomial(12, 0.3), 0, 2)),
    (
        "",
        "{histogram: {edges: [0, 10, 19], weights: [3, 1]}}",
        {k: (3, 1)[k > 9] / 40 for k in range(20)},
    ),
]


@pytest.mark.parametrize("kind", ["type: integer", "type: decimal, scale: 0", "type: float"])
@pytest.mark.parametrize(("bounds", "distribution", "law"), COUNTS)
def test_counts_have_their_shares(kind: str, bounds: str, distribution: str, law: dict[int, float]) -> None:
    if "float" in kind and "histogram" in distribution:
        kind = "type: integer"  # of floats a histogram is continuous, and tested above
    assert fits(drawn(f"{{{kind}, {bounds} distribution: {distribution}}}"), law)


@pytest.mark.parametrize("kind", ["type: integer", "type: decimal, precision: 18", "type: float"])
@pytest.mark.parametrize(
    ("distribution", "mean", "variance"),
    [("{poisson: {mean: 1e9}}", 1e9, 1e9), ("{binomial: {n: 1_000_000_000, p: 0.9}}", 9e8, 9e7)],
)
def test_large_counts_follow_the_normal_law(kind: str, distribution: str, mean: float, variance: float) -> None:
    values = drawn(f"{{{kind}, distribution: {distribution}}}")
    assert (values == np.rint(values)).all()
    assert distance(values, lambda x: mpmath.ncdf((x - mean) / mpmath.sqrt(variance))) < KS_LIMIT


def test_a_step_thins_a_law_of_counts() -> None:
    weights = shares(poisson(12), 0, 80)
    kept = {k: share for k, share in weights.items() if k % 5 == 3}
    total = sum(kept.values())
    values = drawn("{type: integer, min: 3, max: 78, step: 5, distribution: {poisson: {mean: 12}}}")
    assert fits(values, {k: share / total for k, share in kept.items()})


@pytest.mark.parametrize("bound", ["max: 1000", "min: -4_000_000_000_000_000_000, max: 4_000_000_000_000_000_000"])
def test_bounds_that_are_far_away_do_not_coarsen_whole_numbers(bound: str) -> None:
    near = drawn("{type: integer, distribution: {normal: {mean: 5, stddev: 3}}}", rows=10_000)
    assert (
        drawn(f"{{type: integer, {bound}, distribution: {{normal: {{mean: 5, stddev: 3}}}}}}", 10_000) == near
    ).all()


def parents_of(distribution: str, parents: int, rows: int = N) -> np.ndarray[Any, Any]:
    """How many children each parent has, most first."""
    field = f"{{type: reference, to: a.id, distribution: {distribution}}}"
    tables = f"a: {{rows: {parents}, fields: {{id: {{type: sequence}}}}}}, b: {{rows: {rows}, fields: {{x: {field}}}}}"
    document = f"tables: {{{tables}}}"
    table = compile_schema(document).tables["b"]
    chosen = np.asarray(table.take(np.arange(rows, dtype=np.uint64)).column(0))
    return np.sort(np.bincount(chosen, minlength=parents + 1)[1:])[::-1]


def test_references_follow_laws_of_popularity() -> None:
    expected = sorted(shares(lambda k: 1.0 / k, 1, 50).values(), reverse=True)
    assert np.allclose(parents_of("{zipf: {s: 1}}", 50) / N, expected, atol=0.003)
    by_bins = parents_of("{histogram: {edges: [0, 10, 100], weights: [9, 1]}}", 100) / N
    assert np.allclose(by_bins[:10], 0.09, atol=0.003)
    assert np.allclose(by_bins[10:], 0.1 / 90, atol=0.0003)
    expected = sorted(shares(poisson(8), 0, 29).values(), reverse=True)
    assert np.allclose(parents_of("{poisson: {mean: 8}}", 30) / N, expected, atol=0.003)
    expected = sorted(shares(rounded(beta(2, 6, -0.5, 39.5), 0, 39), 0, 39).values(), reverse=True)
    assert np.allclose(parents_of("{beta: {a: 2, b: 6}}", 40) / N, expected, atol=0.003)


def test_weights_of_a_choice_are_its_shares() -> None:
    table = compile_schema(f"rows: {N}\nfields: {{x: {{type: choice, values: {{a: 70, b: 25, c: 5}}}}}}").tables["data"]
    column = table.take(np.arange(N, dtype=np.uint64)).column(0)
    counts = {item["values"]: item["counts"] for item in column.value_counts().to_pylist()}
    for value, share in {"a": 0.7, "b": 0.25, "c": 0.05}.items():
        assert abs(counts[value] - share * N) < 5 * np.sqrt(N * share * (1 - share))


def test_adjacent_rows_and_fields_of_every_distribution_are_uncorrelated() -> None:
    rows = 200_000
    kinds = [
        "normal",
        "{lognormal: {sigma: 0.3}}",
        "{gamma: {shape: 3}}",
        "{poisson: {mean: 6}}",
        "{binomial: {n: 9, p: 0.5}}",
    ]
    kinds += [
        "{beta: {a: 2, b: 2}}",
        "triangular",
        "{histogram: {edges: [0, 2, 3], weights: [1, 1]}}",
        "{exponential: {mean: 1}}",
    ]
    fields = ", ".join(f"f{i}: {{type: float, digits: null, distribution: {kind}}}" for i, kind in enumerate(kinds))
    batch = compile_schema(f"rows: {rows}\nfields: {{{fields}}}").tables["data"].take(np.arange(rows, dtype=np.uint64))
    columns = np.stack([np.asarray(column) for column in batch.columns])
    limit = 5 / np.sqrt(rows)
    assert np.abs(np.corrcoef(columns) - np.eye(len(kinds))).max() < limit
    for lag in (1, 2, 1024):
        together = np.corrcoef(np.concatenate([columns[:, :-lag], columns[:, lag:]]))
        assert np.abs(together - np.eye(2 * len(kinds))).max() < limit
