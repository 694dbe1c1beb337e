"""Scripts of SQL, byte for byte: the statements and the values in them."""

from __future__ import annotations

import pyarrow as pa
import pytest
import sqlglot

from formats import ForeignKey, FormatError, Place
from tests.laws import format_batches
from tests.unit.formats.sql_scripts import BARE, DIALECTS, PARSED_AS, PEOPLE, ROWS, shape_of, written


def test_a_table_is_made_and_filled_in_one_transaction() -> None:
    assert written(PEOPLE, rows=ROWS) == (
        "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nBEGIN;\n"
        "CREATE TABLE people (\n  id BIGINT NOT NULL,\n  name TEXT,\n  boss BIGINT,\n  PRIMARY KEY (id)\n);\n"
        "INSERT INTO people (id, name, boss) VALUES\n(1,'Ann',NULL),\n(2,NULL,1);\nCOMMIT;\n"
    )


def test_a_table_without_rows_is_made_all_the_same() -> None:
    script = written(PEOPLE, dialect="sqlite")
    assert "CREATE TABLE" in script
    assert "INSERT" not in script


def test_copy_has_one_block_and_none_where_there_are_no_rows() -> None:
    block = "COPY people (id, name, boss) FROM stdin;\n1\tAnn\t\\N\n2\t\\N\t1\n\\.\n"
    assert written(PEOPLE, rows=ROWS, statement="copy", **BARE).endswith(block)
    assert "COPY" not in written(PEOPLE, statement="copy")


def test_a_copy_block_goes_on_in_the_next_part() -> None:
    options = {"statement": "copy", **BARE}
    none = {"n": pa.array([], pa.int64())}
    empty = written(none, Place(first=True, last=False), **options)
    some = written({"n": [1]}, Place(first=False, last=False, row=0), **options)
    ended = written(none, Place(first=False, last=True, row=1), **options)
    assert empty + some + ended == written({"n": [1]}, **options)
    assert ended == "\\.\n"


def test_a_statement_has_so_many_rows_and_goes_on_in_the_next_part() -> None:
    row = {"n": [1, 2, 3]}
    options = {"insert_rows": 2, "dialect": "sqlite", **BARE}
    whole = written(row, **options)
    assert whole == "INSERT INTO t (n) VALUES\n(1),\n(2);\nINSERT INTO t (n) VALUES\n(3);\n"
    first = written({"n": [1]}, Place(first=True, last=False), **options)
    second = written({"n": [2]}, Place(first=False, last=False, row=1), **options)
    third = written({"n": [3]}, Place(first=False, last=True, row=2), **options)
    assert first + second + third == whole
    nothing = written({"n": pa.array([], pa.int64())}, Place(first=False, last=True, row=1), **options)
    assert first + nothing == "INSERT INTO t (n) VALUES\n(1);\n"


@pytest.mark.parametrize(
    ("dialect", "row"),
    [
        ("postgresql", "('it''s',true,'NaN','\\x00ff','2024-02-29','2024-02-29T12:00:00Z')"),
        ("mysql", "('it''s',true,NULL,X'00ff','2024-02-29','2024-02-29T12:00:00')"),
        ("sqlite", "('it''s',1,NULL,X'00ff','2024-02-29','2024-02-29 12:00:00')"),
        ("ansi", "('it''s',TRUE,NULL,X'00ff',DATE '2024-02-29',TIMESTAMP '2024-02-29 12:00:00+00:00')"),
        ("sqlserver", "(N'it''s',1,NULL,0x00ff,'2024-02-29','2024-02-29T12:00:00Z')"),
        (
            "oracle",
            "('it''s',\n1,\n0d/0d,\nHEXTORAW('00ff'),\nDATE '2024-02-29',\nTIMESTAMP '2024-02-29 12:00:00 +0:00')",
        ),
    ],
)
def test_each_dialect_spells_values_its_own_way(dialect: str, row: str) -> None:
    day, noon = pa.array([19_782]).cast(pa.int32()).cast(pa.date32()), pa.array([1_709_208_000])
    values = [["it's"], [True], [float("nan")], [b"\x00\xff"], day, noon.cast(pa.timestamp("s", "UTC"))]
    table = dict(zip(("text", "yes", "ratio", "raw", "day", "at"), values, strict=True))
    assert written(table, dialect=dialect, **BARE).partition("VALUES\n")[2].startswith(row)


