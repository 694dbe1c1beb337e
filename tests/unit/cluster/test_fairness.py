"""Fair sharing of whole workers: laws over random demands, and the turns that runs take on one worker."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.fairness import QUANTUM, shares
from cluster.queue import Demand
from cluster.recent_use import RecentUse

USERS = st.sampled_from("abcde")
WEIGHTS = {"a": 1.0, "b": 1.0, "c": 2.5, "d": 0.1, "e": 7.0}
LIMITS = {"a": None, "b": 3, "c": None, "d": 0, "e": 12}


@st.composite
def many_demands(draw: st.DrawFn, equal: bool = False) -> list[Demand]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        user = draw(USERS)
        found.append(
            Demand(
                artifact=f"run-{number:02}",
                user=user,
                weight=1.0 if equal else WEIGHTS[user],
                priority=0 if equal else draw(st.integers(-1, 2)),
                most=draw(st.integers(0, 20)),
                user_most=None if equal else LIMITS[user],
                used=draw(st.floats(0, 1e6)),
            )
        )
    return found


ACTORS = st.integers(0, 60)
HELD = st.dictionaries(st.integers(0, 12).map("run-{:02}".format), st.integers(0, 9))


def by_user(demands: list[Demand], given_: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for demand in demands:
        found[demand.user] += given_[demand.artifact]
    return found


def caps(demands: list[Demand]) -> dict[str, int]:
    """What each user can have at most."""
    usable: dict[str, int] = defaultdict(int)
    for demand in demands:
        usable[demand.user] += demand.most
    limits = {demand.user: demand.user_most for demand in demands}
    return {user: min(most, most if limits[user] is None else limits[user]) for user, most in usable.items()}


@given(many_demands(), ACTORS, HELD)
def test_no_worker_is_idle_while_somebody_may_use_it_and_no_cap_is_passed(
    demands: list[Demand], actors: int, held: dict[str, int]
) -> None:
    found = shares(demands, actors, held)
    assert set(found) == {demand.artifact for demand in demands}
    assert all(0 <= found[demand.artifact] <= demand.most for demand in demands)
    limits = caps(demands)
    assert all(count <= limits[user] for user, count in by_user(demands, found).items())
    assert sum(found.values()) == min(actors, sum(limits.values()))


@given(many_demands(), ACTORS, HELD)
def test_users_have_workers_by_weight_within_one_worker(
    demands: list[Demand], actors: int, held: dict[str, int]
) -> None:
    """Of two users, the one with less for his weight either has all he can have, or is less than a worker behind."""
    found, limits = by_user(demands, shares(demands, actors, held)), caps(demands)
    for user in found:
        for other in found:
            if found[user] < limits[user]:
                level = Fraction(found[user] + 1) / Fraction(WEIGHTS[user])
                assert Fraction(found[other] - 1) / Fraction(WEIGHTS[other]) < level


@given(many_demands(), ACTORS, HELD)
def test_within_a_user_a_lower_priority_has_what_a_higher_one_cannot_use(
    demands: list[Demand], actors: int, held: dict[str, int]
) -> None:
    found = shares(demands, actors, held)
    for high in demands:
        for low in demands:
            if high.user == low.user and high.priority > low.priority and found[low.artifact]:
                assert found[high.artifact] == high.most
            if high.user == low.user and high.priority == low.priority and found[high.artifact] < high.most:
                assert found[low.artifact] <= found[high.artifact] + 1


@given(many_demands(), ACTORS, HELD, st.randoms(use_true_random=False))
def test_the_order_of_demands_decides_nothing(
    demands: list[Demand], actors: int, held: dict[str, int], chance: random.Random
) -> None:
    mixed = list(demands)
    chance.shuffle(mixed)
    assert shares(mixed, actors, held) == shares(demands, actors, held)


@given(many_demands(), ACTORS)
def test_one_worker_more_takes_at_most_one_from_anybody(demands: list[Demand], actors: int) -> None:
    less, more = shares(demands, actors), shares(demands, actors + 1)
    users_less, users_more = by_user(demands, less), by_user(demands, more)
    assert all(users_more[user] >= users_less[user] - 1 for user in users_less)


@given(many_demands(equal=True), ACTORS)
def test_one_worker_more_takes_nothing_from_equal_users(demands: list[Demand], actors: int) -> None:
    less, more = by_user(demands, shares(demands, actors)), by_user(demands, shares(demands, actors + 1))
    assert all(more[user] >= less[user] for user in less)


@given(many_demands(), ACTORS)
def test_a_user_who_leaves_leaves_nobody_with_less(demands: list[Demand], actors: int) -> None:
    staying = [demand for demand in demands if demand.user != "c"]
    before, after = by_user(staying, shares(demands, actors)), by_user(staying, shares(staying, actors))
    assert all(after[user] >= before[user] - 1 for user in before)


@given(many_demands(), ACTORS)
def test_nothing_moves_while_nothing_changes(demands: list[Demand], actors: int) -> None:
    found = shares(demands, actors)
    assert shares(demands, actors, found) == found


def test_a_new_small_run_has_a_worker_beside_one_of_a_billion_rows() -> None:
    large = Demand("large", "ann", most=10_000, used=50_000)
    small = Demand("small", "bob", most=1)
    for actors in (2, 3, 50):
        assert shares([large, small], actors, {"large": actors}) == {"large": actors - 1, "small": 1}
    assert shares([large, small], 1, {"large": 1}) == {"large": 0, "small": 1}
    assert shares([large, replace(small, user="ann")], 1, {"large": 1}) == {"large": 0, "small": 1}


def test_weights_decide_and_a_weight_that_is_none_waits() -> None:
    heavy, light = Demand("h", "ann", weight=3, most=99), Demand("l", "bob", weight=1, most=99)
    assert shares([heavy, light], 8) == {"h": 6, "l": 2}
    assert shares([heavy, replace(light, weight=0)], 8) == {"h": 8, "l": 0}
    assert shares([heavy, replace(light, weight=math.nan)], 8) == {"h": 8, "l": 0}


def turns(runs: list[Demand], seconds: int, alone: int = 0, tick: float = 0.5) -> tuple[dict[str, float], int]:
    """What each run has of one worker in so many seconds, and how often the worker changes hands.

    ``alone``: seconds for which the first run had it to itself before.
    """
    recent, held, changes = RecentUse(), {}, 0
    used = {run.artifact: run.used for run in runs}
    for step in range(int(-alone / tick), int(seconds / tick)):
        now = [replace(run, used=used[run.artifact]) for run in (runs if step >= 0 else runs[:1])]
        if step == 0:
            changes, runs = 0, now
        found = shares(recent.of(now, step * tick), 1, held, recent.users)
        changes += found != held
        held = found
        for name, count in held.items():
            used[name] += count * tick
    return {run.artifact: used[run.artifact] - run.used for run in runs}, changes


def test_two_runs_take_turns_on_one_worker_without_changing_at_every_tick() -> None:
    had, changes = turns([Demand("a", "ann"), Demand("b", "bob")], 600)
    assert abs(had["a"] - had["b"]) <= 4 * QUANTUM
    assert 600 / (4 * QUANTUM) <= changes <= 600 / QUANTUM


def test_runs_of_one_user_take_turns_too() -> None:
    had, _ = turns([Demand("a", "ann"), Demand("b", "ann"), Demand("c", "ann")], 600)
    assert max(had.values()) - min(had.values()) <= 6 * QUANTUM


def test_turns_follow_weights() -> None:
    had, _ = turns([Demand("a", "ann", weight=3), Demand("b", "bob", weight=1)], 2000)
    assert 2.5 < had["a"] / had["b"] < 3.5


@pytest.mark.parametrize(("used", "alone"), [(100_000, 0), (0, 5000)])
def test_a_run_of_many_hours_is_not_kept_waiting_until_a_new_one_has_had_as_much(used: int, alone: int) -> None:
    had, _ = turns([Demand("old", "ann", used=used), Demand("new", "bob")], 300, alone)
    assert abs(had["old"] - had["new"]) <= 60


def test_a_stream_of_short_runs_does_not_starve_a_long_one() -> None:
    """Each short run is new, but its user is not."""
    recent, held, used = RecentUse(), {}, {"long": 0.0}
    for step in range(1200):
        short = f"short-{step // 4}"
        used.setdefault(short, 0.0)
        now = [Demand("long", "ann", used=used["long"]), Demand(short, "bob", used=used[short])]
        held = shares(recent.of(now, step * 0.5), 1, held, recent.users)
        for name, count in held.items():
            used[name] += count * 0.5
    assert 240 < used["long"] < 360
