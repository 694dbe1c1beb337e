"""The pool against workers that start late, die and fail on cue: no Ray, no clock, no threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.errors import ClusterError, StoreError
from cluster.executor import Died, Failed, Finished, Ready, ThreadExecutor
from cluster.pool import Limits, Pool

Event = Ready | Finished[int] | Failed | Died
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
        events: list[Event] = []
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


def test_a_passing_error_that_stays_ends_the_run() -> None:
    with pytest.raises(StoreError, match="slow down"):
        results(Cast(lambda *_: StoreError("slow down", passing=True)), [1])


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


def test_threads_are_workers_too() -> None:
    executor = ThreadExecutor[int, int](lambda task: task * 10, lambda: None)
    pool = Pool[int, int, int](executor, 3, lambda key: key)
    pool.add(range(100))
    assert sorted(result for result in pool.results() if result) == [(key, key * 10) for key in range(100)]
    executor.close()
