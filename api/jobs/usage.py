"""What users were charged, by day: everybody who asked for a data set is charged for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
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


def usage_of(session: Session, user: str, days: int, moment: int) -> list[Day]:
    """The days with charges among the last ``days`` ones, the latest first."""
    query = select(Usage).where(U.user_id == user, U.day > moment // _DAY - days).order_by(U.day.desc())
    return [
        Day(_EPOCH + timedelta(days=each.day), each.jobs, each.rows, each.bytes, each.actor_seconds)
        for each in session.execute(query).scalars()
    ]
