"""The other writers of files: the same Arrow table, held in each tool's own form, written in memory by one thread.

``WRITERS[tool](table, format)`` makes ready and returns what writes once and gives the number of bytes (0 where it is
not known), or None where the tool has no such format. Where a tool can write to nowhere it does, which favours it.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pyarrow as pa

Write = Callable[[], int]


def _pyarrow(table: pa.Table, name: str) -> Write | None:
    import pyarrow.csv
    import pyarrow.parquet as pq

    def csv(sink: pa.NativeFile) -> None:
        pyarrow.csv.write_csv(table, sink)

    def parquet(sink: pa.NativeFile) -> None:
        pq.write_table(table, sink, row_group_size=65_536)

    def lean_parquet(sink: pa.NativeFile) -> None:
        """Without dictionaries and statistics: the quickest that pyarrow has for text that does not repeat."""
        pq.write_table(table, sink, row_group_size=65_536, use_dictionary=False, write_statistics=False)

    def arrow(sink: pa.NativeFile) -> None:
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)

    known = {"csv": csv, "parquet": parquet, "lean parquet": lean_parquet, "arrow": arrow}
    if name not in known:
        return None

    def write() -> int:
        if name == "arrow":  # to nowhere it would not even look at the data
            copied = pa.BufferOutputStream()
            arrow(copied)
            return int(copied.getvalue().size)
        sink = pa.MockOutputStream()
        known[name](sink)
        return int(sink.size())

    return write


def _polars(table: pa.Table, name: str) -> Write | None:
    import polars

    frame = polars.from_arrow(_as_polars_can(table) if name == "avro" else table)
    assert isinstance(frame, polars.DataFrame)
    known: dict[str, Callable[[io.BytesIO], object]] = {
        "csv": frame.write_csv,
        "ndjson": frame.write_ndjson,
        "json": frame.write_json,
        "parquet": lambda sink: frame.write_parquet(sink, compression="snappy", row_group_size=65_536),
        "arrow": frame.write_ipc_stream,
        "avro": frame.write_avro,
    }
    if name not in known:
        return None

    def write() -> int:
        sink = io.BytesIO()
        known[name](sink)
        return sink.tell()

    return write


def _as_polars_can(table: pa.Table) -> pa.Table:
    """For Avro: moments without their zone, as polars refuses those that have one."""
    fields = [
        field.with_type(pa.timestamp(field.type.unit)) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def _duckdb(table: pa.Table, name: str) -> Write | None:
    import duckdb

    known = {
        "csv": "FORMAT csv",
        "ndjson": "FORMAT json",
        "json": "FORMAT json, ARRAY true",
        "parquet": "FORMAT parquet, ROW_GROUP_SIZE 65536",
    }
    if name not in known:
        return None
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.register("given", table)
    connection.execute("CREATE TABLE people AS SELECT * FROM given")

    def write() -> int:
        connection.execute(f"COPY people TO '/dev/null' ({known[name]})")
        return 0

    return write


def _chdb(table: pa.Table, name: str) -> Write | None:
    from chdb.session import Session

    settings = "max_threads = 1, date_time_output_format = 'iso'"
    known = {
        "csv": ("CSVWithNames", ""),
        "ndjson": ("JSONEachRow", ""),
        "json": ("JSONEachRow", ", output_format_json_array_of_rows = 1"),
        "sql": ("SQLInsert", ", output_format_sql_insert_max_batch_size = 500"),
        "xml": ("XML", ""),
        "parquet": ("Parquet", ", output_format_parquet_compression_method = 'snappy'"),
        "avro": ("Avro", ", output_format_avro_codec = 'null'"),
        "arrow": ("ArrowStream", ", output_format_arrow_compression_method = 'none'"),
    }
    if name not in known:
        return None
    session = Session()
    session.query("CREATE DATABASE bench ENGINE = Atomic")
    session.query("CREATE TABLE bench.people ENGINE = Memory AS SELECT * FROM Python(table)")
    kind, more = known[name]

    def write() -> int:
        return len(session.query(f"SELECT * FROM bench.people SETTINGS {settings}{more}", kind))

    return write


WRITERS: dict[str, Callable[[pa.Table, str], Write | None]] = {
    "pyarrow": _pyarrow,
    "polars": _polars,
    "DuckDB": _duckdb,
    "chDB": _chdb,
}
