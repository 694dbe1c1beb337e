"""Figures of the whole service, kept in the database: whichever process is asked, the answer is the same.

Processes count in memory and add what they have counted to the database every few seconds; one that is killed loses the
last of it. Figures are for graphs and alerts, never for quotas or bills.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import now
from api.database.service_models import Figure
from cluster import PART_SECONDS, Crew, JobStoreError

F: Any = Figure
_LOG = logging.getLogger("seedbed.figures")
Key = tuple[str, str]
"""The name of a figure and its label."""
RUN_SECONDS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
SEEN_SECONDS = 30.0
"""For so long after its last word a dispatcher counts as living."""
_FORGOTTEN = 3600.0
_LONGEST = 60
DISPATCHER = ("dispatcher_seen", "actors_ready", "actors_waiting", "nodes")
"""Figures of each living dispatcher, which is their label."""


class Figures:
    """One for a process; any thread may call it. ``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], int] = now) -> None:
        self._database, self._clock = database, clock
        self._added: Counter[Key] = Counter()
        self._set: dict[Key, float] = {}
        self._lock = threading.Lock()

    def add(self, name: str, value: float = 1.0, label: str = "") -> None:
        """Counts."""
        if value:
            with self._lock:
                self._added[(name, label)] += value  # type: ignore[assignment]

    def observe(self, name: str, seconds: float, bounds: tuple[float, ...] = RUN_SECONDS) -> None:
        """Counts a duration among the buckets of a histogram."""
        bound = next((each for each in bounds if seconds <= each), None)
        self.add(f"{name}_bucket", 1, "+Inf" if bound is None else f"{bound:g}")
        self.add(f"{name}_sum", seconds)

    def observe_parts(self, counts: tuple[int, ...], seconds: float) -> None:
        """Counts parts by how long they took (``cluster.Cost.parts``), and in all."""
        self.add("part_seconds_sum", seconds)
        for bound, count in zip((*(f"{each:g}" for each in PART_SECONDS), "+Inf"), counts, strict=False):
            self.add("part_seconds_bucket", count, bound)

    def note_crew(self, dispatcher: str, crew: Crew) -> None:
        """What a dispatcher says of its workers, and that it lives."""
        values = (self._clock() / 1000, crew.ready, crew.waiting, crew.nodes)
        with self._lock:
            for name, value in zip(DISPATCHER, values, strict=True):
                self._set[(name, dispatcher[:_LONGEST])] = value

    def flush(self) -> None:
        """Adds what was counted to the database; if that is away, a later call does."""
        with self._lock:
            added, self._added = self._added, Counter()
            newest, self._set = self._set, {}
        if not added and not newest:
            return
        try:
            self._database.run(lambda session: self._write(session, added, newest))
        except JobStoreError:
            with self._lock:
                self._added.update(added)
                self._set = {**newest, **self._set}

    def read(self) -> dict[Key, float]:
        """All of them as they stand in the database."""
        rows = self._database.read(lambda session: session.execute(select(F.name, F.label, F.value)).all())
        return {(name, label): value for name, label, value in rows}

    def dispatchers(self, figures: Mapping[Key, float] | None = None) -> dict[str, dict[str, float]]:
        """The living dispatchers by name, each with its other figures; an empty mapping where none lives."""
        found = self.read() if figures is None else figures
        oldest = self._clock() / 1000 - SEEN_SECONDS
        names = [label for (name, label), value in found.items() if name == DISPATCHER[0] and value >= oldest]
        return {name: {each: found.get((each, name), 0.0) for each in DISPATCHER[1:]} for name in sorted(names)}

    def _write(self, session: Session, added: Mapping[Key, float], newest: Mapping[Key, float]) -> None:
        for key in sorted({*added, *newest}):  # so that no two can wait for each other
            value: Any = newest.get(key, 0.0) if key in newest else F.value + added[key]
            this = (F.name == key[0], F.label == key[1])
            if not session.connection().execute(update(Figure).where(*this).values(value=value)).rowcount:
                session.add(Figure(name=key[0], label=key[1], value=newest.get(key, added.get(key, 0.0))))
                session.flush()
        if newest:
            oldest = self._clock() / 1000 - _FORGOTTEN
            gone = select(F.label).where(F.name == DISPATCHER[0], F.value < oldest)
            names = list(session.execute(gone).scalars())
            if names:
                session.connection().execute(delete(Figure).where(F.name.in_(DISPATCHER), F.label.in_(names)))


class Background:
    """A thread that does ``works`` every so many seconds until it is closed, and once more then."""

    def __init__(self, seconds: float, *works: Callable[[], object]) -> None:
        self._seconds, self._works = seconds, works
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._go_on, name="background", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._once()

    def _go_on(self) -> None:
        while not self._stop.wait(self._seconds):
            self._once()

    def _once(self) -> None:
        for work in self._works:
            try:
                work()
            except JobStoreError:  # it comes back
                continue
            except Exception:
                _LOG.exception("what was counted is not written just now")
