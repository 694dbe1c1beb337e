"""Data sets of related tables as SQL, loaded by each database's own client with all constraints in force."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from cluster.order import Order
from cluster.run import run_here
from generator import RowRange, compile_schema
from tests.servers import mariadb as mariadb_server
from tests.servers import postgresql as postgresql_server
from tests.servers.database import DatabaseServer
from tests.servers.debian import program

TICK = "back`tick's"
DOCUMENT: dict[str, Any] = {
    "seed": 7,
    "tables": {
        "order": {
            "rows": 1200,
            "primary_key": "select",
            "fields": {
                "select": "sequence",
                "Mixed Case": {"type": "full_name", "nulls": 0.1},
                "end'); --": {"type": "decimal", "min": 0, "max": 1000},
                TICK: {"type": "pattern", "pattern": "??-#####", "unique": True},
                "group": {"type": "reference", "to": "group.key"},
                "when": {"type": "timestamp", "min": "2020-01-01T00:00:00Z", "max": "2024-01-01T00:00:00Z"},
            },
        },
        "group": {
            "rows": 40,
            "primary_key": "key",
            "fields": {
                "key": {"type": "pattern", "pattern": "??????", "unique": True},
                "leader": {"type": "reference", "to": "Staff Members.id"},
                "tags": {"type": "array", "items": "word", "length": [0, 3]},
                "home": {"type": "object", "fields": {"city": "city", "open": "boolean"}},
            },
        },
        "Staff Members": {
            "rows": 300,
            "primary_key": "id",
            "fields": {
                "id": "sequence",
                "boss": {"type": "reference", "to": "Staff Members.id", "max_depth": 4},
                "team": {"type": "reference", "to": "group.key", "nulls": 0.2},
                "weight": {"type": "float", "min": 0, "max": 100},
                "born": {"type": "date", "min": "1950-01-01", "max": "2005-12-31"},
            },
        },
        "line items": {
            "rows": 2500,
            "primary_key": ["order_id", "line"],
            "fields": {
                "order_id": {"type": "reference", "to": "order.select", "per_parent": [0, 9]},
                "line": {"type": "child_number", "of": "order_id"},
                "amount": {"type": "integer", "min": 1, "max": 10**12},
            },
        },
    },
}
"""Two tables that refer to each other, one of them to itself too, a key of two columns, and names of all sorts."""

Query = Callable[[str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Database:
    """A real one: ``load`` runs a script as its users do, from the folder that it is in."""

    dialect: str
    load: Callable[[Path, str], None]
    query: Query
    refuses: tuple[type[Exception], ...]

    def quoted(self, name: str) -> str:
        mark = "`" if self.dialect == "mysql" else '"'
        return mark + name.replace(mark, mark * 2) + mark


def client(command: list[str], folder: Path, script: str = "") -> None:
    done = subprocess.run(command, cwd=folder, input=script.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-2000:]
    assert "rror" not in said, said[-2000:]


@contextmanager
def postgresql_database(server: DatabaseServer, _folder: Path) -> Iterator[Database]:
    import psycopg

    with server.database() as name, server.connect(name) as connection:
        psql = [postgresql_server.client(), "-X", "-q", "-d", server.url(name), "-f"]
        yield Database(
            "postgresql",
            lambda folder, script: client([*psql, str(folder / script)], Path("/")),
            lambda query: connection.execute(query).fetchall() if "SELECT" in query else [connection.execute(query)],
            (psycopg.errors.IntegrityError,),
        )


@contextmanager
def mariadb_database(server: DatabaseServer, _folder: Path) -> Iterator[Database]:
    import pymysql

    with server.database() as name:
        connection = server.connect(name)
        cursor = connection.cursor()
        where = ["--no-defaults", "-h", server.host, "-P", str(server.port), "-u", server.user, f"-p{server.password}"]
        mysql = [mariadb_server.client(), *where, "--default-character-set=latin1", name]

        def query(text: str) -> list[tuple[Any, ...]]:
            cursor.execute(text)
            return list(cursor.fetchall())

        yield Database(
            "mysql",
            lambda folder, script: client(mysql, folder, (folder / script).read_text()),
            query,
            (pymysql.err.IntegrityError,),
        )
        connection.close()


@contextmanager
def sqlite_database(_server: None, folder: Path) -> Iterator[Database]:
    file = folder / "database.sqlite"
    sqlite3_program = program("sqlite3", "sqlite3")

    def query(text: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(file)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            with connection:
                return connection.execute(text).fetchall()
        finally:
            connection.close()

    yield Database(
        "sqlite",
        lambda folder, script: client([sqlite3_program, str(file), f".read {script}"], folder),
        query,
        (sqlite3.IntegrityError,),
    )


OPENING: dict[str, Any] = {
    "postgresql": postgresql_database, "mariadb": mariadb_database, "sqlite": sqlite_database
}  # fmt: skip


@pytest.fixture(params=OPENING)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    server = None if request.param == "sqlite" else request.getfixturevalue(request.param)
    with OPENING[request.param](server, tmp_path) as opened:
        yield opened


def written(
    folder: Path, dialect: str, document: dict[str, Any] = DOCUMENT, layout: Any = "merged", **options: Any
) -> Path:
    """The folder, with the data set in it."""
    run_here(Order.of(document, str(folder), format={"type": "sql", "dialect": dialect, **options}, layout=layout))
    return folder


def refused(database: Database, statement: str) -> bool:
    try:
        database.query(statement)
    except database.refuses:
        return True
    return False


def check_contents(database: Database) -> None:
    """All rows are there, with the sums and the texts that the generator makes."""
    plan = compile_schema(DOCUMENT)
    for name, table in plan.tables.items():
        batch = table.batch(RowRange(0, table.rows))
        assert database.query(f"SELECT count(*) FROM {database.quoted(name)}") == [(table.rows,)]
        for field in batch.schema:
            column, chosen = batch.column(field.name), database.quoted(field.name)
            if str(field.type).startswith(("int", "decimal")):
                ((total,),) = database.query(f"SELECT sum({chosen}) FROM {database.quoted(name)}")
                assert abs(Decimal(str(total)) - Decimal(pc.sum(column).as_py())) < Decimal("0.001"), field.name
            elif str(field.type) in {"string", "dictionary<values=string, indices=int32, ordered=0>"}:
                found = database.query(f"SELECT {chosen} FROM {database.quoted(name)}")
                assert sorted(str(text) for (text,) in found) == sorted(map(str, column.to_pylist())), field.name


def test_related_tables_load_in_the_order_of_their_references(database: Database, tmp_path: Path) -> None:
    folder = written(tmp_path / "set", database.dialect)
    assert sorted(path.suffix for path in folder.iterdir() if path.suffix == ".sql") == [".sql"] * 5
    database.load(folder, "load.sql")
    check_contents(database)


def test_all_constraints_hold_for_whoever_writes_afterwards(database: Database, tmp_path: Path) -> None:
    database.load(written(tmp_path / "set", database.dialect), "load.sql")
    quoted = database.quoted
    members, group, order, lines = (quoted(name) for name in ("Staff Members", "group", "order", "line items"))
    broken = {
        "primary key": f"INSERT INTO {lines} SELECT order_id, line, 0 FROM {lines} LIMIT 1",
        "unique": f"UPDATE {order} SET {quoted(TICK)} = 'same'",
        "reference": f"UPDATE {order} SET {group} = 'nobody'",
        "reference to the table itself": f"UPDATE {members} SET boss = 12345678",
        "first reference of a circle": f"UPDATE {group} SET leader = 12345678",
        "second reference of a circle": f"UPDATE {members} SET team = 'nobody'",
        "not null": f"UPDATE {lines} SET amount = NULL",
    }
    for what, statement in broken.items():
        assert refused(database, statement), what
    check_contents(database)


@pytest.mark.parametrize("on_conflict", ["ignore", "update"])
def test_rows_that_are_there_already_are_kept_or_renewed(database: Database, tmp_path: Path, on_conflict: str) -> None:
    database.load(written(tmp_path / "set", database.dialect), "load.sql")
    lines = database.quoted("line items")
    database.query(f"UPDATE {lines} SET amount = -1")
    renewed = written(tmp_path / "again", database.dialect, create=False, on_conflict=on_conflict)
    for _ in range(2):
        database.load(renewed, "load.sql")
    if on_conflict == "update":
        check_contents(database)
    else:
        assert database.query(f"SELECT min(amount), max(amount), count(*) FROM {lines}") == [(-1, -1, 2500)]


def test_a_data_set_replaces_the_one_before(database: Database, tmp_path: Path) -> None:
    folder = written(tmp_path / "set", database.dialect, drop=True, quote_names="always")
    for _ in range(2):
        database.load(folder, "load.sql")
        check_contents(database)


def test_copy_loads_what_insert_loads(postgresql: DatabaseServer, tmp_path: Path) -> None:
    with postgresql_database(postgresql, tmp_path) as database:
        database.load(written(tmp_path / "set", "postgresql", statement="copy"), "load.sql")
        check_contents(database)


@pytest.mark.parametrize("layout", ["parts", "merged"])
def test_a_table_of_several_parts_is_loaded_as_one(
    database: Database, tmp_path: Path, document: Callable[..., dict[str, Any]], layout: str
) -> None:
    made = document(2, small=1)
    made["tables"]["orders"]["primary_key"] = "id"
    folder = written(tmp_path / "set", database.dialect, made, layout=layout)
    database.load(folder, "load.sql")
    assert database.query("SELECT count(*), min(id), max(id) FROM orders") == [(66_536, 1, 66_536)]
    assert refused(database, "INSERT INTO orders (id, padding, amount) VALUES (66536, 'a', 1)")


def test_compressed_files_are_named_in_load_sql_as_they_are_once_unpacked(tmp_path: Path) -> None:
    order = Order.of(DOCUMENT, str(tmp_path), format={"type": "sql", "dialect": "sqlite"}, compression="gzip")
    run_here(order)
    script = (tmp_path / "load.sql").read_text()
    assert "gunzip" in script
    subprocess.run(["gunzip", *(str(path) for path in tmp_path.glob("*.sql.gz"))], check=True)
    with sqlite_database(None, tmp_path) as database:
        database.load(tmp_path, "load.sql")
        check_contents(database)
