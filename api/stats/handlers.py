"""What users have had made, and for admins the queue and the service as a whole, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import Field

from api.accounts.principal import ADMIN, READ
from api.jobs.models import QuotaRead
from api.jobs.records import Records
from api.jobs.requests import JobRequests
from api.jobs.service import JobService
from api.jobs.usage import Day
from api.metrics.figures import Figures
from api.metrics.overview import Overviews
from api.problems import ProblemError
from api.rest.bodies import Query
from api.rest.operation import Call, Operation, Reply, reply, route
from api.stats.models import DayRead, DeadLetter, DispatcherRead, QueueRead, ServiceStatsRead, StatsRead, UsedRead

TAG = "Statistics"
_DEAD_LETTERS = 50


class StatsQuery(Query):
    """Whose, and of how many days."""

    user_id: Annotated[str, Field(max_length=32, description="Another user's; for admins.")] | None = None
    days: Annotated[int, Field(ge=1, le=366)] = 30


class DaysQuery(Query):
    """Of how many days."""

    days: Annotated[int, Field(ge=1, le=366)] = 30


USER_STATS = Operation(
    "GET", "/user-stats", "user_stats", "What you have had made, by day", READ, TAG,
    {200: Reply("The figures", StatsRead)}, query=StatsQuery, problems=(404, 422),
)  # fmt: skip
QUEUE = Operation(
    "GET", "/admin/queue", "queue", "What waits, what runs, who makes it, and what has failed", ADMIN, TAG,
    {200: Reply("The queue", QueueRead)},
)  # fmt: skip
SERVICE_STATS = Operation(
    "GET", "/admin/stats", "service_stats", "What the whole service has been used for, by day", ADMIN, TAG,
    {200: Reply("The figures", ServiceStatsRead)}, query=DaysQuery, problems=(422,),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sources:
    """Where statistics come from."""

    service: JobService
    requests: JobRequests
    records: Records
    figures: Figures
    overviews: Overviews


def routes(sources: Sources) -> list[HTTPRouteHandler]:
    """The handlers."""
    service, requests, records = sources.service, sources.requests, sources.records

    def stats(call: Call) -> Response[Any]:
        wanted = call.query.user_id or call.user.user_id
        if wanted != call.user.user_id and not call.user.is_admin:
            raise ProblemError("not-found", f"there is no user {wanted}")
        user = requests.user(wanted)
        records.take_in(wanted)
        days = service.usage(wanted, call.query.days)
        found = StatsRead(
            user_id=wanted,
            username=user.name,
            **_sums(days),
            used=UsedRead.of(records.details(wanted, call.query.days)),
            quota=QuotaRead.of(service.quota(wanted)),
        )
        return reply(found)

    def queue(call: Call) -> Response[Any]:
        now = sources.overviews.now()
        living = sources.figures.dispatchers()
        found = QueueRead(
            runs=now.runs,
            backlog_rows=now.rows,
            backlog_bytes=now.bytes,
            backlog_seconds=round(now.seconds, 3),
            oldest_seconds=round(now.oldest_seconds, 3),
            actors=now.actors,
            dispatchers=[
                DispatcherRead(name=name, **{key: int(value) for key, value in each.items()})
                for name, each in living.items()
            ],
            dead_letters=[DeadLetter.of(view) for view in requests.dead_letters(_DEAD_LETTERS)],
        )
        return reply(found)

    def service_stats(call: Call) -> Response[Any]:
        records.take_in()
        days = service.usage(None, call.query.days)
        used = UsedRead.of(records.details(None, call.query.days))
        return reply(ServiceStatsRead(users=sources.overviews.now().users, **_sums(days), used=used))

    return [route(USER_STATS, stats), route(QUEUE, queue), route(SERVICE_STATS, service_stats)]


def _sums(days: Sequence[Day]) -> dict[str, Any]:
    return {
        "jobs": sum(day.jobs for day in days),
        "rows": sum(day.rows for day in days),
        "bytes": sum(day.bytes for day in days),
        "actor_seconds": round(sum(day.actor_seconds for day in days), 3),
        "days": [DayRead.of(day) for day in days],
    }
