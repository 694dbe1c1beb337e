"""Around every request: an id, a time, headers of safety, and an answer also where no handler was found."""

from __future__ import annotations

import re
import secrets

from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Envelope:
    """The outermost application. ``scope["request_id"]`` is the client's own id, if it looks like one, or a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given.decode() if _GIVEN.fullmatch(given) else secrets.token_hex(16)
        scope["request_id"] = request_id  # type: ignore[typeddict-unknown-key]

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                headers["X-Request-Id"] = request_id
                for name, value in _SAFETY.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _POLICY)
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await self._app(scope, receive, sent)
