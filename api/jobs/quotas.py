"""What a user may have made: rows and bytes of one job, and of all jobs of the last 24 hours.

Counted are the jobs that have succeeded in the last 24 hours, with what was made or was there already, those that are
under way, with what they are estimated to come to, and what was answered inline. Failed and cancelled ones give back
what they had taken. Checks run in the transaction that enters the job, while the user's row is locked, so that two at
once cannot both pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, func, or_, select, union_all
from sqlmodel import Session

from api.database.models import REMOVED, Artifact, Job, User, now
from api.database.service_models import RequestRecord
from api.jobs.backlog import limit_of
from api.jobs.records import INLINE
from api.settings import Settings
from cluster import JobState
from generator import SeedbedError

A: Any = Artifact
J: Any = Job
R: Any = RequestRecord
WINDOW = 86_400_000
"""Milliseconds for which a job counts after its end."""
_UNITS = {"rows": "rows", "bytes": "stored bytes"}


class QuotaError(SeedbedError):
    """A job that a user may not enter now. ``limit`` names which: job_rows, job_bytes, day_rows, day_bytes
    or inline_rows.

    ``allowed``, ``asked`` and ``left`` are rows or bytes. ``room_at``: milliseconds since 1970 at which a job of this
    size will be within the limit; None if never, or not before jobs have ended that are under way now.
    """

    def __init__(self, limit: str, allowed: int, asked: int, left: int, room_at: int | None = None) -> None:
        self.limit, self.allowed, self.asked, self.left, self.room_at = limit, allowed, asked, left, room_at
        super().__init__(self._text())

    def _text(self) -> str:
        period, _, unit = self.limit.partition("_")
        what = _UNITS[unit]
        about = "about " if unit == "bytes" else ""
        if period == "inline":
            return f'{self.asked:,} rows are too many for one answer, {self.allowed:,} are the most: use "mode": "job"'
        if period == "job":
            return (
                f"this job is {about}{self.asked:,} {what}, and {self.allowed:,} are the most ({self.limit}): "
                "order fewer rows, or several jobs"
            )
        text = f"this job is {about}{self.asked:,} {what}, and of {self.allowed:,} in 24 hours {self.left:,} are left"
        if self.asked > self.allowed:
            return f"{text} ({self.limit}): order fewer rows"
        if self.room_at is None:
            return f"{text} ({self.limit}): there will be room when jobs that are under way have ended, and a day later"
        moment = datetime.fromtimestamp(-(-self.room_at // 1000), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{text} ({self.limit}): there will be room at {moment}"


@dataclass(frozen=True, slots=True)
class Limits:
    """A user's limits; None is none."""

    job_rows: int | None
    job_bytes: int | None
    day_rows: int | None
    day_bytes: int | None


@dataclass(frozen=True, slots=True)
class Quota:
    """A user's limits, and what is left of those of 24 hours."""

    limits: Limits
    rows_left: int | None
    bytes_left: int | None

    @property
    def byte_limit(self) -> int | None:
        """Stored bytes that one job may have."""
        known = [each for each in (self.limits.job_bytes, self.bytes_left) if each is not None]
        return min(known, default=None)


class Quotas:
    """``clock``: milliseconds since 1970."""

    def __init__(self, settings: Settings, clock: Callable[[], int] = now) -> None:
        self._settings, self._clock = settings, clock

    def limits(self, user: User) -> Limits:
        """The user's own limits, else those of the settings; negative ones are none."""
        names = ("job_rows", "job_bytes", "day_rows", "day_bytes")
        return Limits(**{name: limit_of(getattr(user, name), getattr(self._settings, name)) for name in names})

    def quota(self, session: Session, user: User) -> Quota:
        """What the user may still have made."""
        limits = self.limits(user)
        if limits.day_rows is None and limits.day_bytes is None:
            return Quota(limits, None, None)
        jobs = select(func.sum(J.rows), func.sum(_bytes())).select_from(Job).join(Artifact, A.id == J.artifact_id)
        answers = select(func.sum(R.rows), func.sum(R.bytes)).where(*self._answered(user))
        both = session.execute(union_all(jobs.where(*self._counted(user)), answers)).all()
        used_rows, used = (sum(int(each or 0) for each in column) for column in zip(*both, strict=True))
        return Quota(limits, _left(limits.day_rows, used_rows), _left(limits.day_bytes, used))

    def check_rows(self, user: User, rows: int) -> None:
        """QuotaError if one job has too many rows: known before anything is estimated."""
        most = self.limits(user).job_rows
        if most is not None and rows > most:
            raise QuotaError("job_rows", most, rows, most)

    def check(self, session: Session, user: User, rows: int, size: int) -> Quota:
        """What the user may still have made; QuotaError if not a job of so many rows and stored bytes."""
        self.check_rows(user, rows)
        quota = self.quota(session, user)
        limits = quota.limits
        if limits.job_bytes is not None and size > limits.job_bytes:
            raise QuotaError("job_bytes", limits.job_bytes, size, limits.job_bytes)
        for name, allowed, asked, left in (
            ("day_rows", limits.day_rows, rows, quota.rows_left),
            ("day_bytes", limits.day_bytes, size, quota.bytes_left),
        ):
            if allowed is not None and left is not None and asked > left:
                raise QuotaError(name, allowed, asked, left, self._room_at(session, user, name, allowed - asked))
        return quota

    def _counted(self, user: User) -> list[Any]:
        """The user's jobs that count now."""
        ended = (J.state == JobState.SUCCEEDED.value) & (J.finished_at > self._clock() - WINDOW)
        under_way = J.finished_at.is_(None) & (J.state != JobState.CANCELLING.value)
        return [J.user_id == user.id, or_(ended, under_way)]

    def _answered(self, user: User) -> list[Any]:
        """The user's inline answers that count now."""
        return [R.user_id == user.id, R.created_at > self._clock() - WINDOW, R.what == INLINE]

    def _room_at(self, session: Session, user: User, name: str, most: int) -> int | None:
        """When no more than ``most`` will be counted, if no job is entered until then."""
        if most < 0:
            return None
        what = J.rows if name == "day_rows" else _bytes()
        query = select(J.finished_at, what).join(Artifact, A.id == J.artifact_id).where(*self._counted(user))
        found = [(moment, int(size)) for moment, size in session.execute(query)]
        of_answer = R.rows if name == "day_rows" else R.bytes
        answers = select(R.created_at, of_answer).where(*self._answered(user))
        found += [(moment, int(size)) for moment, size in session.execute(answers)]
        total = sum(size for _, size in found)
        for moment, size in sorted((moment, size) for moment, size in found if moment is not None):
            total -= size
            if total <= most:
                return int(moment) + WINDOW
        return None


def _bytes() -> Any:
    """What a job came to, or is estimated to come to."""
    made = (J.state == JobState.SUCCEEDED.value) & A.state.in_([JobState.SUCCEEDED.value, REMOVED])
    return case((made, A.bytes), else_=A.estimated_bytes)


def _left(allowed: int | None, used: int) -> int | None:
    return None if allowed is None else max(0, allowed - used)
