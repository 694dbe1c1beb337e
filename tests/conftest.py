"""Real servers for the tests: S3, PostgreSQL, MariaDB and a Ray cluster, started once when a test first asks for one.

All run on free loopback ports, in temporary folders, and are stopped by process id. Tests never sleep: they wait for
a condition with a deadline.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.servers.database import DatabaseServer

ROOT = Path(__file__).parents[1]

# A run that fails fails again; HYPOTHESIS_PROFILE=default explores.
settings.register_profile("fixed", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where tests run in several processes, those with heavy servers or a Ray of their own stay in one of them."""
    from xdist.scheduler import LoadScopeScheduling

    class OneForServers(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "servers" if nodeid.startswith("tests/integration/") or "s3" in nodeid else nodeid

    return OneForServers(config, log)


@pytest.fixture(scope="session")
def wait_for() -> Callable[..., Any]:
    """``wait_for(condition, seconds)`` returns the first true result; fails the test after the deadline."""

    def wait(condition: Callable[[], Any], seconds: float = 30.0, what: str = "the condition") -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{what} did not come true within {seconds} seconds")

    return wait


@dataclass(frozen=True)
class S3Server:
    """A running S3 server; the environment of this process points to it."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory, wait_for: Callable[..., Any]) -> Iterator[S3Server]:
    """SeaweedFS with one bucket. AWS_* of this process, and so of what it starts, are set for the session."""
    server = S3Server(f"http://127.0.0.1:{_free_port()}", "datasets", "test-key", "test-secret")
    folder = tmp_path_factory.mktemp("s3")
    keys = {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            _weed(server, folder), env={**os.environ, **keys}, stdout=log, stderr=subprocess.STDOUT, cwd=folder
        )
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in {**keys, "AWS_ENDPOINT_URL": server.endpoint, "AWS_DEFAULT_REGION": "us-east-1"}.items():
            patch.setenv(name, value)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, str(folder / "none"))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        try:
            wait_for(lambda: process.poll() is not None or _has_bucket(server), 60, "the S3 server's start")
            assert process.poll() is None, (folder / "log").read_text()[-2000:]
            yield server
        finally:
            process.kill()  # nothing of it is kept, and asked politely it waits for open connections
            process.wait(20)


def _weed(server: S3Server, folder: Path) -> list[str]:
    weed = shutil.which("weed") or str(Path(sys.executable).with_name("weed"))
    data = folder / "data"
    data.mkdir()
    names = ("master", "volume", "filer", "admin")
    ports = [f"-{name}.port{kind}={_free_port()}" for name in names for kind in ("", ".grpc")]
    quiet = ["-webdav=false", "-admin.ui=false", "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    address = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.port={server.endpoint.rpartition(':')[2]}"]
    return [weed, "mini", f"-dir={data}", f"-bucket={server.bucket}", f"-s3.port.grpc={_free_port()}"] + (
        address + ports + quiet
    )


def _has_bucket(server: S3Server) -> bool:
    from cluster.errors import StoreError
    from cluster.stores import open_store

    try:
        with urllib.request.urlopen(server.endpoint, timeout=2):
            pass
    except urllib.error.HTTPError:
        pass  # it answers, be it with 403
    except OSError:
        return False
    try:
        open_store(f"s3://{server.bucket}/ready").put("x", b"x")
    except StoreError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def s3_url(s3_server: S3Server) -> str:
    """A fresh prefix in the bucket."""
    return f"s3://{s3_server.bucket}/{uuid.uuid4().hex}"


@pytest.fixture(scope="session")
def postgresql() -> DatabaseServer:
    """A PostgreSQL server of the tests' own; ``database()`` of it gives a fresh database."""
    from tests.servers.postgresql import postgresql

    return postgresql()


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
