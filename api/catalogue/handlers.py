"""The catalogue of types and formats, validation and previews over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel, Field

from api.accounts.principal import READ
from api.database.service_models import RequestRecord
from api.jobs.handlers import EXAMPLE
from api.jobs.models import Document, Rows
from api.jobs.pages import MOST_ROWS
from api.jobs.records import Records
from api.jobs.service import JobService
from api.problems import ProblemError
from api.rest.bodies import Body
from api.rest.identity import PUBLIC
from api.rest.media import text_types
from api.rest.operation import Call, Operation, Reply, reply, route
from api.rest.pages import unless_known
from cluster import format_as_json, formats_as_json, type_as_json, types_as_json
from formats import format_named
from generator import UnknownNameError, compile_schema

TAG = "Catalogue"
_KNOWN = {"ETag": "Of this answer"}
_IF = {"If-None-Match": "The ETag that is known"}


class Validate(Body):
    """A schema to be looked at."""

    document: Document = Field(alias="schema")
    rows: Rows = None


class TableRead(BaseModel):
    """What a table of a schema comes to: its fields, name → type of Arrow."""

    rows: int
    fields: dict[str, str]


class ValidRead(BaseModel):
    """A schema that is right."""

    fingerprint: str
    tables: dict[str, TableRead]


class Preview(Body):
    """Rows of a schema, from any offset."""

    document: Document = Field(alias="schema")
    rows: Rows = None
    table: Annotated[str, Field(max_length=200)] | None = None
    offset: Annotated[int, Field(ge=0, le=10**15)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 10
    fields: Annotated[list[str], Field(min_length=1, max_length=1000)] | None = None
    format: str | dict[str, Any] = "ndjson"


TYPES = Operation(
    "GET", "/field-types", "list_field_types", "List the field types", PUBLIC, TAG,
    {200: Reply("The types", dict[str, Any], headers=_KNOWN), 304: Reply("They are as they were")}, headers=_IF,
)  # fmt: skip
TYPE = Operation(
    "GET", "/field-types/{name:str}", "get_field_type", "The options of a field type, with examples", PUBLIC, TAG,
    {200: Reply("The type", dict[str, Any], headers=_KNOWN), 304: Reply("It is as it was")},
    problems=(404,), headers=_IF,
)  # fmt: skip
FORMATS = Operation(
    "GET", "/formats", "list_formats", "List the file formats with their options", PUBLIC, TAG,
    {200: Reply("The formats", dict[str, Any], headers=_KNOWN), 304: Reply("They are as they were")}, headers=_IF,
)  # fmt: skip
FORMAT = Operation(
    "GET", "/formats/{name:str}", "get_format", "The options of a file format", PUBLIC, TAG,
    {200: Reply("The format", dict[str, Any], headers=_KNOWN), 304: Reply("It is as it was")},
    problems=(404,), headers=_IF,
)  # fmt: skip
VALIDATE = Operation(
    "POST", "/schemas/validate", "validate_schema", "Find every mistake of a schema", READ, TAG,
    {200: Reply("It is right", ValidRead)}, body=Validate, example={"schema": EXAMPLE},
)  # fmt: skip
PREVIEW = Operation(
    "POST", "/preview", "preview", "See some rows at once", READ, TAG,
    {200: Reply("Rows", media=text_types())}, body=Preview,
    example={"schema": EXAMPLE, "offset": 990, "limit": 10, "format": "csv"},
)  # fmt: skip


def routes(service: JobService, records: Records) -> list[HTTPRouteHandler]:
    """The handlers of this room."""

    def types(call: Call) -> Response[Any]:
        return unless_known(call, _all_types(), **_CACHED)

    def field_type(call: Call) -> Response[Any]:
        return unless_known(call, _named(_type, call.path["name"]), **_CACHED)

    def formats(call: Call) -> Response[Any]:
        return unless_known(call, _all_formats(), **_CACHED)

    def one_format(call: Call) -> Response[Any]:
        return unless_known(call, _named(_format, call.path["name"]), **_CACHED)

    def validate(call: Call) -> Response[Any]:
        plan = compile_schema(call.body.document, call.body.rows)
        tables = {
            table.name: TableRead(rows=table.rows, fields={field.name: str(field.type) for field in table.arrow_schema})
            for table in plan.tables.values()
        }
        return reply(ValidRead(fingerprint=plan.fingerprint(), tables=tables))

    def preview(call: Call) -> Response[Any]:
        wanted: Preview = call.body
        began = time.monotonic()
        data = service.preview(
            wanted.document,
            table=wanted.table,
            offset=wanted.offset,
            limit=wanted.limit,
            fields=wanted.fields,
            format=wanted.format,
            rows=wanted.rows,
        )
        found = format_named(wanted.format)
        records.note(
            RequestRecord(
                user_id=call.user.user_id,
                what="preview",
                format=found.name,
                rows=wanted.limit,
                bytes=len(data),
                seconds=time.monotonic() - began,
            )
        )
        return Response(data, status_code=200, media_type=found.media_type)

    return [
        route(TYPES, types),
        route(TYPE, field_type),
        route(FORMATS, formats),
        route(FORMAT, one_format),
        route(VALIDATE, validate),
        route(PREVIEW, preview),
    ]


_CACHED = {"Cache-Control": "public, max-age=300"}


def _named(find: Callable[[str], bytes], name: str) -> bytes:
    try:
        return find(name)
    except UnknownNameError as error:
        raise ProblemError("not-found", str(error.args[0])) from None


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@cache
def _all_types() -> bytes:
    return _dumped({"types": types_as_json()})


@cache
def _all_formats() -> bytes:
    return _dumped({"formats": formats_as_json()})


@cache
def _type(name: str) -> bytes:
    return _dumped(type_as_json(name))


@cache
def _format(name: str) -> bytes:
    return _dumped(format_as_json(name))
