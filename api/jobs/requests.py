"""The users' side of the queue: entering, looking at, cancelling and retrying jobs; data sets; users.

Everything is one transaction each. What belongs to somebody else is not there (NotFoundError). Results are
plain values.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, DataSet, Job, User, new_id, now
from api.jobs import moves
from api.settings import Settings
from cluster import JobState, canonical_url
from generator import SeedbedError

A: Any = Artifact
J: Any = Job
D: Any = DataSet
U: Any = User
_TRIES = 5
_DAY = 86_400_000
Check = Callable[[Session, User], None]


class NotFoundError(SeedbedError, LookupError):
    """There is no such object, or it is somebody else's."""


class ConflictError(SeedbedError):
    """The object is in a state that does not allow this."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered: ``order`` is an Order as JSON, without its target. ``byte_limit``: stored bytes at most."""

    fingerprint: str
    order: str
    family: str = ""
    rows: int = 0
    parts: int = 0
    bytes: int = 0
    seconds: float = 0.0
    priority: int = 0
    name: str = ""
    byte_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """``cached``: it is finished already; ``joined``: a run of it is under way, or waits."""

    job_id: str
    dataset_id: str
    artifact_id: str
    state: JobState
    cached: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its user sees it; moments are milliseconds since 1970."""

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
    """A user's data set; its files are at ``target`` once ``state`` is succeeded."""

    id: str
    user_id: str
    artifact_id: str
    name: str
    state: JobState
    target: str
    fingerprint: str
    digest: str
    rows: int
    bytes: int
    created_at: int
    expires_at: int | None


