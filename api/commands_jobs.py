"""``seedbed jobs``: the queue from the command line, on the database that the settings name. Thin.

Jobs belong to a user; here that is whoever is logged in to this machine, unless ``--user`` says otherwise.
"""

from __future__ import annotations

import json as json_text
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands_limits import limits
from api.commands_opened import AsJson, UserName, opened, user_of
from cluster.cli_values import document_of, formats_of, rows_of
from cluster.failures import Exit, guarded

if TYPE_CHECKING:
    from api.jobs.requests import JobRequests, JobView

jobs = typer.Typer(no_args_is_help=True, help="Jobs in the queue (SEEDBED_DATABASE_URL): submit, wait, cancel, retry.")

jobs.command()(limits)

JobId = Annotated[str, typer.Argument(metavar="JOB", help="A job's id.")]
_POLL_SECONDS = 0.1
_LONG_SECONDS = 15.0
"""How long a job waits for its turn until it is said what that may mean."""


@jobs.command()
@guarded
def submit(
    schema: Annotated[str, typer.Argument(metavar="SCHEMA", help="A YAML or JSON file; - reads standard input.")],
    rows: Annotated[list[str] | None, typer.Option("--rows", "-n", metavar="N|TABLE=N", help="Row counts.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="One or several: csv,parquet.")] = "csv",  # noqa: A002
    option: Annotated[list[str] | None, typer.Option("--option", "-O", metavar="KEY=VALUE")] = None,
    seed: Annotated[str | None, typer.Option("--seed", help="Another seed than the schema's.")] = None,
    compression: Annotated[str, typer.Option("--compression", "-c", help="none, gzip or zstd.")] = "none",
    zip: Annotated[bool, typer.Option("--zip", help="One zip archive.")] = False,  # noqa: A002
    layout: Annotated[str, typer.Option("--layout", help="merged, parts or both.")] = "merged",
    priority: Annotated[int, typer.Option("--priority", help="Among your own jobs; higher is first.")] = 0,
    name: Annotated[str, typer.Option("--name", help="What the data set is called.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Return when it has ended; exit 1 unless it succeeded.")] = False,
    user: UserName = None,
    json: AsJson = False,
) -> None:
    """Enter a job. An identical data set that is there already, or under way, is shared."""
    _, service, requests = opened()
    owner = user_of(requests, user)
    submitted = service.submit(
        owner,
        document_of(schema, seed),
        format=formats_of(format, option),
        compression=compression,
        rows=rows_of(rows),
        layout=layout,  # type: ignore[arg-type]
        archive="zip" if zip else "none",
        priority=priority,
        name=name,
    )
    if wait:
        _wait(requests, owner, submitted.job_id, json)
    else:
        _show([requests.job(owner, submitted.job_id)], json, many=False)


@jobs.command("list")
@guarded
def list_jobs(
    limit: Annotated[int, typer.Option("--limit", "-l", min=1, max=1000)] = 20,
    user: UserName = None,
    json: AsJson = False,
) -> None:
    """The latest jobs, newest first."""
    requests = opened().requests
    _show(list(requests.jobs(user_of(requests, user), limit=limit)[0]), json)


@jobs.command()
@guarded
def show(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """One job: state, progress, attempts, cost, where its files are, and why it failed."""
    requests = opened().requests
    _show([requests.job(user_of(requests, user), job)], json, many=False)


@jobs.command()
@guarded
def wait(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """Wait for a job and show its progress; exit 1 unless it succeeds. An interrupt ends the waiting, not the job."""
    requests = opened().requests
    owner = user_of(requests, user)
    _wait(requests, owner, job, json)


@jobs.command()
@guarded
def cancel(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """Stop a job, and remove what it has made unless somebody else has asked for the same."""
    requests = opened().requests
    owner = user_of(requests, user)
    requests.cancel(owner, job)
    _show([requests.job(owner, job)], json, many=False)


@jobs.command()
@guarded
def delete(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """Delete the data set of a job that has ended. Its files go when nobody else has them and the cache wants room."""
    requests = opened().requests
    owner = user_of(requests, user)
    found = requests.job(owner, job)
    requests.delete_dataset(owner, found.dataset_id)
    if json:
        print(json_text.dumps({"job": found.id, "dataset": found.dataset_id, "deleted": True}))
    else:
        print(f"{found.id} its data set is deleted")


@jobs.command()
@guarded
def retry(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """Begin a failed job anew."""
    _, service, requests = opened()
    owner = user_of(requests, user)
    service.retry(owner, job)
    _show([requests.job(owner, job)], json, many=False)


@jobs.command()
@guarded
def dead(
    limit: Annotated[int, typer.Option("--limit", "-l", min=1, max=1000)] = 50,
    json: AsJson = False,
) -> None:
    """Dead letters of all users: jobs that failed for good, with their reasons."""
    requests = opened().requests
    _show(list(requests.dead_letters(limit)), json)


def _wait(requests: JobRequests, owner: str, job: str, as_json: bool) -> None:
    """Shows a job when it has ended; exit 1 unless it succeeded. An interrupt says what becomes of the job."""
    try:
        found = _ended(requests, owner, job, quiet=as_json)
    except KeyboardInterrupt:
        text = f"the job goes on without you; seedbed jobs wait {job} waits again, seedbed jobs cancel {job} stops it"
        told = json_text.dumps({"interrupted": {"job": job, "message": text}}) if as_json else f"seedbed: {text}"
        print(told, file=sys.stderr)
        raise typer.Exit(Exit.INTERRUPTED) from None
    _show([found], as_json, many=False)
    if found.state != "succeeded":
        raise typer.Exit(Exit.FAILED)


def _ended(requests: JobRequests, owner: str, job: str, quiet: bool) -> JobView:
    said, began, patient = "", time.monotonic(), True
    while True:
        found = requests.job(owner, job)
        line = _line(found)
        if found.state.final:
            return found
        if not quiet and line != said:
            print(f"seedbed: {line}", file=sys.stderr, flush=True)
            said = line
        if found.state != "pending":
            patient = False
        elif patient and not quiet and time.monotonic() - began > _LONG_SECONDS:
            print("seedbed: it waits for its turn, or for a dispatcher: is one running?", file=sys.stderr, flush=True)
            patient = False
        time.sleep(_POLL_SECONDS)


def _line(job: JobView) -> str:
    text = f"{job.id} {job.state}: {job.rows:,} of {job.all_rows:,} rows, part {job.parts:,} of {job.all_parts:,}"
    if job.state == "running":
        text += f", {job.actors} actor{'' if job.actors == 1 else 's'}"
    if job.attempt > 1:
        text += f", attempt {job.attempt}"
    if job.cached:
        text += ", there already"
    elif job.joined:
        text += ", shared with another job"
    if job.name:
        text += f", {job.name}"
    return text + (f"\n  {job.error}" if job.error else "")


def _show(found: list[JobView], as_json: bool, many: bool = True) -> None:
    if as_json:
        values: list[dict[str, Any]] = [job.as_dict() for job in found]
        print(json_text.dumps(values if many else values[0], indent=1))
        return
    for job in found:
        print(_line(job))
        if many:
            continue
        moments = {"entered": job.created_at, "begun": job.started_at, "ended": job.finished_at}
        print("  " + ", ".join(f"{what} {_moment(when)}" for what, when in moments.items() if when is not None))
        if job.state in {"succeeded", "running", "merging"}:
            print(f"  {job.target}")
        if job.started_at is not None:
            cost = f"{job.actor_seconds:.1f} actor-seconds, {job.written:,} bytes written"
            print(f"  cost: {cost}, {job.retries} retries, {job.reused} parts reused")


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
