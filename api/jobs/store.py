"""The job store on SQLModel's tables: what dispatchers ask (``cluster.queue.JobStore``), each in one transaction.

Every move of a run is one UPDATE that names its epoch, its owner and the states that it may come from, so of two who
move the same run one finds nothing to change. Jobs that point to a run move with it, in the same transaction.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, Attempt, Job, now
from api.jobs import moves
from api.jobs.backlog import backlog_of, limit_of
from api.jobs.turns import Waiting, in_turn
from api.settings import Settings
from cluster import Backlog, Beat, Claim, Cost, JobState, Lease, Made, Removal, Verdict

A: Any = Artifact
J: Any = Job
UNDER_WAY = (JobState.RUNNING, JobState.MERGING)

# Users with waiting runs, one look into the index for each, however many runs wait.
_WAITING = text(
    """
    WITH RECURSIVE waiting (user_id) AS (
      SELECT MIN(user_id) FROM artifacts WHERE state = 'pending'
      UNION ALL
      SELECT (SELECT MIN(a.user_id) FROM artifacts a WHERE a.state = 'pending' AND a.user_id > waiting.user_id)
      FROM waiting WHERE waiting.user_id IS NOT NULL
    )
    SELECT w.user_id, u.weight, u.runs FROM waiting w LEFT JOIN users u ON u.id = w.user_id
    WHERE w.user_id IS NOT NULL
    """
)
_REUSED = 2


class SqlJobStore:
    """``clock``: milliseconds since 1970; only waits for attempts are measured by it, never leases."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], int] = now) -> None:
        self._database, self._settings, self._clock = database, settings, clock
        self._random = random.Random()  # noqa: S311

    def claim(self, dispatcher: str, cluster: str) -> Claim | None:
        return self._database.run(lambda session: self._claim(session, dispatcher, cluster))

    def _claim(self, session: Session, dispatcher: str, cluster: str) -> Claim | None:
        connection = session.connection()
        waiting = connection.execute(_WAITING).all()
        if not waiting:
            return None
        count = select(A.user_id, func.count()).where(A.state.in_(UNDER_WAY)).group_by(A.user_id)
        running: dict[str, int] = {user: number for user, number in connection.execute(count).all()}  # noqa: C416
        users = [
            Waiting(
                user, 1.0 if weight is None else weight, running.get(user, 0), limit_of(runs, self._settings.user_runs)
            )
            for user, weight, runs in waiting
        ]
        for user in in_turn(users):
            found = session.execute(self._first_of(user)).scalars().first()
            if found is not None and (claim := self._take(session, found, dispatcher, cluster)) is not None:
                return claim
        return None

    def _first_of(self, user: str) -> Any:
        """A user's next run that is due. A clock that was stepped back must not park a run: no wait is so long."""
        moment, most = self._clock(), int(self._settings.retry_most_seconds * 1000)
        due = or_(A.not_before <= moment, A.not_before > moment + most)
        found = select(Artifact).where(A.state == JobState.PENDING.value, A.user_id == user, due)
        return found.order_by(A.rank, A.created_at, A.id).limit(1).with_for_update(skip_locked=True)

    def _take(self, session: Session, found: Artifact, dispatcher: str, cluster: str) -> Claim | None:
        moment, epoch = self._clock(), found.epoch + 1
        taken = moves.move(
            session,
            [A.id == found.id, A.epoch == found.epoch],
            [JobState.PENDING],
            state=JobState.RUNNING.value,
            epoch=epoch,
            owner=dispatcher,
            cluster=cluster,
            beat=0,
            actors=0,
            started_at=func.coalesce(A.started_at, moment),
        )
        if not taken:
            return None
        session.add(
            Attempt(artifact_id=found.id, epoch=epoch, dispatcher=dispatcher, cluster=cluster, started_at=moment)
        )
        moves.jobs_follow(session, found.id, JobState.RUNNING, moment)
        return Claim(
            artifact=found.id,
            epoch=epoch,
            order=found.order,
            user=found.user_id,
            attempt=found.attempt,
            attempts=self._settings.attempts,
            bytes_left=found.byte_limit,
            reuse=self._relatives(session, found),
        )

    def _relatives(self, session: Session, found: Artifact) -> tuple[str, ...]:
        if not found.family:
            return ()
        same = select(A.target).where(
            A.family == found.family, A.state == JobState.SUCCEEDED.value, A.id != found.id, A.live.is_not(None)
        )
        return tuple(session.execute(same.order_by(A.finished_at.desc()).limit(_REUSED)).scalars())

    def claim_cleanup(self, dispatcher: str) -> Claim | None:
        def work(session: Session) -> Claim | None:
            free = select(Artifact).where(A.state == JobState.CANCELLING.value, A.owner == "")
            found = session.execute(free.limit(1).with_for_update(skip_locked=True)).scalars().first()
            if found is None:
                return None
            epoch = found.epoch + 1
            where = [A.id == found.id, A.epoch == found.epoch, A.owner == ""]
            if not moves.move(session, where, [JobState.CANCELLING], epoch=epoch, owner=dispatcher, beat=0):
                return None
            return Claim(artifact=found.id, epoch=epoch, order=found.order, user=found.user_id, attempt=found.attempt)

        return self._database.run(work)

    def beat(self, dispatcher: str, beats: Sequence[Beat]) -> dict[str, Verdict]:
        def work(session: Session) -> dict[str, Verdict]:
            return {beat.artifact: self._beat(session, dispatcher, beat) for beat in beats}

        return self._database.run(work)

    def _beat(self, session: Session, dispatcher: str, beat: Beat) -> Verdict:
        values: dict[str, Any] = {"beat": A.beat + 1}
        if (progress := beat.progress) is not None:
            values |= {
                "parts": progress.parts,
                "rows": progress.rows,
                "bytes": progress.bytes,
                "actors": progress.actors,
                "all_parts": progress.all_parts,
                "all_rows": progress.all_rows,
            }
        where = [A.id == beat.artifact, A.epoch == beat.epoch, A.owner == dispatcher]
        if moves.move(session, where, UNDER_WAY, **values):
            return Verdict.GO_ON
        if moves.move(session, where, [JobState.CANCELLING], beat=A.beat + 1):
            return Verdict.CANCEL
        return Verdict.LOST

    def leases(self, dispatcher: str) -> list[Lease]:
        held = select(A.id, A.epoch, A.beat, A.owner, A.state).where(
            A.state.in_([*UNDER_WAY, JobState.CANCELLING]), A.owner.not_in(["", dispatcher])
        )
        with self._database.transaction() as session:
            found = session.execute(held).all()
        return [Lease(name, epoch, beat, owner, JobState(state)) for name, epoch, beat, owner, state in found]

    def expire(self, lease: Lease) -> bool:
        def work(session: Session) -> bool:
            where = [A.id == lease.artifact, A.epoch == lease.epoch, A.beat == lease.beat, A.owner == lease.owner]
            if moves.move(session, where, [JobState.CANCELLING], owner=""):
                return True
            reason = f"it lost its dispatcher more than {self._settings.lease_losses} times"
            many = [*where, A.lease_losses >= self._settings.lease_losses]
            if moves.move(session, many, UNDER_WAY, **self._dead(reason)):
                self._ended(session, lease, JobState.FAILED, "failed", reason)
                return True
            if moves.move(session, where, UNDER_WAY, **_waiting(), lease_losses=A.lease_losses + 1):
                self._ended(session, lease, JobState.PENDING, "lost", f"{lease.owner} gave no sign of life")
                return True
            return False

        return self._database.run(work)

    def release(self, dispatcher: str) -> int:
        def work(session: Session) -> int:
            held = select(A.id, A.epoch, A.beat, A.owner, A.state).where(
                A.owner == dispatcher, A.state.in_([*UNDER_WAY, JobState.CANCELLING])
            )
            count = 0
            for name, epoch, beat, owner, state in session.execute(held).all():
                lease = Lease(name, epoch, beat, owner, JobState(state))
                where = [A.id == name, A.epoch == epoch, A.owner == dispatcher]
                if moves.move(session, where, [JobState.CANCELLING], owner=""):
                    count += 1
                elif moves.move(session, where, UNDER_WAY, **_waiting()):
                    self._ended(session, lease, JobState.PENDING, "released", None)
                    count += 1
            return count

        return self._database.run(work)

    def merging(self, claim: Claim) -> bool:
        def work(session: Session) -> bool:
            moved = moves.move(session, _held(claim), [JobState.RUNNING], state=JobState.MERGING.value)
            if moved:
                moves.jobs_follow(session, claim.artifact, JobState.MERGING, self._clock())
            return moved

        return self._database.run(work)

    def succeed(self, claim: Claim, made: Made, cost: Cost) -> bool:
        def work(session: Session) -> bool:
            moment = self._clock()
            values = {
                "state": JobState.SUCCEEDED.value,
                "owner": "",
                "error": None,
                "digest": made.digest,
                "rows": made.rows,
                "bytes": made.bytes,
                "parts": A.all_parts,
                "all_rows": made.rows,
                "actors": 0,
                "finished_at": moment,
                "used_at": moment,
                "checked_at": moment,
            }
            if not moves.move(session, _held(claim), UNDER_WAY, **values):
                return False
            moves.end_attempt(session, claim.artifact, claim.epoch, moment, "succeeded", None, cost)
            artifact = session.get_one(Artifact, claim.artifact, populate_existing=True)
            for (user,) in session.execute(
                select(J.user_id).where(J.artifact_id == claim.artifact, J.state.not_in(moves.FINAL))
            ):
                moves.charge(session, user, moment, made.rows, made.bytes, artifact.actor_seconds)
            moves.jobs_follow(session, claim.artifact, JobState.SUCCEEDED, moment)
            return True

        return self._database.run(work)

    def fail(self, claim: Claim, reason: str, passing: bool, cost: Cost) -> JobState | None:
        def work(session: Session) -> JobState | None:
            again = passing and claim.attempt < self._settings.attempts
            state = JobState.PENDING if again else JobState.FAILED
            values = (
                {
                    **_waiting(),
                    "attempt": A.attempt + 1,
                    "not_before": self._clock() + self._wait(claim.attempt),
                    "error": reason,
                    "passing": passing,
                }
                if again
                else self._dead(reason, passing)
            )
            if not moves.move(session, _held(claim), UNDER_WAY, **values):
                return None
            moment = self._clock()
            moves.end_attempt(session, claim.artifact, claim.epoch, moment, "failed", reason, cost)
            moves.jobs_follow(session, claim.artifact, state, moment, reason)
            return state

        return self._database.run(work)

    def _wait(self, attempt: int) -> int:
        """Milliseconds before the next attempt: exponential, with full jitter."""
        most = min(self._settings.retry_most_seconds, self._settings.retry_seconds * 2 ** (attempt - 1))
        return int(self._random.uniform(0, most) * 1000)

    def hand_back(self, claim: Claim, cost: Cost) -> bool:
        def work(session: Session) -> bool:
            if not moves.move(session, _held(claim), UNDER_WAY, **_waiting()):
                return False
            moves.end_attempt(session, claim.artifact, claim.epoch, self._clock(), "handed back", None, cost)
            moves.jobs_follow(session, claim.artifact, JobState.PENDING, self._clock())
            return True

        return self._database.run(work)

    def cancelled(self, claim: Claim) -> bool:
        def work(session: Session) -> bool:
            moment = self._clock()
            values = {
                "state": JobState.CANCELLED.value,
                "owner": "",
                "actors": 0,
                "finished_at": moment,
                "dirty": False,
            }
            if not moves.move(session, _held(claim), [JobState.CANCELLING], **values):
                return False
            moves.jobs_follow(session, claim.artifact, JobState.CANCELLED, moment)
            return True

        return self._database.run(work)

    def _dead(self, reason: str, passing: bool = False) -> dict[str, Any]:
        return {
            "state": JobState.FAILED.value,
            "owner": "",
            "live": None,
            "actors": 0,
            "error": reason,
            "passing": passing,
            "dirty": True,
            "finished_at": self._clock(),
        }

    def _ended(self, session: Session, lease: Lease, state: JobState, outcome: str, error: str | None) -> None:
        """An attempt whose cost nobody can tell any more."""
        moment = self._clock()
        moves.end_attempt(session, lease.artifact, lease.epoch, moment, outcome, error, Cost())
        moves.jobs_follow(session, lease.artifact, state, moment, error if state.final else None)

    def backlog(self, cluster: str) -> Backlog:
        with self._database.transaction() as session:
            return backlog_of(session, cluster, self._settings, self._clock())

    def removals(self, most: int) -> list[Removal]:
        unneeded = select(A.id, A.epoch, A.target).where(
            A.dirty.is_(True), A.state.in_([JobState.FAILED.value, JobState.CANCELLED.value, moves.REMOVED])
        )
        with self._database.transaction() as session:
            found = session.execute(unneeded.order_by(A.used_at).limit(most)).all()
        return [Removal(name, epoch, target) for name, epoch, target in found]

    def removed(self, removal: Removal) -> bool:
        def work(session: Session) -> bool:
            where = [A.id == removal.artifact, A.epoch == removal.epoch, A.dirty.is_(True)]
            states = [JobState.FAILED, JobState.CANCELLED, moves.REMOVED]
            return moves.move(session, where, states, dirty=False)

        return self._database.run(work)

    def close(self) -> None:
        self._database.close()


def _held(claim: Claim) -> list[Any]:
    return [A.id == claim.artifact, A.epoch == claim.epoch, A.owner != ""]


def _waiting() -> dict[str, Any]:
    return {"state": JobState.PENDING.value, "owner": "", "cluster": "", "actors": 0, "not_before": 0}
