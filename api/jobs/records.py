"""Records of requests for data, and their daily sums: which formats and field types, rows, bytes, how long.

A job's record is entered with the job and completed when it has ended; that of an inline answer counts for the quota.
Those of previews and pages are kept in memory for a moment and written together: a process that dies loses a second of
them, and nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, false, func, or_, select, true
from sqlmodel import Session

from api.database.columns import table_of
from api.database.engine import Database
from api.database.models import Artifact, Job, now
from api.database.service_models import DetailUsage, RequestRecord
from cluster import Blueprint, JobState, JobStoreError
from generator import Plan

R: Any = RequestRecord
U: Any = DetailUsage
J: Any = Job
A: Any = Artifact
INLINE = "inline"
"""What an answer is called that is a whole data set."""
WHAT, FORMAT, TYPE = "what", "format", "type"
"""Kinds of daily sums."""
_DAY = 86_400_000
_AT_ONCE = 500
_MOST_KEPT = 10_000
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Detail:
    """The sums of one kind and name over some days."""

    kind: str
    name: str
    requests: int
    cached: int
    rows: int
    bytes: int
    seconds: float


def formats_of(blueprint: Blueprint) -> str:
    """The names of an order's formats, between blanks."""
    return " ".join(each.name for each in blueprint.formats)


def field_types_of(plan: Plan) -> str:
    """The names of all field types in a document, between blanks."""
    names: set[str] = set()
    pending: list[Any] = [field for table in plan.schema.tables.values() for field in table.fields.values()]
    while pending:
        field = pending.pop()
        names.add(str(field.type))
        inner = [getattr(field, "items", None), *(getattr(field, "fields", None) or {}).values()]
        pending += [each for each in inner if hasattr(each, "type")]
    return " ".join(sorted(names))


class Records:
    """One for all threads. ``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, clock: Callable[[], int] = now) -> None:
        self._database, self._clock = database, clock
        self._kept: list[RequestRecord] = []
        self._lock = threading.Lock()

    def note(self, record: RequestRecord) -> None:
        """Keeps a record, to be written soon; too many at once are not kept."""
        with self._lock:
            if len(self._kept) < _MOST_KEPT:
                self._kept.append(record)

    def flush(self) -> None:
        """Writes what was noted; what cannot be written just now is written later."""
        with self._lock:
            kept, self._kept = self._kept, []
        if not kept:
            return
        values = [record.model_dump() for record in kept]
        try:
            self._database.run(lambda session: session.connection().execute(_TABLE.insert(), values))
        except JobStoreError:
            for record in kept:
                self.note(record)

    def take_in(self, user: str | None = None) -> int:
        """Adds records that are complete to the daily sums, those of one user or of all; how many."""
        return self._database.run(lambda session: self._take_in(session, user))

    def details(self, user: str | None, days: int) -> list[Detail]:
        """The sums over the last ``days`` days, today included, of one user or of all: the most asked for first."""
        sums = [func.sum(getattr(U, name)) for name in ("requests", "cached", "rows", "bytes", "seconds")]
        query = select(U.kind, U.name, *sums).where(U.day > self._clock() // _DAY - days)
        if user is not None:
            query = query.where(U.user_id == user)
        query = query.group_by(U.kind, U.name)
        found = self._database.read(lambda session: session.execute(query).all())
        details = [
            Detail(kind, name, int(requests), int(cached), int(rows), int(size), float(seconds))
            for kind, name, requests, cached, rows, size, seconds in found
        ]
        return sorted(details, key=lambda each: (each.kind, -each.requests, each.name))

    def forget(self, before: int) -> int:
        """Deletes records that the sums have, from before a moment; what is counted for quotas is always younger."""
        old = select(R.id).where(R.taken_in == true(), R.created_at < before).limit(_AT_ONCE)

        def work(session: Session) -> int:
            names = list(session.execute(old).scalars())
            return int(session.connection().execute(delete(RequestRecord).where(R.id.in_(names))).rowcount)

        return self._database.run(work)

    def _take_in(self, session: Session, user: str | None) -> int:
        ended = or_(R.what != "job", J.finished_at.is_not(None), J.id.is_(None))
        query = select(RequestRecord, Job, Artifact).outerjoin(Job, J.id == R.job_id)
        query = query.outerjoin(Artifact, A.id == J.artifact_id).where(R.taken_in == false(), ended)
        if user is not None:
            query = query.where(R.user_id == user)
        held = query.order_by(R.created_at).limit(_AT_ONCE).with_for_update(of=RequestRecord, skip_locked=True)
        found = session.execute(held).all()
        for record, job, run in found:
            record.taken_in = True
            if job is not None:
                _complete(record, job, run)
        _add(session, [record for record, _, _ in found])
        return len(found)


_TABLE = table_of(RequestRecord)


def _complete(record: RequestRecord, job: Job, run: Artifact | None) -> None:
    """What a job came to."""
    made = run is not None and job.state == JobState.SUCCEEDED.value
    record.rows, record.bytes = (run.rows, run.bytes) if made and run is not None else (0, 0)
    record.seconds = max(0, (job.finished_at or job.created_at) - job.created_at) / 1000


def _add(session: Session, records: Iterable[RequestRecord]) -> None:
    sums: dict[tuple[str, int, str, str], DetailUsage] = {}
    for record in records:
        for kind, name in _named(record):
            key = (record.user_id, record.created_at // _DAY, kind, name[:_LONGEST])
            found = sums.get(key)
            if found is None:
                found = sums[key] = DetailUsage(user_id=key[0], day=key[1], kind=key[2], name=key[3])
            found.requests += 1
            found.cached += record.cached
            found.rows += record.rows
            found.bytes += record.bytes
            found.seconds += record.seconds
    for key in sorted(sums):  # so that no two can wait for each other
        _grow(session, key, sums[key])


def _grow(session: Session, key: tuple[str, int, str, str], more: DetailUsage) -> None:
    found = session.get(DetailUsage, key, with_for_update=True)
    if found is None:
        session.add(more)
        session.flush()
        return
    for name in ("requests", "cached", "rows", "bytes", "seconds"):
        setattr(found, name, getattr(found, name) + getattr(more, name))


def _named(record: RequestRecord) -> Iterable[tuple[str, str]]:
    yield WHAT, record.what
    for name in record.format.split():
        yield FORMAT, name
    for name in record.field_types.split():
        yield TYPE, name


def by_kind(details: Iterable[Detail]) -> Mapping[str, list[Detail]]:
    """The sums, kind by kind."""
    found: dict[str, list[Detail]] = {WHAT: [], FORMAT: [], TYPE: []}
    for each in details:
        found.setdefault(each.kind, []).append(each)
    return found
