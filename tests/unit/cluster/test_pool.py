"""The pool against workers that start late, die and fail on cue: no Ray, no clock, no threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.errors import ClusterError, GoneError, StoreError
from cluster.executor import Died, Failed, Finished, Ready, Recalled, ThreadExecutor, WithdrawnError
from cluster.pool import Limits, Pool

Event = Ready | Finished[int] | Failed | Died | Recalled
Fate = Callable[[int, int], str | Exception]
"""What becomes of a worker's task: a word, or the error that it raises. Called with the worker and the task."""


class Cast:
    """An executor that plays: each ``wait`` lets every worker take one step. Time passes only while nothing happens."""

    def __init__(self, fate: Fate = lambda *_: "done", starts: Callable[[int], bool] = lambda _: True) -> None:
        self.fate, self.starts = fate, starts
        self.tasks: dict[int, deque[int]] = {}
        self.ready: set[int] = set()
        self.count = 0
        self.most_alive = 0
        self.most_in_flight = 0
        self.now = 0.0
        self.recalled: list[int] = []

    def start(self) -> int:
        self.count += 1
        self.tasks[self.count] = deque()
        self.most_alive = max(self.most_alive, len(self.tasks))
        return self.count

    def submit(self, worker: int, task: int) -> None:
        assert worker in self.ready, "only ready workers may get tasks"
        self.tasks[worker].append(task)
        self.most_in_flight = max(self.most_in_flight, len(self.tasks[worker]))

    def wait(self, seconds: float) -> list[Event]:
        events: list[Event] = [Recalled(worker) for worker in self.recalled]
        self.recalled = []
        for worker, tasks in list(self.tasks.items()):
            if worker not in self.ready and self.starts(worker):
                self.ready.add(worker)
                events.append(Ready(worker))
            elif tasks:
                events.append(self._step(worker, tasks))
        self.now += 0 if events else seconds
        return events

    def _step(self, worker: int, tasks: deque[int]) -> Event:
        fate = self.fate(worker, tasks[0])
        if fate == "dies":
            del self.tasks[worker]
            return Died(worker, "struck by lightning")
        task = tasks.popleft()
        return Failed(worker, fate) if isinstance(fate, Exception) else Finished(worker, task * 10)

    def stop(self, worker: int) -> None:
        assert not self.tasks.pop(worker), "a worker with tasks must not be let go"

    def close(self) -> None:
        return


def results(cast: Cast, keys: list[int], size: int = 3, limits: Limits | None = None) -> list[tuple[int, int]]:
    pool = Pool[int, int, int](cast, size, lambda key: key, limits, clock=lambda: cast.now)
    pool.add(keys)
    return [result for result in pool.results() if result is not None]


def test_every_task_gives_its_result_once() -> None:
    cast = Cast()
    assert sorted(results(cast, list(range(50)))) == [(key, key * 10) for key in range(50)]
    assert cast.most_alive == 3
    assert cast.most_in_flight == 2
    assert not cast.tasks, "idle workers are let go"


def test_there_are_no_more_workers_than_tasks() -> None:
    cast = Cast()
    results(cast, [1, 2], size=40)
    assert cast.most_alive == 2


def test_workers_that_never_start_do_not_hold_tasks() -> None:
    assert len(results(Cast(starts=lambda worker: worker == 2), list(range(20)))) == 20


@given(st.integers(1, 6), st.integers(0, 40), st.sets(st.integers(1, 30), max_size=8))
def test_whoever_dies_every_task_is_done_once(size: int, count: int, doomed: set[int]) -> None:
    cast = Cast(lambda worker, _: "dies" if worker in doomed else "done")
    limits = Limits(deaths_in_a_row=100, task_deaths=100)
    assert sorted(results(cast, list(range(count)), size, limits)) == [(key, key * 10) for key in range(count)]


def test_tasks_that_waited_behind_a_death_are_not_charged() -> None:
    deaths: dict[int, int] = {}

    def fate(worker: int, task: int) -> str:
        deaths[task] = deaths.get(task, 0) + 1
        return "dies" if deaths[task] <= Limits().task_deaths else "done"

    assert len(results(Cast(fate), [1, 2], size=1)) == 2


def test_a_task_that_kills_every_worker_is_named() -> None:
    cast = Cast(lambda _, task: "dies" if task == 7 else "done")
    with pytest.raises(ClusterError, match="4 workers died while making 7; the last: struck by lightning"):
        results(cast, list(range(1000)))


def test_workers_that_all_die_at_once_end_the_run() -> None:
    with pytest.raises(ClusterError, match="9 workers died without finishing anything"):
        results(Cast(lambda *_: "dies"), list(range(100)))


def test_an_error_ends_the_run_at_once() -> None:
    with pytest.raises(StoreError, match="disk full"):
        results(Cast(lambda _, task: StoreError("disk full") if task == 3 else "done"), list(range(10)))


