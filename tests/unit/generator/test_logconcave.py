"""Quantile tables of gamma and beta laws against mpmath, from the smallest shapes to the largest; bits everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from generator import logconcave
from generator.exact import exact_expm1, exact_log, exact_log1p, sine_of_turns
from generator.logconcave import LogGamma, LogitBeta, follow

Z = np.array([-8.2, -5.003, -2.01, -1.003, -0.5071, -0.2013, -0.0071, 0.0033, 0.3027, 0.7029, 1.2345, 3.3, 6.003, 8.2])


def gamma(shape: float) -> LogGamma:
    return LogGamma(shape, float(exact_log(shape)))


def beta(a: float, b: float) -> LogitBeta:
    return LogitBeta(a, b, float(exact_log(a) - exact_log(b)))


def error(law: LogGamma | LogitBeta, below: Callable[[Any], Any], above: Callable[[Any], Any]) -> float:
    """The largest difference of probability at some normal quantiles."""
    found = 0.0
    for z, u in zip(Z, follow(law).at(Z), strict=True):
        at = mpmath.mpf(float(u)) + mpmath.mpf(law.centre)
        share = below(at) - mpmath.ncdf(z) if z < 0 else above(at) - mpmath.ncdf(-z)
        found = max(found, float(abs(share)))
    return found


@pytest.mark.parametrize("shape", [0.001, 0.1, 1, 7.5, 100, 10_000])
def test_a_gamma_law_is_met_to_1e_10(shape: float) -> None:
    with mpmath.workdps(30):
        assert (
            error(
                gamma(shape),
                lambda at: mpmath.gammainc(shape, 0, mpmath.exp(at), regularized=True),
                lambda at: mpmath.gammainc(shape, mpmath.exp(at), mpmath.inf, regularized=True),
            )
            < 1e-10
        )


@pytest.mark.parametrize(
    ("a", "b", "most"),
    [(0.001, 0.001, 1e-6), (0.001, 0.2, 1e-9), (0.1, 0.1, 1e-9), (2, 5, 1e-10), (30, 1, 1e-10), (100, 300, 1e-10)],
)
def test_a_beta_law_is_met(a: float, b: float, most: float) -> None:
    def part(a: float, b: float, at: Any) -> Any:
        if at > 0:
            return 1 - mpmath.betainc(b, a, 0, 1 / (1 + mpmath.exp(at)), regularized=True)
        return mpmath.betainc(a, b, 0, 1 / (1 + mpmath.exp(-at)), regularized=True)

    with mpmath.workdps(50):
        assert error(beta(a, b), lambda at: part(a, b, at), lambda at: part(b, a, -at)) < most


def test_a_huge_shape_is_nearly_normal() -> None:
    u = follow(gamma(1e12)).at(Z)
    assert np.abs(u * 1e6 - Z).max() < 1e-4


@pytest.mark.parametrize("law", [gamma(0.02), gamma(3), gamma(1e9), beta(0.01, 0.02), beta(5, 2), beta(1e6, 3)])
def test_quantiles_rise(law: LogGamma | LogitBeta) -> None:
    u = follow(law).at(np.linspace(-8.3, 8.3, 100_001))
    assert (np.diff(u) >= 0).all()


def test_the_table_ends_where_no_draw_is_beyond() -> None:
    with mpmath.workdps(30):
        assert mpmath.almosteq(logconcave._BELOW_EDGE, mpmath.ncdf(-logconcave.EDGE), 1e-15)
        assert mpmath.ncdf(-logconcave.EDGE) < mpmath.mpf(2) ** -54


def test_functions_near_zero_keep_full_precision() -> None:
    x = np.concatenate([np.geomspace(1e-300, 0.9, 400), -np.geomspace(1e-300, 0.9, 400), np.array([5.0, 700.0, -0.99])])
    with mpmath.workdps(40):
        for exact, oracle in ((exact_expm1, mpmath.expm1), (exact_log1p, mpmath.log1p)):
            given = x[x < 600] if exact is exact_log1p else x
            truth = [oracle(mpmath.mpf(float(each))) for each in given]
            assert max(abs(float(f) / t - 1) for f, t in zip(exact(given), truth, strict=True)) < 2e-15
    assert exact_expm1(0.0) == 0.0
    assert exact_log1p(0.0) == 0.0


def test_the_sine_of_turns_is_within_1e_15() -> None:
    turns = np.concatenate([np.linspace(-3, 3, 4001), np.array([0.25, 0.5, 0.75, 1e6 + 0.125])])
    with mpmath.workdps(40):
        truth = [mpmath.sin(2 * mpmath.pi * mpmath.mpf(float(each))) for each in turns]
        assert max(abs(float(f) - t) for f, t in zip(sine_of_turns(turns), truth, strict=True)) < 1e-15
    assert list(sine_of_turns(np.array([0.0, 0.25, 0.5, 0.75, 1.0]))) == [0.0, 1.0, 0.0, -1.0, 0.0]
