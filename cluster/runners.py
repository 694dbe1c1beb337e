"""Which runner a name means: ``ray``, on the cluster of RAY_ADDRESS or a Ray of our own, or ``threads``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from cluster.runner import Runner

RunnerKind = Literal["ray", "threads"]


@contextmanager
def open_runner(kind: RunnerKind) -> Iterator[Runner]:
    """A runner, for the block; ClusterError if its Ray cannot be had. Whoever uses it closes it."""
    if kind == "threads":
        from cluster.runner_threads import ThreadRunner

        yield ThreadRunner()
        return
    from cluster.session import ray_session

    with ray_session(None):
        from cluster.runner_ray import RayRunner

        yield RayRunner()