def test_a_passing_error_is_tried_again_a_little_later() -> None:
    failed: list[float] = []
    cast = Cast()

    def fate(_: int, task: int) -> str | Exception:
        if task == 3 and len(failed) < 3:
            failed.append(cast.now)
            return StoreError("slow down", passing=True)
        return "done"

    cast.fate = fate
    assert len(results(cast, list(range(10)))) == 10
    assert failed[1] - failed[0] >= 0.25
    assert failed[2] - failed[1] >= 1


def test_a_passing_error_that_stays_ends_the_run_after_a_minute_without_success() -> None:
    cast = Cast(lambda *_: StoreError("slow down", passing=True))
    with pytest.raises(StoreError, match="slow down"):
        results(cast, [1, 2, 3])
    assert 60 <= cast.now < 70


def test_a_store_that_is_away_for_twenty_seconds_ends_no_run() -> None:
    cast = Cast()
    cast.fate = lambda *_: StoreError("away", passing=True) if 1 <= cast.now < 21 else "done"
    cast.starts = lambda _: cast.now >= 2  # so that the store goes away just when the work begins
    assert len(results(cast, list(range(20)))) == 20


def test_one_task_that_fails_in_passing_waits_for_as_long_as_others_succeed() -> None:
    cast = Cast(starts=lambda _: cast.now >= 1)
    pool = Pool[int, int, int](cast, 1, lambda key: key, clock=lambda: cast.now)
    cast.fate = lambda _, task: StoreError("slow down", passing=True) if task == 1 and cast.now < 300 else "done"
    pool.add([1])
    made, others = [], 1
    for result in pool.results():
        if result is not None:
            made.append(result[0])
        elif cast.now < 300:
            cast.now += 10
            others += 1
            pool.add([others])
    assert sorted(made) == list(range(1, others + 1))
    assert pool.again >= 5


def test_what_is_gone_is_looked_for_a_few_times_only() -> None:
    cast = Cast(lambda *_: GoneError("the upload is not there", passing=True))
    with pytest.raises(GoneError):
        results(cast, [1])
    assert cast.now < 10


def test_a_cluster_without_room_is_refused_after_a_while() -> None:
    cast = Cast(starts=lambda _: False)
    with pytest.raises(ClusterError, match="no worker could start within 120 seconds"):
        results(cast, [1])
    assert 120 <= cast.now < 122


def test_keys_can_be_added_while_results_come() -> None:
    pool = Pool[int, int, int](Cast(), 2, lambda key: key)
    pool.add([1, 2])
    seen = []
    for result in pool.results():
        if result is not None:
            seen.append(result[0])
            pool.add([result[0] + 10] if result[0] < 10 else [])
    assert sorted(seen) == [1, 2, 11, 12]


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_recalled_worker_ends_the_task_at_hand_and_goes_and_another_one_comes_when_there_is_room(
    withdrawn: bool,
) -> None:
    cast, size = Cast(), 2
    pool = Pool[int, int, int](cast, lambda: size, lambda key: key, clock=lambda: cast.now)
    pool.add(range(40))
    made, done_by_leaving = [], 0
    cast.fate = lambda worker, _: WithdrawnError("not begun") if withdrawn and worker == 1 and size == 1 else "done"
    for result in pool.results():
        if result is not None:
            made.append(result[0])
        if len(made) == 10 and size == 2:
            size, cast.recalled = 1, [1]
        elif len(made) == 25:
            size = 3
        done_by_leaving += size == 1 and 1 in cast.tasks
        assert len(cast.tasks) <= 3
    assert sorted(made) == list(range(40))
    assert pool.again == pool.deaths == 0
    assert cast.count == 4, "one more came for the one that went, and a third"
    assert done_by_leaving <= 6


def test_without_any_room_nothing_is_started_and_nothing_given_up() -> None:
    cast, size = Cast(), 0
    limits = Limits(start_seconds=float("inf"))
    pool = Pool[int, int, int](cast, lambda: size, lambda key: key, limits, clock=lambda: cast.now)
    pool.add([1, 2, 3])
    made = []
    for result in pool.results():
        if result is not None:
            made.append(result[0])
        elif cast.now > 7200:
            size = 1
        elif not made:
            assert (cast.count, pool.useful) == (0, 3)
            cast.now += 60
    assert sorted(made) == [1, 2, 3]


def test_many_workers_that_die_with_their_node_end_no_run() -> None:
    size = 30
    cast = Cast(lambda worker, _: "dies" if worker <= 20 else "done")
    pool = Pool[int, int, int](cast, lambda: size, lambda key: key, clock=lambda: cast.now)
    pool.add(range(100))
    made = []
    for result in pool.results():
        if cast.count >= 30:
            size = 10  # the others went with the node
        made += [] if result is None else [result[0]]
    assert sorted(made) == list(range(100))
    assert pool.deaths == 20


def test_threads_are_workers_too() -> None:
    executor = ThreadExecutor[int, int](lambda task: task * 10, lambda: None)
    pool = Pool[int, int, int](executor, 3, lambda key: key)
    pool.add(range(100))
    assert sorted(result for result in pool.results() if result) == [(key, key * 10) for key in range(100)]
    executor.close()
