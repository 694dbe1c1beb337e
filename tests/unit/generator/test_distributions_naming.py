"""Distributions as people write them: names and options of numpy and scipy, mistakes told where they stand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from generator import SchemaError, compile_schema, field_types


def cells(distribution: str, kind: str = "type: float, digits: null") -> np.ndarray[Any, Any]:
    table = compile_schema(f"rows: 200\nfields: {{x: {{{kind}, distribution: {distribution}}}}}").tables["data"]
    return np.asarray(table.take(np.arange(200, dtype=np.uint64)).column(0))


@pytest.mark.parametrize(
    ("spelt", "plain"),
    [
        ("gaussian", "normal"),
        ("{normal: {loc: 3, scale: 2}}", "{normal: {mean: 3, stddev: 2}}"),
        ("{normal: {mu: 3, sigma: 2}}", "{normal: {mean: 3, stddev: 2}}"),
        ("{expon: {scale: 4}}", "{exponential: {mean: 4}}"),
        ("{log_normal: {mu: 1, sigma: 0.5}}", "{lognormal: {mean: 1, sigma: 0.5}}"),
        ("{gamma: {k: 2, theta: 3}}", "{gamma: {shape: 2, scale: 3}}"),
        ("{beta: {alpha: 2, beta: 3}}", "{beta: {a: 2, b: 3}}"),
        ("{pareto: {a: 2, xm: 3}}", "{pareto: {alpha: 2, scale: 3}}"),
        ("{poisson: {lam: 6}}", "{poisson: {mean: 6}}"),
        ("{poisson: {lambda: 6}}", "{poisson: {mean: 6}}"),
        ("{binom: {trials: 9, probability: 0.5}}", "{binomial: {n: 9, p: 0.5}}"),
        ("{triangle: {peak: 0.25}}", "{triangular: {mode: 0.25}}"),
        ("{histogram: {bins: [0, 1, 3], counts: [2, 1]}}", "{histogram: {edges: [0, 1, 3], weights: [2, 1]}}"),
    ],
)
def test_other_spellings_give_the_same_cells(spelt: str, plain: str) -> None:
    assert (cells(spelt) == cells(plain)).all()


@pytest.mark.parametrize(
    ("distribution", "path", "message"),
    [
        ("possion", "distribution", "did you mean 'poisson'"),
        ("{poisson: {maen: 5}}", "distribution.poisson.maen", "did you mean 'mean'"),
        ("{poisson: {mean: 5, lam: 5}}", "distribution.poisson.lam", "another name of 'mean'"),
        ("{poisson: {mean: -5}}", "distribution.poisson.mean", "greater than 0"),
        ("{binomial: {n: 10, p: 1.5}}", "distribution.binomial.p", "less than or equal to 1"),
        ("{gamma: {scale: 1}}", "distribution.gamma.shape", "missing"),
        ("{gamma: {shape: 0}}", "distribution.gamma.shape", "greater than or equal to 0.001"),
        ("{pareto: {alpha: 0.001}}", "distribution", "give max"),
        ("{lognormal: {sigma: 400}}", "distribution", "give max"),
        ("{triangular: {mode: 5}}", "distribution", "not between min and max"),
        ("{histogram: {edges: [1, 2, 3], weights: [1]}}", "distribution.histogram", "3 edges make 2 bins"),
        ("{histogram: {edges: [1, 3, 2], weights: [1, 1]}}", "distribution.histogram", "must rise"),
        ("{histogram: {edges: [1, 2], weights: [0]}}", "distribution.histogram", "one must be positive"),
    ],
)
def test_mistakes_are_told_where_they_stand(distribution: str, path: str, message: str) -> None:
    with pytest.raises(SchemaError) as refusal:
        cells(distribution)
    assert f"$.fields.x.{path}:" in str(refusal.value)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("type: integer, min: 50, max: 60, distribution: {binomial: {n: 10, p: 0.5}}", "no value of this binomial"),
        ("type: integer, max: 5, distribution: {poisson: {mean: 1e12}}", "no value of this poisson"),
        ("type: float, min: 0.2, max: 0.8, distribution: {poisson: {mean: 1}}", "no value of this poisson"),
        ("type: float, min: 9, distribution: {histogram: {edges: [0, 1], weights: [1]}}", "no bin of this histogram"),
        ("type: integer, distribution: {histogram: {edges: [0, 1e30], weights: [1]}}", "64-bit"),
        ("type: integer, distribution: {pareto: {alpha: 0.2}}", "give min and max"),
        ("type: integer, distribution: triangular", "needs min and max"),
        ("type: integer, distribution: {beta: {a: 1, b: 1}}", "needs min and max"),
    ],
)
def test_what_cannot_be_drawn_within_the_bounds_is_refused(field: str, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        compile_schema(f"rows: 3\nfields: {{x: {{{field}}}}}")


def test_a_single_value_is_drawn_where_the_bounds_meet() -> None:
    for distribution in ("triangular", "{beta: {a: 2, b: 2}}", "{histogram: {edges: [0, 9], weights: [1]}}"):
        assert (cells(distribution, "type: float, min: 4, max: 4") == 4).all()
        assert (cells(distribution, "type: integer, min: 4, max: 4") == 4).all()
    assert (cells("{binomial: {n: 7, p: 1}}", "type: integer") == 7).all()
    assert (cells("{binomial: {n: 7, p: 0}}", "type: integer") == 0).all()


def test_the_published_schema_names_every_distribution_and_its_options() -> None:
    published = field_types.get("float").model_json_schema()["properties"]["distribution"]
    text = json.dumps(published)
    assert {"normal", "uniform", "triangular"} <= set(published["anyOf"][0]["enum"])
    assert "poisson" not in published["anyOf"][0]["enum"]  # its mean must be given
    for option in ("stddev", "sigma", "shape", "alpha", "edges", "weights", "mode", '"p"', '"n"', '"a"', '"b"'):
        assert option in text
