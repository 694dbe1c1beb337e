"""Which generator actors there are, who has them, and which are given up first: the fleet's books, without Ray.

An actor waits for a node, is idle, is lent to a run, or is being called off: its run has died and it may still be at
work for it. Idle ones are given up where that empties a node soonest, and lent where that keeps others empty, so that
an autoscaler can take nodes away.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

_PAUSE_SECONDS = (0.5, 30.0)


class Standing(Enum):
    """What an actor does."""

    WAITING = "waiting"
    IDLE = "idle"
    LENT = "lent"
    CALLED_OFF = "called off"


@dataclass(slots=True)
class Member:
    """One actor. ``since``: when its standing began; ``run``: whom it is, or was, lent to."""

    number: int
    since: float
    standing: Standing = Standing.WAITING
    node: str = ""
    run: str = ""


class Roster:
    """The books. Numbers are never given twice. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._members: dict[int, Member] = {}
        self._seconds: dict[str, float] = {}
        self._count = 0
        self._stillborn = 0
        self._not_before = 0.0

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, number: int) -> bool:
        return number in self._members

    def count(self, standing: Standing) -> int:
        """How many actors stand so."""
        return sum(member.standing is standing for member in self._members.values())

    def held(self, run: str) -> list[int]:
        """The actors that a run has."""
        return [number for number, each in self._members.items() if each.standing is Standing.LENT and each.run == run]

    def resize(self, size: int) -> tuple[list[int], list[int]]:
        """(new actors to start, actors to end) so that there are ``size``; those at work are never ended.

        While actors die before they have ever answered, new ones are started after a pause only.
        """
        new, old = [], []
        if self._clock() >= self._not_before:
            while len(self._members) < size:
                self._count += 1
                self._members[self._count] = Member(self._count, self._clock())
                new.append(self._count)
        while len(self._members) > size and (found := self._least_needed()) is not None:
            del self._members[found]
            old.append(found)
        return new, old

    def arrived(self, number: int, node: str) -> None:
        """An actor has a node, and can work."""
        self._members[number].node = node
        self._stillborn = 0
        self._stand(number, Standing.IDLE)

    def lend(self, run: str, count: int) -> list[int]:
        """At most ``count`` idle actors, now the run's: first those on nodes that have the most at work anyway."""
        busy = self._busy()
        idle = [each for each in self._members.values() if each.standing is Standing.IDLE]
        idle.sort(key=lambda each: (each.run != run, -busy[each.node], each.node, each.number))
        for member in idle[: max(0, count)]:
            self._stand(member.number, Standing.LENT, run)
        return [member.number for member in idle[: max(0, count)]]

    def back(self, run: str, numbers: Iterable[int]) -> None:
        """A run has given actors back. Those that are not its own any more are left alone."""
        for number in set(self.held(run)).intersection(numbers):
            self._stand(number, Standing.IDLE)

    def call_off(self, run: str) -> list[int]:
        """A run is dead: its actors may still be at work for it, so they are nobody's until they are ``freed``."""
        numbers = self.held(run)
        for number in numbers:
            self._stand(number, Standing.CALLED_OFF)
        return numbers

    def freed(self, number: int) -> None:
        """An actor that was called off is idle now."""
        if number in self._members:
            self._stand(number, Standing.IDLE)

    def gone(self, number: int) -> bool:
        """An actor is dead; whether it was not known to be."""
        member = self._members.get(number)
        if member is None:
            return False
        if member.standing is Standing.WAITING:
            least, most = _PAUSE_SECONDS
            self._not_before = self._clock() + min(most, least * 2 ** min(self._stillborn, 16))
            self._stillborn += 1
        self._stand(number, Standing.IDLE)  # whoever had it is charged until now
        del self._members[number]
        return True

    def seconds(self, run: str) -> float:
        """For how long the run has had actors, in seconds of one actor."""
        now = self._clock()
        return self._seconds.get(run, 0.0) + sum(now - self._members[number].since for number in self.held(run))

    def forget(self, run: str) -> None:
        """Nobody asks for the seconds of a run any more."""
        self._seconds.pop(run, None)

    def _stand(self, number: int, standing: Standing, run: str | None = None) -> None:
        member, now = self._members[number], self._clock()
        if member.standing is Standing.LENT:
            self._seconds[member.run] = self._seconds.get(member.run, 0.0) + now - member.since
        member.standing, member.since = standing, now
        if run is not None:
            member.run = run

    def _busy(self) -> Counter[str]:
        """How many actors of each node are at work."""
        away = {Standing.LENT, Standing.CALLED_OFF}
        return Counter(each.node for each in self._members.values() if each.standing in away)

    def _least_needed(self) -> int | None:
        """The actor that is given up first: the last that waits, else an idle one of the node with the fewest."""
        if waiting := [number for number, each in self._members.items() if each.standing is Standing.WAITING]:
            return max(waiting)
        here, busy = Counter(each.node for each in self._members.values()), self._busy()
        idle = [each for each in self._members.values() if each.standing is Standing.IDLE]
        if not idle:
            return None
        return min(idle, key=lambda each: (here[each.node], busy[each.node], each.node, -each.number)).number
