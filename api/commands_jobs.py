"""``seedbed jobs``: the queue from the command line, on the database that the settings name. Thin.

Jobs belong to a user; here that is whoever is logged in to this machine, unless ``--user`` says otherwise.
"""

from __future__ import annotations

import getpass
import json as json_text
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cluster.cli_values import document_of, formats_of, rows_of
from cluster.failures import Exit, guarded

if TYPE_CHECKING:
    from api.jobs.requests import JobRequests, JobView
    from api.jobs.service import JobService

jobs = typer.Typer(no_args_is_help=True, help="Jobs in the queue (SEEDBED_DATABASE_URL): submit, watch, cancel, retry.")

JobId = Annotated[str, typer.Argument(metavar="JOB", help="A job's id.")]
UserName = Annotated[str | None, typer.Option("--user", "-u", help="Whose jobs; default: who you are logged in as.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output instead of text.")]
_POLL_SECONDS = 0.1


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
    service, requests = _opened()
    owner = _user(requests, user)
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
        _wait(requests, owner, submitted.job_id, quiet=json)
    found = requests.job(owner, submitted.job_id)
    _show([found], json, many=False)
    if wait and found.state != "succeeded":
        raise typer.Exit(Exit.FAILED)


@jobs.command("list")
@guarded
def list_jobs(
    limit: Annotated[int, typer.Option("--limit", "-l", min=1, max=1000)] = 20,
    user: UserName = None,
    json: AsJson = False,
) -> None:
    """The latest jobs, newest first."""
    _, requests = _opened()
    _show(list(requests.jobs(_user(requests, user), limit=limit)[0]), json)


@jobs.command()
@guarded
def show(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """One job: state, progress, attempts, cost, where its files are, and why it failed."""
    _, requests = _opened()
    _show([requests.job(_user(requests, user), job)], json, many=False)


@jobs.command()
@guarded
def cancel(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """Stop a job, and remove what it has made unless somebody else has asked for the same."""
    _, requests = _opened()
    owner = _user(requests, user)
    requests.cancel(owner, job)
    _show([requests.job(owner, job)], json, many=False)


@jobs.command()
@guarded
def retry(job: JobId, user: UserName = None, json: AsJson = False) -> None:
    """Begin a failed job anew."""
    service, requests = _opened()
    owner = _user(requests, user)
    service.retry(owner, job)
    _show([requests.job(owner, job)], json, many=False)


@jobs.command()
@guarded
def dead(
    limit: Annotated[int, typer.Option("--limit", "-l", min=1, max=1000)] = 50,
    json: AsJson = False,
) -> None:
    """Dead letters of all users: jobs that failed for good, with their reasons."""
    _, requests = _opened()
    _show(list(requests.dead_letters(limit)), json)


def _opened() -> tuple[JobService, JobRequests]:
    from api.database.engine import Database
    from api.jobs.requests import JobRequests
    from api.jobs.service import JobService
    from api.settings import Settings

    settings = Settings()
    database = Database(settings.database)
    database.upgrade()
    return JobService(database, settings), JobRequests(database, settings)


def _user(requests: JobRequests, name: str | None) -> str:
    """The id of a user; one that is logged in to this machine is entered when first seen."""
    found = requests.user_named(name or getpass.getuser())
    if found is not None:
        return found.id
    if name is not None:
        raise typer.BadParameter(f"there is no user {name!r}", param_hint="--user")
    return requests.add_user(getpass.getuser()).id


def _wait(requests: JobRequests, owner: str, job: str, quiet: bool) -> None:
    said = ""
    while True:
        found = requests.job(owner, job)
        line = _line(found)
        if not quiet and line != said:
            print(f"seedbed: {line}", file=sys.stderr, flush=True)
            said = line
        if found.state.final:
            return
        time.sleep(_POLL_SECONDS)


def _line(job: JobView) -> str:
    text = f"{job.id} {job.state}: {job.rows:,} of {job.all_rows:,} rows, part {job.parts:,} of {job.all_parts:,}"
    if job.state == "running":
        text += f", {job.actors} actor{'' if job.actors == 1 else 's'}"
    if job.attempt > 1:
        text += f", attempt {job.attempt}"
    if job.cached or job.joined:
        text += ", there already" if job.cached else ", shared with a run under way"
    return text + (f"\n  {job.error}" if job.error else "")


def _show(found: list[JobView], as_json: bool, many: bool = True) -> None:
    if as_json:
        values: list[dict[str, Any]] = [job.as_dict() for job in found]
        print(json_text.dumps(values if many else values[0], indent=1))
        return
    for job in found:
        print(_line(job))
        if not many:
            print(
                f"  {job.target}\n  cost: {job.actor_seconds:.1f} actor-seconds, {job.written:,} bytes written, ",
                end="",
            )
            print(f"{job.retries} retries, {job.reused} parts reused")
