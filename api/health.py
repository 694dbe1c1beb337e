"""Whether this process answers, and whether what requests need answers too."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel
from sqlalchemy import text

from api.database.engine import Database
from api.rest.identity import OPERATIONS
from api.rest.operation import Call, Operation, Reply, reply, route
from api.settings import Settings
from cluster import JobStoreError, StoreError, Supervisor, open_store


class Live(BaseModel):
    """This process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """``checks``: what requests need, each ``ok`` or what is wrong with it."""

    status: Literal["ok", "unavailable"]
    checks: dict[str, str]


LIVE = Operation(
    "GET", "/health/live", "live", "Whether this process answers", OPERATIONS, "Operations", {200: Reply("Yes", Live)}
)
READY = Operation(
    "GET", "/health/ready", "ready", "Whether everything that requests need answers", OPERATIONS, "Operations",
    {200: Reply("Yes", Ready), 503: Reply("No", Ready)},
)  # fmt: skip


def routes(database: Database, settings: Settings, dispatcher: Supervisor | None) -> list[HTTPRouteHandler]:
    """The handlers; ``dispatcher`` is the child process, if this one has it."""

    def live(call: Call) -> Response[Any]:
        return reply(Live())

    def ready(call: Call) -> Response[Any]:
        checks = {"database": _database(database), "storage": _storage(settings)}
        if dispatcher is not None:
            checks["dispatcher"] = "ok" if dispatcher.pid else "it is being started"
        well = all(state == "ok" for state in checks.values())
        return reply(Ready(status="ok" if well else "unavailable", checks=checks), 200 if well else 503)

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
