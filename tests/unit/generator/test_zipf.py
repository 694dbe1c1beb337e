"""The weights under Zipf's law against mpmath: of the head's ranks, and of the tail's segments."""

from __future__ import annotations

import mpmath
import pytest

from generator.zipf import MAX_RANKS, UNIT, zipf_weights


@pytest.mark.parametrize(("n", "s"), [(1, 2.0), (2, 0.0), (10, 1.0), (1000, 1.1), (MAX_RANKS, 0.7), (MAX_RANKS, 3.0)])
def test_zipf_weights_are_proportional_to_powers_of_the_rank(n: int, s: float) -> None:
    weights = zipf_weights(n, [n], s)
    assert len(weights) == n
    assert all(type(weight) is int for weight in weights)
    assert weights[0] == UNIT
    assert sum(weights) < 2**62
    with mpmath.workdps(40):
        for rank in {1, min(2, n), n // 2 + 1, n}:
            share = mpmath.mpf(rank) ** -mpmath.mpf(s) * weights[0]
            assert abs(weights[rank - 1] - share) <= share * 1e-13 + 1


@pytest.mark.parametrize("s", [0.5, 1.0, 1.5])
def test_a_segment_weighs_as_much_as_its_ranks_together(s: float) -> None:
    edges = [MAX_RANKS, MAX_RANKS + 4096, MAX_RANKS + 8192]
    *head, first, second = zipf_weights(MAX_RANKS, edges, s)
    for weight, start in ((first, edges[0]), (second, edges[1])):
        ranks = mpmath.fsum(mpmath.mpf(rank) ** -s for rank in range(start + 1, start + 4097))
        assert abs(weight / mpmath.mpf(head[0]) / ranks - 1) < 1e-6
