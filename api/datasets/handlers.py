"""The handlers of data sets."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from pydantic import Field

from api.accounts.principal import READ, WRITE
from api.database.service_models import RequestRecord
from api.datasets import downloads
from api.jobs.handlers import EXAMPLE, document_of
from api.jobs.models import DataSetRead, DataSets, PageQuery, Register
from api.jobs.pages import MOST_ROWS
from api.jobs.records import Records
from api.jobs.requests import JobRequests
from api.jobs.service import JobService
from api.problems import ProblemError
from api.rest.bodies import Query
from api.rest.idempotency import Answers
from api.rest.media import file_types, text_types
from api.rest.operation import Call, Operation, Reply, reply, route
from api.rest.pages import next_page, unless_known
from api.schemas.service import Schemas
from cluster import Manifest, open_store
from formats import format_named

TAG = "Data sets"
MANIFEST = "manifest.json"


class RowsQuery(Query):
    """Which rows of a data set, and as what."""

    table: Annotated[str, Field(max_length=200, description="Which of several tables.")] | None = None
    offset: Annotated[int, Field(ge=0, le=10**15)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 100
    fields: Annotated[str, Field(max_length=10_000, description="Only these, between commas.")] | None = None
    format: Annotated[str, Field(max_length=60, description="A text format.")] = "ndjson"


LIST = Operation(
    "GET", "/datasets", "list_datasets", "List your data sets, the newest first", READ, TAG,
    {200: Reply("A page of data sets", DataSets, headers={"Link": "The next page, as `rel=next`"})},
    query=PageQuery, problems=(422,),
)  # fmt: skip
REGISTER = Operation(
    "POST", "/datasets", "register_dataset", "Register a virtual data set, whose rows can be read at once", WRITE, TAG,
    {201: Reply("The data set", DataSetRead, headers={"Location": "The data set"})},
    body=Register, problems=(409, 422), creates=True,
    example={"schema": EXAMPLE, "rows": 10**12, "name": "a trillion people"},
    description="No file is made and no quota is used, however many rows it has; any page of it can be read.",
)  # fmt: skip
GET = Operation(
    "GET", "/datasets/{dataset_id:str}", "get_dataset", "What a data set is", READ, TAG,
    {200: Reply("The data set", DataSetRead, headers={"ETag": "Of this state"}), 304: Reply("It is as it was")},
    problems=(404,), headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip
DELETE = Operation(
    "DELETE", "/datasets/{dataset_id:str}", "delete_dataset", "Delete a data set", WRITE, TAG,
    {204: Reply("It is deleted")}, problems=(404, 409),
)  # fmt: skip
GET_MANIFEST = Operation(
    "GET", "/datasets/{dataset_id:str}/manifest", "get_manifest", "What was made: rows, bytes, digests, versions",
    READ, TAG,
    {200: Reply("The manifest", dict[str, Any], headers={"ETag": "Of it"}), 304: Reply("It is as it was")},
    problems=(404, 409, 413), headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip
ROWS = Operation(
    "GET", "/datasets/{dataset_id:str}/rows", "get_rows", "Any page of a data set, made on the spot", READ, TAG,
    {200: Reply("Rows", media=text_types(), headers={"Link": "The next page"})},
    query=RowsQuery, problems=(404, 409, 422),
)  # fmt: skip
FILE = Operation(
    "GET", "/datasets/{dataset_id:str}/files/{name:path}", "get_file", "Download a file", READ, TAG,
    {
        200: Reply("The file", media=file_types(), headers={"ETag": "Of the file"}),
        206: Reply("A range of it", media=file_types(), headers={"Content-Range": "Which"}),
        304: Reply("It is as it was"),
        307: Reply("It can be had there", headers={"Location": "A signed URL"}),
    },
    problems=(404, 409, 410, 416),
    headers={"Range": "One range of bytes", "If-Range": "The ETag of the rest", "If-None-Match": "The known ETag"},
)  # fmt: skip

HEAD_FILE = replace(
    FILE,
    method="HEAD",
    name="head_file",
    summary="What a download would give",
    replies={status: replace(found, media=()) for status, found in FILE.replies.items()},
)


def routes(
    service: JobService, requests: JobRequests, schemas: Schemas, records: Records, answers: Answers
) -> list[HTTPRouteHandler]:
    """The handlers of this room."""

    def listed(call: Call) -> Response[Any]:
        views, after = requests.datasets(call.user.user_id, call.query.after, call.query.limit)
        return reply(DataSets(items=[DataSetRead.of(view) for view in views], next=after), 200, next_page(call, after))

    def register(call: Call) -> Response[Any]:
        wanted: Register = call.body
        user = call.user.user_id
        document = document_of(wanted, user, schemas)
        made = service.register(user, document, rows=wanted.rows, name=wanted.name, dataset_id=call.new_id)
        return reply(DataSetRead.of(requests.dataset(user, made)), 201, {"Location": f"/datasets/{made}"})

    def get(call: Call) -> Response[Any]:
        return unless_known(call, DataSetRead.of(requests.dataset(call.user.user_id, call.path["dataset_id"])))

    def delete(call: Call) -> Response[Any]:
        requests.delete_dataset(call.user.user_id, call.path["dataset_id"])
        return reply(None, 204)

    def manifest(call: Call) -> Response[Any]:
        found = service.file(call.user.user_id, call.path["dataset_id"], MANIFEST)
        if found is None:
            raise ProblemError("too-large", "the manifest is too large for one answer; download manifest.json")
        return unless_known(call, found)

    def rows(call: Call) -> Response[Any]:
        wanted: RowsQuery = call.query
        fields = None if wanted.fields is None else wanted.fields.split(",")
        format_ = format_named(wanted.format)
        began = time.monotonic()
        data, count = service.page_and_rows(
            call.user.user_id,
            call.path["dataset_id"],
            wanted.table,
            wanted.offset,
            wanted.limit,
            fields,
            wanted.format,
        )
        given = max(0, min(wanted.limit, count - wanted.offset))
        records.note(
            RequestRecord(
                user_id=call.user.user_id,
                what="page",
                format=format_.name,
                rows=given,
                bytes=len(data),
                seconds=time.monotonic() - began,
            )
        )
        headers = _next_rows(call, wanted) if wanted.offset + wanted.limit < count else {}
        return Response(data, media_type=format_.media_type, headers=headers)

    def file(call: Call) -> Response[Any]:
        user, name = call.user.user_id, call.path["name"].removeprefix("/")
        view = requests.dataset(user, call.path["dataset_id"])
        service.file(user, view.id, MANIFEST)  # says why it cannot be had
        store = open_store(view.target)
        stored = store.find(MANIFEST)
        if stored is None:
            raise ProblemError("gone", "the files are being made again")
        if name == MANIFEST:
            return unless_known(call, stored)
        return downloads.answer(call, store, downloads.find(Manifest.parse(stored, "the manifest"), name))

    return [
        route(REGISTER, register, answers),
        route(LIST, listed),
        route(GET, get),
        route(DELETE, delete),
        route(GET_MANIFEST, manifest),
        route(ROWS, rows),
        route(FILE, file),
        route(HEAD_FILE, file),
    ]


def _next_rows(call: Call, wanted: RowsQuery) -> dict[str, str]:
    given = wanted.model_dump(exclude_none=True) | {"offset": wanted.offset + wanted.limit}
    return {"Link": f'<{call.request.url.path}?{urlencode(given)}>; rel="next"'}
