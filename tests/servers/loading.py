"""Scripts of SQL run by the tests' databases, and what is in their tables afterwards, as the text that they print."""

from __future__ import annotations

import subprocess

import psycopg
from pymysql.constants import CLIENT

from tests.servers import mariadb as mariadb_server
from tests.servers import postgresql as postgresql_server

Rows = list[list[str | None]]


def in_postgresql(script: bytes, query: str) -> tuple[list[str], Rows]:
    """The names and the cells of ``query`` after ``script`` in a database of its own. A script of COPY is psql's."""
    server = postgresql_server.postgresql()
    with server.database() as database, server.connect(database) as connection:
        if b"\nCOPY " in script:
            psql(server.url(database), script)
        else:
            connection.execute(script)
        connection.execute("SET TIME ZONE 'UTC'")
        result = psycopg.RawCursor(connection).execute(query).pgresult
        assert result is not None
        columns = range(result.nfields)
        names = [(result.fname(at) or b"").decode() for at in columns]
        cells = [[result.get_value(row, at) for at in columns] for row in range(result.ntuples)]
    return names, [[None if cell is None else bytes(cell).decode() for cell in row] for row in cells]


def psql(url: str, script: bytes) -> None:
    """AssertionError with what psql says if it fails."""
    command = [postgresql_server.client(), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]
    done = subprocess.run(command, input=script, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]


def in_mariadb(script: bytes, query: str) -> tuple[list[str], Rows]:
    """The names and the cells of ``query`` after ``script`` in a database of its own; binary cells in hexadecimal."""
    server = mariadb_server.mariadb()
    with server.database() as database:
        connection = server.connect(database, client_flag=CLIENT.MULTI_STATEMENTS, conv={})
        try:
            cursor = connection.cursor()
            cursor.execute(script.decode())
            while cursor.nextset():
                pass
            cursor.execute(query)
            names = [column[0] for column in cursor.description]
            rows = [[cell.hex() if isinstance(cell, bytes) else cell for cell in row] for row in cursor.fetchall()]
        finally:
            connection.close()
    return names, rows
