"""Statistics as they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, Field

from api.jobs.models import JobRead, QuotaRead
from api.jobs.records import FORMAT, TYPE, WHAT, Detail, by_kind
from api.jobs.usage import Day
from api.jobs.views import JobView


class DayRead(BaseModel):
    """What was charged on one day (UTC)."""

    day: date
    jobs: int
    rows: int
    bytes: int
    actor_seconds: float

    @classmethod
    def of(cls, day: Day) -> DayRead:
        seconds = round(day.actor_seconds, 3)
        return cls(day=day.day, jobs=day.jobs, rows=day.rows, bytes=day.bytes, actor_seconds=seconds)


class DetailRead(BaseModel):
    """Requests in which a name occurred: how many, how many of them were answered from the cache, what they came to."""

    name: str
    requests: int
    cached: int
    rows: int
    bytes: int
    seconds: float

    @classmethod
    def of(cls, found: Detail) -> DetailRead:
        return cls(
            name=found.name,
            requests=found.requests,
            cached=found.cached,
            rows=found.rows,
            bytes=found.bytes,
            seconds=round(found.seconds, 3),
        )


class UsedRead(BaseModel):
    """What was asked for: kinds of requests (job, inline, page, preview, virtual), formats and field types, the most
    frequent first."""

    requests: list[DetailRead]
    formats: list[DetailRead]
    field_types: list[DetailRead]

    @classmethod
    def of(cls, details: Sequence[Detail]) -> UsedRead:
        found = {kind: [DetailRead.of(each) for each in named] for kind, named in by_kind(details).items()}
        return cls(requests=found[WHAT], formats=found[FORMAT], field_types=found[TYPE])


class StatsRead(BaseModel):
    """Sums over the days, each day, what was asked for, and what may still be made."""

    user_id: str
    username: str
    jobs: int
    rows: int
    bytes: int
    actor_seconds: float
    days: list[DayRead]
    used: UsedRead
    quota: QuotaRead


class DispatcherRead(BaseModel):
    """A dispatcher that lives, with its generator actors."""

    name: str
    actors_ready: int
    actors_waiting: int
    nodes: int


class DeadLetter(BaseModel):
    """A job that has failed for good."""

    user_id: str
    job: JobRead

    @classmethod
    def of(cls, view: JobView) -> DeadLetter:
        return cls(user_id=view.user_id, job=JobRead.of(view))


class QueueRead(BaseModel):
    """The queue: runs by state, what is still to be made, who makes it, and what could not be made."""

    runs: dict[str, int] = Field(description="State → how many runs.")
    backlog_rows: int
    backlog_bytes: int
    backlog_seconds: float
    oldest_seconds: float
    actors: int
    dispatchers: list[DispatcherRead]
    dead_letters: list[DeadLetter]


class ServiceStatsRead(BaseModel):
    """What the whole service has been used for."""

    users: int
    jobs: int
    rows: int
    bytes: int
    actor_seconds: float
    days: list[DayRead]
    used: UsedRead
