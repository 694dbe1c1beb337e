"""Whether this process answers, and whether what requests need answers too."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel
from sqlalchemy import text

from api.database.engine import Database
from api.metrics.figures import SEEN_SECONDS, Figures
from api.rest.identity import OPERATIONS
from api.rest.operation import Call, Operation, Reply, reply, route
from api.settings import Settings
from cluster import JobStoreError, StoreError, Supervisor, open_store


class Live(BaseModel):
    """This process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """``checks``: what requests need, each ``ok`` or what is wrong with it.

    Without Ray the service is ``degraded``: jobs are taken and wait, everything else is answered.
    """

    status: Literal["ok", "degraded", "unavailable"]
    checks: dict[str, str]


LIVE = Operation(
    "GET", "/health/live", "live", "Whether this process answers", OPERATIONS, "Operations", {200: Reply("Yes", Live)},
    at_once=True,
)  # fmt: skip
READY = Operation(
    "GET", "/health/ready", "ready", "Whether everything that requests need answers", OPERATIONS, "Operations",
    {200: Reply("Yes, or all but Ray does", Ready), 503: Reply("No", Ready)},
)  # fmt: skip


def routes(
    database: Database, settings: Settings, dispatcher: Supervisor | None, figures: Figures
) -> list[HTTPRouteHandler]:
    """The handlers; ``dispatcher`` is the child process, if this one has it."""

    def live(call: Call) -> Response[Any]:
        return reply(Live())

    def ready(call: Call) -> Response[Any]:
        checks = {"database": _database(database), "storage": _storage(settings)}
        well = all(state == "ok" for state in checks.values())
        checks["ray"] = _ray(figures, settings) if checks["database"] == "ok" else "the database knows, and is away"
        if dispatcher is not None:
            checks["dispatcher"] = "ok" if dispatcher.pid else "it is being started"
        whole = all(state == "ok" for state in checks.values())
        status: Literal["ok", "degraded", "unavailable"] = "ok" if whole else "degraded" if well else "unavailable"
        return reply(Ready(status=status, checks=checks), 200 if well else 503)

    return [route(LIVE, live), route(READY, ready)]


def _database(database: Database) -> str:
    try:
        with database.transaction(reading=True) as session:
            session.connection().execute(text("SELECT 1"))
    except JobStoreError as error:
        return str(error)
    return "ok"


def _storage(settings: Settings) -> str:
    try:
        open_store(settings.storage).check()
    except StoreError as error:
        return str(error)
    return "ok"


def _ray(figures: Figures, settings: Settings) -> str:
    """A dispatcher lives only while its Ray does."""
    try:
        living = figures.dispatchers()
    except JobStoreError as error:
        return str(error)
    where = "Ray" if settings.runner == "ray" else "threads"
    return "ok" if living else f"no dispatcher with {where} has said for {SEEN_SECONDS:.0f} s that it lives"
