"""Whether the cluster is still there, and what it can hold: asked in a thread, since a dead head does not answer.

Ray ends a process that is connected to it once the head has been away for a minute; long before that the runs are
handed back. A head that was restarted answers, but a process whose own node went with the old one gets no actors from
it, ever: so that node has to live, too.
"""

from __future__ import annotations

import threading
import time

import ray
from ray.exceptions import RayError

from cluster.runner import ClusterLostError
from cluster.session import capacity

_EVERY_SECONDS = 2.0
_SILENT_SECONDS = 20.0
_DOUBTS = 2
"""How often a head may not know the node yet: it has just been restarted, and the node is about to join again."""


class Pulse:
    """Asks from the start until ``close``. ``processors``: how many actors there can ever be, as last heard; ``nodes``:
    how many there are."""

    def __init__(self, every: float = _EVERY_SECONDS, silent: float = _SILENT_SECONDS) -> None:
        self.processors, self.nodes = capacity().processors, 1
        self._every, self._silent = every, silent
        self._heard, self._reason = time.monotonic(), ""
        self._node, self._homeless = ray.get_runtime_context().get_node_id(), 0
        self._closed = threading.Event()
        threading.Thread(target=self._ask, name="pulse", daemon=True).start()

    def check(self) -> None:
        """ClusterLostError if the cluster has been silent for long, or this process's own node is dead."""
        if self._homeless > _DOUBTS:
            raise ClusterLostError("the Ray node of this process is dead, or its cluster was restarted")
        silent = time.monotonic() - self._heard
        if silent > self._silent:
            raise ClusterLostError(f"Ray has not answered for {silent:.0f} seconds{self._reason}")

    def close(self) -> None:
        """No more questions; one that hangs is left behind."""
        self._closed.set()

    def _ask(self) -> None:
        while not self._closed.wait(self._every):
            if not ray.is_initialized():
                return  # asking would start a Ray
            try:
                self.processors = capacity().processors
                living = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
                alive, self.nodes = self._node in living, len(living)
                self._homeless = 0 if alive else self._homeless + 1
            except (RayError, ConnectionError, RuntimeError, OSError, ValueError) as error:
                self._reason = f": {' '.join(str(error).split())[:300]}"
            else:
                self._heard, self._reason = time.monotonic(), ""
