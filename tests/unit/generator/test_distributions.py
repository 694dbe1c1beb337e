"""Drawn numbers follow the distribution they name: goodness of fit at fixed seeds, bounds, shares, independence."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from generator import RowRange, SchemaError, compile_schema

N = 200_000
KS_LIMIT = 2.0
"""sqrt(n) times the Kolmogorov-Smirnov distance: beyond it with a probability of 7e-4."""


def drawn(options: str, rows: int = N, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    table = compile_schema(f"seed: {seed}\nrows: {rows}\nfields: {{x: {options}}}").tables["data"]
    return np.asarray(table.batch(RowRange(0, rows)).column(0).cast("float64"))


def distance(values: np.ndarray[Any, Any], law: Callable[[float], float]) -> float:
    ordered = np.sort(values)
    expected = np.array([law(value) for value in ordered])
    upto = np.arange(1, len(ordered) + 1) / len(ordered)
    return float(
        max(np.abs(upto - expected).max(), np.abs(upto - 1 / len(ordered) - expected).max()) * math.sqrt(len(ordered))
    )


def normal(value: float) -> float:
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))


@pytest.mark.parametrize(
    ("options", "law"),
    [
        ("{type: float, digits: null}", lambda x: x),
        ("{type: float, min: -2, max: 6, digits: null}", lambda x: (x + 2) / 8),
        ("{type: float, digits: null, distribution: normal}", normal),
        (
            "{type: float, digits: null, distribution: {normal: {mean: 5, stddev: 0.1}}}",
            lambda x: normal((x - 5) / 0.1),
        ),
        (
            "{type: float, digits: null, min: -1, max: 0.5, distribution: normal}",
            lambda x: (normal(x) - normal(-1)) / (normal(0.5) - normal(-1)),
        ),
        (
            "{type: float, digits: null, min: 4, max: 5, distribution: normal}",
            lambda x: (normal(-4) - normal(-x)) / (normal(-4) - normal(-5)),
        ),
        ("{type: float, digits: null, distribution: {exponential: {mean: 3}}}", lambda x: 1 - math.exp(-x / 3)),
        (
            "{type: float, digits: null, min: 1, max: 9, distribution: {exponential: {mean: 3}}}",
            lambda x: (math.exp(-1 / 3) - math.exp(-x / 3)) / (math.exp(-1 / 3) - math.exp(-3)),
        ),
    ],
)
def test_floats_follow_their_distribution_and_keep_their_bounds(options: str, law: Callable[[float], float]) -> None:
    assert distance(drawn(options), law) < KS_LIMIT


@pytest.mark.parametrize(
    ("options", "weights"),
    [
        ("{type: integer, min: 0, max: 9}", [1] * 10),
        ("{type: integer, min: 0, max: 99, step: 20}", [1 if i % 20 == 0 else 0 for i in range(100)]),
        ("{type: integer, min: 0, max: 49, distribution: {zipf: {s: 1.1}}}", [k**-1.1 for k in range(1, 51)]),
        ("{type: decimal, scale: 0, min: 0, max: 4}", [1] * 5),
        (
            "{type: integer, min: 0, max: 8, distribution: {normal: {mean: 4, stddev: 1.5}}}",
            [normal((k + 0.5 - 4) / 1.5) - normal((k - 0.5 - 4) / 1.5) for k in range(9)],
        ),
    ],
)
def test_whole_numbers_have_their_shares(options: str, weights: list[float]) -> None:
    counts = np.bincount(drawn(options).astype(int), minlength=len(weights))
    expected = np.array(weights) / sum(weights) * N
    assert (counts[expected == 0] == 0).all()
    used = expected > 0
    chi_square = float((((counts - expected) ** 2)[used] / expected[used]).sum())
    freedom = int(used.sum()) - 1
    assert chi_square < freedom + 4.5 * math.sqrt(2 * freedom)


def test_zipf_over_a_billion_ranks_has_the_right_shares_in_head_and_tail() -> None:
    ranks = drawn("{type: integer, min: 1, max: 1_000_000_000, distribution: {zipf: {s: 1.0}}}")
    harmonic = math.log(1e9) + 0.5772156649
    for low, high in [(1, 1), (2, 10), (1_000, 100_000), (100_000, 10_000_000), (10_000_000, 1_000_000_000)]:
        expected = (math.log((high + 0.5) / (low - 0.5)) if low > 1 else 1.0) / harmonic * N
        found = ((ranks >= low) & (ranks <= high)).sum()
        assert abs(found - expected) < 5 * math.sqrt(expected) + 0.02 * expected * (low < 10)


def test_weights_of_a_choice_are_its_shares() -> None:
    table = compile_schema(f"rows: {N}\nfields: {{x: {{type: choice, values: {{a: 0.7, b: 0.25, c: 0.05}}}}}}").tables[
        "data"
    ]
    counts = {
        item["values"]: item["counts"] for item in table.batch(RowRange(0, N)).column(0).value_counts().to_pylist()
    }
    for value, share in {"a": 0.7, "b": 0.25, "c": 0.05}.items():
        assert abs(counts[value] - share * N) < 5 * math.sqrt(N * share * (1 - share))


def test_adjacent_rows_and_fields_are_uncorrelated() -> None:
    fields = ", ".join(f"f{i}: {{type: float, digits: null}}" for i in range(12))
    table = compile_schema(f"rows: {N}\nfields: {{{fields}}}").tables["data"]
    columns = [np.asarray(column) for column in table.batch(RowRange(0, N)).columns]
    limit = 5 / math.sqrt(N)
    for lag in (1, 2, 64, 1024):
        for column in columns:
            assert abs(np.corrcoef(column[:-lag], column[lag:])[0, 1]) < limit
    correlations = np.corrcoef(np.stack(columns)) - np.eye(12)
    assert np.abs(correlations).max() < limit
    shifted = np.corrcoef(np.concatenate([np.stack(columns)[:, :-1], np.stack(columns)[:, 1:]])) - np.eye(24)
    assert np.abs(shifted).max() < limit


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("{type: float, min: 50, max: 60, distribution: normal}", "no value of this normal distribution lies between"),
        ("{type: float, distribution: zipf}", "use type integer"),
        ("{type: integer, max: 9_999_999_999_999_999_999}", "64-bit"),
    ],
)
def test_a_distribution_that_cannot_be_drawn_is_refused(options: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        compile_schema(f"rows: 3\nfields: {{x: {options}}}")
