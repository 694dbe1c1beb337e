"""Workers behind one interface: who makes parts, be it threads of this process or actors of a Ray cluster.

An executor starts workers, gives them tasks and reports what became of them. It decides nothing: which worker gets
what, what is tried again and when to give up is the pool's. The threads here serve in-process runs.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from cluster.errors import ClusterError

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker has started and can take tasks."""

    worker: int


@dataclass(frozen=True, slots=True)
class Finished(Generic[R]):
    """A worker's oldest task gave a result."""

    worker: int
    result: R


@dataclass(frozen=True, slots=True)
class Failed:
    """A worker's oldest task raised; the worker lives."""

    worker: int
    error: Exception


@dataclass(frozen=True, slots=True)
class Died:
    """A worker is gone, with all tasks it had."""

    worker: int
    reason: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """A worker is wanted elsewhere: it gets no more tasks, and is let go when it has ended the one at hand."""

    worker: int


class WithdrawnError(ClusterError):
    """A task was not begun, for its worker was recalled. Somebody else does it; nobody is charged."""


class Executor(Protocol[T_contra, R]):
    """Where workers come from. A worker takes its tasks one after the other, in the order of ``submit``."""

    def start(self) -> int:
        """Asks for one more worker and returns its number at once; ``Ready`` is reported when it can work."""

    def submit(self, worker: int, task: T_contra) -> None:
        """Gives a ready worker a task."""

    def wait(self, seconds: float) -> list[Ready | Finished[R] | Failed | Died | Recalled]:
        """What happened since the last call, in each worker's order; waits up to ``seconds`` for something."""

    def stop(self, worker: int) -> None:
        """Lets a worker go; nothing more is reported of it."""

    def close(self) -> None:
        """Calls off all work, in order as far as possible, and lets every worker go."""


class ThreadExecutor(Generic[T, R]):
    """Workers that are threads, all calling ``make``. ``call_off`` makes a call under way raise soon."""

    def __init__(self, make: Callable[[T], R], call_off: Callable[[], None]) -> None:
        self._make, self._call_off = make, call_off
        self._events: queue.SimpleQueue[Ready | Finished[R] | Failed | Died | Recalled] = queue.SimpleQueue()
        self._tasks: dict[int, queue.SimpleQueue[T | None]] = {}
        self._threads: list[threading.Thread] = []

    def start(self) -> int:
        worker = len(self._threads)
        self._tasks[worker] = queue.SimpleQueue()
        thread = threading.Thread(target=self._work, args=(worker,), name=f"part maker {worker}", daemon=True)
        self._threads.append(thread)
        thread.start()
        return worker

    def submit(self, worker: int, task: T) -> None:
        self._tasks[worker].put(task)

    def wait(self, seconds: float) -> list[Ready | Finished[R] | Failed | Died | Recalled]:
        found = []
        try:
            found.append(self._events.get(timeout=seconds))
            while True:
                found.append(self._events.get_nowait())
        except queue.Empty:
            return found

    def stop(self, worker: int) -> None:
        self._tasks[worker].put(None)

    def close(self) -> None:
        self._call_off()
        for worker in self._tasks:
            self.stop(worker)
        for thread in self._threads:
            thread.join()

    def _work(self, worker: int) -> None:
        self._events.put(Ready(worker))
        while (task := self._tasks[worker].get()) is not None:
            try:
                self._events.put(Finished(worker, self._make(task)))
            except Exception as error:
                self._events.put(Failed(worker, error))
