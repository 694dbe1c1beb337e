"""Jobs over HTTP: entering, following, cancelling and retrying them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from api.accounts.principal import READ, WRITE
from api.jobs.events import JobEvents
from api.jobs.models import (
    EstimatedRead,
    EstimateRead,
    GenerateData,
    JobRead,
    Jobs,
    Ordered,
    PageQuery,
    QuotaRead,
    Register,
    SubmittedRead,
)
from api.jobs.requests import JobRequests
from api.jobs.service import JobService
from api.jobs.views import JobView, NotFoundError
from api.problems import ProblemError
from api.rest.idempotency import Answers
from api.rest.media import file_types
from api.rest.operation import Call, Operation, Reply, reply, route
from api.rest.pages import disposition, etag_of, next_page, unless_known
from api.schemas.service import Schemas
from generator import Mistake

TAG = "Jobs"
EVENT_STREAM = "text/event-stream"
_SILENCE = 15.0
"""Seconds after which a comment is sent, so that nobody between takes the connection for dead."""
NEXT = {"Link": "The next page, as `rel=next`"}
EXAMPLE = {
    "seed": 42,
    "rows": 1000,
    "fields": {"id": "sequence", "name": "full_name", "age": {"type": "integer", "min": 18, "max": 90}},
}
"""A schema for examples of requests."""
GENERATE = Operation(
    "POST", "/generate-data", "generate_data", "Have data made", WRITE, TAG,
    {
        200: Reply("The same was made before, and the job is finished; inline: the file", SubmittedRead, file_types()),
        202: Reply("The job is entered", SubmittedRead, headers={"Location": "The job"}),
    },
    body=GenerateData, problems=(409, 413, 422), creates=True,
    example={"schema": EXAMPLE, "rows": 5000, "format": "csv", "compression": "gzip"},
)  # fmt: skip
ESTIMATE = Operation(
    "POST", "/estimate", "estimate", "What a job would come to, and what may still be made", READ, TAG,
    {200: Reply("The estimate", EstimatedRead)}, body=Ordered, problems=(413, 422),
    example={"schema": EXAMPLE, "format": "parquet"},
)  # fmt: skip
JOBS = Operation(
    "GET", "/jobs", "list_jobs", "List your jobs, the newest first", READ, TAG,
    {200: Reply("A page of jobs", Jobs, headers=NEXT)}, query=PageQuery, problems=(422,),
)  # fmt: skip
JOB = Operation(
    "GET", "/jobs/{job_id:str}", "get_job", "State, progress and cost of a job", READ, TAG,
    {200: Reply("The job", JobRead, headers={"ETag": "Of this state"}), 304: Reply("It is as it was")},
    problems=(404,), headers={"If-None-Match": "The ETag that is known"},
)  # fmt: skip
EVENTS = Operation(
    "GET", "/jobs/{job_id:str}/events", "follow_job", "Follow a job by server-sent events", READ, TAG,
    {200: Reply("The job as it stands, then after each change (`event: job`), to its end", media=(EVENT_STREAM,))},
    problems=(404,), headers={"Last-Event-ID": "The id of the last event that was seen"},
)  # fmt: skip
CANCEL = Operation(
    "POST", "/jobs/{job_id:str}/cancel", "cancel_job", "Cancel a job; nothing of it is left", WRITE, TAG,
    {202: Reply("The job", JobRead)}, problems=(404, 409),
)  # fmt: skip
RETRY = Operation(
    "POST", "/jobs/{job_id:str}/retry", "retry_job", "Begin a failed job anew", WRITE, TAG,
    {202: Reply("The job", JobRead)}, problems=(404, 409, 413),
)  # fmt: skip
DELETE = Operation(
    "DELETE", "/jobs/{job_id:str}", "delete_job", "Cancel a job, or delete what it has made", WRITE, TAG,
    {204: Reply("Its data set is deleted")}, problems=(404, 409),
)  # fmt: skip


def document_of(wanted: Ordered | Register, user: str, schemas: Schemas) -> Mapping[str, Any]:
    """The schema of an order, given or saved, with the order's seed. ProblemError unless there is exactly one."""
    if (wanted.document is None) == (wanted.schema_id is None):
        remedy = 'give a schema such as {"rows": 10, "fields": {"id": "sequence"}}, or the schema_id of a saved one'
        problem = "it is missing" if wanted.document is None else "there is a schema_id too"
        raise ProblemError("invalid-request", "one schema is needed", (Mistake("$.schema", problem, remedy),))
    document = wanted.document or {}
    if wanted.schema_id is not None:
        try:
            document = dict(schemas.get(user, wanted.schema_id).document)
        except NotFoundError as error:
            raise ProblemError("invalid-request", str(error), (Mistake("$.schema_id", str(error)),)) from None
    return document if wanted.seed is None else {**document, "seed": wanted.seed}


