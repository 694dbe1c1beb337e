"""What a dispatcher does beside its runs, now and then and a bit at a time: keeps what was made in order.

Data sets whose time is over are deleted; artifacts that nobody needs are given up; what is kept is read against its
digests, the least recently checked first; how fast runs were is written down for estimates; requests are added to the
daily sums; and what is long over is forgotten. Several dispatchers may do it at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import REMOVED, Artifact, DataSet, now
from api.jobs.cache import ArtifactCache, Kept, columns_kept, kept
from api.jobs.pruning import forget_jobs, forget_runs
from api.jobs.rates import finished_since, record_rate
from api.jobs.records import Records
from api.jobs.requests import JobRequests
from api.settings import Settings
from cluster import JobState, StoreError

A: Any = Artifact
D: Any = DataSet
_LOG = logging.getLogger("seedbed.upkeep")
_DAY = 86_400_000
_AT_ONCE = 500
CHECK_BYTES = 64 << 20
"""Stored bytes that one step reads: at a step every half a minute, some 180 GB a day."""
CHECK_COUNT = 200
"""Artifacts that one step looks at, however small they are: a step is to end soon."""
CHECK_AFTER = _DAY
"""Milliseconds after which what was checked is checked again."""
FORGET_SECONDS = 600.0
"""How often what is long over is looked for."""
RATES_BACK = 3_600_000
"""Milliseconds before its first step whose runs a process still takes into the rates."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a step has done: data sets expired, artifacts given up and their bytes, artifacts checked and found
    damaged, bytes read for it, runs whose rates were written down, and jobs, runs and records of requests forgotten."""

    expired: int = 0
    evicted: int = 0
    freed_bytes: int = 0
    checked: int = 0
    damaged: int = 0
    read_bytes: int = 0
    rated: int = 0
    forgotten: int = 0


class Upkeep:
    """``step`` may be called at any pace. ``clock``: milliseconds since 1970."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], int] = now,
        check_bytes: int = CHECK_BYTES,
        check_after: int = CHECK_AFTER,
    ) -> None:
        self._database, self._clock = database, clock
        self._check_bytes, self._check_after = check_bytes, check_after
        self._cache = ArtifactCache(database, settings, JobRequests(database, settings, clock), clock)
        self._records = Records(database, clock)
        self._rated_until = clock() - RATES_BACK
        self._history_days, self._forget_at = settings.history_days, 0.0

    def step(self) -> Summary:
        """A bit of everything. JobStoreError or StoreError if one of the two is away: a later step goes on."""
        expired = self._expire()
        self._records.take_in()
        evicted, freed = self._cache.evict()
        rated, forgotten = self._rate(), self._forget()
        checked, damaged, read = self._check()
        found = Summary(expired, evicted, freed, checked, damaged, read, rated, forgotten)
        if expired or evicted or damaged:
            _LOG.info(
                "%d data sets expired, %d artifacts of %s bytes given up, %d of %d checked are damaged",
                expired,
                evicted,
                f"{freed:,}",
                damaged,
                checked,
            )
        return found

    def _expire(self) -> int:
        """Deletes data sets whose time is over, unless they are just being made."""
        moment = self._clock()
        ended = [JobState.SUCCEEDED.value, JobState.FAILED.value, JobState.CANCELLED.value, REMOVED]

        def work(session: Session) -> int:
            due = select(D.id).outerjoin(Artifact, A.id == D.artifact_id)
            over = or_(A.state.in_(ended), D.order.is_not(None))
            due = due.where(D.deleted_at.is_(None), D.expires_at <= moment, over).limit(_AT_ONCE)
            names = list(session.execute(due).scalars())
            # One whose job has just been retried has a new term.
            gone = update(DataSet).where(D.id.in_(names), D.deleted_at.is_(None), D.expires_at <= moment)
            return int(session.connection().execute(gone.values(deleted_at=moment)).rowcount)

        return self._database.run(work)

    def _rate(self) -> int:
        """Takes the runs that have finished since the last step into the measured rates."""
        found = self._database.read(lambda session: finished_since(session, self._rated_until))
        for run in found:  # one that cannot be taken in, such as of another version, is passed by the next time
            self._rated_until = max(self._rated_until, run.finished_at or 0)
            self._database.run(partial(record_rate, run=run))
        return len(found)

    def _forget(self) -> int:
        """Forgets what is long over, now and then; at once again while there is more."""
        if self._history_days is None or time.monotonic() < self._forget_at:
            return 0
        before = self._clock() - int(self._history_days * _DAY)
        jobs = self._database.run(partial(forget_jobs, before=before, most=_AT_ONCE))
        runs = self._database.run(partial(forget_runs, before=before, most=_AT_ONCE))
        records = self._records.forget(before)
        self._forget_at = time.monotonic() + (0.0 if max(jobs, runs, records) == _AT_ONCE else FORGET_SECONDS)
        return jobs + runs + records

    def _check(self) -> tuple[int, int, int]:
        """(artifacts looked at, damaged ones, bytes read), within the bytes of a step."""
        checked = damaged = read = 0
        while read < self._check_bytes and checked < CHECK_COUNT and (found := self._next()) is not None:
            try:
                look = self._cache.look(found, most_bytes=self._check_bytes - read)
            except StoreError as error:
                _LOG.warning("artifact %s cannot be looked at just now: %s", found.id, error)
                break
            checked, read = checked + 1, read + max(1, look.bytes)
            if not look.whole:
                damaged += 1
                self._heal(found, look.damages)
        return checked, damaged, read

    def _heal(self, found: Kept, damages: tuple[str, ...]) -> None:
        if not self._cache.give_up(found):  # somebody has a data set of it
            self._cache.make_again(found, damages)

    def _next(self) -> Kept | None:
        """The artifact that was checked least recently, if it is due; from now on it counts as checked."""
        moment = self._clock()
        due = or_(A.checked_at.is_(None), A.checked_at <= moment - self._check_after)
        first = A.checked_at.is_not(None), A.checked_at, A.id

        def work(session: Session) -> Kept | None:
            query = select(*columns_kept()).where(A.state == JobState.SUCCEEDED.value, A.live.is_not(None), due)
            held = query.order_by(*first).limit(1).with_for_update(skip_locked=True)
            found = session.execute(held).first()
            if found is None:
                return None
            session.connection().execute(update(Artifact).where(A.id == found.id).values(checked_at=moment))
            return kept(found)

        return self._database.run(work)
