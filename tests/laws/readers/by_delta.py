"""Readers of Delta Lake tables: the one file that a law has in hand becomes a table with the log that goes with it."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from formats import TableShape, Written
from tests.laws.nested_values import Columns, mapped, plain
from tests.laws.readers.reader import Reader
from tests.laws.texts_read import parsed


@contextmanager
def delta_table(options: Any, schema: pa.Schema, data: bytes) -> Iterator[Path]:
    """The folder of a table of one file, while it is there."""
    name = "people/part-00000.parquet"
    rows = pq.read_metadata(io.BytesIO(data)).num_rows
    with tempfile.TemporaryDirectory() as folder:
        written = Written(TableShape("people", schema), ((name, rows, len(data)),))
        for path, made in {name: data, **options.companions([written])}.items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(made)
        yield Path(folder, "people")


def _reading(read: Callable[[Path], pa.Table]) -> Callable[[Any, pa.Schema, bytes], Columns]:
    def by(options: Any, schema: pa.Schema, data: bytes) -> Columns:
        with delta_table(options, schema, data) as folder:
            table = read(folder)
            assert table.schema.names == schema.names
            return [_values(column, field.type) for field, column in zip(schema, table.columns, strict=True)]

    return by


def _values(column: pa.ChunkedArray, wanted: pa.DataType) -> list[Any]:
    if pa.types.is_time(wanted):
        return [parsed(value, wanted) for value in plain(column)]
    return plain(column, wanted)


def in_microseconds(_options: Any, data_type: pa.DataType, value: Any) -> Any:
    """What Delta keeps: of nanoseconds the microseconds, towards 1970."""

    def keep(leaf: Any, kind: pa.DataType) -> Any:
        if leaf is None or not pa.types.is_timestamp(kind) or kind.unit != "ns":
            return leaf
        return 1000 * (leaf // 1000 if leaf >= 0 else -(-leaf // 1000))

    return mapped(value, data_type, keep)


READERS: dict[str, tuple[Reader, ...]] = {
    "delta": (
        Reader("deltalake", _reading(lambda path: DeltaTable(path).to_pyarrow_table()), in_microseconds),
        Reader("polars", _reading(lambda path: polars.scan_delta(str(path)).collect().to_arrow()), in_microseconds),
    ),
}
