"""Whether the cluster is still there, and what it can hold: asked in a thread, since a dead head does not answer.

Ray ends a process that is connected to it once the head has been away for a minute; long before that the runs are
handed back.
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


class Pulse:
    """Asks from the start until ``close``. ``processors``: how many actors there can ever be, as last heard."""

    def __init__(self, every: float = _EVERY_SECONDS, silent: float = _SILENT_SECONDS) -> None:
        self.processors = capacity().processors
        self._every, self._silent = every, silent
        self._heard, self._reason = time.monotonic(), ""
        self._closed = threading.Event()
        threading.Thread(target=self._ask, name="pulse", daemon=True).start()

    def check(self) -> None:
        """ClusterLostError if the cluster has been silent for long, or says that it is another one now."""
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
            except (RayError, ConnectionError, RuntimeError, OSError, ValueError) as error:
                self._reason = f": {' '.join(str(error).split())[:300]}"
            else:
                self._heard, self._reason = time.monotonic(), ""
