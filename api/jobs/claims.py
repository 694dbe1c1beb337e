"""Claiming: how a dispatcher gets its next run. Takes as long with a hundred thousand waiting runs as with ten.

First, without any lock: which users have a run that is due, one look into the index for each, and whose turn it is.
Then, holding that user's row, his first run: so nobody gets more runs at once than he may, whoever else claims. On
PostgreSQL and MariaDB rows that others hold are skipped; SQLite has one writer at a time.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, User
from api.jobs import moves
from api.jobs.backlog import limit_of
from api.jobs.turns import Waiting, next_users
from api.settings import Settings
from cluster import Claim, JobState, JobStoreError

A: Any = Artifact
U: Any = User
_REUSED = 2
_USERS = 64
"""Users that one claim looks at. Where more wait, it begins at a random one, so that all have the same chance."""
_NEXT_USER = text("SELECT MIN(user_id) FROM artifacts WHERE state = 'pending' AND user_id > :after")
_NEXT_USERS = text(
    """
    WITH RECURSIVE waiting (user_id, number) AS (
      SELECT (
        SELECT MIN(first.user_id) FROM artifacts first WHERE first.state = 'pending' AND first.user_id > :after
      ), 1
      UNION ALL
      SELECT (
        SELECT MIN(a.user_id) FROM artifacts a WHERE a.state = 'pending' AND a.user_id > waiting.user_id
      ), waiting.number + 1
      FROM waiting WHERE waiting.user_id IS NOT NULL AND waiting.number < :most
    )
    SELECT user_id FROM waiting WHERE user_id IS NOT NULL
    """
)


class Claims:
    """``clock``: milliseconds since 1970."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], int]) -> None:
        self._database, self._settings, self._clock = database, settings, clock
        self._unsure: dict[str, int] = {}
        self._lock = threading.Lock()

    def claim(self, dispatcher: str, cluster: str) -> Claim | None:
        """The next run, RUNNING and this dispatcher's."""
        self._settle()
        held_by_others = []
        for user in next_users(self._database.read(self._waiting), self._clock()):
            claim, locked = self._take(partial(self._of, user, dispatcher, cluster, True))
            if claim is not None:
                return claim
            if locked:
                held_by_others.append(user)
        for user in held_by_others:
            claim, _ = self._take(partial(self._of, user, dispatcher, cluster, False))
            if claim is not None:
                return claim
        return None

    def claim_cleanup(self, dispatcher: str) -> Claim | None:
        """A run in CANCELLING that nobody holds, now this dispatcher's."""
        self._settle()
        return self._take(lambda session: (self._cancelling(session, dispatcher), False))[0]

    def _take(self, work: Callable[[Session], tuple[Claim | None, bool]]) -> tuple[Claim | None, bool]:
        """Claims in a transaction. If nobody knows whether it was committed, it is remembered: see ``_settle``."""
        claims: list[Claim] = []

        def noted(session: Session) -> tuple[Claim | None, bool]:
            claims.clear()
            found = work(session)
            claims.extend([found[0]] if found[0] else [])
            return found

        try:
            return self._database.run(noted)
        except JobStoreError:
            with self._lock:
                self._unsure.update({claim.artifact: claim.epoch for claim in claims})
            raise

    def _settle(self) -> None:
        """Hands back runs whose claim was committed although it failed: nobody would ever say that they are dead.

        Epochs are given out once, so a run that has this one is the one that nobody knows to be claimed.
        """
        with self._lock:
            unsure = dict(self._unsure)
        for artifact, epoch in unsure.items():
            self._database.run(partial(self._undo, artifact, epoch))
            with self._lock:
                self._unsure.pop(artifact, None)

    def _undo(self, artifact: str, epoch: int, session: Session) -> None:
        moment, where = self._clock(), [A.id == artifact, A.epoch == epoch, A.owner != ""]
        if moves.move(session, where, moves.UNDER_WAY, **waiting_again()):
            moves.jobs_follow(session, artifact, JobState.PENDING, moment)
        elif not moves.move(session, where, [JobState.CANCELLING], owner=""):
            return
        moves.end_attempt(session, artifact, epoch, moment, "handed back", "the claim was not answered", None)

    def _waiting(self, session: Session) -> list[Waiting]:
        """Users with a run that is due, as far as a claim looks."""
        names = self._users_after(session, "")
        if len(names) == _USERS:
            names = [*self._users_after(session, f"{random.getrandbits(128):032x}"), *names][:_USERS]
        if not names:
            return []
        count = select(A.user_id, func.count()).where(A.state.in_(moves.UNDER_WAY)).group_by(A.user_id)
        running: dict[str, int] = {row[0]: row[1] for row in session.execute(count)}
        first = select(A.id).where(A.user_id == U.id, *self._due()).limit(1).correlate(User).scalar_subquery()
        users = select(U.id, U.weight, U.runs, U.served_at).where(U.id.in_(names), first.is_not(None))
        return [
            Waiting(user, weight, running.get(user, 0), self._limit(runs), served_at)
            for user, weight, runs, served_at in session.execute(users)
        ]

    def _users_after(self, session: Session, after: str) -> list[str]:
        """The next users with waiting runs, in the order of their ids; each costs one look into the index."""
        connection = session.connection()
        if self._database.kind != "mysql":
            return list(connection.execute(_NEXT_USERS, {"after": after, "most": _USERS}).scalars())
        names: list[str] = []  # MariaDB looks up a minimum only if it knows from where, so it is asked for each
        while len(names) < _USERS:
            found = connection.execute(_NEXT_USER, {"after": after}).scalar()
            if found is None:
                break
            names.append(after := found)
        return names

    def _due(self) -> list[Any]:
        """A wait that is longer than any can be: the clock was stepped back since, and must not park the run."""
        now, longest = self._clock(), int(self._settings.retry_most_seconds * 1000)
        return [A.state == JobState.PENDING.value, or_(A.not_before <= now, A.not_before > now + longest)]

    def _limit(self, runs: int | None) -> int | None:
        return limit_of(runs, self._settings.user_runs)

    def _of(
        self, user_id: str, dispatcher: str, cluster: str, skip: bool, session: Session
    ) -> tuple[Claim | None, bool]:
        """A user's next run, and whether somebody else just holds the user's row."""
        locked = select(User).where(U.id == user_id).with_for_update(skip_locked=skip)
        user = session.execute(locked).scalars().first()
        if user is None:
            return None, skip
        most = self._limit(user.runs)
        count = select(func.count()).where(A.state.in_(moves.UNDER_WAY), A.user_id == user_id)
        if most is not None and session.execute(count).scalar_one() >= most:
            return None, False
        first = select(Artifact).where(A.user_id == user_id, *self._due()).order_by(A.rank, A.created_at, A.id)
        found = session.execute(first.limit(1).with_for_update(skip_locked=True)).scalars().first()
        if found is None:
            return None, False
        user.served_at = now = self._clock()
        return self._running(session, found, dispatcher, cluster, now), False

    def _running(self, session: Session, found: Artifact, dispatcher: str, cluster: str, now: int) -> Claim | None:
        epoch = found.epoch + 1
        values = {"epoch": epoch, "owner": dispatcher, "cluster": cluster, "beat": 0, "actors": 0}
        where = [A.id == found.id, A.epoch == found.epoch]
        started = func.coalesce(A.started_at, now)
        if not moves.move(
            session, where, [JobState.PENDING], state=JobState.RUNNING.value, started_at=started, **values
        ):
            return None
        moves.begin_attempt(session, found.id, epoch, dispatcher, cluster, now)
        moves.jobs_follow(session, found.id, JobState.RUNNING, now)
        return self._claim(found, epoch, self._relatives(session, found))

    def _relatives(self, session: Session, found: Artifact) -> tuple[str, ...]:
        """Where data sets are of the same document with other row counts: the largest ones, then the newest."""
        if not found.family:
            return ()
        same = select(A.target).where(
            A.family == found.family, A.state == JobState.SUCCEEDED.value, A.id != found.id, A.live.is_not(None)
        )
        largest = same.order_by(A.rows.desc(), A.finished_at.desc(), A.id).limit(_REUSED)
        return tuple(session.execute(largest).scalars())

    def _cancelling(self, session: Session, dispatcher: str) -> Claim | None:
        free = select(Artifact).where(A.state == JobState.CANCELLING.value, A.owner == "")
        found = session.execute(free.limit(1).with_for_update(skip_locked=True)).scalars().first()
        if found is None:
            return None
        epoch, where = found.epoch + 1, [A.id == found.id, A.epoch == found.epoch, A.owner == ""]
        if not moves.move(session, where, [JobState.CANCELLING], epoch=epoch, owner=dispatcher, beat=0, actors=0):
            return None
        moves.begin_attempt(session, found.id, epoch, dispatcher, "", self._clock())
        return self._claim(found, epoch, ())

    def _claim(self, found: Artifact, epoch: int, reuse: tuple[str, ...]) -> Claim:
        return Claim(
            artifact=found.id,
            epoch=epoch,
            order=found.order,
            user=found.user_id,
            attempt=found.attempt,
            attempts=self._settings.attempts,
            bytes_left=found.byte_limit,
            reuse=reuse,
            job=found.job_id,
            request=found.request_id,
        )


def waiting_again() -> dict[str, Any]:
    """What a run is that waits to be claimed at once."""
    return {"state": JobState.PENDING.value, "owner": "", "cluster": "", "actors": 0, "not_before": 0}
