"""Whose turn it is among users with waiting runs."""

from __future__ import annotations

from collections import Counter

from api.jobs.turns import Waiting, next_users


def test_whoever_has_fewest_runs_for_his_weight_is_first() -> None:
    users = [Waiting("ann", 1.0, 2), Waiting("bob", 4.0, 4), Waiting("eve", 1.0, 3)]
    assert next_users(users, 0) == ["bob", "ann", "eve"]


def test_a_user_at_his_limit_has_no_turn() -> None:
    assert next_users([Waiting("ann", running=2, most=2), Waiting("bob", running=9)], 0) == ["bob"]
    assert next_users([Waiting("ann", most=0)], 0) == []


def test_among_equals_whoever_was_served_longest_ago_is_first() -> None:
    users = [Waiting("ann", served_at=900), Waiting("bob", served_at=100), Waiting("eve", served_at=500)]
    assert next_users(users, 1000) == ["bob", "eve", "ann"]


def test_runs_that_end_at_once_are_shared_out_by_about_their_weights() -> None:
    weights = {"ann": 1.0, "bob": 2.0, "eve": 5.0}
    served, last = Counter[str](), dict.fromkeys(weights, 0)
    for now in range(1000, 1000 + 8000, 10):
        first = next_users([Waiting(name, weight, 0, None, last[name]) for name, weight in weights.items()], now)[0]
        served[first] += 1
        last[first] = now
    assert 80 <= served["ann"] <= 120
    assert 170 <= served["bob"] <= 240
    assert 440 <= served["eve"] <= 540


def test_a_user_served_in_the_future_is_not_kept_waiting_for_the_clock() -> None:
    assert next_users([Waiting("ann", served_at=5000), Waiting("bob", served_at=900)], 1000) == ["ann", "bob"]


def test_a_weight_of_nothing_is_a_very_small_one() -> None:
    assert next_users([Waiting("ann", 0.0, 1), Waiting("bob", 1.0, 1)], 0) == ["bob", "ann"]
