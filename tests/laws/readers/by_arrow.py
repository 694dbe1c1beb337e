"""Readers of Arrow's IPC formats."""

from __future__ import annotations

import io
from typing import Any

import polars
import pyarrow as pa

from tests.laws.nested_values import Columns, plain
from tests.laws.readers.polars_values import from_polars, in_polars
from tests.laws.readers.reader import Reader


def _by_pyarrow_stream(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    with pa.ipc.open_stream(data) as reader:
        return _as_stored(reader.read_all(), schema, options.dictionary)


def _by_pyarrow_file(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    with pa.ipc.open_file(data) as reader:
        return _as_stored(reader.read_all(), schema)


def _by_polars_stream(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return from_polars(polars.read_ipc_stream(io.BytesIO(data)), schema)


def _by_polars_file(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return from_polars(polars.read_ipc(io.BytesIO(data)), schema)


def _as_stored(table: pa.Table, schema: pa.Schema, categories: bool = False) -> Columns:
    table.validate(full=True)
    assert table.schema.names == schema.names
    assert not any(field.metadata for field in table.schema)
    for found, given in zip(table.schema, schema, strict=True):
        kept = categories and pa.types.is_dictionary(given.type)
        assert pa.types.is_dictionary(found.type) == kept, found
        assert found.nullable == given.nullable
    return [plain(column, field.type) for field, column in zip(schema, table.columns, strict=True)]


READERS: dict[str, tuple[Reader, ...]] = {
    "arrow": (Reader("pyarrow", _by_pyarrow_stream), Reader("polars", _by_polars_stream, in_polars)),
    "feather": (Reader("pyarrow", _by_pyarrow_file), Reader("polars", _by_polars_file, in_polars)),
}
