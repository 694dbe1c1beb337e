"""Around every request: an id, a time, headers of safety, a line in the log, and an answer also where no handler is.

The line names the route and not the query, and never what was sent: a body, a password or a token is in no log.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Any

from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics.page import Metrics
from cluster import log_event

_LOG = logging.getLogger("seedbed.requests")
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_POLICY = "default-src 'none'; frame-ancestors 'none'"
_QUIET = ("/health/", "/metrics", "/docs")
"""Routes that probes and pages ask all day long: only what fails there is logged."""
UNKNOWN = "unknown"
"""The route of a request that no handler is for."""


class Envelope:
    """The outermost application. ``scope["request_id"]`` is the client's own id, if it looks like one, or a new one."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given.decode() if _GIVEN.fullmatch(given) else secrets.token_hex(16)
        scope["request_id"] = request_id  # type: ignore[typeddict-unknown-key]
        began, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableScopeHeaders.from_message(message)
                headers["X-Request-Id"] = request_id
                for name, value in _SAFETY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _POLICY)
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._told(scope, request_id, status, time.perf_counter() - began)

    def _told(self, scope: Any, request_id: str, status: int, seconds: float) -> None:
        route = str(scope.get("path_template") or UNKNOWN)
        method = str(scope["method"]) if route != UNKNOWN else UNKNOWN
        self._metrics.count(method, route, status, seconds)
        if route.startswith(_QUIET) and status < 400:
            return
        user = scope.get("user")
        origin = scope.get("auth")
        more = {
            "http.request.method": method,
            "url.path": route,
            "http.response.status_code": status,
            "user.id": getattr(user, "user_id", None),
            "client.ip": getattr(origin, "address", None),
        }
        extra = log_event("request", seconds, request=request_id, job=str(scope.get("job_id", "")))
        extra |= {name: value for name, value in more.items() if value is not None}
        level = logging.ERROR if status >= 500 else logging.INFO
        _LOG.log(level, "%s %s %d", method, route, status, extra=extra)
