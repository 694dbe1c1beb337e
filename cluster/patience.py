"""How long errors that may pass are borne: a store that is away for some seconds must not end a run of hours.

What counts is the time without any success, so a store that is slow but works is borne for as long as it takes.
Nothing here knows what is tried.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from cluster.errors import GoneError

_PAUSE_SECONDS = (0.25, 5.0)


class Patience:
    """Shared by all that one run tries. ``seconds``: how long it goes on without any success; ``losses``: how often
    one thing may be found gone, which waiting does not bring back."""

    def __init__(self, seconds: float, losses: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._losses, self._clock = seconds, losses, clock
        self._since: float | None = None

    def succeeded(self) -> None:
        """Something has worked."""
        self._since = None

    def bears(self, error: Exception, failures: int) -> bool:
        """Whether something is worth another try after it has failed ``failures`` times, the last time like this."""
        if not getattr(error, "passing", False):
            return False
        if isinstance(error, GoneError):
            return failures < self._losses
        now = self._clock()
        if self._since is None:
            self._since = now
        return now - self._since < self._seconds


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row."""
    least, most = _PAUSE_SECONDS
    return float(min(most, least * 4 ** min(failures - 1, 8)))