class JobRequests:
    """``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], int] = now) -> None:
        self._database, self._settings, self._clock = database, settings, clock

    def add_user(self, name: str, **limits: Any) -> User:
        """A new user; ``limits``: weight, runs, actors, job_rows ... ConflictError if the name is taken."""
        user = User(name=name, **limits)
        try:
            with self._database.transaction() as session:
                session.add(user)
        except IntegrityError:
            raise ConflictError(f"there is a user {name!r} already") from None
        return user

    def user_named(self, name: str) -> User | None:
        with self._database.transaction() as session:
            return session.execute(select(User).where(U.name == name)).scalars().first()

    def enter(self, user_id: str, entry: Entry, check: Check | None = None) -> Entered:
        """Enters a job. ``check``: raises if the user may not; it runs inside, while nobody else enters for him."""
        for attempt in range(_TRIES):
            try:
                return self._database.run(lambda session: self._enter(session, user_id, entry, check))
            except IntegrityError:  # another user entered the same order at this moment
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("the loop above returns or raises")

    def _enter(self, session: Session, user_id: str, entry: Entry, check: Check | None) -> Entered:
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise NotFoundError(f"there is no user {user_id}")
        if check is not None:
            check(session, user)
        moment = self._clock()
        live = select(Artifact).where(A.live == entry.fingerprint).with_for_update()
        artifact = session.execute(live).scalars().first()
        is_new = artifact is None
        if artifact is None:
            artifact = self._new(user_id, entry, moment)
            session.add(artifact)
            session.flush()
        state = JobState(artifact.state)
        cached = state is JobState.SUCCEEDED
        artifact.used_at = moment
        if not is_new and not cached:
            _prioritize(artifact, max(artifact.priority, entry.priority))
        job = Job(
            user_id=user_id,
            artifact_id=artifact.id,
            dataset_id=new_id(),
            state=state.value,
            priority=entry.priority,
            rows=entry.rows,
            cached=cached,
            joined=not is_new and not cached,
            created_at=moment,
            finished_at=moment if cached else None,
        )
        session.add(job)
        session.add(
            DataSet(
                id=job.dataset_id,
                user_id=user_id,
                artifact_id=artifact.id,
                name=entry.name,
                created_at=moment,
                expires_at=self._expiry(user, moment),
            )
        )
        if cached:
            moves.charge(session, user_id, moment, artifact.rows, artifact.bytes, 0.0)
        return Entered(job.id, job.dataset_id, artifact.id, state, cached, job.joined)

    def _new(self, user_id: str, entry: Entry, moment: int) -> Artifact:
        name = new_id()
        target = self._settings.target(name)
        return Artifact(
            id=name,
            fingerprint=entry.fingerprint,
            live=entry.fingerprint,
            family=entry.family,
            order=json.dumps({**json.loads(entry.order), "target": canonical_url(target)}, ensure_ascii=False),
            target=target,
            state=JobState.PENDING.value,
            user_id=user_id,
            priority=entry.priority,
            rank=-entry.priority,
            byte_limit=entry.byte_limit,
            all_parts=entry.parts,
            all_rows=entry.rows,
            estimated_bytes=entry.bytes,
            estimated_seconds=entry.seconds,
            created_at=moment,
            used_at=moment,
        )

    def _expiry(self, user: User, moment: int) -> int | None:
        days = user.retention_days if user.retention_days is not None else self._settings.retention_days
        return None if days is None or days < 0 else moment + int(days * _DAY)

    def cancel(self, user_id: str, job_id: str) -> JobState:
        """Ends a job; its run too, unless others want the same. Again is harmless; ConflictError if it has ended."""

        def work(session: Session) -> JobState:
            job = self._own(session, user_id, job_id, lock=True)
            state, moment = JobState(job.state), self._clock()
            if state in {JobState.CANCELLED, JobState.CANCELLING}:
                return state
            if state.final:
                raise ConflictError(f"the job has {state} and cannot be cancelled; its data set can be deleted")
            artifact = session.get_one(Artifact, job.artifact_id, with_for_update=True)
            self._delete(session, job.dataset_id, moment)
            other = select(Job).where(J.artifact_id == artifact.id, J.id != job.id, J.state.not_in(moves.FINAL))
            others = session.execute(other).scalars().all()
            if others:
                _prioritize(artifact, max(each.priority for each in others))
                if all(each.user_id != artifact.user_id for each in others):
                    artifact.user_id = others[0].user_id
                return _end(job, JobState.CANCELLED, moment)
            if artifact.state == JobState.PENDING.value and artifact.epoch == 0:
                artifact.state, artifact.live, artifact.finished_at = JobState.CANCELLED.value, None, moment
                return _end(job, JobState.CANCELLED, moment)
            artifact.state, artifact.live = JobState.CANCELLING.value, None
            job.state = JobState.CANCELLING.value
            return JobState.CANCELLING

        return self._database.run(work)

    def retry(self, user_id: str, job_id: str) -> JobState:
        """Begins a failed job anew, or joins an identical run that there is by now; ConflictError unless it failed."""

        def work(session: Session) -> JobState:
            job = self._own(session, user_id, job_id, lock=True)
            if job.state != JobState.FAILED.value:
                raise ConflictError(f"the job is {job.state}; only a failed one can be retried")
            failed = session.get_one(Artifact, job.artifact_id)
            live = select(Artifact).where(A.live == failed.fingerprint).with_for_update()
            artifact = session.execute(live).scalars().first()
            job.joined = artifact is not None
            if artifact is None:  # another folder: what is left of the failed run may just be being removed
                artifact = self._new(job.user_id, _again(failed, job), self._clock())
                session.add(artifact)
            job.artifact_id, job.state, job.error = artifact.id, artifact.state, None
            job.finished_at = self._clock() if JobState(artifact.state).final else None
            session.connection().execute(
                update(DataSet).where(D.id == job.dataset_id).values(artifact_id=artifact.id, deleted_at=None)
            )
            return JobState(artifact.state)

        return self._database.run(work)

    def repair(self, artifact_id: str) -> bool:
        """SUCCEEDED → PENDING: its files are gone or damaged, and are made again. Ended jobs stay as they are."""
        values = {"attempt": 1, "lease_losses": 0, "not_before": 0, "finished_at": None, "parts": 0, "rows": 0}
        where = [A.id == artifact_id, A.live.is_not(None)]

        def work(session: Session) -> bool:
            return moves.move(session, where, [JobState.SUCCEEDED], state=JobState.PENDING.value, **values)

        return self._database.run(work)

    def job(self, user_id: str, job_id: str) -> JobView:
        with self._database.transaction() as session:
            found = session.execute(_VIEW.where(J.id == job_id, J.user_id == user_id)).first()
        if found is None:
            raise NotFoundError(f"there is no job {job_id}")
        return _job_view(*found)

    def jobs(self, user_id: str, after: str | None = None, limit: int = 50) -> tuple[list[JobView], str | None]:
        """(jobs, newest first; what ``after`` is for the next page, None at the end)."""
        query = _VIEW.where(J.user_id == user_id)
        if after is not None:
            moment, _, name = after.partition("-")
            query = query.where((J.created_at < int(moment)) | ((J.created_at == int(moment)) & (J.id < name)))
        with self._database.transaction() as session:
            rows = session.execute(query.order_by(J.created_at.desc(), J.id.desc()).limit(limit + 1)).all()
        found = [_job_view(*row) for row in rows[:limit]]
        return found, f"{found[-1].created_at}-{found[-1].id}" if len(rows) > limit else None

    def dead_letters(self, limit: int = 50) -> list[JobView]:
        """Failed jobs of all users, the latest first."""
        query = _VIEW.where(J.state == JobState.FAILED.value).order_by(J.finished_at.desc(), J.id).limit(limit)
        with self._database.transaction() as session:
            return [_job_view(*row) for row in session.execute(query).all()]

    def dataset(self, user_id: str, dataset_id: str) -> DataSetView:
        with self._database.transaction() as session:
            found = session.execute(
                _DATA.where(D.id == dataset_id, D.user_id == user_id, D.deleted_at.is_(None))
            ).first()
        if found is None:
            raise NotFoundError(f"there is no data set {dataset_id}")
        return _data_view(*found)

    def datasets(self, user_id: str, limit: int = 50) -> list[DataSetView]:
        """A user's data sets, newest first."""
        query = _DATA.where(D.user_id == user_id, D.deleted_at.is_(None))
        query = query.order_by(D.created_at.desc(), D.id).limit(limit)
        with self._database.transaction() as session:
            return [_data_view(*row) for row in session.execute(query).all()]

    def delete_dataset(self, user_id: str, dataset_id: str) -> None:
        """Detaches a user's data set; the files stay as long as others, or the cache, keep them."""

        def work(session: Session) -> None:
            found = session.get(DataSet, dataset_id)
            if found is None or found.user_id != user_id or found.deleted_at is not None:
                raise NotFoundError(f"there is no data set {dataset_id}")
            artifact = session.get(Artifact, found.artifact_id)
            if artifact is not None and not JobState(artifact.state).final:
                raise ConflictError("the data set is being made; cancel its job")
            self._delete(session, dataset_id, self._clock())

        self._database.run(work)

    def _delete(self, session: Session, dataset_id: str, moment: int) -> None:
        session.connection().execute(
            update(DataSet).where(D.id == dataset_id, D.deleted_at.is_(None)).values(deleted_at=moment)
        )

    def _own(self, session: Session, user_id: str, job_id: str, lock: bool = False) -> Job:
        job = session.get(Job, job_id, with_for_update=True if lock else None)
        if job is None or job.user_id != user_id:
            raise NotFoundError(f"there is no job {job_id}")
        return job


_VIEW = select(Job, Artifact, DataSet).join(Artifact, A.id == J.artifact_id).outerjoin(DataSet, D.id == J.dataset_id)
_DATA = select(DataSet, Artifact).join(Artifact, A.id == D.artifact_id)


def _again(failed: Artifact, job: Job) -> Entry:
    """What was entered, from the artifact that it became."""
    return Entry(
        fingerprint=failed.fingerprint,
        order=failed.order,
        family=failed.family,
        rows=failed.all_rows,
        parts=failed.all_parts,
        bytes=failed.estimated_bytes,
        seconds=failed.estimated_seconds,
        priority=job.priority,
        byte_limit=failed.byte_limit,
    )


def _prioritize(artifact: Artifact, priority: int) -> None:
    artifact.priority, artifact.rank = priority, -priority


def _end(job: Job, state: JobState, moment: int) -> JobState:
    job.state, job.finished_at = state.value, moment
    return state


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


def _data_view(data: DataSet, run: Artifact) -> DataSetView:
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
