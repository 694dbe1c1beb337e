"""How long a claim takes however many runs wait, and how many runs a second can be claimed and finished.

PostgreSQL and MariaDB are the tests' own servers, which do not wait for disks; SQLite does, as it does in service.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from api.database.engine import Database
from api.database.models import Artifact, User, new_id
from api.jobs.store import SqlJobStore
from api.settings import Settings
from cluster.queue import Cost, JobState, Made

WAITING = (100, 1_000, 10_000, 100_000)
USERS = 20
_ROWS_AT_ONCE = 2_000


def measure(repeats: int = 50) -> dict[str, Any]:
    """For each database: milliseconds of a claim and of a backlog by waiting runs, and claims with ends a second."""
    found: dict[str, Any] = {}
    for name, opened in _databases().items():
        with opened() as url:
            found[name] = _measured(url, repeats)
    return {"databases": found, "repeats": repeats, "users": USERS}


def fill(database: Database, runs: int, users: int | list[str]) -> list[str]:
    """Adds waiting runs that nobody's job points to, to so many new users or to these; the users."""
    names = [new_id() for _ in range(users)] if isinstance(users, int) else users

    def work(session: Session) -> None:
        connection = session.connection()
        if isinstance(users, int):
            connection.execute(insert(User), [User(id=name, name=name, runs=-1).model_dump() for name in names])
        for first in range(0, runs, _ROWS_AT_ONCE):
            numbers = range(first, min(runs, first + _ROWS_AT_ONCE))
            connection.execute(insert(Artifact), [_run(names[number % len(names)], number) for number in numbers])

    database.run(work)
    return names


def _run(user: str, number: int) -> dict[str, Any]:
    name, priority = new_id(), number % 3
    return Artifact(
        id=name,
        fingerprint=name,
        live=name,
        order="{}",
        target=name,
        state=JobState.PENDING.value,
        user_id=user,
        priority=priority,
        rank=-priority,
        all_parts=4,
        all_rows=1000,
    ).model_dump()


def _measured(url: str, repeats: int) -> dict[str, Any]:
    database = Database(url)
    try:
        database.upgrade()
        store = SqlJobStore(database, Settings())
        users: int | list[str] = USERS
        waiting, claims, backlogs = 0, {}, {}
        for count in WAITING:
            users = fill(database, count - waiting, users)
            waiting = count
            _claimed(store)
            seconds = [_timed(lambda: _claimed(store)) for _ in range(repeats)]
            claims[str(count)] = 1000 * statistics.median(seconds)
            backlogs[str(count)] = 1000 * _timed(lambda: store.backlog("bench"))
        seconds_of_all = _timed(lambda: [_claimed(store, finish=True) for _ in range(repeats)])
        return {"claim_ms": claims, "backlog_ms": backlogs, "claims_and_ends_per_second": repeats / seconds_of_all}
    finally:
        database.close()


def _claimed(store: SqlJobStore, finish: bool = False) -> None:
    claim = store.claim("bench", "bench")
    assert claim is not None
    if finish:
        assert store.succeed(claim, Made("xxh3-128:0", 1000, 1000), Cost(1.0, 1000))


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _databases() -> dict[str, Callable[[], Any]]:
    from tests.servers.mariadb import mariadb
    from tests.servers.postgresql import postgresql

    @contextmanager
    def sqlite() -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="bench-queue-") as folder:
            yield f"sqlite:///{Path(folder) / 'queue.db'}"

    @contextmanager
    def served(server: Any) -> Iterator[str]:
        with server.database() as name:
            yield server.url(name)

    return {
        "SQLite": sqlite,
        "PostgreSQL": lambda: served(postgresql()),
        "MariaDB": lambda: served(mariadb()),
    }
