"""The fleet's books: who is lent, who is given up, and what a run has had, with a clock of the test's own."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.fleet import Roster, Standing


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def roster(clock: Clock, nodes: str) -> Roster:
    """A fleet with an idle actor for each letter, on the node of that name; numbers begin with 1."""
    made = Roster(clock)
    new, old = made.resize(len(nodes))
    assert (new, old) == (list(range(1, len(nodes) + 1)), [])
    for number, node in zip(new, nodes, strict=True):
        made.arrived(number, node)
    return made


def test_actors_are_given_up_where_a_node_gets_empty_soonest(clock: Clock) -> None:
    fleet = roster(clock, "aaabbc")
    assert fleet.resize(5) == ([], [6])
    assert fleet.resize(3) == ([], [5, 4])


def test_of_nodes_with_as_many_actors_the_idle_one_is_emptied(clock: Clock) -> None:
    fleet = roster(clock, "aabb")
    assert fleet.lend("run", 1) == [1]
    assert sorted(fleet.resize(2)[1]) == [3, 4]


def test_those_that_wait_for_a_node_are_given_up_first_the_last_before_others(clock: Clock) -> None:
    fleet = roster(clock, "ab")
    fleet.resize(5)
    assert fleet.resize(3) == ([], [5, 4])
    assert fleet.count(Standing.WAITING) == 1


def test_an_actor_at_work_is_never_given_up(clock: Clock) -> None:
    fleet = roster(clock, "abc")
    fleet.lend("run", 1)
    fleet.lend("dead", 1)
    off = fleet.call_off("dead")
    assert len(off) == 1
    assert len(fleet.resize(0)[1]) == 1
    assert len(fleet) == 2
    fleet.freed(off[0])
    assert fleet.resize(0)[1] == off


def test_work_goes_where_work_is_so_that_other_nodes_can_go(clock: Clock) -> None:
    fleet = roster(clock, "abab")
    assert fleet.lend("one", 1) == [1]
    assert fleet.lend("two", 1) == [3]
    assert sorted(fleet.lend("three", 9)) == [2, 4]
    assert fleet.lend("four", 9) == []


def test_a_run_gets_those_that_it_had_before_first(clock: Clock) -> None:
    fleet = roster(clock, "aaa")
    fleet.lend("one", 1)
    fleet.lend("two", 1)
    fleet.back("one", [1])
    fleet.back("two", [2])
    assert fleet.lend("two", 1) == [2]


def test_nobody_gives_back_what_is_another_s(clock: Clock) -> None:
    fleet = roster(clock, "a")
    fleet.lend("one", 1)
    fleet.back("one", [1])
    fleet.lend("two", 1)
    fleet.back("one", [1])  # told late
    assert fleet.held("two") == [1]


def test_a_run_is_charged_for_as_long_as_it_has_actors(clock: Clock) -> None:
    fleet = roster(clock, "aaa")
    fleet.lend("run", 2)
    clock.now += 10
    fleet.back("run", [1])
    clock.now += 5
    assert fleet.seconds("run") == 25
    fleet.gone(2)
    clock.now += 5
    assert fleet.seconds("run") == 25
    fleet.lend("run", 2)
    clock.now += 1
    fleet.call_off("run")
    clock.now += 50
    assert fleet.seconds("run") == 27
    fleet.forget("run")
    assert fleet.seconds("run") == 0


def test_actors_that_die_before_they_ever_answer_are_replaced_with_growing_pauses(clock: Clock) -> None:
    fleet = Roster(clock)
    started, times = 0, []
    for _ in range(600):
        for number in fleet.resize(1)[0]:
            started += 1
            times.append(clock.now)
            assert fleet.gone(number)
        clock.now += 0.25
    pauses = [after - before for before, after in pairwise(times)]
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert max(pauses) == 30
    (number,) = next(new for _ in range(200) if (new := _later(fleet, clock)))
    fleet.arrived(number, "a")
    fleet.gone(number)
    assert fleet.resize(1)[0], "one that had worked is replaced at once"


def _later(fleet: Roster, clock: Clock) -> list[int]:
    clock.now += 0.25
    return fleet.resize(1)[0]


@given(st.lists(st.tuples(st.sampled_from(["size", "lend", "back", "off", "free", "gone", "come"]), st.integers(0, 6))))
def test_whatever_happens_each_actor_is_in_one_place_and_none_at_work_is_ended(steps: list[tuple[str, int]]) -> None:
    fleet = Roster(Clock())
    waiting: set[int] = set()
    off: set[int] = set()
    for what, number in steps:
        run = f"run {number % 2}"
        held = {name: fleet.held(name) for name in ("run 0", "run 1")}
        if what == "size":
            new, old = fleet.resize(number)
            assert not set(old) & {*held["run 0"], *held["run 1"], *off}
            waiting = (waiting | set(new)) - set(old)
        elif what == "lend":
            lent = fleet.lend(run, number)
            assert not set(lent) & {*held["run 0"], *held["run 1"], *off, *waiting}
        elif what == "back":
            fleet.back(run, held[run][:number])
        elif what == "off":
            off |= set(fleet.call_off(run))
        elif what == "free" and off:
            fleet.freed(off.pop())
        elif what == "gone":
            fleet.gone(number)
            waiting.discard(number)
            off.discard(number)
        elif what == "come" and waiting:
            fleet.arrived(waiting.pop(), "ab"[number % 2])
        counts = Counter({standing: fleet.count(standing) for standing in Standing})
        assert counts.total() == len(fleet)
        assert (counts[Standing.WAITING], counts[Standing.CALLED_OFF]) == (len(waiting), len(off))
