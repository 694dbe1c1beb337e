"""Moves of runs, and of the jobs that point to them: guarded UPDATEs, and what follows from each.

Whoever changes a run holds its row first, and then its jobs', so that no two can wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from api.database.models import REMOVED as REMOVED
from api.database.models import Artifact, Attempt, DataSet, Job, Usage
from api.webhooks.announcements import announce as announce
from api.webhooks.announcements import announce_all
from cluster import Cost, JobState

A: Any = Artifact
D: Any = DataSet
J: Any = Job
T: Any = Attempt
FINAL = tuple(state.value for state in JobState if state.final)
UNDER_WAY = (JobState.RUNNING.value, JobState.MERGING.value)
CLEARED = (JobState.FAILED.value, JobState.CANCELLED.value, REMOVED)
"""States in which nobody needs an artifact's files."""
_DAY = 86_400_000
_REASON = 4000
"""Characters of an error that are kept."""


def move(session: Session, where: Iterable[Any], states: Iterable[str], **values: Any) -> bool:
    """One guarded UPDATE of an artifact; False if there was nothing to change."""
    statement = update(Artifact).where(*where, A.state.in_([str(state) for state in states])).values(**values)
    return bool(session.connection().execute(statement).rowcount)


def jobs_follow(session: Session, artifact: str, state: JobState, moment: int, error: str | None = None) -> int:
    """The jobs of an artifact that have not ended take its state; how many."""
    values: dict[str, Any] = {"state": state.value, "error": error}
    if state.final:
        announce_all(session, artifact, state, moment, error)
        values["finished_at"] = moment
    statement = update(Job).where(J.artifact_id == artifact, J.state.not_in(FINAL)).values(**values)
    return int(session.connection().execute(statement).rowcount)


def begin_attempt(session: Session, artifact: str, epoch: int, dispatcher: str, cluster: str, moment: int) -> None:
    """Opens the record of a claim."""
    session.add(Attempt(artifact_id=artifact, epoch=epoch, dispatcher=dispatcher, cluster=cluster, started_at=moment))
    session.flush()


def note_cost(session: Session, artifact: str, epoch: int, cost: Cost, **values: Any) -> None:
    """Sets what a claim has cost so far, and keeps the artifact's sums the sums over its claims."""
    columns = (T.actor_seconds, T.written, T.retries, T.reused)
    this = (T.artifact_id == artifact, T.epoch == epoch)
    before = session.connection().execute(select(*columns).where(*this)).one()
    names, now = [column.key for column in columns], (cost.actor_seconds, cost.bytes, cost.retries, cost.reused)
    more = {name: new - old for name, old, new in zip(names, before, now, strict=True) if new != old}
    if more:
        sums = {name: getattr(A, name) + value for name, value in more.items()}
        session.connection().execute(update(Artifact).where(A.id == artifact).values(**sums))
    values |= dict(zip(names, now, strict=True)) if more else {}
    if values:
        session.connection().execute(update(Attempt).where(*this).values(**values))


def end_attempt(
    session: Session, artifact: str, epoch: int, moment: int, outcome: str, error: str | None, cost: Cost | None
) -> None:
    """Closes the record of a claim; without a ``cost`` the last one that was noted counts."""
    ended = {"ended_at": moment, "outcome": outcome, "error": error}
    if cost is not None:
        note_cost(session, artifact, epoch, cost, **ended)
    else:
        this = (T.artifact_id == artifact, T.epoch == epoch)
        session.connection().execute(update(Attempt).where(*this).values(**ended))


def storable(reason: str) -> str:
    """A reason as every database takes it: PostgreSQL has no NUL, none has half a surrogate pair, and no reason needs
    pages. A dispatcher that could not tell why a run failed would fail with it."""
    return reason[:_REASON].replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def charge(session: Session, user: str, moment: int, rows: int, size: int, actor_seconds: float) -> None:
    """Adds a job to what a user has had on this day."""
    day = moment // _DAY
    found = session.get(Usage, (user, day), with_for_update=True)
    if found is None:
        found = Usage(user_id=user, day=day)
        session.add(found)
    found.jobs += 1
    found.rows += rows
    found.bytes += size
    found.actor_seconds += actor_seconds
    session.flush()


def charge_all(session: Session, artifact: str, moment: int) -> None:
    """Everybody whose job waits for an artifact pays for the whole of it: rows, bytes and the time of actors."""
    run = session.execute(select(A.rows, A.bytes, A.actor_seconds).where(A.id == artifact)).one()
    waiting = select(J.user_id).where(J.artifact_id == artifact, J.state.not_in(FINAL)).order_by(J.user_id)
    for user in session.execute(waiting).scalars().all():
        charge(session, user, moment, run.rows, run.bytes, run.actor_seconds)


def give_up(session: Session, artifact: str, moment: int, wanted: bool = False) -> bool:
    """SUCCEEDED → removed: the files are to be removed; False if a living data set points to them.

    ``wanted``: also then; whoever gives it up sees to it that they point elsewhere.
    """
    found = session.get(Artifact, artifact, with_for_update=True)
    if found is None or found.state != JobState.SUCCEEDED.value or (not wanted and owners(session, artifact)):
        return False
    found.state, found.live, found.dirty, found.used_at = REMOVED, None, True, moment
    session.flush()
    return True


def owners(session: Session, artifact: str) -> list[str]:
    """Users who have a data set of an artifact and have not deleted it, first come first. Hold the artifact's row."""
    living = select(D.user_id).where(D.artifact_id == artifact, D.deleted_at.is_(None)).order_by(D.created_at)
    return list(session.execute(living).scalars())


def point_elsewhere(session: Session, artifact: str, other: str) -> None:
    """Every job and data set of an artifact becomes one of another. Hold the artifact's row."""
    for column in (J.artifact_id, D.artifact_id):
        session.connection().execute(update(column.class_).where(column == artifact).values(artifact_id=other))


def leave(session: Session, artifact: Artifact, moment: int) -> JobState | None:
    """Somebody does not want an artifact any more: a run goes to those who still do, or ends. Its new state."""
    artifact.used_at = moment
    if artifact.state not in {JobState.PENDING.value, *UNDER_WAY}:
        return None
    waiting = select(Job).where(J.artifact_id == artifact.id, J.state.not_in(FINAL))
    jobs = session.execute(waiting).scalars().all()
    heirs = [job.user_id for job in jobs] or owners(session, artifact.id)
    if heirs:
        prioritize(artifact, max((job.priority for job in jobs), default=artifact.priority))
        artifact.user_id = artifact.user_id if artifact.user_id in heirs else heirs[0]
        return None
    untouched = artifact.state == JobState.PENDING.value and artifact.epoch == 0
    state = JobState.CANCELLED if untouched else JobState.CANCELLING
    artifact.state, artifact.live, artifact.finished_at = state.value, None, moment if untouched else None
    return state


def prioritize(artifact: Artifact, priority: int) -> None:
    """Sets a priority; ``rank`` is what the index has."""
    artifact.priority, artifact.rank = priority, -priority
