"""Runs carried out by threads of this process, without Ray: for one machine that is to start at once and stay small.

Each run has a coordinator and one maker of parts, both threads; the kernels release the interpreter's lock, and the
operating system shares the processors out. There is no fleet, so nothing to allot and nothing to resize.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from cluster.attempt import failure_of, follow
from cluster.coordinator import Coordinator
from cluster.executor import ThreadExecutor
from cluster.order import Order
from cluster.progress import Progress
from cluster.queue import Claim, Cost
from cluster.records import PartRecord
from cluster.runner import Crew, Failure, Outcome, Report
from cluster.stores import open_store
from cluster.worker import PartMaker, Task

_CLOSE_SECONDS = 10.0


@dataclass
class _Run:
    claim: Claim
    stop: threading.Event = field(default_factory=threading.Event)
    progress: Progress | None = None
    outcome: Outcome | None = None
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    thread: threading.Thread | None = None
    coordinator: Coordinator | None = None
    there: int = 0
    """Bytes of parts that were finished before this run."""

    @property
    def cost(self) -> Cost:
        seconds = (self.ended or time.monotonic()) - self.began
        if self.progress is None:
            return Cost(seconds)
        written, resumed, made = max(0, self.progress.bytes - self.there), self.progress.resumed, self.coordinator
        if made is None:
            return Cost(seconds, written, 0, resumed)
        return Cost(seconds, written, made.retries, resumed, made.part_counts, made.part_seconds)


class ThreadRunner:
    """A runner whose cluster is this process."""

    def __init__(self) -> None:
        self.cluster = f"threads-{uuid.uuid4().hex[:12]}"
        self._runs: dict[str, _Run] = {}
        self._ended = threading.Event()

    def start(self, claim: Claim) -> None:
        run = self._runs[claim.artifact] = _Run(claim)
        run.thread = threading.Thread(target=self._carry_out, args=(run,), name=f"run {claim.artifact}", daemon=True)
        run.thread.start()

    def poll(self, seconds: float) -> list[Report]:
        self._ended.wait(seconds)
        self._ended.clear()
        reports = [
            Report(name, run.progress, run.cost, int(run.outcome is None), run.outcome)
            for name, run in self._runs.items()
        ]
        for report in reports:
            if report.outcome is not None:
                del self._runs[report.artifact]
        return reports

    def allot(self, shares: Mapping[str, int]) -> None:
        return

    def resize(self, workers: int) -> None:
        return

    def stop(self, artifact: str) -> None:
        if (run := self._runs.get(artifact)) is not None:
            run.stop.set()

    def crew(self) -> Crew:
        count = os.cpu_count() or 1
        return Crew(count, 0, count)

    def close(self) -> None:
        for run in self._runs.values():
            run.stop.set()
        deadline = time.monotonic() + _CLOSE_SECONDS
        for run in self._runs.values():
            if run.thread is not None:
                run.thread.join(max(0.0, deadline - time.monotonic()))

    def _carry_out(self, run: _Run) -> None:
        try:
            run.outcome = self._made(run)
        except Exception as error:
            run.outcome = failure_of(error)
        except BaseException as error:  # such as a library's own panic: without an outcome the run would never end
            run.outcome = Failure(" ".join(f"{type(error).__name__}: {error}".split())[:1000], passing=False)
        finally:
            run.ended = time.monotonic()
            self._ended.set()

    def _made(self, run: _Run) -> Outcome:
        blueprint = Order.model_validate_json(run.claim.order).compile()
        store = open_store(blueprint.order.target, f"{blueprint.state}/scratch-{uuid.uuid4().hex}")
        store.check()

        def executor() -> ThreadExecutor[Task, PartRecord]:
            maker = PartMaker(blueprint, store, run.claim.trace)
            return ThreadExecutor(maker, maker.stop)

        def told(progress: Progress) -> None:
            if run.progress is None:
                run.there = progress.bytes
            run.progress = progress

        run.coordinator = Coordinator(blueprint, store, executor, 1, reuse=run.claim.reuse)
        return follow(run.coordinator.run(), told, run.stop, run.claim.bytes_left)
