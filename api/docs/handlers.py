"""``/docs``: the OpenAPI document as pages. Every file comes from here; the browser asks nobody else."""

from __future__ import annotations

from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from api.jobs.views import NotFoundError
from api.rest.identity import OPERATIONS
from api.rest.operation import Call, Operation, Reply, route
from api.rest.pages import unless_known
from api.settings import Settings

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Seedbed: the REST interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger.css">
</head>
<body>
<div id="interface"></div>
<script src="/docs/swagger.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """window.onload = () => SwaggerUIBundle({
  url: "/schema/openapi.json",
  dom_id: "#interface",
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
});
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_FILES = {
    "swagger.js": ("swagger_bundle.js", "text/javascript; charset=utf-8"),
    "swagger.css": ("swagger_style.css", "text/css; charset=utf-8"),
}
PAGE = Operation(
    "GET", "/docs", "docs", "This document as a page", OPERATIONS, "Operations",
    {200: Reply("The page", media=("text/html",), headers={"ETag": "Of it"}), 304: Reply("It is as it was")},
    headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip
FILE = Operation(
    "GET", "/docs/{name:str}", "docs_file", "What the page is made of", OPERATIONS, "Operations",
    {200: Reply("The file", media=("text/javascript", "text/css")), 304: Reply("It is as it was")},
    problems=(404,), headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip


def routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The handlers; none where the settings want no page."""
    if not settings.docs:
        return []

    def page(call: Call) -> Response[Any]:
        return unless_known(
            call, _PAGE.encode(), media="text/html; charset=utf-8", **{"Content-Security-Policy": _POLICY}
        )

    def file(call: Call) -> Response[Any]:
        name = call.path["name"]
        if name == "start.js":
            return unless_known(call, _START.encode(), media=_FILES["swagger.js"][1])
        if name not in _FILES:
            raise NotFoundError(f"there is no file {name[:60]!r}")
        return unless_known(call, _read(_FILES[name][0]), media=_FILES[name][1], **{"Cache-Control": "max-age=86400"})

    return [route(PAGE, page), route(FILE, file)]


@cache
def _read(name: str) -> bytes:
    return Path(str(distribution("offapi").locate_file(f"offapi/{name}"))).read_bytes()
