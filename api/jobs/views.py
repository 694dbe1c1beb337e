"""Looking at jobs and data sets: plain values, one transaction each; what is somebody else's is not there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from api.database.engine import Database
from api.database.models import Artifact, DataSet, Job, User
from api.jobs.virtual import VirtualOrder
from cluster import JobState
from generator import SeedbedError

A: Any = Artifact
J: Any = Job
D: Any = DataSet
U: Any = User
_VIEW = select(Job, Artifact, DataSet).join(Artifact, A.id == J.artifact_id).outerjoin(DataSet, D.id == J.dataset_id)
_DATA = select(DataSet, Artifact).outerjoin(Artifact, A.id == D.artifact_id)


class NotFoundError(SeedbedError, LookupError):
    """There is no such object, or it is somebody else's."""


class ConflictError(SeedbedError):
    """The object is in a state that does not allow this."""


class CursorError(SeedbedError, ValueError):
    """What was given as the place of a page is none."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its user sees it; moments are milliseconds since 1970.

    ``error``: why it failed, or why its last attempt did. ``actor_seconds`` and the like are those of the run, which
    several jobs may share.
    """

    id: str
    user_id: str
    dataset_id: str
    artifact_id: str
    name: str
    state: JobState
    priority: int
    cached: bool
    joined: bool
    error: str | None
    parts: int
    all_parts: int
    rows: int
    all_rows: int
    bytes: int
    actors: int
    attempt: int
    lease_losses: int
    actor_seconds: float
    written: int
    retries: int
    reused: int
    target: str
    digest: str
    created_at: int
    started_at: int | None
    finished_at: int | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DataSetView:
    """A user's data set; its files are at ``target`` once ``state`` is succeeded. A virtual one has no state."""

    id: str
    user_id: str
    artifact_id: str
    name: str
    state: JobState | None
    target: str
    fingerprint: str
    digest: str
    rows: int
    bytes: int
    created_at: int
    expires_at: int | None


class Views:
    """What there is, as users see it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def job(self, user_id: str, job_id: str) -> JobView:
        """NotFoundError if the user has no such job."""
        found = self._database.read(lambda session: session.execute(_VIEW.where(J.id == job_id)).first())
        if found is None or found[0].user_id != user_id:
            raise NotFoundError(f"there is no job {job_id}")
        return _job_view(*found)

    def jobs(self, user_id: str, after: str | None = None, limit: int = 50) -> tuple[list[JobView], str | None]:
        """(jobs, newest first; what ``after`` is for the next page, None at the end). CursorError."""
        return self._page(_VIEW.where(J.user_id == user_id), J, after, limit, _job_view)

    def jobs_named(self, names: list[str]) -> dict[str, JobView]:
        """Jobs of any users by their ids, as far as there are such."""
        query = _VIEW.where(J.id.in_(names))
        rows = self._database.read(lambda session: session.execute(query).all())
        return {row[0].id: _job_view(*row) for row in rows}

    def dead_letters(self, limit: int = 50) -> list[JobView]:
        """Failed jobs of all users, the latest first."""
        query = _VIEW.where(J.state == JobState.FAILED.value).order_by(J.finished_at.desc(), J.id).limit(limit)
        rows = self._database.read(lambda session: session.execute(query).all())
        return [_job_view(*row) for row in rows]

    def dataset(self, user_id: str, dataset_id: str) -> DataSetView:
        """NotFoundError if the user has no such data set, or has deleted it."""
        query = _DATA.where(D.id == dataset_id, D.deleted_at.is_(None))
        found = self._database.read(lambda session: session.execute(query).first())
        if found is None or found[0].user_id != user_id:
            raise NotFoundError(f"there is no data set {dataset_id}")
        return _data_view(*found)

    def datasets(self, user_id: str, after: str | None = None, limit: int = 50) -> tuple[list[DataSetView], str | None]:
        """(data sets, newest first; what ``after`` is for the next page, None at the end). CursorError."""
        return self._page(_DATA.where(D.user_id == user_id, D.deleted_at.is_(None)), D, after, limit, _data_view)

    def user(self, user_id: str) -> User:
        """NotFoundError if there is none."""
        found = self._database.read(lambda session: session.get(User, user_id))
        if found is None:
            raise NotFoundError(f"there is no user {user_id}")
        return found

    def user_named(self, name: str) -> User | None:
        """Names that differ in case differ."""
        return self._database.read(
            lambda session: session.execute(select(User).where(U.name == name)).scalars().first()
        )

    def users(self) -> list[User]:
        """All, by name."""
        return self._database.read(lambda session: list(session.execute(select(User).order_by(U.name)).scalars()))

    def _page(self, query: Any, table: Any, after: str | None, limit: int, view: Any) -> tuple[list[Any], str | None]:
        if after is not None:
            moment, name = _place(after)
            query = query.where(
                or_(table.created_at < moment, and_(table.created_at == moment, table.id < name)),
                table.created_at <= moment,
            )
        query = query.order_by(table.created_at.desc(), table.id.desc()).limit(limit + 1)
        rows = self._database.read(lambda session: session.execute(query).all())
        found = [view(*row) for row in rows[:limit]]
        return found, f"{found[-1].created_at}-{found[-1].id}" if len(rows) > limit else None


def _place(cursor: str) -> tuple[int, str]:
    moment, _, name = cursor.partition("-")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 19 and name):
        raise CursorError(f"{cursor[:80]!r} is no place of a page; take it from the page before")
    return int(moment), name


def _job_view(job: Job, run: Artifact, data: DataSet | None) -> JobView:
    return JobView(
        id=job.id,
        user_id=job.user_id,
        dataset_id=job.dataset_id,
        artifact_id=run.id,
        name=data.name if data else "",
        state=JobState(job.state),
        priority=job.priority,
        cached=job.cached,
        joined=job.joined,
        error=job.error,
        parts=run.parts,
        all_parts=run.all_parts,
        rows=run.rows,
        all_rows=run.all_rows,
        bytes=run.bytes,
        actors=run.actors,
        attempt=run.attempt,
        lease_losses=run.lease_losses,
        actor_seconds=run.actor_seconds,
        written=run.written,
        retries=run.retries,
        reused=run.reused,
        target=run.target,
        digest=run.digest,
        created_at=job.created_at,
        started_at=run.started_at,
        finished_at=job.finished_at,
    )


def _data_view(data: DataSet, run: Artifact | None) -> DataSetView:
    if run is None:
        return _virtual_view(data)
    state = JobState(run.state) if run.state in set(JobState) else JobState.CANCELLED
    return DataSetView(
        id=data.id,
        user_id=data.user_id,
        artifact_id=run.id,
        name=data.name,
        state=state,
        target=run.target,
        fingerprint=run.fingerprint,
        digest=run.digest,
        rows=run.rows,
        bytes=run.bytes,
        created_at=data.created_at,
        expires_at=data.expires_at,
    )


def _virtual_view(data: DataSet) -> DataSetView:
    order = VirtualOrder.parse(data.order or "{}")
    return DataSetView(
        id=data.id,
        user_id=data.user_id,
        artifact_id="",
        name=data.name,
        state=None,
        target="",
        fingerprint=order.fingerprint,
        digest="",
        rows=order.rows,
        bytes=0,
        created_at=data.created_at,
        expires_at=data.expires_at,
    )
