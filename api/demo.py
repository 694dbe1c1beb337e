"""The demonstration: the service started on this machine, and everything that a user would do with it over HTTP.

A shop of five million rows is ordered, followed, downloaded, verified and leafed through; then the command line makes
the same without the service, with another number of actors, and the hashes are compared. Everything is in a temporary
folder, or on an S3 server of its own, and whatever was started is stopped.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from cluster import ClusterError, Manifest, Progress, find_manifest, open_store
from cluster.cli_values import rows_of
from cluster.display import reporter
from cluster.s3_server import S3Server
from generator import compile_schema

_SCHEMA = "shop.yaml"
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_USER = "demo"
_FAR = "customers"
"""The table that is leafed through far beyond what was made."""
_STAGES: Mapping[str, Any] = {"merging": "merging", "succeeded": "done"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is demonstrated. ``rows``: as for ``seedbed generate --rows``; ``keep``: leave the files."""

    s3: bool = False
    rows: tuple[str, ...] = ()
    keep: bool = False


def run_demo(wanted: Wanted) -> bool:
    """Runs the demonstration; whether service and command line made the same bytes."""
    folder = Path(tempfile.mkdtemp(prefix="seedbed-demo-"))
    try:
        with _storage(folder, wanted.s3) as storage, _service(folder, storage) as url:
            same = _show(url, folder, storage, wanted.rows)
        if wanted.keep:
            print(f"\nEverything is in {folder}")
        return same
    finally:
        if not wanted.keep:
            shutil.rmtree(folder, ignore_errors=True)


def schema_path() -> Path:
    """The shop's schema: installed beside this file, or in ``examples`` where this is a checkout."""
    here = Path(__file__)
    found = [path for path in (here.with_name(_SCHEMA), here.parents[1] / "examples" / _SCHEMA) if path.exists()]
    if not found:
        raise ClusterError(f"this installation lacks {_SCHEMA}; install Seedbed again")
    return found[0]


@contextlib.contextmanager
def _storage(folder: Path, s3: bool) -> Iterator[str]:
    """Where the service's data sets go: a folder, or a bucket on a server that keeps its data there."""
    if not s3:
        yield str(folder / "datasets")
        return
    print("Starting an S3 server (SeaweedFS) on this machine ...", flush=True)
    with S3Server(folder) as server, _environment(server.environment):
        print(f"It is at {server.endpoint}, with a bucket named {server.bucket}.")
        yield f"s3://{server.bucket}"
        print("The S3 server is stopped.")


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The AWS variables of this process, and of those that it starts, within the block."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)
        os.environ.update(before)


