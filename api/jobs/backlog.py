"""What is still to be made, as the queue's tables say: the base of sharing and of autoscaling."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer
from sqlmodel import Session

from api.database.models import Artifact, User
from api.settings import Settings
from cluster import Backlog, Demand, JobState

A: Any = Artifact
U: Any = User
_MANY = 20_000
"""Waiting runs from which on their sums are kept for a while: adding up so many takes some ten milliseconds."""
_KEPT_SECONDS = 1.0
_SUMS = select(
    func.count(),
    func.coalesce(func.sum(A.all_parts), 0),
    func.coalesce(func.sum(A.all_rows), 0),
    func.coalesce(func.sum(A.estimated_bytes), 0),
    func.coalesce(func.sum(A.estimated_seconds), 0.0),
    func.min(A.created_at),
).where(A.state == JobState.PENDING.value)


class Backlogs:
    """``clock``: milliseconds since 1970. Where very many runs wait, the sums over them may be a second old."""

    def __init__(self, settings: Settings, clock: Callable[[], int]) -> None:
        self._settings, self._clock = settings, clock
        self._sums: tuple[float, Any] | None = None

    def of(self, session: Session, cluster: str) -> Backlog:
        """Runs under way on a cluster, and the sums over those that wait."""
        under_way = (
            select(Artifact, U.weight, U.actors)
            .outerjoin(User, U.id == A.user_id)
            .options(defer(A.order))  # may be large, and this is asked twice a second
            .where(A.state.in_([JobState.RUNNING.value, JobState.MERGING.value]), A.cluster == cluster)
        )
        running = tuple(
            _demand(run, weight, actors, self._settings) for run, weight, actors in session.execute(under_way)
        )
        count, parts, all_rows, size, seconds, oldest = self._waiting(session)
        return Backlog(
            running=running,
            pending=int(count),
            pending_parts=int(parts),
            pending_rows=int(all_rows),
            pending_bytes=int(size),
            pending_seconds=float(seconds),
            oldest_seconds=0.0 if oldest is None else max(0.0, (self._clock() - oldest) / 1000),
        )

    def _waiting(self, session: Session) -> Any:
        if self._sums is not None and time.monotonic() - self._sums[0] < _KEPT_SECONDS:
            return self._sums[1]
        found = session.execute(_SUMS).one()
        self._sums = (time.monotonic(), found) if found[0] > _MANY else None
        return found


def limit_of(own: int | None, default: int | None) -> int | None:
    """A user's own limit, or the default; a negative one is none."""
    found = default if own is None else own
    return None if found is None or found < 0 else found


def _demand(run: Artifact, weight: float | None, actors: int | None, settings: Settings) -> Demand:
    left = 1.0 - run.rows / run.all_rows if run.all_rows else 1.0
    parts = max(0, run.all_parts - run.parts) if run.all_parts else 1
    return Demand(
        artifact=run.id,
        user=run.user_id,
        weight=1.0 if weight is None else weight,
        priority=run.priority,
        most=parts if run.state == JobState.RUNNING.value else 0,
        user_most=limit_of(actors, settings.user_actors),
        used=run.actor_seconds,
        rows_left=max(0, run.all_rows - run.rows),
        bytes_left=max(0, run.estimated_bytes - run.bytes),
        seconds_left=run.estimated_seconds * max(0.0, left),
    )
