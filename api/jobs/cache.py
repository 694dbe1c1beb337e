"""The cache of finished artifacts: what is served again, what is made again, and what is given up.

An artifact is served only if its files are what they were. If they are not, the same bytes are made again in another
folder, and every data set that pointed to them points there, while what is left of them is removed. Files are looked at
outside of transactions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from api.database.columns import table_of
from api.database.engine import Database
from api.database.models import Artifact, DataSet, now
from api.jobs import moves
from api.jobs.requests import JobRequests
from api.settings import Settings
from cluster import JobState, Look, Order, look_at_data_set
from generator import SeedbedError

A, D = table_of(Artifact).c, table_of(DataSet).c
_LOG = logging.getLogger("seedbed.cache")
_DAY = 86_400_000
_PAGE = 200
GRACE = 60_000
"""Milliseconds for which an artifact that was just used is never given up."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An artifact as it was when it was looked up."""

    id: str
    state: str
    fingerprint: str
    digest: str
    target: str
    order: str
    rows: int
    parts: int
    bytes: int
    estimated_bytes: int
    estimated_seconds: float
    used_at: int
    checked_at: int | None

    @property
    def finished(self) -> bool:
        return self.state == JobState.SUCCEEDED.value


class ArtifactCache:
    """``clock``: milliseconds since 1970."""

    def __init__(
        self, database: Database, settings: Settings, requests: JobRequests, clock: Callable[[], int] = now
    ) -> None:
        self._database, self._settings, self._requests, self._clock = database, settings, requests, clock

    def find(self, fingerprint: str) -> Kept | None:
        """The artifact of a fingerprint that can be served or joined, or None."""
        found = self._database.rows(_LIVE, fingerprint=fingerprint)
        return kept(found[0]) if found else None

    def look(self, found: Kept, most_bytes: int | None = None) -> Look:
        """Looks at the files of a finished artifact; see ``cluster.look_at_data_set``."""
        return look_at_data_set(found.target, found.fingerprint, found.digest, most_bytes=most_bytes)

    def make_again(self, found: Kept, damages: tuple[str, ...]) -> bool:
        """Has the files of an artifact made again; False if somebody else has begun to, or has given it up.

        Only if this engine makes the same bytes: another engine's are left as they are, and False is returned.
        """
        try:
            same = Order.model_validate_json(found.order).compile().fingerprint == found.fingerprint
        except (SeedbedError, ValueError):  # an order that only another version understands
            same = False
        if not same:
            _LOG.error("artifact %s is damaged and was made by another engine: %s", found.id, damages[0])
            return False
        began = self._requests.repair(found.id)
        if began:
            _LOG.warning("artifact %s is damaged and is made again: %s", found.id, "; ".join(damages[:3]))
        return began

    def evict(self) -> tuple[int, int]:
        """Gives up artifacts that no living data set points to; (how many, their bytes).

        Those older than ``cache_days``, and the least recently used while all of them are over ``cache_bytes``. Their
        files are removed by whoever asks the store for removals.
        """
        sizes = select(func.coalesce(func.sum(A.bytes), 0)).where(*_idle())
        total = int(self._database.read(lambda session: session.execute(sizes).scalar_one()))
        oldest = self._clock() - int(self._settings.cache_days * _DAY)
        count, size = 0, 0
        for found in self._idle_ones():
            if found.used_at >= oldest and total - size <= self._settings.cache_bytes:
                break
            if self.give_up(found):
                count, size = count + 1, size + found.bytes
        return count, size

    def give_up(self, found: Kept) -> bool:
        """Makes an artifact one whose files nobody needs, unless somebody has a data set of it by now."""
        return self._database.run(lambda session: moves.give_up(session, found.id, self._clock()))

    def _idle_ones(self) -> list[Kept]:
        recent = self._clock() - GRACE
        query = select(*columns_kept()).where(*_idle(), A.used_at <= recent).order_by(A.used_at, A.id).limit(_PAGE)
        return [kept(row) for row in self._database.rows(query)]


def columns_kept() -> list[Any]:
    """What a query selects of artifacts for ``kept``."""
    renamed = {"rows": "all_rows", "parts": "all_parts"}
    return [A[renamed.get(field.name, field.name)].label(field.name) for field in fields(Kept)]


def kept(row: Row[Any]) -> Kept:
    """What is remembered of an artifact outside of a transaction."""
    return Kept(**row._asdict())


_LIVE = select(*columns_kept()).where(A.live == bindparam("fingerprint"))


def _idle() -> list[Any]:
    """Finished, and no living data set points to it."""
    living = select(D.id).where(D.artifact_id == A.id, D.deleted_at.is_(None)).exists()
    return [A.state == JobState.SUCCEEDED.value, ~living]
