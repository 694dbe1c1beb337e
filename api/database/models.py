"""The tables of users, artifacts, jobs and data sets.

An *artifact* is the files of one fingerprint and the run that makes them; no user sees it. A *job* and a *data set*
belong to one user and point to an artifact. Moments are milliseconds since 1970 in UTC, durations seconds.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from api.database.columns import TABLE, big, moment, real, text
from api.database.columns import new_id as new_id
from api.database.columns import now as now

REMOVED = "removed"
"""State of an artifact that was given up by its last user and by the cache; never a job's."""


class User(SQLModel, table=True):
    """Who asks for data. A limit of None is the one of the settings; a negative one is none at all.

    ``served_at``: when a run of this user was last begun, for taking turns. ``password`` is its hash (PHC string);
    without one nobody can log in. ``role`` is user or admin; who is not ``active`` is refused everywhere.
    """

    __tablename__ = "users"
    __table_args__ = (TABLE,)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    name: str = Field(unique=True, max_length=190)
    weight: float = real(1.0)
    runs: int | None = None
    actors: int | None = None
    job_rows: int | None = big(None)
    job_bytes: int | None = big(None)
    day_rows: int | None = big(None)
    day_bytes: int | None = big(None)
    retention_days: float | None = real(None)
    served_at: int = big()
    created_at: int = moment()
    password: str | None = text()
    role: str = Field(default="user", max_length=12)
    active: bool = True


class Artifact(SQLModel, table=True):
    """The files of one fingerprint, and the run that makes them.

    ``live`` is the fingerprint while the artifact can be joined or served, else None: so there is one at most.
    ``family`` is the fingerprint without row counts. ``user_id`` is whose share of actors the run takes.
    ``rank`` is minus the priority, as an index has it.
    ``epoch`` is the fencing token; ``owner`` and ``beat`` are the lease. ``dirty``: files that nobody needs
    may be left. ``job_id`` and ``request_id`` are those that began it, for logs.
    """

    __tablename__ = "artifacts"
    __table_args__ = (
        Index("artifacts_queue", "state", "user_id", "rank", "created_at", "id"),
        Index("artifacts_family", "family", "state"),
        Index("artifacts_dirty", "dirty", "used_at"),
        Index("artifacts_used", "state", "used_at"),
        TABLE,
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    fingerprint: str = Field(index=True, max_length=80)
    live: str | None = Field(default=None, unique=True, max_length=80)
    family: str = Field(default="", max_length=80)
    order: str = text("")
    target: str = text("")
    state: str = Field(max_length=12)
    user_id: str = Field(max_length=32)
    priority: int = 0
    rank: int = 0

    epoch: int = 0
    owner: str = Field(default="", max_length=120, index=True)
    cluster: str = Field(default="", max_length=120)
    beat: int = big()
    attempt: int = 1
    lease_losses: int = 0
    not_before: int = big()
    error: str | None = text()
    passing: bool = False
    dirty: bool = False

    byte_limit: int | None = big(None)
    all_parts: int = big()
    all_rows: int = big()
    estimated_bytes: int = big()
    estimated_seconds: float = real(0.0)
    parts: int = big()
    rows: int = big()
    bytes: int = big()
    actors: int = 0
    digest: str = Field(default="", max_length=80)

    actor_seconds: float = real(0.0)
    written: int = big()
    retries: int = 0
    reused: int = 0

    created_at: int = moment()
    started_at: int | None = big(None)
    finished_at: int | None = big(None)
    used_at: int = moment()
    checked_at: int | None = big(None)
    job_id: str = Field(default="", max_length=32)
    request_id: str = Field(default="", max_length=64)


class Job(SQLModel, table=True):
    """What one user asked for. ``cached``: it was there already; ``joined``: somebody's run was under way."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_user", "user_id", "created_at", "id"),
        Index("jobs_artifact", "artifact_id", "state"),
        Index("jobs_state", "state", "finished_at"),
        Index("jobs_charged", "user_id", "finished_at"),
        TABLE,
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    user_id: str = Field(max_length=32)
    artifact_id: str = Field(max_length=32)
    dataset_id: str = Field(max_length=32)
    state: str = Field(max_length=12)
    priority: int = 0
    rows: int = big()
    cached: bool = False
    joined: bool = False
    error: str | None = text()
    created_at: int = moment()
    finished_at: int | None = big(None)


class DataSet(SQLModel, table=True):
    """A user's own view of an artifact. ``deleted_at`` is set when the user, or time, has removed it.

    ``order``: of a *virtual* data set, which has no artifact and whose rows are made when they are asked for.
    """

    __tablename__ = "datasets"
    __table_args__ = (
        Index("datasets_user", "user_id", "created_at", "id"),
        Index("datasets_artifact", "artifact_id", "deleted_at"),
        Index("datasets_expiry", "deleted_at", "expires_at"),
        TABLE,
    )

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    user_id: str = Field(max_length=32)
    artifact_id: str = Field(max_length=32)
    name: str = Field(default="", max_length=190)
    created_at: int = moment()
    expires_at: int | None = big(None)
    deleted_at: int | None = big(None)
    order: str | None = text()


class Attempt(SQLModel, table=True):
    """One claim of a run: who carried it out, how it ended, what it cost. Keyed by the epoch."""

    __tablename__ = "attempts"
    __table_args__ = (TABLE,)

    artifact_id: str = Field(primary_key=True, max_length=32)
    epoch: int = Field(primary_key=True)
    dispatcher: str = Field(max_length=120)
    cluster: str = Field(default="", max_length=120)
    started_at: int = moment()
    ended_at: int | None = big(None)
    outcome: str | None = Field(default=None, max_length=12)
    error: str | None = text()
    actor_seconds: float = real(0.0)
    written: int = big()
    retries: int = 0
    reused: int = 0


class Usage(SQLModel, table=True):
    """What a user was charged on one day (days since 1970): everybody who asked is charged."""

    __tablename__ = "usage"
    __table_args__ = (TABLE,)

    user_id: str = Field(primary_key=True, max_length=32)
    day: int = Field(primary_key=True)
    jobs: int = 0
    rows: int = big()
    bytes: int = big()
    actor_seconds: float = real(0.0)


class Rate(SQLModel, table=True):
    """How fast finished runs were, by what they wrote: the measured rates of estimates.

    ``name`` is the formats and the compression; ``bytes`` and ``actor_seconds`` are sums that fade with age.
    """

    __tablename__ = "rates"
    __table_args__ = (TABLE,)

    name: str = Field(primary_key=True, max_length=190)
    bytes: float = real(0.0)
    actor_seconds: float = real(0.0)
    runs: int = 0
