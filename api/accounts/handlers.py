"""Users, log-ins and keys over HTTP."""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from api.accounts.models import AddKey, AddUser, Credentials, KeyRead, Keys, NewKey, TokenRead, UserRead
from api.accounts.principal import ADMIN, READ, WRITE
from api.accounts.service import Accounts, LogInError
from api.database.models import now
from api.limits.buckets import Buckets, Rule
from api.problems import ProblemError
from api.rest.idempotency import Answers
from api.rest.identity import PUBLIC, limit_headers
from api.rest.operation import Call, Operation, Reply, reply, route
from api.settings import Settings

TAG = "Accounts"
ADD_USER = Operation(
    "POST", "/add-user", "add_user", "Create a user", PUBLIC, TAG,
    {201: Reply("The user", UserRead)},
    body=AddUser, problems=(401, 403, 409, 422), creates=True,
    example={"username": "ann", "password": "correct horse battery"},
    description="Open to everybody where registration is open, else to admins.",
)  # fmt: skip
LOG_IN = Operation(
    "POST", "/auth/token", "log_in", "Log in", PUBLIC, TAG,
    {200: Reply("A token for the session", TokenRead)},
    body=Credentials, problems=(401, 422), example={"username": "ann", "password": "correct horse battery"},
)  # fmt: skip
LOG_OUT = Operation(
    "DELETE", "/auth/session", "log_out", "End this session", READ, TAG, {204: Reply("The token is revoked")},
)  # fmt: skip
ADD_KEY = Operation(
    "POST", "/api-keys", "add_key", "Create an API key, whose secret is shown this once", WRITE, TAG,
    {201: Reply("The key", NewKey)}, body=AddKey, problems=(409, 422), creates=True,
    example={"name": "nightly tests", "scopes": ["read", "write"], "expires_in": 2_592_000},
)  # fmt: skip
KEYS = Operation("GET", "/api-keys", "list_keys", "List your API keys", READ, TAG, {200: Reply("The keys", Keys)})
REVOKE_KEY = Operation(
    "DELETE", "/api-keys/{key_id:str}", "revoke_key", "Revoke an API key", WRITE, TAG,
    {204: Reply("The key is revoked")}, problems=(404,),
)  # fmt: skip


def routes(accounts: Accounts, buckets: Buckets, answers: Answers, settings: Settings) -> list[HTTPRouteHandler]:
    """The handlers of this room."""
    failures = Rule("log-ins", settings.failed_logins)

    def add_user(call: Call) -> Response[Any]:
        wanted: AddUser = call.body
        is_admin = call.principal is not None and call.principal.may(ADMIN)
        if not is_admin and call.principal is None and settings.registration == "closed":
            raise ProblemError("unauthorized", "registration is closed; an admin can add users")
        if not is_admin and (settings.registration == "closed" or wanted.role != "user"):
            raise ProblemError("forbidden", "only an admin can do that")
        user = accounts.add(wanted.username, wanted.password.get_secret_value(), call.origin, wanted.role, call.new_id)
        return reply(UserRead.of(user), 201)

    def log_in(call: Call) -> Response[Any]:
        wanted: Credentials = call.body
        for whose in (call.origin.address, f"user {wanted.username}"):
            looked = buckets.take(failures, whose, cost=0)
            if not looked.allowed:
                raise ProblemError(
                    "too-many-requests", "too many log-ins have failed", headers=limit_headers(failures, looked)
                )
        try:
            found = accounts.log_in(wanted.username, wanted.password.get_secret_value(), call.origin)
        except LogInError:
            buckets.take(failures, call.origin.address)
            buckets.take(failures, f"user {wanted.username}")
            raise
        left = max(0, found.expires - now() // 1000)
        return reply(TokenRead(access_token=found.token, expires_in=left), 200, {"Cache-Control": "no-store"})

    def log_out(call: Call) -> Response[Any]:
        if not call.user.session_id:
            raise ProblemError("forbidden", "a key is no session; revoke it with DELETE /api-keys/{id}")
        accounts.log_out(call.user, call.origin)
        return reply(None, 204)

    return [
        route(ADD_USER, add_user, answers),
        route(LOG_IN, log_in),
        route(LOG_OUT, log_out),
        *_of_keys(accounts, answers),
    ]


def _of_keys(accounts: Accounts, answers: Answers) -> list[HTTPRouteHandler]:
    def add_key(call: Call) -> Response[Any]:
        wanted: AddKey = call.body
        ends = None if wanted.expires_in is None else now() + 1000 * wanted.expires_in
        key, secret = accounts.add_key(
            call.user, call.origin, name=wanted.name, scopes=wanted.scopes, expires_at=ends, key_id=call.new_id
        )
        return reply(NewKey.made(key, secret), 201, {"Cache-Control": "no-store"})

    def keys(call: Call) -> Response[Any]:
        return reply(Keys(items=[KeyRead.of(key) for key in accounts.keys(call.user.user_id)]))

    def revoke_key(call: Call) -> Response[Any]:
        accounts.revoke_key(call.user, call.path["key_id"], call.origin)
        return reply(None, 204)

    return [route(ADD_KEY, add_key, answers), route(KEYS, keys), route(REVOKE_KEY, revoke_key)]