@pytest.mark.parametrize(
    ("dialect", "ending"),
    [
        ("postgresql", "\nON CONFLICT (id) DO UPDATE SET name = excluded.name, boss = excluded.boss;\n"),
        ("sqlite", "\nON CONFLICT (id) DO UPDATE SET name = excluded.name, boss = excluded.boss;\n"),
        ("mysql", "\nON DUPLICATE KEY UPDATE name = VALUES(name), boss = VALUES(boss);\n"),
        (
            "ansi",
            "\n) AS source (id, name, boss) ON (target.id = source.id)\n"
            "WHEN MATCHED THEN UPDATE SET name = source.name, boss = source.boss\n"
            "WHEN NOT MATCHED THEN INSERT (id, name, boss) VALUES (source.id, source.name, source.boss);\n",
        ),
    ],
)
def test_rows_that_are_there_are_renewed(dialect: str, ending: str) -> None:
    assert written(PEOPLE, rows=ROWS, dialect=dialect, on_conflict="update", **BARE).endswith(ending)


def test_a_table_without_a_key_has_no_conflicts() -> None:
    assert "CONFLICT" not in written({"n": [1]}, on_conflict="update")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("on_conflict", ["error", "ignore", "update"])
@pytest.mark.parametrize("insert_rows", [1, 2])
def test_a_parser_of_other_hands_takes_every_statement(dialect: str, on_conflict: str, insert_rows: int) -> None:
    table = shape_of(
        {"id": pa.int64(), "order": pa.string(), "Mixed Case": pa.float32(), "at": pa.timestamp("us")},
        "select",
        primary_key=("id",),
        unique=(("order", "Mixed Case"),),
        foreign_keys=(ForeignKey(("id",), "Parent's", ("id",), earlier=True),),
    )
    rows = pa.record_batch([[1, 2, 3], ["a", None, "b;\n'"], [1, None, 3], [0, 1, None]], schema=table.schema)
    script = written(table, rows=rows, dialect=dialect, on_conflict=on_conflict, insert_rows=insert_rows)
    for tools in ("\nGO\n", "\nSET DEFINE OFF", "\nSET SQLBLANKLINES ON"):
        script = f"\n{script}".replace(tools, "\n")
    parsed = sqlglot.parse(script.replace("d,\n", ",\n"), dialect=PARSED_AS.get(dialect, dialect))
    kinds = [type(statement).__name__ for statement in parsed if statement is not None]
    assert "Create" in kinds
    merges = on_conflict != "error" and dialect in {"ansi", "sqlserver", "oracle"}
    statements = "Merge" if merges else "MultitableInserts" if dialect == "oracle" and insert_rows == 2 else "Insert"
    assert kinds.count(statements) == (3 if insert_rows == 1 else 2), kinds


def test_oracle_is_given_long_texts_in_pieces_and_line_breaks_by_their_number() -> None:
    script = written({"a": ["x\ny", "é" * 1500, None, ""]}, dialect="oracle", **BARE)
    assert "('x'||CHR(10)||'y');" in script
    assert script.count("TO_CLOB('" + "é" * 500 + "')") == 3
    assert max(len(line.encode()) for line in script.splitlines()) < 2500
    with pytest.raises(FormatError, match=r"column 'raw': .* 2,000 bytes at most"):
        written({"raw": [b"x" * 2001]}, dialect="oracle")


def test_what_is_finer_than_a_microsecond_is_cut_off_before_1970_too() -> None:
    script = written({"at": pa.array([-1, 1999]).cast(pa.timestamp("ns"))}, **BARE)
    assert "('1969-12-31T23:59:59.999999'),\n('1970-01-01T00:00:00.000001');" in script


def test_every_hostile_text_ends_where_its_literal_ends() -> None:
    texts = [text + end for text in format_batches.HOSTILE for end in ("", "'", "\\", "\\'", "');--")]
    for dialect in ("postgresql", "mysql", "sqlite"):
        script = written({"a": texts}, dialect=dialect, insert_rows=100_000, **BARE)
        (insert,) = sqlglot.parse(
            script.partition("INSERT")[2].join(["INSERT", ""]), dialect=PARSED_AS.get(dialect, dialect)
        )
        assert insert is not None
        assert len(insert.expression.expressions) == len(texts), dialect
