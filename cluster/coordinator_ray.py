"""The coordinator as a Ray task: a streaming generator of progress whose last item is the manifest.

It takes no processor, so the actors have them all. Ray never retries it: whoever started it looks at what became of it
and starts it again, and it goes on from the state in the store.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ray
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    RayError,
    RayTaskError,
    WorkerCrashedError,
)

from cluster.coordinator import Coordinator
from cluster.errors import ClusterError
from cluster.executor_ray import RayExecutor
from cluster.manifest import Manifest
from cluster.order import Order
from cluster.progress import Progress
from cluster.session import capacity
from cluster.stores import open_store
from generator import SeedbedError

_CRASHES = (WorkerCrashedError, NodeDiedError, ObjectLostError)
_RESTARTS = 3
_CANCEL_SECONDS = 15.0


def coordinate(order: str, actors: int | None, overwrite: bool, reuse: Sequence[str]) -> Iterator[Progress | bytes]:
    """Carries out an order, given as JSON: yields progress, then the manifest's bytes."""
    blueprint = Order.model_validate_json(order).compile()
    scratch = f"{blueprint.state}/scratch-{ray.get_runtime_context().get_task_id()}"
    store = open_store(blueprint.order.target, scratch)
    room = capacity()
    size = room.actors(actors, blueprint.part_count)
    run = Coordinator(
        blueprint, store, lambda: RayExecutor(blueprint.order, scratch), size, overwrite, room.limits, reuse
    ).run()
    while True:
        try:
            yield next(run)
        except StopIteration as end:
            manifest: Manifest = end.value
            yield manifest.dump()
            return


def run_on_ray(
    order: Order,
    actors: int | None,
    overwrite: bool,
    told: Callable[[Progress], None],
    reuse: Sequence[str] = (),
) -> Manifest:
    """Runs a coordinator on the connected cluster, again if it is killed, and returns the manifest."""
    task: Any = ray.remote(num_cpus=0, max_retries=0, num_returns="streaming")(coordinate)
    for restarts in range(_RESTARTS + 1):
        stream = task.options(name="coordinator").remote(order.model_dump_json(), actors, overwrite, [*reuse])
        try:
            return _follow(stream, told)
        except _CRASHES as error:
            if restarts == _RESTARTS:
                raise ClusterError(f"the coordinator was killed {restarts + 1} times; the last: {error}") from None
        except RayTaskError as error:
            cause = getattr(error, "cause", None)
            if isinstance(cause, SeedbedError):
                raise cause from None
            raise ClusterError(f"the coordinator failed: {cause or error}") from error
        except RayError as error:
            raise ClusterError(f"Ray failed: {' '.join(str(error).split())[:400]}") from error
        except BaseException:  # interrupted, or whoever is told raised
            _cancel(stream)
            raise
    raise AssertionError("the loop above returns or raises")


def _follow(stream: Any, told: Callable[[Progress], None]) -> Manifest:
    manifest: Manifest | None = None
    for reference in stream:
        item = ray.get(reference)
        if isinstance(item, bytes):
            manifest = Manifest.parse(item, "the coordinator's answer")
        else:
            told(item)
    if manifest is None:
        raise ClusterError("the coordinator ended without a manifest")
    return manifest


def _cancel(stream: Any) -> None:
    """Interrupts a coordinator, so that it stops its actors and tidies up; kills one that does not listen."""
    ray.cancel(stream)
    deadline = time.monotonic() + _CANCEL_SECONDS
    with contextlib.suppress(StopIteration, RayError):
        while time.monotonic() < deadline:
            reference = stream._next_sync(timeout_s=1.0)
            if not reference.is_nil():  # nil: nothing has come within the second
                ray.get(reference)
        ray.cancel(stream, force=True)
