"""Names in SQL as real databases take them, and texts that a database cannot hold as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pyarrow as pa
import pytest

from formats.sql.dialects import DIALECTS
from formats.sql.names import Names
from formats.sql.reserved import RESERVED
from tests.servers.database import DatabaseServer
from tests.servers.loading import in_mariadb, in_postgresql
from tests.unit.formats.sql_scripts import DIALECTS as ALL
from tests.unit.formats.sql_scripts import shape_of, written

HOSTILE = (
    "order",
    "select",
    "Mixed Case",
    'say "hi"',
    "tick`s",
    "it's",
    "a;--",
    "1st",
    "é",
    "x.y",
    "[b]",
    "\\",
    "new\nline",
)


def takes_all_words(execute: Callable[[str], object], words: list[str], dialect: str) -> None:
    """Every word, as we write it, is the name of a column and of a table."""
    names = Names(DIALECTS[dialect])
    assert len(words) > 100
    for at in range(0, len(words), 200):
        chosen = words[at : at + 200]
        columns = ", ".join(f"{names.of(word)} INTEGER" for word in chosen)
        execute(f"CREATE TEMPORARY TABLE words_{at} ({columns})")
        execute(f"INSERT INTO words_{at} ({names.listed(chosen)}) VALUES ({', '.join('1' for _ in chosen)})")
    for word in words:
        execute(f"CREATE TEMPORARY TABLE {names.of(word)} (a INTEGER)")


def test_no_keyword_of_postgresql_is_written_bare_where_it_must_not_be(postgresql: DatabaseServer) -> None:
    with postgresql.database() as name, postgresql.connect(name) as connection:
        words = [word for (word,) in connection.execute("SELECT word FROM pg_get_keywords()").fetchall()]
        takes_all_words(connection.execute, words, "postgresql")


def test_no_keyword_of_mariadb_is_written_bare_where_it_must_not_be(mariadb: DatabaseServer) -> None:
    with mariadb.database() as name:
        connection = mariadb.connect(name)
        cursor = connection.cursor()
        cursor.execute("SELECT word FROM information_schema.keywords")
        words = sorted({word.lower() for (word,) in cursor.fetchall()})
        takes_all_words(cursor.execute, words, "mysql")
        connection.close()


def test_no_keyword_is_written_bare_where_sqlite_does_not_take_it(postgresql: DatabaseServer) -> None:
    with postgresql.connect() as known:
        words = [word for (word,) in known.execute("SELECT word FROM pg_get_keywords()").fetchall()]
    connection = sqlite3.connect(":memory:")
    takes_all_words(connection.execute, sorted({*words, *RESERVED["mysql"]}), "sqlite")
    connection.close()


@pytest.mark.parametrize("dialect", ALL)
def test_reserved_words_stand_in_quotes_and_others_do_not(dialect: str) -> None:
    names = Names(DIALECTS[dialect])
    assert names.of("customer_id") == "customer_id"
    opening, closing = names.dialect.quotes
    assert all(names.of(word).startswith(opening) for word in ("select", "order", "group", "table", "to", "2nd"))
    always = Names(DIALECTS[dialect], always=True, schema="main")
    assert always.table("people") == f"{opening}main{closing}.{opening}people{closing}"


@pytest.mark.parametrize("always", ["always", "needed"])
@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
def test_names_of_every_kind_come_back_as_they_were(dialect: str, always: str) -> None:
    table = shape_of({**dict.fromkeys(HOSTILE, pa.int8())}, 'the "table"')
    script = written(table, dialect=dialect, quote_names=always, transaction=False)
    query = f"SELECT * FROM {Names(DIALECTS[dialect]).table(table.name)}"
    assert names_in(dialect, script, query) == list(HOSTILE)


def names_in(dialect: str, script: str, query: str) -> list[str]:
    if dialect == "sqlite":
        connection = sqlite3.connect(":memory:")
        connection.executescript(script)
        found = [column[0] for column in connection.execute(query).description]
        connection.close()
        return found
    return (in_postgresql if dialect == "postgresql" else in_mariadb)(script.encode(), query)[0]


def test_nul_is_kept_where_a_text_can_hold_it_and_replaced_elsewhere() -> None:
    for dialect, kept in (("postgresql", "a\ufffdb"), ("mysql", "a\0b")):
        script = written({"a": ["a\0b"]}, dialect=dialect).encode()
        load = in_postgresql if dialect == "postgresql" else in_mariadb
        assert load(script, "SELECT a FROM t")[1] == [[kept]]
    assert "a\ufffdb" in written({"a": ["a\0b"]}, dialect="sqlite")
    assert "a\ufffdb" in written({"a": ["a\0b"]}, statement="copy")
