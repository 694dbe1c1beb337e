"""A queue for the tests: a job store and the users' side of it on one database, with a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import SQLModel

from api.database.engine import Database
from api.database.models import Artifact, Attempt, Usage, User
from api.jobs.entries import Entered, Entry
from api.jobs.requests import JobRequests
from api.jobs.store import SqlJobStore
from api.settings import Settings
from cluster.queue import Claim, Cost, JobState, Made
from tests.servers.database import DatabaseServer

MADE = Made("xxh3-128:0", 10, 1000)
COST = Cost(2.0, 1200, 1, 0)


@dataclass
class Clock:
    """Milliseconds since 1970; every look is a millisecond later, so that what is entered first is older."""

    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        self.now += 1
        return self.now


@dataclass
class Place:
    """``store`` and ``requests`` on one database."""

    database: Database
    settings: Settings
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.store = SqlJobStore(self.database, self.settings, self.clock)
        self.requests = JobRequests(self.database, self.settings, self.clock)

    def user(self, name: str, **limits: Any) -> str:
        return self.requests.add_user(name, **limits).id

    def enter(self, user: str, fingerprint: str, **more: Any) -> Entered:
        values = {"rows": 10, "parts": 4, "bytes": 1000, "seconds": 8.0} | more
        return self.requests.enter(user, Entry(fingerprint, '{"document": {}}', **values))

    def claim(self, dispatcher: str = "one", cluster: str = "c") -> Claim:
        found = self.store.claim(dispatcher, cluster)
        assert found is not None
        return found

    def finish(self, claim: Claim) -> None:
        assert self.store.succeed(claim, MADE, COST)

    def state(self, user: str, entered: Entered) -> JobState:
        return self.requests.job(user, entered.job_id).state

    def rows(self, query: Any) -> list[Any]:
        return self.database.read(lambda session: list(session.execute(query).scalars()))

    def artifact(self, name: str) -> Artifact:
        found = self.rows(select(Artifact).where(Artifact.id == name))  # type: ignore[arg-type]
        assert len(found) == 1
        return found[0]  # type: ignore[no-any-return]

    def artifacts(self) -> list[Artifact]:
        return self.rows(select(Artifact))

    def attempts(self) -> list[Attempt]:
        return self.rows(select(Attempt).order_by(Attempt.started_at))  # type: ignore[arg-type]

    def usage(self) -> dict[str, Usage]:
        """By the user's name; one day."""
        users = {user.id: user.name for user in self.rows(select(User))}
        return {users[each.user_id]: each for each in self.rows(select(Usage))}

    def clear(self) -> None:
        """Nothing is in any table."""

        def work(session: Any) -> None:
            for table in SQLModel.metadata.tables.values():
                session.execute(delete(table))

        self.database.run(work)


def queue_settings(folder: Path, **more: Any) -> Settings:
    """Settings that read no environment of this machine's."""
    return Settings(home=folder, user_runs=1000, retry_seconds=4.0, retry_most_seconds=60.0, lease_losses=3, **more)


@contextmanager
def fresh_database(kind: str, folder: Path, server: DatabaseServer | None) -> Iterator[Database]:
    """A database with all tables and no rows: of a server, or a file of SQLite's in a folder."""
    if server is None:
        database = Database(f"sqlite:///{folder / 'queue.db'}")
        database.upgrade()
        yield database
        database.close()
        return
    with server.database() as name:
        database = Database(server.url(name).replace("mysql:", f"{kind}:"))
        database.upgrade()
        yield database
        database.close()
