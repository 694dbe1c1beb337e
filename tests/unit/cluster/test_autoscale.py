"""The size of the fleet: what the backlog asks for, up at once, down late, steady under noise."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cluster.autoscale import Autoscaler
from cluster.queue import Backlog, Demand
from cluster.runner import Crew

CREW = Crew(ready=0, waiting=0, ceiling=1000)
DRAIN, IDLE = 60.0, 30.0


def scaler(floor: int = 0, ceiling: int = 100, idle: float = IDLE) -> Autoscaler:
    return Autoscaler(floor, ceiling, DRAIN, idle)


def backlog(seconds: float, parts: int = 10_000) -> Backlog:
    return Backlog(running=(Demand("run", "ann", most=parts, seconds_left=seconds),))


def test_the_backlog_is_done_within_the_time_to_drain() -> None:
    assert scaler().target(backlog(600), CREW, 0) == 10
    assert scaler().target(backlog(601), CREW, 0) == 11
    waiting = Backlog(running=backlog(300).running, pending=3, pending_parts=50, pending_seconds=300)
    assert scaler().target(waiting, CREW, 0) == 10


def test_no_more_actors_than_parts_than_users_may_have_than_the_ceiling_or_than_the_cluster_can_have() -> None:
    assert scaler().target(backlog(1e9, parts=3), CREW, 0) == 3
    assert scaler().target(backlog(1e9), CREW, 0) == 100
    assert scaler().target(backlog(math.inf), Crew(2, 0, 8), 0) == 8
    runs = tuple(Demand(name, "ann", most=50, user_most=4, seconds_left=1e6) for name in "xy")
    assert scaler().target(Backlog(running=runs), CREW, 0) == 4


def test_a_run_that_can_use_an_actor_gets_one_however_little_there_is_to_do() -> None:
    assert scaler().target(backlog(0.001, parts=1), CREW, 0) == 1
    assert scaler().target(backlog(0.0, parts=1), CREW, 0) == 1


def test_runs_that_use_no_actor_ask_for_none() -> None:
    """Small runs that wait are made without one; and what merges has no use for one."""
    assert scaler().target(Backlog(), CREW, 0) == 0
    assert scaler().target(Backlog(pending=20, pending_parts=20, pending_seconds=0.5), CREW, 0) == 0
    assert scaler().target(backlog(600, parts=0), CREW, 0) == 0
    merging = Demand("merging", "bob", most=0, seconds_left=6000)
    assert scaler().target(Backlog(running=(*backlog(120).running, merging)), CREW, 0) == 2


def test_a_great_queue_asks_for_actors_before_it_is_claimed() -> None:
    assert scaler().target(Backlog(pending=2, pending_parts=500, pending_seconds=1200), CREW, 0) == 20


def test_the_floor_is_kept_without_work() -> None:
    assert scaler(floor=2).target(Backlog(), CREW, 0) == 2
    assert scaler(floor=2).target(Backlog(), Crew(0, 0, 1), 0) == 1


def test_up_at_once_and_down_after_the_idle_time() -> None:
    found = scaler()
    assert found.target(backlog(60), CREW, 0) == 1
    assert found.target(backlog(600), CREW, 0.5) == 10
    assert found.target(Backlog(), CREW, 1.0) == 10
    assert found.target(Backlog(), CREW, 1.0 + IDLE - 0.1) == 10
    assert found.target(Backlog(), CREW, 1.0 + IDLE) == 0


def test_a_gap_in_asking_is_not_idle_time() -> None:
    """The database was away for minutes: what was wished last held all the while."""
    found = scaler()
    assert found.target(backlog(600), CREW, 0) == 10
    assert found.target(Backlog(), CREW, 10 * IDLE) == 10
    assert found.target(Backlog(), CREW, 11 * IDLE) == 0


def test_without_idle_time_the_target_is_the_wish() -> None:
    found = scaler(idle=0)
    assert [found.target(backlog(60 * n), CREW, n) for n in (5, 3, 4, 1)] == [5, 3, 4, 1]


STEPS = st.lists(st.tuples(st.floats(0.1, IDLE / 3), st.floats(0, 6000)), min_size=1, max_size=60)


@given(STEPS)
def test_the_target_is_never_below_the_wish_and_falls_only_when_less_was_enough_all_the_time(
    steps: list[tuple[float, float]],
) -> None:
    found, now, wishes = scaler(), 0.0, [(0.0, 0)]
    target = 0
    for pause, seconds in steps:
        now += pause
        wish = found.wish(backlog(seconds))
        before, target = target, found.target(backlog(seconds), CREW, now)
        wishes.append((now, wish))
        held_until = [(later, count) for (_, count), (later, _) in pairwise(wishes)]
        assert target >= wish
        assert target == max([wish] + [count for until, count in held_until if now - until < IDLE])
        assert target <= max(before, wish)


@given(
    st.floats(60, 3000),
    st.lists(st.tuples(st.floats(0.1, IDLE / 3), st.floats(0.8, 1.25)), min_size=30, max_size=90),
)
def test_noise_around_a_boundary_turns_the_target_round_at_most_once_a_window(
    seconds: float, noise: list[tuple[float, float]]
) -> None:
    found, now, moves = scaler(), 0.0, []
    before = found.target(backlog(seconds), CREW, now)
    for pause, factor in noise:
        now += pause
        target = found.target(backlog(seconds * factor), CREW, now)
        if target != before:
            moves.append((now, target > before))
        before = target
    ups = -math.inf
    for moment, up in moves:
        assert up or moment - ups >= IDLE
        ups = moment if up else ups


@given(st.lists(st.floats(0.1, IDLE / 2), min_size=10, max_size=80), st.integers(1, 50))
def test_a_backlog_that_swings_over_a_boundary_changes_the_target_once(pauses: list[float], crews: int) -> None:
    found, now, seen = scaler(), 0.0, []
    for step, pause in enumerate(pauses):
        now += pause
        seen.append(found.target(backlog(DRAIN * crews + (0.5 if step % 2 else -0.5)), CREW, now))
    assert seen == [crews] + [crews + 1] * (len(seen) - 1)
