"""The users' side of the queue: entering, cancelling and retrying jobs, deleting data sets; users.

Everything is one transaction. Whoever changes a run holds its row first (moves.py), so what a transaction has seen of a
run, and of who wants it, stays true until its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, DataSet, Job, User, new_id, now
from api.database.service_models import RequestRecord
from api.jobs import moves
from api.jobs.entries import Entered, Entry, entry_again, new_artifact, request_of
from api.jobs.views import ConflictError, CursorError, DataSetView, JobView, NotFoundError, Views
from api.jobs.virtual import VirtualOrder
from api.metrics.figures import Figures
from api.settings import Settings
from cluster import JobState

__all__ = [
    "ConflictError",
    "CursorError",
    "DataSetView",
    "Entered",
    "Entry",
    "JobRequests",
    "JobView",
    "NotFoundError",
]

A: Any = Artifact
J: Any = Job
D: Any = DataSet
U: Any = User
_DAY = 86_400_000
MOST_VIRTUAL = 10_000
"""Virtual data sets that one user has at most."""
RETRIED = (JobState.FAILED.value, JobState.SUCCEEDED.value)
"""States of jobs that can be begun anew if their runs have failed."""
Check = Callable[[Session, User], int | None]
"""Raises if a user may not have a job; else how many stored bytes it may have, None for any number."""


class JobRequests(Views):
    """``clock``: milliseconds since 1970. ``figures``: where jobs are counted that end here."""

    def __init__(
        self, database: Database, settings: Settings, clock: Callable[[], int] = now, figures: Figures | None = None
    ) -> None:
        super().__init__(database)
        self._settings, self._clock, self._figures = settings, clock, figures

    def add_user(self, name: str, **limits: Any) -> User:
        """A new user; ``limits``: weight, runs, actors, job_rows ... ConflictError if the name is taken."""

        def work(session: Session) -> User:
            if session.execute(select(U.id).where(U.name == name)).first() is not None:
                raise ConflictError(f"there is a user {name!r} already")
            user = User(name=name, created_at=self._clock(), **limits)
            session.add(user)
            return user

        return self._database.run(work)

    def set_limits(self, user_id: str, **limits: Any) -> User:
        """Gives a user other limits, as ``add_user`` takes them, for what is entered and begun from now on."""

        def work(session: Session) -> User:
            user = self._locked_user(session, user_id)
            for name, value in limits.items():
                setattr(user, name, value)
            return user

        return self._database.run(work)

    def enter(self, user_id: str, entry: Entry, check: Check | None = None) -> Entered:
        """Enters a job. ``check``: raises if the user may not; it runs inside, while nobody else enters for him.

        What is there already is shared: a finished data set at once, a run under way when it ends.
        """

        def work(session: Session) -> Entered:
            if entry.again and (made := session.get(Job, entry.job_id)) is not None:
                return Entered(
                    made.id, made.dataset_id, made.artifact_id, JobState(made.state), made.cached, made.joined
                )
            user, moment = self._locked_user(session, user_id), self._clock()
            limited = entry if check is None else replace(entry, byte_limit=check(session, user))
            job = Job(
                id=entry.job_id or new_id(),
                user_id=user.id,
                artifact_id="",
                dataset_id=new_id(),
                state="",
                priority=entry.priority,
                rows=entry.rows,
                created_at=moment,
            )
            self._attach(session, job, limited, moment)
            data = DataSet(
                id=job.dataset_id,
                user_id=user.id,
                artifact_id=job.artifact_id,
                name=entry.name,
                created_at=moment,
                expires_at=self._expiry(user, moment),
            )
            session.add_all([job, data, request_of(entry, job)])
            if job.cached:
                session.flush()
                moves.announce(session, job, session.get_one(Artifact, job.artifact_id), moment)
            return Entered(job.id, data.id, job.artifact_id, JobState(job.state), job.cached, job.joined)

        return self._database.run(work)

    def register(self, user_id: str, order: VirtualOrder, name: str, dataset_id: str, record: RequestRecord) -> None:
        """Enters a virtual data set, unless it is there by this identifier. ConflictError if there are too many."""

        def work(session: Session) -> None:
            if session.get(DataSet, dataset_id) is not None:
                return
            user, moment = self._locked_user(session, user_id), self._clock()
            count = select(func.count()).where(D.user_id == user_id, D.order.is_not(None), D.deleted_at.is_(None))
            if session.execute(count).scalar_one() >= MOST_VIRTUAL:
                raise ConflictError(f"there are {MOST_VIRTUAL:,} virtual data sets already; delete one first")
            data = DataSet(
                id=dataset_id,
                user_id=user_id,
                artifact_id="",
                name=name,
                created_at=moment,
                expires_at=self._expiry(user, moment),
                order=order.dump(),
            )
            session.add_all([data, record])

        self._database.run(work)

    def cancel(self, user_id: str, job_id: str) -> JobState:
        """Ends a job; its run too, unless others want the same. Again is harmless; ConflictError if it has ended."""

        def work(session: Session) -> tuple[JobState, bool]:
            job, artifact = self._held(session, user_id, job_id)
            state = JobState(job.state)
            if state in {JobState.CANCELLED, JobState.CANCELLING}:
                return state, False
            if state.final:
                raise ConflictError(f"the job has {state} and cannot be cancelled; its data set can be deleted")
            moment = self._clock()
            self._delete(session, job.dataset_id, moment)
            job.state, job.finished_at = JobState.CANCELLED.value, moment
            session.flush()
            if moves.leave(session, artifact, moment) is JobState.CANCELLING:
                job.state, job.finished_at = JobState.CANCELLING.value, None
            else:
                moves.announce(session, job, artifact, moment)
            return JobState(job.state), job.finished_at is not None

        state, ended = self._database.run(work)
        if ended and self._figures is not None:  # a run that has begun is counted by whoever ends it
            self._figures.add("jobs_ended", 1, state.value)
        return state

    def retry(self, user_id: str, job_id: str, check: Check | None = None) -> JobState:
        """Begins a failed job anew, or shares what is there by now; ConflictError unless it failed.

        One that has succeeded, but whose files got damaged and could not be made again, has failed all the same.
        It is another run in another folder: what is left of the failed one may just be being removed.
        """

        def work(session: Session) -> JobState:
            user, moment = self._locked_user(session, user_id), self._clock()
            if check is not None:
                check(session, user)
            job, failed = self._held(session, user_id, job_id)
            if failed.state != JobState.FAILED.value or job.state not in RETRIED:
                raise ConflictError(
                    f"the job is {job.state}; only a failed one can be retried, others are entered again"
                )
            self._attach(session, job, entry_again(failed, job.priority), moment)
            values = {"artifact_id": job.artifact_id, "deleted_at": None, "expires_at": self._expiry(user, moment)}
            session.connection().execute(update(DataSet).where(D.id == job.dataset_id).values(**values))
            return JobState(job.state)

        return self._database.run(work)

    def repair(self, artifact_id: str) -> bool:
        """Gives up a finished artifact whose files are gone or damaged, and has the same made again; whether it has.

        It is another run in another folder, which everything that pointed to the damaged one points to from now on, so
        that removing what is left can take its time. Ended jobs stay as they are. False if no data set points to it any
        more, or if somebody else was sooner.
        """

        def work(session: Session) -> bool:
            damaged, moment = session.get(Artifact, artifact_id, with_for_update=True), self._clock()
            if damaged is None or not moves.give_up(session, artifact_id, moment, wanted=True):
                return False
            owners = moves.owners(session, artifact_id)
            if not owners:
                return False
            owner = damaged.user_id if damaged.user_id in owners else owners[0]
            again = new_artifact(self._settings, owner, entry_again(damaged, damaged.priority), moment)
            session.add(again)
            session.flush()
            moves.point_elsewhere(session, artifact_id, again.id)
            return True

        return self._database.run(work)

    def delete_dataset(self, user_id: str, dataset_id: str) -> None:
        """Detaches a user's data set; the files stay as long as others, or the cache, keep them.

        ConflictError while its job has not ended: cancelling that is what deletes it.
        """

        def work(session: Session) -> None:
            data, moment = session.get(DataSet, dataset_id), self._clock()
            if data is not None and data.user_id == user_id and data.deleted_at is None and data.order is not None:
                self._delete(session, dataset_id, moment)
                return
            artifact = self._held_of(session, user_id, dataset_id)
            making = select(J.id).where(
                J.artifact_id == artifact.id, J.dataset_id == dataset_id, J.state.not_in(moves.FINAL)
            )
            if session.execute(making).first() is not None:
                raise ConflictError("the data set is being made; cancel its job")
            self._delete(session, dataset_id, moment)
            moves.leave(session, artifact, moment)

        self._database.run(work)

    def _locked_user(self, session: Session, user_id: str) -> User:
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise NotFoundError(f"there is no user {user_id}")
        return user

    def _held(self, session: Session, user_id: str, job_id: str) -> tuple[Job, Artifact]:
        """A user's job and the run that it points to, which nobody else changes meanwhile."""
        job = session.get(Job, job_id)
        while job is not None and job.user_id == user_id:
            artifact = session.get_one(Artifact, job.artifact_id, with_for_update=True)
            session.refresh(job)
            if job.artifact_id == artifact.id:  # else it has just been retried
                return job, artifact
        raise NotFoundError(f"there is no job {job_id}")

    def _held_of(self, session: Session, user_id: str, dataset_id: str) -> Artifact:
        """The run that a user's data set points to, which nobody else changes meanwhile."""
        data = session.get(DataSet, dataset_id)
        while data is not None and data.user_id == user_id and data.deleted_at is None:
            artifact = session.get_one(Artifact, data.artifact_id, with_for_update=True)
            session.refresh(data)
            if data.artifact_id == artifact.id and data.deleted_at is None:  # else its job has just been retried
                return artifact
        raise NotFoundError(f"there is no data set {dataset_id}")

    def _attach(self, session: Session, job: Job, entry: Entry, moment: int) -> None:
        """Points a job to the live artifact of its fingerprint, or to a new one."""
        live = select(Artifact).where(A.live == entry.fingerprint).with_for_update()
        artifact = session.execute(live).scalars().first()
        is_new = artifact is None
        if artifact is None:
            artifact = new_artifact(self._settings, job.user_id, entry, moment)
            session.add(artifact)
            session.flush()  # fails if somebody enters the same at this moment: then all begins anew
        state = JobState(artifact.state)
        job.artifact_id, job.state, job.error = artifact.id, state.value, None
        job.cached = state is JobState.SUCCEEDED
        job.joined = not is_new and not job.cached
        job.finished_at = moment if job.cached else None
        artifact.used_at = moment
        if job.cached:
            moves.charge(session, job.user_id, moment, artifact.rows, artifact.bytes, 0.0)
        elif job.joined:
            moves.prioritize(artifact, max(artifact.priority, entry.priority))

    def _expiry(self, user: User, moment: int) -> int | None:
        days = user.retention_days if user.retention_days is not None else self._settings.retention_days
        return None if days is None or days < 0 else moment + int(days * _DAY)

    def _delete(self, session: Session, dataset_id: str, moment: int) -> None:
        values = {"deleted_at": moment}
        session.connection().execute(update(DataSet).where(D.id == dataset_id, D.deleted_at.is_(None)).values(**values))
