"""Who asks, and whether they may: proves tokens and keys, takes tokens from buckets, guards routes by scope.

One middleware, in this order: the address's bucket for requests without a valid token, proof, the user's bucket, the
route's scope. Every route says its scope (``opt={"scope": ...}``); one that says none is closed to everybody.
"""

from __future__ import annotations

import ipaddress
import logging
from functools import partial
from typing import Any

import anyio.to_thread
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.accounts.principal import Principal
from api.accounts.service import Accounts, Origin
from api.limits.buckets import Buckets, Rule, Taken
from api.problems import ProblemError
from api.settings import Settings

PUBLIC, OPERATIONS = "public", "operations"
"""Scopes of routes that need no token; those of operations take nothing from a bucket either."""
_LOG = logging.getLogger("seedbed.api")
_MOST_HEADER = 4096
_WITHOUT_BODY = {"GET", "HEAD", "DELETE"}
"""Methods of requests of which nothing is read before it is known who asks."""


class Identity(ASGIMiddleware):
    """Sets ``scope["user"]`` to a Principal, or None, and ``scope["auth"]`` to the request's Origin."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, accounts: Accounts, buckets: Buckets, settings: Settings) -> None:
        self._accounts, self._buckets, self._settings = accounts, buckets, settings
        self._of_address = Rule("address", settings.address_requests)
        self._of_user = Rule("user", settings.user_requests)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        wanted = str(scope["route_handler"].opt.get("scope", ""))
        address = address_of(scope, self._settings.proxies)
        scope["user"], scope["auth"] = None, Origin(address=address, request_id=str(scope.get("request_id", "")))
        if wanted == OPERATIONS:
            await next_app(scope, receive, send)
            return
        headers: dict[str, str] = {}
        let_in = partial(self._let_in, scope, address, wanted, headers)
        if str(scope.get("method")) in _WITHOUT_BODY:  # the handler calls it, in the thread in which it works
            scope["let_in"] = let_in  # type: ignore[typeddict-unknown-key]
        else:
            await anyio.to_thread.run_sync(let_in)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableScopeHeaders.from_message(message)
                for name, value in headers.items():
                    if name != "Retry-After":
                        answered.setdefault(name, value)
            await send(message)

        await next_app(scope, receive, sent)

    def _let_in(self, scope: Any, address: str, wanted: str, headers: dict[str, str]) -> None:
        """Sets who asks; ProblemError if nobody may. ``headers``: gets those that say what is left."""
        principal, found = self._proved(_secret(scope), address)
        rule = self._of_address if principal is None else self._of_user
        headers.update(limit_headers(rule, found))
        if not found.allowed:
            raise ProblemError("too-many-requests", f"{rule.most} requests a minute are allowed", headers=headers)
        if principal is not None:
            scope["user"] = principal
            scope["auth"] = Origin(principal.user_id, address, str(scope.get("request_id", "")))
        if wanted != PUBLIC:
            _check(principal, wanted)

    def _proved(self, secret: str | None, address: str) -> tuple[Principal | None, Taken]:
        """Who it is, and what the bucket says: the user's, or the address's where nobody is known."""
        principal = None if secret is None else self._accounts.whose(secret)
        if principal is not None:  # whoever shares the address with others is not limited by them
            return principal, self._buckets.take(self._of_user, principal.user_id)
        return None, self._buckets.take(self._of_address, address)


def _check(principal: Principal | None, wanted: str) -> None:
    if principal is None:
        raise ProblemError("unauthorized", "log in with POST /auth/token, or send a key, as Authorization: Bearer ...")
    if not wanted or not principal.may(wanted):
        raise ProblemError("forbidden", f"this needs the scope {wanted!r}, which the token or key does not have")


def limit_headers(rule: Rule, found: Taken) -> dict[str, str]:
    """What the HTTP API working group's draft on RateLimit fields names, and Retry-After for whoever has to wait."""
    headers = {
        "RateLimit-Policy": f'"{rule.name}";q={rule.most};w=60',
        "RateLimit": f'"{rule.name}";r={found.left};t={found.full}',
    }
    return headers if found.allowed else headers | {"Retry-After": str(max(1, found.wait))}


def _secret(scope: Scope) -> str | None:
    """What is sent as proof: ``Authorization: Bearer`` or ``X-API-Key``."""
    for name, value in scope["headers"]:
        if len(value) > _MOST_HEADER:
            continue
        if name == b"authorization":
            kind, _, secret = value.decode("latin-1").partition(" ")
            if kind.casefold() == "bearer":
                return secret.strip()
        elif name == b"x-api-key":
            return value.decode("latin-1").strip()
    return None


def address_of(scope: Scope, proxies: int) -> str:
    """The client's address: the connection's, or what the outermost of so many trusted proxies has seen.

    IPv6 addresses count by their /64, which is what one subscriber has.
    """
    client: Any = scope.get("client")
    found = str(client[0]) if client else ""
    if proxies:
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        seen = [each.strip() for each in ",".join(given).split(",") if each.strip()]
        found = seen[-proxies] if len(seen) >= proxies else found
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return found[:45]
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))
