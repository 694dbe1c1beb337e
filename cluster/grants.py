"""The actors that a fleet lends to one run: what has come, what is asked back, and what goes back.

A mailbox between two threads: the fleet's side puts in and takes out, the run's executor works with what is there.
Nothing here knows Ray or what an actor is.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from typing import Any


class Grants:
    """``offer``, ``keep`` and ``returned`` are the fleet's side, all others the executor's."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._offers: deque[tuple[int, Any]] = deque()
        self._held: set[int] = set()
        self._leaving: set[int] = set()
        self._keep: int | None = None
        self._released: list[int] = []
        self._lost: list[int] = []

    def offer(self, actors: Mapping[int, Any]) -> None:
        """Lends more actors, by number; what was asked back before has come."""
        with self._changed:
            self._keep = None
            self._offers.extend(actors.items())
            self._changed.notify_all()

    def keep(self, count: int) -> None:
        """Asks actors back, so that ``count`` are left. Those that nobody has taken go back at once."""
        with self._changed:
            while self._offers and self._size() > count:
                self._released.append(self._offers.pop()[0])
            self._keep = count
            self._changed.notify_all()

    def returned(self) -> tuple[list[int], list[int]]:
        """(actors that are free again, actors that died or were given up), each told once."""
        with self._changed:
            found = self._released, self._lost
            self._released, self._lost = [], []
            return found

    @property
    def size(self) -> int:
        """How many actors the run may work with: those it has and those on offer, without those that leave."""
        with self._changed:
            return self._size()

    def take(self) -> tuple[int, Any]:
        """The next actor on offer; IndexError if there is none."""
        with self._changed:
            number, actor = self._offers.popleft()
            self._held.add(number)
            return number, actor

    def surplus(self) -> int:
        """How many of the actors that are held and stay are asked back; asked for once."""
        with self._changed:
            keep, self._keep = self._keep, None
            return 0 if keep is None else max(0, self._size() - keep)

    def leaves(self, number: int) -> None:
        """An actor goes back when its work is done."""
        with self._changed:
            self._leaving.add(number)

    def give_back(self, number: int) -> None:
        """An actor is free again."""
        self._part(number, self._released)

    def lose(self, number: int) -> None:
        """An actor is dead, or was given up."""
        self._part(number, self._lost)

    @property
    def offered(self) -> int:
        """How many actors wait to be taken."""
        with self._changed:
            return len(self._offers)

    def decline(self, count: int) -> None:
        """Sends back those that have been on offer for longest."""
        with self._changed:
            for _ in range(min(count, len(self._offers))):
                self._released.append(self._offers.popleft()[0])

    def wait(self, seconds: float) -> None:
        """Waits until something is offered or asked back."""
        with self._changed:
            self._changed.wait_for(lambda: self._offers or self._keep is not None, seconds)

    def _part(self, number: int, where: list[int]) -> None:
        with self._changed:
            self._held.discard(number)
            self._leaving.discard(number)
            where.append(number)

    def _size(self) -> int:
        return len(self._offers) + len(self._held) - len(self._leaving)
