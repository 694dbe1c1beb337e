"""The dispatcher's process: ``python -m api.dispatch NAME``. Puts together what settings name, and serves the queue.

It is run by ``seedbed dispatcher`` and ``seedbed serve``, which start it again when it ends: after a crash, and when
its cluster is lost, because a process that has lost its Ray cannot get another one.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable

from api.settings import Settings
from cluster import (
    Autoscaler,
    ClusterError,
    ClusterLostError,
    Dispatcher,
    JobStoreError,
    Pace,
    Runner,
    Sharing,
    StoreError,
    follow_parent,
    log_to_standard_error,
    open_runner,
    open_store,
    stop_on_signals,
)

CLUSTER_LOST = 75
"""Exit code (EX_TEMPFAIL) of a dispatcher whose cluster is gone."""
_LOG = logging.getLogger("seedbed.dispatcher")
_FIGURES_SECONDS = 2.0
"""How often what was counted is written to the database."""
_SAID_SECONDS = 60.0
"""How often it is said again what is waited for."""


def main(name: str) -> int:
    """Serves until SIGTERM; 0, or CLUSTER_LOST."""
    settings, stop = Settings(), threading.Event()
    log_to_standard_error(settings.logs)
    stop_on_signals(stop)
    follow_parent()
    try:
        with open_runner(settings.runner) as runner:
            stop_on_signals(stop)  # Ray has handlers of its own
            serve_queue(name, settings, runner, stop)
    except (ClusterLostError, ClusterError) as error:
        _LOG.error("%s", error)
        return CLUSTER_LOST
    _LOG.info("%s has stopped", name)
    return 0


def serve_queue(name: str, settings: Settings, runner: Runner, stop: threading.Event) -> None:
    """Serves the settings' queue with a runner until ``stop`` is set.

    Waits for a database that is away, and for a storage that refuses: with wrong keys every job would fail for good.
    """
    from api.database.engine import Database
    from api.jobs.store import SqlJobStore
    from api.jobs.upkeep import Upkeep
    from api.metrics.figures import Background, Figures

    database = Database(settings.database)
    _wait_until("the database", database.upgrade, stop)
    _wait_until("the storage", lambda: _stores(settings.storage), stop)
    if stop.is_set():
        return
    where = os.environ.get("RAY_ADDRESS") or "of its own" if settings.runner == "ray" else ""
    runs_on = f"Ray {where}" if where else "threads of its own"
    _LOG.info("%s serves %s with %s; data sets go to %s", name, database.shown, runs_on, settings.storage)
    figures = Figures(database)
    store = SqlJobStore(database, settings, figures=figures)
    local = settings.runner == "ray" and not os.environ.get("RAY_ADDRESS")
    floor = max(settings.actors_floor, 1) if local else settings.actors_floor
    autoscaler = Autoscaler(floor, settings.actors_ceiling, settings.drain_seconds, settings.idle_seconds)
    pace = Pace(
        runs=settings.runs, beat=settings.beat_seconds, lease=settings.lease_seconds, grace=settings.grace_seconds
    )
    upkeep, told = Upkeep(database, settings), Background(_FIGURES_SECONDS, figures.flush)
    told.start()
    try:
        dispatcher = Dispatcher(
            name,
            store,
            runner,
            Sharing(autoscaler),
            pace,
            upkeep.step,
            lambda crew: figures.note_crew(name, crew),
        )
        dispatcher.run(stop)
    finally:
        told.close()
        store.close()


def _wait_until(what: str, well: Callable[[], object], stop: threading.Event) -> None:
    """Returns when ``well`` does not raise any more, or when told to stop; says now and then what it waits for."""
    said, told = "", 0.0
    while not stop.is_set():
        try:
            well()
            return
        except (JobStoreError, StoreError) as error:
            if str(error) != said or time.monotonic() - told >= _SAID_SECONDS:
                said, told = str(error), time.monotonic()
                _LOG.warning("waiting for %s: %s", what, said)
        stop.wait(1.0)


def _stores(url: str) -> None:
    """StoreError if data sets can never be stored there as things are; one that is away is for the runs to wait for."""
    try:
        open_store(url).check()
    except StoreError as error:
        if not error.passing:
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else f"dispatcher-{os.getpid()}"))
