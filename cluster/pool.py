"""The pool of workers: only ready ones get tasks, the dead are replaced, and what they held is given out again.

A death is nobody's fault: its tasks are requeued without being charged, within bounds against a task that kills
whoever touches it and against workers that never live long. An error of the task itself ends the run, unless it is
passing: then it is tried again a little later, for as long as other tasks succeed and somewhat longer. How many workers
there may be can change at any time. Nothing here knows what a task is, nor Ray.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cluster.errors import ClusterError
from cluster.executor import Died, Executor, Failed, Finished, Ready, Recalled, WithdrawnError
from cluster.patience import Patience, pause

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Limits:
    """When a pool gives up. ``start_seconds``: how long it waits for a first worker; ``passing_seconds``: how long it
    bears passing errors without any success; ``losses``: how often what a task needs may be found gone."""

    in_flight: int = 2
    passing_seconds: float = 60.0
    losses: int = 4
    task_deaths: int = 3
    deaths_in_a_row: int = 8
    start_seconds: float = 120.0
    tick_seconds: float = 0.25


@dataclass(slots=True)
class _Worker(Generic[K]):
    ready: bool = False
    leaving: bool = False
    tasks: deque[K] = field(default_factory=deque)


class Pool(Generic[K, T, R]):
    """Hands out tasks, made from keys at the last moment, to at most ``size`` workers, be that fixed or asked for anew.

    ``again`` counts the tasks that were given out once more, ``deaths`` the workers that died.
    """

    def __init__(
        self,
        executor: Executor[T, R],
        size: int | Callable[[], int],
        task_of: Callable[[K], T],
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        patience: Patience | None = None,
    ) -> None:
        self.executor, self.again, self.deaths = executor, 0, 0
        self._size = size if callable(size) else lambda: size
        self._task_of, self._limits, self._clock = task_of, limits or Limits(), clock
        self._patience = patience or Patience(self._limits.passing_seconds, self._limits.losses, clock)
        self._pending: deque[K] = deque()
        self._later: list[tuple[float, int, K]] = []
        self._workers: dict[int, _Worker[K]] = {}
        self._failures: dict[K, int] = {}
        self._deaths: dict[K, int] = {}
        self._deaths_in_a_row = 0
        self._most = 0
        self._count = 0
        self._idle_since = clock()

    @property
    def ready(self) -> int:
        """How many workers can take tasks."""
        return sum(worker.ready for worker in self._workers.values())

    @property
    def useful(self) -> int:
        """How many workers there is something to do for: a task that one holds already is not taken from it."""
        return len(self._pending) + len(self._later) + sum(bool(worker.tasks) for worker in self._workers.values())

    def add(self, keys: Iterable[K]) -> None:
        """Adds keys; allowed while ``results`` runs."""
        self._pending.extend(keys)

    def results(self) -> Iterator[tuple[K, R] | None]:
        """Each key with its result, as they come; None now and then while there is nothing new.

        Ends when every key has had a result. Raises the error of a task that is not passing, or ClusterError.
        """
        while self._pending or self._later or any(worker.tasks for worker in self._workers.values()):
            self._wake()
            self._staff()
            self._hand_out()
            fresh = False
            for event in self.executor.wait(self._limits.tick_seconds):
                result = self._take(event)
                if result is not None:
                    fresh = True
                    yield result
            if not fresh:
                self._check_start()
                yield None
        self._staff()

    def _wake(self) -> None:
        while self._later and self._later[0][0] <= self._clock():
            self._pending.append(heapq.heappop(self._later)[2])

    def _staff(self) -> None:
        """Starts workers while there is work for more; lets go of idle ones that leave, or when there will be none."""
        waiting = len(self._pending) + len(self._later)
        for number, worker in list(self._workers.items()):
            if not worker.tasks and (worker.leaving or not waiting):
                del self._workers[number]
                self.executor.stop(number)
        staying = [worker for worker in self._workers.values() if not worker.leaving]
        spare = sum(not worker.tasks for worker in staying)
        for _ in range(min(self._size() - len(staying), waiting - spare)):
            self._workers[self.executor.start()] = _Worker()
        self._most = max(self._most, len(self._workers))

    def _hand_out(self) -> None:
        """One task to each ready worker before anybody gets the next."""
        for depth in range(self._limits.in_flight):
            for number, worker in self._workers.items():
                if self._pending and worker.ready and not worker.leaving and len(worker.tasks) == depth:
                    key = self._pending.popleft()
                    worker.tasks.append(key)
                    self.executor.submit(number, self._task_of(key))

    def _take(self, event: Ready | Finished[R] | Failed | Died | Recalled) -> tuple[K, R] | None:
        worker = self._workers.get(event.worker)
        if worker is None:
            return None  # already let go
        if isinstance(event, Ready):
            worker.ready = True
        elif isinstance(event, Recalled):
            worker.leaving = True
        elif isinstance(event, Died):
            del self._workers[event.worker]
            self._mourn(worker, event.reason)
        elif isinstance(event, Failed) and isinstance(event.error, WithdrawnError):
            self._pending.appendleft(worker.tasks.popleft())
        elif isinstance(event, Failed):
            self._retry(worker.tasks.popleft(), event.error)
        else:
            self._deaths_in_a_row = 0
            self._patience.succeeded()
            return worker.tasks.popleft(), event.result
        return None

    def _mourn(self, worker: _Worker[K], reason: str) -> None:
        self.deaths += 1
        self.again += len(worker.tasks)
        self._deaths_in_a_row += 1
        if self._deaths_in_a_row > max(self._limits.deaths_in_a_row, 2 * self._most):
            raise ClusterError(f"{self._deaths_in_a_row} workers died without finishing anything; the last: {reason}")
        if worker.tasks:  # only the first was under way; the others merely waited behind it
            head = worker.tasks[0]
            self._deaths[head] = self._deaths.get(head, 0) + 1
            if self._deaths[head] > self._limits.task_deaths:
                raise ClusterError(f"{self._deaths[head]} workers died while making {head}; the last: {reason}")
        self._pending.extendleft(reversed(worker.tasks))

    def _retry(self, key: K, error: Exception) -> None:
        self._failures[key] = failures = self._failures.get(key, 0) + 1
        if not self._patience.bears(error, failures):
            raise error
        self.again += 1
        self._count += 1
        heapq.heappush(self._later, (self._clock() + pause(failures), self._count, key))

    def _check_start(self) -> None:
        now = self._clock()
        if self.ready:
            self._idle_since = now
        elif now - self._idle_since > self._limits.start_seconds:
            seconds = f"{self._limits.start_seconds:.0f} seconds"
            raise ClusterError(f"no worker could start within {seconds}: the cluster has no free processor for one")
