"""Readers of every registered format that share no code with its encoder: the law of formats reads back with them.

A plug-in's format joins by adding its readers to ``READERS``. A reader gets a file's bytes and gives the columns back
in plain values: see ``nested_values``.
"""

from __future__ import annotations

import base64
import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from formats import Format
from tests.laws.nested_values import Columns, comparable, is_listing, mapped, plain
from tests.laws.texts_read import from_json, is_wide, json_value, parsed, value_of


@dataclass(frozen=True)
class Reader:
    """``read`` makes columns of bytes; ``keeps`` is what of a value the file and this reader can keep.

    ``can_read`` is false for options that the reader does not understand.
    """

    name: str
    read: Callable[[Format, pa.Schema, bytes], Columns]
    keeps: Callable[[Format, pa.DataType, Any], Any] = lambda _format, _type, value: value
    can_read: Callable[[Format], bool] = lambda _format: True


def _by_csv_module(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Sees no difference between a quoted and a bare cell, so a quoted null text reads as null."""
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=options.delimiter, strict=True))
    if options.header:
        assert rows.pop(0) == schema.names
    assert all(len(row) == len(schema) for row in rows)
    return [
        [None if row[at] == options.null else value_of(row[at], field.type) for row in rows]
        for at, field in enumerate(schema)
    ]


def _without_the_null_text(options: Any, data_type: pa.DataType, value: Any) -> Any:
    if is_listing(data_type):
        return _finite(options, data_type, value)
    text = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    return None if text == options.null else value


def _finite_in_json(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """Lists and maps are in JSON, which has no NaN; other cells are not."""
    return _finite(options, data_type, value) if is_listing(data_type) else value


def _by_pyarrow_csv(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    if not data:
        return [[] for _ in schema]
    names = [] if options.header else schema.names
    found = pyarrow.csv.read_csv(
        io.BytesIO(data),
        pyarrow.csv.ReadOptions(column_names=names),
        pyarrow.csv.ParseOptions(delimiter=options.delimiter, newlines_in_values=True, ignore_empty_lines=False),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(schema.names, pa.string()),
            null_values=[options.null],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    assert found.schema.names == schema.names
    return [
        [None if text is None else value_of(text, field.type) for text in column.to_pylist()]
        for field, column in zip(schema, found.columns, strict=True)
    ]


def _ends_lines_with_lf(options: Any) -> bool:
    """DuckDB 2.0 misreads CR LF, told of it or not, where cells hold line breaks."""
    return bool(options.line_ending == "\n")


def _by_duckdb_csv(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    names = {f"c{at}": _duckdb_type(field.type) for at, field in enumerate(schema)}
    with _stored(data) as path:
        found = duckdb.read_csv(
            path,
            columns=names,
            auto_detect=False,
            delimiter=options.delimiter,
            quotechar='"',
            escapechar='"',
            header=options.header,
            na_values=options.null,
            allow_quoted_nulls=False,
            strict_mode=True,
        )
        return _from_duckdb(found, schema)


DUCKDB_TYPES: dict[pa.DataType, str] = {
    pa.bool_(): "BOOLEAN", pa.int8(): "TINYINT", pa.int16(): "SMALLINT", pa.int32(): "INTEGER", pa.int64(): "BIGINT",
    pa.uint8(): "UTINYINT", pa.uint16(): "USMALLINT", pa.uint32(): "UINTEGER", pa.uint64(): "UBIGINT",
    pa.float64(): "DOUBLE", pa.date32(): "DATE", pa.time64("us"): "TIME", pa.timestamp("us"): "TIMESTAMP",
}  # fmt: skip
"""The types that DuckDB reads from text by itself; the others it hands over as text."""


def _duckdb_type(data_type: pa.DataType) -> str:
    types = pa.types
    if types.is_dictionary(data_type):
        return _duckdb_type(data_type.value_type)
    if types.is_decimal128(data_type):
        return f"DECIMAL({data_type.precision}, {data_type.scale})"
    return DUCKDB_TYPES.get(data_type, "VARCHAR")


def _from_duckdb(found: duckdb.DuckDBPyRelation, schema: pa.Schema) -> Columns:
    table = found.to_arrow_table()
    return [[parsed(value, field.type) for value in plain(table.column(at))] for at, field in enumerate(schema)]


def _by_json_module(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    lines = data.decode().split("\n")
    assert lines.pop() == ""
    rows = [json_value(line) for line in lines]
    assert all([key for key, _ in row] == schema.names for row in rows)
    return [[from_json(row[at][1], field.type) for row in rows] for at, field in enumerate(schema)]


def _by_duckdb_json(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    if not data:
        return [[] for _ in schema]
    names = {field.name: _duckdb_json_type(field.type) for field in schema}
    with _stored(data) as path:
        return _from_duckdb(duckdb.read_json(path, columns=names, format="newline_delimited"), schema)


def _duckdb_json_type(data_type: pa.DataType) -> str:
    types = pa.types
    if types.is_struct(data_type):
        members = (f"{_quoted(field.name)} {_duckdb_json_type(field.type)}" for field in data_type)
        return f"STRUCT({', '.join(members)})"
    if types.is_map(data_type):
        return f"MAP({_duckdb_json_type(data_type.key_type)}, {_duckdb_json_type(data_type.item_type)})"
    if is_listing(data_type):
        return f"{_duckdb_json_type(data_type.value_type)}[]"
    return "DOUBLE" if is_wide(data_type) else _duckdb_type(data_type)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _finite_double(options: Any, data_type: pa.DataType, value: Any) -> Any:
    def keep(leaf: Any, kind: pa.DataType) -> Any:
        return comparable(float(leaf)) if is_wide(kind) and leaf is not None else leaf

    return _finite(options, data_type, mapped(value, data_type, keep))


def _finite(_options: Any, data_type: pa.DataType, value: Any) -> Any:
    return mapped(value, data_type, lambda leaf, kind: None if _is_odd(leaf, kind) else leaf)


def _is_odd(value: Any, data_type: pa.DataType) -> bool:
    return pa.types.is_floating(data_type) and value in {"nan", "inf", "-inf"}


def _by_pyarrow_parquet(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return _as_stored(pq.read_table(io.BytesIO(data)), schema)


def _by_polars_parquet(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return _as_stored(polars.read_parquet(io.BytesIO(data)).to_arrow(), schema)


def _by_duckdb_parquet(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    with _stored(data) as path:
        return _as_stored(duckdb.read_parquet(str(path)).to_arrow_table(), schema)


def _as_stored(table: pa.Table, schema: pa.Schema) -> Columns:
    assert table.schema.names == schema.names
    assert not any(pa.types.is_dictionary(column.type) for column in table.columns), "not read as plain values"
    return [plain(column, field.type) for field, column in zip(schema, table.columns, strict=True)]


class _stored:  # noqa: N801 - used like tempfile's functions
    """The bytes as a file, for readers that read files only."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __enter__(self) -> Path:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "file"
        path.write_bytes(self.data)
        return path

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()


READERS: dict[str, tuple[Reader, ...]] = {
    "csv": (
        Reader("csv module", _by_csv_module, _without_the_null_text),
        Reader("pyarrow", _by_pyarrow_csv, _finite_in_json),
        Reader("DuckDB", _by_duckdb_csv, _finite_in_json, can_read=_ends_lines_with_lf),
    ),
    "ndjson": (Reader("json module", _by_json_module, _finite), Reader("DuckDB", _by_duckdb_json, _finite_double)),
    "parquet": (
        Reader("pyarrow", _by_pyarrow_parquet),
        Reader("polars", _by_polars_parquet),
        Reader("DuckDB", _by_duckdb_parquet),
    ),
}
