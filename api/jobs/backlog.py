"""What is still to be made, as the queue's tables say: the base of sharing and of autoscaling."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from api.database.models import Artifact, User
from api.settings import Settings
from cluster import Backlog, Demand, JobState

A: Any = Artifact
U: Any = User


def backlog_of(session: Session, cluster: str, settings: Settings, moment: int) -> Backlog:
    """Runs under way on a cluster, and the sums over those that wait."""
    rows = session.execute(
        select(Artifact, U.weight, U.actors)
        .outerjoin(User, U.id == A.user_id)
        .where(A.state.in_([JobState.RUNNING.value, JobState.MERGING.value]), A.cluster == cluster)
    ).all()
    running = tuple(_demand(run, weight, actors, settings) for run, weight, actors in rows)
    sums = select(
        func.count(),
        func.coalesce(func.sum(A.all_parts), 0),
        func.coalesce(func.sum(A.all_rows), 0),
        func.coalesce(func.sum(A.estimated_bytes), 0),
        func.coalesce(func.sum(A.estimated_seconds), 0.0),
        func.min(A.created_at),
    ).where(A.state == JobState.PENDING.value)
    count, parts, all_rows, size, seconds, oldest = session.execute(sums).one()
    return Backlog(
        running=running,
        pending=int(count),
        pending_parts=int(parts),
        pending_rows=int(all_rows),
        pending_bytes=int(size),
        pending_seconds=float(seconds),
        oldest_seconds=0.0 if oldest is None else max(0.0, (moment - oldest) / 1000),
    )


def limit_of(own: int | None, default: int | None) -> int | None:
    """A user's own limit, or the default; a negative one is none."""
    found = default if own is None else own
    return None if found is None or found < 0 else found


def _demand(run: Artifact, weight: float | None, actors: int | None, settings: Settings) -> Demand:
    left = 1.0 - run.rows / run.all_rows if run.all_rows else 1.0
    parts = max(0, run.all_parts - run.parts)
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
