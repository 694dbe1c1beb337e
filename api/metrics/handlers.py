"""``/metrics``."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from api.metrics.page import MEDIA_TYPE, Metrics
from api.rest.identity import OPERATIONS
from api.rest.operation import Call, Operation, Reply, route

METRICS = Operation(
    "GET", "/metrics", "metrics", "Metrics for Prometheus", OPERATIONS, "Operations",
    {200: Reply("Of this process, and of the whole service", media=("text/plain",))},
)  # fmt: skip


def routes(metrics: Metrics) -> list[HTTPRouteHandler]:
    """The handler."""

    def page(call: Call) -> Response[Any]:
        return Response(metrics.page(), status_code=200, media_type=MEDIA_TYPE)

    return [route(METRICS, page)]
