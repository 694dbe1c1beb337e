"""Workers that are Ray actors: one processor each, spread over the nodes, never restarted by Ray itself.

Pending actors are the demand that Ray's autoscaler answers to. An actor that dies is reported once and forgotten; who
replaces it, and who makes its parts, is the pool's to decide.
"""

from __future__ import annotations

import contextlib
from typing import Any

import ray
from ray.exceptions import ActorDiedError, ActorUnavailableError, RayActorError, RayError, RayTaskError

from cluster.errors import ClusterError
from cluster.executor import Died, Failed, Finished, Ready
from cluster.order import Order
from cluster.records import PartRecord
from cluster.stores import open_store
from cluster.worker import PartMaker, Task

Event = Ready | Finished[PartRecord] | Failed | Died

_GRACE_SECONDS = 10.0


class GeneratorActor:
    """A part maker in a process of its own; ``stop`` runs beside a call under way."""

    def __init__(self, order: str, scratch: str) -> None:
        blueprint = Order.model_validate_json(order).compile()
        self._maker = PartMaker(blueprint, open_store(blueprint.order.target, scratch))

    def make(self, task: Task) -> PartRecord:
        return self._maker(task)

    @ray.method(concurrency_group="control")  # type: ignore[untyped-decorator]
    def stop(self) -> None:
        self._maker.stop()


class RayExecutor:
    """Generator actors for one order. The processors that each takes are ``cpus``."""

    def __init__(self, order: Order, scratch: str, cpus: float = 1) -> None:
        self._arguments = (order.model_dump_json(), scratch)
        self._actor: Any = ray.remote(
            num_cpus=cpus,
            max_restarts=0,
            max_task_retries=0,
            scheduling_strategy="SPREAD",
            concurrency_groups={"control": 1},
        )(GeneratorActor)
        self._actors: dict[int, Any] = {}
        self._calls: dict[Any, int] = {}
        self._ready: dict[Any, int] = {}
        self._count = 0

    def start(self) -> int:
        worker, self._count = self._count, self._count + 1
        actor = self._actors[worker] = self._actor.remote(*self._arguments)
        self._ready[actor.__ray_ready__.remote()] = worker
        return worker

    def submit(self, worker: int, task: Task) -> None:
        self._calls[self._actors[worker].make.remote(task)] = worker

    def wait(self, seconds: float) -> list[Event]:
        waiting = [*self._ready, *self._calls]
        if not waiting:
            return []
        done, _ = ray.wait(waiting, num_returns=1, timeout=seconds)
        if done:  # and whatever else has come by now; ray.wait keeps the order of its argument, hence of submission
            done, _ = ray.wait(waiting, num_returns=len(waiting), timeout=0)
        return [event for reference in done if (event := self._event(reference)) is not None]

    def stop(self, worker: int) -> None:
        actor = self._actors.pop(worker)
        self._forget(worker)
        ray.kill(actor)

    def close(self) -> None:
        """Asks the actors to stop between two batches, so that they clean up; those who do not are killed."""
        with contextlib.suppress(RayError):
            for actor in self._actors.values():
                actor.stop.remote()
            calls = list(self._calls)
            if calls:
                ray.wait(calls, num_returns=len(calls), timeout=_GRACE_SECONDS)
        for worker in list(self._actors):
            self.stop(worker)

    def _event(self, reference: Any) -> Event | None:
        worker = self._ready.pop(reference, None)
        calling = worker is None
        if worker is None:
            worker = self._calls.pop(reference, None)
        if worker is None:
            return None  # of a worker that died a moment ago
        try:
            result = ray.get(reference)
        except RayTaskError as error:
            return Failed(worker, _cause(error))
        except (ActorDiedError, ActorUnavailableError, RayActorError) as error:
            return self._died(worker, str(error))
        except RayError as error:  # the result is lost with its node, or the like
            return self._died(worker, f"{type(error).__name__}: {error}")
        return Finished(worker, result) if calling else Ready(worker)

    def _died(self, worker: int, reason: str) -> Died:
        actor = self._actors.pop(worker)
        self._forget(worker)
        with contextlib.suppress(RayError):
            ray.kill(actor)  # one that is only unavailable must not come back
        return Died(worker, " ".join(reason.split())[:400])

    def _forget(self, worker: int) -> None:
        for references in (self._ready, self._calls):
            for reference in [reference for reference, owner in references.items() if owner == worker]:
                del references[reference]


def _cause(error: RayTaskError) -> Exception:
    """What was raised in the actor, as it was raised there."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, Exception) and not isinstance(cause, RayError):
        return cause
    return ClusterError(f"a generator actor failed: {error}")
