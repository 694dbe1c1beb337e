"""What users have had made, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel, Field

from api.accounts.principal import READ
from api.jobs.models import QuotaRead
from api.jobs.requests import JobRequests
from api.jobs.service import JobService
from api.problems import ProblemError
from api.rest.bodies import Query
from api.rest.operation import Call, Operation, Reply, reply, route


class StatsQuery(Query):
    """Whose, and of how many days."""

    user_id: Annotated[str, Field(max_length=32, description="Another user's; for admins.")] | None = None
    days: Annotated[int, Field(ge=1, le=366)] = 30


class DayRead(BaseModel):
    """What was charged on one day (UTC)."""

    day: date
    jobs: int
    rows: int
    bytes: int
    actor_seconds: float


class StatsRead(BaseModel):
    """Sums over the days, each day, and what may still be made."""

    user_id: str
    username: str
    jobs: int
    rows: int
    bytes: int
    actor_seconds: float
    days: list[DayRead]
    quota: QuotaRead


USER_STATS = Operation(
    "GET", "/user-stats", "user_stats", "What you have had made, by day", READ, "Statistics",
    {200: Reply("The figures", StatsRead)}, query=StatsQuery, problems=(404, 422),
)  # fmt: skip


def routes(service: JobService, requests: JobRequests) -> list[HTTPRouteHandler]:
    """The handler."""

    def stats(call: Call) -> Response[Any]:
        wanted = call.query.user_id or call.user.user_id
        if wanted != call.user.user_id and not call.user.is_admin:
            raise ProblemError("not-found", f"there is no user {wanted}")
        user = requests.user(wanted)
        days = service.usage(wanted, call.query.days)
        return reply(
            StatsRead(
                user_id=wanted,
                username=user.name,
                jobs=sum(day.jobs for day in days),
                rows=sum(day.rows for day in days),
                bytes=sum(day.bytes for day in days),
                actor_seconds=round(sum(day.actor_seconds for day in days), 3),
                days=[
                    DayRead(
                        day=day.day,
                        jobs=day.jobs,
                        rows=day.rows,
                        bytes=day.bytes,
                        actor_seconds=round(day.actor_seconds, 3),
                    )
                    for day in days
                ],
                quota=QuotaRead.of(service.quota(wanted)),
            )
        )

    return [route(USER_STATS, stats)]
