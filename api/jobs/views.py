"""Looking at jobs and data sets: plain values, one transaction each; what is somebody else's is not there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select

from api.database.columns import table_of
from api.database.engine import Database
from api.database.models import Artifact, DataSet, Job, User
from api.jobs.virtual import VirtualOrder
from cluster import JobState
from generator import SeedbedError

RUNS, JOBS, DATA = table_of(Artifact), table_of(Job), table_of(DataSet)
A, J, D, U = RUNS.c, JOBS.c, DATA.c, table_of(User).c
_OF_JOB = (J.user_id, J.dataset_id, J.artifact_id, J.priority, J.cached, J.joined, J.error, J.created_at, J.finished_at)
_OF_RUN = (A.parts, A.all_parts, A.rows, A.all_rows, A.bytes, A.actors, A.attempt, A.lease_losses)
_COST = (A.actor_seconds, A.written, A.retries, A.reused, A.target, A.digest, A.started_at)
_VIEW = select(J.id, J.state, func.coalesce(D.name, "").label("name"), *_OF_JOB, *_OF_RUN, *_COST).select_from(
    JOBS.join(RUNS, A.id == J.artifact_id).outerjoin(DATA, D.id == J.dataset_id)
)
_ONE_JOB = _VIEW.where(J.id == bindparam("name"))
_OF_DATA = (D.id, D.user_id, D.artifact_id, D.name, D.created_at, D.expires_at, D.order)
_OF_FILES = (A.state, A.target, A.fingerprint, A.digest, A.rows, A.bytes)
_DATA = select(*_OF_DATA, *_OF_FILES).select_from(DATA.outerjoin(RUNS, A.id == D.artifact_id))
_ONE_DATA = _DATA.where(D.id == bindparam("name"), D.deleted_at.is_(None))


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
        found = self._database.rows(_ONE_JOB, name=job_id)
        if not found or found[0].user_id != user_id:
            raise NotFoundError(f"there is no job {job_id}")
        return _job_view(found[0])

    def jobs(self, user_id: str, after: str | None = None, limit: int = 50) -> tuple[list[JobView], str | None]:
        """(jobs, newest first; what ``after`` is for the next page, None at the end). CursorError."""
        return self._page(_VIEW.where(J.user_id == bindparam("user")), user_id, J, after, limit, _job_view)

    def jobs_named(self, names: list[str]) -> dict[str, JobView]:
        """Jobs of any users by their ids, as far as there are such."""
        return {row.id: _job_view(row) for row in self._database.rows(_VIEW.where(J.id.in_(names)))}

    def dead_letters(self, limit: int = 50) -> list[JobView]:
        """Failed jobs of all users, the latest first."""
        query = _VIEW.where(J.state == JobState.FAILED.value).order_by(J.finished_at.desc(), J.id).limit(limit)
        return [_job_view(row) for row in self._database.rows(query)]

    def dataset(self, user_id: str, dataset_id: str) -> DataSetView:
        """NotFoundError if the user has no such data set, or has deleted it."""
        found = self._database.rows(_ONE_DATA, name=dataset_id)
        if not found or found[0].user_id != user_id:
            raise NotFoundError(f"there is no data set {dataset_id}")
        return _data_view(found[0])

    def datasets(self, user_id: str, after: str | None = None, limit: int = 50) -> tuple[list[DataSetView], str | None]:
        """(data sets, newest first; what ``after`` is for the next page, None at the end). CursorError."""
        query = _DATA.where(D.user_id == bindparam("user"), D.deleted_at.is_(None))
        return self._page(query, user_id, D, after, limit, _data_view)

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

    def _page(
        self, query: Any, user_id: str, table: Any, after: str | None, limit: int, view: Any
    ) -> tuple[list[Any], str | None]:
        if after is not None:
            moment, name = _place(after)
            query = query.where(
                or_(table.created_at < moment, and_(table.created_at == moment, table.id < name)),
                table.created_at <= moment,
            )
        query = query.order_by(table.created_at.desc(), table.id.desc()).limit(limit + 1)
        rows = self._database.rows(query, user=user_id)
        found = [view(row) for row in rows[:limit]]
        return found, f"{found[-1].created_at}-{found[-1].id}" if len(rows) > limit else None


def _place(cursor: str) -> tuple[int, str]:
    moment, _, name = cursor.partition("-")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 19 and name):
        raise CursorError(f"{cursor[:80]!r} is no place of a page; take it from the page before")
    return int(moment), name


def _job_view(row: Row[Any]) -> JobView:
    values = row._asdict()
    return JobView(**{**values, "state": JobState(values["state"])})


def _data_view(row: Row[Any]) -> DataSetView:
    values = row._asdict()
    order = values.pop("order")
    if values["state"] is None:  # there is no artifact
        virtual = VirtualOrder.parse(order or "{}")
        known: dict[str, Any] = {"artifact_id": "", "target": "", "digest": "", "bytes": 0}
        return DataSetView(**{**values, **known, "fingerprint": virtual.fingerprint, "rows": virtual.rows})
    state = JobState(values["state"]) if values["state"] in set(JobState) else JobState.CANCELLED
    return DataSetView(**{**values, "state": state})