def options_of(wanted: Ordered) -> dict[str, Any]:
    """The rest of an order, as the service takes it."""
    return {name: getattr(wanted, name) for name in ("format", "compression", "rows", "layout", "archive")}


async def event_stream(events: JobEvents, job: JobView, last: str | None) -> AsyncIterator[bytes]:
    """Server-sent events of a job; what ``last`` names has been seen."""
    following = events.follow(job)
    coming = asyncio.ensure_future(anext(following, None))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=_SILENCE)
            if not done:
                yield b": still there\n\n"
                continue
            if (view := coming.result()) is None:
                return
            data = JobRead.of(view).model_dump_json().encode()
            name = etag_of(data).strip('"')
            if name != last:
                yield b"event: job\nid: %s\ndata: %s\n\n" % (name.encode(), data)
            last = None
            coming = asyncio.ensure_future(anext(following, None))
    finally:
        coming.cancel()


def routes(
    service: JobService, requests: JobRequests, schemas: Schemas, answers: Answers, events: JobEvents
) -> list[HTTPRouteHandler]:
    """The handlers of this room."""

    def follow(call: Call) -> Response[Any]:
        job = requests.job(call.user.user_id, call.path["job_id"])
        stream = event_stream(events, job, call.header("last-event-id"))
        return Stream(stream, media_type=EVENT_STREAM, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    def generate(call: Call) -> Response[Any]:
        wanted: GenerateData = call.body
        document = document_of(wanted, call.user.user_id, schemas)
        if wanted.mode == "inline":
            file = service.inline(call.user.user_id, document, **options_of(wanted))
            headers = {"Content-Disposition": disposition(file.name), "Cache-Control": "no-store"}
            return Stream(file.chunks, status_code=200, media_type=file.media_type, headers=headers)
        found = service.submit(
            call.user.user_id,
            document,
            **options_of(wanted),
            priority=wanted.priority,
            name=wanted.name,
            job_id=call.new_id,
            again=call.again,
            request_id=call.origin.request_id,
        )
        scope: Any = call.request.scope
        scope["job_id"] = found.job_id  # for the log
        answer = SubmittedRead.of(found)
        return reply(answer, 200 if found.cached else 202, {"Location": answer.links.job})

    def estimate(call: Call) -> Response[Any]:
        found, quota = service.estimate(
            call.user.user_id, document_of(call.body, call.user.user_id, schemas), **options_of(call.body)
        )
        return reply(EstimatedRead(estimate=EstimateRead.of(found), quota=QuotaRead.of(quota)))

    def jobs(call: Call) -> Response[Any]:
        views, after = requests.jobs(call.user.user_id, call.query.after, call.query.limit)
        return reply(Jobs(items=[JobRead.of(view) for view in views], next=after), 200, next_page(call, after))

    def job(call: Call) -> Response[Any]:
        return unless_known(call, JobRead.of(requests.job(call.user.user_id, call.path["job_id"])))

    def cancel(call: Call) -> Response[Any]:
        requests.cancel(call.user.user_id, call.path["job_id"])
        return reply(JobRead.of(requests.job(call.user.user_id, call.path["job_id"])), 202)

    def retry(call: Call) -> Response[Any]:
        service.retry(call.user.user_id, call.path["job_id"])
        return reply(JobRead.of(requests.job(call.user.user_id, call.path["job_id"])), 202)

    def delete(call: Call) -> Response[Any]:
        view = requests.job(call.user.user_id, call.path["job_id"])
        if view.state.final:
            requests.delete_dataset(call.user.user_id, view.dataset_id)
        else:
            requests.cancel(call.user.user_id, view.id)
        return reply(None, 204)

    return [
        route(GENERATE, generate, answers),
        route(ESTIMATE, estimate),
        route(JOBS, jobs),
        route(JOB, job),
        route(EVENTS, follow),
        route(CANCEL, cancel),
        route(RETRY, retry),
        route(DELETE, delete),
    ]
