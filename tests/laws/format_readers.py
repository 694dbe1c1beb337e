"""Readers of every registered format that share no code with its encoder: the law of formats reads back with them.

A plug-in's format joins by adding its readers to ``READERS``. A reader gets a file's bytes and gives the columns back
in plain values: None, bool, int, float, Decimal, str, bytes, and for dates and times the count of their unit since 1970
or midnight.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from formats import Format

Columns = list[list[Any]]


@dataclass(frozen=True)
class Reader:
    """``read`` makes columns of bytes; ``keeps`` is what of a value the file and this reader can keep.

    ``can_read`` is false for options that the reader does not understand.
    """

    name: str
    read: Callable[[Format, pa.Schema, bytes], Columns]
    keeps: Callable[[Format, pa.DataType, Any], Any] = lambda _format, _type, value: value
    can_read: Callable[[Format], bool] = lambda _format: True


def plain_columns(table: pa.Table | pa.RecordBatch) -> Columns:
    """The values of Arrow data, as readers give them."""
    return [_plain(column) for column in table.columns]


def _plain(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64())
    return [_comparable(value) for value in column.to_pylist()]


def _comparable(value: Any) -> Any:
    """NaN equals nothing, so it goes by its name; 0.0 and -0.0 are equal and should not be."""
    return repr(value) if isinstance(value, float) and (value == 0 or not isfinite(value)) else value


def value_of(text: str, data_type: pa.DataType) -> Any:
    """A value from its text, by Python's and numpy's own parsers."""
    types = pa.types
    if types.is_dictionary(data_type):
        return value_of(text, data_type.value_type)
    if types.is_boolean(data_type):
        return {"true": True, "false": False}[text]
    if types.is_integer(data_type):
        return int(text)
    if types.is_decimal(data_type):
        return Decimal(text)
    if types.is_floating(data_type):
        value = float(text)
        return _comparable(float(np.float32(value)) if data_type.bit_width == 32 else value)
    if types.is_temporal(data_type):
        return _ticks(text, data_type)
    is_text = types.is_string(data_type) or types.is_large_string(data_type) or types.is_string_view(data_type)
    return text if is_text else base64.b64decode(text, validate=True)


def _ticks(text: str, data_type: pa.DataType) -> int:
    if pa.types.is_date32(data_type):
        return int(np.datetime64(text, "D").astype(np.int64))
    if pa.types.is_time(data_type):
        text = f"1970-01-01T{text}"
    elif data_type.tz:
        assert text.endswith("Z")
    return int(np.datetime64(text.removesuffix("Z"), data_type.unit).astype(np.int64))


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
    text = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    return None if text == options.null else value


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
    if pa.types.is_decimal128(data_type):
        return f"DECIMAL({data_type.precision}, {data_type.scale})"
    return DUCKDB_TYPES.get(data_type, "VARCHAR")


def _from_duckdb(found: duckdb.DuckDBPyRelation, schema: pa.Schema) -> Columns:
    table = found.to_arrow_table()
    columns: Columns = []
    for at, field in enumerate(schema):
        values = _plain(table.column(at))
        parsed = pa.types.is_string(table.column(at).type)
        columns.append([value_of(value, field.type) if parsed and value is not None else value for value in values])
    return columns


def _by_json_module(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    lines = data.decode().split("\n")
    assert lines.pop() == ""
    rows = [json.loads(line, parse_float=str, parse_int=str, parse_constant=str) for line in lines]
    assert all(list(row) == schema.names for row in rows)
    return [[_from_json(row[field.name], field.type) for row in rows] for field in schema]


def _from_json(value: Any, data_type: pa.DataType) -> Any:
    return value if value is None or isinstance(value, bool) else value_of(value, data_type)


def _by_duckdb_json(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    if not data:
        return [[] for _ in schema]
    names = {field.name: "DOUBLE" if _is_wide(field.type) else _duckdb_type(field.type) for field in schema}
    with _stored(data) as path:
        return _from_duckdb(duckdb.read_json(path, columns=names, format="newline_delimited"), schema)


def _is_wide(data_type: pa.DataType) -> bool:
    """DuckDB reads the numbers of JSON as doubles, decimals of more than 15 digits too."""
    return bool(pa.types.is_decimal(data_type) and data_type.precision > 15)


def _finite_double(options: Any, data_type: pa.DataType, value: Any) -> Any:
    return (
        _comparable(float(value)) if _is_wide(data_type) and value is not None else _finite(options, data_type, value)
    )


def _finite(_options: Any, _type: pa.DataType, value: Any) -> Any:
    return None if value in {"nan", "inf", "-inf"} else value


def _by_pyarrow_parquet(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return _as_stored(pq.read_table(io.BytesIO(data)), schema)


def _by_polars_parquet(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return _as_stored(polars.read_parquet(io.BytesIO(data)).to_arrow(), schema)


def _by_duckdb_parquet(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    with _stored(data) as path:
        return _as_stored(duckdb.read_parquet(str(path)).to_arrow_table(), schema)


def _as_stored(table: pa.Table, schema: pa.Schema) -> Columns:
    assert table.schema.names == schema.names
    columns: Columns = []
    for field, column in zip(schema, table.columns, strict=True):
        wanted = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        assert not pa.types.is_dictionary(column.type), f"{field.name} is not read as plain values"
        columns.append(_plain(column if column.type == wanted else column.cast(wanted)))
    return columns


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
        Reader("pyarrow", _by_pyarrow_csv),
        Reader("DuckDB", _by_duckdb_csv, can_read=_ends_lines_with_lf),
    ),
    "ndjson": (Reader("json module", _by_json_module, _finite), Reader("DuckDB", _by_duckdb_json, _finite_double)),
    "parquet": (
        Reader("pyarrow", _by_pyarrow_parquet),
        Reader("polars", _by_polars_parquet),
        Reader("DuckDB", _by_duckdb_parquet),
    ),
}
