"""Readers of delimited text."""

from __future__ import annotations

import base64
import csv
import io
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv

from tests.laws.nested_values import Columns, is_listing
from tests.laws.readers.reader import Reader, duckdb_type, finite, finite_in_json, from_duckdb, stored
from tests.laws.texts_read import value_of


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
        return finite(options, data_type, value)
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
    names = {f"c{at}": duckdb_type(field.type) for at, field in enumerate(schema)}
    with stored(data) as path:
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
        return from_duckdb(found, schema)


READERS: dict[str, tuple[Reader, ...]] = {
    "csv": (
        Reader("csv module", _by_csv_module, _without_the_null_text),
        Reader("pyarrow", _by_pyarrow_csv, finite_in_json),
        Reader("DuckDB", _by_duckdb_csv, finite_in_json, can_read=_ends_lines_with_lf),
    ),
}
