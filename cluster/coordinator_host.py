"""A Ray actor in which coordinators run, several at once, each in a thread: a process for each would take a second to
start and 100 MB to keep.

It takes no processor. Generator actors are lent to its runs by the fleet, whose owner asks for ``status`` again and
again: that is how it hears which are free again. Small orders are made right here. A host that dies takes its runs
with it; they go on from the state in the store, in another host.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import ray

from cluster.attempt import failure_of, follow
from cluster.coordinator import Coordinator
from cluster.executor import ThreadExecutor
from cluster.executor_granted import GrantedExecutor
from cluster.grants import Grants
from cluster.logs import log_in_worker, traced
from cluster.order import Order
from cluster.pool import Limits
from cluster.progress import Progress
from cluster.queue import Claim, Cost
from cluster.records import PartRecord
from cluster.runner import Failure, Outcome, Stopped
from cluster.stores import open_store
from cluster.worker import PartMaker, Task

_LOG = logging.getLogger("seedbed.coordinator")
RUNS = 8
"""How many runs a host carries out at once."""
SMALL_BYTES = 8 << 20
"""Orders of no more text than this are made by the host itself."""
_SMALL_AT_ONCE = max(2, min(4, os.cpu_count() or 1))
_PATIENT = Limits(start_seconds=float("inf"))
"""Actors come when the fleet has some to lend, be it in an hour."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run as its host sees it. ``cost`` has no actor-seconds but those of small runs; ``released`` and ``lost``:
    the numbers of actors that are free again, and of those that are dead or were given up, each told once."""

    progress: Progress | None
    most: int
    cost: Cost
    released: tuple[int, ...] = ()
    lost: tuple[int, ...] = ()
    outcome: Outcome | None = None


class HostedRun:
    """One run in its host. All but ``carry_out`` may be called from other threads."""

    def __init__(self, run: str, claim: Claim) -> None:
        self._run, self._claim = run, claim
        self.stop = threading.Event()
        self.grants = Grants()
        self._coordinator: Coordinator | None = None
        self._progress: Progress | None = None
        self._there = 0
        self._small_since: float | None = None
        self._executors = 0

    def carry_out(self, small: threading.Semaphore) -> RunStatus:
        """Carries the run out to its end. ``small`` bounds how many small ones are made at once."""
        outcome: Outcome
        began = time.monotonic()
        try:
            outcome = self._outcome(small)
        except Exception as error:
            outcome = failure_of(error)
        extra = traced("run-coordinated", self._claim.trace, time.monotonic() - began)
        _LOG.info("run %s: %s", self._claim.artifact, type(outcome).__name__.lower(), extra=extra)
        return self.status(outcome)

    def status(self, outcome: Outcome | None = None) -> RunStatus:
        """How far the run is."""
        progress, coordinator = self._progress, self._coordinator
        released, lost = self.grants.returned()
        written = 0 if progress is None else max(0, progress.bytes - self._there)
        retries = 0 if coordinator is None else coordinator.retries
        seconds = 0.0 if self._small_since is None else time.monotonic() - self._small_since
        resumed = 0 if progress is None else progress.resumed
        if coordinator is None:
            cost = Cost(seconds, written, retries, resumed)
        else:
            cost = Cost(seconds, written, retries, resumed, coordinator.part_counts, coordinator.part_seconds)
        most = 0 if coordinator is None or self._small_since is not None or outcome else coordinator.useful
        return RunStatus(progress, most, cost, tuple(released), tuple(lost), outcome)

    def _outcome(self, small: threading.Semaphore) -> Outcome:
        blueprint = Order.model_validate_json(self._claim.order).compile()
        scratch = f"{blueprint.state}/scratch-{self._run}"
        store = open_store(blueprint.order.target, scratch)
        if not store.shared:
            return Failure(f"{store.url} exists in one process only; choose a target that all nodes can reach", False)

        def lent() -> GrantedExecutor:
            self._executors += 1
            name = f"{self._run}/{self._executors}"
            return GrantedExecutor(self.grants, name, self._claim.order, scratch, self._claim.trace)

        def own() -> ThreadExecutor[Task, PartRecord]:
            maker = PartMaker(blueprint, store, self._claim.trace)
            return ThreadExecutor(maker, maker.stop)

        if blueprint.text_bytes > SMALL_BYTES:
            coordinator = Coordinator(
                blueprint, store, lent, lambda: self.grants.size, limits=_PATIENT, reuse=self._claim.reuse
            )
            return self._follow(coordinator)
        while not small.acquire(timeout=0.2):
            if self.stop.is_set():
                return Stopped()
        self._small_since = time.monotonic()
        try:
            return self._follow(Coordinator(blueprint, store, own, 1, reuse=self._claim.reuse))
        finally:
            small.release()

    def _follow(self, coordinator: Coordinator) -> Outcome:
        def told(progress: Progress) -> None:
            if self._progress is None:
                self._there = progress.bytes  # finished parts of an earlier attempt
            self._progress = progress

        self._coordinator = coordinator
        return follow(coordinator.run(), told, self.stop, self._claim.bytes_left)


class CoordinatorHost:
    """Calls of group ``run`` are runs; those of group ``control`` never wait for anything."""

    def __init__(self) -> None:
        log_in_worker()
        self._runs: dict[str, HostedRun] = {}
        self._small = threading.Semaphore(_SMALL_AT_ONCE)

    @ray.method(concurrency_group="run")  # type: ignore[untyped-decorator]
    def run(self, run: str, claim: Claim) -> RunStatus:
        """Carries out a run, and answers when it is over: with its outcome, and without any actor left at work."""
        hosted = self._runs[run] = HostedRun(run, claim)
        try:
            return hosted.carry_out(self._small)
        finally:
            del self._runs[run]

    @ray.method(concurrency_group="control")  # type: ignore[untyped-decorator]
    def status(self, stop: Collection[str]) -> dict[str, RunStatus]:
        """How far all runs are. Those in ``stop`` are told to end soon."""
        runs = dict(self._runs)
        for run in runs.keys() & set(stop):
            runs[run].stop.set()
        return {run: hosted.status() for run, hosted in runs.items()}

    @ray.method(concurrency_group="control")  # type: ignore[untyped-decorator]
    def grant(self, run: str, actors: Mapping[int, Any]) -> None:
        """Lends actors to a run. If it is over, its owner knows by its last status that it has none of them."""
        if (hosted := self._runs.get(run)) is not None:
            hosted.grants.offer(actors)

    @ray.method(concurrency_group="control")  # type: ignore[untyped-decorator]
    def keep(self, run: str, count: int) -> None:
        """Asks actors of a run back, so that it keeps so many."""
        if (hosted := self._runs.get(run)) is not None:
            hosted.grants.keep(count)

    @ray.method(concurrency_group="watch")  # type: ignore[untyped-decorator]
    def watch(self) -> None:
        """Never answers: the call fails when the host dies."""
        threading.Event().wait()


def host_class() -> Any:
    """The actor's class for Ray."""
    return ray.remote(
        num_cpus=0, max_restarts=0, max_task_retries=0, concurrency_groups={"run": RUNS, "control": 1, "watch": 1}
    )(CoordinatorHost)
