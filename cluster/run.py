"""The one way to carry out an order: ``run``. Small orders are made in this process, others on Ray.

Where an order is made changes no byte. Whoever interrupts a run loses nothing that was finished: the same call again
goes on from there.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing

from cluster.blueprint import Blueprint
from cluster.coordinator import Coordinator
from cluster.errors import OrderError
from cluster.executor import ThreadExecutor
from cluster.grid import PART_BYTES
from cluster.manifest import Manifest
from cluster.order import Order
from cluster.progress import Progress
from cluster.records import PartRecord
from cluster.state import State
from cluster.storage import Store
from cluster.stores import canonical_url, open_store
from cluster.target import finished, leave
from cluster.worker import PartMaker, Task


def run(
    order: Order,
    *,
    actors: int | None = None,
    ray: bool = False,
    overwrite: bool = False,
    reuse: Sequence[str] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Manifest:
    """Carries out an order and returns the manifest, which by then is at the target.

    ``actors`` is how many generator actors there are at most: by default as many as there are parts and processors.
    An order of about one part (64 MiB of text, all tables together), or of four where neither actors nor a cluster
    are asked for, is made in this process unless ``ray`` is true, and so is one whose target exists in this process
    only; see also ``run_here``. ``overwrite`` allows another data set at the target to be replaced. ``reuse``: targets
    of finished data sets; parts that an order of the same document with other row counts has made are copied from there
    instead of made again, and whatever is wrong with them there, the parts are made.

    A data set that is finished at the target already is returned at once. Raises OrderError, StoreError, ClusterError
    or another SeedbedError, each of one clear message; KeyboardInterrupt leaves finished parts for the next run.
    """
    if actors is not None and actors < 1:
        raise OrderError(f"{actors} actors cannot make anything; ask for at least one")
    told = progress or (lambda _: None)
    blueprint, store, there = _look(order, told)
    _check_reuse(store, reuse if there is None else ())
    if there is not None:
        return there
    if not ray and (_is_small(blueprint, actors) or not store.shared):
        return _here(blueprint, store, actors or 1, overwrite, reuse, told)
    if not store.shared:
        raise OrderError(f"{store.url} exists in this process only; choose a target that Ray's workers can reach")
    return _on_ray(order, actors, overwrite, reuse, told)


def _is_small(blueprint: Blueprint, actors: int | None) -> bool:
    """Whether an order is done here before a Ray of our own has started, which takes some five seconds."""
    unasked = actors is None and not os.environ.get("RAY_ADDRESS")
    return blueprint.part_count == 1 or blueprint.text_bytes <= (4 * PART_BYTES if unasked else PART_BYTES)


def run_here(
    order: Order,
    *,
    threads: int = 1,
    overwrite: bool = False,
    reuse: Sequence[str] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Manifest:
    """Like ``run``, but an order of any size is made by threads of this process: for whoever has no use for Ray."""
    told = progress or (lambda _: None)
    blueprint, store, there = _look(order, told)
    _check_reuse(store, reuse if there is None else ())
    return there or _here(blueprint, store, threads, overwrite, reuse, told)


def _look(order: Order, told: Callable[[Progress], None]) -> tuple[Blueprint, Store, Manifest | None]:
    """The order compiled, its store, which can be used, and the manifest if the data set is there already."""
    blueprint = order.compile()
    store = open_store(order.target, f"{blueprint.state}/scratch-{uuid.uuid4().hex}")
    store.check()
    there = finished(blueprint, store)
    if there is not None:
        leave(store, State(store, blueprint.state), there)  # of a run that was cut short just after its manifest
        count = blueprint.part_count
        told(Progress("done", count, count, there.rows, there.rows, there.bytes, 0, count))
    return blueprint, store, there


def _check_reuse(store: Store, reuse: Sequence[str]) -> None:
    if store.url in map(canonical_url, reuse):
        raise OrderError(
            f"{store.url} cannot grow in its own place; name another target, and remove this one when it is done"
        )


def _here(
    blueprint: Blueprint,
    store: Store,
    threads: int,
    overwrite: bool,
    reuse: Sequence[str],
    told: Callable[[Progress], None],
) -> Manifest:
    def executor() -> ThreadExecutor[Task, PartRecord]:
        maker = PartMaker(blueprint, store)
        return ThreadExecutor(maker, maker.stop)

    steps = Coordinator(blueprint, store, executor, threads, overwrite, reuse=reuse).run()
    with closing(steps):
        while True:
            try:
                told(next(steps))
            except StopIteration as end:
                manifest: Manifest = end.value
                return manifest


def _on_ray(
    order: Order, actors: int | None, overwrite: bool, reuse: Sequence[str], told: Callable[[Progress], None]
) -> Manifest:
    from cluster.session import ray_session

    with ray_session(actors):
        from cluster.coordinator_ray import run_on_ray

        return run_on_ray(order, actors, overwrite, told, [canonical_url(target) for target in reuse])
