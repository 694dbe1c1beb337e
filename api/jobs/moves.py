"""Moves of runs, and of the jobs that point to them: guarded UPDATEs, and what follows from each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from api.database.models import Artifact, Attempt, DataSet, Job, Usage
from cluster import Cost, JobState

A: Any = Artifact
J: Any = Job
FINAL = tuple(state.value for state in JobState if state.final)
REMOVED = "removed"
"""State of an artifact that was given up; never a job's."""
_DAY = 86_400_000


def move(session: Session, where: Iterable[Any], states: Iterable[str], **values: Any) -> bool:
    """One guarded UPDATE of an artifact; False if there was nothing to change."""
    statement = update(Artifact).where(*where, A.state.in_([str(state) for state in states])).values(**values)
    return bool(session.connection().execute(statement).rowcount)


def jobs_follow(session: Session, artifact: str, state: JobState, moment: int, error: str | None = None) -> None:
    """The jobs of an artifact that have not ended take its state."""
    values: dict[str, Any] = {"state": state.value, "error": error}
    if state.final:
        values["finished_at"] = moment
    statement = update(Job).where(J.artifact_id == artifact, J.state.not_in(FINAL)).values(**values)
    session.connection().execute(statement)


def end_attempt(
    session: Session, artifact: str, epoch: int, moment: int, outcome: str, error: str | None, cost: Cost
) -> None:
    """Closes the record of a claim, and adds what it cost to the artifact's sums."""
    at: Any = Attempt
    values = {
        "ended_at": moment,
        "outcome": outcome,
        "error": error,
        "actor_seconds": cost.actor_seconds,
        "written": cost.bytes,
        "retries": cost.retries,
        "reused": cost.reused,
    }
    session.connection().execute(
        update(Attempt).where(at.artifact_id == artifact, at.epoch == epoch, at.ended_at.is_(None)).values(**values)
    )
    sums = {
        "actor_seconds": A.actor_seconds + cost.actor_seconds,
        "written": A.written + cost.bytes,
        "retries": A.retries + cost.retries,
        "reused": A.reused + cost.reused,
    }
    session.connection().execute(update(Artifact).where(A.id == artifact).values(**sums))


def charge(session: Session, user: str, moment: int, rows: int, size: int, actor_seconds: float) -> None:
    """Adds a job to what a user has had on this day."""
    day = moment // _DAY
    found = session.get(Usage, (user, day), with_for_update=True)
    if found is None:
        found = Usage(user_id=user, day=day)
    found.jobs += 1
    found.rows += rows
    found.bytes += size
    found.actor_seconds += actor_seconds
    session.add(found)
    session.flush()


def has_living(session: Session, artifact: str) -> bool:
    """Whether a data set that nobody has deleted points to an artifact."""
    d: Any = DataSet
    return (
        session.execute(select(d.id).where(d.artifact_id == artifact, d.deleted_at.is_(None)).limit(1)).first()
        is not None
    )
