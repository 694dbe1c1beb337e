"""Readers of JSON, of an array or of lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import jq
import orjson
import pyarrow as pa

from tests.laws.nested_values import Columns, comparable, is_listing
from tests.laws.readers.objects import columns, double, leaves, pairs, with_double_decimals, without_nulls
from tests.laws.readers.reader import Reader, duckdb_type, finite, from_duckdb, stored
from tests.laws.texts_read import is_wide, json_value


def _left_out(options: Any) -> bool:
    return bool(options.nulls == "left_out")


def _lines(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    assert lines.pop() == b""
    return lines


def _records(options: Any, whole: Any) -> Any:
    """The array of a whole file, without the object around it."""
    if not options.records:
        return whole
    [(key, rows)] = whole
    assert key == ("people" if options.records is True else options.records)
    return rows


def _by_json_module(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return columns(schema, _records(options, json_value(data.decode())), _left_out(options))


def _lines_by_json_module(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return columns(schema, [json_value(line.decode()) for line in _lines(data)], _left_out(options))


def _by_orjson(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    rows = _records(options, pairs(orjson.loads(data)))
    return with_double_decimals(schema, columns(schema, rows, _left_out(options)))


def _lines_by_orjson(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    rows = [pairs(orjson.loads(line)) for line in _lines(data)]
    return with_double_decimals(schema, columns(schema, rows, _left_out(options)))


def _by_jq(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """It reads numbers as doubles and gives some of them back with a digit less; -0.0 is 0."""
    whole = pairs(jq.compile(".").input_text(data.decode()).first())
    return columns(schema, _records(options, whole), _left_out(options))


def _has_long_numbers_as_text(options: Any) -> bool:
    return bool(options.large_integers != "number" and options.decimals == "text")


def _duckdb_json(layout: str) -> Callable[[Any, pa.Schema, bytes], Columns]:
    def read(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
        if not data:
            return [[] for _ in schema]
        names = {field.name: _duckdb_json_type(field.type) for field in schema}
        with stored(data) as path:
            return from_duckdb(duckdb.read_json(path, columns=names, format=layout), schema)

    return read


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


def _is_an_array(options: Any) -> bool:
    return not options.records


def _kept(options: Any, data_type: pa.DataType, value: Any) -> Any:
    value = finite(options, data_type, value)
    return without_nulls(value, data_type) if _left_out(options) else value


def _kept_by(change: Callable[[Any, pa.DataType], Any]) -> Callable[[Any, pa.DataType, Any], Any]:
    return lambda options, data_type, value: leaves(_kept(options, data_type, value), data_type, change)


def _as_duckdb(leaf: Any, kind: pa.DataType) -> Any:
    return comparable(float(leaf)) if is_wide(kind) else leaf


def _as_jq(leaf: Any, kind: pa.DataType) -> Any:
    return "0.0" if leaf == "-0.0" and pa.types.is_floating(kind) else leaf


READERS: dict[str, tuple[Reader, ...]] = {
    "ndjson": (
        Reader("json module", _lines_by_json_module, _kept),
        Reader("orjson", _lines_by_orjson, _kept_by(double)),
        Reader("DuckDB", _duckdb_json("newline_delimited"), _kept_by(_as_duckdb)),
    ),
    "json": (
        Reader("json module", _by_json_module, _kept),
        Reader("orjson", _by_orjson, _kept_by(double)),
        Reader("jq", _by_jq, _kept_by(_as_jq), _has_long_numbers_as_text),
        Reader("DuckDB", _duckdb_json("array"), _kept_by(_as_duckdb), _is_an_array),
    ),
}
