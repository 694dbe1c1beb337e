"""What the laws of job stores need: a fresh database of each kind, a clock to turn, and short words for moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.database.engine import Database
from api.database.models import now
from api.jobs.requests import Entered, Entry, JobRequests, JobView
from api.jobs.store import SqlJobStore
from api.settings import Settings
from cluster import Claim, Cost, Made
from tests.servers import mariadb, postgresql

KINDS = ("sqlite", "postgresql", "mariadb")
MADE = Made("xxh3-128:00", 10, 100)


class Clock:
    """Real time, stepped by hand."""

    def __init__(self) -> None:
        self.step = 0

    def __call__(self) -> int:
        return now() + self.step

    def forward(self, seconds: float) -> None:
        self.step += int(seconds * 1000)


@dataclass
class Place:
    """A job store and its users' side on one database, with a user."""

    url: str
    settings: Settings
    clock: Clock
    store: SqlJobStore = field(init=False)
    requests: JobRequests = field(init=False)
    database: Database = field(init=False)
    user: str = field(init=False)

    def __post_init__(self) -> None:
        self.database = Database(self.url)
        self.database.upgrade()
        self.store = SqlJobStore(self.database, self.settings, self.clock)
        self.requests = JobRequests(self.database, self.settings, self.clock)
        self.user = self.add_user("ann")

    def add_user(self, name: str, **limits: Any) -> str:
        return self.requests.add_user(name, **limits).id

    def enter(self, fingerprint: str, user: str | None = None, **more: Any) -> Entered:
        entry = Entry(fingerprint, json.dumps({"of": fingerprint}), rows=10, parts=2, bytes=100, seconds=4.0, **more)
        return self.requests.enter(user or self.user, entry)

    def claim(self, dispatcher: str = "one") -> Claim:
        found = self.store.claim(dispatcher, "cluster")
        assert found is not None
        return found

    def job(self, entered: Entered, user: str | None = None) -> JobView:
        return self.requests.job(user or self.user, entered.job_id)

    def state(self, entered: Entered, user: str | None = None) -> str:
        return str(self.job(entered, user).state)

    def make(self, fingerprint: str, user: str | None = None) -> Entered:
        """A job that has succeeded."""
        entered = self.enter(fingerprint, user)
        assert self.store.succeed(self.claim(), MADE, Cost(1.0, 100))
        return entered

    def lose(self, claim: Claim) -> bool:
        """Takes a run from its dispatcher, as one that has watched it for long enough does."""
        (lease,) = [lease for lease in self.store.leases("watcher") if lease.artifact == claim.artifact]
        return self.store.expire(lease)


@contextmanager
def place(kind: str, folder: Path, **settings: Any) -> Iterator[Place]:
    """A place in a new database, which is gone afterwards."""
    with ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'queue.db'}"
        else:
            server = postgresql.postgresql() if kind == "postgresql" else mariadb.mariadb()
            url = server.url(stack.enter_context(server.database()))
        found = Place(url, Settings(home=folder, **{"user_runs": 100, **settings}), Clock())
        stack.callback(found.database.close)
        yield found
