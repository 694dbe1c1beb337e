"""Errors as clients see them: problem details (RFC 9457), one table from the errors of the domain to their kinds.

A kind has a stable name, a title and a status; ``detail`` is the error's own message, ``errors`` every mistake with its
JSON path and what would be right. No stack trace, and nothing of what was sent, gets into an answer by accident: what
is not in the table is an internal error whose text is only in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.exceptions import ValidationException as BodyError

from api.accounts.passwords import PasswordError
from api.accounts.service import LogInError, UserNameError
from api.jobs.quotas import QuotaError
from api.jobs.views import ConflictError, CursorError, NotFoundError
from api.schemas.service import ChangedError
from cluster import JobStoreError, ManifestError, OrderError, StoreError
from formats import FormatError
from generator import Mistake, SchemaError, SeedbedError, UnknownNameError

_LOG = logging.getLogger("seedbed.api")
MEDIA_TYPE = "application/problem+json"
BASE = "https://seedbed.dev/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its ``type`` is BASE and the name."""

    name: str
    title: str
    status: int


KINDS = {
    kind.name: kind
    for kind in (
        Kind("malformed", "The request cannot be read", 400),
        Kind("unauthorized", "A valid token or key is needed", 401),
        Kind("wrong-credentials", "The user name or the password is wrong", 401),
        Kind("forbidden", "This token or key may not do that", 403),
        Kind("not-found", "There is no such thing here", 404),
        Kind("method-not-allowed", "This address does not take the method", 405),
        Kind("not-acceptable", "None of the asked for media types can be given", 406),
        Kind("conflict", "The state of the object does not allow this", 409),
        Kind("engine-mismatch", "Another version of Seedbed made this data set", 409),
        Kind("key-in-use", "The first request with this Idempotency-Key is not answered yet", 409),
        Kind("gone", "It was there, and is not any more", 410),
        Kind("precondition-failed", "The object has been changed since", 412),
        Kind("too-large", "The body is too large", 413),
        Kind("quota-exceeded", "The job is over a limit of the user", 413),
        Kind("unsupported-media-type", "The body is to be JSON", 415),
        Kind("range-not-satisfiable", "The range lies outside of the file", 416),
        Kind("invalid-schema", "The schema has mistakes", 422),
        Kind("invalid-request", "The request has mistakes", 422),
        Kind("key-reused", "The Idempotency-Key was used for another request", 422),
        Kind("precondition-required", "If-Match is needed to change this", 428),
        Kind("too-many-requests", "Too many requests", 429),
        Kind("internal", "Something went wrong here", 500),
        Kind("unavailable", "Something that is needed is away just now", 503),
    )
}
_OF_STATUS = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    503: "unavailable",
}
_OF_ERROR: dict[type[Exception], str] = {
    SchemaError: "invalid-schema",
    OrderError: "invalid-request",
    FormatError: "invalid-request",
    UnknownNameError: "invalid-request",
    UserNameError: "invalid-request",
    PasswordError: "invalid-request",
    CursorError: "invalid-request",
    QuotaError: "quota-exceeded",
    LogInError: "wrong-credentials",
    NotFoundError: "not-found",
    ConflictError: "conflict",
    ChangedError: "precondition-failed",
    ManifestError: "engine-mismatch",
    JobStoreError: "unavailable",
    StoreError: "unavailable",
    RecursionError: "malformed",
}
"""The kind of each error, or of its nearest base that stands here."""


@dataclass
class ProblemError(SeedbedError):
    """A problem that a handler says itself. ``more``: further members of the answer.

    Paths of mistakes are JSON paths in the body (``$.rows``), or such as ``query.limit`` and ``header.If-Match``.
    """

    kind: str
    detail: str = ""
    mistakes: tuple[Mistake, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail or KINDS[self.kind].title


def problem_of(error: Exception) -> ProblemError:
    """What a client is told of an error."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, BodyError):
        return ProblemError("invalid-request", error.detail, _mistakes_of(error))
    if isinstance(error, HTTPException):
        kind = _OF_STATUS.get(error.status_code, "malformed" if error.status_code < 500 else "internal")
        return ProblemError(kind, error.detail if error.status_code < 500 else "", headers=dict(error.headers or {}))
    kind = next((_OF_ERROR[base] for base in type(error).__mro__ if base in _OF_ERROR), "internal")
    if kind == "internal":
        return ProblemError(kind, "it is written in the service's log under the request's id")
    if isinstance(error, SchemaError):
        count = len(error.mistakes)
        return ProblemError(kind, f"{count} mistake{'s' if count > 1 else ''}", error.mistakes)
    headers = {"Retry-After": "5"} if kind == "unavailable" else {}
    more = {"limit": error.limit, "allowed": error.allowed, "left": error.left} if isinstance(error, QuotaError) else {}
    detail = "the body is nested too deeply" if isinstance(error, RecursionError) else str(error)
    return ProblemError(kind, detail, headers=headers, more=more)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """The answer to a request that failed."""
    problem = problem_of(error)
    kind = KINDS[problem.kind]
    if kind.status >= 500:
        _LOG.error("%s %s: %s", request.method, request.url.path, kind.name, exc_info=error)
    content: dict[str, Any] = {"type": BASE + kind.name, "title": kind.title, "status": kind.status}
    content |= {"detail": str(problem), "instance": request.url.path}
    if problem.mistakes:
        content["errors"] = [_told(mistake) for mistake in problem.mistakes]
    content |= problem.more
    headers = dict(problem.headers)
    if kind.status == 401:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="seedbed"')
    return Response(content, status_code=kind.status, media_type=MEDIA_TYPE, headers=headers)


def _told(mistake: Mistake) -> dict[str, str]:
    found = {"path": mistake.path, "problem": mistake.problem}
    return found | {"remedy": mistake.remedy} if mistake.remedy else found


def _mistakes_of(error: BodyError) -> tuple[Mistake, ...]:
    found = error.extra if isinstance(error.extra, list) else []
    return tuple(_mistake(each) for each in found if isinstance(each, dict))


def _mistake(found: Mapping[str, Any]) -> Mistake:
    source, key = str(found.get("source", "body")), str(found.get("key", ""))
    path = f"$.{key}" if source == "body" and key else "$" if source == "body" else f"{source}.{key}"
    return Mistake(path, str(found.get("message", "it is wrong")))
