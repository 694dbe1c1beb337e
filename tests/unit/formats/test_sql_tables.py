"""What SQL says of tables: types, keys, the order in which they load, and what no dialect takes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from formats import ForeignKey, FormatError, Place, TableShape, Written, format_named
from generator import SchemaError
from tests.unit.formats.sql_scripts import DIALECTS, shape_of, written


@pytest.mark.parametrize(
    ("dialect", "kinds"),
    [
        ("postgresql", "NUMERIC(20)\nNUMERIC(38, 10)\nTIME(6)\nTIMESTAMP(3)\nTIMESTAMP(6) WITH TIME ZONE"),
        ("mysql", "BIGINT UNSIGNED\nDECIMAL(38, 10)\nTIME(6)\nDATETIME(3)\nDATETIME(6)"),
        ("sqlite", "TEXT\nVARCHAR(41)\nTEXT\nTEXT\nTEXT"),
        ("ansi", "DECIMAL(20, 0)\nDECIMAL(38, 10)\nTIME(9)\nTIMESTAMP(3)\nTIMESTAMP(9) WITH TIME ZONE"),
        ("sqlserver", "DECIMAL(20, 0)\nDECIMAL(38, 10)\nTIME(6)\nDATETIME2(3)\nDATETIMEOFFSET(6)"),
        ("oracle", "NUMBER(20)\nNUMBER(38, 10)\nVARCHAR2(18)\nTIMESTAMP(3)\nTIMESTAMP(9) WITH TIME ZONE"),
    ],
)
def test_columns_have_the_types_of_the_dialect(dialect: str, kinds: str) -> None:
    types = [pa.uint64(), pa.decimal128(38, 10), pa.time64("ns"), pa.timestamp("ms"), pa.timestamp("ns", "UTC")]
    script = written(shape_of({f"c{at}": kind for at, kind in enumerate(types)}), dialect=dialect)
    declared = script.partition("(\n")[2].partition("\n)")[0].split(",\n")
    assert [line.split(" ", 3)[-1] for line in declared] == kinds.split("\n")


def test_keys_have_lengths_where_the_dialect_asks_for_them() -> None:
    table = shape_of({"a": pa.string(), "b": pa.string(), "c": pa.string()}, unique=(("a", "b"),))
    assert "a VARCHAR(255),\n  b VARCHAR(255),\n  c LONGTEXT" in written(table, dialect="mysql")
    assert "a VARCHAR(384),\n  b VARCHAR(384)" in written(table, dialect="mysql", key_length=1000)
    assert "a TEXT,\n  b TEXT,\n  c TEXT" in written(table)
    assert "c NVARCHAR(80)" in written(table, dialect="sqlserver", text_length=80)


def test_a_column_can_have_a_type_of_the_users_choice() -> None:
    script = written({"id": ["7f"]}, types={"id": "UUID", "elsewhere": "JSONB"})
    assert "  id UUID\n" in script
    assert "('7f')" in script


TREE = shape_of(
    {"id": pa.int64(), "boss": pa.int64(), "team": pa.int64(), "site": pa.int64()},
    "staff",
    primary_key=("id",),
    foreign_keys=(
        ForeignKey(("boss",), "staff", ("id",)),
        ForeignKey(("team",), "teams", ("id",)),
        ForeignKey(("site",), "sites", ("id",), earlier=True),
    ),
)


def test_foreign_keys_stand_where_what_they_refer_to_is_there() -> None:
    script = written(TREE)
    assert "  FOREIGN KEY (site) REFERENCES sites (id)\n" in script
    assert script.endswith("ALTER TABLE staff ADD FOREIGN KEY (boss) REFERENCES staff (id);\nCOMMIT;\n")
    assert "teams" not in script
    load = format_named("sql").companions([Written(TREE, (("staff.sql", 0, 9),))])["load.sql"].decode()
    assert load.endswith("\\ir 'staff.sql'\nALTER TABLE staff ADD FOREIGN KEY (team) REFERENCES teams (id);\n")


def test_sqlite_declares_all_foreign_keys_at_once_and_checks_them_when_a_file_is_done() -> None:
    script = written(TREE, dialect="sqlite")
    assert script.count("DEFERRABLE INITIALLY DEFERRED") == 3
    assert "ALTER" not in script


@pytest.mark.parametrize("dialect", DIALECTS)
def test_foreign_keys_can_be_left_out(dialect: str) -> None:
    assert "FOREIGN" not in written(TREE, dialect=dialect, foreign_keys=False)
    assert "FOREIGN" not in written(TREE, dialect=dialect, create=False)


def test_only_the_first_object_of_a_table_makes_it_and_only_the_last_refers_to_itself() -> None:
    first = written(TREE, Place(opens=True, closes=False))
    last = written(TREE, Place(opens=False, closes=True))
    assert "CREATE" in first
    assert "ALTER" not in first
    assert "CREATE" not in last
    assert "ALTER" in last
    assert first.endswith("COMMIT;\n")


def test_sql_server_lets_a_unique_column_be_missing_more_than_once() -> None:
    table = shape_of({"a": pa.string()}, unique=(("a",),))
    assert "CREATE UNIQUE INDEX unique_1 ON t (a) WHERE a IS NOT NULL;\nGO\n" in written(table, dialect="sqlserver")


def test_load_sql_runs_parents_first_and_gives_way_to_a_table_of_its_name() -> None:
    child = Written(shape_of({"n": pa.int64()}, "child", order=1), (("child-0.sql.gz", 1, 1), ("child-1.sql.gz", 1, 1)))
    parent = Written(shape_of({"n": pa.int64()}, "load", order=0), (("load.sql", 1, 1),))
    found = format_named({"type": "sql", "dialect": "mysql", "drop": True}).companions([child, parent])
    (name,) = found
    assert name == "_load.sql"
    lines = found[name].decode().splitlines()
    assert [line for line in lines if line.startswith("source")] == [
        "source load.sql", "source child-0.sql", "source child-1.sql"
    ]  # fmt: skip
    assert lines[1] == "-- Unpack the files first: gunzip *.sql.gz"
    assert [line for line in lines if line.startswith("DROP")] == [
        "DROP TABLE IF EXISTS child;", "DROP TABLE IF EXISTS `load`;"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("usual", "dialect"),
    [("postgres", "postgresql"), ("mariadb", "mysql"), ("sqlite3", "sqlite"), ("mssql", "sqlserver")],
)
def test_a_dialect_may_be_called_by_its_other_name(usual: str, dialect: str) -> None:
    assert format_named({"type": "sql", "dialect": usual}) == format_named({"type": "sql", "dialect": dialect})


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"dialect": "oracel"}, "oracle"),
        ({"statement": "copy", "dialect": "mysql"}, "only the dialect postgresql has COPY"),
        ({"statement": "copy", "on_conflict": "ignore"}, "on_conflict needs statement insert"),
        ({"dialect": "sqlserver", "insert_rows": 1001}, "1,000 rows at most"),
        ({"insert_rows": 0}, "must be 1 or more"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(SchemaError, match=problem):
        format_named({"type": "sql", **options})


@pytest.mark.parametrize(
    ("dialect", "table", "problem"),
    [
        ("postgresql", shape_of({"é" * 32: pa.int8()}), "63 bytes at most, this one 64"),
        ("mysql", shape_of({"n ": pa.int8()}), "does not end in a space"),
        ("mysql", shape_of({"😀": pa.int8()}), "below U\\+10000"),
        ("sqlite", shape_of({"n": pa.int8()}, "SQLite_x"), "are its own"),
        ("sqlserver", shape_of({"Id": pa.int8(), "ID": pa.int8()}), "'Id' and 'ID' have one name"),
        ("oracle", shape_of({"id": pa.int8(), "ID": pa.int8()}), "'id' and 'ID' have one name"),
        ("oracle", shape_of({f"c{at}": pa.int8() for at in range(1001)}), "1,000 columns at most, this one 1,001"),
        ("ansi", shape_of({}), "at least one column"),
        ("postgresql", shape_of({"d": pa.decimal256(50, 2)}), "'d': .*decimal256"),
    ],
)
def test_tables_that_a_dialect_cannot_hold_are_refused_before_any_row(
    dialect: str, table: TableShape, problem: str
) -> None:
    with pytest.raises(Exception, match=problem) as caught:
        written(table, dialect=dialect)
    assert type(caught.value).__module__.startswith(("formats", "generator"))


def test_a_statement_of_oracle_has_no_more_values_than_oracle_takes() -> None:
    table = shape_of({f"c{at}": pa.int8() for at in range(100)})
    with pytest.raises(FormatError, match="set insert_rows to 9 or fewer"):
        written(table, dialect="oracle", insert_rows=10)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_in_one_case_or_two_are_kept_apart_where_the_dialect_does(dialect: str) -> None:
    table = shape_of({"Name": pa.int8(), "NAME": pa.int8()})
    if dialect in {"mysql", "sqlite", "sqlserver"}:
        with pytest.raises(FormatError):
            written(table, dialect=dialect)
    else:
        assert '"Name"' in written(table, dialect=dialect)
        assert '"NAME"' in written(table, dialect=dialect)
