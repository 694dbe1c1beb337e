"""How a table becomes row groups on a fixed grid: what pyarrow's Parquet writer is told of each column."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from formats.chunk_sink import ChunkSink
from formats.format import Chunk, Encoder, FormatError
from formats.nesting import leaves, plain_type
from formats.parquet_footer import kept_of
from formats.recutting import Recutting
from formats.retyping import no_type

PAGE_ROWS: Final = 16_384
"""Rows written at a time and, where an index of pages is wanted, of a page: longer pages are written quicker."""

SPLIT: Final = (pa.float32(), pa.float64())
"""What is split into streams of bytes: floats of 16 bits are bytes to Parquet, which not all readers join again."""

Chosen = Literal["auto"] | bool | Sequence[str]
"""Which columns: those that the writer thinks best, all, none, or the named ones with all that is inside them."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What the writer is told; see the options of formats.parquet. ``metadata`` is for the footer of this part."""

    codec: str = "snappy"
    level: int | None = None
    rows: int = 65_536
    dictionary: Chosen = "auto"
    statistics: Chosen = "auto"
    page_index: bool = False
    bloom_filters: Sequence[str] = ()
    byte_stream_split: bool = False
    data_pages: int = 1
    arrow_schema: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


class ParquetEncoder(Encoder):
    """Writes a row group whenever its rows are there, so neither cuts nor memory depend on the batches."""

    def __init__(self, writing: Writing, schema: pa.Schema) -> None:
        self._rows = writing.rows
        self._metadata = writing.metadata
        self._runs = Recutting(writing.rows, schema)
        self._sink = ChunkSink()
        self._stored = pa.schema([_stored(column, writing) for column in schema])
        self._writer = _writer(self._sink, schema, self._stored, writing)

    def begin(self) -> Iterable[Chunk]:
        return self._sink.drain()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        for group in self._runs.add(batch):
            self._write(group)
        return self._sink.drain()

    def end(self) -> Iterable[Chunk]:
        for group in self._runs.rest():
            self._write(group)
        groups = self._sink.drain()
        if self._metadata:
            self._writer.add_key_value_metadata(dict(self._metadata))
        self._writer.close()
        closing = b"".join(self._sink.drain())
        self.tail = kept_of(closing)
        return [*groups, closing]

    def _write(self, group: pa.Table) -> None:
        for index, column in enumerate(self._stored):
            if pa.types.is_dictionary(column.type):
                group = group.set_column(index, column, _fitting(group.column(index)))
            elif column.type != group.field(index).type:
                group = group.set_column(index, column, group.column(index).cast(column.type))
        self._writer.write_table(group.combine_chunks(), row_group_size=self._rows)


def _writer(sink: ChunkSink, schema: pa.Schema, stored: pa.Schema, writing: Writing) -> Any:
    import pyarrow.parquet as pq  # here, as it takes long to load and other formats do without

    columns = [leaf for column in schema for leaf in leaves(column.name, column.type)]
    few = {path for path, kind in columns if pa.types.is_dictionary(kind)}
    ordered = {path for path, kind in columns if _is_ordered(kind)}
    dictionaries = _chosen(writing.dictionary, columns, few)
    split = [path for path, kind in columns if kind in SPLIT and path not in {*dictionaries}]
    options = {
        "compression": writing.codec,
        "compression_level": writing.level,
        "use_dictionary": dictionaries or False,
        "write_statistics": _chosen(writing.statistics, columns, ordered) or False,
        "use_byte_stream_split": split if writing.byte_stream_split and split else False,
        "bloom_filter_options": _filters(columns, writing) or None,
        "write_page_index": writing.page_index,
        "max_rows_per_page": PAGE_ROWS if writing.page_index else writing.rows,
        "write_batch_size": PAGE_ROWS,
        "data_page_version": f"{writing.data_pages}.0",
        "store_schema": writing.arrow_schema,
        "version": "2.6",
    }
    try:
        return pq.ParquetWriter(sink, stored, **options)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise _refusal(stored, error) from None


def _filters(columns: Sequence[tuple[str, pa.DataType]], writing: Writing) -> dict[str, dict[str, int]]:
    """The columns with a Bloom filter, each for as many different values as a row group has rows."""
    booleans = {path for path, kind in columns if pa.types.is_boolean(kind)}
    for path in writing.bloom_filters:
        if path in booleans:
            raise FormatError(
                f"column {path!r}: Parquet has no Bloom filters of booleans; leave it out of bloom_filters"
            )
    chosen = _chosen(writing.bloom_filters, columns, set())
    return {path: {"ndv": writing.rows} for path in chosen if path not in booleans}


def _refusal(stored: pa.Schema, error: Exception) -> FormatError:
    """What to say of a table that the writer does not take: the first column that it does not take by itself."""
    import pyarrow.parquet as pq

    for column in stored:
        try:
            pq.ParquetWriter(io.BytesIO(), pa.schema([column])).close()
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            return no_type("Parquet", column.name, column.type)
    return FormatError(f"Parquet cannot hold this table: {error}")


def _chosen(chosen: Chosen, columns: Sequence[tuple[str, pa.DataType]], automatic: set[str]) -> list[str]:
    """The paths of the leaves that are meant."""
    if chosen == "auto":
        return [path for path, _ in columns if path in automatic]
    if isinstance(chosen, bool):
        return [path for path, _ in columns if chosen]
    return [path for path, _ in columns if any(path == name or path.startswith(f"{name}.") for name in chosen)]


def _stored(column: pa.Field, writing: Writing) -> pa.Field:
    """The column as the writer gets it: dictionaries inside nested types are the writer's to make.

    The writer makes integers of durations by itself, but knows no dictionary of them.
    """
    kind = column.type
    known = pa.types.is_dictionary(kind) and not pa.types.is_duration(kind.value_type)
    if known and _chosen(writing.dictionary, [(column.name, kind)], {column.name}):
        return column
    return column.with_type(plain_type(kind))


def _is_ordered(data_type: pa.DataType) -> bool:
    """Whether readers gain by the least and greatest value of a row group: of text they rarely do, at a higher cost."""
    types = pa.types
    number = types.is_integer(data_type) or types.is_floating(data_type) or types.is_decimal(data_type)
    return bool(number or types.is_boolean(data_type) or types.is_temporal(data_type))


def _fitting(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """``column`` with a dictionary that Parquet can hold and that is worth storing with these rows.

    Nulls and repetitions among the values cannot be stored, a dictionary that is long against the rows is mostly not
    theirs, and several dictionaries would be one of an order that hangs on the cuts: all give way to the values that
    occur, in the order of their occurrence.
    """
    dictionary = column.chunk(0).dictionary
    one = all(chunk.dictionary.equals(dictionary) for chunk in column.chunks[1:])
    short = len(dictionary) <= len(column) // 2 and not dictionary.null_count
    if one and short and pc.count_distinct(dictionary).as_py() == len(dictionary):
        return column
    values = column.cast(column.type.value_type).combine_chunks()
    return pa.chunked_array([values.dictionary_encode().cast(column.type)])
