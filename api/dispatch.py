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
    follow_parent,
    open_runner,
    stop_on_signals,
)

CLUSTER_LOST = 75
"""Exit code (EX_TEMPFAIL) of a dispatcher whose cluster is gone."""
_LOG = logging.getLogger("seedbed.dispatcher")


def main(name: str) -> int:
    """Serves until SIGTERM; 0, or CLUSTER_LOST."""
    settings, stop = Settings(), threading.Event()
    log_to_standard_error()
    stop_on_signals(stop)
    follow_parent()
    try:
        with open_runner(settings.runner) as runner:
            stop_on_signals(stop)  # Ray has handlers of its own
            serve_queue(name, settings, runner, stop)
    except (ClusterLostError, ClusterError) as error:
        _LOG.error("%s", error)
        return CLUSTER_LOST
    return 0


def serve_queue(name: str, settings: Settings, runner: Runner, stop: threading.Event) -> None:
    """Serves the settings' queue with a runner until ``stop`` is set, waiting for the database where it is away."""
    from api.database.engine import Database
    from api.jobs.store import SqlJobStore
    from api.jobs.upkeep import Upkeep

    database = Database(settings.database)
    while not stop.is_set():
        try:
            database.upgrade()
            break
        except JobStoreError as error:
            _LOG.warning("waiting for the database: %s", error)
            stop.wait(1.0)
    store = SqlJobStore(database, settings)
    local = settings.runner == "ray" and not os.environ.get("RAY_ADDRESS")
    floor = max(settings.actors_floor, 1) if local else settings.actors_floor
    autoscaler = Autoscaler(floor, settings.actors_ceiling, settings.drain_seconds, settings.idle_seconds)
    pace = Pace(
        runs=settings.runs, beat=settings.beat_seconds, lease=settings.lease_seconds, grace=settings.grace_seconds
    )
    upkeep = Upkeep(database, settings)
    try:
        Dispatcher(name, store, runner, Sharing(autoscaler), pace, upkeep.step).run(stop)
    finally:
        store.close()


def log_to_standard_error() -> None:
    """One line an event: the moment in UTC, the level, the message."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger("seedbed")
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    root.propagate = False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else f"dispatcher-{os.getpid()}"))
