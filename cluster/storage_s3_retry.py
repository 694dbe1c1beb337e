"""How often, and for how long, a call to a store is tried again: bounded by time, not by a number of attempts.

A store that has never answered is given seconds, so that a wrong address is known at once; one that has, a minute,
so that a restart of it, or a bad moment of the network, costs an order nothing. Nothing here knows S3.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

FIRST_SECONDS = 5.0
SECONDS = 60.0
_PAUSES = (0.1, 5.0)


@dataclass
class Tries:
    """What became of a call's tries. ``unanswered``: one may have been carried out though its answer was lost.

    ``hasty``: the call only looks whether the store is there, and does not wait long for that.
    """

    hasty: bool = False
    failures: int = 0
    unanswered: bool = False


class Retry:
    """Whether and when the calls to one store are tried again."""

    def __init__(
        self,
        seconds: float = SECONDS,
        first_seconds: float = FIRST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds, self._first_seconds, self._clock, self._sleep = seconds, first_seconds, clock, sleep
        self._answered = False

    def answered(self) -> None:
        """A call has succeeded: from now on the store is known to be there."""
        self._answered = True

    def begin(self, hasty: bool = False) -> Callable[[int], bool]:
        """For one call: a function that, after so many failures, waits and says true, or false: give up.

        What counts is the time since the first failure, so that a call that failed slowly is tried again all the same.
        """
        since: float | None = None

        def again(failures: int) -> bool:
            nonlocal since
            now = self._clock()
            since = now if since is None else since
            wait = pause(failures)
            bound = self._first_seconds if hasty or not self._answered else self._seconds
            if now + wait - since > bound:
                return False
            self._sleep(wait)
            return True

        return again


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row: doubling, and never the same for all who wait."""
    least, most = _PAUSES
    return random.uniform(0.5, 1.0) * min(most, least * 2.0 ** min(failures, 16))  # noqa: S311  (nothing secret)
