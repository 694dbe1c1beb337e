"""What users were charged, by day: everybody who asked for a data set is charged for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from api.database.models import Usage

U: Any = Usage
_DAY = 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True, slots=True)
class Day:
    """What a user was charged on one day (UTC)."""

    day: date
    jobs: int
    rows: int
    bytes: int
    actor_seconds: float


def usage_of(session: Session, user: str | None, days: int, moment: int) -> list[Day]:
    """The days with charges among the last ``days`` ones, the latest first; of all users where none is named."""
    sums = [func.sum(each) for each in (U.jobs, U.rows, U.bytes, U.actor_seconds)]
    query = select(U.day, *sums).where(U.day > moment // _DAY - days).group_by(U.day).order_by(U.day.desc())
    if user is not None:
        query = query.where(U.user_id == user)
    return [
        Day(_EPOCH + timedelta(days=day), int(jobs), int(rows), int(size), float(seconds))
        for day, jobs, rows, size, seconds in session.execute(query)
    ]
