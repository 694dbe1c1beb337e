"""How many generator actors there are to be, from what is still to be made.

Ray brings nodes for actors that wait for one, and takes nodes back that hold none; so the number of actors that a
dispatcher asks for is all that sizes a cluster, on one machine as under Kubernetes. Nothing here knows Ray.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable

from cluster.queue import Backlog, Demand
from cluster.runner import Crew


class Autoscaler:
    """Up at once, down late: actors are given up when fewer have been enough for ``idle_seconds`` on end.

    ``floor``: actors that are kept without work; ``ceiling``: how many there may be. The backlog is to be done within
    ``drain_seconds``; an ``idle_seconds`` that is not shorter keeps a crew together until it has made what it was
    called for.
    """

    def __init__(self, floor: int, ceiling: int, drain_seconds: float, idle_seconds: float) -> None:
        self._floor, self._ceiling = floor, max(floor, ceiling)
        self._drain, self._idle = drain_seconds, idle_seconds
        self._wishes: deque[tuple[float, int]] = deque()
        self._last = 0

    def target(self, backlog: Backlog, crew: Crew, now: float) -> int:
        """Actors wanted, those there are included; ``now`` in seconds of a monotonic clock.

        Never more than ``crew.ceiling``: what can never be met would only wait.
        """
        self._note(now, self.wish(backlog))
        return min(self._wishes[0][1], max(0, crew.ceiling))

    def wish(self, backlog: Backlog) -> int:
        """Actors that would be right for this backlog alone, within floor and ceiling.

        Runs that merely wait ask for whole crews only: a small one is made without an actor as soon as it is claimed,
        and whoever has claimed one says what it can use.
        """
        usable = _usable(backlog.running)
        parts = usable + max(0, backlog.pending_parts)
        seconds = math.fsum(max(0.0, run.seconds_left) for run in backlog.running if run.most > 0)
        crews = min((seconds + max(0.0, backlog.pending_seconds)) / self._drain, float(parts), float(self._ceiling))
        wanted = max(1, math.ceil(crews)) if usable else math.floor(crews)
        return min(max(wanted, self._floor), self._ceiling)

    def _note(self, now: float, wish: int) -> None:
        """Keeps the wishes of the last ``idle_seconds`` that no later one reaches, the highest first.

        What was wished last held until now, however long nobody asked.
        """
        if self._wishes:
            self._push(now, self._last)
        self._push(now, wish)
        self._last = wish
        while len(self._wishes) > 1 and now - self._wishes[0][0] >= self._idle:
            self._wishes.popleft()

    def _push(self, moment: float, wish: int) -> None:
        while self._wishes and self._wishes[-1][1] <= wish:
            self._wishes.pop()
        self._wishes.append((moment, wish))


def _usable(running: Iterable[Demand]) -> int:
    """How many actors the runs under way can use, each user's within his limit."""
    most: dict[str, int] = defaultdict(int)
    limits: dict[str, int] = {}
    for run in running:
        most[run.user] += max(0, run.most)
        if run.user_most is not None:
            limits[run.user] = min(limits.get(run.user, run.user_most), run.user_most)
    return sum(max(0, min(count, limits.get(user, count))) for user, count in most.items())
