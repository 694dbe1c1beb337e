"""Workers that are Ray actors: one processor each, spread over the nodes, never restarted by Ray itself.

Here are the calls to them, and an executor that makes actors of its own for one order: pending ones are the demand that
Ray's autoscaler answers to. An actor that dies is reported once and forgotten; who replaces it, and who makes its
parts, is the pool's to decide.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from typing import Any

import ray
from ray.exceptions import ActorDiedError, ActorUnavailableError, GetTimeoutError, RayActorError, RayError, RayTaskError

from cluster.actor import generator_class
from cluster.errors import ClusterError
from cluster.executor import Died, Failed, Finished, Ready, Recalled
from cluster.order import Order
from cluster.records import PartRecord
from cluster.worker import Task

Event = Ready | Finished[PartRecord] | Failed | Died | Recalled

GRACE_SECONDS = 10.0
"""How long an actor may take between two batches of rows before it is killed."""
_ANSWER_SECONDS = 10.0


class ActorCalls:
    """Calls to the actors that make the parts of one run, which calls itself ``run`` there. ``trace``: for logs."""

    def __init__(self, run: str, order: str, scratch: str, trace: Mapping[str, str] | None = None) -> None:
        self.run = run
        self._arguments = (run, order, scratch, dict(trace or {}))
        self._actors: dict[int, Any] = {}
        self._calls: dict[Any, int] = {}
        self._ready: dict[Any, int] = {}

    @property
    def workers(self) -> list[int]:
        """Those that are enlisted, and neither dismissed nor dead."""
        return list(self._actors)

    @property
    def silent(self) -> bool:
        """Whether no call is under way."""
        return not self._ready and not self._calls

    def enlist(self, worker: int, actor: Any) -> None:
        """Has an actor get ready for the run."""
        self._actors[worker] = actor
        self._ready[actor.begin.remote(*self._arguments)] = worker

    def submit(self, worker: int, task: Task) -> None:
        self._calls[self._actors[worker].make.remote(self.run, task)] = worker

    def holding(self, worker: int) -> int:
        """How many tasks a worker has."""
        return sum(owner == worker for owner in self._calls.values())

    def leave(self, worker: int) -> None:
        """Has a worker begin no further task: those it holds fail with WithdrawnError."""
        if self.holding(worker):
            self._actors[worker].leave.remote(self.run)

    def answers(self, seconds: float) -> list[Event]:
        """What has come, in each worker's order; waits up to ``seconds`` for something, if there is a call."""
        waiting = [*self._ready, *self._calls]
        done, _ = ray.wait(waiting, num_returns=1, timeout=seconds)
        if done:  # and whatever else has come by now; ray.wait keeps the order of its argument, hence of submission
            done, _ = ray.wait(waiting, num_returns=len(waiting), timeout=0)
        return [event for reference in done if (event := self._event(reference)) is not None]

    def call_off(self) -> None:
        """Has the actors stop between two batches, and waits a little until they have; those who do not are killed."""
        with contextlib.suppress(RayError):
            for worker in set(self._calls.values()):
                self._actors[worker].stop.remote(self.run)
            calls = list(self._calls)
            if calls:
                done, _ = ray.wait(calls, num_returns=len(calls), timeout=GRACE_SECONDS)
                for reference in done:
                    self._event(reference)
        for worker in set(self._calls.values()):
            self.died(worker)

    def dismiss(self, worker: int) -> Any:
        """Forgets a worker, and returns its actor."""
        self._forget(worker)
        return self._actors.pop(worker)

    def died(self, worker: int) -> None:
        """Gives up an actor that is dead, or must not come back."""
        with contextlib.suppress(RayError):
            ray.kill(self.dismiss(worker))

    def _event(self, reference: Any) -> Event | None:
        worker = self._ready.pop(reference, None)
        calling = worker is None
        if worker is None:
            worker = self._calls.pop(reference, None)
        if worker is None:
            return None  # of a worker that died a moment ago
        try:
            result = ray.get(reference, timeout=_ANSWER_SECONDS)
        except RayTaskError as error:
            return Failed(worker, _cause(error)) if calling else self._died(worker, f"it cannot begin: {_cause(error)}")
        except (ActorDiedError, ActorUnavailableError, RayActorError) as error:
            return self._died(worker, str(error))
        except (RayError, GetTimeoutError) as error:  # the result is lost with its node, or the like
            return self._died(worker, f"{type(error).__name__}: {error}")
        return Finished(worker, result) if calling else Ready(worker)

    def _died(self, worker: int, reason: str) -> Died:
        self.died(worker)
        return Died(worker, " ".join(reason.split())[:400])

    def _forget(self, worker: int) -> None:
        for references in (self._ready, self._calls):
            for reference in [reference for reference, owner in references.items() if owner == worker]:
                del references[reference]


class RayExecutor:
    """Generator actors of one order's own. The processors that each takes are ``cpus``."""

    def __init__(self, order: Order, scratch: str, cpus: float = 1) -> None:
        self._calls = ActorCalls(scratch.rpartition("/")[2], order.model_dump_json(), scratch)
        self._actor = generator_class(cpus)
        self._count = 0

    def start(self) -> int:
        worker, self._count = self._count, self._count + 1
        self._calls.enlist(worker, self._actor.remote())
        return worker

    def submit(self, worker: int, task: Task) -> None:
        self._calls.submit(worker, task)

    def wait(self, seconds: float) -> list[Event]:
        if self._calls.silent:  # all tasks there are have failed, and wait for their next try
            time.sleep(seconds)
            return []
        return self._calls.answers(seconds)

    def stop(self, worker: int) -> None:
        self._calls.died(worker)

    def close(self) -> None:
        """Asks the actors to stop between two batches, so that they clean up; those who do not are killed."""
        self._calls.call_off()
        for worker in self._calls.workers:
            self.stop(worker)


def _cause(error: RayTaskError) -> Exception:
    """What was raised in the actor, as it was raised there."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, Exception) and not isinstance(cause, RayError):
        return cause
    return ClusterError(f"a generator actor failed: {error}")
