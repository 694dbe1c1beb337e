"""The service as a whole at this moment: what waits and what runs. Counts that are cheap whatever its size."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, User, now
from cluster import JobState

A: Any = Artifact
U: Any = User
UNDER_WAY = (JobState.PENDING, JobState.RUNNING, JobState.MERGING, JobState.CANCELLING)


@dataclass(frozen=True, slots=True)
class Overview:
    """Runs by state, as far as they have not ended; rows, bytes and seconds still to be made of those that wait or run;
    how long the oldest one has waited; actors at work; users."""

    runs: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    bytes: int = 0
    seconds: float = 0.0
    oldest_seconds: float = 0.0
    actors: int = 0
    users: int = 0


class Overviews:
    """``clock``: milliseconds since 1970. What was found is kept for a second."""

    def __init__(self, database: Database, clock: Callable[[], int] = now) -> None:
        self._database, self._clock = database, clock
        self._kept: tuple[float, Overview] | None = None

    def now(self) -> Overview:
        """JobStoreError if the database is away."""
        kept = self._kept
        if kept is None or time.monotonic() - kept[0] > 1.0:
            kept = self._kept = (time.monotonic(), self._database.read(self._found))
        return kept[1]

    def _found(self, session: Session) -> Overview:
        waiting = A.state.in_([state.value for state in UNDER_WAY])
        sums = [func.count(), func.sum(A.all_rows - A.rows), func.sum(A.estimated_bytes - A.bytes)]
        sums += [func.sum(A.estimated_seconds), func.min(A.created_at), func.sum(A.actors)]
        rows = session.execute(select(A.state, *sums).where(waiting).group_by(A.state)).all()
        found = {state: values for state, *values in rows}
        going = [found[state.value] for state in UNDER_WAY[:3] if state.value in found]
        oldest = found.get(JobState.PENDING.value)
        return Overview(
            runs={state.value: int(found[state.value][0]) if state.value in found else 0 for state in UNDER_WAY},
            rows=max(0, sum(int(each[1] or 0) for each in going)),
            bytes=max(0, sum(int(each[2] or 0) for each in going)),
            seconds=sum(float(each[3] or 0) for each in going),
            oldest_seconds=0.0 if oldest is None else max(0.0, (self._clock() - int(oldest[4])) / 1000),
            actors=sum(int(each[5] or 0) for each in going),
            users=int(session.execute(select(func.count()).select_from(User)).scalar_one()),
        )
