"""The web application: what answers where. Put together here, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Response
from litestar.config.cors import CORSConfig
from litestar.handlers import HTTPRouteHandler
from litestar.types import Receive, Scope, Send

from api import health
from api.accounts import handlers as accounts_handlers
from api.accounts.service import Accounts
from api.accounts.tokens import Tokens, secret_of
from api.catalogue import handlers as catalogue_handlers
from api.database.engine import Database
from api.datasets import handlers as datasets_handlers
from api.docs import handlers as docs_handlers
from api.jobs import handlers as jobs_handlers
from api.jobs.events import JobEvents
from api.jobs.records import Records
from api.jobs.requests import JobRequests
from api.jobs.service import JobService
from api.limits.buckets import open_buckets
from api.metrics import handlers as metrics_handlers
from api.metrics.figures import Background, Figures
from api.metrics.overview import Overviews
from api.metrics.page import Metrics
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
from api.stats import handlers as stats_handlers
from api.stats.handlers import Sources
from api.webhooks import handlers as webhooks_handlers
from api.webhooks.deliverer import Deliverer
from api.webhooks.service import Webhooks
from cluster import Supervisor

DOCUMENT = Operation(
    "GET", "/schema/openapi.json", "openapi", "This document", PUBLIC, "Operations",
    {200: Reply("The OpenAPI document", dict[str, Any], headers={"ETag": "Of it"}), 304: Reply("It is as it was")},
    headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip
_SHOWN = ["ETag", "Link", "Location", "X-Request-Id", "RateLimit", "RateLimit-Policy", "Retry-After"]
_SHOWN += ["Idempotency-Replayed", "Content-Range", "Content-Disposition"]
_TAKEN = ["Authorization", "X-API-Key", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID"]
_TAKEN += ["Range", "If-Range", "X-Request-Id"]
_SECONDS = 2.0


class Application:
    """The application as a server runs it."""

    def __init__(self, app: Envelope, events: JobEvents) -> None:
        self._app, self._events = app, events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def stopping(self) -> None:
        """Ends the answers that would go on for ever; whoever follows a job asks another process."""
        self._events.close()


def create_app(settings: Settings, dispatcher: Supervisor | None = None) -> Application:
    """The application; ``dispatcher`` is the child process that it reports on, if it has one."""
    database, secret = Database(settings.database), secret_of(settings)
    buckets = open_buckets(settings, database)
    accounts = Accounts(database, settings, Tokens(secret))
    figures, overviews, records = Figures(database), Overviews(database), Records(database)
    metrics = Metrics(figures, overviews)
    requests, answers = JobRequests(database, settings, figures=figures), Answers(database, secret)
    service, schemas = JobService(database, settings, figures=figures), Schemas(database)
    events = JobEvents(requests, metrics.followers)
    private = settings.webhook_hosts == "any"
    deliverer, background = Deliverer(database, private, figures), Background(_SECONDS, figures.flush, records.flush)
    handlers = [
        *health.routes(database, settings, dispatcher, figures),
        *metrics_handlers.routes(metrics),
        *docs_handlers.routes(settings),
        *accounts_handlers.routes(accounts, buckets, answers, settings),
        *catalogue_handlers.routes(service, records),
        *schemas_handlers.routes(schemas, answers),
        *jobs_handlers.routes(service, requests, schemas, answers, events),
        *datasets_handlers.routes(service, requests, schemas, records, answers),
        *webhooks_handlers.routes(Webhooks(database, private), answers),
        *stats_handlers.routes(Sources(service, requests, records, figures, overviews)),
    ]
    handlers.append(_document(handlers))
    app = Litestar(
        route_handlers=handlers,
        middleware=[Identity(accounts, buckets, settings)],
        exception_handlers={Exception: answer},
        cors_config=_cors(settings),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=settings.body_bytes,
        on_startup=[database.upgrade, background.start, deliverer.start],
        on_shutdown=[deliverer.close, background.close, buckets.close, database.close],
    )
    return Application(Envelope(app, metrics), events)


def operations_of(handlers: Sequence[HTTPRouteHandler]) -> list[Operation]:
    """What the handlers say of themselves."""
    return [handler.opt["operation"] for handler in handlers]


def _cors(settings: Settings) -> CORSConfig | None:
    origins = [each.strip() for each in settings.cors_origins.split(",") if each.strip()]
    if not origins:
        return None
    return CORSConfig(
        allow_origins=origins,
        allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
        allow_headers=_TAKEN,
        expose_headers=_SHOWN,
        max_age=3600,
    )


def _document(handlers: Sequence[HTTPRouteHandler]) -> HTTPRouteHandler:
    found = openapi.document([*operations_of(handlers), DOCUMENT])
    data = json.dumps(found, ensure_ascii=False).encode()

    def document(call: Call) -> Response[Any]:
        return unless_known(call, data)

    return route(DOCUMENT, document)
