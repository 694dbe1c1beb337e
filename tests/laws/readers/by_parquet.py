"""Readers of Parquet."""

from __future__ import annotations

import io
from typing import Any

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from tests.laws.nested_values import Columns, plain
from tests.laws.readers.polars_values import from_polars, in_polars
from tests.laws.readers.reader import Reader, stored


def _by_pyarrow_parquet(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    return _as_stored(pq.read_table(io.BytesIO(data)), schema, options.arrow_schema)


def _by_polars_parquet(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    frame = polars.read_parquet(io.BytesIO(data))
    return from_polars(frame, schema) if options.arrow_schema else _as_stored(frame.to_arrow(), schema)


def _in_polars(options: Any, data_type: pa.DataType, value: Any) -> Any:
    return in_polars(options, data_type, value) if options.arrow_schema else value


def _by_duckdb_parquet(_options: Any, schema: pa.Schema, data: bytes) -> Columns:
    with stored(data) as path:
        return _as_stored(duckdb.read_parquet(str(path)).to_arrow_table(), schema)


def _as_stored(table: pa.Table, schema: pa.Schema, categories: bool = False) -> Columns:
    """``categories``: the file says which columns are dictionaries in Arrow."""
    assert table.schema.names == schema.names
    assert categories or not any(pa.types.is_dictionary(column.type) for column in table.columns), "not plain values"
    return [plain(column, field.type) for field, column in zip(schema, table.columns, strict=True)]


READERS: dict[str, tuple[Reader, ...]] = {
    "parquet": (
        Reader("pyarrow", _by_pyarrow_parquet),
        Reader("polars", _by_polars_parquet, _in_polars),
        Reader("DuckDB", _by_duckdb_parquet),
    ),
}
