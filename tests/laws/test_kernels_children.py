"""The kernels of bounded children: native == reference for any bounds, and both directions tell the same story."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.kernels import KernelError
from tests.laws.kernel_twins import GAMMA, KAPPA, agreed, keys, spread

Bounds = tuple[int, int, int, int]
"""parents, total, least, most."""


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    parents = draw(st.one_of(st.integers(1, 300), st.sampled_from((128, 256, 2**31)), st.integers(1, 2**31)))
    spare = draw(st.one_of(st.integers(0, 9), st.integers(0, 2**31), st.sampled_from((2**24 - 1, 2**24, 2**30))))
    least = draw(st.one_of(st.just(0), st.integers(0, 2**31 - spare)))
    total = draw(st.one_of(st.just(0), st.just(parents * spare), st.integers(0, parents * spare)))
    return parents, least * parents + total, least, least + spare


def below(total: int, count: int = 200) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Rows all over [0, total), a run of neighbours among them; none where there are none."""
    if total == 0:
        return np.empty(0, dtype=np.uint64)
    run = np.arange(max(0, total // 2 - 40), min(total, total // 2 + 40), dtype=np.uint64)
    return np.concatenate([spread(count) % np.uint64(total), run, np.array([total - 1, 0], dtype=np.uint64)])


@settings(max_examples=200, deadline=None)
@given(bounds(), keys)
def test_both_implementations_agree_and_both_directions_fit(limits: Bounds, key: tuple[int, int]) -> None:
    parents, total, least, most = limits
    rows = below(total)
    parent, number = agreed("children_of_rows", rows, *limits, *key)
    first, count = agreed("children_of_parents", parent, *limits, *key)
    assert (first + number - 1 == rows.view(np.int64)).all()
    assert ((number >= 1) & (number <= count)).all()
    counts = agreed("children_of_parents", below(parents), *limits, *key)[1]
    assert ((counts >= least) & (counts <= most)).all()


@pytest.mark.parametrize(
    "limits",
    [(1, 0, 0, 0), (1, 5, 0, 5), (1000, 0, 0, 3), (1000, 3000, 0, 3), (129, 200, 1, 2), (128, 300, 0, 100),
     (5000, 10_000, 2, 2), (777, 7000, 0, 50), (3, 1_000_000, 0, 1_000_000), (300, 300 * 2**31, 0, 2**31)],
    ids=str,
)  # fmt: skip
def test_every_child_has_one_parent_and_they_stand_in_order(limits: Bounds) -> None:
    parents, total, *_ = limits
    first, count = agreed("children_of_parents", np.arange(parents, dtype=np.uint64), *limits, GAMMA, KAPPA)
    assert (np.cumsum(count) - count == first).all()
    assert count.sum() == total
    rows = np.arange(min(total, 20_000), dtype=np.uint64)
    parent, number = agreed("children_of_rows", rows, *limits, GAMMA, KAPPA)
    assert (parent == np.repeat(np.arange(parents, dtype=np.uint64), np.minimum(count, 20_000))[: rows.size]).all()
    assert (number == rows.view(np.int64) - first[parent.view(np.int64)] + 1).all()


def test_more_blocks_than_are_worked_on_at_a_time_agree() -> None:
    limits = (2**40, 2**41 + 12345, 1, 7)
    parent, _ = agreed("children_of_rows", below(2**41 + 12345, 5_000), *limits, GAMMA, KAPPA)
    agreed("children_of_parents", parent, *limits, GAMMA, KAPPA)


def test_the_largest_tables_agree() -> None:
    limits = (2**62, 2**62, 0, 2**31)
    rows = np.arange(2**62 - 500, 2**62, dtype=np.uint64)
    parent, _ = agreed("children_of_rows", rows, *limits, GAMMA, KAPPA)
    agreed("children_of_parents", parent, *limits, GAMMA, KAPPA)


ROWS = np.arange(20, dtype=np.uint64)


@pytest.mark.parametrize("name", ["children_of_rows", "children_of_parents"])
@pytest.mark.parametrize(
    "arguments",
    [
        (ROWS, 19, 19, 0, 3, 1, 1),
        (ROWS, 20, 61, 0, 3, 1, 1),
        (ROWS, 20, 20, 2, 3, 1, 1),
        (ROWS, 20, 20, 2, 1, 1, 1),
        (ROWS, 20, 20, -1, 1, 1, 1),
        (ROWS, 20, 20, 0, 2**31 + 1, 1, 1),
        (ROWS, 2**62 + 1, 20, 0, 3, 1, 1),
        (ROWS, 0, 0, 0, 3, 1, 1),
        (ROWS, 20, 20, 0, 3, 2, 1),
        (ROWS[::2], 20, 20, 0, 3, 1, 1),
        (ROWS.astype(np.int64), 20, 20, 0, 3, 1, 1),
    ],
)
def test_bounds_and_rows_that_do_not_fit_are_refused_before_any_work(name: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(KernelError):
        agreed(name, *arguments)
