"""Saved schemas over HTTP: the ETag is the version, and whoever changes one says which it was (If-Match)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel, Field

from api.accounts.models import moment
from api.accounts.principal import READ, WRITE
from api.jobs.handlers import EXAMPLE
from api.jobs.models import Document, PageQuery
from api.problems import ProblemError
from api.rest.bodies import Body, Query
from api.rest.idempotency import Answers
from api.rest.operation import Call, Operation, Reply, reply, route
from api.rest.pages import is_known, next_page
from api.schemas.service import Schema, Schemas

TAG = "Schemas"
_VERSION = re.compile(r'(?:W/)?"v(\d{1,9})"')
_ETAG = {"ETag": "The version"}


class SaveSchema(Body):
    """A schema under a name."""

    name: Annotated[str, Field(min_length=1, max_length=190)]
    document: Document = Field(alias="schema")


class SchemaRead(BaseModel):
    """A saved schema at one of its versions."""

    id: str
    name: str
    version: int
    document: dict[str, Any] = Field(serialization_alias="schema")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, found: Schema) -> SchemaRead:
        return cls(
            id=found.id,
            name=found.name,
            version=found.version,
            document=dict(found.document),
            created_at=moment(found.created_at),
            updated_at=moment(found.updated_at),
        )


class SchemaPage(BaseModel):
    """A page of saved schemas, the newest first."""

    items: list[SchemaRead]
    next: str | None


class VersionQuery(Query):
    """Which version."""

    version: Annotated[int, Field(ge=1, le=10**9)] | None = None


ADD = Operation(
    "POST", "/schemas", "save_schema", "Save a schema", WRITE, TAG,
    {201: Reply("The schema", SchemaRead, headers={**_ETAG, "Location": "The schema"})},
    body=SaveSchema, problems=(409, 422), creates=True, example={"name": "people", "schema": EXAMPLE},
)  # fmt: skip
LIST = Operation(
    "GET", "/schemas", "list_schemas", "List your saved schemas, the newest first", READ, TAG,
    {200: Reply("A page of schemas", SchemaPage, headers={"Link": "The next page, as `rel=next`"})},
    query=PageQuery, problems=(422,),
)  # fmt: skip
GET = Operation(
    "GET", "/schemas/{schema_id:str}", "get_schema", "A saved schema, at its latest version or another", READ, TAG,
    {200: Reply("The schema", SchemaRead, headers=_ETAG), 304: Reply("It is as it was")},
    query=VersionQuery, problems=(404, 422), headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip
CHANGE = Operation(
    "PUT", "/schemas/{schema_id:str}", "change_schema", "Make the next version of a saved schema", WRITE, TAG,
    {200: Reply("The schema", SchemaRead, headers=_ETAG)},
    body=SaveSchema, problems=(404, 412, 422, 428), headers={"If-Match": "The ETag of the version that is changed"},
    example={"name": "people", "schema": EXAMPLE},
)  # fmt: skip
DELETE = Operation(
    "DELETE", "/schemas/{schema_id:str}", "delete_schema", "Delete a saved schema", WRITE, TAG,
    {204: Reply("It is deleted")}, problems=(404, 412), headers={"If-Match": "Only if this is the latest version"},
)  # fmt: skip


def routes(schemas: Schemas, answers: Answers) -> list[HTTPRouteHandler]:
    """The handlers of this room."""

    def add(call: Call) -> Response[Any]:
        found = schemas.add(call.user.user_id, call.body.name, call.body.document, call.new_id)
        return _answer(found, 201, {"Location": f"/schemas/{found.id}"})

    def listed(call: Call) -> Response[Any]:
        found, after = schemas.listed(call.user.user_id, call.query.after, call.query.limit)
        page = SchemaPage(items=[SchemaRead.of(each) for each in found], next=after)
        return reply(page, 200, next_page(call, after))

    def get(call: Call) -> Response[Any]:
        found = schemas.get(call.user.user_id, call.path["schema_id"], call.query.version)
        if is_known(call, _etag(found)):
            return Response(b"", status_code=304, headers={"ETag": _etag(found)})
        return _answer(found)

    def change(call: Call) -> Response[Any]:
        version = _wanted(call)
        if version is None:
            schemas.get(call.user.user_id, call.path["schema_id"])  # what is not there is not to be changed either
            raise ProblemError("precondition-required", "send the ETag of the version that you change as If-Match")
        return _answer(
            schemas.change(call.user.user_id, call.path["schema_id"], version, call.body.name, call.body.document)
        )

    def delete(call: Call) -> Response[Any]:
        schemas.delete(call.user.user_id, call.path["schema_id"], _wanted(call))
        return reply(None, 204)

    return [
        route(ADD, add, answers),
        route(LIST, listed),
        route(GET, get),
        route(CHANGE, change),
        route(DELETE, delete),
    ]


def _answer(found: Schema, status: int = 200, headers: dict[str, str] | None = None) -> Response[Any]:
    return reply(SchemaRead.of(found), status, {"ETag": _etag(found), **(headers or {})})


def _etag(found: Schema) -> str:
    return f'"v{found.version}"'


def _wanted(call: Call) -> int | None:
    """The version of If-Match; a tag that is none matches no version."""
    given = call.header("if-match")
    if given is None or given.strip() == "*":
        return None
    found = _VERSION.fullmatch(given.strip())
    return int(found[1]) if found else -1
