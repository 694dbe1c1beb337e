"""Finds a running Ray or starts a lean one of its own, and shuts down only what it started.

``RAY_ADDRESS`` names a cluster; without it nobody's cluster is joined by accident. A Ray of our own has no dashboard,
a small object store (parts never go through it) and a random token, so that no other user of the machine can use it.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cluster.errors import ClusterError

_OBJECT_STORE = 100 << 20


@contextmanager
def ray_session(actors: int | None) -> Iterator[None]:
    """Ray, for the block. A Ray that this process is connected to already is used and left as it is.

    ``actors`` is how many generator actors there are going to be; ClusterError if Ray cannot be had.
    """
    address = os.environ.get("RAY_ADDRESS", "")
    _environment(address)
    import ray  # only now: it reads some of its environment while it is imported

    if ray.is_initialized():
        yield
        return
    _connect(address, actors)
    try:
        yield
    finally:
        ray.shutdown()


def _environment(address: str) -> None:
    """Says what Ray is otherwise asked to guess: no statistics sent, and a Ray of our own guarded by its own token."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    has_token = bool(os.environ.get("RAY_AUTH_TOKEN") or os.environ.get("RAY_AUTH_TOKEN_PATH"))
    if "RAY_AUTH_MODE" in os.environ or (address and not has_token):
        return
    if not has_token:
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    if "ray" not in sys.modules:  # else it is too late for Ray to see the mode; it then turns tokens on by itself
        os.environ["RAY_AUTH_MODE"] = "token"


def _connect(address: str, actors: int | None) -> None:
    """Connects to the cluster at ``address``, or starts a Ray of our own if that is empty."""
    import ray
    from ray.exceptions import RayError

    quiet = {"namespace": "seedbed", "log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if address:
            ray.init(address, **quiet)
            return
        processors = max(actors or 1, os.cpu_count() or 1)
        lean = {"include_dashboard": False, "object_store_memory": _OBJECT_STORE, "num_cpus": processors}
        ray.init("local", **lean, **quiet)
    except (RayError, ConnectionError, RuntimeError, ValueError, OSError, TimeoutError) as error:
        what = f"connect to Ray at {address}" if address else "start Ray on this machine"
        raise ClusterError(f"cannot {what}: {' '.join(str(error).split())[:400]}") from None


def capacity() -> int | None:
    """How many processors the cluster can have at most: those it has, or what its autoscaler may bring. None: unknown.

    A node's fractional rest does not count, since an actor takes a whole processor.
    """
    import ray
    from ray._private.state import state

    most = state.get_max_resources_from_cluster_config()
    if most and most.get("CPU"):
        return int(most["CPU"])
    return sum(int(node["Resources"].get("CPU", 0)) for node in ray.nodes() if node["Alive"])


def actors_for(asked: int | None, parts: int) -> int:
    """How many actors an order of ``parts`` parts gets; ClusterError if the cluster can never hold those asked for."""
    most = capacity()
    if most is not None and (most < 1 or (asked is not None and asked > most)):
        wanted = "a generator actor needs" if asked is None else f"{asked} actors need"
        raise ClusterError(
            f"{wanted} a processor each, but this cluster has {most} and cannot grow beyond; "
            f"{f'ask for at most {most} actors' if most else 'add nodes with processors'}"
        )
    return max(1, min(parts, asked or most or 1))
