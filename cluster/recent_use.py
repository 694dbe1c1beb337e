"""What runs and users have had lately, in actor-seconds that fade: the memory that fair turns need.

By their totals alone, a newcomer would have the only worker until he had had as much as a run of many hours, and a
user whose runs are all short would always be one who has had nothing. Use that fades forgets the former, and stays
with the user when his run has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cluster.queue import Demand

HALF_LIFE = 30.0
"""Seconds after which half of what was had is forgotten."""
_FORGOTTEN = 0.01


@dataclass
class RecentUse:
    """Watches the totals (``Demand.used``) of runs under way; ask with every sharing."""

    half_life: float = HALF_LIFE
    users: dict[str, float] = field(default_factory=dict)
    """Recent actor-seconds by user, of ended runs too."""
    _runs: dict[str, float] = field(default_factory=dict)
    _totals: dict[str, float] = field(default_factory=dict)
    _looked: float | None = None

    def of(self, demands: Iterable[Demand], now: float) -> list[Demand]:
        """The demands with recent in place of total use; ``now`` in seconds of a monotonic clock.

        A run that is seen for the first time begins without a past: what it had, it had from somebody else's crew, or
        so long ago that nobody remembers.
        """
        demands = list(demands)
        fading = 0.5 ** ((now - self._looked) / self.half_life) if self._looked is not None else 1.0
        self._looked = now
        self.users = {user: had * fading for user, had in self.users.items() if had * fading > _FORGOTTEN}
        runs = {}
        for demand in demands:
            fresh = max(0.0, demand.used - self._totals.get(demand.artifact, demand.used))
            runs[demand.artifact] = self._runs.get(demand.artifact, 0.0) * fading + fresh
            self.users[demand.user] = self.users.get(demand.user, 0.0) + fresh
        self._runs, self._totals = runs, {demand.artifact: demand.used for demand in demands}
        return [replace(demand, used=runs[demand.artifact]) for demand in demands]
