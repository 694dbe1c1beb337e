"""A whole service on this machine, in real processes: database, storage, dispatchers, or ``seedbed serve``.

Tests enter jobs through the same functions as the API does, do harm to whatever they like, and see that every job ends
as it should and that every finished data set is that of a calm run.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.database.engine import Database
from api.jobs.requests import JobRequests
from api.jobs.service import JobService
from api.settings import Settings
from cluster import Manifest, Order, open_store, run_here, verify_data_set
from tests.servers import postgresql
from tests.servers.process import ServerProcess, owned_by_the_server

ROOT = Path(__file__).parents[2]
FINAL = {"succeeded", "failed", "cancelled"}
QUICK = {
    "SEEDBED_LEASE_SECONDS": "4",
    "SEEDBED_BEAT_SECONDS": "0.5",
    "SEEDBED_RETRY_SECONDS": "0.2",
    "SEEDBED_RETRY_MOST_SECONDS": "2",
    "SEEDBED_GRACE_SECONDS": "3",
    "SEEDBED_ATTEMPTS": "20",
    "SEEDBED_USER_RUNS": "8",
    "SEEDBED_IDLE_SECONDS": "5",
}
"""Settings with which a fault is over within seconds."""


class PostgreSQL:
    """A PostgreSQL server that can be stopped and started again, with its data."""

    def __init__(self) -> None:
        self.folder = owned_by_the_server(Path(tempfile.mkdtemp(prefix="postgresql-")))
        # What was committed has to be there after a kill; a loss of power is not tried.
        self.server, self._command = postgresql.prepared(self.folder, "synchronous_commit=on")
        self._process: ServerProcess | None = None

    @property
    def url(self) -> str:
        return self.server.url()

    def start(self) -> None:
        self._process = ServerProcess(self._command, self.folder)
        self._process.wait_until(lambda: postgresql.answers(self.server))

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Command:
    """A command of the command line that runs for long, with all that it starts in one process group."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cluster", *arguments],
                env=dict(environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self._log.read_text(errors="replace")

    def children(self) -> list[int]:
        """The processes that it has started itself."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                with contextlib.suppress(OSError):
                    if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == self.process.pid:
                        found.append(int(entry.name))
        return found

    def kill(self) -> None:
        """SIGKILL for the process alone: what it has started has to see to itself."""
        self.process.kill()
        self.process.wait()

    def stop(self, seconds: float = 40) -> int:
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"it did not stop within {seconds} seconds:\n{self.said[-3000:]}") from None


class Installation:
    """One service below a temporary folder. ``environment``: settings, AWS_*, RAY_ADDRESS of all its processes."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None, runner: str = "threads") -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("RAY_", "SEEDBED_"))}
        own = {"SEEDBED_HOME": str(folder / "home"), "SEEDBED_RUNNER": runner, "RAY_USAGE_STATS_ENABLED": "0"}
        self.environment = {**kept, **QUICK, **own, **(environment or {})}
        self.settings = self._settings()
        self.database = Database(self.settings.database)
        self.database.upgrade()
        self.requests = JobRequests(self.database, self.settings)
        self.service = JobService(self.database, self.settings)
        self.user = self.requests.add_user("tester").id
        self.commands: list[Command] = []
        self._numbers = itertools.count()

    def _settings(self) -> Settings:
        given = {name: value for name, value in self.environment.items() if name.startswith("SEEDBED_")}
        return Settings(**{name.removeprefix("SEEDBED_").lower(): value for name, value in given.items()})  # type: ignore[arg-type]

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Command:
        """Runs ``seedbed ...`` with this installation's environment until ``close``."""
        name = f"{'-'.join(arguments[:1])}-{next(self._numbers)}.log"  # of its own, whoever starts others meanwhile
        command = Command(list(arguments), {**self.environment, **(environment or {})}, self.folder / name)
        self.commands.append(command)
        return command

    def serve(
        self, *arguments: str, port: int = 0, environment: Mapping[str, str] | None = None
    ) -> tuple[Command, str]:
        """Runs ``seedbed serve``; the command, and its URL once it listens."""
        command = self.start("serve", "--port", str(port), *arguments, environment=environment)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and command.process.poll() is None:
            found = command.said.partition("listening at ")[2]
            if "\n" in found:
                return command, found.partition("\n")[0].strip()
            time.sleep(0.02)
        raise AssertionError(f"it does not listen:\n{command.said[-3000:]}")

    def dispatcher(self, name: str = "first") -> Command:
        return self.start("dispatcher", "--name", name)

    def submit(self, document: Any, user: str | None = None, **options: Any) -> str:
        """Enters a job; its id."""
        return self.service.submit(user or self.user, document, **options).job_id

    def state(self, job: str, user: str | None = None) -> str:
        return str(self.requests.job(user or self.user, job).state)

    def wait(self, jobs: list[str], seconds: float = 120, final: set[str] | None = None) -> dict[str, str]:
        """The states of jobs once all are final, or in one of the states that are waited for."""
        deadline, awaited = time.monotonic() + seconds, final or FINAL
        states: dict[str, str] = {}
        while time.monotonic() < deadline:
            states = {job: self.state(job) for job in jobs}
            if all(state in awaited for state in states.values()):
                return states
            time.sleep(0.05)
        said = "\n".join(command.said[-3000:] for command in self.commands)
        raise AssertionError(f"after {seconds} seconds jobs are {states}\n{said}")

    def progress(self, job: str) -> int:
        """How many of its parts are made."""
        return int(self.requests.job(self.user, job).parts)

    def target(self, job: str) -> str:
        """Where its files are."""
        return str(self.settings.target(self.requests.job(self.user, job).artifact_id))

    def is_calm(self, job: str, document: Any, **options: Any) -> bool:
        """Whether a finished job's files are, to the byte and in all, those of a calm run in one process."""
        expected = _made_calmly(json.dumps([document, options]))
        found = files(self.target(job))
        assert found.keys() == expected.keys()
        manifests = [Manifest.parse(each["manifest.json"], "the manifest") for each in (found, expected)]
        assert manifests[0] == manifests[1]
        return found == expected

    def is_verified(self, job: str) -> bool:
        return bool(verify_data_set(self.target(job)).ok)

    def close(self) -> None:
        """Stops every command that still runs, and the database's connections."""
        failures = []
        for command in self.commands:
            with contextlib.suppress(ProcessLookupError):
                if command.process.poll() is None:
                    try:
                        command.stop()
                    except AssertionError as error:
                        failures.append(error)
        self.database.close()
        if failures:
            raise failures[0]


@contextlib.contextmanager
def installation(folder: Path, **options: Any) -> Iterator[Installation]:
    """An installation that is stopped at the end of the block."""
    found = Installation(folder, **options)
    try:
        yield found
    finally:
        found.close()


@lru_cache(maxsize=4)
def _made_calmly(document_and_options: str) -> dict[str, bytes]:
    """The files of a run in which nothing goes wrong."""
    document, options = json.loads(document_and_options)
    with tempfile.TemporaryDirectory() as calm:
        run_here(Order.of(document, calm, **options))
        return files(calm)


def files(url: str) -> dict[str, bytes]:
    """Every object below a URL, hidden ones included."""
    store = open_store(url)
    return {entry.name: store.read(entry.name) for entry in store.entries("")}


def processes(title: str, environment: str) -> list[int]:
    """Processes whose command line begins with a title and whose environment holds a text, such as a folder's name."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                begins = (entry / "cmdline").read_bytes().startswith(title.encode())
                if begins and environment.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
    return found


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def in_parts(parts: int, seed: int = 1) -> dict[str, Any]:
    """A document with a table of so many parts of about 3 MB: a column that is never wide counts as a wide one."""
    padding = {"type": "choice", "values": ["a", "x" * 3000], "weights": [1, 0]}
    fields = {"id": "sequence", "padding": padding, "key": "uuid", "name": "first_name"}
    return {"seed": seed, "tables": {"people": {"rows": 65_536 * (parts - 1) + 1000, "fields": fields}}}


def people(rows: int, seed: int = 1) -> dict[str, Any]:
    """A document with a table that takes a few parts."""
    fields = {"id": "sequence", "key": "uuid", "name": "first_name", "note": {"type": "words", "count": 9}}
    return json.loads(json.dumps({"seed": seed, "tables": {"people": {"rows": rows, "fields": fields}}}))  # type: ignore[no-any-return]
