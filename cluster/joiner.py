"""Joins the first pieces of objects while later ones are still being made, in a thread beside the coordinator.

Only a head start: whatever goes wrong here is left to the joining at the end, which does it again and says why.
"""

from __future__ import annotations

import contextlib
import queue
import threading

from cluster.blueprint import Blueprint
from cluster.contents import Records
from cluster.errors import StoreError
from cluster.merge import piece_of
from cluster.objects import PartId, Seat
from cluster.storage import Assembly, Piece, Site


class Joiner:
    """Hands an assembly each object's unbroken run of first pieces, as it grows."""

    def __init__(self, blueprint: Blueprint, assembly: Assembly, records: Records) -> None:
        self._blueprint, self._assembly, self._records = blueprint, assembly, records
        self._next: dict[str, int] = {}
        self._work: queue.SimpleQueue[tuple[Site, list[Piece]] | None] = queue.SimpleQueue()
        self._failed: set[str] = set()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._join, name="joiner", daemon=True)
        if assembly.joins_early:
            self._thread.start()

    def look(self, part: PartId) -> None:
        """Looks whether the objects of a part that was just made can go on."""
        if self._thread.is_alive():
            for seat in self._blueprint.seats(part):
                if not seat.object.whole and not seat.object.archive:  # the first seam is made last
                    self._look(seat)

    def _look(self, seat: Seat) -> None:
        item, file = seat
        first = reached = self._next.get(item.name, 0)
        while reached < len(file.parts) and PartId(file.table, file.parts[reached]) in self._records:
            reached += 1
        if reached > first:
            self._next[item.name] = reached
            parts = [PartId(file.table, file.parts[number]) for number in range(first, reached)]
            self._work.put((self._blueprint.site(item), [piece_of(seat, self._records[part]) for part in parts]))

    def close(self) -> None:
        """Stops after the piece at hand; what is joined by then stays with the assembly."""
        self._closed.set()
        self._work.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _join(self) -> None:
        while (task := self._work.get()) is not None:
            site, pieces = task
            for piece in pieces:
                if self._closed.is_set():
                    return
                if site.name not in self._failed:
                    self._failed.add(site.name)
                    with contextlib.suppress(StoreError):
                        self._assembly.extend(site, [piece])
                        self._failed.discard(site.name)
