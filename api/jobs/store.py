"""The job store on SQLModel's tables: what dispatchers ask (``cluster.queue.JobStore``), each in one transaction.

Every move of a run is one UPDATE that names its epoch, its owner and the states that it may come from, so of two who
move the same run one finds nothing to change. Jobs that point to a run move with it, in the same transaction.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select, true
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, now
from api.jobs import moves
from api.jobs.backlog import Backlogs
from api.jobs.claims import Claims, waiting_again
from api.jobs.ends import Ends
from api.metrics.figures import Figures
from api.settings import Settings
from cluster import Backlog, Beat, Claim, Cost, JobState, Lease, Made, Removal, Verdict

A: Any = Artifact


class SqlJobStore:
    """``clock``: milliseconds since 1970; only waits for attempts are measured by it, never leases.

    ``figures``: where ends are counted.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], int] = now,
        figures: Figures | None = None,
    ) -> None:
        self._database, self._settings, self._clock = database, settings, clock
        self._ends = Ends(figures)
        self._claims, self._backlogs = Claims(database, settings, clock), Backlogs(settings, clock)
        self._random = random.Random()  # noqa: S311

    def claim(self, dispatcher: str, cluster: str) -> Claim | None:
        return self._claims.claim(dispatcher, cluster)

    def claim_cleanup(self, dispatcher: str) -> Claim | None:
        return self._claims.claim_cleanup(dispatcher)

    def beat(self, dispatcher: str, beats: Sequence[Beat]) -> dict[str, Verdict]:
        def work(session: Session) -> dict[str, Verdict]:
            ordered = sorted(beats, key=lambda beat: beat.artifact)  # so that no two can wait for each other
            return {beat.artifact: self._beat(session, dispatcher, beat) for beat in ordered}

        return self._database.run(work) if beats else {}

    def _beat(self, session: Session, dispatcher: str, beat: Beat) -> Verdict:
        values: dict[str, Any] = {"beat": A.beat + 1}
        if (progress := beat.progress) is not None:
            names = ("parts", "all_parts", "rows", "all_rows", "bytes", "actors")
            values |= {name: getattr(progress, name) for name in names}
        where = [A.id == beat.artifact, A.epoch == beat.epoch, A.owner == dispatcher]
        if moves.move(session, where, moves.UNDER_WAY, **values):
            verdict = Verdict.GO_ON
        elif moves.move(session, where, [JobState.CANCELLING], beat=A.beat + 1):
            verdict = Verdict.CANCEL
        else:
            return Verdict.LOST
        moves.note_cost(session, beat.artifact, beat.epoch, beat.cost)
        return verdict

    def leases(self, dispatcher: str) -> list[Lease]:
        return self._database.read(lambda session: _held_runs(session, A.owner != dispatcher))

    def expire(self, lease: Lease) -> bool:
        return self._database.run(lambda session: self._lose(session, lease, [A.beat == lease.beat], "lost"))

    def release(self, dispatcher: str) -> int:
        def work(session: Session) -> int:
            held = _held_runs(session, A.owner == dispatcher)
            return sum(self._lose(session, lease, [], "released") for lease in held)

        return self._database.run(work)

    def _lose(self, session: Session, lease: Lease, where: Sequence[Any], outcome: str) -> bool:
        """Takes a run from its holder, who has died: FAILED if that has happened too often, for then it kills them."""
        where = [A.id == lease.artifact, A.epoch == lease.epoch, A.owner == lease.owner, *where]
        reason = f"it lost its dispatcher more than {self._settings.lease_losses} times"
        too_often = [*where, A.lease_losses >= self._settings.lease_losses]
        moment = self._clock()
        self._ends.lost()
        if moves.move(session, too_often, moves.UNDER_WAY, **self._dead(reason)):
            moves.jobs_follow(session, lease.artifact, JobState.FAILED, moment, reason)
        elif moves.move(session, where, moves.UNDER_WAY, lease_losses=A.lease_losses + 1, **waiting_again()):
            moves.jobs_follow(session, lease.artifact, JobState.PENDING, moment)
        elif not moves.move(session, where, [JobState.CANCELLING], owner="", actors=0):
            return False
        moves.end_attempt(session, lease.artifact, lease.epoch, moment, outcome, f"{lease.owner} is gone", None)
        return True

    def merging(self, claim: Claim) -> bool:
        def work(session: Session) -> bool:
            moved = moves.move(session, _held(claim), [JobState.RUNNING], state=JobState.MERGING.value)
            if moved:
                moves.jobs_follow(session, claim.artifact, JobState.MERGING, self._clock())
            return moved

        return self._database.run(work)

    def succeed(self, claim: Claim, made: Made, cost: Cost) -> bool:
        jobs, seconds = 0, 0.0

        def work(session: Session) -> bool:
            nonlocal jobs, seconds
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
            if not moves.move(session, _held(claim), moves.UNDER_WAY, **values):
                return False
            moves.end_attempt(session, claim.artifact, claim.epoch, moment, "succeeded", None, cost)
            moves.charge_all(session, claim.artifact, moment)
            entered = session.execute(select(A.created_at).where(A.id == claim.artifact)).scalar_one()
            jobs, seconds = 0, max(0, moment - entered) / 1000
            jobs = moves.jobs_follow(session, claim.artifact, JobState.SUCCEEDED, moment)
            return True

        done = self._database.run(work)
        if done:
            self._ends.attempt("succeeded", cost, jobs)
            self._ends.made(made, seconds)
        return done

    def fail(self, claim: Claim, reason: str, passing: bool, cost: Cost) -> JobState | None:
        reason, jobs = moves.storable(reason), 0

        def work(session: Session) -> JobState | None:
            nonlocal jobs
            again = passing and claim.attempt < self._settings.attempts
            state = JobState.PENDING if again else JobState.FAILED
            values = (
                {
                    **waiting_again(),
                    "attempt": A.attempt + 1,
                    "not_before": self._clock() + self._wait(claim.attempt),
                    "error": reason,
                    "passing": passing,
                }
                if again
                else self._dead(reason, passing)
            )
            if not moves.move(session, _held(claim), moves.UNDER_WAY, **values):
                return None
            moment = self._clock()
            moves.end_attempt(session, claim.artifact, claim.epoch, moment, "failed", reason, cost)
            jobs = moves.jobs_follow(session, claim.artifact, state, moment, reason)
            return state

        state = self._database.run(work)
        if state is not None:
            self._ends.attempt("failed", cost, jobs if state is JobState.FAILED else 0)
        return state

    def _wait(self, attempt: int) -> int:
        """Milliseconds before the next attempt: exponential, with full jitter."""
        most = min(self._settings.retry_most_seconds, self._settings.retry_seconds * 2 ** (attempt - 1))
        return int(self._random.uniform(0, most) * 1000)

    def hand_back(self, claim: Claim, cost: Cost) -> bool:
        def work(session: Session) -> bool:
            if not moves.move(session, _held(claim), moves.UNDER_WAY, **waiting_again()):
                return False
            moves.end_attempt(session, claim.artifact, claim.epoch, self._clock(), "handed back", None, cost)
            moves.jobs_follow(session, claim.artifact, JobState.PENDING, self._clock())
            return True

        done = self._database.run(work)
        if done:
            self._ends.attempt("handed back", cost, 0)
        return done

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
            moves.end_attempt(session, claim.artifact, claim.epoch, moment, "cancelled", None, None)
            moves.jobs_follow(session, claim.artifact, JobState.CANCELLED, moment)
            return True

        done = self._database.run(work)
        if done:
            self._ends.attempt("cancelled", Cost(), 1)
        return done

    def left(self, claim: Claim) -> bool:
        return self._database.run(
            lambda session: moves.move(session, [A.id == claim.artifact], moves.CLEARED, dirty=True)
        )

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
            "used_at": self._clock(),
        }

    def backlog(self, cluster: str) -> Backlog:
        return self._database.read(lambda session: self._backlogs.of(session, cluster))

    def removals(self, most: int) -> list[Removal]:
        unneeded = select(A.id, A.epoch, A.target).where(A.dirty == true(), A.state.in_(moves.CLEARED))
        oldest = unneeded.order_by(A.used_at, A.id).limit(most)
        found = self._database.read(lambda session: session.execute(oldest).all())
        return [Removal(name, epoch, target) for name, epoch, target in found]

    def removed(self, removal: Removal) -> bool:
        where = [A.id == removal.artifact, A.epoch == removal.epoch, A.dirty == true()]
        return self._database.run(lambda session: moves.move(session, where, moves.CLEARED, dirty=False))

    def close(self) -> None:
        self._database.close()


def _held(claim: Claim) -> list[Any]:
    return [A.id == claim.artifact, A.epoch == claim.epoch, A.owner != ""]


def _held_runs(session: Session, whose: Any) -> list[Lease]:
    held = select(A.id, A.epoch, A.beat, A.owner, A.state).where(
        A.owner > "", whose, A.state.in_([*moves.UNDER_WAY, JobState.CANCELLING.value])
    )
    rows = session.execute(held.order_by(A.id)).all()
    return [Lease(name, epoch, beat, owner, JobState(state)) for name, epoch, beat, owner, state in rows]
