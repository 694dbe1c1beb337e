"""The web application: what answers where. Put together here, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from api import health, stats
from api.accounts import handlers as accounts_handlers
from api.accounts.service import Accounts
from api.accounts.tokens import Tokens, secret_of
from api.catalogue import handlers as catalogue_handlers
from api.database.engine import Database
from api.datasets import handlers as datasets_handlers
from api.jobs import handlers as jobs_handlers
from api.jobs.requests import JobRequests
from api.jobs.service import JobService
from api.limits.buckets import open_buckets
from api.problems import answer
from api.rest import openapi
from api.rest.envelope import Envelope
from api.rest.idempotency import Answers
from api.rest.identity import PUBLIC, Identity
from api.rest.operation import Call, Operation, Reply, route
from api.rest.pages import unless_known
from api.schemas import handlers as schemas_handlers
from api.schemas.service import Schemas
from api.settings import Settings
from cluster import Supervisor

DOCUMENT = Operation(
    "GET", "/schema/openapi.json", "openapi", "This document", PUBLIC, "Operations",
    {200: Reply("The OpenAPI document", dict[str, Any], headers={"ETag": "Of it"}), 304: Reply("It is as it was")},
    headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip


def create_app(settings: Settings, dispatcher: Supervisor | None = None) -> ASGIApp:
    """The application; ``dispatcher`` is the child process that it reports on, if it has one."""
    database = Database(settings.database)
    buckets = open_buckets(settings, database)
    accounts = Accounts(database, settings, Tokens(secret_of(settings)))
    requests, service, answers = JobRequests(database, settings), JobService(database, settings), Answers(database)
    schemas = Schemas(database)
    handlers = [
        *health.routes(database, settings, dispatcher),
        *accounts_handlers.routes(accounts, buckets, answers, settings),
        *catalogue_handlers.routes(service),
        *schemas_handlers.routes(schemas, answers),
        *jobs_handlers.routes(service, requests, schemas, answers),
        *datasets_handlers.routes(service, requests),
        *stats.routes(service, requests),
    ]
    handlers.append(_document(handlers))
    app = Litestar(
        route_handlers=handlers,
        middleware=[Identity(accounts, buckets, settings)],
        exception_handlers={Exception: answer},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=settings.body_bytes,
        on_startup=[database.upgrade],
        on_shutdown=[buckets.close, database.close],
    )
    return Envelope(app)


def operations_of(handlers: Sequence[HTTPRouteHandler]) -> list[Operation]:
    """What the handlers say of themselves."""
    return [handler.opt["operation"] for handler in handlers]


def _document(handlers: Sequence[HTTPRouteHandler]) -> HTTPRouteHandler:
    found = openapi.document([*operations_of(handlers), DOCUMENT])
    data = json.dumps(found, ensure_ascii=False).encode()

    def document(call: Call) -> Response[Any]:
        return unless_known(call, data)

    return route(DOCUMENT, document)
