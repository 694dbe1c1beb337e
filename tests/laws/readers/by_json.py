"""Readers of JSON."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from tests.laws.nested_values import Columns, comparable, is_listing, mapped
from tests.laws.readers.reader import Reader, duckdb_type, finite, from_duckdb, stored
from tests.laws.texts_read import from_json, is_wide, json_value


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
    with stored(data) as path:
        return from_duckdb(duckdb.read_json(path, columns=names, format="newline_delimited"), schema)


def _duckdb_json_type(data_type: pa.DataType) -> str:
    types = pa.types
    if types.is_struct(data_type):
        members = (f"{_quoted(field.name)} {_duckdb_json_type(field.type)}" for field in data_type)
        return f"STRUCT({', '.join(members)})"
    if types.is_map(data_type):
        return f"MAP({_duckdb_json_type(data_type.key_type)}, {_duckdb_json_type(data_type.item_type)})"
    if is_listing(data_type):
        return f"{_duckdb_json_type(data_type.value_type)}[]"
    return "DOUBLE" if is_wide(data_type) else duckdb_type(data_type)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _finite_double(options: Any, data_type: pa.DataType, value: Any) -> Any:
    def keep(leaf: Any, kind: pa.DataType) -> Any:
        return comparable(float(leaf)) if is_wide(kind) and leaf is not None else leaf

    return finite(options, data_type, mapped(value, data_type, keep))


READERS: dict[str, tuple[Reader, ...]] = {
    "ndjson": (Reader("json module", _by_json_module, finite), Reader("DuckDB", _by_duckdb_json, _finite_double)),
}
