"""Forgets what is long over, so that the tables do not grow for ever: ended jobs whose data sets are deleted, and runs
that nothing points to any more, with their attempts. What a user was charged stays.

Nobody is waited for: whatever is retried, or found dirty, between looking and deleting is left alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, exists, false, select
from sqlmodel import Session

from api.database.models import Artifact, Attempt, DataSet, Job
from api.jobs import moves

A: Any = Artifact
D: Any = DataSet
J: Any = Job
T: Any = Attempt


def forget_jobs(session: Session, before: int, most: int) -> int:
    """Forgets jobs that ended before a moment and whose data sets were deleted before it; at most so many."""
    over = [J.state.in_(moves.FINAL), J.finished_at < before]
    due = select(J.id, D.id).join(DataSet, D.id == J.dataset_id).where(*over, D.deleted_at < before).limit(most)
    found = session.execute(due).all()
    if found:
        connection = session.connection()
        connection.execute(delete(Job).where(J.id.in_([job for job, _ in found]), *over))
        connection.execute(delete(DataSet).where(D.id.in_([data for _, data in found]), D.deleted_at < before))
    return len(found)


def forget_runs(session: Session, before: int, most: int) -> int:
    """Forgets runs that nobody needs, that nothing is left of, and that no job nor data set points to."""
    over = [A.state.in_(moves.CLEARED), A.dirty == false(), A.used_at < before]
    due = select(A.id).where(*over, ~_points(J.artifact_id), ~_points(D.artifact_id)).limit(most)
    found = list(session.execute(due).scalars())
    if found:
        connection = session.connection()
        connection.execute(delete(Artifact).where(A.id.in_(found), *over))
        connection.execute(delete(Attempt).where(T.artifact_id.in_(found), ~exists().where(A.id == T.artifact_id)))
    return len(found)


def _points(column: Any) -> ColumnElement[bool]:
    return exists().where(column == A.id)