@contextlib.contextmanager
def _service(folder: Path, storage: str) -> Iterator[str]:
    """``seedbed serve`` on a free port with all its state in the folder; its URL. Stopped in the end."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("SEEDBED_")}
    settings = {"HOME": str(folder / "home"), "STORAGE_URL": storage, "LOGS": "text", "REGISTRATION": "open"}
    environment = {**known, **{f"SEEDBED_{name}": value for name, value in settings.items()}}
    log = folder / "serve.log"
    print("\n$ seedbed serve --registration open        # HTTP, a queue in SQLite, and a Ray of its own", flush=True)
    began = time.monotonic()
    with log.open("wb") as file:
        command = [sys.executable, "-P", "-m", "cluster", "serve", "--port", "0"]
        process = subprocess.Popen(command, env=environment, stderr=file, stdout=file, stdin=subprocess.DEVNULL)
    try:
        url = _listening(process, log)
        print(f"It listens at {url}, and its documentation is at {url}/docs  ({time.monotonic() - began:.1f} s)")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        print(f"\nThe service is stopped. (seedbed serve by itself keeps it running, with its state in {_home()})")


def _home() -> str:
    return os.environ.get("SEEDBED_HOME", "~/.seedbed")


def _listening(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        text = log.read_text(encoding="utf-8", errors="replace")
        if (at := text.find("listening at ")) >= 0 and "\n" in text[at:]:
            return text[at + len("listening at ") :].partition("\n")[0].strip()
        time.sleep(0.05)
    raise ClusterError(f"the service did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _show(url: str, folder: Path, storage: str, rows: Sequence[str]) -> bool:
    document = compile_schema(schema_path().read_text(encoding="utf-8")).document
    password = secrets.token_urlsafe(12)
    with httpx.Client(base_url=url, timeout=60) as client:
        said = {"username": _USER, "password": password}
        _ask(client, "POST", "/add-user", shown={**said, "password": "..."}, json=said)
        token = _ask(client, "POST", "/auth/token", shown={**said, "password": "..."}, json=said)["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        print("  from now on with the header  Authorization: Bearer <access_token>")
        wanted: dict[str, Any] = {"schema": document, "format": "csv", "name": "shop"}
        if rows:
            wanted["rows"] = rows_of(list(rows))
        estimated = _ask(client, "POST", "/estimate", shown={"schema": "(shop.yaml)"}, json=_ordered(wanted))
        found = estimated["estimate"]
        print(f"  {found['rows']:,} rows, about {found['bytes']:,} bytes, {found['seconds']:.0f} s of one actor")
        made = _ask(
            client, "POST", "/generate-data", shown={**wanted, "schema": "(shop.yaml)"}, json=wanted,
            headers={"Idempotency-Key": secrets.token_hex(8)},
        )  # fmt: skip
        print(f"  job {made['job_id']}, data set {made['dataset_id']}: {made['state']}")
        _follow(client, made["links"]["job"])
        manifest = _download(client, made, folder / "download")
        _leaf(client, document)
        again = _ask(client, "POST", "/generate-data", shown="the same again", json=wanted)
        print(f"  cached: {str(again['cached']).lower()}, state: {again['state']}")
        used = _ask(client, "GET", "/user-stats")
        print(f"  {used['jobs']} jobs, {used['rows']:,} rows, {used['bytes']:,} bytes")
    return _compare(folder, storage, rows, manifest)


def _ordered(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if name != "name"}


def _ask(client: httpx.Client, method: str, path: str, shown: Any = None, **more: Any) -> dict[str, Any]:
    """One request, shown before it is sent. ClusterError if it is refused."""
    text = "" if shown is None else shown if isinstance(shown, str) else json.dumps(shown)
    print(f"\n{method} {path}  {text}".rstrip(), flush=True)
    began = time.monotonic()
    answer = client.request(method, path, **more)
    print(f"  {answer.status_code} {answer.reason_phrase}  ({1000 * (time.monotonic() - began):.0f} ms)")
    if answer.is_error:
        raise ClusterError(f"{method} {path} was answered with {answer.status_code}: {answer.text[:500]}")
    found: dict[str, Any] = answer.json()
    return found


def _follow(client: httpx.Client, job: str) -> None:
    """Follows a job by its events, with a progress bar. ClusterError unless it succeeds."""
    print(f"\nGET {job}/events  (server-sent events)", flush=True)
    began, state, error = time.monotonic(), "", ""
    with (
        client.stream("GET", f"{job}/events", timeout=None) as answer,
        reporter(quiet=False) as told,
    ):
        for line in answer.iter_lines():
            if not line.startswith("data:"):
                continue
            found = json.loads(line.removeprefix("data:"))
            state, error, at = found["state"], found["error"] or "", found["progress"]
            if state == "pending":
                continue
            stage = _STAGES.get(state, "making")
            told(Progress(stage, at["parts"], at["all_parts"], at["rows"], at["all_rows"], at["bytes"], at["actors"]))
    print(f"  {state} after {time.monotonic() - began:.1f} s", flush=True)
    if state != "succeeded":
        raise ClusterError(f"the job has {state}: {error}")


def _download(client: httpx.Client, made: Mapping[str, Any], folder: Path) -> Manifest:
    """Downloads every file, and compares its bytes with the manifest."""
    place = made["links"]["dataset"]
    print(f"\nGET {place}/files/...")
    folder.mkdir()
    data = client.get(f"{place}/files/manifest.json", follow_redirects=True).raise_for_status().content
    manifest = Manifest.parse(data, "the manifest")
    (folder / "manifest.json").write_bytes(data)
    for item in manifest.objects:
        with (
            client.stream("GET", f"{place}/files/{item.name}", follow_redirects=True) as answer,
            (folder / item.name).open("wb") as file,
        ):
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                file.write(chunk)
        size = (folder / item.name).stat().st_size
        print(f"  {item.name:18} {item.stop - item.start:>10,} rows {size:>12,} bytes  {item.digest}")
    print("\nAre these the bytes of the manifest, and of the law? Two parts are made again and compared:")
    _seedbed("verify", str(folder / "manifest.json"), "--sample", "2")
    return manifest


def _leaf(client: httpx.Client, document: dict[str, Any]) -> None:
    """A page at a far offset, of a table of a trillion rows that nobody ever makes."""
    table, rows_there = _FAR, {"rows": {_FAR: 10**12}}
    huge = {"schema": document, **rows_there, "name": "a trillion"}
    virtual = _ask(client, "POST", "/datasets", shown={"schema": "(shop.yaml)", **rows_there}, json=huge)
    page = f"/datasets/{virtual['id']}/rows?table={table}&offset={10**12 - 3}&limit=3&format=csv"
    print(f"\nGET {page}", flush=True)
    for _ in range(2):  # the first one compiles the schema
        began = time.monotonic()
        answer = client.get(page).raise_for_status()
        seconds = time.monotonic() - began
    print(f"  {answer.status_code} {answer.reason_phrase}  ({1000 * seconds:.0f} ms)")
    print("  " + answer.text.replace("\n", "\n  ").rstrip())


def _compare(folder: Path, storage: str, rows: Sequence[str], manifest: Manifest) -> bool:
    print("\nThe same order without the service, with one actor, gives the same bytes:")
    target = str(folder / "alone") if "://" not in storage else f"{storage}/alone"
    more = [part for each in rows for part in ("--rows", each)]
    _seedbed("generate", str(schema_path()), "--out", target, "--actors", "1", "--ray", *more)
    alone = find_manifest(open_store(target))
    if alone is None:
        raise ClusterError(f"there is no manifest at {target}")
    same = alone.digest == manifest.digest
    print(f"\n  the service       {manifest.digest}\n  the command line  {alone.digest}")
    print("  the same, to the byte" if same else "  DIFFERENT: this must not happen")
    return same


def _seedbed(*arguments: str) -> None:
    """Runs one command, shown as a user would type it."""
    print(f"\n$ seedbed {' '.join(map(_short, arguments))}", flush=True)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-P", "-m", "cluster", *arguments], check=False)
    if done.returncode:
        raise ClusterError(f"the command above ended with exit code {done.returncode}")
    print(f"({time.monotonic() - began:.1f} s)", flush=True)


def _short(argument: str) -> str:
    short = os.path.relpath(argument) if argument == str(schema_path()) else argument
    return short if len(short) < len(argument) else argument
