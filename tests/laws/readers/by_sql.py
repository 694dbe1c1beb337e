"""Readers of SQL: the databases themselves, and sqlglot's parser for the dialects that have none here."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import expressions as exp

from tests.laws.nested_values import Columns, is_listing
from tests.laws.readers.reader import Reader, finite, is_odd
from tests.laws.texts_read import value_of
from tests.servers.loading import in_mariadb, in_postgresql

DIALECTS = {"ansi": "trino", "sqlserver": "tsql", "oracle": "oracle"}
UNKNOWN = {
    "ansi": (re.compile("(?<=[,(])X''(?=[,)])"), "''"),
    "sqlserver": (re.compile("^GO$|^(SET|BEGIN|COMMIT) .*$", re.MULTILINE), ""),
    "oracle": (re.compile(r"^SET .*$|^(\(?-?[0-9][0-9.e+-]*)d((?:/0)?)d?(?=,$|\);$)", re.MULTILINE), r"\1\2"),
}
"""What sqlglot does not know: no bytes at all, the tool's commands, and the mark of a double."""
NUMBERS = {"1/0": "inf", "-1/0": "-inf", "0/0": "nan"}


def _by_sqlite(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(data.decode())
        found = connection.execute("SELECT * FROM people ORDER BY rowid")
        assert [column[0] for column in found.description] == schema.names
        rows = found.fetchall()
    finally:
        connection.close()
    columns = _columns(schema, [[None if value is None else _as_text(value) for value in row] for row in rows])
    return [[_about(value) for value in column] for column in columns]


def _by_postgresql(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    for rows_begin in (b"\nINSERT INTO people", b"\nCOPY people"):
        counted = b"\nALTER TABLE people ADD COLUMN row_number BIGSERIAL;" + rows_begin
        data = data.replace(rows_begin, counted, 1)
    names, rows = in_postgresql(data, "SELECT * FROM people" + " ORDER BY row_number" * (b"row_number" in data))
    assert names[: len(schema)] == schema.names
    return _columns(schema, rows)


def _by_mariadb(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    names, rows = in_mariadb(data, "SELECT * FROM people")
    assert names == schema.names
    return _columns(schema, rows)


def _by_sqlglot(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    rows: list[list[str | None]] = []
    unknown, known = UNKNOWN[options.dialect]
    for statement in sqlglot.parse(unknown.sub(known, data.decode()), dialect=DIALECTS[options.dialect]):
        if isinstance(statement, exp.Insert):
            assert [column.name for column in statement.this.expressions] == _written_names(options, schema)
            assert statement.this.this.db == options.schema_name
            rows += [[_literal(cell) for cell in row.expressions] for row in statement.expression.expressions]
    return _columns(schema, rows)


def _written_names(options: Any, schema: pa.Schema) -> list[str]:
    return [name.replace('"', "'") if options.dialect == "oracle" else name for name in schema.names]


def _literal(cell: exp.Expression) -> str | None:
    """The text of a value; binary ones in hexadecimal digits."""
    if isinstance(cell, exp.Null):
        return None
    if isinstance(cell, exp.Boolean):
        return str(cell.this).lower()
    if isinstance(cell, exp.Neg):
        return f"-{_literal(cell.this)}"
    if isinstance(cell, exp.Literal | exp.National | exp.HexString):
        return str(cell.this)
    if isinstance(cell, exp.Column):
        assert cell.name == "0x", "sqlglot takes no bytes at all for a name"
        return ""
    if isinstance(cell, exp.DPipe | exp.Concat):
        parts = [cell.left, cell.right] if isinstance(cell, exp.DPipe) else cell.expressions
        return "".join(_literal(part) or "" for part in parts)
    if isinstance(cell, exp.Chr):
        return chr(int(cell.expressions[0].name))
    if isinstance(cell, exp.Div):
        return NUMBERS[f"{_literal(cell.left)}/{_literal(cell.right)}"]
    assert isinstance(cell, exp.Cast | exp.Anonymous | exp.Unhex | exp.Func), repr(cell)
    return _literal(cell.this if isinstance(cell.this, exp.Expression) else cell.expressions[0])


def _as_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else repr(value) if isinstance(value, float) else str(value)


def _about(value: Any) -> Any:
    """SQLite reads numbers of many digits and a large or small exponent with errors in the last place."""
    return float(f"{value:.13e}") if isinstance(value, float) and not 1e-5 < abs(value) < 1e17 else value


def _columns(schema: pa.Schema, rows: list[list[str | None]]) -> Columns:
    return [
        [None if row[at] is None else _value(row[at], field.type) for row in rows] for at, field in enumerate(schema)
    ]


def _value(text: str, data_type: pa.DataType) -> Any:
    types = pa.types
    if types.is_dictionary(data_type):
        return _value(text, data_type.value_type)
    if types.is_boolean(data_type):
        return {"t": True, "1": True, "true": True, "f": False, "0": False, "false": False}[text]
    if types.is_timestamp(data_type):
        for zone in ("+00:00", "+00", " +0:00", "Z"):
            text = text.removesuffix(zone)
        text = text.replace(" ", "T") + ("Z" if data_type.tz else "")
    if _is_in_nanoseconds(data_type) and len(text.removesuffix("Z").partition(".")[2]) <= 6:
        coarse = pa.time64("us") if types.is_time(data_type) else pa.timestamp("us", data_type.tz)
        return value_of(text, coarse) * 1000  # some microseconds are beyond all nanoseconds
    if types.is_binary(data_type) or types.is_large_binary(data_type) or types.is_fixed_size_binary(data_type):
        return bytes.fromhex(text.removeprefix("\\x"))
    return value_of(text, data_type)


def _is_in_nanoseconds(data_type: pa.DataType) -> bool:
    return bool((pa.types.is_timestamp(data_type) or pa.types.is_time(data_type)) and data_type.unit == "ns")


def _kept(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """What of a value the dialect has something for."""
    types = pa.types
    if types.is_dictionary(data_type):
        return _kept(options, data_type.value_type, value)
    if value is None or is_listing(data_type):
        return finite(options, data_type, value)
    if types.is_floating(data_type):
        return _number(options, data_type, value)
    if _is_in_nanoseconds(data_type):
        return value if options.dialect in {"sqlite", "ansi", "oracle"} else value // 1000 * 1000
    return value


def _number(options: Any, data_type: pa.DataType, value: Any) -> Any:
    keeps_nan = options.dialect in {"postgresql", "oracle"}
    if is_odd(value, data_type):
        return value if keeps_nan or (options.dialect == "sqlite" and value != "nan") else None
    if options.dialect == "sqlite":
        value = _about(value)
    keeps_sign = options.dialect in {"ansi", "sqlserver", "oracle"} or options.statement == "copy"
    return "0.0" if value == "-0.0" and not keeps_sign else value


READERS: dict[str, tuple[Reader, ...]] = {
    "sql": (
        Reader("SQLite", _by_sqlite, _kept, lambda options: options.dialect == "sqlite"),
        Reader("PostgreSQL", _by_postgresql, _kept, lambda options: options.dialect == "postgresql"),
        Reader("MariaDB", _by_mariadb, _kept, lambda options: options.dialect == "mysql"),
        Reader("sqlglot", _by_sqlglot, _kept, lambda options: options.dialect in DIALECTS),
    )
}
