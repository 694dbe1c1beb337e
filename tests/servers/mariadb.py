"""A MariaDB server of the tests' own, from Debian's package, which is installed where it is not there and may be."""

from __future__ import annotations

from functools import cache
from typing import Any

import pymysql

from tests.servers.database import DatabaseServer, at_the_end, folder_of_a_server
from tests.servers.debian import program
from tests.servers.process import ServerProcess, free_port, owned_by_the_server, run

PACKAGE = "mariadb-server"
SETTINGS = (
    "--character-set-server=utf8mb4",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=64M",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=off",
)


@cache
def mariadb() -> DatabaseServer:
    """The server, started when it is first asked for; it ends with this process."""
    mariadbd, install = program("mariadbd", PACKAGE), program("mariadb-install-db", PACKAGE)
    folder = owned_by_the_server(folder_of_a_server("mariadb"))
    data = folder / "data"
    server = DatabaseServer("mysql", "127.0.0.1", free_port(), "tester", "test-secret", "mysql", _connect)
    run([install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"], folder)
    start = folder / "start.sql"
    start.write_text(
        f"CREATE USER {server.user}@'%' IDENTIFIED BY '{server.password}';\n"
        f"GRANT ALL PRIVILEGES ON *.* TO {server.user}@'%' WITH GRANT OPTION;\n"
    )
    start.chmod(0o644)
    where = [f"--datadir={data}", f"--port={server.port}", "--bind-address=127.0.0.1", f"--socket={folder}/socket"]
    files = [f"--pid-file={folder}/pid", f"--init-file={start}", f"--tmpdir={folder}"]
    process = ServerProcess([mariadbd, "--no-defaults", *where, *files, *SETTINGS], folder)
    at_the_end(process.stop)
    process.wait_until(lambda: _answers(server))
    return server


def client() -> str:
    """The path of the client program, which MySQL calls mysql."""
    return program("mariadb", "mariadb-client")


def _connect(server: DatabaseServer, database: str, **options: Any) -> pymysql.connections.Connection:
    return pymysql.connect(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password,
        database=database,
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=10,
        **options,
    )


def _answers(server: DatabaseServer) -> bool:
    try:
        _connect(server, server.home).close()
    except (pymysql.Error, OSError):  # it does not listen yet, or not to everybody
        return False
    return True
