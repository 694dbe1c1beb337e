"""The fleet: the generator actors of a dispatcher, which it owns, lends to runs, and sizes.

Those that wait for a node are the demand that Ray's autoscaler answers to. The fleet hears of every death, be the actor
idle or at work, by a call to each that never returns. Who is given up or lent first is decided by the books (fleet.py).
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

import ray
from ray.exceptions import RayError

from cluster.actor import generator_class
from cluster.calls import Calls
from cluster.executor_ray import GRACE_SECONDS
from cluster.fleet import Roster

_LOG = logging.getLogger("seedbed.fleet")


class Fleet:
    """All its calls are answered in ``calls``; ``clock`` gives seconds."""

    def __init__(self, calls: Calls, clock: Callable[[], float]) -> None:
        self.roster = Roster(clock)
        self._calls, self._clock, self._class = calls, clock, generator_class()
        self._actors: dict[int, Any] = {}
        self._watches: dict[int, Any] = {}
        self._overdue: dict[int, float] = {}

    def resize(self, size: int) -> None:
        """Starts actors or gives idle ones up; see Roster.resize."""
        new, old = self.roster.resize(size)
        for number in new:
            self._start(number)
        for number in old:
            self._end(number)

    def lend(self, run: str, count: int) -> dict[int, Any]:
        """At most ``count`` idle actors by number, lent to a run from now on."""
        return {number: self._actors[number] for number in self.roster.lend(run, count)}

    def lost(self, numbers: Iterable[int]) -> None:
        """Ends actors of which a run says that they are dead, or must not go on."""
        for number in numbers:
            self._gone(number, "its run gave it up")

    def call_off(self, run: str) -> None:
        """Takes back the actors of a run that is dead, as soon as they have stopped working for it."""
        for number in self.roster.call_off(run):
            self._call_off(number, run)

    def look(self) -> None:
        """Ends those that do not stop although they were called off."""
        now = self._clock()
        for number in [number for number, deadline in self._overdue.items() if deadline <= now]:
            self._gone(number, "it did not stop in time")

    def close(self) -> None:
        """Ends every actor."""
        for number in list(self._actors):
            self._end(number)

    def _call_off(self, number: int, run: str) -> None:
        self._actors[number].stop.remote(run)
        self._overdue[number] = self._clock() + GRACE_SECONDS
        self._calls.on(self._actors[number].free.remote(), lambda _: self._freed(number), _ignored)

    def _start(self, number: int) -> None:
        actor = self._actors[number] = self._class.remote()
        self._watches[number] = actor.watch.remote()
        self._calls.on(self._watches[number], lambda _: None, lambda error: self._gone(number, str(error)))
        self._calls.on(actor.hello.remote(), lambda node: self._arrived(number, node), _ignored)

    def _arrived(self, number: int, node: str) -> None:
        if number in self.roster:
            self.roster.arrived(number, node)

    def _freed(self, number: int) -> None:
        if self._overdue.pop(number, None) is not None:
            self.roster.freed(number)

    def _gone(self, number: int, reason: str) -> None:
        was = self.roster.gone(number)
        self._end(number)
        if was:
            _LOG.warning("a generator actor died: %s", " ".join(reason.split())[:300])

    def _end(self, number: int) -> None:
        actor = self._actors.pop(number, None)
        self._overdue.pop(number, None)
        self._calls.forget(self._watches.pop(number, None))
        if actor is not None:
            with contextlib.suppress(RayError):
                ray.kill(actor)


def _ignored(_: Exception) -> None:
    """The watch tells of every death."""
