"""When a lease counts as lost: judged by watching it, so that no two clocks are ever compared.

A dispatcher that lives counts its runs' ``beat`` up. Whoever has seen the same epoch and beat, again and again, for the
length of a lease by its own monotonic clock may take the run. A clock that is stepped, or that differs between
machines, changes nothing. Where watching had a gap (this process was paused, the database was away) nothing is known
of that time, and watching begins anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from cluster.queue import Lease


class LeaseWatch:
    """Watches leases of other dispatchers; ``seconds`` without a sign of life make one lost."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._since: dict[tuple[str, int, int], float] = {}
        self._looked: float | None = None

    def look(self, leases: Iterable[Lease]) -> list[Lease]:
        """The leases, as they stand now, that are lost. Call it several times within the length of a lease."""
        now = self._clock()
        if self._looked is not None and now - self._looked > self._seconds / 2:
            self.reset()
        self._looked = now
        seen = {(lease.artifact, lease.epoch, lease.beat): lease for lease in leases}
        self._since = {key: self._since.get(key, now) for key in seen}
        return [lease for key, lease in seen.items() if now - self._since[key] >= self._seconds]

    def reset(self) -> None:
        """Forgets what was seen: the store could not be asked for a while, and so nor could the holders tell it."""
        self._since.clear()
