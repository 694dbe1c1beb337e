"""The frozen quantile tables against mpmath."""

from __future__ import annotations

import subprocess
import sys

import mpmath
import numpy as np
import pytest

from generator import quantiles
from generator.quantiles import FIRST, SEGMENTS, exponential, fit, normal

TABLES = {"normal": normal, "exponential": exponential}
TOP = {"normal": 0.5, "exponential": 1.0}


def _evaluate(name: str, p: np.ndarray) -> np.ndarray:
    """What the module's docstring says, word for word."""
    bits = p.view(np.uint64)
    c = TABLES[name]()[(bits >> np.uint64(48)).astype(np.int64) - FIRST]
    t = (bits & np.uint64(2**48 - 1)).astype(np.float64) * 2.0**-48
    return c[:, 0] + t * (c[:, 1] + t * (c[:, 2] + t * (c[:, 3] + t * (c[:, 4] + t * c[:, 5]))))


def _true(name: str, p: float) -> mpmath.mpf:
    x = mpmath.mpf(p)
    return -mpmath.log(x) if name == "exponential" else mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * x)


def _spread(name: str, each: int) -> np.ndarray:
    """``each`` values of p from every segment, ascending."""
    rng = np.random.default_rng(7)
    segments = np.repeat(np.arange(SEGMENTS[name]), each) + FIRST
    places = np.sort(rng.integers(0, 2**48, (SEGMENTS[name], each)), axis=1).ravel()
    return (segments << 48 | places).astype(np.uint64).view(np.float64)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_covers_its_whole_range_and_cannot_be_written(name: str) -> None:
    table = TABLES[name]()
    assert table.shape == (SEGMENTS[name], 6)
    assert table.dtype == np.float64
    assert not table.flags.writeable
    ends = np.array([2.0**-54, np.nextafter(TOP[name], 0.0)]).view(np.uint64) >> np.uint64(48)
    assert (ends.astype(np.int64) - FIRST).tolist() == [0, SEGMENTS[name] - 1]


@pytest.mark.parametrize("name", TABLES)
def test_the_stored_coefficients_are_those_that_mpmath_gives(name: str) -> None:
    for segment in [0, 1, 15, 16, *range(101, SEGMENTS[name] - 1, 97), SEGMENTS[name] - 1]:
        assert fit(name, segment) == TABLES[name]()[segment].tolist(), segment


@pytest.mark.parametrize(("name", "bound"), [("normal", 2.1e-12), ("exponential", 5.2e-12)])
def test_the_absolute_error_is_what_the_docstring_says(name: str, bound: float) -> None:
    p = _spread(name, 2)
    with mpmath.workdps(50):
        errors = [abs(float(_true(name, float(x)) - float(y))) for x, y in zip(p, _evaluate(name, p), strict=True)]
    assert max(errors) <= bound


@pytest.mark.parametrize("name", TABLES)
def test_quantiles_fall_as_p_rises_within_segments_and_across_their_borders(name: str) -> None:
    assert (np.diff(_evaluate(name, _spread(name, 200))) < 0).all()
    borders = np.arange(FIRST + 1, FIRST + SEGMENTS[name]).astype(np.uint64) << np.uint64(48)
    below = _evaluate(name, (borders - np.uint64(1)).view(np.float64))
    at = _evaluate(name, borders.view(np.float64))
    assert (np.abs(below - at) <= 2e-16 + 4 * np.spacing(at)).all()
    step = np.uint64(2**10)
    assert (_evaluate(name, (borders - step).view(np.float64)) > at).all()
    assert (_evaluate(name, (borders + step).view(np.float64)) < at).all()


@pytest.mark.parametrize("name", TABLES)
def test_no_quantile_is_negative(name: str) -> None:
    last = TOP[name] - np.arange(1, 100_000) * (TOP[name] * 2.0**-53)
    assert _evaluate(name, last).min() >= 0.0


def test_loading_needs_numpy_only() -> None:
    program = (
        "import sys; from generator import quantiles as q; q.normal(); q.exponential();"
        "print('mpmath' in sys.modules, 'scipy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_building_gives_the_committed_arrays(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantiles, "SEGMENTS", {"normal": 3, "exponential": 2})
    said: list[str] = []
    quantiles.build(tmp_path / "tables" / "quantiles.npz", said.append)
    with np.load(tmp_path / "tables" / "quantiles.npz") as built:
        np.testing.assert_array_equal(built["normal"], normal()[:3])
        np.testing.assert_array_equal(built["exponential"], exponential()[:2])
    assert said == ["normal: 3 segments", "exponential: 2 segments"]
