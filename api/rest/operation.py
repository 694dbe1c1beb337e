"""An operation of the REST service: what it takes and answers, said once; and the route handler made of it.

What is said here is what is checked (body, query, scope, idempotency) and what the OpenAPI document says, so the two
cannot differ. The work itself is a plain function of a Call, carried out in a thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import anyio.to_thread
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel

from api.accounts.principal import Principal
from api.accounts.service import Origin
from api.database.models import new_id
from api.problems import ProblemError
from api.rest.bodies import JSON, read_body, read_query
from api.rest.idempotency import Answers
from generator import Mistake, SchemaError

Plain = Request[Any, Any, Any]
_BESIDE = ("$.format", "$.compression")
"""Places of mistakes that are not the schema's, but the body's own."""
LONGEST_HEADER = 255
HEADER = re.compile(rf"[ -~]{{1,{LONGEST_HEADER}}}")
"""A header as operations take it."""
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that there may be: JSON of a ``model``, something of one of the ``media`` types, or nothing."""

    description: str
    model: Any = None
    media: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    """Name → what it says."""


@dataclass(frozen=True, slots=True)
class Operation:
    """``scope``: public, operations, read, write or admin. ``replies``: by status; problems of all are added.

    ``problems``: statuses of problems beside those that every operation of its scope may have. ``headers``: what it
    looks at in requests, name → what it says. ``creates``: takes an Idempotency-Key. ``example``: of a body.
    """

    method: str
    path: str
    name: str
    summary: str
    scope: str
    tag: str
    replies: Mapping[int, Reply]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    problems: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    creates: bool = False
    description: str = ""
    example: Any = None
    at_once: bool = False
    """Whether the work waits for nothing, so that it needs no thread of its own."""

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return _PARAMETER.findall(self.path)


@dataclass(frozen=True, slots=True)
class Call:
    """A request as a handler sees it: ``principal`` is None only where the scope is public.

    ``new_id``: the identifier for what the request creates; the same when a request with an Idempotency-Key is carried
    out again because the first time was cut off, so what has it already is what was created then.
    """

    operation: Operation
    request: Plain
    principal: Principal | None
    origin: Origin
    path: Mapping[str, str]
    body: Any = None
    query: Any = None
    new_id: str = field(default_factory=new_id)
    again: bool = False
    """Whether what has that identifier may be there already."""

    @property
    def user(self) -> Principal:
        """Who asks; routes that need somebody have been guarded."""
        if self.principal is None:
            raise ProblemError("unauthorized")
        return self.principal

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return self.request.headers.get(name)


Work = Callable[[Call], Response[Any]]


def route(operation: Operation, work: Work, answers: Answers | None = None) -> HTTPRouteHandler:
    """The route handler of an operation. ``answers``: where those with an Idempotency-Key are kept."""

    async def handle(request: Plain) -> Response[Any]:
        if operation.at_once:
            return _carry_out(operation, work, answers, request, b"")
        data = await request.body() if operation.method in {"POST", "PUT", "PATCH"} else b""
        return await anyio.to_thread.run_sync(partial(_carry_out, operation, work, answers, request, data))

    handle.__name__ = operation.name
    return HTTPRouteHandler(
        path=operation.path,
        http_method=operation.method,  # type: ignore[arg-type]
        opt={"scope": operation.scope, "operation": operation},
        status_code=200,  # each answer has its own
        name=operation.name,
        include_in_schema=False,
    )(handle)


def _carry_out(operation: Operation, work: Work, answers: Answers | None, request: Plain, data: bytes) -> Response[Any]:
    scope: Any = request.scope
    if (let_in := scope.pop("let_in", None)) is not None:
        let_in()
    kind = request.headers.get("content-type", "")
    call = Call(
        operation,
        request,
        scope["user"],
        scope["auth"],
        {name: str(value) for name, value in request.path_params.items()},
        None if operation.body is None else read_body(operation.body, data, kind),
        None if operation.query is None else read_query(operation.query, request.query_params.multi_items()),
    )
    _check_headers(operation, request)
    key = call.header("idempotency-key")
    if answers is None or not operation.creates or key is None or call.body.streams:
        return _work(work, call)
    whose = call.user.user_id if call.principal else call.origin.address
    return answers.once(
        f"{whose} {operation.name}", key, data, lambda made: _work(work, replace(call, new_id=made, again=True))
    )


def _check_headers(operation: Operation, request: Plain) -> None:
    """ProblemError unless the headers that the operation looks at are short and of printable ASCII."""
    for name in (*operation.headers, *(["Idempotency-Key"] if operation.creates else [])):
        for given in request.headers.getall(name.casefold(), []):
            if not HEADER.fullmatch(given):
                problem = f"it is to be 1 to {LONGEST_HEADER} printable ASCII characters"
                raise ProblemError("malformed", f"{name} cannot be read", (Mistake(f"header.{name}", problem),))


def _work(work: Work, call: Call) -> Response[Any]:
    """Does the work; mistakes of a schema get their places in the body that it came in."""
    try:
        return work(call)
    except SchemaError as error:
        if getattr(call.body, "document", None) is None:
            raise
        raise SchemaError(
            each if each.path.startswith(_BESIDE) else replace(each, path=f"$.schema{each.path.removeprefix('$')}")
            for each in error.mistakes
        ) from None


def reply(content: BaseModel | None, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """A model as JSON, or nothing at all."""
    data = b"" if content is None else content.model_dump_json(by_alias=True).encode()
    media = JSON if content is not None else None
    return Response(data, status_code=status, headers=dict(headers or {}), media_type=media)
