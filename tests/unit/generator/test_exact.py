"""The logarithm and the exponential against mpmath, and their edges."""

from __future__ import annotations

import mpmath
import numpy as np

from generator.exact import exact_exp, exact_log

RNG = np.random.default_rng(20260101)


def _worst(values: np.ndarray, oracle: list[mpmath.mpf]) -> float:
    return max(
        float(abs(mpmath.mpf(float(value)) / true - 1)) for value, true in zip(values, oracle, strict=True) if true != 0
    )


def test_the_logarithm_is_within_1e_15_of_the_true_one() -> None:
    x = np.concatenate(
        [
            np.ldexp(RNG.uniform(0.5, 1.0, 1500), RNG.integers(-1073, 1024, 1500)),
            1.0 + RNG.uniform(-1e-6, 1e-6, 500),
            RNG.uniform(0.4, 2.5, 1500),
            np.arange(2.0, 800.0),
            np.array([5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, np.nextafter(1.0, 0.0)]),
        ]
    )
    with mpmath.workdps(40):
        assert _worst(exact_log(x), [mpmath.log(mpmath.mpf(float(each))) for each in x]) < 5e-16


def test_the_exponential_is_within_1e_15_of_the_true_one() -> None:
    x = np.concatenate([RNG.uniform(-708.0, 709.7, 2500), RNG.uniform(-1.0, 1.0, 1500), RNG.uniform(-1e-9, 1e-9, 200)])
    with mpmath.workdps(40):
        assert _worst(exact_exp(x), [mpmath.exp(mpmath.mpf(float(each))) for each in x]) < 5e-16


def test_subnormal_exponentials_are_off_by_at_most_one_unit() -> None:
    x = RNG.uniform(-744.0, -709.0, 500)
    with mpmath.workdps(40):
        units = [
            float(mpmath.mpf(float(y)) - mpmath.exp(float(e))) / 5e-324 for y, e in zip(exact_exp(x), x, strict=True)
        ]
    assert max(map(abs, units)) <= 1.0


def test_edges_follow_ieee_and_warn_of_nothing() -> None:
    np.testing.assert_array_equal(exact_log([0.0, -0.0, 1.0, np.inf]), [-np.inf, -np.inf, 0.0, np.inf])
    assert np.isnan(exact_log([-1.0, -np.inf, np.nan])).all()
    np.testing.assert_array_equal(exact_exp([0.0, -np.inf, np.inf, 1000.0, -1000.0]), [1.0, 0.0, np.inf, np.inf, 0.0])
    assert np.isnan(exact_exp(np.nan))
    assert exact_log(np.ones((2, 3))).shape == (2, 3)


def test_known_bits_stay_as_they_are() -> None:
    assert exact_log([2.0, 10.0, 0.1]).tolist() == [0.6931471805599453, 2.302585092994046, -2.3025850929940455]
    assert exact_exp([1.0, -1.0, 10.0]).tolist() == [2.7182818284590455, 0.36787944117144233, 22026.465794806718]
