"""The generator actor: a process that makes parts of any order, one at a time, on one processor.

A run introduces itself once (``begin``: its order, and where its temporary files go) and then names itself. An actor
keeps what it has compiled for the last few runs, so it can go from one to another and back. Ray never restarts it.

The name of a run may end in ``/`` and a number: calling off ``a`` calls off ``a/1`` and ``a/2``.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ray

from cluster.executor import WithdrawnError
from cluster.logs import log_in_worker
from cluster.order import Order
from cluster.records import PartRecord
from cluster.stores import open_store
from cluster.worker import PartMaker, StoppedError, Task

_RUNS_KEPT = 2
_STOPPED_KEPT = 1000


@dataclass
class _Known:
    """A run that has introduced itself; its order is compiled for the first part."""

    order: str
    scratch: str
    trace: Mapping[str, str]
    maker: PartMaker | None = None


class GeneratorActor:
    """Calls of the default group are carried out one after the other; those of others beside them."""

    def __init__(self) -> None:
        log_in_worker()
        self._runs: OrderedDict[str, _Known] = OrderedDict()
        self._stopped: OrderedDict[str, None] = OrderedDict()
        self._leaving = ""
        self._lock = threading.Lock()

    def hello(self) -> str:
        """The node that the actor is on."""
        return str(ray.get_runtime_context().get_node_id())

    def begin(self, run: str, order: str, scratch: str, trace: Mapping[str, str]) -> None:
        """Introduces a run, or one that comes back. ``trace``: what its log lines are tied to."""
        with self._lock:
            self._leaving = ""
            self._runs.setdefault(run, _Known(order, scratch, trace))
            self._runs.move_to_end(run)
            while len(self._runs) > _RUNS_KEPT:
                self._runs.popitem(last=False)

    def make(self, run: str, task: Task) -> PartRecord:
        """Makes a part of a run that has begun here."""
        known = self._runs.get(run)
        maker = None if known is None else self._maker(known)
        with self._lock:
            if maker is None or run in self._stopped or run.partition("/")[0] in self._stopped:
                raise StoppedError(f"{task.part} was called off")
            if run == self._leaving:
                raise WithdrawnError(f"{task.part} was not begun")
        return maker(task)

    def _maker(self, known: _Known) -> PartMaker:
        if known.maker is None:
            blueprint = Order.model_validate_json(known.order).compile()
            known.maker = PartMaker(blueprint, open_store(blueprint.order.target, known.scratch), known.trace)
        return known.maker

    def free(self) -> None:
        """Answers when whatever was asked for before is over."""

    @ray.method(concurrency_group="control")  # type: ignore[untyped-decorator]
    def leave(self, run: str) -> None:
        """Ends the part at hand, and begins no other of this run until it introduces itself again."""
        with self._lock:
            self._leaving = run

    @ray.method(concurrency_group="control")  # type: ignore[untyped-decorator]
    def stop(self, run: str) -> None:
        """Calls off the part at hand, between two batches of rows, and all later ones of a run."""
        with self._lock:
            self._stopped[run] = None
            while len(self._stopped) > _STOPPED_KEPT:
                self._stopped.popitem(last=False)
            names = [name for name in self._runs if run in {name, name.partition("/")[0]}]
            called_off = [self._runs.pop(name) for name in names]
        for known in called_off:
            if known.maker is not None:
                known.maker.stop()

    @ray.method(concurrency_group="watch")  # type: ignore[untyped-decorator]
    def watch(self) -> None:
        """Never answers: the call fails when the actor dies, be it idle or at work."""
        threading.Event().wait()


def generator_class(cpus: float = 1) -> Any:
    """The actor's class for Ray; ``cpus``: the processors that each actor takes."""
    return ray.remote(
        num_cpus=cpus,
        max_restarts=0,
        max_task_retries=0,
        scheduling_strategy="SPREAD",
        concurrency_groups={"control": 1, "watch": 1},
    )(GeneratorActor)
