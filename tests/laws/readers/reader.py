"""What readers of formats share: how a format is read without its encoder, and what its files can keep.

A reader gets a file's bytes and gives the columns back in plain values: see ``tests.laws.nested_values``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from formats import Format
from tests.laws.nested_values import Columns, is_listing, mapped, plain
from tests.laws.texts_read import parsed


@dataclass(frozen=True)
class Reader:
    """``read`` makes columns of bytes; ``keeps`` is what of a value the file and this reader can keep.

    ``can_read`` is false for options that the reader does not understand.
    """

    name: str
    read: Callable[[Format, pa.Schema, bytes], Columns]
    keeps: Callable[[Format, pa.DataType, Any], Any] = lambda _format, _type, value: value
    can_read: Callable[[Format], bool] = lambda _format: True


def finite_in_json(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """Lists and maps are in JSON, which has no NaN; other cells are not."""
    return finite(options, data_type, value) if is_listing(data_type) else value


def finite(_options: Any, data_type: pa.DataType, value: Any) -> Any:
    return mapped(value, data_type, lambda leaf, kind: None if is_odd(leaf, kind) else leaf)


def is_odd(value: Any, data_type: pa.DataType) -> bool:
    return pa.types.is_floating(data_type) and value in {"nan", "inf", "-inf"}


DUCKDB_TYPES: dict[pa.DataType, str] = {
    pa.bool_(): "BOOLEAN", pa.int8(): "TINYINT", pa.int16(): "SMALLINT", pa.int32(): "INTEGER", pa.int64(): "BIGINT",
    pa.uint8(): "UTINYINT", pa.uint16(): "USMALLINT", pa.uint32(): "UINTEGER", pa.uint64(): "UBIGINT",
    pa.float64(): "DOUBLE", pa.date32(): "DATE", pa.time64("us"): "TIME", pa.timestamp("us"): "TIMESTAMP",
}  # fmt: skip
"""The types that DuckDB reads from text by itself; the others it hands over as text."""


def duckdb_type(data_type: pa.DataType) -> str:
    types = pa.types
    if types.is_dictionary(data_type):
        return duckdb_type(data_type.value_type)
    if types.is_decimal128(data_type):
        return f"DECIMAL({data_type.precision}, {data_type.scale})"
    return DUCKDB_TYPES.get(data_type, "VARCHAR")


def from_duckdb(found: duckdb.DuckDBPyRelation, schema: pa.Schema) -> Columns:
    table = found.to_arrow_table()
    return [[parsed(value, field.type) for value in plain(table.column(at))] for at, field in enumerate(schema)]


class stored:  # noqa: N801 - used like tempfile's functions
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
