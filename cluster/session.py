"""Finds a running Ray or starts a lean one of its own, and shuts down only what it started.

``RAY_ADDRESS`` names a cluster; without it nobody's cluster is joined by accident. A Ray of our own has no dashboard,
a small object store (parts never go through it) and a random token, so that no other user of the machine can use it.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cluster.errors import ClusterError
from cluster.pool import Limits

_OBJECT_STORE = 100 << 20
_KNOCK_SECONDS = 5.0
_GROWN = 1000
"""Processors that a cluster with an autoscaler may have, as far as can be known."""


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
        with _terminated_like_interrupted():
            yield
    finally:
        ray.shutdown()


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does: finished parts are kept, and Ray prints no dump of its own handler."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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


def _knock(address: str) -> None:
    """OSError unless somebody listens at ``host:port``: Ray itself would try for minutes."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal() and "://" not in address:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_KNOCK_SECONDS):
            return


def _connect(address: str, actors: int | None) -> None:
    """Connects to the cluster at ``address``, or starts a Ray of our own if that is empty."""
    import ray
    from ray.exceptions import RayError

    quiet = {"namespace": "seedbed", "log_to_driver": False, "logging_level": logging.ERROR}
    try:
        if address:
            _knock(address)
            ray.init(address, **quiet)
            return
        processors = max(actors or 1, os.cpu_count() or 1)
        lean = {"include_dashboard": False, "object_store_memory": _OBJECT_STORE, "num_cpus": processors}
        ray.init("local", **lean, **quiet)
    except (RayError, ConnectionError, RuntimeError, ValueError, OSError, TimeoutError) as error:
        what = f"connect to Ray at {address}" if address else "start Ray on this machine"
        raise ClusterError(f"cannot {what}: {' '.join(str(error).split())[:400]}") from None


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many processors for actors the cluster can have at most, and whether an autoscaler brings them."""

    processors: int
    grows: bool

    def actors(self, asked: int | None, parts: int) -> int:
        """How many actors an order of ``parts`` parts gets; ClusterError if there can never be as many as asked for."""
        most = self.processors
        if most < 1 or (asked is not None and asked > most):
            wanted = "a generator actor needs a processor" if asked is None else f"{asked} actors need a processor each"
            remedy = f"ask for at most {most} actors" if most else "add nodes with processors"
            raise ClusterError(f"{wanted}, but this cluster has {most} and cannot get more; {remedy}")
        return max(1, min(parts, asked or most))

    @property
    def limits(self) -> Limits:
        """A new node takes minutes where a process takes seconds."""
        return Limits(start_seconds=900.0) if self.grows else Limits()


def capacity() -> Capacity:
    """What the connected cluster has, or what its autoscaler may bring.

    A node's fractional rest does not count, since an actor takes a whole processor. Ray's autoscaler says nowhere how
    many nodes it may bring, so a cluster that has one counts as large; whoever asks for actors has a ceiling.
    """
    import ray

    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    processors = sum(int(resources.get("CPU", 0)) for resources in nodes)
    return Capacity(max(processors, _GROWN), grows=True) if _autoscales() else Capacity(processors, grows=False)


def _autoscales() -> bool:
    """Whether an autoscaler (v2, as KubeRay's is) has reported to the connected cluster."""
    import ray
    from ray.core.generated.autoscaler_pb2 import GetClusterStatusReply

    said = ray._private.worker.global_worker.gcs_client.get_cluster_status(timeout_s=_KNOCK_SECONDS)
    return bool(GetClusterStatusReply.FromString(said).autoscaling_state.autoscaler_state_version)
