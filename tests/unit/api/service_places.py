"""A service on a fresh database with a folder for files, and short words for what its tests do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.jobs.service import JobService, Submitted
from api.jobs.upkeep import Upkeep
from cluster import Cost, Made, Order, remove_target, run_here
from tests.laws.job_stores import Clock, Place, place

DOCUMENT = {
    "seed": 7,
    "tables": {"a": {"rows": 70_000, "fields": {"id": "sequence"}}, "b": {"rows": 3, "fields": {"k": "uuid"}}},
}
PEOPLE = {"seed": 7, "rows": 20, "fields": {"id": "sequence", "name": "first_name"}}


@dataclass
class ServicePlace:
    """A service, what belongs to it, and a user."""

    inner: Place
    service: JobService
    upkeep: Upkeep

    @property
    def user(self) -> str:
        return self.inner.user

    @property
    def clock(self) -> Clock:
        return self.inner.clock

    def add_user(self, name: str, **limits: Any) -> str:
        return self.inner.add_user(name, **limits)

    def submit(self, rows: Any = None, user: str | None = None, document: Any = PEOPLE, **wanted: Any) -> Submitted:
        return self.service.submit(user or self.user, document, rows=rows, **wanted)

    def work(self, seconds: float = 1.0) -> int:
        """Carries out whatever waits; how many runs."""
        count = 0
        while (claim := self.inner.store.claim("one", "cluster")) is not None:
            order = Order.model_validate_json(claim.order)
            made = run_here(order)
            assert self.inner.store.succeed(claim, Made(made.digest, made.rows, made.bytes), Cost(seconds, made.bytes))
            count += 1
        return count

    def make(self, rows: Any = None, user: str | None = None, **wanted: Any) -> Submitted:
        """A job that has succeeded."""
        found = self.submit(rows, user, **wanted)
        self.work()
        return found

    def folder(self, submitted: Submitted, user: str | None = None) -> Path:
        return Path(self.inner.requests.dataset(user or self.user, submitted.dataset_id).target)

    def files(self, submitted: Submitted, user: str | None = None) -> dict[str, bytes]:
        folder = self.folder(submitted, user)
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def state(self, submitted: Submitted, user: str | None = None) -> str:
        """That of the data set."""
        return str(self.inner.requests.dataset(user or self.user, submitted.dataset_id).state)

    def remove(self) -> list[str]:
        """Removes the files that nobody needs, as a dispatcher does; their targets."""
        found = self.inner.store.removals(100)
        for removal in found:
            remove_target(removal.target)
            assert self.inner.store.removed(removal)
        return [removal.target for removal in found]


@contextmanager
def service_place(kind: str, folder: Path, **settings: Any) -> Iterator[ServicePlace]:
    with place(kind, folder, **settings) as found:
        service = JobService(found.database, found.settings, found.clock)
        yield ServicePlace(found, service, Upkeep(found.database, found.settings, found.clock))
