"""Real servers for the tests: S3, PostgreSQL, MariaDB and a Ray cluster, started once when a test first asks for one.

All run on free loopback ports, in temporary folders, and are stopped by process id. Tests never sleep: they wait for
a condition with a deadline.
"""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from cluster.s3_server import S3Server
from tests.servers.database import DatabaseServer

if TYPE_CHECKING:
    from tests.servers.installation import PostgreSQL

ROOT = Path(__file__).parents[1]
SHARED = tuple(
    f"tests/integration/test_{name}" for name in ("ray.py", "full_disk", "growing", "joined", "runner", "s3")
)
"""Tests that share a Ray cluster or an S3 server."""

# A run that fails fails again; HYPOTHESIS_PROFILE=default explores.
settings.register_profile("fixed", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where tests run in several processes, those that share a Ray or an S3 server stay in one of them.

    The others of tests/integration, many of which start commands, stay in a second one.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneForServers(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            if "s3" in nodeid or nodeid.startswith(SHARED):
                return "servers"
            if nodeid.startswith("tests/laws/test_fields"):
                return nodeid[nodeid.find("[") :]  # the laws of one example share its plan
            return "commands" if nodeid.startswith("tests/integration/") else nodeid

    return OneForServers(config, log)


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """``wait_for(condition, seconds)`` returns the first true result; fails the test after the deadline.

    ``every``: seconds from one look to the next, more of them where a look costs a server something.
    """

    def wait(
        condition: Callable[[], Any], seconds: float = 30.0, what: str = "the condition", every: float = 0.01
    ) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(every)
        raise AssertionError(f"{what} did not come true within {seconds} seconds")

    return wait


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """SeaweedFS with one bucket. AWS_* of this process, and so of what it starts, are set for the session."""
    keys = {"access_key": "AKPLANTEDKEY", "secret_key": "planted-secret-7f3a"}
    with S3Server(tmp_path_factory.mktemp("s3"), **keys) as server, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in server.environment.items():
            patch.setenv(name, value)
        yield server


@pytest.fixture
def s3_url(s3_server: S3Server) -> str:
    """A fresh prefix in the bucket."""
    return f"s3://{s3_server.bucket}/{uuid.uuid4().hex}"


@pytest.fixture(scope="session")
def postgresql() -> DatabaseServer:
    """A PostgreSQL server of the tests' own; ``database()`` of it gives a fresh database."""
    from tests.servers.postgresql import postgresql

    return postgresql()


@pytest.fixture(scope="module")
def stoppable() -> Iterator[PostgreSQL]:
    """A PostgreSQL server that the tests of a module stop and start again."""
    from tests.servers.installation import PostgreSQL

    server = PostgreSQL()
    server.start()
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def mariadb() -> DatabaseServer:
    """A MariaDB server of the tests' own; ``database()`` of it gives a fresh database."""
    from tests.servers.mariadb import mariadb

    return mariadb()


@pytest.fixture(scope="session")
def ray_cluster(s3_server: S3Server) -> Iterator[None]:
    """The session's Ray: 4 processors, lean, and with the S3 server in its environment."""
    from cluster.session import ray_session

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])))
        with ray_session(4):
            yield


PADDING = {"type": "choice", "values": ["a", "x" * 3000], "weights": [1, 0], "hidden": False}
"""A narrow column that counts as a wide one, so that a part has the fewest rows there can be: 65,536."""


@pytest.fixture(scope="session")
def document() -> Callable[..., dict[str, Any]]:
    """``document(parts, small=2)``: a table of so many parts of about 1 MB, and so many tables of a few rows.

    ``wide``: every part takes about 8 MB, more than S3's least part.
    """

    def make(parts: int = 5, small: int = 2, wide: bool = False, seed: int = 1) -> dict[str, Any]:
        fields: dict[str, Any] = {"id": "sequence", "padding": PADDING, "amount": "integer"}
        if wide:
            fields |= {f"u{number}": "uuid" for number in range(3)}
        tables: dict[str, Any] = {"orders": {"rows": 65_536 * (parts - 1) + 1000, "fields": fields}}
        tables |= {f"t{number}": {"rows": number + 1, "fields": {"id": "uuid"}} for number in range(small)}
        return {"seed": seed, "tables": tables}

    return make


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 MiB in memory; needs root, or a user who may make namespaces."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root; the limit on file sizes is tested all the same")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
